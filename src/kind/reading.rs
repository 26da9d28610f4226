//! A name for the way files are read: everything declared that the content of a claim can depend on.
//!
//! Types say what an attribute's values are, dimensions what a condition may test, lenses what a file says that was not
//! written for us. Sources, tiers, orders and merge
//! laws decide between claims and change none.

use std::hash::{Hash, Hasher};

use super::{Attribute, Catalog};

impl Catalog {
    /// Two catalogues with one key read every file alike. BLAKE3; the same on one machine only, for nothing but to
    /// find again what was worked out there.
    pub fn reading_key(&self) -> [u8; 32] {
        let mut hasher = Blake(blake3::Hasher::new_derive_key("dictum 2026 reading/1"));
        self.declarations.dimensions.hash(&mut hasher);
        self.lenses.hash(&mut hasher);
        for (id, declared) in &self.types {
            let attributes = declared.attributes();
            (id, &declared.of, attributes.len()).hash(&mut hasher);
            for (pattern, Attribute { is, layout, law: _, declared_at: _ }) in attributes {
                (pattern, is, layout).hash(&mut hasher);
            }
        }
        *hasher.0.finalize().as_bytes()
    }
}

/// BLAKE3 for what can be hashed.
struct Blake(blake3::Hasher);

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let hash = self.0.finalize();
        hash.as_bytes().first_chunk().copied().map_or(0, u64::from_le_bytes)
    }
}
