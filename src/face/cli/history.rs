//! `dictum history ADDRESS`: how an answer came to be.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use super::global::Format;
use super::human;
use super::knowledge::{compile_for_answers, extractor, locate};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::questions::{Basis, address};
use crate::claim::{Claim, ClaimHash, Renamed, Slot, Subject};
use crate::face::{text, wire, words};
use crate::history::{Extractor, Fragments, Knowledge, Options, Placed, Provenance, Stretches, trace};
use crate::query::{self, Address, Change, Origin};
use crate::snapshot::Snapshot;

mod answers;

/// Tell how an answer came to be: every commit since which it is another, and what gave way to what.
#[derive(Args, Debug)]
#[command(
    after_help = "Commits of the main line are told, the oldest first. With `--claims`, from a snapshot and for a \
                        claim or pin: what was said and taken away, on side lines too."
)]
pub(super) struct Arguments {
    /// `KIND/ID`, or `KIND/ID#ATTRIBUTE`
    address: String,
    #[command(flatten)]
    basis: Basis,
    /// Tell of claims rather than answers: which were said and taken away
    #[arg(long)]
    claims: bool,
}

/// What was ever said about an address, and when.
struct Told {
    provenance: Provenance,
    claims: BTreeMap<ClaimHash, Claim>,
}

/// Tells.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let address = address(&arguments.address)?;
    let answers = matches!(address, Address::Subject(_) | Address::Slot(_));
    if answers && !arguments.claims && arguments.basis.snapshot.is_none() {
        return answers::run(&arguments.basis, &address, format, out);
    }
    let told = match &arguments.basis.snapshot {
        Some(file) => from_snapshot(&Snapshot::open(&out.at(file))?, &address, out)?,
        None => from_repository(&arguments.basis, &address, out)?,
    };
    let Some(told) = told else { return Ok(Exit::Findings) };
    let slots: BTreeSet<Slot> = told.claims.values().map(|claim| claim.slot.clone()).collect();
    let slots = slots.into_iter().filter(|slot| address.slot().is_none_or(|wanted| wanted == slot)).collect();
    let mut changes = query::history(&told.provenance, &slots, &told.claims)?;
    changes.retain(|change| is_meant(&address, change));
    let history = told.provenance.completeness.as_str();
    match format {
        Format::Human | Format::Concise => tell(&changes, out),
        Format::Json => {
            let changes: Vec<_> = changes.iter().map(|change| wire::change(change, history)).collect();
            out.line(&json_document(&changes));
        }
        Format::Jsonl => {
            changes.iter().for_each(|change| out.line(&json_line(&wire::change(change, history))))
        }
    }
    if changes.is_empty() {
        out.note(&format!("nothing was ever said at `{}`", text::shown(&address.to_string())));
    }
    match told.provenance.completeness.mend() {
        None => Ok(Exit::Clean),
        Some(mend) => {
            out.note(&format!("unconfirmed: the history here is {history}, what came before is not shown"));
            out.note(&format!("  help: type `{mend}` and ask again"));
            Ok(Exit::Unconfirmed)
        }
    }
}

fn is_meant(address: &Address, change: &Change) -> bool {
    match address {
        Address::Subject(_) | Address::Slot(_) => true,
        Address::Claim(_, id) => {
            change.claim.as_ref().is_some_and(|claim| claim.statement.id.as_ref() == Some(id))
        }
        Address::Pin(_, digits) => change.claim.as_ref().is_some_and(|claim| claim.hash.starts_with(digits)),
    }
}

/// Traces the repository, and keeps what was ever said of the subject.
fn from_repository(basis: &Basis, address: &Address, out: &mut Output<'_>) -> Result<Option<Told>, Failure> {
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let at = compile_for_answers(&place, basis.at.as_deref(), out)?;
    let (Ok(repository), Some(commit)) = (&place.repository, at.commit) else {
        let why = place.repository.err().unwrap_or_else(|| "the knowledge is not committed yet".to_owned());
        return Err(Failure::new(format!("there is no history to tell: {why}")));
    };
    progress.step("tracing who said it");
    let subject = address.subject();
    let renamed = Renamed::of(&at.compiled.claims);
    let ids = std::iter::once(subject).chain(renamed.before(subject));
    let recorder = Recorder {
        inner: extractor(&place.root.knowledge, &at.compiled, &place.limits),
        subject,
        ids: ids.map(|subject| subject.id().to_owned()).collect(),
        claims: RefCell::default(),
    };
    let provenance = trace(repository, commit, &place.root.knowledge, &recorder, Options { events: true })?;
    Ok(Some(Told { provenance, claims: recorder.claims.into_inner() }))
}

/// What a snapshot knows: the comings of the claims that it holds. Those that went away are not in it.
fn from_snapshot(
    snapshot: &Snapshot,
    address: &Address,
    out: &mut Output<'_>,
) -> Result<Option<Told>, Failure> {
    let Some(provenance) = snapshot.provenance() else {
        return Err(
            Failure::new("the snapshot was built without history").help("build it without `--no-history`")
        );
    };
    let mut claims = BTreeMap::new();
    for view in snapshot.slots_with_prefix(&format!("{}#", address.subject()))? {
        claims.extend(view?.claims()?.into_iter().map(|view| (view.claim.hash, view.claim)));
    }
    out.note("note: a snapshot tells of the claims that it holds; those that were taken away are in the repository");
    Ok(Some(Told { provenance: provenance.decode()?, claims }))
}

/// Reads versions as history does, and keeps the claims about one subject on the way.
struct Recorder<'c> {
    inner: Knowledge<'c>,
    subject: &'c Subject,
    /// Its own, and those that it had before.
    ids: Vec<String>,
    claims: RefCell<BTreeMap<ClaimHash, Claim>>,
}

impl Extractor for Recorder<'_> {
    fn key(&self) -> [u8; 32] {
        self.inner.key()
    }

    fn reads(&self, path: &str) -> bool {
        self.inner.reads(path)
    }

    fn fits(&self, size: usize) -> bool {
        self.inner.fits(size)
    }

    fn by_path(&self, path: &str) -> bool {
        self.inner.by_path(path)
    }

    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>> {
        self.inner.split(text)
    }

    fn fragments<'t>(&self, group: &'t [u8]) -> Option<Fragments<'t>> {
        self.inner.fragments(group)
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<Placed>> {
        self.atoms_at("", text)
    }

    fn atoms_at(&self, path: &str, text: &[u8]) -> Option<Vec<Placed>> {
        let atoms = self.inner.atoms_at(path, text)?;
        // Most texts do not name the subject at all; what is read through a lens may name it by its path.
        let names = |id: &String| text.windows(id.len()).any(|window| window == id.as_bytes());
        if self.ids.iter().any(names) || self.inner.by_path(path) {
            let claims = self.inner.claims(path, text)?.into_iter();
            let ours = claims.filter(|claim| claim.slot.subject == *self.subject);
            self.claims.borrow_mut().extend(ours.map(|claim| (claim.hash, claim)));
        }
        Some(atoms)
    }
}

/// Changes for people: each commit once, and what it said or took away below it.
fn tell(changes: &[Change], out: &mut Output<'_>) {
    for together in changes.chunk_by(|a, b| a.by == b.by) {
        let head = match &together[0].by {
            Origin::Commit(commit) => {
                let author = text::shown(&commit.author);
                let head = format!("{}  {}  {author}", commit.id.short(), words::author_day(commit));
                let line = if together[0].on_main_line { "" } else { "   (on a side line)" };
                format!("{}  {}{line}", out.styled("33", &head), text::shown(&commit.summary))
            }
            Origin::AtOrBefore(id) => out.styled("33", &format!("at or before {}", id.short())),
        };
        out.line(&head);
        together.iter().for_each(|change| one(change, out));
    }
}

fn one(change: &Change, out: &mut Output<'_>) {
    let (mark, style) = if change.said { ("+", "32") } else { ("-", "31") };
    let Some(claim) = &change.claim else { return };
    let mut parts = vec![text::shown(&change.pin.to_string())];
    if claim.statement.period != crate::claim::Period::ALWAYS {
        parts.push(words::period(&claim.statement.period));
    }
    if !claim.statement.when.is_always() {
        parts.push(format!("in {}", text::shown(&words::when(&claim.statement.when))));
    }
    // That what went away here is said today is told where it came again.
    match &change.stands_by {
        _ if change.standing => parts.push("said today".to_owned()),
        Some(Origin::Commit(by)) if change.said => parts.push(format!("said today by {}", by.id.short())),
        Some(Origin::AtOrBefore(id)) if change.said => {
            parts.push(format!("said today by one at or before {}", id.short()));
        }
        _ => {}
    }
    if change.carried {
        parts.push(words::CARRIED.to_owned());
    }
    let pin = out.styled("2", &parts.join("   "));
    out.line(&format!("  {} {pin}", out.styled(style, mark)));
    let says = human::claim_text(&claim.value, &query::retracted(claim));
    for line in text::wrapped(&says, out.width.saturating_sub(4)) {
        out.line(&format!("    {line}"));
    }
}
