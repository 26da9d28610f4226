//! Who said each claim.

use super::read::Reading;
use super::{Address, Cite, QueryError};
use crate::claim::{Slot, address_glob};
use crate::snapshot::Snapshot;

/// Which claims are meant: an address, or a glob of addresses (`term/*#definition`; a glob of subjects stands for all
/// their attributes).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// Everything.
    All,
    /// A subject, a slot, a claim or a pin.
    Address(Address),
    /// Slots whose address or subject matches.
    Glob(String),
}

impl Selection {
    /// Reads an address or a glob. What is wrong with it is told in a person's words.
    pub fn parse(text: &str) -> Result<Selection, String> {
        match text.contains('*') {
            true => Ok(Selection::Glob(text.to_owned())),
            false => Address::parse(text).map(Selection::Address),
        }
    }

    /// What every address that is meant begins with.
    pub(super) fn prefix(&self) -> String {
        match self {
            Selection::All => String::new(),
            Selection::Address(address) => format!("{}#", address.subject()),
            Selection::Glob(glob) => glob.split('*').next().unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn takes_slot(&self, slot: &Slot) -> bool {
        match self {
            Selection::All => true,
            Selection::Address(address) => address.slot().is_none_or(|wanted| wanted == slot),
            Selection::Glob(glob) => {
                address_glob(glob, &slot.to_string()) || address_glob(glob, slot.subject.as_str())
            }
        }
    }

    pub(super) fn takes(&self, cite: &Cite, hash: crate::claim::ClaimHash) -> bool {
        match self {
            Selection::Address(Address::Claim(_, id)) => cite.id.as_ref() == Some(id),
            Selection::Address(Address::Pin(_, digits)) => hash.starts_with(digits),
            _ => true,
        }
    }
}

/// Hands every claim that `selection` means to `take`, in address order and then by hash. How many there were.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged; and what `take` returns.
pub fn blame<E: From<QueryError>>(
    snapshot: &Snapshot,
    selection: &Selection,
    mut take: impl FnMut(Cite) -> Result<(), E>,
) -> Result<usize, E> {
    let reading = Reading::new(snapshot)?;
    let prefix = selection.prefix();
    let mut count = 0;
    for view in snapshot.slots_with_prefix(&prefix).map_err(QueryError::from)? {
        let slot = view.and_then(|view| view.slot()).map_err(QueryError::from)?;
        if !selection.takes_slot(&slot) {
            continue;
        }
        let Some(read) = reading.slot(&slot)? else { continue };
        for position in 0..read.claims.len() as u32 {
            let cite = reading.cite(&read, position)?;
            if selection.takes(&cite, read.claims[position as usize].hash) {
                count += 1;
                take(cite)?;
            }
        }
    }
    Ok(count)
}
