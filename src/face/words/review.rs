//! The prose of reviews: whether something was reviewed, by whom, and what was asked for. None of it is fit to be shown yet.

use crate::face::words;
use crate::history::{CommitId, Evidence, Need, Reason, Review, Reviewed, Signature, Standing, Weight};

/// In words: what a policy asked for and did not get, or nothing was given to tell; `None` where it is met.
pub fn need_text(need: &Need) -> Option<String> {
    match need {
        _ if need.met() == Some(true) => None,
        Need::Reviews { policy, needed, counted } => {
            let reviews = words::count(*needed as usize, "review", "reviews");
            Some(format!("policy {policy} asks for {reviews}, and {counted} count"))
        }
        Need::Signed { policy, met: Some(_) } => {
            Some(format!("policy {policy} asks for a signature that can be trusted"))
        }
        Need::Signed { policy, met: None } => {
            Some(format!("policy {policy} asks for a signature, and the one there was not verified"))
        }
    }
}

/// In words: whether it was reviewed, and by whom or why not. Not yet fit to be shown.
pub fn reviewed_text(review: &Review) -> String {
    let by = |weight: Weight| {
        let pieces = review.evidence.iter().filter(|piece| piece.weight == weight).map(piece);
        pieces.collect::<Vec<_>>().join(", ")
    };
    match (review.state, review.reason) {
        (Reviewed::Yes, _) => format!("yes, {}", by(Weight::Counts)),
        (_, Reason::TooFew) => format!("no, too few: {}", by(Weight::Counts)),
        (_, Reason::NotAReviewer) => {
            format!("no, only by others than the policy names: {}", by(Weight::NotAReviewer))
        }
        (_, Reason::OwnWork) => "no, only by its author or a program".to_owned(),
        (_, Reason::NoReview) => "no, nothing tells of one".to_owned(),
        (_, Reason::IncompleteHistory) => "unknown, history is not complete here".to_owned(),
        (_, Reason::NoHistory) => "unknown, there is no history to tell".to_owned(),
        (_, Reason::PolicyUnknown) => "unknown, the policies of that time can't be read".to_owned(),
        (_, Reason::Reviewed) => review.state.as_str().to_owned(),
    }
}

fn piece(piece: &Evidence) -> String {
    format!("{} {}", piece.mark.as_str(), piece.who)
}

/// In words: what each signature comes to. Not yet fit to be shown.
pub fn signature_texts(review: &Review) -> Vec<String> {
    let one = |(commit, signature): &(CommitId, Signature)| {
        format!(
            "{} {} signature {}",
            commit.short(),
            signature.kind.as_str(),
            standing_text(&signature.standing)
        )
    };
    review.signatures.iter().map(one).collect()
}

/// In words: what verifying a signature came to. Not yet fit to be shown.
pub fn standing_text(standing: &Standing) -> String {
    match standing {
        Standing::Good { signer } => format!("good, by {signer}"),
        Standing::Bad(fault) => format!("not to be trusted: {}", fault.as_str()),
        Standing::NotVerified => "not verified".to_owned(),
        Standing::NoProgram { program, installed: false } => {
            format!("can't be checked here: {program} is not installed")
        }
        Standing::NoProgram { program, installed: true } => {
            format!("can't be checked here: {program} does not run")
        }
    }
}
