//! What differs between the knowledge of two commits, file by file, by walking only the trees that differ.

use super::objects::Objects;
use crate::source::{Entry, Kind, ObjectId};

/// The knowledge root in one commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Top {
    /// The commit has no such folder: it says nothing.
    Absent,
    /// The folder's tree.
    Tree(ObjectId),
    /// Some tree on the way isn't here: what the commit says can't be known.
    Unseen,
}

/// One file that differs. At least one side is there, and they differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Change {
    /// From the top of the repository.
    pub path: String,
    /// Its blob before.
    pub old: Option<ObjectId>,
    /// Its blob after.
    pub new: Option<ObjectId>,
}

/// A tree that is needed isn't among the objects here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unseen;

/// Finds the folder `root` (`""` is the top, `a/b` a folder below it; no `/` at its ends) in a commit's tree.
pub(super) fn top(objects: &Objects<'_>, tree: ObjectId, root: &str) -> Top {
    let mut at = tree;
    for part in root.split('/').filter(|part| !part.is_empty()) {
        let Some(entries) = objects.tree(at) else { return Top::Unseen };
        match find(&entries, part.as_bytes()) {
            Some(entry) if entry.kind == Kind::Tree => at = entry.oid,
            _ => return Top::Absent,
        }
    }
    Top::Tree(at)
}

/// The blob of the file `path` (from the top of the repository) in the knowledge root `top` at `root`.
pub(super) fn blob_at(
    objects: &Objects<'_>,
    top: Top,
    root: &str,
    path: &str,
) -> Result<Option<ObjectId>, Unseen> {
    let mut at = match top {
        Top::Absent => return Ok(None),
        Top::Unseen => return Err(Unseen),
        Top::Tree(oid) => oid,
    };
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut parts = below.split('/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let entries = objects.tree(at).ok_or(Unseen)?;
        match find(&entries, part.as_bytes()) {
            Some(entry) if entry.kind == Kind::Tree && parts.peek().is_some() => at = entry.oid,
            Some(entry) if entry.kind == Kind::File && parts.peek().is_none() => return Ok(Some(entry.oid)),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

fn find<'e>(entries: &'e [Entry], name: &[u8]) -> Option<&'e Entry> {
    entries.binary_search_by(|entry| (*entry.name).cmp(name)).ok().map(|index| &entries[index])
}

/// The files that differ between two knowledge roots, in path order within each folder, as far as `reads` says
/// that a path counts. `Err` where a tree that differs isn't here.
pub(super) fn changes(
    objects: &Objects<'_>,
    root: &str,
    old: Top,
    new: Top,
    reads: &dyn Fn(&str) -> bool,
) -> Result<Vec<Change>, Unseen> {
    let tree = |top| match top {
        Top::Absent => Ok(None),
        Top::Tree(oid) => Ok(Some(oid)),
        Top::Unseen => Err(Unseen),
    };
    let mut path = root.to_owned();
    if !path.is_empty() {
        path.push('/');
    }
    let mut differing = Differing { objects, reads, changes: Vec::new() };
    differing.trees(&mut path, tree(old)?, tree(new)?, 0)?;
    Ok(differing.changes)
}

/// A name that a file can have on every system; a forged tree may hold others, and they say nothing.
fn ordinary(name: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(name).ok()?;
    let odd = matches!(name, "" | "." | "..") || name.eq_ignore_ascii_case(".git") || name.contains('/');
    (!odd).then_some(name)
}

/// Folders below folders: deeper ones are not looked into. No person nests so deep; a forged tree may.
const DEEPEST: usize = 256;

struct Differing<'a, 'r> {
    objects: &'a Objects<'r>,
    reads: &'a dyn Fn(&str) -> bool,
    changes: Vec<Change>,
}

impl Differing<'_, '_> {
    fn trees(
        &mut self,
        path: &mut String,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        depth: usize,
    ) -> Result<(), Unseen> {
        if old == new || depth > DEEPEST {
            return Ok(());
        }
        let entries = |side: Option<ObjectId>| match side {
            None => Ok(std::rc::Rc::from([])),
            Some(oid) => self.objects.tree(oid).ok_or(Unseen),
        };
        let (old, new) = (entries(old)?, entries(new)?);
        let (mut left, mut right) = (old.iter().peekable(), new.iter().peekable());
        loop {
            // Names are sorted on both sides: take the smaller, or both where they are one.
            let (a, b) = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => (left.next(), None),
                (None, Some(_)) => (None, right.next()),
                (Some(a), Some(b)) => match a.name.cmp(&b.name) {
                    std::cmp::Ordering::Less => (left.next(), None),
                    std::cmp::Ordering::Greater => (None, right.next()),
                    std::cmp::Ordering::Equal => (left.next(), right.next()),
                },
            };
            self.entries(path, a, b, depth)?;
        }
    }

    fn entries(
        &mut self,
        path: &mut String,
        a: Option<&Entry>,
        b: Option<&Entry>,
        depth: usize,
    ) -> Result<(), Unseen> {
        let Some(name) = a.or(b).map(|entry| &entry.name) else { return Ok(()) };
        let of =
            |entry: Option<&Entry>, kind| entry.filter(|entry| entry.kind == kind).map(|entry| entry.oid);
        let (old_file, new_file) = (of(a, Kind::File), of(b, Kind::File));
        let (old_tree, new_tree) = (of(a, Kind::Tree), of(b, Kind::Tree));
        if old_file == new_file && old_tree == new_tree {
            return Ok(());
        }
        let Some(name) = ordinary(name) else { return Ok(()) };
        let length = path.len();
        path.push_str(name);
        if old_file != new_file && (self.reads)(path) {
            self.changes.push(Change { path: path.clone(), old: old_file, new: new_file });
        }
        if old_tree != new_tree {
            path.push('/');
            self.trees(path, old_tree, new_tree, depth + 1)?;
        }
        path.truncate(length);
        Ok(())
    }
}
