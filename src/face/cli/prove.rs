//! `dictum prove ADDRESS -o FILE`: one answer with all that checking it takes, for someone without the repository.
//!
//! A proof is made by checking it: the objects that the check asks the repository for are the proof.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;

use super::global::Format;
use super::knowledge::{self, bytes, locate};
use super::output::{Exit, Failure, Output, json_document};
use super::progress::Progress;
use super::proof::{self, Basis};
use super::questions::{self, Asking, address, read_date, read_pair};
use crate::claim::Slot;
use crate::compile::{Compiled, may_declare};
use crate::diagnostic::Findings;
use crate::face::text::shown;
use crate::face::wire::{self, Included, Proof, Said, Sayer};
use crate::history::exhibit::{Recorder, path_in};
use crate::history::{self, CommitId, Provenance};
use crate::parse::parse;
use crate::query;
use crate::snapshot::{InclusionProof, Snapshot, write_atomic};
use crate::source::{FileId, Text, is_config};

/// Write an answer with everything that checking it takes: `dictum verify FILE` does so with no repository.
#[derive(Args, Debug)]
#[command(
    after_help = "The file holds the question, the answer and its explanation, the git commits, folders and files \
                        that say it, and where the fact stands among all facts. Give it away with the roots printed here."
)]
pub(super) struct Arguments {
    /// `KIND/ID#ATTRIBUTE`
    address: String,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "proof.json")]
    output: PathBuf,
    /// What is known of the case: `region=uk`; may be repeated. What is left out is unknown, not "anything"
    #[arg(short = 'w', long = "where", value_name = "DIM=VALUE", value_parser = read_pair)]
    context: Vec<(String, String)>,
    /// The day on which it is to hold (today where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<jiff::civil::Date>,
    /// Prove what was known then: a commit, tag or branch, or a day (the main line at its end, UTC)
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
}

/// Proves.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let basis = questions::Basis { at: arguments.at.clone(), snapshot: None };
    let asking = Asking { context: arguments.context.clone(), on: arguments.on, basis };
    let address = address(&arguments.address)?;
    let slot = address.slot().cloned().ok_or_else(|| {
        Failure::new(format!(
            "`{}` is a whole subject, and a proof is of one fact",
            shown(&arguments.address)
        ))
        .help(format!(
            "write `{}#ATTRIBUTE`; `dictum get {}` lists them",
            arguments.address, arguments.address
        ))
    })?;
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let at = knowledge::compile_for_answers(&place, arguments.at.as_deref(), out)?;
    if at.compiled.findings.has_errors() {
        drop(progress);
        super::check::tell_errors(&at.compiled, out);
        out.note("nothing is proven from knowledge with errors");
        return Ok(Exit::Findings);
    }
    let (Ok(repository), Some(commit)) = (&place.repository, at.commit) else {
        return Err(Failure::new("a proof names commits, and this knowledge is not committed")
            .help("commit it with `git commit`, and ask again"));
    };
    let compiled = at.compiled;
    progress.step("tracing who said it");
    let provenance = knowledge::provenance(repository, &place, &compiled, commit, false)?;
    let snapshot = Snapshot::from_bytes(bytes(&compiled, Some(&provenance))?)?;
    let question = asking.question(address, snapshot.declarations()?)?;
    if snapshot.slot(&slot)?.is_none() {
        return Err(Failure::new(format!("nothing is said of `{slot}`"))
            .help(format!("`dictum get {slot}` shows what is near")));
    }
    progress.step("gathering what shows it");
    let recorder = Recorder::new(repository);
    let scratch = Recorder::new(repository);
    let (Some(recorder), Some(scratch)) = (recorder, scratch) else {
        return Err(
            Failure::new("the objects of the repository can't be read").help("look at it with `git fsck`")
        );
    };
    let extractor = knowledge::extractor(&place.root.knowledge, &compiled, &place.limits);
    let root = &place.root.knowledge;
    let mut claims = said(&snapshot, &slot, &provenance)?;
    for claim in &mut claims {
        let (sayer, atom) = (CommitId::parse(&claim.said_by.commit), proof::claim_hash(&claim.claim));
        if let (Some(sayer), Some(atom), true) = (sayer, atom, claim.said_by.confirmed) {
            claim.file = path_in(&scratch, root, &sayer, atom, &extractor);
        }
        claim.not_shown = proof::not_shown(claim, root, &recorder, &extractor);
    }
    let head = CommitId::from(commit);
    let mut made = Proof {
        schema: "dictum.proof/1".to_owned(),
        address: slot.to_string(),
        on: question.on.to_string(),
        context: arguments.context.iter().cloned().collect(),
        answer: serde_json::Value::Null,
        commit: head.to_string(),
        knowledge: root.clone(),
        content: included(snapshot.prove(&slot)?, &snapshot.content_root().to_string())?,
        history: provenance.completeness.as_str().to_owned(),
        provenance_root: snapshot.provenance_root().map(|root| root.to_string()).unwrap_or_default(),
        claims,
        files: files(&compiled, &slot),
        objects: BTreeMap::new(),
    };
    let basis = Basis { store: &recorder, limits: &place.limits };
    made.answer = proof::answer(&made, &basis).map_err(fault)?;
    let whole = query::get(&snapshot, &question)?;
    let whole = whole.first().map(|answer| serde_json::to_value(wire::answer(answer, true)));
    if whole.and_then(Result::ok).as_ref() != Some(&made.answer) {
        return Err(fault("the answer does not follow from what is said of its subject alone"));
    }
    made.objects = wire::exhibits(&recorder.taken());
    // What is given away was checked as its reader will check it.
    let (checks, _) = proof::check(&json_text(&made), &place.limits);
    if let Some(failed) = checks.iter().find(|check| !check.ok) {
        return Err(fault(format!("its own check fails: {}: {}", failed.name, failed.detail)));
    }
    let file = out.at(&arguments.output);
    write_atomic(&file, json_text(&made).as_bytes())?;
    drop(progress);
    tell(&made, arguments, format, out);
    Ok(if made.history == "complete" { Exit::Clean } else { Exit::Unconfirmed })
}

/// The text of a proof, to the byte.
pub(super) fn json_text(proof: &Proof) -> String {
    json_document(proof) + "\n"
}

fn fault(why: impl Into<String>) -> Failure {
    Failure::new(format!("this can't be proven: {}", why.into()))
        .help("report this, with the address: it is a fault of dictum")
}

fn tell(made: &Proof, arguments: &Arguments, format: Format, out: &mut Output<'_>) {
    if matches!(format, Format::Json | Format::Jsonl) {
        let told = serde_json::json!({
            "schema": "dictum.prove/1",
            "file": arguments.output.display().to_string(),
            "address": made.address,
            "content_root": made.content.root,
            "provenance_root": made.provenance_root,
            "commit": made.commit,
        });
        return out.line(&told.to_string());
    }
    let file = shown(&arguments.output.display().to_string());
    let objects = made.objects.len();
    out.line(&format!(
        "wrote {file}: `{}` with {} claims and {objects} git objects",
        made.address,
        made.claims.len()
    ));
    for claim in made.claims.iter().filter(|claim| claim.not_shown.is_some()) {
        let why = claim.not_shown.as_deref().unwrap_or_default();
        out.line(&format!("not shown for the claim ~{}: {}", &claim.claim[..6], shown(why)));
    }
    out.line(&format!("content root     {}", made.content.root));
    out.line(&format!("provenance root  {}", made.provenance_root));
    out.line(&format!("commit           {}", made.commit));
    out.line(&format!("check it anywhere with `dictum verify {file}`"));
}

/// Who said each claim of the slot, without what shows it.
fn said(snapshot: &Snapshot, slot: &Slot, provenance: &Provenance) -> Result<Vec<Said>, Failure> {
    let view = snapshot.slot(slot)?.ok_or_else(|| fault("the fact is gone"))?;
    let told = snapshot.provenance().ok_or_else(|| fault("there is no history"))?;
    let root = snapshot.provenance_root().map(|root| root.to_string()).unwrap_or_default();
    let mut all = Vec::new();
    for claim in view.claims()? {
        let hash = claim.claim.hash;
        let saying = provenance.sayings.get(&hash).ok_or_else(|| fault("a claim was said by no one"))?;
        let name = |index: u32| provenance.commits[index as usize].id.to_string();
        let sayer = |sayer: history::Sayer| match sayer {
            history::Sayer::Known(index) => Sayer { commit: name(index), confirmed: true },
            history::Sayer::AtOrBefore(index) => Sayer { commit: name(index), confirmed: false },
        };
        all.push(Said {
            claim: hash.to_hex(),
            said_by: sayer(saying.said_by),
            also_said_by: saying.also_said_by.iter().map(|index| name(*index)).collect(),
            landed_by: sayer(saying.landed_by),
            first_said_by: sayer(saying.first_said_by),
            carried: saying.carried,
            included: included(told.prove(claim.index)?, &root)?,
            file: None,
            not_shown: None,
        });
    }
    Ok(all)
}

fn included(proof: Option<InclusionProof>, root: &str) -> Result<Included, Failure> {
    let proof = proof.ok_or_else(|| fault("it has no place in its tree"))?;
    let path = proof.path.iter().map(ToString::to_string).collect();
    Ok(Included { root: root.to_owned(), index: proof.index, size: proof.size, path })
}

/// The files that declare something, and those that speak of the slot's subject.
fn files(compiled: &Compiled, slot: &Slot) -> Vec<String> {
    let lenses = &compiled.catalog.lenses;
    // What is read through a lens declares nothing, whatever it looks like.
    let is_shown = |file: FileId, text: &Text| {
        lenses.takes(&text.path) && lenses.show(&parse(file, text, &mut Findings::new()), &text.path)
    };
    let mut files: BTreeSet<String> = compiled
        .texts
        .iter()
        .filter(|(file, text)| is_config(&text.path) || may_declare(text) && !is_shown(*file, text))
        .map(|(_, text)| text.path.to_string())
        .collect();
    let own = compiled.claims.iter().filter(|claim| claim.slot.subject == slot.subject);
    let copies =
        compiled.copies.iter().filter(|(of, _)| compiled.claims[*of as usize].slot.subject == slot.subject);
    let places = own.map(|claim| claim.origin).chain(copies.map(|(_, origin)| *origin));
    files.extend(places.map(|origin| compiled.texts.get(origin.file).path.to_string()));
    files.into_iter().collect()
}
