//! Document → claims, in the way that all kinds share: tables are subjects, keys are attributes, an attribute is a
//! plain value or an array of tables with `value`, and blocks group claims that share conditions.
//!
//! INVARIANT: a claim depends on nothing but its own subject's table and the catalogue, and of the table on no more than
//! `apart` says; where the file is read through a lens, on the whole of it and its path. Provenance reads old versions of single tables, and of parts of them, on the strength of it.

use std::borrow::Cow;
use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::catalog::{Found, join, not_among, text, word};
use super::reader::{Reader, clip, describe, span};
use super::statement::{Place, STATEMENT_KEYS, statement};
use super::{Attribute, Catalog, Kind, Layout, Lowers, is_kebab, value};
use crate::claim::{Claim, ClaimHash, Slot, Statement, Subject, Value as Said, claim_hash};
use crate::diagnostic::{Finding, Findings, codes};
use crate::parse::{Document, Spanned, Table, Value};
use crate::source::Origin;

mod entry;
mod unknown;

pub(super) use entry::said;

use entry::is_entry;
use unknown::{known_kind, not_a_kind_table, subject};

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

/// Reads the claims of one document, which is of the file at `path` (from the top of the repository), through the lenses that are
/// for it. What can't be read is a finding, and the rest is still there.
pub fn lower(document: &Document<'_>, path: &str, catalog: &Catalog, findings: &mut Findings) -> Vec<Claim> {
    let mut claims = Vec::new();
    lower_into(&mut claims, document, path, catalog, findings);
    claims
}

/// Reads the claims of one document, as [`lower`] does, and puts them behind those that are there.
pub fn lower_into(
    claims: &mut Vec<Claim>,
    document: &Document<'_>,
    path: &str,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    match catalog.lenses.view(document, path, catalog, findings) {
        Some(shown) => lower_as_it_stands(claims, &shown, catalog, findings),
        None => lower_as_it_stands(claims, document, catalog, findings),
    }
}

fn lower_as_it_stands(
    claims: &mut Vec<Claim>,
    document: &Document<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    let mut reader = Reader { file: document.file, whole: document.whole, findings };
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
                Some(Lowers::Themselves(reads) | Lowers::Others(reads)) => {
                    reads(&subject, catalog, &mut reader, claims);
                }
                None => Lowering::new(&subject, catalog).table(&mut reader, claims),
            }
        }
    }
}

thread_local! {
    /// What the claims of a subject share beside which nothing is stated, as is said of most: one for all of them. One a
    /// thread, for counting who shares it is slow where threads do it together.
    static NOTHING_STATED: Arc<Statement> = Arc::default();
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
        let outer = NOTHING_STATED.with(Arc::clone);
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
        let Some((at, _)) = word(self.table, "type") else { return };
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
            if reader.whole
                && claims.len() == before
                && table.keys().all(|key| STATEMENT_KEYS.contains(&&**key.get_ref()))
            {
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
