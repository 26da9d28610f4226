//! The memo below that of groups: what each fragment of a group says, so that a subject of which one claim changed
//! costs the reading of that claim.
//!
//! A group falls into a context, on which the reading of all of it depends, and fragments, which don't depend on each
//! other. What a fragment says is known by its own text and that of its context.

use rustc_hash::FxHashMap;

use super::extract::{Atom, Numbers, Placed};

/// A group taken apart. Everything ends a line, or would with a line break behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragments<'t> {
    /// What bears on the reading of the rest.
    pub context: Vec<u8>,
    /// The rest, none of it empty.
    pub rest: Vec<&'t [u8]>,
}

/// What each fragment says in one context.
type Said = FxHashMap<Box<[u8]>, Box<[Atom]>>;

/// The memo.
#[derive(Default)]
pub(super) struct Known {
    /// By context; empty is the fragment that is nothing: what the context says by itself.
    contexts: FxHashMap<Vec<u8>, Said>,
}

impl Known {
    /// The atoms of a group, in no order and perhaps twice; `None` where it doesn't parse. Fragments that were not
    /// met before are read with `read`, all at once.
    pub fn atoms(
        &mut self,
        group: Fragments<'_>,
        read: impl FnOnce(&[u8]) -> Option<Vec<Placed>>,
        numbers: &mut Numbers,
    ) -> Option<Vec<Atom>> {
        let Fragments { context, rest } = group;
        let known = self.contexts.get(&context);
        let mut atoms = Vec::with_capacity(rest.len());
        let mut unknown = Vec::new();
        for fragment in std::iter::once(&[][..]).chain(rest) {
            match known.and_then(|known| known.get(fragment)) {
                Some(said) => atoms.extend_from_slice(said),
                None => unknown.push(fragment),
            }
        }
        if unknown.is_empty() {
            return Some(atoms);
        }
        let (text, ends) = together(&context, &unknown);
        let mut said = read(&text)?;
        said.sort_unstable_by_key(|placed| placed.at);
        let mut said = said.into_iter().peekable();
        // What the context says by itself stands in front of all, and is known unless the first is that.
        if !unknown[0].is_empty() {
            while said.next_if(|placed| placed.at <= context.len()).is_some() {}
        }
        let known = self.contexts.entry(context).or_default();
        for (fragment, end) in unknown.into_iter().zip(ends) {
            let own = std::iter::from_fn(|| said.next_if(|placed| placed.at < end));
            let own: Box<[Atom]> = own.map(|placed| numbers.of(&placed)).collect();
            atoms.extend_from_slice(&own);
            known.insert(fragment.into(), own);
        }
        Some(atoms)
    }
}

/// The text of a context with fragments behind it, and where each of these ends.
fn together(context: &[u8], fragments: &[&[u8]]) -> (Vec<u8>, Vec<usize>) {
    let mut text = [context, b"\n"].concat();
    let ends = fragments.iter().map(|fragment| {
        if !fragment.is_empty() {
            text.extend_from_slice(fragment);
            text.push(b'\n');
        }
        text.len()
    });
    let ends = ends.collect();
    (text, ends)
}
