//! What all slots share: the declarations, and what is worked out from them once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::claim::{Criterion, Declarations, Law, Precedence, Shape, Slot, Tree};
use crate::source::Origin;

/// Declarations with their indexes.
#[derive(Debug)]
pub(super) struct Ground<'d> {
    declarations: &'d Declarations,
    /// Of large trees, by dimension: names to ticks; filled when first asked.
    names: BTreeMap<&'d str, OnceLock<FxHashMap<SmolStr, u32>>>,
    /// Where edges are written that lead somewhere (see `edges::led`): a slot in which they lead nowhere is no fault.
    pub led: FxHashSet<Origin>,
    /// Whether any source supersedes another.
    pub superseding: bool,
    /// Whether any precedence but the default is chosen by address.
    pub globs: bool,
}

/// Trees of up to so many nodes are searched without an index.
const SMALL_TREE: usize = 16;

/// How claims are weighed where nothing is declared: lex superior, lex specialis, lex posterior.
static DEFAULT: OnceLock<Precedence> = OnceLock::new();

impl<'d> Ground<'d> {
    /// Indexes `declarations`; cheap, for what is large is indexed when first needed.
    pub fn new(declarations: &'d Declarations) -> Ground<'d> {
        let large = |shape: &Shape| matches!(shape, Shape::Tree(tree) if tree.nodes.len() > SMALL_TREE);
        let trees = declarations.dimensions.iter().filter(|(_, dimension)| large(&dimension.shape));
        Ground {
            declarations,
            names: trees.map(|(id, _)| (id.as_str(), OnceLock::new())).collect(),
            led: FxHashSet::default(),
            superseding: declarations.sources.values().any(|source| !source.supersedes.is_empty()),
            globs: declarations.precedences.values().any(|precedence| !precedence.globs.is_empty()),
        }
    }

    /// What was declared.
    pub fn declarations(&self) -> &'d Declarations {
        self.declarations
    }

    /// The tick of the node `name` in the tree of `dimension`.
    pub fn node(&self, dimension: &str, tree: &Tree, name: &str) -> Option<u32> {
        let Some(index) = self.names.get(dimension) else {
            return tree.nodes.iter().position(|node| node.name == name).map(|tick| tick as u32);
        };
        let fill = || (0..).zip(&tree.nodes).map(|(tick, node)| (node.name.clone(), tick)).collect();
        index.get_or_init(fill).get(name).copied()
    }

    /// The precedence of a slot, its id, and the ids of others that fit as well.
    pub fn precedence(&self, slot: &Slot, law: &Law) -> (&Precedence, Vec<&'d SmolStr>) {
        if !self.declarations.precedences.contains_key("default") {
            let order = vec![Criterion::Authority, Criterion::Specificity, Criterion::Effective];
            return (DEFAULT.get_or_init(|| Precedence { order, ..Precedence::default() }), Vec::new());
        }
        if !self.globs && law.precedence.is_none() {
            return (&self.declarations.precedences["default"], Vec::new());
        }
        let (best, ties) = self.declarations.precedence(slot, law);
        if ties.is_empty() {
            return (best, ties);
        }
        let own =
            self.declarations.precedences.iter().find(|(_, precedence)| std::ptr::eq(*precedence, best));
        (best, own.map(|(id, _)| id).into_iter().chain(ties).collect())
    }

    /// The sources that `source` supersedes, through others too, without those that supersede it in turn (a cycle,
    /// found elsewhere).
    pub fn superseded_by(&self, source: &str) -> BTreeSet<&'d SmolStr> {
        let mut reached = self.reach(source);
        if !reached.iter().any(|other| *other == source) {
            return reached;
        }
        reached.retain(|other| *other != source && !self.reach(other).iter().any(|back| *back == source));
        reached
    }

    /// The sources that `source` supersedes in one or more steps; itself only where it is on a cycle.
    pub fn reach(&self, source: &str) -> BTreeSet<&'d SmolStr> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = vec![source];
        while let Some(id) = open.pop() {
            let record = self.declarations.sources.get(id);
            for older in record.iter().flat_map(|record| &record.supersedes) {
                if reached.insert(older) {
                    open.push(older);
                }
            }
        }
        reached
    }

    /// The tier of a source as a rank, 0 the highest; no source, or one without a tier, stands below the last.
    pub fn tier(&self, source: Option<&SmolStr>) -> u32 {
        let record = source.and_then(|id| self.declarations.sources.get(id));
        record.and_then(|record| record.tier).unwrap_or(self.declarations.tiers.len() as u32)
    }

    /// What people call a rank: `policy`, or `unsourced` below the last tier.
    pub fn tier_name(&self, tier: u32) -> &'d str {
        self.declarations.tiers.get(tier as usize).map_or("unsourced", SmolStr::as_str)
    }
}
