//! Nothing becomes itself: chains of successors and replacements end.
//!
//! A cycle is refused where all its links hold on one day. "A became B" until 2020 and "B became A" from 2020 on
//! is a merger and its undoing, and no cycle.

use super::graph::{Links, Step, cycles};
use super::knowledge::{Knowledge, refs, standing};
use crate::diagnostic::{Finding, Findings, codes};

/// The attributes that say what a subject became, and the words for it.
const BECOMING: &[(&str, &str)] = &[
    ("successor", "succeeds itself"),
    ("deprecated.replaced-by", "is replaced by itself"),
    ("replaced-by", "is replaced by itself"),
];

/// The most links of a chain that get a label each.
const MOST_SHOWN: usize = 8;

/// Refuses subjects that become themselves, straight or round about.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    for (attribute, words) in BECOMING {
        let links = links(knowledge, attribute);
        for cycle in cycles(knowledge, &links) {
            let start = knowledge.subjects[cycle[0].0].subject;
            let message = format!("`{start}` {words}: {}", chain(knowledge, &cycle));
            let finding =
                labelled(Finding::placeless(&codes::MERGED_INTO_ITSELF, message), knowledge, &cycle);
            let key = attribute.rsplit('.').next().unwrap_or(attribute);
            findings.push(finding.help(format!(
                "remove the `{key}` that is wrong, or date them with `from` and `until` so that they don't hold at once"
            )));
        }
    }
}

/// The links that an attribute of references makes.
pub(super) fn links<'a>(knowledge: &Knowledge<'a>, attribute: &str) -> Links<'a> {
    let mut links = Links::new();
    for (from, subject) in knowledge.subjects.iter().enumerate() {
        let slot = subject.slot(attribute);
        if slot.is_empty() {
            continue;
        }
        for standing in standing(slot, knowledge.declarations()) {
            let targets = refs(&standing.claim.value).filter_map(|target| knowledge.find(target));
            let period = standing.period;
            for to in targets {
                let out = links.entry(from).or_default();
                out.push((to, super::knowledge::Standing { claim: standing.claim, period }));
            }
        }
    }
    // Every subject that is led to has an entry, so that a walk can look any of them up.
    let ends: Vec<usize> = links.values().flatten().map(|(to, _)| *to).collect();
    for end in ends {
        links.entry(end).or_default();
    }
    links.values_mut().for_each(|out| out.sort_by_key(|(to, standing)| (*to, standing.claim.origin)));
    links
}

/// `a → b → a`, with the middle left out where it is long.
pub(super) fn chain(knowledge: &Knowledge<'_>, cycle: &[Step<'_, '_>]) -> String {
    let id = |step: &Step<'_, '_>| knowledge.subjects[step.0].subject.id();
    let mut ids: Vec<&str> = cycle.iter().take(MOST_SHOWN).map(id).collect();
    if cycle.len() > MOST_SHOWN {
        ids.push("…");
    }
    ids.push(id(&cycle[0]));
    ids.join(" → ")
}

/// A label for each link.
pub(super) fn labelled(mut finding: Finding, knowledge: &Knowledge<'_>, cycle: &[Step<'_, '_>]) -> Finding {
    for (at, (node, standing)) in cycle.iter().enumerate().take(MOST_SHOWN) {
        let to = cycle[(at + 1) % cycle.len()].0;
        let [from, to] = [*node, to].map(|at| knowledge.subjects[at].subject.id());
        finding = finding.label(standing.claim.origin, format!("from `{from}` to `{to}`"));
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn successors(links: &[(&str, &str, Option<&str>, Option<&str>)]) -> Book {
        let mut book = Book::new();
        for (from, to, since, until) in links {
            book.label(from).label(to).during(*since, *until);
            book.say(&format!("{from}#successor"), Book::reference(to)).during(None, None);
        }
        book
    }

    #[test]
    fn into_itself() {
        let findings = successors(&[("entity/acme", "entity/acme", None, None)]).check();
        assert_eq!(slugs(&findings), ["merged-into-itself"]);
    }

    #[test]
    fn round_about_with_the_chain() {
        let links = [
            ("entity/b", "entity/c", None, None),
            ("entity/c", "entity/a", None, None),
            ("entity/a", "entity/b", None, None),
        ];
        let findings = successors(&links).check();
        assert_eq!(slugs(&findings), ["merged-into-itself"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(finding.message, "`entity/a` succeeds itself: a → b → c → a");
        assert_eq!(finding.labels.len(), 3);
    }

    #[test]
    fn a_merger_undone_is_no_cycle() {
        let links = [
            ("entity/a", "entity/b", Some("2010-01-01"), Some("2020-01-01")),
            ("entity/b", "entity/a", Some("2020-01-01"), None),
        ];
        assert!(successors(&links).check().is_empty());
    }

    #[test]
    fn a_cycle_that_holds_for_a_while_is_one() {
        let links = [
            ("entity/a", "entity/b", Some("2010-01-01"), None),
            ("entity/b", "entity/a", Some("2020-01-01"), Some("2021-01-01")),
        ];
        assert_eq!(slugs(&successors(&links).check()), ["merged-into-itself"]);
    }

    #[test]
    fn three_links_never_at_once() {
        let links = [
            ("entity/a", "entity/b", Some("2010-01-01"), Some("2012-01-01")),
            ("entity/b", "entity/a", Some("2012-01-01"), Some("2014-01-01")),
            ("entity/a", "entity/b", Some("2014-01-01"), None),
        ];
        assert!(successors(&links).check().is_empty());
    }

    #[test]
    fn a_long_chain_is_no_cycle_and_no_overflow() {
        let mut book = Book::new();
        for at in 0..20_000 {
            book.label(&format!("entity/e{at}"));
            book.say(&format!("entity/e{at}#successor"), Book::reference(&format!("entity/e{}", at + 1)));
        }
        book.label("entity/e20000");
        assert!(book.check().is_empty());
    }

    #[test]
    fn a_split_is_no_cycle() {
        let links = [
            ("entity/a", "entity/b", None, None),
            ("entity/a", "entity/c", None, None),
            ("entity/b", "entity/d", None, None),
            ("entity/c", "entity/d", None, None),
        ];
        assert!(successors(&links).check().is_empty());
    }
}
