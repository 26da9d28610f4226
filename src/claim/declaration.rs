//! What the business declares and deciding needs: dimensions, sources, tiers, orders, merge laws.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::{Calendar, Period, Slot, Value, When};

/// Everything that deciding needs beside the claims. Built by `kind`, read by `resolve` and `snapshot`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Declarations {
    /// By id.
    pub dimensions: BTreeMap<SmolStr, Dimension>,
    /// By id.
    pub sources: BTreeMap<SmolStr, SourceRecord>,
    /// Tiers of authority, highest first.
    pub tiers: Vec<SmolStr>,
    /// In which order specificity looks at dimensions. Dimensions that are not listed come last, together:
    /// among them neither is looked at before the other.
    pub specificity: Vec<SmolStr>,
    /// By id; `default` is always there.
    pub precedences: BTreeMap<SmolStr, Precedence>,
    /// What [`LawId`] points into, sorted and without repeats.
    pub laws: Vec<Law>,
    /// By id. They decide nothing: questions about time are answered by them.
    pub calendars: BTreeMap<SmolStr, Calendar>,
    /// The calendar that is meant where none is named, by `dictum.toml`.
    pub default_calendar: Option<SmolStr>,
}

/// A dimension: what a context may vary by.
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct Dimension {
    /// What its values are like.
    pub shape: Shape,
    /// Named unions of values; only of trees and enums. Members are nodes or values, sorted.
    pub sets: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// For people: `EUR`.
    pub unit: Option<SmolStr>,
}

/// What the values of a dimension are like.
#[derive(Clone, PartialEq, Hash, Debug)]
pub enum Shape {
    /// Nodes and what lies below them.
    Tree(Tree),
    /// One of these, sorted.
    Enum(Vec<SmolStr>),
    /// Exact decimals.
    Number,
    /// Days.
    Date,
    /// Yes or no.
    Bool,
    /// Any text; undeclared.
    Open,
}

/// A tree as depth-first ticks, children sorted by name: node `i` stands at tick `i`, and owns `[i, end)`.
#[derive(Clone, PartialEq, Hash, Debug, Default)]
pub struct Tree {
    /// In depth-first order. There may be several roots.
    pub nodes: Vec<TreeNode>,
}

/// One node of a tree. Its tick is its index; a point at the tick itself is "the node and nothing below".
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct TreeNode {
    /// Unique in its tree.
    pub name: SmolStr,
    /// Index of the parent; `None` for a root.
    pub parent: Option<u32>,
    /// One past the last tick of its subtree.
    pub end: u32,
}

/// What a source is worth.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SourceRecord {
    /// Its title, for people.
    pub title: Option<Arc<str>>,
    /// Its tier: an index into [`Declarations::tiers`]; `None` stands below the last, with the unsourced.
    pub tier: Option<u32>,
    /// Its date.
    pub stated: Option<Date>,
    /// Ids of the sources it supersedes as a whole, sorted: an edge between all claims of both in the same slot.
    pub supersedes: Vec<SmolStr>,
}

/// Index into [`Declarations::laws`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LawId(pub u32);

/// How the claims of a slot make one answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Law {
    /// How many, and how several are merged.
    pub cardinality: Cardinality,
    /// Where an answer has to exist.
    pub required: Option<Required>,
    /// The precedence that the attribute names; otherwise the globs of [`Precedence::globs`] decide.
    pub precedence: Option<SmolStr>,
}

/// How several live claims make one answer. Keys of a map are slots of their own, hence [`Cardinality::One`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cardinality {
    /// One value; differing winners are a conflict.
    One,
    /// The union of what is live.
    Set,
    /// The greatest of what is live.
    Max,
    /// The least of what is live.
    Min,
}

/// Where an attribute has to have an answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Required {
    /// In which contexts.
    pub when: When,
    /// On which days. `None`: from the first day on which the slot says anything (all days if nothing has a `from`).
    pub period: Option<Period>,
}

/// How claims are weighed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Precedence {
    /// Which slots it is for, as globs of addresses (`entity/*#ids.*`); empty for the default.
    pub globs: Vec<SmolStr>,
    /// What is compared, first to last.
    pub order: Vec<Criterion>,
    /// For [`Criterion::Rank`]: values, best first.
    pub rank: Vec<Value>,
}

/// One thing by which claims are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Criterion {
    /// The tier of the source.
    Authority,
    /// The narrower condition.
    Specificity,
    /// The later `from`.
    Effective,
    /// The later date of the source.
    Stated,
    /// The better value by a declared list.
    Rank,
}

impl Dimension {
    /// The values, nodes and named sets that may be written; empty for shapes without a list.
    pub fn words(&self) -> Vec<&str> {
        let own: Vec<&str> = match &self.shape {
            Shape::Tree(tree) => tree.nodes.iter().map(|node| node.name.as_str()).collect(),
            Shape::Enum(values) => values.iter().map(SmolStr::as_str).collect(),
            _ => Vec::new(),
        };
        own.into_iter().chain(self.sets.keys().map(SmolStr::as_str)).collect()
    }
}

impl Criterion {
    /// The word that people write.
    pub fn as_str(self) -> &'static str {
        match self {
            Criterion::Authority => "authority",
            Criterion::Specificity => "specificity",
            Criterion::Effective => "effective",
            Criterion::Stated => "stated",
            Criterion::Rank => "rank",
        }
    }
}

impl Declarations {
    /// The law of a claim.
    ///
    /// # Panics
    /// Where `id` is not of these declarations: a fault of the program, not of a person.
    pub fn law(&self, id: LawId) -> &Law {
        &self.laws[id.0 as usize]
    }

    /// The precedence that weighs the claims of `slot` under `law`: the one the attribute names, else the
    /// most specific whose `for` matches, else the default.
    ///
    /// The second part names the other precedences that match as specifically: a tie is the caller's finding.
    pub fn precedence(&self, slot: &Slot, law: &Law) -> (&Precedence, Vec<&SmolStr>) {
        let named = law.precedence.as_ref().and_then(|id| self.precedences.get(id));
        if let Some(named) = named {
            return (named, Vec::new());
        }
        let address = slot.to_string();
        let mut best: Option<(usize, &SmolStr)> = None;
        let mut ties = Vec::new();
        for (id, precedence) in &self.precedences {
            let matching = precedence.globs.iter().filter(|glob| address_glob(glob, &address));
            let Some(literal) = matching.map(|glob| glob.replace('*', "").len()).max() else {
                continue;
            };
            match best {
                Some((most, _)) if literal < most => {}
                Some((most, _)) if literal == most => ties.push(id),
                _ => {
                    ties.clear();
                    best = Some((literal, id));
                }
            }
        }
        let id = best.map_or("default", |(_, id)| id.as_str());
        (&self.precedences[id], ties)
    }
}

/// Whether a glob of addresses matches: `*` is any text without `/` and `#`, all else is itself.
pub fn address_glob(glob: &str, address: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = address.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        if rest[..at].contains(['/', '#']) {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.strip_suffix(last).is_some_and(|star| !star.contains(['/', '#']))
}
