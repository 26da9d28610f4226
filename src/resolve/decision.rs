//! What deciding gives: for every slot a tree over its axes, complete (every point has an outcome) and canonical.

use std::ops::{Deref, Range};
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// The decided slots, in address order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Decisions {
    /// One for every slot that any claim speaks of.
    pub slots: Vec<Decided>,
}

/// One decided slot. What holds in it is read through it: `decided.axes`.
#[derive(Clone, PartialEq, Debug)]
pub struct Decided {
    /// Its claims: a range of the sorted claims that were decided.
    pub claims: Range<u32>,
    /// INVARIANT: `None` where it is [`ALONE`]. Most slots are so, and there may be millions. Shared, for from one state of
    /// the knowledge to the next nearly all slots answer alike.
    answers: Option<Arc<Answers>>,
}

impl Decided {
    /// The slot of `claims` in which `answers` hold.
    pub fn new(claims: Range<u32>, mut answers: Answers) -> Decided {
        answers.edges.shrink_to_fit();
        answers.outcomes.shrink_to_fit();
        let answers = (answers != *ALONE).then(|| Arc::new(answers));
        Decided { claims, answers }
    }

    /// The slot of one claim that holds everywhere.
    pub fn alone(claims: Range<u32>) -> Decided {
        Decided { claims, answers: None }
    }

    /// The same for the same claims at another place.
    pub fn of(&self, claims: Range<u32>) -> Decided {
        Decided { claims, answers: self.answers.clone() }
    }

    /// Whether both have their answers from one deciding.
    #[cfg(test)]
    pub(crate) fn shares_with(&self, other: &Decided) -> bool {
        self.answers.as_ref().zip(other.answers.as_ref()).is_some_and(|(one, two)| Arc::ptr_eq(one, two))
    }
}

impl Deref for Decided {
    type Target = Answers;

    fn deref(&self) -> &Answers {
        self.answers.as_deref().unwrap_or(&ALONE)
    }
}

/// One claim that holds everywhere.
static ALONE: LazyLock<Answers> = LazyLock::new(|| Answers::everywhere(Outcome::Fact(vec![0])));

/// What holds where in a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Answers {
    /// The edges that were found: for each claim of the slot (by position in `claims`), which others it
    /// displaces (`false`) or annuls (`true`); sorted. Empty where there are none.
    pub edges: Vec<(u32, u32, bool)>,
    /// The axes that outcomes vary by, time first, then dimensions by id. Empty for the common slot that has one answer everywhere.
    pub axes: Vec<Axis>,
    /// Splits over the axes.
    pub root: Node,
    /// What leaves point at; each once.
    pub outcomes: Vec<Outcome>,
}

impl Answers {
    /// The same everywhere.
    pub fn everywhere(outcome: Outcome) -> Answers {
        Answers { edges: Vec::new(), axes: Vec::new(), root: Node::Leaf(0), outcomes: vec![outcome] }
    }
}

/// One axis of a decided slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Axis {
    /// Of what.
    pub name: AxisName,
    /// Its cuts.
    pub ticks: Ticks,
}

/// What an axis is of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AxisName {
    /// Valid time.
    Time,
    /// A dimension, by id.
    Dimension(SmolStr),
}

/// How an axis is cut into ticks.
#[derive(Clone, PartialEq, Debug)]
pub enum Ticks {
    /// Tick 0 is before the first day given; tick i + 1 starts on day i. For time and date dimensions.
    Days(Vec<Date>),
    /// Tick 0 is below the first cut; a cut is a number and whether the number itself is still below it.
    Numbers(Vec<(Decimal, bool)>),
    /// Tick i is word i (sorted); one more tick at the end is "anything else". For open dimensions.
    Words(Vec<SmolStr>),
    /// The ticks of a declared dimension (tree: its nodes; enum: its values, sorted; bool: false, true), and how many.
    Declared(u32),
}

impl Ticks {
    /// How many ticks.
    pub fn len(&self) -> u32 {
        match self {
            Ticks::Days(cuts) => cuts.len() as u32 + 1,
            Ticks::Numbers(cuts) => cuts.len() as u32 + 1,
            Ticks::Words(words) => words.len() as u32 + 1,
            Ticks::Declared(count) => *count,
        }
    }

    /// Whether there is none (a declared dimension without values).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A point's way to its outcome.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// All points here have this outcome: an index into [`Answers::outcomes`].
    Leaf(u32),
    /// It depends on an axis. Arms tile its ticks, in order; the first starts at tick 0; neighbours differ.
    Split {
        /// Index into [`Answers::axes`]; greater than any axis split above it.
        axis: u32,
        /// At least two.
        arms: Vec<Arm>,
    },
}

/// From `start` up to the next arm's start.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Arm {
    /// First tick.
    pub start: u32,
    /// What follows.
    pub node: Node,
}

/// What holds at a point.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// Nothing is said here.
    Gap,
    /// An answer, and the claims that say it (positions in the slot's claims, sorted). For a `set` the value is the
    /// union of what they say; for `one`, `max` and `min` they all say the same.
    Fact(Vec<u32>),
    /// Winners that differ; positions in the slot's claims, sorted.
    Conflict(Vec<u32>),
}
