//! A git repository: its objects by their names, and what names them.
//!
//! libgit2 opens it where it can. What it can't open (objects named by SHA-256, refs kept as a reftable) is read through
//! git's own program, started so that nothing the repository configures is run; see [`program`].

mod batch;
mod loose;
mod program;

use std::cell::OnceCell;
use std::ops::Deref;
use std::path::Path;

use git2::ErrorCode;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::object::{Entry, Header, Kind, header, tagged, tree_entries};
use super::{Algorithm, ObjectId, ObjectKind};

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
        Some(ObjectStore(match &self.way {
            Way::Libgit(git) => {
                let loose = Box::new(loose::Folder::new(git.commondir().join("objects")));
                Store::Libgit(Shared { odb: git.odb().ok()?, loose })
            }
            Way::Program(git) => Store::Program(git),
        }))
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

/// The objects of a repository, as they are stored: no graft, no replacement.
pub struct ObjectStore<'r>(Store<'r>);

enum Store<'r> {
    Libgit(Shared<'r>),
    Program(&'r Program),
}

/// What several threads may read of at once.
struct Shared<'r> {
    odb: git2::Odb<'r>,
    loose: Box<loose::Folder>,
}

/// What objects are read of.
pub(super) trait Objects {
    /// An object. Its hash is held against its name, but not where libgit2 finds it in a pack: that would cost three times
    /// the inflating, each stretch of a pack has a sum of its own, and `git fsck` is the place for the rest.
    ///
    /// # Errors
    /// Where it isn't here or is damaged.
    fn read(&self, id: ObjectId) -> Result<Stored<'_>, Unread>;

    /// What sort of object it is and how many bytes it has, without reading it.
    ///
    /// # Errors
    /// Where it isn't here or is damaged.
    fn header(&self, id: ObjectId) -> Result<(ObjectKind, usize), Unread>;
}

impl Objects for Shared<'_> {
    fn read(&self, id: ObjectId) -> Result<Stored<'_>, Unread> {
        if let Some(read) = loose::read(&self.loose, id) {
            return read.map(|(kind, bytes)| Stored { kind, bytes: Bytes::Own(bytes) });
        }
        let object = id.git().and_then(|id| self.odb.read(id)).map_err(|error| unread(&error))?;
        let kind = ObjectKind::of(object.kind()).ok_or(Unread::Broken)?;
        Ok(Stored { kind, bytes: Bytes::Libgit(object) })
    }

    fn header(&self, id: ObjectId) -> Result<(ObjectKind, usize), Unread> {
        if let Some(header) = loose::header(&self.loose, id) {
            return header;
        }
        let read = id.git().and_then(|id| self.odb.read_header(id));
        let (size, kind) = read.map_err(|error| unread(&error))?;
        Ok((ObjectKind::of(kind).ok_or(Unread::Broken)?, size))
    }
}

impl Objects for Program {
    fn read(&self, id: ObjectId) -> Result<Stored<'_>, Unread> {
        let (kind, bytes) = Program::read(self, id)?;
        if !id.is_of(kind, &bytes) {
            return Err(Unread::Broken);
        }
        Ok(Stored { kind, bytes: Bytes::Own(bytes) })
    }

    fn header(&self, id: ObjectId) -> Result<(ObjectKind, usize), Unread> {
        Program::header(self, id)
    }
}

/// Why an object isn't read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// It isn't here.
    Missing,
    /// What git keeps of it is damaged, or is not what its name says.
    Broken,
}

/// An object as git stores it.
pub struct Stored<'o> {
    /// What sort of object it is.
    pub kind: ObjectKind,
    bytes: Bytes<'o>,
}

enum Bytes<'o> {
    Libgit(git2::OdbObject<'o>),
    Own(Vec<u8>),
}

impl Deref for Stored<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Libgit(object) => object.data(),
            Bytes::Own(bytes) => bytes,
        }
    }
}

impl ObjectStore<'_> {
    /// Does `work` with each of `items`, in their order and at once where that can be.
    pub(super) fn each<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(&dyn Objects, &T) -> R + Sync,
    ) -> Vec<R> {
        match &self.0 {
            // A few are read faster than threads take them up.
            Store::Libgit(shared) => {
                items.par_iter().with_min_len(32).map(|item| work(shared, item)).collect()
            }
            Store::Program(git) => items.iter().map(|item| work(*git, item)).collect(),
        }
    }

    pub(super) fn objects(&self) -> &dyn Objects {
        match &self.0 {
            Store::Libgit(shared) => shared,
            Store::Program(git) => *git,
        }
    }

    /// An object. Its hash is held against its name, but not where libgit2 finds it in a pack (there each stretch has a sum of
    /// its own).
    ///
    /// # Errors
    /// Where it isn't here or is damaged.
    pub fn read(&self, id: ObjectId) -> Result<Stored<'_>, Unread> {
        self.objects().read(id)
    }

    /// What sort of object it is and how many bytes it has, without reading it.
    ///
    /// # Errors
    /// Where it isn't here or is damaged.
    pub fn header(&self, id: ObjectId) -> Result<(ObjectKind, usize), Unread> {
        self.objects().header(id)
    }

    /// A commit, whose hash is its name.
    ///
    /// # Errors
    /// Where it isn't here, is no commit, or is not what its name says.
    pub fn commit(&self, id: ObjectId) -> Result<Stored<'_>, Unread> {
        let object = self.read_as(id, ObjectKind::Commit)?;
        if id.is_of(ObjectKind::Commit, &object) { Ok(object) } else { Err(Unread::Broken) }
    }

    /// An object of that kind.
    ///
    /// # Errors
    /// Where it isn't here, is damaged or of another kind.
    pub(crate) fn read_as(&self, id: ObjectId, kind: ObjectKind) -> Result<Stored<'_>, Unread> {
        self.read(id).and_then(|object| if object.kind == kind { Ok(object) } else { Err(Unread::Broken) })
    }

    /// The tree and parents of a commit.
    pub(super) fn commit_header(&self, id: ObjectId) -> Result<Header, Unread> {
        header(&self.commit(id)?, id.algorithm()).ok_or(Unread::Broken)
    }

    /// The entries of a tree, as they stand.
    pub(crate) fn tree(&self, id: ObjectId) -> Result<Vec<Entry>, Unread> {
        tree_entries(&self.read_as(id, ObjectKind::Tree)?, id.algorithm()).ok_or(Unread::Broken)
    }

    /// What stands at `path` (from the top; empty for the top itself) in a commit's tree; `None` where nothing does.
    pub(crate) fn entry_at(&self, commit: ObjectId, path: &str) -> Result<Option<Entry>, Unread> {
        let top = self.commit_header(commit)?.tree;
        let mut at = Entry { name: Box::default(), mode: 0o40_000, kind: Kind::Tree, oid: top };
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if at.kind != Kind::Tree {
                return Ok(None);
            }
            let found = self.tree(at.oid)?.into_iter().find(|entry| &*entry.name == part.as_bytes());
            let Some(found) = found else { return Ok(None) };
            at = found;
        }
        Ok(Some(at))
    }

    /// Whether what reads the objects still works. Where it doesn't, an object that wasn't read may be there all the same.
    pub(crate) fn works(&self) -> bool {
        match &self.0 {
            Store::Libgit(_) => true,
            Store::Program(git) => git.works(),
        }
    }
}

fn unread(error: &git2::Error) -> Unread {
    match error.code() {
        ErrorCode::NotFound => Unread::Missing,
        _ => Unread::Broken,
    }
}
