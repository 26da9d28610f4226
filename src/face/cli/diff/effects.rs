//! What a change does, all of it: answers, names, questions, pins, owners, reviews.

use std::path::PathBuf;

use jiff::civil::Date;

use super::reviews;
use crate::face::cli::check_pins::{self, Read};
use crate::face::cli::knowledge::{Place, bytes};
use crate::face::cli::output::{Failure, Output};
use crate::face::compare::States;
use crate::face::wire::{PinPlace, Unreviewed};
use crate::face::words;
use crate::query::{self, Changed, Found, NameChange, Owned, Repinned, Retried};
use crate::snapshot::Snapshot;
use crate::source::{FileId, ObjectId, Origin, Places, Span, Texts};

/// What a change does.
pub(super) struct Effects {
    /// Slots that answer otherwise.
    pub changed: Vec<Changed>,
    /// Names that mean something else.
    pub names: Vec<NameChange>,
    /// Questions of the knowledge that go otherwise.
    pub questions: Vec<Retried>,
    /// Pins that stand otherwise, and where each is cited.
    pub pins: Vec<(Repinned, Vec<PinPlace>)>,
    /// The owners of what answers otherwise.
    pub owners: Vec<Owned>,
    /// What was reviewed and is not; `None` where no policy asks for reviews.
    pub unreviewed: Option<Vec<Unreviewed>>,
}

/// What is asked beside what is compared.
pub(super) struct Besides<'a> {
    /// The day of questions and pins.
    pub on: Date,
    /// Files with pins.
    pub pins: &'a [PathBuf],
    /// The commit before, and the one after: of the files that which they go on from.
    pub commits: (ObjectId, Option<ObjectId>),
}

impl Effects {
    /// Works all of them out.
    ///
    /// # Errors
    /// Where the files with pins, or the history, can't be read.
    pub fn of(
        states: &States,
        place: &Place,
        besides: &Besides<'_>,
        out: &mut Output<'_>,
    ) -> Result<Effects, Failure> {
        let compared = states.compared();
        let changed = query::diff(compared.before, compared.after);
        let mut effects = Effects {
            names: query::names(&compared),
            owners: query::owners(&compared, &changed, besides.on),
            changed,
            questions: Vec::new(),
            pins: Vec::new(),
            unreviewed: None,
        };
        let read = (!besides.pins.is_empty()).then(|| check_pins::read(besides.pins, out)).transpose()?;
        let is_same = states.are_same();
        let asks = !is_same && states.have("question");
        let reviewed = !is_same && states.have("policy");
        if asks || reviewed || read.is_some() {
            // What follows asks all of the knowledge, not only what differs.
            let other = states.other();
            let snapshots = || -> Result<(Snapshot, Snapshot), Failure> {
                let built = |compiled| Ok::<_, Failure>(Snapshot::from_bytes(bytes(compiled, None)?)?);
                Ok((built(&states.before)?, built(&other)?))
            };
            if asks || read.is_some() {
                let (before, after) = snapshots()?;
                if asks {
                    effects.questions = query::retried(&before, &after, besides.on)?;
                }
                if let Some(read) = &read {
                    effects.pins = pins(read, &before, &after, besides.on, out)?;
                }
            }
            if reviewed {
                let restated = query::restated(&compared);
                effects.unreviewed =
                    reviews::unreviewed(&restated, place, (&states.before, &other), besides.commits, out)?;
            }
        }
        Ok(effects)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
            && self.names.is_empty()
            && self.questions.is_empty()
            && self.pins.is_empty()
            && self.unreviewed.as_ref().is_none_or(Vec::is_empty)
    }

    /// All of it in a sentence.
    pub fn summary(&self) -> String {
        let pins: Vec<Repinned> = self.pins.iter().map(|(pin, _)| pin.clone()).collect();
        let unreviewed = self.unreviewed.iter().flatten().filter(|one| one.reviewed == "no").count();
        let parts = [
            Some(words::diff::summary(&self.changed)),
            words::effect::of_names(&self.names),
            words::effect::of_questions(&self.questions),
            words::effect::of_pins(&pins),
            words::effect::of_reviews(unreviewed),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// The pins that stand otherwise, and their places.
fn pins(
    read: &Read,
    before: &Snapshot,
    after: &Snapshot,
    on: Date,
    out: &mut Output<'_>,
) -> Result<Vec<(Repinned, Vec<PinPlace>)>, Failure> {
    let all: Vec<Found> = read.pinned.iter().flat_map(|pinned| pinned.found.iter().cloned()).collect();
    check_pins::aside(read, all.len(), out);
    let texts = Texts::new(read.pinned.iter().map(|pinned| pinned.text.clone()).collect());
    let lines = Places::new(&texts);
    let origins: Vec<Origin> = (0..)
        .zip(&read.pinned)
        .flat_map(|(file, pinned)| {
            pinned.found.iter().map(move |found| {
                let span = Span { start: found.bytes.start as u32, end: found.bytes.end as u32 };
                Origin { file: FileId(file), span }
            })
        })
        .collect();
    let place = |at: &usize| {
        let origin = *origins.get(*at)?;
        let start = lines.start(origin);
        let path = texts.get(origin.file).path.to_string();
        Some(PinPlace { path, line: start.line, column: start.column })
    };
    let repinned = query::repinned(before, after, &all, on)?;
    Ok(repinned
        .into_iter()
        .map(|one| {
            let places = one.after.places.iter().filter_map(place).collect();
            (one, places)
        })
        .collect())
}
