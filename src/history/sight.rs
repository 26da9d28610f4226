//! Whether a commit still is in anyone's history here: a snapshot tells of the commit that it was built from, and a
//! history that was rewritten leads to it no more.

use rustc_hash::FxHashSet;

use super::objects::Objects;
use crate::source::{ObjectId, Repository, header};

/// What leads to a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// `HEAD` is it, or comes after it.
    Head,
    /// Not `HEAD`, but this branch or tag.
    Other(String),
    /// Nothing, though the commit is here: history was rewritten.
    Nothing,
    /// Nothing that can be seen, and not all can be.
    Unseen,
    /// The commit is not here.
    Absent,
}

/// Looks for `commit` behind `HEAD`, then behind every branch and tag. Parents are those that commits name.
pub fn reach(repository: &Repository, commit: ObjectId) -> Reach {
    let Some(objects) = Objects::of(repository) else { return Reach::Unseen };
    if objects.commit(commit).is_none() {
        return Reach::Absent;
    }
    let mut search = Search { objects: &objects, wanted: commit, met: FxHashSet::default(), is_cut: false };
    if repository.head().is_some_and(|head| search.from(head)) {
        return Reach::Head;
    }
    for (name, tip) in tips(repository) {
        if search.from(tip) {
            return Reach::Other(name);
        }
    }
    if search.is_cut { Reach::Unseen } else { Reach::Nothing }
}

/// Branches, also those of remotes, and tags; by name.
fn tips(repository: &Repository) -> Vec<(String, ObjectId)> {
    let under = ["refs/heads/", "refs/remotes/", "refs/tags/"].into_iter();
    let named = under.flat_map(|prefix| repository.references(prefix));
    let mut tips: Vec<_> =
        named.filter_map(|(name, object)| Some((name, repository.commit_of(object)?))).collect();
    tips.sort();
    tips
}

struct Search<'a, 'r> {
    objects: &'a Objects<'r>,
    wanted: ObjectId,
    met: FxHashSet<ObjectId>,
    /// Whether some commit's parent could not be read.
    is_cut: bool,
}

impl Search<'_, '_> {
    fn from(&mut self, tip: ObjectId) -> bool {
        let mut open = vec![tip];
        while let Some(at) = open.pop() {
            if at == self.wanted {
                return true;
            }
            if !self.met.insert(at) {
                continue;
            }
            match self.objects.commit(at).and_then(|bytes| header(&bytes, at.algorithm())) {
                Some(header) => open.extend(header.parents),
                None => self.is_cut = true,
            }
        }
        false
    }
}
