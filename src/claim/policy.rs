//! What a change needs: policies, and the teams that they name, gathered from claims.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::Date;
use smol_str::SmolStr;

use super::{Claim, EdgeKind, Slot, Target, Value, address_glob};

/// What the changes that some addresses see need.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// Which addresses it is for: globs of slots, or of subjects for all that is said of them.
    pub globs: Vec<SmolStr>,
    /// Whose review counts: ids of teams and e-mail identities. Anyone's but the author's where empty.
    pub reviewers: Vec<SmolStr>,
    /// How many different people have to have reviewed; `None` where it does not say.
    pub reviews: Option<u32>,
    /// Whether the commit that landed a change has to be signed by someone the verifier trusts.
    pub signed: bool,
    /// Whether claims have to lean on a source.
    pub source_required: bool,
    /// After how long a fact has to be looked at again.
    pub review_every: Option<Interval>,
}

/// A length of time in whole months and days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    /// Months; a year is twelve.
    pub months: i64,
    /// Days.
    pub days: i64,
}

/// Policies and teams, by id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Governance {
    /// Every policy.
    pub policies: BTreeMap<SmolStr, Policy>,
    /// The members of every team.
    pub teams: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
}

impl Policy {
    /// Whether it is for what is said at `slot`.
    pub fn is_for(&self, slot: &Slot) -> bool {
        let address = slot.to_string();
        self.globs
            .iter()
            .any(|glob| address_glob(glob, &address) || address_glob(glob, slot.subject.as_str()))
    }

    /// How many different people have to have reviewed a change; 0 where it asks for no review.
    pub fn reviews_needed(&self) -> u32 {
        self.reviews.unwrap_or(u32::from(!self.reviewers.is_empty()))
    }
}

impl Interval {
    /// The interval of a `duration`; `None` where it isn't one of whole days, or not a positive one.
    pub fn of(value: &Value) -> Option<Interval> {
        match *value {
            Value::Duration { months, days, seconds: 0 } if months >= 0 && days >= 0 && months + days > 0 => {
                Some(Interval { months, days })
            }
            _ => None,
        }
    }

    /// The day so long after `day`; `None` beyond the calendar.
    pub fn after(self, day: Date) -> Option<Date> {
        let span = Span::new().try_months(self.months).ok()?.try_days(self.days).ok()?;
        day.checked_add(span).ok()
    }
}

impl Governance {
    /// What the claims about policies and teams come to. All others are passed over, and so is what one of them
    /// corrects: who was struck off a team by a correction has no say.
    pub fn of<'c>(claims: impl IntoIterator<Item = &'c Claim>) -> Governance {
        let ours = claims.into_iter().filter(|claim| GOVERNING.contains(&claim.slot.subject.kind()));
        let mut slots: BTreeMap<&Slot, Vec<&Claim>> = BTreeMap::new();
        ours.for_each(|claim| slots.entry(&claim.slot).or_default().push(claim));
        let mut governance = Governance::default();
        for (slot, claims) in slots {
            let standing = claims.iter().filter(|claim| !claims.iter().any(|by| voids(by, claim)));
            standing.for_each(|claim| governance.add(slot, &claim.value));
        }
        governance
    }

    fn add(&mut self, slot: &Slot, value: &Value) {
        let id = SmolStr::new(slot.subject.id());
        match (slot.subject.kind(), slot.attribute.as_str(), value) {
            ("team", "members", Value::Text(member)) => {
                self.teams.entry(id).or_default().insert(member.clone());
            }
            ("team", ..) => drop(self.teams.entry(id).or_default()),
            (_, attribute, value) => self.policies.entry(id).or_default().add(attribute, value),
        }
    }

    /// The policies that are for what is said at `slot`, in order of id.
    pub fn policies_for(&self, slot: &Slot) -> impl Iterator<Item = (&SmolStr, &Policy)> {
        self.policies.iter().filter(|(_, policy)| policy.is_for(slot))
    }
}

/// Kinds whose subjects say what changes need.
pub const GOVERNING: [&str; 2] = ["policy", "team"];

impl Policy {
    fn add(&mut self, attribute: &str, value: &Value) {
        match (attribute, value) {
            ("for", Value::Text(glob)) => self.globs.push(glob.clone()),
            ("reviewers", Value::Text(who)) => self.reviewers.push(who.clone()),
            // Of two that contradict each other, which is an error of its own, the stricter.
            ("reviews", Value::Integer(count)) => {
                let count = u32::try_from(*count).unwrap_or(if *count < 0 { 1 } else { u32::MAX });
                self.reviews = self.reviews.max(Some(count.max(1)));
            }
            ("signed", Value::Bool(yes)) => self.signed |= yes,
            ("source-required", Value::Bool(yes)) => self.source_required |= yes,
            ("review-every", value) => self.review_every = self.review_every.or(Interval::of(value)),
            _ => {}
        }
    }
}

/// Whether `by` takes the place of `claim`, which is of the same slot.
fn voids(by: &Claim, claim: &Claim) -> bool {
    by.hash != claim.hash
        && by.statement.edges.iter().any(|edge| {
            let voids = matches!(edge.kind, EdgeKind::Corrects | EdgeKind::Retracts);
            voids
                && match &edge.target {
                    Target::Id(id) => claim.statement.id.as_ref() == Some(id),
                    Target::Hash(digits) => claim.hash.starts_with(digits),
                    Target::Slot => claim.statement.correction.is_none(),
                    Target::Table => false,
                }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_of_whole_days_and_runs_by_the_calendar() {
        let months = |months, days, seconds| Interval::of(&Value::Duration { months, days, seconds });
        assert_eq!(months(12, 0, 0), Some(Interval { months: 12, days: 0 }));
        assert_eq!(months(0, 0, 0), None);
        assert_eq!(months(1, 0, 60), None);
        assert_eq!(months(-1, 40, 0), None);
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(Interval { months: 1, days: 0 }.after(day("2026-01-31")), Some(day("2026-02-28")));
        assert_eq!(Interval { months: 12, days: 1 }.after(day("2024-02-29")), Some(day("2025-03-01")));
        assert_eq!(Interval { months: i64::MAX, days: 0 }.after(day("2024-02-29")), None);
    }

    #[test]
    fn globs_are_of_slots_or_of_subjects() {
        let policy = |glob: &str| Policy { globs: vec![glob.into()], ..Policy::default() };
        let slot = Slot::parse("term/acv#definition").expect("a slot");
        for glob in ["term/acv#definition", "term/*#definition", "term/acv", "term/*", "*/*"] {
            assert!(policy(glob).is_for(&slot), "{glob}");
        }
        for glob in ["term/*#label", "entity/*", "*", "term/ac", "term/acv#*#"] {
            assert!(!policy(glob).is_for(&slot), "{glob}");
        }
    }
}
