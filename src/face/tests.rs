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
    let texts = Texts::from_pairs([("dictum.toml", ""), ("knowledge.toml", KNOWLEDGE)]);
    let compiled = compile(texts, Findings::new());
    assert!(!compiled.findings.has_errors());
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
