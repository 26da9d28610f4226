//! What can be expected of a reply, whatever was asked, and in what it is not as expected.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::{Expect, Miss, says};
use crate::claim::{Slot, Subject, Value};
use crate::query::ask::Reply;
use crate::query::{Address, Answer, Cite, Grounding, Mentioning, Referral};

/// What can be expected of a reply.
pub(super) struct Told<'a> {
    /// What it says, each value with the slot that says it: of an address at most one, of a name none.
    values: Vec<(Option<&'a Slot>, &'a Value)>,
    /// What kind of result it is.
    status: &'static str,
    /// The slots whose facts it is.
    slots: Vec<&'a Slot>,
    /// The subjects of these, or whom names mean.
    subjects: Vec<&'a Subject>,
    /// The claims that it leans on.
    cites: Vec<&'a Cite>,
    /// What answers, for people.
    answering: Vec<SmolStr>,
    /// Of a sentence: whether nothing is left open.
    ready: Option<bool>,
}

impl<'a> Told<'a> {
    pub fn of(reply: &'a Reply) -> Told<'a> {
        match reply {
            Reply::Answer(answer) => Told::answer(answer),
            Reply::Name(referral) => Told::name(referral),
            Reply::Sentence(grounding) => Told::sentence(grounding),
        }
    }

    fn answer(answer: &'a Answer) -> Told<'a> {
        // Of what nothing is known, nothing answers.
        let answered = answer.value.is_some() || !answer.facts.is_empty();
        let slot = answer.slot.as_ref().filter(|_| answered);
        let claims: Vec<SmolStr> = answer.cites.iter().map(|cite| cite.pin.to_smolstr()).collect();
        let subject = slot.map(|slot| &slot.subject);
        Told {
            values: answer.value.iter().map(|value| (slot, value)).collect(),
            status: answer.settled().as_str(),
            slots: slot.into_iter().collect(),
            answering: if claims.is_empty() { written(subject) } else { claims },
            subjects: subject.into_iter().collect(),
            cites: answer.cites.iter().collect(),
            ready: None,
        }
    }

    /// Only a referent answers: of several bearers none does.
    fn name(referral: &'a Referral) -> Told<'a> {
        let subject = referral.subject.as_ref();
        Told {
            values: Vec::new(),
            status: referral.settled().as_str(),
            slots: Vec::new(),
            answering: written(subject),
            subjects: subject.into_iter().collect(),
            cites: referral.cites().collect(),
            ready: None,
        }
    }

    fn sentence(grounding: &'a Grounding) -> Told<'a> {
        let named = grounding.mentions.iter().filter_map(Mentioning::named);
        let subjects: Vec<&Subject> = named.filter_map(|named| named.subject()).collect();
        let slots: Vec<&Slot> = grounding.facts.iter().map(|fact| &fact.slot).collect();
        let parts = grounding.facts.iter().flat_map(|fact| {
            fact.parts.iter().filter_map(|(_, answer)| Some((Some(&fact.slot), answer.value.as_ref()?)))
        });
        let mut answering = written(subjects.iter().copied());
        answering.extend(slots.iter().map(ToSmolStr::to_smolstr));
        Told {
            values: parts.collect(),
            status: grounding.status().as_str(),
            slots,
            answering,
            subjects,
            cites: grounding.cites(),
            ready: Some(grounding.ready),
        }
    }

    /// Whether what answers is what `wanted` names.
    fn answers(&self, wanted: &str) -> bool {
        match Address::parse(wanted) {
            Ok(Address::Subject(subject)) => self.subjects.contains(&&subject),
            Ok(Address::Slot(slot)) => self.slots.contains(&&slot),
            Ok(_) => self.cites.iter().any(|cite| is(cite, wanted)),
            Err(_) => false,
        }
    }

    /// What it says; only of the fact that `address` names, where it names one of several.
    fn values_of(&self, address: Option<&str>) -> Vec<&'a Value> {
        let named = address.and_then(|address| Address::parse(address).ok());
        let named = named.as_ref().and_then(Address::slot).filter(|slot| self.slots.contains(slot));
        let meant = |slot: Option<&Slot>| named.is_none() || slot == named;
        self.values.iter().filter(|(slot, _)| meant(*slot)).map(|(_, value)| *value).collect()
    }

    /// What it leans on: each claim, and its source.
    fn cited(&self) -> Vec<SmolStr> {
        let cited = self.cites.iter().flat_map(|cite| {
            let source = cite.source.as_ref().map(|source| format_smolstr!("source/{}", source.id));
            [Some(cite.pin.to_smolstr()), source].into_iter().flatten()
        });
        cited.collect()
    }

    /// In what it is not as expected.
    pub fn misses(&self, expect: &Expect) -> Vec<Miss> {
        let mut misses = Vec::new();
        let values = self.values_of(expect.address.as_deref());
        if let Some(wanted) =
            expect.value.as_ref().filter(|wanted| !values.iter().any(|said| says(wanted, said)))
        {
            let single = values.first().filter(|_| values.len() == 1);
            misses.push(Miss::Value(wanted.clone(), single.map(|said| (*said).clone())));
        }
        if let Some(wanted) = expect.address.as_ref().filter(|wanted| !self.answers(wanted)) {
            misses.push(Miss::Address(wanted.clone(), self.answering.clone()));
        }
        if let Some(wanted) = expect.status.as_ref().filter(|wanted| *wanted != self.status) {
            misses.push(Miss::Status(wanted.clone(), self.status));
        }
        let missing = expect.cites.iter().filter(|wanted| !self.cites.iter().any(|cite| is(cite, wanted)));
        let missing: Vec<SmolStr> = missing.cloned().collect();
        if !missing.is_empty() {
            misses.push(Miss::Cites(missing, self.cited()));
        }
        if let Some(wanted) = expect.ready.filter(|wanted| Some(*wanted) != self.ready) {
            misses.push(Miss::Ready(wanted, self.ready));
        }
        misses
    }
}

/// Each once, in their order.
fn written<'a>(subjects: impl IntoIterator<Item = &'a Subject>) -> Vec<SmolStr> {
    let mut written: Vec<SmolStr> = Vec::new();
    for subject in subjects {
        let subject = subject.to_smolstr();
        if !written.contains(&subject) {
            written.push(subject);
        }
    }
    written
}

/// Whether `cite` is what `wanted` names: a claim, a pin, or any claim of a slot or source.
fn is(cite: &Cite, wanted: &str) -> bool {
    if let Some(id) = wanted.strip_prefix("source/")
        && !wanted.contains('#')
    {
        return cite.source.as_ref().is_some_and(|source| source.id == id);
    }
    match Address::parse(wanted) {
        Ok(Address::Claim(slot, id)) => cite.pin.slot == slot && cite.id.as_ref() == Some(&id),
        Ok(Address::Pin(slot, digits)) => cite.pin.slot == slot && cite.hash.starts_with(&digits),
        Ok(Address::Slot(slot)) => cite.pin.slot == slot,
        Ok(Address::Subject(_)) | Err(_) => false,
    }
}
