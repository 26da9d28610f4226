//! The entries of one name: every slot that may bear on what it means, on either side.

use std::collections::BTreeSet;

use super::Compared;
use super::touched::{GENERIC, Name, STEPS};
use crate::claim::{Slot, Subject};
use crate::query::diff::View;
use crate::query::referent::{FAR, references};

/// Subjects that are followed from the bearers of one name to what they became; a name that leads to more is not told.
const MOST: usize = 256;

/// A slot that bears on a name.
pub(super) struct Entry<'s> {
    /// Whose.
    pub subject: Subject,
    /// What it says of its subject.
    pub says: Says,
    /// As it was, and as it is.
    pub views: [View<'s>; 2],
}

/// What an entry says of its subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Says {
    /// That it bears the name: for each side the claims that do, by their positions.
    Bears([Vec<u32>; 2]),
    /// What it is too, or what it became: which of [`STEPS`].
    Steps(usize),
    /// Whether its names mean too much.
    Generic,
}

/// The entries of `name`; `None` where there are too many.
pub(super) fn entries<'s>(compared: &Compared<'s>, name: &Name<'_>) -> Option<Vec<Entry<'s>>> {
    let mut entries = Vec::new();
    let mut bearers: BTreeSet<Subject> = BTreeSet::new();
    for (slot, [before, after]) in name.slots() {
        let views = compared.slot(slot);
        // A slot that was not touched has the claims that it had.
        let after = if std::ptr::eq(views[0].claims, views[1].claims) { before.clone() } else { after };
        bearers.insert(slot.subject.clone());
        entries.push(Entry { subject: slot.subject.clone(), says: Says::Bears([before, after]), views });
    }
    if bearers.len() > MOST {
        return None;
    }
    let generic = bearers.iter().filter(|subject| subject.kind() == "term");
    entries.extend(generic.filter_map(|subject| entry(compared, subject, GENERIC, Says::Generic)));
    // Of one bearer alone it is of no matter what it became.
    if bearers.len() > 1 {
        let (mut seen, mut open) = (bearers.clone(), bearers);
        for _ in 0..=FAR {
            let mut next = BTreeSet::new();
            for subject in &open {
                for (at, step) in STEPS.iter().enumerate() {
                    let Some(entry) = entry(compared, subject, step, Says::Steps(at)) else { continue };
                    let claims = entry.views.iter().flat_map(|view| view.claims);
                    next.extend(claims.flat_map(|claim| references(&claim.value)));
                    entries.push(entry);
                }
            }
            open = next.difference(&seen).cloned().collect();
            seen.extend(open.iter().cloned());
            if seen.len() > MOST {
                return None;
            }
        }
    }
    Some(entries)
}

/// The entry of one attribute of `subject`, where either side says something of it.
fn entry<'s>(compared: &Compared<'s>, subject: &Subject, attribute: &str, says: Says) -> Option<Entry<'s>> {
    let slot = Slot { subject: subject.clone(), attribute: attribute.into() };
    let views = compared.slot(&slot);
    let said = views.iter().any(|view| view.decided.is_some());
    said.then(|| Entry { subject: subject.clone(), says, views })
}
