//! `correction`: an expert's fix, in a file of its own. It makes one claim in the slot that it corrects.

use std::sync::Arc;

use smol_str::SmolStr;

use super::catalog::{not_among, text};
use super::condition;
use super::lower::{SubjectTable, said};
use super::reader::{Reader, clip, span};
use super::statement::{period, target};
use super::{Builtin, Catalog, Kind, Lowers, is_kebab, value};
use crate::claim::{Claim, ClaimHash, Correction, Edge, EdgeKind, Slot, Statement, Target, claim_hash};
use crate::diagnostic::codes;

pub(super) static KIND: Kind = Kind {
    name: "correction",
    summary: "an expert's fix, in a file of its own",
    attributes: &[
        Builtin { name: "of", is: "text", cardinality: "one", summary: "the address it corrects" },
        Builtin { name: "value", is: "inline", cardinality: "one", summary: "what is right" },
        Builtin { name: "none", is: "bool", cardinality: "one", summary: "`true`: known not to exist" },
        Builtin { name: "reason", is: "markdown", cardinality: "one", summary: "why" },
        Builtin { name: "by", is: "text", cardinality: "one", summary: "who says so: an e-mail identity" },
        Builtin { name: "pin", is: "text", cardinality: "one", summary: "the hash of the claim it corrects" },
        Builtin {
            name: "when",
            is: "inline",
            cardinality: "one",
            summary: "in which contexts; else where the claim holds",
        },
        Builtin {
            name: "from",
            is: "date",
            cardinality: "one",
            summary: "the first day; else that of the claim",
        },
        Builtin { name: "until", is: "date", cardinality: "one", summary: "the first day no more" },
        Builtin {
            name: "source",
            is: "text",
            cardinality: "one",
            summary: "what it leans on; else what the claim leaned on",
        },
        Builtin {
            name: "type",
            is: "text",
            cardinality: "one",
            summary: "the subject's type, where that is not clear",
        },
        Builtin { name: "review-by", is: "date", cardinality: "one", summary: "when to look at it again" },
    ],
    statements: false,
    typed: false,
    declares: None,
    lowers: Some(Lowers::Others(lowers)),
};

fn lowers(
    subject: &SubjectTable<'_, '_>,
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    claims: &mut Vec<Claim>,
) {
    check_keys(subject, reader);
    let Some((slot, named)) = of(subject, reader) else { return };
    let type_id = text(subject.table, "type").map(|(_, id)| id);
    let Some(attribute) = catalog.attribute(slot.subject.kind(), type_id, &slot.attribute) else {
        unknown_slot(subject, &slot, catalog, reader);
        return;
    };
    if is_declared(&slot) {
        declared(subject, &slot, reader);
        return;
    }
    let pin = pin(subject, reader);
    if !subject.table.contains_key("reason") {
        let message = format!("correction `{}` does not say why", subject.id);
        let finding = reader
            .finding(&codes::MISSING_KEY, subject.key, message, "no `reason` here")
            .help("add `reason = \"…\"`: the next reader will want to know");
        reader.report(finding);
    }
    let Some((said, origin)) = said(subject.table, subject.at, attribute, false, false, reader) else {
        return;
    };
    let corrected = match (named, &pin) {
        (Some(named), _) => named,
        (None, Some(pin)) => Target::Hash(pin.clone()),
        (None, None) => Target::Slot,
    };
    let source = source(subject, catalog, reader);
    let when =
        subject.table.get("when").map(|when| condition::when(when, catalog, reader)).unwrap_or_default();
    let statement = Statement {
        when,
        period: period(subject.table, Default::default(), reader),
        source,
        id: Some(SmolStr::new(subject.id)),
        reason: text(subject.table, "reason").map(|(_, reason)| reason.into()),
        edges: vec![Edge { kind: EdgeKind::Corrects, target: corrected, span: span(subject.key) }],
        block: true,
        entry: true,
        reviewed_against: None,
        correction: Some(Box::new(Correction {
            id: SmolStr::new(subject.id),
            by: text(subject.table, "by").map(|(_, by)| SmolStr::new(by)),
            pin,
            review_by: subject.table.get("review-by").and_then(|day| value::date(day.get_ref())),
        })),
    };
    let (statement, law, table) = (Arc::new(statement), attribute.law, subject.ordinal);
    let mut claim = Claim { slot, value: said, statement, law, hash: ClaimHash::ZERO, origin, table };
    claim.hash = claim_hash(&claim);
    claims.push(claim);
}

/// Keys that no correction has, and values of the wrong type for those that decide nothing else.
fn check_keys(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    let words: Vec<&str> =
        KIND.attributes.iter().map(|builtin| builtin.name).chain(["label", "note"]).collect();
    for (key, at) in subject.table {
        let word = &**key.get_ref();
        if !words.contains(&word) {
            let (message, help) = not_among(word, "an attribute of a correction", &words);
            let finding = reader.finding(&codes::UNKNOWN_ATTRIBUTE, key, message, "not declared").help(help);
            reader.report(finding);
        }
        let textual = ["of", "reason", "by", "pin", "type", "source", "label", "note"].contains(&word);
        if textual {
            value::value(&super::Is::Text, at, reader);
        }
        if word == "review-by" {
            value::value(&super::Is::Date, at, reader);
        }
    }
}

/// The slot, and the claim in it where `of` names one.
fn of(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Option<(Slot, Option<Target>)> {
    let Some((at, of)) = text(subject.table, "of") else {
        if !subject.table.contains_key("of") {
            let message = format!("correction `{}` does not say what it corrects", subject.id);
            let finding = reader
                .finding(&codes::MISSING_KEY, subject.key, message, "no `of` here")
                .help("add `of = \"term/acv#definition\"`: the address that `dictum get` prints");
            reader.report(finding);
        }
        return None;
    };
    let (address, claim) = match of.find(['@', '~']) {
        Some(at) => (&of[..at], Some(&of[at..])),
        None => (of, None),
    };
    let slot = Slot::parse(address);
    let target = claim.map(|claim| target(claim, None)).transpose();
    match (slot, target) {
        (Some(slot), Ok(target)) => Some((slot, target)),
        _ => {
            let message = format!("`{}` is not an address", clip(of));
            let finding = reader.finding(&codes::WRONG_TYPE, at, message, "not an address").help(
                "write it as `\"term/acv#definition\"`: kind, id and attribute, as `dictum get` prints them",
            );
            reader.report(finding);
            None
        }
    }
}

/// Whether a slot is of a calendar's rule, which is read where the calendar is declared and nowhere else: a correction would
/// answer otherwise than the calendar does.
fn is_declared(slot: &Slot) -> bool {
    let shared = ["label", "note", "owner"].contains(&slot.attribute.as_str());
    slot.subject.kind() == "calendar" && !shared
}

fn declared(subject: &SubjectTable<'_, '_>, slot: &Slot, reader: &mut Reader<'_>) {
    let message = format!("`{slot}` is declared, and can't be corrected from elsewhere");
    let finding = reader
        .finding(&codes::BAD_STATEMENT, &subject.table["of"], message, "a calendar goes by its own table")
        .help(format!(
            "change it in `[{}.{}]`; the commit says who and why, and a dated change of calendar is a block `change`",
            slot.subject.kind(),
            slot.subject.id()
        ));
    reader.report(finding);
}

fn unknown_slot(subject: &SubjectTable<'_, '_>, slot: &Slot, catalog: &Catalog, reader: &mut Reader<'_>) {
    let at = &subject.table["of"];
    let kind = slot.subject.kind();
    let (message, help) = match super::kind(kind) {
        None => {
            let words: Vec<&str> = super::KINDS.iter().map(|kind| kind.name).collect();
            not_among(kind, "a kind of subject", &words)
        }
        Some(_) => {
            let words = catalog.attribute_names(kind, None);
            let first = slot.attribute.split('.').next().unwrap_or_default();
            not_among(first, &format!("an attribute that every {kind} has in one way"), &words)
        }
    };
    let finding = reader.finding(&codes::UNKNOWN_ATTRIBUTE, at, message, "not declared").help(help);
    reader.report(finding);
}

/// The hash of the corrected claim, with or without what stands before it.
fn pin(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Option<SmolStr> {
    let (at, pin) = text(subject.table, "pin")?;
    let digits = pin.rsplit('~').next().unwrap_or(pin);
    match target(&format!("~{digits}"), None) {
        Ok(Target::Hash(digits)) => Some(digits),
        _ => {
            let message = format!("`{}` is not the hash of a claim", clip(pin));
            let finding = reader
                .finding(&codes::BAD_STATEMENT, at, message, "not a hash")
                .help("write at least 6 of its hex digits, as `dictum get` prints them behind `~`");
            reader.report(finding);
            None
        }
    }
}

/// The source it leans on; it has to be declared.
fn source(subject: &SubjectTable<'_, '_>, catalog: &Catalog, reader: &mut Reader<'_>) -> Option<SmolStr> {
    let (at, source) = text(subject.table, "source")?;
    let source = source.strip_prefix("source/").unwrap_or(source);
    if !catalog.declarations.sources.contains_key(source) {
        let words: Vec<&str> = catalog.declarations.sources.keys().map(SmolStr::as_str).collect();
        let (message, help) = not_among(source, "a source", &words);
        let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
        reader.report(finding);
    }
    is_kebab(source).then(|| SmolStr::new(source))
}
