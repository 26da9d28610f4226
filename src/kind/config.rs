//! `dictum.toml` at the root of the knowledge: its name, the version of the language, which files count.

use smol_str::SmolStr;

use super::catalog::{not_among, text, texts};
use super::reader::{Reader, describe};
use crate::claim::Declarations;
use crate::diagnostic::{Finding, Findings, Severities, Severity, codes};
use crate::parse::{Document, Table, Value};
use crate::source::Origin;

/// What `dictum.toml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The folder it lies in, from the top of the repository and `/` behind it; empty for the top itself.
    pub root: SmolStr,
    /// The name of the knowledge.
    pub name: Option<SmolStr>,
    /// Globs of the files that count, relative to the root; empty means all.
    pub include: Vec<SmolStr>,
    /// Globs of files that do not count.
    pub exclude: Vec<SmolStr>,
    /// The calendar that is meant where none is named, and where that is said.
    pub calendar: Option<(SmolStr, Origin)>,
    /// Findings that weigh more or less here than usual. It says how a run of checks ends, and never what is answered.
    pub severities: Severities,
}

/// The version of the language that is read here.
pub const LANGUAGE: i64 = 1;

const PARTS: &[&str] = &["knowledge", "severity"];

const KEYS: &[&str] = &["name", "language", "calendar", "include", "exclude"];

/// Reads `dictum.toml`.
pub fn read_config(document: &Document<'_>, findings: &mut Findings) -> Config {
    let mut reader = Reader { file: document.file, whole: document.whole, findings };
    let mut config = Config::default();
    for (key, value) in &document.root {
        let (word, Value::Table(table)) = (&**key.get_ref(), value.get_ref()) else {
            report_unknown(key, "a part of dictum.toml", PARTS, &mut reader);
            continue;
        };
        if word == "severity" {
            config.severities = severities(table, &mut reader);
            continue;
        }
        if word != "knowledge" {
            report_unknown(key, "a part of dictum.toml", PARTS, &mut reader);
            continue;
        }
        for (key, value) in table {
            match (&**key.get_ref(), value.get_ref()) {
                ("name" | "calendar", Value::String(_)) => {}
                ("include" | "exclude", Value::Array(_)) => {}
                ("language", Value::Integer(version)) if version.as_str() == "1" => {}
                ("language", _) => {
                    let message = format!("this is read by version {LANGUAGE} of the language only");
                    let finding = reader
                        .finding(&codes::BAD_CONFIG, value, message, "another version")
                        .help("write `language = 1`, or use the dictum that this was written for");
                    reader.report(finding);
                }
                (word, other) if KEYS.contains(&word) => {
                    let wanted = if word.ends_with("clude") { "a list of globs" } else { "text" };
                    let message = format!("`{word}` is {wanted}, not {}", describe(other));
                    let finding = reader
                        .finding(&codes::BAD_CONFIG, value, message, "of the wrong type")
                        .help("write `name = \"…\"`, `exclude = [\"drafts/**\"]`");
                    reader.report(finding);
                }
                _ => report_unknown(key, "a setting", KEYS, &mut reader),
            }
        }
        config.name = text(table, "name").map(|(_, name)| SmolStr::new(name));
        config.calendar = text(table, "calendar").map(|(at, id)| (SmolStr::new(id), reader.origin(at)));
        config.include = texts(table, "include").into_iter().map(|(_, glob)| SmolStr::new(glob)).collect();
        config.exclude = texts(table, "exclude").into_iter().map(|(_, glob)| SmolStr::new(glob)).collect();
    }
    config
}

/// What `[severity]` says of codes. What makes answers wrong stays an error.
fn severities(table: &Table<'_>, reader: &mut Reader<'_>) -> Severities {
    let mut severities = Severities::default();
    let slugs: Vec<&str> = codes::ALL.iter().map(|code| code.slug).collect();
    for (key, value) in table {
        let Some(code) = codes::ALL.iter().find(|code| code.slug == &**key.get_ref()) else {
            report_unknown(key, "a code of a finding", &slugs, reader);
            continue;
        };
        let read = match value.get_ref() {
            Value::String(word) if &**word == "off" => Some(None),
            Value::String(word) => {
                Severity::ALL.into_iter().find(|known| known.as_str() == &**word).map(Some)
            }
            _ => None,
        };
        let Some(severity) = read else {
            let message = format!("`{}` can be an error, a warning, a note, or off", code.slug);
            let finding = reader
                .finding(&codes::BAD_CONFIG, value, message, "none of them")
                .help(format!("write `{} = \"note\"`, or `\"error\"`, `\"warning\"`, `\"off\"`", code.slug));
            reader.report(finding);
            continue;
        };
        if code.severity == Severity::Error && severity != Some(Severity::Error) {
            let message = format!("`{}` is an error: with it, answers could be wrong", code.slug);
            let finding = reader
                .finding(&codes::BAD_CONFIG, value, message, "can't be lowered")
                .help(format!("take this line out; `dictum explain {}` tells how to settle it", code.slug));
            reader.report(finding);
        }
        severities.set(code, severity);
    }
    severities
}

impl Config {
    /// Puts what it says of calendars into what is declared; a finding where there is no such calendar.
    pub fn name_default_calendar(&self, declarations: &mut Declarations, findings: &mut Findings) {
        let Some((id, origin)) = &self.calendar else { return };
        declarations.default_calendar = Some(id.clone());
        if !declarations.calendars.contains_key(id) {
            let words: Vec<&str> = declarations.calendars.keys().map(SmolStr::as_str).collect();
            let (message, help) = not_among(id, "a calendar", &words);
            let help = match words.is_empty() {
                true => format!("declare it: `[calendar.{id}]` with `year-starts = \"02-01\"`"),
                false => help,
            };
            let finding = Finding::new(&codes::UNKNOWN_REFERENCE, message, *origin, "not declared");
            findings.push(finding.help(help));
        }
    }
}

fn report_unknown(
    key: &crate::parse::Spanned<std::borrow::Cow<'_, str>>,
    what: &str,
    known: &[&str],
    reader: &mut Reader<'_>,
) {
    let (message, help) = not_among(key.get_ref(), what, known);
    let finding = reader.finding(&codes::BAD_CONFIG, key, message, "not understood").help(help);
    reader.report(finding);
}
