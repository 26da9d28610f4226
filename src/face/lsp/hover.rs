//! What stands under the pointer comes to: what holds in this case, why, and which commit last said it.

use jiff::civil::Date;

use super::mention;
use super::past::Committed;
use super::world::World;
use crate::claim::{Claim, ClaimHash, Slot, Subject, Test, When};
use crate::compile::Slice;
use crate::diagnostic::{code_span, inert};
use crate::face::{clock, knowledge, text, words};
use crate::kind::STATEMENT_KEYS;
use crate::query::{self, Address, Answer, Cite, Context, Question, Status};
use crate::snapshot::Snapshot;
use crate::source::FileId;

/// What is told, in Markdown, and of which bytes; `None` where there is nothing to tell.
pub(super) fn hover(
    world: &World,
    file: FileId,
    text: &str,
    offset: usize,
) -> Option<(String, std::ops::Range<usize>)> {
    if let Some(found) = mention::at(text, offset, world)
        && !world.about(&found.subject).is_empty()
    {
        return Some((subject(world, &found.subject), found.range));
    }
    let entry = mention::entry_at(text, offset)?;
    let on_key = entry.path.last().is_some_and(|part| part.range.start <= offset && offset <= part.range.end);
    let last = entry.path.last()?;
    if on_key && STATEMENT_KEYS.contains(&last.name.as_str()) {
        return Some((statement_key(&last.name)?.to_owned(), last.range.clone()));
    }
    let (slot, parts) = mention::slot_of(&entry, world)?;
    let claim = claim_at(world, &slot, file, &entry.range);
    let range = if on_key { entry.path[parts - 1].range.clone() } else { entry.range.clone() };
    Some((self::slot(world, &slot, claim), range))
}

/// The claim of a slot that is said nearest to an entry of a file.
fn claim_at<'w>(
    world: &'w World,
    slot: &Slot,
    file: FileId,
    entry: &std::ops::Range<usize>,
) -> Option<&'w Claim> {
    let (claims, _) = world.slot(slot)?;
    let away = |claim: &&Claim| {
        let span = claim.origin.span.start as usize..claim.origin.span.end as usize;
        let before = entry.start.saturating_sub(span.end);
        before + span.start.saturating_sub(entry.end)
    };
    claims.iter().filter(|claim| claim.origin.file == file).min_by_key(away)
}

/// A subject: what it is called, what it is, who owns it.
fn subject(world: &World, subject: &Subject) -> String {
    let mut out = format!("**{}**", code_span(subject.as_str()));
    if let Some(called) = world.called(subject) {
        out.push_str(&format!(" — {}", plain(&called)));
    }
    let told = ["definition", "summary", "note"].into_iter().find_map(|attribute| {
        let slot = Slot { subject: subject.clone(), attribute: attribute.into() };
        world.slot(&slot).map(|_| answered(answer(world, &slot, None).as_ref()))
    });
    if let Some(told) = told {
        out.push_str("\n\n");
        out.push_str(&told);
    }
    let claims = world.about(subject);
    let mut attributes: Vec<&str> = claims.iter().map(|claim| claim.slot.attribute.as_str()).collect();
    attributes.dedup();
    if !attributes.is_empty() {
        out.push_str(&format!("\n\nsays {}", plain(&attributes.join(", "))));
    }
    out
}

/// A slot: what it answers in the case of the claim under the pointer, who said that, and who said the claim itself.
fn slot(world: &World, slot: &Slot, claim: Option<&Claim>) -> String {
    let answer = answer(world, slot, claim);
    let mut out = format!("**{}**\n\n{}", code_span(&slot.to_string()), answered(answer.as_ref()));
    let cites = answer.iter().flat_map(|answer| &answer.cites);
    let is_here = |cite: &&Cite| claim.is_some_and(|claim| claim.hash == cite.hash);
    let answers = cites.clone().any(|cite| is_here(&cite));
    for cite in cites.filter(|cite| !is_here(cite)).take(3) {
        out.push_str(&format!("\n\n{}", said(world, slot, cite.hash)));
    }
    if let Some(claim) = claim {
        let here = match (&answer, answers) {
            (Some(answer), false) if answer.value.is_some() => "what stands here gives way: ",
            _ => "",
        };
        out.push_str(&format!("\n\n{here}{}", said(world, slot, claim.hash)));
    }
    out
}

/// Which commit last said a claim, and how well it is looked after.
fn said(world: &World, slot: &Slot, hash: ClaimHash) -> String {
    let Some(past) = world.past.known() else {
        return "*who said it is not known here yet*".to_owned();
    };
    match past.cite(slot, hash) {
        Some(cite) => sayer(&past, &cite),
        None => "*not committed yet*".to_owned(),
    }
}

fn sayer(past: &Committed, cite: &Cite) -> String {
    let mut out = match cite.said.as_ref().and_then(|said| said.said_by.commit()) {
        Some(commit) => format!("said by {}", plain(&words::commit_line(commit))),
        None => plain(&words::sayer(cite)),
    };
    if let Some(care) = past.care(&cite.pin.slot, cite.hash) {
        out.push_str(&format!(" — reviewed: {}", care.reviewed.as_str()));
        if let Some(day) = care.overdue {
            out.push_str(&format!(", to be looked at again since {day}"));
        }
    }
    let history = past.basis().map(|basis| basis.history).unwrap_or_default();
    if history != "complete" {
        out.push_str(&format!(" (history: {history})"));
    }
    out
}

/// The answer in the case of `claim`, or in any.
fn answer(world: &World, slot: &Slot, claim: Option<&Claim>) -> Option<Answer> {
    let on = claim.map_or_else(clock::today, |claim| day_of(claim, clock::today()));
    let snapshot = snapshot_of(world, &slot.subject)?;
    let pairs = claim.map(|claim| case_of(&claim.statement.when)).unwrap_or_default();
    let pairs = pairs.iter().map(|(dimension, value)| (dimension.as_str(), value.as_str()));
    let context = Context::read(pairs, snapshot.declarations().ok()?).unwrap_or_default();
    let question = Question { address: Address::Slot(slot.clone()), context, on };
    query::get(&snapshot, &question).ok()?.into_iter().next()
}

fn answered(answer: Option<&Answer>) -> String {
    answer.map_or_else(|| "nothing is known".to_owned(), told)
}

/// No more of the knowledge than bears on `subject`, as a snapshot.
fn snapshot_of(world: &World, subject: &Subject) -> Option<Snapshot> {
    let slice = Slice::new(subject, world.limits());
    let parts: Vec<_> =
        world.compiled().texts.iter().filter_map(|(_, text)| slice.part(text.clone())).collect();
    let compiled = slice.compile(parts.iter(), None);
    Snapshot::from_bytes(knowledge::bytes(&compiled, None).ok()?).ok()
}

/// A day on which a claim speaks: today, if it does.
fn day_of(claim: &Claim, today: Date) -> Date {
    let period = claim.statement.period;
    match (period.from, period.until) {
        (Some(from), _) if today < from => from,
        (_, Some(until)) if until <= today => until.yesterday().unwrap_or(until),
        _ => today,
    }
}

/// The case in which a claim speaks, as far as it can be put as one value for each dimension.
fn case_of(when: &When) -> Vec<(String, String)> {
    let Some(product) = when.products().first() else { return Vec::new() };
    let one = |tests: &[Test]| match tests {
        [Test::In(points)] => points.first().map(words::typed),
        _ => None,
    };
    product.iter().filter_map(|(dimension, tests)| Some((dimension.to_string(), one(tests)?))).collect()
}

/// An answer, why, and on what it leans.
fn told(answer: &Answer) -> String {
    let mut out = String::new();
    match answer.status {
        Status::Unknown => out.push_str("nothing is said"),
        Status::Depends | Status::Contested => {
            let word = if answer.status == Status::Contested { "contested:" } else { "it depends:" };
            out.push_str(word);
            for possible in answer.facts.iter().take(8) {
                let region = match possible.region.is_always() {
                    true => "here".to_owned(),
                    false => words::when(&possible.region),
                };
                let value = words::value_text(possible.value.as_ref());
                out.push_str(&format!("\n- {}: {}", plain(&region), plain(&value)));
            }
        }
        _ => out.push_str(&plain(&words::value_text(answer.value.as_ref()))),
    }
    out.push_str(&format!("\n\n*{}*", circumstances(answer)));
    for candidate in
        answer.candidates.iter().filter(|candidate| words::stands_over(answer, candidate)).take(4)
    {
        let why = words::reason(answer, &candidate.fate);
        let other = words::claim_text(&candidate.cite.value, &candidate.cite.retracts);
        out.push_str(&format!("\n\nbecause {} “{}”", plain(&why), plain(&text::clipped(&other, 80))));
    }
    out
}

fn circumstances(answer: &Answer) -> String {
    let mut parts = vec![format!("on {}", answer.on)];
    parts.extend(
        answer.context.iter().map(|(dimension, point)| format!("{dimension} {}", words::point(point))),
    );
    let period = answer.valid.filter(|period| period.from.is_some() || period.until.is_some());
    parts.extend(period.map(|period| format!("in force {}", words::period(&period))));
    let source = answer.cites.iter().find_map(|cite| cite.source.as_ref());
    parts.extend(source.map(|source| format!("source {}", words::source_text(source))));
    parts.extend(answer.owner.as_ref().map(|owner| format!("owner {owner}")));
    plain(&parts.join(", "))
}

/// What a statement key is for.
fn statement_key(name: &str) -> Option<&'static str> {
    Some(match name {
        "when" => "in which contexts this holds",
        "from" => "the first day on which this holds",
        "until" => "the first day on which this holds no more",
        "source" => "what this leans on: the id of a `[source.ID]`",
        "id" => "a name by which other claims of this attribute can point here",
        "reason" => "why this is so",
        "exception-to" => "the `id` of the claim to which this is an exception",
        "supersedes" => "the `id` of the claim that this replaces",
        "corrects" => "the `id` of the claim that this puts right",
        "retracts" => "the `id` of the claim that this takes back",
        "reviewed-against" => "the hash of the claim that this was held against when it was written",
        _ => return None,
    })
}

/// A line that no editor takes for markup.
fn plain(text: &str) -> String {
    text.lines().map(|line| inert(&text::shown(line))).collect::<Vec<_>>().join("\n")
}
