//! Alongside: which commit said this. Never who wins.
//!
//! # Terms
//! * **atom** — slot and claim content, i.e. a [`ClaimHash`]. Path, line, order and formatting are not in it.
//! * **A(c)** — the set of atoms that commit c's tree says, read by one version of the extractor.
//! * **sayer** of an atom — a commit whose tree has it while no parent's has.
//! * **boundary** — a commit whose parents exist but can't be seen here (shallow, grafted, missing).
//!
//! No date orders anything.

mod commit;
mod provenance;

pub use commit::{Commit, CommitId};
pub use provenance::{Completeness, Event, Provenance, Sayer, Saying};
