//! Words → the subjects that they are about: over names, definitions and notes, for those who don't know an address.
//!
//! Nothing is stored for it: all texts are gone through for every search, on all threads. That takes about 0.2 seconds for
//! 100,000 claims on two busy cores (`cargo bench --bench search`), and what is not stored can't be out of date.
//!
//! ```text
//! matching   a word of a text → which words of the search it is, exactly, by its beginning, or but for a slip
//! score      what matched where → a number, in integers
//! excerpt    a text → the part of it that matched
//! ```
//!
//! What is found is answered as `get` answers it: a text that is not in force in the case asked about is no find.

use std::cmp::Reverse;
use std::ops::Range;

use jiff::civil::Date;
use rayon::prelude::*;

mod excerpt;
mod matching;
mod score;

use matching::{Matcher, Seen};
use score::{Collection, score};

use super::answer::Standing;
use super::read::Reading;
use super::{Address, Answer, Context, QueryError, Question, Status, get};
use crate::claim::{ClaimHash, Slot, Subject, Value};
use crate::snapshot::{SlotView, Snapshot};

/// What is searched for, and where.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// The words.
    pub text: &'a str,
    /// Subjects of this kind alone.
    pub kind: Option<&'a str>,
    /// At most so many finds.
    pub limit: usize,
    /// What is known of the case.
    pub context: Context,
    /// The day on which finds are to hold.
    pub on: Date,
    /// The matching key of a name: words with one space between them.
    pub key: fn(&str) -> String,
}

/// A subject that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// Which.
    pub subject: Subject,
    /// What people call it, where that is one thing.
    pub label: Option<Value>,
    /// By how much; comparable within one search only.
    pub score: u64,
    /// What matched, the strongest first.
    pub matched: Vec<Matched>,
    /// What its definition answers, else the slot that matched.
    pub answer: Box<Answer>,
}

/// A text that matched.
#[derive(Clone, PartialEq, Debug)]
pub struct Matched {
    /// Of which slot.
    pub slot: Slot,
    /// The part of it that matched.
    pub excerpt: String,
    /// The words that did: bytes of the excerpt.
    pub marks: Vec<Range<usize>>,
}

/// What a search found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// The best first; those of one score by address.
    pub hits: Vec<Hit>,
    /// How many subjects matched at all, in force or not.
    pub matching: usize,
}

/// What a text is to a subject. Names weigh more than definitions, and these more than notes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Field {
    Name,
    Definition,
    Note,
}

/// How many fields there are.
const FIELDS: usize = 3;

/// Subjects that are gone through together, at least.
const STRETCH: usize = 4_096;

/// Texts of one subject that are shown.
const MOST_SHOWN: usize = 3;

/// Kinds that tell the program what to do, and people nothing.
const INWARD: [&str; 5] = ["correction", "dimension", "policy", "precedence", "question"];

impl Field {
    /// What the texts of an attribute are; `None` for those that aren't searched.
    fn of(attribute: &str) -> Option<Field> {
        Some(match attribute {
            "abbreviation" | "aliases" | "former-names" | "label" | "name" | "synonyms" | "title" => {
                Field::Name
            }
            "definition" | "examples" => Field::Definition,
            "note" | "deprecated.reason" => Field::Note,
            _ => return None,
        })
    }
}

/// One text of a subject: a claim of a slot.
#[derive(Clone, Copy)]
struct Text<'s> {
    view: SlotView<'s>,
    field: Field,
}

/// A subject that is searched.
struct Searched<'s> {
    /// The first of its slots.
    first: SlotView<'s>,
    texts: Vec<Text<'s>>,
}

/// A subject whose texts match.
struct Candidate<'s> {
    subject: &'s str,
    /// The first of its slots.
    first: SlotView<'s>,
    /// Its texts with what of them matched: which of the search's words, how, and how often.
    seen: Vec<(Text<'s>, u32, Seen)>,
    /// What of its id matched, which counts as a name.
    id: Seen,
    /// Words in each field.
    lengths: [u64; FIELDS],
    /// Whether a name of it is the whole search.
    named: bool,
}

/// Searches.
///
/// # Errors
/// [`QueryError::Bad`] where no word is left to search for; [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn search(snapshot: &Snapshot, search: &Search<'_>) -> Result<Found, QueryError> {
    let whole = (search.key)(search.text);
    let matcher = Matcher::new(&whole).ok_or_else(|| super::BadQuestion {
        message: "there is no word to search for".to_owned(),
        help: Some("write words that stand in a name, a definition or a note".to_owned()),
    })?;
    let subjects = subjects(snapshot, search.kind)?;
    let each: Vec<Candidate<'_>> = subjects
        .par_iter()
        // What a word was found to be is remembered within a stretch: few, and long.
        .with_min_len(STRETCH)
        .map_init(|| matcher.clone(), |matcher, one| candidate(one, matcher, &whole, search.key))
        .collect::<Result<_, QueryError>>()?;
    let collection = Collection::of(&each, matcher.words());
    let mut ranked: Vec<(Reverse<u64>, &str, usize)> = Vec::new();
    for (at, candidate) in each.iter().enumerate() {
        let score = score(candidate, &collection);
        if score > 0 {
            ranked.push((Reverse(score), candidate.subject, at));
        }
    }
    ranked.sort_unstable();
    let mut found = Found { hits: Vec::new(), matching: ranked.len() };
    let reading = Reading::new(snapshot)?;
    for (Reverse(score), _, at) in ranked {
        if found.hits.len() == search.limit {
            break;
        }
        let hit = hit(&reading, &each[at], score, search, &matcher, &collection)?;
        found.hits.extend(hit);
    }
    Ok(found)
}

/// The texts of each subject that is searched, in address order.
fn subjects<'s>(snapshot: &'s Snapshot, kind: Option<&str>) -> Result<Vec<Searched<'s>>, QueryError> {
    let prefix = kind.map(|kind| format!("{kind}/")).unwrap_or_default();
    // Slots are in address order: those of one subject stand together.
    let mut subjects: Vec<Searched<'s>> = Vec::new();
    for view in snapshot.slots_with_prefix(&prefix)? {
        let view = view?;
        let of = view.subject().split('/').next().unwrap_or_default();
        if kind.is_none() && INWARD.contains(&of) {
            continue;
        }
        if subjects.last().is_none_or(|last| last.first.subject() != view.subject()) {
            subjects.push(Searched { first: view, texts: Vec::new() });
        }
        if let (Some(field), Some(last)) = (Field::of(view.attribute()), subjects.last_mut()) {
            last.texts.push(Text { view, field });
        }
    }
    Ok(subjects)
}

/// What of the texts of one subject matches.
fn candidate<'s>(
    searched: &Searched<'s>,
    matcher: &mut Matcher,
    whole: &str,
    key: fn(&str) -> String,
) -> Result<Candidate<'s>, QueryError> {
    let (first, subject) = (searched.first, searched.first.subject());
    let mut candidate = Candidate {
        subject,
        first,
        seen: Vec::new(),
        id: Seen::default(),
        lengths: [0; FIELDS],
        named: false,
    };
    let id = key(subject.split_once('/').map_or(subject, |(_, id)| id));
    id.split(' ').for_each(|word| matcher.look(word, &mut candidate.id));
    for text in &searched.texts {
        for position in 0..text.view.claim_count() {
            let Some(said) = text.view.text(position)? else { continue };
            let words = key(said);
            let mut seen = Seen::default();
            for word in words.split(' ') {
                candidate.lengths[text.field as usize] += 1;
                matcher.look(word, &mut seen);
            }
            candidate.named |= text.field == Field::Name && words == *whole;
            if !seen.is_empty() {
                candidate.seen.push((*text, position, seen));
            }
        }
    }
    Ok(candidate)
}

/// The find, where something that matched is in force.
fn hit(
    reading: &Reading<'_>,
    candidate: &Candidate<'_>,
    score: u64,
    search: &Search<'_>,
    matcher: &Matcher,
    collection: &Collection,
) -> Result<Option<Hit>, QueryError> {
    let Some(subject) = Subject::parse(candidate.subject) else { return Ok(None) };
    let ask = |address| Question { address, context: search.context.clone(), on: search.on };
    let mut matched: Vec<(u64, Matched)> = Vec::new();
    for (text, position, seen) in &candidate.seen {
        let weight = collection.weight(text.field, seen);
        if weight == 0 {
            continue;
        }
        let slot = text.view.slot()?;
        if !in_force(reading, &slot, text.view.hash(*position)?, search)? {
            continue;
        }
        let said = text.view.text(*position)?.unwrap_or_default();
        let (excerpt, marks) = excerpt::excerpt(said, matcher, collection, search.key);
        matched.push((weight, Matched { slot, excerpt, marks }));
    }
    if matched.is_empty() && collection.weight(Field::Name, &candidate.id) == 0 {
        return Ok(None);
    }
    // Stable: those of one weight stay in address order.
    matched.sort_by_key(|(weight, _)| Reverse(*weight));
    let mut matched: Vec<Matched> = matched.into_iter().map(|(_, one)| one).collect();
    matched.truncate(MOST_SHOWN);
    let mut answer = None;
    let first = candidate.first.slot()?;
    let telling = ["definition", "label", "name", "title"].map(|attribute| get::slot_of(&subject, attribute));
    let [definition, names @ ..] = telling;
    for slot in [definition]
        .into_iter()
        .chain(matched.first().map(|one| one.slot.clone()))
        .chain(names)
        .chain([first])
    {
        let told = get(reading.snapshot, &ask(Address::Slot(slot)))?.into_iter().next();
        answer = told.filter(|told| told.status != Status::Unknown);
        if answer.is_some() {
            break;
        }
    }
    let label = ["label", "name", "title"].into_iter().find_map(|attribute| {
        let slot = get::slot_of(&subject, attribute);
        get::held(reading, &slot, &ask(Address::Slot(slot.clone()))).transpose()
    });
    let label = label.transpose()?;
    Ok(answer.map(|answer| Hit { subject, label, score, matched, answer: Box::new(answer) }))
}

/// Whether the claim answers in the case and on the day asked about, or in some of the cases left open.
fn in_force(
    reading: &Reading<'_>,
    slot: &Slot,
    hash: ClaimHash,
    search: &Search<'_>,
) -> Result<bool, QueryError> {
    let address = Address::Pin(slot.clone(), hash.to_hex().into());
    let question = Question { address, context: search.context.clone(), on: search.on };
    let standing = get(reading.snapshot, &question)?.first().and_then(|answer| answer.standing);
    Ok(matches!(standing, Some(Standing::Current | Standing::Possible)))
}
