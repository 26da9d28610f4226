//! Which subjects bear a name at a point, and where each does.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Asking, NearName, Wanted};
use crate::claim::{Slot, Subject, Value, When};
use crate::query::answer::Cite;
use crate::query::read::SlotReading;
use crate::query::ticks::TickSet;
use crate::query::{Context, QueryError, walk};
use crate::resolve::{AxisName, Outcome, Ticks};
use crate::snapshot::{self, At, Bears};

/// A subject that bears the name.
#[derive(Clone, Debug)]
pub(super) struct Bearer<'s> {
    pub subject: Subject,
    /// The first of the claims that give it the name.
    pub cite: Cite,
    /// Where it bears it, beyond what is known.
    pub region: When,
    /// Whether it bears it whatever the question leaves open.
    pub whole: bool,
    /// Whether claims contradict each other on it.
    pub contested: bool,
    /// The day on which it ceased to.
    pub until: Option<Date>,
    /// Other bearers that are this one too.
    pub also: Vec<Subject>,
    /// All claims that give it the name.
    pub claims: Vec<snapshot::Bearer<'s>>,
}

impl<'s> Asking<'s, '_> {
    /// The wanted subjects that bear a name on a day, by address.
    pub(super) fn bearers(&self, keys: &[String], on: Date) -> Result<Vec<Bearer<'s>>, QueryError> {
        let names = self.reading.snapshot.names()?;
        let at = At { on: Some(on), context: &self.context };
        let mut found: BTreeMap<Subject, Bearer<'s>> = BTreeMap::new();
        let mut said: BTreeMap<Slot, Vec<u32>> = BTreeMap::new();
        for key in keys {
            for bearer in names.bearers(key)? {
                let bearer = bearer?;
                let bears = bearer.bears_at(&at)?;
                if bears == Bears::No {
                    continue;
                }
                let slot = bearer.slot()?.slot()?;
                let wanted = self.is_wanted(&slot.subject)?;
                if wanted == Wanted::No {
                    continue;
                }
                let Some(read) = self.reading.slot(&slot)? else { continue };
                // Claims of one slot that give it, one here and one there, give it in both.
                let together = said.entry(slot.clone()).or_default();
                together.push(bearer.position());
                let Some(borne) = self.borne(&read, together, on) else { continue };
                let cite = self.reading.cite(&read, bearer.position())?;
                let new = Bearer {
                    subject: slot.subject.clone(),
                    cite,
                    region: borne.region,
                    whole: borne.whole && wanted == Wanted::Yes,
                    contested: borne.contested,
                    until: None,
                    also: Vec::new(),
                    claims: vec![bearer],
                };
                match found.get_mut(&slot.subject) {
                    Some(known) => known.and(new),
                    None => drop(found.insert(slot.subject, new)),
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The wanted subject whose claim `bearer` is, if it is called so somewhere in what is known of the context.
    pub(in crate::query) fn is_called(
        &self,
        bearer: &snapshot::Bearer<'s>,
    ) -> Result<Option<Subject>, QueryError> {
        let on = self.question.on;
        let bears = bearer.bears_at(&At { on: Some(on), context: &self.context })?;
        if bears == Bears::No {
            return Ok(None);
        }
        let slot = bearer.slot()?.slot()?;
        if self.is_wanted(&slot.subject)? == Wanted::No {
            return Ok(None);
        }
        if bears == Bears::Depends {
            // On what is open: it may be so in no case.
            let read = self.reading.slot(&slot)?;
            if read.and_then(|read| self.borne(&read, &[bearer.position()], on)).is_none() {
                return Ok(None);
            }
        }
        Ok(Some(slot.subject))
    }

    /// Where the claims at some positions of a slot give their name, on a day.
    fn borne(&self, read: &SlotReading, positions: &[u32], on: Date) -> Option<Borne> {
        let declarations = self.reading.declarations;
        let open = walk::open_ticks(&read.decided, declarations, &self.question.context, Some(on));
        let cells = walk::cells(&read.decided, &open);
        let any = |claims: &[u32]| positions.iter().any(|position| claims.contains(position));
        let says = |outcome: u32| match &read.decided.outcomes[outcome as usize] {
            Outcome::Fact(claims) => any(claims),
            Outcome::Conflict(claims) => any(claims),
            Outcome::Gap => false,
        };
        let here: Vec<_> = cells.iter().filter(|cell| says(cell.outcome)).collect();
        if here.is_empty() {
            return None;
        }
        let whole = here.len() == cells.len();
        let conflict = |outcome: u32| matches!(read.decided.outcomes[outcome as usize], Outcome::Conflict(_));
        let contested = here.iter().any(|cell| conflict(cell.outcome));
        let region = match whole {
            true => When::always(),
            false => walk::region(&read.decided, declarations, &open, here.iter().copied()),
        };
        // Settled here and contested there is neither as a whole.
        let settled = here.iter().any(|cell| !conflict(cell.outcome));
        Some(Borne { region, whole: whole && !(contested && settled), contested })
    }

    /// Those that bore the name last before the day asked about, where nobody bears it then.
    pub(super) fn former(&self, keys: &[String]) -> Result<Vec<Bearer<'s>>, QueryError> {
        let mut found: Vec<Bearer<'s>> = Vec::new();
        for (until, last) in self
            .turns(keys, Some(&self.question.context))?
            .iter()
            .filter_map(|turn| Some((turn.until?, turn.last()?)))
        {
            if until > self.question.on {
                continue;
            }
            for mut bearer in self.bearers(keys, last)? {
                bearer.until = Some(until);
                match found.iter_mut().find(|known| known.subject == bearer.subject) {
                    Some(known) if known.until < bearer.until => *known = bearer,
                    Some(_) => {}
                    None => found.push(bearer),
                }
            }
        }
        // Several that were called so at different times are several: that one was it later says nothing.
        found.sort_by(|a, b| a.subject.cmp(&b.subject));
        Ok(found)
    }

    /// Who will be called so, or is elsewhere than asked: to be shown, not chosen.
    pub(super) fn other_days(&self, keys: &[String]) -> Result<Vec<NearName>, QueryError> {
        let mut near: Vec<NearName> = Vec::new();
        for turn in self.turns(keys, None)? {
            let day = turn.from.filter(|from| *from > self.question.on);
            let by = day.map_or_else(|| "elsewhere".to_owned(), |day| format!("called so from {day}"));
            match near.iter_mut().find(|other| other.name == turn.name && other.by == [by.as_str()]) {
                Some(other) if !other.subjects.contains(&turn.subject) => other.subjects.push(turn.subject),
                Some(_) => {}
                None => near.push(NearName { name: turn.name, subjects: vec![turn.subject], by: vec![by] }),
            }
        }
        near.truncate(super::MOST);
        Ok(near)
    }

    /// The stretches of time in which somebody bears the name somewhere: in a context as far as it is known, or anywhere.
    fn turns(&self, keys: &[String], context: Option<&Context>) -> Result<Vec<Turn>, QueryError> {
        let anywhere = Context::default();
        let context = context.unwrap_or(&anywhere);
        let names = self.reading.snapshot.names()?;
        let mut turns = Vec::new();
        for key in keys {
            for bearer in names.bearers(key)? {
                let bearer = bearer?;
                let slot = bearer.slot()?.slot()?;
                if self.is_wanted(&slot.subject)? == Wanted::No {
                    continue;
                }
                let Some(read) = self.reading.slot(&slot)? else { continue };
                let Value::Text(name) = read.claims[bearer.position() as usize].value.clone() else {
                    continue;
                };
                let open = walk::open_ticks(&read.decided, self.reading.declarations, context, None);
                for (from, until) in spans(&read, bearer.position(), &open) {
                    turns.push(Turn { name: name.clone(), subject: slot.subject.clone(), from, until });
                }
            }
        }
        turns.sort();
        turns.dedup();
        Ok(turns)
    }
}

/// Where a claim gives its name.
struct Borne {
    region: When,
    whole: bool,
    contested: bool,
}

/// A stretch of time in which a subject is called so somewhere.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    name: smol_str::SmolStr,
    subject: Subject,
    from: Option<Date>,
    until: Option<Date>,
}

impl Turn {
    /// Its last day.
    fn last(&self) -> Option<Date> {
        self.until?.yesterday().ok()
    }
}

/// The stretches of days on which a claim is what holds, or contends, somewhere in what is open.
fn spans(read: &SlotReading, position: u32, open: &[TickSet]) -> Vec<(Option<Date>, Option<Date>)> {
    let decided = &read.decided;
    let says = |outcome: u32| match &decided.outcomes[outcome as usize] {
        Outcome::Fact(claims) => claims.contains(&position),
        Outcome::Conflict(claims) => claims.contains(&position),
        Outcome::Gap => false,
    };
    let cells = walk::cells(decided, open);
    let here = cells.iter().filter(|cell| says(cell.outcome));
    let time = decided.axes.iter().position(|axis| axis.name == AxisName::Time);
    let Some((time, Ticks::Days(days))) = time.map(|at| (at, &decided.axes[at].ticks)) else {
        return here.take(1).map(|_| (None, None)).collect();
    };
    let ticks = here.fold(TickSet::default(), |all, cell| all.union(&cell.ticks[time]));
    let day = |tick: u32| tick.checked_sub(1).and_then(|at| days.get(at as usize)).copied();
    ticks.ranges().iter().map(|range| (day(range.start), day(range.end))).collect()
}

impl<'s> Bearer<'s> {
    /// The same subject, given the name by another claim too.
    fn and(&mut self, other: Bearer<'s>) {
        // A claim that always gives it says more than one that sometimes does.
        if (other.whole && !self.whole) || (!other.contested && self.contested) {
            self.cite = other.cite;
        }
        self.region = match self.whole || other.whole {
            true => When::always(),
            false => When::any_of([self.region.products(), other.region.products()].concat()),
        };
        let contested = self.contested && other.contested;
        // What is contested as a whole is not settled as a whole by another claim that settles a part.
        self.whole =
            (self.whole && self.contested == contested) || (other.whole && other.contested == contested);
        self.contested = contested;
        self.claims.extend(other.claims);
    }
}
