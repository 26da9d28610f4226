//! What `dictum import` says: what it wrote, and what is wrong, with its place in the imported file.

use crate::claim::Subject;
use crate::compile::Compiled;
use crate::diagnostic::Finding;
use crate::face::cli::output::Output;
use crate::face::exchange::{Book, Drafted, Misfit};
use crate::face::text::shown;
use crate::face::words;

/// How many of the same are shown.
const MOST: usize = 10;

/// Values that are not what their attribute takes.
pub(super) fn misfits(misfits: &[Misfit], file: &str, out: &mut Output<'_>) {
    for misfit in misfits.iter().take(MOST) {
        let place = place(file, misfit.line);
        let help = misfit.help.as_ref().map(|help| format!("\n  help: {}", shown(help))).unwrap_or_default();
        out.error(&format!("error: {place}: `{}`: {}{help}", shown(&misfit.address), shown(&misfit.message)));
    }
    more(misfits.len(), out);
    out.note("nothing was written");
}

/// Subjects that are here already, with where.
pub(super) fn existing(there: &[(&Subject, &String)], out: &mut Output<'_>) {
    for (subject, place) in there.iter().take(MOST) {
        out.error(&format!("error: `{subject}` is here already: {}", shown(place)));
    }
    more(there.len(), out);
    out.note(
        "nothing was written: add `--skip-existing` to leave those as they are, or correct them with `dictum correct`",
    );
}

/// What would be wrong with the knowledge.
pub(super) fn errors(errors: &[&Finding], after: &Compiled, book: &Book, file: &str, out: &mut Output<'_>) {
    for finding in errors.iter().take(MOST) {
        let line = finding.labels.iter().find_map(|label| {
            let text = after.texts.get(label.origin.file);
            let text = std::str::from_utf8(&text.bytes).unwrap_or_default();
            line_of(text, label.origin.span.start as usize, book)
        });
        let place = place(file, line);
        let help = finding.help.as_ref().map(|help| format!("\n  help: {}", shown(help))).unwrap_or_default();
        out.error(&format!("error[{}]: {place}: {}{help}", finding.code.slug, shown(&finding.message)));
    }
    more(errors.len(), out);
    out.note("nothing was written: put it right there, or add `--skip-faulty` to take the rest");
}

fn more(count: usize, out: &mut Output<'_>) {
    if count > MOST {
        out.error(&format!("… and {} more", count - MOST));
    }
}

fn place(file: &str, line: Option<u64>) -> String {
    match line {
        Some(line) => format!("{}:{line}", shown(file)),
        None => shown(file),
    }
}

/// The line of the imported file that the place `at` of a written file comes from: that of its key, or else of its table.
fn line_of(text: &str, at: usize, book: &Book) -> Option<u64> {
    let (subject, table) = subject_at(text, at)?;
    let entry = book.entries.iter().find(|entry| entry.subject == subject)?;
    let key =
        table.lines().rev().find_map(|line| line.split_once(" =").map(|(key, _)| key.trim().to_owned()));
    let first = |name: &str| name.split('.').next().map(str::to_owned);
    let said = entry
        .statements
        .iter()
        .find(|one| key.as_ref().is_some_and(|key| first(&one.attribute) == first(key)));
    said.and_then(|said| said.line).or(entry.line)
}

/// The subject in whose table the place `at` of a text is, and the table up to there.
pub(super) fn subject_at(text: &str, at: usize) -> Option<(Subject, &str)> {
    // A header may itself be the place.
    let end = text.get(at..)?.find('\n').map_or(text.len(), |found| at + found);
    let above = text.get(..end)?;
    let header = if above.rfind("\n[").is_none() { 0 } else { above.rfind("\n[")? + 1 };
    let table = above.get(header..)?;
    let (kind, id) = table.strip_prefix('[')?.split(']').next()?.split_once('.')?;
    Some((Subject::new(kind, id), table))
}

/// What was written, or would be.
pub(super) fn files(drafted: &[Drafted], whole: &dyn Fn(&str) -> String, dry: bool, out: &mut Output<'_>) {
    let count: usize = drafted.iter().map(|file| file.subjects.len()).sum();
    if dry {
        for file in drafted {
            out.line(&format!("# {}", shown(&whole(&file.path))));
            out.line(file.text.trim_end());
            out.line("");
        }
        return;
    }
    const MANY: usize = 20;
    for file in drafted.iter().take(MANY) {
        out.line(&format!("wrote {}", shown(&whole(&file.path))));
    }
    if drafted.len() > MANY {
        out.line(&format!("… and {} files more", drafted.len() - MANY));
    }
    out.line(&format!("{} imported", words::count(count, "subject", "subjects")));
}
