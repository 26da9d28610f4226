//! `dictum ground "SENTENCE"`: what an answer to it stands on, and what is open.

use std::io::Read;

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, today};
use super::{human, knowledge};
use crate::claim::{Days, Value};
use crate::face::{text, wire, words};
use crate::query::period::PeriodAnswer;
use crate::query::{self, Answer, By, Context, Fact, Grounding, Mentioned, NameAsk, Named, Sentence, Status};

mod markdown;

/// Say what an answer to a sentence stands on: whom and what it means, of which days, the facts, and what is open.
#[derive(Args, Debug)]
#[command(
    after_help = "`--format markdown` gives a block for a prompt.\n\nExits 0 where it is ready, 1 with `--require` where \
                        something is open, 3 where who said it can't be vouched for."
)]
pub(super) struct Arguments {
    /// The sentence; `-` reads it from stdin
    sentence: String,
    #[command(flatten)]
    asking: Asking,
    /// About how many tokens the facts may take; what is needed least is left out, whole, and named
    #[arg(long, value_name = "TOKENS")]
    budget: Option<usize>,
    /// Exit 1 where something is open
    #[arg(long)]
    require: bool,
}

/// Longer texts are no sentences: see `verify-answer`.
const LONGEST: u64 = 16 << 20;

/// Grounds.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { sentence, asking, budget, require } = arguments;
    let sentence = match sentence.as_str() {
        "-" => from_stdin()?,
        typed => typed.to_owned(),
    };
    let Some(opened) = knowledge::open(&asking.basis, knowledge::Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let pairs = asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let asked = Sentence {
        text: sentence.trim(),
        context: Context::read(pairs, opened.snapshot.declarations()?)?,
        on: asking.on.unwrap_or_else(today),
        relative_to: asking.on,
        budget: *budget,
    };
    let grounding = query::ground(&opened.snapshot, &asked)?;
    if out.global.is_markdown() {
        out.line(markdown::document(&grounding, asked.text).trim_end());
    } else {
        match out.format(Format::Human)? {
            Format::Human => tell(&grounding, asked.text, out),
            Format::Concise => out.line(&concise(&grounding)),
            Format::Json => out.line(&json_document(&wire::ground(&grounding, asked.text))),
            Format::Jsonl => out.line(&json_line(&wire::ground(&grounding, asked.text))),
        }
    }
    let unconfirmed = unconfirmed(&grounding);
    if unconfirmed > 0 {
        human::say_boundary(unconfirmed, &grounding.basis, &opened, out);
        return Ok(Exit::Unconfirmed);
    }
    Ok(if *require && !grounding.ready { Exit::Findings } else { Exit::Clean })
}

fn from_stdin() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|_| Failure::new("stdin can't be read"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::new("the sentence is longer than 16 MiB")
            .help("`dictum verify-answer` reads long texts"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("the sentence is not UTF-8: byte {} is no part of a character", at + 1))
            .help("save it as UTF-8")
    })
}

/// Claims that are cited and whose sayer can't be told.
fn unconfirmed(grounding: &Grounding) -> usize {
    let facts = grounding.facts.iter().flat_map(|fact| &fact.parts).flat_map(|(_, answer)| &answer.cites);
    let names = grounding.mentions.iter().filter_map(|mention| match &mention.what {
        Mentioned::Name(named) => Some(&named.referral.bearers),
        Mentioned::Period(_) => None,
    });
    let called = names.flatten().map(|bearer| &bearer.cite);
    facts.chain(called).filter(|cite| !cite.confirmed()).count()
}

fn concise(grounding: &Grounding) -> String {
    let ready = if grounding.ready { "ready" } else { "open" };
    let facts: Vec<String> = grounding.facts.iter().map(|fact| fact.slot.to_string()).collect();
    let questions = words::count(grounding.questions.len(), "question", "questions");
    format!("{ready}: {questions}   {}", facts.join(" ")).trim_end().to_owned()
}

fn tell(grounding: &Grounding, sentence: &str, out: &mut Output<'_>) {
    let head = match (grounding.ready, grounding.questions.len()) {
        (true, _) => "ready: nothing is open".to_owned(),
        (false, count) => format!("not ready: {} open", words::count(count, "question is", "questions are")),
    };
    let head = out.styled("1", &head);
    out.line(&head);
    if !grounding.mentions.is_empty() {
        out.line("");
    }
    for mention in &grounding.mentions {
        let said = text::clipped(&text::shown(&sentence[mention.bytes.clone()]), 60);
        let said = out.styled("33", &said);
        let (what, more) = match &mention.what {
            Mentioned::Period(when) => (self::period(when), Vec::new()),
            Mentioned::Name(named) => named_lines(named),
        };
        out.line(&format!("  {said}"));
        human::row("is", &[vec![what], more].concat(), out);
    }
    for fact in &grounding.facts {
        out.line("");
        self::fact(fact, out);
    }
    if !grounding.dropped.is_empty() {
        out.line("");
        let dropped: Vec<String> = grounding.dropped.iter().map(ToString::to_string).collect();
        human::row("left out", &[format!("for the budget: {}", dropped.join("   "))], out);
    }
    for open in &grounding.questions {
        out.line("");
        let asked = words::open(open, grounding, sentence);
        let mut lines = vec![text::shown(&asked.question)];
        for (answer, means) in asked.choices.iter().take(12) {
            let means = if means.is_empty() { String::new() } else { format!(": {means}") };
            lines.push(text::shown(&format!("{answer}{means}")));
        }
        if let Some(dimension) = open.dimension() {
            lines.push(format!("then ask again with `--where {dimension}=…`"));
        }
        if let query::Open::Name(_, Some(NameAsk { by: By::Type, choices })) = open
            && let Some(word) = choices.first().and_then(|choice| choice.word.as_ref())
        {
            lines.push(text::shown(&format!("then say it beside the name: `{word} …`")));
        }
        human::row("to ask", &lines, out);
    }
    human::basis(&grounding.basis, out);
}

fn period(when: &query::WhenAnswer) -> String {
    match &when.answer {
        PeriodAnswer::Found(found) => {
            let by =
                when.calendars.first().map(|own| format!("   by calendar/{}", own.id)).unwrap_or_default();
            format!("{}{by}", words::days(&found.days))
        }
        _ => format!("{}, see below", when.status.as_str()),
    }
}

/// What a name is, and how that is known.
fn named_lines(named: &Named) -> (String, Vec<String>) {
    let referral = &named.referral;
    let label = |bearer: &query::Referent| {
        let label = bearer.label.as_ref().map(Value::to_string).unwrap_or_default();
        text::shown(format!("{}  {label}", bearer.subject).trim_end())
    };
    let mut more: Vec<String> =
        named.narrowed_by.iter().map(|by| text::shown(&words::narrowed(by))).collect();
    let what = match (&referral.subject, &referral.bearers[..]) {
        (Some(_), [bearer]) => {
            more.extend(bearer.until.map(|until| format!("called so until {until}")));
            for step in &bearer.became {
                let into: Vec<&str> = step.into.iter().map(crate::claim::Subject::as_str).collect();
                let since = step.since.map(|day| format!(" since {day}")).unwrap_or_default();
                let word = if step.by == "same-as" { "the same as" } else { "which became" };
                more.push(format!("{word} {}{since}", into.join(", ")));
            }
            label(bearer)
        }
        (_, bearers) if !bearers.is_empty() => {
            let all: Vec<String> = bearers.iter().take(4).map(label).collect();
            let rest = bearers.len().saturating_sub(4) + referral.more;
            let rest = if rest > 0 { format!(" or {rest} more") } else { String::new() };
            format!("{}: {}{rest}", referral.status.as_str(), all.join(" or "))
        }
        _ => referral.status.as_str().to_owned(),
    };
    for (day, later) in &named.later {
        let who = later.subject.as_ref().map_or(later.status.as_str(), |subject| subject.as_str());
        more.push(format!("from {day}: {who}"));
    }
    (what, more)
}

fn fact(fact: &Fact, out: &mut Output<'_>) {
    for (days, answer) in &fact.parts {
        let pin = answer.pin.as_ref().map_or_else(|| fact.slot.to_string(), ToString::to_string);
        let pin = out.styled("2", &text::shown(&pin));
        out.line(&format!("  {pin}"));
        let mut lines = said(answer);
        if fact.parts.len() > 1 {
            lines.insert(0, format!("{}:", on(days)));
        }
        let wide = out.width.saturating_sub(human::LABEL + 2);
        let lines: Vec<String> = lines.iter().flat_map(|line| text::wrapped(line, wide)).collect();
        human::row("says", &lines, out);
        let cites: Vec<String> = answer.cites.iter().take(3).map(human::sayer).collect();
        if !cites.is_empty() {
            human::row("", &cites, out);
        }
    }
}

fn on(days: &Days) -> String {
    words::days(days)
}

fn said(answer: &Answer) -> Vec<String> {
    match answer.status {
        Status::Depends | Status::Contested => {
            let one = |possible: &query::Possible| {
                let value = possible.value.as_ref();
                let value =
                    value.map_or("nothing is said".to_owned(), |value| human::value_text(Some(value)));
                format!("in {}: {value}", text::shown(&words::when(&possible.region)))
            };
            let mut lines = vec![format!("{}:", answer.status.as_str())];
            lines.extend(answer.facts.iter().take(8).map(one));
            lines
        }
        Status::Unknown => vec!["nothing is said".to_owned()],
        _ => vec![human::value_text(answer.value.as_ref())],
    }
}
