//! The main line of a repository as one subject sees it: the commits whose files can matter to what it answers, and
//! the knowledge of each, compiled as far as it matters.
//!
//! A file matters where it declares something or names the subject; in doubt (an escape in its text could spell the
//! name) it does. A version of a file that can't be read says what its last good one said.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::knowledge::Place;
use super::output::Failure;
use crate::claim::Subject;
use crate::compile::{Compiled, compile_within, may_declare};
use crate::diagnostic::Findings;
use crate::history::read_commit;
use crate::parse::parse_within;
use crate::source::{
    FileId, Kind, Limits, ObjectId, ObjectKind, ObjectStore, Repository, Selection, Text, Texts, is_config,
};

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
    objects: ObjectStore<'r>,
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
            objects: repository.objects().ok_or_else(|| missing("a commit"))?,
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
            let folder = folder(&line.objects, commit, &place.root.knowledge)?;
            if folder.is_some() && folder == last {
                continue;
            }
            last = folder;
            let listed = match folder {
                Some(folder) => line.listing(folder, place.root.knowledge.as_str(), 0)?,
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
            let read = read(&self.objects, id, &self.limits, path)?;
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
    fn listing(
        &mut self,
        tree: ObjectId,
        named: &str,
        depth: usize,
    ) -> Result<Rc<Vec<(String, ObjectId)>>, Failure> {
        if let Some(known) = self.folders.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let mut listed = Vec::new();
        for entry in self.objects.tree(tree).map_err(|_| missing(named))? {
            let Ok(name) = std::str::from_utf8(&entry.name) else { continue };
            match entry.kind {
                Kind::Tree if depth < MOST_FOLDERS => {
                    let below = self.listing(entry.oid, name, depth + 1)?;
                    listed.extend(below.iter().map(|(path, blob)| (format!("{name}/{path}"), *blob)));
                }
                Kind::File if Selection::all().takes(name) => listed.push((name.to_owned(), entry.oid)),
                _ => {}
            }
        }
        let listed = Rc::new(listed);
        self.folders.insert(tree, Rc::clone(&listed));
        Ok(listed)
    }
}

fn missing(path: &str) -> Failure {
    Failure::new(format!("a version of `{path}` is not here or is damaged"))
        .help("type `git fsck`; in a partial clone `git fetch --refetch --no-filter` brings it")
}

/// A file's version; `None` where it is larger than knowledge may be.
fn read(
    objects: &ObjectStore<'_>,
    id: ObjectId,
    limits: &Limits,
    path: &str,
) -> Result<Option<Text>, Failure> {
    let (_, length) = objects.header(id).map_err(|_| missing(path))?;
    if length as u64 > limits.file_bytes.min(Limits::MOST_FILE_BYTES) {
        return Ok(None);
    }
    let object = objects.read_as(id, ObjectKind::Blob).map_err(|_| missing(path))?;
    Ok(Some(Text { path: Arc::from(path), bytes: Arc::from(&*object) }))
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
fn folder(objects: &ObjectStore<'_>, commit: ObjectId, knowledge: &str) -> Result<Option<ObjectId>, Failure> {
    let entry = objects.entry_at(commit, knowledge).map_err(|_| missing("a commit"))?;
    Ok(entry.filter(|entry| entry.kind == Kind::Tree).map(|entry| entry.oid))
}
