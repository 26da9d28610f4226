//! `type`: what a family of subjects may say beyond what its kind brings along.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::catalog::{not_among, text, texts, word};
use super::condition;
use super::statement::{STATEMENT_KEYS, period};
use super::{Attribute, Builder, Builtin, Is, KINDS, Kind, Layout, Reader, SubjectTable};
use crate::claim::{Cardinality, Law, Required};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Table, Value};

pub(super) static KIND: Kind = Kind {
    name: "type",
    summary: "what a family of subjects may say",
    attributes: &[
        Builtin {
            name: "of",
            is: "text",
            cardinality: "one",
            summary: "the kind: `entity`, `term`, `process`",
        },
        Builtin { name: "attribute.*.is", is: "text", cardinality: "one", summary: "the type of its values" },
        Builtin {
            name: "attribute.*.cardinality",
            is: "text",
            cardinality: "one",
            summary: "`one`, `set`, `map`, `max` or `min`",
        },
        Builtin { name: "attribute.*.merge", is: "text", cardinality: "one", summary: "`max` or `min`" },
        Builtin {
            name: "attribute.*.required",
            is: "inline",
            cardinality: "one",
            summary: "`true`, or where",
        },
        Builtin { name: "attribute.*.values", is: "text", cardinality: "set", summary: "of an `enum`" },
        Builtin {
            name: "attribute.*.unit",
            is: "text",
            cardinality: "one",
            summary: "what it is measured in",
        },
        Builtin {
            name: "attribute.*.of",
            is: "text",
            cardinality: "one",
            summary: "of a `ref` the kind or type; of a `list` the type of an element",
        },
        Builtin {
            name: "attribute.*.precedence",
            is: "text",
            cardinality: "one",
            summary: "how it is weighed",
        },
        Builtin { name: "attribute.*.note", is: "markdown", cardinality: "one", summary: "what it is for" },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

const CARDINALITIES: &[&str] = &["one", "set", "map", "max", "min"];

/// First stage: that the type is there, and of which kind it is a family.
pub(super) fn head(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let families: Vec<&str> = KINDS.iter().filter(|kind| kind.typed).map(|kind| kind.name).collect();
    match word(subject.table, "of") {
        Some((_, of)) if families.contains(&of) => {
            let origin = reader.origin(subject.key);
            builder.type_head(subject.id, SmolStr::new(of), origin);
        }
        Some((at, of)) => {
            let (message, help) = not_among(of, "a kind that has types", &families);
            let finding = reader.finding(&codes::BAD_DECLARATION, at, message, "no such kind").help(help);
            reader.report(finding);
        }
        None if subject.table.contains_key("of") => {}
        None => {
            let message = format!("type `{}` does not say of which kind it is a family", subject.id);
            let finding = reader
                .finding(&codes::MISSING_KEY, subject.key, message, "no `of` here")
                .help("add `of = \"entity\"`, or `term`, or `process`");
            reader.report(finding);
        }
    }
}

/// Second stage: its attributes, which may name dimensions, precedences and other types.
fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    let Some(declared) = builder.catalog.types.get(subject.id) else { return };
    if declared.origin != reader.origin(subject.key) {
        return; // The second of two: already a finding.
    }
    let Some(Value::Table(attributes)) = subject.table.get("attribute").map(Spanned::get_ref) else { return };
    for (name, value) in attributes {
        let Value::Table(table) = value.get_ref() else { continue };
        if let Some(attribute) = attribute(builder, subject, name, table, reader) {
            let map = text(table, "cardinality").is_some_and(|(_, word)| word == "map");
            let name = name.get_ref();
            let pattern = if map { format_smolstr!("{name}.*") } else { SmolStr::new(&**name) };
            builder.type_attribute(subject.id, pattern, attribute);
        }
    }
}

fn attribute(
    builder: &mut Builder,
    subject: &SubjectTable<'_, '_>,
    name: &Spanned<std::borrow::Cow<'_, str>>,
    table: &Table<'_>,
    reader: &mut Reader<'_>,
) -> Option<Attribute> {
    let word = &**name.get_ref();
    if !super::is_kebab(word) {
        let message = format!("`{}` can't be the name of an attribute", super::reader::clip(word));
        let finding = reader
            .finding(&codes::BAD_ID, name, message, "not in lower case with hyphens")
            .help("write it with the letters a to z, digits and hyphens only, such as `credit-limit`");
        reader.report(finding);
        return None;
    }
    if STATEMENT_KEYS.contains(&word) || ["value", "none", "exception", "also", "audience"].contains(&word) {
        let message = format!("`{word}` can't be an attribute: it is a word of the language");
        let finding = reader
            .finding(&codes::BAD_DECLARATION, name, message, "taken")
            .help(format!("give it another name, such as `{}-{word}`", subject.id));
        reader.report(finding);
        return None;
    }
    let is = is(builder, word, name, table, reader)?;
    let (layout, cardinality) = cardinality(table, reader)?;
    let precedence = precedence(builder, table, reader);
    let required = required(builder, table, reader);
    let law = builder.law(Law { cardinality, required, precedence });
    let declared_at = Some(reader.origin(name));
    Some(Attribute { is, layout, law, declared_at })
}

fn is(
    builder: &Builder,
    word: &str,
    name: &Spanned<std::borrow::Cow<'_, str>>,
    table: &Table<'_>,
    reader: &mut Reader<'_>,
) -> Option<Is> {
    let Some((at, is)) = text(table, "is") else {
        if !table.contains_key("is") {
            let message = format!("attribute `{word}` does not say what its values are");
            let finding = reader
                .finding(&codes::MISSING_KEY, name, message, "no `is` here")
                .help("add `is = \"text\"`, or another type such as `date`, `money`, `enum`, `ref`");
            reader.report(finding);
        }
        return None;
    };
    match is {
        "enum" => {
            let mut values: Vec<SmolStr> = Vec::new();
            for (_, value) in texts(table, "values") {
                if !values.iter().any(|known| known == value) {
                    values.push(SmolStr::new(value));
                }
            }
            if values.is_empty() {
                let message = format!("attribute `{word}` is an enum without values");
                let finding = reader
                    .finding(&codes::MISSING_KEY, at, message, "which values?")
                    .help("add `values = [\"one\", \"two\"]`");
                reader.report(finding);
            }
            Some(Is::Enum(values.into()))
        }
        "ref" => {
            let Some((at, to)) = text(table, "of") else {
                let message = format!("attribute `{word}` does not say what it refers to");
                let finding = reader
                    .finding(&codes::MISSING_KEY, at, message, "no `of` beside this")
                    .help("add `of = \"entity\"`: a kind, or one of your types");
                reader.report(finding);
                return None;
            };
            reference(builder, at, to, reader)
        }
        "list" => {
            let of = text(table, "of").map_or("text", |(_, of)| of);
            match Is::plain(of) {
                Some(of) => Some(Is::List(Arc::new(of))),
                None => {
                    let at = &table["of"];
                    let words: Vec<&str> = Is::PLAIN.iter().map(|(word, _)| *word).collect();
                    let (message, help) = not_among(of, "a type of value that a list can hold", &words);
                    let finding =
                        reader.finding(&codes::BAD_DECLARATION, at, message, "no such type").help(help);
                    reader.report(finding);
                    None
                }
            }
        }
        other => Is::plain(other).or_else(|| {
            let words: Vec<&str> =
                Is::PLAIN.iter().map(|(word, _)| *word).chain(["enum", "ref", "list"]).collect();
            let (message, help) = not_among(other, "a type of value", &words);
            let finding = reader.finding(&codes::BAD_DECLARATION, at, message, "no such type").help(help);
            reader.report(finding);
            None
        }),
    }
}

fn reference(builder: &Builder, at: &Spanned<Value<'_>>, to: &str, reader: &mut Reader<'_>) -> Option<Is> {
    if let Some(kind) = super::kind(to) {
        return Some(Is::Ref { to: SmolStr::new(to), kind: SmolStr::new_static(kind.name) });
    }
    if let Some(declared) = builder.catalog.types.get(to) {
        return Some(Is::Ref { to: SmolStr::new(to), kind: declared.of.clone() });
    }
    let kinds = KINDS.iter().map(|kind| kind.name);
    let words: Vec<&str> = kinds.chain(builder.catalog.types.keys().map(SmolStr::as_str)).collect();
    let (message, help) = not_among(to, "a kind or a type", &words);
    let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
    reader.report(finding);
    None
}

fn cardinality(table: &Table<'_>, reader: &mut Reader<'_>) -> Option<(Layout, Cardinality)> {
    let (at, word) = match (text(table, "cardinality"), text(table, "merge")) {
        (Some((_, "one")) | None, Some(merge)) => merge,
        (Some(cardinality), _) => cardinality,
        (None, None) => return Some((Layout::One, Cardinality::One)),
    };
    match word {
        "one" => Some((Layout::One, Cardinality::One)),
        "set" => Some((Layout::Set, Cardinality::Set)),
        "map" => Some((Layout::One, Cardinality::One)),
        "max" => Some((Layout::One, Cardinality::Max)),
        "min" => Some((Layout::One, Cardinality::Min)),
        other => {
            let (message, help) = not_among(other, "a cardinality", CARDINALITIES);
            let finding =
                reader.finding(&codes::BAD_DECLARATION, at, message, "no such cardinality").help(help);
            reader.report(finding);
            None
        }
    }
}

fn precedence(builder: &Builder, table: &Table<'_>, reader: &mut Reader<'_>) -> Option<SmolStr> {
    let (at, id) = text(table, "precedence")?;
    let known = &builder.catalog.declarations.precedences;
    if known.contains_key(id) {
        return Some(SmolStr::new(id));
    }
    let words: Vec<&str> = known.keys().map(SmolStr::as_str).collect();
    let (message, help) = not_among(id, "a precedence", &words);
    let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
    reader.report(finding);
    None
}

/// `required = true`, or `required = { when = …, from = …, until = … }`.
fn required(builder: &Builder, table: &Table<'_>, reader: &mut Reader<'_>) -> Option<Required> {
    let value = table.get("required")?;
    match value.get_ref() {
        Value::Boolean(false) => None,
        Value::Boolean(true) => Some(Required { when: Default::default(), period: None }),
        Value::Table(domain) => {
            let when = domain.get("when");
            let when = when.map(|when| condition::when(when, &builder.catalog, reader)).unwrap_or_default();
            let dated = domain.contains_key("from") || domain.contains_key("until");
            Some(Required { when, period: dated.then(|| period(domain, Default::default(), reader)) })
        }
        other => {
            let message = format!(
                "`required` is true, or a table that says where, not {}",
                super::reader::describe(other)
            );
            let finding = reader
                .finding(&codes::BAD_DECLARATION, value, message, "here")
                .help("write `required = true`, or `required = { when = { region = \"emea\" } }`");
            reader.report(finding);
            None
        }
    }
}
