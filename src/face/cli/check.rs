//! `dictum check [PATHS…]`: everything that is wrong, where, and what to do.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

mod against;
mod baseline;

use super::global::{Form, Format, Special};
use super::knowledge::{Place, compile_commit, compile_files, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::review::Verifying;
use crate::compile::Compiled;
use crate::diagnostic::{self, Findings, Look, Severity, Told};
use crate::face::words;
use crate::source::Places;

/// Say everything that is wrong with the knowledge, where, and what to do.
#[derive(Args, Debug)]
#[command(
    after_help = "Exits 1 where there is an error (see `--fail-level`); warnings and notes are for a person to look at. \
                        `dictum explain CODE` tells more of a finding. Below `[severity]` in `dictum.toml` a code that is no \
                        error anyway can be `\"error\"`, `\"warning\"`, `\"note\"` or `\"off\"`; with `--against`, what is \
                        stricter there or here counts.\n\
                        Questions are checked for what is wrong with them; `dictum test` asks them."
)]
pub(super) struct Arguments {
    /// Show only what is found in these files or folders (all is read nonetheless)
    paths: Vec<String>,
    /// Check a commit, tag, branch or day instead of the files as they are
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
    /// Look also at what changed since this branch left REV, and warn where it lacks the reviews that policies ask for
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// Show only what stands in files that changed since this branch left REV, or was not found there
    #[arg(long, requires = "against")]
    changed_only: bool,
    /// How bad a finding has to be for exit 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_level: FailLevel,
    /// Mark what this file knows, and do not fail because of it
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, for `--baseline` from now on, and exit 0
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    #[command(flatten)]
    verifying: Verifying,
}

/// How bad a finding has to be for exit 1.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum FailLevel {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Whatever is found
    Note,
    /// Nothing
    Never,
}

impl FailLevel {
    fn severity(self) -> Option<Severity> {
        match self {
            FailLevel::Error => Some(Severity::Error),
            FailLevel::Warning => Some(Severity::Warning),
            FailLevel::Note => Some(Severity::Note),
            FailLevel::Never => None,
        }
    }
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    out.refuse_mixed()?;
    let known = arguments.baseline.as_ref().map(|file| baseline::read(file, out)).transpose()?;
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let compiled = compiled(arguments.at.as_deref(), &place)?;
    let places = Places::new(&compiled.texts);
    let mut findings = match &arguments.against {
        None => compiled.findings.clone().weighed(&compiled.config.severities),
        Some(against) => {
            progress.step("looking at what changed");
            against::findings(against, arguments, &place, &compiled, out)?
        }
    };
    drop(progress);
    if let Some(file) = &arguments.write_baseline {
        let count = baseline::write(file, &findings, &places, out)?;
        out.note(&format!("{} written to {}", words::count(count, "finding", "findings"), file.display()));
    }
    if let Some(known) = &known {
        known.mark(&mut findings, &places);
    }
    let below =
        arguments.paths.iter().map(|path| from_base(path, &place, out)).collect::<Result<Vec<_>, _>>()?;
    let findings = if below.is_empty() { findings } else { below_only(&findings, &below, &places) };
    let fail = arguments.fail_level.severity().filter(|_| arguments.write_baseline.is_none());
    let home = place.root.config_path();
    let told = Told { findings: &findings, places: &places, home: &home, fail, baseline: known.is_some() };
    write(&told, out)?;
    out.note(diagnostic::summary(&findings).trim_end());
    let fails = fail.is_some_and(|level| findings.fails(level));
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// What is checked: the files as they are, or a commit.
fn compiled(at: Option<&str>, place: &Place) -> Result<Compiled, Failure> {
    match (at, &place.repository) {
        // A bare repository has no files as they are.
        (None, Ok(repository)) if repository.is_bare() => {
            compile_commit(repository, place, revision(repository, "HEAD")?)
        }
        (None, _) => compile_files(place),
        (Some(at), Ok(repository)) => compile_commit(repository, place, revision(repository, at)?),
        (Some(at), Err(why)) => Err(Failure::new(format!("`--at {at}` needs a git repository: {why}"))),
    }
}

/// Writes findings in every form that was asked for.
pub(super) fn write(told: &Told<'_>, out: &mut Output<'_>) -> Result<(), Failure> {
    for form in out.forms(Format::Human) {
        let look = Look { width: out.width, color: out.color && form.file.is_none() };
        let text = rendered(told, &form, look);
        out.form(&form, &text)?;
    }
    Ok(())
}

/// Findings in one form.
fn rendered(told: &Told<'_>, form: &Form, look: Look) -> String {
    let Told { findings, places, .. } = *told;
    match (form.special, form.format) {
        (Some(Special::Markdown), _) => diagnostic::markdown(told),
        (Some(Special::Junit), _) => diagnostic::junit(told),
        (Some(Special::Github), _) => diagnostic::github(told),
        (Some(Special::Gitlab), _) => diagnostic::gitlab(told),
        (Some(Special::Sarif), _) => diagnostic::sarif(told),
        (Some(Special::Rdjson), _) => diagnostic::rdjson(told),
        (None, Format::Human) => diagnostic::human(findings, places, look),
        (None, Format::Concise) => diagnostic::concise(findings, places),
        (None, Format::Json) => format!("{}\n", json_document(&diagnostic::report(findings, places))),
        (None, Format::Jsonl) => {
            let report = diagnostic::report(findings, places);
            report.findings.iter().map(|finding| format!("{}\n", json_line(finding))).collect()
        }
    }
}

/// A file or folder as typed, from the top of the repository.
pub(super) fn from_base(path: &str, place: &Place, out: &Output<'_>) -> Result<String, Failure> {
    let typed = out.at(Path::new(path));
    let real = std::fs::canonicalize(&typed).map_err(|error| Failure::file("check", &typed, &error))?;
    let inside = real.strip_prefix(&place.root.base).map_err(|_| {
        Failure::new(format!("`{path}` does not belong to this knowledge"))
            .help("name files or folders below it")
    })?;
    let parts = inside.components().map(|part| part.as_os_str().to_string_lossy());
    Ok(parts.collect::<Vec<_>>().join("/"))
}

/// Whether `path` is `folder` or lies below it; the empty folder holds all.
pub(super) fn lies_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Tells on stderr what stands in the way of an answer.
pub(super) fn tell_errors(compiled: &Compiled, out: &mut Output<'_>) {
    const MOST: usize = 5;
    let mut errors = Findings::new();
    let all = compiled.findings.iter().filter(|finding| finding.severity() == Severity::Error);
    all.take(MOST).for_each(|finding| errors.push(finding.clone()));
    let places = Places::new(&compiled.texts);
    let color = out.color && std::io::stderr().is_terminal();
    out.error(diagnostic::human(&errors, &places, Look { width: out.width, color }).trim_end());
    let count = compiled.findings.count(Severity::Error);
    if count > MOST {
        out.error(&format!(
            "… and {} more: `dictum check` shows them",
            words::count(count - MOST, "error", "errors")
        ));
    }
}

/// Those that are shown in one of these files or folders. What was not kept is nowhere.
fn below_only(findings: &Findings, below: &[String], places: &Places<'_>) -> Findings {
    findings.only(&|_, finding| {
        let path = finding.labels.first().map(|label| &*places.text(label.origin.file).path);
        path.is_some_and(|path| below.iter().any(|below| lies_below(path, below)))
    })
}
