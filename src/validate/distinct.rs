//! Two things that are said to be different are not said to be one: by `same-as`, which goes both ways, or by what one
//! of them became.
//!
//! A contradiction is one only where all that is said holds in one context on one day. Two that were merged into a
//! third are no contradiction, for they were different; nor is one that was split, for it is none of its parts.

use std::collections::BTreeMap;

use super::knowledge::{Knowledge, Standing, refs, standing};
use super::region::Region;
use super::successors::links;
use super::witness::witness;
use crate::claim::{Period, When};
use crate::diagnostic::{Finding, Findings, codes};

/// The most links of a chain that get a label each.
const MOST_SHOWN: usize = 8;

/// Steps of the search from one subject. Longer ones are given up: nobody keeps so many links by hand.
const MOST_LOOKED_AT: usize = 50_000;

/// Refuses a `distinct-from` between two that a chain of `same-as` and `successor` makes one.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut told = std::collections::BTreeSet::new();
    let mut ways: Option<Ways<'_>> = None;
    for (one, slot) in knowledge.saying("distinct-from") {
        for said in standing(slot, knowledge.declarations()) {
            for two in refs(&said.claim.value).filter_map(|target| knowledge.find(target)) {
                if one == two || told.contains(&(one.min(two), one.max(two))) {
                    continue;
                }
                let ways = ways.get_or_insert_with(|| self::ways(knowledge));
                let chain = chain(knowledge, ways, &said, one, two);
                let chain = chain.or_else(|| self::chain(knowledge, ways, &said, two, one));
                if let Some(chain) = chain {
                    told.insert((one.min(two), one.max(two)));
                    findings.push(finding(knowledge, &said, [one, two], &chain));
                }
            }
        }
    }
}

/// A link from a subject to what it is too, or became.
struct Way<'a> {
    to: usize,
    /// `same-as` or `successor`.
    by: &'static str,
    standing: Standing<'a>,
}

/// The links from each subject.
type Ways<'a> = BTreeMap<usize, Vec<Way<'a>>>;

fn ways<'a>(knowledge: &Knowledge<'a>) -> Ways<'a> {
    let mut ways: Ways<'a> = BTreeMap::new();
    for by in ["same-as", "successor"] {
        for (from, out) in links(knowledge, by) {
            for (to, standing) in out {
                if by == "same-as" {
                    let back = Standing { claim: standing.claim, period: standing.period };
                    ways.entry(to).or_default().push(Way { to: from, by, standing: back });
                }
                ways.entry(from).or_default().push(Way { to, by, standing });
            }
        }
    }
    ways
}

/// A subject that was reached, from which other, by which of its links, and where all links so far hold.
struct Reached {
    node: usize,
    from: Option<(usize, usize)>,
    when: When,
    period: Period,
}

/// The links of a shortest chain from one subject to another that holds, as a whole, somewhere where `said` does.
fn chain<'w, 'a>(
    knowledge: &Knowledge<'_>,
    ways: &'w Ways<'a>,
    said: &Standing<'_>,
    one: usize,
    two: usize,
) -> Option<Vec<(usize, &'w Way<'a>)>> {
    let none = Vec::new();
    let start = said.region();
    let mut reached = vec![Reached { node: one, from: None, when: start.when.clone(), period: start.period }];
    let mut seen: BTreeMap<usize, Vec<usize>> = BTreeMap::from([(one, vec![0])]);
    let mut at = 0;
    while at < reached.len() && reached.len() < MOST_LOOKED_AT {
        let node = reached[at].node;
        for (number, way) in ways.get(&node).unwrap_or(&none).iter().enumerate() {
            let here = Region { when: &reached[at].when, period: reached[at].period };
            let link = way.standing.region();
            if !here.meets(&link, knowledge.declarations()) || is_split(knowledge, ways, node, way, &here) {
                continue;
            }
            let (when, period) = (here.when.and(link.when), here.period.intersect(&link.period));
            let known = seen.entry(way.to).or_default();
            if known.iter().any(|&old| reached[old].period == period && reached[old].when == when) {
                continue;
            }
            known.push(reached.len());
            reached.push(Reached { node: way.to, from: Some((at, number)), when, period });
            if way.to == two {
                return Some(back(&reached, ways));
            }
        }
        at += 1;
    }
    None
}

/// Whether `way` is one of several things that its subject became at once.
fn is_split(
    knowledge: &Knowledge<'_>,
    ways: &Ways<'_>,
    node: usize,
    way: &Way<'_>,
    here: &Region<'_>,
) -> bool {
    let when = here.when.and(way.standing.region().when);
    let period = here.period.intersect(&way.standing.period);
    let both = Region { when: &when, period };
    way.by == "successor"
        && ways.get(&node).into_iter().flatten().any(|other| {
            other.by == "successor"
                && other.to != way.to
                && other.standing.region().meets(&both, knowledge.declarations())
        })
}

/// The chain to the last that was reached.
fn back<'w, 'a>(reached: &[Reached], ways: &'w Ways<'a>) -> Vec<(usize, &'w Way<'a>)> {
    let mut chain = Vec::new();
    let mut at = reached.last().and_then(|last| last.from);
    while let Some((from, number)) = at {
        let node = reached[from].node;
        chain.extend(ways.get(&node).and_then(|ways| ways.get(number)).map(|way| (node, way)));
        at = reached[from].from;
    }
    chain.reverse();
    chain
}

fn finding(
    knowledge: &Knowledge<'_>,
    said: &Standing<'_>,
    [one, two]: [usize; 2],
    chain: &[(usize, &Way<'_>)],
) -> Finding {
    let address = |at: usize| knowledge.subjects[at].subject;
    let id = |at: usize| knowledge.subjects[at].subject.id();
    let mut words = chain.first().map_or_else(String::new, |(from, _)| id(*from).to_owned());
    for (_, way) in chain.iter().take(MOST_SHOWN) {
        let sign = if way.by == "same-as" { "=" } else { "→" };
        words.push_str(&format!(" {sign} {}", id(way.to)));
    }
    if chain.len() > MOST_SHOWN {
        words.push_str(" …");
    }
    let (mut when, mut period) = (said.claim.statement.when.clone(), said.period);
    for (_, way) in chain {
        when = when.and(&way.standing.claim.statement.when);
        period = period.intersect(&way.standing.period);
    }
    let all = Region { when: &when, period };
    let at = witness(&all, &all, knowledge.declarations()).map(|at| at.behind()).unwrap_or_default();
    let message = format!(
        "`{}` and `{}` are said to be different, and to be one: {words}{at}",
        address(one),
        address(two)
    );
    let label = format!("`{}` is not `{}`", id(one), id(two));
    let mut finding = Finding::new(&codes::DISTINCT_AND_SAME, message, said.claim.origin, label);
    for (from, way) in chain.iter().take(MOST_SHOWN) {
        let says = match way.by {
            "same-as" => format!("`{}` is the same as `{}`", id(*from), id(way.to)),
            _ => format!("`{}` became `{}`", id(*from), id(way.to)),
        };
        finding = finding.label(way.standing.claim.origin, says);
    }
    let since = period.from.map(|from| format!("`until = {from}`"));
    let until = since.unwrap_or_else(|| "`until`".to_owned());
    finding.help(format!(
        "remove what is wrong; where they were different until one became the other, end the `distinct-from` with {until}"
    ))
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn distinct() -> Book {
        let mut book = Book::new();
        for id in ["a", "b", "c", "d"] {
            book.label(&format!("entity/{id}"));
        }
        book.say("entity/a#distinct-from", Book::reference("entity/c"));
        book
    }

    fn same(book: &mut Book, one: &str, two: &str) {
        book.say(&format!("entity/{one}#same-as"), Book::reference(&format!("entity/{two}")));
    }

    fn became(book: &mut Book, one: &str, two: &str) {
        book.say(&format!("entity/{one}#successor"), Book::reference(&format!("entity/{two}")));
    }

    #[test]
    fn a_chain_is_shown() {
        let mut book = distinct();
        became(&mut book, "a", "b");
        same(&mut book, "c", "b");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["distinct-and-same"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(
            finding.message,
            "`entity/a` and `entity/c` are said to be different, and to be one: a → b = c"
        );
        assert_eq!(finding.labels.len(), 3);
    }

    #[test]
    fn only_where_all_hold_at_once() {
        let mut book = distinct();
        book.during(Some("2024-01-01"), Some("2025-01-01"));
        same(&mut book, "a", "b");
        book.during(Some("2025-01-01"), None);
        same(&mut book, "b", "c");
        assert!(book.check().is_empty());
        let mut book = distinct();
        book.open("region").when("region", "emea");
        same(&mut book, "a", "b");
        book.when("region", "amer");
        same(&mut book, "b", "c");
        assert!(book.check().is_empty());
        let mut book = distinct();
        book.open("region").when("region", "emea").during(Some("2024-01-01"), None);
        same(&mut book, "a", "b");
        book.always();
        same(&mut book, "b", "c");
        let findings = book.check();
        let message = &findings.iter().next().expect("one").message;
        assert!(message.ends_with("a = b = c, for example with region=emea on 2024-01-01"), "{message}");
    }

    #[test]
    fn what_was_merged_or_split_was_different() {
        let mut book = distinct();
        became(&mut book, "a", "b");
        became(&mut book, "c", "b");
        assert!(book.check().is_empty());
        let mut book = distinct();
        became(&mut book, "a", "c");
        became(&mut book, "a", "d");
        assert!(book.check().is_empty());
    }

    #[test]
    fn from_the_other_side_too() {
        let mut book = distinct();
        became(&mut book, "c", "d");
        same(&mut book, "a", "d");
        assert_eq!(slugs(&book.check()), ["distinct-and-same"]);
    }

    #[test]
    fn long_chains_and_rings_end() {
        let mut book = Book::new();
        for at in 0..10_000 {
            book.label(&format!("entity/e{at}"));
            book.say(&format!("entity/e{at}#successor"), Book::reference(&format!("entity/e{}", at + 1)));
        }
        book.label("entity/e10000");
        book.say("entity/e10000#distinct-from", Book::reference("entity/e0"));
        assert_eq!(slugs(&book.check()), ["distinct-and-same"]);
    }
}
