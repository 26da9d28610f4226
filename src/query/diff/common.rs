//! One axis that refines those of both sides: each of its ticks lies in one tick of either.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::claim::{Declarations, Dimension, Shape, Tree, TreeNode};
use crate::resolve::{Axis, AxisName, Ticks};

/// The dimensions that both sides declare alike: worked out once, for a tree may be large.
pub(super) struct Alike(BTreeSet<SmolStr>);

impl Alike {
    pub(super) fn new(before: &Declarations, after: &Declarations) -> Alike {
        let same = |(id, dimension): &(&SmolStr, &Dimension)| {
            after.dimensions.get(*id).is_some_and(|other| other.shape == dimension.shape)
        };
        Alike(before.dimensions.iter().filter(same).map(|(id, _)| id.clone()).collect())
    }

    /// Whether ticks of this axis mean the same on both sides.
    pub(super) fn is(&self, name: &AxisName) -> bool {
        match name {
            AxisName::Time => true,
            AxisName::Dimension(id) => self.0.contains(id),
        }
    }
}

/// An axis that refines those of both sides.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) name: AxisName,
    pub(super) ticks: Ticks,
    /// How its ticks are put in words; `None` of time.
    pub(super) dimension: Option<Dimension>,
    pub(super) before: Map,
    pub(super) after: Map,
}

/// Where the ticks of a common axis lie on one side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Map {
    /// At the same ticks.
    Same,
    /// For each tick, the one it lies in; `None` where the side knows no such case.
    Table(Vec<Option<u32>>),
}

impl Map {
    pub(super) fn at(&self, tick: u32) -> Option<u32> {
        match self {
            Map::Same => Some(tick),
            Map::Table(ticks) => ticks.get(tick as usize).copied().flatten(),
        }
    }
}

/// An axis of one side and the dimension it is of.
type Own<'s> = (&'s Axis, Option<&'s Dimension>);

/// The axis of `dimension` as it is where no answer turns on it.
pub(super) fn whole(name: &AxisName, dimension: &Dimension) -> Axis {
    let ticks = match &dimension.shape {
        Shape::Tree(tree) => Ticks::Declared(tree.nodes.len() as u32),
        Shape::Enum(values) => Ticks::Declared(values.len() as u32),
        Shape::Bool => Ticks::Declared(2),
        Shape::Number => Ticks::Numbers(Vec::new()),
        Shape::Date => Ticks::Days(Vec::new()),
        Shape::Open => Ticks::Words(Vec::new()),
    };
    Axis { name: name.clone(), ticks }
}

/// An axis that one side alone has.
pub(super) fn single((axis, dimension): Own<'_>) -> Common {
    Common {
        name: axis.name.clone(),
        ticks: axis.ticks.clone(),
        dimension: dimension.cloned(),
        before: Map::Same,
        after: Map::Same,
    }
}

/// An axis that both have. `None` where they are of different sorts, so that no tick of one is any of the other.
pub(super) fn both(before: Own<'_>, after: Own<'_>, is_alike: bool) -> Option<Common> {
    let common = |ticks, dimension: Option<Dimension>, one: Vec<Option<u32>>, two: Vec<Option<u32>>| Common {
        name: after.0.name.clone(),
        ticks,
        dimension,
        before: Map::Table(one),
        after: Map::Table(two),
    };
    let declared = after.1.cloned();
    match (&before.0.ticks, &after.0.ticks) {
        (one, two) if is_alike && one == two => Some(single(after)),
        (Ticks::Days(one), Ticks::Days(two)) => {
            let cuts = union(one, two);
            let (one, two) = (cut_map(&cuts, one), cut_map(&cuts, two));
            Some(common(Ticks::Days(cuts), declared, one, two))
        }
        (Ticks::Numbers(one), Ticks::Numbers(two)) => {
            let cuts = union(one, two);
            let (one, two) = (cut_map(&cuts, one), cut_map(&cuts, two));
            Some(common(Ticks::Numbers(cuts), declared, one, two))
        }
        _ => {
            let (one, two) = (Names::of(before)?, Names::of(after)?);
            let (ticks, dimension, names) = named(&one, &two, before.1?, after.1?);
            let (one, two) = (one.map(&names, before.1?, after.1?), two.map(&names, after.1?, before.1?));
            Some(common(ticks, Some(dimension), one, two))
        }
    }
}

fn union<T: Ord + Clone>(one: &[T], two: &[T]) -> Vec<T> {
    let all: BTreeSet<&T> = one.iter().chain(two).collect();
    all.into_iter().cloned().collect()
}

/// Tick 0 lies before the first cut, tick i + 1 begins at cut i.
pub(super) fn cut_map<T: Ord>(all: &[T], own: &[T]) -> Vec<Option<u32>> {
    let at = |cut: &T| Some(own.partition_point(|other| other <= cut) as u32);
    std::iter::once(Some(0)).chain(all.iter().map(at)).collect()
}

/// The ticks of an axis by name.
struct Names<'s> {
    ticks: BTreeMap<&'s str, u32>,
    /// The tick of all other words, where there is one.
    others: Option<u32>,
}

impl<'s> Names<'s> {
    /// `None` where ticks have no names.
    fn of((axis, dimension): Own<'s>) -> Option<Names<'s>> {
        let numbered =
            |words: &'s [SmolStr]| (0u32..).zip(words).map(|(at, word)| (word.as_str(), at)).collect();
        match (&axis.ticks, &dimension?.shape) {
            (Ticks::Words(words), _) => {
                Some(Names { ticks: numbered(words), others: Some(words.len() as u32) })
            }
            (Ticks::Declared(_), Shape::Enum(values)) => {
                Some(Names { ticks: numbered(values), others: None })
            }
            (Ticks::Declared(_), Shape::Tree(tree)) => {
                let ticks = (0u32..).zip(&tree.nodes).map(|(at, node)| (node.name.as_str(), at)).collect();
                Some(Names { ticks, others: None })
            }
            _ => None,
        }
    }

    /// The tick of each of `names`, and, where the common axis has it, of all other words (`None` there).
    fn map(&self, names: &[Option<SmolStr>], own: &Dimension, other: &Dimension) -> Vec<Option<u32>> {
        let tick = |name: &Option<SmolStr>| {
            let Some(name) = name else { return self.others };
            let found = self.ticks.get(name.as_str()).copied().or(self.others);
            found.or_else(|| self.above(name, own, other))
        };
        names.iter().map(tick).collect()
    }

    /// The nearest node above `name` in the tree of the other side that this side knows too.
    fn above(&self, name: &str, own: &Dimension, other: &Dimension) -> Option<u32> {
        let (Shape::Tree(_), Shape::Tree(tree)) = (&own.shape, &other.shape) else { return None };
        let mut node = tree.nodes.iter().find(|node| node.name == name)?;
        loop {
            node = tree.nodes.get(node.parent? as usize)?;
            if let Some(tick) = self.ticks.get(node.name.as_str()) {
                return Some(*tick);
            }
        }
    }
}

/// The common ticks of two axes of words, how they are put in words, and the word of each; `None` for all others.
fn named(
    one: &Names<'_>,
    two: &Names<'_>,
    before: &Dimension,
    after: &Dimension,
) -> (Ticks, Dimension, Vec<Option<SmolStr>>) {
    if let (Shape::Tree(old), Shape::Tree(new)) = (&before.shape, &after.shape) {
        let tree = merged(old, new);
        let names = tree.nodes.iter().map(|node| Some(node.name.clone())).collect();
        let ticks = Ticks::Declared(tree.nodes.len() as u32);
        return (ticks, shaped(after, Shape::Tree(tree)), names);
    }
    let words: BTreeSet<&str> = one.ticks.keys().chain(two.ticks.keys()).copied().collect();
    let words: Vec<SmolStr> = words.into_iter().map(SmolStr::new).collect();
    let mut names: Vec<Option<SmolStr>> = words.iter().cloned().map(Some).collect();
    if one.others.is_none() && two.others.is_none() {
        let ticks = Ticks::Declared(words.len() as u32);
        return (ticks, shaped(after, Shape::Enum(words)), names);
    }
    names.push(None);
    (Ticks::Words(words), shaped(after, Shape::Open), names)
}

fn shaped(like: &Dimension, shape: Shape) -> Dimension {
    Dimension { shape, sets: BTreeMap::new(), unit: like.unit.clone() }
}

/// The nodes of both trees. A node stands where the new tree has it; one that is gone stands below its old parent.
fn merged(old: &Tree, new: &Tree) -> Tree {
    let mut parents: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for tree in [old, new] {
        for node in &tree.nodes {
            let parent = node.parent.and_then(|at| tree.nodes.get(at as usize));
            parents.insert(&node.name, parent.map(|parent| parent.name.as_str()));
        }
    }
    let mut children: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (name, parent) in &parents {
        children.entry(*parent).or_default().push(name);
    }
    let mut nodes: Vec<TreeNode> = Vec::with_capacity(parents.len());
    // INVARIANT: a stack of what is still to be laid out, the next one last; `None` ends the subtree at that tick.
    let roots = children.get(&None).into_iter().flatten().rev();
    let mut open: Vec<(Option<&str>, Option<u32>)> = roots.map(|name| (Some(*name), None)).collect();
    while let Some((name, at)) = open.pop() {
        let Some(name) = name else {
            let end = nodes.len() as u32;
            if let Some(node) = at.and_then(|at| nodes.get_mut(at as usize)) {
                node.end = end;
            }
            continue;
        };
        let tick = nodes.len() as u32;
        nodes.push(TreeNode { name: SmolStr::new(name), parent: at, end: tick + 1 });
        open.push((None, Some(tick)));
        let below = children.get(&Some(name)).into_iter().flatten().rev();
        open.extend(below.map(|child| (Some(*child), Some(tick))));
    }
    Tree { nodes }
}
