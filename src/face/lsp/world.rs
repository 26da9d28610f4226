//! One repository's knowledge as it is being typed: its files with the open buffers over them, compiled.
//!
//! What is open counts as it stands in the editor, saved or not; all else as it stands on disk. Every change is compiled going on
//! from the state before, as serving does, so that what is said of one buffer is held against the whole of the knowledge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use smol_str::SmolStr;

use super::past::Past;
use crate::claim::{Claim, Slot, Subject, Value};
use crate::compile::{Compiled, compile_within};
use crate::diagnostic::Findings;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::face::said::is_shown;
use crate::kind::Catalog;
use crate::resolve::Decided;
use crate::source::{self, FileId, Limits, Root, Text, Texts};

/// Claims up to which all of the knowledge is compiled at once: that takes a few milliseconds.
const SMALL: usize = 5_000;

/// What is to be compiled, going on from `before`.
pub(super) struct Next {
    before: Arc<Compiled>,
    texts: Texts,
    faults: Findings,
}

impl Next {
    /// Compiles it.
    pub fn compile(self) -> Arc<Compiled> {
        Arc::new(self.before.next(self.texts, self.faults))
    }
}

/// A file that is open in the editor.
struct Buffer {
    version: i32,
    text: Text,
}

/// The knowledge of one folder.
pub(super) struct World {
    place: Place,
    disk: Texts,
    /// What is wrong with the files as such.
    faults: Findings,
    buffers: BTreeMap<String, Buffer>,
    compiled: Arc<Compiled>,
    /// Whether something was typed since what is compiled.
    is_stale: bool,
    /// Whether the next state is being compiled beside.
    is_busy: bool,
    /// Whether what is wrong with what is compiled was told.
    is_told: bool,
    /// Who said what is committed.
    pub past: Past,
}

impl World {
    /// The knowledge at `root`.
    ///
    /// # Errors
    /// Where its files can't be read.
    pub fn open(root: Root, limits: Limits, cached: bool) -> Result<World, Failure> {
        let repository = match root.in_git {
            true => source::open(&root.base).map_err(|error| error.to_string()),
            false => Err("the knowledge is not in a git repository".to_owned()),
        };
        let past = Past::new(root.clone(), limits, cached);
        let place = Place { root, repository, limits };
        let (disk, faults) = knowledge::texts_of_files(&place)?;
        let compiled = Arc::new(compile_within(disk.clone(), faults.clone(), &limits));
        let buffers = BTreeMap::new();
        Ok(World {
            place,
            disk,
            faults,
            buffers,
            compiled,
            is_stale: false,
            is_busy: false,
            is_told: false,
            past,
        })
    }

    /// Where it stands.
    pub fn root(&self) -> &Root {
        &self.place.root
    }

    /// How large things may be.
    pub fn limits(&self) -> &Limits {
        &self.place.limits
    }

    /// The file at `path` from the top of the repository, as a path of this machine.
    pub fn on_disk(&self, path: &str) -> PathBuf {
        self.root().base.join(path)
    }

    /// The path from the top of the repository, of a file in the folder of the knowledge.
    pub fn path_of(&self, file: &Path) -> Option<String> {
        file.strip_prefix(self.root().folder()).ok()?;
        let parts = file.strip_prefix(&self.root().base).ok()?.components();
        let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
        Some(parts?.join("/"))
    }

    /// Reads the files again.
    pub fn reload(&mut self) {
        // Files that can't be read for a moment are taken up the next time something is saved.
        if let Ok((disk, faults)) = knowledge::texts_of_files(&self.place) {
            self.is_stale |= disk != self.disk || faults.iter().ne(self.faults.iter());
            (self.disk, self.faults) = (disk, faults);
        }
    }

    /// Takes up what stands in the editor.
    pub fn edit(&mut self, path: &str, version: i32, text: &str) {
        let text = Text { path: path.into(), bytes: text.as_bytes().into() };
        self.is_stale |= self.text(path).is_none_or(|known| known.bytes != text.bytes);
        self.buffers.insert(path.to_owned(), Buffer { version, text });
    }

    /// What is on disk counts again.
    pub fn close(&mut self, path: &str) {
        self.is_stale |= self.buffers.remove(path).is_some();
    }

    /// The version of a file that is open.
    pub fn version(&self, path: &str) -> Option<i32> {
        self.buffers.get(path).map(|buffer| buffer.version)
    }

    /// What stands in the editor, or on disk.
    pub fn text(&self, path: &str) -> Option<&Text> {
        let on_disk = || self.disk.find(path).map(|file| self.disk.get(file));
        self.buffers.get(path).map(|buffer| &buffer.text).or_else(on_disk)
    }

    /// All texts as they stand now.
    fn texts(&self) -> Texts {
        let open = self.buffers.values().map(|buffer| buffer.text.clone());
        let is_open = |text: &&Text| !self.buffers.contains_key(&*text.path);
        let closed = self.disk.iter().map(|(_, text)| text).filter(is_open).cloned();
        Texts::new(open.chain(closed).collect())
    }

    /// Whether something was typed since what is compiled.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Whether there is so much that compiling all of it keeps nobody waiting.
    pub fn is_small(&self) -> bool {
        self.compiled.claims.len() < SMALL
    }

    /// Compiles what was typed.
    pub fn refresh(&mut self) {
        if std::mem::take(&mut self.is_stale) {
            let next = self.compiled.next(self.texts(), self.faults.clone());
            self.take_up(Arc::new(next));
        }
    }

    /// What a glance tells of what was typed, and the texts that its places are of; `None` where only compiling tells.
    pub fn glance(&self) -> Option<(Texts, Findings)> {
        let texts = self.texts();
        let found = self.compiled.glance(&texts, self.faults.clone())?;
        Some((texts, found))
    }

    /// The next state, to be compiled beside; `None` while one is.
    pub fn next(&mut self) -> Option<Next> {
        if !self.is_stale || self.is_busy {
            return None;
        }
        self.is_busy = true;
        let (before, texts, faults) = (Arc::clone(&self.compiled), self.texts(), self.faults.clone());
        Some(Next { before, texts, faults })
    }

    /// Takes up what was compiled beside.
    pub fn done(&mut self, compiled: Arc<Compiled>) {
        self.is_busy = false;
        self.is_stale = compiled.texts != self.texts();
        self.take_up(compiled);
    }

    /// Whether the next state is being compiled beside.
    pub fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Whether what is wrong with what is compiled was told.
    pub fn is_told(&self) -> bool {
        self.is_told
    }

    /// What is wrong with what is compiled is being told.
    pub fn told(&mut self) {
        self.is_told = true;
    }

    fn take_up(&mut self, compiled: Arc<Compiled>) {
        let former = std::mem::replace(&mut self.compiled, compiled);
        self.is_told = false;
        // Nobody has to wait until a hundred thousand claims are put away.
        rayon::spawn(move || drop(former));
    }

    /// All of it, compiled.
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// What is declared.
    pub fn catalog(&self) -> &Catalog {
        &self.compiled.catalog
    }

    /// The file at `path` and its text, as they were compiled last.
    pub fn file(&self, path: &str) -> Option<(FileId, &Text)> {
        let texts = &self.compiled.texts;
        texts.find(path).map(|file| (file, texts.get(file)))
    }

    /// What stands in the editor now, where it is written in the language and is UTF-8. It may be ahead of what is compiled.
    pub fn typed(&self, path: &str) -> Option<&str> {
        let text = self.text(path).filter(|text| !is_shown(text, self.catalog(), self.limits()))?;
        std::str::from_utf8(&text.bytes).ok()
    }

    /// The same as it was compiled last, and which file it is.
    pub fn own(&self, path: &str) -> Option<(FileId, &str)> {
        let (file, text) = self.file(path)?;
        if is_shown(text, self.catalog(), self.limits()) {
            return None;
        }
        Some((file, std::str::from_utf8(&text.bytes).ok()?))
    }

    /// The claims of a slot, and what was decided about it.
    pub fn slot(&self, slot: &Slot) -> Option<(&[Claim], &Decided)> {
        let slots = &self.compiled.decisions.slots;
        let own = |decided: &Decided| &self.compiled.claims[decided.claims.start as usize].slot;
        let at = slots.partition_point(|decided| own(decided) < slot);
        let decided = slots.get(at).filter(|decided| own(decided) == slot)?;
        let range = decided.claims.start as usize..decided.claims.end as usize;
        Some((&self.compiled.claims[range], decided))
    }

    /// All claims about a subject.
    pub fn about(&self, subject: &Subject) -> &[Claim] {
        let claims = &self.compiled.claims;
        let start = claims.partition_point(|claim| claim.slot.subject < *subject);
        let count = claims[start..].partition_point(|claim| claim.slot.subject == *subject);
        &claims[start..start + count]
    }

    /// The type that a subject says it is of.
    pub fn type_of(&self, subject: &Subject) -> Option<SmolStr> {
        let said = self.about(subject).iter().find(|claim| claim.slot.attribute == "type")?;
        match &said.value {
            Value::Text(id) => Some(id.clone()),
            _ => None,
        }
    }

    /// What people call a subject.
    pub fn called(&self, subject: &Subject) -> Option<String> {
        let claims = self.about(subject);
        let said = |attribute: &str| claims.iter().find(|claim| claim.slot.attribute == attribute);
        ["label", "name", "title"].into_iter().find_map(said).map(|claim| claim.value.to_string())
    }

    /// The subjects of a kind, in order, with whether any claim or declaration is about them.
    pub fn subjects(&self, kind: &str) -> Vec<Subject> {
        let prefix = format!("{kind}/");
        let claims = &self.compiled.claims;
        let start = claims.partition_point(|claim| claim.slot.subject.as_str() < prefix.as_str());
        let own = claims[start..].iter().take_while(|claim| claim.slot.subject.as_str().starts_with(&prefix));
        let mut subjects: Vec<Subject> = own.map(|claim| claim.slot.subject.clone()).collect();
        subjects.dedup();
        subjects
    }

    /// The text of `file`, as it was compiled last.
    pub fn compiled_text(&self, file: FileId) -> &Text {
        self.compiled.texts.get(file)
    }

    /// Paths of open files.
    pub fn open_paths(&self) -> Vec<Arc<str>> {
        self.buffers.values().map(|buffer| Arc::clone(&buffer.text.path)).collect()
    }
}
