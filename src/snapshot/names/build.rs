//! Claims → the sections of names.

use rayon::prelude::*;

use super::trie::trie_sections;
use crate::claim::Value;
use crate::name;
use crate::resolve::{Node, Outcome};
use crate::snapshot::SnapshotError;
use crate::snapshot::build::Content;
use crate::snapshot::index::{index_section, text_hash};
use crate::snapshot::wire::Writer;

/// The sections of names.
pub(in crate::snapshot) struct NameSections {
    pub names: Vec<u8>,
    pub name_index: Vec<u8>,
    pub tokens: Vec<u8>,
    pub token_index: Vec<u8>,
    pub mentions: Vec<u8>,
    pub mention_index: Vec<u8>,
    pub mention_filter: Vec<u8>,
}

/// One claim bearing a name.
struct Borne {
    /// The first bytes of the key, by which most are told apart.
    front: u64,
    key: String,
    /// Where the record of its slot starts.
    record: u32,
    position: u32,
    /// Whether it can be mentioned in a text: a name can, an id can't.
    mentioned: bool,
    /// Whether it is what holds wherever and whenever one asks.
    always: bool,
}

/// The sections of the names of `content`; `starts` says where the record of each slot starts.
///
/// # Errors
/// [`SnapshotError::TooLarge`] past 4 GiB of names.
pub(in crate::snapshot) fn name_sections(
    content: &Content<'_>,
    starts: &[u32],
) -> Result<NameSections, SnapshotError> {
    let mut borne = borne(content, starts);
    borne.par_sort_unstable_by(|a, b| {
        (a.front, &a.key, a.record, a.position).cmp(&(b.front, &b.key, b.record, b.position))
    });
    let mut names = Writer(Vec::with_capacity(borne.len() * 32));
    let (mut entries, mut mentioned) = (Vec::new(), Vec::new());
    for claims in borne.chunk_by(|a, b| a.key == b.key) {
        let key = claims[0].key.as_str();
        let start = u32::try_from(names.0.len()).map_err(|_| TOO_LARGE)?;
        entries.push((text_hash(key.as_bytes()), start));
        let is_id = !claims.iter().any(|claim| claim.mentioned);
        if !is_id {
            mentioned.push((key, start));
        }
        names.count(key.len());
        names.raw(key.as_bytes());
        names.varint((claims.len() as u64) << 1 | u64::from(is_id));
        for Borne { record, position, always, .. } in claims {
            names.raw(&record.to_le_bytes());
            names.varint(u64::from(*position) << 1 | u64::from(*always));
        }
    }
    let names = counted(entries.len(), &names)?;
    let [tokens, token_index, mentions, mention_index, mention_filter] = trie_sections(&mentioned)?;
    Ok(NameSections {
        names,
        name_index: index_section(entries),
        tokens,
        token_index,
        mentions,
        mention_index,
        mention_filter,
    })
}

/// Every claim that bears a name, in order.
fn borne(content: &Content<'_>, starts: &[u32]) -> Vec<Borne> {
    let slots = content.decisions.slots.par_iter().zip(starts);
    let naming = slots.filter_map(|(decided, &record)| {
        let claims = &content.claims[decided.claims.start as usize..decided.claims.end as usize];
        let attribute = claims[0].slot.attribute.as_str();
        let mentioned = name::NAMING.contains(&attribute);
        (mentioned || name::system(attribute).is_some()).then_some((claims, record, decided))
    });
    let of_slot = naming.flat_map_iter(|(claims, record, decided)| {
        let attribute = claims[0].slot.attribute.as_str();
        let mentioned = name::NAMING.contains(&attribute);
        let only = match (&decided.root, &decided.outcomes[..]) {
            (Node::Leaf(0), [Outcome::Fact(said)]) if decided.axes.is_empty() => &said[..],
            _ => &[],
        };
        claims.iter().zip(0..).filter_map(move |(claim, position)| {
            let Value::Text(written) = &claim.value else { return None };
            let key = name::key(attribute, written)?;
            Some(Borne {
                front: front(&key),
                key,
                record,
                position,
                mentioned,
                always: only.contains(&position),
            })
        })
    });
    of_slot.collect()
}

/// The first 8 bytes, zeros where there are fewer: in the order of keys, as far as it goes.
fn front(key: &str) -> u64 {
    (0..8).fold(0, |front, at| front << 8 | key.as_bytes().get(at).map_or(0, |byte| u64::from(*byte)))
}

/// `count`, then `records`.
pub(super) fn counted(count: usize, records: &Writer) -> Result<Vec<u8>, SnapshotError> {
    let whole = u32::try_from(records.0.len()).and_then(|_| u32::try_from(count));
    let count = whole.map_err(|_| TOO_LARGE)?;
    Ok([&count.to_le_bytes()[..], &records.0].concat())
}

pub(super) const TOO_LARGE: SnapshotError = SnapshotError::TooLarge("more than 4 GiB of names");
