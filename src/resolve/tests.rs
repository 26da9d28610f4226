//! The laws of resolution, each held on small random worlds against the oracle.
//!
//! What the findings say is told in `tests/suite/deciding.rs`, in the language itself.

mod laws;
mod scale;
pub(crate) mod world;
