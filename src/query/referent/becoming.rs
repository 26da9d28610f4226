//! What subjects became, and which of several bearers of a name are one.

use jiff::civil::Date;

use super::bearing::Bearer;
use super::{Asking, Step};
use crate::claim::{Subject, Value};
use crate::query::answer::Cite;
use crate::query::{QueryError, get, walk};
use crate::resolve::Outcome;

/// Longer chains of successors are cut: nobody reads further.
pub(in crate::query) const FAR: usize = 32;

impl<'s> Asking<'s, '_> {
    /// What `subject` became by the day asked about, one step after the other, until it is still there or was split.
    pub(super) fn became(&self, subject: &Subject) -> Result<Vec<Step>, QueryError> {
        let (mut steps, mut seen) = (Vec::new(), vec![subject.clone()]);
        while let Some(step) = self.next(seen.last().unwrap_or(subject))? {
            let next = match &step.into[..] {
                [next] if !seen.contains(next) && steps.len() + 1 < FAR => Some(next.clone()),
                _ => None,
            };
            steps.push(step);
            match next {
                Some(next) => seen.push(next),
                None => break,
            }
        }
        Ok(steps)
    }

    /// What a subject is too, else what it became.
    fn next(&self, subject: &Subject) -> Result<Option<Step>, QueryError> {
        let same = self.step(subject, "same-as")?;
        if same.is_some() { Ok(same) } else { self.step(subject, "successor") }
    }

    /// The step that an attribute of references makes at the point asked about.
    fn step(&self, subject: &Subject, attribute: &'static str) -> Result<Option<Step>, QueryError> {
        let slot = get::slot_of(subject, attribute);
        let into = self.holds(subject, attribute)?.as_ref().map(references).unwrap_or_default();
        let Some(read) = self.reading.slot(&slot)?.filter(|_| !into.is_empty()) else { return Ok(None) };
        let (context, on) = (&self.question.context, self.question.on);
        let open = walk::open_ticks(&read.decided, self.reading.declarations, context, Some(on));
        let mut said: Vec<u32> = Vec::new();
        for cell in walk::cells(&read.decided, &open) {
            if let Outcome::Fact(claims) = &read.decided.outcomes[cell.outcome as usize] {
                said.extend(claims);
            }
        }
        said.sort_unstable();
        said.dedup();
        let cites: Vec<Cite> =
            said.iter().map(|claim| self.reading.cite(&read, *claim)).collect::<Result<_, _>>()?;
        let since: Option<Date> = cites.iter().filter_map(|cite| cite.period.from).max();
        let labels: Vec<Option<Value>> =
            into.iter().map(|subject| self.label(subject)).collect::<Result<_, _>>()?;
        Ok(Some(Step { by: attribute, into, labels: labels.into_iter().flatten().collect(), since, cites }))
    }

    /// Joins bearers that are the same, and those that became another of them.
    pub(super) fn join(&self, bearers: &mut Vec<Bearer<'s>>) -> Result<(), QueryError> {
        if bearers.len() < 2 {
            return Ok(());
        }
        let subjects: Vec<Subject> = bearers.iter().map(|bearer| bearer.subject.clone()).collect();
        let into = |subject: &Subject| -> Result<Vec<Subject>, QueryError> {
            Ok(self.next(subject)?.map(|step| step.into).unwrap_or_default())
        };
        let ends = joined(&subjects, into)?;
        for (at, &end) in ends.iter().enumerate().filter(|(at, end)| at != *end) {
            let (gone, into) = (bearers[at].clone(), &mut bearers[end]);
            into.also.push(gone.subject);
            // That one of them is called so is settled, where the other's being called so is not.
            into.whole |= gone.whole && !gone.contested;
            if into.whole {
                into.region = crate::claim::When::always();
            }
            into.claims.extend(gone.claims);
        }
        let mut place = 0..;
        bearers.retain(|_| place.next().is_some_and(|at: usize| ends[at] == at));
        Ok(())
    }
}

/// For each of `subjects`, which are in order, the one that it stands for: itself, or another that is the same or that
/// it became. `next` tells what a subject is too, else what it became: nothing, one subject, or several.
///
/// # Errors
/// Those of `next`.
pub(in crate::query) fn joined<E>(
    subjects: &[Subject],
    next: impl Fn(&Subject) -> Result<Vec<Subject>, E>,
) -> Result<Vec<usize>, E> {
    let mut ends: Vec<usize> = Vec::with_capacity(subjects.len());
    for (at, subject) in subjects.iter().enumerate() {
        ends.push(end(subject, subjects, &next)?.unwrap_or(at));
    }
    // Two that are said to be each other stand for the first of them by address.
    let last = |mut at: usize| {
        let mut seen = vec![at];
        while ends[at] != at {
            at = ends[at];
            if seen.contains(&at) {
                return seen.into_iter().min().unwrap_or(at);
            }
            seen.push(at);
        }
        at
    };
    Ok((0..ends.len()).map(last).collect())
}

/// Which other of `subjects` a bearer is at the point asked about, or has become by then.
fn end<E>(
    subject: &Subject,
    subjects: &[Subject],
    next: &impl Fn(&Subject) -> Result<Vec<Subject>, E>,
) -> Result<Option<usize>, E> {
    let mut at = subject.clone();
    for _ in 0..FAR {
        let into = next(&at)?;
        let [next] = &into[..] else { return Ok(None) };
        if next == subject {
            return Ok(None);
        }
        if let Ok(found) = subjects.binary_search(next) {
            return Ok(Some(found));
        }
        at = next.clone();
    }
    Ok(None)
}

/// The subjects that a value refers to: one, or the members of a set.
pub(in crate::query) fn references(value: &Value) -> Vec<Subject> {
    match value {
        Value::Ref(into) => vec![into.clone()],
        Value::List(all) => all.iter().filter_map(reference).collect(),
        _ => Vec::new(),
    }
}

fn reference(value: &Value) -> Option<Subject> {
    match value {
        Value::Ref(subject) => Some(subject.clone()),
        _ => None,
    }
}
