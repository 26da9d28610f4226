//! Definitions don't lead back to themselves: no term is broader than itself, and no definition that is only
//! another term's name comes round to its own.
//!
//! As with successors, a cycle counts only where all its links hold on one day.

use super::definitions::{DEFINITION, definition, without_article};
use super::graph::{Links, cycles};
use super::knowledge::{Knowledge, Standing, standing};
use super::names::bearers;
use super::successors::{chain, labelled, links};
use crate::claim::Claim;
use crate::diagnostic::{Finding, Findings, codes};
use crate::name::norm;

/// Refuses terms that are cases of themselves.
pub(super) fn broader(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let links = links(knowledge, "broader");
    for cycle in cycles(knowledge, &links) {
        let start = knowledge.subjects[cycle[0].0].subject;
        let message = format!("`{start}` is broader than itself: {}", chain(knowledge, &cycle));
        let finding = labelled(Finding::placeless(&codes::CIRCULAR_DEFINITION, message), knowledge, &cycle);
        findings
            .push(finding.help("remove the `broader` that points from the wider term to the narrower one"));
    }
}

/// Refuses definitions that only name each other.
pub(super) fn named(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let links = by_name(knowledge);
    for cycle in cycles(knowledge, &links) {
        let start = knowledge.subjects[cycle[0].0].subject;
        let message = format!("`{start}` is defined by itself: {}", chain(knowledge, &cycle));
        let finding = labelled(Finding::placeless(&codes::CIRCULAR_DEFINITION, message), knowledge, &cycle);
        findings.push(
            finding.help("say in one of these definitions what the thing is, not what else it is called"),
        );
    }
}

/// A definition longer than this is not just a name.
const LONGEST_NAME: usize = 200;

/// From each subject whose definition is only a name to the other subjects of its kind that bear it.
fn by_name<'a>(knowledge: &Knowledge<'a>) -> Links<'a> {
    let mut links = Links::new();
    // A definition much longer than the longest name is not just a name, and most are.
    let longest =
        knowledge.names.iter().map(|name| name.key.len() * 2 + 16).max().unwrap_or(0).min(LONGEST_NAME);
    let short = |claim: &Claim| definition(claim).is_some_and(|text| text.len() <= longest);
    for (from, definitions) in knowledge.saying(DEFINITION) {
        if !definitions.iter().any(short) {
            continue;
        }
        for Standing { claim, period } in standing(definitions, knowledge.declarations()) {
            let Some(text) = definition(claim).filter(|_| short(claim)) else { continue };
            let key = norm(text);
            let kind = knowledge.subjects[from].subject.kind();
            let names = [key.as_str(), without_article(&key)];
            let mut to: Vec<usize> = names
                .iter()
                .flat_map(|key| bearers(&knowledge.names, kind, key))
                .map(|name| name.subject as usize)
                // Its own name is another finding.
                .filter(|&to| to != from)
                .collect();
            to.sort_unstable();
            to.dedup();
            // A name that several subjects bear doesn't say which is meant.
            if let [to] = to[..] {
                links.entry(from).or_default().push((to, Standing { claim, period }));
                links.entry(to).or_default();
            }
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    #[test]
    fn broader_round_about() {
        let mut book = Book::new();
        for (from, to) in [("sales", "revenue"), ("revenue", "income"), ("income", "sales")] {
            book.label(&format!("term/{from}"));
            book.say(&format!("term/{from}#broader"), Book::reference(&format!("term/{to}")));
        }
        let findings = book.check();
        assert_eq!(slugs(&findings), ["circular-definition"]);
        let message = &findings.iter().next().expect("one").message;
        assert_eq!(message, "`term/income` is broader than itself: income → sales → revenue → income");
    }

    #[test]
    fn two_broader_terms_over_one_are_fine() {
        let mut book = Book::new();
        for (from, to) in [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")] {
            book.label(&format!("term/{from}")).label(&format!("term/{to}"));
            book.say(&format!("term/{from}#broader"), Book::reference(&format!("term/{to}")));
        }
        assert!(book.check().is_empty());
    }

    #[test]
    fn definitions_that_only_name_each_other() {
        let mut book = Book::new();
        book.say("term/client#label", "Client").say("term/client#definition", "A customer.");
        book.say("term/customer#label", "Customer").say("term/customer#definition", "A client.");
        assert_eq!(slugs(&book.check()), ["circular-definition"]);
    }

    #[test]
    fn a_definition_that_names_a_defined_term_is_fine() {
        let mut book = Book::new();
        book.say("term/client#label", "Client").say("term/client#definition", "A customer.");
        book.say("term/customer#label", "Customer")
            .say("term/customer#definition", "Who has bought from us.");
        assert!(book.check().is_empty());
    }
}
