//! BLAKE3 Merkle trees in the shape of RFC 9162 §2.1, and proofs that a leaf is in one.

use std::fmt;

/// A BLAKE3 hash, 32 bytes; shown as `b3:` and 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

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
    /// Whether the proof leads from its leaf to `root` (RFC 9162 §2.1.3.2).
    pub fn verify(&self, _root: Hash) -> bool {
        todo!("verify")
    }
}
