//! A snapshot → a book: what holds at one point, each value with the claims that say it, and what does not.
//!
//! What depends on a case is left out and told. Of a set what is said in every case is kept, for that depends on nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::loss::{LossKind, Losses};
use super::{Book, Entry, Holds, Statement};
use crate::claim::{Period, Slot, Subject, Value};
use crate::face::words;
use crate::kind;
use crate::query::{self, Address, Answer, Cite, Context, Origin, QueryError, Question, Status};
use crate::snapshot::Snapshot;

/// What to gather.
pub(in crate::face) struct Wanted<'w> {
    /// Subjects of these kinds.
    pub kinds: &'w [String],
    /// Whether those kinds were asked for: then the others are not missed.
    pub chosen: bool,
    /// In which case.
    pub context: &'w Context,
    /// On which day.
    pub on: jiff::civil::Date,
    /// What the format holds.
    pub holds: Holds,
    /// Whether who said it is wanted.
    pub provenance: bool,
}

/// Gathers what holds.
///
/// # Errors
/// Where the snapshot is damaged.
pub(in crate::face) fn gather(
    snapshot: &Snapshot,
    wanted: &Wanted<'_>,
    losses: &mut Losses,
) -> Result<Book, QueryError> {
    let mut book = Book { name: snapshot.name()?.to_owned(), entries: Vec::new() };
    for text in snapshot.subjects("")? {
        let Some(subject) = Subject::parse(text?) else { continue };
        if wanted.kinds.iter().any(|kind| kind == subject.kind()) {
            let entry = entry(snapshot, wanted, subject, losses)?;
            book.entries.extend((!entry.statements.is_empty()).then_some(entry));
        } else if !wanted.chosen && kind::kind(subject.kind()).is_some_and(|kind| kind.statements) {
            let reason = format!("there is no place for subjects of the kind `{}`", subject.kind());
            losses.ours(LossKind::Kind, &subject, reason);
        }
    }
    if !wanted.holds.provenance && !book.entries.is_empty() {
        losses.add(super::Loss {
            kind: LossKind::Provenance,
            address: None,
            item: None,
            line: None,
            reason: "there is no place for who said what: `dictum audit` and `dictum why` tell it".to_owned(),
        });
    }
    Ok(book)
}

fn entry(
    snapshot: &Snapshot,
    wanted: &Wanted<'_>,
    subject: Subject,
    losses: &mut Losses,
) -> Result<Entry, QueryError> {
    let address = Address::Subject(subject.clone());
    let question = Question { address, context: wanted.context.clone(), on: wanted.on };
    let mut entry = Entry::new(subject);
    for answer in query::get(snapshot, &question)? {
        let Some(slot) = answer.slot.clone() else { continue };
        for Said { value, of_set, cites } in held(&slot, answer, wanted, losses) {
            entry.statements.push(Statement {
                attribute: slot.attribute.to_string(),
                value,
                of_set,
                cites,
                line: None,
            });
        }
    }
    Ok(entry)
}

/// A value, and the claims that say it.
struct Said {
    value: Value,
    of_set: bool,
    cites: Vec<Cite>,
}

/// The values that an answer gives, each with the claims that say it; what does not come along is told.
fn held(slot: &Slot, answer: Answer, wanted: &Wanted<'_>, losses: &mut Losses) -> Vec<Said> {
    let said = match answer.status {
        Status::Contested => {
            losses.ours(
                LossKind::Contested,
                slot,
                "claims contradict each other here: `dictum check` shows them",
            );
            return Vec::new();
        }
        Status::Unknown => {
            losses.ours(LossKind::Period, slot, format!("nothing holds on {}", answer.on));
            return Vec::new();
        }
        Status::None => {
            losses.ours(LossKind::None, slot, "there is no way to say that it is known not to exist");
            return Vec::new();
        }
        Status::Depends => {
            losses.ours(LossKind::Depends, slot, depends(&answer));
            in_every_case(&answer)
        }
        _ => elements(answer.value.as_ref(), &answer.cites),
    };
    if said.is_empty() {
        return said;
    }
    if let Some(valid) = answer.valid.filter(|valid| *valid != Period::ALWAYS) {
        losses.ours(LossKind::Period, slot, format!("it holds {}", words::period(&valid)));
    }
    let conditional = |said: &&Said| said.cites.iter().all(|cite| !cite.when.is_always());
    if let Some(said) = said.iter().find(conditional)
        && let Some(cite) = said.cites.first()
    {
        losses.ours(LossKind::Condition, slot, format!("it holds only in {}", words::when(&cite.when)));
    }
    sayers(slot, &said, wanted, losses);
    said
}

/// Tells what of its reasons does not come along.
fn sayers(slot: &Slot, said: &[Said], wanted: &Wanted<'_>, losses: &mut Losses) {
    let cites = || said.iter().flat_map(|said| &said.cites);
    if !wanted.holds.sources
        && let Some(source) = cites().find_map(|cite| cite.source.as_ref())
    {
        losses.ours(LossKind::Source, slot, format!("it leans on source/{}", source.id));
    }
    if !wanted.holds.provenance || !wanted.provenance {
        return;
    }
    let unknown = cites().find_map(|cite| match &cite.said {
        None => Some("who said it is not told: there is no history to tell".to_owned()),
        Some(said) => match &said.said_by {
            Origin::Commit(_) => None,
            Origin::AtOrBefore(id) => {
                Some(format!("who said it is not told: unknown, at or before {}", id.short()))
            }
        },
    });
    if let Some(reason) = unknown {
        losses.ours(LossKind::History, slot, reason);
    }
}

fn depends(answer: &Answer) -> String {
    match &answer.ask {
        Some(ask) => format!("it depends on {0}: `--where {0}=…` takes one case", ask.dimension),
        None => "it depends on the case".to_owned(),
    }
}

/// Of a set what is said in every case.
fn in_every_case(answer: &Answer) -> Vec<Said> {
    let lists = answer.facts.iter().map(|fact| elements(fact.value.as_ref(), &fact.cites));
    let mut lists = lists.collect::<Vec<_>>().into_iter();
    let is_set = answer.facts.iter().all(|fact| {
        let list = matches!(fact.value, Some(Value::List(_)));
        list && !fact.cites.iter().any(|cite| Some(&cite.value) == fact.value.as_ref())
    });
    let Some(mut kept) = lists.next().filter(|_| is_set) else { return Vec::new() };
    for list in lists {
        let also: BTreeSet<&Value> = list.iter().map(|said| &said.value).collect();
        kept.retain(|said| also.contains(&said.value));
    }
    kept
}

/// The values that stand for themselves: the elements of a set, which its claims say one by one; else the value.
fn elements(value: Option<&Value>, cites: &[Cite]) -> Vec<Said> {
    let mut by_value: BTreeMap<&Value, Vec<Cite>> = BTreeMap::new();
    cites.iter().for_each(|cite| by_value.entry(&cite.value).or_default().push(cite.clone()));
    let saying = |value: &Value| by_value.get(value).cloned().unwrap_or_default();
    match value {
        None | Some(Value::None) => Vec::new(),
        Some(Value::List(items)) if saying(&Value::List(items.clone())).is_empty() => {
            items.iter().map(|item| Said { value: item.clone(), of_set: true, cites: saying(item) }).collect()
        }
        Some(value) => vec![Said { value: value.clone(), of_set: false, cites: saying(value) }],
    }
}
