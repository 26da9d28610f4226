//! What is wrong, where, and what to do about it. Does not know which stage found it.
//!
//! A finding has a code; a code has a page (`diagnostic/codes/CODE.md`) that is at once the documentation, what
//! `dictum explain CODE` prints, and a test: its *Wrong* example raises exactly this code, its *Right* one nothing.

mod code;
mod finding;
mod sink;

mod files;

pub use code::{Code, Severity, codes};
pub use files::of_files;
pub use finding::{Finding, Fix, Label};
pub use sink::Findings;
