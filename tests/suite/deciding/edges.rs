//! What is found in what people write about claims: exceptions, pins, corrections, circles.

use super::{clean, digits, fixes, only};

#[test]
fn an_exception_settles_what_a_lower_tier_could_not() {
    clean(
        r#"
[term.t]
source = "p25"
definition = "The rule."
[[term.t.exception]]
when = { department = "support" }
definition = "Support's."
"#,
    );
    let finding = only(
        r#"
[term.t]
source = "p25"
definition = "The rule."
[[term.t.exception]]
when = { department = "support" }
definition = "Support's."
source = "book"
"#,
    );
    assert_eq!(finding.code.slug, "lower-tier-wins");
    assert_eq!(
        finding.message,
        "`term/t#definition`: a claim of tier `handbook` displaces one of tier `policy`"
    );
}

#[test]
fn an_exception_stays_inside_its_rule() {
    let finding = only(
        r#"
[term.t]
from = 2026-02-01
definition = "The rule."
[[term.t.exception]]
from = 2026-01-01
when = { region = "uk" }
definition = "The exception."
"#,
    );
    assert_eq!(finding.code.slug, "exception-outside");
    assert_eq!(
        finding.message,
        "an exception of `term/t#definition` also speaks where region = uk, from 2026-01-01 until 2026-02-01, \
         where there is no rule to except"
    );
    assert_eq!(fixes(&finding), ["from = 2026-02-01"]);
}

#[test]
fn a_new_rule_asks_for_a_look_at_old_exceptions() {
    let text = |reviewed: &str| {
        format!(
            r#"
[[term.t.definition]]
value = "Old rule."
from = 2024-01-01
[[term.t.definition]]
value = "New rule."
from = 2026-01-01
[[term.t.exception]]
from = 2025-01-01
when = {{ region = "uk" }}
definition = "The exception."
{reviewed}
"#
        )
    };
    let finding = only(&text(""));
    assert_eq!(finding.code.slug, "stale-exception");
    let fix = fixes(&finding)[0].to_owned();
    assert_eq!(fix, format!("reviewed-against = \"{}\"", digits(&text(""), "New rule.")));
    clean(&text(&fix));
}

#[test]
fn a_pin_holds_as_long_as_the_text_does() {
    let rule = |value: &str| format!("[term.t]\ndefinition = \"{value}\"\nsource = \"p25\"\n");
    let fix = |pin: &str| {
        format!(
            "[correction.c]\nof = \"term/t#definition\"\nvalue = \"Right.\"\nreason = \"r\"\npin = \"{pin}\"\n"
        )
    };
    let pin = digits(&rule("Wrong."), "Wrong.");
    clean(&format!("{}{}", rule("Wrong."), fix(&pin)));
    let finding = only(&format!("{}{}", rule("Other."), fix(&pin)));
    assert_eq!(finding.code.slug, "stale-pin");
    assert_eq!(
        finding.message,
        "the pin of `correction.c` fits no claim any more: what it corrects has changed"
    );
    let now = digits(&rule("Other."), "Other.");
    assert_eq!(finding.labels[1].text, format!("now answers `Other.` (`~{now}`)"));
    assert_eq!(fixes(&finding), [format!("pin = \"{now}\"")]);
}

#[test]
fn a_pin_to_what_never_answers_is_stale_too() {
    let text = |pin: &str| {
        format!(
            r#"
[[term.t.definition]]
value = "Old."
id = "old"
[[term.t.definition]]
value = "New."
supersedes = "old"
[correction.c]
of = "term/t#definition"
value = "Corrected."
reason = "r"
pin = "{pin}"
"#
        )
    };
    let old = digits(&text("000000"), "Old.");
    let finding = only(&text(&old));
    assert_eq!(finding.message, "the pin of `correction.c` is of a claim that answers nowhere any more");
}

#[test]
fn a_correction_stands_where_the_corrected_claim_stood() {
    // Not on the handbook's tier, not in all regions, and under the exception.
    let text = |pin: &str| {
        format!(
            r#"
[term.t]
source = "p25"
[[term.t.definition]]
value = "Wrong."
[[term.t.exception]]
when = {{ region = "uk" }}
definition = "UK's."
[correction.c]
of = "term/t#definition"
value = "Right."
reason = "r"
pin = "{pin}"
"#
        )
    };
    clean(&text(&digits(&text("000000"), "Wrong.")));
}

#[test]
fn a_correction_with_an_end_brings_the_old_text_back() {
    let text = |pin: &str| {
        format!(
            "[term.t]\ndefinition = \"Wrong.\"\n[correction.c]\nof = \"term/t#definition\"\nvalue = \"Right.\"\n\
             reason = \"r\"\npin = \"{pin}\"\nuntil = 2026-07-01\n"
        )
    };
    let finding = only(&text(&digits(&text("000000"), "Wrong.")));
    assert_eq!(finding.code.slug, "correction-ends");
    assert_eq!(finding.message, "what this corrects in `term/t#definition` holds again from 2026-07-01 on");
}

#[test]
fn a_circle_is_named_once_and_all_round() {
    let finding = only(
        r#"
[[term.t.definition]]
value = "One."
id = "one"
supersedes = "two"
[[term.t.definition]]
value = "Two."
id = "two"
supersedes = "one"
"#,
    );
    assert_eq!(finding.code.slug, "cycle");
    assert_eq!(
        finding.message,
        "2 claims of `term/t#definition` each stand over the next, in a circle: none can hold"
    );
    let mut texts: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["`One.` supersedes `two`", "`Two.` supersedes `one`"]);
}

#[test]
fn an_unknown_claim_names_the_nearest() {
    let finding = only(
        r#"
[[term.t.definition]]
value = "Old."
id = "general"
[[term.t.definition]]
value = "New."
from = 2026-01-01
supersedes = "genral"
"#,
    );
    assert_eq!(finding.code.slug, "unknown-claim");
    assert_eq!(finding.message, "no other claim of `term/t#definition` is called `genral`");
    assert_eq!(finding.help.as_deref(), Some("write `supersedes = \"general\"` for `Old.`"));
}

#[test]
fn an_edge_of_a_block_need_not_mean_something_for_each_attribute() {
    clean(
        r#"
[term.t]
definition = "The rule."
note = "A note."
[[term.t.exception]]
id = "emea"
when = { region = "emea" }
definition = "In EMEA."
[[term.t.exception]]
exception-to = "emea"
when = { region = "uk" }
definition = "In the UK."
formula = "a + b"
"#,
    );
}
