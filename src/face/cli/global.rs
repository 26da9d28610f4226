//! Options that every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
        long_help = "How to print the result: human, json, jsonl, concise (what a command knows of them). \
                     FORMAT=FILE writes to a file instead; may be repeated, one run gives all of them.")]
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
    /// Work everything out anew
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_cache: bool,
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

/// A format and where it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Form {
    /// How.
    pub format: Format,
    /// To which file; `None` is stdout.
    pub file: Option<PathBuf>,
}

fn read_format(text: &str) -> Result<Form, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let known = ["github", "gitlab", "junit", "sarif", "markdown", "rdjson"];
    match Format::from_str(name, false) {
        Ok(format) => Ok(Form { format, file }),
        Err(_) if known.contains(&name) => Err(format!("`{name}` can't be written yet")),
        Err(_) => Err("write `human`, `json`, `jsonl` or `concise`".to_owned()),
    }
}
