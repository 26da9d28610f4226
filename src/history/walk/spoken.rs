//! What changed files take away from a commit and bring to it; what a file says that doesn't parse.

use std::cmp::Ordering;
use std::rc::Rc;

use imbl::OrdMap;

use super::super::extract::{Content, Group};
use super::super::graph::Parent;
use super::super::state::Odd;
use super::super::tree::{Change, Unseen, blob_at};
use super::Pass;
use crate::source::ObjectId;

impl Pass<'_, '_, '_> {
    /// Counts what one changed file takes away and brings.
    pub(super) fn change(&mut self, place: usize, change: &Change, odd: &mut OrdMap<String, Odd>) {
        let before = match (odd.get(&change.path), change.old) {
            (Some(Odd::Carries(groups)), _) => Spoken { groups: groups.clone(), carried: true },
            (None, Some(blob)) => {
                if self.replayed(place) {
                    self.out.memo.trust(&change.path, blob);
                }
                Spoken { groups: self.says(&change.path, blob), carried: false }
            }
            (Some(Odd::Unseen), _) | (None, None) => Spoken::nothing(),
        };
        let (after, now_odd) = match change.new.map(|blob| (blob, self.out.memo.content(&change.path, blob)))
        {
            None => (Spoken::nothing(), None),
            Some((_, Content::Says(groups))) => (Spoken { groups, carried: false }, None),
            Some((_, Content::Unseen)) => {
                self.note_missing();
                (Spoken::nothing(), Some(Odd::Unseen))
            }
            Some((blob, Content::Broken)) => match self.carry(place, &change.path, blob) {
                Odd::Unseen => (Spoken::nothing(), Some(Odd::Unseen)),
                Odd::Carries(groups) => {
                    (Spoken { groups: groups.clone(), carried: true }, Some(Odd::Carries(groups)))
                }
            },
        };
        match now_odd {
            None => odd.remove(&change.path),
            Some(now) => odd.insert(change.path.clone(), now),
        };
        self.count(&before, &after);
    }

    /// The groups of a blob that parses.
    fn says(&mut self, path: &str, blob: ObjectId) -> Rc<[Group]> {
        match self.out.memo.content(path, blob) {
            Content::Says(groups) => groups,
            Content::Broken | Content::Unseen => Rc::from([]),
        }
    }

    /// What the broken version `blob` of the file `path` says at the commit: what that file says at the first
    /// parent that has the same version; if none has, at the first parent that has the file; else nothing.
    fn carry(&mut self, place: usize, path: &str, blob: ObjectId) -> Odd {
        let mut versions = Vec::new();
        for parent in &self.graph.nodes[place].parents {
            let Parent::Seen(parent) = *parent else { return Odd::Unseen };
            let version = match self.state(parent).blind {
                true => Err(Unseen),
                false => blob_at(self.objects, self.top(parent), self.root, path),
            };
            match version {
                Err(Unseen) => return Odd::Unseen,
                Ok(Some(version)) if version == blob => return self.spoken_at(parent, path, version),
                Ok(Some(version)) => versions.push((parent, version)),
                Ok(None) => {}
            }
        }
        match versions.first() {
            Some((parent, version)) => self.spoken_at(*parent, path, *version),
            None => Odd::Carries(Rc::from([])),
        }
    }

    /// What `version` of the file `path` says at the commit, as something to carry on.
    fn spoken_at(&mut self, place: usize, path: &str, version: ObjectId) -> Odd {
        match self.state(place).odd.get(path) {
            Some(odd) => odd.clone(),
            None => Odd::Carries(self.says(path, version)),
        }
    }

    /// Counts what differs between two versions of a file.
    fn count(&mut self, before: &Spoken, after: &Spoken) {
        let (gone, come) = without_common(&before.groups, &after.groups);
        for (groups, sign) in [(gone, -1), (come, 1)] {
            groups.iter().for_each(|group| self.tally.add(self.out.memo.atoms_of(*group), sign, 0));
        }
        for (spoken, sign) in [(before, -1), (after, 1)] {
            for group in spoken.groups.iter().filter(|_| spoken.carried) {
                self.tally.add(self.out.memo.atoms_of(*group), 0, sign);
            }
        }
    }
}

/// What only the one has, and what only the other; both sorted.
fn without_common(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let (mut only_a, mut only_b) = (Vec::new(), Vec::new());
    let (mut left, mut right) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(left), b.get(right)) {
        match x.cmp(y) {
            Ordering::Equal => (left, right) = (left + 1, right + 1),
            Ordering::Less => {
                only_a.push(*x);
                left += 1;
            }
            Ordering::Greater => {
                only_b.push(*y);
                right += 1;
            }
        }
    }
    only_a.extend_from_slice(&a[left..]);
    only_b.extend_from_slice(&b[right..]);
    (only_a, only_b)
}

/// What a file says at a commit.
struct Spoken {
    /// Sorted.
    groups: Rc<[Group]>,
    /// Whether only because its last good version is carried.
    carried: bool,
}

impl Spoken {
    fn nothing() -> Spoken {
        Spoken { groups: Rc::from([]), carried: false }
    }
}
