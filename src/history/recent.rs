//! The version of a large file that was read last, and what of it the next version leaves as it was.
//!
//! Most versions of a file differ from the one before in a few places near each other. What two versions begin and
//! end with alike needs no splitting, hashing or reading: only groups between do.

use std::ops::Range;
use std::rc::Rc;

use memchr::{memchr, memmem};
use rustc_hash::FxHashSet;

use super::extract::Group;
use crate::source::Stored;

/// A group that is one stretch of its file.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub key: Rc<[u8]>,
    pub range: Range<usize>,
    pub group: Group,
}

/// A file that was read, or a stretch of one.
pub(super) struct Pieces {
    /// In no order.
    pub groups: Vec<Group>,
    /// The same as pieces that tile the stretch, where every group is one.
    pub single: Option<Vec<Piece>>,
}

/// A version of a file all of whose groups are one stretch each.
pub(super) struct Recent<'o> {
    pub object: Stored<'o>,
    /// They tile the text and have different keys.
    pub pieces: Vec<Piece>,
}

impl Recent<'_> {
    /// The pieces of `text`, another version of the file, as far as they can be had by reading parts of it with
    /// `read`. `None` where the whole has to be read.
    ///
    /// Everything begins where a group begins whose whole first line is alike in both versions, behind a line break.
    /// By the locality of splitting the groups of the whole are then those of what is kept and what is read, if all
    /// parse and no key is among them twice.
    pub fn patch(&self, text: &[u8], read: impl FnMut(Range<usize>) -> Option<Pieces>) -> Option<Pieces> {
        let old: &[u8] = &self.object;
        let front = alike(old, text);
        let most = old.len().min(text.len()) - front;
        let back = alike_from_behind(&old[old.len() - most..], &text[text.len() - most..]);

        // The group in which the versions part, and the one before it: its first line ends before they part.
        let parting = self.pieces.partition_point(|piece| piece.range.end <= front);
        let from = parting.saturating_sub(1);
        let to = self.pieces.partition_point(|piece| piece.range.start <= old.len() - back);
        let (kept, gone, rest) = (&self.pieces[..from], self.pieces.get(from..to)?, &self.pieces[to..]);
        let start = gone.first()?.range.start;
        let end = text.len() - (old.len() - rest.first().map_or(old.len(), |piece| piece.range.start));
        if start > end || (!rest.is_empty() && text.get(end.checked_sub(1)?) != Some(&b'\n')) {
            return None;
        }
        let now = Between { old, text: &text[..end], left: gone }.read(start, read)?;
        if collide(&now, kept, gone, rest) {
            return None;
        }
        let moved = rest.iter().map(|piece| {
            let place = |at: usize| text.len() - (old.len() - at);
            Piece { range: place(piece.range.start)..place(piece.range.end), ..piece.clone() }
        });
        let pieces: Vec<Piece> = kept.iter().cloned().chain(now).chain(moved).collect();
        Some(Pieces { groups: pieces.iter().map(|piece| piece.group).collect(), single: Some(pieces) })
    }
}

/// Whether a key of `now`, which stand where those of `gone` stood, is there twice, or among those that are kept.
fn collide(now: &[Piece], kept: &[Piece], gone: &[Piece], rest: &[Piece]) -> bool {
    let mut seen = FxHashSet::default();
    if !now.iter().all(|piece| seen.insert(&*piece.key)) {
        return true;
    }
    gone.iter().for_each(|piece| {
        seen.remove(&*piece.key);
    });
    // Those that are left are new to the place. Mostly there is none.
    !seen.is_empty() && kept.iter().chain(rest).any(|piece| seen.contains(&*piece.key))
}

/// Where two versions of a file differ, at both ends and perhaps in many places between.
struct Between<'r> {
    old: &'r [u8],
    /// The later version, up to where it is alike again.
    text: &'r [u8],
    /// What stood there and was not met again yet.
    left: &'r [Piece],
}

/// How many pieces that are gone are passed over when looking for one that is still there.
const AHEAD: usize = 8;

impl Between<'_> {
    /// The pieces from `at` on, where the first of those that are left begins.
    fn read(
        mut self,
        mut at: usize,
        mut read: impl FnMut(Range<usize>) -> Option<Pieces>,
    ) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        while at < self.text.len() {
            let first = self.left.first();
            self.left = self.left.get(1..).unwrap_or_default();
            let alike = first.filter(|piece| self.text[at..].starts_with(&self.old[piece.range.clone()]));
            if let Some(piece) = alike
                && let end = at + piece.range.len()
                && let Some(passed) = self.meets(end)
            {
                pieces.push(Piece { range: at..end, ..piece.clone() });
                self.left = &self.left[passed..];
                at = end;
                continue;
            }
            let (end, passed) = self.next_met(at).unwrap_or((self.text.len(), self.left.len()));
            pieces.extend(read(at..end)?.single?);
            self.left = &self.left[passed..];
            at = end;
        }
        Some(pieces)
    }

    /// The next line behind that of `at` where one of the next pieces that are left begins, and how many are passed over.
    fn next_met(&self, at: usize) -> Option<(usize, usize)> {
        // Groups mostly begin alike and other lines differently: only lines that begin as the next group does are
        // looked at.
        let next = self.old.get(self.left.first()?.range.start..)?.first_chunk::<2>()?;
        let begin = [b'\n', next[0], next[1]];
        let mut lines = memmem::find_iter(&self.text[at..], &begin).map(|found| at + found + 1);
        lines.find_map(|line| Some((line, self.meets(line)?)))
    }

    /// Whether what stands at `at` begins like one of the next pieces that are left, or is the end: how many are passed
    /// over then.
    fn meets(&self, at: usize) -> Option<usize> {
        let here = &self.text[at..];
        if here.is_empty() {
            return Some(self.left.len());
        }
        if self.text.get(at.checked_sub(1)?) != Some(&b'\n') {
            return None;
        }
        self.left.iter().take(AHEAD).position(|piece| {
            let there = &self.old[piece.range.clone()];
            memchr(b'\n', there).is_some_and(|end| here.starts_with(&there[..=end]))
        })
    }
}

/// How many bytes are compared at once before looking closer, and then.
const BLOCKS: [usize; 2] = [4096, 64];

/// How many bytes the two begin with alike.
pub(super) fn alike(a: &[u8], b: &[u8]) -> usize {
    let alike = |at: usize, size: usize| {
        let blocks = a[at..].chunks_exact(size).zip(b[at..].chunks_exact(size));
        at + blocks.take_while(|(a, b)| a == b).count() * size
    };
    let at = BLOCKS.into_iter().fold(0, alike);
    at + a[at..].iter().zip(&b[at..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes the two end with alike.
pub(super) fn alike_from_behind(a: &[u8], b: &[u8]) -> usize {
    let alike = |at: usize, size: usize| {
        let blocks = a[..a.len() - at].rchunks_exact(size).zip(b[..b.len() - at].rchunks_exact(size));
        at + blocks.take_while(|(a, b)| a == b).count() * size
    };
    let at = BLOCKS.into_iter().fold(0, alike);
    let (a, b) = (&a[..a.len() - at], &b[..b.len() - at]);
    at + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}
