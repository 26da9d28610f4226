//! One claim said in several places. Harmless until only one of them is changed.

use crate::claim::Claim;
use crate::diagnostic::{Finding, Findings, codes};
use crate::source::Origin;

/// Places shown.
const MOST_SHOWN: usize = 8;

/// Warns of claims that are said more than once: each claim with its further places, in any order. Claims without
/// any are passed over, and so is `type`: a table that needs its type to be read has to say it, whoever else does.
pub fn duplicate_claims(groups: &[(&Claim, &[Origin])], findings: &mut Findings) {
    for (claim, origins) in groups {
        if claim.slot.attribute == "type" {
            continue;
        }
        let mut origins = origins.to_vec();
        origins.push(claim.origin);
        origins.sort_unstable();
        origins.dedup();
        let [first, others @ ..] = origins.as_slice() else { continue };
        if others.is_empty() {
            continue;
        }
        let times = match origins.len() {
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let message = format!("`{}` is said {times} in the same words", claim.slot);
        // The later places are what would be removed, so the finding stands at the first of them.
        let mut finding = Finding::new(&codes::DUPLICATE_CLAIM, message, others[0], "said again here");
        finding = finding.label(*first, "said here");
        for (at, origin) in others.iter().enumerate().skip(1).take(MOST_SHOWN - 2) {
            let more = others.len() - at - 1;
            let text = if at + 2 == MOST_SHOWN && more > 0 {
                format!("and here, and {more} times more")
            } else {
                "and here".to_owned()
            };
            finding = finding.label(*origin, text);
        }
        findings.push(finding.help("keep one of them and remove the rest"));
    }
}

#[cfg(test)]
mod tests {
    use super::duplicate_claims;
    use crate::diagnostic::Findings;
    use crate::source::{FileId, Origin, Span};
    use crate::validate::testing::{Book, slugs};

    fn at(file: u32) -> Origin {
        Origin { file: FileId(file), span: Span { start: 0, end: 1 } }
    }

    #[test]
    fn both_places_are_shown() {
        let mut book = Book::new();
        let claim = book.say("term/acv#label", "ACV").claims()[0].clone();
        let mut findings = Findings::new();
        duplicate_claims(&[(&claim, &[at(2)]), (&claim, &[claim.origin]), (&claim, &[])], &mut findings);
        assert_eq!(slugs(&findings), ["duplicate-claim"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(finding.message, "`term/acv#label` is said twice in the same words");
        assert_eq!(
            finding.labels.iter().map(|label| label.origin).collect::<Vec<_>>(),
            [at(2), claim.origin]
        );
    }

    #[test]
    fn every_table_may_say_its_type() {
        let mut book = Book::new();
        let claim = book.say("entity/acme#type", "customer").claims()[0].clone();
        let mut findings = Findings::new();
        duplicate_claims(&[(&claim, &[at(2)])], &mut findings);
        assert!(findings.is_empty());
    }

    #[test]
    fn many_places_are_counted() {
        let mut book = Book::new();
        let claim = book.say("term/acv#label", "ACV").claims()[0].clone();
        let origins: Vec<Origin> = (1..20).map(at).collect();
        let mut findings = Findings::new();
        duplicate_claims(&[(&claim, &origins)], &mut findings);
        let finding = findings.iter().next().expect("one");
        assert_eq!(finding.labels.len(), 8);
        assert_eq!(finding.labels[7].text, "and here, and 12 times more");
    }
}
