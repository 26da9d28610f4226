//! The parser's trees → ours.

use toml::de::{DeTable, DeValue};

use super::tree::{Array, Datetime, Made, Number, Spanned, Table, Value};

/// The same table in our words. How its tables came to be is forgotten: nothing is added to them any more.
pub(super) fn table(table: DeTable<'_>) -> Table<'_> {
    let mut translated = Table::new(Made::Header);
    for (key, at) in table {
        let key = Spanned::new(key.span(), key.into_inner());
        translated.insert(key, spanned(at));
    }
    translated
}

/// The same value in our words.
pub(super) fn value(value: DeValue<'_>) -> Value<'_> {
    match value {
        DeValue::String(text) => Value::String(text),
        DeValue::Integer(number) => {
            Value::Integer(Number::new(number.as_str().to_owned().into(), number.radix() as u8))
        }
        DeValue::Float(number) => Value::Float(Number::new(number.as_str().to_owned().into(), 10)),
        DeValue::Boolean(yes) => Value::Boolean(yes),
        DeValue::Datetime(found) => Value::Datetime(Datetime::new(found.to_string().into())),
        DeValue::Array(items) => {
            let items = items.into_iter().map(spanned).collect();
            Value::Array(Array { items, of_headers: false })
        }
        DeValue::Table(inner) => Value::Table(table(inner)),
    }
}

fn spanned(at: toml::Spanned<DeValue<'_>>) -> Spanned<Value<'_>> {
    let span = at.span();
    Spanned::new(span, value(at.into_inner()))
}
