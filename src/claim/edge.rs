//! Edges between claims of one slot: written by people, never inferred.

use smol_str::SmolStr;

use crate::source::Span;

/// This claim stands in a reviewed relation to another claim of its slot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edge {
    /// Which relation.
    pub kind: EdgeKind,
    /// To what.
    pub target: Target,
    /// Where it is written, in the file of the claim (not part of the claim's content).
    pub span: Span,
}

/// What an edge does where its claim applies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeKind {
    /// Over: the target was right but gives way; this claim's region lies inside the target's.
    ExceptionTo,
    /// Over: the target was right but gives way.
    Supersedes,
    /// Annul: the target was wrong from the start, and this is right.
    Corrects,
    /// Annul: the target was wrong from the start, and nothing is said instead.
    Retracts,
}

impl EdgeKind {
    /// Whether the target is void (as opposed to displaced).
    pub fn annuls(self) -> bool {
        matches!(self, EdgeKind::Corrects | EdgeKind::Retracts)
    }

    /// The key that people write.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeKind::ExceptionTo => "exception-to",
            EdgeKind::Supersedes => "supersedes",
            EdgeKind::Corrects => "corrects",
            EdgeKind::Retracts => "retracts",
        }
    }
}

/// What an edge points at, always within the slot of its claim.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// Every claim of the table that the block stands under, outside blocks (same file, same [`super::Claim::table`]).
    Table,
    /// Every claim of the slot with this `id`.
    Id(SmolStr),
    /// The claim whose hash starts so (hex digits).
    Hash(SmolStr),
    /// Every claim of the slot that is not itself a correction (a correction without a pin).
    Slot,
}
