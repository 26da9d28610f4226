//! The version of a group that was read last, and what of it the next version leaves as it was.
//!
//! What [`super::recent`] does for files this does for groups: most versions of a group differ from the one before in
//! one fragment or two. Those in what both begin and end with alike are neither taken out nor looked up again. By the
//! locality of taking apart ([`Extractor::fragments`]) what is between, read behind the group's head, tells the rest;
//! where anything about that is unsure, the whole is taken apart.

use std::ops::Range;

use smol_str::SmolStr;

use super::extract::{Atom, Extractor};
use super::fragments::{Fragment, Fragments, Known, Said, Shares};
use super::numbers::Numbers;
use super::recent::{alike, alike_from_behind};

/// A group that was taken apart.
pub(super) struct Former {
    text: Vec<u8>,
    context: Vec<u8>,
    /// What the context says by itself.
    alone: Said,
    /// The fragments, in order.
    parts: Vec<Part>,
}

/// A fragment of it. What follows it up to the next one is blank, or belongs to the context.
struct Part {
    start: usize,
    /// As in [`Fragment`].
    context: usize,
    name: SmolStr,
    shares: Shares,
    said: Said,
}

impl Part {
    /// One that begins there, behind so much of the context.
    fn of(fragment: &Fragment<'_>, said: Said, start: usize, context: usize) -> Part {
        Part { start, context, name: SmolStr::new(fragment.name), shares: fragment.shares, said }
    }

    fn is_like(&self, fragment: &Fragment<'_>) -> bool {
        self.shares == fragment.shares && self.name == fragment.name
    }

    fn gets_along_with(&self, fragment: &Fragment<'_>) -> bool {
        Shares::get_along((&self.name, self.shares), (fragment.name, fragment.shares))
    }
}

impl Former {
    /// Takes `text`, which falls into `fragments`; `None` where it doesn't parse.
    pub fn of(
        text: &[u8],
        fragments: Fragments<'_>,
        extractor: &dyn Extractor,
        known: &mut Known,
        numbers: &mut Numbers,
    ) -> Option<Former> {
        let Fragments { context, rest } = fragments;
        let texts = rest.iter().map(|fragment| fragment.text);
        let said = known.said(&context, texts, |text| extractor.atoms(text), numbers)?;
        let (alone, said) = said.split_first()?;
        let parts = rest.iter().zip(said);
        let parts = parts.map(|(part, said)| Part::of(part, *said, part.start, part.context)).collect();
        Some(Former { text: text.to_vec(), context, alone: *alone, parts })
    }

    /// What the group says, in no order and perhaps twice.
    pub fn atoms(&self, known: &Known) -> Vec<Atom> {
        let mut atoms = Vec::with_capacity(self.parts.len() + 8);
        atoms.extend_from_slice(known.atoms(self.alone));
        self.parts.iter().for_each(|part| atoms.extend_from_slice(known.atoms(part.said)));
        atoms
    }

    /// Becomes `text`, another version of the group. `None` where that has to be read whole; it stays as it was then.
    pub fn patch(
        &mut self,
        text: &[u8],
        extractor: &dyn Extractor,
        known: &mut Known,
        numbers: &mut Numbers,
    ) -> Option<()> {
        let Between { gone, now } = self.between(text)?;
        let (head, context) = (self.parts.first()?.start, self.parts.first()?.context);
        let read = [&text[..head], &text[now.clone()]].concat();
        let taken = extractor.fragments(&read).filter(|taken| self.fit(taken, &gone))?;
        let texts = taken.rest.iter().map(|fragment| fragment.text);
        let said = known.said(&self.context, texts, |text| extractor.atoms(text), numbers)?;

        let in_front = self.parts.get(gone.start)?.context;
        let new = taken.rest.iter().zip(&said[1..]).map(|(fragment, said)| {
            let (start, context) = (fragment.start - head + now.start, fragment.context - context + in_front);
            Part::of(fragment, *said, start, context)
        });
        let end = gone.start + taken.rest.len();
        self.parts.splice(gone, new);
        self.parts[end..]
            .iter_mut()
            .for_each(|part| part.start = text.len() - (self.text.len() - part.start));
        self.text.clear();
        self.text.extend_from_slice(text);
        Some(())
    }

    /// What differs in `text`: from the fragment before the one in which the versions part to where one begins that
    /// both end with.
    fn between(&self, text: &[u8]) -> Option<Between> {
        let old = &self.text[..];
        let front = alike(old, text);
        let most = old.len().min(text.len()) - front;
        let back = old.len() - alike_from_behind(&old[old.len() - most..], &text[text.len() - most..]);

        // The last that begins before they part may go on otherwise; the one before it ends alike, too.
        let begun = self.parts.partition_point(|part| part.start <= front);
        let from = begun.checked_sub(1)?.saturating_sub(1);
        let to = self.parts.partition_point(|part| part.start < back);
        let end = match self.parts.get(to) {
            None => text.len(),
            Some(next) => {
                let end = text.len() - (old.len() - next.start);
                let before = text[..end].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
                before.filter(|byte| **byte == b'\n').map(|_| end)?
            }
        };
        Some(Between { gone: from..to.max(from), now: self.parts.get(from)?.start..end })
    }

    /// Whether these may stand for the parts that are `gone`, by what [`Extractor::fragments`] asks for.
    fn fit(&self, now: &Fragments<'_>, gone: &Range<usize>) -> bool {
        let context = |at: usize| self.parts.get(at).map_or(self.context.len(), |part| part.context);
        let (head, there) =
            (&self.context[..context(0)], &self.context[context(gone.start)..context(gone.end)]);
        // What gets along with the others in the former version does so here.
        let mut new =
            now.rest.iter().filter(|new| !self.parts[gone.clone()].iter().any(|part| part.is_like(new)));
        let (before, behind) = (&self.parts[..gone.start], &self.parts[gone.end..]);
        let repeats = |shares| shares == Shares::Name;
        let keys_follow = behind.first().is_some_and(|next| !repeats(next.shares));
        now.context.strip_prefix(head) == Some(there)
            && !(keys_follow && now.rest.iter().any(|new| repeats(new.shares)))
            && new.all(|new| before.iter().chain(behind).all(|part| part.gets_along_with(new)))
    }
}

/// Where two versions of a group differ.
struct Between {
    /// Of the former's parts.
    gone: Range<usize>,
    /// What stands there in the later one.
    now: Range<usize>,
}
