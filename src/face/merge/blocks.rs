//! Which block of one version is which of another. Blocks have no keys: they are told apart by what they say of
//! themselves, first by all of it, then by `id`, then by the case and time they are for and the value. A mistake here can
//! make a merge clumsy, never wrong: what comes out is held against the claims of all sides.

use rustc_hash::{FxHashMap, FxHashSet};

use super::leaf::Leaf;
use super::tree::{Group, Part as _, Subject};
use crate::kind::{Catalog, Layout};

/// The groups of three versions of one subject, each with a key: equal keys are one group.
pub(super) type Keys = [Vec<String>; 3];

/// Gives each group of base, ours and theirs its key.
pub(super) fn keys(sides: [Option<&Subject<'_>>; 3], catalog: &Catalog) -> Keys {
    let [base, ours, theirs] = sides.map(|side| side.map_or(Vec::new(), |side| marks(side, catalog)));
    let number = |side: &[Mark], name: char| -> Vec<String> {
        side.iter().enumerate().map(|(at, mark)| key(mark, name, at)).collect()
    };
    let of_base = number(&base, 'b');
    let mut of_ours = number(&ours, 'o');
    let mut of_theirs = number(&theirs, 't');
    for (one, other) in pairs(&base, &ours, true) {
        of_ours[other].clone_from(&of_base[one]);
    }
    for (one, other) in pairs(&base, &theirs, true) {
        of_theirs[other].clone_from(&of_base[one]);
    }
    let known: FxHashSet<&String> = of_base.iter().collect();
    let new = |side: &[Mark], keys: &[String]| -> Vec<usize> {
        (0..side.len()).filter(|at| !known.contains(&keys[*at])).collect()
    };
    let (news, other_news) = (new(&ours, &of_ours), new(&theirs, &of_theirs));
    let some = |side: &[Mark], of: &[usize]| of.iter().map(|at| side[*at].clone()).collect::<Vec<_>>();
    for (one, other) in pairs(&some(&ours, &news), &some(&theirs, &other_news), false) {
        of_theirs[other_news[other]].clone_from(&of_ours[news[one]]);
    }
    [of_base, of_ours, of_theirs]
}

fn key(mark: &Mark, name: char, at: usize) -> String {
    match mark.listed {
        true => format!("{}\u{0}{name}{at}", mark.path),
        false => mark.path.clone(),
    }
}

/// What a group is known by.
#[derive(Clone)]
struct Mark {
    path: String,
    listed: bool,
    /// Whether it is one value of a set, of which many may be said in one case.
    in_set: bool,
    full: String,
    id: Option<String>,
    case: String,
    value: Option<String>,
}

fn marks(subject: &Subject<'_>, catalog: &Catalog) -> Vec<Mark> {
    let is_set = |path: &str| {
        let found = catalog.attribute(subject.kind, subject.type_id.as_deref(), path);
        found.is_some_and(|attribute| attribute.layout == Layout::Set)
    };
    let mark = |group: &Group<'_>| {
        let said = |word: &str| {
            let keys = group.tables.first().map(|table| &table.keys);
            keys.and_then(|keys| keys.iter().find(|(key, _)| key == word))
                .map(|(_, leaf)| leaf.said().to_owned())
        };
        let case = ["when", "from", "until"].map(|word| said(word).unwrap_or_default()).join("\n");
        let full = group.leaves().flat_map(Leaf::norm).map(String::as_str).collect::<Vec<_>>().join("\n");
        Mark {
            path: group.path.clone(),
            listed: group.listed,
            in_set: group.listed && is_set(&group.path),
            full,
            id: said("id"),
            case,
            value: said("value").or_else(|| said("none")).or_else(|| said("retracts")),
        }
    };
    subject.groups.iter().map(mark).collect()
}

/// Which of `one` is which of `other`.
fn pairs(one: &[Mark], other: &[Mark], was_there: bool) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut left: [Vec<usize>; 2] = [(0..one.len()).collect(), (0..other.len()).collect()];
    type Names<'n> = &'n dyn Fn(&Mark) -> Option<String>;
    let full = |mark: &Mark| mark.listed.then(|| mark.full.clone());
    let id = |mark: &Mark| mark.id.clone().filter(|_| mark.listed);
    let nameless = |mark: &Mark| mark.listed && mark.id.is_none();
    let both = |mark: &Mark| nameless(mark).then(|| format!("{}\n{:?}", mark.case, mark.value));
    let case = |mark: &Mark| (nameless(mark) && !mark.in_set).then(|| mark.case.clone());
    let value = |mark: &Mark| mark.value.clone().filter(|_| nameless(mark) && was_there);
    let alone = |mark: &Mark| (nameless(mark) && !mark.in_set && was_there).then(String::new);
    let passes: [Names<'_>; 6] = [&full, &id, &both, &case, &value, &alone];
    for name in passes {
        let mut waiting: FxHashMap<(&str, String), Vec<usize>> = FxHashMap::default();
        for at in left[1].iter().rev() {
            if let Some(name) = name(&other[*at]) {
                waiting.entry((&other[*at].path, name)).or_default().push(*at);
            }
        }
        let mut taken = Vec::new();
        for at in &left[0] {
            let Some(name) = name(&one[*at]) else { continue };
            if let Some(found) = waiting.get_mut(&(&one[*at].path, name)).and_then(Vec::pop) {
                taken.push((*at, found));
            }
        }
        let (gone, met): (FxHashSet<usize>, FxHashSet<usize>) = taken.iter().copied().unzip();
        left[0].retain(|at| !gone.contains(at));
        left[1].retain(|at| !met.contains(at));
        pairs.extend(taken);
    }
    pairs
}
