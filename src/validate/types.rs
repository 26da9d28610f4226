//! Subjects say only what their type declares, also where the type is said in one file and the rest in another.
//!
//! That two files give one subject two types is for deciding: `type` is a slot like others, and may change with time.

use rustc_hash::FxHashMap;

use super::knowledge::{Knowledge, SubjectClaims, first};
use crate::diagnostic::{Finding, Findings, codes};
use crate::kind::nearest;

/// Refuses attributes that none of a subject's types declares, once for each attribute of a subject.
///
/// A table that says its own `type` was checked when it was read; here are the tables that don't.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    // Subjects of the same types mostly say the same things: each is looked up once.
    let mut declared: FxHashMap<(&str, &[&str], &str), bool> = FxHashMap::default();
    for subject in &knowledge.subjects {
        let known = subject.types.iter().all(|name| knowledge.catalog.types.contains_key(*name));
        if subject.types.is_empty() || !known {
            continue;
        }
        for slot in subject.slots() {
            let attribute = slot[0].slot.attribute.as_str();
            let is_declared = declared
                .entry((subject.subject.kind(), &subject.types, attribute))
                .or_insert_with(|| knowledge.attributes_of(subject, attribute).next().is_some());
            if !*is_declared {
                findings.push(undeclared(knowledge, subject, attribute).label(first(slot), "said here"));
            }
        }
    }
}

fn undeclared(knowledge: &Knowledge<'_>, subject: &SubjectClaims<'_>, attribute: &str) -> Finding {
    let types = subject.types.join("`, `");
    let message =
        format!("`{attribute}` is not an attribute of `{}`, whose type is `{types}`", subject.subject);
    let finding = Finding::placeless(&codes::UNKNOWN_ATTRIBUTE, message);
    let kind = subject.subject.kind();
    let names = subject.types.iter().flat_map(|name| knowledge.catalog.attribute_names(kind, Some(name)));
    let word = attribute.split('.').next().unwrap_or(attribute);
    let declare = format!("declare `[type.{}.attribute.{word}]`", subject.types[0]);
    match nearest(word, names) {
        Some(near) => finding.help(format!("did you mean `{near}`? otherwise {declare}")),
        None => finding.help(format!("{declare} with what it `is`, or remove it here")),
    }
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{checked, slugs};

    const TYPES: (&str, &str) = (
        "types.toml",
        "[type.customer]\nof = \"entity\"\n[type.customer.attribute.credit-limit]\nis = \"text\"\n[type.supplier]\nof = \"entity\"\n",
    );

    #[test]
    fn what_a_type_in_another_file_does_not_declare() {
        let acme = ("a.toml", "[entity.acme]\ntype = \"supplier\"\nname = \"Acme\"\n");
        let more = ("b.toml", "[entity.acme]\ncredit-limit = \"low\"\n");
        let findings = checked(&[TYPES, acme, more]);
        assert_eq!(slugs(&findings), ["unknown-attribute"]);
        let message = &findings.iter().next().expect("one").message;
        assert_eq!(message, "`credit-limit` is not an attribute of `entity/acme`, whose type is `supplier`");
    }

    #[test]
    fn what_it_declares_is_fine() {
        let acme = ("a.toml", "[entity.acme]\ntype = \"customer\"\nname = \"Acme\"\nids.crm = \"K-1\"\n");
        let more = ("b.toml", "[entity.acme]\ncredit-limit = \"low\"\n");
        let findings = checked(&[TYPES, acme, more]);
        assert!(findings.is_empty(), "{findings:?}");
    }
}
