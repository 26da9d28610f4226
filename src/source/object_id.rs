//! The name of a git object: the hash of what it holds, by the algorithm that its repository names objects by.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

/// By which algorithm a repository names its objects (`extensions.objectFormat`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Algorithm {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
}

impl Algorithm {
    /// How many bytes its names have; they are shown with twice as many hex digits.
    pub const fn bytes(self) -> usize {
        match self {
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
        }
    }

    /// The word that stands before a commit's name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
        }
    }
}

/// What sort of object it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ObjectKind {
    /// Who, when, why, and which tree.
    Commit,
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// A name for another object, with a message.
    Tag,
}

impl ObjectKind {
    /// Git's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ObjectKind::Commit => "commit",
            ObjectKind::Tree => "tree",
            ObjectKind::Blob => "blob",
            ObjectKind::Tag => "tag",
        }
    }
}

/// The name of an object. Names of different algorithms differ, whatever their digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId {
    algorithm: Algorithm,
    /// What the algorithm does not fill is 0.
    bytes: [u8; 32],
}

impl ObjectId {
    /// From its hex digits: 40 are SHA-1, 64 are SHA-256. `None` for anything else.
    pub fn from_hex(hex: &str) -> Option<ObjectId> {
        let algorithm = match hex.len() {
            40 => Algorithm::Sha1,
            64 => Algorithm::Sha256,
            _ => return None,
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(ObjectId { algorithm, bytes })
    }

    /// From the bytes that stand in a tree; `None` where there are not as many as the algorithm has.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Option<ObjectId> {
        let mut padded = [0; 32];
        padded
            .get_mut(..algorithm.bytes())?
            .copy_from_slice(Some(bytes).filter(|it| it.len() == algorithm.bytes())?);
        Some(ObjectId { algorithm, bytes: padded })
    }

    /// The name that git gives to an object: the hash of its kind, its length and its bytes
    /// (<https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>).
    pub fn of(algorithm: Algorithm, kind: ObjectKind, bytes: &[u8]) -> Option<ObjectId> {
        match algorithm {
            // libgit2's SHA-1 notices the known collisions, as git's does.
            Algorithm::Sha1 => git2::Oid::hash_object(kind.into(), bytes).ok().map(ObjectId::from),
            Algorithm::Sha256 => {
                let hash = Sha256::new()
                    .chain_update(format!("{} {}\0", kind.as_str(), bytes.len()))
                    .chain_update(bytes)
                    .finalize();
                ObjectId::from_bytes(algorithm, &hash)
            }
        }
    }

    /// Whether it is the name of an object of that kind with those bytes.
    pub fn is_of(&self, kind: ObjectKind, bytes: &[u8]) -> bool {
        ObjectId::of(self.algorithm, kind, bytes) == Some(*self)
    }

    /// By which algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// As it stands in a tree.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.algorithm.bytes()]
    }

    /// As libgit2 knows it; it knows SHA-1 alone.
    pub(crate) fn git(&self) -> Result<git2::Oid, git2::Error> {
        match self.algorithm {
            Algorithm::Sha1 => git2::Oid::from_bytes(self.as_bytes()),
            Algorithm::Sha256 => Err(git2::Error::from_str("a name by SHA-256")),
        }
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl Hash for ObjectId {
    /// It is a hash already: a part of it tells it from the others well enough.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.bytes;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |byte: &u8| {
            [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        };
        f.pad(&self.as_bytes().iter().flat_map(digits).collect::<String>())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.algorithm.as_str())
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(oid: git2::Oid) -> ObjectId {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(oid.as_bytes()).for_each(|(to, from)| *to = *from);
        ObjectId { algorithm: Algorithm::Sha1, bytes }
    }
}

impl From<ObjectKind> for git2::ObjectType {
    fn from(kind: ObjectKind) -> git2::ObjectType {
        match kind {
            ObjectKind::Commit => git2::ObjectType::Commit,
            ObjectKind::Tree => git2::ObjectType::Tree,
            ObjectKind::Blob => git2::ObjectType::Blob,
            ObjectKind::Tag => git2::ObjectType::Tag,
        }
    }
}

impl ObjectKind {
    /// From git's word for it.
    pub fn parse(word: &str) -> Option<ObjectKind> {
        [ObjectKind::Commit, ObjectKind::Tree, ObjectKind::Blob, ObjectKind::Tag]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }

    /// As libgit2 says it; `None` for what is stored in packs alone.
    pub(crate) fn of(kind: git2::ObjectType) -> Option<ObjectKind> {
        match kind {
            git2::ObjectType::Commit => Some(ObjectKind::Commit),
            git2::ObjectType::Tree => Some(ObjectKind::Tree),
            git2::ObjectType::Blob => Some(ObjectKind::Blob),
            git2::ObjectType::Tag => Some(ObjectKind::Tag),
            git2::ObjectType::Any => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `git hash-object -t blob --stdin < /dev/null`, in a repository of each format.
    const EMPTY: [&str; 2] = [
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    ];

    #[test]
    fn objects_are_named_as_git_names_them() {
        for (hex, algorithm) in EMPTY.into_iter().zip([Algorithm::Sha1, Algorithm::Sha256]) {
            let id = ObjectId::of(algorithm, ObjectKind::Blob, b"").expect("a name");
            assert_eq!(id.to_string(), hex);
            assert_eq!(ObjectId::from_hex(hex), Some(id));
            assert_eq!(ObjectId::from_bytes(algorithm, id.as_bytes()), Some(id));
            assert_eq!(format!("{id:.7}"), hex[..7]);
            assert!(id.is_of(ObjectKind::Blob, b"") && !id.is_of(ObjectKind::Tree, b""));
        }
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in
            ["", "e69de29", &EMPTY[0][1..], &EMPTY[1][1..], &EMPTY[0].replace('e', "g"), &"é".repeat(20)]
        {
            assert_eq!(ObjectId::from_hex(text), None, "{text}");
        }
        assert_eq!(ObjectId::from_bytes(Algorithm::Sha256, &[0; 20]), None);
    }
}
