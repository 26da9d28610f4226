//! A repository read through git's own program, where libgit2 can't open it.
//!
//! Of what the repository configures nothing is run: there are no hooks, no file-system monitor, no pager, no aliases;
//! neither filters nor other programs for the contents of files are asked for; nothing is fetched, so that no transport,
//! credential helper or remote can be. Grafts, replacements and the commit graph, by which git would tell another
//! history than the commits do, are left out. Who owns the repository is judged by git itself, with the person's own
//! `safe.directory`, when it is opened.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Unread;
use super::batch::Batch;
use crate::source::{Algorithm, ObjectId, ObjectKind};

/// A repository, and the processes that read it.
pub(crate) struct Program {
    folder: PathBuf,
    common: PathBuf,
    is_bare: bool,
    algorithm: Algorithm,
    why: &'static str,
    contents: RefCell<Batch>,
    headers: RefCell<Batch>,
}

/// Why git does not open a repository.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Closed {
    /// It belongs to someone else.
    NotTheOwner,
    /// There is no git here, it is too old, or it can't read it either.
    Unable,
}

/// Set for every run: last of all configuration, whatever a file says.
const SETTINGS: [&str; 9] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.commitGraph=false",
    "core.pager=cat",
    "credential.helper=",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// What a caller's environment may not decide.
const VARIABLES: [&str; 22] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_QUARANTINE_PATH",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_ATTR_SOURCE",
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
    "GIT_DEFAULT_HASH",
];

/// Git, with what holds for every run.
fn git() -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "git reads what libgit2 can't, with nothing of the repository's configuration run"
    )]
    let mut git = Command::new("git");
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    git.args(["--no-pager", "--no-replace-objects", "--literal-pathspecs"]);
    for variable in VARIABLES {
        git.env_remove(variable);
    }
    git.env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", "/dev/null")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        // Not in the repository: a `git` that lies there must not be found through a `.` in PATH.
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    git
}

impl Program {
    /// Opens the repository at `base`, the top of a work tree or a bare one. `why` is what keeps libgit2 from it.
    pub fn open(base: &Path, why: &'static str) -> Result<Program, Closed> {
        let base = std::fs::canonicalize(base).map_err(|_| Closed::Unable)?;
        // Git finds the repository by itself: one that is named by `--git-dir` it takes for trusted. Here the person's
        // configuration counts, for it says whose repositories are.
        let ran = git()
            .args(["-c", "safe.bareRepository=all", "-C"])
            .arg(&base)
            .args(["rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir"])
            .args(["--is-bare-repository", "--show-object-format=storage"])
            .env("GIT_CEILING_DIRECTORIES", base.parent().unwrap_or(&base))
            .output()
            .map_err(|_| Closed::Unable)?;
        if !ran.status.success() {
            let words = String::from_utf8_lossy(&ran.stderr);
            return Err(if words.contains("dubious ownership") {
                Closed::NotTheOwner
            } else {
                Closed::Unable
            });
        }
        let told = String::from_utf8(ran.stdout).map_err(|_| Closed::Unable)?;
        let [folder, common, bare, format] = told.lines().collect::<Vec<_>>()[..] else {
            return Err(Closed::Unable);
        };
        let algorithm = [Algorithm::Sha1, Algorithm::Sha256].into_iter().find(|one| one.as_str() == format);
        Ok(Program {
            folder: PathBuf::from(folder),
            common: PathBuf::from(common),
            is_bare: bare == "true",
            algorithm: algorithm.ok_or(Closed::Unable)?,
            why,
            contents: RefCell::default(),
            headers: RefCell::default(),
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn common(&self) -> &Path {
        &self.common
    }

    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn why(&self) -> &'static str {
        self.why
    }

    /// Git on this repository, deaf to all configuration but the repository's own.
    fn command(&self) -> Command {
        let mut git = git();
        git.arg("--git-dir")
            .arg(&self.folder)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        git
    }

    /// What git says to `arguments`, given `input`; `None` where it fails.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        let mut command = self.command();
        told(command.args(arguments), input)
    }

    /// The same in one line of text.
    pub fn line(&self, arguments: &[&str], input: &[u8]) -> Option<String> {
        let told = String::from_utf8(self.run(arguments, input)?).ok()?;
        told.lines().next().map(str::to_owned)
    }

    /// An object's kind and bytes.
    pub fn read(&self, id: ObjectId) -> Result<(ObjectKind, Vec<u8>), Unread> {
        let (kind, _, bytes) = self.ask(&self.contents, id, true)?;
        Ok((kind, bytes))
    }

    /// An object's kind and size.
    pub fn header(&self, id: ObjectId) -> Result<(ObjectKind, usize), Unread> {
        let (kind, size, _) = self.ask(&self.headers, id, false)?;
        Ok((kind, size))
    }

    fn ask(
        &self,
        batch: &RefCell<Batch>,
        id: ObjectId,
        whole: bool,
    ) -> Result<(ObjectKind, usize, Vec<u8>), Unread> {
        if id.algorithm() != self.algorithm {
            return Err(Unread::Missing);
        }
        let mode = if whole { "--batch" } else { "--batch-check" };
        let command = || {
            let mut git = self.command();
            git.args(["cat-file", mode]);
            git
        };
        batch.borrow_mut().ask(id, whole, command)
    }

    /// Whether git could be started whenever it was needed.
    pub fn works(&self) -> bool {
        self.contents.borrow().works() && self.headers.borrow().works()
    }

    /// What the reference of that full name names.
    pub fn reference(&self, name: &str) -> Option<ObjectId> {
        self.id(&self.line(&["show-ref", "--verify", "--hash", "--", name], b"")?)
    }

    /// The references below `prefix`, with what they name.
    pub fn references(&self, prefix: &str) -> Vec<(String, ObjectId)> {
        let told = self.run(&["for-each-ref", "--format=%(objectname) %(refname)", prefix], b"");
        let told = String::from_utf8(told.unwrap_or_default()).unwrap_or_default();
        let named = told.lines().filter_map(|line| {
            let (hex, name) = line.split_once(' ')?;
            Some((name.to_owned(), self.id(hex)?))
        });
        named.collect()
    }

    /// The objects whose names begin with these hex digits.
    pub fn beginning_with(&self, digits: &str) -> Vec<ObjectId> {
        let told = self.run(&["rev-parse", &format!("--disambiguate={digits}")], b"");
        let told = String::from_utf8(told.unwrap_or_default()).unwrap_or_default();
        told.lines().filter_map(|hex| self.id(hex)).collect()
    }

    fn id(&self, hex: &str) -> Option<ObjectId> {
        ObjectId::from_hex(hex).filter(|id| id.algorithm() == self.algorithm)
    }

    /// A setting, as the person's configuration and the repository's have it.
    pub fn setting(&self, kind: &str, key: &str) -> Option<String> {
        let mut git = git();
        git.arg("--git-dir").arg(&self.folder).args(["config", &format!("--{kind}"), "--get", key]);
        let told = String::from_utf8(told(&mut git, b"")?).ok()?;
        Some(told.strip_suffix('\n').unwrap_or(&told).to_owned())
    }

    /// Whether the repository has a setting whose key is of that form.
    pub fn has_setting(&self, keys: &str) -> bool {
        self.run(&["config", "--get-regexp", keys], b"").is_some_and(|told| !told.is_empty())
    }
}

/// Runs it; what it writes is short until it has read all of its input.
fn told(command: &mut Command, input: &[u8]) -> Option<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut questions = child.stdin.take()?;
    let written = questions.write_all(input);
    drop(questions);
    let ran = child.wait_with_output().ok()?;
    (ran.status.success() && written.is_ok()).then_some(ran.stdout)
}
