//! Where two lines parted, worked out over commits each of which is what its name says. libgit2's own search believes what
//! it parses: one commit that was swapped for another can make it go around forever, or name what neither line has.
//!
//! Both ends are marked, and marks go down to the parents. A commit with both marks is common; what is behind it is marked
//! as that, too, and is no best one. Commits are taken the latest first, so that old ones are seldom read; what comes out
//! does not depend on it, for a commit whose marks grew is taken again.

use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::store::{ObjectStore, Repository, Unread};
use super::{ObjectId, committer_time};

const ONE: u8 = 1;
const OTHER: u8 = 2;
const COMMON: u8 = ONE | OTHER;
/// Behind a common one.
const BEHIND: u8 = 4;

impl Repository {
    /// The best commit that two lines have in common: one behind which all are that they have in common; `None` where they
    /// have none. Of several best it is the first that is met from `one`, parents in the order in which commits name them.
    ///
    /// # Errors
    /// Where a commit that could tell isn't here or is damaged.
    pub fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, Unread> {
        let objects = self.objects().ok_or(Unread::Broken)?;
        let mut search = Search {
            repository: self,
            objects,
            met: FxHashMap::default(),
            queue: BinaryHeap::new(),
            open: 0,
            unread: None,
        };
        search.mark(one, ONE)?;
        search.mark(other, OTHER)?;
        let best = search.best()?;
        Ok(if best.len() > 1 { search.first(one, &best) } else { best.into_iter().next() })
    }
}

/// A commit that was met.
struct Met {
    marks: u8,
    is_queued: bool,
    time: i64,
    parents: Vec<ObjectId>,
}

struct Search<'r> {
    repository: &'r Repository,
    objects: ObjectStore<'r>,
    met: FxHashMap<ObjectId, Met>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many of the queue are not behind a common one: while there are any, more that is common may be found.
    open: usize,
    /// Why a commit behind a common one was not read.
    unread: Option<Unread>,
}

impl Search<'_> {
    /// The common ones that are behind no other.
    fn best(&mut self) -> Result<Vec<ObjectId>, Unread> {
        let mut best: Vec<ObjectId> = Vec::new();
        loop {
            if self.open == 0 {
                best.retain(|id| self.met[id].marks & BEHIND == 0);
                // Of several one may be behind another: that shows when all marks are where they belong.
                if best.len() <= 1 {
                    return Ok(best);
                }
                if let Some(unread) = self.unread {
                    return Err(unread);
                }
            }
            let Some((_, id)) = self.queue.pop() else { return Ok(best) };
            let Some(met) = self.met.get_mut(&id) else { continue };
            met.is_queued = false;
            let (marks, parents) = (met.marks, met.parents.clone());
            if marks & BEHIND == 0 {
                self.open -= 1;
            }
            if marks == COMMON {
                best.push(id);
            }
            let handed = if marks & COMMON == COMMON { COMMON | BEHIND } else { marks };
            for parent in parents {
                self.mark(parent, handed)?;
            }
        }
    }

    fn mark(&mut self, id: ObjectId, marks: u8) -> Result<(), Unread> {
        if !self.met.contains_key(&id) {
            let (time, parents) = match self.read(id) {
                Ok(read) => read,
                // It is not the best, and what is behind it still less.
                Err(unread) if marks & BEHIND != 0 => {
                    self.unread = Some(unread);
                    (i64::MIN, Vec::new())
                }
                Err(unread) => return Err(unread),
            };
            self.met.insert(id, Met { marks: 0, is_queued: false, time, parents });
        }
        let Some(met) = self.met.get_mut(&id) else { return Ok(()) };
        let (before, now) = (met.marks, met.marks | marks);
        if before == now {
            return Ok(());
        }
        met.marks = now;
        let was_open = met.is_queued && before & BEHIND == 0;
        if !met.is_queued {
            met.is_queued = true;
            self.queue.push((met.time, id));
        }
        self.open += usize::from(now & BEHIND == 0);
        self.open -= usize::from(was_open);
        Ok(())
    }

    fn read(&self, id: ObjectId) -> Result<(i64, Vec<ObjectId>), Unread> {
        let bytes = self.objects.commit(id)?;
        let parents = self.repository.parents(&bytes, id).ok_or(Unread::Broken)?;
        Ok((committer_time(&bytes), parents))
    }

    /// Which of `best` is met first from `one`.
    fn first(&self, one: ObjectId, best: &[ObjectId]) -> Option<ObjectId> {
        let (mut left, mut seen) = (vec![one], FxHashSet::default());
        while let Some(id) = left.pop() {
            if best.contains(&id) {
                return Some(id);
            }
            if let Some(met) = self.met.get(&id).filter(|_| seen.insert(id)) {
                left.extend(met.parents.iter().rev());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use tempfile::TempDir;

    use super::super::open;
    use super::*;

    fn git(folder: &Path, arguments: &[&str], input: &str) -> String {
        let mut git = Command::new("git");
        git.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let mut git = git.spawn().expect("git runs");
        git.stdin.take().expect("its input").write_all(input.as_bytes()).expect("is read");
        let ran = git.wait_with_output().expect("git ends");
        String::from_utf8(ran.stdout).expect("UTF-8")
    }

    /// Commits with these parents, and dates that tell nothing; their ids.
    fn made(folder: &Path, parents: &[Vec<usize>], chance: &mut impl FnMut(usize) -> usize) -> Vec<ObjectId> {
        let mut stream = String::new();
        for (place, parents) in parents.iter().enumerate() {
            stream += &format!("commit refs/heads/c{place}\nmark :{}\n", place + 1);
            let time = 1_000_000 + chance(9) * 1000;
            stream += &format!("committer A <a@x> {time} +0000\ndata 3\n{place:03}\n");
            for (number, parent) in parents.iter().enumerate() {
                stream += &format!("{} :{}\n", if number == 0 { "from" } else { "merge" }, parent + 1);
            }
        }
        git(folder, &["fast-import", "--quiet"], &stream);
        let names: Vec<String> = (0..parents.len()).map(|place| format!("c{place}")).collect();
        let arguments: Vec<&str> =
            std::iter::once("rev-parse").chain(names.iter().map(String::as_str)).collect();
        git(folder, &arguments, "").lines().map(|hex| ObjectId::from_hex(hex).expect("a name")).collect()
    }

    #[test]
    fn it_is_one_of_those_that_git_finds() {
        let mut seed = 12345_u64;
        let mut chance = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let (mut several, mut none) = (0, 0);
        for format in ["sha1", "sha256"] {
            let folder = TempDir::new().expect("a folder");
            git(folder.path(), &["init", "--quiet", "--object-format", format], "");
            let count = 40;
            let parents: Vec<Vec<usize>> = (0..count)
                .map(|place| {
                    let many = if place == 0 || chance(25) == 0 { 0 } else { 1 + chance(2) };
                    let all: BTreeSet<usize> = (0..many).map(|_| place - 1 - chance(place.min(6))).collect();
                    all.into_iter().rev().collect()
                })
                .collect();
            let ids = made(folder.path(), &parents, &mut chance);
            let repository = open(folder.path()).expect("a repository");
            for _ in 0..60 {
                let (one, other) = (ids[chance(count)], ids[chance(count)]);
                let names = [one, other].map(|id| id.to_string());
                let told = git(folder.path(), &["merge-base", "--all", &names[0], &names[1]], "");
                let best: Vec<&str> = told.lines().collect();
                let found = repository.merge_base(one, other).expect("all is here");
                let found = found.map(|id| id.to_string());
                assert_eq!(found.is_some(), !best.is_empty(), "{names:?}: {best:?}");
                assert!(found.as_deref().is_none_or(|found| best.contains(&found)), "{names:?}: {best:?}");
                several += usize::from(best.len() > 1);
                none += usize::from(best.is_empty());
            }
        }
        assert!(
            several > 3 && none > 3,
            "{several} with several, {none} with none: the test has lost its point"
        );
    }

    /// A commit in a pack whose parent is a file that was put in the place of another: by it the commit would be its own
    /// ancestor.
    #[test]
    fn a_swapped_commit_is_no_way_around() {
        let folder = TempDir::new().expect("a folder");
        git(folder.path(), &["init", "--quiet"], "");
        git(folder.path(), &["config", "fastimport.unpackLimit", "1000"], "");
        let ids = made(folder.path(), &[vec![], vec![0], vec![0], vec![1]], &mut |_| 0);
        let path = |id: ObjectId| {
            let hex = id.to_string();
            folder.path().join(".git/objects").join(&hex[..2]).join(&hex[2..])
        };
        let child = fs::read(path(ids[3])).expect("a loose object");
        git(folder.path(), &["repack", "-a", "-d", "-q"], "");
        assert!(!path(ids[0]).exists() && !path(ids[1]).exists(), "all is in a pack");
        fs::create_dir_all(path(ids[0]).parent().expect("a folder")).expect("is made");
        fs::write(path(ids[0]), child).expect("is written");
        let repository = open(folder.path()).expect("a repository");
        assert_eq!(repository.merge_base(ids[1], ids[2]), Err(Unread::Broken));
        assert_eq!(
            repository.merge_base(ids[3], ids[1]),
            Ok(Some(ids[1])),
            "what is behind it is not asked for"
        );
    }
}
