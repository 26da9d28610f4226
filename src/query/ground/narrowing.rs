//! Which bearer of a name the sentence itself means: by the type that stands beside the name, by what it is part of, by
//! another name of it.
//!
//! A bearer is left alone only where exactly one fits; what it was narrowed by is kept beside it.

use smol_str::SmolStr;

use super::{Grounder, Mention, Mentioned, Narrowed};
use crate::claim::{Subject, Value};
use crate::name::norm;
use crate::query::QueryError;
use crate::query::answer::Status;
use crate::query::referent::Referent;

impl Grounder<'_, '_> {
    /// Narrows the names that are ambiguous.
    pub(super) fn narrow(&self, mentions: &mut [Mention]) -> Result<(), QueryError> {
        let known: Vec<(usize, Subject)> = mentions
            .iter()
            .enumerate()
            .filter_map(|(at, mention)| match &mention.what {
                Mentioned::Name(named) => Some((at, named.subject()?.clone())),
                Mentioned::Period(_) => None,
            })
            .collect();
        for at in 0..mentions.len() {
            let beside = self.beside(mentions, at);
            let said = self.sentence.text[mentions[at].bytes.clone()].to_owned();
            let Mentioned::Name(named) = &mut mentions[at].what else { continue };
            if named.referral.status != Status::Ambiguous
                || !named.later.is_empty()
                || named.referral.more > 0
            {
                continue;
            }
            let bearers = &named.referral.bearers;
            let others = || known.iter().filter(|(other, _)| *other != at).map(|(_, subject)| subject);
            let by_type = only(bearers, |bearer| {
                let of_type = type_of(bearer)?;
                beside.contains(&norm(&of_type.replace('-', " "))).then_some(Narrowed::Type(of_type))
            });
            let also = || {
                only(bearers, |bearer| {
                    let other = others().find(|other| **other == bearer.subject)?;
                    Some(Narrowed::AlsoNamed(other.clone()))
                })
            };
            let part = || {
                only(bearers, |bearer| {
                    let parent = bearer.parent.as_ref().and_then(subject)?;
                    others().find(|other| *other == parent).map(|parent| Narrowed::Parent(parent.clone()))
                })
            };
            if let Some((index, narrowed)) = by_type.or_else(also).or_else(part) {
                let on = named.referral.on;
                let bearer = named.referral.bearers[index].clone();
                // As it is asked of its type, so that the status is that of the one that is left.
                let asked = self.refer(&said, on, type_of(&bearer))?;
                let referral = &mut named.referral;
                referral.status = match asked.subject.as_ref() == Some(&bearer.subject) {
                    true => asked.status,
                    // Whether it is called so at all is not settled by what stands beside the name.
                    false if bearer.contested => Status::Contested,
                    false if !bearer.cite.confirmed() => Status::Unconfirmed,
                    false if bearer.deprecated.is_some() => Status::Deprecated,
                    false => Status::Fact,
                };
                referral.subject = (referral.status != Status::Contested).then(|| bearer.subject.clone());
                referral.bearers = vec![bearer];
                referral.ask = None;
                named.narrowed_by.push(narrowed);
            }
        }
        Ok(())
    }

    /// The keys of what stands directly before and behind a mention: of one word and of two on each side.
    fn beside(&self, mentions: &[Mention], at: usize) -> Vec<String> {
        let text = self.sentence.text;
        let bytes = &mentions[at].bytes;
        let start = at.checked_sub(1).map_or(0, |before| mentions[before].bytes.start);
        let end = mentions.get(at + 1).map_or(text.len(), |after| after.bytes.end);
        let before: Vec<String> = words(&text[start..bytes.start]).rev().take(2).collect();
        let after: Vec<String> = words(&text[bytes.end..end]).take(2).collect();
        // In "Acme supplier Bolt" the type may be that of either.
        let next = mentions.get(at + 1).filter(|next| matches!(next.what, Mentioned::Name(_)));
        let between = next.map(|next| words(&text[bytes.end..next.bytes.start]).count());
        let own = |count: usize| between != Some(count);
        let mut keys: Vec<String> =
            before.first().cloned().into_iter().chain(after.first().filter(|_| own(1)).cloned()).collect();
        if let [last, first] = &before[..] {
            keys.push(format!("{first} {last}"));
        }
        if let [first, last] = &after[..]
            && own(2)
        {
            keys.push(format!("{first} {last}"));
        }
        keys
    }
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = String> {
    let words: Vec<String> = text.split_whitespace().map(norm).filter(|word| !word.is_empty()).collect();
    words.into_iter()
}

/// The one bearer of which `fits` says something.
fn only(bearers: &[Referent], fits: impl Fn(&Referent) -> Option<Narrowed>) -> Option<(usize, Narrowed)> {
    let mut fitting = bearers.iter().enumerate().filter_map(|(at, bearer)| Some((at, fits(bearer)?)));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

fn type_of(bearer: &Referent) -> Option<SmolStr> {
    match bearer.of_type.as_ref()? {
        Value::Text(word) => Some(word.clone()),
        Value::Ref(subject) => Some(SmolStr::new(subject.id())),
        _ => None,
    }
}

fn subject(value: &Value) -> Option<&Subject> {
    match value {
        Value::Ref(subject) => Some(subject),
        _ => None,
    }
}
