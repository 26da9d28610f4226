//! Conditions that no context can meet. Each test alone was checked where it was read; here they are taken together,
//! as a claim stands under its own, its block's and its table's.

use std::collections::BTreeMap;

use super::knowledge::Knowledge;
use super::region::never_holds;
use crate::claim::{Claim, When};
use crate::diagnostic::{Finding, Findings, codes};
use crate::source::FileId;

/// Refuses conditions that leave nothing over, once for each condition of a table.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut dead: BTreeMap<(FileId, u32, &When), &Claim> = BTreeMap::new();
    for claim in knowledge.claims {
        let when = &claim.statement.when;
        if never_holds(when, knowledge.declarations()).is_some() {
            let first = dead.entry((claim.origin.file, claim.table, when)).or_insert(claim);
            if claim.origin < first.origin {
                *first = claim;
            }
        }
    }
    for claim in dead.into_values() {
        let Some(dimension) = never_holds(&claim.statement.when, knowledge.declarations()) else { continue };
        let message = format!("this never holds: no value of `{dimension}` meets its conditions");
        let finding = Finding::new(&codes::NEVER_HOLDS, message, claim.origin, format!("`{}`", claim.slot));
        findings.push(finding.help(format!(
            "correct `{dimension}` here or on the table above: a condition narrows the one that it stands under, and both have to hold"
        )));
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{checked, slugs};

    const REGION: (&str, &str) = (
        "region.toml",
        "[dimension.region]\nis = \"tree\"\nvalues = [\"emea/uk\", \"emea/de\"]\n[dimension.vip]\nis = \"bool\"\n",
    );

    fn under(outer: &str, inner: &str) -> Vec<&'static str> {
        let text = format!(
            "[term.acv]\nlabel = \"ACV\"\nwhen = {outer}\n[[term.acv.also]]\nwhen = {inner}\nunit = \"EUR\"\ngrain = \"year\"\n"
        );
        slugs(&checked(&[REGION, ("acv.toml", &text)]))
    }

    #[test]
    fn a_block_outside_its_table_never_holds() {
        assert_eq!(under("{ region = \"uk\" }", "{ region = \"de\" }"), ["never-holds"]);
        assert_eq!(
            under("{ region = { not = \"emea\" } }", "{ region = \"de\" }"),
            ["never-holds", "never-holds"]
        );
        assert_eq!(under("{ vip = true }", "{ vip = false }"), ["never-holds"]);
    }

    #[test]
    fn a_block_inside_its_table_does() {
        assert!(under("{ region = \"emea\" }", "{ region = \"de\" }").is_empty());
        assert!(under("[{ region = \"uk\" }, { vip = true }]", "{ region = \"de\" }").is_empty());
    }

    #[test]
    fn a_misspelt_value_is_told_once() {
        assert_eq!(under("{ region = \"emea\" }", "{ region = \"ukk\" }"), ["unknown-dimension-value"]);
    }
}
