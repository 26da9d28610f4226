//! Tests for people: a line each; below one that failed what was expected, what is answered, by whom and why, and what to
//! type.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{Broke, Report, reply};
use crate::claim::Value;
use crate::face::cli::global::Format;
use crate::face::cli::human::{self, row, value_text};
use crate::face::cli::output::Output;
use crate::face::spelled::{quoted, spelled};
use crate::face::{text, words};
use crate::query::{Answer, Cite, Miss, Origin, Reply, Tried, Verdict};

/// Prints all of them, one that failed in full unless a line each is enough.
pub(super) fn tell(report: &Report, format: Format, out: &mut Output<'_>) {
    for (at, tried) in report.tried.iter().enumerate() {
        head(tried, out);
        if format == Format::Human && !tried.passed() {
            failed(tried, report, report.broke(at), out);
        }
    }
}

fn head(tried: &Tried, out: &mut Output<'_>) {
    let (word, style) = if tried.passed() { ("ok    ", "32") } else { ("FAILED", "31") };
    let label = tried.test.label.as_ref().map(|label| format!("   {}", text::shown(label)));
    let subject = text::shown(tried.test.subject.as_str());
    out.line(&format!("{}  {subject}{}", out.styled(style, word), label.unwrap_or_default()));
}

fn failed(tried: &Tried, report: &Report, broke: Option<&Broke>, out: &mut Output<'_>) {
    row("asked", &[asked(tried)], out);
    match &tried.verdict {
        Verdict::Passed => {}
        Verdict::Bad(bad) => {
            let help = bad.help.as_ref().map(|help| text::shown(help));
            row("can't ask", &[text::shown(&bad.message)].into_iter().chain(help).collect::<Vec<_>>(), out);
        }
        Verdict::Failed(misses) => {
            for miss in misses {
                let got = got(miss, tried.reply.as_ref());
                row(word(miss), &[format!("- {}", wanted(miss)), format!("+ {got}")], out);
            }
            match &tried.reply {
                Some(Reply::Answer(answer)) => grounds(answer, report, out),
                Some(Reply::Name(referral)) => reply::of_name(referral, report, out),
                Some(Reply::Sentence(grounding)) => {
                    reply::of_sentence(grounding, tried.test.ask.trim(), report, out);
                }
                None => {}
            }
        }
    }
    if let Some(broke) = broke {
        row("broken by", &broken(broke), out);
    }
    advice(tried, out);
    out.line("");
}

/// What was asked, as it could be typed.
fn asked(tried: &Tried) -> String {
    let mut words = vec![tried.test.ask.to_string(), format!("on {}", tried.on)];
    words.extend(tried.test.context.iter().map(|(dimension, value)| format!("{dimension}={value}")));
    text::shown(&words.join("   "))
}

/// What of the answer is not as expected, in a word.
pub(in crate::face::cli) fn word(miss: &Miss) -> &'static str {
    miss.attribute().trim_start_matches("expect.")
}

/// What was expected, in words.
pub(in crate::face::cli) fn wanted(miss: &Miss) -> String {
    let says = match miss {
        Miss::Value(wanted, _) => return value_text(Some(wanted)),
        Miss::Address(wanted, _) | Miss::Status(wanted, _) => wanted.to_string(),
        Miss::Cites(missing, _) => missing.join(", "),
        Miss::Ready(ready, _) => ready.to_string(),
    };
    text::shown(&says)
}

/// What is so instead, in words.
pub(in crate::face::cli) fn got(miss: &Miss, told: Option<&Reply>) -> String {
    const MOST: usize = 8;
    match miss {
        Miss::Value(_, Some(said)) => value_text(Some(said)),
        Miss::Status(_, status) => (*status).to_owned(),
        Miss::Ready(_, Some(ready)) => ready.to_string(),
        Miss::Ready(_, None) => "that is said of sentences alone".to_owned(),
        Miss::Address(_, got) | Miss::Cites(_, got) if !got.is_empty() => {
            let more = got.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let got: Vec<&str> = got.iter().take(MOST).map(SmolStr::as_str).collect();
            text::shown(&format!("{}{more}", got.join(", ")))
        }
        Miss::Value(_, None) | Miss::Address(..) | Miss::Cites(..) => {
            told.map(|told| reply::instead(told, miss)).unwrap_or_default()
        }
    }
}

/// Who says what is answered, and over what it stands.
fn grounds(answer: &Answer, report: &Report, out: &mut Output<'_>) {
    if let Some(pin) = &answer.pin {
        row("answers", &[text::shown(&pin.to_string())], out);
    }
    let committed = |cite: &&Cite| is_committed(cite, report);
    for cite in answer.cites.iter().filter(|cite| !committed(cite)).take(3) {
        let place = format!("{}:{}", text::shown(&cite.place.path), cite.place.line);
        row("said by", &[format!("what is not committed     {place}")], out);
    }
    let cites = answer.cites.iter().filter(committed);
    human::grounds(answer, cites, out);
}

/// Whether a commit says it: where there is history and none of a claim, it is in the files alone.
pub(super) fn is_committed(cite: &Cite, report: &Report) -> bool {
    cite.said.is_some() || !report.files || report.basis.history == "none"
}

pub(super) fn broken(broke: &Broke) -> Vec<String> {
    match broke {
        Broke::By(Origin::Commit(commit)) => vec![format!(
            "{}  {}  {}   {}",
            commit.id.short(),
            words::author_day(commit),
            text::shown(&commit.author),
            text::shown(&commit.summary)
        )],
        Broke::By(Origin::AtOrBefore(id)) => vec![format!("unknown, at or before {}", id.short())],
        Broke::Never => vec!["no commit: it never passed on the main line".to_owned()],
        Broke::NotCommitted => vec!["what is not committed: it passes at the commit".to_owned()],
    }
}

/// What to type: to accept the answer, or to correct it.
fn advice(tried: &Tried, out: &mut Output<'_>) {
    let (Some(told), Verdict::Failed(misses)) = (&tried.reply, &tried.verdict) else {
        let place = tried.test.places.get("ask").map(|place| format!("{}:{}", place.path, place.line));
        return row("to mend", &[format!("see {}", text::shown(&place.unwrap_or_default()))], out);
    };
    let mut lines: Vec<String> = Vec::new();
    for miss in misses {
        let Some(place) = tried.test.places.get(miss.attribute()) else { continue };
        let at = format!("{}:{}", text::shown(&place.path), place.line);
        let line = match (miss, accepted(miss, told)) {
            (Miss::Ready(_, None), _) => format!("leave `ready` out at {at}"),
            (_, Some(line)) => format!("write `{}` at {at}", text::shown(&line)),
            (_, None) => format!("change what is expected at {at}"),
        };
        if !lines.contains(&line) {
            row("to accept", std::slice::from_ref(&line), out);
            lines.push(line);
        }
    }
    let Reply::Answer(answer) = told else { return };
    let slot = answer
        .slot
        .as_ref()
        .filter(|_| answer.value.is_some() && !matches!(answer.value, Some(Value::List(_))));
    let value = misses.iter().find_map(|miss| match miss {
        Miss::Value(wanted, _) => Some(wanted),
        _ => None,
    });
    if let (Some(slot), Some(value)) = (slot, value) {
        let mut typed = vec![format!("dictum correct {slot} {}", shell(&value.to_string()))];
        typed.extend(
            tried
                .test
                .context
                .iter()
                .map(|(name, value)| format!("--where {}", shell(&format!("{name}={value}")))),
        );
        typed.push(format!("--on {} --reason '…'", tried.on));
        row("to correct", &[text::shown(&typed.join(" "))], out);
    }
}

/// The expectation that is met.
fn accepted(miss: &Miss, told: &Reply) -> Option<String> {
    match miss {
        Miss::Value(_, Some(Value::None)) => Some("status = \"none\"".to_owned()),
        Miss::Value(_, Some(said)) => Some(format!("value = {}", spelled(said))),
        Miss::Value(_, None) => reply::accepted(told),
        // What answers a question about a slot leads to that slot, whichever claim it is; all else has to be one.
        Miss::Address(_, got) if matches!(told, Reply::Answer(_)) || got.len() == 1 => {
            got.first().map(|got| format!("address = {}", quoted(got)))
        }
        Miss::Address(..) => Some(format!("status = \"{}\"", reply::status(told))),
        Miss::Status(_, status) => Some(format!("status = \"{status}\"")),
        Miss::Cites(_, got) => {
            let sources: Vec<&SmolStr> = got.iter().filter(|cited| cited.starts_with("source/")).collect();
            let cited = if sources.is_empty() { got.iter().collect() } else { sources };
            let cited: BTreeSet<String> = cited.into_iter().map(|cited| quoted(cited)).collect();
            let cited: Vec<String> = cited.into_iter().collect();
            (!cited.is_empty()).then(|| format!("cites = [{}]", cited.join(", ")))
        }
        Miss::Ready(_, ready) => ready.map(|ready| format!("ready = {ready}")),
    }
}

/// A word for a shell: in single quotes where it has to be (POSIX shell, 2.2.2).
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@%+,".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
