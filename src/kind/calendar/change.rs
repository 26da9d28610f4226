//! Dated changes of a calendar: from one rule to another, with what lies between.

use jiff::civil::Date;

use super::super::SubjectTable;
use super::super::reader::{Reader, clip};
use super::{Block, RULE_KEYS, block_day, block_text, header, only_keys, rule};
use crate::claim::{Calendar, Days, FiscalName, Scheme, Stretch, Unit, YearName};
use crate::diagnostic::{Finding, codes};
use crate::source::Origin;

/// A change as it is written.
struct Change {
    from: Date,
    scheme: Scheme,
    transition: Option<YearName>,
    transition_from: Option<Date>,
    here: Origin,
}

/// `stretches` (of the calendar's own rule or table) with those that follow; `None` where something is wrong, which was told.
pub(super) fn changed(
    stretches: Vec<Stretch>,
    subject: &SubjectTable<'_, '_>,
    blocks: Vec<Block<'_, '_>>,
    reader: &mut Reader<'_>,
) -> Option<Vec<Stretch>> {
    // All are read before any is refused: two mistakes are two findings.
    let read: Vec<Option<Change>> =
        blocks.into_iter().map(|block| change(block, subject.id, reader)).collect();
    let mut changes: Vec<Change> = read.into_iter().collect::<Option<_>>()?;
    changes.sort_by_key(|change| change.from);
    let mut calendar = Calendar { stretches, ..Calendar::default() };
    for change in changes {
        append(&mut calendar, &change, subject.id, reader)?;
        names_differ(&calendar, &change, reader)?;
    }
    Some(calendar.stretches)
}

fn change(block: Block<'_, '_>, id: &str, reader: &mut Reader<'_>) -> Option<Change> {
    let (table, here) = block;
    let own = ["from", "transition", "transition-from", "note"];
    let known: Vec<&str> = own.into_iter().chain(RULE_KEYS).collect();
    let mut fine = only_keys(&block, "a key of a change of calendar", &known, reader);
    for key in RULE_KEYS.into_iter().chain(["note"]) {
        fine &= block_text(table, key, reader).is_ok();
    }
    let what = "on which day the first year by the new rule starts";
    let from = block_day(&block, "from", what, reader);
    let transition = transition(&block, reader);
    let transition_from = match table.contains_key("transition-from") {
        true => Some(block_day(&block, "transition-from", "on which day the transition starts", reader)?),
        false => None,
    };
    if !fine {
        return None;
    }
    let scheme = rule::ruled(table, here, id, reader)?;
    Some(Change { from: from?, scheme, transition: transition.ok()?, transition_from, here })
}

/// What the time before the new rule is called; `Err` where that is no name, which was told.
fn transition(block: &Block<'_, '_>, reader: &mut Reader<'_>) -> Result<Option<YearName>, ()> {
    let Some(written) = block_text(block.0, "transition", reader)? else { return Ok(None) };
    match FiscalName::parse(written) {
        Some(FiscalName { year, unit: Unit::Year, .. }) => Ok(Some(year)),
        _ => {
            let message = format!("`{}` is not a name for a transition", clip(written));
            let finding = reader
                .finding(&codes::BAD_CALENDAR, &block.0["transition"], message, "not a name")
                .help("write `TP25` (a transition period), or `FY25` where it is called a year");
            reader.report(finding);
            Err(())
        }
    }
}

/// Puts a change behind what there is.
fn append(calendar: &mut Calendar, change: &Change, id: &str, reader: &mut Reader<'_>) -> Option<()> {
    let Scheme::Rule(rule, division) = &change.scheme else { return None };
    let new = Calendar {
        stretches: vec![Stretch { from: None, scheme: Scheme::Rule(*rule, division.clone()) }],
        ..Calendar::default()
    };
    let mut refuse = |message: String, label: &str, help: String| {
        reader.report(Finding::new(&codes::BAD_CALENDAR, message, change.here, label).help(help));
    };
    let from = change.from;
    let year = new.year_of(from)?;
    if year.days.from != from {
        let message = format!("by the new rule no year starts on {from}");
        let help = format!(
            "write the first day of the first year by it: `from = {}` or `from = {}`; what lies before it gets a name \
             by `transition`",
            year.days.from, year.days.until
        );
        refuse(message, "not a first day", help);
        return None;
    }
    let last = calendar.stretches.last().and_then(|stretch| stretch.from);
    let start = match (before(calendar, from), change.transition_from) {
        (Before::Cut(days), _) => {
            let message = format!("the table lists a year of {days}, which the change on {from} would cut");
            refuse(
                message,
                "cuts a listed year",
                "let the last year that is listed end there, or earlier".to_owned(),
            );
            return None;
        }
        (Before::Start(_), Some(start)) => {
            let starts = calendar.year_of(start).is_some_and(|year| year.days.from == start);
            if !starts || start >= from {
                let message =
                    format!("the transition can't start on {start}: no year before the change does");
                let help = "write the first day of a year by the rule before, earlier than `from`".to_owned();
                refuse(message, "not a first day", help);
                return None;
            }
            start
        }
        (Before::Start(start), None) => start,
    };
    if last.is_some_and(|last| start <= last) {
        let message = format!("between this change, on {from}, and the one before it no year is whole");
        refuse(message, "too early", format!("remove one of the two blocks `{}`", header(id, "change")));
        return None;
    }
    match (change.transition, start < from) {
        (None, false) => {}
        (Some(name), true) => {
            calendar.stretches.push(Stretch { from: Some(start), scheme: Scheme::Transition(name) });
        }
        (Some(name), false) => {
            let message = format!("nothing lies between the two calendars that could be called {name}");
            refuse(message, "no transition here", "remove `transition`".to_owned());
            return None;
        }
        (None, true) => {
            let days = Days { from: start, until: from };
            let message = format!(
                "what lies before the change has no name: {} up to and including {}",
                days.from,
                days.last()
            );
            let year = days.last().year().rem_euclid(100);
            let finding = Finding::new(&codes::MISSING_KEY, message, change.here, "no `transition` here");
            reader.report(finding.help(format!(
                "add `transition = \"TP{year:02}\"`, or `\"FY{year:02}\"` where it is called a year"
            )));
            return None;
        }
    }
    calendar.stretches.push(Stretch { from: Some(from), scheme: change.scheme.clone() });
    Some(())
}

/// What there is before a change.
enum Before {
    /// The first day that is in no whole year before it.
    Start(Date),
    /// A listed year that would end too early.
    Cut(Days),
}

fn before(calendar: &Calendar, from: Date) -> Before {
    if let (_, Some(end)) = calendar.covered()
        && end <= from
    {
        return Before::Start(end);
    }
    let listed = matches!(calendar.stretches.last(), Some(Stretch { scheme: Scheme::Listed(..), .. }));
    match calendar.year_of(from) {
        Some(year) if listed && year.days.from < from => Before::Cut(year.days),
        Some(year) => Before::Start(year.days.from),
        None => Before::Start(from),
    }
}

/// That no two years have one name: what comes before a change is numbered lower than what comes after it.
fn names_differ(calendar: &Calendar, change: &Change, reader: &mut Reader<'_>) -> Option<()> {
    let first = calendar.year_of(change.from)?;
    let mut seen = vec![first.clone()];
    let mut day = change.from;
    // The transition and the last year before it: numbers only grow farther back.
    for _ in 0..2 {
        let Some(year) = day.yesterday().ok().and_then(|day| calendar.year_of(day)) else { break };
        day = year.days.from;
        if let Some(other) =
            seen.iter().find(|other| other.name.kind == year.name.kind && other.name <= year.name)
        {
            let message = match other.name == year.name {
                true => format!("two years would be called {}: {} and {}", year.name, year.days, other.days),
                false => {
                    format!("{} ({}) would come before {} ({})", year.name, year.days, other.name, other.days)
                }
            };
            let help = "name the transition, or the years from here on (`named-by`), so that every year has a name of its \
                        own and they count upwards";
            reader.report(
                Finding::new(&codes::BAD_CALENDAR, message, change.here, "one name twice").help(help),
            );
            return None;
        }
        seen.push(year);
    }
    let names = calendar.stretches.iter().filter_map(|stretch| match stretch.scheme {
        Scheme::Transition(name) => Some(name),
        Scheme::Rule(..) | Scheme::Listed(..) => None,
    });
    let names: Vec<YearName> = names.collect();
    if let Some(name) =
        change.transition.filter(|name| names.iter().filter(|other| *other == name).count() > 1)
    {
        let message = format!("two transitions would be called {name}");
        let help = "name each by the year in which it ends";
        reader.report(Finding::new(&codes::BAD_CALENDAR, message, change.here, "one name twice").help(help));
        return None;
    }
    Some(())
}
