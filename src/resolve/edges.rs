//! From what people write about claims (`supersedes = "…"`, a pin, a source that replaces another) to links between
//! positions in a slot, free of cycles.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::graph;
use super::ground::Ground;
use crate::claim::{Claim, Edge, EdgeKind, Target};
use crate::source::{FileId, Origin};

/// Why one claim gives way to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// `exception-to`: it is displaced.
    ExceptionTo,
    /// `supersedes`: it is displaced.
    Supersedes,
    /// The other's source supersedes its source as a whole: it is displaced.
    SourceSupersedes,
    /// `corrects`, or a correction: it is void.
    Corrects,
    /// `retracts`: it is void.
    Retracts,
}

impl Rule {
    /// Whether what gives way is void (as opposed to displaced).
    pub fn annuls(self) -> bool {
        matches!(self, Rule::Corrects | Rule::Retracts)
    }

    /// The word that people write.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::ExceptionTo => "exception-to",
            Rule::Supersedes | Rule::SourceSupersedes => "supersedes",
            Rule::Corrects => "corrects",
            Rule::Retracts => "retracts",
        }
    }
}

impl From<EdgeKind> for Rule {
    fn from(kind: EdgeKind) -> Rule {
        match kind {
            EdgeKind::ExceptionTo => Rule::ExceptionTo,
            EdgeKind::Supersedes => Rule::Supersedes,
            EdgeKind::Corrects => Rule::Corrects,
            EdgeKind::Retracts => Rule::Retracts,
        }
    }
}

/// One claim over another, by position in the slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Link {
    /// Which gives no way.
    pub from: u32,
    /// Which does.
    pub to: u32,
    /// Why.
    pub rule: Rule,
}

/// What is wrong with what people wrote about claims.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fault {
    /// An edge leads to no claim of the slot.
    NoTarget { claim: u32, edge: usize },
    /// The first digits of a hash fit several claims.
    Unclear { claim: u32, edge: usize, fit: Vec<u32> },
    /// The pin of a correction fits no claim.
    Pin { claim: u32 },
    /// Each of these stands over the next, and the last over the first.
    Cycle { path: Vec<(u32, Rule)> },
}

/// The links of a slot, as written.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Links {
    /// Sorted, without repeats and cycles.
    pub links: Vec<Link>,
    /// What could not be followed.
    pub faults: Vec<Fault>,
    /// Whether there are more than [`MAX_LINKS`]; then there are none here.
    pub too_many: bool,
}

/// More links than this in one slot are refused: a source of thousands of claims that supersedes another such.
pub(super) const MAX_LINKS: usize = 4_000_000;

/// Follows the edges of `claims`, all of one slot and sorted by hash.
pub(super) fn links(ground: &Ground<'_>, claims: &[Claim]) -> Links {
    let written = claims.iter().any(|claim| !claim.statement.edges.is_empty() || pin(claim).is_some());
    if !written && !ground.superseding {
        return Links::default();
    }
    let mut found = Links::default();
    let index = Index::new(claims, written);
    let led = |claim: &Claim, edge: &Edge| ground.led.contains(&place(claim, edge));
    for position in 0..claims.len() as u32 {
        follow(&index, position, &led, &mut found);
        if found.links.len() > MAX_LINKS {
            return Links { too_many: true, ..Links::default() };
        }
    }
    if ground.superseding && !by_source(ground, claims, &mut found.links) {
        return Links { too_many: true, ..Links::default() };
    }
    found.links.sort_unstable();
    found.links.dedup();
    break_cycles(claims.len(), &mut found);
    found
}

/// Where edges are written that lead to a claim of at least one slot. A block hands its edges down to all its
/// attributes, and need not mean something for each of them. `slots` are the claims of one slot each.
pub fn led<'c>(slots: impl Iterator<Item = &'c [Claim]>) -> FxHashSet<Origin> {
    let mut led = FxHashSet::default();
    for claims in slots {
        let names = |edge: &Edge| matches!(edge.target, Target::Id(_) | Target::Hash(_));
        if !claims.iter().any(|claim| claim.statement.edges.iter().any(names)) {
            continue;
        }
        let index = Index::new(claims, true);
        for (from, claim) in (0..).zip(claims) {
            for edge in claim.statement.edges.iter().filter(|edge| names(edge)) {
                if !index.targets(from, edge).is_empty() {
                    led.insert(place(claim, edge));
                }
            }
        }
    }
    led
}

/// Where an edge is written.
pub(super) fn place(claim: &Claim, edge: &Edge) -> Origin {
    Origin { file: claim.origin.file, span: edge.span }
}

/// The pin of a correction.
pub(super) fn pin(claim: &Claim) -> Option<&SmolStr> {
    claim.statement.correction.as_ref().and_then(|correction| correction.pin.as_ref())
}

/// Ways to find claims of one slot.
struct Index<'c> {
    claims: &'c [Claim],
    /// Only of more than [`FEW`] claims: fewer are looked through.
    ids: FxHashMap<&'c str, Vec<u32>>,
    tables: FxHashMap<(FileId, u32), Vec<u32>>,
}

/// So few claims are looked through faster than an index of them is made.
const FEW: usize = 16;

impl<'c> Index<'c> {
    fn new(claims: &'c [Claim], wanted: bool) -> Index<'c> {
        let mut index = Index { claims, ids: FxHashMap::default(), tables: FxHashMap::default() };
        for (position, claim) in (0..).zip(claims).filter(|_| wanted && claims.len() > FEW) {
            if let Some(id) = &claim.statement.id {
                index.ids.entry(id).or_default().push(position);
            }
            if !claim.statement.block {
                index.tables.entry((claim.origin.file, claim.table)).or_default().push(position);
            }
        }
        index
    }

    /// The claims but `from` whose hash begins with `prefix`; several only where copies or the prefix are to blame.
    fn hashed(&self, prefix: &str, from: u32) -> Vec<u32> {
        let mut least = [0; 32];
        for (at, digit) in prefix.chars().take(64).enumerate() {
            let Some(nibble) = digit.to_digit(16) else { return Vec::new() };
            least[at / 2] |= (nibble as u8) << if at.is_multiple_of(2) { 4 } else { 0 };
        }
        let first = self.claims.partition_point(|claim| claim.hash.0 < least);
        let fit = self.claims[first..].iter().take_while(|claim| claim.hash.starts_with(prefix));
        (first as u32..).zip(fit).map(|(position, _)| position).filter(|other| *other != from).collect()
    }

    /// The claims that stand in a table itself.
    fn of_table(&self, table: (FileId, u32)) -> Vec<u32> {
        if self.claims.len() > FEW {
            return self.tables.get(&table).cloned().unwrap_or_default();
        }
        self.those(|claim| !claim.statement.block && (claim.origin.file, claim.table) == table)
    }

    /// The claims that bear an id.
    fn bearing(&self, id: &str) -> Vec<u32> {
        if self.claims.len() > FEW {
            return self.ids.get(id).cloned().unwrap_or_default();
        }
        self.those(|claim| claim.statement.id.as_deref() == Some(id))
    }

    fn those(&self, fit: impl Fn(&Claim) -> bool) -> Vec<u32> {
        (0..).zip(self.claims).filter(|(_, claim)| fit(claim)).map(|(position, _)| position).collect()
    }

    fn targets(&self, from: u32, edge: &Edge) -> Vec<u32> {
        let claim = &self.claims[from as usize];
        // Siblings that carry the very same edge stand beside each other, not over each other.
        let sibling = |position: &u32| {
            let edges = &self.claims[*position as usize].statement.edges;
            edges.iter().any(|other| other.kind == edge.kind && other.target == edge.target)
        };
        match &edge.target {
            Target::Table => self.of_table((claim.origin.file, claim.table)),
            Target::Hash(prefix) => self.hashed(prefix, from),
            Target::Id(id) => {
                let mut all = self.bearing(id);
                all.retain(|position| !sibling(position));
                all
            }
            Target::Slot => {
                let all = (0..).zip(self.claims);
                let plain = all.filter(|(_, other)| other.statement.correction.is_none());
                plain.map(|(position, _)| position).collect()
            }
        }
    }
}

/// Follows what one claim says about others.
fn follow(index: &Index<'_>, from: u32, led: &dyn Fn(&Claim, &Edge) -> bool, found: &mut Links) {
    let claim = &index.claims[from as usize];
    let mut pinned = pin(claim).map(|pin| index.hashed(pin, from));
    for (at, edge) in claim.statement.edges.iter().enumerate() {
        let corrects = claim.statement.correction.is_some() && edge.kind == EdgeKind::Corrects;
        // A pin says which claim of the slot is meant.
        if corrects && edge.target == Target::Slot && pinned.is_some() {
            continue;
        }
        let targets = index.targets(from, edge);
        let distinct = |positions: &[u32]| {
            let first = positions.first().map(|first| index.claims[*first as usize].hash);
            positions.iter().any(|other| Some(index.claims[*other as usize].hash) != first)
        };
        match &edge.target {
            Target::Hash(_) if targets.is_empty() && corrects => {
                pinned = None;
                push_pin_fault(from, &mut found.faults);
            }
            Target::Id(_) if targets.is_empty() && corrects => {
                pinned = None;
                found.faults.push(Fault::NoTarget { claim: from, edge: at });
            }
            Target::Hash(_) | Target::Id(_) if targets.is_empty() && !led(claim, edge) => {
                found.faults.push(Fault::NoTarget { claim: from, edge: at });
            }
            Target::Hash(_) if distinct(&targets) => {
                found.faults.push(Fault::Unclear { claim: from, edge: at, fit: targets });
                pinned = None;
                continue;
            }
            Target::Id(_) if corrects => {
                // The pin then vouches that what bears the id is still what was corrected.
                match pinned.take() {
                    Some(pinned) if !targets.iter().any(|target| pinned.contains(target)) => {
                        push_pin_fault(from, &mut found.faults);
                        continue;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        let over = targets.into_iter().filter(|to| *to != from);
        found.links.extend(over.map(|to| Link { from, to, rule: edge.kind.into() }));
    }
    if let Some(pinned) = pinned {
        if pinned.is_empty() {
            push_pin_fault(from, &mut found.faults);
        }
        found.links.extend(pinned.into_iter().map(|to| Link { from, to, rule: Rule::Corrects }));
    }
}

fn push_pin_fault(claim: u32, faults: &mut Vec<Fault>) {
    let fault = Fault::Pin { claim };
    if faults.last() != Some(&fault) {
        faults.push(fault);
    }
}

/// Links between all claims of a source and those of the sources it supersedes; whether they are few enough.
fn by_source(ground: &Ground<'_>, claims: &[Claim], links: &mut Vec<Link>) -> bool {
    let mut by_source: BTreeMap<&SmolStr, Vec<u32>> = BTreeMap::new();
    for (position, claim) in (0..).zip(claims) {
        if let Some(source) = &claim.statement.source {
            by_source.entry(source).or_default().push(position);
        }
    }
    if by_source.len() < 2 {
        return true;
    }
    for (newer, over) in &by_source {
        let superseded: BTreeSet<&SmolStr> = ground.superseded_by(newer);
        for (_, under) in by_source.iter().filter(|(older, _)| superseded.contains(*older)) {
            if links.len() + over.len() * under.len() > MAX_LINKS {
                return false;
            }
            for &from in over {
                links.extend(under.iter().map(|&to| Link { from, to, rule: Rule::SourceSupersedes }));
            }
        }
    }
    true
}

/// Takes out the links of every cycle, each with a fault that tells the way round.
fn break_cycles(claims: usize, found: &mut Links) {
    if found.links.is_empty() {
        return;
    }
    let mut out = vec![Vec::new(); claims];
    found.links.iter().for_each(|link| out[link.from as usize].push(link.to));
    let component = graph::components(&out);
    let within = |link: &Link| component[link.from as usize] == component[link.to as usize];
    if !found.links.iter().any(within) {
        return;
    }
    let mut told = BTreeSet::new();
    for link in found.links.iter().filter(|link| within(link)) {
        if told.insert(component[link.from as usize]) {
            let path = graph::cycle(&out, &component, link.from);
            let next = path.iter().cycle().skip(1);
            let rule = |from: u32, to: u32| {
                let link = found.links.iter().find(|link| (link.from, link.to) == (from, to));
                link.map_or(Rule::Supersedes, |link| link.rule)
            };
            let path = path.iter().zip(next).map(|(from, to)| (*from, rule(*from, *to))).collect();
            found.faults.push(Fault::Cycle { path });
        }
    }
    found.links.retain(|link| !within(link));
}
