//! Names and ids that look like another subject's.
//!
//! Where letters of several scripts are mixed in one name, that is a trap or a slip, and refused. Otherwise (`ClS`
//! and `CIS`, Latin `MTC` and Cyrillic `МТС`) it can be true, and is a warning, given only where the two can be taken
//! for each other: in one context, of no different types. A pair of subjects is told once.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::knowledge::{Knowledge, SubjectClaims};
use super::names::{Name, by_key};
use super::witness::witness;
use crate::diagnostic::{Code, Finding, Findings, codes};
use crate::name::{id_skeleton, look, mixes_scripts, script, skeleton};

/// Spellings of one look that are compared pairwise.
const MOST_COMPARED: usize = 50;

/// Bearers of each that are looked at.
const MOST_BEARERS: usize = 10;

/// Shorter names look like too many others to be worth a warning.
const SHORTEST: usize = 3;

/// One spelling that some subject goes by.
#[derive(Clone, Copy)]
struct Spelling<'k, 'a> {
    /// Hash of kind and look.
    look: u64,
    /// All bearers of the same normalised name.
    names: &'k [Name<'a>],
    /// Which of them spells it so.
    at: u32,
}

impl<'k, 'a> Spelling<'k, 'a> {
    fn name(&self) -> &'k Name<'a> {
        &self.names[self.at as usize]
    }
}

/// Refuses or warns of names that look like another subject's name and are not the same name.
pub(super) fn names(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut told: BTreeSet<(u32, u32)> = BTreeSet::new();
    let spellings = spellings(knowledge);
    let several = spellings.chunk_by(|a, b| a.look == b.look).filter(|alike| alike.len() > 1);
    // In an order that people can follow, whatever the hashes are.
    let mut several: Vec<Vec<Spelling<'_, '_>>> = several
        .map(|alike| {
            let mut alike = alike.to_vec();
            alike.sort_by_key(|spelling| (&spelling.name().key, spelling.name().written));
            alike.dedup_by_key(|spelling| &spelling.name().key);
            alike
        })
        .filter(|alike| alike.len() > 1)
        .collect();
    several.sort_by_key(|alike| (alike[0].name().kind, &alike[0].name().key));
    for alike in several {
        for (at, two) in alike.iter().enumerate().take(MOST_COMPARED).skip(1) {
            for one in &alike[..at] {
                let Some((code, a, b)) = confused(knowledge, one, two) else { continue };
                if told.insert((a.subject.min(b.subject), a.subject.max(b.subject))) {
                    findings.push(finding(knowledge, code, a, b));
                }
            }
        }
    }
}

/// Every spelling by its look: as written, for case changes looks, and as normalised.
fn spellings<'k, 'a>(knowledge: &'k Knowledge<'a>) -> Vec<Spelling<'k, 'a>> {
    let groups: Vec<&[Name<'a>]> = by_key(&knowledge.names).collect();
    let of_group = |text: &mut String, names: &&'k [Name<'a>]| {
        let (names, kind, key) = (*names, names[0].kind, names[0].key.as_str());
        let mut own: Vec<Spelling<'k, 'a>> = Vec::with_capacity(2);
        let mut spell = |written: &str, at: usize| {
            skeleton(written, text);
            let look = look(kind, text);
            if !own.iter().any(|other| other.look == look) {
                own.push(Spelling { look, names, at: at as u32 });
            }
        };
        spell(key, 0);
        for (at, name) in names.iter().enumerate() {
            let before = &names[..at.min(MOST_COMPARED)];
            if name.written != key && !before.iter().any(|other| other.written == name.written) {
                spell(name.written, at);
            }
        }
        own
    };
    let of_groups = groups.par_iter().map_init(String::new, of_group);
    let mut all: Vec<Spelling<'k, 'a>> = of_groups.flatten_iter().collect();
    all.par_sort_unstable_by_key(|spelling| spelling.look);
    all
}

/// Whether the bearers of two names that look alike can be taken for each other, with the worst pair of them.
fn confused<'k, 'a>(
    knowledge: &Knowledge<'_>,
    one: &Spelling<'k, 'a>,
    two: &Spelling<'k, 'a>,
) -> Option<(&'static Code, &'k Name<'a>, &'k Name<'a>)> {
    if !look_alike(one, two) {
        return None;
    }
    let bears =
        |names: &[Name<'_>], subject: u32| names.binary_search_by_key(&subject, |name| name.subject).is_ok();
    let mut warning = None;
    for a in one.names.iter().filter(|a| !bears(two.names, a.subject)).take(MOST_BEARERS) {
        for b in two.names.iter().filter(|b| !bears(one.names, b.subject)).take(MOST_BEARERS) {
            let mixed = mixes_scripts(a.written) || mixes_scripts(b.written);
            let worse = mixed || (warning.is_none() && may_be_taken(knowledge, a, b));
            if !worse || knowledge.settled(a.subject as usize, b.subject as usize) {
                continue;
            }
            if mixed {
                return Some((&codes::CONFUSABLE_NAME, a, b));
            }
            warning = Some((&codes::LOOKALIKE_NAME, a, b));
        }
    }
    warning
}

/// The bucket is a hash; this is the look itself, of the normalised names or of the written ones.
fn look_alike(one: &Spelling<'_, '_>, two: &Spelling<'_, '_>) -> bool {
    let (mut a, mut b) = (String::new(), String::new());
    let mut same = |one: &str, two: &str| {
        skeleton(one, &mut a);
        skeleton(two, &mut b);
        a == b
    };
    one.name().kind == two.name().kind
        && (same(&one.name().key, &two.name().key) || same(one.name().written, two.name().written))
}

fn may_be_taken(knowledge: &Knowledge<'_>, a: &Name<'_>, b: &Name<'_>) -> bool {
    a.key.chars().nth(SHORTEST - 1).is_some()
        && b.key.chars().nth(SHORTEST - 1).is_some()
        && !knowledge.told_apart_by_type(a.subject as usize, b.subject as usize)
        && a.region.meets(&b.region, knowledge.declarations())
}

fn finding(knowledge: &Knowledge<'_>, code: &'static Code, a: &Name<'_>, b: &Name<'_>) -> Finding {
    // The name to change is the one that mixes scripts.
    let (a, b) = if mixes_scripts(b.written) && !mixes_scripts(a.written) { (b, a) } else { (a, b) };
    let address = |name: &Name<'_>| format!("`{}`", knowledge.subjects[name.subject as usize].subject);
    let at = witness(&a.region, &b.region, knowledge.declarations());
    let message = format!(
        "`{}` of {} looks like `{}` of {}, and is another name{}",
        a.written,
        address(a),
        b.written,
        address(b),
        at.map(|at| at.behind()).unwrap_or_default()
    );
    let difference = difference(a.written, b.written);
    let finding =
        Finding::new(code, message, a.origin, difference.clone().unwrap_or_else(|| "this one".to_owned()))
            .label(b.origin, "looks the same");
    let id = knowledge.subjects[b.subject as usize].subject.id();
    let apart = match a.kind {
        "entity" => format!("; if they are different things, add `distinct-from = [\"{id}\"]`"),
        "term" => format!("; if they are different things, add `not-to-be-confused-with = [\"{id}\"]`"),
        _ => String::new(),
    };
    finding.help(match difference {
        Some(_) => format!("type it with the same letters as `{}` if it is the same name{apart}", b.written),
        None => format!("choose a name that can't be misread{apart}"),
    })
}

/// The first character in which two spellings differ, where one of them is beyond ASCII: `А` U+0410 (Cyrillic).
fn difference(one: &str, two: &str) -> Option<String> {
    let (a, b) = one.chars().zip(two.chars()).find(|(a, b)| a != b)?;
    let name = |c: char| match script(c) {
        Some(script) => format!("`{c}` is U+{:04X} ({script})", u32::from(c)),
        None => format!("`{c}` is U+{:04X}", u32::from(c)),
    };
    (!a.is_ascii() || !b.is_ascii()).then(|| format!("{}, and there {}", name(a), name(b)))
}

/// Warns of ids of one kind that look alike: `modem` and `modern`, `oil-10` and `oil-lo`.
pub(super) fn ids(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let of_subject = |text: &mut String, (at, subject): (usize, &SubjectClaims<'_>)| {
        id_skeleton(subject.subject.id(), text);
        (look(subject.subject.kind(), text), at)
    };
    let mut looks: Vec<(u64, usize)> =
        knowledge.subjects.par_iter().enumerate().map_init(String::new, of_subject).collect();
    looks.par_sort_unstable();
    for alike in looks.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        let first = alike[0].1;
        for &(_, other) in &alike[1..] {
            if ids_look_alike(knowledge, first, other) && !knowledge.settled(first, other) {
                findings.push(alike_ids(knowledge, first, other));
            }
        }
    }
}

fn ids_look_alike(knowledge: &Knowledge<'_>, one: usize, two: usize) -> bool {
    let (mut a, mut b) = (String::new(), String::new());
    let [one, two] = [one, two].map(|at| knowledge.subjects[at].subject);
    id_skeleton(one.id(), &mut a);
    id_skeleton(two.id(), &mut b);
    one.kind() == two.kind() && a == b
}

fn alike_ids(knowledge: &Knowledge<'_>, one: usize, two: usize) -> Finding {
    let [one, two] = [one, two].map(|at| &knowledge.subjects[at]);
    let message = format!("the ids of `{}` and `{}` look alike", one.subject, two.subject);
    Finding::new(&codes::LOOKALIKE_NAME, message, two.first(), format!("`{}`", two.subject.id()))
        .label(one.first(), format!("`{}`", one.subject.id()))
        .help("rename one of them; if both are the same thing, use one id in both places")
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn named(one: &str, two: &str) -> Vec<&'static str> {
        let mut book = Book::new();
        book.say("entity/first#name", one).say("entity/second#name", two);
        slugs(&book.check())
    }

    #[test]
    fn mixed_scripts_are_refused() {
        assert_eq!(named("Acme", "А\u{441}me"), ["confusable-name"]);
        assert_eq!(named("ACME GmbH", "\u{410}CME GmbH"), ["confusable-name"]);
    }

    #[test]
    fn the_letter_is_named() {
        let mut book = Book::new();
        book.say("entity/first#name", "Acme").say("entity/second#name", "\u{410}cme");
        let findings = book.check();
        let finding = findings.iter().next().expect("one");
        assert_eq!(
            finding.message,
            "`Аcme` of `entity/second` looks like `Acme` of `entity/first`, and is another name"
        );
        assert_eq!(finding.labels[0].text, "`А` is U+0410 (Cyrillic), and there `A` is U+0041 (Latin)");
    }

    #[test]
    fn whole_names_in_one_script_are_warned_of() {
        assert_eq!(named("MTC", "\u{41c}\u{422}\u{421}"), ["lookalike-name"]);
        assert_eq!(named("Model l", "Model 1"), ["lookalike-name"]);
        assert_eq!(named("Modem", "Modern"), ["lookalike-name"]);
    }

    #[test]
    fn other_names_and_short_ones_are_fine() {
        assert!(named("Acme", "Acne").is_empty());
        assert!(named("Café", "Cafe").is_empty());
        assert!(named("O", "0").is_empty());
        assert!(named("東京", "東亰").is_empty());
    }

    #[test]
    fn a_subject_does_not_look_like_itself() {
        let mut book = Book::new();
        book.say("entity/mts#name", "MTC").say("entity/mts#aliases", "\u{41c}\u{422}\u{421}");
        assert!(book.check().is_empty());
    }

    #[test]
    fn a_reviewed_difference_settles_it() {
        let mut book = Book::new();
        book.say("entity/first#name", "Modem").say("entity/second#name", "Modern");
        book.say("entity/first#distinct-from", Book::reference("entity/second"));
        assert!(book.check().is_empty());
    }

    #[test]
    fn types_tell_lookalikes_apart_but_not_mixed_scripts() {
        for (name, expected) in [("\u{41c}\u{422}\u{421}", vec![]), ("M\u{422}C", vec!["confusable-name"])] {
            let mut book = Book::new();
            book.say("entity/first#name", "MTC").say("entity/second#name", name);
            book.say("entity/first#type", "bank").say("entity/second#type", "shop");
            assert_eq!(slugs(&book.check()), expected);
        }
    }

    #[test]
    fn ids_that_look_alike() {
        let mut book = Book::new();
        book.say("term/modem#label", "Dial-up box").say("term/modern#label", "Of our time");
        book.say("term/corner#label", "Corner").say("entity/comer#name", "Comer");
        assert_eq!(slugs(&book.check()), ["lookalike-name"]);
    }
}
