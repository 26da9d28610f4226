//! Claims with tables of their own: `value` and the keys that stand beside it.

use std::sync::Arc;

use super::super::apart::ENTRY_KEYS;
use super::super::attribute::Attribute;
use super::super::catalog::not_among;
use super::super::reader::{Reader, describe, span};
use super::super::statement::{Place, STATEMENT_KEYS, statement};
use super::super::{Is, value};
use super::Lowering;
use crate::claim::{Claim, EdgeKind, Slot, Statement, Value as Said};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Table, Value};
use crate::source::Origin;

impl Lowering<'_> {
    /// One table with `value` (or `none`, or `retracts`) and statement keys.
    pub(super) fn entry(
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
}

/// The value that a table states: `value`, `none = true`, or nothing at all beside `retracts`.
pub(in crate::kind) fn said(
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
pub(super) fn is_entry(is: &Is, value: &Value<'_>) -> bool {
    let Value::Table(table) = value else { return false };
    !matches!(is, Is::Money | Is::Period | Is::Inline) || ENTRY_KEYS.iter().any(|key| table.contains_key(key))
}
