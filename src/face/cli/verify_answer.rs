//! `dictum verify-answer [FILE]`: whether what a text cites is still so, and which names in it cite nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::citations::{self, Judged};
use super::global::{Form, Format};
use super::human::{self, row};
use super::knowledge::{self, Errors};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, today};
use crate::claim::Subject;
use crate::diagnostic::{code_cell, inert as escaped};
use crate::face::{text, wire, words};
use crate::query::{self, Context, Found, Mention, State};
use crate::source::{Lines, Place};

/// Largest text that is read: many books.
const MOST: u64 = 256 << 20;

/// Check what a text cites, and list the names in it that cite nothing.
#[derive(Args, Debug)]
#[command(
    after_help = "A citation is a pin, bare or in brackets: `[term/acv#definition~3fa9c1]`. Each is `current`, \
                        `possible` (in some of the cases left open), `superseded`, `withdrawn`, `elsewhere` (not in force \
                        in this context or on this day), `unknown`, `ambiguous`, `malformed`, or `unpinned`.\n\
                        A name cites nothing where no citation in the whole text is about it.\n\
                        Exits 1 where a citation does not hold."
)]
pub(super) struct Arguments {
    /// The text; standard input for `-` or where none is given
    file: Option<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// Exit 1 also where a name cites nothing, or an address names no claim
    #[arg(long)]
    require: bool,
}

/// A text that was held against the knowledge.
struct Report {
    file: Option<String>,
    places: Places,
    judged: Vec<Judged>,
    uncited: Vec<Uncited>,
    context: Context,
    on: Date,
    basis: query::Basis,
}

/// A name that cites nothing.
struct Uncited {
    name: String,
    subjects: Vec<Subject>,
    /// How often.
    count: usize,
    first: usize,
}

/// Where bytes of the text are, as people count.
struct Places {
    text: String,
    lines: Lines,
    found: Vec<Found>,
}

impl Places {
    fn at(&self, byte: usize) -> Place {
        self.lines.place(self.text.as_bytes(), u32::try_from(byte).unwrap_or(u32::MAX))
    }
}

/// Verifies.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { file, asking, require } = arguments;
    let file = file.as_deref().filter(|file| *file != Path::new("-"));
    let text = read(file, out)?;
    let Some(opened) = knowledge::open(&asking.basis, Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let pairs = asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let context = Context::read(pairs, opened.snapshot.declarations()?)?;
    let on = asking.on.unwrap_or_else(today);
    let found = query::found(text.as_bytes());
    let judged = citations::judge(&opened.snapshot, &found, &context, on, &asking.basis, out)?;
    let mentions = query::mentions(&opened.snapshot, &text, on)?;
    let uncited = uncited(&text, mentions, &found, &judged);
    let places = Places { lines: Lines::new(text.as_bytes()), text, found };
    let file = file.map(|file| file.display().to_string());
    let basis = query::basis(&opened.snapshot)?;
    let report = Report { file, places, judged, uncited, context, on, basis };
    for form in out.forms(Format::Human) {
        write(&report, &form, out)?;
    }
    summary(&report, out);
    let loose =
        !report.uncited.is_empty() || report.judged.iter().any(|one| one.citation.state == State::Unpinned);
    let wrong = report.judged.iter().any(|one| !one.holds()) || *require && loose;
    Ok(if wrong { Exit::Findings } else { Exit::Clean })
}

/// The text, whole.
fn read(file: Option<&Path>, out: &Output<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let named = file.unwrap_or(Path::new("stdin"));
    let failed = |error: std::io::Error| Failure::file("read", named, &error);
    match file {
        Some(file) => {
            let open = File::open(out.at(file)).map_err(failed)?;
            open.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
        }
        None => drop(std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?),
    }
    if bytes.len() as u64 > MOST {
        return Err(Failure::new(format!("`{}` is larger than can be read ({MOST} bytes)", named.display()))
            .help("cut it into several texts"));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("`{}` is not a text in UTF-8", named.display())).help("save it in UTF-8")
    })
}

/// The names that no citation is about, each once, in the order of their first places.
fn uncited(text: &str, mentions: Vec<Mention>, found: &[Found], judged: &[Judged]) -> Vec<Uncited> {
    let known = judged.iter().filter(|one| !matches!(one.citation.state, State::Unsaid | State::Odd));
    let cited: BTreeSet<&Subject> = known.map(|one| &one.citation.slot.subject).collect();
    let within = |mention: &Mention| {
        let before = found.partition_point(|one| one.bytes.end <= mention.bytes.start);
        found.get(before).is_some_and(|one| one.bytes.start < mention.bytes.end)
    };
    let mut names: BTreeMap<Vec<Subject>, Uncited> = BTreeMap::new();
    for mention in mentions {
        if within(&mention) || mention.subjects.iter().any(|subject| cited.contains(subject)) {
            continue;
        }
        let new = || Uncited {
            name: text[mention.bytes.clone()].to_owned(),
            subjects: mention.subjects.clone(),
            count: 0,
            first: mention.bytes.start,
        };
        names.entry(mention.subjects.clone()).or_insert_with(new).count += 1;
    }
    let mut names: Vec<Uncited> = names.into_values().collect();
    names.sort_by_key(|name| name.first);
    names
}

fn write(report: &Report, form: &Form, out: &mut Output<'_>) -> Result<(), Failure> {
    let text = match form.format {
        _ if form.special.is_some() => markdown(report),
        Format::Concise => concise(report),
        Format::Json => format!("{}\n", json_document(&wired(report))),
        Format::Jsonl => format!("{}\n", json_line(&wired(report))),
        Format::Human if form.file.is_some() => concise(report),
        Format::Human => {
            people(report, out);
            return Ok(());
        }
    };
    out.form(form, &text)
}

/// The first places of a citation, as people count.
fn places(report: &Report, one: &Judged) -> String {
    const MOST: usize = 4;
    let all = &one.citation.places;
    let place = |at: &usize| {
        let place = report.places.at(report.places.found[*at].bytes.start);
        format!("{}:{}", place.line, place.column)
    };
    let mut shown: Vec<String> = all.iter().take(MOST).map(place).collect();
    if all.len() > MOST {
        shown.push(format!("and {} more", all.len() - MOST));
    }
    shown.join(" ")
}

fn people(report: &Report, out: &mut Output<'_>) {
    for one in &report.judged {
        let style = if one.holds() { "32" } else { "31" };
        let word = out.styled(style, &format!("{:<11}", one.word()));
        let cited = text::shown(&one.citation.to_string());
        out.line(&format!("{word} {cited}   {}", out.styled("2", &places(report, one))));
        if one.citation.state != State::Current {
            details(one, out);
        }
    }
    for name in &report.uncited {
        let word = out.styled("33", &format!("{:<11}", "uncited"));
        let place = report.places.at(name.first);
        let times = if name.count > 1 { format!(", {} times", name.count) } else { String::new() };
        let place = out.styled("2", &format!("{}:{}{times}", place.line, place.column));
        out.line(&format!("{word} {}   {place}   {}", text::shown(&name.name), subjects(name)));
    }
}

fn subjects(name: &Uncited) -> String {
    let shown: Vec<&str> = name.subjects.iter().take(4).map(Subject::as_str).collect();
    let more = if name.subjects.len() > 4 { ", …" } else { "" };
    text::shown(&format!("{}{more}", shown.join(", ")))
}

fn details(one: &Judged, out: &mut Output<'_>) {
    row("why", &[one.why()], out);
    if let Some(since) = one.since() {
        row("since", &[since], out);
    }
    if let Some(said) = one.said() {
        row("it says", &[said], out);
    }
    let told = matches!(one.word(), "superseded" | "withdrawn" | "elsewhere");
    if told {
        let by = one.citation.instead().map(human::sayer).unwrap_or_default();
        let pin = one.citation.now.pin.as_ref().map(|pin| text::shown(&format!("{pin}   {by}")));
        row("now", &[one.now()].into_iter().chain(pin).collect::<Vec<_>>(), out);
    }
    let near = one.near();
    if !near.is_empty() && !told {
        row("perhaps", &[text::shown(&near.join("   "))], out);
    }
}

fn concise(report: &Report) -> String {
    let mut lines = String::new();
    let file = report.file.as_deref().map_or("-".into(), text::shown);
    for one in &report.judged {
        for at in &one.citation.places {
            let place = report.places.at(report.places.found[*at].bytes.start);
            let cited = text::shown(&one.citation.to_string());
            lines.push_str(&format!("{file}:{}:{}: {} {cited}\n", place.line, place.column, one.word()));
        }
    }
    for name in &report.uncited {
        let place = report.places.at(name.first);
        let (name, of) = (text::shown(&name.name), subjects(name));
        lines.push_str(&format!("{file}:{}:{}: uncited {name} ({of})\n", place.line, place.column));
    }
    lines
}

fn markdown(report: &Report) -> String {
    let mut lines = format!("**{}**\n\n| citation | is | since | now |\n|---|---|---|---|\n", told(report));
    let cell = |text: &str| escaped(&text::clipped(text, 160));
    for one in &report.judged {
        let now = match one.word() {
            "superseded" | "withdrawn" | "elsewhere" => one.now(),
            "current" => String::new(),
            _ => one.why(),
        };
        let cited = code_cell(&text::clipped(&text::shown(&one.citation.to_string()), 160));
        let since = cell(&one.since().unwrap_or_default());
        lines.push_str(&format!("| {cited} | {} | {since} | {} |\n", one.word(), cell(&now)));
    }
    if !report.uncited.is_empty() {
        lines.push_str("\nNames that cite nothing:\n\n");
    }
    for name in &report.uncited {
        let (name, of) = (cell(&text::shown(&name.name)), cell(&subjects(name)));
        lines.push_str(&format!("- {name} ({of})\n"));
    }
    lines
}

fn wired(report: &Report) -> wire::Citations {
    let citation = |one: &Judged| {
        let places = one.citation.places.iter().take(wire::MOST_PLACES);
        let places = places.map(|at| {
            let bytes = &report.places.found[*at].bytes;
            wire::text_place(report.places.at(bytes.start), bytes.clone())
        });
        one.wire(places.collect())
    };
    let uncited = |name: &Uncited| {
        let bytes = name.first..name.first + name.name.len();
        let place = wire::text_place(report.places.at(name.first), bytes);
        wire::uncited(&name.name, &name.subjects, name.count, place)
    };
    let citations = report.judged.iter().map(citation).collect();
    let uncited = report.uncited.iter().map(uncited).collect();
    let ok = report.judged.iter().all(Judged::holds);
    wire::citations(report.file.clone(), ok, (&report.context, report.on), citations, uncited, &report.basis)
}

/// How many stand how, in a line.
fn told(report: &Report) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    report.judged.iter().for_each(|one| *counts.entry(one.word()).or_default() += 1);
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    let citations = words::count(report.judged.len(), "citation", "citations");
    let names = words::count(report.uncited.len(), "name cites nothing", "names cite nothing");
    let of = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    format!("{citations}{of}; {names}")
}

fn summary(report: &Report, out: &mut Output<'_>) {
    out.note(&told(report));
}
