//! A folder of its own with a real repository in it, and the real programs run there in a fixed environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program under test.
pub const DICTUM: &str = env!("CARGO_BIN_EXE_dictum");

/// Who commits, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `Ana Lin`.
    pub name: String,
    /// `ana@example.com`.
    pub mail: String,
    /// As git reads it, with an offset: `2024-01-10T12:00:00+00:00`.
    pub time: String,
}

/// A folder that goes away with the value; the repository is `repo` in it, so that clones find room beside it.
pub struct Scratch {
    folder: TempDir,
    top: PathBuf,
}

/// What a command left behind.
pub struct Ran {
    /// The exit code; 128 and more for a signal.
    pub code: i32,
    /// What went to stdout.
    pub stdout: String,
    /// What went to stderr.
    pub stderr: String,
}

impl Scratch {
    /// An empty folder, no repository yet.
    pub fn folder() -> Scratch {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = folder.path().join("repo");
        fs::create_dir(&top).expect("a folder for the repository");
        Scratch { folder, top }
    }

    /// An empty repository on the branch `main`.
    pub fn repository() -> Scratch {
        let scratch = Scratch::folder();
        scratch.git(&["init", "--quiet", "--initial-branch=main"]);
        scratch.git(&["config", "user.name", "Expert"]);
        scratch.git(&["config", "user.email", "expert@example.com"]);
        scratch
    }

    /// The repository of the README's tour, as tests/tour.sh makes it.
    pub fn tour() -> Scratch {
        let scratch = Scratch::folder();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tour.sh");
        let ran = scratch.shell(&format!("sh '{}' .", script.display()));
        assert!(ran.code == 0, "tests/tour.sh: {}", ran.stderr);
        scratch
    }

    /// Where the repository is.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Another folder beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// From here on, this folder is where commands run.
    pub fn move_to(&mut self, top: PathBuf) {
        self.top = top;
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.top.join(path);
        fs::create_dir_all(path.parent().expect("a path in the repository")).expect("its folder");
        fs::write(path, content).expect("a file");
    }

    /// Takes a file away.
    pub fn delete(&self, path: &str) {
        fs::remove_file(self.top.join(path)).unwrap_or_else(|_| panic!("there is no `{path}` to delete"));
    }

    /// Runs git; it has to succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command("git");
        command.args(arguments);
        done(&mut command)
    }

    /// Commits everything in the work tree (and goes on with a merge that waits).
    pub fn commit(&self, by: &Signature, message: &str) {
        self.git(&["add", "--all"]);
        let mut command = self.signed("git", by);
        command.args(["commit", "--quiet", "--allow-empty", "--no-verify", "--message", message]);
        done(&mut command);
    }

    /// Begins the merge of `branch`: the work tree holds what git makes of it, conflicts and all, uncommitted.
    pub fn begin_merge(&self, by: &Signature, branch: &str) {
        let mut command = self.signed("git", by);
        command.args(["merge", "--quiet", "--no-ff", "--no-commit", branch]);
        let _conflicts_are_settled_by_the_story = command.output().expect("git runs");
    }

    /// A program in the repository, in an environment that says nothing of this machine.
    pub fn command(&self, program: &str) -> Command {
        let bin = Path::new(DICTUM).parent().expect("the program is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command
            .current_dir(&self.top)
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_AUTHOR_NAME", "Expert")
            .env("GIT_AUTHOR_EMAIL", "expert@example.com")
            .env("GIT_AUTHOR_DATE", "2026-06-30T12:00:00+00:00")
            .env("GIT_COMMITTER_NAME", "Expert")
            .env("GIT_COMMITTER_EMAIL", "expert@example.com")
            .env("GIT_COMMITTER_DATE", "2026-06-30T12:00:00+00:00");
        command
    }

    fn signed(&self, program: &str, by: &Signature) -> Command {
        let mut command = self.command(program);
        command
            .env("GIT_AUTHOR_NAME", &by.name)
            .env("GIT_AUTHOR_EMAIL", &by.mail)
            .env("GIT_AUTHOR_DATE", &by.time)
            .env("GIT_COMMITTER_NAME", &by.name)
            .env("GIT_COMMITTER_EMAIL", &by.mail)
            .env("GIT_COMMITTER_DATE", &by.time);
        command
    }

    /// Runs a line of shell, in which `dictum` is the program under test.
    pub fn shell(&self, line: &str) -> Ran {
        let output = self.command("sh").args(["-c", line]).output().expect("sh runs");
        Ran::from(output)
    }

    /// Runs the program under test.
    pub fn dictum(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(DICTUM).args(arguments).output().expect("dictum runs"))
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(128),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Ran {
    /// As a section of a snapshot: stdout, stderr behind `! `, and the exit code where it is not 0.
    pub fn section(&self) -> String {
        let mut text = self.stdout.clone();
        for line in self.stderr.lines() {
            text.push_str(format!("! {line}").trim_end());
            text.push('\n');
        }
        if self.code != 0 {
            text.push_str(&format!("exit {}\n", self.code));
        }
        text
    }
}

/// Runs a command that has to succeed, for its stdout.
fn done(command: &mut Command) -> String {
    let ran = Ran::from(command.output().expect("the program runs"));
    assert!(ran.code == 0, "{command:?} left {}: {}", ran.code, ran.stderr);
    ran.stdout
}
