//! Who may answer: the claims of a slot with where they stand and what they stand over, before any point is looked
//! at. The sweep and the oracle both start from here.
//!
//! A correction that names the claim it corrects *stands in* for it: it speaks only where that claim speaks, leans
//! on its source and starts when it does unless it says otherwise, displaces what it displaces, and gives way to
//! what it gives way to. One that corrects several claims (of one id) stands in for each apart, so that what it is
//! at a point depends only on what speaks there. Hence a claim has one candidate, or one for each it stands in for.

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::edges::{self, Fault, Link, Links, Rule};
use super::graph;
use super::ground::Ground;
use crate::claim::{Claim, Edge, EdgeKind, Target};

/// A claim as a possible answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Candidate<'c> {
    /// Position of the claim in its slot.
    pub claim: u32,
    /// The candidate that it stands in for: it speaks only where that one does too.
    pub stands_for: Option<u32>,
    /// On whose authority.
    pub source: Option<&'c SmolStr>,
    /// Since when, for the criterion `effective`.
    pub from: Option<Date>,
    /// It says nothing itself: a retraction.
    pub silent: bool,
    /// It says nothing anywhere, for the claim that it corrects could not be found.
    pub inert: bool,
}

/// The candidates of a slot and what stands over what.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Cast<'c> {
    /// In an order that depends on the claims alone.
    pub candidates: Vec<Candidate<'c>>,
    /// Between positions of candidates; from what gives no way to what does. Without cycles. Empty where there is none.
    pub out: Vec<Vec<(u32, Rule)>>,
    /// For each claim its candidates, from one up to another; empty where claim `i` has candidate `i` alone.
    pub of_claim: Vec<(u32, u32)>,
    /// What could not be followed.
    pub faults: Vec<Fault>,
    /// Whether the slot has more relations than can be weighed.
    pub too_many: bool,
}

impl Cast<'_> {
    /// The candidates of the claim at `position`.
    pub fn of(&self, position: u32) -> std::ops::Range<u32> {
        let (first, end) = self.of_claim.get(position as usize).copied().unwrap_or((position, position + 1));
        first..end
    }
}

/// More candidates than this in one slot are refused: corrections of corrections of an id that many claims bear.
const MAX_CANDIDATES: usize = 200_000;

/// The candidates of `claims`, all of one slot and sorted by hash.
pub(super) fn cast<'c>(ground: &Ground<'_>, claims: &'c [Claim]) -> Cast<'c> {
    let Links { links, faults, too_many } = edges::links(ground, claims);
    if links.is_empty() && !claims.iter().any(stands_in) {
        let candidates = (0..).zip(claims).map(|(position, claim)| plain(position, claim)).collect();
        return Cast { candidates, faults, too_many, ..Cast::default() };
    }
    if !claims.iter().any(stands_in) {
        return as_written(claims, &links, faults);
    }
    let standing_in: Vec<bool> = claims.iter().map(stands_in).collect();
    let (candidates, of_claim) = candidates(claims, &links, &standing_in);
    let mut cast = Cast { candidates, of_claim, faults, ..Cast::default() };
    cast.too_many = cast.candidates.len() > MAX_CANDIDATES;
    if !cast.too_many {
        connect(&mut cast, &links, &standing_in);
    }
    cast
}

/// The candidates where none stands in for another: each claim is one, and the links between them are those of the
/// claims.
fn as_written<'c>(claims: &'c [Claim], links: &[Link], faults: Vec<Fault>) -> Cast<'c> {
    let candidates: Vec<Candidate<'c>> =
        (0..).zip(claims).map(|(position, claim)| plain(position, claim)).collect();
    let mut out = vec![Vec::new(); claims.len()];
    // Sorted and without repeats, as the links are. A retraction only voids.
    for link in links.iter().filter(|link| link.rule.annuls() || !candidates[link.from as usize].silent) {
        out[link.from as usize].push((link.to, link.rule));
    }
    Cast { candidates, out, faults, ..Cast::default() }
}

/// Whether it is a correction that names what it corrects.
pub(super) fn stands_in(claim: &Claim) -> bool {
    let names = |edge: &Edge| {
        edge.kind == EdgeKind::Corrects && matches!(edge.target, Target::Id(_) | Target::Hash(_))
    };
    claim.statement.correction.is_some()
        && (edges::pin(claim).is_some() || claim.statement.edges.iter().any(names))
}

fn plain(position: u32, claim: &Claim) -> Candidate<'_> {
    let statement = &claim.statement;
    Candidate {
        claim: position,
        stands_for: None,
        source: statement.source.as_ref(),
        from: statement.period.from,
        silent: statement.edges.iter().any(|edge| edge.kind == EdgeKind::Retracts),
        inert: false,
    }
}

/// Candidates, what is stood in for before what stands in, and which are of which claim.
fn candidates<'c>(
    claims: &'c [Claim],
    links: &[Link],
    standing_in: &[bool],
) -> (Vec<Candidate<'c>>, Vec<(u32, u32)>) {
    let mut targets: Vec<Vec<u32>> = vec![Vec::new(); claims.len()];
    for link in links.iter().filter(|link| link.rule == Rule::Corrects && standing_in[link.from as usize]) {
        targets[link.from as usize].push(link.to);
    }
    let component = graph::components(&targets);
    let mut order: Vec<u32> = (0..claims.len() as u32).collect();
    // Without cycles every claim is a component of its own, numbered after those it leads to.
    order.sort_by_key(|position| (standing_in[*position as usize], component[*position as usize]));
    let mut found: Vec<Candidate<'c>> = Vec::with_capacity(claims.len());
    let mut of_claim: Vec<(u32, u32)> = vec![(0, 0); claims.len()];
    for position in order {
        let own = plain(position, &claims[position as usize]);
        let first = found.len() as u32;
        if standing_in[position as usize] {
            let bases: Vec<(u32, u32)> =
                targets[position as usize].iter().map(|target| of_claim[*target as usize]).collect();
            for target in bases.into_iter().flat_map(|(first, end)| first..end) {
                let base = &found[target as usize];
                let (source, from) = (own.source.or(base.source), own.from.or(base.from));
                let inert = base.inert;
                found.push(Candidate { stands_for: Some(target), source, from, inert, ..own.clone() });
                if found.len() > MAX_CANDIDATES {
                    return (found, of_claim);
                }
            }
            if found.len() as u32 == first {
                found.push(Candidate { inert: true, ..own });
            }
        } else {
            found.push(own);
        }
        of_claim[position as usize] = (first, found.len() as u32);
    }
    (found, of_claim)
}

/// Brings links between claims to their candidates and lets those that stand in inherit.
fn connect(cast: &mut Cast<'_>, links: &[Link], standing_in: &[bool]) {
    let count = cast.candidates.len();
    let mut net =
        Net { out: vec![Vec::new(); count], into: vec![Vec::new(); count], inherited: Vec::new(), size: 0 };
    for link in links {
        for from in cast.of(link.from) {
            let apart = link.rule == Rule::Corrects && standing_in[link.from as usize];
            let own = cast.candidates[from as usize].stands_for;
            // A retraction only voids.
            let mute = cast.candidates[from as usize].silent && !link.rule.annuls();
            let targets = cast.of(link.to).filter(|to| !mute && (!apart || own == Some(*to)));
            targets.for_each(|to| net.add(from, to, link.rule));
        }
    }
    for position in 0..count as u32 {
        if let Some(base) = cast.candidates[position as usize].stands_for {
            net.inherit(&cast.candidates, position, base);
        }
        if net.size > edges::MAX_LINKS {
            cast.too_many = true;
            return;
        }
    }
    net.drop_inherited_cycles();
    net.out.iter_mut().for_each(|links| {
        links.sort_unstable();
        links.dedup();
    });
    cast.out = net.out;
}

/// Links in both directions while they grow.
struct Net {
    out: Vec<Vec<(u32, Rule)>>,
    into: Vec<Vec<(u32, Rule)>>,
    inherited: Vec<(u32, u32)>,
    size: usize,
}

impl Net {
    fn add(&mut self, from: u32, to: u32, rule: Rule) {
        self.out[from as usize].push((to, rule));
        self.into[to as usize].push((from, rule));
        self.size += 1;
    }

    /// Lets `heir` stand over what `base` stands over, and under what `base` stands under; what the heir says
    /// itself about another claim comes first.
    fn inherit(&mut self, candidates: &[Candidate<'_>], heir: u32, base: u32) {
        let own = candidates[heir as usize].claim;
        let links = self.out[heir as usize].iter().chain(&self.into[heir as usize]);
        let related: FxHashSet<u32> = links.map(|(other, _)| *other).collect();
        let strange =
            |(other, _): &&(u32, Rule)| candidates[*other as usize].claim != own && !related.contains(other);
        // What the base voided stays void where the heir speaks in its place; what voids the base does not touch the
        // heir, which was written against it.
        let over: Vec<(u32, Rule)> = self.out[base as usize].iter().filter(strange).copied().collect();
        let under = self.into[base as usize].iter().filter(|(_, rule)| !rule.annuls());
        let under: Vec<(u32, Rule)> = under.filter(strange).copied().collect();
        for (other, rule) in over.into_iter().filter(|_| !candidates[heir as usize].silent) {
            self.add(heir, other, rule);
            self.inherited.push((heir, other));
        }
        for (other, rule) in under {
            self.add(other, heir, rule);
            self.inherited.push((other, heir));
        }
    }

    /// What is written has no cycles; where inheriting closes one, what is written stands.
    fn drop_inherited_cycles(&mut self) {
        if self.inherited.is_empty() {
            return;
        }
        let plain: Vec<Vec<u32>> =
            self.out.iter().map(|links| links.iter().map(|(to, _)| *to).collect()).collect();
        let component = graph::components(&plain);
        for (from, to) in &self.inherited {
            if component[*from as usize] == component[*to as usize] {
                self.out[*from as usize].retain(|(other, _)| other != to);
            }
        }
    }
}
