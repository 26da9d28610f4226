//! What one version of a file says, worked out once for each distinct text.
//!
//! Memos, one below the other. A blob's id leads to its groups; a group is a stretch of a file that can be read by
//! itself (in a knowledge file: all that it says under one subject), known by the BLAKE3 of its text; and most groups
//! fall into fragments ([`super::fragments`]). Of a large file only the part between what begins and what ends like
//! the version read last is looked at ([`super::recent`]). A file of 1 MB whose 900 versions differ in a line each
//! costs the inflating, the comparing, the cutting of some 900 groups, and the reading of as many lines.

use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::former::Former;
use super::fragments::{Fragments, Known};
use super::numbers::Numbers;
use super::objects::Objects;
use super::recent::{Piece, Pieces, Recent};
use crate::claim::{ClaimHash, Facets};
use crate::source::{ObjectId, Stored};

/// How to read what files say. Everything it answers must depend on its arguments alone, never on other files,
/// or the same history would be told in two ways.
pub trait Extractor {
    /// Names the way of reading: where two extractors have one key, they answer alike.
    fn key(&self) -> [u8; 32];

    /// Whether the file at `path` (from the top of the repository) counts as knowledge.
    fn reads(&self, path: &str) -> bool;

    /// Whether a file of `size` bytes is read at all. One that is not counts as not parsing.
    fn fits(&self, size: usize) -> bool;

    /// Whether what the file at `path` says depends on where it lies, too. Such a file is read as a whole, by
    /// [`Extractor::atoms_at`].
    fn by_path(&self, _path: &str) -> bool {
        false
    }

    /// The atoms of the whole file at `path`, in any order; `None` where it doesn't parse.
    fn atoms_at(&self, _path: &str, text: &[u8]) -> Option<Vec<Placed>> {
        self.atoms(text)
    }

    /// Splits a file into groups with different keys, such that the file says what its groups say and parses where
    /// they all do. The groups' stretches tile the file. `None`: it can't tell; the file is read as one group.
    ///
    /// Splitting is local: if `a` ends a line, and `b` begins as some text does whose first group begins there, and
    /// all groups of both parse, then the groups of `ab` are those of `a` and `b`, joined where they have one key.
    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>>;

    /// The atoms of a group (its stretches one after another), of a part of one that [`Extractor::fragments`] allows, or
    /// of a whole file, in any order; `None` where it doesn't parse.
    fn atoms(&self, text: &[u8]) -> Option<Vec<Placed>>;

    /// Takes a group apart finer still, such that the context with any of the fragments behind it, in order and a
    /// line break behind each, parses if and only if the context with each of them alone does; says what these say
    /// together, each atom placed within the fragment (or the context) that says it; and with all of them parses and
    /// says as the group does. `None`: the group is read as a whole.
    ///
    /// Taking apart is local. Let a group fall into fragments, and be `h a b c`: `h` is all in front of the first of
    /// them, and `a`, `b` and `c`, each of which may be nothing, begin where one does. Let `B` begin as `b` with the
    /// whole of its first fragment unless `a` is nothing, and end a line (blanks behind it aside) unless `c` is nothing;
    /// and let `h B` have the context of `h b`, its fragments get along with those of `a` and `c` by their names
    /// ([`super::Shares`]), and none of them share its whole name if the first of `c` doesn't. Then `h a B c` falls into
    /// the fragments of `a`, of `h B` and of `c`, in the context of `h a b c`.
    fn fragments<'t>(&self, group: &'t [u8]) -> Option<Fragments<'t>>;
}

/// An atom, and where in the text that was read it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Placed {
    /// The atom.
    pub atom: ClaimHash,
    /// What it is about, and what it says there. One atom has the same facets wherever it stands.
    pub facets: Facets,
    /// Some byte of what says it.
    pub at: usize,
}

/// A group of a file: all of it that belongs to one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretches<'t> {
    /// What tells it from the other groups of the file.
    pub key: &'t [u8],
    /// Where it stands, in order.
    pub ranges: Vec<Range<usize>>,
}

/// An atom, numbered in the order met.
pub(super) type Atom = u32;

/// What an atom is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Met {
    pub facets: Facets,
    pub atom: ClaimHash,
}

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

/// A group that wasn't read.
struct Unread {
    /// Where its text is.
    blob: ObjectId,
    ranges: Vec<Range<usize>>,
    key: Box<[u8]>,
}

/// Smaller files are read faster than they are compared. To tests all files but empty ones are large.
const LARGE: usize = if cfg!(test) { 1 } else { 8 << 10 };

/// Shorter groups are read faster than they are taken apart, and longer ones are parsed in another way. To tests none
/// is short.
const WORTH_IT: RangeInclusive<usize> = if cfg!(test) { 0..=4 << 10 } else { 256..=64 << 10 };

/// How many large files are remembered. Those that change often are few.
const RECENT: usize = 4;

/// The memos.
pub(super) struct Memo<'a, 'o> {
    extractor: &'a dyn Extractor,
    objects: &'o Objects<'o>,
    blobs: FxHashMap<ObjectId, Content>,
    /// Of files that say by their paths what they say.
    placed: FxHashMap<(String, ObjectId), Content>,
    /// By the hash of the group's text; `None` where that doesn't parse.
    groups: FxHashMap<[u8; 32], Option<Group>>,
    /// Large files by path, the one read last at the end.
    recent: Vec<(String, Recent<'o>)>,
    atoms_of: Vec<Box<[Atom]>>,
    /// Groups that are known to parse and weren't read: where their texts are.
    unread: FxHashMap<Group, Unread>,
    /// The blob in which one of them was looked up last: mostly the next one is there, too.
    opened: Option<(ObjectId, Stored<'o>)>,
    /// Whether the text of one of them was gone when it was wanted.
    pub lost: bool,
    fragments: Known,
    /// Groups that were taken apart, by key.
    formers: FxHashMap<Rc<[u8]>, Former>,
    numbers: Numbers,
}

impl<'a, 'o> Memo<'a, 'o> {
    /// With the atoms known before.
    pub fn new(objects: &'o Objects<'o>, extractor: &'a dyn Extractor, atoms: Vec<Met>) -> Memo<'a, 'o> {
        Memo {
            extractor,
            objects,
            blobs: FxHashMap::default(),
            placed: FxHashMap::default(),
            groups: FxHashMap::default(),
            recent: Vec::new(),
            atoms_of: Vec::new(),
            unread: FxHashMap::default(),
            opened: None,
            lost: false,
            fragments: Known::default(),
            formers: FxHashMap::default(),
            numbers: Numbers::known(atoms),
        }
    }

    /// Whether a path counts.
    pub fn reads(&self, path: &str) -> bool {
        self.extractor.reads(path)
    }

    /// All atoms met, by number.
    pub fn met(&self) -> &[Met] {
        self.numbers.met()
    }

    /// The same, and nothing else any more.
    pub fn into_met(self) -> Vec<Met> {
        self.numbers.into_met()
    }

    /// A group that says these atoms and wasn't read.
    pub fn group_of(&mut self, atoms: &[Atom]) -> Group {
        self.atoms_of.push(atoms.into());
        number(self.atoms_of.len() - 1)
    }

    /// The atoms of a group, each once.
    pub fn atoms_of(&mut self, group: Group) -> &[Atom] {
        if let Some(unread) = self.unread.remove(&group) {
            let text = self.text_of(&unread);
            let atoms = text.and_then(|text| self.atoms(Some(&unread.key), &text));
            self.lost |= atoms.is_none();
            self.atoms_of[group as usize] = atoms.unwrap_or_default().into();
        }
        &self.atoms_of[group as usize]
    }

    fn text_of(&mut self, unread: &Unread) -> Option<Vec<u8>> {
        let Unread { blob, ranges, key: _ } = unread;
        if self.opened.as_ref().is_none_or(|(opened, _)| opened != blob) {
            self.opened = Some((*blob, self.objects.blob(*blob)?));
        }
        let (_, text) = self.opened.as_ref()?;
        let parts = ranges.iter().filter_map(|range| text.get(range.clone()));
        Some(parts.collect::<Vec<_>>().concat())
    }

    /// Notes that the blob, a version of the file `path`, is known to parse, so that only those of its groups are
    /// read that later versions change.
    pub fn trust(&mut self, path: &str, blob: ObjectId) {
        if self.blobs.contains_key(&blob) || self.extractor.by_path(path) {
            return;
        }
        let Some(object) = self.objects.blob(blob).filter(|object| object.len() >= LARGE) else {
            return;
        };
        let text: &[u8] = &object;
        let Some(split) = self.extractor.split(text) else { return };
        let (mut groups, mut pieces) = (Vec::with_capacity(split.len()), Some(Vec::new()));
        for Stretches { key, ranges } in split {
            let group = self.trusted(text, Unread { blob, ranges: ranges.clone(), key: key.into() });
            groups.push(group);
            match (&ranges[..], &mut pieces) {
                ([range], Some(pieces)) => {
                    pieces.push(Piece { key: key.into(), range: range.clone(), group })
                }
                _ => pieces = None,
            }
        }
        self.blobs.insert(blob, Content::Says(sorted(groups)));
        if let Some(pieces) = pieces {
            self.keep(path, Recent { object, pieces });
        }
    }

    fn trusted(&mut self, text: &[u8], unread: Unread) -> Group {
        let parts: Vec<&[u8]> = unread.ranges.iter().map(|range| &text[range.clone()]).collect();
        let hash = *blake3::hash(&parts.concat()).as_bytes();
        if let Some(Some(known)) = self.groups.get(&hash) {
            return *known;
        }
        let group = self.group_of(&[]);
        self.unread.insert(group, unread);
        self.groups.insert(hash, Some(group));
        group
    }

    /// What the blob says, a version of the file `path`.
    pub fn content(&mut self, path: &str, blob: ObjectId) -> Content {
        let by_path = self.extractor.by_path(path);
        let known = match by_path {
            true => self.placed.get(&(path.to_owned(), blob)),
            false => self.blobs.get(&blob),
        };
        if let Some(known) = known {
            return known.clone();
        }
        let content = match self.objects.size(blob) {
            None => Content::Unseen,
            Some(size) if !self.extractor.fits(size) => Content::Broken,
            Some(_) => match self.objects.blob(blob) {
                None => Content::Unseen,
                Some(text) if by_path => self.read_at(path, &text).map_or(Content::Broken, Content::Says),
                Some(text) => self.read(path, text).map_or(Content::Broken, Content::Says),
            },
        };
        match by_path {
            true => self.placed.insert((path.to_owned(), blob), content.clone()),
            false => self.blobs.insert(blob, content.clone()),
        };
        content
    }

    /// A file that says by its path what it says: one group, which no other file has.
    fn read_at(&mut self, path: &str, text: &[u8]) -> Option<Rc<[Group]>> {
        let placed = self.extractor.atoms_at(path, text)?;
        let atoms = once(placed.iter().map(|placed| self.numbers.of(placed)).collect());
        Some(Rc::from([self.group_of(&atoms)]))
    }

    fn read(&mut self, path: &str, object: Stored<'o>) -> Option<Rc<[Group]>> {
        let text: &[u8] = &object;
        if text.len() < LARGE {
            return Some(sorted(self.pieces(text, 0..text.len())?.groups));
        }
        let recent = self.recent.iter().position(|(other, _)| other == path);
        let recent = recent.map(|at| self.recent.remove(at).1);
        let patched = recent.as_ref().and_then(|recent| recent.patch(text, |range| self.pieces(text, range)));
        let whole = match patched {
            Some(pieces) => Some(pieces),
            None => self.pieces(text, 0..text.len()),
        };
        let groups = whole.as_ref().map(|pieces| sorted(pieces.groups.clone()));
        // A version that doesn't parse is no help with the next; the one before it is.
        let kept = match whole.and_then(|pieces| pieces.single) {
            Some(pieces) => Some(Recent { object, pieces }),
            None => recent,
        };
        if let Some(kept) = kept {
            self.keep(path, kept);
        }
        groups
    }

    fn keep(&mut self, path: &str, recent: Recent<'o>) {
        if self.recent.len() >= RECENT {
            self.recent.remove(0);
        }
        self.recent.push((path.to_owned(), recent));
    }

    /// Reads a stretch of a text that begins and ends where groups do; `None` where some group doesn't parse.
    fn pieces(&mut self, text: &[u8], stretch: Range<usize>) -> Option<Pieces> {
        let start = stretch.start;
        let part = &text[stretch];
        let Some(split) = self.extractor.split(part) else {
            return Some(Pieces { groups: vec![self.group(None, part)?], single: None });
        };
        let mut pieces = Pieces { groups: Vec::with_capacity(split.len()), single: Some(Vec::new()) };
        for Stretches { key, ranges } in split {
            let group = match &ranges[..] {
                [range] => {
                    let group = self.group(Some(key), &part[range.clone()])?;
                    if let Some(single) = &mut pieces.single {
                        let range = start + range.start..start + range.end;
                        single.push(Piece { key: key.into(), range, group });
                    }
                    group
                }
                _ => {
                    pieces.single = None;
                    let together: Vec<u8> =
                        ranges.into_iter().flat_map(|range| &part[range]).copied().collect();
                    self.group(Some(key), &together)?
                }
            };
            pieces.groups.push(group);
        }
        Some(pieces)
    }

    fn group(&mut self, key: Option<&[u8]>, text: &[u8]) -> Option<Group> {
        let hash = *blake3::hash(text).as_bytes();
        if let Some(known) = self.groups.get(&hash) {
            return *known;
        }
        let group = self.atoms(key, text).map(|atoms| {
            self.atoms_of.push(atoms.into());
            number(self.atoms_of.len() - 1)
        });
        self.groups.insert(hash, group);
        group
    }

    /// What a group says, each atom once. By its key it is held against the version of it that was read last.
    fn atoms(&mut self, key: Option<&[u8]>, text: &[u8]) -> Option<Vec<Atom>> {
        if !WORTH_IT.contains(&text.len()) {
            return self.atoms_of_whole(text);
        }
        let atoms = self.patched(key, text).or_else(|| {
            let Some(fragments) = self.extractor.fragments(text) else { return self.atoms_of_whole(text) };
            let (known, numbers) = (&mut self.fragments, &mut self.numbers);
            let former = Former::of(text, fragments, self.extractor, known, numbers)?;
            let atoms = once(former.atoms(known));
            key.and_then(|key| self.formers.insert(key.into(), former));
            Some(atoms)
        });
        debug_assert_eq!(atoms, self.atoms_of_whole(text), "read in fragments, and read as a whole");
        atoms
    }

    /// The same, where the version that was read last tells most of it.
    fn patched(&mut self, key: Option<&[u8]>, text: &[u8]) -> Option<Vec<Atom>> {
        let former = self.formers.get_mut(key?)?;
        former.patch(text, self.extractor, &mut self.fragments, &mut self.numbers)?;
        Some(once(former.atoms(&self.fragments)))
    }

    fn atoms_of_whole(&mut self, text: &[u8]) -> Option<Vec<Atom>> {
        let placed = self.extractor.atoms(text)?;
        Some(once(placed.iter().map(|placed| self.numbers.of(placed)).collect()))
    }
}

fn once(mut atoms: Vec<Atom>) -> Vec<Atom> {
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

fn sorted(mut groups: Vec<Group>) -> Rc<[Group]> {
    groups.sort_unstable();
    groups.into()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2³² distinct texts: each takes bytes of memory")
}
