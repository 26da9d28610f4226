//! The main line: a head and its first parents, each with the files of the knowledge that it changes. For those who
//! compile what once was said, along which no more is read than differs.
//!
//! As everywhere in `history`, parents are those that commits name, and trees are read as they are stored.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Cuts, Parent, badness, graph};
use super::objects::{HistoryError, Objects};
use super::tree::{Top, changes, top};
use super::{CommitId, Completeness};
use crate::source::{ObjectId, Repository};

/// A head and its first parents, as far as they can be seen.
pub struct MainLine<'r> {
    objects: Objects<'r>,
    /// The oldest first, `head` last.
    pub steps: Vec<Step>,
    /// How much of the history behind the head can be seen, side lines too, as far as commits tell and the trees of this
    /// line. Whether files of side lines are here is not looked for.
    pub completeness: Completeness,
}

/// One commit of the main line.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which.
    pub commit: CommitId,
    /// Whether what came before can't be seen, though there was something: then its changes are all that it has.
    pub at_boundary: bool,
    /// The files that differ from the commit before, by path.
    pub changes: Vec<Version>,
}

/// A file as it is since some commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// From the top of the repository.
    pub path: String,
    /// Its blob; `None` where the file is gone.
    blob: Option<ObjectId>,
}

/// What a blob is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bytes {
    /// The file is gone.
    Gone,
    /// It is here.
    Here(Vec<u8>),
    /// It is larger than was allowed.
    TooLarge,
    /// It is not among the objects here, or damaged.
    Missing,
}

/// Reads the main line of `head`, below the folder `root` (`""` for the top), of files of which `reads` says that they
/// count.
///
/// # Errors
/// Where the head isn't here.
pub fn main_line<'r>(
    repository: &'r Repository,
    head: ObjectId,
    root: &str,
    reads: &dyn Fn(&str) -> bool,
) -> Result<MainLine<'r>, HistoryError> {
    let missing = || HistoryError::MissingHead(head.to_string());
    let objects =
        Objects::of(repository).ok_or_else(|| HistoryError::Unreadable(repository.path().to_path_buf()))?;
    let cuts = Cuts::of(repository, &objects);
    let graph = graph(&objects, &cuts, head, None).ok_or_else(missing)?;
    let root = root.trim_matches('/');
    let mut completeness = graph.completeness.clone();
    let mut steps: Vec<Step> = Vec::new();
    let mut before = Top::Absent;
    for node in graph.nodes.iter().filter(|node| node.on_main_line) {
        let own = top(&objects, node.tree, root);
        let commit = CommitId::from(node.oid);
        let hidden = matches!(node.parents.first(), Some(Parent::Hidden));
        let mut step = Step { commit, at_boundary: hidden, changes: Vec::new() };
        // Behind a tree that isn't here nothing can be told: what is there anew may have been there before.
        let differing = changes(&objects, root, before, own, reads).or_else(|unseen| {
            step.at_boundary = true;
            steps.clear();
            if badness(&Completeness::Partial) > badness(&completeness) {
                completeness = Completeness::Partial;
            }
            if own == Top::Unseen { Err(unseen) } else { changes(&objects, root, Top::Absent, own, reads) }
        });
        match differing {
            Ok(differing) => {
                let version = |change: super::tree::Change| Version { path: change.path, blob: change.new };
                step.changes = differing.into_iter().map(version).collect();
                before = own;
                steps.push(step);
            }
            Err(_) => before = Top::Unseen,
        }
    }
    if matches!(before, Top::Unseen) {
        return Err(missing());
    }
    let mut line = MainLine { objects, steps, completeness };
    // Elsewhere a file that isn't here is damage, and whoever reads it is told.
    if repository.is_partial() {
        line.cut().ok_or_else(missing)?;
    }
    Ok(line)
}

impl MainLine<'_> {
    /// Leaves out what came before the first commit from which on every file is here: a version that isn't may have said
    /// anything. `None` where the last one lacks some.
    fn cut(&mut self) -> Option<()> {
        let mut standing: BTreeMap<&str, &Version> = BTreeMap::new();
        let mut lacking: BTreeSet<&str> = BTreeSet::new();
        // The first that is told of, where some are not, with all that stands there.
        let mut first: Option<(usize, Vec<Version>)> = None;
        for (place, step) in self.steps.iter().enumerate() {
            let lacked = !lacking.is_empty();
            for version in &step.changes {
                let is_here = version.blob.is_none_or(|blob| self.objects.size(blob).is_some());
                match version.blob {
                    Some(_) => standing.insert(&version.path, version),
                    None => standing.remove(&*version.path),
                };
                match is_here {
                    true => lacking.remove(&*version.path),
                    false => lacking.insert(&version.path),
                };
            }
            if lacked && lacking.is_empty() {
                first = Some((place, standing.values().map(|version| (*version).clone()).collect()));
            }
        }
        if !lacking.is_empty() {
            return None;
        }
        if let Some((place, all)) = first {
            self.steps.drain(..place);
            if let Some(step) = self.steps.first_mut() {
                (step.at_boundary, step.changes) = (true, all);
            }
            if badness(&Completeness::Partial) > badness(&self.completeness) {
                self.completeness = Completeness::Partial;
            }
        }
        Some(())
    }

    /// Reads a version of a file of no more than `most` bytes.
    pub fn read(&self, version: &Version, most: u64) -> Bytes {
        let Some(blob) = version.blob else { return Bytes::Gone };
        match self.objects.size(blob) {
            None => Bytes::Missing,
            Some(size) if size as u64 > most => Bytes::TooLarge,
            Some(_) => match self.objects.blob(blob) {
                Some(object) => Bytes::Here(object.to_vec()),
                None => Bytes::Missing,
            },
        }
    }
}
