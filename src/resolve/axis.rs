//! From what people write (`when`, `from`, `until`) to ticks: the axes of a slot, and regions on them.
//!
//! An axis is cut only where a claim of the slot says so, hence the number of ticks never depends on other slots.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::decision::{Axis, AxisName, Ticks};
use super::ground::Ground;
use super::region::{Intervals, Region, Sides};
use crate::claim::{Bound, Declarations, Dimension, Period, Point, Product, Range, Shape, Test, When};

/// The axes of one slot: time first, then the dimensions that it speaks of, by id.
#[derive(Debug)]
pub(super) struct Universe<'g> {
    ground: &'g Ground<'g>,
    axes: Vec<Axis>,
}

impl<'g> Universe<'g> {
    /// The axes that the given conditions and periods cut.
    pub fn new<'c>(
        ground: &'g Ground<'g>,
        spoken: impl Iterator<Item = (&'c When, &'c Period)>,
    ) -> Universe<'g> {
        let declarations = ground.declarations();
        let mut days = Vec::new();
        let mut dimensions: BTreeMap<&SmolStr, Ticks> = BTreeMap::new();
        for (when, period) in spoken {
            days.extend(period.from);
            days.extend(period.until);
            for (id, tests) in when.products().iter().flatten() {
                let ticks = dimensions.entry(id).or_insert_with(|| uncut(declarations.dimensions.get(id)));
                tests.iter().for_each(|test| cut(ticks, test));
            }
        }
        let time = Axis { name: AxisName::Time, ticks: Ticks::Days(days) };
        let dimension =
            |(id, ticks): (&SmolStr, Ticks)| Axis { name: AxisName::Dimension(id.clone()), ticks };
        let mut axes: Vec<Axis> =
            std::iter::once(time).chain(dimensions.into_iter().map(dimension)).collect();
        axes.iter_mut().for_each(|axis| sort(&mut axis.ticks));
        Universe { ground, axes }
    }

    /// The axes; the first is time.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// What was declared.
    pub fn declarations(&self) -> &'g Declarations {
        self.ground.declarations()
    }

    /// How many ticks each axis has.
    pub fn lengths(&self) -> Vec<u32> {
        self.axes.iter().map(|axis| axis.ticks.len()).collect()
    }

    /// The declared dimension of an axis; `None` for time and for what nobody declared.
    pub fn dimension(&self, axis: usize) -> Option<&'g Dimension> {
        match &self.axes[axis].name {
            AxisName::Time => None,
            AxisName::Dimension(id) => self.declarations().dimensions.get(id),
        }
    }

    /// Where `when` holds during `period`: one region a product that can hold at all.
    pub fn regions(&self, when: &When, period: &Period) -> Vec<Region> {
        let days = self.days(period);
        if days.is_empty() {
            return Vec::new();
        }
        let whole = days.is_all(self.axes[0].ticks.len());
        let time = || -> Sides { (!whole).then(|| (0, days.clone())).into_iter().collect() };
        if when.is_always() {
            return vec![Region::new(time())];
        }
        when.products().iter().filter_map(|product| self.region(time(), product)).collect()
    }

    fn region(&self, mut sides: Sides, product: &Product) -> Option<Region> {
        for (id, tests) in product {
            let axis = self.axis_of(id)?;
            let len = self.axes[axis].ticks.len();
            let all = Intervals::one(0, len);
            let ticks = tests.iter().fold(all, |ticks, test| ticks.and(&self.ticks_of(axis, test)));
            if ticks.is_empty() {
                return None;
            }
            if !ticks.is_all(len) {
                sides.push((axis as u32, ticks));
            }
        }
        Some(Region::new(sides))
    }

    /// The ticks of time in `period`.
    pub fn days(&self, period: &Period) -> Intervals {
        let Ticks::Days(cuts) = &self.axes[0].ticks else { return Intervals::default() };
        let start = period.from.map_or(0, |day| day_tick(cuts, day));
        let end = period.until.map_or(cuts.len() as u32 + 1, |day| day_tick(cuts, day));
        Intervals::one(start, end)
    }

    /// Which axis is of the dimension `id`.
    pub fn axis_of(&self, id: &str) -> Option<usize> {
        let dimensions = &self.axes[1..];
        let of = |axis: &Axis| match &axis.name {
            AxisName::Dimension(name) => name.as_str().cmp(id),
            AxisName::Time => std::cmp::Ordering::Less,
        };
        dimensions.binary_search_by(of).ok().map(|index| index + 1)
    }

    /// The tick of a value on an axis; `None` where the dimension has no such value.
    pub fn tick_of(&self, axis: usize, point: &Point) -> Option<u32> {
        let tick = tick_of(self.dimension(axis), &self.axes[axis].ticks, point);
        tick.filter(|tick| *tick < self.axes[axis].ticks.len())
    }

    /// Whether a tick passes all of `tests`.
    pub fn passes(&self, axis: usize, tests: &[Test], tick: u32) -> bool {
        tests.iter().all(|test| self.ticks_of(axis, test).contains(tick))
    }

    fn ticks_of(&self, axis: usize, test: &Test) -> Intervals {
        let ticks = &self.axes[axis].ticks;
        match test {
            Test::In(points) => self.any_of(axis, points),
            Test::NotIn(points) => self.any_of(axis, points).complement(ticks.len()),
            Test::Range(range) => stretch(ticks, range),
        }
    }

    fn any_of(&self, axis: usize, points: &[Point]) -> Intervals {
        let mut stretches: SmallVec<[(u32, u32); 2]> = SmallVec::with_capacity(points.len());
        points.iter().for_each(|point| self.add(axis, point, &mut stretches));
        Intervals::any_of(stretches)
    }

    /// Adds the ticks that a written value stands for. A value that does not exist (found elsewhere) adds none.
    fn add(&self, axis: usize, point: &Point, into: &mut SmallVec<[(u32, u32); 2]>) {
        match (self.dimension(axis).map(|dimension| (dimension, &dimension.shape)), point) {
            (Some((dimension, Shape::Tree(tree))), Point::Word(word)) => {
                let node = |name: &str| self.ground.node(self.axis_id(axis), tree, name);
                if let Some(alone) = word.strip_prefix('=') {
                    into.extend(node(alone).map(|tick| (tick, tick + 1)));
                } else if let Some(tick) = node(word) {
                    into.push((tick, tree.nodes[tick as usize].end));
                } else if let Some(members) = dimension.sets.get(word) {
                    let ticks = members.iter().filter_map(|member| node(member));
                    into.extend(ticks.map(|tick| (tick, tree.nodes[tick as usize].end)));
                }
            }
            (Some((dimension, Shape::Enum(values))), Point::Word(word)) => {
                let tick = |name: &SmolStr| values.binary_search(name).ok().map(|tick| tick as u32);
                let members = dimension.sets.get(word).filter(|_| tick(word).is_none());
                let words = members.map_or(std::slice::from_ref(word), Vec::as_slice);
                into.extend(words.iter().filter_map(tick).map(|tick| (tick, tick + 1)));
            }
            _ => match (&self.axes[axis].ticks, point) {
                (ticks @ (Ticks::Days(_) | Ticks::Numbers(_)), Point::Number(_) | Point::Date(_)) => {
                    let bound = Bound { at: point.clone(), inclusive: true };
                    let range = Range { low: Some(bound.clone()), high: Some(bound) };
                    into.extend_from_slice(stretch(ticks, &range).stretches());
                }
                (ticks, _) => {
                    let tick = tick_of(self.dimension(axis), ticks, point);
                    into.extend(tick.map(|tick| (tick, tick + 1)));
                }
            },
        }
    }

    fn axis_id(&self, axis: usize) -> &str {
        match &self.axes[axis].name {
            AxisName::Dimension(id) => id,
            AxisName::Time => "",
        }
    }
}

/// The tick of the single value `point` on `ticks`; trees: the node alone. `None` where there is no such value.
pub(super) fn tick_of(dimension: Option<&Dimension>, ticks: &Ticks, point: &Point) -> Option<u32> {
    let position = |at: Option<usize>| at.map(|tick| tick as u32);
    match (ticks, point) {
        (Ticks::Days(cuts), Point::Date(day)) => Some(cuts.partition_point(|cut| cut <= day) as u32),
        (Ticks::Numbers(cuts), Point::Number(number)) => {
            let below = |cut: &(Decimal, bool)| cut.0 < *number || (cut.0 == *number && !cut.1);
            Some(cuts.partition_point(below) as u32)
        }
        (Ticks::Words(words), Point::Word(word)) => {
            Some(words.binary_search(word).unwrap_or(words.len()) as u32)
        }
        (Ticks::Declared(_), point) => match (&dimension?.shape, point) {
            (Shape::Tree(tree), Point::Word(word)) => {
                let name = word.strip_prefix('=').unwrap_or(word);
                position(tree.nodes.iter().position(|node| node.name == name))
            }
            (Shape::Enum(values), Point::Word(word)) => position(values.binary_search(word).ok()),
            (Shape::Bool, Point::Bool(yes)) => Some(u32::from(*yes)),
            _ => None,
        },
        _ => None,
    }
}

/// The ticks of a dimension before anything cuts them; what nobody declared is taken as open.
fn uncut(dimension: Option<&Dimension>) -> Ticks {
    match dimension.map(|dimension| &dimension.shape) {
        Some(Shape::Tree(tree)) => Ticks::Declared(tree.nodes.len() as u32),
        Some(Shape::Enum(values)) => Ticks::Declared(values.len() as u32),
        Some(Shape::Bool) => Ticks::Declared(2),
        Some(Shape::Number) => Ticks::Numbers(Vec::new()),
        Some(Shape::Date) => Ticks::Days(Vec::new()),
        Some(Shape::Open) | None => Ticks::Words(Vec::new()),
    }
}

/// Cuts where `test` cuts; sorted later.
fn cut(ticks: &mut Ticks, test: &Test) {
    match (ticks, test) {
        (Ticks::Words(words), Test::In(points) | Test::NotIn(points)) => {
            words.extend(points.iter().filter_map(|point| match point {
                Point::Word(word) => Some(word.clone()),
                _ => None,
            }));
        }
        (Ticks::Days(cuts), Test::In(points) | Test::NotIn(points)) => {
            for point in points {
                cuts.extend(first_day(point, true));
                cuts.extend(first_day(point, false));
            }
        }
        (Ticks::Numbers(cuts), Test::In(points) | Test::NotIn(points)) => {
            for point in points {
                if let Point::Number(number) = point {
                    cuts.extend([(number.normalize(), false), (number.normalize(), true)]);
                }
            }
        }
        (Ticks::Days(cuts), Test::Range(range)) => {
            cuts.extend(range.low.iter().filter_map(|low| first_day(&low.at, low.inclusive)));
            cuts.extend(range.high.iter().filter_map(|high| first_day(&high.at, !high.inclusive)));
        }
        (Ticks::Numbers(cuts), Test::Range(range)) => {
            cuts.extend(range.low.iter().filter_map(|low| number_cut(&low.at, !low.inclusive)));
            cuts.extend(range.high.iter().filter_map(|high| number_cut(&high.at, high.inclusive)));
        }
        _ => {}
    }
}

fn sort(ticks: &mut Ticks) {
    match ticks {
        Ticks::Days(cuts) => {
            cuts.sort_unstable();
            cuts.dedup();
        }
        Ticks::Numbers(cuts) => {
            cuts.sort_unstable();
            cuts.dedup();
        }
        Ticks::Words(words) => {
            words.sort_unstable();
            words.dedup();
        }
        Ticks::Declared(_) => {}
    }
}

/// The day itself, or the day after it; `None` where the calendar ends.
fn first_day(point: &Point, itself: bool) -> Option<Date> {
    match point {
        Point::Date(day) if itself => Some(*day),
        Point::Date(day) => day.tomorrow().ok(),
        _ => None,
    }
}

fn number_cut(point: &Point, above: bool) -> Option<(Decimal, bool)> {
    match point {
        Point::Number(number) => Some((number.normalize(), above)),
        _ => None,
    }
}

fn day_tick(cuts: &[Date], day: Date) -> u32 {
    cuts.partition_point(|cut| *cut <= day) as u32
}

/// The ticks between two bounds; none where the bounds are not of the axis' kind.
fn stretch(ticks: &Ticks, range: &Range) -> Intervals {
    let start = range.low.as_ref().map_or(Some(0), |low| edge(ticks, low, !low.inclusive));
    let end = range.high.as_ref().map_or(Some(ticks.len()), |high| edge(ticks, high, high.inclusive));
    match (start, end) {
        (Some(start), Some(end)) => Intervals::one(start, end),
        _ => Intervals::default(),
    }
}

/// The first tick above the bound: with `past`, above the bound's own value too.
fn edge(ticks: &Ticks, bound: &Bound, past: bool) -> Option<u32> {
    match (ticks, &bound.at) {
        (Ticks::Days(cuts), at @ Point::Date(_)) => {
            Some(first_day(at, !past).map_or(ticks.len(), |day| day_tick(cuts, day)))
        }
        (Ticks::Numbers(cuts), Point::Number(number)) => {
            Some(cuts.partition_point(|cut| *cut <= (*number, past)) as u32)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(at: Point, inclusive: bool) -> Option<Bound> {
        Some(Bound { at, inclusive })
    }

    fn declared(shape: Shape) -> Declarations {
        let dimension = Dimension { shape, sets: BTreeMap::new(), unit: None };
        Declarations { dimensions: [(SmolStr::new("d"), dimension)].into(), ..Declarations::default() }
    }

    fn when(test: Test) -> When {
        When::any_of(vec![vec![(SmolStr::new("d"), vec![test])]])
    }

    #[test]
    fn numbers_are_cut_before_or_after_the_number_as_the_words_say() {
        let declarations = declared(Shape::Number);
        let number = |n: i64| Point::Number(Decimal::from(n));
        let over = when(Test::Range(Range { low: bound(number(10), false), high: bound(number(50), true) }));
        let ground = Ground::new(&declarations);
        let universe = Universe::new(&ground, [(&over, &Period::ALWAYS)].into_iter());
        let region = &universe.regions(&over, &Period::ALWAYS)[0];
        let holds = |n: i64| region.contains(&[Some(0), universe.tick_of(1, &number(n))]);
        assert_eq!([9, 10, 11, 50, 51].map(holds), [false, false, true, true, false]);
    }

    #[test]
    fn the_last_day_of_the_calendar_has_no_day_after_it() {
        let declarations = declared(Shape::Date);
        let day = Point::Date(Date::MAX);
        let after = when(Test::Range(Range { low: bound(day.clone(), false), high: None }));
        let on = when(Test::In(vec![day.clone()]));
        let spoken = [(&after, &Period::ALWAYS), (&on, &Period::ALWAYS)];
        let ground = Ground::new(&declarations);
        let universe = Universe::new(&ground, spoken.into_iter());
        assert_eq!(universe.regions(&after, &Period::ALWAYS), []);
        let region = &universe.regions(&on, &Period::ALWAYS)[0];
        assert!(region.contains(&[Some(0), universe.tick_of(1, &day)]));
    }

    #[test]
    fn an_open_dimension_always_has_anything_else() {
        let declarations = declared(Shape::Open);
        let word = |text: &str| Point::Word(SmolStr::new(text));
        let not = when(Test::NotIn(vec![word("acme")]));
        let ground = Ground::new(&declarations);
        let universe = Universe::new(&ground, [(&not, &Period::ALWAYS)].into_iter());
        let region = &universe.regions(&not, &Period::ALWAYS)[0];
        let holds = |text: &str| region.contains(&[Some(0), universe.tick_of(1, &word(text))]);
        assert_eq!(["acme", "bolt"].map(holds), [false, true]);
    }
}
