//! What deciding finds and how it says so, told as small stories in the language itself.

use dictum::claim::Claim;
use dictum::compile;
use dictum::diagnostic::{Finding, Findings};
use dictum::source::Texts;

mod edges;

const DECLARED: &str = r#"
[dimension.department]
is = "enum"
values = ["sales", "support"]
[dimension.region]
is = "tree"
values = ["emea/uk", "emea/de", "amer"]
[dimension.amount]
is = "number"
unit = "EUR"
[precedence.default]
tiers = ["policy", "handbook"]
[source.p24]
title = "Policy 2024"
authority = "policy"
[source.p25]
title = "Policy 2025"
authority = "policy"
[source.book]
title = "Handbook"
authority = "handbook"
"#;

/// Findings of a text, and its claims.
fn compiled(text: &str) -> (Vec<Finding>, Vec<Claim>) {
    let pairs = [
        ("knowledge/dictum.toml", String::new()),
        ("knowledge/declared.toml", DECLARED.to_owned()),
        ("knowledge/t.toml", text.to_owned()),
    ];
    let compiled = compile(Texts::from_pairs(pairs), Findings::new());
    let mine = |finding: &&Finding| finding.code.slug != "unsourced";
    (compiled.findings.iter().filter(mine).cloned().collect(), compiled.claims)
}

/// The only finding of a text.
#[track_caller]
fn only(text: &str) -> Finding {
    let (findings, _) = compiled(text);
    assert_eq!(findings.len(), 1, "{}", brief(&findings));
    findings[0].clone()
}

#[track_caller]
fn clean(text: &str) {
    let (findings, _) = compiled(text);
    assert!(findings.is_empty(), "{}", brief(&findings));
}

/// A line a finding, for what a failing test prints.
fn brief(findings: &[Finding]) -> String {
    let line = |finding: &Finding| format!("{}: {}\n", finding.code.slug, finding.message);
    findings.iter().map(line).collect()
}

/// The hash of the claim with this value, as people write it.
fn digits(text: &str, value: &str) -> String {
    let (_, claims) = compiled(text);
    let claim = claims.iter().find(|claim| claim.value.to_string() == value).expect("a claim says it");
    claim.hash.to_hex()[..6].to_owned()
}

fn fixes(finding: &Finding) -> Vec<&str> {
    finding.fixes.iter().map(|fix| fix.toml.as_str()).collect()
}

#[test]
fn a_conflict_tells_where_and_by_what_nothing_decides() {
    let text = r#"
[term.acv]
[[term.acv.definition]]
value = "Fees in."
source = "p24"
from = 2026-05-01
id = "in"
[[term.acv.definition]]
value = "Fees out."
source = "p25"
from = 2026-05-01
when = { department = "support" }
until = 2026-07-01
[[term.acv.definition]]
value = "Nobody knows."
source = "p25"
from = 2026-05-01
when = { department = "support" }
"#;
    let finding = only(text);
    assert_eq!(finding.code.slug, "conflict");
    assert_eq!(
        finding.message,
        "`term/acv#definition` has 2 answers where department = support, from 2026-05-01 until 2026-07-01: \
         same tier (`policy`), same condition, same start (2026-05-01)"
    );
    assert_eq!(finding.labels.len(), 2);
    let says: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
    assert!(says.contains(&"says `Fees out.`, by source `p25`"), "{says:?}");
    let out = digits(text, "Fees out.");
    let unknown = digits(text, "Nobody knows.");
    let fixes = fixes(&finding);
    assert!(fixes.contains(&format!("supersedes = \"~{out}\"").as_str()), "{fixes:?}");
    assert!(fixes.contains(&format!("exception-to = \"~{unknown}\"").as_str()), "{fixes:?}");
}

#[test]
fn a_conflict_of_many_is_one_finding() {
    let claims: Vec<String> =
        (0..20).map(|n| format!("[[term.t.definition]]\nvalue = \"Text {n}.\"\n")).collect();
    let finding = only(&format!("[term.t]\n{}", claims.concat()));
    assert_eq!(finding.labels.len(), 8);
    assert!(finding.labels[7].text.ends_with("(and 12 more)"), "{:?}", finding.labels[7]);
    assert!(finding.message.starts_with("`term/t#definition` has 20 answers everywhere: no source"));
}

#[test]
fn overlapping_conditions_conflict_where_they_overlap() {
    let finding = only(
        r#"
[[term.t.definition]]
value = "One."
when = { region = ["uk", "amer"] }
[[term.t.definition]]
value = "Two."
when = { region = "emea", amount = { over = 10, up-to = 20 } }
"#,
    );
    assert_eq!(
        finding.message,
        "`term/t#definition` has 2 answers where amount over 10 and up to 20 EUR and region = uk: \
         no source, neither condition lies inside the other"
    );
}

#[test]
fn what_a_stronger_claim_always_hides_is_shadowed() {
    let finding = only(
        r#"
[[term.t.definition]]
value = "Handbook's."
source = "book"
[[term.t.definition]]
value = "Policy's."
source = "p25"
"#,
    );
    assert_eq!(finding.code.slug, "shadowed-claim");
    assert_eq!(finding.labels[0].text, "`Handbook's.`, tier `handbook`");
    assert_eq!(
        finding.labels[1].text,
        "`Policy's.`, tier `policy` is stronger: its source is of a higher tier"
    );
    // Superseded in time only: the older one answers before.
    clean(
        "[[term.t.definition]]\nvalue = \"Old.\"\n[[term.t.definition]]\nvalue = \"New.\"\nfrom = 2026-01-01\n",
    );
}

#[test]
fn a_source_may_supersede_another_as_a_whole() {
    let text = r#"
[source.p26]
title = "Policy 2026"
authority = "policy"
supersedes = ["p25"]
[[term.t.definition]]
value = "Old."
source = "p25"
[[term.t.definition]]
value = "New."
source = "p26"
"#;
    clean(text);
}

#[test]
fn sources_in_a_circle_are_one_finding() {
    let finding = only(
        r#"
[source.x]
title = "X"
authority = "policy"
supersedes = ["y"]
[source.y]
title = "Y"
authority = "policy"
supersedes = ["x"]
[[term.t.definition]]
value = "Old."
from = 2024-01-01
source = "x"
[[term.t.definition]]
value = "New."
from = 2025-01-01
source = "y"
"#,
    );
    assert_eq!(finding.message, "`source/x` and `source/y` supersede each other, in a circle");
}

#[test]
fn a_hole_of_a_day_is_a_note() {
    let finding = only(
        r#"
[[term.t.definition]]
value = "Old."
until = 2025-12-31
[[term.t.definition]]
value = "New."
from = 2026-01-01
"#,
    );
    assert_eq!(finding.code.slug, "period-hole");
    assert_eq!(finding.message, "nothing is said of `term/t#definition` on 2025-12-31, between two claims");
    assert_eq!(fixes(&finding), ["until = 2026-01-01"]);
}

#[test]
fn what_is_required_has_to_be_said() {
    let finding = only(
        r#"
[type.customer]
of = "entity"
[type.customer.attribute.tier]
is = "text"
required = true
[entity.acme]
type = "customer"
[[entity.acme.tier]]
value = "gold"
when = { region = "emea" }
from = 2024-01-01
"#,
    );
    assert_eq!(finding.code.slug, "gap");
    assert_eq!(
        finding.message,
        "`entity/acme#tier` is required, but nothing is said where region = amer, from 2024-01-01 on"
    );
}

#[test]
fn precedences_that_fit_alike_are_one_finding() {
    let finding = only(
        r#"
[precedence.a]
for = ["term/*#definition"]
order = ["effective"]
[precedence.b]
for = ["term/*#definition"]
order = ["authority"]
[term.t]
definition = "T is one thing."
[term.u]
definition = "U is another."
"#,
    );
    assert_eq!(finding.code.slug, "precedence-tie");
    assert_eq!(finding.message, "`precedence.a` and `precedence.b` fit `term/t#definition` equally well");
}
