//! Which policies were in force when a change landed: those of the tree that it changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::evidence::Witness;
use crate::claim::{Claim, GOVERNING, Governance};
use crate::history::objects::Objects;
use crate::history::tree::{Top, changes, top};
use crate::history::{Extractor, Knowledge};
use crate::source::{ObjectId, header};

/// Policies and teams of any commit. One commit is read from what differs between it and the one read before.
pub(super) struct InForce<'k> {
    root: String,
    knowledge: &'k Knowledge<'k>,
    /// By the tree of the knowledge root.
    known: RefCell<FxHashMap<Option<ObjectId>, Option<Rc<Governance>>>>,
    blobs: RefCell<FxHashMap<ObjectId, Said>>,
    last: RefCell<(Option<ObjectId>, BTreeMap<String, Said>)>,
}

/// What a file says of policies and teams; `None` where that can't be read.
type Said = Option<Rc<[Claim]>>;

impl<'k> InForce<'k> {
    pub fn new(root: &str, knowledge: &'k Knowledge<'k>) -> InForce<'k> {
        let root = root.trim_matches('/').to_owned();
        let (known, blobs, last) = Default::default();
        InForce { root, knowledge, known, blobs, last }
    }

    /// What was in force when `landing` landed; `None` where that can't be known.
    pub fn at(&self, objects: &Objects<'_>, landing: &Witness) -> Option<Rc<Governance>> {
        match landing.parents.first() {
            Some(parent) => self.of_commit(objects, *parent),
            None => self.of_tree(objects, landing.tree),
        }
    }

    /// What a commit says of policies and teams.
    pub fn of_commit(&self, objects: &Objects<'_>, commit: ObjectId) -> Option<Rc<Governance>> {
        self.of_tree(objects, header(&objects.commit(commit)?, commit.algorithm())?.tree)
    }

    fn of_tree(&self, objects: &Objects<'_>, tree: ObjectId) -> Option<Rc<Governance>> {
        let tree = match top(objects, tree, &self.root) {
            Top::Absent => None,
            Top::Tree(tree) => Some(tree),
            Top::Unseen => return None,
        };
        if let Some(known) = self.known.borrow().get(&tree) {
            return known.clone();
        }
        let governance = self.read(objects, tree).map(Rc::new);
        self.known.borrow_mut().insert(tree, governance.clone());
        governance
    }

    fn read(&self, objects: &Objects<'_>, tree: Option<ObjectId>) -> Option<Governance> {
        let side = |tree: Option<ObjectId>| tree.map_or(Top::Absent, Top::Tree);
        let (last, files) = &mut *self.last.borrow_mut();
        let reads = |path: &str| self.knowledge.reads(path);
        let changes = changes(objects, &self.root, side(*last), side(tree), &reads).ok()?;
        for change in changes {
            match change.new {
                Some(blob) => files.insert(change.path, self.file(objects, blob)),
                None => files.remove(&change.path),
            };
        }
        *last = tree;
        let said: Option<Vec<&Rc<[Claim]>>> = files.values().map(Option::as_ref).collect();
        Some(Governance::of(said?.into_iter().flat_map(|claims| claims.iter())))
    }

    fn file(&self, objects: &Objects<'_>, blob: ObjectId) -> Said {
        if let Some(known) = self.blobs.borrow().get(&blob) {
            return known.clone();
        }
        let said = objects.blob(blob).and_then(|blob| self.claims(&blob));
        self.blobs.borrow_mut().insert(blob, said.clone());
        said
    }

    fn claims(&self, text: &[u8]) -> Said {
        if !may_govern(text) || !self.knowledge.fits(text.len()) {
            return Some(Rc::from([]));
        }
        let claims = self.knowledge.claims("", text)?.into_iter();
        Some(claims.filter(|claim| GOVERNING.contains(&claim.slot.subject.kind())).collect())
    }
}

/// Whether a text may speak of a policy or a team: it holds the word, or an escape that may spell it.
fn may_govern(text: &[u8]) -> bool {
    let words = [&b"policy"[..], b"team", b"\\u", b"\\U", b"\\x"];
    words.iter().any(|word| memchr::memmem::find(text, word).is_some())
}
