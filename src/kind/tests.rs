//! What is read out of documents, one claim a line, and what is said of mistakes.

use crate::claim::{Claim, Target};
use crate::diagnostic::Findings;
use crate::kind::{declare, lower};
use crate::parse::parse;
use crate::source::Texts;

/// Declares and lowers `files`; claims of the declaring kinds are left out.
fn read(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let texts = Texts::from_pairs(files.iter().copied());
    let mut findings = Findings::new();
    let documents: Vec<_> = texts.iter().map(|(file, text)| parse(file, text, &mut findings)).collect();
    let catalog = declare(&documents.iter().collect::<Vec<_>>(), "", &mut findings);
    let claims: Vec<Claim> =
        documents.iter().flat_map(|document| lower(document, "a.toml", &catalog, &mut findings)).collect();
    findings.finish();
    let declaring = ["dimension", "type", "precedence", "source", "team"];
    let shown =
        claims.iter().filter(|claim| !declaring.contains(&claim.slot.subject.kind())).map(show).collect();
    let found = findings.iter().map(|finding| {
        let help = finding.help.as_deref().unwrap_or("-");
        format!("{}: {} / {help}", finding.code.slug, finding.message)
    });
    (shown, found.collect())
}

fn show(claim: &Claim) -> String {
    let statement = &claim.statement;
    let mut line = format!("{} = {}", claim.slot, claim.value);
    if !statement.when.is_always() {
        line.push_str(&format!(" when {} products", statement.when.products().len()));
    }
    if statement.period != Default::default() {
        line.push_str(&format!(" in {}", statement.period));
    }
    if let Some(source) = &statement.source {
        line.push_str(&format!(" by {source}"));
    }
    for edge in &statement.edges {
        let target = match &edge.target {
            Target::Table => "the table",
            Target::Id(id) => id,
            Target::Hash(hash) => hash,
            Target::Slot => "the slot",
        };
        line.push_str(&format!(" {} {target}", edge.kind.as_str()));
    }
    line
}

const WORLD: &str = r#"
[dimension.region]
is = "tree"
values = ["emea/uk", "emea/de", "amer/us"]
sets = { eurozone = ["de"] }
[dimension.department]
is = "enum"
values = ["sales", "support"]
[dimension.amount]
is = "number"
[precedence.default]
tiers = ["policy", "handbook"]
[source.finance-policy]
authority = "policy"
[source.support-handbook]
authority = "handbook"
[team.finance]
members = ["lead@example.com"]
[type.customer]
of = "entity"
[type.customer.attribute.tier]
is = "enum"
values = ["gold", "silver"]
[type.customer.attribute.credit-limit]
is = "money"
"#;

#[test]
fn one_rule_for_every_kind() {
    let (claims, findings) = read(&[
        ("world.toml", WORLD),
        (
            "terms.toml",
            r#"
[term.active-customer]
label = "Active customer"
synonyms = ["active account", "live customer"]
definition = "One paid invoice in 90 days."
owner = "finance"
source = "finance-policy"
from = 2026-02-01
[[term.active-customer.exception]]
id = "support"
when = { department = "support" }
definition = "An open support plan."
source = "support-handbook"
[[term.acv.definition]]
value = "With fees."
from = 2024-02-01
[[term.acv.definition]]
none = true
from = 2025-05-01
supersedes = "old"
[entity.acme]
type = "customer"
ids.salesforce = "001A"
tier = "gold"
credit-limit = { amount = 10_000.50, currency = "EUR" }
deprecated = { replaced-by = "acme-new", reason = "merged" }
[correction.acv-fees]
of = "term/acv#definition"
value = "Without fees."
reason = "policy 2025"
pin = "7be4f1"
"#,
        ),
    ]);
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(
        claims,
        [
            "term/active-customer#label = Active customer in 2026-02-01/.. by finance-policy",
            "term/active-customer#synonyms = active account in 2026-02-01/.. by finance-policy",
            "term/active-customer#synonyms = live customer in 2026-02-01/.. by finance-policy",
            "term/active-customer#definition = One paid invoice in 90 days. in 2026-02-01/.. by finance-policy",
            "term/active-customer#owner = team/finance in 2026-02-01/.. by finance-policy",
            "term/active-customer#definition = An open support plan. when 1 products in 2026-02-01/.. by \
             support-handbook exception-to the table",
            "term/acv#definition = With fees. in 2024-02-01/..",
            "term/acv#definition = none in 2025-05-01/.. supersedes old",
            "entity/acme#type = customer",
            "entity/acme#ids.salesforce = 001A",
            "entity/acme#tier = gold",
            "entity/acme#credit-limit = 10000.5 EUR",
            "entity/acme#deprecated.replaced-by = entity/acme-new",
            "entity/acme#deprecated.reason = merged",
            "term/acv#definition = Without fees. corrects 7be4f1",
        ]
    );
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let (_, findings) = read(&[
        ("world.toml", WORLD),
        (
            "bad.toml",
            r#"
[trem.acv]
label = "x"
[term.ACV]
label = "x"
[term.acv]
definitoin = "x"
label = 12
from = 2026-05-01
until = 2026-02-01
[[term.acv.definition]]
value = "x"
when = { region = "ukk" }
[[term.acv.definition]]
from = 2026-01-01
[[term.acv.definition]]
value = "x"
when = { regoin = "uk" }
[entity.acme]
type = "custmer"
[entity.beta]
type = "customer"
tier = "glod"
[term]
other = 1
"#,
        ),
    ]);
    // The last header is a mistake in the TOML itself, and hides nothing else.
    let without_toml: Vec<&String> =
        findings.iter().filter(|line| !line.starts_with("duplicate-key")).collect();
    insta::assert_debug_snapshot!(without_toml);
}

#[test]
fn conditions_are_canonical() {
    let text = |when: &str| format!("[[term.a.definition]]\nvalue = \"x\"\nwhen = {when}\n");
    let hash = |when: &str| {
        let text = text(when);
        let texts = Texts::from_pairs([("a.toml", WORLD), ("b.toml", &text)]);
        let mut findings = Findings::new();
        let documents: Vec<_> = texts.iter().map(|(file, text)| parse(file, text, &mut findings)).collect();
        let catalog = declare(&documents.iter().collect::<Vec<_>>(), "", &mut findings);
        let claims = lower(&documents[1], "b.toml", &catalog, &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        claims[0].hash
    };
    let one = hash(r#"{ region = ["uk", "de"], department = "sales" }"#);
    assert_eq!(one, hash(r#"[{ department = ["sales"], region = ["de", "uk", "de"] }]"#));
    assert_ne!(one, hash(r#"{ region = "uk", department = "sales" }"#));
    let range = hash("{ amount = { over = 10, up-to = 50.0 } }");
    assert_eq!(range, hash("{ amount = { up-to = 50, over = 10.0 } }"));
}
