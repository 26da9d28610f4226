//! The laws. Each is a test of its own; the oracle reads the order of resolution word for word.

use std::sync::Arc;

use proptest::prelude::*;
use smol_str::format_smolstr;

use super::world::{ALL, MOST_POINTS, Wild, World, claim, hash, world};
use crate::claim::{ClaimHash, Target};
use crate::diagnostic::{Findings, codes};
use crate::resolve::candidate::cast;
use crate::resolve::ground::Ground;
use crate::resolve::{Decided, Node, Outcome, PointQuery, explain};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn at<'d>(world: &World, decided: &'d Decided, point: &PointQuery) -> &'d Outcome {
    decided.at(&world.declarations, point).expect("a full point leads to a leaf")
}

fn has_faults(world: &World) -> bool {
    !cast(&Ground::new(&world.declarations), &world.claims).faults.is_empty()
}

/// Arms tile, neighbours differ, axes grow, and every axis and outcome is used.
fn check_canonical(decided: &Decided) {
    fn walk(node: &Node, above: Option<u32>, decided: &Decided, used: &mut Vec<u32>, leaves: &mut Vec<u32>) {
        match node {
            Node::Leaf(outcome) => leaves.push(*outcome),
            Node::Split { axis, arms } => {
                assert!(above.is_none_or(|above| above < *axis));
                assert!(arms.len() > 1 && arms[0].start == 0);
                assert!(arms.is_sorted_by(|a, b| a.start < b.start && a.node != b.node));
                assert!(arms[arms.len() - 1].start < decided.axes[*axis as usize].ticks.len());
                used.push(*axis);
                arms.iter().for_each(|arm| walk(&arm.node, Some(*axis), decided, used, leaves));
            }
        }
    }
    let (mut used, mut leaves) = (Vec::new(), Vec::new());
    walk(&decided.root, None, decided, &mut used, &mut leaves);
    used.sort_unstable();
    used.dedup();
    assert_eq!(used, (0..decided.axes.len() as u32).collect::<Vec<u32>>());
    assert!(decided.axes.is_sorted_by(|a, b| a.name < b.name));
    let mut first_seen = Vec::new();
    leaves.into_iter().for_each(|leaf| {
        if !first_seen.contains(&leaf) {
            first_seen.push(leaf);
        }
    });
    assert_eq!(first_seen, (0..decided.outcomes.len() as u32).collect::<Vec<u32>>());
}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn geometry_is_the_oracle_at_every_corner(world in world(ALL)) {
        let (decided, _) = world.decided();
        check_canonical(&decided);
        let oracle = world.oracle();
        for point in world.corners() {
            prop_assert_eq!(at(&world, &decided, &point), &oracle.at(&point), "at {:?}", point);
        }
    }

    #[test]
    fn geometry_is_the_oracle_where_only_conditions_meet(
        world in world(Wild { edges: false, corrections: false, cardinalities: false })
    ) {
        let (decided, _) = world.decided();
        check_canonical(&decided);
        let oracle = world.oracle();
        for point in world.corners() {
            prop_assert_eq!(at(&world, &decided, &point), &oracle.at(&point), "at {:?}", point);
        }
    }

    #[test]
    fn an_explanation_says_what_is_decided(world in world(ALL), pick in any::<prop::sample::Index>()) {
        use crate::resolve::Status;
        let corners = world.corners();
        let point = pick.get(&corners);
        let (decided, _) = world.decided();
        let explained = explain(&world.declarations, &world.claims, point).expect("small");
        prop_assert_eq!(at(&world, &decided, point), &explained.outcome);
        prop_assert_eq!(explained.statuses.len(), world.claims.len());
        for (position, status) in (0..).zip(&explained.statuses) {
            let (winners, conflict) = match &explained.outcome {
                Outcome::Gap => (&[][..], false),
                Outcome::Fact(winners) => (&winners[..], false),
                Outcome::Conflict(winners) => (&winners[..], true),
            };
            let wins = matches!(status, Status::Winner | Status::Supporting { .. } | Status::InConflict { .. });
            prop_assert_eq!(wins, winners.contains(&position), "{:?}", status);
            let at_odds = matches!(status, Status::InConflict { .. });
            prop_assert_eq!(at_odds, wins && conflict);
        }
    }
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn the_order_of_claims_changes_nothing(
        world in world(ALL),
        shift in 1..250usize,
    ) {
        // Other hashes are another order of the claims; edges that name a hash follow it.
        let renamed = |name: ClaimHash| {
            let old = (0..8).find(|number| hash(*number) == name).expect("of this world");
            hash((old * 31 + shift) % 251)
        };
        let mut other = world.clone();
        for claim in &mut other.claims {
            claim.hash = renamed(claim.hash);
            let statement = Arc::make_mut(&mut claim.statement);
            let follow = |prefix: &mut smol_str::SmolStr| {
                let old = (0..8).map(hash).find(|hash| hash.starts_with(prefix)).expect("of this world");
                *prefix = smol_str::SmolStr::new(&renamed(old).to_hex()[..8]);
            };
            for edge in &mut statement.edges {
                if let Target::Hash(prefix) = &mut edge.target {
                    follow(prefix);
                }
            }
            if let Some(pin) = statement.correction.as_mut().and_then(|correction| correction.pin.as_mut()) {
                follow(pin);
            }
        }
        let other = other.sorted();
        let ((decided, _), (again, _)) = (world.decided(), other.decided());
        for point in world.corners() {
            let (kind, mut names) = world.named(at(&world, &decided, &point));
            names.iter_mut().for_each(|name| *name = renamed(*name));
            names.sort();
            prop_assert_eq!((kind, names), other.named(at(&other, &again, &point)), "at {:?}", point);
        }
    }

    #[test]
    fn dominance_is_a_strict_partial_order(
        world in world(Wild { edges: false, corrections: false, cardinalities: false }),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 3),
    ) {
        let corners = world.corners();
        let (oracle, all) = (world.oracle(), 0..world.claims.len());
        for point in picks.iter().map(|pick| pick.get(&corners)) {
            let over = |a: usize, b: usize| oracle.dominates(point, a, b);
            let over: Vec<Vec<bool>> =
                all.clone().map(|a| all.clone().map(|b| over(a, b)).collect()).collect();
            for a in all.clone() {
                prop_assert!(!over[a][a]);
                for b in all.clone() {
                    prop_assert!(!(over[a][b] && over[b][a]));
                    for c in all.clone() {
                        prop_assert!(!(over[a][b] && over[b][c]) || over[a][c], "{a} over {b} over {c}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_loser_without_edges_may_go(world in world(ALL)) {
        let ground = Ground::new(&world.declarations);
        let links = cast(&ground, &world.claims);
        let (decided, _) = world.decided();
        let related = |claim: u32| {
            let own = |candidate: u32| links.candidates[candidate as usize].claim == claim;
            let edges = (0..).zip(&links.out).flat_map(|(from, out)| out.iter().map(move |(to, _)| (from, *to)));
            links.candidates.iter().any(|candidate| candidate.claim == claim && candidate.inert)
                || !world.claims[claim as usize].statement.edges.is_empty()
                || edges.into_iter().any(|(from, to)| own(from) || own(to))
        };
        let wins = |claim: u32| decided.outcomes.iter().any(|outcome| match outcome {
            Outcome::Gap => false,
            Outcome::Fact(claims) | Outcome::Conflict(claims) => claims.contains(&claim),
        });
        let Some(loser) = (0..world.claims.len() as u32).find(|claim| !related(*claim) && !wins(*claim)) else {
            return Ok(());
        };
        let mut without = world.clone();
        without.claims.remove(loser as usize);
        if without.claims.is_empty() {
            return Ok(());
        }
        let (again, _) = without.decided();
        for point in world.corners() {
            let (before, after) = (at(&world, &decided, &point), at(&without, &again, &point));
            prop_assert_eq!(world.named(before), without.named(after), "at {:?}", point);
        }
    }

    #[test]
    fn a_new_claim_changes_answers_only_where_it_speaks(world in world(ALL), new in claim(7, 7, ALL)) {
        // What an edge leads to may lie between two others, which then are linked everywhere: nobody's edge leads to
        // the new claim here.
        let mut new = new;
        new.table = 9;
        let statement = Arc::make_mut(&mut new.statement);
        statement.id = None;
        statement.source = statement.source.take().filter(|source| source == "s0");
        statement.correction = None;
        let mut with = world.clone();
        with.claims.push(new);
        let with = with.sorted();
        // Knowledge with faults is refused; which edges of a cycle are let go may change with any claim.
        if has_faults(&with) {
            return Ok(());
        }
        let ((before, _), (after, _)) = (world.decided(), with.decided());
        let new = with.claims.iter().find(|claim| claim.table == 9).expect("just added");
        let mut quiet = World { declarations: with.declarations.clone(), claims: vec![new.clone()] };
        Arc::make_mut(&mut quiet.claims[0].statement).edges.clear();
        let oracle = quiet.oracle();
        for point in with.corners() {
            if oracle.at(&point) == Outcome::Gap {
                let (before, after) = (at(&world, &before, &point), at(&with, &after, &point));
                prop_assert_eq!(world.named(before), with.named(after), "at {:?}", point);
            }
        }
    }

    #[test]
    fn a_copy_of_a_winner_changes_no_value(world in world(ALL), pick in any::<prop::sample::Index>()) {
        let (decided, _) = world.decided();
        let winners: Vec<u32> = decided.outcomes.iter().flat_map(|outcome| match outcome {
            Outcome::Fact(claims) => claims.clone(),
            _ => Vec::new(),
        }).collect();
        if winners.is_empty() {
            return Ok(());
        }
        let mut with = world.clone();
        let mut copy = world.claims[*pick.get(&winners) as usize].clone();
        copy.origin.span.start += 100;
        with.claims.push(copy);
        let with = with.sorted();
        let (again, _) = with.decided();
        for point in world.corners() {
            let (before, after) = (at(&world, &decided, &point), at(&with, &again, &point));
            prop_assert_eq!(world.values(before), with.values(after), "at {:?}", point);
        }
    }

    #[test]
    fn slots_beside_each_other_are_decided_as_each_alone(world in world(ALL), shift in 1..4usize) {
        // Slots of forms that are the same, or nearly: the claims say what others of their slot say, in another order.
        let mut all = world.clone();
        let count = world.claims.len();
        for slot in 0..4 {
            let mut claims = world.claims.clone();
            for (at, claim) in claims.iter_mut().enumerate() {
                let other = &world.claims[(at + slot / 2 * shift) % count];
                claim.slot.attribute = format_smolstr!("beside-{slot}");
                (claim.value, claim.table) = (other.value.clone(), other.table);
                claim.statement = Arc::clone(&world.claims[(at + slot % 2 * shift) % count].statement);
            }
            all.claims.extend(claims);
        }
        let all = all.sorted();
        let (decisions, findings) = all.all_decided();
        let told = |findings: &Findings| {
            let of_slots = [&codes::CONFLICT, &codes::SHADOWED_CLAIM, &codes::STALE_EXCEPTION];
            findings.iter().filter(|finding| of_slots.contains(&finding.code)).count()
        };
        let (mut alone, mut faults) = (0, false);
        for decided in &decisions.slots {
            let (start, end) = (decided.claims.start as usize, decided.claims.end as usize);
            let own = World { claims: all.claims[start..end].to_vec(), ..all.clone() };
            let (expected, found) = own.decided();
            prop_assert_eq!(&**decided, &*expected);
            alone += told(&found);
            faults |= has_faults(&own);
        }
        // An edge that leads nowhere in one slot may lead somewhere in another, and is then no fault of either.
        prop_assert!(faults || told(&findings) == alone);
    }

    #[test]
    fn conflicts_are_reported_if_and_only_if_there_are_any(world in world(ALL)) {
        if has_faults(&world) {
            return Ok(());
        }
        let (_, findings) = world.decided();
        let reported: Vec<_> =
            findings.iter().filter(|finding| finding.code == &codes::CONFLICT).collect();
        let mut any = false;
        let (oracle, corners) = (world.oracle(), world.corners());
        for point in &corners {
            if let Outcome::Conflict(claims) = oracle.at(point) {
                any = true;
                let origins: Vec<_> = claims.iter().map(|claim| world.claims[*claim as usize].origin).collect();
                let shows = |finding: &&&crate::diagnostic::Finding| {
                    origins.iter().all(|origin| finding.labels.iter().any(|label| label.origin == *origin))
                };
                prop_assert_eq!(reported.iter().filter(shows).count(), 1);
            }
        }
        // Worlds are small enough for every corner to be asked, but those of which only some are.
        prop_assert!(any || reported.is_empty() || corners.len() * 2 > MOST_POINTS);
    }
}
