//! Whether two documents say the same, whatever the order of their keys and the way they are laid out.

use super::{Table, Value};

/// Whether `a` and `b` hold the same keys with the same values, lists in the same order. Numbers are compared as they are
/// written.
pub fn same(a: &Table<'_>, b: &Table<'_>) -> bool {
    a.len() == b.len()
        && a.iter().all(|(key, value)| {
            b.get(key.get_ref()).is_some_and(|other| same_value(value.get_ref(), other.get_ref()))
        })
}

fn same_value(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) | (Value::Float(a), Value::Float(b)) => {
            a.radix() == b.radix() && a.as_str() == b.as_str()
        }
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Datetime(a), Value::Datetime(b)) => a.to_string() == b.to_string(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_value(a.get_ref(), b.get_ref()))
        }
        (Value::Table(a), Value::Table(b)) => same(a, b),
        _ => false,
    }
}
