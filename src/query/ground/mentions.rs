//! What a sentence mentions: periods, and names resolved at their time.

use jiff::civil::Date;
use smol_str::SmolStr;

use super::{Found, Grounder, LONGEST, Named};
use crate::claim::{Days, Subject};
use crate::query::period::scan_periods;
use crate::query::referent::{NAMED, NameQuestion, Referral, refer};
use crate::query::when::{self, WhenAnswer};
use crate::query::{QueryError, facts_of_time};
use crate::snapshot::Name;

/// Mentions that are looked at. What speaks of more is no sentence.
const MOST: usize = 256;

/// Days within a stretch on which the bearers of a name change that are looked at.
const MOST_TURNS: usize = 32;

impl Grounder<'_, '_> {
    /// Periods and names, from the left, the longer of those that begin at one place, none over another. Where both begin and
    /// end alike it is a period.
    ///
    /// And whether there is more than is looked at.
    pub(super) fn found(&self) -> Result<(Vec<Found>, bool), QueryError> {
        let text = beginning(self.sentence.text);
        let mut long = text.len() < self.sentence.text.len();
        let periods = scan_periods(text, &self.calendars);
        long |= periods.len() > MOST;
        let periods = periods.into_iter().take(MOST);
        let mut found: Vec<Found> =
            periods.map(|period| Found { bytes: period.range, period: Some(period.expression) }).collect();
        for mention in self.snapshot.names()?.scan(text) {
            let mention = mention?;
            if found.len() >= MOST * 2 {
                long = true;
                break;
            }
            if self.is_spoken_of(&mention.name)? {
                found.push(Found { bytes: mention.bytes, period: None });
            }
        }
        found.sort_by_key(|found| {
            (found.bytes.start, std::cmp::Reverse(found.bytes.end), found.period.is_none())
        });
        let mut end = 0;
        found.retain(|found| {
            let free = found.bytes.start >= end;
            end = if free { found.bytes.end } else { end };
            free
        });
        Ok((found, long))
    }

    /// What a period in the sentence is.
    pub(super) fn period(&self, found: &Found) -> Result<Option<WhenAnswer>, QueryError> {
        let Some(expression) = &found.period else { return Ok(None) };
        let said = &self.sentence.text[found.bytes.clone()];
        let relative_to = self.sentence.relative_to;
        when::told(&self.reading, said, expression, &self.calendars, relative_to).map(Some)
    }

    /// Whether a subject that people speak of by name is called so, somewhere and some day.
    fn is_spoken_of(&self, name: &Name<'_>) -> Result<bool, QueryError> {
        for bearer in name.bearers() {
            let slot = bearer?.slot()?;
            if slot.subject().split_once('/').is_some_and(|(kind, _)| NAMED.contains(&kind)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a name refers to on a day, of a type where one is wanted.
    pub(super) fn refer(
        &self,
        name: &str,
        on: Date,
        of_type: Option<SmolStr>,
    ) -> Result<Referral, QueryError> {
        let context = self.sentence.context.clone();
        refer(self.snapshot, &NameQuestion { name: SmolStr::new(name), context, on, kind: None, of_type })
    }

    /// Whom a name in the sentence means over the days.
    pub(super) fn named(&self, found: &Found, days: &[Days]) -> Result<Named, QueryError> {
        let said = &self.sentence.text[found.bytes.clone()];
        let mut turns = self.turns(said, days)?.into_iter();
        let first = turns.next().unwrap_or(self.sentence.on);
        let mut named =
            Named { referral: self.refer(said, first, None)?, later: Vec::new(), narrowed_by: Vec::new() };
        for day in turns {
            let now = self.refer(said, day, None)?;
            let before = named.later.last().map_or(&named.referral, |(_, before)| before);
            if who(&now) != who(before) {
                named.later.push((day, now));
            }
        }
        Ok(named)
    }

    /// The days on which to look whom a name means: the first of each stretch, and those on which its bearers may change.
    fn turns(&self, name: &str, days: &[Days]) -> Result<Vec<Date>, QueryError> {
        let mut turns: Vec<Date> = Vec::new();
        let names = self.snapshot.names()?;
        let key = crate::name::norm(name);
        for stretch in days {
            turns.push(stretch.from);
            for bearer in names.bearers(&key)?.take(MOST_TURNS) {
                let slot = bearer?.slot()?.slot()?;
                turns.extend(facts_of_time(&self.reading, &slot, stretch)?);
            }
        }
        turns.sort_unstable();
        turns.dedup();
        turns.truncate(MOST_TURNS);
        Ok(turns)
    }
}

/// As much of a text as is looked at, whole words of it.
fn beginning(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let whole = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    &text[..whole]
}

/// Whom a name means, as far as that is known.
fn who(referral: &Referral) -> (Option<&Subject>, Vec<&Subject>) {
    (referral.subject.as_ref(), referral.bearers.iter().map(|bearer| &bearer.subject).collect())
}
