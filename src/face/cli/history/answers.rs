//! Every change of an answer along the main line: the commit, why, and which claim gave way to which. The commit may
//! have touched no claim at all: only a source's tier, or the order in which claims are weighed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::claim::{Declarations, Renamed, Slot, Subject};
use crate::compile::Compiled;
use crate::face::cli::diff::human;
use crate::face::cli::global::Format;
use crate::face::cli::knowledge::{Place, commit_for_answers, locate};
use crate::face::cli::line::Line;
use crate::face::cli::output::{Exit, Failure, Output, json_document, json_line};
use crate::face::cli::progress::Progress;
use crate::face::cli::questions::Basis;
use crate::face::wire::{self, Ends, Turn};
use crate::face::{text, words};
use crate::history::{Completeness, Step, read_commit};
use crate::query::{self, Address, Changed, Context, Holds, Origin, Side};
use crate::resolve::Decisions;
use crate::source::{ObjectId, Repository, Texts, parts};

/// Nothing said, nothing declared: what there was before the first commit.
#[derive(Default)]
struct Nothing {
    declarations: Declarations,
    decisions: Decisions,
    texts: Texts,
}

/// Tells.
pub(super) fn run(
    basis: &Basis,
    address: &Address,
    format: Format,
    out: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let head = commit_for_answers(&place, basis.at.as_deref(), out)?;
    let (Ok(repository), Some(head)) = (&place.repository, head) else {
        let why = place.repository.err().unwrap_or_else(|| "the knowledge is not committed yet".to_owned());
        return Err(Failure::new(format!("there is no history to tell: {why}")));
    };
    progress.step("compiling the main line");
    let line = Line::read(repository, &place, head, Some(address.subject()))?;
    let completeness = line.completeness();
    let mut told = Told { format, history: completeness.as_str(), turns: Vec::new(), count: 0 };
    let mut turns = Vec::new();
    let mut renamed = Renamed::default();
    line.follow(|step, before, after| {
        turns.extend(Turned::of(step, before, after, address));
        renamed = Renamed::of(&after.claims);
        Ok(())
    })?;
    drop(progress);
    for turned in &turns {
        told.add(repository, turned, out)?;
    }
    let first = turns.first().map(|turned| turned.step.commit.short());
    for (old, first) in renamed.before(address.subject()).zip(first.into_iter().cycle()) {
        let old = text::shown(old.as_str());
        out.note(&format!(
            "note: it was `{old}` before: `dictum history {old} --at {first}~1` tells of that"
        ));
    }
    told.finish(address, completeness, out)
}

/// A commit since which something is answered otherwise.
struct Turned {
    step: Step,
    changed: Vec<Changed>,
    /// Of the state before, and since.
    texts: (Texts, Texts),
}

impl Turned {
    fn of(step: &Step, before: Option<&Compiled>, after: &Compiled, address: &Address) -> Option<Turned> {
        let nothing = Nothing::default();
        let (old, texts) = match before {
            Some(before) => (side(before), &before.texts),
            None => {
                let Nothing { declarations, decisions, texts } = &nothing;
                (Side { declarations, claims: &[], decisions }, texts)
            }
        };
        let mut changed = query::diff(old, side(after));
        changed.retain(|one| {
            address.slot().map_or(one.slot.subject == *address.subject(), |slot| *slot == one.slot)
        });
        let texts = (texts.clone(), after.texts.clone());
        (!changed.is_empty()).then(|| Turned { step: step.clone(), changed, texts })
    }
}

fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

struct Told {
    format: Format,
    history: &'static str,
    turns: Vec<Turn>,
    count: usize,
}

impl Told {
    fn add(&mut self, repository: &Repository, turned: &Turned, out: &mut Output<'_>) -> Result<(), Failure> {
        let Turned { step, changed, texts } = turned;
        let ends = &Ends { before: (None, &texts.0), after: (None, &texts.1) };
        let by = origin(repository, step)?;
        let why = oid(step).and_then(|commit| why(repository, commit)).filter(|_| by.commit().is_some());
        self.count += changed.len();
        match self.format {
            Format::Human | Format::Concise => {
                head(&by, why.as_deref(), out);
                for one in changed {
                    let address = out.styled("1", &text::shown(&one.slot.to_string()));
                    out.line(&format!("  {address}   {}", one.word().as_str()));
                    if self.format == Format::Human {
                        human::differences(one, ends, out);
                    }
                }
            }
            Format::Json | Format::Jsonl => {
                let turn = |one| wire::turn(one, ends, &by, why.as_deref(), self.history);
                self.turns.extend(changed.iter().map(turn));
            }
        }
        Ok(())
    }

    fn finish(
        self,
        address: &Address,
        completeness: &Completeness,
        out: &mut Output<'_>,
    ) -> Result<Exit, Failure> {
        match self.format {
            Format::Json => out.line(&json_document(&self.turns)),
            Format::Jsonl => self.turns.iter().for_each(|turn| out.line(&json_line(turn))),
            Format::Human | Format::Concise => {}
        }
        if self.count == 0 {
            out.note(&format!("nothing was ever answered at `{}`", text::shown(&address.to_string())));
        }
        match completeness.mend() {
            None => Ok(Exit::Clean),
            Some(mend) => {
                let history = self.history;
                out.note(&format!(
                    "unconfirmed: the history here is {history}, what came before is not shown"
                ));
                out.note(&format!("  help: type `{mend}` and ask again"));
                Ok(Exit::Unconfirmed)
            }
        }
    }
}

/// Whose change it is; behind a boundary nobody's that could be named.
pub(in crate::face::cli) fn origin(repository: &Repository, step: &Step) -> Result<Origin, Failure> {
    if step.at_boundary {
        return Ok(Origin::AtOrBefore(step.commit.clone()));
    }
    let gone = || Failure::new("a commit of the main line can't be read").help("type `git fsck`");
    let commit = oid(step).and_then(|commit| read_commit(repository, commit));
    commit.map(|commit| Origin::Commit(Box::new(commit))).ok_or_else(gone)
}

fn oid(step: &Step) -> Option<ObjectId> {
    step.commit.object()
}

/// The first line below the subject of a commit's message.
fn why(repository: &Repository, commit: ObjectId) -> Option<String> {
    let commit = repository.objects()?.commit(commit).ok()?.to_vec();
    let (_, message) = parts(&commit);
    let message = String::from_utf8_lossy(message);
    let mut lines = message.trim_start().lines().skip(1).map(str::trim).skip_while(|line| line.is_empty());
    lines.next().map(ToOwned::to_owned)
}

fn head(by: &Origin, why: Option<&str>, out: &mut Output<'_>) {
    let head = match by {
        Origin::Commit(commit) => {
            let author = text::shown(&commit.author);
            let head = format!("{}  {}  {author}", commit.id.short(), words::author_day(commit));
            format!("{}  {}", out.styled("33", &head), text::shown(&commit.summary))
        }
        Origin::AtOrBefore(id) => out.styled("33", &format!("at or before {}", id.short())),
    };
    out.line(&head);
    if let Some(why) = why {
        let lines = text::wrapped(&text::shown(why), out.width.saturating_sub(9));
        lines.iter().for_each(|line| out.line(&format!("         {line}")));
    }
}

/// What is asked of an answer: its slot, the case and the day.
pub(in crate::face::cli) type Asked<'a> = (&'a Slot, &'a Context, Date);

/// For each of `asked`, all about `subject`: since which commit of the main line it has answered as it does at `head`;
/// `None` where nothing answers.
pub(in crate::face::cli) fn in_force_since(
    place: &Place,
    head: ObjectId,
    subject: &Subject,
    asked: &[Asked<'_>],
) -> Result<Vec<Option<Origin>>, Failure> {
    let Ok(repository) = &place.repository else { return Ok(vec![None; asked.len()]) };
    let line = Line::read(repository, place, head, Some(subject))?;
    // What holds at last, and since when, of each.
    let mut stand: Vec<(BTreeSet<Holds>, Option<Step>)> = vec![Default::default(); asked.len()];
    line.follow(|step, _, after| {
        for ((slot, context, on), (holds, since)) in asked.iter().zip(&mut stand) {
            let now = query::holding(side(after), slot, context, *on);
            if now != *holds {
                (*holds, *since) = (now, Some(step.clone()));
            }
        }
        Ok(())
    })?;
    let says = |holds: &BTreeSet<Holds>| holds.iter().any(|holds| *holds != Holds::Nothing);
    let since = stand.into_iter().map(|(holds, since)| {
        since.filter(|_| says(&holds)).map(|step| origin(repository, &step)).transpose()
    });
    since.collect()
}
