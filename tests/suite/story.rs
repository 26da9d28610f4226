//! A case as people write it: a Markdown file that tells how a repository came to be, and what is asked of it.
//! The grammar is in `tests/cases/README.md`.

use crate::scratch::{Ran, Scratch, Signature};

/// One step of a story, in the order told.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// `## DATE NAME <mail>: message`: what follows is committed (with the files changed since).
    Commit { by: Signature, message: String, merge: Option<String>, changes: Vec<Change> },
    /// `## branch NAME`: commits go to a new branch, from here.
    Branch(String),
    /// `## switch NAME`: commits go to that branch again.
    Switch(String),
    /// `## work tree`: what follows is in the files but in no commit.
    WorkTree(Vec<Change>),
    /// `## repository OPTIONS`: at the beginning, what `git init` is told.
    Repository(String),
    /// `## clone OPTIONS`: from here on everything happens in such a clone.
    Clone(String),
    /// An `ask` fence: commands, one a line.
    Ask(Vec<String>),
}

/// One fence that changes a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// The file at a path holds this text.
    Write { path: String, text: String },
    /// The file goes away.
    Delete { path: String },
    /// The file is elsewhere now, as it is.
    Move { from: String, to: String },
}

/// A fenced block of Markdown.
pub struct Fence<'t> {
    /// What stands behind the backticks.
    pub info: &'t str,
    /// What stands between.
    pub text: String,
}

/// The lines of a Markdown text: headings of the second level and fences; prose is left out.
pub enum Part<'t> {
    /// `## …`, without the signs.
    Heading(&'t str),
    /// A fence.
    Fence(Fence<'t>),
}

/// Splits Markdown into headings and fences. A fence ends with the same run of backticks that began it.
pub fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            parts.push(Part::Heading(heading.trim()));
        } else if line.starts_with("```") {
            let ticks = line.len() - line.trim_start_matches('`').len();
            let (fence, info) = line.split_at(ticks);
            let inside: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
            let text = inside.iter().map(|line| format!("{line}\n")).collect();
            parts.push(Part::Fence(Fence { info: info.trim(), text }));
        }
    }
    parts
}

/// Reads a story; `Err` says which line is not understood.
pub fn read(markdown: &str) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut minute = 0;
    for part in parts(markdown) {
        match part {
            Part::Heading(heading) => {
                steps.push(heading_step(heading, minute)?);
                minute += 1;
            }
            Part::Fence(fence) => fence_step(&fence, &mut steps)?,
        }
    }
    Ok(steps)
}

fn heading_step(heading: &str, minute: u32) -> Result<Step, String> {
    let (word, rest) = heading.split_once(' ').unwrap_or((heading, ""));
    match word {
        "branch" => Ok(Step::Branch(rest.to_owned())),
        "switch" => Ok(Step::Switch(rest.to_owned())),
        "clone" => Ok(Step::Clone(rest.to_owned())),
        "repository" => Ok(Step::Repository(rest.to_owned())),
        "work" if rest == "tree" => Ok(Step::WorkTree(Vec::new())),
        "merge" => {
            let (branch, rest) = rest.split_once(' ').ok_or_else(|| not_understood(heading))?;
            commit_step(rest, Some(branch.to_owned()), minute).ok_or_else(|| not_understood(heading))
        }
        _ => commit_step(heading, None, minute).ok_or_else(|| not_understood(heading)),
    }
}

/// `DATE NAME <mail>: message`. Commits of one story are a minute apart, so that no two are alike.
fn commit_step(text: &str, merge: Option<String>, minute: u32) -> Option<Step> {
    let (date, rest) = text.split_once(' ')?;
    let (name, rest) = rest.split_once(" <")?;
    let (mail, message) = rest.split_once(">: ")?;
    let digits = date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let time = format!("{date}T12:{minute:02}:00+00:00");
    let by = Signature { name: name.to_owned(), mail: mail.to_owned(), time };
    digits.then(|| Step::Commit { by, message: message.to_owned(), merge, changes: Vec::new() })
}

fn fence_step(fence: &Fence<'_>, steps: &mut Vec<Step>) -> Result<(), String> {
    let words: Vec<&str> = fence.info.split_whitespace().collect();
    let change = match words[..] {
        ["ask"] => {
            steps.push(Step::Ask(fence.text.lines().map(str::to_owned).collect()));
            return Ok(());
        }
        ["message"] => {
            let Some(Step::Commit { message, .. }) = steps.last_mut() else {
                return Err("a `message` fence belongs under a commit".to_owned());
            };
            message.push_str("\n\n");
            message.push_str(&fence.text);
            return Ok(());
        }
        ["delete", path] => Change::Delete { path: path.to_owned() },
        ["move", from, to] => Change::Move { from: from.to_owned(), to: to.to_owned() },
        [_, path] => Change::Write { path: path.to_owned(), text: fence.text.clone() },
        _ => return Err(not_understood(fence.info)),
    };
    match steps.last_mut() {
        Some(Step::Commit { changes, .. } | Step::WorkTree(changes)) => changes.push(change),
        _ => return Err(format!("`{}` stands under no commit and no `## work tree`", fence.info)),
    }
    Ok(())
}

fn not_understood(text: &str) -> String {
    format!("`{text}` is not understood: see tests/cases/README.md")
}

/// Lives a story through; what its questions gave, as sections of a snapshot.
pub fn live(steps: &[Step], scratch: &mut Scratch) -> String {
    let mut told = String::new();
    for step in steps {
        match step {
            Step::Commit { by, message, merge, changes } => {
                if let Some(branch) = merge {
                    scratch.begin_merge(by, branch);
                }
                changes.iter().for_each(|change| apply(change, scratch));
                scratch.commit(by, message);
            }
            Step::Branch(name) => drop(scratch.git(&["switch", "--quiet", "--create", name])),
            Step::Switch(name) => drop(scratch.git(&["switch", "--quiet", name])),
            Step::WorkTree(changes) => changes.iter().for_each(|change| apply(change, scratch)),
            Step::Repository(_) => {}
            Step::Clone(options) => clone(options, scratch),
            Step::Ask(lines) => {
                for line in lines {
                    told.push_str(&section(line, &scratch.shell(line)));
                }
            }
        }
    }
    told
}

/// A command and what it gave.
pub fn section(line: &str, ran: &Ran) -> String {
    format!("$ {line}\n{}\n", ran.section())
}

fn apply(change: &Change, scratch: &Scratch) {
    match change {
        Change::Write { path, text } => scratch.write(path, text),
        Change::Delete { path } => scratch.delete(path),
        Change::Move { from, to } => {
            let folder = scratch.top().join(to);
            std::fs::create_dir_all(folder.parent().expect("a path in the repository")).expect("its folder");
            scratch.git(&["mv", from, to]);
        }
    }
}

fn clone(options: &str, scratch: &mut Scratch) {
    scratch.git(&["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", scratch.top().display());
    let to = scratch.beside("clone");
    let name = to.display().to_string();
    let words = options.split_whitespace();
    let arguments: Vec<&str> =
        ["clone", "--quiet"].into_iter().chain(words).chain([&*from, &*name]).collect();
    scratch.git(&arguments);
    scratch.move_to(to);
}

#[test]
fn a_story_is_read_as_told() {
    let steps = read(
        "# A\n\n## 2024-01-10 Ana Lin <ana@example.com>: Say it\n\n```toml knowledge/a.toml\nx = 1\n```\n\n```ask\ndictum check\n```\n",
    );
    let by = Signature {
        name: "Ana Lin".to_owned(),
        mail: "ana@example.com".to_owned(),
        time: "2024-01-10T12:00:00+00:00".to_owned(),
    };
    let changes = vec![Change::Write { path: "knowledge/a.toml".to_owned(), text: "x = 1\n".to_owned() }];
    let commit = Step::Commit { by, message: "Say it".to_owned(), merge: None, changes };
    assert_eq!(steps, Ok(vec![commit, Step::Ask(vec!["dictum check".to_owned()])]));
}

#[test]
fn what_is_not_understood_is_not_passed_over() {
    assert!(read("## yesterday Ana <a@example.com>: x\n").is_err());
    assert!(read("```toml knowledge/a.toml\n```\n").is_err());
    assert!(read("## work tree\n```toml\n```\n").is_err());
}
