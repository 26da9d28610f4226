//! What was decided about a slot. The common slot has one outcome everywhere: two bytes and its claims.
//!
//! Everything that a look-up may skip stands behind its length; outcomes stand behind a table of where each ends.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::value::{read_date, read_decimal, write_date, write_decimal};
use super::{Decoding, PutText, Reader, TextBlob, Writer};
use crate::resolve::{Answers, Arm, Axis, AxisName, Decided, Node, Outcome, Ticks};
use crate::snapshot::SnapshotError;
use crate::snapshot::check::check_decided;

/// A slot that varies by more than this is refused: a tree of splits is at most as deep, so reading it can't exhaust
/// the stack.
pub(in crate::snapshot) const MAX_AXES: usize = 256;

/// The tree of a slot that has one outcome everywhere: the leaf 0.
const PLAIN_TREE: &[u8] = &[0];

pub(in crate::snapshot) fn write_decided<'a>(
    out: &mut Writer,
    texts: &mut impl PutText<'a>,
    decided: &'a Decided,
) {
    let plain = decided.edges.is_empty() && decided.axes.is_empty() && decided.root == Node::Leaf(0);
    if let ([only], true) = (&decided.outcomes[..], plain) {
        out.byte(0);
        out.sized(|out| write_outcome(out, only));
        return;
    }
    out.byte(1);
    out.sized(|out| {
        out.count(decided.edges.len());
        for (from, to, annuls) in &decided.edges {
            out.varint(u64::from(*from));
            out.varint(u64::from(*to));
            out.flag(*annuls);
        }
    });
    out.sized(|out| {
        out.count(decided.axes.len());
        decided.axes.iter().for_each(|axis| write_axis(out, texts, axis));
    });
    out.sized(|out| write_node(out, &decided.root));
    out.sized(|out| {
        let mut outcomes = Writer::default();
        out.count(decided.outcomes.len());
        for outcome in &decided.outcomes {
            out.raw(&(outcomes.0.len() as u32).to_le_bytes());
            write_outcome(&mut outcomes, outcome);
        }
        out.raw(&outcomes.0);
    });
}

/// The parts of a decided slot, none of them decoded yet.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct DecidedParts<'s> {
    edges: Option<Reader<'s>>,
    axes: Option<Reader<'s>>,
    nodes: Reader<'s>,
    outcome_starts: &'s [[u8; 4]],
    outcomes: Reader<'s>,
}

impl<'s> DecidedParts<'s> {
    /// Takes the decided slot from the front of `reader`.
    pub fn read(reader: &mut Reader<'s>) -> Result<DecidedParts<'s>, SnapshotError> {
        match reader.byte()? {
            0 => Ok(DecidedParts {
                edges: None,
                axes: None,
                nodes: Reader::new(PLAIN_TREE),
                outcome_starts: &[[0; 4]],
                outcomes: reader.sized()?,
            }),
            1 => {
                let (edges, axes, nodes) = (reader.sized()?, reader.sized()?, reader.sized()?);
                let mut outcomes = reader.sized()?;
                let count = outcomes.count()?;
                let outcome_starts = outcomes.take(count.saturating_mul(4))?.as_chunks::<4>().0;
                Ok(DecidedParts { edges: Some(edges), axes: Some(axes), nodes, outcome_starts, outcomes })
            }
            _ => Err(SnapshotError::Nonsense("a decision is of no known shape")),
        }
    }

    /// Whether the slot has one outcome everywhere.
    pub fn is_plain(&self) -> bool {
        self.axes.is_none()
    }

    /// The axes that the slot varies by.
    pub fn axes(&self, decoding: &mut Decoding<'s>) -> Result<Vec<Axis>, SnapshotError> {
        let Some(mut reader) = self.axes else { return Ok(Vec::new()) };
        let axes = reader.many(|reader| read_axis(reader, decoding))?;
        reader.end()?;
        let few = axes.len() <= MAX_AXES;
        if few { Ok(axes) } else { Err(SnapshotError::Nonsense("a slot varies by too many dimensions")) }
    }

    /// What `tick` makes of each axis, of which it gets the dimension (`None` for time) and the ticks.
    pub fn ticks(
        &self,
        texts: TextBlob<'s>,
        decoding: &mut Decoding<'s>,
        mut tick: impl FnMut(Option<&'s str>, &Ticks) -> Result<Option<u32>, SnapshotError>,
    ) -> Result<SmallVec<[Option<u32>; 8]>, SnapshotError> {
        let Some(mut reader) = self.axes else { return Ok(SmallVec::new()) };
        let count = reader.count()?;
        if count > MAX_AXES {
            return Err(SnapshotError::Nonsense("a slot varies by too many dimensions"));
        }
        let mut found = SmallVec::new();
        for _ in 0..count {
            let dimension = axis_name(&mut reader)?.map(|name| texts.get(name)).transpose()?;
            found.push(tick(dimension, &read_ticks(&mut reader, decoding)?)?);
        }
        reader.end()?;
        Ok(found)
    }

    /// Walks from the root to the outcome's index; `None` where `tick` leaves an axis open.
    pub fn walk(&self, mut tick: impl FnMut(u32) -> Option<u32>) -> Result<Option<u32>, SnapshotError> {
        let mut node = self.nodes;
        // Each step goes into a part of the bytes of the one before, so this ends.
        loop {
            let head = node.u32()?;
            if head & 1 == 0 {
                return Ok(Some(head >> 1));
            }
            let Some(wanted) = tick(head >> 1) else { return Ok(None) };
            let mut chosen = None;
            for _ in 0..node.count()? {
                let start = node.u32()?;
                let arm = node.sized()?;
                if start > wanted {
                    break;
                }
                chosen = Some(arm);
            }
            node = chosen.ok_or(SnapshotError::Nonsense("a point of a slot has no outcome"))?;
        }
    }

    /// The kind of outcome `index`, and its claims still to be read.
    pub fn outcome(&self, index: u32) -> Result<OutcomeParts<'s>, SnapshotError> {
        let missing = SnapshotError::Nonsense("an outcome is missing");
        let start = self.outcome_starts.get(index as usize).ok_or(missing)?;
        let mut reader = self.outcomes;
        reader.take(u32::from_le_bytes(*start) as usize)?;
        OutcomeParts::read(&mut reader)
    }

    /// All of it, checked. `range` are the claims of the slot.
    pub fn decode(
        &self,
        range: std::ops::Range<u32>,
        decoding: &mut Decoding<'s>,
    ) -> Result<Decided, SnapshotError> {
        let mut nodes = self.nodes;
        let root = read_node(&mut nodes, 0)?;
        nodes.end()?;
        let (edges, axes, outcomes) =
            (self.edges()?, self.axes(decoding)?, self.outcomes(range.end - range.start)?);
        let decided = Decided::new(range, Answers { edges, axes, root, outcomes });
        check_decided(&decided)?;
        Ok(decided)
    }

    fn edges(&self) -> Result<Vec<(u32, u32, bool)>, SnapshotError> {
        let Some(mut reader) = self.edges else { return Ok(Vec::new()) };
        let edges = reader.many(|reader| Ok((reader.u32()?, reader.u32()?, reader.flag()?)))?;
        reader.end()?;
        Ok(edges)
    }

    /// In order, each where the table says: no two may share their bytes.
    fn outcomes(&self, claims: u32) -> Result<Vec<Outcome>, SnapshotError> {
        let mut reader = self.outcomes;
        let all = reader.left();
        let mut outcomes = Vec::with_capacity(self.outcome_starts.len());
        for start in self.outcome_starts {
            if all - reader.left() != u32::from_le_bytes(*start) as usize {
                return Err(SnapshotError::Nonsense("an outcome is not where its table says"));
            }
            let parts = OutcomeParts::read(&mut reader)?;
            let (outcome, rest) = parts.decode(claims)?;
            reader = rest;
            outcomes.push(outcome);
        }
        reader.end()?;
        Ok(outcomes)
    }
}

const OUTSIDE: SnapshotError =
    SnapshotError::Nonsense("a decision names a claim that the slot does not have");

/// What an outcome is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::snapshot) enum OutcomeKind {
    Gap,
    Fact,
    Conflict,
}

/// An outcome whose claims are still to be read.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct OutcomeParts<'s> {
    pub kind: OutcomeKind,
    positions: Reader<'s>,
}

impl<'s> OutcomeParts<'s> {
    fn read(reader: &mut Reader<'s>) -> Result<OutcomeParts<'s>, SnapshotError> {
        let kind = match reader.byte()? {
            0 => OutcomeKind::Gap,
            1 => OutcomeKind::Fact,
            2 => OutcomeKind::Conflict,
            _ => return Err(SnapshotError::Nonsense("an outcome is of no known kind")),
        };
        Ok(OutcomeParts { kind, positions: *reader })
    }

    /// The position of its first claim in the slot.
    pub fn first(&self) -> Result<u32, SnapshotError> {
        let mut reader = self.positions;
        let count = reader.count()?;
        if count > 0 { reader.u32() } else { Err(SnapshotError::Nonsense("a fact that nobody says")) }
    }

    /// Whether the claim at `position` is one of its own.
    pub fn names(&self, position: u32) -> Result<bool, SnapshotError> {
        let mut reader = self.positions;
        let count = if self.kind == OutcomeKind::Gap { 0 } else { reader.count()? };
        for _ in 0..count {
            if reader.u32()? == position {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The positions of its claims in a slot of `claims` claims, and what follows in the bytes.
    pub fn positions(&self, claims: u32) -> Result<(Vec<u32>, Reader<'s>), SnapshotError> {
        let mut reader = self.positions;
        if self.kind == OutcomeKind::Gap {
            return Ok((Vec::new(), reader));
        }
        let inside = |position: u32| if position < claims { Ok(position) } else { Err(OUTSIDE) };
        let positions = reader.many(|reader| reader.u32().and_then(inside))?;
        Ok((positions, reader))
    }

    /// The outcome, and what follows in the bytes.
    pub fn decode(&self, claims: u32) -> Result<(Outcome, Reader<'s>), SnapshotError> {
        let (positions, rest) = self.positions(claims)?;
        let outcome = match self.kind {
            OutcomeKind::Gap => Outcome::Gap,
            OutcomeKind::Fact => Outcome::Fact(positions),
            OutcomeKind::Conflict => Outcome::Conflict(positions),
        };
        Ok((outcome, rest))
    }
}

fn write_outcome(out: &mut Writer, outcome: &Outcome) {
    let (kind, positions) = match outcome {
        Outcome::Gap => return out.byte(0),
        Outcome::Fact(positions) => (1, positions),
        Outcome::Conflict(positions) => (2, positions),
    };
    out.byte(kind);
    out.count(positions.len());
    positions.iter().for_each(|position| out.varint(u64::from(*position)));
}

fn write_node(out: &mut Writer, node: &Node) {
    match node {
        Node::Leaf(outcome) => out.varint(u64::from(*outcome) << 1),
        Node::Split { axis, arms } => {
            out.varint(u64::from(*axis) << 1 | 1);
            out.count(arms.len());
            for arm in arms {
                out.varint(u64::from(arm.start));
                out.sized(|out| write_node(out, &arm.node));
            }
        }
    }
}

/// A node at a depth that a tree of splits can have.
fn read_node(reader: &mut Reader<'_>, depth: usize) -> Result<Node, SnapshotError> {
    let head = reader.u32()?;
    if head & 1 == 0 {
        return Ok(Node::Leaf(head >> 1));
    }
    if depth == MAX_AXES {
        return Err(SnapshotError::Nonsense("a slot varies by too many dimensions"));
    }
    let arms = reader.many(|reader| {
        let start = reader.u32()?;
        let mut arm = reader.sized()?;
        let node = read_node(&mut arm, depth + 1)?;
        arm.end()?;
        Ok(Arm { start, node })
    })?;
    Ok(Node::Split { axis: head >> 1, arms })
}

fn write_axis<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, axis: &'a Axis) {
    match &axis.name {
        AxisName::Time => out.byte(0),
        AxisName::Dimension(id) => {
            out.byte(1);
            texts.text(out, id);
        }
    }
    match &axis.ticks {
        Ticks::Days(cuts) => {
            out.byte(0);
            out.count(cuts.len());
            cuts.iter().for_each(|cut| write_date(out, *cut));
        }
        Ticks::Numbers(cuts) => {
            out.byte(1);
            out.count(cuts.len());
            for (cut, below) in cuts {
                write_decimal(out, *cut);
                out.flag(*below);
            }
        }
        Ticks::Words(words) => {
            out.byte(2);
            texts.texts(out, words);
        }
        Ticks::Declared(count) => {
            out.byte(3);
            out.varint(u64::from(*count));
        }
    }
}

fn read_axis<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Axis, SnapshotError> {
    let name = match axis_name(reader)? {
        None => AxisName::Time,
        Some(word) => AxisName::Dimension(decoding.word_at(word)?),
    };
    Ok(Axis { name, ticks: read_ticks(reader, decoding)? })
}

/// Where the name of the dimension stands in the pool; `None` for time.
fn axis_name(reader: &mut Reader<'_>) -> Result<Option<u32>, SnapshotError> {
    match reader.byte()? {
        0 => Ok(None),
        1 => reader.u32().map(Some),
        _ => Err(SnapshotError::Nonsense("an axis is of no known kind")),
    }
}

fn read_ticks<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Ticks, SnapshotError> {
    Ok(match reader.byte()? {
        0 => Ticks::Days(reader.many(read_date as fn(&mut Reader<'s>) -> Result<Date, SnapshotError>)?),
        1 => Ticks::Numbers(reader.many(|reader| -> Result<(Decimal, bool), SnapshotError> {
            Ok((read_decimal(reader)?, reader.flag()?))
        })?),
        2 => Ticks::Words(decoding.words(reader)?),
        3 => Ticks::Declared(reader.u32()?),
        _ => return Err(SnapshotError::Nonsense("an axis is cut in no known way")),
    })
}
