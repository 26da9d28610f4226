//! Questions over small knowledge, compiled and asked through a snapshot as every question is.

use jiff::civil::{Date, date};

use super::*;
use crate::claim::{Period, Value};
use crate::compile;
use crate::diagnostic::Findings;
use crate::snapshot::{Input, Snapshot};
use crate::source::Texts;

const DIMENSIONS: &str = r#"
[dimension.region]
is     = "tree"
values = ["emea/uk", "emea/de", "emea/fr", "amer/us"]
sets   = { eurozone = ["de", "fr"] }
[dimension.department]
is     = "enum"
values = ["finance", "sales", "support"]
[dimension.amount]
is = "number"
[dimension.customer]
is = "open"
[dimension.vip]
is = "bool"
[dimension.signed]
is = "date"
"#;

const TODAY: Date = date(2026, 6, 30);

pub(super) fn snapshot(knowledge: &str) -> Snapshot {
    let texts = Texts::from_pairs([
        ("dictum.toml", ""),
        ("dimensions.toml", DIMENSIONS),
        ("knowledge.toml", knowledge),
    ]);
    let compiled = compile(texts, Findings::new());
    let errors: Vec<&str> = compiled.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(!compiled.findings.has_errors(), "{errors:?}");
    let input = Input {
        name: "test",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    Snapshot::from_bytes(Snapshot::build(&input).expect("it builds")).expect("it opens")
}

fn ask_on(snapshot: &Snapshot, address: &str, context: &[(&str, &str)], on: Date) -> Answer {
    let address = Address::parse(address).expect("an address");
    let declarations = snapshot.declarations().expect("declarations");
    let context = Context::read(context.iter().copied(), declarations).expect("a context");
    let mut answers = get(snapshot, &Question { address, context, on }).expect("an answer");
    assert_eq!(answers.len(), 1);
    answers.pop().expect("one")
}

fn ask(snapshot: &Snapshot, address: &str, context: &[(&str, &str)]) -> Answer {
    ask_on(snapshot, address, context, TODAY)
}

/// The value of an answer as people read it. Who said it is not asked here, so that facts are unconfirmed.
fn value(answer: &Answer) -> Option<String> {
    assert!(answer.value.is_none() || answer.status == Status::Unconfirmed);
    answer.value.as_ref().map(ToString::to_string)
}

const APPROVER: &str = r#"
[type.refund]
of = "process"
[type.refund.attribute.approver]
is = "text"

[process.refund]
type     = "refund"
approver = "team lead"
[[process.refund.exception]]
when     = { amount = { over = 10_000 } }
approver = "director"
[[process.refund.exception]]
when     = { region = "uk", amount = { up-to = 10_000 } }
approver = "uk manager"
"#;

#[test]
fn what_is_open_and_matters_makes_it_depend() {
    let snapshot = snapshot(APPROVER);
    let answer = ask(&snapshot, "process/refund#approver", &[]);
    assert_eq!(answer.status, Status::Depends);
    let facts: Vec<String> =
        answer.facts.iter().filter_map(|fact| fact.value.as_ref()).map(Value::to_string).collect();
    assert_eq!(facts, ["team lead", "uk manager", "director"]);
    // Over 10,000 there is one answer, below it two; by region there are always two.
    let ask = answer.ask.expect("something to ask");
    assert_eq!(ask.dimension, "amount");
    assert_eq!(ask.choices.iter().map(|(_, leaves)| *leaves).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn what_is_open_and_does_not_matter_is_not_asked() {
    let snapshot = snapshot(APPROVER);
    assert_eq!(
        value(&ask(&snapshot, "process/refund#approver", &[("amount", "20_000")])),
        Some("director".into())
    );
    let known = [("amount", "10000"), ("region", "de")];
    assert_eq!(value(&ask(&snapshot, "process/refund#approver", &known)), Some("team lead".into()));
}

#[test]
fn a_node_is_all_below_it_and_a_set_its_members() {
    let snapshot = snapshot(APPROVER);
    let status = |region: &str| {
        ask(&snapshot, "process/refund#approver", &[("amount", "1"), ("region", region)]).status
    };
    assert_eq!(status("emea"), Status::Depends);
    assert_eq!(status("=emea"), Status::Unconfirmed);
    assert_eq!(status("eurozone"), Status::Unconfirmed);
    assert_eq!(status("emea/uk"), Status::Unconfirmed);
    let depends = ask(&snapshot, "process/refund#approver", &[("amount", "1"), ("region", "emea")]);
    let regions: Vec<String> = depends.facts.iter().map(|fact| format!("{:?}", fact.region)).collect();
    // Told within what is known: not "emea but uk".
    assert!(regions[0].contains("NotIn([Word(\"uk\")])"), "{regions:?}");
    assert!(regions[1].contains("In([Word(\"uk\")])"), "{regions:?}");
}

#[test]
fn one_value_for_several_reasons_is_a_fact_without_a_single_pin() {
    let snapshot = snapshot(
        "[[term.x.definition]]\nvalue = \"same\"\nwhen = { vip = true }\n\
         [[term.x.definition]]\nvalue = \"same\"\nwhen = { vip = false }\n",
    );
    let answer = ask(&snapshot, "term/x#definition", &[]);
    assert_eq!(value(&answer), Some("same".into()));
    assert_eq!((answer.pin.clone(), answer.cites.len()), (None, 2));
    assert!(answer.candidates.iter().any(|candidate| matches!(candidate.fate, Fate::Winner)));
    assert!(ask(&snapshot, "term/x#definition", &[("vip", "true")]).pin.is_some());
}

#[test]
fn a_set_is_the_union_and_each_element_is_cited() {
    let snapshot = snapshot(
        "[term.x]\nsynonyms = [\"b\", \"a\"]\n[[term.x.also]]\nwhen = { region = \"uk\" }\nsynonyms = [\"c\"]\n",
    );
    let everywhere = ask(&snapshot, "term/x#synonyms", &[("region", "de")]);
    assert_eq!(value(&everywhere), Some("a, b".into()));
    assert_eq!((everywhere.pin, everywhere.cites.len()), (None, 2));
    assert_eq!(value(&ask(&snapshot, "term/x#synonyms", &[("region", "uk")])), Some("a, b, c".into()));
    assert_eq!(ask(&snapshot, "term/x#synonyms", &[]).status, Status::Depends);
}

const DATED: &str = r#"
[[term.acv.definition]]
value = "with fees"
from  = 2024-02-01
[[term.acv.definition]]
value = "without fees"
from  = 2025-05-01
until = 2027-01-01
"#;

#[test]
fn the_day_decides_and_the_answer_says_how_long() {
    let snapshot = snapshot(DATED);
    let on = |day: Date| ask_on(&snapshot, "term/acv#definition", &[], day);
    assert_eq!(value(&on(date(2024, 2, 1))), Some("with fees".into()));
    let first = Period { from: Some(date(2024, 2, 1)), until: Some(date(2025, 5, 1)) };
    assert_eq!(on(date(2025, 4, 30)).valid, Some(first));
    let second = Period { from: Some(date(2025, 5, 1)), until: Some(date(2027, 1, 1)) };
    assert_eq!(on(date(2025, 5, 1)).valid, Some(second));
    // The older one has no end: it answers again.
    assert_eq!(on(date(2027, 1, 1)).valid, Some(Period { from: Some(date(2027, 1, 1)), until: None }));
    let before = on(date(2024, 1, 31));
    assert_eq!((before.status, before.value), (Status::Unknown, None));
}

#[test]
fn a_pin_says_whether_it_still_answers() {
    let snapshot = snapshot(DATED);
    let now = ask(&snapshot, "term/acv#definition", &[]);
    let (pin, old) =
        (now.pin.expect("a pin"), ask_on(&snapshot, "term/acv#definition", &[], date(2025, 1, 1)));
    let old = old.pin.expect("a pin");
    let standing = |address: &str| ask(&snapshot, address, &[]).standing;
    assert_eq!(standing(&pin.to_string()), Some(Standing::Current));
    let superseded = ask(&snapshot, &old.to_string(), &[]);
    assert_eq!((superseded.standing, superseded.pin), (Some(Standing::Superseded), Some(pin)));
    assert_eq!(standing("term/acv#definition~000000"), Some(Standing::Withdrawn));
    assert_eq!(standing("term/acv#definition"), None);
}

#[test]
fn none_is_an_answer_and_nothing_is_not() {
    let snapshot = snapshot("[[term.x.sql]]\nnone = true\n[term.y]\nlabel = \"Y\"\n");
    let none = ask(&snapshot, "term/x#sql", &[]);
    assert_eq!(none.value, Some(Value::None));
    let unknown = ask(&snapshot, "term/y#lable", &[]);
    assert_eq!((unknown.status, unknown.nearest), (Status::Unknown, vec!["term/y#label".to_owned()]));
    let far = ask(&snapshot, "process/refund#approver", &[]);
    assert!(far.nearest.is_empty());
}

#[test]
fn something_in_one_region_and_nothing_elsewhere_depends() {
    let snapshot = snapshot("[[term.x.definition]]\nvalue = \"here\"\nwhen = { region = \"uk\" }\n");
    let answer = ask(&snapshot, "term/x#definition", &[]);
    assert_eq!(answer.status, Status::Depends);
    assert_eq!(answer.facts.iter().filter(|fact| fact.value.is_none()).count(), 1);
    assert_eq!(ask(&snapshot, "term/x#definition", &[("region", "de")]).status, Status::Unknown);
}

#[test]
fn deprecation_travels_with_every_answer_about_the_subject() {
    let snapshot = snapshot(
        "[term.old]\ndefinition = \"what it was\"\ndeprecated = { replaced-by = \"new\", reason = \"say new\" }\n\
         [term.new]\ndefinition = \"what it is\"\n",
    );
    let deprecated = ask(&snapshot, "term/old#definition", &[]).deprecated.expect("deprecated");
    assert_eq!(deprecated.replaced_by.map(|value| value.to_string()), Some("term/new".into()));
    assert_eq!(ask(&snapshot, "term/old#deprecated.reason", &[]).deprecated, None);
    assert_eq!(ask(&snapshot, "term/new#definition", &[]).deprecated, None);
}

#[test]
fn open_dimensions_know_anything_else() {
    let snapshot = snapshot(
        "[term.x]\ndefinition = \"all\"\n[[term.x.exception]]\nwhen = { customer = [\"acme\", \"initech\"] }\ndefinition = \"some\"\n",
    );
    assert_eq!(value(&ask(&snapshot, "term/x#definition", &[("customer", "acme")])), Some("some".into()));
    assert_eq!(value(&ask(&snapshot, "term/x#definition", &[("customer", "other")])), Some("all".into()));
    let depends = ask(&snapshot, "term/x#definition", &[]);
    assert_eq!(depends.ask.map(|ask| ask.choices.len()), Some(2));
}

#[test]
fn words_that_are_not_declared_are_told_with_the_nearest() {
    let snapshot = snapshot("[term.x]\nlabel = \"X\"\n");
    let declarations = snapshot.declarations().expect("declarations");
    let bad = |pairs: &[(&str, &str)]| Context::read(pairs.iter().copied(), declarations).expect_err("bad");
    assert_eq!(bad(&[("regoin", "uk")]).help.as_deref(), Some("did you mean `--where region=…`?"));
    assert_eq!(bad(&[("region", "ukk")]).help.as_deref(), Some("did you mean `--where region=uk`?"));
    assert_eq!(bad(&[("region", "amer/uk")]).help.as_deref(), Some("did you mean `--where region=uk`?"));
    for pair in
        [("amount", "many"), ("vip", "yes"), ("signed", "soon"), ("department", "=sales"), ("customer", "")]
    {
        assert!(bad(&[pair]).message.contains('`'));
    }
    assert!(bad(&[("vip", "true"), ("vip", "true")]).message.contains("twice"));
}

#[test]
fn a_whole_subject_answers_by_attribute() {
    let snapshot = snapshot(APPROVER);
    let question = Question {
        address: Address::parse("process/refund").expect("an address"),
        context: Context::unknown(),
        on: TODAY,
    };
    let answers = get(&snapshot, &question).expect("answers");
    let addresses: Vec<String> = answers.iter().map(|answer| answer.asked.to_string()).collect();
    assert_eq!(addresses, ["process/refund#approver", "process/refund#type"]);
}

#[test]
fn selections_take_subjects_slots_and_globs() {
    let snapshot = snapshot(APPROVER);
    let count = |text: &str| {
        let selection = Selection::parse(text).expect("a selection");
        blame::<QueryError>(&snapshot, &selection, |_| Ok(())).expect("it reads")
    };
    assert_eq!(count("process/refund#approver"), 3);
    assert_eq!(count("process/refund"), 4);
    assert_eq!(count("process/*#appr*"), 3);
    assert_eq!(count("process/*"), 4);
    assert_eq!(count("term/*"), 0);
}

#[test]
fn a_correction_for_one_case_says_so_only_where_the_claim_does_not() {
    let snapshot = snapshot(APPROVER);
    let declarations = snapshot.declarations().expect("declarations");
    let context =
        |pairs: &[(&str, &str)]| Context::read(pairs.iter().copied(), declarations).expect("a context");
    let uk =
        ask(&snapshot, "process/refund#approver", &[("region", "uk"), ("amount", "1")]).cites[0].when.clone();
    assert_eq!(narrower(&context(&[("region", "uk"), ("amount", "1")]), &uk, declarations), None);
    assert_eq!(narrower(&context(&[("region", "emea")]), &uk, declarations), None);
    let always = crate::claim::When::always();
    assert!(narrower(&context(&[("region", "uk")]), &always, declarations).is_some());
    assert_eq!(narrower(&context(&[("amount", "1")]), &always, declarations), None);
}

#[test]
fn a_correction_can_be_corrected_in_its_turn() {
    let first = "[term.x]\ndefinition = \"wrong\"\n[correction.one]\nof = \"term/x#definition\"\nvalue = \"better\"\nreason = \"a slip\"\n";
    let pin = |snapshot: &Snapshot| ask(snapshot, "term/x#definition", &[]).pin.expect("a pin").digits;
    let original = pin(&snapshot("[term.x]\ndefinition = \"wrong\"\n"));
    let first = format!("{first}pin = \"{original}\"\n");
    let once = snapshot(&first);
    assert_eq!(value(&ask(&once, "term/x#definition", &[])), Some("better".into()));
    let second = format!(
        "{first}[correction.two]\nof = \"term/x#definition\"\nvalue = \"best\"\nreason = \"again\"\npin = \"{}\"\n",
        pin(&once)
    );
    let twice = ask(&snapshot(&second), "term/x#definition", &[]);
    assert_eq!(value(&twice), Some("best".into()));
    let void =
        twice.candidates.iter().filter(|candidate| matches!(candidate.fate, Fate::Void { .. })).count();
    assert_eq!(void, 2, "what the first voided stays void");
}

#[test]
fn a_correction_leans_on_what_it_corrects_if_that_leans_on_one_thing() {
    let knowledge = |second: &str| {
        format!(
            r#"
[source.policy]
label = "P"
[source.handbook]
label = "H"
[[term.x.definition]]
id     = "old"
value  = "a"
source = "policy"
[[term.x.definition]]
id     = "old"
value  = "b"
source = "{second}"
when   = {{ vip = true }}
[correction.fix]
of     = "term/x#definition@old"
value  = "c"
reason = "r"
"#
        )
    };
    let source = |second: &str| {
        let answer = ask(&snapshot(&knowledge(second)), "term/x#definition", &[("vip", "true")]);
        assert_eq!(value(&answer), Some("c".into()));
        answer.cites[0].source.as_ref().map(|source| (source.id.to_string(), source.inherited))
    };
    assert_eq!(source("policy"), Some(("policy".to_owned(), true)));
    assert_eq!(source("handbook"), None);
}
