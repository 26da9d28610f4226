//! `dictum check-pins PATHS…`: whether the pins in files of any repository still name what answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;

use super::citations::{self, Judged};
use super::knowledge::{self, Errors};
use super::output::{Exit, Failure, Output};
use super::progress::Progress;
use super::questions::{Asking, today};
use super::{check, human};
use crate::diagnostic::{self, Code, Finding, Findings, Severity, Told, codes};
use crate::face::{text, words};
use crate::query::{self, Context, Digits, Found, State};
use crate::source::{self, CONFIG, FileId, Origin, Places, Plain, Span, Text, Texts};

/// Files that are read: as many as knowledge may have.
const MOST_FILES: usize = 200_000;

/// Check the pins in files of any repository: SQL, prompts, documents.
#[derive(Args, Debug)]
#[command(
    after_help = "A pin stands anywhere, `-- dictum: term/acv#definition~3fa9c1` in a comment for example. Folders are \
                        walked; links, binary files and what is larger than `--limits file-bytes` are not read.\n\
                        The knowledge is found from the working folder, or by `--knowledge` or `--snapshot`.\n\
                        Exits 1 where a pin does not hold; `dictum explain pin-superseded` (`-withdrawn`, `-elsewhere`, \
                        `-unknown`, `-ambiguous`) tells more."
)]
pub(super) struct Arguments {
    /// Files and folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    asking: Asking,
    /// Write the pin that answers now in place of one that was superseded, and show each; whether what leans on it still is
    /// right is for you to look at
    #[arg(long, visible_alias = "fix")]
    update: bool,
}

/// One file with pins in it.
pub(super) struct Pinned {
    /// Its text; its path is the one it was named by.
    pub text: Text,
    path: PathBuf,
    /// The pins, in their order.
    pub found: Vec<Found>,
}

/// What was read.
#[derive(Default)]
pub(super) struct Read {
    /// The files with pins, in the order of their paths; each once.
    pub pinned: Vec<Pinned>,
    files: usize,
    binary: usize,
    large: Vec<PathBuf>,
    unread: Vec<PathBuf>,
    cut: bool,
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    out.refuse_mixed()?;
    let asking = &arguments.asking;
    let Some(opened) = knowledge::open(&asking.basis, Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let pairs = asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let context = Context::read(pairs, opened.snapshot.declarations()?)?;
    let on = asking.on.unwrap_or_else(today);
    let progress = Progress::start(out.global, "reading files");
    let read = read(&arguments.paths, out)?;
    drop(progress);
    let all: Vec<Found> = read.pinned.iter().flat_map(|pinned| pinned.found.iter().cloned()).collect();
    let judged = citations::judge(&opened.snapshot, &all, &context, on, &asking.basis, out)?;
    let of: BTreeMap<usize, &Judged> =
        judged.iter().flat_map(|one| one.citation.places.iter().map(move |at| (*at, one))).collect();
    let texts = Texts::new(read.pinned.iter().map(|pinned| pinned.text.clone()).collect());
    let findings = findings(&read, &of);
    let places = Places::new(&texts);
    let told = Told {
        findings: &findings,
        places: &places,
        home: CONFIG,
        fail: Some(Severity::Error),
        baseline: false,
    };
    check::write(&told, out)?;
    aside(&read, all.len(), out);
    let updated = if arguments.update { update(&read, &of, &places, out)? } else { 0 };
    let wrong = judged.iter().filter(|one| !one.holds()).map(|one| one.citation.places.len()).sum::<usize>();
    let summary = diagnostic::summary(&findings);
    out.note(summary.trim_end());
    if arguments.update {
        out.note(&format!("{} updated", words::count(updated, "pin", "pins")));
    }
    Ok(if wrong > updated { Exit::Findings } else { Exit::Clean })
}

/// The files with pins below `paths`, in the order of their paths.
pub(super) fn read(paths: &[PathBuf], out: &Output<'_>) -> Result<Read, Failure> {
    let mut read = Read::default();
    let mut files: Vec<(Arc<str>, PathBuf)> = Vec::new();
    for typed in paths {
        let start = out.at(typed);
        std::fs::metadata(&start).map_err(|error| Failure::file("check", typed, &error))?;
        let below = source::files_below(&start, MOST_FILES.saturating_sub(files.len()));
        read.cut |= below.cut;
        read.unread.extend(below.unread);
        let shown = |path: &PathBuf| {
            let inside = path.strip_prefix(&start).unwrap_or(Path::new(""));
            let parts = typed.join(inside).components().map(part).collect::<Vec<_>>().join("/");
            Arc::from(parts.replace("//", "/").trim_start_matches("./"))
        };
        files.extend(below.files.into_iter().map(|path| (shown(&path), path)));
    }
    let most = out.global.limits().file_bytes;
    let each: Vec<_> = files
        .into_par_iter()
        .map(|(shown, path)| match source::read_plain(&path, most) {
            Plain::Text(bytes) => {
                let found: Vec<Found> = query::found(&bytes).into_iter().filter(is_pin).collect();
                // Of a file without pins nothing is kept.
                let bytes = if found.is_empty() { Vec::new() } else { bytes };
                let text = Text { path: shown, bytes: bytes.into() };
                Ok(Pinned { text, path, found })
            }
            other => Err((path, other)),
        })
        .collect();
    read.files = each.len();
    for one in each {
        match one {
            Ok(pinned) if pinned.found.is_empty() => {}
            Ok(pinned) => read.pinned.push(pinned),
            Err((_, Plain::Binary)) => read.binary += 1,
            Err((path, Plain::TooLarge)) => read.large.push(path),
            Err((path, _)) => read.unread.push(path),
        }
    }
    read.pinned.sort_by(|a, b| a.text.path.cmp(&b.text.path));
    read.pinned.dedup_by(|later, earlier| later.text.path == earlier.text.path);
    Ok(read)
}

/// One part of a path, as it is shown.
fn part(part: std::path::Component<'_>) -> String {
    part.as_os_str().to_string_lossy().into_owned()
}

/// Whether it names a claim: an address alone says nothing that could be out of date.
fn is_pin(found: &Found) -> bool {
    found.digits != Digits::None
}

/// What was not read, said beside the result.
pub(super) fn aside(read: &Read, pins: usize, out: &mut Output<'_>) {
    let files = words::count(read.files, "file", "files");
    let binary = if read.binary > 0 { format!(", {} binary", read.binary) } else { String::new() };
    out.note(&format!("{} in {files}{binary}", words::count(pins, "pin", "pins")));
    for (what, paths) in [("larger than is read", &read.large), ("not readable", &read.unread)] {
        if let Some(first) = paths.first() {
            let first = text::shown(&first.display().to_string());
            let more = paths.len() - 1;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            out.note(&format!("note: {what}: {first}{more}"));
        }
    }
    if read.cut {
        out.note(&format!("note: only the first {MOST_FILES} files were read: name folders further down"));
    }
}

/// A finding for every pin that does not hold.
fn findings(read: &Read, of: &BTreeMap<usize, &Judged>) -> Findings {
    let mut findings = Findings::new();
    let mut at = 0;
    for (file, pinned) in (0..).zip(&read.pinned) {
        for found in &pinned.found {
            if let Some(one) = of.get(&at).filter(|one| !one.holds()) {
                let span = Span { start: found.bytes.start as u32, end: found.bytes.end as u32 };
                findings.push(finding(one, Origin { file: FileId(file), span }));
            }
            at += 1;
        }
    }
    findings.finish();
    findings
}

fn code(one: &Judged) -> &'static Code {
    match one.word() {
        "superseded" => &codes::PIN_SUPERSEDED,
        "withdrawn" => &codes::PIN_WITHDRAWN,
        "elsewhere" => &codes::PIN_ELSEWHERE,
        "ambiguous" => &codes::PIN_AMBIGUOUS,
        _ => &codes::PIN_UNKNOWN,
    }
}

fn finding(one: &Judged, origin: Origin) -> Finding {
    let cited = text::shown(&one.citation.to_string());
    let since = one.since_short().map(|since| format!(" (since {since})")).unwrap_or_default();
    let label = match one.said() {
        Some(said) => format!("says: {}", text::clipped(&said, 80)),
        None => one.word().to_owned(),
    };
    let finding = Finding::new(code(one), format!("`{cited}`: {}{since}", one.why()), origin, label);
    finding.help(help(one))
}

fn help(one: &Judged) -> String {
    let now = text::clipped(&one.now(), 120);
    let pin = one.citation.now.pin.as_ref().map(|pin| text::shown(&pin.to_string()));
    let near = one.near();
    match (one.word(), pin) {
        ("superseded" | "withdrawn", Some(pin)) => {
            format!("look whether this still is right where it says now \"{now}\", and write `{pin}`")
        }
        ("superseded" | "withdrawn", None) => {
            format!("now: {now}; `dictum get {}` tells more", one.citation.slot)
        }
        ("elsewhere", Some(pin)) => format!("here and on that day `{pin}` answers: \"{now}\""),
        ("elsewhere", None) => "name the case with `--where`, and the day with `--on`".to_owned(),
        ("ambiguous", _) => format!("write one of {}", text::shown(&near.join(", "))),
        (_, _) if near.is_empty() => "take it out, or write a pin as `dictum get` prints it".to_owned(),
        (_, _) => format!("did you mean `{}`?", text::shown(&near[0])),
    }
}

/// Writes the pins that answer in place of those that were superseded. How many.
fn update(
    read: &Read,
    of: &BTreeMap<usize, &Judged>,
    places: &Places<'_>,
    out: &mut Output<'_>,
) -> Result<usize, Failure> {
    let (mut at, mut updated) = (0, 0);
    for (file, pinned) in (0..).zip(&read.pinned) {
        let mut bytes = Vec::with_capacity(pinned.text.bytes.len());
        let mut done = 0;
        for found in &pinned.found {
            let one = of.get(&at).filter(|one| one.citation.state == State::Superseded);
            at += 1;
            let Some((one, pin)) = one.and_then(|one| Some((one, one.citation.now.pin.as_ref()?))) else {
                continue;
            };
            bytes.extend_from_slice(&pinned.text.bytes[done..found.bytes.start]);
            bytes.extend_from_slice(pin.to_string().as_bytes());
            done = found.bytes.end;
            updated += 1;
            let span = Span { start: found.bytes.start as u32, end: found.bytes.end as u32 };
            let place = places.start(Origin { file: FileId(file), span });
            out.note(&format!(
                "{}:{}:{}: {} -> ~{}   {}",
                text::shown(&pinned.text.path),
                place.line,
                place.column,
                text::shown(&one.citation.to_string()),
                pin.digits,
                text::clipped(&human::value_text(one.citation.now.value.as_ref()), 60)
            ));
        }
        if done > 0 {
            bytes.extend_from_slice(&pinned.text.bytes[done..]);
            std::fs::write(&pinned.path, bytes)
                .map_err(|error| Failure::file("write", &pinned.path, &error))?;
        }
    }
    Ok(updated)
}
