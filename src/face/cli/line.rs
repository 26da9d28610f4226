//! The main line of a repository as one subject sees it: the commits whose files can matter to what it answers, and
//! the knowledge of each, compiled as far as it matters.
//!
//! A file matters where it declares something or names the subject; in doubt (an escape in its text could spell the
//! name) it does. A version of a file that can't be read says what its last good one said.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use git2::{ObjectType, Repository, Tree};

use super::knowledge::Place;
use super::output::Failure;
use crate::claim::Subject;
use crate::compile::{Compiled, compile_within, may_declare};
use crate::diagnostic::Findings;
use crate::history::read_commit;
use crate::parse::parse_within;
use crate::source::{FileId, Limits, ObjectId, Selection, Text, Texts, is_config};

/// Folders within folders are followed this far, as where a commit is read.
const MOST_FOLDERS: usize = 64;

/// A commit of the main line since which files that matter are others.
pub(super) struct State {
    /// Which.
    pub commit: ObjectId,
    /// Whether what came before can't be seen, though there was something.
    pub at_boundary: bool,
    /// Path (from the top) and blob of each file that matters.
    files: BTreeMap<String, ObjectId>,
}

/// The main line, for one subject.
pub(super) struct Line<'r> {
    repository: &'r Repository,
    limits: Limits,
    /// What files that matter hold in them.
    name: Vec<u8>,
    blobs: BTreeMap<ObjectId, Blob>,
    folders: BTreeMap<ObjectId, Rc<Vec<(String, ObjectId)>>>,
    /// Oldest first.
    pub states: Vec<State>,
}

/// What is known of a file's version.
struct Blob {
    bytes: Option<Arc<[u8]>>,
    matters: bool,
    /// Whether it can be read as a whole, once that was asked.
    whole: Option<bool>,
}

impl<'r> Line<'r> {
    /// Goes along first parents from `head`.
    pub fn read(
        repository: &'r Repository,
        place: &Place,
        head: ObjectId,
        subject: &Subject,
    ) -> Result<Line<'r>, Failure> {
        let mut line = Line {
            repository,
            limits: place.limits,
            name: subject.id().as_bytes().to_vec(),
            blobs: BTreeMap::new(),
            folders: BTreeMap::new(),
            states: Vec::new(),
        };
        let (commits, is_cut) = first_parents(repository, head)?;
        let oldest = commits.last().copied();
        let mut last: Option<ObjectId> = None;
        for commit in commits.into_iter().rev() {
            let folder = folder(repository, commit, &place.root.knowledge)?;
            let id = folder.as_ref().map(|folder| folder.id().into());
            if id.is_some() && id == last {
                continue;
            }
            last = id;
            let listed = match folder {
                Some(folder) => line.listing(&folder, 0)?,
                None => Rc::default(),
            };
            let before = line.states.last().map(|state| state.files.clone()).unwrap_or_default();
            let files = line.files(&before, &listed, &place.root.knowledge)?;
            if files != before {
                let at_boundary = Some(commit) == oldest && is_cut;
                line.states.push(State { commit, at_boundary, files });
            }
        }
        Ok(line)
    }

    /// Compiles what matters of the knowledge at a state. What is wrong there is not of interest here.
    pub fn compile(&self, state: &State) -> Compiled {
        let text = |(path, blob): (&String, &ObjectId)| {
            let bytes = self.blobs.get(blob)?.bytes.clone()?;
            Some(Text { path: Arc::from(path.as_str()), bytes })
        };
        let texts = Texts::new(state.files.iter().filter_map(text).collect());
        compile_within(texts, Findings::new(), &self.limits)
    }

    /// The files that matter, given those before.
    fn files(
        &mut self,
        before: &BTreeMap<String, ObjectId>,
        listed: &[(String, ObjectId)],
        knowledge: &str,
    ) -> Result<BTreeMap<String, ObjectId>, Failure> {
        let mut files = BTreeMap::new();
        for (inside, blob) in listed {
            let path = if knowledge.is_empty() { inside.clone() } else { format!("{knowledge}/{inside}") };
            let known = before.get(&path);
            if known == Some(blob) {
                files.insert(path, *blob);
                continue;
            }
            let matters = self.blob(*blob, &path)?.matters;
            match known {
                Some(good) if !self.is_whole(*blob) => drop(files.insert(path, *good)),
                _ if matters => drop(files.insert(path, *blob)),
                _ => {}
            }
        }
        Ok(files)
    }

    fn blob(&mut self, id: ObjectId, path: &str) -> Result<&mut Blob, Failure> {
        if !self.blobs.contains_key(&id) {
            let read = read(self.repository, id, &self.limits, path)?;
            let matters = read.as_ref().is_some_and(|text| {
                let names = memchr::memmem::find(&text.bytes, &self.name).is_some();
                names || text.bytes.contains(&b'\\') || is_config(path) || may_declare(text)
            });
            // Of what does not matter the bytes are kept only until it is known to be whole.
            let blob = Blob { bytes: read.map(|text| text.bytes), matters, whole: None };
            self.blobs.insert(id, blob);
        }
        self.blobs.get_mut(&id).ok_or_else(|| Failure::new("a file of the history can't be read"))
    }

    fn is_whole(&mut self, id: ObjectId) -> bool {
        let limits = self.limits;
        let Some(blob) = self.blobs.get_mut(&id) else { return false };
        let Some(bytes) = &blob.bytes else { return false };
        *blob.whole.get_or_insert_with(|| {
            let text = Text { path: Arc::from(""), bytes: Arc::clone(bytes) };
            parse_within(FileId(0), &text, &limits, &mut Findings::new()).whole
        })
    }

    /// The files of a folder that belong to the knowledge, by their path from it.
    fn listing(&mut self, tree: &Tree<'_>, depth: usize) -> Result<Rc<Vec<(String, ObjectId)>>, Failure> {
        if let Some(known) = self.folders.get(&tree.id().into()) {
            return Ok(Rc::clone(known));
        }
        let mut listed = Vec::new();
        for entry in tree {
            let Ok(name) = std::str::from_utf8(entry.name_bytes()) else { continue };
            match (entry.kind(), entry.filemode_raw() & 0o170_000) {
                (Some(ObjectType::Tree), _) if depth < MOST_FOLDERS => {
                    let below = self.repository.find_tree(entry.id()).map_err(|_| missing(name))?;
                    let below = self.listing(&below, depth + 1)?;
                    listed.extend(below.iter().map(|(path, blob)| (format!("{name}/{path}"), *blob)));
                }
                (Some(ObjectType::Blob), 0o100_000) if Selection::all().takes(name) => {
                    listed.push((name.to_owned(), entry.id().into()));
                }
                _ => {}
            }
        }
        let listed = Rc::new(listed);
        self.folders.insert(tree.id().into(), Rc::clone(&listed));
        Ok(listed)
    }
}

fn missing(path: &str) -> Failure {
    Failure::new(format!("a version of `{path}` is not here or is damaged"))
        .help("type `git fsck`; in a partial clone `git fetch --refetch --no-filter` brings it")
}

/// A file's version; `None` where it is larger than knowledge may be.
fn read(repository: &Repository, id: ObjectId, limits: &Limits, path: &str) -> Result<Option<Text>, Failure> {
    let odb = repository.odb().map_err(|_| missing(path))?;
    let id = id.git().map_err(|_| missing(path))?;
    let (length, _) = odb.read_header(id).map_err(|_| missing(path))?;
    if length as u64 > limits.file_bytes.min(Limits::MOST_FILE_BYTES) {
        return Ok(None);
    }
    let object = odb.read(id).map_err(|_| missing(path))?;
    Ok(Some(Text { path: Arc::from(path), bytes: Arc::from(object.data()) }))
}

/// The main line, `head` first, and whether its last commit has a parent that is not here. Parents are those that the
/// commits name: libgit2 would follow a graft without a word, and name a wrong commit for what the others changed.
fn first_parents(repository: &Repository, head: ObjectId) -> Result<(Vec<ObjectId>, bool), Failure> {
    let mut commits = vec![head];
    let mut at = read_commit(repository, head).ok_or_else(|| missing("a commit"))?;
    while let Some(parent) = at.parents.first() {
        let read = parent.object().and_then(|oid| Some((oid, read_commit(repository, oid)?)));
        let Some((oid, commit)) = read else { return Ok((commits, true)) };
        commits.push(oid);
        at = commit;
    }
    Ok((commits, false))
}

/// The folder of the knowledge at a commit; `None` where there is none.
fn folder<'r>(
    repository: &'r Repository,
    commit: ObjectId,
    knowledge: &str,
) -> Result<Option<Tree<'r>>, Failure> {
    let tree = commit.git().and_then(|commit| repository.find_commit(commit)?.tree());
    let tree = tree.map_err(|_| missing("a commit"))?;
    if knowledge.is_empty() {
        return Ok(Some(tree));
    }
    let Ok(entry) = tree.get_path(std::path::Path::new(knowledge)) else { return Ok(None) };
    Ok(repository.find_tree(entry.id()).ok())
}
