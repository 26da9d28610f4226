//! `dictum blame --by …`: how many claims each commit or author said.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;

use crate::claim::{ClaimHash, Slot};
use crate::face::cli::global::Format;
use crate::face::cli::output::{Output, json_document, json_line};
use crate::face::wire::{self, BlameTotal};
use crate::face::{text, words};
use crate::history::Commit;
use crate::query::{Cite, Origin};

/// By what claims are counted.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::face::cli) enum By {
    /// The commit that said them
    Commit,
    /// Its author, by mail
    Author,
}

/// Claims counted by who said them.
pub(super) struct Totals {
    by: By,
    /// Each claim once, however many globs mean it.
    seen: BTreeSet<(Slot, ClaimHash, u32)>,
    /// By commit or mail; the empty key is "can't be told".
    counts: BTreeMap<String, (u64, Option<Commit>)>,
}

impl Totals {
    pub(super) fn new(by: By) -> Totals {
        Totals { by, seen: BTreeSet::new(), counts: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, cite: &Cite) {
        if !self.seen.insert((cite.pin.slot.clone(), cite.hash, cite.place.start)) {
            return;
        }
        let commit = cite.said.as_ref().and_then(|said| match &said.said_by {
            Origin::Commit(commit) => Some(&**commit),
            Origin::AtOrBefore(_) => None,
        });
        let key = commit.map(|commit| match self.by {
            By::Commit => commit.id.to_string(),
            By::Author => commit.author_mail.to_lowercase(),
        });
        let entry = self.counts.entry(key.unwrap_or_default()).or_insert_with(|| (0, commit.cloned()));
        entry.0 += 1;
    }

    /// Prints them, the most first.
    pub(super) fn tell(self, format: Format, out: &mut Output<'_>) {
        let all = self.seen.len() as u64;
        let mut rows: Vec<(String, (u64, Option<Commit>))> = self.counts.into_iter().collect();
        rows.sort_by(|a, b| (Reverse(a.1.0), &a.0).cmp(&(Reverse(b.1.0), &b.0)));
        let total = |(_, (count, commit)): &(String, (u64, Option<Commit>))| -> BlameTotal {
            wire::blame_total(*count, all, commit.as_ref(), self.by == By::Commit)
        };
        match format {
            Format::Human | Format::Concise => {
                rows.iter().for_each(|(_, (count, commit))| row(*count, all, commit.as_ref(), self.by, out));
            }
            Format::Json => out.line(&json_document(&rows.iter().map(total).collect::<Vec<_>>())),
            Format::Jsonl => rows.iter().for_each(|row| out.line(&json_line(&total(row)))),
        }
    }
}

fn row(count: u64, all: u64, commit: Option<&Commit>, by: By, out: &mut Output<'_>) {
    let share = 100.0 * count as f64 / all.max(1) as f64;
    let who = match (commit, by) {
        (None, _) => "can't be told".to_owned(),
        (Some(commit), By::Author) => format!("{} <{}>", commit.author, commit.author_mail),
        (Some(commit), By::Commit) => {
            format!(
                "{}  {}  {}   {}",
                commit.id.short(),
                words::author_day(commit),
                commit.author,
                commit.summary
            )
        }
    };
    let width = out.width.saturating_sub(19);
    out.line(&format!("{count:>9}  {share:>5.1} %  {}", text::clipped(&text::shown(&who), width)));
}
