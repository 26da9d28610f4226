//! What stands at a path of a document, and how it is taken.

use std::borrow::Cow;

use super::path::Step;
use crate::parse::{Key, Spanned, Table, Value};

/// A value that a path leads to.
pub(super) struct Picked<'a, 't> {
    pub key: &'a Key<'t>,
    /// The key that `*` stood for.
    pub any: Option<&'a Key<'t>>,
    pub value: &'a Spanned<Value<'t>>,
}

/// What stands where `steps` lead from `table`.
pub(super) fn pick<'a, 't>(
    table: &'a Table<'t>,
    steps: &[Step],
    any: Option<&'a Key<'t>>,
    picked: &mut Vec<Picked<'a, 't>>,
) {
    let Some((first, rest)) = steps.split_first() else { return };
    let mut go_on = |key: &'a Key<'t>, value: &'a Spanned<Value<'t>>, any: Option<&'a Key<'t>>| match rest {
        [] => picked.push(Picked { key, any, value }),
        _ => pick_in(value, rest, any, picked),
    };
    match first {
        Step::Key(name) => {
            if let Some((key, value)) = table.get_key_value(name) {
                go_on(key, value, any);
            }
        }
        Step::Any => table.iter().for_each(|(key, value)| go_on(key, value, Some(key))),
    }
}

/// The same from a value: a table, or a list of them.
fn pick_in<'a, 't>(
    value: &'a Spanned<Value<'t>>,
    steps: &[Step],
    any: Option<&'a Key<'t>>,
    picked: &mut Vec<Picked<'a, 't>>,
) {
    match value.get_ref() {
        Value::Table(table) => pick(table, steps, any, picked),
        Value::Array(items) => items.iter().for_each(|item| pick_in(item, steps, any, picked)),
        _ => {}
    }
}

/// The text of a value that is one text, number, day, or true or false, as it is written.
pub(super) fn as_text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Integer(number) | Value::Float(number) => Some(Cow::Owned(number.to_string())),
        Value::Boolean(is) => Some(Cow::Borrowed(if *is { "true" } else { "false" })),
        Value::Datetime(day) => Some(Cow::Owned(day.to_string())),
        Value::Array(_) | Value::Table(_) => None,
    }
}

/// A value as it is taken: where text is wanted, a number is the text of its digits (ids often are numbers at their owners').
pub(super) fn taken<'t>(value: &Spanned<Value<'t>>, wants_text: bool) -> Spanned<Value<'t>> {
    match value.get_ref() {
        Value::String(_) | Value::Array(_) | Value::Table(_) => value.clone(),
        _ if !wants_text => value.clone(),
        plain => {
            let text = as_text(plain).unwrap_or_default().into_owned();
            Spanned::new(value.span(), Value::String(Cow::Owned(text)))
        }
    }
}
