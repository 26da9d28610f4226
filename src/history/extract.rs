//! What one version of a file says, worked out once for each distinct text.
//!
//! Two memos. A blob's id leads to its groups; a group is a stretch of a file that can be read by itself (in a
//! knowledge file: all that it says under one subject), known by the BLAKE3 of its text. Before a group is hashed it
//! is compared with the version of its file that was read last, which is ten times cheaper. A file of 1 MB whose 900
//! versions differ in a line each costs the inflating, the comparing, and the reading of some 900 groups.

use std::ops::Range;
use std::rc::Rc;

use git2::Oid;
use rustc_hash::FxHashMap;

use super::objects::Objects;
use crate::claim::ClaimHash;

/// How to read what files say. Everything it answers must depend on its arguments alone, never on other files,
/// or the same history would be told in two ways.
pub trait Extractor {
    /// Whether the file at `path` (from the top of the repository) counts as knowledge.
    fn reads(&self, path: &str) -> bool;

    /// Whether a file of `size` bytes is read at all. One that is not counts as not parsing.
    fn fits(&self, size: usize) -> bool;

    /// Splits a file into groups, each a list of stretches of it that belong together, such that the file says
    /// what its groups say and parses where they all do. `None`: it can't tell; the file is read as one group.
    fn split(&self, text: &[u8]) -> Option<Vec<Vec<Range<usize>>>>;

    /// The atoms of a group (its stretches one after another) or of a whole file; `None` where it doesn't parse.
    fn atoms(&self, text: &[u8]) -> Option<Vec<ClaimHash>>;
}

/// An atom, numbered in the order met.
pub(super) type Atom = u32;

/// A group, numbered in the order met.
pub(super) type Group = u32;

/// What one version of a file says.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// It parses: its groups, sorted; one that it holds twice is there twice.
    Says(Rc<[Group]>),
    /// It doesn't parse.
    Broken,
    /// Its blob isn't here.
    Unseen,
}

/// A large file's version that was read last.
struct Recent {
    path: String,
    text: Vec<u8>,
    /// The groups that are one stretch, in order.
    groups: Vec<(Range<usize>, Group)>,
}

/// Smaller files are hashed faster than they are looked up.
const LARGE: usize = 8 << 10;

/// How many large files are remembered. Those that change often are few.
const RECENT: usize = 4;

/// How far ahead of its place a group is looked for: others may have been taken out, and as many as were changed
/// since the last that was found stand in between.
const WINDOW: Range<usize> = 4..64;

/// The memos.
pub(super) struct Memo<'a> {
    extractor: &'a dyn Extractor,
    blobs: FxHashMap<Oid, Content>,
    /// By the hash of the group's text; `None` where that doesn't parse.
    groups: FxHashMap<[u8; 32], Option<Group>>,
    /// The one used last stands last.
    recent: Vec<Recent>,
    atoms_of: Vec<Box<[Atom]>>,
    numbers: FxHashMap<ClaimHash, Atom>,
    atoms: Vec<ClaimHash>,
}

impl<'a> Memo<'a> {
    pub fn new(extractor: &'a dyn Extractor) -> Memo<'a> {
        Memo {
            extractor,
            blobs: FxHashMap::default(),
            groups: FxHashMap::default(),
            recent: Vec::new(),
            atoms_of: Vec::new(),
            numbers: FxHashMap::default(),
            atoms: Vec::new(),
        }
    }

    /// Whether a path counts.
    pub fn reads(&self, path: &str) -> bool {
        self.extractor.reads(path)
    }

    /// How many atoms were met so far.
    pub fn count(&self) -> usize {
        self.atoms.len()
    }

    /// The atom with that number.
    pub fn atom(&self, atom: Atom) -> ClaimHash {
        self.atoms[atom as usize]
    }

    /// The atoms of a group, each once.
    pub fn atoms_of(&self, group: Group) -> &[Atom] {
        &self.atoms_of[group as usize]
    }

    /// What the blob says, a version of the file `path`.
    pub fn content(&mut self, objects: &Objects<'_>, path: &str, blob: Oid) -> Content {
        if let Some(known) = self.blobs.get(&blob) {
            return known.clone();
        }
        let content = match objects.size(blob) {
            None => Content::Unseen,
            Some(size) if !self.extractor.fits(size) => Content::Broken,
            Some(_) => objects
                .blob(blob, |text| self.read(path, text).map_or(Content::Broken, Content::Says))
                .unwrap_or(Content::Unseen),
        };
        self.blobs.insert(blob, content.clone());
        content
    }

    fn read(&mut self, path: &str, text: &[u8]) -> Option<Rc<[Group]>> {
        let Some(split) = self.extractor.split(text) else {
            return self.group(text).map(|group| Rc::from([group]));
        };
        let recent = self.recent.iter().position(|recent| recent.path == path);
        let recent = recent.map(|at| self.recent.remove(at));
        let mut before = recent.as_ref().map_or(&[][..], |recent| &recent.groups);
        let mut window = WINDOW.start;
        let mut pieces = Vec::new();
        let mut groups = Vec::with_capacity(split.len());
        for ranges in split {
            let [range] = &ranges[..] else {
                let together: Vec<u8> = ranges.into_iter().flat_map(|range| &text[range]).copied().collect();
                groups.push(self.group(&together)?);
                continue;
            };
            let piece = &text[range.clone()];
            let same = |(old, _): &(Range<usize>, Group)| {
                recent.as_ref().is_some_and(|recent| recent.text[old.clone()] == *piece)
            };
            let group = match before.iter().take(window).position(same) {
                Some(at) => {
                    let group = before[at].1;
                    before = &before[at + 1..];
                    window = WINDOW.start;
                    group
                }
                None => {
                    window = (window + 1).min(WINDOW.end);
                    self.group(piece)?
                }
            };
            groups.push(group);
            pieces.push((range.clone(), group));
        }
        if text.len() >= LARGE {
            if self.recent.len() >= RECENT {
                self.recent.remove(0);
            }
            self.recent.push(Recent { path: path.to_owned(), text: text.to_vec(), groups: pieces });
        }
        groups.sort_unstable();
        Some(groups.into())
    }

    fn group(&mut self, text: &[u8]) -> Option<Group> {
        let hash = *blake3::hash(text).as_bytes();
        if let Some(known) = self.groups.get(&hash) {
            return *known;
        }
        let group = self.extractor.atoms(text).map(|hashes| {
            let mut atoms: Vec<Atom> = hashes.into_iter().map(|hash| self.number(hash)).collect();
            atoms.sort_unstable();
            atoms.dedup();
            self.atoms_of.push(atoms.into());
            number(self.atoms_of.len() - 1)
        });
        self.groups.insert(hash, group);
        group
    }

    fn number(&mut self, hash: ClaimHash) -> Atom {
        let next = number(self.atoms.len());
        *self.numbers.entry(hash).or_insert_with(|| {
            self.atoms.push(hash);
            next
        })
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2³² distinct texts: each takes bytes of memory")
}
