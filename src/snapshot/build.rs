//! Decisions → bytes.

use rayon::prelude::*;

use super::check::check;
use super::index::{index_section, text_hash};
use super::layout::{Header, lay_out};
use super::names::{NameSections, name_sections};
use super::place::lines;
use super::provenance::{ProvenanceSections, provenance_sections};
use super::wire::{PutText, Store, Table, Writer, write_declarations, write_record};
use super::{Hash, Snapshot, SnapshotError, SourceFile, leaf};
use crate::claim::{Claim, Declarations};
use crate::history::Provenance;
use crate::resolve::{Decided, Decisions};
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

/// The bytes of `content`.
pub(super) fn assemble(content: &Content<'_>) -> Result<Vec<u8>, SnapshotError> {
    check(content)?;
    let (roots, sections) = rayon::join(|| rooted(content), || stored(content));
    let ((content_root, provenance), ([declarations, files, texts, statements, facts, index], names)) =
        (roots?, sections?);
    let mut hashes = Writer(Vec::with_capacity(content.claims.len() * 32));
    content.claims.iter().for_each(|claim| hashes.raw(&claim.hash.0));
    let slots = content.decisions.slots.len() as u32;
    let header = Header::new(content_root, provenance.root, slots, content.claims.len() as u32);
    let ProvenanceSections { history, commits, sayings, said, .. } = provenance;
    let name = content.name.as_bytes().to_vec();
    let sections = [
        name,
        declarations,
        files,
        texts,
        statements,
        facts,
        hashes.0,
        index,
        names.names,
        names.name_index,
        names.tokens,
        names.token_index,
        names.mentions,
        names.mention_index,
        names.mention_filter,
        history,
        commits,
        sayings,
        said,
    ];
    Ok(lay_out(&header, sections))
}

/// The content root, and the sections with a root of their own.
fn rooted(content: &Content<'_>) -> Result<(Hash, ProvenanceSections), SnapshotError> {
    let provenance = match content.provenance {
        Some(provenance) => provenance_sections(provenance, content.claims)?,
        None => ProvenanceSections::default(),
    };
    Ok((leaf::content_root(content.declarations, content.claims, content.decisions)?, provenance))
}

/// The sections that share texts (declarations, files, texts, statements, facts, index), and those of names.
fn stored(content: &Content<'_>) -> Result<([Vec<u8>; 6], NameSections), SnapshotError> {
    let mut store = Store::new(content.claims.len());
    let mut declarations = Writer::default();
    write_declarations(&mut declarations, &mut store.pool, content.declarations);
    let (facts, starts) = facts(content, &mut store)?;
    let names = name_sections(content, &starts)?;
    let index = index_section(addresses(content, &starts));
    let files = files(content.files, &mut store)?;
    let (texts, statements) = store.finish()?;
    Ok(([declarations.0, files, texts, statements, facts, index], names))
}

/// The section of facts, and where the record of each starts.
fn facts<'a>(content: &Content<'a>, store: &mut Store<'a>) -> Result<(Vec<u8>, Vec<u32>), SnapshotError> {
    let mut records = Writer(Vec::with_capacity(content.claims.len() * 32));
    let mut ends = Vec::with_capacity(content.decisions.slots.len());
    let mut starts = Vec::with_capacity(content.decisions.slots.len());
    for decided in &content.decisions.slots {
        let range = decided.claims.start as usize..decided.claims.end as usize;
        let (own, lines) = (&content.claims[range.clone()], &content.lines[range]);
        let slot = &own[0].slot;
        starts.push(records.0.len() as u32);
        write_record(&mut records, store, slot, decided, own, lines);
        ends.push(records.0.len());
    }
    Ok((Table::section(&ends, &records.0)?, starts))
}

/// For the index: the hash of each address, and where its record starts.
fn addresses(content: &Content<'_>, starts: &[u32]) -> Vec<(u32, u32)> {
    let mut address = String::new();
    let slots = content.decisions.slots.iter().zip(starts);
    let entry = |(decided, start): (&Decided, &u32)| {
        let slot = &content.claims[decided.claims.start as usize].slot;
        address.clear();
        address.extend([slot.subject.as_str(), "#", &slot.attribute]);
        (text_hash(address.as_bytes()), *start)
    };
    slots.map(entry).collect()
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
