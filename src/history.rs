//! Alongside: which commit said this. Never who wins.
//!
//! # Terms
//! * **atom** — slot and claim content, i.e. a [`ClaimHash`](crate::claim::ClaimHash). Path, line, order and formatting are not in it.
//! * **A(c)** — the set of atoms that commit c's tree says, read by one version of the extractor.
//! * **sayer** of an atom — a commit whose tree has it while no parent's has.
//! * **boundary** — a commit whose parents exist but can't be seen here (shallow, grafted, missing).
//!
//! No date orders anything.
//!
//! # How
//! `graph` reads the commits and puts them in an order; `walk` goes through them once, parents first; `tree`
//! names the files that differ between two commits, and `extract` with `recent`, `former`, `fragments` and `numbers` what a version
//! of a file says; `state` is what one commit says, shared with its neighbours, and `tally` what the next says otherwise.
//! `objects` is all that touches git, `knowledge` all that knows what a claim looks like.

mod commit;
mod provenance;
mod single;

mod objects;

mod graph;
mod tree;

mod extract;
mod former;
mod fragments;
mod numbers;
mod recent;

mod knowledge;

mod log;
mod state;
mod tally;
mod walk;

mod main_line;
mod sight;

mod index;
mod replay;

mod life;
mod slot;
mod trace;

pub mod exhibit;
mod review;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

pub use commit::{Commit, CommitId};
pub use extract::{Extractor, Placed, Stretches};
pub use fragments::{Fragment, Fragments, Shares};
pub use graph::hindrances;
pub use knowledge::Knowledge;
pub use main_line::{Bytes, MainLine, Step, Version, main_line};
pub use objects::HistoryError;
pub use provenance::{Completeness, Event, Provenance, Sayer, Saying};
pub use review::{
    AllowedSigners, BadSigners, Changed, Evidence, Fault, Identity, Mark, Need, Reason, Review, Reviewed,
    Reviews, Signature, SignatureKind, Standing, Verifier, Weight, lacking, signature_on,
};
pub use sight::{Reach, reach};
pub use single::read_commit;
pub use slot::{Lineage, SlotHistory, Tenure};
pub use trace::{History, Options, trace};
