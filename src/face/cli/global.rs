//! Options that every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::source::Limits;

/// Options that every command takes, before or behind its name.
#[derive(Args, Debug, Clone)]
pub(super) struct Global {
    /// Work as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Everywhere")]
    pub directory: Option<PathBuf>,
    /// The folder of the knowledge, which holds `dictum.toml` (found by itself where not given)
    #[arg(long, value_name = "DIR", global = true, help_heading = "Everywhere")]
    pub knowledge: Option<PathBuf>,
    /// How to print the result, or `FORMAT=FILE` to write it to a file; may be repeated
    #[arg(short, long, value_name = "FORMAT", global = true, value_parser = read_format, help_heading = "Everywhere",
        long_help = "How to print the result: human, json, jsonl, concise, markdown, junit, github, gitlab, sarif, rdjson (what a \
                     command knows of them). FORMAT=FILE writes to a file instead; may be repeated, one run gives all of them, \
                     at most one of them printed.")]
    pub format: Vec<Form>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = "Everywhere")]
    pub color: Color,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Everywhere")]
    pub quiet: bool,
    /// Say more on stderr
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Everywhere")]
    pub verbose: u8,
    /// Show no progress
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_progress: bool,
    /// Read what is larger than knowledge should be: `file-bytes=64MiB,files=500000`
    #[arg(long, value_name = "NAME=SIZE", value_delimiter = ',', global = true, value_parser = read_limit,
        help_heading = "Everywhere", long_help = LIMITS)]
    pub limits: Vec<Limit>,
    /// Work everything out anew, and keep nothing in the repository
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_cache: bool,
}

const LIMITS: &str = "Read what is larger than knowledge should be: file-bytes (16MiB), line-bytes (256KiB), value-bytes \
                      (1MiB: one list or table beside its texts), depth (32) and files (200000), each as NAME=SIZE, \
                      several with commas between. Nothing in a repository can raise them.";

/// One limit of reading, and what it shall be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limit {
    name: LimitName,
    size: u64,
}

/// The limits of reading.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum LimitName {
    FileBytes,
    LineBytes,
    ValueBytes,
    Depth,
    Files,
}

impl Global {
    /// How large things may be: as usual, but for what was asked for.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for Limit { name, size } in &self.limits {
            let small = usize::try_from(*size).unwrap_or(usize::MAX);
            match name {
                LimitName::FileBytes => limits.file_bytes = *size,
                LimitName::LineBytes => limits.line_bytes = small,
                LimitName::ValueBytes => limits.value_bytes = small,
                LimitName::Depth => limits.depth = small,
                LimitName::Files => limits.files = small,
            }
        }
        limits
    }
}

impl Global {
    /// Whether Markdown was asked for.
    pub fn is_markdown(&self) -> bool {
        self.format.iter().any(|form| form.special == Some(Special::Markdown))
    }
}

fn read_limit(text: &str) -> Result<Limit, String> {
    let names = "`file-bytes`, `line-bytes`, `value-bytes`, `depth` or `files`";
    let (name, size) = text.split_once('=').ok_or(format!("write one of {names}, `=`, and a number"))?;
    let name = LimitName::from_str(name, false).map_err(|_| format!("write {names} before the `=`"))?;
    let in_bytes = matches!(name, LimitName::FileBytes | LimitName::LineBytes | LimitName::ValueBytes);
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let unit = units
        .into_iter()
        .filter(|_| in_bytes)
        .find_map(|(unit, bits)| Some((size.strip_suffix(unit)?, bits)));
    let (digits, bits) = unit.unwrap_or((size, 0));
    let number: Option<u64> = digits.trim().replace('_', "").parse().ok();
    let size = number.and_then(|number| number.checked_mul(1 << bits)).filter(|size| *size > 0);
    let size =
        size.ok_or(if in_bytes { "write a number of bytes, such as `64MiB`" } else { "write a number" })?;
    let most = match name {
        LimitName::FileBytes => Limits::MOST_FILE_BYTES,
        LimitName::Depth => Limits::MOST_DEPTH,
        _ => u64::MAX,
    };
    if size > most {
        return Err(format!("the most that can be read is {most}"));
    }
    Ok(Limit { name, size })
}

/// When to use colours.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    /// On a terminal; `NO_COLOR` and `CLICOLOR_FORCE` are heeded
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a result is written down.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Jsonl,
    /// One line each.
    Concise,
}

/// A form that only some commands know.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Special {
    /// For a comment on a pull request.
    Markdown,
    /// JUnit's XML.
    Junit,
    /// Workflow commands of GitHub.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
    /// Reviewdog's Diagnostic Format.
    Rdjson,
}

impl Special {
    /// How it is typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Special::Markdown => "markdown",
            Special::Junit => "junit",
            Special::Github => "github",
            Special::Gitlab => "gitlab",
            Special::Sarif => "sarif",
            Special::Rdjson => "rdjson",
        }
    }
}

/// A format and where it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Form {
    /// How; where it is a special one, the form whose words it has.
    pub format: Format,
    /// The form that only some commands know.
    pub special: Option<Special>,
    /// To which file; `None` is stdout.
    pub file: Option<PathBuf>,
}

fn read_format(text: &str) -> Result<Form, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let form = |format, special| Ok(Form { format, special, file: file.clone() });
    match (Format::from_str(name, false), Special::from_str(name, false)) {
        (Ok(format), _) => form(format, None),
        (_, Ok(special)) => form(Format::Human, Some(special)),
        _ => Err("write `human`, `json`, `jsonl`, `concise`, `markdown`, `junit`, `github`, `gitlab`, `sarif` or `rdjson`"
            .to_owned()),
    }
}
