//! `precedence`: how claims are weighed.

use smol_str::SmolStr;

use super::catalog::{not_among, texts};
use super::{Builder, Builtin, Kind, Reader, SubjectTable};
use crate::claim::{Criterion, Precedence, Value};
use crate::diagnostic::codes;

pub(super) static KIND: Kind = Kind {
    name: "precedence",
    summary: "how claims are weighed: tiers of authority, and what is compared first",
    attributes: &[
        Builtin {
            name: "tiers",
            is: "list text",
            cardinality: "one",
            summary: "of authority, highest first",
        },
        Builtin {
            name: "order",
            is: "list text",
            cardinality: "one",
            summary: "what is compared, first to last",
        },
        Builtin {
            name: "dimensions",
            is: "list text",
            cardinality: "one",
            summary: "in which order specificity looks at them",
        },
        Builtin { name: "for", is: "text", cardinality: "set", summary: "globs of the addresses it is for" },
        Builtin { name: "rank", is: "list text", cardinality: "one", summary: "values, best first" },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

const CRITERIA: &[Criterion] =
    &[Criterion::Authority, Criterion::Specificity, Criterion::Effective, Criterion::Stated, Criterion::Rank];

fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let owned =
        |key: &str| texts(subject.table, key).into_iter().map(|(_, word)| SmolStr::new(word)).collect();
    let default = subject.id == "default";
    if default {
        builder.catalog.declarations.tiers = owned("tiers");
        builder.catalog.declarations.specificity = dimensions(builder, subject, reader);
    }
    // Some keys mean something only in the default, one only elsewhere.
    let misplaced: &[&str] = if default { &["for"] } else { &["tiers", "dimensions"] };
    for key in misplaced {
        if let Some(at) = subject.table.get(key) {
            let place = if default { "a precedence of its own" } else { "`[precedence.default]`" };
            let message = format!("`{key}` can't stand here");
            let finding = reader
                .finding(&codes::BAD_DECLARATION, at, message, "not looked at")
                .help(format!("move it to {place}"));
            reader.report(finding);
        }
    }
    let known = &builder.catalog.declarations.precedences["default"];
    let order = match order(subject, reader) {
        order if order.is_empty() => known.order.clone(),
        order => order,
    };
    let rank: Vec<Value> =
        texts(subject.table, "rank").into_iter().map(|(_, word)| Value::Text(word.into())).collect();
    if order.contains(&Criterion::Rank) && rank.is_empty() {
        let message = format!("precedence `{}` compares by `rank` but declares none", subject.id);
        let finding = reader
            .finding(&codes::MISSING_KEY, subject.key, message, "no `rank` here")
            .help("add `rank = [\"best\", \"next\"]`: the values, best first");
        reader.report(finding);
    }
    let globs = if default { Vec::new() } else { owned("for") };
    let precedence = Precedence { globs, order, rank };
    builder.catalog.declarations.precedences.insert(SmolStr::new(subject.id), precedence);
}

fn order(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Vec<Criterion> {
    let mut order = Vec::new();
    for (at, word) in texts(subject.table, "order") {
        let found = CRITERIA.iter().find(|criterion| criterion.as_str() == word);
        match found {
            Some(criterion) if order.contains(criterion) => {
                let message = format!("`{word}` stands twice in this order");
                let finding = reader
                    .finding(&codes::BAD_DECLARATION, at, message, "second time")
                    .help("remove this one");
                reader.report(finding);
            }
            Some(criterion) => order.push(*criterion),
            None => {
                let words: Vec<&str> = CRITERIA.iter().map(|criterion| criterion.as_str()).collect();
                let (message, help) = not_among(word, "something claims are compared by", &words);
                let finding =
                    reader.finding(&codes::BAD_DECLARATION, at, message, "no such criterion").help(help);
                reader.report(finding);
            }
        }
    }
    order
}

fn dimensions(builder: &Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Vec<SmolStr> {
    let known: Vec<&str> = builder.catalog.declarations.dimensions.keys().map(SmolStr::as_str).collect();
    let mut dimensions: Vec<SmolStr> = Vec::new();
    for (at, word) in texts(subject.table, "dimensions") {
        if known.contains(&word) {
            if !dimensions.iter().any(|dimension| dimension == word) {
                dimensions.push(SmolStr::new(word));
            }
            continue;
        }
        let (message, help) = not_among(word, "a dimension", &known);
        let finding = reader.finding(&codes::UNKNOWN_DIMENSION, at, message, "not declared").help(help);
        reader.report(finding);
    }
    dimensions
}
