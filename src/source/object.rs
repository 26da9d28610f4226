//! Commits, trees and tags taken apart, by git's own formats (`git help cat-file`,
//! <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>). They name objects by the algorithm by which they are named.

use super::{Algorithm, ObjectId};

/// What a commit object's header says of the graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    pub tree: ObjectId,
    /// As the commit says, not as a graft says.
    pub parents: Vec<ObjectId>,
}

/// Reads the `tree` and `parent` lines of a commit's bytes; `None` where they are not a commit's.
pub(crate) fn header(bytes: &[u8], algorithm: Algorithm) -> Option<Header> {
    let (head, _) = parts(bytes);
    let mut lines = head.split(|&b| b == b'\n');
    let tree = id(lines.next()?.strip_prefix(b"tree ")?, algorithm)?;
    let parents = lines.map_while(|line| line.strip_prefix(b"parent "));
    let parents = parents.map(|hex| id(hex, algorithm)).collect::<Option<Vec<_>>>()?;
    Some(Header { tree, parents })
}

/// Header and message: an empty line stands between them.
pub(crate) fn parts(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.windows(2).position(|pair| pair == b"\n\n") {
        Some(end) => (&bytes[..end], &bytes[end + 2..]),
        None => (bytes, &[]),
    }
}

/// The time of who committed it: seconds since 1970; 0 where it is none, and the end of days where it is beyond.
pub(crate) fn committer_time(bytes: &[u8]) -> i64 {
    let (head, _) = parts(bytes);
    let line = head.split(|&b| b == b'\n').find_map(|line| line.strip_prefix(b"committer "));
    let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    time(
        line.rsplit_once('>')
            .map_or("", |(_, when)| when)
            .split_ascii_whitespace()
            .next()
            .unwrap_or_default(),
    )
}

/// Seconds since 1970, as digits spell them.
pub(crate) fn time(digits: &str) -> i64 {
    // Beyond 64 bits is as absurd as nothing, but must not look like 1970's first second of a real author.
    digits.parse().unwrap_or(if digits.len() > 18 { i64::MAX } else { 0 })
}

/// What a tag names; `None` where the bytes are not a tag's.
pub(super) fn tagged(bytes: &[u8], algorithm: Algorithm) -> Option<ObjectId> {
    id(bytes.split(|&b| b == b'\n').next()?.strip_prefix(b"object ")?, algorithm)
}

fn id(hex: &[u8], algorithm: Algorithm) -> Option<ObjectId> {
    ObjectId::from_hex(std::str::from_utf8(hex).ok()?).filter(|id| id.algorithm() == algorithm)
}

/// What stands in a tree under one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Another tree.
    Tree,
    /// A regular file, executable or not.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
    /// Of no kind that git makes.
    Odd,
}

impl Kind {
    /// By the mode of an entry.
    pub fn of(mode: u32) -> Kind {
        match mode & 0o170_000 {
            0o040_000 => Kind::Tree,
            0o100_000 => Kind::File,
            0o120_000 => Kind::Link,
            0o160_000 => Kind::Submodule,
            _ => Kind::Odd,
        }
    }
}

/// One entry of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its name: any bytes but NUL, where it was forged.
    pub name: Box<[u8]>,
    /// As it stands there.
    pub mode: u32,
    /// What that means.
    pub kind: Kind,
    /// Its object.
    pub oid: ObjectId,
}

/// Takes a tree object apart: `MODE NAME NUL OID`, one after another.
pub(crate) fn tree_entries(mut bytes: &[u8], algorithm: Algorithm) -> Option<Vec<Entry>> {
    let length = algorithm.bytes();
    let mut entries = Vec::with_capacity(bytes.len() / (length + 20));
    while !bytes.is_empty() {
        let space = bytes.iter().position(|&b| b == b' ')?;
        let nul = space + bytes[space..].iter().position(|&b| b == 0)?;
        let oid = ObjectId::from_bytes(algorithm, bytes.get(nul + 1..nul + 1 + length)?)?;
        let mode = mode(&bytes[..space])?;
        entries.push(Entry { name: bytes[space + 1..nul].into(), mode, kind: Kind::of(mode), oid });
        bytes = &bytes[nul + 1 + length..];
    }
    Some(entries)
}

/// The number that octal digits spell.
fn mode(digits: &[u8]) -> Option<u32> {
    let add = |sum: u32, digit: &u8| {
        let digit = char::from(*digit).to_digit(8)?;
        sum.checked_mul(8)?.checked_add(digit)
    };
    digits.iter().try_fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_header_is_none() {
        let hex = "0123456789012345678901234567890123456789";
        let commit = format!("tree {hex}\nparent {hex}\n\nparent {hex}\n");
        let read = header(commit.as_bytes(), Algorithm::Sha1).expect("a header");
        assert_eq!(read.parents, [ObjectId::from_hex(hex).expect("an id")]);
        assert!(header(commit.as_bytes(), Algorithm::Sha256).is_none());
        assert!(header(b"", Algorithm::Sha1).is_none() && header(b"tree 12\n", Algorithm::Sha1).is_none());
    }

    #[test]
    fn names_in_a_tree_have_the_length_of_its_own() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256] {
            let mut tree = b"100644 a\0".to_vec();
            tree.extend(vec![b' '; algorithm.bytes()]);
            tree.extend(b"40000 b\0");
            tree.extend(vec![0; algorithm.bytes()]);
            let entries = tree_entries(&tree, algorithm).expect("a tree");
            let kinds: Vec<Kind> = entries.iter().map(|entry| entry.kind).collect();
            assert_eq!(kinds, [Kind::File, Kind::Tree]);
            tree.pop();
            assert!(tree_entries(&tree, algorithm).is_none());
        }
    }
}
