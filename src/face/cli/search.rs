//! `dictum search TEXT`: what is it called here, and where is it said?

use std::ops::Range;

use clap::Args;

use super::global::Format;
use super::human::{self, row};
use super::knowledge::{self, Errors};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, today};
use crate::claim::Value;
use crate::face::{text, wire, words};
use crate::kind::KINDS;
use crate::name::norm;
use crate::query::{self, Context, Hit, Matched, Search};

/// Find subjects by words in their names, definitions and notes.
#[derive(Args, Debug)]
#[command(
    after_help = "Names weigh more than definitions, and these more than notes. A word is found by its beginning, too, \
                        and but for a slip where nothing has it as it was typed.\n\
                        Only what is in force is found, in the case and on the day asked about. Exits 0 whether or not \
                        there is a find."
)]
pub(super) struct Arguments {
    /// Words
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Only subjects of this kind: `term`, `entity` …
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// At most so many finds
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    #[command(flatten)]
    asking: Asking,
}

/// Searches.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let Arguments { text, kind, limit, asking } = arguments;
    let text = text.join(" ");
    if let Some(kind) = kind.as_deref().filter(|kind| crate::kind::kind(kind).is_none()) {
        return Err(unknown_kind(kind));
    }
    let Some(opened) = knowledge::open(&asking.basis, Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let pairs = asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let context = Context::read(pairs, opened.snapshot.declarations()?)?;
    let on = asking.on.unwrap_or_else(today);
    let limit = usize::from(*limit);
    let asked = Search { text: &text, kind: kind.as_deref(), limit, context, on, key: norm };
    let found = query::search(&opened.snapshot, &asked)?;
    let basis = query::basis(&opened.snapshot)?;
    match format {
        Format::Human => found.hits.iter().for_each(|hit| tell(hit, out)),
        Format::Concise => {
            let line = |hit: &Hit| {
                text::shown(
                    &hit.answer.pin.as_ref().map_or_else(|| hit.subject.to_string(), ToString::to_string),
                )
            };
            found.hits.iter().for_each(|hit| out.line(&line(hit)));
        }
        Format::Json => out.line(&json_document(&wire::search(&text, &found, (&asked.context, on), &basis))),
        Format::Jsonl => found.hits.iter().for_each(|hit| out.line(&json_line(&wire::hit(hit)))),
    }
    let hits = words::count(found.hits.len(), "find", "finds");
    let more = found.matching.saturating_sub(found.hits.len());
    let more = match found.hits.len() == limit && more > 0 {
        true => format!(" of {}, `--limit` shows more", found.matching),
        false => String::new(),
    };
    out.note(&format!("{hits}{more}"));
    Ok(Exit::Clean)
}

fn unknown_kind(kind: &str) -> Failure {
    let failure = Failure::new(format!("`{kind}` is not a kind of subject"));
    match query::nearest(kind, KINDS.iter().map(|kind| kind.name), 1).first() {
        Some(near) => failure.help(format!("did you mean `--kind {near}`?")),
        None => failure.help("`dictum ls` lists the kinds that there are"),
    }
}

/// One find: its address, what it says, and what matched where that is something else.
fn tell(hit: &Hit, out: &mut Output<'_>) {
    let label = hit.label.as_ref().map(|label| format!("   {}", text::shown(&label.to_string())));
    let subject = out.styled("1", &text::shown(hit.subject.as_str()));
    out.line(&format!("{subject}{}", label.unwrap_or_default()));
    let whole = hit.matched.iter().find(|matched| Some(&matched.slot) == hit.answer.slot.as_ref());
    let says = match (&hit.answer.value, &hit.answer.slot) {
        // Of a set the whole is told, of a text the part that matched.
        (Some(Value::Text(_)), _) if whole.is_some() => whole.map(|it| marked(it, out)).unwrap_or_default(),
        (Some(value), _) => text::clipped(&human::value_text(Some(value)), 240),
        (None, Some(slot)) => {
            format!("it depends: `dictum get {}` tells on what", text::shown(&slot.to_string()))
        }
        (None, None) => String::new(),
    };
    let pin = hit.answer.pin.as_ref().or(hit.answer.cites.first().map(|cite| &cite.pin));
    let attribute = hit.answer.slot.as_ref().map_or("says".to_owned(), |slot| slot.attribute.to_string());
    let pin = pin.map(|pin| out.styled("2", &text::shown(&pin.to_string())));
    row(
        &text::clipped(&text::shown(&attribute), 12),
        &[says].into_iter().chain(pin).collect::<Vec<_>>(),
        out,
    );
    for matched in hit.matched.iter().filter(|matched| Some(&matched.slot) != hit.answer.slot.as_ref()) {
        row(&text::clipped(&text::shown(&matched.slot.attribute), 12), &[marked(matched, out)], out);
    }
}

/// An excerpt with what matched in it made bold, where colours are on.
fn marked(matched: &Matched, out: &Output<'_>) -> String {
    let mut line = String::new();
    let mut past = 0;
    for Range { start, end } in &matched.marks {
        line.push_str(&text::shown(&matched.excerpt[past..*start]));
        line.push_str(&out.styled("1", &text::shown(&matched.excerpt[*start..*end])));
        past = *end;
    }
    line.push_str(&text::shown(&matched.excerpt[past..]));
    line
}
