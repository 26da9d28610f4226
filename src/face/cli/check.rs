//! `dictum check [PATHS…]`: everything that is wrong, where, and what to do.

use std::io::IsTerminal;
use std::path::Path;

use clap::Args;

mod against;

use super::global::Format;
use super::knowledge::{Place, compile_commit, compile_files, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::review::Verifying;
use crate::compile::Compiled;
use crate::diagnostic::{self, Finding, Findings, Look, Severity};
use crate::face::words;
use crate::source::Places;

/// Say everything that is wrong with the knowledge, where, and what to do.
#[derive(Args, Debug)]
#[command(after_help = "Exits 1 where there is an error; warnings and notes are for a person to look at. \
                        `dictum explain CODE` tells more of a finding. \
                        Questions are checked for what is wrong with them; `dictum test` asks them.")]
pub(super) struct Arguments {
    /// Show only what is found in these files or folders (all is read nonetheless)
    paths: Vec<String>,
    /// Check a commit, tag, branch or day instead of the files as they are
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
    /// Look also at what changed since this branch left REV, and warn where it lacks the reviews that policies ask for
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    #[command(flatten)]
    verifying: Verifying,
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let compiled = match (&arguments.at, &place.repository) {
        // A bare repository has no files as they are.
        (None, Ok(repository)) if repository.is_bare() => {
            compile_commit(repository, &place, revision(repository, "HEAD")?)?
        }
        (None, _) => compile_files(&place)?,
        (Some(at), Ok(repository)) => compile_commit(repository, &place, revision(repository, at)?)?,
        (Some(at), Err(why)) => {
            return Err(Failure::new(format!("`--at {at}` needs a git repository: {why}")));
        }
    };
    let all = match &arguments.against {
        None => compiled.findings.clone(),
        Some(against) => {
            progress.step("looking at what changed");
            let mut all = compiled.findings.clone();
            all.append(against::findings(against, arguments, &place, &compiled, out)?);
            all.finish();
            all
        }
    };
    drop(progress);
    let below =
        arguments.paths.iter().map(|path| from_base(path, &place, out)).collect::<Result<Vec<_>, _>>()?;
    let places = Places::new(&compiled.texts);
    let meant = |finding: &Finding| {
        let path = finding.labels.first().map(|label| &*places.text(label.origin.file).path);
        below.is_empty() || path.is_some_and(|path| below.iter().any(|below| lies_below(path, below)))
    };
    let findings = if below.is_empty() { all } else { only(&all, meant) };
    for form in out.forms(Format::Human) {
        let color = out.color && form.file.is_none();
        let text = rendered(&findings, &places, form.format, Look { width: out.width, color });
        out.form(&form, &text)?;
    }
    out.note(diagnostic::summary(&findings).trim_end());
    Ok(if findings.has_errors() { Exit::Findings } else { Exit::Clean })
}

/// Findings in one form.
pub(super) fn rendered(findings: &Findings, places: &Places<'_>, format: Format, look: Look) -> String {
    match format {
        Format::Human => diagnostic::human(findings, places, look),
        Format::Concise => diagnostic::concise(findings, places),
        Format::Json => format!("{}\n", json_document(&diagnostic::report(findings, places))),
        Format::Jsonl => {
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

fn only(findings: &Findings, which: impl Fn(&Finding) -> bool) -> Findings {
    let mut some = Findings::new();
    findings.iter().filter(|finding| which(finding)).for_each(|finding| some.push(finding.clone()));
    some
}
