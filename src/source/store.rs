//! A git repository: its objects by their names, and what names them.
//!
//! libgit2 opens it where it can. What it can't open (objects named by SHA-256, refs kept as a reftable) is read through
//! git's own program, started so that nothing the repository configures is run; see [`program`].

mod batch;
mod loose;
mod objects;
mod program;

use std::cell::OnceCell;
use std::path::Path;

use git2::ErrorCode;
use rustc_hash::FxHashSet;

use super::object::{Kind, header, tagged, tree_entries};
use super::{Algorithm, ObjectId, ObjectKind};

pub(super) use objects::Objects;
pub use objects::{ObjectStore, Stored, Unread};
pub(super) use program::{Closed, Program};

/// A git repository.
pub struct Repository {
    pub(super) way: Way,
    shallow: OnceCell<FxHashSet<ObjectId>>,
}

/// By what it is read.
pub(super) enum Way {
    Libgit(git2::Repository),
    Program(Box<Program>),
}

/// Tags of tags that are followed before giving up.
const MOST_TAGS: usize = 64;

impl Repository {
    pub(super) fn new(way: Way) -> Repository {
        Repository { way, shallow: OnceCell::new() }
    }

    /// The folder that git keeps for this work tree.
    pub fn path(&self) -> &Path {
        match &self.way {
            Way::Libgit(git) => git.path(),
            Way::Program(git) => git.folder(),
        }
    }

    /// The folder that git keeps for all work trees of the repository.
    pub fn commondir(&self) -> &Path {
        match &self.way {
            Way::Libgit(git) => git.commondir(),
            Way::Program(git) => git.common(),
        }
    }

    /// Whether it has no work tree.
    pub fn is_bare(&self) -> bool {
        match &self.way {
            Way::Libgit(git) => git.is_bare(),
            Way::Program(git) => git.is_bare(),
        }
    }

    /// Whether its history is cut off somewhere.
    pub fn is_shallow(&self) -> bool {
        match &self.way {
            Way::Libgit(git) => git.is_shallow(),
            Way::Program(_) => !self.shallow().is_empty(),
        }
    }

    /// Whether no branch or tag has anything.
    pub fn is_empty(&self) -> bool {
        match &self.way {
            Way::Libgit(git) => git.is_empty().unwrap_or(false),
            Way::Program(git) => git.references("").is_empty(),
        }
    }

    /// Whether objects were left behind when it was cloned, to be fetched when they are asked for.
    pub fn is_partial(&self) -> bool {
        let keys = r"^(remote\..*\.promisor|extensions\.partialclone)$";
        match &self.way {
            Way::Libgit(git) => {
                let config = git.config().and_then(|mut config| config.snapshot());
                config.is_ok_and(|config| {
                    config.entries(Some(keys)).is_ok_and(|mut entries| entries.next().is_some())
                })
            }
            Way::Program(git) => git.has_setting(keys),
        }
    }

    /// By which algorithm it names its objects.
    pub fn algorithm(&self) -> Algorithm {
        match &self.way {
            Way::Libgit(_) => Algorithm::Sha1,
            Way::Program(git) => git.algorithm(),
        }
    }

    /// In words, what keeps libgit2 from reading it, so that git's own program does; `None` where libgit2 reads it.
    pub fn read_by_program(&self) -> Option<&'static str> {
        match &self.way {
            Way::Libgit(_) => None,
            Way::Program(git) => Some(git.why()),
        }
    }

    /// Its objects; `None` where they can't be read.
    pub fn objects(&self) -> Option<ObjectStore<'_>> {
        Some(match &self.way {
            Way::Libgit(git) => ObjectStore::of_libgit(git.odb().ok()?, &git.commondir().join("objects")),
            Way::Program(git) => ObjectStore::of_program(git),
        })
    }

    /// What the reference of that full name (`HEAD`, `refs/heads/main`) names; `None` where there is none.
    pub fn reference(&self, name: &str) -> Option<ObjectId> {
        match &self.way {
            Way::Libgit(git) => git.find_reference(name).ok()?.resolve().ok()?.target().map(ObjectId::from),
            Way::Program(git) => git.reference(name),
        }
    }

    /// The references below `prefix`, which ends with `/`, with what they name.
    pub fn references(&self, prefix: &str) -> Vec<(String, ObjectId)> {
        match &self.way {
            Way::Libgit(git) => {
                let Ok(found) = git.references_glob(&format!("{prefix}*")) else { return Vec::new() };
                let named = found.flatten().filter_map(|reference| {
                    let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
                    Some((name, reference.resolve().ok()?.target()?.into()))
                });
                named.collect()
            }
            Way::Program(git) => git.references(prefix),
        }
    }

    /// The objects whose names begin with these hex digits, 4 or more: of several it is enough that more than one is given.
    pub fn beginning_with(&self, digits: &str) -> Vec<ObjectId> {
        if digits.len() == self.algorithm().bytes() * 2 {
            let whole = ObjectId::from_hex(digits).filter(|id| id.algorithm() == self.algorithm());
            let objects = self.objects();
            let is_here = |id: &ObjectId| objects.as_ref().is_some_and(|objects| objects.header(*id).is_ok());
            return whole.filter(is_here).into_iter().collect();
        }
        match &self.way {
            Way::Libgit(git) => match beginning_with(git, digits) {
                Ok(id) => vec![id.into()],
                // libgit2 does not say which.
                Err(error) if error.code() == ErrorCode::Ambiguous => {
                    let [one, other] = ["0", "1"].map(|digit| ObjectId::from_hex(&digit.repeat(40)));
                    one.into_iter().chain(other).collect()
                }
                Err(_) => Vec::new(),
            },
            Way::Program(git) => git.beginning_with(digits),
        }
    }

    /// The commit that `HEAD` names; `None` where there is none yet.
    pub fn head(&self) -> Option<ObjectId> {
        self.commit_of(self.reference("HEAD")?)
    }

    /// The commit that an object is, or that it tags.
    pub fn commit_of(&self, object: ObjectId) -> Option<ObjectId> {
        let objects = self.objects()?;
        let mut at = object;
        for _ in 0..MOST_TAGS {
            let (kind, _) = objects.header(at).ok()?;
            match kind {
                ObjectKind::Commit => return Some(at),
                ObjectKind::Tag => at = tagged(&objects.read(at).ok()?, at.algorithm())?,
                ObjectKind::Tree | ObjectKind::Blob => return None,
            }
        }
        None
    }

    /// The parents of a commit as far as the history that is here goes: none where a shallow clone was cut.
    pub(super) fn parents(&self, bytes: &[u8], commit: ObjectId) -> Option<Vec<ObjectId>> {
        let parents = header(bytes, commit.algorithm())?.parents;
        Some(if self.shallow().contains(&commit) { Vec::new() } else { parents })
    }

    /// Commits whose parents a shallow clone left behind.
    pub(crate) fn shallow(&self) -> &FxHashSet<ObjectId> {
        self.shallow.get_or_init(|| listed(&self.commondir().join("shallow")))
    }

    /// Commits whose parents `info/grafts` rewrites.
    pub(crate) fn grafts(&self) -> FxHashSet<ObjectId> {
        listed(&self.commondir().join("info/grafts"))
    }

    /// Whether the loose objects behind these are what their names say, with what stands in the trees of commits. Nothing
    /// that libgit2 reads by itself may be one that it does not come to an end at.
    pub(super) fn is_sound(&self, ids: &[ObjectId]) -> bool {
        let (folder, mut seen, mut left) =
            (loose::Folder::new(self.commondir().join("objects")), FxHashSet::default(), ids.to_vec());
        while let Some(id) = left.pop() {
            // What is in a pack mostly stands on what is in packs.
            if !seen.insert(id) {
                continue;
            }
            let Some(read) = loose::read(&folder, id) else { continue };
            match read {
                Err(_) => return false,
                Ok((ObjectKind::Commit, bytes)) => match header(&bytes, id.algorithm()) {
                    Some(header) => left.push(header.tree),
                    None => return false,
                },
                Ok((ObjectKind::Tree, bytes)) => {
                    let entries = tree_entries(&bytes, id.algorithm()).unwrap_or_default();
                    let trees = entries.iter().filter(|entry| entry.kind == Kind::Tree);
                    left.extend(trees.map(|entry| entry.oid));
                }
                Ok(_) => {}
            }
        }
        true
    }

    /// Whether a setting that is on or off is on.
    pub(super) fn is_set(&self, key: &str) -> bool {
        match &self.way {
            Way::Libgit(git) => git.config().and_then(|config| config.get_bool(key)).unwrap_or(false),
            Way::Program(git) => git.setting("bool", key).is_some_and(|value| value == "true"),
        }
    }

    /// A setting, as git's configuration of the person and of the repository has it.
    pub(super) fn setting(&self, key: &str) -> Option<String> {
        match &self.way {
            Way::Libgit(git) => git.config().ok()?.get_string(key).ok(),
            Way::Program(git) => git.setting("no-type", key),
        }
    }
}

fn beginning_with(git: &git2::Repository, digits: &str) -> Result<git2::Oid, git2::Error> {
    git.odb()?.exists_prefix(git2::Oid::from_str(digits)?, digits.len())
}

/// From here on libgit2 does not hold what it finds in packs against their names.
pub(crate) fn trust_packs() {
    git2::opts::strict_hash_verification(false);
}

/// The first object id on each line of a file of git's; nothing where there is no such file.
fn listed(path: &Path) -> FxHashSet<ObjectId> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let first = |line: &[u8]| {
        let hex = line.split(|&b| b == b' ' || b == b'\r').next()?;
        ObjectId::from_hex(std::str::from_utf8(hex).ok()?)
    };
    bytes.split(|&b| b == b'\n').filter_map(first).collect()
}
