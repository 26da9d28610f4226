//! The version of a large file that was read last, and what of it the next version leaves as it was.
//!
//! Most versions of a file differ from the one before in a few places near each other. What two versions begin and
//! end with alike needs no splitting, hashing or reading: only groups between do.

use std::ops::Range;
use std::rc::Rc;

use git2::OdbObject;
use rustc_hash::FxHashSet;

use super::extract::Group;

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
    pub object: OdbObject<'o>,
    /// They tile the text and have different keys.
    pub pieces: Vec<Piece>,
}

impl Recent<'_> {
    /// The pieces of `text`, another version of the file, as far as they can be had by reading a part of it with
    /// `read`, which is given the part and what stood there. `None` where the whole has to be read.
    ///
    /// The part begins where a group begins whose whole first line, and more, is alike in both versions, and ends
    /// behind a line break where a group begins that is alike to the end of the file. By the locality of splitting
    /// the groups of the whole are then those of the front, the part and the back, if all parse and no key is
    /// among them twice.
    pub fn patch(
        &self,
        text: &[u8],
        read: impl FnOnce(Range<usize>, Former<'_>) -> Option<Pieces>,
    ) -> Option<Pieces> {
        let old = self.object.data();
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
        let read = read(start..end, Former { text: old, pieces: gone })?.single?;
        if self.collide(&read, kept, gone, rest) {
            return None;
        }
        let moved = rest.iter().map(|piece| {
            let place = |at: usize| text.len() - (old.len() - at);
            Piece { range: place(piece.range.start)..place(piece.range.end), ..piece.clone() }
        });
        let pieces: Vec<Piece> = kept.iter().cloned().chain(read).chain(moved).collect();
        Some(Pieces { groups: pieces.iter().map(|piece| piece.group).collect(), single: Some(pieces) })
    }

    /// Whether a key of `read` is among those that are kept.
    fn collide(&self, read: &[Piece], kept: &[Piece], gone: &[Piece], rest: &[Piece]) -> bool {
        let freed: FxHashSet<&[u8]> = gone.iter().map(|piece| &*piece.key).collect();
        let mut new = read.iter().filter(|piece| !freed.contains(&*piece.key));
        new.any(|new| kept.iter().chain(rest).any(|piece| piece.key == new.key))
    }
}

/// What stood in a version of a file where a later one is being read.
#[derive(Clone, Copy)]
pub(super) struct Former<'r> {
    /// All of the file.
    text: &'r [u8],
    /// Those that are yet to be met again.
    pieces: &'r [Piece],
}

/// How many pieces that are gone are passed over when looking for one that is still there.
const AHEAD: usize = 8;

impl Former<'_> {
    /// For a file of which nothing is known.
    pub const NONE: Former<'static> = Former { text: &[], pieces: &[] };

    /// The group of the next piece, where it has the key and the text of one that stood near.
    pub fn again(&mut self, key: &[u8], text: &[u8]) -> Option<Group> {
        let at = self.pieces.iter().take(AHEAD).position(|piece| *piece.key == *key)?;
        let piece = &self.pieces[at];
        self.pieces = &self.pieces[at + 1..];
        (self.text[piece.range.clone()] == *text).then_some(piece.group)
    }
}

/// How many bytes are compared at once before looking closer.
const BLOCK: usize = 4096;

/// How many bytes the two begin with alike.
fn alike(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    blocks + a[blocks..].iter().zip(&b[blocks..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes the two end with alike.
fn alike_from_behind(a: &[u8], b: &[u8]) -> usize {
    let blocks =
        a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let (a, b) = (&a[..a.len() - blocks], &b[..b.len() - blocks]);
    blocks + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}
