//! Nothing becomes itself: chains of successors and replacements end, and so do those of `same-as`, which says under
//! which one a thing is to be found.
//!
//! A cycle is refused where all its links hold on one day. "A became B" until 2020 and "B became A" from 2020 on
//! is a merger and its undoing, and no cycle.

use super::graph::{Links, Step, cycles};
use super::knowledge::{Knowledge, refs, standing};
use crate::diagnostic::{Finding, Findings, codes};

/// The attributes that say what a subject became, and the words for it.
const BECOMING: &[(&str, &str)] = &[
    ("successor", "succeeds itself"),
    ("same-as", "is the same as what is the same as it"),
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
    for (from, slot) in knowledge.saying(attribute) {
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
    use proptest::prelude::*;

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

    /// A link from one of few subjects to another, from one day until another.
    fn any_link() -> impl Strategy<Value = (usize, usize, Option<i8>, Option<i8>)> {
        let day = || proptest::option::of(1..8i8);
        (0..4usize, 0..4usize, day(), day())
    }

    fn day(day: i8) -> String {
        format!("2020-01-0{day}")
    }

    /// Whether some subject can be reached from itself by the links that hold on `today`.
    fn comes_round(links: &[(usize, usize, Option<i8>, Option<i8>)], today: i8) -> bool {
        let holds = |from: Option<i8>, until: Option<i8>| {
            from.is_none_or(|from| from <= today) && until.is_none_or(|until| today < until)
        };
        let mut reach = [[false; 4]; 4];
        for &(one, two, from, until) in links {
            reach[one][two] |= holds(from, until);
        }
        for via in 0..4 {
            for one in 0..4 {
                for two in 0..4 {
                    reach[one][two] |= reach[one][via] && reach[via][two];
                }
            }
        }
        (0..4).any(|at| reach[at][at])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn as_day_by_day(links in proptest::collection::vec(any_link(), 0..7)) {
            let named: Vec<_> = links
                .iter()
                .map(|&(one, two, from, until)| (format!("entity/e{one}"), format!("entity/e{two}"), from.map(day), until.map(day)))
                .collect();
            let named: Vec<_> = named
                .iter()
                .map(|(one, two, from, until)| (one.as_str(), two.as_str(), from.as_deref(), until.as_deref()))
                .collect();
            let found = !successors(&named).check().is_empty();
            prop_assert_eq!(found, (0..9).any(|today| comes_round(&links, today)));
        }
    }
}
