//! What is kept between questions changes no answer, whatever becomes of it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::scratch::{DICTUM, Scratch};

const QUESTIONS: &[&[&str]] = &[
    &["get", "term/t1#definition", "--on", "2026-06-30"],
    &["get", "term/t1#definition", "--on", "2026-06-30", "--at", "HEAD~1", "-f", "json"],
    &["why", "term/t2", "--on", "2026-06-30"],
    &["ls", "term", "--on", "2026-06-30"],
    &["blame", "-f", "jsonl"],
];

fn repository() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"kept\"\nlanguage = 1\n");
    for number in 1..4 {
        let text = format!(
            "[term.t{number}]\nlabel = \"T {number}\"\ndefinition = \"The thing with number {number}.\"\n"
        );
        scratch.write(&format!("knowledge/t{number}.toml"), text);
        scratch.shell(&format!("git add --all && git commit --quiet --message 'Say T {number}'"));
    }
    scratch
}

/// What is answered, kept or not.
fn answers(scratch: &Scratch, anew: bool) -> Vec<(i32, String)> {
    let ask = |question: &&[&str]| {
        let words = if anew { [question, &["--no-cache"][..]].concat() } else { question.to_vec() };
        let ran = scratch.dictum(&words);
        (ran.code, ran.stdout)
    };
    QUESTIONS.iter().map(ask).collect()
}

/// The snapshots that are kept.
fn kept(scratch: &Scratch) -> Vec<PathBuf> {
    files(scratch, "snapshots")
}

fn files(scratch: &Scratch, of: &str) -> Vec<PathBuf> {
    let folder = scratch.top().join(".git/dictum").join(of);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn kept_or_not_the_answers_are_the_same() {
    let scratch = repository();
    let anew = answers(&scratch, true);
    assert_eq!(kept(&scratch), [] as [PathBuf; 0], "`--no-cache` keeps nothing");
    assert_eq!(answers(&scratch, false), anew);
    assert_eq!(kept(&scratch).len(), 2, "a snapshot a commit");
    let first = fs::read(&kept(&scratch)[0]).expect("kept");
    assert_eq!(answers(&scratch, false), anew);
    assert_eq!(fs::read(&kept(&scratch)[0]).expect("kept"), first);
}

#[test]
fn what_is_damaged_is_made_anew() {
    let scratch = repository();
    let anew = answers(&scratch, true);
    answers(&scratch, false);
    let files = kept(&scratch);
    let sound: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).expect("kept")).collect();
    let damage: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.clear(),
        |bytes| bytes[1000] ^= 1,
        |bytes| bytes.fill(b'x'),
    ];
    for damage in damage {
        for (file, bytes) in files.iter().zip(&sound) {
            let mut bytes = bytes.clone();
            damage(&mut bytes);
            fs::write(file, bytes).expect("is damaged");
        }
        assert_eq!(answers(&scratch, false), anew);
        assert_eq!(fs::read(&files[0]).expect("kept"), sound[0], "it was made anew");
    }
    // The snapshot of another commit under its name.
    fs::write(&files[0], &sound[1]).expect("is written");
    fs::write(&files[1], &sound[0]).expect("is written");
    assert_eq!(answers(&scratch, false), anew);
}

/// Says one more thing, and commits it.
fn say(scratch: &Scratch, number: usize) {
    let text =
        format!("[term.t{number}]\nlabel = \"T {number}\"\ndefinition = \"Said in round {number}.\"\n");
    scratch.write("knowledge/more.toml", text);
    scratch.shell(&format!("git add --all && git commit --quiet --message 'Say T {number}'"));
}

#[test]
fn new_commits_are_gone_on_from() {
    let scratch = repository();
    let damage: [fn(&mut Vec<u8>); 5] = [
        |_| {},
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.clear(),
        |bytes| bytes[200] ^= 1,
        |bytes| bytes.fill(b'x'),
    ];
    answers(&scratch, false);
    for (round, damage) in damage.into_iter().enumerate() {
        let index = files(&scratch, "history");
        assert_eq!(index.len(), 1, "one way of reading, one index");
        let sound = fs::read(&index[0]).expect("kept");
        let mut bytes = sound.clone();
        damage(&mut bytes);
        fs::write(&index[0], bytes).expect("is damaged");
        say(&scratch, 10 + round);
        assert_eq!(answers(&scratch, false), answers(&scratch, true), "round {round}");
        assert!(
            fs::read(&index[0]).expect("kept").len() > sound.len(),
            "round {round}: it knows the new commit"
        );
    }
}

/// The snapshot of a new commit was never kept; the index tells what the clone left behind.
#[test]
fn a_new_commit_of_a_clone_that_was_cut_is_known_from_the_index() {
    let scratch = repository();
    answers(&scratch, false);
    scratch.shell("git rev-parse HEAD~1 > .git/shallow");
    say(&scratch, 10);
    let asked = scratch.dictum(&["get", "term/t1#definition", "--on", "2026-06-30", "-f", "json"]);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    assert!(asked.stdout.contains("\"history\": \"complete\""), "{}", asked.stdout);
    assert_eq!(scratch.dictum(&["get", "term/t1#definition", "--no-cache"]).code, 3);
}

#[test]
fn where_nothing_can_be_kept_answers_are_given_all_the_same() {
    let scratch = repository();
    let anew = answers(&scratch, true);
    fs::write(scratch.top().join(".git/dictum"), "in the way").expect("is written");
    assert_eq!(answers(&scratch, false), anew);
}

#[test]
fn many_at_once_and_some_killed() {
    let scratch = repository();
    let anew = answers(&scratch, true);
    let start = |question: &&[&str]| {
        let mut command = Command::new(DICTUM);
        command.current_dir(scratch.top()).args(*question).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("starts")
    };
    for round in 0..12 {
        let _ = fs::remove_dir_all(scratch.top().join(".git/dictum"));
        let mut all: Vec<_> = QUESTIONS.iter().chain(QUESTIONS).map(start).collect();
        std::thread::sleep(Duration::from_millis(round * 3));
        for (number, child) in all.iter_mut().enumerate() {
            if number % 2 == 0 {
                // It may have ended by itself.
                let _ = child.kill();
            }
            child.wait().expect("ends");
        }
        assert_eq!(answers(&scratch, false), anew, "round {round}");
    }
}

#[test]
fn old_ones_make_room() {
    let scratch = repository();
    for number in 0..20 {
        scratch.shell(&format!("git commit --quiet --allow-empty --message 'Nothing {number}'"));
        scratch.dictum(QUESTIONS[0]);
    }
    assert_eq!(kept(&scratch).len(), 16);
}

#[test]
fn a_clone_that_was_cut_afterwards_still_knows() {
    let scratch = repository();
    let before = answers(&scratch, false);
    scratch.shell("git rev-parse HEAD~1 > .git/shallow");
    assert_eq!(answers(&scratch, false), before);
    assert_eq!(scratch.dictum(&["get", "term/t1#definition", "--no-cache"]).code, 3);
    scratch.shell("rm .git/shallow && mkdir -p .git/info && git rev-parse HEAD > .git/info/grafts");
    // What `git log` shows is no more what the commits say: that is told.
    let grafted = scratch.dictum(&["get", "term/t1#definition", "-f", "json"]);
    assert!(grafted.stdout.contains("\"history\": \"grafted\""), "{}", grafted.stdout);
}
