//! `dictum.period/1`: which days are meant by a period, why, and who said so.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Cited, cited};
use crate::claim::{Days, Scheme};
use crate::face::words;
use crate::query::period::{self, Chosen, Missing, PeriodAnswer, YearRead};
use crate::query::{BadQuestion, CalendarCites, WhenAnswer};

/// The answer to "when is …?".
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.period/1")]
pub struct Period {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.period/1"))]
    schema: &'static str,
    /// What kind of result it is: `fact`, `ambiguous` (see `candidates` and `ask`), `depends` (see `needs`), `unknown` (nothing that is
    /// declared says it; see `message`), `unconfirmed` (who said how the calendar goes can't be vouched for).
    #[schemars(extend("enum" = ["fact", "ambiguous", "depends", "unknown", "unconfirmed"]))]
    status: &'static str,
    /// What was asked.
    asked: String,
    /// The same in one spelling.
    read_as: String,
    /// The day that it is relative to.
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    /// The days.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    days: Option<DaysWire>,
    /// By what it was read: `civil`, `named` (its words name the calendar), `asked` (`--calendar`), `default` (`dictum.toml`), `only` (no
    /// other calendar is declared), `alone` (no other has such a period), `agree` (the days are the same whatever is meant).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["civil", "named", "asked", "default", "only", "alone", "agree"]))]
    chosen: Option<&'static str>,
    /// How the days came about: one reading, or several that agree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    readings: Vec<Reading>,
    /// For `ambiguous`: what may be meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
    /// For `ambiguous` and `depends`: what to ask next.
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<&'static str>,
    /// For `depends`: what was not said, `day` or `year`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["day", "year"]))]
    needs: Option<&'static str>,
    /// For `unknown`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// For `unknown`: what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// For a single day: the fiscal periods that it lies in, by calendar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<Within>,
    /// The claims that say how the calendars go, as far as they have a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of the snapshot that answered.
    snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// Days, half-open.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct DaysWire {
    /// First day.
    from: String,
    /// First day no more.
    until: String,
}

/// A reading.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Reading {
    /// `calendar/ID`; absent for the civil calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
    /// What the period is called there.
    name: String,
    /// Why it lies there, a step each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<String>,
    /// The fiscal periods that it was made of; two of a span.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
}

/// A fiscal period.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Part {
    /// Its name: `Q3 FY2026`.
    name: String,
    /// `year`, `half`, `quarter`, `period` or `week`.
    #[schemars(extend("enum" = ["year", "half", "quarter", "period", "week"]))]
    unit: &'static str,
    #[serde(flatten)]
    days: DaysWire,
    /// Whether its year lies so by a rule, as listed, or between two calendars.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["rule", "listed", "transition"]))]
    by: Option<&'static str>,
}

/// Something that may be meant.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Candidate {
    /// `calendar/ID`; absent for the civil calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
    /// What the period is called there.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The days.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    days: Option<DaysWire>,
    /// Why the calendar does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What to type for it.
    ask_for: String,
}

/// The fiscal periods of one calendar that a day lies in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Within {
    /// `calendar/ID`.
    calendar: String,
    /// From the longest to the shortest; empty where the calendar says nothing of the day.
    periods: Vec<Part>,
}

/// An answer on the wire.
pub fn period(told: &WhenAnswer) -> Period {
    let by_id = |id: &str| told.calendars.iter().find(|calendar| calendar.id == id);
    let cites = told.calendars.iter().flat_map(|calendar| &calendar.cites);
    let mut wire = Period {
        schema: "dictum.period/1",
        status: told.status.as_str(),
        asked: told.asked.clone(),
        read_as: told.read_as.clone(),
        on: told.on.map(|on: Date| on.to_string()),
        days: None,
        chosen: None,
        readings: Vec::new(),
        candidates: Vec::new(),
        ask: None,
        needs: None,
        message: None,
        help: None,
        within: told.within.iter().map(|own| within(own, by_id(&own.calendar))).collect(),
        cites: cites.map(cited).collect(),
        history: told.basis.history,
        snapshot: told.basis.snapshot.clone(),
        at: told.basis.at.as_ref().map(ToString::to_string),
    };
    match &told.answer {
        PeriodAnswer::Found(found) => {
            wire.days = Some(days(&found.days));
            wire.chosen = Some(chosen(found.chosen));
            let one = |read: &period::Reading| reading(read, read.calendar.as_ref().and_then(|id| by_id(id)));
            wire.readings = found.readings.iter().map(one).collect();
        }
        PeriodAnswer::Ambiguous(open) => {
            wire.candidates = open.candidates.iter().map(candidate).collect();
            wire.ask = Some("which calendar is meant?");
        }
        PeriodAnswer::Depends(missing) => {
            wire.needs = Some(if *missing == Missing::Day { "day" } else { "year" });
            wire.ask = Some(words::missing(*missing).0);
        }
        PeriodAnswer::Unknown(BadQuestion { message, help })
        | PeriodAnswer::Mistake(BadQuestion { message, help }) => {
            wire.message = Some(message.clone());
            wire.help.clone_from(help);
        }
    }
    wire
}

fn days(days: &Days) -> DaysWire {
    DaysWire { from: days.from.to_string(), until: days.until.to_string() }
}

fn chosen(chosen: Chosen) -> &'static str {
    match chosen {
        Chosen::Civil => "civil",
        Chosen::Named => "named",
        Chosen::Asked => "asked",
        Chosen::Default => "default",
        Chosen::Only => "only",
        Chosen::Alone => "alone",
        Chosen::Agree => "agree",
    }
}

fn reading(reading: &period::Reading, calendar: Option<&CalendarCites>) -> Reading {
    let mut because: Vec<String> = Vec::new();
    for part in &reading.parts {
        let own = calendar.map(|own| words::fiscal_reasons(&own.calendar, part)).unwrap_or_default();
        for line in own {
            if !because.contains(&line) {
                because.push(line);
            }
        }
    }
    Reading {
        calendar: reading.calendar.as_ref().map(|id| format!("calendar/{id}")),
        name: reading.name.clone(),
        because,
        parts: reading.parts.iter().map(|read| part(read, calendar)).collect(),
    }
}

fn part(read: &YearRead, calendar: Option<&CalendarCites>) -> Part {
    let stretch = calendar.and_then(|own| own.calendar.stretches.get(read.stretch));
    let by = stretch.map(|stretch| match stretch.scheme {
        Scheme::Rule(..) => "rule",
        Scheme::Listed(..) => "listed",
        Scheme::Transition(_) => "transition",
    });
    Part { name: read.name.to_string(), unit: read.name.unit.as_str(), days: days(&read.days), by }
}

fn candidate(candidate: &period::Candidate) -> Candidate {
    let read = candidate.reading.as_ref();
    Candidate {
        calendar: candidate.calendar.as_ref().map(|id| format!("calendar/{id}")),
        name: read.ok().map(|reading| reading.name.clone()),
        days: read.ok().map(|reading| days(&reading.days)),
        message: read.err().map(|why| why.message.clone()),
        ask_for: candidate.typed.clone(),
    }
}

fn within(within: &period::Within, calendar: Option<&CalendarCites>) -> Within {
    Within {
        calendar: format!("calendar/{}", within.calendar),
        periods: within.parts.iter().map(|read| part(read, calendar)).collect(),
    }
}
