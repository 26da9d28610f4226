//! What the forms for forges share: the findings, and how they are to be taken.

use super::{Finding, Findings, Severity};
use crate::source::{Origin, Place, Places, visible};

/// Findings on their way to a forge.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// All of them.
    pub findings: &'t Findings,
    /// Where they stand.
    pub places: &'t Places<'t>,
    /// The file at which findings without a place are shown: that of the knowledge itself. Forges refuse what has no place.
    pub home: &'t str,
    /// How bad a finding has to be to fail the run; `None` where none does.
    pub fail: Option<Severity>,
    /// Whether they were held against a baseline.
    pub baseline: bool,
}

/// The first place of a finding, as forges want it.
pub(super) struct Spot {
    /// The file.
    pub path: String,
    /// Where it begins and ends; `None` where the finding is of the file as such.
    pub range: Option<(Place, Place, Origin)>,
}

impl Told<'_> {
    /// Where `finding` is shown.
    pub(super) fn spot(&self, finding: &Finding) -> Spot {
        match finding.labels.first() {
            None => Spot { path: self.home.to_owned(), range: None },
            Some(label) => self.at(label.origin),
        }
    }

    /// A place in a file.
    pub(super) fn at(&self, origin: Origin) -> Spot {
        let path = self.places.text(origin.file).path.to_string();
        Spot { path, range: Some((self.places.start(origin), self.places.end(origin), origin)) }
    }

    /// Whether `finding` fails the run.
    pub(super) fn fails(&self, finding: &Finding) -> bool {
        !finding.known && self.fail.is_some_and(|level| finding.severity() <= level)
    }
}

impl Spot {
    /// The line where it begins; the first of a file as such.
    pub(super) fn line(&self) -> u32 {
        self.range.map_or(1, |(start, ..)| start.line)
    }

    /// The path where nothing in it may be taken for anything else.
    pub(super) fn shown(&self) -> String {
        visible(&self.path).into_owned()
    }
}
