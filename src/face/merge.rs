//! Three versions of a knowledge file made one: by subject, block and key, not by line.
//!
//! What one side alone changed is taken as that side wrote it; what both changed alike is taken once; what both say differently is
//! a conflict around just those lines, and so is what one side took away and the other changed. Lists of plain values are
//! merged value by value where each is a claim of its own. How things are laid out and in which order they stand is no
//! difference.
//!
//! What comes out is held against the claims of all three ([`proof`]): none may be lost that a side meant to keep, none may
//! be there that nobody said. It happens: one side changes the `source` of a table, the other adds a key below it, and
//! together they would say what neither did. Such a subject is a conflict as a whole.
//!
//! ```text
//! renamed   what the other side says of a subject goes on under its new id
//! tree      a text → subjects, blocks, tables, keys
//! blocks    which block is which: they have no keys
//! weave     in which order all of it stands
//! leaf      the smallest part, and what two versions of it share
//! written   lines and conflicts → a text
//! proof     whether the claims are those that were meant
//! ```

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::diagnostic::Findings;
use crate::face::said::text_of;
use crate::kind::{Catalog, Layout};
use crate::parse::parse_within;
use crate::source::{FileId, Limits};
use leaf::Leaf;
use proof::{Proof, Verdict};
use tree::{File, Group, Part, Subject, Table, cut};
use weave::weave;
pub(in crate::face) use written::Marks;
use written::{Side, Written, conflicts, marked, settled};

mod blocks;
mod leaf;
mod proof;
mod renamed;
mod tree;
mod weave;
mod written;

/// Three versions made one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Merged {
    /// The text, with marks where there are conflicts.
    pub text: String,
    /// How many there are.
    pub conflicts: usize,
}

/// Why three versions were not merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::face) enum Unmerged {
    /// One of them is not sound TOML: 0 is what both come from, 1 ours, 2 theirs.
    Unreadable(usize),
    /// What would have come out is not what was meant, and no conflict could be made of it. A fault of this program.
    Unproven,
}

/// Merges `sides`, which are base, ours and theirs, by what `catalog` declares.
pub(in crate::face) fn merge(
    sides: [&[u8]; 3],
    catalog: &Catalog,
    limits: &Limits,
    marks: &Marks,
) -> Result<Merged, Unmerged> {
    let mut texts = [""; 3];
    for (at, bytes) in sides.iter().enumerate() {
        texts[at] = readable(bytes, limits).ok_or(Unmerged::Unreadable(at))?;
    }
    let named = renamed::followed(texts).ok_or(Unmerged::Unproven)?;
    let named = [0, 1, 2].map(|at| named[at].as_str());
    let files = [cut(named[0]), cut(named[1]), cut(named[2])];
    let [Some(base), Some(ours), Some(theirs)] = files else { return Err(Unmerged::Unproven) };
    let files = [&base, &ours, &theirs];
    let proof = Proof::new(named, catalog, limits);
    let mut whole = BTreeSet::new();
    // Each turn makes conflicts of subjects that were none before; mostly the first is the last.
    loop {
        let (pieces, mixed) = Merging { catalog, whole: &whole }.files(files);
        let settled = [Side::Ours, Side::Theirs].map(|side| settled(&pieces, side));
        match proof.judge([&settled[0], &settled[1]], conflicts(&pieces) > 0, &mixed) {
            Verdict::Holds => {
                let text = marked(&pieces, marks);
                return Ok(Merged {
                    text: text.trim_start_matches(['\n', '\r']).to_owned(),
                    conflicts: conflicts(&pieces),
                });
            }
            Verdict::Fails(subjects) => {
                let before = whole.len();
                whole.extend(subjects);
                if whole.len() == before {
                    return Err(Unmerged::Unproven);
                }
            }
        }
    }
}

/// The text, where it is sound.
fn readable<'t>(bytes: &'t [u8], limits: &Limits) -> Option<&'t str> {
    let mut findings = Findings::new();
    let text = text_of("merged.toml", bytes);
    let document = parse_within(FileId(0), &text, limits, &mut findings);
    let sound = document.whole && !findings.has_errors();
    std::str::from_utf8(bytes).ok().filter(|_| sound)
}

/// A merge under way.
struct Merging<'m> {
    catalog: &'m Catalog,
    /// Subjects that are taken from one side or the other as a whole.
    whole: &'m BTreeSet<String>,
}

/// Base, ours and theirs of something.
type Three<'a, T> = [Option<&'a T>; 3];

/// What to do with three versions.
enum Choice<'a, T> {
    /// One side's; or nothing.
    Take(Option<&'a T>),
    /// Both changed it.
    Both(&'a T, &'a T),
    /// One took it away, and the other changed it.
    Gone,
}

fn choose<'a, 't, T: Part<'t>>([base, ours, theirs]: Three<'a, T>) -> Choice<'a, T> {
    let same = |one: Option<&T>, other: Option<&T>| match (one, other) {
        (Some(one), Some(other)) => one.reads_as(other),
        (None, None) => true,
        _ => false,
    };
    match (ours, theirs) {
        _ if same(theirs, base) || same(ours, theirs) => Choice::Take(ours),
        _ if same(ours, base) => Choice::Take(theirs),
        (Some(ours), Some(theirs)) => Choice::Both(ours, theirs),
        _ => Choice::Gone,
    }
}

fn conflict<'t, T: Part<'t>>(three: Three<'_, T>) -> [Written; 2] {
    Written::conflict(three.map(|side| side.map_or(String::new(), Part::lines)))
}

impl Merging<'_> {
    /// The whole, and the subjects that are put together from both sides.
    fn files(&self, files: [&File<'_>; 3]) -> (Vec<Written>, BTreeSet<String>) {
        let mut pieces = Vec::new();
        let mut mixed = BTreeSet::new();
        self.leaf(files.map(|file| file.head.as_ref()), false, &mut pieces);
        let keys = files.map(|file| file.subjects.iter().map(|subject| &*subject.key).collect::<Vec<_>>());
        let found = files.map(|file| {
            let own = file.subjects.iter().map(|subject| (&*subject.key, subject));
            own.collect::<FxHashMap<_, _>>()
        });
        for key in weave(&keys[0], &keys[1], &keys[2]) {
            let three = [0, 1, 2].map(|at| found[at].get(key).copied());
            let before = pieces.len();
            match choose(three) {
                Choice::Take(one) => pieces.extend(one.map(|one| Written::Lines(one.lines()))),
                Choice::Both(..) if !self.whole.contains(key) => {
                    mixed.insert(key.to_owned());
                    self.subject(three, &mut pieces);
                }
                _ => pieces.extend(conflict(three)),
            }
            part(&mut pieces, before);
        }
        self.leaf(files.map(|file| file.tail.as_ref()), false, &mut pieces);
        (pieces, mixed)
    }

    fn subject(&self, three: Three<'_, Subject<'_>>, pieces: &mut Vec<Written>) {
        let keys = blocks::keys(three, self.catalog);
        let lists = [0, 1, 2].map(|at| keys[at].iter().map(String::as_str).collect::<Vec<_>>());
        let found = [0, 1, 2].map(|at| {
            let groups = three[at].map_or(&[][..], |subject| &subject.groups[..]);
            lists[at].iter().copied().zip(groups).collect::<FxHashMap<_, _>>()
        });
        let about = three[1].or(three[2]);
        for key in weave(&lists[0], &lists[1], &lists[2]) {
            let groups = [0, 1, 2].map(|at| found[at].get(key).copied());
            match choose(groups) {
                Choice::Take(one) => pieces.extend(one.map(|one| Written::Lines(one.lines()))),
                Choice::Both(..) => self.group(groups, about, pieces),
                Choice::Gone => pieces.extend(conflict(groups)),
            }
        }
    }

    fn group(&self, three: Three<'_, Group<'_>>, about: Option<&Subject<'_>>, pieces: &mut Vec<Written>) {
        let keys = three.map(|group| {
            let tables = group.map_or(&[][..], |group| &group.tables[..]);
            tables.iter().map(|table| &*table.key).collect::<Vec<_>>()
        });
        let found = three.map(|group| {
            let tables = group.map_or(&[][..], |group| &group.tables[..]);
            tables.iter().map(|table| (&*table.key, table)).collect::<FxHashMap<_, _>>()
        });
        for key in weave(&keys[0], &keys[1], &keys[2]) {
            let tables = [0, 1, 2].map(|at| found[at].get(key).copied());
            match choose(tables) {
                Choice::Take(one) => pieces.extend(one.map(|one| Written::Lines(one.lines()))),
                Choice::Both(..) => self.table(tables, about, pieces),
                Choice::Gone => pieces.extend(conflict(tables)),
            }
        }
    }

    fn table(&self, three: Three<'_, Table<'_>>, about: Option<&Subject<'_>>, pieces: &mut Vec<Written>) {
        self.leaf(three.map(|table| table.and_then(|table| table.header.as_ref())), false, pieces);
        let keys = three.map(|table| {
            let keys = table.map_or(&[][..], |table| &table.keys[..]);
            keys.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>()
        });
        let found = three.map(|table| {
            let keys = table.map_or(&[][..], |table| &table.keys[..]);
            keys.iter().map(|(key, leaf)| (key.as_str(), leaf)).collect::<FxHashMap<_, _>>()
        });
        for key in weave(&keys[0], &keys[1], &keys[2]) {
            let leaves = [0, 1, 2].map(|at| found[at].get(key).copied());
            let attribute = key.replace('\u{0}', ".");
            let declared = about
                .and_then(|about| self.catalog.attribute(about.kind, about.type_id.as_deref(), &attribute));
            let is_set = declared.is_some_and(|attribute| attribute.layout == Layout::Set);
            self.leaf(leaves, is_set, pieces);
        }
    }

    fn leaf(&self, three: Three<'_, Leaf<'_>>, is_set: bool, pieces: &mut Vec<Written>) {
        match choose(three) {
            Choice::Take(one) => pieces.extend(one.map(|one| Written::Lines(one.lines()))),
            Choice::Both(ours, theirs) => match Leaf::merged(three[0], ours, theirs, is_set) {
                Some(lines) => pieces.push(Written::Lines(lines)),
                None => pieces.extend(conflict(three)),
            },
            Choice::Gone => pieces.extend(conflict(three)),
        }
    }
}

/// A blank line above a subject that was the first of its file and is none here.
fn part(pieces: &mut [Written], at: usize) {
    let is_first =
        pieces[..at].iter().all(|piece| matches!(piece, Written::Lines(lines) if lines.trim().is_empty()));
    if let Some(Written::Lines(lines)) = pieces.get_mut(at).filter(|_| !is_first)
        && !lines.starts_with(['\n', '\r'])
        && lines.starts_with(['[', '#'])
    {
        lines.insert(0, '\n');
    }
}

#[cfg(test)]
mod tests;
