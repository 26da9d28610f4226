//! A correction, tried before anybody writes it: it is compiled with the knowledge in memory, and what would raise an error,
//! or would not answer, is refused. `dictum correct` writes it as a file, a server as a commit that is proposed.

use std::collections::BTreeSet;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::failure::Failure;
use super::knowledge::{bytes, overlaid};
use crate::claim::{Claim, Slot, Value};
use crate::compile::Compiled;
use crate::diagnostic::Findings;
use crate::kind::{Is, is_kebab};
use crate::query::{self, Address, Answer, Cite, Context, Question, Standing, Status};
use crate::snapshot::Snapshot;
use crate::source::Text;

mod draft;

use draft::Draft;
pub(in crate::face) use draft::Written;
#[cfg(feature = "exchange")]
pub(in crate::face) use draft::typed;

/// What somebody wants to put right.
pub(in crate::face) struct Wish {
    /// The fact, as it is asked for: in a case and on a day.
    pub question: Question,
    /// What is right, as it was typed; `None` for "known not to exist".
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The digits of the pin that the fact still has to have.
    pub pin: Option<String>,
    /// Who says so: a mail address.
    pub by: Option<String>,
    /// What it leans on.
    pub source: Option<String>,
    /// The id of the correction; made of the address where not given.
    pub id: Option<String>,
    /// The first day.
    pub from: Option<Date>,
    /// The first day no more.
    pub until: Option<Date>,
}

/// What is to be corrected.
pub(in crate::face) struct Base<'b> {
    /// Without errors.
    pub compiled: &'b Compiled,
    /// The same as a snapshot.
    pub snapshot: &'b Snapshot,
    /// What was found in its files as such.
    pub findings: Findings,
    /// The knowledge folder from the top of the repository.
    pub root: &'b str,
    /// Whether there is a file at that path, from the knowledge folder.
    pub taken: &'b dyn Fn(&str) -> bool,
}

/// A correction that would answer.
pub(in crate::face) struct Tried {
    /// The claim that it corrects.
    pub wrong: Cite,
    /// Its file.
    pub written: Written,
    /// Its id.
    pub id: String,
    /// The knowledge with it.
    pub after: Compiled,
    /// The same as a snapshot, without history.
    pub snapshot: Snapshot,
    /// What would be answered.
    pub now: Answer,
}

/// A correction by which the knowledge would have errors.
pub(in crate::face) struct Faulty {
    /// The claim that it corrects.
    pub wrong: Cite,
    /// Its file.
    pub written: Written,
    /// The knowledge with it.
    pub after: Compiled,
}

/// Why a correction is not to be written.
pub(in crate::face) enum Refused {
    /// It depends on the case which fact is meant.
    Depends(Box<Answer>),
    /// Nothing is said that could be corrected.
    Unsaid(Box<Answer>),
    /// The fact is not the one that was meant.
    Changed(Box<Answer>),
    /// Several claims answer, and none of them was named.
    Several(Box<Answer>),
    /// The claim says so already.
    Same(Box<Cite>),
    /// The knowledge would have errors.
    Errors(Box<Faulty>),
    /// Something else would answer.
    Outdone(Box<Answer>),
}

/// Tries a correction on `base`.
///
/// # Errors
/// Where the value is not of the attribute's type, the id can't be one or is taken, or a snapshot can't be made.
pub(in crate::face) fn attempt(wish: &Wish, base: &Base<'_>) -> Result<Result<Tried, Refused>, Failure> {
    let answer = ask(base.snapshot, &wish.question)?;
    let wrong = match corrected(wish, answer) {
        Ok(wrong) => wrong,
        Err(refused) => return Ok(Err(refused)),
    };
    let draft = draft(wish, base, &wrong)?;
    let written = draft.written();
    let overlay = Text { path: written.path.as_str().into(), bytes: written.text.as_bytes().into() };
    let after = base.compiled.next(overlaid(&base.compiled.texts, overlay), base.findings.clone());
    if ours(&after, &draft.id).any(|claim| claim.value == wrong.value) && !wish.moves_days() {
        return Ok(Err(Refused::Same(Box::new(wrong))));
    }
    if after.findings.has_errors() {
        return Ok(Err(Refused::Errors(Box::new(Faulty { wrong, written, after }))));
    }
    let snapshot = snapshot(&after)?;
    let now = ask(&snapshot, &Question { on: wish.day(), ..wish.question.clone() })?;
    if !answers(&now, &after, &draft.id) {
        return Ok(Err(Refused::Outdone(Box::new(now))));
    }
    Ok(Ok(Tried { wrong, written, id: draft.id, after, snapshot, now }))
}

impl Wish {
    /// The day on which it has to answer: the one asked about, or the nearest on which it is in force.
    fn day(&self) -> Date {
        let on = self.question.on;
        let on = self.from.map_or(on, |from| on.max(from));
        self.until.and_then(|until| until.yesterday().ok()).map_or(on, |last| on.min(last))
    }

    /// Whether it says since or until when, which may be all that is wrong.
    fn moves_days(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    fn digits(&self) -> Option<&str> {
        self.pin.as_deref().map(|pin| pin.rsplit('~').next().unwrap_or(pin))
    }
}

/// `compiled` as a snapshot, without history.
///
/// # Errors
/// Where it can't be made.
pub(in crate::face) fn snapshot(compiled: &Compiled) -> Result<Snapshot, Failure> {
    Ok(Snapshot::from_bytes(bytes(compiled, None)?)?)
}

fn ask(snapshot: &Snapshot, question: &Question) -> Result<Answer, Failure> {
    let mut answers = query::get(snapshot, question)?;
    answers.pop().ok_or_else(|| Failure::new("the question has no answer"))
}

/// The claim that is wrong: the one that answers, unless no single one does.
fn corrected(wish: &Wish, answer: Answer) -> Result<Cite, Refused> {
    let changed = match (wish.digits(), answer.standing) {
        (_, Some(Standing::Superseded | Standing::Withdrawn)) => true,
        (Some(pin), _) => !answer.cites.iter().any(|cite| cite.hash.starts_with(pin)),
        (None, _) => false,
    };
    match answer.status {
        Status::Depends => return Err(Refused::Depends(Box::new(answer))),
        Status::Unknown => return Err(Refused::Unsaid(Box::new(answer))),
        _ if changed => return Err(Refused::Changed(Box::new(answer))),
        _ => {}
    }
    let named = |cite: &&Cite| match &answer.asked {
        Address::Pin(_, digits) => cite.hash.starts_with(digits),
        Address::Claim(_, id) => cite.id.as_ref() == Some(id),
        _ => match wish.digits() {
            Some(pin) => cite.hash.starts_with(pin),
            None => answer.pin.as_ref() == Some(&cite.pin),
        },
    };
    let found = answer.cites.iter().find(named).cloned();
    found.ok_or_else(|| Refused::Several(Box::new(answer)))
}

/// The claims of the correction `id`.
fn ours<'c>(compiled: &'c Compiled, id: &'c str) -> impl Iterator<Item = &'c Claim> {
    let is_ours = move |claim: &&Claim| {
        claim.statement.correction.as_ref().is_some_and(|correction| correction.id == id)
    };
    compiled.claims.iter().filter(is_ours)
}

/// Whether the correction is among what answers.
fn answers(now: &Answer, after: &Compiled, id: &str) -> bool {
    ours(after, id).any(|claim| now.cites.iter().any(|cite| cite.hash == claim.hash))
}

fn draft(wish: &Wish, base: &Base<'_>, wrong: &Cite) -> Result<Draft, Failure> {
    let (slot, catalog) = (&wrong.pin.slot, &base.compiled.catalog);
    let type_id = type_of(base.snapshot, slot, wish.question.on)?;
    let is = kind_of_value(base.compiled, slot, type_id.as_deref());
    Ok(Draft {
        id: id(wish, base, slot)?,
        root: base.root.to_owned(),
        of: slot.to_string(),
        value: wish.value.as_ref().map(|text| draft::typed(text, &is)).transpose()?,
        reason: wish.reason.clone(),
        by: wish.by.clone(),
        pin: wrong.pin.digits.to_string(),
        when: query::narrower(&wish.question.context, &wrong.when, &catalog.declarations),
        from: wish.from,
        until: wish.until,
        source: wish.source.clone(),
        type_id: type_id.filter(|_| catalog.attribute(slot.subject.kind(), None, &slot.attribute).is_none()),
    })
}

/// Of what kind the values of a slot are whose subject is of that type.
pub(in crate::face) fn kind_of_value(compiled: &Compiled, slot: &Slot, type_id: Option<&str>) -> Is {
    let attribute = compiled.catalog.attribute(slot.subject.kind(), type_id, &slot.attribute);
    attribute.map_or(Is::Text, |attribute| attribute.is.clone())
}

/// The type that the subject of `slot` says it is of.
///
/// # Errors
/// Where the snapshot is damaged.
pub(in crate::face) fn type_of(
    snapshot: &Snapshot,
    slot: &Slot,
    on: Date,
) -> Result<Option<String>, Failure> {
    let of_type = Slot { subject: slot.subject.clone(), attribute: SmolStr::new_static("type") };
    let asked = Question { address: Address::Slot(of_type), context: Context::unknown(), on };
    Ok(ask(snapshot, &asked)?.value.filter(|value| *value != Value::None).map(|value| value.to_string()))
}

/// The id that was given, or one made of the address that is not taken yet.
fn id(wish: &Wish, base: &Base<'_>, slot: &Slot) -> Result<String, Failure> {
    let corrections = base.compiled.claims.iter().filter_map(|claim| claim.statement.correction.as_ref());
    let taken: BTreeSet<&str> = corrections.map(|correction| correction.id.as_str()).collect();
    let is_taken = |id: &str| taken.contains(id) || (base.taken)(&draft::file(id));
    if let Some(id) = &wish.id {
        return match is_kebab(id) {
            false => Err(Failure::new(format!("`{id}` can't be an id"))
                .help("write it with the letters a to z, digits and hyphens only")),
            true if is_taken(id) => {
                Err(Failure::new(format!("there is a correction `{id}` already")).help("give another `--id`"))
            }
            true => Ok(id.clone()),
        };
    }
    let stem = format!("{}-{}", slot.subject.id(), slot.attribute.replace('.', "-"));
    let candidates = std::iter::once(stem.clone()).chain((2..).map(|number| format!("{stem}-{number}")));
    Ok(candidates.into_iter().find(|id| !is_taken(id)).unwrap_or(stem))
}
