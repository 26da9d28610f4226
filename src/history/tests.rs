//! The walk against the slow reading, on histories that git itself made.
#![expect(clippy::disallowed_methods, reason = "makes repositories with the real git, and breaks them")]

mod chance;
mod damage;
mod index;
mod pieces;
mod renamed;
mod sight;
mod slot;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use chance::{Chance, history};

use super::oracle::{Answer, Made, Oracle, Says};
use super::{
    Completeness, Extractor, Fragment, Fragments, Options, Placed, Provenance, Sayer, Shares, Stretches,
    trace,
};
use crate::claim::{ClaimHash, Facets};
use crate::source::{ObjectId, Repository, open};

/// A language as small as can be that has what makes splitting hard: `[key]` on a line begins a group, `"""` on a
/// line opens and closes a quotation in which nothing does, an atom is a line below its key, and neither a line with
/// `!` nor an open quotation parses. Some files say their path with every atom.
struct Lines;

/// As through a lens: what a file says that is elsewhere now is something else.
fn by_path(path: &str) -> bool {
    path == "k/z.toml"
}

fn said_at(path: &str, text: &str) -> Says {
    let said = said(text)?;
    let placed = |line: String| if by_path(path) { format!("{path} {line}") } else { line };
    Some(said.into_iter().map(placed).collect())
}

fn atom(line: &str) -> ClaimHash {
    ClaimHash(*blake3::hash(line.as_bytes()).as_bytes())
}

/// A key is a slot, and two atoms of it may say one word.
fn facets(line: &str) -> Facets {
    let half = |text: &str| {
        let mut half = [0; 16];
        half.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
        half
    };
    Facets { slot: half(slot_of(line)), word: half(&word_of(line)) }
}

fn slot_of(line: &str) -> &str {
    line.rsplit_once("] ").map_or("", |(key, _)| key)
}

fn word_of(line: &str) -> String {
    line.replace("atom 1", "atom 0")
}

/// Each line of a text with the key it stands below and whether it is that key's own line.
fn keyed(text: &str) -> impl Iterator<Item = (&str, &str, bool)> {
    let (mut key, mut quoted) = ("", false);
    text.split_inclusive('\n').map(move |line| {
        let is_key = !quoted && line.starts_with('[') && line.ends_with("]\n");
        if is_key {
            key = line.trim_end();
        }
        quoted ^= line == "\"\"\"\n";
        (key, line, is_key)
    })
}

fn said(text: &str) -> Says {
    let parses =
        !text.contains('!') && text.lines().filter(|line| *line == "\"\"\"").count().is_multiple_of(2);
    let atoms = keyed(text).filter(|(_, line, is_key)| !is_key && *line != "\n" && *line != "\"\"\"\n");
    parses.then(|| atoms.map(|(key, line, _)| format!("{key} {line}")).collect())
}

fn groups(text: &[u8]) -> Option<Vec<Stretches<'_>>> {
    let mut at = 0;
    let mut groups: Vec<Stretches<'_>> = Vec::new();
    for (key, line, is_key) in keyed(std::str::from_utf8(text).ok()?) {
        let end = at + line.len();
        let known = groups.iter().position(|group| group.key == key.as_bytes());
        match known.map(|known| &mut groups[known].ranges) {
            _ if key.is_empty() => return None,
            None => {
                let stretch = at..end;
                groups.push(Stretches { key: key.as_bytes(), ranges: vec![stretch] });
            }
            Some(ranges) if is_key => ranges.push(at..end),
            Some(ranges) => ranges.last_mut()?.end = end,
        }
        at = end;
    }
    Some(groups)
}

impl Extractor for Lines {
    fn key(&self) -> [u8; 32] {
        [1; 32]
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".toml")
    }

    fn fits(&self, _size: usize) -> bool {
        true
    }

    fn by_path(&self, path: &str) -> bool {
        by_path(path)
    }

    fn atoms_at(&self, path: &str, text: &[u8]) -> Option<Vec<Placed>> {
        if !by_path(path) {
            return self.atoms(text);
        }
        let said = said_at(path, std::str::from_utf8(text).ok()?)?;
        Some(said.iter().map(|line| Placed { atom: atom(line), facets: facets(line), at: 0 }).collect())
    }

    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>> {
        groups(text)
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<Placed>> {
        let text = std::str::from_utf8(text).ok()?;
        let said = said(text)?;
        let mut at = 0;
        let placed = keyed(text).map(|(key, line, _)| {
            at += line.len();
            (format!("{key} {line}"), at - line.len())
        });
        Some(
            placed
                .filter(|(line, _)| said.contains(line))
                .map(|(line, at)| Placed { atom: atom(&line), facets: facets(&line), at })
                .collect(),
        )
    }

    fn fragments<'t>(&self, group: &'t [u8]) -> Option<Fragments<'t>> {
        let text = std::str::from_utf8(group).ok()?;
        if !text.starts_with('[') || text.contains('"') {
            return None;
        }
        let (key, _) = text.split_once('\n')?;
        let mut at = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            at += line.len();
            (at - line.len(), line.trim_end_matches(['\r', '\n']))
        });
        let rest = lines.skip(1).filter(|(_, line)| !line.is_empty() && !line.starts_with('['));
        let fragment = |(start, line): (usize, &'t str)| Fragment {
            text: line.as_bytes(),
            start,
            context: key.len(),
            name: "",
            shares: Shares::Name,
        };
        let rest = rest.map(fragment).collect();
        Some(Fragments { context: key.as_bytes().to_vec(), rest })
    }
}

/// Runs git in `folder`, deaf to this machine's configuration.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(["-c", "protocol.file.allow=always", "-c", "advice.graftFileDeprecated=false"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.com")
        .env("GIT_COMMITTER_NAME", "A")
        .env("GIT_COMMITTER_EMAIL", "a@example.com")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git is installed");
    child.stdin.take().expect("piped").write_all(input).expect("git reads its input");
    let output = child.wait_with_output().expect("git ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {told}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// How git names objects and keeps refs, as `git init` is told: what libgit2 reads, and what it can't.
const COMMON: &[&str] = &[];
const SHA_256: &[&str] = &["--object-format=sha256"];
const NEWEST: &[&str] = &["--object-format=sha256", "--ref-format=reftable"];

/// Whether the git that is here makes such repositories. Says so where it doesn't.
fn can_make(format: &[&str]) -> bool {
    let folder = TempDir::new().expect("a temporary folder");
    let mut init = Command::new("git");
    let made = init.args(["init", "--quiet"]).args(format).current_dir(folder.path()).output();
    let can = made.is_ok_and(|made| made.status.success());
    if !can {
        println!("skipped: this git has no `git init {}`", format.join(" "));
    }
    can
}

/// Many histories in one repository, made by one `git fast-import`. Each commit's object id, by history and place.
fn import(folder: &Path, format: &[&str], histories: &[Vec<Made>]) -> Vec<Vec<ObjectId>> {
    let mut stream = Vec::new();
    let mut mark = 0;
    for (number, history) in histories.iter().enumerate() {
        let base = mark;
        for (place, commit) in history.iter().enumerate() {
            mark += 1;
            // Times fall and jump: they must not matter.
            let time = (mark as u64).wrapping_mul(0x9e37_79b9) % 2_000_000_000;
            let message = format!("commit {place} of {number}");
            let mut text = format!("commit refs/heads/h{number}-{place}\nmark :{mark}\n");
            let _ =
                write!(text, "committer A <a@example.com> {time} +0000\ndata {}\n{message}\n", message.len());
            for (position, parent) in commit.parents.iter().enumerate() {
                let word = if position == 0 { "from" } else { "merge" };
                let _ = writeln!(text, "{word} :{}", base + parent + 1);
            }
            let _ = writeln!(text, "deleteall\nM 100644 inline k/notes.txt\ndata 4\n{:04}", place);
            let _ = writeln!(text, "M 100644 inline outside.toml\ndata 4\n{:04}", place);
            for (path, content) in &commit.files {
                let _ = writeln!(text, "M 100644 inline {path}\ndata {}\n{content}", content.len());
            }
            stream.extend_from_slice(text.as_bytes());
        }
    }
    git(folder, &[&["init", "--quiet", "--bare"], format, &["."]].concat(), b"");
    git(folder, &["fast-import", "--quiet", "--export-marks=marks"], &stream);
    let marks = std::fs::read_to_string(folder.join("marks")).expect("fast-import wrote its marks");
    let by_mark: BTreeMap<usize, ObjectId> = marks
        .lines()
        .filter_map(|line| line.strip_prefix(':')?.split_once(' '))
        .map(|(mark, hex)| (mark.parse().expect("a number"), ObjectId::from_hex(hex).expect("an object id")))
        .collect();
    let mut oids = by_mark.into_values();
    histories.iter().map(|history| oids.by_ref().take(history.len()).collect()).collect()
}

/// What the walk says, in the words of the slow reading. `None` for a sayer that isn't known.
struct Told<'a> {
    provenance: &'a Provenance,
    oids: &'a [ObjectId],
}

impl Told<'_> {
    fn place(&self, index: u32) -> usize {
        let id = self.provenance.commits[index as usize].id.hex();
        self.oids.iter().position(|oid| oid.to_string() == id).expect("a commit of this history")
    }

    fn known(&self, sayer: Sayer) -> Option<usize> {
        match sayer {
            Sayer::Known(index) => Some(self.place(index)),
            Sayer::AtOrBefore(_) => None,
        }
    }
}

/// Places of the commits behind the last one, in git's own topological order, parents first.
fn order(repository: &Repository, oids: &[ObjectId]) -> Vec<usize> {
    let head = oids[oids.len() - 1].to_string();
    let arguments = ["rev-list", "--topo-order", "--reverse", &head];
    let listed = git(repository.path(), &arguments, b"");
    let place =
        |hex: &str| oids.iter().position(|oid| oid.to_string() == hex).expect("a commit of this history");
    listed.lines().map(place).collect()
}

fn agree(repository: &Repository, made: &[Made], oids: &[ObjectId], name: &str) {
    let order = order(repository, oids);
    let oracle = Oracle::of(made, &order, said_at);
    let head = made.len() - 1;
    let provenance =
        trace(repository, oids[head], "k", &Lines, Options { events: true }).expect("a whole history");
    assert_eq!(provenance.completeness, Completeness::Complete);
    let told = Told { provenance: &provenance, oids };
    let atoms = oracle.atoms(head);
    let hashes: BTreeSet<ClaimHash> = atoms.iter().map(|line| atom(line)).collect();
    assert_eq!(provenance.sayings.keys().copied().collect::<BTreeSet<_>>(), hashes, "{name}: atoms");
    for line in &atoms {
        let saying = &provenance.sayings[&atom(line)];
        let fast = Answer {
            said_by: told.known(saying.said_by).expect("known"),
            also_said_by: saying.also_said_by.iter().map(|index| told.place(*index)).collect(),
            landed_by: told.known(saying.landed_by).expect("known"),
            first_said_by: told.known(saying.first_said_by).expect("known"),
            carried: saying.carried,
        };
        assert_eq!(fast, oracle.answer(head, line), "{name}: `{line}` in {made:#?}");
    }
    let mut slow: Vec<_> =
        oracle.events().into_iter().map(|(at, line, said)| (at, !said, atom(&line))).collect();
    // The slow reading gives them commit by commit too; within one only the set matters.
    let order: Vec<usize> = slow.iter().map(|(at, ..)| *at).collect();
    let fast: Vec<_> =
        provenance.events.iter().map(|event| (told.place(event.commit), !event.said, event.atom)).collect();
    assert_eq!(fast.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), order, "{name}: order of events");
    let mut fast = fast;
    fast.sort_unstable();
    slow.sort_unstable();
    assert_eq!(fast, slow, "{name}: events");
}

/// How many random histories: more than enough to meet every kind of merge in seconds.
const HISTORIES: usize = 300;

#[test]
fn the_walk_agrees_with_the_slow_reading() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(7);
    let histories: Vec<_> = (0..HISTORIES).map(|_| history(&mut chance, 24)).collect();
    let oids = import(folder.path(), COMMON, &histories);
    let repository = open(folder.path()).expect("a repository");
    for (number, (made, oids)) in histories.iter().zip(&oids).enumerate() {
        agree(&repository, made, oids, &format!("history {number}"));
    }
}

/// What libgit2 can't open is read by git's own program, and told alike.
#[test]
fn the_walk_agrees_with_the_slow_reading_in_other_formats() {
    for format in [SHA_256, NEWEST].into_iter().filter(|format| can_make(format)) {
        let folder = TempDir::new().expect("a temporary folder");
        let mut chance = Chance(17);
        let histories: Vec<_> = (0..HISTORIES / 6).map(|_| history(&mut chance, 24)).collect();
        let oids = import(folder.path(), format, &histories);
        let repository = open(folder.path()).expect("a repository");
        assert!(repository.read_by_program().is_some());
        for (number, (made, oids)) in histories.iter().zip(&oids).enumerate() {
            agree(&repository, made, oids, &format!("{format:?}, history {number}"));
        }
    }
}

/// How many atoms: enough that a state is a tree several nodes wide, which is told from another by skipping what they
/// share.
const MANY: usize = 100;

/// One atom after another is taken away and said again on a line of its own, which is then merged.
#[test]
fn sayers_on_other_lines_are_found_among_many_atoms() {
    let text = |without: Option<usize>| {
        let lines = (0..MANY).filter(|line| Some(*line) != without).map(|line| format!("atom {line}\n"));
        BTreeMap::from([("k/a.toml".to_owned(), format!("[key 0]\n{}", lines.collect::<String>()))])
    };
    let mut made = vec![Made { parents: Vec::new(), files: text(None) }];
    for line in 0..MANY {
        let before = made.len() - 1;
        made.push(Made { parents: vec![before], files: text(Some(line)) });
        made.push(Made { parents: vec![before + 1], files: text(None) });
        made.push(Made { parents: vec![before, before + 2], files: text(None) });
    }
    let folder = TempDir::new().expect("a temporary folder");
    let oids = import(folder.path(), COMMON, std::slice::from_ref(&made));
    let repository = open(folder.path()).expect("a repository");
    agree(&repository, &made, &oids[0], "many atoms");
}
