//! Which names may mean something else: those with an entry that was decided otherwise, and who bears them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use smol_str::{SmolStr, format_smolstr};

use super::Compared;
use crate::claim::{Claim, Slot, Subject, Value};
use crate::name;
use crate::query::diff::{Side, View, slot_of};
use crate::query::referent::{NAMED, keys_of, references};

/// What a subject is too, and what it became.
pub(super) const STEPS: [&str; 2] = ["same-as", "successor"];

/// What a term says of itself whose names mean too much.
pub(super) const GENERIC: &str = "too-generic";

/// A name that may mean something else.
pub(super) struct Name<'i> {
    /// As it is written.
    pub written: SmolStr,
    /// What it is looked up by.
    pub keys: Vec<String>,
    /// Who gives it, by its key, on either side.
    index: &'i Index,
}

/// For each key the slots that give it, and for each side the positions of the claims that do.
type Index = BTreeMap<String, BTreeMap<Slot, [Vec<u32>; 2]>>;

impl Name<'_> {
    /// The slots that give it, and the positions of the claims that do: in all of the state before, and in what may
    /// differ of the one after.
    pub fn slots(&self) -> BTreeMap<&Slot, [Vec<u32>; 2]> {
        let mut slots: BTreeMap<&Slot, [Vec<u32>; 2]> = BTreeMap::new();
        for (slot, [one, two]) in self.keys.iter().filter_map(|key| self.index.get(key)).flatten() {
            let [before, after] = slots.entry(slot).or_default();
            before.extend(one);
            after.extend(two);
        }
        slots
    }
}

/// The names, and the index that they share.
pub(super) struct Names {
    index: Index,
    written: BTreeMap<Vec<String>, SmolStr>,
}

impl Names {
    /// Each of them, by its keys.
    pub fn each(&self) -> Vec<Name<'_>> {
        let name = |(keys, written): (&Vec<String>, &SmolStr)| Name {
            written: written.clone(),
            keys: keys.clone(),
            index: &self.index,
        };
        self.written.iter().map(name).collect()
    }
}

/// The names that the slots of `pairs` bear on.
pub(super) fn names(compared: &Compared<'_>, pairs: &[(View<'_>, View<'_>)]) -> Names {
    let keys = keys(compared, pairs);
    let mut written = BTreeMap::new();
    if keys.is_empty() {
        return Names { index: BTreeMap::new(), written };
    }
    for (keys, name) in all(compared, &keys) {
        let known = written.entry(keys).or_insert_with(|| name.clone());
        if name < *known {
            *known = name;
        }
    }
    // One that is written like an id is looked up by two keys, the other of which may not have been touched.
    let wanted: BTreeSet<String> = written.keys().flatten().cloned().collect();
    Names { index: index(compared, &wanted), written }
}

/// The keys of names with an entry among `pairs`.
fn keys(compared: &Compared<'_>, pairs: &[(View<'_>, View<'_>)]) -> BTreeSet<String> {
    let (mut keys, mut stepped, mut affected) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (one, two) in pairs {
        let claims = || one.claims.iter().chain(two.claims);
        let Some(slot) = claims().next().map(|claim| &claim.slot) else { continue };
        let attribute = slot.attribute.as_str();
        if is_named(slot) {
            keys.extend(claims().filter_map(key));
        } else if STEPS.contains(&attribute) {
            stepped.insert(slot.subject.clone());
        } else if attribute == GENERIC {
            affected.insert(slot.subject.clone());
        }
    }
    affected.extend(leading_to(compared, stepped));
    for subject in &affected {
        for side in [compared.whole, compared.after] {
            let start = side.claims.partition_point(|claim| claim.slot.subject < *subject);
            let own = side.claims[start..].iter().take_while(|claim| claim.slot.subject == *subject);
            keys.extend(own.filter(|claim| is_named(&claim.slot)).filter_map(key));
        }
    }
    keys
}

/// `subjects`, and all that is said to be or to have become one of them, however far.
fn leading_to(compared: &Compared<'_>, subjects: BTreeSet<Subject>) -> BTreeSet<Subject> {
    let mut from: BTreeMap<Subject, Vec<&Subject>> = BTreeMap::new();
    if subjects.is_empty() {
        return subjects;
    }
    for side in [compared.whole, compared.after] {
        for claim in side.claims.iter().filter(|claim| STEPS.contains(&claim.slot.attribute.as_str())) {
            for into in references(&claim.value) {
                from.entry(into).or_default().push(&claim.slot.subject);
            }
        }
    }
    let mut open: Vec<Subject> = subjects.iter().cloned().collect();
    let mut all = subjects;
    while let Some(subject) = open.pop() {
        for before in from.get(&subject).into_iter().flatten() {
            if all.insert((*before).clone()) {
                open.push((*before).clone());
            }
        }
    }
    all
}

/// Whether a slot gives names to what people speak of by name.
fn is_named(slot: &Slot) -> bool {
    let attribute = slot.attribute.as_str();
    NAMED.contains(&slot.subject.kind())
        && (name::NAMING.contains(&attribute) || name::system(attribute).is_some())
}

fn key(claim: &Claim) -> Option<String> {
    let Value::Text(written) = &claim.value else { return None };
    name::key(&claim.slot.attribute, written)
}

/// A claim's name as somebody asks for it.
fn asked(claim: &Claim) -> Option<SmolStr> {
    let Value::Text(written) = &claim.value else { return None };
    Some(match name::system(&claim.slot.attribute) {
        Some(system) => format_smolstr!("{system}:{written}"),
        None => written.clone(),
    })
}

/// The names of either side that are looked up by one of `touched`, as they are asked for.
fn all(compared: &Compared<'_>, touched: &BTreeSet<String>) -> Vec<(Vec<String>, SmolStr)> {
    let of_side = |side: Side<'_>| -> Vec<(Vec<String>, SmolStr)> {
        let claims = named(side).flat_map_iter(|claims| claims.iter());
        let name = |claim: &Claim| {
            let asked = asked(claim)?;
            let keys = keys_of(&asked);
            keys.iter().any(|key| touched.contains(key)).then_some((keys, asked))
        };
        claims.filter_map(name).collect()
    };
    let mut names = of_side(compared.whole);
    names.extend(of_side(compared.after));
    names
}

/// Who gives each of `wanted`, on either side.
fn index(compared: &Compared<'_>, wanted: &BTreeSet<String>) -> Index {
    let mut index = Index::new();
    for (side, given) in
        [given(compared.whole, wanted), given(compared.after, wanted)].into_iter().enumerate()
    {
        for (key, slot, at) in given {
            index.entry(key).or_default().entry(slot.clone()).or_default()[side].push(at);
        }
    }
    index
}

/// The claims of one side that give one of `wanted`: which, of which slot, and at which position of it.
fn given<'s>(side: Side<'s>, wanted: &BTreeSet<String>) -> Vec<(String, &'s Slot, u32)> {
    let claims = named(side).flat_map_iter(|claims| (0u32..).zip(claims));
    let given = |(at, claim): (u32, &'s Claim)| {
        Some((key(claim).filter(|key| wanted.contains(key))?, &claim.slot, at))
    };
    claims.filter_map(given).collect()
}

/// The claims of each slot that gives names.
fn named<'s>(side: Side<'s>) -> impl ParallelIterator<Item = &'s [Claim]> {
    let slots = side.decisions.slots.par_iter().with_min_len(256);
    slots.filter_map(move |decided| {
        let is_named = slot_of(side, decided).is_some_and(is_named);
        is_named.then(|| &side.claims[decided.claims.start as usize..decided.claims.end as usize])
    })
}
