//! One fact: address, what was decided, claims.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{DecidedParts, Decoding, Pool, PutText, Reader, Table, Writer};
use super::{read_value, write_decided, write_statement, write_value};
use crate::claim::{Claim, ClaimHash, LawId, Slot, Statement};
use crate::resolve::Decided;
use crate::snapshot::SnapshotError;
use crate::source::{FileId, Origin, Span};

/// What records share: texts and statements, each once.
pub(in crate::snapshot) struct Store<'a> {
    /// Texts.
    pub pool: Pool<'a>,
    by_address: FxHashMap<*const Statement, u32>,
    by_bytes: FxHashMap<Vec<u8>, u32>,
    statements: Writer,
    ends: Vec<usize>,
}

impl<'a> Store<'a> {
    /// Room for about so many claims.
    pub fn new(claims: usize) -> Store<'a> {
        Store {
            pool: Pool::new(claims),
            by_address: FxHashMap::default(),
            by_bytes: FxHashMap::default(),
            statements: Writer::default(),
            ends: Vec::new(),
        }
    }

    /// The number of `statement`. Most claims share theirs with neighbours, and are recognised without a look at it.
    fn statement(&mut self, statement: &'a Arc<Statement>) -> u32 {
        if let Some(known) = self.by_address.get(&Arc::as_ptr(statement)) {
            return *known;
        }
        let mut bytes = Writer::default();
        write_statement(&mut bytes, &mut self.pool, statement);
        let next = self.ends.len() as u32;
        let number = *self.by_bytes.entry(bytes.0).or_insert_with_key(|bytes| {
            self.statements.raw(bytes);
            self.ends.push(self.statements.0.len());
            next
        });
        self.by_address.insert(Arc::as_ptr(statement), number);
        number
    }

    /// The section of texts and the section of statements.
    pub fn finish(self) -> Result<(Vec<u8>, Vec<u8>), SnapshotError> {
        Ok((self.pool.finish()?, Table::section(&self.ends, &self.statements.0)?))
    }
}

/// Writes the fact of `slot`. `lines` gives line and column of each claim.
pub(in crate::snapshot) fn write_record<'a>(
    out: &mut Writer,
    store: &mut Store<'a>,
    slot: &'a Slot,
    decided: &'a Decided,
    claims: &'a [Claim],
    lines: &[(u32, u32)],
) {
    store.pool.text(out, slot.subject.as_str());
    store.pool.text(out, &slot.attribute);
    out.varint(u64::from(decided.claims.start));
    out.count(claims.len());
    write_decided(out, &mut store.pool, decided);
    let table = out.0.len();
    if claims.len() > 1 {
        out.0.resize(table + claims.len() * 4, 0);
    }
    let body = out.0.len();
    for (index, (claim, line)) in claims.iter().zip(lines).enumerate() {
        if claims.len() > 1 {
            let start = (out.0.len() - body) as u32;
            out.0[table + index * 4..][..4].copy_from_slice(&start.to_le_bytes());
        }
        write_claim(out, store, claim, *line);
    }
}

fn write_claim<'a>(out: &mut Writer, store: &mut Store<'a>, claim: &'a Claim, (line, column): (u32, u32)) {
    write_value(out, &mut store.pool, &claim.value);
    let Origin { file, span } = claim.origin;
    let statement = store.statement(&claim.statement);
    let numbers =
        [claim.law.0, statement, claim.table, file.0, span.start, span.end - span.start, line, column];
    numbers.into_iter().for_each(|number| out.varint(u64::from(number)));
}

/// A fact whose head was read.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct Record<'s> {
    /// Where its subject stands in the pool.
    pub subject: u32,
    /// Where its attribute stands in the pool.
    pub attribute: u32,
    /// The position of its first claim among all.
    pub first: u32,
    /// How many claims it has; at least one.
    pub count: u32,
    /// What was decided.
    pub decided: DecidedParts<'s>,
    claim_starts: &'s [[u8; 4]],
    claims: Reader<'s>,
}

/// A claim read back, without its slot's text and its hash, which stand elsewhere; and its line and column.
pub(in crate::snapshot) struct ReadClaim {
    pub claim: Claim,
    pub line: u32,
    pub column: u32,
}

impl<'s> Record<'s> {
    /// Reads the head of the fact at the front of `reader`.
    pub fn read(mut reader: Reader<'s>) -> Result<Record<'s>, SnapshotError> {
        let (subject, attribute) = (reader.u32()?, reader.u32()?);
        let (first, count) = (reader.u32()?, reader.u32()?);
        if count == 0 || first.checked_add(count).is_none() {
            return Err(SnapshotError::Nonsense("a fact has an impossible number of claims"));
        }
        let decided = DecidedParts::read(&mut reader)?;
        let claim_starts = match count {
            1 => &[[0; 4]][..],
            _ => reader.take((count as usize).saturating_mul(4))?.as_chunks::<4>().0,
        };
        Ok(Record { subject, attribute, first, count, decided, claim_starts, claims: reader })
    }

    /// The value of the claim at `position` in the slot, still to be read.
    pub fn value(&self, position: u32) -> Result<Reader<'s>, SnapshotError> {
        let start = self.claim_starts.get(position as usize);
        let start =
            start.ok_or(SnapshotError::Nonsense("a decision names a claim that the slot does not have"))?;
        let mut reader = self.claims;
        reader.take(u32::from_le_bytes(*start) as usize)?;
        Ok(reader)
    }

    /// The merge law of the first claim.
    pub fn law(&self, decoding: &mut Decoding<'s>) -> Result<LawId, SnapshotError> {
        let mut reader = self.value(0)?;
        read_value(&mut reader, decoding)?;
        reader.u32().map(LawId)
    }

    /// All claims, in order and each where the table says, up to the end of the record. `hashes` are theirs.
    pub fn claims(
        &self,
        decoding: &mut Decoding<'s>,
        hashes: &[[u8; 32]],
    ) -> Result<Vec<ReadClaim>, SnapshotError> {
        let slot = Slot {
            subject: decoding.subject_at(self.subject)?,
            attribute: decoding.word_at(self.attribute)?,
        };
        let mut reader = self.claims;
        let all = reader.left();
        let mut claims = Vec::with_capacity(hashes.len());
        for (start, hash) in self.claim_starts.iter().zip(hashes) {
            if all - reader.left() != u32::from_le_bytes(*start) as usize {
                return Err(SnapshotError::Nonsense("a claim is not where its table says"));
            }
            claims.push(read_claim(&mut reader, decoding, &slot, ClaimHash(*hash))?);
        }
        reader.end()?;
        Ok(claims)
    }
}

fn read_claim<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
    slot: &Slot,
    hash: ClaimHash,
) -> Result<ReadClaim, SnapshotError> {
    let value = read_value(reader, decoding)?;
    let law = LawId(reader.u32()?);
    let statement = reader.u32()?;
    let statement = decoding.statement(statement)?;
    let table = reader.u32()?;
    let file = FileId(reader.u32()?);
    let start = reader.u32()?;
    let end = start.checked_add(reader.u32()?).ok_or(SnapshotError::Nonsense("a claim ends nowhere"))?;
    let origin = Origin { file, span: Span { start, end } };
    let claim = Claim { slot: slot.clone(), value, statement, law, hash, origin, table };
    Ok(ReadClaim { claim, line: reader.u32()?, column: reader.u32()? })
}
