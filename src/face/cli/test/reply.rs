//! What was replied instead of what was expected, for people: of an address, of a name, of a sentence.

use super::Report;
use super::human::is_committed;
use crate::claim::Value;
use crate::face::cli::human::{self, row, value_text};
use crate::face::cli::output::Output;
use crate::face::spelled::quoted;
use crate::face::{text, words};
use crate::query::{Answer, Cite, Grounding, Miss, Referent, Referral, Reply, Status};

/// Lines of one kind that are shown.
const MOST: usize = 4;

/// What kind of result it is, whoever said it.
pub(super) fn status(told: &Reply) -> &'static str {
    match told {
        Reply::Answer(answer) => answer.settled().as_str(),
        Reply::Name(referral) => referral.settled().as_str(),
        Reply::Sentence(grounding) => grounding.status().as_str(),
    }
}

/// The expectation that is met where a value was expected and no single one is there: whom a name means, else the kind of
/// result. Of several facts that are settled none is told as the one that was meant.
pub(super) fn accepted(told: &Reply) -> Option<String> {
    match told {
        Reply::Sentence(grounding) if grounding.ready => return None,
        Reply::Name(referral) => {
            if let Some(subject) = &referral.subject {
                return Some(format!("address = {}", quoted(subject.as_str())));
            }
        }
        _ => {}
    }
    Some(format!("status = \"{}\"", status(told)))
}

/// What there is where nothing single is.
pub(super) fn instead(told: &Reply, miss: &Miss) -> String {
    match (told, miss) {
        (Reply::Answer(answer), _) => of_answer(answer),
        (Reply::Name(_), Miss::Value(..)) => "a name says no value: it means a subject".to_owned(),
        (Reply::Name(referral), _) => name_instead(referral),
        (Reply::Sentence(grounding), Miss::Value(..)) if !grounding.facts.is_empty() => said(grounding),
        (Reply::Sentence(_), Miss::Value(..)) => "no fact was found".to_owned(),
        (Reply::Sentence(_), _) => "nothing in it is settled".to_owned(),
    }
}

fn of_answer(answer: &Answer) -> String {
    match answer.status {
        Status::Depends => match &answer.ask {
            Some(ask) => format!(
                "it depends on {}: {} answers are possible",
                text::shown(&ask.dimension),
                answer.facts.len()
            ),
            None => format!("it depends: {} answers are possible", answer.facts.len()),
        },
        Status::Contested => "contested: claims contradict each other".to_owned(),
        Status::Unknown if answer.nearest.is_empty() => "nothing is known".to_owned(),
        Status::Unknown => {
            format!("nothing is known; near it: {}", text::shown(&answer.nearest.join(", ")))
        }
        _ => "several claims together".to_owned(),
    }
}

fn name_instead(referral: &Referral) -> String {
    let count = referral.bearers.len() + referral.more;
    match referral.settled() {
        Status::Ambiguous => {
            let bearers = referral.bearers.iter().take(MOST).map(|bearer| bearer.subject.as_str());
            let bearers = text::shown(&bearers.collect::<Vec<_>>().join(", "));
            let more = if count > MOST { format!(" and {} more", count - MOST) } else { String::new() };
            match count {
                1 => format!("it may be {bearers}, or nothing that is known"),
                _ => format!("it may be any of {bearers}{more}"),
            }
        }
        Status::TooGeneric => "too generic: the name means too much to refer to one thing".to_owned(),
        Status::Contested => "contested: claims contradict each other on who is called so".to_owned(),
        _ if referral.near.is_empty() => "nobody is known to be called so".to_owned(),
        _ => {
            let near: Vec<&str> = referral.near.iter().map(|near| near.name.as_str()).collect();
            format!("nobody is known to be called so; near it: {}", text::shown(&near.join(", ")))
        }
    }
}

/// The facts of a sentence, each with what it says.
fn said(grounding: &Grounding) -> String {
    let parts = grounding.facts.iter().flat_map(|fact| fact.parts.iter().map(move |part| (&fact.slot, part)));
    let settled = |(slot, (_, answer)): (_, &(_, Answer))| {
        let value = answer.value.as_ref()?;
        Some(format!("{slot}: {}", text::clipped(&value_text(Some(value)), 60)))
    };
    let said: Vec<String> = parts.filter_map(settled).collect();
    let more = said.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match said.is_empty() {
        true => "no fact is settled".to_owned(),
        false => format!("{}{more}", text::shown(&said[..said.len().min(MOST)].join("; "))),
    }
}

/// Whom a name means or may mean, who calls them so, and what to ask next.
pub(super) fn of_name(referral: &Referral, report: &Report, out: &mut Output<'_>) {
    let word = if referral.subject.is_some() { "means" } else { "may mean" };
    let mut lines = Vec::new();
    for bearer in referral.bearers.iter().take(MOST) {
        lines.push(titled(bearer));
        lines.push(sayer(&bearer.cite, report));
    }
    let more = (referral.bearers.len() + referral.more).saturating_sub(MOST);
    lines.extend((more > 0).then(|| format!("and {more} more")));
    if !lines.is_empty() {
        row(word, &lines, out);
    }
    if referral.status == Status::Ambiguous {
        asked(words::name(&referral.asked, referral, referral.ask.as_ref()), out);
    }
}

/// What is open of a sentence, and who says what is not.
pub(super) fn of_sentence(grounding: &Grounding, sentence: &str, report: &Report, out: &mut Output<'_>) {
    for open in grounding.questions.iter().take(MOST) {
        asked(words::open(open, grounding, sentence), out);
    }
    let more = grounding.questions.len().saturating_sub(MOST);
    if more > 0 {
        row("", &[format!("and {more} more are open")], out);
    }
    let names = grounding.mentions.iter().filter_map(|mention| mention.named());
    for named in names.filter(|named| named.subject().is_some()).take(MOST) {
        let said = text::shown(&named.referral.asked);
        for bearer in named.referral.bearers.iter().take(1) {
            row("means", &[format!("`{said}`: {}", titled(bearer)), sayer(&bearer.cite, report)], out);
        }
    }
    for (_, answer) in grounding.facts.iter().flat_map(|fact| &fact.parts).take(MOST) {
        let said = |cite: &Cite| {
            let value = text::clipped(&value_text(Some(&cite.value)), 60);
            [format!("{}   {value}", text::shown(&cite.pin.to_string())), sayer(cite, report)]
        };
        let lines: Vec<String> = answer.cites.iter().take(MOST).flat_map(said).collect();
        if !lines.is_empty() {
            row("says", &lines, out);
        }
    }
}

fn asked(asked: words::Asked, out: &mut Output<'_>) {
    let mut lines = vec![text::shown(&asked.question)];
    for (answer, means) in asked.choices.iter().take(MOST * 2) {
        let told = means.is_empty() || means == answer;
        let means = if told { String::new() } else { format!(": {means}") };
        lines.push(text::shown(&format!("{answer}{means}")));
    }
    row("open", &lines, out);
}

/// `entity/acme  Acme GmbH`.
fn titled(bearer: &Referent) -> String {
    let label = bearer.label.as_ref().map(Value::to_string).unwrap_or_default();
    text::shown(format!("{}  {label}", bearer.subject).trim_end())
}

fn sayer(cite: &Cite, report: &Report) -> String {
    let place = format!("{}:{}", text::shown(&cite.place.path), cite.place.line);
    match is_committed(cite, report) {
        true => format!("{}   {place}", human::sayer(cite)),
        false => format!("said by what is not committed   {place}"),
    }
}
