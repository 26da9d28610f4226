//! Sets of ticks and products of them: where a claim speaks.

use smallvec::SmallVec;

/// A set of ticks of one axis: half-open stretches, sorted, neither touching nor overlapping.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Intervals(Stretches);

/// Most sets are one stretch or two.
type Stretches = SmallVec<[(u32, u32); 2]>;

impl Intervals {
    /// Any of `stretches`, in whatever order they come.
    pub fn any_of(stretches: impl Into<Stretches>) -> Intervals {
        let mut stretches: Stretches = stretches.into();
        stretches.retain(|(start, end)| start < end);
        stretches.sort_unstable();
        let mut joined = Stretches::with_capacity(stretches.len());
        for (start, end) in stretches {
            match joined.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        Intervals(joined)
    }

    /// From `start` up to `end`, which is not in it.
    pub fn one(start: u32, end: u32) -> Intervals {
        Intervals((start < end).then_some((start, end)).into_iter().collect())
    }

    /// Its stretches, in order.
    pub fn stretches(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Whether no tick is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of an axis of `len` ticks is in it.
    pub fn is_all(&self, len: u32) -> bool {
        self.0[..] == [(0, len)]
    }

    /// Whether `tick` is in it.
    pub fn contains(&self, tick: u32) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= tick);
        after > 0 && tick < self.0[after - 1].1
    }

    /// The ticks of both.
    pub fn and(&self, other: &Intervals) -> Intervals {
        let (mut mine, mut theirs) = (self.0.as_slice(), other.0.as_slice());
        let mut both = Stretches::new();
        while let (Some(a), Some(b)) = (mine.first(), theirs.first()) {
            let (start, end) = (a.0.max(b.0), a.1.min(b.1));
            if start < end {
                both.push((start, end));
            }
            if a.1 <= b.1 {
                mine = &mine[1..];
            } else {
                theirs = &theirs[1..];
            }
        }
        Intervals(both)
    }

    /// The ticks of an axis of `len` ticks that are not in it.
    pub fn complement(&self, len: u32) -> Intervals {
        let mut rest = Stretches::with_capacity(self.0.len() + 1);
        let mut from = 0;
        for (start, end) in &self.0 {
            rest.push((from, *start));
            from = *end;
        }
        rest.push((from, len));
        rest.retain(|(start, end)| start < end);
        Intervals(rest)
    }

    /// Whether all its ticks are in `other`.
    pub fn is_inside(&self, other: &Intervals) -> bool {
        self.0.iter().all(|(start, end)| {
            let after = other.0.partition_point(|stretch| stretch.0 <= *start);
            after > 0 && *end <= other.0[after - 1].1
        })
    }
}

/// A product of sets of ticks. Never empty.
///
/// INVARIANT: sides are sorted by axis, each a proper part of its axis: an axis that is not named is not constrained.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Region {
    sides: Sides,
}

/// An axis, and the ticks of it. Few claims have more than two conditions.
pub(super) type Sides = SmallVec<[(u32, Intervals); 2]>;

impl Region {
    /// The product of `sides`, sorted by axis, each a proper and not empty part of its axis.
    pub fn new(sides: impl Into<Sides>) -> Region {
        let sides: Sides = sides.into();
        debug_assert!(sides.is_sorted_by(|a, b| a.0 < b.0) && sides.iter().all(|side| !side.1.is_empty()));
        Region { sides }
    }

    /// The axes it constrains, and to what.
    pub fn sides(&self) -> &[(u32, Intervals)] {
        &self.sides
    }

    /// To what it constrains `axis`; `None` is "not at all".
    pub fn side(&self, axis: u32) -> Option<&Intervals> {
        // Few sides: a scan beats a search.
        self.sides.iter().find(|(at, _)| *at == axis).map(|(_, ticks)| ticks)
    }

    /// What lies in both; `None` where nothing does.
    pub fn and(&self, other: &Region) -> Option<Region> {
        let mut sides = Sides::with_capacity(self.sides.len() + other.sides.len());
        for (axis, ticks) in &self.sides {
            let both = other.side(*axis).map_or_else(|| ticks.clone(), |theirs| ticks.and(theirs));
            if both.is_empty() {
                return None;
            }
            sides.push((*axis, both));
        }
        sides.extend(other.sides.iter().filter(|(axis, _)| self.side(*axis).is_none()).cloned());
        sides.sort_unstable_by_key(|(axis, _)| *axis);
        Some(Region { sides })
    }

    /// Whether any point lies in both.
    pub fn meets(&self, other: &Region) -> bool {
        self.sides
            .iter()
            .all(|(axis, ticks)| other.side(*axis).is_none_or(|theirs| !ticks.and(theirs).is_empty()))
    }

    /// Whether all of it lies in `other`.
    pub fn is_inside(&self, other: &Region) -> bool {
        other.sides.iter().all(|(axis, theirs)| self.side(*axis).is_some_and(|ticks| ticks.is_inside(theirs)))
    }

    /// Whether the point lies in it: one tick an axis, `None` where the axis' tick is not known (then it lies in it
    /// only if the axis is not constrained).
    pub fn contains(&self, point: &[Option<u32>]) -> bool {
        self.sides.iter().all(|(axis, ticks)| point[*axis as usize].is_some_and(|tick| ticks.contains(tick)))
    }

    /// Its first point: the first tick of every axis that it constrains, tick 0 of the others.
    pub fn corner(&self, axes: usize) -> Vec<Option<u32>> {
        let mut point = vec![Some(0); axes];
        for (axis, ticks) in &self.sides {
            point[*axis as usize] = ticks.stretches().first().map(|stretch| stretch.0);
        }
        point
    }
}

/// A stretch of ticks of some axes, as (axis, first tick, one past the last): a place that a person can be told.
pub(super) type Place = Vec<(u32, u32, u32)>;

/// The first place of `region` that none of `cover` covers; `None` where all is covered. `axes` is how many ticks
/// each axis has.
pub(super) fn uncovered(region: &Region, cover: &[&Region], axes: &[u32]) -> Option<Place> {
    if cover.iter().any(|other| region.is_inside(other)) {
        return None;
    }
    uncovered_from(region, cover, axes, 0)
}

fn uncovered_from(region: &Region, cover: &[&Region], axes: &[u32], axis: u32) -> Option<Place> {
    if cover.is_empty() {
        // What remains of the region is bare: say where it is narrow.
        let rest = region.sides().iter().filter(|(at, _)| *at >= axis);
        return Some(rest.map(|(at, ticks)| (*at, ticks.stretches()[0].0, ticks.stretches()[0].1)).collect());
    }
    let len = axes.get(axis as usize).copied()?;
    if cover.iter().all(|other| other.side(axis).is_none()) {
        let mut place = uncovered_from(region, cover, axes, axis + 1)?;
        if let Some(ticks) = region.side(axis) {
            place.insert(0, (axis, ticks.stretches()[0].0, ticks.stretches()[0].1));
        }
        return Some(place);
    }
    let mut cuts: Vec<u32> = vec![0, len];
    let sides = cover.iter().filter_map(|other| other.side(axis)).chain(region.side(axis));
    sides.for_each(|ticks| cuts.extend(ticks.stretches().iter().flat_map(|stretch| [stretch.0, stretch.1])));
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        if region.side(axis).is_some_and(|ticks| !ticks.contains(pair[0])) {
            continue;
        }
        let here = |other: &&&Region| other.side(axis).is_none_or(|ticks| ticks.contains(pair[0]));
        let cover: Vec<&Region> = cover.iter().filter(here).copied().collect();
        if let Some(mut place) = uncovered_from(region, &cover, axes, axis + 1) {
            place.insert(0, (axis, pair[0], pair[1]));
            return Some(place);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_sets() {
        let odd = Intervals::any_of(vec![(5, 6), (1, 2), (3, 4), (4, 5)]);
        assert_eq!(odd.stretches(), [(1, 2), (3, 6)]);
        assert_eq!(odd.complement(8).stretches(), [(0, 1), (2, 3), (6, 8)]);
        assert_eq!(odd.and(&Intervals::one(0, 4)).stretches(), [(1, 2), (3, 4)]);
        assert!(odd.contains(5) && !odd.contains(6) && !odd.contains(0));
        assert!(Intervals::one(3, 5).is_inside(&odd) && !Intervals::one(1, 4).is_inside(&odd));
        assert!(Intervals::any_of(Vec::new()).complement(3).is_all(3));
    }

    #[test]
    fn what_several_regions_cover_together_is_covered() {
        let axes = [4, 2];
        let all = Region::default();
        let left = Region::new(vec![(0, Intervals::one(0, 2))]);
        let right = Region::new(vec![(0, Intervals::one(2, 4))]);
        let corner = Region::new(vec![(0, Intervals::one(2, 4)), (1, Intervals::one(0, 1))]);
        assert_eq!(uncovered(&all, &[&left, &right], &axes), None);
        assert_eq!(uncovered(&all, &[&left, &corner], &axes), Some(vec![(0, 2, 4), (1, 1, 2)]));
        assert_eq!(uncovered(&left, &[&right], &axes), Some(vec![(0, 0, 2)]));
        assert!(corner.is_inside(&right) && !right.is_inside(&corner) && !left.meets(&corner));
    }
}
