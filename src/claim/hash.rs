//! The hash of a claim's content: what a pin names and what provenance follows.
//!
//! Canonical bytes, each field behind a tag and its length, hashed with BLAKE3 in key-derivation mode
//! (domain separation, <https://github.com/BLAKE3-team/BLAKE3-specs>). Path, line, order, comments, reason and
//! formatting are not in it, nor is anything that another file could change.

use std::cell::RefCell;
use std::fmt;

use super::{Bound, Claim, Period, Point, Slot, Target, Test, Value, When};

/// BLAKE3 of a claim's content, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimHash(pub [u8; 32]);

impl ClaimHash {
    /// Before it is worked out.
    pub const ZERO: ClaimHash = ClaimHash([0; 32]);

    /// All 64 hex digits.
    pub fn to_hex(self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// Whether the hex digits of `prefix` (lower case) begin it.
    pub fn starts_with(&self, prefix: &str) -> bool {
        let digit = |index: usize| {
            let byte = self.0[index / 2];
            let nibble = if index.is_multiple_of(2) { byte >> 4 } else { byte & 15 };
            char::from_digit(u32::from(nibble), 16)
        };
        prefix.len() <= 64 && prefix.chars().enumerate().all(|(index, c)| digit(index) == Some(c))
    }
}

impl fmt::Debug for ClaimHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}", &self.to_hex()[..6])
    }
}

thread_local! {
    /// A hasher in key-derivation mode, and room for a claim's bytes, of each thread: deriving costs as much as hashing
    /// a claim, and a hasher is large to copy.
    static WORK: RefCell<(blake3::Hasher, Vec<u8>)> =
        RefCell::new((blake3::Hasher::new_derive_key("dictum 2026 claim/1"), Vec::new()));
}

/// What a claim is about, and what it says there: two claims of one slot that differ in source, id or edges alone say
/// the same word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Facets {
    /// The first half of a hash of the slot.
    pub slot: [u8; 16],
    /// The first half of a hash of slot, value, region and period.
    pub word: [u8; 16],
}

/// The facets of `claim`.
pub fn facets(claim: &Claim) -> Facets {
    worked(|hasher, bytes| {
        bytes.slot(&claim.slot);
        let slot = half(hasher, bytes);
        bytes.value(&claim.value);
        bytes.when(&claim.statement.when);
        bytes.period(&claim.statement.period);
        Facets { slot, word: half(hasher, bytes) }
    })
}

/// [`Facets::slot`] of the claims of `slot`.
pub fn slot_facet(slot: &Slot) -> [u8; 16] {
    worked(|hasher, bytes| {
        bytes.slot(slot);
        half(hasher, bytes)
    })
}

/// The first half of the hash.
fn half(hasher: &mut blake3::Hasher, bytes: &Bytes) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hasher.reset().update(&bytes.0).finalize().as_bytes()[..16]);
    half
}

/// The hash of `claim`'s content (its own [`Claim::hash`] is not looked at).
pub fn claim_hash(claim: &Claim) -> ClaimHash {
    worked(|hasher, bytes| {
        bytes.claim(claim);
        ClaimHash(*hasher.reset().update(&bytes.0).finalize().as_bytes())
    })
}

/// Does it with the thread's hasher, and room that is empty.
fn worked<R>(work: impl FnOnce(&mut blake3::Hasher, &mut Bytes) -> R) -> R {
    WORK.with_borrow_mut(|(hasher, room)| {
        let mut bytes = Bytes(std::mem::take(room));
        let done = work(hasher, &mut bytes);
        bytes.0.clear();
        // A claim may be megabytes long, and most are a few lines.
        bytes.0.shrink_to(MOST_ROOM);
        *room = bytes.0;
        done
    })
}

/// Bytes that are kept ready for the next claim.
const MOST_ROOM: usize = 1 << 16;

/// Canonical bytes under construction.
struct Bytes(Vec<u8>);

impl Bytes {
    fn slot(&mut self, slot: &Slot) {
        self.text(slot.subject.as_str());
        self.text(&slot.attribute);
    }

    fn claim(&mut self, claim: &Claim) {
        self.slot(&claim.slot);
        self.value(&claim.value);
        let statement = &claim.statement;
        self.when(&statement.when);
        self.period(&statement.period);
        self.optional(statement.source.as_deref());
        self.optional(statement.id.as_deref());
        self.count(statement.edges.len());
        for edge in &statement.edges {
            self.text(edge.kind.as_str());
            match &edge.target {
                Target::Table => self.tag(0),
                Target::Id(id) => self.tagged(1, id),
                Target::Hash(prefix) => self.tagged(2, prefix),
                Target::Slot => self.tag(3),
            }
        }
    }

    fn tag(&mut self, tag: u8) {
        self.0.push(tag);
    }

    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn tagged(&mut self, tag: u8, text: &str) {
        self.tag(tag);
        self.text(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            None => self.tag(0),
            Some(text) => self.tagged(1, text),
        }
    }

    fn period(&mut self, period: &Period) {
        self.optional(period.from.map(|date| date.to_string()).as_deref());
        self.optional(period.until.map(|date| date.to_string()).as_deref());
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::None => self.tag(0),
            Value::Text(text) => self.tagged(1, text),
            Value::Integer(number) => self.tagged(2, &number.to_string()),
            Value::Decimal(number) => self.tagged(3, &number.normalize().to_string()),
            Value::Bool(yes) => self.tagged(4, if *yes { "true" } else { "false" }),
            Value::Date(date) => self.tagged(5, &date.to_string()),
            Value::Period(period) => {
                self.tag(6);
                self.period(period);
            }
            Value::Duration { .. } => self.tagged(7, &value.to_string()),
            Value::Percent(number) => self.tagged(8, &number.normalize().to_string()),
            Value::Money { amount, currency } => {
                self.tagged(9, &amount.normalize().to_string());
                self.text(currency);
            }
            Value::Ref(subject) => self.tagged(10, subject.as_str()),
            Value::List(items) => {
                self.tag(11);
                self.count(items.len());
                items.iter().for_each(|item| self.value(item));
            }
        }
    }

    fn when(&mut self, when: &When) {
        self.count(when.products().len());
        for product in when.products() {
            self.count(product.len());
            for (dimension, tests) in product {
                self.text(dimension);
                self.count(tests.len());
                tests.iter().for_each(|test| self.test(test));
            }
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::In(points) | Test::NotIn(points) => {
                self.tag(if matches!(test, Test::In(_)) { 0 } else { 1 });
                self.count(points.len());
                points.iter().for_each(|point| self.point(point));
            }
            Test::Range(range) => {
                self.tag(2);
                self.bound(range.low.as_ref());
                self.bound(range.high.as_ref());
            }
        }
    }

    fn bound(&mut self, bound: Option<&Bound>) {
        match bound {
            None => self.tag(0),
            Some(bound) => {
                self.tag(if bound.inclusive { 2 } else { 1 });
                self.point(&bound.at);
            }
        }
    }

    fn point(&mut self, point: &Point) {
        match point {
            Point::Word(word) => self.tagged(0, word),
            Point::Number(number) => self.tagged(1, &number.normalize().to_string()),
            Point::Date(date) => self.tagged(2, &date.to_string()),
            Point::Bool(yes) => self.tagged(3, if *yes { "true" } else { "false" }),
        }
    }
}
