//! A claim, and the statement it shares with the claims beside it.

use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::{ClaimHash, Edge, LawId, Period, Slot, Value, When};
use crate::source::Origin;

/// One file saying one value for one slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// What it is about.
    pub slot: Slot,
    /// What it says.
    pub value: Value,
    /// Under which conditions, on what authority, instead of what. Shared by the claims of a table,
    /// and by those of other tables that say the same.
    pub statement: Arc<Statement>,
    /// The merge law of its slot: it travels with the claim, so that deciding needs no kinds.
    pub law: LawId,
    /// BLAKE3 of its content: slot, value, region, period, source, edges, id. Nothing of where it stands.
    pub hash: ClaimHash,
    /// Where it is written (the value, or the whole block of a retraction).
    pub origin: Origin,
    /// Which table of its file it stands in, counted from 0: exceptions are exceptions to *this* table.
    pub table: u32,
}

/// What may stand beside a value, on a block, or on the subject's own table.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Statement {
    /// In which contexts.
    pub when: When,
    /// On which days.
    pub period: Period,
    /// The id of the source it leans on.
    pub source: Option<SmolStr>,
    /// Its own name, for edges to point at.
    pub id: Option<SmolStr>,
    /// Why, for people. Not part of the content.
    pub reason: Option<Arc<str>>,
    /// Relations to other claims of the slot, sorted.
    pub edges: Vec<Edge>,
    /// Whether it stands in a block (`exception`, `also`) rather than in the subject's table itself.
    pub block: bool,
    /// Whether the claim has a table of its own (`[[…]]` with `value`), into which more keys can be written. Where it
    /// stands, and so not part of the content.
    pub entry: bool,
    /// The hash (a prefix of it) of a claim that this one was confirmed against. Not part of the content.
    pub reviewed_against: Option<SmolStr>,
    /// What only a correction says. Boxed, for few have it and there may be millions of statements.
    pub correction: Option<Box<Correction>>,
}

/// What a `correction` says beside the claim it makes. Of this, only `pin` decides anything.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Correction {
    /// The correction's own id: `acv-fees` of `[correction.acv-fees]`.
    pub id: SmolStr,
    /// Who says so: an e-mail identity.
    pub by: Option<SmolStr>,
    /// Hash prefix of the claim it corrects; it then stands where that claim stood, unless it says otherwise.
    pub pin: Option<SmolStr>,
    /// When to look at it again.
    pub review_by: Option<Date>,
}
