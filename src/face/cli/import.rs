//! `dictum import FORMAT FILE`: knowledge files from a file of another program, tried before they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::global::Format as Printed;
use super::knowledge::{self, Place, locate};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::write::write_all;
use super::{check, lost};
use crate::claim::Subject;
use crate::compile::{Compiled, compile_within};
use crate::diagnostic::{Finding, Findings, Severity};
use crate::face::exchange::{
    Book, Drafted, Drafting, Entry, Format, LossKind, Losses, Taken, drafts, format, id_of,
};
use crate::face::text::shown;
use crate::face::wire::{Imported, ImportedFile};
use crate::face::words;
use crate::kind::kind;
use crate::source::{Text, Texts};

mod told;

/// Write knowledge files from a file of another program, and say what they can't hold.
#[derive(Args, Debug)]
#[command(
    after_help = "FORMAT is `skos` (Turtle), `skos-jsonld`, `csv`, `ossie` (OSI), `datahub`, `openmetadata` or `dbt`.\n\
                        Nothing is written over: what is here already is told, and left as it is with `--skip-existing`. What would \
                        raise an error is not written at all.\n\
                        Exits 0, also with losses unless `--strict`; 1 where nothing was written for what is in the file, or here; 2 \
                        where the file can't be read."
)]
pub(super) struct Arguments {
    /// The format
    #[arg(value_name = "FORMAT")]
    from: String,
    /// The file; `-` is stdin
    file: PathBuf,
    /// The folder, from the knowledge folder (one for each kind where not given)
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// A TOML file that says which columns are what
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The kind of what does not say it itself
    #[arg(long, value_name = "KIND", default_value = "term")]
    kind: String,
    /// Take texts in this language: `en`
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The source that all of it leans on, by its id
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// All subjects in one file of this name, not one each
    #[arg(long, value_name = "NAME")]
    together: Option<String>,
    /// Leave subjects that are here already as they are, and take the others
    #[arg(long)]
    skip_existing: bool,
    /// Leave out subjects with which the knowledge would have errors, and take the others
    #[arg(long)]
    skip_faulty: bool,
    /// Exit 1 where anything is left behind
    #[arg(long)]
    strict: bool,
}

/// Imports, or says why not.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let printed = out.format(Printed::Human)?;
    let format = format(&arguments.from)?;
    checked(arguments)?;
    let place = locate(out)?;
    let (texts, findings) = knowledge::texts_of_files(&place)?;
    let before = compile_within(texts, findings.clone(), &place.limits);
    // A folder without knowledge yet is where an import begins.
    if before.findings.has_errors() && !before.texts.is_empty() && !is_empty(&before) {
        check::tell_errors(&before, out);
        out.note("nothing is imported into knowledge with errors: settle them first");
        return Ok(Exit::Findings);
    }
    let mut losses = Losses::new();
    let mut book = read(arguments, format, &before, &place, &mut losses, out)?;
    if !existing(arguments, &mut book, &before, &mut losses, out) {
        return Ok(Exit::Findings);
    }
    let job = Job { arguments, format, place: &place, before: &before, findings: &findings };
    let Some(drafted) = written(&job, &mut book, &mut losses, out) else {
        return Ok(Exit::Findings);
    };
    if !arguments.dry_run {
        let files: Vec<(PathBuf, &[u8])> =
            drafted.iter().map(|file| (place.root.folder().join(&file.path), file.text.as_bytes())).collect();
        write_all(&files)?;
    }
    report(arguments, format, &place, &drafted, &losses, printed, out);
    Ok(if arguments.strict && losses.len() > 0 { Exit::Findings } else { Exit::Clean })
}

/// What an import goes by.
struct Job<'j> {
    arguments: &'j Arguments,
    format: &'j Format,
    place: &'j Place,
    /// The knowledge as it is.
    before: &'j Compiled,
    /// What was found in its files as such.
    findings: &'j Findings,
}

/// The files, if they can be written and the knowledge has no errors with them; what is wrong has been told.
fn written(
    job: &Job<'_>,
    book: &mut Book,
    losses: &mut Losses,
    out: &mut Output<'_>,
) -> Option<Vec<Drafted>> {
    let Job { arguments, format, place, before, findings } = *job;
    let file = arguments.file.display().to_string();
    // What is left out may leave links behind that lead nowhere.
    for _ in 0..MOST_ROUNDS {
        let (drafted, misfits) = drafts(book, &drafting(arguments, format, book, before, place));
        let faulty: Vec<(Subject, String)> = match misfits.is_empty() {
            true => {
                if !free(&drafted, place, out) {
                    return None;
                }
                let after = compiled(&drafted, findings.clone(), before, place);
                let errors = after.findings.iter().filter(|finding| finding.severity() == Severity::Error);
                let errors: Vec<&Finding> = errors.collect();
                if errors.is_empty() {
                    return is_read(&drafted, before, &after, out).then_some(drafted);
                }
                if !arguments.skip_faulty {
                    told::errors(&errors, &after, book, &file, out);
                    return None;
                }
                errors.iter().filter_map(|finding| faulty(finding, &after, book)).collect()
            }
            false if !arguments.skip_faulty => {
                told::misfits(&misfits, &file, out);
                return None;
            }
            false => {
                let subject = |address: &str| Subject::parse(address.split('#').next().unwrap_or_default());
                misfits.into_iter().filter_map(|one| Some((subject(&one.address)?, one.message))).collect()
            }
        };
        // What is wrong with no subject of the file can't be left out.
        if faulty.is_empty() {
            out.error("error: with this the knowledge would have errors that are of none of its subjects");
            out.note("nothing was written: `--dry-run` without `--skip-faulty` shows them");
            return None;
        }
        let left: BTreeSet<&Subject> = faulty.iter().map(|(subject, _)| subject).collect();
        book.entries.retain(|entry| !left.contains(&entry.subject));
        for (subject, why) in &faulty {
            losses.ours(LossKind::Faulty, subject, why);
        }
    }
    out.error("error: whatever is left out, more of it is wrong");
    out.note("nothing was written: without `--skip-faulty` it is told what is wrong first");
    None
}

/// How often what is wrong is left out, and the rest tried again.
const MOST_ROUNDS: usize = 20;

/// The subject of the imported file that a finding is about, and what it says.
fn faulty(finding: &Finding, after: &Compiled, book: &Book) -> Option<(Subject, String)> {
    let subject = finding.labels.iter().find_map(|label| {
        let text = std::str::from_utf8(&after.texts.get(label.origin.file).bytes).unwrap_or_default();
        let (subject, _) = told::subject_at(text, label.origin.span.start as usize)?;
        book.entries.binary_search_by(|entry| entry.subject.cmp(&subject)).is_ok().then_some(subject)
    })?;
    Some((subject, finding.message.clone()))
}

/// Whether nothing is known yet: whatever is wrong then is that.
fn is_empty(compiled: &Compiled) -> bool {
    compiled.claims.is_empty() && compiled.findings.count(Severity::Error) <= 1
}

/// Refuses what can't be a kind, a folder or a name of a file.
fn checked(arguments: &Arguments) -> Result<(), Failure> {
    if !kind(&arguments.kind).is_some_and(|kind| kind.statements) {
        return Err(Failure::new(format!("`{}` is no kind that can be imported", arguments.kind))
            .help("write `--kind term`, `--kind entity` or `--kind process`"));
    }
    let plain = |text: &str| {
        let part = |part: &str| {
            let word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !part.is_empty() && !part.starts_with('.') && part.chars().all(word)
        };
        text.split('/').all(part)
    };
    let folder = arguments.out.as_deref().map(|folder| folder.trim_end_matches('/'));
    if let Some(bad) = folder.filter(|folder| !plain(folder)) {
        return Err(Failure::new(format!("`{bad}` is no folder below the knowledge folder"))
            .help("write it from there, with letters, digits, `-` and `_`: `--out terms/imported`"));
    }
    match arguments.together.as_deref().filter(|name| !plain(name) || name.contains('/')) {
        Some(bad) => Err(Failure::new(format!("`{bad}` can't be the name of a file"))
            .help("write it without `.toml`, with letters, digits, `-` and `_`")),
        None => Ok(()),
    }
}

/// Reads the file, and what says how.
fn read(
    arguments: &Arguments,
    format: &Format,
    before: &Compiled,
    place: &Place,
    losses: &mut Losses,
    out: &Output<'_>,
) -> Result<Book, Failure> {
    let bytes = bytes(&arguments.file, place.limits.file_bytes, out)?;
    let mapping = arguments.mapping.as_ref().map(|file| -> Result<String, Failure> {
        let bytes = self::bytes(file, place.limits.file_bytes, out)?;
        String::from_utf8(bytes).map_err(|_| Failure::new(format!("`{}` is not UTF-8", file.display())))
    });
    let mapping = mapping.transpose()?;
    let known: BTreeSet<&Subject> = before.claims.iter().map(|claim| &claim.slot.subject).collect();
    let is_known = |subject: &Subject| known.contains(subject);
    let file = arguments.file.display().to_string();
    let taken = Taken {
        kind: &arguments.kind,
        language: arguments.language.as_deref(),
        mapping: mapping.as_deref(),
        catalog: &before.catalog,
        is_known: &is_known,
    };
    let mut book = (format.read)(&bytes, &taken, losses)?;
    let said = |entry: &Entry| !entry.statements.is_empty();
    for nothing in book.entries.iter().filter(|entry| !said(entry)) {
        losses.ours(LossKind::Attribute, &nothing.subject, "nothing that is said of it can be taken");
    }
    book.entries.retain(said);
    if book.entries.is_empty() {
        return Err(Failure::new(format!("there is nothing to import in `{file}`"))
            .help(format!("it was read as `{}`: {}", format.name, format.summary)));
    }
    Ok(book)
}

/// The bytes of a file that is no larger than those that are read.
fn bytes(file: &Path, most: u64, out: &Output<'_>) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::file("read", file, &error);
    let mut bytes = Vec::new();
    let read = match file == Path::new("-") {
        true => std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes),
        false => {
            let opened = std::fs::File::open(out.at(file)).map_err(failed)?;
            opened.take(most + 1).read_to_end(&mut bytes)
        }
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > most {
        let more = bytes.len() as u64 * 4;
        return Err(Failure::new(format!(
            "`{}` has more than the {most} bytes that are read",
            file.display()
        ))
        .help(format!("split it, or add `--limits file-bytes={more}`")));
    }
    Ok(bytes)
}

/// Whether nothing of it is here already, or what is was to be left as it is.
fn existing(
    arguments: &Arguments,
    book: &mut Book,
    before: &Compiled,
    losses: &mut Losses,
    out: &mut Output<'_>,
) -> bool {
    let mut here: BTreeMap<&Subject, String> = BTreeMap::new();
    for claim in &before.claims {
        here.entry(&claim.slot.subject).or_insert_with(|| {
            let text = before.texts.get(claim.origin.file);
            let start = (claim.origin.span.start as usize).min(text.bytes.len());
            let line = text.bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("{}:{line}", text.path)
        });
    }
    let there: Vec<(&Subject, &String)> = book
        .entries
        .iter()
        .filter_map(|entry| here.get_key_value(&entry.subject))
        .map(|(a, b)| (*a, b))
        .collect();
    if there.is_empty() {
        return true;
    }
    if !arguments.skip_existing {
        told::existing(&there, out);
        return false;
    }
    for (subject, place) in there {
        losses.ours(LossKind::Exists, subject, format!("it is here already: {place}"));
    }
    book.entries.retain(|entry| !here.contains_key(&entry.subject));
    true
}

fn drafting<'d>(
    arguments: &'d Arguments,
    format: &Format,
    book: &Book,
    before: &'d Compiled,
    place: &'d Place,
) -> Drafting<'d> {
    // Many subjects are a table to who looks after them, and no one reads a thousand files.
    const MANY: usize = 1_000;
    let together = arguments.together.as_deref();
    let together = together.map(str::to_owned).or_else(|| {
        let stem = arguments.file.file_stem().and_then(|stem| id_of(&stem.to_string_lossy()));
        let name = || stem.unwrap_or_else(|| "imported".to_owned());
        (format.tabular || book.entries.len() > MANY).then(name)
    });
    Drafting {
        catalog: &before.catalog,
        folder: arguments.out.as_deref().map(|folder| folder.trim_end_matches('/')),
        together,
        source: arguments.source.as_deref(),
        limits: &place.limits,
    }
}

/// Whether none of the files is there.
fn free(drafted: &[Drafted], place: &Place, out: &mut Output<'_>) -> bool {
    let is_there = |file: &&Drafted| std::fs::symlink_metadata(place.root.folder().join(&file.path)).is_ok();
    let there: Vec<&Drafted> = drafted.iter().filter(is_there).collect();
    for file in there.iter().take(5) {
        out.error(&format!("error: there is a file `{}` already", shown(&file.path)));
    }
    if !there.is_empty() {
        out.note(
            "nothing was written: name another folder with `--out DIR`, or a file with `--together NAME`",
        );
    }
    there.is_empty()
}

/// The knowledge with the files.
fn compiled(drafted: &[Drafted], findings: Findings, before: &Compiled, place: &Place) -> Compiled {
    let new = drafted.iter().map(|file| Text {
        path: Arc::from(from_top(place, &file.path)),
        bytes: Arc::from(file.text.as_bytes()),
    });
    let texts = Texts::new(new.chain(before.texts.iter().map(|(_, text)| text.clone())).collect());
    // That there is nothing yet is no longer so.
    let findings = if is_empty(before) { Findings::new() } else { findings };
    compile_within(texts, findings, &place.limits)
}

/// A path from the knowledge folder, from the top of the repository.
fn from_top(place: &Place, path: &str) -> String {
    match place.root.knowledge.is_empty() {
        true => path.to_owned(),
        false => format!("{}/{path}", place.root.knowledge),
    }
}

/// Whether the files are read: `dictum.toml` may leave folders out.
fn is_read(drafted: &[Drafted], before: &Compiled, after: &Compiled, out: &mut Output<'_>) -> bool {
    let subjects: BTreeSet<&Subject> = after.claims.iter().map(|claim| &claim.slot.subject).collect();
    if let Some(lost) =
        drafted.iter().flat_map(|file| &file.subjects).find(|subject| !subjects.contains(subject))
    {
        out.error(&format!("error: `{lost}` would be in a file that is not read"));
        out.note(
            "nothing was written: look at `include` and `exclude` in `dictum.toml`, or name another folder with `--out DIR`",
        );
        return false;
    }
    let warnings = |compiled: &Compiled| compiled.findings.count(Severity::Warning);
    let more = warnings(after).saturating_sub(warnings(before));
    if more > 0 {
        let warnings = words::count(more, "warning", "warnings");
        out.note(&format!("note: the knowledge has {warnings} more with it, `dictum check` shows them"));
    }
    true
}

fn report(
    arguments: &Arguments,
    format: &Format,
    place: &Place,
    drafted: &[Drafted],
    losses: &Losses,
    printed: Printed,
    out: &mut Output<'_>,
) {
    let subjects = drafted.iter().map(|file| file.subjects.len()).sum();
    let whole = |path: &str| from_top(place, path);
    let file = |file: &Drafted| ImportedFile {
        path: whole(&file.path),
        subjects: file.subjects.iter().map(ToString::to_string).collect(),
        text: arguments.dry_run.then(|| file.text.clone()),
    };
    let imported = || Imported {
        schema: "dictum.imported/1",
        dry_run: arguments.dry_run,
        files: drafted.iter().map(file).collect(),
        losses: lost::wire(losses, "import", format, subjects),
    };
    match printed {
        Printed::Json => return out.line(&json_document(&imported())),
        Printed::Jsonl => return out.line(&json_line(&imported())),
        Printed::Human | Printed::Concise => {}
    }
    told::files(drafted, &whole, arguments.dry_run, out);
    lost::tell(losses, Some(&arguments.file.display().to_string()), out);
    match arguments.dry_run {
        true => out.note("nothing was written: leave `--dry-run` out"),
        false => out.note("next: read what was written, have it reviewed, and commit it"),
    }
}
