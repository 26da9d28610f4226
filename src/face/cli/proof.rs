//! Checking a proof: its objects are hashed as git hashes them, the knowledge in them is compiled anew, the question is
//! asked anew, and fact and sayers are followed to their roots.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value as Json;

use super::knowledge::extractor;
use super::output::Failure;
use super::prove::json_text;
use super::questions::read_date;
use crate::claim::{ClaimHash, Slot};
use crate::compile::{Compiled, compile_within};
use crate::diagnostic::Findings;
use crate::face::text::shown;
use crate::face::wire::{self, Check, Included, Proof, Said, Sayer};
use crate::history::exhibit::{Exhibits, Store, Unshown, commit_in, file_in, show};
use crate::history::{self, Commit, CommitId, Completeness, Extractor, Provenance, Saying};
use crate::query::{self, Address, Context, Question};
use crate::snapshot::{Hash, InclusionProof, Snapshot};
use crate::source::{CONFIG, Limits, Text, Texts};

mod signed;

pub(super) use signed::{Signed, exit as signed_exit, on_the_wire, signed, tell as tell_signed};

/// From what a proof is worked out.
pub(super) struct Basis<'b> {
    /// The git objects.
    pub store: &'b dyn Store,
    /// How large things may be.
    pub limits: &'b Limits,
}

/// Longer proofs are refused unread.
const MOST_BYTES: u64 = 64 << 20;

/// The text of the proof at `file`; `None` where it is not one but, presumably, a snapshot.
pub(super) fn read(file: &Path) -> Result<Option<String>, Failure> {
    let unreadable = |_| {
        Failure::new(format!("`{}` can't be read", shown(&file.display().to_string())))
            .help("write the path of a proof (`dictum prove`) or of a snapshot (`dictum build`)")
    };
    let mut opened = File::open(file).map_err(unreadable)?;
    let mut first = [0];
    if opened.read(&mut first).map_err(unreadable)? == 0 || first != *b"{" {
        return Ok(None);
    }
    let mut bytes = first.to_vec();
    opened.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::new(format!("this file has more than {MOST_BYTES} bytes; it is not read"))
            .help("a proof of one fact is far smaller"));
    }
    // What is not UTF-8 is no proof, and is told so.
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The claim's hash that hex digits spell.
pub(super) fn claim_hash(hex: &str) -> Option<ClaimHash> {
    let bytes = blake3::Hash::from_hex(hex).ok()?;
    Some(ClaimHash(*bytes.as_bytes()))
}

/// Why something is not shown, for people.
pub(super) fn why(unshown: &Unshown) -> String {
    match unshown {
        Unshown::Missing(name) => format!("the object {name} is not here"),
        Unshown::NoFile(path) => format!("the commit has no file `{path}`"),
        Unshown::NotSaid => "no file of the commit says it as the knowledge reads it today".to_owned(),
        Unshown::SaidBefore { parent, path } => {
            format!("`{path}` said it in the parent {} already", parent.short())
        }
        Unshown::Carried { parent, path } => {
            format!(
                "`{path}` can't be read in the parent {}, what it said is carried from before",
                parent.short()
            )
        }
    }
}

/// Checks the text of a proof, all that can be checked of it; with the proof, where it is one.
pub(super) fn check(text: &str, limits: &Limits) -> (Vec<Check>, Option<Proof>) {
    let mut checks = Vec::new();
    let read = serde_json::from_str(text).ok().filter(|proof: &Proof| proof.schema == "dictum.proof/1");
    let Some(proof) = read.filter(|proof| json_text(proof) == text) else {
        let detail = "this is no proof, or it was changed".to_owned();
        return (vec![Check { name: "form", ok: false, detail }], None);
    };
    // Stops at the first that fails: the later ones stand on it.
    if let Err((name, detail)) = follow(&proof, limits, &mut checks) {
        checks.push(Check { name, ok: false, detail });
    }
    (checks, Some(proof))
}

type Failed = (&'static str, String);

fn follow(proof: &Proof, limits: &Limits, checks: &mut Vec<Check>) -> Result<(), Failed> {
    let mut passed = |name: &'static str, detail: String| checks.push(Check { name, ok: true, detail });
    let objects =
        wire::objects(&proof.objects).map_err(|name| ("objects", format!("{name} can't be read")))?;
    if wire::exhibits(&objects) != proof.objects {
        return Err(("objects", "they are not written as proofs write them".to_owned()));
    }
    let exhibits =
        Exhibits::new(objects).map_err(|name| ("objects", format!("{name} is not what its name says")))?;
    passed("objects", format!("{} git objects are what their names say", proof.objects.len()));
    let basis = Basis { store: &exhibits, limits };
    let own = rebuild(proof, &basis).map_err(|why| ("answer", why))?;
    let answer = asked(proof, &own).map_err(|why| ("answer", why))?;
    // As texts, for the order of keys counts too.
    let [anew, given] = [&answer, &proof.answer].map(Json::to_string);
    if anew != given {
        return Err(("answer", "asking its files anew gives another answer".to_owned()));
    }
    passed(
        "answer",
        format!("{} files of commit {} give this answer", proof.files.len(), short(&proof.commit)),
    );
    let slot = slot(proof).map_err(|why| ("content", why))?;
    let view = own.snapshot.slot(&slot).ok().flatten().ok_or(("content", "nothing says it".to_owned()))?;
    let leaf = view.leaf().map_err(|error| ("content", error.to_string()))?;
    let Included { root, index, size, .. } = &proof.content;
    if !leads(&proof.content, leaf) {
        return Err(("content", "the fact does not lead to the content root".to_owned()));
    }
    passed("content", format!("fact {} of {size} under {root}", index + 1));
    sayers(proof, &own, &slot)?;
    passed("provenance", format!("{} claims under {}", proof.claims.len(), proof.provenance_root));
    let count = count_shown(proof, &own, &basis)?;
    passed(
        "commits",
        format!("{count} of {} claims stand in their commit and not before it", proof.claims.len()),
    );
    match exhibits.unasked().next() {
        Some(name) => Err(("objects", format!("{name} has no part in it"))),
        None => Ok(()),
    }
}

fn short(commit: &str) -> String {
    CommitId::parse(commit).map_or_else(|| "?".to_owned(), |id| id.short().to_owned())
}

/// A small knowledge made of the files of a proof.
struct Own {
    compiled: Compiled,
    snapshot: Snapshot,
}

fn slot(proof: &Proof) -> Result<Slot, String> {
    Slot::parse(&proof.address).ok_or_else(|| "its address is none".to_owned())
}

fn rebuild(proof: &Proof, basis: &Basis<'_>) -> Result<Own, String> {
    let head = CommitId::parse(&proof.commit).ok_or("its commit has no name")?;
    let root = proof.knowledge.as_str();
    let config = if root.is_empty() { CONFIG.to_owned() } else { format!("{root}/{CONFIG}") };
    if !proof.files.contains(&config) {
        return Err(format!("it has no `{config}`"));
    }
    let mut texts = Vec::new();
    for path in &proof.files {
        let bytes = file_in(basis.store, &head, path).map_err(|unshown| why(&unshown))?;
        texts.push(Text { path: path.as_str().into(), bytes: bytes.to_vec().into() });
    }
    let compiled = compile_within(Texts::new(texts), Findings::new(), basis.limits);
    let provenance = provenance(proof, head, basis)?;
    let bytes = super::knowledge::bytes(&compiled, Some(&provenance)).map_err(|failure| failure.message)?;
    let snapshot = Snapshot::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok(Own { compiled, snapshot })
}

/// The answer, worked out anew from the files of the proof.
pub(super) fn answer(proof: &Proof, basis: &Basis<'_>) -> Result<Json, String> {
    asked(proof, &rebuild(proof, basis)?)
}

fn asked(proof: &Proof, own: &Own) -> Result<Json, String> {
    let declarations = own.snapshot.declarations().map_err(|error| error.to_string())?;
    let pairs = proof.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let question = Question {
        address: Address::parse(&proof.address).map_err(|message| message.to_string())?,
        context: Context::read(pairs, declarations).map_err(|bad| bad.message)?,
        on: read_date(&proof.on)?,
    };
    let answers = query::get(&own.snapshot, &question).map_err(|_| "it can't be asked".to_owned())?;
    let one = answers.first().ok_or("nothing answers")?;
    let mut json = serde_json::to_value(wire::answer(one, true)).map_err(|error| error.to_string())?;
    if let Some(root) = json.get_mut("snapshot") {
        *root = Json::String(proof.content.root.clone());
    }
    Ok(json)
}

/// Who said the claims, as the proof says.
fn provenance(proof: &Proof, head: CommitId, basis: &Basis<'_>) -> Result<Provenance, String> {
    let words = ["complete", "shallow", "partial", "grafted", "replaced"];
    let all = [
        Completeness::Complete,
        Completeness::Shallow,
        Completeness::Partial,
        Completeness::Grafted,
        Completeness::Replaced,
    ];
    let known = words.iter().zip(all).find(|(word, _)| **word == proof.history);
    let completeness =
        known.map(|(_, completeness)| completeness).ok_or("its history is of no known kind")?;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for said in &proof.claims {
        names
            .extend([&said.said_by, &said.landed_by, &said.first_said_by].map(|sayer| sayer.commit.as_str()));
        names.extend(said.also_said_by.iter().map(String::as_str));
    }
    let commit = |name: &&str| -> Result<Commit, String> {
        let id = CommitId::parse(name).ok_or("a commit has no name")?;
        commit_in(basis.store, &id).map_err(|unshown| why(&unshown))
    };
    let commits = names.iter().map(commit).collect::<Result<Vec<Commit>, String>>()?;
    let index: BTreeMap<&str, u32> = names.iter().copied().zip(0..).collect();
    let sayer = |sayer: &Sayer| match sayer.confirmed {
        true => history::Sayer::Known(index[sayer.commit.as_str()]),
        false => history::Sayer::AtOrBefore(index[sayer.commit.as_str()]),
    };
    let mut sayings = BTreeMap::new();
    for said in &proof.claims {
        let saying = Saying {
            said_by: sayer(&said.said_by),
            also_said_by: said.also_said_by.iter().map(|name| index[name.as_str()]).collect(),
            landed_by: sayer(&said.landed_by),
            first_said_by: sayer(&said.first_said_by),
            carried: said.carried,
        };
        sayings.insert(claim_hash(&said.claim).ok_or("a claim has no hash")?, saying);
    }
    Ok(Provenance { head, completeness, commits, sayings, events: Vec::new() })
}

/// Whether `leaf` leads to the root that is stated.
fn leads(included: &Included, leaf: Hash) -> bool {
    let hashes: Option<Vec<Hash>> = included.path.iter().map(|hash| Hash::parse(hash)).collect();
    let (Some(path), Some(root)) = (hashes, Hash::parse(&included.root)) else { return false };
    InclusionProof { leaf, index: included.index, size: included.size, path }.verify(root)
}

fn sayers(proof: &Proof, own: &Own, slot: &Slot) -> Result<(), Failed> {
    let failed = |why: &str| ("provenance", why.to_owned());
    let view = own.snapshot.slot(slot).ok().flatten().ok_or_else(|| failed("nothing says it"))?;
    let claims = view.claims().map_err(|error| ("provenance", error.to_string()))?;
    let told = own.snapshot.provenance().ok_or_else(|| failed("there is no history"))?;
    let named: Vec<&str> = proof.claims.iter().map(|said| said.claim.as_str()).collect();
    let hashes: Vec<String> = claims.iter().map(|claim| claim.claim.hash.to_hex()).collect();
    if named != hashes {
        return Err(failed("the claims that are named are not those of the fact"));
    }
    for (said, claim) in proof.claims.iter().zip(&claims) {
        let leaf = told.prove(claim.index).ok().flatten().ok_or_else(|| failed("a claim has no place"))?.leaf;
        if said.included.root != proof.provenance_root || !leads(&said.included, leaf) {
            let digits = &said.claim[..6];
            return Err(("provenance", format!("who said ~{digits} does not lead to the provenance root")));
        }
    }
    Ok(())
}

/// Why the objects don't show that the claim stands in its commit and not before it; `None` where they do.
pub(super) fn not_shown(
    said: &Said,
    root: &str,
    store: &dyn Store,
    extractor: &dyn Extractor,
) -> Option<String> {
    if !said.said_by.confirmed {
        return Some("which commit said it is not known".to_owned());
    }
    let found = match (CommitId::parse(&said.said_by.commit), claim_hash(&said.claim), &said.file) {
        (Some(commit), Some(atom), Some(path)) => show(store, root, &commit, path, atom, extractor),
        _ => Err(Unshown::NotSaid),
    };
    found.err().map(|unshown| why(&unshown))
}

/// How many claims are shown to stand in their commit and not before it.
fn count_shown(proof: &Proof, own: &Own, basis: &Basis<'_>) -> Result<usize, Failed> {
    let extractor = extractor(&proof.knowledge, &own.compiled, basis.limits);
    for said in &proof.claims {
        let found = not_shown(said, &proof.knowledge, basis.store, &extractor);
        if found != said.not_shown {
            let why = found.unwrap_or_else(|| "it is shown, and the proof says it is not".to_owned());
            return Err(("commits", format!("~{}: {why}", said.claim.get(..6).unwrap_or_default())));
        }
    }
    Ok(proof.claims.iter().filter(|said| said.not_shown.is_none()).count())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, ExitCode};

    use super::*;

    fn git(folder: &Path, arguments: &[&str]) {
        let who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"];
        let ran =
            Command::new("git").current_dir(folder).args(who).args(arguments).output().expect("git runs");
        assert!(ran.status.success(), "{ran:?}");
    }

    fn proof() -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        git(path, &["init", "--quiet", "--initial-branch", "main"]);
        let say = |file: &str, text: &str| {
            std::fs::create_dir_all(path.join("knowledge")).expect("a folder");
            std::fs::write(path.join("knowledge").join(file), text).expect("a file");
            git(path, &["add", "--all"]);
            git(path, &["commit", "--quiet", "--message", "Say it"]);
        };
        say("dictum.toml", "[knowledge]\nname = \"proof\"\nlanguage = 1\n");
        say("a.toml", "[term.acv]\nlabel = \"ACV\"\ndefinition = \"The yearly value.\"\n");
        say("b.toml", "[term.arr]\nlabel = \"ARR\"\n");
        let (folder, file) = (path.display().to_string(), path.join("proof.json").display().to_string());
        let words = [
            "dictum",
            "-C",
            &folder,
            "-q",
            "prove",
            "term/acv#definition",
            "--on",
            "2026-01-01",
            "-o",
            &file,
        ];
        let code = super::super::run(words.iter().map(std::ffi::OsString::from));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
        std::fs::read_to_string(file).expect("was written")
    }

    fn holds(bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        check(text, &Limits::default()).0.iter().all(|check| check.ok)
    }

    #[test]
    fn every_changed_byte_makes_it_fail() {
        let mut bytes = proof().into_bytes();
        assert!(holds(&bytes));
        for at in 0..bytes.len() {
            let was = bytes[at];
            for bit in [0x01, 0x20] {
                bytes[at] = was ^ bit;
                assert!(
                    !holds(&bytes),
                    "byte {at}: {}",
                    String::from_utf8_lossy(&bytes[at.saturating_sub(40)..at + 1])
                );
            }
            bytes[at] = was;
        }
        bytes.push(b'\n');
        assert!(!holds(&bytes));
    }
}
