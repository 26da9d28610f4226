//! Who said each claim: written, and read back.
//!
//! Claims that came with one commit share one saying, so each distinct saying stands once.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::layout::Section;
use super::merkle::{self, InclusionProof, Tree};
use super::verify::rooted;
use super::wire::{Inline, PutText, Reader, Table, Writer};
use super::{Hash, Snapshot, SnapshotError, leaf};
use crate::claim::{Claim, ClaimHash};
use crate::history::{Commit, CommitId, Completeness, Event, Provenance, Sayer, Saying};

/// Sayers on other lines that are copied out for all claims together, beyond one a byte of the file.
const MOST_COPIES: usize = 1 << 24;

/// The sections that only a snapshot with history has.
#[derive(Default)]
pub(super) struct ProvenanceSections {
    pub root: Option<Hash>,
    pub history: Vec<u8>,
    pub commits: Vec<u8>,
    pub sayings: Vec<u8>,
    pub said: Vec<u8>,
}

/// The sections for `provenance` about `claims`.
pub(super) fn provenance_sections(
    provenance: &Provenance,
    claims: &[Claim],
) -> Result<ProvenanceSections, SnapshotError> {
    let (said, others) = match_sayings(provenance, claims);
    let mut sayings = Sayings::new(&provenance.commits);
    let mut numbers = Vec::with_capacity(claims.len());
    for saying in said {
        numbers.push(saying.map(|saying| sayings.number(saying)).transpose()?);
    }
    let leaf = |(claim, number): (&Claim, &Option<u32>)| {
        leaf::saying_leaf(&claim.hash, number.map(|number| sayings.hashes[number as usize]))
    };
    let leaves = claims.par_iter().zip(&numbers).map(leaf).collect();
    let mut said = Writer(Vec::with_capacity(claims.len() * 4));
    numbers.iter().for_each(|number| said.raw(&number.map_or(0, |number| number + 1).to_le_bytes()));
    let mut history = Writer::default();
    Inline.text(&mut history, provenance.head.as_str());
    history.byte(completeness_byte(&provenance.completeness));
    history.count(others.len());
    for (hash, saying) in others {
        history.raw(&hash.0);
        history.varint(u64::from(sayings.number(saying)?));
    }
    history.count(provenance.events.len());
    for event in &provenance.events {
        history.varint(u64::from(event.commit));
        history.raw(&event.atom.0);
        history.flag(event.said);
        history.flag(event.on_main_line);
    }
    Ok(ProvenanceSections {
        root: Some(merkle::root(leaves)),
        history: history.0,
        commits: commits_section(&provenance.commits)?,
        sayings: Table::section(&sayings.ends, &sayings.records.0)?,
        said: said.0,
    })
}

/// A claim's hash and the saying about it that stands for no claim here.
type Other<'p> = (&'p ClaimHash, &'p Saying);

/// The saying of each claim, and the sayings of none: one walk over both in order of hash.
fn match_sayings<'p>(
    provenance: &'p Provenance,
    claims: &[Claim],
) -> (Vec<Option<&'p Saying>>, Vec<Other<'p>>) {
    let mut by_hash: Vec<(ClaimHash, u32)> = claims.iter().map(|claim| claim.hash).zip(0..).collect();
    by_hash.par_sort_unstable();
    let (mut said, mut others, mut next) = (vec![None; claims.len()], Vec::new(), 0);
    for (hash, saying) in &provenance.sayings {
        next += by_hash[next..].iter().take_while(|(claim, _)| claim < hash).count();
        let same = by_hash[next..].iter().take_while(|(claim, _)| claim == hash);
        let before = next;
        for (_, claim) in same {
            said[*claim as usize] = Some(saying);
            next += 1;
        }
        if next == before {
            others.push((hash, saying));
        }
    }
    (said, others)
}

/// Distinct sayings, numbered in order of first use.
struct Sayings<'p> {
    commits: &'p [Commit],
    known: FxHashMap<Vec<u8>, u32>,
    hashes: Vec<Hash>,
    records: Writer,
    ends: Vec<usize>,
    scratch: Writer,
}

impl<'p> Sayings<'p> {
    fn new(commits: &'p [Commit]) -> Sayings<'p> {
        let (known, records, scratch) = (FxHashMap::default(), Writer::default(), Writer::default());
        Sayings { commits, known, hashes: Vec::new(), records, ends: Vec::new(), scratch }
    }

    fn number(&mut self, saying: &Saying) -> Result<u32, SnapshotError> {
        let bytes = &mut self.scratch;
        bytes.0.clear();
        for sayer in [saying.said_by, saying.landed_by, saying.first_said_by] {
            let (unknown, index) = match sayer {
                Sayer::Known(index) => (0, index),
                Sayer::AtOrBefore(index) => (1, index),
            };
            bytes.varint(u64::from(index) << 1 | unknown);
        }
        bytes.flag(saying.carried);
        bytes.count(saying.also_said_by.len());
        saying.also_said_by.iter().for_each(|index| bytes.varint(u64::from(*index)));
        if let Some(known) = self.known.get(&bytes.0) {
            return Ok(*known);
        }
        let next = self.ends.len() as u32;
        self.hashes.push(leaf::saying_hash(saying, self.commits)?);
        self.records.raw(&bytes.0);
        self.ends.push(self.records.0.len());
        self.known.insert(bytes.0.clone(), next);
        Ok(next)
    }
}

fn commits_section(commits: &[Commit]) -> Result<Vec<u8>, SnapshotError> {
    let mut records = Writer::default();
    let mut ends = Vec::with_capacity(commits.len());
    for commit in commits {
        write_commit(&mut records, commit);
        ends.push(records.0.len());
    }
    Table::section(&ends, &records.0)
}

fn write_commit(out: &mut Writer, commit: &Commit) {
    Inline.text(out, commit.id.as_str());
    out.count(commit.parents.len());
    commit.parents.iter().for_each(|parent| Inline.text(out, parent.as_str()));
    Inline.text(out, &commit.author);
    Inline.text(out, &commit.author_mail);
    out.signed(commit.author_time);
    out.signed(i64::from(commit.author_offset));
    Inline.text(out, &commit.committer);
    Inline.text(out, &commit.committer_mail);
    out.signed(commit.committer_time);
    out.signed(i64::from(commit.committer_offset));
    Inline.text(out, &commit.summary);
    out.flag(commit.pull_request.is_some());
    if let Some(number) = commit.pull_request {
        out.varint(number);
    }
    out.count(commit.reviewers.len());
    commit.reviewers.iter().for_each(|reviewer| Inline.text(out, reviewer));
}

fn read_commit(reader: &mut Reader<'_>) -> Result<Commit, SnapshotError> {
    let commit = Commit {
        id: read_id(reader)?,
        parents: reader.many(read_id)?,
        author: read_text(reader)?,
        author_mail: read_text(reader)?,
        author_time: reader.signed()?,
        author_offset: read_offset(reader)?,
        committer: read_text(reader)?,
        committer_mail: read_text(reader)?,
        committer_time: reader.signed()?,
        committer_offset: read_offset(reader)?,
        summary: read_text(reader)?,
        pull_request: reader.optional(Reader::varint)?,
        reviewers: reader.many(read_text)?,
    };
    reader.end()?;
    Ok(commit)
}

fn read_text(reader: &mut Reader<'_>) -> Result<String, SnapshotError> {
    let count = reader.count()?;
    let text = std::str::from_utf8(reader.take(count)?);
    text.map(str::to_owned).map_err(|_| SnapshotError::Nonsense("a text is not UTF-8"))
}

fn read_id(reader: &mut Reader<'_>) -> Result<CommitId, SnapshotError> {
    let text = read_text(reader)?;
    let id = text.split_once(':').and_then(|(_, hex)| CommitId::from_hex(hex));
    id.filter(|id| id.as_str() == text).ok_or(SnapshotError::Nonsense("a commit has an impossible name"))
}

fn read_offset(reader: &mut Reader<'_>) -> Result<i32, SnapshotError> {
    i32::try_from(reader.signed()?).map_err(|_| SnapshotError::Nonsense("a time is in no zone"))
}

fn completeness_byte(completeness: &Completeness) -> u8 {
    match completeness {
        Completeness::Complete => 0,
        Completeness::Shallow => 1,
        Completeness::Partial => 2,
        Completeness::Grafted => 3,
        Completeness::Replaced => 4,
    }
}

fn read_completeness(reader: &mut Reader<'_>) -> Result<Completeness, SnapshotError> {
    Ok(match reader.byte()? {
        0 => Completeness::Complete,
        1 => Completeness::Shallow,
        2 => Completeness::Partial,
        3 => Completeness::Grafted,
        4 => Completeness::Replaced,
        _ => return Err(SnapshotError::Nonsense("history is complete in no known way")),
    })
}

/// The provenance part of a snapshot; absent from one built with `--no-history`.
#[derive(Clone, Copy, Debug)]
pub struct ProvenanceView<'s> {
    pub(super) snapshot: &'s Snapshot,
}

impl<'s> ProvenanceView<'s> {
    /// The commit whose tree this is.
    pub fn head(&self) -> Result<CommitId, SnapshotError> {
        read_id(&mut self.history())
    }

    /// How much of the history could be seen.
    pub fn completeness(&self) -> Result<Completeness, SnapshotError> {
        let mut reader = self.history();
        read_id(&mut reader)?;
        read_completeness(&mut reader)
    }

    /// How many commits are named.
    pub fn commit_count(&self) -> Result<u32, SnapshotError> {
        Ok(self.commits()?.len())
    }

    /// The commit `index` of the table that [`Sayer`] points into.
    pub fn commit(&self, index: u32) -> Result<Commit, SnapshotError> {
        read_commit(&mut self.commits()?.get(index)?)
    }

    /// Who said the claim with this position ([`super::ClaimView::index`]); `None` where nothing is known.
    pub fn saying(&self, claim: u32) -> Result<Option<Saying>, SnapshotError> {
        let missing = SnapshotError::Nonsense("a claim has no place among the sayings");
        let said = self.snapshot.section(Section::Said).as_chunks::<4>().0;
        let number = u32::from_le_bytes(*said.get(claim as usize).ok_or(missing)?);
        number.checked_sub(1).map(|number| self.numbered(number)).transpose()
    }

    /// That the saying of a claim is in [`Snapshot::provenance_root`]. The first proof hashes every saying; the tree is
    /// kept for the next.
    ///
    /// # Errors
    /// Where the provenance makes no sense, or is not that of the root.
    pub fn prove(&self, claim: u32) -> Result<Option<InclusionProof>, SnapshotError> {
        let tree = self.snapshot.trees.provenance.get_or_init(|| self.tree());
        Ok(tree.as_ref().map_err(Clone::clone)?.prove(claim as usize))
    }

    fn tree(&self) -> Result<Tree, SnapshotError> {
        let root = self.snapshot.provenance_root();
        let root = root.ok_or(SnapshotError::Nonsense("a snapshot without history has no sayings"))?;
        let Provenance { commits, sayings, .. } = self.decode()?;
        let leaf = |hash: &[u8; 32]| {
            let hash = ClaimHash(*hash);
            let saying = sayings.get(&hash).map(|saying| leaf::saying_hash(saying, &commits));
            Ok(leaf::saying_leaf(&hash, saying.transpose()?))
        };
        let leaves: Result<Vec<Hash>, SnapshotError> = self.snapshot.hashes().iter().map(leaf).collect();
        rooted(leaves?, root)
    }

    /// All of it, as `history` gave it.
    pub fn decode(&self) -> Result<Provenance, SnapshotError> {
        let commits = self.commits()?;
        let commits: Result<Vec<Commit>, _> = (0..commits.len()).map(|index| self.commit(index)).collect();
        let mut reader = self.history();
        let head = read_id(&mut reader)?;
        let completeness = read_completeness(&mut reader)?;
        let others = reader.many(|reader| Ok((ClaimHash(reader.hash()?), self.numbered(reader.u32()?)?)))?;
        let events = reader.many(|reader| {
            let (commit, atom) = (reader.u32()?, ClaimHash(reader.hash()?));
            Ok(Event { commit, atom, said: reader.flag()?, on_main_line: reader.flag()? })
        })?;
        reader.end()?;
        let mut sayings: Vec<(ClaimHash, Saying)> = others;
        // A saying stands once however many claims share it: what is copied from it has to stay in bounds.
        let mut allowance = self.snapshot.bytes().len() + MOST_COPIES;
        for (claim, hash) in (0..).zip(self.snapshot.hashes()) {
            let Some(saying) = self.saying(claim)? else { continue };
            let left = allowance.checked_sub(saying.also_said_by.len());
            allowance = left.ok_or(SnapshotError::Nonsense("sayings name too many commits"))?;
            sayings.push((ClaimHash(*hash), saying));
        }
        Ok(Provenance {
            head,
            completeness,
            commits: commits?,
            sayings: sayings.into_iter().collect(),
            events,
        })
    }

    fn history(&self) -> Reader<'s> {
        Reader::new(self.snapshot.section(Section::History))
    }

    fn commits(&self) -> Result<Table<'s>, SnapshotError> {
        Table::new(self.snapshot.section(Section::Commits))
    }

    /// The distinct saying `number`; its commits exist.
    fn numbered(&self, number: u32) -> Result<Saying, SnapshotError> {
        let commits = self.commits()?.len();
        let known = |index: u32| {
            let missing = SnapshotError::Nonsense("a saying names a commit that is missing");
            if index < commits { Ok(index) } else { Err(missing) }
        };
        let sayer = |reader: &mut Reader<'s>| {
            let number = reader.u32()?;
            let index = known(number >> 1)?;
            Ok(if number & 1 == 0 { Sayer::Known(index) } else { Sayer::AtOrBefore(index) })
        };
        let mut reader = Table::new(self.snapshot.section(Section::Sayings))?.get(number)?;
        let (said_by, landed_by, first_said_by) =
            (sayer(&mut reader)?, sayer(&mut reader)?, sayer(&mut reader)?);
        let carried = reader.flag()?;
        let also_said_by = reader.many(|reader| known(reader.u32()?))?;
        reader.end()?;
        Ok(Saying { said_by, also_said_by, landed_by, first_said_by, carried })
    }
}
