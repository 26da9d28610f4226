//! The commits behind a head in an order that the graph alone decides, and how much of it can be seen.
//!
//! **The order** is that of `git rev-list --topo-order --reverse HEAD`: from the head, of the commits whose children
//! are all listed the one that became so last is listed next, a commit's parents counting in the order its object
//! names them (Kahn 1962, with a stack); then the list is turned around. With one head no date has a part in it:
//! two clones of one repository have one order. It decides which of two first sayers is told where neither is
//! behind the other.
//!
//! Parents are those of the commit objects. `info/grafts` and `refs/replace` are never followed; that they are
//! there is reported, because what `git log` shows then differs.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Completeness;
use super::objects::Objects;
use crate::source::{ObjectId, ObjectKind, Repository, header};

/// A parent of a commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Parent {
    /// The commit at this place of [`Graph::nodes`], always before its child.
    Seen(usize),
    /// It exists but can't be seen from here.
    Hidden,
}

/// One commit.
#[derive(Debug)]
pub(super) struct Node {
    pub oid: ObjectId,
    pub tree: ObjectId,
    /// In the order of the commit object, each once.
    pub parents: Vec<Parent>,
    /// How many commits of the graph have it as a parent.
    pub children: usize,
    /// Whether it is on the head's first-parent line.
    pub on_main_line: bool,
}

/// A head and all its ancestors that can be seen.
#[derive(Debug)]
pub(super) struct Graph {
    /// Parents first; the head is last.
    pub nodes: Vec<Node>,
    /// What the commits and the repository's own files tell. Missing trees and blobs are found later.
    pub completeness: Completeness,
}

/// Reads the graph behind `head`. `None` where `head` itself isn't a commit that is here.
pub(super) fn graph(repository: &Repository, objects: &Objects<'_>, head: ObjectId) -> Option<Graph> {
    let cuts = Cuts::of(repository, objects);
    let worst = if cuts.contents_replaced { Completeness::Replaced } else { Completeness::Complete };
    let mut walk = Walk { objects, cuts: &cuts, nodes: Vec::new(), places: FxHashMap::default(), worst };
    walk.from(head)?;
    let Walk { nodes, worst, .. } = walk;
    let mut nodes = ordered(nodes);
    let mut line = nodes.len().checked_sub(1);
    while let Some(index) = line {
        nodes[index].on_main_line = true;
        line = match nodes[index].parents.first() {
            Some(Parent::Seen(parent)) => Some(*parent),
            _ => None,
        };
    }
    Some(Graph { nodes, completeness: worst })
}

/// Puts commits in the order of the graph. `read` has parents before children too, and the head last.
fn ordered(read: Vec<Node>) -> Vec<Node> {
    let seen = |node: &Node| {
        let place = |parent: &Parent| match parent {
            Parent::Seen(place) => Some(*place),
            Parent::Hidden => None,
        };
        node.parents.iter().filter_map(place).collect::<Vec<_>>()
    };
    let mut children = vec![0; read.len()];
    read.iter().for_each(|node| seen(node).into_iter().for_each(|parent| children[parent] += 1));
    let mut unlisted = children.clone();
    let mut list = Vec::with_capacity(read.len());
    let mut ready: Vec<usize> = read.len().checked_sub(1).into_iter().collect();
    while let Some(at) = ready.pop() {
        list.push(at);
        for parent in seen(&read[at]) {
            unlisted[parent] -= 1;
            if unlisted[parent] == 0 {
                ready.push(parent);
            }
        }
    }
    list.reverse();
    let mut places = vec![0; read.len()];
    list.iter().enumerate().for_each(|(place, &at)| places[at] = place);
    let mut nodes: Vec<Option<Node>> = read.into_iter().map(Some).collect();
    let moved = |at: usize| {
        let node = nodes[at].take()?;
        let parents = node.parents.iter().map(|parent| match parent {
            Parent::Seen(parent) => Parent::Seen(places[*parent]),
            Parent::Hidden => Parent::Hidden,
        });
        Some(Node { parents: parents.collect(), children: children[at], ..node })
    };
    list.into_iter().filter_map(moved).collect()
}

/// What of a repository keeps its history from being whole, as far as it says so itself: all that applies. Objects that
/// are missing without a word are found by [`super::trace`].
pub fn hindrances(repository: &Repository) -> Vec<Completeness> {
    let Some(objects) = Objects::of(repository) else { return Vec::new() };
    let cuts = Cuts::of(repository, &objects);
    let all = [
        (!cuts.shallow.is_empty(), Completeness::Shallow),
        (repository.is_partial(), Completeness::Partial),
        (!cuts.grafts.is_empty(), Completeness::Grafted),
        (!cuts.replaced.is_empty(), Completeness::Replaced),
    ];
    all.into_iter().filter(|(applies, _)| *applies).map(|(_, hindrance)| hindrance).collect()
}

struct Walk<'a, 'r> {
    objects: &'a Objects<'r>,
    cuts: &'a Cuts,
    nodes: Vec<Node>,
    /// `None` while its ancestors are being read.
    places: FxHashMap<ObjectId, Option<usize>>,
    worst: Completeness,
}

/// A commit whose parents are being read, one after another.
struct Open {
    oid: ObjectId,
    tree: ObjectId,
    left: std::vec::IntoIter<ObjectId>,
    parents: Vec<Parent>,
}

impl Walk<'_, '_> {
    fn from(&mut self, head: ObjectId) -> Option<()> {
        let mut stack = vec![self.open(head)?];
        while let Some(top) = stack.last_mut() {
            let Some(parent) = top.left.next() else {
                // All parents are placed: so is this one.
                if let Some(Open { oid, tree, parents, .. }) = stack.pop() {
                    self.places.insert(oid, Some(self.nodes.len()));
                    self.nodes.push(Node { oid, tree, parents, children: 0, on_main_line: false });
                    if let Some(child) = stack.last_mut() {
                        child.parents.push(Parent::Seen(self.nodes.len() - 1));
                    }
                }
                continue;
            };
            match self.places.get(&parent) {
                Some(Some(place)) => {
                    if !top.parents.contains(&Parent::Seen(*place)) {
                        top.parents.push(Parent::Seen(*place));
                    }
                }
                // A commit can't be its own ancestor unless its bytes were forged, and those were verified.
                Some(None) => top.parents.push(Parent::Hidden),
                None => match self.open(parent) {
                    Some(open) => stack.push(open),
                    None => {
                        top.parents.push(Parent::Hidden);
                        let grafted = self.cuts.grafts.contains(&top.oid);
                        self.note(if grafted { Completeness::Grafted } else { Completeness::Partial });
                    }
                },
            }
        }
        Some(())
    }

    /// Reads a commit; `None` where it isn't here.
    fn open(&mut self, oid: ObjectId) -> Option<Open> {
        let bytes = self.objects.commit(oid)?;
        let header = header(&bytes, oid.algorithm())?;
        self.places.insert(oid, None);
        if self.cuts.grafts.contains(&oid) {
            self.note(Completeness::Grafted);
        }
        if self.cuts.replaced.contains(&oid) {
            self.note(Completeness::Replaced);
        }
        let cut = self.cuts.shallow.contains(&oid) && !header.parents.is_empty();
        if cut {
            self.note(Completeness::Shallow);
        }
        let hidden = if cut { vec![Parent::Hidden; header.parents.len()] } else { Vec::new() };
        let left = if cut { Vec::new() } else { header.parents };
        Some(Open { oid, tree: header.tree, left: left.into_iter(), parents: hidden })
    }

    fn note(&mut self, found: Completeness) {
        if badness(&found) > badness(&self.worst) {
            self.worst = found;
        }
    }
}

/// Which of two verdicts is told where both hold: the one that hides more.
pub(super) fn badness(completeness: &Completeness) -> u8 {
    match completeness {
        Completeness::Complete => 0,
        Completeness::Replaced => 1,
        Completeness::Grafted => 2,
        Completeness::Partial => 3,
        Completeness::Shallow => 4,
    }
}

/// What the repository says beside its objects about the shape of history.
struct Cuts {
    /// Commits whose parents a shallow clone left behind.
    shallow: FxHashSet<ObjectId>,
    /// Commits whose parents `info/grafts` rewrites.
    grafts: FxHashSet<ObjectId>,
    /// Commits that `refs/replace` rewrites.
    replaced: FxHashSet<ObjectId>,
    /// Whether it rewrites a tree or a blob: of any commit, for all that can be told cheaply.
    contents_replaced: bool,
}

impl Cuts {
    fn of(repository: &Repository, objects: &Objects<'_>) -> Cuts {
        let prefix = "refs/replace/";
        let named = repository.references(prefix).into_iter();
        let replaced: FxHashSet<ObjectId> =
            named.filter_map(|(name, _)| ObjectId::from_hex(name.strip_prefix(prefix)?)).collect();
        let is_content = |oid: &ObjectId| match objects.kind(*oid) {
            Some(kind) => matches!(kind, ObjectKind::Tree | ObjectKind::Blob),
            None => false,
        };
        let contents_replaced = replaced.iter().any(is_content);
        let (shallow, grafts) = (repository.shallow().clone(), repository.grafts());
        Cuts { shallow, grafts, replaced, contents_replaced }
    }
}
