//! What goes over the wire is what its schema says.

use serde_json::Value as Json;

use super::wire;
use crate::claim::Declarations;
use crate::compile;
use crate::diagnostic::Findings;
use crate::query::{self, Address, Context, Question};
use crate::snapshot::{Input, Snapshot};
use crate::source::Texts;

fn schema(name: &str) -> Json {
    let found = wire::schemas().into_iter().find(|(known, _)| known == name);
    found.expect("the schema is in the list").1
}

#[track_caller]
fn fits(name: &str, value: &Json) {
    let schema = jsonschema::validator_for(&schema(name)).expect("the schema is one");
    let errors: Vec<String> = schema.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {value:#}");
}

const KNOWLEDGE: &str = r#"
[dimension.region]
is     = "tree"
values = ["emea/uk", "emea/de"]
[type.refund]
of = "process"
[type.refund.attribute.limit]
is = "money"
[process.refund]
type  = "refund"
limit = { amount = 10_000, currency = "EUR" }
[[process.refund.exception]]
when  = { region = "uk" }
from  = 2025-01-01
limit = { amount = 5_000, currency = "GBP" }
[term.acv]
definition = "Contract value a year."
synonyms   = ["annual value", "yearly value"]
[[term.acv.sql]]
none = true
"#;

fn snapshot() -> Snapshot {
    let (snapshot, has_errors) = snapshot_of(KNOWLEDGE);
    assert!(!has_errors);
    snapshot
}

/// A snapshot, built in spite of errors, and whether there are any.
fn snapshot_of(knowledge: &str) -> (Snapshot, bool) {
    let texts = Texts::from_pairs([("dictum.toml", ""), ("knowledge.toml", knowledge)]);
    let compiled = compile(texts, Findings::new());
    let input = Input {
        name: "test",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    let bytes = Snapshot::build(&input).expect("it builds");
    (Snapshot::from_bytes(bytes).expect("it opens"), compiled.findings.has_errors())
}

fn question(address: &str, context: &[(&str, &str)], declarations: &Declarations) -> Question {
    Question {
        address: Address::parse(address).expect("an address"),
        context: Context::read(context.iter().copied(), declarations).expect("a context"),
        on: jiff::civil::date(2026, 6, 30),
    }
}

#[test]
fn answers_of_every_status_fit_their_schema() {
    let snapshot = snapshot();
    let declarations = snapshot.declarations().expect("declarations");
    let asked: [(&str, &[(&str, &str)]); 7] = [
        ("process/refund#limit", &[]),
        ("process/refund#limit", &[("region", "uk")]),
        ("term/acv#synonyms", &[]),
        ("term/acv#sql", &[]),
        ("term/acv#defintion", &[]),
        ("term/acv#definition~000000", &[]),
        ("term/acv", &[]),
    ];
    for (address, context) in asked {
        for answer in query::get(&snapshot, &question(address, context, declarations)).expect("an answer") {
            for explain in [false, true] {
                let wire = serde_json::to_value(wire::answer(&answer, explain)).expect("it serialises");
                fits("answer", &wire);
            }
        }
    }
}

#[test]
fn one_contested_slot_leaves_the_others_of_its_subject_answered() {
    let (snapshot, has_errors) = snapshot_of(
        "[term.acv]\nlabel = \"ACV\"\n[[term.acv.definition]]\nvalue = \"a\"\n[[term.acv.definition]]\nvalue = \"b\"\n",
    );
    assert!(has_errors);
    let question = question("term/acv", &[], snapshot.declarations().expect("declarations"));
    let answers = query::get(&snapshot, &question).expect("answers");
    let wires: Vec<Json> = answers
        .iter()
        .map(|answer| serde_json::to_value(wire::answer(answer, true)).expect("it serialises"))
        .collect();
    wires.iter().for_each(|wire| fits("answer", wire));
    let definition = &wires[0];
    assert_eq!((&definition["status"], definition.get("value")), (&"contested".into(), None));
    let sides = definition["facts"].as_array().expect("both sides");
    assert_eq!(sides.iter().map(|side| &side["value"]).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(wires[1]["value"], "ACV");
}

#[test]
fn claims_and_subjects_fit_their_schemas() {
    let snapshot = snapshot();
    let basis = query::basis(&snapshot).expect("a basis");
    let count = query::blame::<query::QueryError>(&snapshot, &query::Selection::All, |cite| {
        fits("blame", &serde_json::to_value(wire::blame(&cite, &basis)).expect("it serialises"));
        Ok(())
    });
    assert!(count.expect("it reads") > 5);
    let question = question("term/acv", &[], snapshot.declarations().expect("declarations"));
    for listing in query::ls(&snapshot, "term", &question).expect("it lists") {
        fits("ls", &serde_json::to_value(wire::listed(&listing)).expect("it serialises"));
    }
}
