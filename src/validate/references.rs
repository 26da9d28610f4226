//! Every reference leads to a subject, of the kind and type that its attribute asks for.

use std::collections::BTreeMap;

use super::knowledge::{Knowledge, refs};
use crate::claim::{Claim, Subject};
use crate::diagnostic::{Finding, Findings, codes};
use crate::kind::{Is, nearest};

/// Missing subjects for which the nearest one is looked up: a search through all subjects each.
const MOST_SUGGESTED: usize = 200;

/// Refuses values that refer to nothing, or to a subject of another type.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let mut suggestions = Suggestions { knowledge, known: BTreeMap::new() };
    for claim in knowledge.claims {
        for target in refs(&claim.value) {
            match knowledge.find(target) {
                None => findings.push(missing(claim, target, &mut suggestions)),
                Some(at) => {
                    let types = &knowledge.subjects[at].types;
                    if let Some(finding) = wanted_type(knowledge, claim, target, types) {
                        findings.push(finding);
                    }
                }
            }
        }
    }
}

/// The nearest subject of the same kind, looked up once for each word.
struct Suggestions<'k, 'a> {
    knowledge: &'k Knowledge<'a>,
    known: BTreeMap<Subject, Option<String>>,
}

impl Suggestions<'_, '_> {
    fn nearest(&mut self, target: &Subject) -> Option<String> {
        if let Some(known) = self.known.get(target) {
            return known.clone();
        }
        if self.known.len() >= MOST_SUGGESTED {
            return None;
        }
        let ids = self.knowledge.of_kind(target.kind()).iter().map(|other| other.subject.id());
        let found = nearest(target.id(), ids).map(str::to_owned);
        self.known.insert(target.clone(), found.clone());
        found
    }
}

fn missing(claim: &Claim, target: &Subject, suggestions: &mut Suggestions<'_, '_>) -> Finding {
    let (kind, id, attribute) = (target.kind(), target.id(), &claim.slot.attribute);
    let message = format!(
        "`{attribute}` of `{}` refers to {} `{id}`, which is declared nowhere",
        claim.slot.subject, kind
    );
    let finding =
        Finding::new(&codes::UNKNOWN_REFERENCE, message, claim.origin, format!("no `[{kind}.{id}]`"));
    match suggestions.nearest(target) {
        Some(near) => finding.help(format!("did you mean `{near}`? otherwise declare `[{kind}.{id}]`")),
        None => finding.help(format!("declare `[{kind}.{id}]`, or type the id of a {kind} that there is")),
    }
}

/// A reference to a type's subjects must lead to one of that type. A subject that says no type is anyone's.
fn wanted_type(
    knowledge: &Knowledge<'_>,
    claim: &Claim,
    target: &Subject,
    types: &[&str],
) -> Option<Finding> {
    let own = knowledge.find(&claim.slot.subject)?;
    let wanted = |is: &Is| match is {
        Is::Ref { to, kind } if to != kind => Some(to.clone()),
        _ => None,
    };
    let to =
        knowledge.attributes_of(&knowledge.subjects[own], &claim.slot.attribute).find_map(|attribute| {
            match &attribute.is {
                Is::List(of) => wanted(of),
                is => wanted(is),
            }
        })?;
    if types.is_empty() || types.contains(&to.as_str()) {
        return None;
    }
    let attribute = &claim.slot.attribute;
    let has = types.join("`, `");
    let message = format!("`{attribute}` asks for a `{to}`, and `{target}` is a `{has}`");
    let finding = Finding::new(&codes::UNKNOWN_REFERENCE, message, claim.origin, format!("not a `{to}`"));
    Some(finding.help(format!("type the id of a {} whose `type` is `{to}`", target.kind())))
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, checked, slugs};

    #[test]
    fn a_slip_is_told_with_the_nearest() {
        let mut book = Book::new();
        book.say("term/acv#broader", Book::reference("term/revenu")).say("term/revenue#label", "Revenue");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["unknown-reference"]);
        let finding = findings.iter().next().expect("one");
        assert_eq!(
            finding.help.as_deref(),
            Some("did you mean `revenue`? otherwise declare `[term.revenu]`")
        );
    }

    #[test]
    fn references_in_lists_count() {
        let mut book = Book::new();
        let list = crate::claim::Value::List(vec![
            Book::reference("term/revenue"),
            Book::reference("term/none-such"),
        ]);
        book.say("term/acv#related", list).say("term/revenue#label", "Revenue");
        assert_eq!(slugs(&book.check()), ["unknown-reference"]);
    }

    #[test]
    fn a_reference_that_leads_somewhere_is_fine() {
        let mut book = Book::new();
        book.say("term/acv#broader", Book::reference("term/revenue")).say("term/revenue#label", "Revenue");
        assert!(book.check().is_empty());
    }

    #[test]
    fn a_reference_asks_for_a_type() {
        let types = "[type.customer]\nof = \"entity\"\n[type.supplier]\nof = \"entity\"\n[type.deal]\nof = \"term\"\n\
                     [type.deal.attribute.buyer]\nis = \"ref\"\nof = \"customer\"\n";
        let deal = |buyer: &str| format!("[term.big]\ntype = \"deal\"\nbuyer = \"{buyer}\"\n");
        let all = "[entity.acme]\ntype = \"customer\"\n[entity.bolt]\ntype = \"supplier\"\n[entity.nut]\nname = \"Nut\"\n";
        let found =
            |buyer| slugs(&checked(&[("types.toml", types), ("deal.toml", &deal(buyer)), ("all.toml", all)]));
        assert!(found("acme").is_empty());
        assert!(found("nut").is_empty());
        assert_eq!(found("bolt"), ["unknown-reference"]);
    }

    #[test]
    fn owners_and_sources_are_references() {
        let text = "[term.acv]\nlabel = \"ACV\"\nowner = \"finanze\"\n[team.finance]\nlabel = \"Finance\"\n\
                    [source.new]\ntitle = \"New\"\nsupersedes = [\"old\"]\n";
        let findings = checked(&[("all.toml", text)]);
        assert_eq!(slugs(&findings), ["unsourced", "unknown-reference", "unknown-reference"]);
    }
}
