//! An id of before means one subject: it is nobody's today, and nobody else's of before.

use std::collections::BTreeMap;

use super::knowledge::Knowledge;
use crate::claim::{Claim, Subject, WAS, former};
use crate::diagnostic::{Finding, Findings, codes};

/// Refuses `was` that would join the histories of two subjects.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut known: BTreeMap<Subject, &Claim> = BTreeMap::new();
    for claim in knowledge.saying(WAS).flat_map(|(_, slot)| slot) {
        let subject = &claim.slot.subject;
        let Some(old) = former(claim) else { continue };
        if let Some(at) = knowledge.find(&old) {
            let message = match old == *subject {
                true => format!("`{subject}` says that it was called what it is called"),
                false => format!("`{subject}` says that it was `{}`, which is there still", old.id()),
            };
            let finding = Finding::new(&codes::FORMER_ID, message, claim.origin, "its id of before");
            let finding = match old == *subject {
                true => finding.help("write the id that it had before, or remove the line"),
                false => finding.label(knowledge.subjects[at].first(), "there").help(format!(
                    "remove `[{}.{}]` if it was renamed, or remove `{WAS}` if they are two",
                    old.kind(),
                    old.id()
                )),
            };
            findings.push(finding);
            continue;
        }
        let Some(other) = known.get(&old).filter(|other| other.slot.subject != *subject) else {
            known.insert(old, claim);
            continue;
        };
        let message =
            format!("`{}` and `{subject}` both say that they were `{}`", other.slot.subject, old.id());
        let finding =
            Finding::new(&codes::FORMER_ID, message, claim.origin, "here").label(other.origin, "and here");
        findings.push(
            finding.help(format!("keep `{WAS}` with the one that it became, and remove it from the other")),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    #[test]
    fn an_id_of_before_means_one_subject() {
        let mut book = Book::new();
        book.say("term/churn#was", "attrition");
        book.say("term/churn#definition", "customers who left");
        assert!(book.check().is_empty());
        book.say("term/leaving#was", "attrition");
        assert_eq!(slugs(&book.check()), ["former-id"]);
    }

    #[test]
    fn it_is_nobodys_today() {
        let mut book = Book::new();
        book.say("term/churn#was", "attrition");
        book.say("term/attrition#definition", "staff who left");
        assert_eq!(slugs(&book.check()), ["former-id"]);
        let mut book = Book::new();
        book.say("term/churn#was", "churn");
        assert_eq!(slugs(&book.check()), ["former-id"]);
    }
}
