//! A grounding as a compact block for a prompt: what is meant, the facts with their pins, what is open.
//!
//! What people wrote is quoted, line by line behind `>`, so that no text of the knowledge can pass for the block's own words.

use crate::claim::{Days, Value};
use crate::diagnostic::{code_span, inert as escaped};
use crate::face::{text, words};
use crate::query::period::PeriodAnswer;
use crate::query::{Fact, Grounding, Mentioned, Status};

/// Characters of a sentence that are repeated.
const LONGEST: usize = 2_000;

/// The block.
pub(super) fn document(grounding: &Grounding, sentence: &str) -> String {
    let mut lines = vec![format!("**Question** {}", word(&beginning(sentence)))];
    let ready = if grounding.ready { "yes" } else { "no: ask first what is open" };
    lines.push(format!("**Ready** {ready}"));
    let mentions: Vec<String> =
        grounding.mentions.iter().map(|mention| self::mention(mention, sentence)).collect();
    section("Meant", &mentions, &mut lines);
    let facts: Vec<String> = grounding.facts.iter().flat_map(fact).collect();
    section("Facts, to be cited by what stands in brackets", &facts, &mut lines);
    let open = grounding.questions.iter().map(|open| {
        let asked = words::open(open, grounding, sentence);
        let choices = asked.choices.iter().map(|(answer, means)| match means.is_empty() {
            true => word(answer),
            false => format!("{} ({})", word(answer), word(means)),
        });
        let choices: Vec<String> = choices.collect();
        let choices = if choices.is_empty() { String::new() } else { format!(" {}", choices.join("; ")) };
        format!("- {}{choices}", word(&asked.question))
    });
    section("Open", &open.collect::<Vec<_>>(), &mut lines);
    if !grounding.dropped.is_empty() {
        let dropped: Vec<String> = grounding.dropped.iter().map(|slot| format!("`{slot}`")).collect();
        section("Left out for the budget", &[dropped.join(", ")], &mut lines);
    }
    let at = grounding.basis.at.as_ref().map(|at| format!(" at `{at}`")).unwrap_or_default();
    lines.push(String::new());
    lines.push(format!("**Snapshot** `{}`{at}", grounding.basis.snapshot));
    lines.join("\n")
}

fn beginning(sentence: &str) -> String {
    match sentence.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence.to_owned(),
    }
}

fn section(title: &str, body: &[String], lines: &mut Vec<String>) {
    if !body.is_empty() {
        lines.push(String::new());
        lines.push(format!("**{title}**"));
        lines.extend_from_slice(body);
    }
}

/// One line that is no markup.
fn word(text: &str) -> String {
    escaped(&text::shown(text)).replace('\n', " ")
}

fn mention(mention: &crate::query::Mentioning, sentence: &str) -> String {
    let said = word(&sentence[mention.bytes.clone()]);
    match &mention.what {
        Mentioned::Period(when) => match &when.answer {
            PeriodAnswer::Found(found) => format!("- {said}: {}", words::days(&found.days)),
            _ => format!("- {said}: {}", when.status.as_str()),
        },
        Mentioned::Name(named) => {
            let referral = &named.referral;
            let label = referral.bearers.first().and_then(|bearer| bearer.label.as_ref());
            let label = label.map(|label| format!(" {}", word(&label.to_string()))).unwrap_or_default();
            match &referral.subject {
                Some(subject) if named.later.is_empty() => {
                    let pin = referral.bearers.first().map(|bearer| format!(" [{}]", bearer.cite.pin));
                    let until = referral.bearers.first().and_then(|bearer| bearer.until);
                    let until = until.map(|until| format!(", called so until {until}")).unwrap_or_default();
                    format!("- {said}: `{subject}`{label}{until}{}", pin.unwrap_or_default())
                }
                _ => format!("- {said}: {}", referral.status.as_str()),
            }
        }
    }
}

fn fact(fact: &Fact) -> Vec<String> {
    let several = fact.parts.len() > 1;
    let mut lines = Vec::new();
    for (days, answer) in &fact.parts {
        let when = if several { format!(", {}", self::days(days)) } else { String::new() };
        let pins: Vec<String> = match &answer.pin {
            Some(pin) => vec![format!("[{pin}]")],
            None => answer.cites.iter().map(|cite| format!("[{}]", cite.pin)).collect(),
        };
        lines.push(format!("- `{}`{when} {}", fact.slot, pins.join(" ")).trim_end().to_owned());
        match answer.status {
            Status::Depends | Status::Contested => {
                for possible in &answer.facts {
                    let pins: Vec<String> =
                        possible.cites.iter().map(|cite| format!("[{}]", cite.pin)).collect();
                    let place = word(&words::when(&possible.region));
                    lines.push(format!("  - in {place} {}", pins.join(" ")).trim_end().to_owned());
                    lines.extend(quoted(possible.value.as_ref(), "    ", as_code(fact)));
                }
            }
            _ => lines.extend(quoted(answer.value.as_ref(), "  ", as_code(fact))),
        }
    }
    lines
}

fn days(days: &Days) -> String {
    words::days(days)
}

/// Whether a value is copied by whoever reads it, sign by sign.
fn as_code(fact: &Fact) -> bool {
    fact.slot.attribute == "sql"
}

/// What people wrote, each line behind `>`.
fn quoted(value: Option<&Value>, indent: &str, code: bool) -> Vec<String> {
    let text = match value {
        None => return vec![format!("{indent}nothing is said")],
        Some(Value::None) => return vec![format!("{indent}none: known not to exist")],
        Some(value) => value.to_string(),
    };
    let one = |line: &str| if code { code_span(&text::shown(line)) } else { escaped(&text::shown(line)) };
    text.lines().map(|line| format!("{indent}> {}", one(line))).collect()
}
