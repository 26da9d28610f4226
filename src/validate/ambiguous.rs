//! A name that means two subjects of one kind in one context, with nothing to tell them apart.
//!
//! What tells apart: a type each, a condition each (`when`), times that don't overlap, or a reviewed word that they
//! are different things, the same one, or that one became the other ([`Knowledge::settled`]).

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::knowledge::Knowledge;
use super::names::{Name, by_key};
use super::witness::witness;
use crate::diagnostic::{Finding, Findings, codes};

/// Subjects of one name of which each is compared with all before it; further ones only with as many.
const MOST_COMPARED: usize = 100;

/// Places shown.
const MOST_SHOWN: usize = 8;

/// Warns of names that mean several things: one finding for each group of subjects, however many names they share.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<Vec<u32>, Vec<&[Name<'_>]>> = BTreeMap::new();
    for names in by_key(&knowledge.names) {
        for group in ambiguous(knowledge, names) {
            groups.entry(group).or_default().push(names);
        }
    }
    for (subjects, mut names) in groups {
        names.sort_by_key(|names| &names[0].key);
        findings.push(finding(knowledge, &subjects, &names));
    }
}

/// Groups of subjects that bear one name and meet: each meets another of its group.
fn ambiguous(knowledge: &Knowledge<'_>, names: &[Name<'_>]) -> Vec<Vec<u32>> {
    let bearers: Vec<&[Name<'_>]> = names.chunk_by(|a, b| a.subject == b.subject).collect();
    if bearers.len() < 2 {
        return Vec::new();
    }
    let mut leader: Vec<usize> = (0..bearers.len()).collect();
    for two in 1..bearers.len() {
        if two >= MOST_COMPARED {
            let first = (0..MOST_COMPARED).find(|&one| meet(knowledge, bearers[one], bearers[two]));
            leader[two] = first.map_or(two, |one| leader[one]);
            continue;
        }
        for one in 0..two {
            if leader[one] != leader[two] && meet(knowledge, bearers[one], bearers[two]) {
                let (from, to) = (leader[one].max(leader[two]), leader[one].min(leader[two]));
                leader[..=two].iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (at, names) in bearers.iter().enumerate() {
        groups.entry(leader[at]).or_default().push(names[0].subject);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Whether two subjects bear a name in one context, and nothing tells them apart.
fn meet(knowledge: &Knowledge<'_>, one: &[Name<'_>], two: &[Name<'_>]) -> bool {
    let subjects = (one[0].subject as usize, two[0].subject as usize);
    let declarations = knowledge.declarations();
    !knowledge.told_apart_by_type(subjects.0, subjects.1)
        && one.iter().any(|a| two.iter().any(|b| a.region.meets(&b.region, declarations)))
        && !knowledge.settled(subjects.0, subjects.1)
}

fn finding(knowledge: &Knowledge<'_>, subjects: &[u32], names: &[&[Name<'_>]]) -> Finding {
    let addresses: Vec<String> =
        subjects.iter().map(|&at| format!("`{}`", knowledge.subjects[at as usize].subject)).collect();
    let written: Vec<String> = names.iter().map(|names| format!("`{}`", names[0].written)).collect();
    let (called, verb) = match written.as_slice() {
        [one] => (one.clone(), "means"),
        [one, two] => (format!("{one} and {two}"), "mean"),
        [one, two, more @ ..] => (format!("{one}, {two} and {} more names", more.len()), "mean"),
        [] => (String::new(), "means"),
    };
    let what = match addresses.as_slice() {
        [one, two] => format!("both {one} and {two}"),
        all => format!("{} different things", all.len()),
    };
    let example = witness_of(knowledge, subjects, names[0]);
    let message = format!("{called} {verb} {what}, and nothing tells them apart{example}");
    let mut finding = Finding::placeless(&codes::AMBIGUOUS_NAME, message);
    for (at, &subject) in subjects.iter().enumerate().take(MOST_SHOWN) {
        let here = names[0].iter().filter(|name| name.subject == subject).map(|name| name.origin).min();
        let Some(here) = here else { continue };
        let more = subjects.len() - at - 1;
        let text = match at + 1 == MOST_SHOWN && more > 0 {
            true => format!("{}, and {more} more", addresses[at]),
            false => addresses[at].clone(),
        };
        finding = finding.label(here, text);
    }
    finding.help(help(knowledge, subjects, names[0]))
}

/// A context and a day at which two of the subjects bear the name; nothing where they always do.
fn witness_of(knowledge: &Knowledge<'_>, subjects: &[u32], names: &[Name<'_>]) -> String {
    let bearers: Vec<&Name<'_>> =
        names.iter().filter(|name| subjects.contains(&name.subject)).take(MOST_COMPARED).collect();
    let declarations = knowledge.declarations();
    let pairs = bearers.iter().flat_map(|one| bearers.iter().map(move |two| (one, two)));
    let mut apart = pairs.filter(|(one, two)| one.subject < two.subject);
    let found = apart.find_map(|(one, two)| witness(&one.region, &two.region, declarations));
    found.map(|at| at.behind()).unwrap_or_default()
}

fn help(knowledge: &Knowledge<'_>, subjects: &[u32], names: &[Name<'_>]) -> String {
    let dimension = splitting(knowledge, names).map_or_else(
        || "say where each is meant with `when`".to_owned(),
        |dimension| format!("say where each is meant with `when = {{ {dimension} = … }}`"),
    );
    let one = knowledge.subjects[subjects[0] as usize].subject;
    let two = knowledge.subjects[subjects[1] as usize].subject.id();
    let relation = match one.kind() {
        "entity" => "distinct-from",
        "term" => "not-to-be-confused-with",
        _ => return format!("{dimension}, or when with `from` and `until`"),
    };
    format!(
        "{dimension}, or when with `from` and `until`; if both are right everywhere, add `{relation} = [\"{two}\"]` to `[{}.{}]`",
        one.kind(),
        one.id()
    )
}

/// The dimension by which the bearers of a name are best told apart: one that some of them already use, else the
/// first by which claims are weighed.
fn splitting<'k>(knowledge: &'k Knowledge<'_>, names: &[Name<'_>]) -> Option<&'k SmolStr> {
    let declarations = knowledge.declarations();
    let used: BTreeSet<&SmolStr> = names
        .iter()
        .flat_map(|name| name.region.when.products())
        .flat_map(|product| product.iter().map(|(dimension, _)| dimension))
        .collect();
    let first = |only_used: bool| {
        let ranked = declarations.specificity.iter();
        let mut all = ranked.chain(declarations.dimensions.keys());
        all.find(|dimension| !only_used || used.contains(dimension))
    };
    first(true).or_else(|| first(false))
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn two_acmes() -> Book {
        let mut book = Book::new();
        book.say("entity/acme-de#name", "Acme").say("entity/acme-uk#name", "ACME");
        book
    }

    #[test]
    fn one_name_for_two() {
        let findings = two_acmes().check();
        assert_eq!(slugs(&findings), ["ambiguous-name"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(
            finding.message,
            "`Acme` means both `entity/acme-de` and `entity/acme-uk`, and nothing tells them apart"
        );
        assert_eq!(finding.labels.len(), 2);
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(help.contains("distinct-from = [\"acme-uk\"]"), "{help}");
    }

    #[test]
    fn several_shared_names_are_one_finding() {
        let mut book = two_acmes();
        book.say("entity/acme-de#aliases", "Acme Works").say("entity/acme-uk#aliases", "acme works");
        book.say("entity/acme-uk#former-names", "Acme Co").say("entity/acme-de#former-names", "Acme Co");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["ambiguous-name"]);
        assert!(
            findings
                .iter()
                .all(|finding| finding.message.starts_with("`Acme`, `Acme Co` and 1 more names mean"))
        );
    }

    #[test]
    fn distinct_from_settles_it() {
        let mut book = two_acmes();
        book.say("entity/acme-uk#distinct-from", Book::reference("entity/acme-de"));
        assert!(book.check().is_empty());
    }

    #[test]
    fn a_successor_settles_it() {
        let mut book = two_acmes();
        book.say("entity/acme-uk#successor", Book::reference("entity/acme-de"));
        assert!(book.check().is_empty());
    }

    #[test]
    fn types_tell_apart_but_only_if_both_are_known() {
        let mut book = two_acmes();
        book.say("entity/acme-de#type", "customer");
        assert_eq!(slugs(&book.check()), ["ambiguous-name"]);
        book.say("entity/acme-uk#type", "supplier");
        assert!(book.check().is_empty());
    }

    #[test]
    fn conditions_and_times_tell_apart() {
        let mut book = Book::new();
        book.open("system");
        book.when("system", "crm").say("entity/acme-de#name", "Acme");
        book.when("system", "erp").say("entity/acme-uk#name", "Acme");
        book.always().during(None, Some("2020-01-01")).say("entity/zeta-1#name", "Zeta");
        book.during(Some("2020-01-01"), None).say("entity/zeta-2#name", "Zeta");
        assert!(book.check().is_empty());
        book.during(None, None).say("entity/acme-fr#name", "Acme");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["ambiguous-name"]);
        assert!(findings.iter().all(|finding| finding.message.contains("3 different things")));
    }

    #[test]
    fn a_name_that_was_changed_is_free_again() {
        let mut book = Book::new();
        book.say("entity/a#name", "Acme");
        book.during(Some("2020-01-01"), None).say("entity/a#name", "Beta").say("entity/b#name", "Acme");
        assert!(book.check().is_empty());
    }

    #[test]
    fn kinds_tell_apart() {
        let mut book = Book::new();
        book.say("entity/acv#name", "ACV").say("term/acv#label", "ACV");
        assert!(book.check().is_empty());
    }

    #[test]
    fn thousands_of_one_name_are_one_finding() {
        let mut book = Book::new();
        for at in 0..2_000 {
            book.say(&format!("entity/e{at}#name"), "Acme");
        }
        let findings = book.check();
        assert_eq!(slugs(&findings), ["ambiguous-name"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(finding.message, "`Acme` means 2000 different things, and nothing tells them apart");
        assert_eq!(finding.labels.len(), 8);
        assert!(finding.labels[7].text.ends_with(", and 1992 more"));
    }
}
