//! Subjects say what their type requires. Here those that say nothing at all about it; where an attribute is said
//! but not everywhere that it is required, deciding finds the gap.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::knowledge::{Knowledge, SubjectClaims};
use crate::diagnostic::{Finding, Findings, codes};
use crate::source::Origin;

/// A required attribute (a map's with `.*` behind it), and where that is declared.
type Required<'a> = (&'a SmolStr, Option<Origin>);

/// Refuses subjects without any claim of a required attribute.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let types: BTreeMap<&str, Vec<Required<'_>>> = knowledge
        .catalog
        .types
        .iter()
        .map(|(id, declared)| {
            let all = declared.attributes().into_iter();
            let law = |law| knowledge.declarations().law(law);
            let required = all.filter(|(_, attribute)| law(attribute.law).required.is_some());
            (id.as_str(), required.map(|(pattern, attribute)| (pattern, attribute.declared_at)).collect())
        })
        .filter(|(_, required): &(_, Vec<_>)| !required.is_empty())
        .collect();
    if types.is_empty() {
        return;
    }
    for subject in &knowledge.subjects {
        for name in &subject.types {
            for (pattern, declared_at) in types.get(name).into_iter().flatten() {
                if !says(subject, pattern) {
                    findings.push(gap(subject, name, pattern, *declared_at));
                }
            }
        }
    }
}

fn says(subject: &SubjectClaims<'_>, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        None => !subject.slot(pattern).is_empty(),
        Some(prefix) => subject.claims.iter().any(|claim| claim.slot.attribute.starts_with(prefix)),
    }
}

fn gap(subject: &SubjectClaims<'_>, name: &str, pattern: &str, declared_at: Option<Origin>) -> Finding {
    let attribute = pattern.trim_end_matches(".*");
    let message =
        format!("`{}` says nothing of `{attribute}`, which its type `{name}` requires", subject.subject);
    let finding = Finding::new(&codes::GAP, message, subject.first(), format!("no `{attribute}` for this"));
    let finding = match declared_at {
        Some(at) => finding.label(at, "required here"),
        None => finding,
    };
    let (kind, id) = (subject.subject.kind(), subject.subject.id());
    finding.help(format!(
        "add `{attribute} = …` to `[{kind}.{id}]`; if it is known not to exist, add `[[{kind}.{id}.{attribute}]]` with `none = true`"
    ))
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{checked, slugs};

    const TYPES: (&str, &str) = (
        "types.toml",
        "[type.customer]\nof = \"entity\"\n[type.customer.attribute.tier]\nis = \"text\"\nrequired = true\n\
         [type.customer.attribute.codes]\nis = \"text\"\ncardinality = \"map\"\nrequired = true\n",
    );

    fn found(more: &str) -> Vec<&'static str> {
        let acme = format!("[entity.acme]\ntype = \"customer\"\n{more}\n[entity.other]\nname = \"Other\"\n");
        slugs(&checked(&[TYPES, ("acme.toml", &acme)]))
    }

    #[test]
    fn nothing_at_all_is_a_gap() {
        assert_eq!(found(""), ["gap", "gap"]);
        assert_eq!(found("codes.crm = \"K-1\""), ["gap"]);
    }

    #[test]
    fn anything_said_is_for_deciding() {
        assert!(found("tier = \"gold\"\ncodes.crm = \"K-1\"").is_empty());
        assert!(found("codes.crm = \"K-1\"\n[[entity.acme.tier]]\nnone = true").is_empty());
    }
}
