//! The memo below that of groups: what each fragment of a group says, so that a subject of which one claim changed
//! costs the reading of that claim.
//!
//! A group falls into a context, on which the reading of all of it depends, and fragments, which don't depend on each
//! other. What a fragment says is known by its own text and that of its context.

use rustc_hash::FxHashMap;

use super::extract::{Atom, Placed};
use super::numbers::Numbers;

/// A group taken apart. Everything ends a line, or would with a line break behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragments<'t> {
    /// What bears on the reading of the rest.
    pub context: Vec<u8>,
    /// The rest, in order.
    pub rest: Vec<Fragment<'t>>,
}

/// One of the fragments of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment<'t> {
    /// Not empty.
    pub text: &'t [u8],
    /// Where it begins in the group.
    pub start: usize,
    /// How many bytes of the context stand in front of it.
    pub context: usize,
    /// What tells it from the other fragments.
    pub name: &'t str,
    /// How much of that others of the group may have as well.
    pub shares: Shares,
}

/// What of its name another fragment may have that shares as much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shares {
    /// Nothing.
    None,
    /// What is in front of the first dot, with something else behind it.
    Table,
    /// All of it.
    Name,
}

impl Shares {
    /// Whether fragments with these names, of which they share so much, may stand in one group.
    pub(super) fn get_along((one, shares): (&str, Shares), (other, others): (&str, Shares)) -> bool {
        // Most names begin otherwise: nothing more is to be seen.
        if one.as_bytes().first() != other.as_bytes().first() {
            return true;
        }
        match (shares, others) {
            (Shares::Name, Shares::Name) => true,
            (Shares::Table, Shares::Table) => one != other,
            _ => shares.shared(one) != others.shared(other),
        }
    }

    /// The part of the name that nothing has which shares otherwise.
    fn shared(self, name: &str) -> &str {
        match self {
            Shares::Table => name.split_once('.').map_or(name, |(table, _)| table),
            Shares::None | Shares::Name => name,
        }
    }
}

/// The atoms of a fragment: where they stand in [`Known`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    start: usize,
    end: usize,
}

/// The memo.
#[derive(Default)]
pub(super) struct Known {
    /// By context, and then by fragment; empty is the fragment that is nothing: what the context says by itself.
    contexts: FxHashMap<Vec<u8>, FxHashMap<Box<[u8]>, Said>>,
    /// One fragment's after the other's.
    atoms: Vec<Atom>,
}

impl Known {
    /// The atoms of a fragment.
    pub fn atoms(&self, said: Said) -> &[Atom] {
        &self.atoms[said.start..said.end]
    }

    /// What the context says by itself, and then what each of the fragments says in it; `None` where something doesn't
    /// parse. Fragments that were not met before are read with `read`, all at once.
    pub fn said<'f>(
        &mut self,
        context: &[u8],
        fragments: impl Iterator<Item = &'f [u8]>,
        read: impl FnOnce(&[u8]) -> Option<Vec<Placed>>,
        numbers: &mut Numbers,
    ) -> Option<Vec<Said>> {
        let known = self.contexts.get(context);
        let mut unknown = Vec::new();
        let all = std::iter::once(&[][..]).chain(fragments).enumerate();
        let found = all.map(|(at, fragment)| {
            known.and_then(|known| known.get(fragment)).copied().unwrap_or_else(|| {
                unknown.push((at, fragment));
                Said { start: 0, end: 0 }
            })
        });
        let mut all: Vec<Said> = found.collect();
        let Some((first, _)) = unknown.first() else { return Some(all) };

        let (text, ends) = together(context, &unknown);
        let mut said = read(&text)?;
        said.sort_unstable_by_key(|placed| placed.at);
        let mut said = said.into_iter().peekable();
        // What the context says by itself stands in front of all, and is known unless the first is that.
        if *first != 0 {
            while said.next_if(|placed| placed.at <= context.len()).is_some() {}
        }
        if known.is_none() {
            self.contexts.insert(context.to_vec(), FxHashMap::default());
        }
        let known = self.contexts.get_mut(context)?;
        for ((at, fragment), end) in unknown.into_iter().zip(ends) {
            let start = self.atoms.len();
            let own = std::iter::from_fn(|| said.next_if(|placed| placed.at < end));
            self.atoms.extend(own.map(|placed| numbers.of(&placed)));
            all[at] = Said { start, end: self.atoms.len() };
            known.insert(fragment.into(), all[at]);
        }
        Some(all)
    }
}

/// The text of a context with fragments behind it, and where each of these ends.
fn together(context: &[u8], fragments: &[(usize, &[u8])]) -> (Vec<u8>, Vec<usize>) {
    let mut text = [context, b"\n"].concat();
    let ends = fragments.iter().map(|(_, fragment)| {
        if !fragment.is_empty() {
            text.extend_from_slice(fragment);
            text.push(b'\n');
        }
        text.len()
    });
    let ends = ends.collect();
    (text, ends)
}
