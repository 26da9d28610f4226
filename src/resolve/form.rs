//! Slots of one form: deciding goes by the same in them, so one is decided and all others answer alike, from the same
//! memory. Knowledge is full of them: the owners that change on one day, the exceptions for one department.
//!
//! Of a slot in which anything was found, each is decided on its own: a finding names claims.

use std::sync::RwLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::decision::Decided;
use super::ground::Ground;
use crate::claim::{Cardinality, Claim, Criterion, EdgeKind, LawId, Period, Target, When};

/// All that deciding a slot goes by, but the precedence of its law.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Form<'c> {
    law: LawId,
    /// In their order.
    claims: Vec<Part<'c>>,
}

/// What deciding goes by in a claim.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Part<'c> {
    when: &'c When,
    period: Period,
    source: Option<&'c SmolStr>,
    /// Each with whether it leads to the whole slot rather than to the table.
    edges: SmallVec<[(EdgeKind, bool); 1]>,
    block: bool,
    /// The first claim of its table.
    table: u32,
    /// The first claim that says the same.
    value: u32,
}

/// Slots of more claims than this are of a form of their own: looking for claims of one table takes each with each.
const MOST_CLAIMS: usize = 16;

/// Forms that are remembered. Where there are more, slots are too different for it to pay.
const MOST_FORMS: usize = 1 << 12;

impl<'c> Form<'c> {
    /// The form of a slot; `None` where more counts than a form says: what an id or a hash leads to, how large a value
    /// is, against what a claim was reviewed.
    pub fn of(ground: &Ground<'_>, claims: &'c [Claim]) -> Option<Form<'c>> {
        if claims.len() > MOST_CLAIMS || ground.globs {
            return None;
        }
        let law = ground.declarations().law(claims[0].law);
        let (precedence, _) = ground.precedence(&claims[0].slot, law);
        let measures = matches!(law.cardinality, Cardinality::Max | Cardinality::Min);
        if measures || precedence.order.contains(&Criterion::Rank) {
            return None;
        }
        let parts = claims.iter().map(|claim| Part::of(claim, claims));
        Some(Form { law: claims[0].law, claims: parts.collect::<Option<_>>()? })
    }
}

impl<'c> Part<'c> {
    fn of(claim: &'c Claim, claims: &[Claim]) -> Option<Part<'c>> {
        let statement = &*claim.statement;
        if statement.correction.is_some() || statement.reviewed_against.is_some() {
            return None;
        }
        let edge = |(kind, target): (EdgeKind, &Target)| match target {
            Target::Table => Some((kind, false)),
            Target::Slot => Some((kind, true)),
            Target::Id(_) | Target::Hash(_) => None,
        };
        let first = |alike: &dyn Fn(&Claim) -> bool| claims.iter().position(alike).unwrap_or_default() as u32;
        let table = (claim.origin.file, claim.table);
        Some(Part {
            when: &statement.when,
            period: statement.period,
            source: statement.source.as_ref(),
            edges: statement.edges.iter().map(|own| edge((own.kind, &own.target))).collect::<Option<_>>()?,
            block: statement.block,
            table: first(&|other| (other.origin.file, other.table) == table),
            value: first(&|other| other.value == claim.value),
        })
    }
}

/// The forms that were met, each with a slot of it in which nothing was found.
#[derive(Debug, Default)]
pub(super) struct Forms<'c> {
    decided: RwLock<FxHashMap<Form<'c>, Decided>>,
}

impl<'c> Forms<'c> {
    /// A slot of this form.
    pub fn get(&self, form: &Form<'c>) -> Option<Decided> {
        self.decided.read().ok()?.get(form).cloned()
    }

    /// Remembers how a slot of this form was decided, in which nothing was found.
    pub fn put(&self, form: Form<'c>, decided: &Decided) {
        if let Ok(mut known) = self.decided.write()
            && known.len() < MOST_FORMS
        {
            known.insert(form, decided.clone());
        }
    }
}
