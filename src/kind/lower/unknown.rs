//! Words that are not understood: kinds, ids and attributes that there are none of, with what was probably meant.

use super::super::catalog::{join, not_among};
use super::super::reader::{Reader, clip, describe};
use super::super::{KINDS, Kind, RESERVED_KINDS, STATEMENT_KEYS, is_kebab, kind, nearest};
use super::{Key, Lowering, SubjectTable};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Value};

/// The kind that a top-level key names.
pub(super) fn known_kind(key: &Key<'_>, reader: &mut Reader<'_>) -> Option<&'static Kind> {
    let word = &**key.get_ref();
    if let Some(kind) = kind(word) {
        return Some(kind);
    }
    let finding = match RESERVED_KINDS.iter().find(|(name, _)| *name == word) {
        Some((name, what)) => {
            let message = format!("`{name}` is a kind kept for later ({what})");
            reader
                .finding(&codes::RESERVED, key, message, "not accepted yet")
                .help("take it out; a later version of dictum reads it")
        }
        None => {
            let words: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let (message, help) = not_among(word, "a kind of subject", &words);
            reader.finding(&codes::UNKNOWN_KIND, key, message, "no such kind").help(help)
        }
    };
    reader.report(finding);
    None
}

/// A kind without a subject.
pub(super) fn not_a_kind_table(
    kind: &Kind,
    key: &Key<'_>,
    value: &Spanned<Value<'_>>,
    reader: &mut Reader<'_>,
) {
    let name = kind.name;
    let message = format!("`{name}` needs a subject, and here is {}", describe(value.get_ref()));
    let finding = reader
        .finding(&codes::NOT_A_TABLE, key, message, "which one?")
        .help(format!("write `[{name}.some-id]` on a line of its own, and its attributes below"));
    reader.report(finding);
}

/// The subject that a key and its table make, if they make one.
pub(super) fn subject<'d, 't>(
    kind: &'static Kind,
    key: &'d Key<'t>,
    at: &'d Spanned<Value<'t>>,
    ordinal: u32,
    reader: &mut Reader<'_>,
) -> Option<SubjectTable<'d, 't>> {
    let id = &**key.get_ref();
    if !is_kebab(id) {
        let message = format!("`{}` can't be the id of a {}", clip(id), kind.name);
        let finding = reader
            .finding(&codes::BAD_ID, key, message, "not in lower case with hyphens")
            .help(bad_id_help(kind, id, at));
        reader.report(finding);
        return None;
    }
    match at.get_ref() {
        Value::Table(table) => Some(SubjectTable { kind, id, key, at, table, ordinal }),
        other => {
            let name = kind.name;
            let message = format!("{name} `{id}` is a table, and here is {}", describe(other));
            let help = match other {
                Value::Array(_) => format!("write `[{name}.{id}]` with one bracket on each side"),
                _ => format!("write `[{name}.{id}]` on a line of its own, and its attributes below"),
            };
            let finding = reader.finding(&codes::NOT_A_TABLE, key, message, "not a table").help(help);
            reader.report(finding);
            None
        }
    }
}

/// What to write for an id that is none: the same in kebab-case, where that leaves anything.
fn bad_id_help(kind: &Kind, id: &str, at: &Spanned<Value<'_>>) -> String {
    let mut kebab = String::new();
    for c in id.chars().take(60) {
        match c {
            'a'..='z' | '0'..='9' => kebab.push(c),
            'A'..='Z' => kebab.push(c.to_ascii_lowercase()),
            _ if kebab.is_empty() || kebab.ends_with('-') => {}
            _ => kebab.push('-'),
        }
    }
    let kebab = kebab.trim_end_matches('-');
    match (kebab.is_empty(), at.get_ref()) {
        (false, Value::Table(_)) => {
            format!("write `[{}.{kebab}]`; the name as people write it goes into `label`", kind.name)
        }
        _ => "write it with the letters a to z, digits and hyphens only".into(),
    }
}

impl Lowering<'_> {
    /// A word that is kept for later.
    pub(super) fn reserved_audience(&self, key: &Key<'_>, reader: &mut Reader<'_>) {
        let message = "`audience` is a word kept for later (who may be answered)";
        let finding = reader
            .finding(&codes::RESERVED, key, message, "not accepted yet")
            .help("take it out; a later version of dictum reads it");
        reader.report(finding);
    }

    /// A key that nobody declared.
    pub(super) fn unknown(
        &self,
        path: &str,
        key: &Key<'_>,
        value: &Spanned<Value<'_>>,
        reader: &mut Reader<'_>,
    ) {
        let word = &**key.get_ref();
        let kind = self.kind.name;
        if !self.kind.statements && path.is_empty() && STATEMENT_KEYS.contains(&word) {
            let message = format!("`{word}` can't stand in a {kind}: it holds everywhere and always");
            let finding = reader
                .finding(&codes::BAD_STATEMENT, key, message, "not here")
                .help("remove this line; what changes with time or context is said by claims");
            reader.report(finding);
            return;
        }
        // What was meant is looked for among all words there are.
        if reader.is_enough(&codes::UNKNOWN_ATTRIBUTE) {
            return;
        }
        let whose = match &self.type_id {
            Some(type_id) => format!("a {kind} of type `{}`", clip(type_id)),
            None => format!("a {kind}"),
        };
        let shown = join(path, &clip(word));
        let message = format!("`{shown}` is not an attribute of {whose}");
        let mut words = self.catalog.attribute_names(kind, self.type_id.as_deref());
        let extra: &[&str] = if self.kind.statements { STATEMENT_KEYS } else { &[] };
        words.extend(extra);
        let help = match nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.kind.typed => self.declare_help(word, value),
            None => format!(
                "write one of {}",
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        let finding = reader.finding(&codes::UNKNOWN_ATTRIBUTE, key, message, "not declared").help(help);
        reader.report(finding);
    }

    /// How to have an attribute of one's own.
    fn declare_help(&self, word: &str, value: &Spanned<Value<'_>>) -> String {
        let type_id = self.type_id.as_deref().unwrap_or("SOME-TYPE");
        let is = match value.get_ref() {
            Value::Integer(_) => "integer",
            Value::Float(_) => "decimal",
            Value::Boolean(_) => "bool",
            Value::Datetime(_) => "date",
            _ => "text",
        };
        let word = if is_kebab(word) { clip(word) } else { "NAME".into() };
        let mut help = format!("declare it: `[type.{type_id}.attribute.{word}]` with `is = \"{is}\"`");
        if self.type_id.is_none() {
            help.push_str(", and say `type = \"SOME-TYPE\"` here");
        }
        help
    }
}
