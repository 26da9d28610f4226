//! How each word of the program is written in a snapshot and read back: pairs of functions, side by side.
//!
//! Numbers are LEB128 varints (signed ones zigzag, <https://protobuf.dev/programming-guides/encoding/>), texts are
//! references into one pool where each stands once, fixed-width integers are little-endian. Every count is held
//! against the bytes that are left before anything is reserved for it.

mod bytes;

mod texts;

mod value;

mod statement;

mod calendar;
mod declarations;

mod decided;

mod record;

pub(super) use bytes::{Reader, Table, Writer};
pub(super) use decided::{DecidedParts, MAX_AXES, OutcomeKind, OutcomeParts, write_decided};
pub(super) use declarations::{cardinality_byte, read_declarations, write_declarations, write_shape};
pub(super) use record::{ReadClaim, Record, Store, write_record};
pub(super) use statement::{read_statement, write_statement};
pub(super) use texts::{Decoding, Inline, Pool, PutText, TextBlob};
pub(super) use value::{first_text, read_value, value_fits, write_value};
