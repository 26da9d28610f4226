//! Where a command's words go: the result to stdout (or files), all else to stderr; and how it ends.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::global::{Color, Form, Format, Global};
use crate::face::text;

pub(super) use crate::face::failure::Failure;

/// How a command ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Exit {
    /// Nothing to complain of.
    Clean,
    /// Findings, or a non-`fact` answer with `--require`.
    Findings,
    /// Usage, input/output, or a fault of the program.
    Failure,
    /// Who said it can't be vouched for.
    Unconfirmed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failure => 2,
            Exit::Unconfirmed => 3,
        })
    }
}

/// A command's way to the world.
pub(super) struct Output<'g> {
    /// What every command was told.
    pub global: &'g Global,
    /// Whether stdout may be coloured.
    pub color: bool,
    /// Columns of the terminal; 100 where there is none.
    pub width: usize,
    stdout: io::BufWriter<io::Stdout>,
    /// A reader went away: all further writing is in vain, and no one's fault.
    closed: bool,
    failed: Option<Failure>,
}

impl<'g> Output<'g> {
    /// Looks at the terminal and the environment, once.
    pub fn new(global: &'g Global) -> Output<'g> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            Color::Auto => set("CLICOLOR_FORCE") || io::stdout().is_terminal(),
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns.or_else(terminal).unwrap_or(100).clamp(40, 120);
        let stdout = io::BufWriter::with_capacity(1 << 16, io::stdout());
        Output { global, color, width, stdout, closed: false, failed: None }
    }

    /// The formats that were asked for; `default` where none was.
    pub fn forms(&self, default: Format) -> Vec<Form> {
        match &self.global.format[..] {
            [] => vec![Form { format: default, special: None, file: None }],
            given => given.to_vec(),
        }
    }

    /// Refuses forms of which several would be printed one behind the other, or written to one file.
    pub fn refuse_mixed(&self) -> Result<(), Failure> {
        let mut met = std::collections::BTreeSet::new();
        match self.global.format.iter().find(|form| !met.insert(&form.file)) {
            None => Ok(()),
            Some(Form { file: None, .. }) => {
                Err(Failure::new("two formats can't be printed one behind the other")
                    .help("write one of them to a file: `--format sarif=findings.sarif`"))
            }
            Some(Form { file: Some(file), .. }) => {
                Err(Failure::new(format!("two formats can't be written to `{}`", file.display()))
                    .help("give each a file of its own"))
            }
        }
    }

    /// The one format of a command whose result goes to stdout alone.
    pub fn format(&self, default: Format) -> Result<Format, Failure> {
        match &self.global.format[..] {
            [] => Ok(default),
            [Form { format, file: None, .. }] => Ok(*format),
            [Form { .. }] => Err(Failure::new("this command prints its result, it can't write it to a file")
                .help("leave `=FILE` out and redirect: `… > FILE`")),
            _ => Err(Failure::new("this command prints one format at a time").help("give `--format` once")),
        }
    }

    /// Prints a line of the result.
    pub fn line(&mut self, line: &str) {
        self.text(line);
        self.text("\n");
    }

    /// Prints a part of the result.
    pub fn text(&mut self, text: &str) {
        if self.closed || self.failed.is_some() {
            return;
        }
        if let Err(error) = self.stdout.write_all(text.as_bytes()) {
            self.broke(&error);
        }
    }

    fn broke(&mut self, error: &io::Error) {
        match error.kind() {
            io::ErrorKind::BrokenPipe => self.closed = true,
            _ => self.failed = Some(Failure::file("write to", Path::new("stdout"), error)),
        }
    }

    /// Whether nobody reads the result any more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Sends what is still held back. A closed pipe is quiet.
    pub fn finish(&mut self) -> Result<(), Failure> {
        if !self.closed
            && let Err(error) = self.stdout.flush()
        {
            self.broke(&error);
        }
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Writes one form of the result: to stdout, or to its file.
    pub fn form(&mut self, form: &Form, text: &str) -> Result<(), Failure> {
        match &form.file {
            None => self.text(text),
            Some(file) => {
                let path: PathBuf = self.at(file);
                std::fs::write(&path, text).map_err(|error| Failure::file("write", &path, &error))?;
            }
        }
        Ok(())
    }

    /// A path as the person meant it: below `-C`.
    pub fn at(&self, path: &Path) -> PathBuf {
        self.folder().join(path)
    }

    /// Where the command works.
    pub fn folder(&self) -> PathBuf {
        self.global.directory.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// Says something beside the result.
    pub fn note(&mut self, text: &str) {
        if !self.global.quiet {
            self.aside(text);
        }
    }

    /// Says what is wrong, to those who want to hear nothing else too.
    pub fn error(&mut self, text: &str) {
        self.aside(text);
    }

    /// Says something only to those who asked for more.
    pub fn detail(&mut self, text: &str) {
        if self.global.verbose > 0 {
            self.aside(text);
        }
    }

    /// Says why the command could not do its work.
    pub fn failure(&mut self, failure: &Failure) {
        let help =
            failure.help.as_ref().map(|help| format!("\n  help: {}", text::shown(help))).unwrap_or_default();
        self.aside(&format!("error: {}{help}", text::shown(&failure.message)));
    }

    /// To stderr, after what was printed so far. Where stderr is gone there is no one to tell.
    fn aside(&mut self, text: &str) {
        if !self.closed
            && let Err(error) = self.stdout.flush()
        {
            self.broke(&error);
        }
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// `text` in an ANSI style (`1` bold, `2` dim, `32` green …), where colours are on.
    pub fn styled(&self, style: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// One line of JSON.
pub(super) fn json_line(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("the wire's structs have text keys and finite numbers")
}

/// JSON over several lines.
pub(super) fn json_document(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("the wire's structs have text keys and finite numbers")
}
