//! Judging: whose word counts, and what a policy in force changes about it.

use std::rc::Rc;

use super::evidence::{Identity, Mark, Weight, Witness};
use super::judge::{Reason, Review, Reviewed, judge};
use super::{Need, Signature, SignatureKind, Standing};
use crate::claim::{Governance, Policy, Slot};
use crate::history::CommitId;

fn witness(digit: char, author: &str, parents: usize, trailers: &[(Mark, &str)]) -> Rc<Witness> {
    Rc::new(Witness {
        id: CommitId::from_hex(&digit.to_string().repeat(40)).expect("hex"),
        tree: git2::Oid::ZERO_SHA1.into(),
        parents: vec![git2::Oid::ZERO_SHA1.into(); parents],
        author: Identity::parse(author),
        trailers: trailers.iter().map(|(mark, who)| (*mark, Identity::parse(who))).collect(),
        signature: None,
    })
}

fn judged(said: &Rc<Witness>, landing: &Rc<Witness>, governance: &Governance) -> Review {
    judge(&Slot::parse("term/acv#definition").expect("a slot"), said, landing, governance)
}

/// Said and landed by one commit of Ana's, with no policy.
fn alone(trailers: &[(Mark, &str)]) -> (Reviewed, Reason) {
    let commit = witness('a', "Ana Lin <ana@x>", 1, trailers);
    let review = judged(&commit, &commit, &Governance::default());
    (review.state, review.reason)
}

fn governed(reviewers: &[&str], reviews: Option<u32>, signed: bool) -> Governance {
    let mut governance = Governance::default();
    governance.teams.insert("finance".into(), ["ben@x".into(), "cleo@x".into()].into());
    let policy = Policy {
        globs: vec!["term/*".into()],
        reviewers: reviewers.iter().map(|who| (*who).into()).collect(),
        reviews,
        signed,
        ..Policy::default()
    };
    governance.policies.insert("terms".into(), policy);
    governance
}

#[test]
fn another_persons_word_is_a_review() {
    for mark in [Mark::ReviewedBy, Mark::AckedBy, Mark::ApprovedBy] {
        assert_eq!(alone(&[(mark, "Ben Ode <ben@x>")]), (Reviewed::Yes, Reason::Reviewed));
    }
    assert_eq!(alone(&[]), (Reviewed::No, Reason::NoReview));
}

#[test]
fn ones_own_word_is_none() {
    let own = (Reviewed::No, Reason::OwnWork);
    for who in [
        "Ana Lin <ana@x>",
        "Ana <ANA@X>",
        "ana lin <other@y>",
        "Ana Lin",
        "ana@x",
        "deps[bot] <1+deps[bot]@y>",
    ] {
        assert_eq!(alone(&[(Mark::ReviewedBy, who)]), own, "{who}");
    }
    let co_author = [(Mark::CoAuthoredBy, "Ben <ben@x>"), (Mark::ReviewedBy, "Ben <ben@x>")];
    assert_eq!(alone(&co_author), own);
    for mark in [Mark::CoAuthoredBy, Mark::SignedOffBy] {
        assert_eq!(alone(&[(mark, "Ben <ben@x>")]), (Reviewed::No, Reason::NoReview));
    }
    assert_eq!(alone(&[(Mark::ReviewedBy, "")]), (Reviewed::No, Reason::NoReview));
}

#[test]
fn who_proposed_it_can_not_approve_it() {
    let own = (Reviewed::No, Reason::OwnWork);
    let proposed = |by: &'static str, approves: &'static str| {
        alone(&[(Mark::ProposedBy, by), (Mark::ReviewedBy, approves)])
    };
    assert_eq!(proposed("Ben <ben@x>", "B. Ode <BEN@x>"), own, "one mail address");
    assert_eq!(proposed("Ben <ben@x>", "ben <other@y>"), own, "one name");
    assert_eq!(proposed("Ben <ben@x>", "Cleo <cleo@x>"), (Reviewed::Yes, Reason::Reviewed));
    // An agent by its mark, whatever address it comes under.
    assert_eq!(alone(&[(Mark::Agent, "Desk Helper"), (Mark::ReviewedBy, "desk helper <a@y>")]), own);
    assert_eq!(alone(&[(Mark::ReviewedBy, "Desk Helper [bot] <desk-helper[bot]@dictum.invalid>")]), own);
    assert_eq!(alone(&[(Mark::ProposedBy, "Ben <ben@x>")]), (Reviewed::No, Reason::NoReview));
    // Merged or squashed by another, the proposer is still who it was.
    let said = witness('a', "Ana <ana@x>", 1, &[(Mark::ProposedBy, "Ben <ben@x>")]);
    let merged = |by: &str, trailers: &[(Mark, &str)]| {
        judged(&said, &witness('b', by, 2, trailers), &Governance::default()).state
    };
    assert_eq!(merged("Ben <ben@x>", &[]), Reviewed::No);
    assert_eq!(merged("Cleo <cleo@x>", &[]), Reviewed::Yes);
    let again = [(Mark::ProposedBy, "Dan <dan@x>"), (Mark::ApprovedBy, "Dan <dan@x>")];
    assert_eq!(merged("Ana <ana@x>", &again), Reviewed::No);
}

#[test]
fn a_merge_by_another_person_is_a_review() {
    let said = witness('a', "Ana <ana@x>", 1, &[]);
    let merged = |by: &str| judged(&said, &witness('b', by, 2, &[]), &Governance::default()).state;
    assert_eq!(merged("Ben <ben@x>"), Reviewed::Yes);
    assert_eq!(merged("Ana <ana@x>"), Reviewed::No);
    assert_eq!(merged("GitHub <noreply@github.com>"), Reviewed::No);
    let rewritten = judged(&said, &witness('b', "Ben <ben@x>", 1, &[]), &Governance::default());
    assert_eq!(rewritten.state, Reviewed::No, "only a merge has looked at what it merges");
}

#[test]
fn a_policy_says_whose_word_counts_and_how_many() {
    let by = |who: &[&str], governance: &Governance| {
        let trailers: Vec<_> = who.iter().map(|who| (Mark::ReviewedBy, *who)).collect();
        let commit = witness('a', "Ana <ana@x>", 1, &trailers);
        judged(&commit, &commit, governance)
    };
    let finance = governed(&["finance"], None, false);
    assert_eq!(by(&["Ben <BEN@x>"], &finance).state, Reviewed::Yes);
    let stranger = by(&["Dan <dan@x>"], &finance);
    assert_eq!((stranger.state, stranger.reason), (Reviewed::No, Reason::NotAReviewer));
    assert_eq!(stranger.evidence[0].weight, Weight::NotAReviewer);
    let two = governed(&["team/finance", "dan@x"], Some(2), false);
    assert_eq!(by(&["Ben <ben@x>", "Ben <ben@x>"], &two).reason, Reason::TooFew, "one person twice is one");
    assert_eq!(by(&["Ben <ben@x>", "Dan <dan@x>"], &two).state, Reviewed::Yes);
    let elsewhere = Governance {
        policies: [(
            "terms".into(),
            Policy { globs: vec!["entity/*".into()], ..two.policies["terms"].clone() },
        )]
        .into(),
        ..two
    };
    assert_eq!(by(&["Dan <dan@x>"], &elsewhere).state, Reviewed::Yes, "it is for other addresses");
}

#[test]
fn a_policy_asks_for_a_signature_beside_the_review() {
    let signed = |standing: Option<Standing>| {
        let mut commit = witness('a', "Ana <ana@x>", 1, &[(Mark::ReviewedBy, "Ben <ben@x>")]);
        Rc::get_mut(&mut commit).expect("one").signature =
            standing.map(|standing| Signature { kind: SignatureKind::Ssh, standing });
        let review = judged(&commit, &commit, &governed(&[], None, true));
        assert_eq!(review.state, Reviewed::Yes);
        review.needs.iter().map(Need::met).collect::<Vec<_>>()
    };
    assert_eq!(signed(None), [Some(false)]);
    assert_eq!(signed(Some(Standing::NotVerified)), [None]);
    assert_eq!(signed(Some(Standing::Good { signer: "a@x".into() })), [Some(true)]);
    assert_eq!(signed(Some(Standing::Bad(super::Fault::Tampered))), [Some(false)]);
}
