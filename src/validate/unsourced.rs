//! Claims that lean on no source. Said once, and only where people use sources at all.

use super::knowledge::Knowledge;
use super::policy::{asks_for_source, needs_source};
use crate::claim::{Claim, Governance};
use crate::diagnostic::{Finding, Findings, codes};

/// Places shown.
const MOST_SHOWN: usize = 3;

/// Notes how many claims lean on no source, and where the first of them are.
///
/// Declarations need none, nor do corrections, which say who made them and why, nor what only takes back.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    if knowledge.declarations().sources.is_empty() {
        return;
    }
    let governance = match knowledge.of_kind("policy") {
        [] => Governance::default(),
        _ => Governance::of(knowledge.claims),
    };
    // Where a policy asks for a source, its lack is an error of its own.
    let unsourced =
        |claim: &&Claim| needs_source(claim) && asks_for_source(&governance, &claim.slot).is_none();
    let mut first: Vec<&Claim> = Vec::new();
    let mut count = 0;
    for claim in knowledge.claims.iter().filter(unsourced) {
        count += 1;
        let at = first.partition_point(|other| other.origin < claim.origin);
        first.insert(at, claim);
        first.truncate(MOST_SHOWN);
    }
    let [one, others @ ..] = first.as_slice() else { return };
    let message = match count {
        1 => "1 claim leans on no source".to_owned(),
        more => format!("{more} claims lean on no source"),
    };
    let mut finding = Finding::new(&codes::UNSOURCED, message, one.origin, format!("`{}`", one.slot));
    for claim in others {
        finding = finding.label(claim.origin, format!("`{}`", claim.slot));
    }
    let help = "add `source = \"…\"` beside the value, or to the table, from where all its claims inherit it";
    findings.push(finding.help(help));
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    #[test]
    fn said_once_and_only_where_there_are_sources() {
        let mut book = Book::new();
        for at in 0..5 {
            book.say(&format!("term/t{at}#definition"), "something");
        }
        assert!(book.check().is_empty());
        book.source("policy").say("source/policy#title", "Policy");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["unsourced"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(finding.message, "5 claims lean on no source");
        assert_eq!(finding.labels.len(), 3);
    }

    #[test]
    fn sourced_claims_are_fine() {
        let mut book = Book::new();
        book.source("policy").say("source/policy#title", "Policy");
        book.citing("policy").say("term/acv#definition", "something");
        assert!(book.check().is_empty());
    }
}
