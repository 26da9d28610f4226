//! Document → claims, in the way that all kinds share: tables are subjects, keys are attributes, an attribute is a
//! plain value or an array of tables with `value`, and blocks group claims that share conditions.
//!
//! INVARIANT: a claim depends on nothing but its own subject's table and the catalogue, and of the table on no more than
//! `apart` says. Provenance reads old versions of single tables, and of parts of them, on the strength of it.

use std::borrow::Cow;
use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::apart::ENTRY_KEYS;
use super::catalog::{Found, join, not_among, text};
use super::reader::{Reader, clip, describe, span};
use super::statement::{Place, STATEMENT_KEYS, statement};
use super::{Attribute, Catalog, Is, KINDS, Kind, Layout, RESERVED_KINDS, is_kebab, nearest, value};
use crate::claim::{Claim, ClaimHash, EdgeKind, Slot, Statement, Subject, Value as Said, claim_hash};
use crate::diagnostic::{Finding, Findings, codes};
use crate::parse::{Document, Spanned, Table, Value};
use crate::source::Origin;

/// A key with its place.
type Key<'t> = Spanned<Cow<'t, str>>;

/// One `[KIND.ID]` of a document.
pub(crate) struct SubjectTable<'d, 't> {
    pub kind: &'static Kind,
    pub id: &'d str,
    pub key: &'d Key<'t>,
    pub at: &'d Spanned<Value<'t>>,
    pub table: &'d Table<'t>,
    /// Counted from 0 through the document.
    pub ordinal: u32,
}

/// The well-formed subjects of one kind; the rest is for [`lower`] to report.
pub(crate) fn subjects<'d, 't>(document: &'d Document<'t>, name: &str) -> Vec<SubjectTable<'d, 't>> {
    let (Some(kind), Some(value)) = (super::kind(name), document.root.get(name)) else { return Vec::new() };
    let Value::Table(table) = value.get_ref() else { return Vec::new() };
    let well_formed = table.iter().filter_map(|(key, at)| match at.get_ref() {
        Value::Table(table) if is_kebab(key.get_ref()) => {
            Some(SubjectTable { kind, id: key.get_ref(), key, at, table, ordinal: 0 })
        }
        _ => None,
    });
    well_formed.collect()
}

/// Reads the claims of one document. What can't be read is a finding, and the rest is still there.
pub fn lower(document: &Document<'_>, catalog: &Catalog, findings: &mut Findings) -> Vec<Claim> {
    let mut claims = Vec::new();
    lower_into(&mut claims, document, catalog, findings);
    claims
}

/// Reads the claims of one document, as [`lower`] does, and puts them behind those that are there.
pub fn lower_into(
    claims: &mut Vec<Claim>,
    document: &Document<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    let mut reader = Reader { file: document.file, findings };
    let mut ordinal = 0;
    for (key, value) in &document.root {
        let Some(kind) = known_kind(key, &mut reader) else { continue };
        let Value::Table(table) = value.get_ref() else {
            not_a_kind_table(kind, key, value, &mut reader);
            continue;
        };
        for (key, at) in table {
            let Some(subject) = subject(kind, key, at, ordinal, &mut reader) else { continue };
            // What it says may be what could not be read, which was told.
            if !document.whole && subject.table.is_empty() {
                continue;
            }
            ordinal += 1;
            match kind.lowers {
                Some(lowers) => lowers(&subject, catalog, &mut reader, claims),
                None => Lowering::new(&subject, catalog).table(&mut reader, claims),
            }
        }
    }
}

fn known_kind(key: &Key<'_>, reader: &mut Reader<'_>) -> Option<&'static Kind> {
    let word = &**key.get_ref();
    if let Some(kind) = super::kind(word) {
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

fn not_a_kind_table(kind: &Kind, key: &Key<'_>, value: &Spanned<Value<'_>>, reader: &mut Reader<'_>) {
    let name = kind.name;
    let message = format!("`{name}` needs a subject, and here is {}", describe(value.get_ref()));
    let finding = reader
        .finding(&codes::NOT_A_TABLE, key, message, "which one?")
        .help(format!("write `[{name}.some-id]` on a line of its own, and its attributes below"));
    reader.report(finding);
}

fn subject<'d, 't>(
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

/// Lowering one subject.
pub(super) struct Lowering<'a> {
    kind: &'static Kind,
    subject: Subject,
    type_id: Option<SmolStr>,
    catalog: &'a Catalog,
    key: Origin,
    at: crate::source::Span,
    table: &'a Table<'a>,
    ordinal: u32,
}

impl<'a> Lowering<'a> {
    fn new(subject: &'a SubjectTable<'a, 'a>, catalog: &'a Catalog) -> Lowering<'a> {
        Lowering {
            kind: subject.kind,
            subject: Subject::new(subject.kind.name, subject.id),
            type_id: type_of(subject.table),
            catalog,
            key: Origin { file: crate::source::FileId(0), span: span(subject.key) },
            at: span(subject.at),
            table: subject.table,
            ordinal: subject.ordinal,
        }
    }

    /// The subject's own table.
    fn table(&self, reader: &mut Reader<'_>, claims: &mut Vec<Claim>) {
        self.check_type(reader);
        let outer = Arc::new(Statement::default());
        let own = match self.kind.statements {
            true => statement(self.table, self.at, &outer, Place::Subject, None, self.catalog, reader),
            false => outer,
        };
        let before = claims.len();
        self.keys(self.table, &own, true, reader, claims);
        if claims.len() == before && self.table.is_empty() {
            let address = &self.subject;
            let key = Origin { file: reader.file, span: self.key.span };
            let finding = Finding::new(
                &codes::EMPTY_VALUE,
                format!("nothing is said about {address}"),
                key,
                "an empty table",
            )
            .help("write at least one attribute below it, such as `label = \"…\"`, or remove it");
            reader.report(finding);
        }
    }

    fn check_type(&self, reader: &mut Reader<'_>) {
        let Some(type_id) = &self.type_id else { return };
        let of = self.catalog.types.get(type_id).map(|declared| declared.of.as_str());
        if !self.kind.typed || of == Some(self.kind.name) {
            return;
        }
        let Some((at, _)) = text(self.table, "type") else { return };
        let family = self.catalog.types.iter().filter(|(_, declared)| declared.of == self.kind.name);
        let words: Vec<&str> = family.map(|(id, _)| id.as_str()).collect();
        let (message, help) = not_among(type_id, &format!("a type of {}", self.kind.name), &words);
        let help = match help.starts_with("did") {
            true => help,
            false => format!(
                "{help}; or declare it: `[type.{}]` with `of = \"{}\"`",
                clip(type_id),
                self.kind.name
            ),
        };
        let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
        reader.report(finding);
    }

    /// The keys of the subject's table or of a block.
    fn keys(
        &self,
        table: &Table<'_>,
        own: &Arc<Statement>,
        top: bool,
        reader: &mut Reader<'_>,
        claims: &mut Vec<Claim>,
    ) {
        for (key, value) in table {
            let word = &**key.get_ref();
            match word {
                _ if self.kind.statements && STATEMENT_KEYS.contains(&word) => {}
                "exception" | "also" if self.kind.statements && top => {
                    let place = if word == "also" { Place::Also } else { Place::Exception };
                    self.blocks(word, value, own, place, reader, claims);
                }
                "audience" => self.reserved_audience(key, reader),
                _ => self.attribute("", "", key, value, own, reader, claims),
            }
        }
    }

    fn reserved_audience(&self, key: &Key<'_>, reader: &mut Reader<'_>) {
        let message = "`audience` is a word kept for later (who may be answered)";
        let finding = reader
            .finding(&codes::RESERVED, key, message, "not accepted yet")
            .help("take it out; a later version of dictum reads it");
        reader.report(finding);
    }

    fn blocks(
        &self,
        word: &str,
        value: &Spanned<Value<'_>>,
        own: &Arc<Statement>,
        place: Place,
        reader: &mut Reader<'_>,
        claims: &mut Vec<Claim>,
    ) {
        let header = format_smolstr!("[[{}.{}.{word}]]", self.kind.name, self.subject.id());
        let Value::Array(items) = value.get_ref() else {
            let message = format!("`{word}` is a block, and here is {}", describe(value.get_ref()));
            let finding = reader
                .finding(&codes::NOT_A_TABLE, value, message, "not a block")
                .help(format!("write `{header}` with two brackets on each side"));
            reader.report(finding);
            return;
        };
        for item in items.iter() {
            let Value::Table(table) = item.get_ref() else {
                let message = format!("`{word}` is a block, and here is {}", describe(item.get_ref()));
                let finding = reader
                    .finding(&codes::NOT_A_TABLE, item, message, "not a block")
                    .help(format!("write `{header}`, and what it says below"));
                reader.report(finding);
                continue;
            };
            let block = statement(table, span(item), own, place, None, self.catalog, reader);
            let before = claims.len();
            self.keys(table, &block, false, reader, claims);
            if claims.len() == before && table.keys().all(|key| STATEMENT_KEYS.contains(&&**key.get_ref())) {
                let finding = reader
                    .finding(&codes::EMPTY_VALUE, item, "this block says nothing", "no attribute in it")
                    .help("add what is different here, such as `definition = \"…\"`");
                reader.report(finding);
            }
        }
    }

    /// One key of the table at `path`: an attribute, or a table of attributes.
    #[expect(
        clippy::too_many_arguments,
        reason = "the path down to here, what holds here, and where it all goes"
    )]
    fn attribute(
        &self,
        path: &str,
        pattern: &str,
        key: &Key<'_>,
        value: &Spanned<Value<'_>>,
        own: &Arc<Statement>,
        reader: &mut Reader<'_>,
        claims: &mut Vec<Claim>,
    ) {
        let word = &**key.get_ref();
        let here = join(path, word);
        let literal = join(pattern, word);
        let type_id = self.type_id.as_deref();
        let mut found = self.catalog.find(self.kind.name, type_id, &literal);
        let mut matched = literal;
        if matches!(found, Found::Nothing) && !pattern.is_empty() {
            let any = join(pattern, "*");
            found = self.catalog.find(self.kind.name, type_id, &any);
            if !matches!(found, Found::Nothing) {
                if !is_kebab(word) {
                    let message = format!("`{}` can't be a key of `{path}`", clip(word));
                    let finding = reader
                        .finding(&codes::BAD_ID, key, message, "not in lower case with hyphens")
                        .help("write it with the letters a to z, digits and hyphens only");
                    reader.report(finding);
                    return;
                }
                matched = any;
            }
        }
        match found {
            Found::Attribute(attribute) => self.values(here, attribute, value, own, reader, claims),
            Found::Table => match value.get_ref() {
                Value::Table(table) => {
                    for (key, value) in table {
                        self.attribute(&here, &matched, key, value, own, reader, claims);
                    }
                }
                other => {
                    let message = format!("`{here}` has keys of its own, and here is {}", describe(other));
                    let finding = reader
                        .finding(&codes::WRONG_TYPE, value, message, "which key?")
                        .help(format!("write `{here}.KEY = \"…\"`"));
                    reader.report(finding);
                }
            },
            Found::Unclear(types) => {
                let types: Vec<String> = types.iter().map(|id| format!("`{id}`")).collect();
                let message = format!("`{here}` means different things for different types");
                let finding = reader
                    .finding(&codes::UNCLEAR_TYPE, key, message, "of which type is this subject?")
                    .help(format!("add `type = \"…\"` to this table: one of {}", types.join(", ")));
                reader.report(finding);
            }
            Found::Nothing => self.unknown(path, key, value, reader),
        }
    }

    fn unknown(&self, path: &str, key: &Key<'_>, value: &Spanned<Value<'_>>, reader: &mut Reader<'_>) {
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

    /// The value or values of one attribute.
    fn values(
        &self,
        name: SmolStr,
        attribute: &Attribute,
        value: &Spanned<Value<'_>>,
        own: &Arc<Statement>,
        reader: &mut Reader<'_>,
        claims: &mut Vec<Claim>,
    ) {
        let slot = Slot { subject: self.subject.clone(), attribute: name };
        if let Value::Array(items) = value.get_ref() {
            let tables = items.iter().any(|item| is_entry(&attribute.is, item.get_ref()));
            if tables {
                let own = Arc::new(Statement { entry: true, ..Statement::clone(own) });
                for item in items.iter() {
                    self.entry(&slot, attribute, item, &own, reader, claims);
                }
                return;
            }
            if attribute.layout == Layout::Set {
                for item in items.iter() {
                    if let Some(said) = value::value(&attribute.is, item, reader) {
                        let origin = reader.origin(item);
                        claims.push(self.claim(slot.clone(), said, Arc::clone(own), attribute, origin));
                    }
                }
                return;
            }
        }
        if let Some(said) = value::value(&attribute.is, value, reader) {
            let origin = reader.origin(value);
            claims.push(self.claim(slot, said, Arc::clone(own), attribute, origin));
        }
    }

    /// One table with `value` (or `none`, or `retracts`) and statement keys.
    fn entry(
        &self,
        slot: &Slot,
        attribute: &Attribute,
        at: &Spanned<Value<'_>>,
        own: &Arc<Statement>,
        reader: &mut Reader<'_>,
        claims: &mut Vec<Claim>,
    ) {
        let Value::Table(table) = at.get_ref() else {
            let message =
                format!("here plain values and tables are mixed: this is {}", describe(at.get_ref()));
            let finding = reader
                .finding(&codes::WRONG_TYPE, at, message, "a plain value among tables")
                .help("write this one as a table as well: `{ value = … }`");
            reader.report(finding);
            return;
        };
        let before = reader.findings.count(crate::diagnostic::Severity::Error);
        for key in table.keys() {
            let word = &**key.get_ref();
            match word {
                "value" | "none" => {}
                "audience" => self.reserved_audience(key, reader),
                _ if self.kind.statements && STATEMENT_KEYS.contains(&word) => {}
                _ => {
                    let words: Vec<&str> = STATEMENT_KEYS.iter().copied().chain(["value", "none"]).collect();
                    let (message, help) = not_among(word, "a word that can stand beside a value", &words);
                    let finding =
                        reader.finding(&codes::BAD_STATEMENT, key, message, "not understood").help(help);
                    reader.report(finding);
                }
            }
        }
        let statement = statement(table, span(at), own, Place::Claim, Some(slot), self.catalog, reader);
        let retracts = statement.edges.iter().any(|edge| edge.kind == EdgeKind::Retracts);
        let broken = reader.findings.count(crate::diagnostic::Severity::Error) > before;
        let Some((said, place)) = said(table, at, attribute, retracts, broken, reader) else { return };
        claims.push(self.claim(slot.clone(), said, statement, attribute, place));
    }

    fn claim(
        &self,
        slot: Slot,
        value: Said,
        statement: Arc<Statement>,
        attribute: &Attribute,
        origin: Origin,
    ) -> Claim {
        let law = attribute.law;
        let mut claim =
            Claim { slot, value, statement, law, hash: ClaimHash::ZERO, origin, table: self.ordinal };
        claim.hash = claim_hash(&claim);
        claim
    }
}

/// The value that a table states: `value`, `none = true`, or nothing at all beside `retracts`.
pub(super) fn said(
    table: &Table<'_>,
    at: &Spanned<Value<'_>>,
    attribute: &Attribute,
    retracts: bool,
    broken: bool,
    reader: &mut Reader<'_>,
) -> Option<(Said, Origin)> {
    let none = table.get("none");
    match (table.get("value"), none.map(Spanned::get_ref)) {
        (Some(value), None) if retracts => {
            let finding = reader
                .finding(
                    &codes::BAD_STATEMENT,
                    value,
                    "`retracts` says nothing instead, and here is a value",
                    "a value",
                )
                .help("write `corrects` to say something else instead, or remove the value");
            reader.report(finding);
            None
        }
        (Some(value), None) => {
            let said = value::value(&attribute.is, value, reader)?;
            Some((said, reader.origin(value)))
        }
        (None, Some(Value::Boolean(true))) => Some((Said::None, reader.origin(at))),
        (None, None) if retracts => Some((Said::None, reader.origin(at))),
        (None, None) if broken => None,
        (None, None) => {
            let finding = reader
                .finding(&codes::MISSING_KEY, at, "this says no value", "no `value` here")
                .help(format!(
                    "add `value = {}`; for \"known not to exist\" write `none = true`",
                    attribute.is.example()
                ));
            reader.report(finding);
            None
        }
        (_, Some(_)) => {
            let at = none.unwrap_or(at);
            let finding = reader
                .finding(
                    &codes::BAD_STATEMENT,
                    at,
                    "`none` is written `none = true`, without a value beside it",
                    "here",
                )
                .help("keep either `none = true` or `value = …`");
            reader.report(finding);
            None
        }
    }
}

/// Whether an element of a list is a claim of its own rather than a plain value.
fn is_entry(is: &Is, value: &Value<'_>) -> bool {
    let Value::Table(table) = value else { return false };
    !matches!(is, Is::Money | Is::Period) || ENTRY_KEYS.iter().any(|key| table.contains_key(*key))
}

/// The type that a subject's own table states, where it states one.
fn type_of(table: &Table<'_>) -> Option<SmolStr> {
    match table.get("type")?.get_ref() {
        Value::String(id) => Some(SmolStr::new(&**id)),
        Value::Array(items) => {
            let mut ids = items.iter().filter_map(|item| match item.get_ref() {
                Value::Table(table) => text(table, "value").map(|(_, id)| id),
                _ => None,
            });
            let first = ids.next()?;
            ids.all(|id| id == first).then(|| SmolStr::new(first))
        }
        _ => None,
    }
}
