//! What is there: the subjects of a kind, and the kinds.

use std::collections::BTreeMap;

use super::read::Reading;
use super::{QueryError, Question};
use crate::claim::{Subject, Value};
use crate::snapshot::Snapshot;

/// A subject in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listing {
    /// Which.
    pub subject: Subject,
    /// What people call it, at the point asked about: its `label`, else its `title` or `name`.
    pub label: Option<Value>,
    /// Who owns it.
    pub owner: Option<Value>,
    /// Its attributes, in order.
    pub attributes: Vec<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// The subjects of `kind` at the day and in the context of `question` (its address is not looked at), in order.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn ls(snapshot: &Snapshot, kind: &str, question: &Question) -> Result<Vec<Listing>, QueryError> {
    ls_after(snapshot, kind, question, None, usize::MAX)
}

/// At most `most` of them, of those that come after the id `after`.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn ls_after(
    snapshot: &Snapshot,
    kind: &str,
    question: &Question,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<Listing>, QueryError> {
    let reading = Reading::new(snapshot)?;
    let prefix = format!("{kind}/");
    let mut listed = Vec::new();
    for text in snapshot.subjects(&prefix)? {
        let Some(subject) = Subject::parse(text?) else { continue };
        if after.is_some_and(|after| subject.id() <= after) {
            continue;
        }
        if listed.len() == most {
            break;
        }
        let slots = reading.slots_of(&subject)?;
        let attributes: Vec<String> = slots.iter().map(|slot| slot.attribute.to_string()).collect();
        let has = |attribute: &str| attributes.iter().any(|known| known == attribute);
        let label = ["label", "title", "name"].into_iter().find(|attribute| has(attribute));
        let label =
            label.map(|attribute| reading.holds(&subject, attribute, question)).transpose()?.flatten();
        let owner = if has("owner") { reading.holds(&subject, "owner", question)? } else { None };
        let deprecated = attributes.iter().any(|attribute| attribute.starts_with("deprecated."));
        listed.push(Listing { subject, label, owner, attributes, deprecated });
    }
    Ok(listed)
}

/// The kinds of which there are subjects, and how many of each.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn kinds(snapshot: &Snapshot) -> Result<BTreeMap<String, usize>, QueryError> {
    let mut kinds = BTreeMap::new();
    for subject in snapshot.subjects("")? {
        let subject = subject?;
        let kind = subject.split_once('/').map_or(subject, |(kind, _)| kind);
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    Ok(kinds)
}
