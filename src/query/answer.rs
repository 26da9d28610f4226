//! What comes back: an answer as plain data. Faces give it words and wires.

use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::{Address, Context};
use crate::claim::{ClaimHash, Period, Slot, Target, Value, When};
use crate::history::{Commit, CommitId};

/// What kind of result an answer is. None of them is an error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// It holds.
    Fact,
    /// Known not to exist.
    None,
    /// The facts differ over what the question leaves open.
    Depends,
    /// Claims contradict each other, so that none of them is the answer (knowledge that was built in spite of errors).
    Contested,
    /// A name with several referents.
    Ambiguous,
    /// A name that means too much to refer to anything.
    TooGeneric,
    /// It holds, and the subject is not to be used any more.
    Deprecated,
    /// Nothing is said.
    Unknown,
    /// It holds, but who said it can't be vouched for.
    Unconfirmed,
}

impl Status {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Fact => "fact",
            Status::None => "none",
            Status::Depends => "depends",
            Status::Contested => "contested",
            Status::Ambiguous => "ambiguous",
            Status::TooGeneric => "too-generic",
            Status::Deprecated => "deprecated",
            Status::Unknown => "unknown",
            Status::Unconfirmed => "unconfirmed",
        }
    }
}

/// The answer to a question about one slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// What was asked, as it was asked.
    pub asked: Address,
    /// The slot that was asked about; `None` where the address leads to no slot.
    pub slot: Option<Slot>,
    /// What kind of result it is.
    pub status: Status,
    /// What holds. There for `fact`, `none`, `deprecated` and `unconfirmed`.
    pub value: Option<Value>,
    /// The one claim that answers, as a pin; `None` where several share the answer (see [`Answer::cites`]).
    pub pin: Option<Pin>,
    /// The claims that say the value, or each a part of it.
    pub cites: Vec<Cite>,
    /// The day asked about.
    pub on: Date,
    /// What the question knew of the context.
    pub context: Context,
    /// The days around [`Answer::on`] on which this same answer holds. There where `value` is.
    pub valid: Option<Period>,
    /// Who owns the subject.
    pub owner: Option<Value>,
    /// Where the subject is deprecated: what to use instead, and why.
    pub deprecated: Option<Deprecation>,
    /// For `depends`: the facts, each with where it holds. For `contested`: what is said, each with where it is contested.
    pub facts: Vec<Possible>,
    /// For `depends`: what to ask next.
    pub ask: Option<Ask>,
    /// For `unknown`: addresses near the one asked.
    pub nearest: Vec<String>,
    /// For a pin or a claim: whether it is what answers.
    pub standing: Option<Standing>,
    /// Every claim of the slot with its reason, in order of hash. For the first of the open cases where the context
    /// leaves some open.
    pub candidates: Vec<Candidate>,
    /// From what it was read.
    pub basis: Basis,
}

/// A slot with the hash of one of its claims, as many digits as keep it unique there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pin {
    /// The slot.
    pub slot: Slot,
    /// Hex digits, at least [`Address::PIN_DIGITS`].
    pub digits: SmolStr,
}

impl std::fmt::Display for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.slot, self.digits)
    }
}

/// A claim as evidence.
#[derive(Clone, PartialEq, Debug)]
pub struct Cite {
    /// Which.
    pub pin: Pin,
    /// Its whole hash.
    pub hash: ClaimHash,
    /// Its own id.
    pub id: Option<SmolStr>,
    /// What it says.
    pub value: Value,
    /// What it takes back; it then says nothing itself, and its value is no answer.
    pub retracts: Vec<Target>,
    /// The contexts in which it speaks.
    pub when: When,
    /// The days on which it speaks.
    pub period: Period,
    /// Why it says so, in the words of who wrote it.
    pub reason: Option<Arc<str>>,
    /// What it leans on, itself or through what it corrects.
    pub source: Option<Source>,
    /// Where it is written.
    pub place: Place,
    /// Which commit said it; `None` without history.
    pub said: Option<Said>,
}

impl Cite {
    /// Whether the commit that said it is known.
    pub fn confirmed(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.said_by.commit().is_some())
    }
}

/// What a claim leans on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its id.
    pub id: SmolStr,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its tier.
    pub tier: Option<SmolStr>,
    /// Whether the claim does not name it itself, and leans on it as the claim that it corrects does.
    pub inherited: bool,
}

/// Where a claim is written. Line and column count from 1, bytes from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// From the top of the repository.
    pub path: Arc<str>,
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Who said a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// The commit whose tree has it while no parent's has.
    pub said_by: Origin,
    /// Sayers on other lines of a merge.
    pub also_said_by: Vec<Commit>,
    /// When it became the main line's word.
    pub landed_by: Origin,
    /// Its earliest commit.
    pub first_said_by: Origin,
    /// Whether a version in between did not parse.
    pub carried: bool,
}

/// A commit, or the honest lack of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// This commit.
    Commit(Box<Commit>),
    /// Unknown: at or before this commit, behind which history can't be seen.
    AtOrBefore(CommitId),
}

impl Origin {
    /// The commit, where it is known.
    pub fn commit(&self) -> Option<&Commit> {
        match self {
            Origin::Commit(commit) => Some(commit),
            Origin::AtOrBefore(_) => None,
        }
    }
}

/// What a deprecated subject says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deprecation {
    /// What to use instead.
    pub replaced_by: Option<Value>,
    /// Why.
    pub reason: Option<Value>,
}

/// One of the facts that a question leaves open.
#[derive(Clone, PartialEq, Debug)]
pub struct Possible {
    /// What would hold; `None` where nothing is said.
    pub value: Option<Value>,
    /// The claims that would say it.
    pub cites: Vec<Cite>,
    /// The contexts in which it would.
    pub region: When,
}

/// What to ask next: the dimension that leaves the fewest facts to choose from.
#[derive(Clone, PartialEq, Debug)]
pub struct Ask {
    /// The dimension.
    pub dimension: SmolStr,
    /// What may be answered: a condition on this dimension, and how many facts it would leave.
    pub choices: Vec<(When, usize)>,
}

/// Whether a claim that was named is what answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is what answers, for this context and day.
    Current,
    /// It may be, which depends on what the question leaves open.
    Possible,
    /// It is there, but another claim answers here and now.
    Superseded,
    /// Nothing says it any more.
    Withdrawn,
}

impl Standing {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Current => "current",
            Standing::Possible => "possible",
            Standing::Superseded => "superseded",
            Standing::Withdrawn => "withdrawn",
        }
    }
}

/// A claim of the slot, and what became of it at the point asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// The claim.
    pub cite: Cite,
    /// What became of it, and why. Positions in it are positions in [`Answer::candidates`].
    pub fate: Fate,
}

/// What becomes of a candidate at a point, with its reason as data.
pub type Fate = crate::resolve::Status;

/// From what an answer was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Basis {
    /// How much of the history could be seen; `none` without any.
    pub history: &'static str,
    /// What to type to have the whole history.
    pub mend: Option<&'static str>,
    /// The content root of the snapshot: `b3:…`.
    pub snapshot: String,
    /// The commit whose knowledge it is.
    pub at: Option<CommitId>,
}
