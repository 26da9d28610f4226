//! The parser's errors in our words: what is wrong in the line, and what to type instead.
//!
//! The crate's messages are recognised by how they begin. An unknown one (a new version may have some) gets a general
//! message: the place is right in any case.

use std::ops::Range;

use super::merge;
use super::report::Report;
use crate::diagnostic::{Finding, codes};
use crate::source::visible;

mod scalar;

/// Message, what to write beside the place, help.
struct Words {
    message: String,
    label: String,
    help: String,
}

fn words(message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Words {
    Words { message: message.into(), label: label.into(), help: help.into() }
}

/// The finding for the parser's error `message` at `at` of `text`.
pub(super) fn word(text: &str, at: Range<usize>, message: &str, report: &Report<'_>) -> Finding {
    if message.starts_with("recursion limit") || message.starts_with("cannot recurse further") {
        let finding = report.finding(&codes::TOO_DEEP, at, "this is nested too deep", "too deep");
        return finding.help("write it as a table of its own");
    }
    let place = Place::new(text, at);
    let words = place.words(message);
    report.finding(&codes::BAD_TOML, place.at, words.message, words.label).help(words.help)
}

/// The finding for a key at `key` that was said before, at `first` if that is known.
pub(super) fn duplicate(
    text: &str,
    key: Range<usize>,
    first: Option<Range<usize>>,
    report: &Report<'_>,
) -> Finding {
    let name = clip(text.get(key.clone()).unwrap_or_default());
    let is_header = line_of(text, key.start).0.trim_start().starts_with('[');
    let finding =
        report.finding(&codes::DUPLICATE_KEY, key, format!("`{name}` is said twice here"), "said again");
    let finding = match first {
        Some(first) => finding.label(report.origin(first), "said first"),
        None => finding,
    };
    finding.help(if is_header {
        "put what belongs together below one header, or give one of them another name"
    } else {
        "keep one of them; to say the same attribute more than once, write each under a header of its own: \
         `[[KIND.ID.ATTRIBUTE]]`"
    })
}

/// The line that holds `at`, and where it begins.
pub(super) fn line_of(text: &str, at: usize) -> (&str, usize) {
    let at = at.min(text.len());
    let start = text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    let end = super::lex::line_end(text.as_bytes(), start);
    (text.get(start..end).unwrap_or_default().trim_end_matches('\r'), start)
}

/// At most forty characters for a message.
fn clip(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(40).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("{}{more}", visible(&start))
}

/// An error's place, and what stands around it.
struct Place<'t> {
    text: &'t str,
    /// Never beyond the text, never empty where a character follows on the line, and on characters' bounds.
    at: Range<usize>,
    line: &'t str,
    line_start: usize,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, at: Range<usize>) -> Place<'t> {
        let mut start = at.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        // The parser points behind the last character of a line where something is missing there.
        if text[start..].starts_with('\n') && text[..start].ends_with('\r') {
            start -= 1;
        }
        let (line, line_start) = line_of(text, start);
        let mut end = at.end.clamp(start, (line_start + line.len()).max(start));
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Place { text, at: start..end, line, line_start }
    }

    /// What the error is about, as written.
    fn raw(&self) -> &'t str {
        &self.text[self.at.clone()]
    }

    /// What stands before it on its line.
    fn before(&self) -> &'t str {
        &self.line[..(self.at.start - self.line_start).min(self.line.len())]
    }

    /// What stands from it on to the end of its line.
    fn rest(&self) -> &'t str {
        &self.line[(self.at.start - self.line_start).min(self.line.len())..]
    }

    /// The key of the line, for examples.
    fn key(&self) -> String {
        let key = self.line.split(['=', ':']).next().unwrap_or_default().trim();
        if key.is_empty() || key.starts_with(['[', '#']) { "key".to_owned() } else { clip(key) }
    }

    fn words(&self, error: &str) -> Words {
        let what = error.split(", expected").next().unwrap_or(error);
        if merge::is_mark(self.line) {
            let (message, label, help) = merge::WORDS;
            return words(message, label, help);
        }
        match what {
            "key with no value" | "missing value for key" => self.key_alone(),
            "missing value" => self.missing_value(),
            "string values must be quoted" if self.raw().trim().is_empty() => self.missing_value(),
            "unclosed table" | "unclosed array table" | "invalid table" | "missing table open" => {
                self.header(what)
            }
            "unexpected key or value" | "unexpected content" => self.too_much(),
            "missing comma between array elements" => words(
                "a comma is missing between two values of this list",
                "a comma here",
                "write `,` between the values",
            ),
            "extra comma in array" | "extra comma in inline table" => {
                words("there is a comma too many", "no value before this", "take the comma away")
            }
            "unexpected `=` in array" => words(
                "a list `[…]` holds values, not `key = value`",
                "not in a list",
                "write `{ key = value }` for a table within the list, or close the list with `]` before",
            ),
            "unclosed array" => {
                words("this list is never closed", "a `]` here", "write `]` where the list ends")
            }
            "unclosed inline table" => {
                words("this table is never closed", "a `}` here", "write `}` where the table ends")
            }
            "missing array opening" => words(
                "a `]` without a `[`",
                "closes nothing",
                "take it away, or write `[` where the list begins",
            ),
            "missing inline table opening" => words(
                "a `}` without a `{`",
                "closes nothing",
                "take it away, or write `{` where the table begins",
            ),
            "missing comma between key-value pairs" | "extra assignment between key-value pairs" => words(
                "a comma is missing in this table",
                "a comma here",
                "write `,` between `name = value` pairs",
            ),
            "missing assignment between key-value pairs"
            | "missing key for inline table element"
            | "invalid inline table element" => self.no_pair(),
            "extra `=`" => words("there is an `=` too many", "one is enough", "take it away"),
            "invalid unquoted key"
            | "invalid key"
            | "unquoted keys cannot be empty"
            | "invalid key-value pair" => self.bad_key(),
            "keys cannot be multi-line literal strings" | "keys cannot be multi-line basic strings" => words(
                "a name can't run over several lines",
                "a name",
                "write it between single quotation marks: `\"…\"`",
            ),
            "cannot extend value of type array with a dotted key"
            | "cannot extend value of type inline table with a dotted key" => self.extends(),
            _ if what.starts_with("cannot extend value of type") => self.extends(),
            _ => scalar::words_of(self, what),
        }
    }

    /// A line that is no `key = value`.
    fn key_alone(&self) -> Words {
        let line = self.line.trim();
        if let Some((key, value)) = line.split_once(':')
            && !key.contains(['=', '"', '\'', '['])
        {
            let (key, value) = (clip(key.trim()), clip(value.trim()));
            let value = if value.is_empty() { "…" } else { &value };
            return words(
                "a name and its value are parted by `=`, not by `:`",
                "followed by `:`",
                format!("write `{key} = {}`", quoted(value)),
            );
        }
        if let Some((key, _)) = line.split_once('=')
            && key.trim().contains([' ', '\t'])
        {
            let joined = key.split_whitespace().collect::<Vec<_>>().join("-");
            return words(
                format!("a name is one word, and `{}` is more", clip(key.trim())),
                "the first of several words",
                format!("join the words: `{} = …`", clip(&joined)),
            );
        }
        let name = clip(line);
        let key = self.key();
        let is_bare = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
        if !name.chars().all(is_bare) {
            return words(
                "this line is no `name = value`",
                "what is its name?",
                "write `name = \"text\"`; begin the line with `#` if it is a remark; text over several lines stands between `\"\"\"`",
            );
        }
        words(format!("`{key}` has no value"), "a name alone", format!("write `{key} = \"…\"`"))
    }

    fn missing_value(&self) -> Words {
        let key = self.key();
        words(
            format!("`{key}` has no value"),
            "a value here",
            format!("write it behind the `=`, as in `{key} = \"…\"`; leave the line out if there is none"),
        )
    }

    fn header(&self, what: &str) -> Words {
        let inner = self.line.trim().trim_start_matches('[');
        let inner = inner.split(['#', ']']).next().unwrap_or_default().trim();
        let double = self.line.trim_start().starts_with("[[");
        let fixed = if double { format!("[[{}]]", clip(inner)) } else { format!("[{}]", clip(inner)) };
        if what == "invalid table"
            || inner.is_empty()
            || inner.ends_with('.')
            || inner.starts_with('.')
            || inner.contains("..")
        {
            return words(
                "a name is missing in this header",
                "a name here",
                "write a kind and an id, as in `[term.active-customer]`",
            );
        }
        if inner.contains([' ', '\t']) {
            let joined = inner.split_whitespace().collect::<Vec<_>>().join("-");
            return words(
                "a name in a header is one word",
                "a second word",
                format!("join the words: `[{}]`", clip(&joined)),
            );
        }
        let close = if double { "]]" } else { "]" };
        words("this header is never closed", format!("`{close}` here"), format!("write `{fixed}`"))
    }

    /// Something behind the value, or behind a header.
    fn too_much(&self) -> Words {
        let (before, rest) = (self.before(), self.rest());
        if before.trim_start().starts_with('[') {
            return words(
                "something stands behind this header",
                "not of the header",
                "put it on a line of its own",
            );
        }
        if let Some(after) = rest.strip_prefix(',') {
            let is_digit = |text: &str, last: bool| {
                let digit = if last { text.chars().next_back() } else { text.chars().next() };
                digit.is_some_and(|digit| digit.is_ascii_digit())
            };
            let value = before.split_once('=').map_or("", |(_, value)| value.trim());
            if is_digit(before, true) && is_digit(after, false) {
                let fraction: String = after.chars().take_while(char::is_ascii_digit).take(20).collect();
                return words(
                    "a number has a point, not a comma",
                    "a comma",
                    format!(
                        "write `{}.{fraction}`, or `{}{fraction}` if the comma parts thousands",
                        clip(value),
                        clip(value)
                    ),
                );
            }
            return words(
                "several values stand in brackets",
                "a second value follows",
                format!("write `{} = [{}, …]`", self.key(), clip(value)),
            );
        }
        if before.trim_end().ends_with('"') && rest.contains('"') {
            return words(
                "the text ends at its second quotation mark, and more follows",
                "behind the end of the text",
                "write `\\\"` for a quotation mark within a text, or put the text between `'` and `'`",
            );
        }
        words(
            "something follows the value on this line",
            "too much",
            "end the line behind the value; begin a remark with `#`; put text between `\"` and `\"`",
        )
    }

    fn no_pair(&self) -> Words {
        words(
            "a table in `{ }` holds `name = value` pairs",
            "not such a pair",
            "write it as `{ name = value, name = value }`",
        )
    }

    fn bad_key(&self) -> Words {
        if self.line.trim_start().starts_with('[') && self.raw().is_empty() {
            return self.header("invalid table");
        }
        let rest = self.rest();
        let sign = rest.chars().next();
        match sign {
            Some('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
                words("these are typographic quotation marks", "not `\"`", "write the plain ones: `\"`")
            }
            Some(sign) if !sign.is_ascii() => words(
                format!(
                    "`{}` can't stand in a name without quotation marks",
                    visible(sign.encode_utf8(&mut [0; 4]))
                ),
                "not a plain letter",
                "write the name with `a` to `z`, digits and `-`; the full name is a value: `label = \"…\"`",
            ),
            Some('=') => {
                words("the name before `=` is missing", "no name before this", "write `name = value`")
            }
            _ => words(
                format!(
                    "`{}` can't stand in a name",
                    clip(if self.raw().is_empty() { sign_of(rest) } else { self.raw() })
                ),
                "not in a name",
                "write names with `a` to `z`, digits and `-`, and put text between `\"` and `\"`",
            ),
        }
    }

    fn extends(&self) -> Words {
        words(
            format!("`{}` is a value already and can't be a table too", clip(self.raw())),
            "said as a value before",
            "give one of the two another name, or take one away",
        )
    }
}

/// The first character of `text`.
fn sign_of(text: &str) -> &str {
    text.chars().next().map_or("", |sign| &text[..sign.len_utf8()])
}

/// `text` between quotation marks, if it isn't already.
fn quoted(text: &str) -> String {
    if text.starts_with(['"', '\'', '[', '{']) { text.to_owned() } else { format!("\"{text}\"") }
}
