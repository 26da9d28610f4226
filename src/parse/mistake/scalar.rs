//! Mistakes within one value: text, numbers, days.

use super::{Place, Words, clip, words};
use crate::source::visible;

/// Words for an error in a value.
pub(super) fn words_of(place: &Place<'_>, what: &str) -> Words {
    match what {
        "string values must be quoted" | "invalid boolean" => bare(place),
        "missing opening quote" => words(
            "this text has no quotation mark before it",
            "from here",
            "write `\"` on both sides of the text",
        ),
        "too few unicode value digits" => words(
            "a character's number has four digits behind `\\u`, and eight behind `\\U`",
            "digits are missing",
            "write all of them; for a backslash write `\\\\`, or put the text between `'` and `'`",
        ),
        "missing escaped value" | "invalid value" => escape(place),
        _ if what.ends_with("string") => text(place),
        _ => number_or_day(place, what),
    }
}

/// A word that is no value.
fn bare(place: &Place<'_>) -> Words {
    bare_word(place.raw().trim())
}

fn bare_word(raw: &str) -> Words {
    let lower = raw.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "yes" | "on" => words(
            format!("`{raw}` is not how TOML writes yes"),
            "a bare word",
            "write `true`, or text between `\"` and `\"`",
        ),
        "false" | "no" | "off" => words(
            format!("`{raw}` is not how TOML writes no"),
            "a bare word",
            "write `false`, or text between `\"` and `\"`",
        ),
        "null" | "nil" | "none" | "n/a" | "na" | "~" => words(
            format!("there is no `{raw}` in TOML"),
            "a bare word",
            "leave the line out; to say that it is known not to exist, write `none = true` in a table of the claim",
        ),
        _ if raw.starts_with(['“', '”', '„', '‘', '’', '«']) => words(
            "these are typographic quotation marks",
            "not `\"`",
            format!(
                "write the plain ones: `\"{}\"`",
                clip(raw.trim_matches(['“', '”', '„', '‘', '’', '«', '»']))
            ),
        ),
        _ if looks_like_day(raw) => day(raw),
        _ => words(
            format!("text needs quotation marks: `{}`", clip(raw)),
            "without them",
            format!("write `\"{}\"`", clip(raw)),
        ),
    }
}

fn escape(place: &Place<'_>) -> Words {
    let rest = place.text[place.at.start..].chars().next();
    let sign = rest.filter(|sign| *sign != '\n').map_or(String::new(), |sign| sign.to_string());
    words(
        format!("`\\{}` means nothing in a text between `\"`", visible(&sign)),
        "a backslash",
        "write `\\\\` for a backslash, or put the text between `'` and `'`, where it is a plain sign",
    )
}

/// Text that is not closed on its line.
fn text(place: &Place<'_>) -> Words {
    if !place.line.contains(['"', '\'']) {
        // The parser says so of a name without a value in `{ }`.
        return place.no_pair();
    }
    let mark =
        if place.line.matches('"').count() % 2 == 1 || !place.line.contains('\'') { '"' } else { '\'' };
    let three = mark.to_string().repeat(3);
    words(
        "this text is never closed",
        format!("`{mark}` here"),
        format!(
            "write `{mark}` where the text ends; put text over several lines between `{three}` and `{three}`"
        ),
    )
}

fn number_or_day(place: &Place<'_>, what: &str) -> Words {
    let raw = whole_value(place);
    if looks_like_day(raw) {
        return day(raw);
    }
    if raw.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return bare_word(raw);
    }
    let shown = clip(raw);
    if what.starts_with("invalid time") {
        return words(
            format!("`{shown}` is not a time of the day"),
            "no such time",
            "write hours, minutes and seconds: `07:32:00`",
        );
    }
    if what == "unexpected leading zero" {
        let number = raw.trim_start_matches('0');
        let number = if number.is_empty() { "0" } else { number };
        return words(
            format!("`{shown}` begins with a zero"),
            "a number has none",
            format!("write `\"{shown}\"` if it is a code, `{}` if it is a number", clip(number)),
        );
    }
    let numeric = ["invalid", "`_`", "integers", "radix", "redundant", "unexpected", "missing"];
    if numeric.iter().any(|start| what.starts_with(start))
        && raw.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
    {
        return words(
            format!("`{shown}` is not a number"),
            "neither number nor text",
            format!(
                "write `\"{shown}\"` if it is text; a number has digits and at most one `.`, as in `1_250.5`"
            ),
        );
    }
    if raw.is_empty() {
        return words(
            "this is not TOML",
            "not understood",
            "compare it with the examples of `dictum explain bad-toml`",
        );
    }
    words(
        format!("`{shown}` is not a value"),
        "not understood",
        "write text between `\"` and `\"`; numbers, days (`2026-02-01`), `true` and `false` stand without",
    )
}

/// The value that the place is a part of: up to blanks, commas and brackets around it.
fn whole_value<'t>(place: &Place<'t>) -> &'t str {
    let ends = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '=' | '[' | ']' | '{' | '}' | '#');
    let column = (place.at.start - place.line_start).min(place.line.len());
    let start = place.line[..column]
        .rfind(ends)
        .map_or(0, |at| at + place.line[at..].chars().next().map_or(1, char::len_utf8));
    let end = place.line[column..].find(ends).map_or(place.line.len(), |at| column + at);
    &place.line[start..end]
}

/// Three groups of digits parted by `-`, `/` or `.`.
fn looks_like_day(raw: &str) -> bool {
    let date = raw.split(['T', 't', ' ']).next().unwrap_or_default();
    let groups: Vec<&str> = date.split(['-', '/', '.']).collect();
    groups.len() == 3
        && groups
            .iter()
            .all(|group| (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit()))
}

fn day(raw: &str) -> Words {
    let shown = clip(raw);
    if raw.parse::<jiff::civil::Date>().is_ok() {
        return words(
            format!("something follows the day `{shown}`"),
            "too much",
            "end the line behind the day; begin a remark with `#`; put text between `\"` and `\"`",
        );
    }
    let written_well = raw.len() >= 10 && raw.as_bytes()[4] == b'-' && raw.as_bytes()[7] == b'-';
    if written_well {
        return words(
            format!("`{shown}` is not a day of the calendar"),
            "no such day",
            "write a day that exists, year first, as in `2026-02-28`",
        );
    }
    words(
        format!("`{shown}` is not how a day is written"),
        "a day?",
        "write year, month, day, in four, two and two digits: `2026-02-01`",
    )
}
