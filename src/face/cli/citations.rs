//! What became of citations, with the commits that history names: for `verify-answer` and `check-pins`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::knowledge::{self, Place, locate};
use super::line::Line;
use super::output::{Failure, Output};
use super::progress::Progress;
use super::questions::Basis;
use super::{human, lineage};
use crate::claim::{Subject, slot_facet};
use crate::face::turns::origin;
use crate::face::{text, wire, words};
use crate::history::{Commit, Completeness, History, Step, Tenure};
use crate::query::{self, Citation, Context, Digits, Found, Origin, State};
use crate::snapshot::Snapshot;
use crate::source::{ObjectId, Repository};

/// Subjects whose main line is followed, to tell since when their claims answer no more: each takes as long as `dictum
/// history` of it. Of the others it is told what answers now.
const MOST_FOLLOWED: usize = 64;

/// A citation and what history tells of it.
pub(super) struct Judged {
    /// How it stands.
    pub citation: Citation,
    /// What became of it.
    pub past: Past,
}

/// What history tells of a citation that does not answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Past {
    /// It was not asked for, or there is nothing to tell.
    None,
    /// It answered before this commit of the main line, and has not since.
    Since(Origin),
    /// It was said, and taken away by this commit, which became the main line's word with the other.
    Withdrawn(Box<Commit>, Box<Commit>),
    /// It was never said on the main line.
    Never,
    /// It can't be told, and why.
    Untold(String),
}

impl Judged {
    /// How it stands, in a word.
    pub fn word(&self) -> &'static str {
        match (&self.citation.state, &self.past) {
            (State::Current, _) => "current",
            (State::Possible, _) => "possible",
            (State::Elsewhere | State::OtherDays, _) => "elsewhere",
            (State::Superseded, _) => "superseded",
            (State::Unsaid, Past::Withdrawn(..)) => "withdrawn",
            (State::Unsaid, _) => "unknown",
            (State::Ambiguous(_), _) => "ambiguous",
            (State::Odd, _) => "malformed",
            (State::Unpinned, _) => "unpinned",
        }
    }

    /// Whether nothing is wrong with it, as far as can be told.
    pub fn holds(&self) -> bool {
        self.citation.state.holds()
    }

    /// In a sentence, without the citation itself: why it does not hold, or what to mind.
    pub fn why(&self) -> String {
        let citation = &self.citation;
        let said = match (&citation.state, &self.past) {
            (State::Current, _) => "it answers".to_owned(),
            (State::Possible, _) => "it answers in some of the cases that are left open".to_owned(),
            (State::Elsewhere, _) => {
                let when = citation.cite.as_ref().map(|cite| words::when(&cite.when));
                format!("it does not answer in this context: it is for {}", when.unwrap_or_default())
            }
            (State::OtherDays, _) => {
                let period = citation.cite.as_ref().map(|cite| words::period(&cite.period));
                format!("it does not hold on {}: it holds {}", citation.now.on, period.unwrap_or_default())
            }
            (State::Superseded, _) => "it is still said, and another claim answers".to_owned(),
            (State::Unsaid, Past::Withdrawn(..)) => "nothing says it any more".to_owned(),
            (State::Unsaid, Past::Never) => "nothing ever said it here".to_owned(),
            (State::Unsaid, _) => "nothing says it".to_owned(),
            (State::Ambiguous(_), _) => "several claims begin with these digits".to_owned(),
            (State::Odd, _) => {
                "it is no pin: at least 6 digits, 0-9 and a-f, stand behind the `~` of one".to_owned()
            }
            (State::Unpinned, _) => {
                "it names no claim, so that a change of the answer goes unseen".to_owned()
            }
        };
        text::shown(&said)
    }

    /// What it said, where that is known.
    pub fn said(&self) -> Option<String> {
        let cite = self.citation.cite.as_ref()?;
        Some(human::claim_text(&cite.value, &cite.retracts))
    }

    /// What is answered in its place.
    pub fn now(&self) -> String {
        let now = &self.citation.now;
        match (&now.value, now.facts.len()) {
            (Some(value), _) => human::value_text(Some(value)),
            (None, 0) => "nothing is known".to_owned(),
            (None, several) => format!("it depends: {several} answers are possible"),
        }
    }

    /// Since when it does not hold, by commits.
    pub fn since(&self) -> Option<String> {
        Some(match &self.past {
            Past::None | Past::Never => return None,
            Past::Since(Origin::Commit(commit)) => human::commit_line(commit),
            Past::Since(Origin::AtOrBefore(id)) => format!("unknown, at or before {}", id.short()),
            Past::Withdrawn(by, landed) if by.id == landed.id => human::commit_line(by),
            Past::Withdrawn(by, landed) => {
                format!("{}   (landed with {})", human::commit_line(by), landed.id.short())
            }
            Past::Untold(why) => format!("unknown: {}", text::shown(why)),
        })
    }

    /// On the wire.
    pub fn wire(&self, places: Vec<wire::TextPlace>) -> wire::Citation {
        let mut wire = wire::citation(&self.citation, self.word(), places);
        wire.near = self.near();
        wire.message = (self.citation.state != State::Current).then(|| self.why());
        match &self.past {
            Past::None | Past::Never => wire,
            Past::Since(Origin::Commit(commit)) => wire.since(commit, commit),
            Past::Since(behind) => wire.behind(behind),
            Past::Withdrawn(by, landed) => wire.since(by, landed),
            Past::Untold(why) => {
                wire.unconfirmed = Some(why.clone());
                wire
            }
        }
    }

    /// The same, short enough for the middle of a sentence.
    pub fn since_short(&self) -> Option<String> {
        match &self.past {
            Past::Since(Origin::Commit(commit)) => Some(short(commit)),
            Past::Withdrawn(by, _) => Some(short(by)),
            _ => self.since(),
        }
    }

    /// What may have been meant instead.
    pub fn near(&self) -> Vec<String> {
        match &self.citation.state {
            State::Ambiguous(pins) => pins.iter().map(ToString::to_string).collect(),
            State::Unsaid | State::Odd | State::Unpinned => {
                let pin = self.citation.now.pin.iter().map(ToString::to_string);
                pin.chain(self.citation.now.nearest.iter().cloned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A commit by its hash, day and author.
fn short(commit: &Commit) -> String {
    format!("{}, {}, {}", commit.id.short(), words::author_day(commit), text::shown(&commit.author))
}

/// Judges what was `found`, and looks into history for what does not hold.
pub(super) fn judge(
    snapshot: &Snapshot,
    found: &[Found],
    context: &Context,
    on: Date,
    basis: &Basis,
    out: &mut Output<'_>,
) -> Result<Vec<Judged>, Failure> {
    let citations = query::citations(snapshot, found, context, on)?;
    let mut judged: Vec<Judged> =
        citations.into_iter().map(|citation| Judged { citation, past: Past::None }).collect();
    let wanting = |one: &Judged| matches!(one.citation.state, State::Superseded | State::Unsaid);
    if !judged.iter().any(wanting) {
        return Ok(judged);
    }
    if basis.snapshot.is_some() {
        untold(&mut judged, "a snapshot does not know what was said before it");
        return Ok(judged);
    }
    let place = locate(out)?;
    let head = query::basis(snapshot)?.at.and_then(|at| at.object());
    let (Ok(repository), Some(head)) = (&place.repository, head) else {
        untold(&mut judged, "there is no history here");
        return Ok(judged);
    };
    let _progress = Progress::start(out.global, "looking into history");
    withdrawn(&mut judged, head, out)?;
    superseded(&mut judged, repository, &place, head, (context, on))?;
    Ok(judged)
}

fn untold(judged: &mut [Judged], why: &str) {
    for one in judged.iter_mut().filter(|one| one.citation.state == State::Unsaid) {
        one.past = Past::Untold(why.to_owned());
    }
}

/// Who took away what nothing says any more.
fn withdrawn(judged: &mut [Judged], head: ObjectId, out: &Output<'_>) -> Result<(), Failure> {
    let mut history: Option<History> = None;
    for one in judged.iter_mut().filter(|one| one.citation.state == State::Unsaid) {
        let Digits::Of(digits) = &one.citation.digits else { continue };
        if history.is_none() {
            history = Some(lineage::read(head, out)?);
        }
        let Some(history) = &history else { continue };
        one.past = match history.slot(slot_facet(&one.citation.slot)) {
            None => {
                let completeness = history.completeness();
                let mend = Completeness::mend(completeness).unwrap_or("git fsck");
                Past::Untold(format!(
                    "the history here is {}, `{mend}` brings the rest",
                    completeness.as_str()
                ))
            }
            Some(told) => {
                let commit = |at: u32| Box::new(told.commits[at as usize].clone());
                let ours = told.tenures.iter().filter(|tenure| tenure.atom.starts_with(digits));
                let gone = |tenure: &Tenure| Some((tenure.removed_by?, tenure.removal_landed_by?));
                let last = ours.filter_map(gone).next_back();
                last.map_or(Past::Never, |(by, landed)| Past::Withdrawn(commit(by), commit(landed)))
            }
        };
    }
    Ok(())
}

/// Since when claims that are still said answer no more.
fn superseded(
    judged: &mut [Judged],
    repository: &Repository,
    place: &Place,
    head: ObjectId,
    asked: (&Context, Date),
) -> Result<(), Failure> {
    // All citations about one subject together: the line is read once for them.
    let mut together: BTreeMap<Subject, Vec<usize>> = BTreeMap::new();
    for (at, one) in judged.iter().enumerate().filter(|(_, one)| one.citation.state == State::Superseded) {
        together.entry(one.citation.slot.subject.clone()).or_default().push(at);
    }
    for (subject, own) in together.into_iter().take(MOST_FOLLOWED) {
        let citations: Vec<&Citation> = own.iter().map(|at| &judged[*at].citation).collect();
        let stopped = follow(&Line::read(repository, place, head, Some(&subject))?, &citations, asked)?;
        for (at, stopped) in own.into_iter().zip(stopped) {
            if let Some(step) = stopped {
                judged[at].past = Past::Since(origin(repository, &step)?);
            }
        }
    }
    Ok(())
}

/// For each of `citations`: the last commit of the line with which it stopped answering.
fn follow(
    line: &Line<'_>,
    citations: &[&Citation],
    (context, on): (&Context, Date),
) -> Result<Vec<Option<Step>>, Failure> {
    let mut stand: Vec<(bool, Option<Step>)> = vec![(false, None); citations.len()];
    line.follow(|step, _, after| {
        let snapshot = Snapshot::from_bytes(knowledge::bytes(after, None)?)?;
        for (cited, (answered, stopped)) in citations.iter().zip(&mut stand) {
            let now = query::citation(&snapshot, &cited.slot, &cited.digits, context, on)?;
            let answers = matches!(now.state, State::Current | State::Possible);
            if *answered && !answers {
                *stopped = Some(step.clone());
            }
            *answered = answers;
        }
        Ok(())
    })?;
    Ok(stand.into_iter().map(|(_, stopped)| stopped).collect())
}
