//! What another format can't hold, or this one: a list of what was left behind, each with its address and why.

use std::collections::BTreeSet;

/// What sort of thing was lost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::face) enum LossKind {
    /// Claims contradict each other: none was taken.
    Contested,
    /// It depends on a case: left out.
    Depends,
    /// It was taken, but not that it holds only in the case that was asked for.
    Condition,
    /// It was taken, but not the days on which it holds; or it holds on other days only.
    Period,
    /// "Known not to exist".
    None,
    /// What it leans on.
    Source,
    /// Who said it: the format has no place for that.
    Provenance,
    /// Who said it: the history does not tell.
    History,
    /// A kind of subject or thing.
    Kind,
    /// A property.
    Attribute,
    /// Two properties became one.
    Merged,
    /// A link to something that does not come along, or that the format forbids.
    Relation,
    /// A value that can't be written there.
    Value,
    /// What it is called.
    Label,
    /// A text in another language than the one that was taken.
    Language,
    /// What it was called where it comes from.
    Identifier,
    /// There is such a subject already: it was left as it is.
    Exists,
    /// With it the knowledge would have errors.
    Faulty,
}

impl LossKind {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            LossKind::Contested => "contested",
            LossKind::Depends => "depends",
            LossKind::Condition => "condition",
            LossKind::Period => "period",
            LossKind::None => "none",
            LossKind::Source => "source",
            LossKind::Provenance => "provenance",
            LossKind::History => "history",
            LossKind::Kind => "kind",
            LossKind::Attribute => "attribute",
            LossKind::Merged => "merged",
            LossKind::Relation => "relation",
            LossKind::Value => "value",
            LossKind::Label => "label",
            LossKind::Language => "language",
            LossKind::Identifier => "identifier",
            LossKind::Exists => "exists",
            LossKind::Faulty => "faulty",
        }
    }
}

/// One thing that was lost.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::face) struct Loss {
    /// What sort of thing.
    pub kind: LossKind,
    /// Of what, on our side: `term/acv#definition`. `None` for what concerns all of it.
    pub address: Option<String>,
    /// Of what, on theirs: an address of the web, a property, a column.
    pub item: Option<String>,
    /// The line of the imported file.
    pub line: Option<u64>,
    /// Why, and what to do where something can be done.
    pub reason: String,
}

/// All that was lost, in one order, each once.
#[derive(Clone, Debug, Default)]
pub(in crate::face) struct Losses {
    losses: BTreeSet<Loss>,
}

impl Losses {
    /// Nothing is lost yet.
    pub fn new() -> Losses {
        Losses::default()
    }

    /// Something of ours was lost.
    pub fn ours(&mut self, kind: LossKind, address: impl ToString, reason: impl Into<String>) {
        let address = Some(address.to_string());
        self.add(Loss { kind, address, item: None, line: None, reason: reason.into() });
    }

    /// Something of theirs was lost.
    pub fn theirs(
        &mut self,
        kind: LossKind,
        item: impl ToString,
        line: Option<u64>,
        reason: impl Into<String>,
    ) {
        let item = Some(item.to_string());
        self.add(Loss { kind, address: None, item, line, reason: reason.into() });
    }

    /// Something was lost.
    pub fn add(&mut self, loss: Loss) {
        self.losses.insert(loss);
    }

    /// By kind, then address.
    pub fn iter(&self) -> impl Iterator<Item = &Loss> {
        self.losses.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.losses.len()
    }

    /// Whether something of that kind was lost.
    pub fn has(&self, kind: LossKind) -> bool {
        self.iter().any(|loss| loss.kind == kind)
    }
}
