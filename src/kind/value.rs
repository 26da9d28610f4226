//! Values: from TOML to the canonical form of the declared type.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::catalog::not_among;
use super::reader::{Reader, clip, describe};
use super::{Is, is_kebab};
use crate::claim::{Period, Subject, Value};
use crate::diagnostic::codes;
use crate::parse::{self, Spanned, Table};

/// Reads `value` as `is`; a finding and `None` where it is something else.
pub(super) fn value(is: &Is, value: &Spanned<parse::Value<'_>>, reader: &mut Reader<'_>) -> Option<Value> {
    match typed(is, value.get_ref()) {
        Ok(found) => {
            if let Value::Text(text) = &found
                && text.trim().is_empty()
            {
                let finding = reader
                    .finding(&codes::EMPTY_VALUE, value, "this text is empty", "nothing between the quotes")
                    .help(
                        "write the text, or remove the line; for \"known not to exist\" write `none = true`",
                    );
                reader.report(finding);
                return None;
            }
            Some(found)
        }
        Err(Wrong::Type) => {
            let found = describe(value.get_ref());
            let message = format!("this should be {is}, and is {found}");
            let help = advice(is, value.get_ref());
            let finding = reader.finding(&codes::WRONG_TYPE, value, message, found).help(help);
            reader.report(finding);
            None
        }
        Err(Wrong::Value(message, help)) => {
            let finding = reader.finding(&codes::WRONG_TYPE, value, message, "here").help(help);
            reader.report(finding);
            None
        }
    }
}

/// Why a value is not of its type.
enum Wrong {
    /// Something else altogether.
    Type,
    /// Almost: what is wrong and what to do.
    Value(String, String),
}

fn typed(is: &Is, value: &parse::Value<'_>) -> Result<Value, Wrong> {
    use parse::Value as Toml;
    let found = match (is, value) {
        (Is::Text | Is::Markdown, Toml::String(text)) => Value::Text(lines(text)),
        (Is::Integer, Toml::Integer(_)) => Value::Integer(integer(value).ok_or_else(too_large)?),
        (Is::Decimal, _) => Value::Decimal(decimal(value)?),
        (Is::Bool, Toml::Boolean(yes)) => Value::Bool(*yes),
        (Is::Date, Toml::Datetime(_) | Toml::String(_)) => Value::Date(date(value).ok_or(Wrong::Type)?),
        (Is::Period, _) => Value::Period(self::period(value).ok_or(Wrong::Type)?),
        (Is::Duration, Toml::String(text)) => duration(text).ok_or_else(|| {
            let message = format!("`{}` is not a length of time", clip(text));
            Wrong::Value(message, "write it as `\"30 days\"`, `\"2 months\"` or `\"P2M\"`".into())
        })?,
        (Is::Percent, Toml::String(text)) => {
            let number = text.trim().strip_suffix('%').ok_or(Wrong::Type)?;
            Value::Percent(exact(number.trim_end()).ok_or(Wrong::Type)?)
        }
        (Is::Percent, _) => Value::Percent(decimal(value)?),
        (Is::Money, Toml::Table(table)) => money(table)?,
        (Is::Url, Toml::String(text)) if is_url(text) => Value::Text(SmolStr::new(&**text)),
        (Is::Email, Toml::String(text)) if is_email(text) => Value::Text(SmolStr::new(&**text)),
        (Is::Enum(values), Toml::String(text)) => {
            if !values.iter().any(|known| known == &**text) {
                let words: Vec<&str> = values.iter().map(SmolStr::as_str).collect();
                let (message, help) = not_among(text, "a declared value", &words);
                return Err(Wrong::Value(message, help));
            }
            Value::Text(SmolStr::new(&**text))
        }
        (Is::Ref { kind, .. }, Toml::String(text)) => reference(kind, text)?,
        (Is::List(of), Toml::Array(items)) => {
            let items: Result<Vec<Value>, Wrong> =
                items.iter().map(|item| typed(of, item.get_ref())).collect();
            Value::List(items?)
        }
        (Is::Inline, _) => Value::Text(inline(value).into()),
        _ => return Err(Wrong::Type),
    };
    Ok(found)
}

/// Text with its lines ended in one way: a checkout that ends them otherwise says the same thing.
fn lines(text: &str) -> SmolStr {
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { SmolStr::new(text) }
}

/// What to type instead of a value of the wrong type.
fn advice(is: &Is, found: &parse::Value<'_>) -> String {
    match (is, found) {
        (
            Is::Text | Is::Markdown,
            parse::Value::Integer(_) | parse::Value::Float(_) | parse::Value::Datetime(_),
        ) => "put it in quotes".into(),
        (Is::Text | Is::Markdown, parse::Value::Array(_)) => {
            "write one text in quotes; to say it several times, write a `[[…]]` block with `value` for each"
                .into()
        }
        (Is::List(_), parse::Value::String(text)) => format!("write it in brackets: `[\"{}\"]`", clip(text)),
        (_, parse::Value::Table(_)) if !matches!(is, Is::Money | Is::Period) => {
            format!(
                "write the value alone, such as `{}`; with `when` or `from` beside it, write a block in two brackets `[[…]]` with `value`",
                is.example()
            )
        }
        (Is::Date, parse::Value::Datetime(_)) => "write the day alone, without a time: `2026-02-01`".into(),
        _ => format!("write it as `{}`", is.example()),
    }
}

fn too_large() -> Wrong {
    Wrong::Value(
        "this number has too many digits".into(),
        "write a number below nine quintillion (19 digits), or declare the attribute as `text`".into(),
    )
}

/// A TOML integer, whatever its base.
fn integer(value: &parse::Value<'_>) -> Option<i64> {
    match value {
        parse::Value::Integer(number) => {
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
        }
        _ => None,
    }
}

/// An exact number from the digits that are written: never through a float.
fn decimal(value: &parse::Value<'_>) -> Result<Decimal, Wrong> {
    match value {
        parse::Value::Integer(_) => integer(value).map(Decimal::from).ok_or_else(too_large),
        parse::Value::Float(number) => exact(&number.as_str().replace('_', "")).ok_or_else(|| {
            Wrong::Value(
                format!("`{}` can't be kept exactly", clip(number.as_str())),
                "write a number with at most 28 digits; `inf` and `nan` are not numbers here".into(),
            )
        }),
        _ => Err(Wrong::Type),
    }
}

/// An exact number, normalised; `None` where its digits don't fit.
pub(super) fn number(value: &parse::Value<'_>) -> Option<Decimal> {
    decimal(value).ok()
}

fn exact(digits: &str) -> Option<Decimal> {
    let found = match digits.contains(['e', 'E']) {
        true => Decimal::from_scientific(digits).ok()?,
        false => Decimal::from_str_exact(digits.trim_start_matches('+')).ok()?,
    };
    Some(found.normalize())
}

/// A day: `2026-02-01`, or the same in quotes.
pub(super) fn date(value: &parse::Value<'_>) -> Option<Date> {
    match value {
        parse::Value::Datetime(found) => {
            let (year, month, day) = found.day()?;
            Date::new(year, month, day).ok()
        }
        parse::Value::String(text) if is_iso_date(text) => text.parse().ok(),
        _ => None,
    }
}

/// Exactly `YYYY-MM-DD`: the date library reads more than people should write.
fn is_iso_date(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(index, b)| match index {
        4 | 7 => b == b'-',
        _ => b.is_ascii_digit(),
    });
    shape && text.len() == 10
}

/// `{ from = …, until = … }`, or `"2026-01-01/2026-04-01"` with `..` for an open end (ISO 8601-2).
fn period(value: &parse::Value<'_>) -> Option<Period> {
    let found = match value {
        parse::Value::Table(table) => {
            let end = |key: &str| match table.get(key) {
                None => Some(None),
                Some(value) => date(value.get_ref()).map(Some),
            };
            let known = table.keys().all(|key| ["from", "until"].contains(&&**key.get_ref()));
            if !known || table.is_empty() {
                return None;
            }
            Period { from: end("from")?, until: end("until")? }
        }
        parse::Value::String(text) => {
            let (from, until) = text.split_once('/')?;
            let end = |text: &str| match text {
                ".." => Some(None),
                text if is_iso_date(text) => text.parse().ok().map(Some),
                _ => None,
            };
            Period { from: end(from)?, until: end(until)? }
        }
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

/// `30 days`, `2 months`, `36 hours`, or ISO 8601 `P1Y2M10DT2H30M`.
fn duration(text: &str) -> Option<Value> {
    let (mut months, mut days, mut seconds) = (0_i64, 0_i64, 0_i64);
    let mut add = |count: i64, unit: &str| -> Option<()> {
        let (total, each) = match unit {
            "years" | "year" => (&mut months, 12),
            "months" | "month" => (&mut months, 1),
            "weeks" | "week" => (&mut days, 7),
            "days" | "day" => (&mut days, 1),
            "hours" | "hour" => (&mut seconds, 3_600),
            "minutes" | "minute" => (&mut seconds, 60),
            "seconds" | "second" => (&mut seconds, 1),
            _ => return None,
        };
        *total = total.checked_add(count.checked_mul(each)?)?;
        Some(())
    };
    if let Some(rest) = text.strip_prefix('P') {
        let mut time = false;
        let mut digits = String::new();
        let mut any = false;
        for c in rest.chars() {
            let unit = match (c, time) {
                ('T', false) => {
                    time = true;
                    continue;
                }
                ('0'..='9', _) => {
                    digits.push(c);
                    continue;
                }
                ('Y', false) => "years",
                ('M', false) => "months",
                ('W', false) => "weeks",
                ('D', false) => "days",
                ('H', true) => "hours",
                ('M', true) => "minutes",
                ('S', true) => "seconds",
                _ => return None,
            };
            add(digits.parse().ok()?, unit)?;
            digits.clear();
            any = true;
        }
        if !digits.is_empty() || !any {
            return None;
        }
    } else {
        let (count, unit) = text.split_once(' ')?;
        add(count.parse().ok()?, unit)?;
    }
    Some(Value::Duration { months, days, seconds })
}

fn money(table: &Table<'_>) -> Result<Value, Wrong> {
    let wrong = |message: &str| {
        Wrong::Value(message.to_owned(), "write it as `{ amount = 10_000, currency = \"EUR\" }`".into())
    };
    let amount = table.get("amount").ok_or_else(|| wrong("this amount of money has no `amount`"))?;
    let currency = table.get("currency").ok_or_else(|| wrong("this amount of money has no `currency`"))?;
    if let Some(key) = table.keys().find(|key| !["amount", "currency"].contains(&&**key.get_ref())) {
        return Err(wrong(&format!("`{}` is not part of an amount of money", clip(key.get_ref()))));
    }
    let amount = decimal(amount.get_ref()).map_err(|_| wrong("`amount` should be a number"))?;
    match currency.get_ref() {
        parse::Value::String(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
            Ok(Value::Money { amount, currency: SmolStr::new(&**code) })
        }
        _ => Err(wrong("`currency` should be a code of three capital letters (ISO 4217)")),
    }
}

fn reference(kind: &str, text: &str) -> Result<Value, Wrong> {
    let id = match text.split_once('/') {
        Some((stated, id)) if stated == kind => id,
        Some((stated, _)) => {
            let message = format!("this should name a {kind}, and names a `{}`", clip(stated));
            return Err(Wrong::Value(message, format!("write the id of a {kind}")));
        }
        None => text,
    };
    if is_kebab(id) {
        return Ok(Value::Ref(Subject::new(kind, id)));
    }
    let message = format!("`{}` can't be the id of a {kind}", clip(id));
    Err(Wrong::Value(message, format!("write the id as it stands in `[{kind}.ID]`, not its name")))
}

/// A scheme, and something behind it (RFC 3986 §3, loosely: a reviewer sees the rest).
fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://");
    scheme.is_some_and(|(scheme, rest)| {
        !scheme.is_empty()
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
            && !rest.is_empty()
            && !rest.contains(char::is_whitespace)
    })
}

/// Something, an at sign, a host.
fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
    })
}

/// Any value as canonical inline TOML: keys sorted, one spelling. Depth is bounded where texts are parsed.
fn inline(value: &parse::Value<'_>) -> String {
    match value {
        parse::Value::String(text) => format!("{text:?}"),
        parse::Value::Integer(number) => number.to_string(),
        parse::Value::Float(number) => number.to_string(),
        parse::Value::Boolean(yes) => yes.to_string(),
        parse::Value::Datetime(found) => found.to_string(),
        parse::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        parse::Value::Table(table) => {
            let mut entries: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{} = {}", key.get_ref(), inline(value.get_ref())))
                .collect();
            entries.sort();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
