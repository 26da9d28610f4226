//! What servers answer, whoever asks: a question is read from what was sent, and answered from one snapshot.
//!
//! Knows of no protocol. A question is a line in [`questions`], from which HTTP's routes, their description and the tools of
//! agents are made.

mod parameter;
mod problem;

mod ask;
mod given;
mod past;
mod propose;

mod openapi;

use std::sync::Arc;

use jiff::civil::Date;

pub(in crate::face) use ask::{QUESTIONS, Question, Reads, question};
pub(in crate::face) use given::Given;
pub(in crate::face) use openapi::openapi;
#[cfg(feature = "mcp")]
pub(in crate::face) use parameter::schema;
pub(in crate::face) use parameter::{Fields, Form, Parameter};
pub(in crate::face) use problem::Problem;
pub(in crate::face) use propose::PROPOSAL;
#[cfg(feature = "mcp")]
pub(in crate::face) use propose::PROPOSAL_OF_AGENT;

use crate::compile::Compiled;
use crate::face::failure::Failure;
use crate::face::knowledge::Place;
use crate::snapshot::Snapshot;
use crate::source::{self, Limits, ObjectId, Root};

/// What answers are given from.
pub(in crate::face) struct Served {
    /// Of which every answer is.
    pub snapshot: Snapshot,
    /// Its content root: `b3:…`.
    pub root: String,
    /// The commit whose knowledge it is, where there is one.
    pub commit: Option<ObjectId>,
    /// The repository it comes from, where there is one.
    pub origin: Option<Arc<Anchor>>,
    /// What was answered from it, to be answered again.
    pub given: Given,
    /// What it was compiled from, where that is at hand.
    pub compiled: Option<Arc<Compiled>>,
}

/// Where a repository is, for questions that a snapshot can't answer.
#[derive(Debug)]
pub(in crate::face) struct Anchor {
    /// The folder of the knowledge.
    pub root: Root,
    /// How large things may be.
    pub limits: Limits,
    /// Whether what is worked out is kept in it.
    pub cached: bool,
}

impl Anchor {
    /// It, opened: each question opens it for itself, for it can't be shared between threads.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub fn place(&self) -> Result<Place, Failure> {
        let repository = source::open(&self.root.base)?;
        Ok(Place { root: self.root.clone(), repository: Ok(repository), limits: self.limits })
    }
}

impl Served {
    /// From a snapshot, and where it came from.
    pub fn new(snapshot: Snapshot, commit: Option<ObjectId>, origin: Option<Arc<Anchor>>) -> Served {
        let root = snapshot.content_root().to_string();
        Served { snapshot, root, commit, origin, compiled: None, given: Given::default() }
    }

    /// The same with what it was compiled from.
    #[cfg(feature = "serve")]
    #[must_use]
    pub fn compiled(mut self, compiled: Arc<Compiled>) -> Served {
        self.compiled = Some(compiled);
        self
    }

    /// The repository that it comes from, opened, and the commit whose knowledge it is.
    ///
    /// # Errors
    /// 404 where a file is served, 500 where the repository can't be read.
    pub fn repository(&self) -> Result<(Place, ObjectId), Problem> {
        let (Some(anchor), Some(commit)) = (&self.origin, self.commit) else {
            return Err(Problem::no_repository());
        };
        Ok((anchor.place().map_err(Problem::unreadable)?, commit))
    }
}

/// A question as it was put.
pub(in crate::face) struct Asked<'a> {
    /// What was sent.
    pub fields: &'a Fields,
    /// What answers.
    pub served: &'a Served,
    /// The day on which nothing else was said.
    pub today: Date,
}
