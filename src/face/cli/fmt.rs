//! `dictum fmt [PATH…]`: knowledge files laid out in the one way. What that way is, and why: [`crate::face::layout`].

use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use super::knowledge::{Place, locate, texts_of_files};
use super::output::{Exit, Failure, Output};
use super::write::write_all;
use crate::diagnostic::{self, Findings, Look};
use crate::face::layout::{self, Left};
use crate::face::said::{alone, catalog_of, is_shown, said, text_of};
use crate::face::{text, words};
use crate::kind::Catalog;
use crate::source::{FileId, Lines, Places, Text, Texts};

mod patch;

/// Lay out knowledge files in the one way.
#[derive(Args, Debug)]
#[command(
    after_help = "Keys, comments and blank lines are moved and spaced; no value is written otherwise, and no claim changes: \
                  the result is read again before it is written. A blank line between keys keeps those above it above. \
                  Files with mistakes in their TOML are left as they are. Exits 1 where there are such, and with \
                  `--check` or `--diff` where a file would change."
)]
pub(super) struct Arguments {
    /// Files or folders of the knowledge (all of it where none is given), or `-` for a text on stdin
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change
    #[arg(long)]
    check: bool,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    diff: bool,
    /// Lay out only the tables that these lines touch, of one file
    #[arg(long, value_name = "FIRST-LAST", value_parser = read_lines)]
    lines: Option<(u32, u32)>,
    /// What to call the text on stdin where something is wrong with it
    #[arg(long, value_name = "PATH", default_value = "stdin.toml")]
    stdin_filename: String,
}

fn read_lines(text: &str) -> Result<(u32, u32), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok((first, last)),
        _ => Err("write the first and the last line, such as `3-17`".to_owned()),
    }
}

/// What became of a file.
enum Outcome {
    /// It is laid out already.
    Same,
    /// Its text, laid out.
    New(String),
    /// It has mistakes.
    Bad(Findings),
    /// Laid out it would say something else.
    WouldChange,
}

/// Lays out.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return match arguments.paths.len() {
            1 => of_stdin(arguments, out),
            _ => Err(Failure::new("`-` is stdin, and files are named beside it").help("name either of them")),
        };
    }
    let place = locate(out)?;
    let (texts, found) = texts_of_files(&place)?;
    let files = chosen(arguments, &place, &texts, out)?;
    if arguments.lines.is_some() && files.len() != 1 {
        return Err(Failure::new("`--lines` are those of one file")
            .help("name the file: `dictum fmt --lines 3-17 FILE`"));
    }
    let catalog = catalog_of(texts.iter().map(|(_, text)| text), &place.limits);
    let is_ours = |file: &FileId| !is_shown(texts.get(*file), &catalog, &place.limits);
    let files: Vec<FileId> = files.into_iter().filter(is_ours).collect();
    if files.is_empty() && !arguments.paths.is_empty() {
        return Err(Failure::new(
            "what is named there is read through a lens, and laid out as its owners do it",
        )
        .help("name files that are written in dictum's own way"));
    }
    let outcomes: Vec<Outcome> = files
        .par_iter()
        .map(|file| outcome(*file, texts.get(*file), arguments, &catalog, out.global.limits()))
        .collect();
    let mut report = Report { bad: found, ..Report::default() };
    for (file, outcome) in files.iter().zip(outcomes) {
        report.take(texts.get(*file), outcome, arguments, Some(&place), out)?;
    }
    Ok(report.finish(&texts, arguments, out))
}

/// The files that are meant.
fn chosen(
    arguments: &Arguments,
    place: &Place,
    texts: &Texts,
    out: &Output<'_>,
) -> Result<Vec<FileId>, Failure> {
    if arguments.paths.is_empty() {
        return Ok(texts.iter().map(|(file, _)| file).collect());
    }
    let mut files = Vec::new();
    for path in &arguments.paths {
        let below = super::check::from_base(&path.to_string_lossy(), place, out)?;
        let before = files.len();
        let own = texts.iter().filter(|(_, text)| super::check::lies_below(&text.path, &below));
        files.extend(own.map(|(file, _)| file));
        if files.len() == before {
            let shown = text::shown(&path.to_string_lossy());
            return Err(Failure::new(format!("no file of the knowledge is `{shown}` or lies below it"))
                .help("a file counts if its name ends in `.toml` and `dictum.toml` does not leave it out"));
        }
    }
    files.sort_unstable();
    files.dedup();
    Ok(files)
}

fn outcome(
    file: FileId,
    text: &Text,
    arguments: &Arguments,
    catalog: &Catalog,
    limits: crate::source::Limits,
) -> Outcome {
    let laid = match arguments.lines {
        None => layout::laid_out(file, text, &limits),
        Some(lines) => layout::edits(file, text, Some(bytes_of(lines, text)), &limits)
            .map(|edits| layout::apply(std::str::from_utf8(&text.bytes).unwrap_or_default(), &edits)),
    };
    match laid {
        Ok(new) if new.as_bytes() == &*text.bytes => Outcome::Same,
        // The tree is the same, and so is what is read from it; to be as sure of claims as of trees costs little.
        Ok(new)
            if said(text, catalog, &limits)
                != said(&text_of(&text.path, new.as_bytes()), catalog, &limits) =>
        {
            Outcome::WouldChange
        }
        Ok(new) => Outcome::New(new),
        Err(Left::Mistakes(findings)) => Outcome::Bad(findings),
        Err(Left::WouldChange) => Outcome::WouldChange,
    }
}

/// The bytes of lines counted from 1.
fn bytes_of((first, last): (u32, u32), text: &Text) -> Range<usize> {
    let lines = Lines::new(&text.bytes);
    let start = lines.span_of(first.min(lines.count())).start;
    let end = lines.span_of(last.min(lines.count())).end;
    start as usize..end as usize
}

/// What is told at the end.
#[derive(Default)]
struct Report {
    same: usize,
    changed: usize,
    bad: Findings,
    failed: Vec<String>,
}

impl Report {
    fn take(
        &mut self,
        text: &Text,
        outcome: Outcome,
        arguments: &Arguments,
        place: Option<&Place>,
        out: &mut Output<'_>,
    ) -> Result<(), Failure> {
        match outcome {
            Outcome::Same => self.same += 1,
            Outcome::Bad(findings) => self.bad.append(findings),
            Outcome::WouldChange => self.failed.push(text.path.to_string()),
            Outcome::New(new) => {
                self.changed += 1;
                let shown = text::shown(&text.path);
                if arguments.diff {
                    let old = String::from_utf8_lossy(&text.bytes);
                    out.text(&patch::unified(&text.path, &old, &new));
                }
                match place {
                    _ if arguments.check && !arguments.diff => out.line(&format!("would lay out {shown}")),
                    Some(place) if !arguments.check && !arguments.diff => {
                        write_all(&[(place.root.base.join(&*text.path), new.as_bytes())])?;
                        out.line(&format!("laid out {shown}"));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, texts: &Texts, arguments: &Arguments, out: &mut Output<'_>) -> Exit {
        self.bad.finish();
        if !self.bad.is_empty() {
            let look = Look { width: out.width, color: out.color };
            out.error(diagnostic::human(&self.bad, &Places::new(texts), look).trim_end());
        }
        for path in &self.failed {
            let shown = text::shown(path);
            out.error(&format!(
                "error: `{shown}` was left as it is: laid out it would say something else; this is a fault of dictum\n  \
                 help: report it with the file"
            ));
        }
        let asks = arguments.check || arguments.diff;
        match (asks, self.changed) {
            (_, 0) => {
                out.note(&format!("{} laid out already", words::count(self.same, "file is", "files are")));
            }
            (true, changed) => {
                let would = words::count(changed, "file", "files");
                out.note(&format!("{would} would change, {} would not: type `dictum fmt`", self.same));
            }
            (false, _) => {}
        }
        match () {
            () if !self.failed.is_empty() => Exit::Failure,
            () if self.bad.has_errors() || asks && self.changed > 0 => Exit::Findings,
            () => Exit::Clean,
        }
    }
}

/// A text from stdin, laid out to stdout: no repository is needed.
fn of_stdin(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let limits = out.global.limits();
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(limits.file_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::file("read", Path::new("stdin"), &error))?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(Failure::new("the text on stdin is larger than a file may be")
            .help("split it, or raise `--limits file-bytes=…`"));
    }
    let texts = alone(text_of(&arguments.stdin_filename, &bytes));
    let text = texts.get(FileId(0));
    let catalog = catalog_of(texts.iter().map(|(_, text)| text), &limits);
    let outcome = outcome(FileId(0), text, arguments, &catalog, limits);
    let prints = !arguments.check && !arguments.diff;
    match &outcome {
        Outcome::Same if prints => out.text(&String::from_utf8_lossy(&bytes)),
        Outcome::New(new) if prints => out.text(new),
        _ => {}
    }
    let mut report = Report::default();
    report.take(text, outcome, arguments, None, out)?;
    if prints && report.bad.is_empty() && report.failed.is_empty() {
        return Ok(Exit::Clean);
    }
    Ok(report.finish(&texts, arguments, out))
}
