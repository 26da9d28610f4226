//! The objects of a repository by their names, read by libgit2 on all cores at once or by git's own program.

use std::ops::Deref;
use std::path::Path;

use git2::ErrorCode;
use rayon::prelude::*;

use super::{Program, loose};
use crate::source::object::{Entry, Header, Kind, header, tree_entries};
use crate::source::{ObjectId, ObjectKind};

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
pub(in crate::source) trait Objects {
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

impl<'r> ObjectStore<'r> {
    /// Those that `odb` knows, and those that are files of their own in `folder`.
    pub(super) fn of_libgit(odb: git2::Odb<'r>, folder: &Path) -> ObjectStore<'r> {
        let loose = Box::new(loose::Folder::new(folder.to_owned()));
        ObjectStore(Store::Libgit(Shared { odb, loose }))
    }

    /// Those that git's own program reads.
    pub(super) fn of_program(git: &'r Program) -> ObjectStore<'r> {
        ObjectStore(Store::Program(git))
    }
}

impl ObjectStore<'_> {
    /// Does `work` with each of `items`, in their order and at once where that can be.
    pub(in crate::source) fn each<T: Sync, R: Send>(
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

    pub(in crate::source) fn objects(&self) -> &dyn Objects {
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
    pub(in crate::source) fn commit_header(&self, id: ObjectId) -> Result<Header, Unread> {
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
