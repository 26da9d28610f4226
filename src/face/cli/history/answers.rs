//! Every change of an answer along the main line: the commit, why, and which claim gave way to which. The commit may
//! have touched no claim at all: only a source's tier, or the order in which claims are weighed.

use crate::face::cli::diff::human;
use crate::face::cli::global::Format;
use crate::face::cli::knowledge::{commit_for_answers, locate};
use crate::face::cli::output::{Exit, Failure, Output, json_document, json_line};
use crate::face::cli::progress::Progress;
use crate::face::cli::questions::Basis;
use crate::face::line::Line;
use crate::face::turns::{Turned, turns};
use crate::face::wire::{self, Ends, Turn};
use crate::face::{text, words};
use crate::history::Completeness;
use crate::query::{Address, Origin};
use crate::source::Repository;

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
    let (turns, renamed) = turns(&line, address)?;
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

struct Told {
    format: Format,
    history: &'static str,
    turns: Vec<Turn>,
    count: usize,
}

impl Told {
    fn add(&mut self, repository: &Repository, turned: &Turned, out: &mut Output<'_>) -> Result<(), Failure> {
        let Turned { changed, texts, .. } = turned;
        let ends = &Ends { before: (None, &texts.0), after: (None, &texts.1) };
        let (by, why) = turned.by(repository)?;
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
