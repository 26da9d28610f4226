//! From evidence and policies to `reviewed: yes | no | unknown`.

use std::rc::Rc;

use smol_str::SmolStr;

use super::evidence::{Evidence, Identity, Mark, Weight, Witness};
use super::signature::{Signature, Standing};
use crate::claim::{Governance, Policy, Slot};
use crate::history::CommitId;

/// Whether a change was looked at by another person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reviewed {
    /// It was, by everyone that the policies in force ask for.
    Yes,
    /// It was not, or not by enough of those whose review counts.
    No,
    /// That can't be known here.
    Unknown,
}

impl Reviewed {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Reviewed::Yes => "yes",
            Reviewed::No => "no",
            Reviewed::Unknown => "unknown",
        }
    }
}

/// Why it is so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// Enough people reviewed it.
    Reviewed,
    /// Nothing tells of a review.
    NoReview,
    /// Only its authors and programs speak for it.
    OwnWork,
    /// Others reviewed it than those whom the policy names.
    NotAReviewer,
    /// Fewer people reviewed it than the policy asks for.
    TooFew,
    /// The commit that said or landed it lies behind what history shows.
    IncompleteHistory,
    /// There is no repository to tell.
    NoHistory,
    /// The policies in force when it landed can't be read here.
    PolicyUnknown,
}

impl Reason {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Reviewed => "reviewed",
            Reason::NoReview => "no-review",
            Reason::OwnWork => "own-work",
            Reason::NotAReviewer => "not-a-reviewer",
            Reason::TooFew => "too-few",
            Reason::IncompleteHistory => "incomplete-history",
            Reason::NoHistory => "no-history",
            Reason::PolicyUnknown => "policy-unknown",
        }
    }
}

/// What a policy in force asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// So many reviews, and so many there are.
    Reviews {
        /// The policy.
        policy: SmolStr,
        /// How many it asks for.
        needed: u32,
        /// How many count.
        counted: u32,
    },
    /// A signature that is verified on the commit that landed it.
    Signed {
        /// The policy.
        policy: SmolStr,
        /// Whether it is there; `None` where nothing was given to verify it by, or what verifies it is not installed.
        met: Option<bool>,
    },
}

impl Need {
    /// Whether it is met; `None` where that can't be told.
    pub fn met(&self) -> Option<bool> {
        match self {
            Need::Reviews { needed, counted, .. } => Some(counted >= needed),
            Need::Signed { met, .. } => *met,
        }
    }
}

/// Whether a change was reviewed, and what tells so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// Yes, no, unknown.
    pub state: Reviewed,
    /// Why.
    pub reason: Reason,
    /// What commits tell of people, in the order in which they do: first what said it, then what landed it.
    pub evidence: Vec<Evidence>,
    /// What the policies in force ask for, in order of id.
    pub needs: Vec<Need>,
    /// Signatures of the commits that said and landed it.
    pub signatures: Vec<(CommitId, Signature)>,
}

impl Review {
    /// It can't be known.
    pub fn unknown(reason: Reason) -> Review {
        let (evidence, needs, signatures) = Default::default();
        Review { state: Reviewed::Unknown, reason, evidence, needs, signatures }
    }
}

/// Judges the change that `said` made and `landing` landed, by what was in force.
pub(super) fn judge(
    slot: &Slot,
    said: &Rc<Witness>,
    landing: &Rc<Witness>,
    governance: &Governance,
) -> Review {
    let mut evidence = gather(said, landing);
    let policies: Vec<(&SmolStr, &Policy)> = governance.policies_for(slot).collect();
    let asking: Vec<&(&SmolStr, &Policy)> =
        policies.iter().filter(|(_, policy)| policy.reviews_needed() > 0).collect();
    // Who was passed over by every policy that asks for reviews is none of their reviewers.
    if !asking.is_empty() {
        for piece in evidence.iter_mut().filter(|piece| piece.weight == Weight::Counts) {
            if !asking.iter().any(|(_, policy)| names(policy, &piece.who, governance)) {
                piece.weight = Weight::NotAReviewer;
            }
        }
    }
    let mut needs: Vec<Need> = Vec::new();
    for (id, policy) in &policies {
        let needed = policy.reviews_needed();
        if needed > 0 {
            let named = evidence.iter().filter(|piece| names(policy, &piece.who, governance));
            needs.push(Need::Reviews { policy: (*id).clone(), needed, counted: people(named) });
        }
        if policy.signed {
            needs.push(Need::Signed { policy: (*id).clone(), met: signed(landing.signature.as_ref()) });
        }
    }
    let enough = match asking.is_empty() {
        true => people(evidence.iter()) > 0,
        false => needs.iter().all(|need| !matches!(need, Need::Reviews { .. }) || need.met() == Some(true)),
    };
    let (state, reason) = match enough {
        true => (Reviewed::Yes, Reason::Reviewed),
        false => (Reviewed::No, shortage(&evidence)),
    };
    let witnesses = if said.id == landing.id { vec![said] } else { vec![said, landing] };
    let signatures =
        witnesses.into_iter().filter_map(|witness| Some((witness.id.clone(), witness.signature.clone()?)));
    Review { state, reason, evidence, needs, signatures: signatures.collect() }
}

/// A change of which no commit tells anything yet.
pub(super) fn unspoken(slot: &Slot, governance: &Governance) -> Review {
    let mut review = Review { state: Reviewed::No, ..Review::unknown(Reason::NoReview) };
    for (id, policy) in governance.policies_for(slot) {
        let needed = policy.reviews_needed();
        if needed > 0 {
            review.needs.push(Need::Reviews { policy: id.clone(), needed, counted: 0 });
        }
        if policy.signed {
            review.needs.push(Need::Signed { policy: id.clone(), met: Some(false) });
        }
    }
    review
}

/// Everything that tells of a person, weighed without regard to policies.
fn gather(said: &Witness, landing: &Witness) -> Vec<Evidence> {
    let weight = |mark: Mark, who: &Identity| match mark {
        _ if !mark.is_review() => Weight::NoReview,
        _ if !who.is_someone() => Weight::Nobody,
        // A squash or a merge may be the only one left to say whose proposal it was.
        _ if said.authors().chain(landing.proposers()).any(|author| author.is(who)) => Weight::OwnWork,
        _ if who.is_bot() => Weight::Bot,
        _ => Weight::Counts,
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut add = |mark: Mark, who: &Identity, commit: &CommitId| {
        let known = evidence.iter().any(|piece: &Evidence| piece.mark == mark && piece.who == *who);
        if !known {
            evidence.push(Evidence {
                mark,
                who: who.clone(),
                commit: commit.clone(),
                weight: weight(mark, who),
            });
        }
    };
    said.trailers.iter().for_each(|(mark, who)| add(*mark, who, &said.id));
    if landing.id != said.id {
        landing.trailers.iter().for_each(|(mark, who)| add(*mark, who, &landing.id));
        if landing.parents.len() > 1 {
            add(Mark::MergedBy, &landing.author, &landing.id);
        }
    }
    evidence
}

/// Whether a policy counts what this person says.
fn names(policy: &Policy, who: &Identity, governance: &Governance) -> bool {
    let is = |mail: &str| !who.mail.is_empty() && who.mail.eq_ignore_ascii_case(mail);
    let named = |reviewer: &SmolStr| {
        let team = reviewer.strip_prefix("team/").unwrap_or(reviewer);
        is(reviewer)
            || governance.teams.get(team).is_some_and(|members| members.iter().any(|member| is(member)))
    };
    policy.reviewers.is_empty() || policy.reviewers.iter().any(named)
}

/// How many different people are among those that count.
fn people<'e>(evidence: impl Iterator<Item = &'e Evidence>) -> u32 {
    let mut people: Vec<&Identity> = Vec::new();
    for piece in evidence.filter(|piece| piece.weight == Weight::Counts) {
        if !people.iter().any(|known| known.is(&piece.who)) {
            people.push(&piece.who);
        }
    }
    people.len() as u32
}

fn signed(signature: Option<&Signature>) -> Option<bool> {
    match signature.map(|signature| &signature.standing) {
        None => Some(false),
        Some(Standing::Good { .. }) => Some(true),
        Some(Standing::Bad(_)) => Some(false),
        Some(Standing::NotVerified | Standing::NoProgram { .. }) => None,
    }
}

/// Why there is not enough evidence.
fn shortage(evidence: &[Evidence]) -> Reason {
    let any = |weight: Weight| evidence.iter().any(|piece| piece.weight == weight);
    if any(Weight::Counts) {
        Reason::TooFew
    } else if any(Weight::NotAReviewer) {
        Reason::NotAReviewer
    } else if any(Weight::OwnWork) || any(Weight::Bot) {
        Reason::OwnWork
    } else {
        Reason::NoReview
    }
}
