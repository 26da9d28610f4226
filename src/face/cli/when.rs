//! `dictum when PERIOD`: which days are meant, and why.

use clap::Args;
use jiff::civil::Date;

use super::global::Format;
use super::human::{self, row};
use super::knowledge;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Basis, read_date};
use crate::face::{text, wire, words};
use crate::query::period::{Found, PeriodAnswer, Within};
use crate::query::{self, Status, WhenAnswer};

/// Say which days a period is, by which calendar; or in which periods a day lies.
#[derive(Args, Debug)]
#[command(
    after_help = "Exits 0 with an answer, 1 with `--require` where it is not one, 2 where there is no such period, \
                        3 where who said how the calendar goes can't be vouched for."
)]
pub(super) struct Arguments {
    /// `Q3 FY26`, `FY2026H1`, `P07 FY26`, `March 2026`, `2026-W07`, `last quarter`, `Q1 FY26 to Q3 FY26`, or a day
    #[arg(value_name = "PERIOD")]
    period: String,
    /// The day that `last quarter` and `year to date` are seen from
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<Date>,
    /// The calendar that is meant
    #[arg(long, value_name = "ID")]
    calendar: Option<String>,
    /// Exit 1 unless the answer is a fact
    #[arg(long)]
    require: bool,
    #[command(flatten)]
    basis: Basis,
}

/// Answers.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let Some(opened) = knowledge::open(&arguments.basis, knowledge::Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let calendar = arguments.calendar.as_deref();
    let told = query::when(&opened.snapshot, &arguments.period, arguments.on, calendar)?;
    match format {
        Format::Human => tell(&told, out),
        Format::Concise => out.line(&concise(&told)),
        Format::Json => out.line(&json_document(&wire::period(&told))),
        Format::Jsonl => out.line(&json_line(&wire::period(&told))),
    }
    let cites = told.calendars.iter().flat_map(|calendar| &calendar.cites);
    let unconfirmed = cites.filter(|cite| !cite.confirmed()).count();
    if unconfirmed > 0 {
        human::say_boundary(unconfirmed, &told.basis, &opened, out);
        return Ok(Exit::Unconfirmed);
    }
    Ok(if arguments.require && told.status != Status::Fact { Exit::Findings } else { Exit::Clean })
}

/// One line: the days as the language writes them, or what kind of answer it is.
fn concise(told: &WhenAnswer) -> String {
    match &told.answer {
        PeriodAnswer::Found(found) => format!("{}  {}", told.read_as, found.days),
        _ => format!("{}  {}", told.read_as, told.status.as_str()),
    }
}

fn tell(told: &WhenAnswer, out: &mut Output<'_>) {
    match &told.answer {
        PeriodAnswer::Found(found) => tell_found(told, found, out),
        PeriodAnswer::Ambiguous(open) => {
            let count = open.candidates.len();
            headline(&format!("ambiguous: {count} things may be meant"), &told.read_as, out);
            for candidate in &open.candidates {
                out.line("");
                let whose = candidate
                    .calendar
                    .as_ref()
                    .map_or("the civil calendar".to_owned(), |id| format!("calendar/{id}"));
                let whose = out.styled("33", &whose);
                out.line(&format!("  {whose}"));
                match &candidate.reading {
                    Ok(reading) => {
                        out.line(&format!("    {}   {}", reading.name, words::days(&reading.days)))
                    }
                    Err(why) => out.line(&format!("    {}", text::shown(&why.message))),
                }
            }
            out.line("");
            row("ask next", &["which calendar is meant?".to_owned()], out);
            let typed: Vec<String> = open
                .candidates
                .iter()
                .map(|candidate| format!("`{}`", text::shown(&candidate.typed)))
                .collect();
            row("", &[format!("then write {}", typed.join(" or "))], out);
        }
        PeriodAnswer::Depends(missing) => {
            let (question, help) = words::missing(*missing);
            headline(&format!("it depends: {question}"), &told.read_as, out);
            out.line("");
            row("ask next", &[question.to_owned(), help.to_owned()], out);
        }
        PeriodAnswer::Unknown(why) | PeriodAnswer::Mistake(why) => {
            headline(&text::shown(&why.message), &told.read_as, out);
            out.line("");
            if let Some(help) = &why.help {
                row("help", &[text::shown(help)], out);
            }
        }
    }
    tell_cites(told, out);
    human::basis(&told.basis, out);
}

fn tell_found(told: &WhenAnswer, found: &Found, out: &mut Output<'_>) {
    let names: Vec<String> = found
        .readings
        .iter()
        .take(1)
        .map(|reading| match &reading.calendar {
            Some(id) => format!("{}   calendar/{id}", reading.name),
            None => reading.name.clone(),
        })
        .collect();
    headline(&words::days(&found.days), &names.join(", "), out);
    out.line("");
    let count = words::count(usize::try_from(found.days.count()).unwrap_or_default(), "day", "days");
    row("days", &[format!("{count}: from {} until {}", found.days.from, found.days.until)], out);
    let mut because: Vec<String> = Vec::new();
    for reading in &found.readings {
        let own = reading.calendar.as_ref().and_then(|id| told.calendars.iter().find(|own| own.id == *id));
        for line in reading
            .parts
            .iter()
            .flat_map(|part| own.map(|own| words::fiscal_reasons(&own.calendar, part)))
            .flatten()
        {
            if !because.contains(&line) {
                because.push(line);
            }
        }
    }
    because.extend(words::chosen(found));
    if !because.is_empty() {
        row("because", &because, out);
    }
    told.within.iter().for_each(|within| tell_within(within, out));
}

/// The fiscal periods of one calendar that a day lies in.
fn tell_within(within: &Within, out: &mut Output<'_>) {
    out.line("");
    let whose = out.styled("33", &format!("calendar/{}", within.calendar));
    out.line(&format!("  {whose}"));
    if within.parts.is_empty() {
        out.line("    nothing is said of this day");
    }
    for part in &within.parts {
        out.line(&format!("    {:<14}{}", part.name.to_string(), words::days(&part.days)));
    }
}

/// Who said how the calendars go: each commit once.
fn tell_cites(told: &WhenAnswer, out: &mut Output<'_>) {
    const MOST: usize = 8;
    let mut seen = Vec::new();
    for cite in told.calendars.iter().flat_map(|calendar| &calendar.cites) {
        let commit = cite.said.as_ref().map(|said| said.said_by.clone());
        let key = (commit, cite.place.path.clone());
        if seen.contains(&key) {
            continue;
        }
        if seen.is_empty() && !told.within.is_empty() {
            out.line("");
        }
        seen.push(key);
        if seen.len() <= MOST {
            human::said_by(cite, false, out);
        }
    }
    human::more(seen.len(), MOST, "commit", out);
}

/// The answer and what it is of, on one line where they fit.
fn headline(answer: &str, of: &str, out: &mut Output<'_>) {
    let of = text::shown(of);
    let gap = out.width.saturating_sub(text::columns(answer) + text::columns(&of));
    if gap >= 4 {
        let line = format!("{}{}{}", out.styled("1", answer), " ".repeat(gap), out.styled("2", &of));
        return out.line(line.trim_end());
    }
    for line in text::wrapped(answer, out.width) {
        let line = out.styled("1", &line);
        out.line(&line);
    }
    let of = out.styled("2", &of);
    out.line(&of);
}
