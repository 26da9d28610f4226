//! BLAKE3 Merkle trees in the shape of RFC 9162 §2.1, and proofs that a leaf is in one.
//!
//! HASH is BLAKE3; leaves are hashed behind `0x00` and nodes behind `0x01`, as there. What a leaf is *of* (a fact, a
//! saying) stands at its front, so no leaf of one tree is a leaf of another.

use std::fmt;

use rayon::prelude::*;

/// A BLAKE3 hash, 32 bytes; shown as `b3:` and 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// BLAKE3 of `bytes`.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(*blake3::hash(bytes).as_bytes())
    }

    /// Reads it as it is shown, `b3:` and 64 hex digits in lower case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Hash> {
        let hash = Hash(*blake3::Hash::from_hex(text.strip_prefix("b3:")?).ok()?.as_bytes());
        (hash.to_string() == text).then_some(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The hash of a leaf whose data is `data`.
pub(super) fn leaf_hash(data: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[0]).update(data);
    Hash(*hasher.finalize().as_bytes())
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash::of(&bytes)
}

/// The level above: neighbours in pairs, an odd last one as it is. Level by level this gives the tree of RFC 9162,
/// which splits at the greatest power of two.
fn level_above(level: &[Hash]) -> Vec<Hash> {
    let pair = |pair: &[Hash]| match pair {
        [left, right] => node_hash(left, right),
        other => other[0],
    };
    if level.len() < 4_096 {
        level.chunks(2).map(pair).collect()
    } else {
        level.par_chunks(2).map(pair).collect()
    }
}

/// The root over `leaves`; of none, the hash of nothing.
pub(super) fn root(mut level: Vec<Hash>) -> Hash {
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.first().copied().unwrap_or_else(|| Hash::of(b""))
}

/// A whole tree: what one proof after the other is read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tree {
    /// From the leaves up.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree over `leaves`.
    pub fn new(leaves: Vec<Hash>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(top) = levels.last().filter(|top| top.len() > 1) {
            levels.push(level_above(top));
        }
        Tree { levels }
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        let top = self.levels.last().and_then(|top| top.first());
        top.copied().unwrap_or_else(|| Hash::of(b""))
    }

    /// Proves leaf `index`; `None` where there is no such leaf.
    pub fn prove(&self, index: usize) -> Option<InclusionProof> {
        let leaves = self.levels.first()?;
        let sibling = |(height, level): (usize, &Vec<Hash>)| level.get((index >> height) ^ 1).copied();
        Some(InclusionProof {
            leaf: *leaves.get(index)?,
            index: index as u64,
            size: leaves.len() as u64,
            path: self.levels.iter().enumerate().filter_map(sibling).collect(),
        })
    }
}

/// That one leaf stands at one place in a tree of a given size (RFC 9162 §2.1.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InclusionProof {
    /// The leaf's hash.
    pub leaf: Hash,
    /// Its position, from 0.
    pub index: u64,
    /// How many leaves the tree has.
    pub size: u64,
    /// The siblings from the leaf up.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// Whether the proof leads from its leaf to `root` (the algorithm of RFC 9162 §2.1.3.2).
    pub fn verify(&self, root: Hash) -> bool {
        if self.index >= self.size {
            return false;
        }
        let (mut at, mut last, mut hash) = (self.index, self.size - 1, self.leaf);
        for sibling in &self.path {
            if last == 0 {
                return false;
            }
            if at % 2 == 1 || at == last {
                hash = node_hash(sibling, &hash);
                while at.is_multiple_of(2) && at != 0 {
                    at /= 2;
                    last /= 2;
                }
            } else {
                hash = node_hash(&hash, sibling);
            }
            at /= 2;
            last /= 2;
        }
        last == 0 && hash == root
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_le_bytes())).collect()
    }

    /// MTH as the RFC says it, by recursion at the greatest power of two.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [only] => *only,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&naive(&leaves[..split]), &naive(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_rfc_and_of_another_implementation() {
        let mut other: MemoryBackedTree<blake3::Hasher, Vec<u8>> = MemoryBackedTree::new();
        for count in 0..200 {
            let ours = root(leaves(count));
            assert_eq!(ours, naive(&leaves(count)), "{count} leaves");
            assert_eq!(ours.0, <[u8; 32]>::from(*other.root().as_bytes()), "{count} leaves");
            other.push(count.to_le_bytes().to_vec());
        }
        assert_eq!(root(leaves(10_001)), naive(&leaves(10_001)), "hashed on several threads");
    }

    #[test]
    fn a_proof_holds_for_its_leaf_place_size_and_root_only() {
        for count in 1..40_usize {
            let root = root(leaves(count));
            let tree = Tree::new(leaves(count));
            assert_eq!(tree.root(), root);
            for index in 0..count {
                let proof = tree.prove(index).expect("a leaf of it");
                assert!(proof.verify(root), "{index} of {count}");
                let wrong_leaf = InclusionProof { leaf: leaf_hash(b"other"), ..proof.clone() };
                let wrong_place =
                    InclusionProof { index: (index as u64 + 1) % count as u64, ..proof.clone() };
                let outside = InclusionProof { index: count as u64, ..proof.clone() };
                let longer = InclusionProof { path: [&proof.path[..], &[root]].concat(), ..proof.clone() };
                assert!(!wrong_leaf.verify(root));
                assert!(count == 1 || !wrong_place.verify(root), "{index} of {count}");
                assert!(!outside.verify(root));
                assert!(!longer.verify(root));
                assert!(!proof.verify(leaf_hash(b"other root")));
            }
        }
        assert_eq!(Tree::new(leaves(3)).prove(3), None);
        assert_eq!(Tree::new(leaves(0)).prove(0), None);
        assert_eq!(Tree::new(leaves(0)).root(), root(leaves(0)));
    }

    #[test]
    fn a_proof_of_many_leaves_is_short() {
        let proof = Tree::new(leaves(80_000)).prove(79_999).expect("a leaf of it");
        assert!(proof.path.len() <= 17);
    }
}
