//! A question → an answer with reasons and citations.
//!
//! One path only: every answer is read from a [`crate::snapshot::Snapshot`], whether it was just built in memory
//! or opened from a file, so that a file and the repository it was built from answer alike by construction.
//!
//! # Terms
//! * **question** — an address, what is known of the context, a day.
//! * **completion** — one way in which what the question leaves unknown could turn out.
//! * **fact** — a value that holds at a completion, with the claims that say it.
//!
//! Nothing is guessed: where completions differ, the answer is [`Status::Depends`], with the facts and the one
//! question to ask next.

mod address;
mod question;

mod answer;

mod leaning;
mod read;

mod ticks;
mod walk;

mod contested;
mod get;
mod why;

mod referent;

mod ground;

mod audit;
mod blame;
mod diff;
mod history;
mod lineage;
mod ls;

mod ask;
mod trial;

mod citation;
mod mention;
mod pinned;

mod search;

mod narrow;
mod nearest;

pub mod period;
mod when;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use answer::{
    Answer, Ask, Basis, Candidate, Cite, Deprecation, Fate, Origin, Pin, Place, Possible, Said, Source,
    Standing, Status,
};
pub use ask::{Asked, Reply, about, ask};
pub use audit::{Audit, Audited, Due, Findings, Totals, audit};
pub use blame::{Selection, blame};
pub use citation::{Citation, State, citation, citations};
pub use diff::{
    Changed, Cited, Compared, Difference, Elsewhere, Holds, Means, NameChange, NameDifference, NameWord,
    Owned, Region, Repinned, Restated, Retried, Rule, Side, Word, diff, holding, names, owners, repinned,
    restated, retried,
};
pub use get::get;
use ground::facts_of_time;
pub use ground::{
    Fact, Grounding, Mention as Mentioning, Mentioned, Named, Narrowed, Open, PeriodOpen, Sentence, ground,
};
pub use history::{Change, history};
pub use leaning::retracted;
pub use lineage::{Lineage, Stretch, lineage};
pub use ls::{Listing, kinds, ls, ls_after};
pub use mention::{Mention, mentions};
pub use narrow::narrower;
pub use nearest::nearest;
pub use pinned::{Digits, Found, found};
pub use question::{BadQuestion, Context, Question};
pub use referent::{
    Brief, By, Case, Choice, NameAsk, NameQuestion, NearName, Referent, Referral, Referring, Step, refer,
};

pub use search::{Found as Finds, Hit, Matched, Search, search};
pub use trial::{Expect, Miss, Test, Tried, Verdict, tests as questions, try_all, try_one};

pub use when::{CalendarCites, WhenAnswer, when};

use crate::snapshot::SnapshotError;

/// Why a question has no answer at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum QueryError {
    /// It can't be asked so.
    Bad(BadQuestion),
    /// The snapshot is damaged.
    Snapshot(SnapshotError),
}

impl From<SnapshotError> for QueryError {
    fn from(error: SnapshotError) -> QueryError {
        QueryError::Snapshot(error)
    }
}

impl From<BadQuestion> for QueryError {
    fn from(bad: BadQuestion) -> QueryError {
        QueryError::Bad(bad)
    }
}

/// From what `snapshot` answers: how much of the history it knows, its root, its commit.
///
/// # Errors
/// [`QueryError::Snapshot`] where it is damaged.
pub fn basis(snapshot: &crate::snapshot::Snapshot) -> Result<Basis, QueryError> {
    read::Reading::new(snapshot)?.basis()
}
