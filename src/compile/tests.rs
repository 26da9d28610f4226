//! The next state is what compiling anew gives, on random worlds and edits; and only what differs is worked out.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::claim::Subject;
use crate::query::{Changed, Side, diff};

/// Pieces of files: what a subject may say, what is declared, what is broken.
const PIECES: &[&str] = &[
    "[term.a]\nlabel = \"A\"\n",
    "[term.a]\nlabel = \"A\"\ndefinition = \"one\"\nid = \"base\"\n",
    "[term.a]\ndefinition = \"one\"\n[[term.a.exception]]\nwhen = { region = \"uk\" }\ndefinition = \"in the uk\"\n",
    "[term.a]\ndefinition = \"two\"\nsource = \"law\"\n",
    "[term.a]\ndefinition = \"three\"\nfrom = 2024-01-01\nsource = \"memo\"\n",
    "[[term.a.definition]]\nvalue = \"four\"\nsupersedes = \"base\"\n",
    "[[term.a.also]]\ncorrects = \"base\"\ndefinition = \"five\"\nlabel = \"A5\"\n",
    "# a comment\n\n[term.b]\nlabel = \"B\"\nbroader = \"a\"\nowner = \"sales\"\n",
    "[term.b]\nlabel = \"B\"\ndefinition = \"A.\"\nid = \"base\"\n",
    "[term.b]\ndefinition = \"two\"\nid = \"x\"\nsupersedes = \"base\"\n",
    "[[term.b.also]]\nid = \"y\"\nsupersedes = \"base\"\nlabel = \"b2\"\ndefinition = \"three\"\n",
    "[term.b]\ndefinition = \"none\"\nretracts = \"y\"\n",
    "[entity.e]\ntype = \"firm\"\nname = \"E\"\nsize = 3\n",
    "[entity.e]\nsize = 4\nwhen = { grade = \"x\" }\n",
    "[entity.f]\nsize = \"many\"\nnmae = \"F\"\n",
    "[correction.c1]\nof = \"term/a#definition\"\nvalue = \"right\"\nreason = \"seen\"\n",
    "[correction.c2]\nof = \"term/b#label\"\nvalue = \"Bee\"\nreason = \"seen\"\nby = \"x@example.com\"\npin = \"abcdef\"\n",
    "[team.sales]\nlabel = \"Sales\"\n",
    "[dimension.region]\nis = \"tree\"\nvalues = [\"emea/uk\", \"emea/de\"]\n",
    "[dimension.region]\nis = \"tree\"\nvalues = [\"emea/uk\", \"amer\"]\n",
    "[dimension.grade]\nis = \"enum\"\nvalues = [\"x\", \"y\"]\n",
    "[source.law]\ntitle = \"Law\"\nauthority = \"law\"\n",
    "[source.law]\n# the same\ntitle = \"Law\"\nauthority = \"law\"\n",
    "[source.memo]\ntitle = \"Memo\"\nauthority = \"memo\"\nsupersedes = [\"law\"]\n",
    "[source.memo]\ntitle = \"Memo\"\n",
    "[precedence.authority]\norder = [\"law\", \"memo\"]\n",
    "[precedence.recent]\nfor = [\"term/*#definition\"]\norder = [\"effective\", \"authority\"]\n",
    "[precedence.other]\nfor = [\"term/*#definition\"]\norder = [\"specificity\"]\n",
    "[type.firm]\nof = \"entity\"\n[type.firm.attribute.size]\nis = \"integer\"\nrequired = true\n",
    "[type.shop]\nof = \"entity\"\n[type.shop.attribute.size]\nis = \"text\"\n",
    "[lens.l]\nfiles = [\"z.toml\", \"sub/*.toml\"]\nsubject = \"entity/{file}\"\nreads = { name = \"name\", aliases = \"people.*.lead\" }\n",
    "[lens.l]\nfiles = [\"**/*.toml\"]\neach = \"people\"\nsubject = \"entity/{key}\"\nsays = { type = \"firm\" }\nreads = { size = \"size\", name = \"/name\" }\n",
    "name = \"E\"\n[people.e]\nlead = \"Ann\"\nsize = 3\n",
    "[people.e]\nlead = \"Ben\"\nsize = 4\n[term.a]\nlabel = \"A\"\n",
    "name = \"F\"\npeople = { f = { size = 5 } }\n",
    "[policy.p]\nfor = [\"term/*\"]\nsource-required = true\n",
    "[term.open\nlabel = \n",
    "[nonsense.x]\ny = 1\n",
];

const PATHS: &[&str] = &["a.toml", "b.toml", "c.toml", "sub/d.toml", "sub/e.toml", "z.toml"];

const CONFIGS: &[&str] = &[
    "",
    "[knowledge]\nname = \"k\"\n",
    "[knowledge]\nexclude = [\"sub/**\"]\n",
    "[knowledge]\ninclude = [\"[\"]\n",
];

type Files = BTreeMap<&'static str, Vec<usize>>;

/// A state: its `dictum.toml`, and the pieces of each file.
#[derive(Clone, Debug)]
struct State {
    config: usize,
    files: Files,
}

impl State {
    fn texts(&self) -> Texts {
        let text = |pieces: &Vec<usize>| pieces.iter().map(|at| PIECES[*at]).collect::<String>();
        let files = self.files.iter().map(|(path, pieces)| ((*path).to_owned(), text(pieces)));
        Texts::from_pairs(files.chain([("dictum.toml".to_owned(), CONFIGS[self.config].to_owned())]))
    }
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..PIECES.len(), 0..4)
}

fn state() -> impl Strategy<Value = State> {
    let config = prop_oneof![5 => Just(0), 1 => 0..CONFIGS.len()];
    let said = prop_oneof![2 => claims(), 1 => pieces()];
    (config, prop::collection::btree_map(prop::sample::select(PATHS), said, 1..PATHS.len()))
        .prop_map(|(config, files)| State { config, files })
}

/// Pieces that declare nothing: with them mostly, for where something else is declared all is compiled anew.
fn claims() -> impl Strategy<Value = Vec<usize>> {
    let declares = |piece: &str| {
        ["[dim", "[source", "[prec", "[type", "[lens"].iter().any(|head| piece.starts_with(head))
    };
    let plain: Vec<usize> = (0..PIECES.len()).filter(|at| !declares(PIECES[*at])).collect();
    prop::collection::vec(prop::sample::select(plain), 0..4)
}

/// What becomes of a file: it says this, or is gone.
fn edits() -> impl Strategy<Value = Vec<(&'static str, Option<Vec<usize>>)>> {
    let said = prop_oneof![4 => claims(), 1 => pieces()];
    let edit = (prop::sample::select(PATHS), prop::option::weighted(0.8, said));
    prop::collection::vec(edit, 0..3)
}

fn edited(state: &State, edits: &[(&'static str, Option<Vec<usize>>)], config: Option<usize>) -> State {
    let mut state = state.clone();
    for (path, pieces) in edits {
        match pieces {
            Some(pieces) => drop(state.files.insert(path, pieces.clone())),
            None => drop(state.files.remove(path)),
        }
    }
    state.config = config.unwrap_or(state.config);
    state
}

fn told(findings: &Findings) -> (Vec<&Finding>, Vec<(&'static str, usize)>) {
    (findings.iter().collect(), findings.counts().map(|(code, count)| (code.slug, count)).collect())
}

fn assert_same(next: &Compiled, anew: &Compiled) {
    assert_eq!(next.config, anew.config);
    assert_eq!(next.catalog, anew.catalog);
    assert_eq!(next.claims, anew.claims);
    assert_eq!(next.copies, anew.copies);
    assert_eq!(next.decisions, anew.decisions);
    assert_eq!(told(&next.findings), told(&anew.findings));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_next_state_is_what_compiling_anew_gives(
        first in state(),
        steps in prop::collection::vec((edits(), prop::option::weighted(0.1, 0..CONFIGS.len())), 1..4),
        answers in any::<bool>(),
    ) {
        let extent = if answers { Extent::Answers } else { Extent::Findings };
        let whole = |state: &State| compile_as_far_as(extent, state.texts(), Findings::new(), &Limits::default());
        let (mut state, mut compiled) = (first.clone(), whole(&first));
        for (edits, config) in steps {
            state = edited(&state, &edits, config);
            compiled = compiled.next(state.texts(), Findings::new());
            assert_same(&compiled, &whole(&state));
        }
    }

    #[test]
    fn what_may_answer_otherwise_is_all_that_does(
        first in state(),
        edits in edits(),
        config in prop::option::weighted(0.1, 0..CONFIGS.len()),
    ) {
        let second = edited(&first, &edits, config);
        let answers =
            |state: &State| compile_as_far_as(Extent::Answers, state.texts(), Findings::new(), &Limits::default());
        let (one, two) = (answers(&first), answers(&second));
        let apart = one.apart(second.texts(), Findings::new());
        let whole = diff(side(&one), side(&two));
        assert_eq!(differing(&one, &apart), whole);
        let errors = |findings: &Findings| findings.count(crate::diagnostic::Severity::Error);
        assert_eq!(errors(&apart.findings), errors(&two.findings));
    }

    /// Of files that differ, all that reading them and deciding finds; and else no more than was true before.
    #[test]
    fn a_glance_tells_what_is_wrong_with_what_was_typed(first in state(), edits in edits()) {
        let second = edited(&first, &edits, None);
        let whole =
            |state: &State| compile_as_far_as(Extent::Findings, state.texts(), Findings::new(), &Limits::default());
        let (one, two) = (whole(&first), whole(&second));
        let texts = second.texts();
        let Some(glance) = one.glance(&texts, Findings::new()) else { return Ok(()) };
        let is_other = |file: FileId| {
            let text = texts.get(file);
            one.texts.find(&text.path).is_none_or(|former| one.texts.get(former).bytes != text.bytes)
        };
        let here = |finding: &Finding| finding.labels.first().is_some_and(|label| is_other(label.origin.file));
        let together = |compiled: &Compiled, finding: &Finding| {
            compiled.known.validated.iter().any(|other| other.message == finding.message)
        };
        for finding in two.findings.iter().filter(|finding| here(finding) && !together(&two, finding)) {
            prop_assert!(glance.iter().any(|told| told == finding), "not told: {finding:?}");
        }
        for finding in glance.iter() {
            prop_assert!(here(finding), "of another file: {finding:?}");
            let was = together(&one, finding);
            prop_assert!(was || two.findings.iter().any(|other| other == finding), "not so: {finding:?}");
        }
    }

    #[test]
    fn as_far_as_answers_go_the_answers_are_the_same(state in state()) {
        let answers = compile_as_far_as(Extent::Answers, state.texts(), Findings::new(), &Limits::default());
        let all = compile(state.texts(), Findings::new());
        assert_eq!(answers.claims, all.claims);
        assert_eq!(answers.decisions, all.decisions);
    }
}

fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

fn differing(one: &Compiled, apart: &Apart) -> Vec<Changed> {
    let Apart { before, catalog, claims, decisions, .. } = apart;
    let old = Side { decisions: before, ..side(one) };
    diff(old, Side { declarations: &catalog.declarations, claims, decisions })
}

/// What is decided of a subject: each slot's claims, with where they stand, and their answers.
fn of_subject(compiled: &Compiled, subject: &Subject) -> Vec<String> {
    let own = compiled.decisions.slots.iter().filter_map(|decided| {
        let claims = compiled.claims_of(&decided.claims);
        let stands = |claim: &Claim| (compiled.texts.get(claim.origin.file).path.clone(), claim.origin.span);
        let claims: Vec<_> = claims.iter().map(|claim| (claim, stands(claim))).collect();
        let about = claims.iter().all(|(claim, _)| claim.slot.subject == *subject);
        let said: Vec<_> =
            claims.iter().map(|(claim, at)| (&claim.slot, &claim.value, claim.hash, at)).collect();
        about.then(|| format!("{said:?} {:?}", **decided))
    });
    own.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn a_slice_answers_for_its_subject_as_the_whole_does(first in state(), edits in edits()) {
        let second = edited(&first, &edits, None);
        for subject in ["term/a", "term/b", "entity/e", "entity/z", "source/law"] {
            let subject = Subject::parse(subject).expect("a subject");
            let slice = Slice::new(&subject, &Limits::default());
            let parts = |state: &State| -> Vec<Part> {
                state.texts().iter().filter_map(|(_, text)| slice.part(text.clone())).collect()
            };
            let one = slice.compile(parts(&first).iter(), None);
            let two = slice.compile(parts(&second).iter(), Some(&one));
            for (state, sliced) in [(&first, one), (&second, two)] {
                let whole = compile(state.texts(), Findings::new());
                assert_eq!(of_subject(&sliced, &subject), of_subject(&whole, &subject));
            }
        }
    }
}

#[test]
fn a_part_says_as_another_wherever_it_stands() {
    let slice = Slice::new(&Subject::parse("term/zz").expect("a subject"), &Limits::default());
    let part = |text: &str| slice.part(texts(&[("a.toml", text)]).get(FileId(0)).clone());
    let (a, z) = ("[term.a]\nlabel = \"A\"\n", "[term.zz]\nlabel = \"Z\"\n");
    let alone = part(z).expect("bears on it");
    assert!(part(a).is_none());
    assert!(part(&format!("{a}{z}")).expect("bears on it").says_as(&alone));
    assert!(!part(&format!("{z}note = \"n\"\n{a}")).expect("bears on it").says_as(&alone));
    let correction = |of: &str| part(&format!("[correction.c]\nof = \"{of}\"\n"));
    assert!(correction("term/zz#label").is_some() && correction("term/\\u007az#label").is_some());
    assert!(correction("term/a#label").is_none());
}

fn texts(files: &[(&str, &str)]) -> Texts {
    Texts::from_pairs(files.iter().copied())
}

#[test]
fn what_was_found_in_reading_the_files_is_told_once() {
    let given = |path: &str| {
        let mut findings = Findings::new();
        findings.push(Finding::placeless(&codes::BAD_CONFIG, format!("`{path}` is odd")));
        findings
    };
    let one = compile(texts(&[("a.toml", "[term.a]\nlabel = \"A\"\n")]), given("x"));
    let files = texts(&[("a.toml", "[term.a]\nlabel = \"AA\"\n")]);
    assert_same(&one.next(files.clone(), given("y")), &compile(files, given("y")));
}

#[test]
fn an_edge_of_a_block_that_leads_nowhere_any_more_is_found_in_the_slots_that_did_not_change() {
    let block = "[[term.a.also]]\nsupersedes = \"old\"\nlabel = \"new\"\ndefinition = \"Something.\"\n";
    let label = "[[term.a.label]]\nvalue = \"was\"\nid = \"old\"\n";
    let one = compile(texts(&[("a.toml", block), ("b.toml", label)]), Findings::new());
    assert_eq!(one.findings.count(crate::diagnostic::Severity::Error), 0, "{:?}", one.findings);
    let files = texts(&[("a.toml", block), ("b.toml", "[term.a]\nnote = \"was\"\n")]);
    let next = one.next(files.clone(), Findings::new());
    assert!(next.findings.has_errors());
    assert_same(&next, &compile(files, Findings::new()));
}

#[test]
fn a_mistake_that_appears_in_a_slot_that_was_not_touched_is_counted() {
    let block = "[[term.a.also]]\nsupersedes = \"old\"\nlabel = \"new\"\ndefinition = \"Something.\"\n";
    let label = "[[term.a.label]]\nvalue = \"was\"\nid = \"old\"\n";
    let (named, unnamed) = (texts(&[("a.toml", block), ("b.toml", label)]), texts(&[("a.toml", block)]));
    let answers = |texts: &Texts| {
        compile_as_far_as(Extent::Answers, texts.clone(), Findings::new(), &Limits::default())
    };
    let one = answers(&named);
    assert!(!one.findings.has_errors());
    assert!(one.apart(unnamed.clone(), Findings::new()).findings.has_errors());
    assert!(answers(&unnamed).findings.has_errors());
}

#[test]
fn of_the_next_state_only_what_was_touched_is_put_together() {
    let file = |label: &str| format!("[term.{label}]\nlabel = \"{label}\"\nnote = \"N\"\n");
    let files = |first: &str| texts(&[("a.toml", first), ("b.toml", &file("b")), ("c.toml", &file("c"))]);
    let (first, second) = (files(&file("a")), files("[term.a]\nlabel = \"AA\"\n"));
    let one = compile_as_far_as(Extent::Answers, first, Findings::new(), &Limits::default());
    let apart = one.apart(second, Findings::new());
    assert_eq!((apart.before.slots.len(), apart.claims.len(), apart.texts.len()), (2, 1, 3));
    assert_eq!(differing(&one, &apart).len(), 2);
}

#[test]
fn only_slots_that_differ_are_decided() {
    let other = "[term.b]\nlabel = \"B\"\nfrom = 2024-01-01\n";
    let label = |label: &str| format!("[term.a]\nlabel = \"{label}\"\nnote = \"N\"\nfrom = 2020-01-01\n");
    let one = compile(texts(&[("a.toml", &label("A")), ("b.toml", other)]), Findings::new());
    let next =
        one.next(texts(&[("0.toml", ""), ("a.toml", &label("AA")), ("b.toml", other)]), Findings::new());
    let shared: Vec<bool> =
        one.decisions.slots.iter().zip(&next.decisions.slots).map(|(a, b)| a.shares_with(b)).collect();
    // What is said of `term/a#note` stands elsewhere, and is the same.
    assert_eq!(shared, [false, true, true]);
    let retold = texts(&[("a.toml", "[source.s]\ntitle = \"S\"\n"), ("b.toml", other)]);
    let anew = next.next(retold, Findings::new());
    assert!(
        !anew.decisions.slots.iter().any(|slot| next.decisions.slots.iter().any(|old| old.shares_with(slot)))
    );
}

#[test]
fn more_mistakes_than_are_kept_are_all_counted() {
    let mistakes = |more: usize| {
        let subject = |file: usize, at: usize| format!("[term.t-{file}-{at}]\nlable = \"x\"\nlabel = 3\n");
        let file = |file: usize| (0..900 + more).map(|at| subject(file, at)).collect::<String>();
        Texts::from_pairs((0..8).map(|at| (format!("{at}.toml"), file(at))))
    };
    let one = compile(mistakes(0), Findings::new());
    assert_same(&one.next(mistakes(1), Findings::new()), &compile(mistakes(1), Findings::new()));
}
