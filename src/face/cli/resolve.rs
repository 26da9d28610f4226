//! `dictum resolve`: which of those who are called so is meant, by one name here and of a whole table below.

mod rows;

mod feed;

mod csv;
mod jsonl;
#[cfg_attr(not(feature = "parquet"), path = "resolve/absent.rs")]
mod parquet;

mod map;
mod plan;

mod distinct;

mod batch;

mod many;

use clap::Args;
use smol_str::SmolStr;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, today};
use super::{human, knowledge};
use crate::claim::{Subject, Value};
use crate::face::{text, wire, words};
use crate::kind::KINDS;
use crate::query::{self, By, Context, NameAsk, NameQuestion, Referent, Referral, Status, Step};

/// Say whom or what a name refers to, in a context and on a day.
#[derive(Args, Debug)]
#[command(
    after_help = "A name is compared without regard to case, width, spaces and punctuation. An id that another \
                  system gave is asked for as `SYSTEM:ID`, to the letter.\n\nOf a table, rows stream, and what is held in \
                  memory are the distinct rows of the columns that are read. The map has one row for each of them, in the \
                  order in which they first appear: those columns as they are, then status, subject, now (what it became), \
                  claim, said_by, candidates, on_day, snapshot and at. A row that can't be asked, for its dimension has no such \
                  value, is a `bad-question`.\n\nExits 0 with an outcome, 1 where it is contested, a row can't be asked or, \
                  with `--require`, not one referent, 3 where who said it can't be vouched for."
)]
pub(super) struct Arguments {
    /// A name, or an id behind its system: `Acme`, `salesforce:001A`
    #[arg(required_unless_present = "input")]
    name: Option<String>,
    #[command(flatten)]
    asking: Asking,
    /// The kind of subject that is wanted: `entity`, `term`, `process` …
    #[arg(long)]
    kind: Option<String>,
    /// The type of subject that is wanted
    #[arg(long = "type", value_name = "TYPE")]
    of_type: Option<String>,
    /// Exit 1 unless the name has one referent
    #[arg(long)]
    require: bool,
    #[command(flatten)]
    table: plan::Table,
}

/// Resolves.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { name, asking, kind, of_type, require, table } = arguments;
    let format = out.format(Format::Human)?;
    if let Some(kind) = kind {
        known_kind(kind)?;
    }
    if table.input.is_some() && !out.global.format.is_empty() {
        return Err(Failure::new("a map is a table, `--format` does not say its form")
            .help("write `--output-format` instead"));
    }
    let Some(opened) = knowledge::open(&asking.basis, knowledge::Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    if let Some(input) = &table.input {
        let wanted = (kind.as_deref(), of_type.as_deref());
        let plan = plan::Plan::new(table, asking, wanted, opened.snapshot.declarations()?)?;
        let job = many::Job { table, input, plan: &plan, require: *require };
        return job.run(&opened, out);
    }
    let pairs = asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let question = NameQuestion {
        name: name.as_deref().map(SmolStr::new).unwrap_or_default(),
        context: Context::read(pairs, opened.snapshot.declarations()?)?,
        on: asking.on.unwrap_or_else(today),
        kind: kind.as_deref().map(SmolStr::new),
        of_type: of_type.as_deref().map(SmolStr::new),
    };
    let referral = query::refer(&opened.snapshot, &question)?;
    match format {
        Format::Human => tell(&referral, &question, out),
        Format::Concise => out.line(&concise(&referral)),
        Format::Jsonl => out.line(&json_line(&wire::referral(&referral))),
        Format::Json => out.line(&json_document(&wire::referral(&referral))),
    }
    Ok(match referral.status {
        Status::Contested => Exit::Findings,
        Status::Unconfirmed => {
            human::say_boundary(1, &referral.basis, &opened, out);
            Exit::Unconfirmed
        }
        Status::Fact => Exit::Clean,
        _ if *require => Exit::Findings,
        _ => Exit::Clean,
    })
}

fn known_kind(kind: &str) -> Result<(), Failure> {
    if KINDS.iter().any(|known| known.name == kind) {
        return Ok(());
    }
    let near = crate::kind::nearest(kind, KINDS.iter().map(|known| known.name));
    let help = near.map_or_else(
        || "write one of `entity`, `term`, `process`".to_owned(),
        |near| format!("did you mean `--kind {near}`?"),
    );
    Err(Failure::new(format!("`{}` is not a kind", text::shown(kind))).help(help))
}

fn concise(referral: &Referral) -> String {
    let subjects: Vec<&str> = referral.bearers.iter().map(|bearer| bearer.subject.as_str()).collect();
    let which = if subjects.is_empty() { "-".to_owned() } else { subjects.join(" ") };
    format!("{}: {} {which}", text::shown(&referral.asked), referral.status.as_str())
}

/// For a person: the outcome, then who, then what to ask.
fn tell(referral: &Referral, question: &NameQuestion, out: &mut Output<'_>) {
    let name = text::clipped(&text::shown(referral.asked.trim()), 60);
    let count = referral.bearers.len() + referral.more;
    let head = match (referral.status, &referral.subject) {
        (Status::Unknown, _) => match (&question.kind, &question.of_type) {
            (None, None) => format!("nobody is called `{name}`"),
            (Some(kind), None) => format!("no {kind} is called `{name}`"),
            (None, Some(of_type)) => format!("nothing of type `{}` is called `{name}`", text::shown(of_type)),
            (Some(kind), Some(of_type)) => {
                format!("no {kind} of type `{}` is called `{name}`", text::shown(of_type))
            }
        },
        (Status::TooGeneric, _) => format!("`{name}` means too much to refer to one thing"),
        (Status::Contested, _) => {
            format!("contested: claims contradict each other on who is called `{name}`")
        }
        (_, Some(subject)) => format!("`{name}` is {}", titled(subject, referral.bearers.first())),
        (_, None) if count == 1 => {
            format!("`{name}` may be {}", titled(&referral.bearers[0].subject, referral.bearers.first()))
        }
        _ => format!("ambiguous: `{name}` may be any of {count}"),
    };
    let head = out.styled("1", &head);
    out.line(&head);
    for bearer in &referral.bearers {
        out.line("");
        if referral.subject.is_none() && count > 1 {
            let title = titled(&bearer.subject, Some(bearer));
            let title = out.styled("33", &title);
            out.line(&format!("  {title}"));
        }
        self::bearer(bearer, out);
    }
    if referral.more > 0 {
        out.line(&format!("  and {} more", referral.more));
    }
    if let Some(ask) = &referral.ask {
        out.line("");
        human::row("to ask", &asked(ask), out);
    }
    if !referral.near.is_empty() {
        out.line("");
        let line = |near: &query::NearName| {
            let subjects: Vec<&str> = near.subjects.iter().map(Subject::as_str).collect();
            format!("`{}`  {}   {}", text::shown(&near.name), subjects.join(", "), near.by.join(", "))
        };
        human::row("near it", &referral.near.iter().map(line).collect::<Vec<_>>(), out);
    }
    human::basis(&referral.basis, out);
}

/// `entity/acme  Acme GmbH`.
fn titled(subject: &Subject, bearer: Option<&Referent>) -> String {
    let label = bearer.and_then(|bearer| bearer.label.as_ref()).map(Value::to_string).unwrap_or_default();
    format!("{subject}  {}", text::shown(&label)).trim_end().to_owned()
}

fn bearer(bearer: &Referent, out: &mut Output<'_>) {
    let attribute = &bearer.cite.pin.slot.attribute;
    let mut called = vec![human::claim_text(&bearer.cite.value, &[]), format!("by its {attribute}")];
    if !bearer.region.is_always() {
        called.push(format!("in {}", text::shown(&words::when(&bearer.region))));
    }
    if let Some(until) = bearer.until {
        called.push(format!("until {until}"));
    }
    if bearer.contested {
        called.push("contested".to_owned());
    }
    human::row("called", &[called.join("   ")], out);
    let of = |value: &Option<Value>| value.as_ref().map(|value| text::shown(&value.to_string()));
    let facts = [("type", of(&bearer.of_type)), ("part of", of(&bearer.parent))];
    for (label, fact) in facts {
        if let Some(fact) = fact {
            human::row(label, &[fact], out);
        }
    }
    for step in &bearer.became {
        human::row(if step.by == "same-as" { "same as" } else { "became" }, &became(step), out);
    }
    if !bearer.also.is_empty() {
        let also: Vec<&str> = bearer.also.iter().map(Subject::as_str).collect();
        human::row("and so is", &[also.join(", ")], out);
    }
    if let Some(deprecated) = &bearer.deprecated {
        let instead = deprecated.replaced_by.as_ref().map(|by| format!("use {by}"));
        let reason = deprecated.reason.as_ref().map(ToString::to_string);
        let told: Vec<String> = instead.into_iter().chain(reason).map(|word| text::shown(&word)).collect();
        human::row("deprecated", &[told.join("   ")], out);
    }
    human::said_by(&bearer.cite, false, out);
}

fn became(step: &Step) -> Vec<String> {
    let labels: Vec<String> = step.labels.iter().map(|label| text::shown(&label.to_string())).collect();
    let into: Vec<&str> = step.into.iter().map(Subject::as_str).collect();
    let since = step.since.map(|day| format!("   since {day}")).unwrap_or_default();
    let mut lines = vec![format!("{}  {}{since}", into.join(", "), labels.join(", "))];
    lines.extend(step.cites.iter().take(3).map(human::sayer));
    lines
}

/// What to ask, and what each answer leaves.
fn asked(ask: &NameAsk) -> Vec<String> {
    const MOST: usize = 12;
    let question = match &ask.by {
        By::Dimension(id) => format!("which {}?  add `--where {id}=…`", text::shown(id)),
        By::Kind => "what kind of thing is meant?  add `--kind …`".to_owned(),
        By::Type => "of what type is it?  add `--type …`".to_owned(),
        By::Subject => "which of them is meant?  nothing that is known tells them apart".to_owned(),
    };
    let mut lines = vec![question];
    if ask.by == By::Subject {
        return lines;
    }
    for choice in ask.choices.iter().take(MOST) {
        let answer = match &choice.word {
            Some(word) => word.to_string(),
            None => text::clipped(&words::when(&choice.when), 60),
        };
        let left = match &choice.subjects[..] {
            [] => "nobody".to_owned(),
            [one] => one.to_string(),
            several => format!("{} are left", several.len()),
        };
        lines.push(format!("{}: {left}", text::shown(&answer)));
    }
    if ask.choices.len() > MOST {
        lines.push(format!("and {} more", ask.choices.len() - MOST));
    }
    lines
}
