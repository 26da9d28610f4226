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
use smallvec::{SmallVec, smallvec};

use super::Completeness;
use super::index::{Index, Kept};
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

impl Parent {
    fn seen(self) -> Option<usize> {
        match self {
            Parent::Seen(place) => Some(place),
            Parent::Hidden => None,
        }
    }
}

/// One commit.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub oid: ObjectId,
    pub tree: ObjectId,
    /// In the order of the commit object, each once.
    pub parents: SmallVec<[Parent; 2]>,
    /// Whether it is on the head's first-parent line.
    pub on_main_line: bool,
}

/// A head and all its ancestors that can be seen.
#[derive(Debug)]
pub(super) struct Graph {
    /// By number, parents before children: those of the index that was given, then those that are new. Some of the
    /// former may not be behind the head.
    pub nodes: Vec<Node>,
    /// The numbers of the head and of the commits behind it, in the order of the graph.
    pub order: Vec<u32>,
    /// The number of the head.
    pub head: usize,
    /// What the commits and the repository's own files tell. Missing trees and blobs are found later.
    pub completeness: Completeness,
}

/// Reads the graph behind `head`, as far as it isn't in `index`. `None` where `head` itself isn't a commit that is
/// here.
pub(super) fn graph(
    objects: &Objects<'_>,
    cuts: &Cuts,
    head: ObjectId,
    index: Option<&Index>,
) -> Option<Graph> {
    let worst = if cuts.contents_replaced { Completeness::Replaced } else { Completeness::Complete };
    let kept = index.map(|index| &*index.commits).unwrap_or_default();
    let nodes: Vec<Node> = kept.iter().map(Node::of).collect();
    let places = kept.iter().zip(0..).map(|(kept, place)| (kept.oid, Some(place))).collect();
    let mut walk = Walk { objects, cuts, kept: nodes.len(), nodes, places, worst };
    let head = walk.from(head)?;
    let Walk { mut nodes, worst, .. } = walk;
    let order = ordered(&nodes, head);
    let mut line = Some(head);
    while let Some(at) = line {
        nodes[at].on_main_line = true;
        line = nodes[at].first();
    }
    Some(Graph { nodes, order, head, completeness: worst })
}

impl Node {
    /// The parents that can be seen, by number.
    pub fn seen(&self) -> impl Iterator<Item = usize> + '_ {
        self.parents.iter().filter_map(|parent| parent.seen())
    }

    /// The first parent, where it can be seen.
    pub fn first(&self) -> Option<usize> {
        self.parents.first().and_then(|parent| parent.seen())
    }

    fn of(kept: &Kept) -> Node {
        let parents = kept.parents.iter().map(|parent| Parent::Seen(*parent as usize)).collect();
        Node { oid: kept.oid, tree: kept.tree, parents, on_main_line: false }
    }
}

/// The head and all behind it in the order of the graph.
fn ordered(nodes: &[Node], head: usize) -> Vec<u32> {
    // Numbers have parents before children: from behind, whatever is behind the head is met after a child of it.
    let mut unlisted = vec![0_u32; nodes.len()];
    let mut is_behind = vec![false; nodes.len()];
    is_behind[head] = true;
    for at in (0..=head).rev() {
        if is_behind[at] {
            for parent in nodes[at].seen() {
                is_behind[parent] = true;
                unlisted[parent] += 1;
            }
        }
    }
    let mut order = Vec::with_capacity(nodes.len());
    let mut ready = vec![head];
    while let Some(at) = ready.pop() {
        order.push(u32::try_from(at).expect("fewer than 2³² commits"));
        for parent in nodes[at].seen() {
            unlisted[parent] -= 1;
            if unlisted[parent] == 0 {
                ready.push(parent);
            }
        }
    }
    order.reverse();
    order
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
    /// How many commits were in the index.
    kept: usize,
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
    parents: SmallVec<[Parent; 2]>,
}

impl Walk<'_, '_> {
    /// Reads `head` and what is behind it; its number.
    fn from(&mut self, head: ObjectId) -> Option<usize> {
        if let Some(Some(known)) = self.places.get(&head) {
            return Some(*known);
        }
        let mut stack = vec![self.open(head)?];
        while let Some(top) = stack.last_mut() {
            let Some(parent) = top.left.next() else {
                // All parents are placed: so is this one.
                if let Some(Open { oid, tree, parents, .. }) = stack.pop() {
                    self.places.insert(oid, Some(self.nodes.len()));
                    self.nodes.push(Node { oid, tree, parents, on_main_line: false });
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
        self.nodes.len().checked_sub(1)
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
        // Where the index tells what the clone left behind, nothing is cut.
        let known =
            |parent: &ObjectId| self.places.get(parent).is_some_and(|at| at.is_some_and(|at| at < self.kept));
        let cut = self.cuts.shallow.contains(&oid) && !header.parents.iter().all(known);
        if cut {
            self.note(Completeness::Shallow);
        }
        let hidden = if cut { header.parents.len() } else { 0 };
        let left = if cut { Vec::new() } else { header.parents };
        Some(Open {
            oid,
            tree: header.tree,
            left: left.into_iter(),
            parents: smallvec![Parent::Hidden; hidden],
        })
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
pub(super) struct Cuts {
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
    /// Whether commits are told to be otherwise than they are: what was worked out before may not hold.
    pub fn rewrite(&self) -> bool {
        !self.grafts.is_empty() || !self.replaced.is_empty()
    }

    /// Reads them.
    pub fn of(repository: &Repository, objects: &Objects<'_>) -> Cuts {
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
