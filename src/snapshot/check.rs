//! What a snapshot relies on, held against what it is given and against what it reads: whoever asks it, or explains
//! what was decided, follows these pointers without looking.

use super::SnapshotError;
use super::build::Content;
use super::wire::{MAX_AXES, value_fits};
use crate::claim::{Claim, Declarations, Shape, Slot, Tree};
use crate::resolve::{Axis, Decided, Node, Outcome};

/// That claims are in order, and that the decided slots tile them and point at nothing else.
pub(super) fn check(content: &Content<'_>) -> Result<(), SnapshotError> {
    let Content { claims, decisions, lines, .. } = content;
    if u32::try_from(claims.len()).is_err() {
        return Err(SnapshotError::TooLarge("more than 4,294,967,295 claims"));
    }
    check_declarations(content.declarations)?;
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
        check_claims(own, content.declarations)?;
        check_decided(decided)?;
        next = decided.claims.end;
    }
    let all = next as usize == claims.len();
    if all { Ok(()) } else { Err(SnapshotError::Nonsense("some claims were not decided")) }
}

/// The claims of a decided slot.
pub(super) fn claims_of<'a>(claims: &'a [Claim], decided: &Decided) -> Result<&'a [Claim], SnapshotError> {
    let range = decided.claims.start as usize..decided.claims.end as usize;
    claims.get(range).ok_or(SnapshotError::Nonsense("a slot was decided that has no claims"))
}

/// That tiers exist, trees are trees, and there is a precedence to fall back on.
pub(super) fn check_declarations(declarations: &Declarations) -> Result<(), SnapshotError> {
    let tiers = declarations.tiers.len();
    if declarations.sources.values().any(|source| source.tier.is_some_and(|tier| tier as usize >= tiers)) {
        return Err(SnapshotError::Nonsense("a source stands in a tier that does not exist"));
    }
    let is_tree = |shape: &Shape| if let Shape::Tree(tree) = shape { is_tree(tree) } else { true };
    if !declarations.dimensions.values().all(|dimension| is_tree(&dimension.shape)) {
        return Err(SnapshotError::Nonsense("a tree is not a tree"));
    }
    let weighed = declarations.laws.is_empty() || declarations.precedences.contains_key("default");
    if weighed { Ok(()) } else { Err(SnapshotError::Nonsense("there is no default precedence")) }
}

/// Whether parents come before children and every subtree ends inside the tree.
fn is_tree(tree: &Tree) -> bool {
    tree.nodes.iter().enumerate().all(|(tick, node)| {
        let below = node.parent.is_none_or(|parent| (parent as usize) < tick);
        below && tick < node.end as usize && node.end as usize <= tree.nodes.len()
    })
}

/// That claims have laws, places and values that a snapshot can hold.
fn check_claims(claims: &[Claim], declarations: &Declarations) -> Result<(), SnapshotError> {
    if !claims.iter().all(|claim| value_fits(&claim.value)) {
        return Err(SnapshotError::TooLarge("lists are nested more than 32 deep"));
    }
    if !claims.iter().all(|claim| (claim.law.0 as usize) < declarations.laws.len()) {
        return Err(NO_LAW);
    }
    let address = claims.first().is_none_or(|claim| is_address(&claim.slot));
    let ends = claims.iter().all(|claim| claim.origin.span.start <= claim.origin.span.end);
    if address && ends { Ok(()) } else { Err(SnapshotError::Nonsense("a claim has no address or no place")) }
}

/// A claim whose law is not among the declarations.
pub(super) const NO_LAW: SnapshotError =
    SnapshotError::Nonsense("a claim has a merge law that is not declared");

/// Whether the slot's text can be read as an address again.
fn is_address(slot: &Slot) -> bool {
    let subject = slot.subject.as_str().split_once('/');
    let read =
        subject.is_some_and(|(kind, id)| !kind.is_empty() && !id.is_empty() && !id.contains(['/', '#']));
    read && !slot.subject.kind().contains('#') && !slot.attribute.is_empty()
}

/// That a decided slot points at its own claims, axes and outcomes only, and that its tree is one.
pub(super) fn check_decided(decided: &Decided) -> Result<(), SnapshotError> {
    if decided.axes.len() > MAX_AXES {
        return Err(SnapshotError::TooLarge("a slot varies by more than 256 dimensions"));
    }
    let count = decided.claims.end - decided.claims.start;
    let said = decided.outcomes.iter().all(|outcome| match outcome {
        Outcome::Gap => true,
        Outcome::Fact(positions) | Outcome::Conflict(positions) => {
            !positions.is_empty() && positions.iter().all(|position| *position < count)
        }
    });
    let edges = decided.edges.iter().all(|(from, to, _)| *from < count && *to < count);
    if !said || !edges {
        return Err(SnapshotError::Nonsense("a decided slot names a claim that it does not have"));
    }
    let whole = node_fits(&decided.root, 0, &decided.axes, decided.outcomes.len());
    if whole {
        Ok(())
    } else {
        Err(SnapshotError::Nonsense("a decided slot does not cover every point once"))
    }
}

/// Whether a node's arms tile the ticks of its axis, no axis is split twice on the way, and leaves are outcomes.
fn node_fits(node: &Node, lowest: u32, axes: &[Axis], outcomes: usize) -> bool {
    match node {
        Node::Leaf(outcome) => (*outcome as usize) < outcomes,
        Node::Split { axis, arms } => {
            let ticks = axes.get(*axis as usize).filter(|_| *axis >= lowest).map(|axis| axis.ticks.len());
            let inside = ticks.is_some_and(|ticks| arms.iter().all(|arm| arm.start < ticks));
            let ordered = arms.windows(2).all(|pair| pair[0].start < pair[1].start);
            let from_zero = arms.len() >= 2 && arms[0].start == 0;
            let below = || arms.iter().all(|arm| node_fits(&arm.node, axis + 1, axes, outcomes));
            inside && ordered && from_zero && below()
        }
    }
}
