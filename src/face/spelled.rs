//! Values as they are written in TOML, to be pasted.

use toml_edit::Value as Toml;

use crate::claim::Value;

/// `value` as it is written behind `value = `.
pub(in crate::face) fn spelled(value: &Value) -> String {
    match value {
        Value::None => "\"none\"".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Integer(_) | Value::Decimal(_) | Value::Bool(_) | Value::Date(_) => value.to_string(),
        Value::Duration { .. } | Value::Percent(_) | Value::Ref(_) => quoted(&value.to_string()),
        Value::Period(period) => {
            let from = period.from.map(|day| format!("from = {day}"));
            let until = period.until.map(|day| format!("until = {day}"));
            format!("{{ {} }}", from.into_iter().chain(until).collect::<Vec<_>>().join(", "))
        }
        Value::Money { amount, currency } => {
            format!("{{ amount = {amount}, currency = {} }}", quoted(currency))
        }
        Value::List(items) => {
            format!("[{}]", items.iter().map(spelled).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Text in quotes, on one line.
pub(in crate::face) fn quoted(text: &str) -> String {
    match text.contains(['\n', '\r']) {
        // As JSON writes it: its escapes are TOML's, too (TOML 1.0, "Basic strings").
        true => serde_json::Value::from(text).to_string(),
        false => Toml::from(text).to_string(),
    }
}
