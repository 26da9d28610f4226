//! Decisions ↔ bytes: canonical, hashed, mapped into memory. Knows claims and decisions; nothing of this machine
//! and nothing of when it was built.
//!
//! One file holds every claim, what was decided, the declarations that deciding needed, the names and hashes of
//! the source files, and (in sections and under a root of their own) who said each claim. The same tree gives the
//! same bytes on every machine.
//!
//! # Terms
//! * **fact** — one slot with its claims and what was decided about it; one leaf of the content tree.
//! * **content root** — Merkle root over the facts in address order: what holds, wherever and whenever it is written.
//! * **provenance root** — Merkle root over the claims in address order: who said each.
//! * **name** — a key that claims give their subjects to be found by: one entry of the names, with those claims.
//! * **record** — the bytes of one fact; a **section** is a stretch of the file that holds records of one kind.
//!
//! # Trust
//! A file is believed after its size, magic, version, hash of everything, and section table were checked, in that
//! order ([`Snapshot::open`]). A hash says that the file is as it was written, not that the writer was honest: so
//! every read after that is bounds-checked, and damage is a [`SnapshotError`], never a panic.

mod error;

mod build;

mod check;

mod place;

mod wire;

mod layout;

mod index;

mod leaf;

mod merkle;

mod read;

mod slot;

mod provenance;

mod names;

mod verify;

mod map;

mod write;

#[cfg(test)]
mod tests;

pub use build::Input;
pub use error::SnapshotError;
pub use leaf::content_root;
pub use merkle::{Hash, InclusionProof};
pub use names::{Bearer, Bearers, Bears, Mention, Name, Names, Scan};
pub use place::Place;
pub use provenance::ProvenanceView;
pub use read::{Decoded, Snapshot, SourceFile};
pub use slot::{At, ClaimView, DecidedSlot, FactRef, Lookup, SlotView};
pub use write::{AtomicFile, write_atomic};
