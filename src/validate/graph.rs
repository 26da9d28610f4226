//! Cycles of dated links between subjects, and only those whose links all hold at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::knowledge::{Knowledge, Standing};

/// Links from a subject (by position) to others, each with the claim that says it.
pub(super) type Links<'a> = BTreeMap<usize, Vec<(usize, Standing<'a>)>>;

/// One step of a cycle: a subject and the claim by which it leads to the next.
pub(super) type Step<'l, 'a> = (usize, &'l Standing<'a>);

/// Work for one knot of subjects, in links looked at: beyond it only its earliest days are searched.
const MOST_LOOKED_AT: usize = 5_000_000;

/// One cycle for each knot of subjects that lead to each other, starting from its first subject in order.
///
/// A cycle counts only where all its links hold on one day: "a became b" until 2020 and "b became a" from 2020 on
/// is a thing that happened. Links whose conditions can't meet make none either.
pub(super) fn cycles<'l, 'a>(knowledge: &Knowledge<'_>, links: &'l Links<'a>) -> Vec<Vec<Step<'l, 'a>>> {
    knots(links).into_iter().filter_map(|knot| cycle(knowledge, links, &knot)).collect()
}

/// A cycle inside a knot. On which days links hold changes only where one starts, so those days are enough.
fn cycle<'l, 'a>(
    knowledge: &Knowledge<'_>,
    links: &'l Links<'a>,
    knot: &BTreeSet<usize>,
) -> Option<Vec<Step<'l, 'a>>> {
    let inside = || knot.iter().flat_map(|node| &links[node]).filter(|(to, _)| knot.contains(to));
    let days: BTreeSet<Date> =
        inside().filter_map(|(_, standing)| standing.period.from).chain([Date::MIN]).collect();
    let most = (MOST_LOOKED_AT / inside().count().max(1)).max(1);
    days.into_iter().take(most).find_map(|day| {
        let found = on_day(links, knot, day)?;
        let meet = |(_, one): &Step<'_, '_>, (_, two): &Step<'_, '_>| {
            one.region().meets(&two.region(), knowledge.declarations())
        };
        let all = found
            .iter()
            .enumerate()
            .all(|(i, one)| found[..i].iter().rev().take(64).all(|two| meet(one, two)));
        all.then_some(found)
    })
}

/// A cycle of links that hold on `day`, by depth-first search without recursion: chains may be long.
fn on_day<'l, 'a>(links: &'l Links<'a>, knot: &BTreeSet<usize>, day: Date) -> Option<Vec<Step<'l, 'a>>> {
    let mut left: BTreeSet<usize> = BTreeSet::new();
    for &root in knot {
        // The way from the root: a subject, which of its links is being followed, and how.
        let mut way: Vec<(usize, usize)> = vec![(root, 0)];
        let mut on_way: BTreeMap<usize, usize> = BTreeMap::from([(root, 0)]);
        if left.contains(&root) {
            continue;
        }
        while let Some((node, next)) = way.last_mut() {
            let Some((to, standing)) = links[node].get(*next) else {
                left.insert(*node);
                on_way.remove(node);
                way.pop();
                continue;
            };
            *next += 1;
            if !knot.contains(to) || left.contains(to) || !standing.period.contains(day) {
                continue;
            }
            if let Some(&start) = on_way.get(to) {
                let steps =
                    way[start..].iter().map(|&(node, next)| (node, &links[&node][next - 1].1)).collect();
                return Some(from_first(steps));
            }
            on_way.insert(*to, way.len());
            way.push((*to, 0));
        }
    }
    None
}

/// The same cycle told from its first subject.
fn from_first<'l, 'a>(mut steps: Vec<Step<'l, 'a>>) -> Vec<Step<'l, 'a>> {
    let first = (0..steps.len()).min_by_key(|&at| steps[at].0).unwrap_or(0);
    steps.rotate_left(first);
    steps
}

/// Strongly connected subjects: more than one, or one that leads to itself (Tarjan 1972, without recursion).
fn knots(links: &Links<'_>) -> Vec<BTreeSet<usize>> {
    let mut state = Tarjan::default();
    for &root in links.keys() {
        if !state.index.contains_key(&root) {
            state.visit(root, links);
        }
    }
    let itself = |node: &usize| links.get(node).is_some_and(|out| out.iter().any(|(to, _)| to == node));
    let mut knots = state.knots;
    knots.retain(|knot| knot.len() > 1 || knot.iter().any(itself));
    knots.sort();
    knots
}

#[derive(Default)]
struct Tarjan {
    /// When a subject was reached.
    index: BTreeMap<usize, usize>,
    /// The earliest subject still open that can be reached from it.
    low: BTreeMap<usize, usize>,
    open: Vec<usize>,
    is_open: BTreeSet<usize>,
    knots: Vec<BTreeSet<usize>>,
}

impl Tarjan {
    fn reach(&mut self, node: usize) {
        let at = self.index.len();
        self.index.insert(node, at);
        self.low.insert(node, at);
        self.open.push(node);
        self.is_open.insert(node);
    }

    fn lower(&mut self, node: usize, to: usize) {
        let low = self.low.entry(node).or_insert(to);
        *low = (*low).min(to);
    }

    fn visit(&mut self, root: usize, links: &Links<'_>) {
        let mut way = vec![(root, 0)];
        self.reach(root);
        while let Some(&mut (node, ref mut next)) = way.last_mut() {
            if let Some(&(to, _)) = links.get(&node).and_then(|out| out.get(*next)) {
                *next += 1;
                if !self.index.contains_key(&to) {
                    self.reach(to);
                    way.push((to, 0));
                } else if self.is_open.contains(&to) {
                    self.lower(node, self.index[&to]);
                }
                continue;
            }
            way.pop();
            if let Some(&(parent, _)) = way.last() {
                self.lower(parent, self.low[&node]);
            }
            if self.low[&node] == self.index[&node] {
                self.close(node);
            }
        }
    }

    fn close(&mut self, node: usize) {
        let mut knot = BTreeSet::new();
        while let Some(member) = self.open.pop() {
            self.is_open.remove(&member);
            knot.insert(member);
            if member == node {
                break;
            }
        }
        self.knots.push(knot);
    }
}
