//! Texts with names: where the words come from. Knows paths and bytes, nothing of TOML or meaning.
//!
//! Texts come from a work tree, from a commit's tree without checkout, or from memory, always in the order of
//! their paths: the rest of the program sees no difference.

mod text;

mod main_line;
mod publish;

pub use main_line::{Refusal, on_day};
pub use publish::{commit_file, identity_mail, is_changed};
pub use text::{FileId, Origin, Span, Text, Texts};
