//! Citations held against the knowledge: is what a pin names still what answers?

use std::collections::BTreeMap;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::answer::{Answer, Cite, Pin, Standing};
use super::pinned::{Digits, Found};
use super::read::Reading;
use super::{Address, Context, QueryError, Question, get};
use crate::claim::Slot;
use crate::snapshot::Snapshot;

/// One thing that is cited, once or often.
#[derive(Clone, PartialEq, Debug)]
pub struct Citation {
    /// The slot.
    pub slot: Slot,
    /// What stands behind the `~`.
    pub digits: Digits,
    /// Where it is cited: positions in what was found, in order.
    pub places: Vec<usize>,
    /// How it stands.
    pub state: State,
    /// The claim, where it is said.
    pub cite: Option<Cite>,
    /// What its slot answers in the case and on the day asked about.
    pub now: Box<Answer>,
}

/// How a citation stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It answers.
    Current,
    /// It answers in some of the cases that are left open.
    Possible,
    /// It is said, and answers in other contexts, not in this one.
    Elsewhere,
    /// It is said, and speaks of other days.
    OtherDays,
    /// It is said, and another claim answers.
    Superseded,
    /// Nothing says it. Whether anything ever did is for history to tell.
    Unsaid,
    /// Its digits begin the hashes of several claims.
    Ambiguous(Vec<Pin>),
    /// It is no pin: too few digits, or others than hex.
    Odd,
    /// An address that names no claim: whether its answer is still the one that was cited can't be told.
    Unpinned,
}

impl State {
    /// Whether nothing is wrong with it, as far as can be told.
    pub fn holds(&self) -> bool {
        matches!(self, State::Current | State::Possible | State::Unpinned)
    }
}

/// Judges all of `found` in `context` and of the day `on`: each thing that is cited once, in the order of the first places.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn citations(
    snapshot: &Snapshot,
    found: &[Found],
    context: &Context,
    on: Date,
) -> Result<Vec<Citation>, QueryError> {
    let mut places: BTreeMap<(&Slot, &Digits), Vec<usize>> = BTreeMap::new();
    for (at, one) in found.iter().enumerate() {
        places.entry((&one.slot, &one.digits)).or_default().push(at);
    }
    let mut named: Vec<_> = places.into_iter().collect();
    named.sort_by_key(|(_, places)| places.first().copied());
    let judged = named.into_iter().map(|((slot, digits), places)| {
        Ok(Citation { places, ..citation(snapshot, slot, digits, context, on)? })
    });
    judged.collect()
}

/// Judges one.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn citation(
    snapshot: &Snapshot,
    slot: &Slot,
    digits: &Digits,
    context: &Context,
    on: Date,
) -> Result<Citation, QueryError> {
    let reading = Reading::new(snapshot)?;
    let address = match digits {
        Digits::Of(digits) => Address::Pin(slot.clone(), digits.clone()),
        Digits::None | Digits::Odd(_) => Address::Slot(slot.clone()),
    };
    let question = Question { address, context: context.clone(), on };
    let now = get(snapshot, &question)?.into_iter().next();
    let now = now.ok_or_else(|| super::BadQuestion::new(format!("`{slot}` has no single answer")))?;
    let mut citation = Citation {
        slot: slot.clone(),
        digits: digits.clone(),
        places: Vec::new(),
        state: State::Unpinned,
        cite: None,
        now: Box::new(now),
    };
    match digits {
        Digits::None if citation.now.candidates.is_empty() => citation.state = State::Unsaid,
        Digits::None => {}
        Digits::Odd(_) => citation.state = State::Odd,
        Digits::Of(digits) => citation.judge(&reading, digits, &question)?,
    }
    Ok(citation)
}

impl Citation {
    /// How it stands, by the claim that its digits name.
    fn judge(&mut self, reading: &Reading<'_>, digits: &SmolStr, asked: &Question) -> Result<(), QueryError> {
        self.state = State::Unsaid;
        let Some(read) = reading.slot(&self.slot)? else { return Ok(()) };
        let position = match read.positions(|claim| claim.hash.starts_with(digits))[..] {
            [] => return Ok(()),
            [one] => one,
            ref several => {
                self.state = State::Ambiguous(several.iter().map(|at| read.pin(*at)).collect());
                return Ok(());
            }
        };
        let cite = reading.cite(&read, position)?;
        self.state = match self.now.standing {
            Some(Standing::Current) => State::Current,
            Some(Standing::Possible) => State::Possible,
            _ if !cite.period.contains(asked.on) => State::OtherDays,
            _ if self.answers_elsewhere(reading, asked)? => State::Elsewhere,
            _ => State::Superseded,
        };
        self.cite = Some(cite);
        Ok(())
    }

    /// Whether it answers on that day in any context at all.
    fn answers_elsewhere(&self, reading: &Reading<'_>, asked: &Question) -> Result<bool, QueryError> {
        if asked.context.is_empty() {
            return Ok(false);
        }
        let anywhere = Question { context: Context::unknown(), ..asked.clone() };
        let standing = get(reading.snapshot, &anywhere)?.first().and_then(|answer| answer.standing);
        Ok(matches!(standing, Some(Standing::Current | Standing::Possible)))
    }

    /// The one claim that answers in its place.
    pub fn instead(&self) -> Option<&Cite> {
        let pin = self.now.pin.as_ref()?;
        self.now.cites.iter().find(|cite| cite.pin == *pin)
    }
}

impl std::fmt::Display for Citation {
    /// As it was cited.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.digits {
            Digits::None => write!(f, "{}", self.slot),
            Digits::Of(digits) | Digits::Odd(digits) => write!(f, "{}~{digits}", self.slot),
        }
    }
}
