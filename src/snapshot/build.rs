//! Decisions → bytes.

use rayon::prelude::*;

use super::index::{address_hash, index_section};
use super::layout::{Header, lay_out};
use super::place::lines;
use super::provenance::{ProvenanceSections, provenance_sections};
use super::wire::{MAX_AXES, PutText, Store, Table, Writer, fits, write_declarations, write_record};
use super::{Hash, Snapshot, SnapshotError, SourceFile, leaf, merkle};
use crate::claim::{Claim, Declarations, Slot};
use crate::history::Provenance;
use crate::resolve::{Decided, Decisions, Outcome};
use crate::source::Texts;

/// What a snapshot is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The name of the knowledge, from `dictum.toml`.
    pub name: &'a str,
    /// What the business declares.
    pub declarations: &'a Declarations,
    /// All claims, sorted by slot and then hash, each hash once a slot.
    pub claims: &'a [Claim],
    /// What was decided about them.
    pub decisions: &'a Decisions,
    /// The texts that the claims' origins point into: for paths, lines and hashes; their content is not kept.
    pub texts: &'a Texts,
    /// Who said each claim; `None` leaves it out (`--no-history`). The only part that depends on a commit.
    pub provenance: Option<&'a Provenance>,
}

/// The same, with all that the texts are needed for already taken from them.
pub(super) struct Content<'a> {
    pub name: &'a str,
    pub declarations: &'a Declarations,
    pub claims: &'a [Claim],
    pub decisions: &'a Decisions,
    pub files: &'a [SourceFile],
    /// Line and column of each claim.
    pub lines: &'a [(u32, u32)],
    pub provenance: Option<&'a Provenance>,
}

impl Snapshot {
    /// The bytes of the snapshot of `input`: a pure function of it.
    ///
    /// # Errors
    /// [`SnapshotError::TooLarge`] past a limit of the format (4 GiB a section, 2³² claims, 256 dimensions a slot),
    /// [`SnapshotError::Nonsense`] where the parts of `input` do not belong together (a fault of the program).
    pub fn build(input: &Input<'_>) -> Result<Vec<u8>, SnapshotError> {
        let texts: Vec<_> = input.texts.iter().map(|(_, text)| text).collect();
        let file = |text: &&crate::source::Text| SourceFile {
            path: text.path.clone(),
            hash: Hash::of(&text.bytes),
            len: text.bytes.len() as u64,
        };
        let files: Vec<SourceFile> = texts.par_iter().map(file).collect();
        let lines = lines(input.claims, &texts)?;
        let Input { name, declarations, claims, decisions, provenance, .. } = *input;
        assemble(&Content { name, declarations, claims, decisions, files: &files, lines: &lines, provenance })
    }
}

/// The claims of a decided slot.
pub(super) fn claims_of<'a>(claims: &'a [Claim], decided: &Decided) -> Result<&'a [Claim], SnapshotError> {
    let range = decided.claims.start as usize..decided.claims.end as usize;
    claims.get(range).ok_or(SnapshotError::Nonsense("a slot was decided that has no claims"))
}

/// The bytes of `content`.
pub(super) fn assemble(content: &Content<'_>) -> Result<Vec<u8>, SnapshotError> {
    check(content)?;
    let leaves = leaf::fact_leaves(content.declarations, content.claims, content.decisions)?;
    let mut store = Store::new(content.claims.len());
    let mut declarations = Writer::default();
    write_declarations(&mut declarations, &mut store.pool, content.declarations);
    let (facts, index) = facts(content, &mut store)?;
    let files = files(content.files, &mut store)?;
    let mut hashes = Writer(Vec::with_capacity(content.claims.len() * 32));
    content.claims.iter().for_each(|claim| hashes.raw(&claim.hash.0));
    let provenance = match content.provenance {
        Some(provenance) => provenance_sections(provenance, content.claims)?,
        None => ProvenanceSections::default(),
    };
    let (texts, statements) = store.finish()?;
    let slots = content.decisions.slots.len() as u32;
    let header = Header::new(merkle::root(leaves), provenance.root, slots, content.claims.len() as u32);
    let ProvenanceSections { history, commits, sayings, said, .. } = provenance;
    let name = content.name.as_bytes().to_vec();
    let sections = [
        name,
        declarations.0,
        files,
        texts,
        statements,
        facts,
        hashes.0,
        index,
        history,
        commits,
        sayings,
        said,
    ];
    Ok(lay_out(&header, sections))
}

/// That claims are in order, and that the decided slots tile them and point at nothing else.
fn check(content: &Content<'_>) -> Result<(), SnapshotError> {
    let Content { claims, decisions, lines, .. } = content;
    if u32::try_from(claims.len()).is_err() {
        return Err(SnapshotError::TooLarge("more than 4,294,967,295 claims"));
    }
    let ascend = |pair: &[Claim]| (&pair[0].slot, pair[0].hash) < (&pair[1].slot, pair[1].hash);
    if claims.len() != lines.len() || !claims.windows(2).all(ascend) {
        return Err(SnapshotError::Nonsense("the claims are not in order"));
    }
    let mut next = 0;
    for decided in &decisions.slots {
        let own = claims_of(claims, decided)?;
        let first = own.first().filter(|_| decided.claims.start == next);
        let one_slot = first.is_some_and(|first| own.iter().all(|claim| claim.slot == first.slot));
        let before = (next as usize).checked_sub(1).map(|last| &claims[last].slot);
        if !one_slot || before == first.map(|first| &first.slot) {
            return Err(SnapshotError::Nonsense("what was decided does not match the claims"));
        }
        check_slot(own, decided)?;
        next = decided.claims.end;
    }
    let all = next as usize == claims.len();
    if all { Ok(()) } else { Err(SnapshotError::Nonsense("some claims were not decided")) }
}

fn check_slot(claims: &[Claim], decided: &Decided) -> Result<(), SnapshotError> {
    if decided.axes.len() > MAX_AXES {
        return Err(SnapshotError::TooLarge("a slot varies by more than 256 dimensions"));
    }
    if !claims.iter().all(|claim| fits(&claim.value)) {
        return Err(SnapshotError::TooLarge("lists are nested more than 32 deep"));
    }
    let count = claims.len() as u32;
    let inside = decided.outcomes.iter().all(|outcome| match outcome {
        Outcome::Gap => true,
        Outcome::Fact(positions) | Outcome::Conflict(positions) => {
            !positions.is_empty() && positions.iter().all(|position| *position < count)
        }
    });
    let address = claims.first().is_none_or(|claim| is_address(&claim.slot));
    let ends = claims.iter().all(|claim| claim.origin.span.start <= claim.origin.span.end);
    if inside && address && ends {
        Ok(())
    } else {
        Err(SnapshotError::Nonsense("a decided slot points outside of itself"))
    }
}

/// Whether the slot's text can be read as an address again.
fn is_address(slot: &Slot) -> bool {
    let subject = slot.subject.as_str().split_once('/');
    let read =
        subject.is_some_and(|(kind, id)| !kind.is_empty() && !id.is_empty() && !id.contains(['/', '#']));
    read && !slot.subject.kind().contains('#') && !slot.attribute.is_empty()
}

/// The section of facts, and the index over them.
fn facts<'a>(content: &Content<'a>, store: &mut Store<'a>) -> Result<(Vec<u8>, Vec<u8>), SnapshotError> {
    let mut records = Writer(Vec::with_capacity(content.claims.len() * 32));
    let mut ends = Vec::with_capacity(content.decisions.slots.len());
    let mut entries = Vec::with_capacity(content.decisions.slots.len());
    let mut address = String::new();
    for decided in &content.decisions.slots {
        let range = decided.claims.start as usize..decided.claims.end as usize;
        let (own, lines) = (&content.claims[range.clone()], &content.lines[range]);
        let slot = &own[0].slot;
        address.clear();
        address.extend([slot.subject.as_str(), "#", &slot.attribute]);
        entries.push((address_hash(address.as_bytes()), records.0.len() as u32));
        write_record(&mut records, store, slot, decided, own, lines);
        ends.push(records.0.len());
    }
    Ok((Table::section(&ends, &records.0)?, index_section(entries)))
}

fn files<'a>(files: &'a [SourceFile], store: &mut Store<'a>) -> Result<Vec<u8>, SnapshotError> {
    let mut records = Writer::default();
    let mut ends = Vec::with_capacity(files.len());
    for file in files {
        store.pool.text(&mut records, &file.path);
        records.raw(&file.hash.0);
        records.varint(file.len);
        ends.push(records.0.len());
    }
    Table::section(&ends, &records.0)
}
