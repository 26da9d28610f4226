//! What one subject answered along the main line: the knowledge of each commit since which something that bears on it is
//! another, compiled as far as it bears on it.
//!
//! Names and sentences are of no one subject, and anything may bear on them: for these it is all of the knowledge, of each
//! commit at which some file of it is another. Only such files are read and only slots decided whose claims differ, but
//! what answers is built anew for each: the work is that of a build for every such commit, the memory that of one.
//!
//! A version of a file that can't be read says what its last good one said.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failure::Failure;
use super::knowledge::Place;
use crate::claim::Subject;
use crate::compile::{Compiled, Part, Slice};
use crate::history::{Bytes, Completeness, MainLine, Step, Version, main_line};
use crate::source::{Limits, ObjectId, Repository, Selection, Text};

/// The main line, for one subject or all.
pub(in crate::face) struct Line<'r> {
    main: MainLine<'r>,
    slice: Slice,
    /// Bytes of a file that is read.
    most: u64,
}

/// The files as they are read at some commit, as far as they bear on the subject.
#[derive(Default)]
struct Standing {
    parts: BTreeMap<String, Part>,
    compiled: Option<Compiled>,
    /// Whether something has come to stand elsewhere since it was compiled.
    moved: bool,
}

impl<'r> Line<'r> {
    /// Goes along first parents from `head`, for `subject`, or for all of the knowledge.
    pub fn read(
        repository: &'r Repository,
        place: &Place,
        head: ObjectId,
        subject: Option<&Subject>,
    ) -> Result<Line<'r>, Failure> {
        let root = place.root.knowledge.as_str();
        let inside = |path: &str| path.strip_prefix(root).unwrap_or(path).trim_start_matches('/').to_owned();
        let all = Selection::all();
        let main = main_line(repository, head, root, &|path| all.takes(&inside(path)))?;
        let most = place.limits.file_bytes.min(Limits::MOST_FILE_BYTES);
        let slice = match subject {
            Some(subject) => Slice::new(subject, &place.limits),
            None => Slice::whole(&place.limits),
        };
        Ok(Line { main, slice, most })
    }

    /// How much of the history can be seen.
    pub fn completeness(&self) -> &Completeness {
        &self.main.completeness
    }

    /// Tells each commit since which what bears on the subject is another, the oldest first, with the knowledge before
    /// it (`None` for the first) and as it is since.
    pub fn follow(
        &self,
        mut tell: impl FnMut(&Step, Option<&Compiled>, &Compiled) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut standing = Standing::default();
        for step in &self.main.steps {
            let mut differing = Vec::new();
            for version in &step.changes {
                let old = standing.parts.get(&version.path);
                match self.part(version, old)? {
                    Now::AsBefore => {}
                    Now::Moved(part) => {
                        standing.parts.insert(version.path.clone(), part);
                        standing.moved = true;
                    }
                    Now::Other(part) => differing.push((version.path.clone(), part)),
                }
            }
            if differing.is_empty() {
                continue;
            }
            // Where its claims stood is told too, and that is where they stood at last.
            if standing.moved && standing.compiled.is_some() {
                standing.compile(&self.slice);
            }
            let before = standing.compiled.take();
            for (path, part) in differing {
                match part {
                    Some(part) => drop(standing.parts.insert(path, part)),
                    None => drop(standing.parts.remove(&path)),
                }
            }
            let after = self.slice.compile(standing.parts.values(), before.as_ref());
            tell(step, before.as_ref(), &after)?;
            standing.compiled = Some(after);
            standing.moved = false;
        }
        Ok(())
    }

    /// What a version of a file says, given what it said before.
    fn part(&self, version: &Version, old: Option<&Part>) -> Result<Now, Failure> {
        let bytes = match self.main.read(version, self.most) {
            Bytes::Gone => return Ok(if old.is_some() { Now::Other(None) } else { Now::AsBefore }),
            Bytes::TooLarge => return Ok(Now::AsBefore),
            Bytes::Missing => return Err(missing(&version.path)),
            Bytes::Here(bytes) => bytes,
        };
        let text = Text { path: Arc::from(version.path.as_str()), bytes: bytes.into() };
        let new = self.slice.part(text.clone());
        Ok(match (old, new) {
            (None, None) => Now::AsBefore,
            (Some(old), Some(new)) if old.says_as(&new) => Now::Moved(new),
            (_, new) if self.slice.is_whole(&text) => Now::Other(new),
            _ => Now::AsBefore,
        })
    }
}

/// What a new version of a file says of what bears on the subject.
enum Now {
    /// The same, or it can't be read.
    AsBefore,
    /// The same, perhaps elsewhere.
    Moved(Part),
    /// Something else.
    Other(Option<Part>),
}

impl Standing {
    fn compile(&mut self, slice: &Slice) {
        self.compiled = Some(slice.compile(self.parts.values(), self.compiled.as_ref()));
        self.moved = false;
    }
}

fn missing(path: &str) -> Failure {
    Failure::new(format!("a version of `{path}` is not here or is damaged"))
        .help("type `git fsck`; in a partial clone `git fetch --refetch --no-filter` brings it")
}
