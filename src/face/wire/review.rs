//! Whether a claim was reviewed, and what tells so.

use schemars::JsonSchema;
use serde::Serialize;

use crate::history::{Need, Review, Standing};

/// Whether a claim was reviewed by another person than its author, and what tells so.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Review")]
pub struct ReviewWire {
    /// `yes`, `no` or `unknown`.
    #[schemars(extend("enum" = ["yes", "no", "unknown"]))]
    reviewed: &'static str,
    /// Why.
    #[schemars(extend("enum" = ["reviewed", "no-review", "own-work", "not-a-reviewer", "too-few", "incomplete-history",
        "no-history", "policy-unknown"]))]
    reason: &'static str,
    /// What the commits that said and landed it tell of people.
    evidence: Vec<Evidence>,
    /// What the policies that were in force when it landed ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<NeedWire>,
    /// Signatures of the commits that said and landed it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signatures: Vec<Signature>,
}

/// A trailer or a merge, and what it comes to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Evidence {
    /// What it is.
    #[schemars(extend("enum" = ["reviewed-by", "acked-by", "approved-by", "co-authored-by", "signed-off-by",
        "proposed-by", "dictum-agent", "merged-by"]))]
    mark: &'static str,
    /// Of whom it tells: `Name <mail>`.
    who: String,
    /// The commit that says so.
    commit: String,
    /// `counts`, or why it does not.
    #[schemars(extend("enum" = ["counts", "own-work", "bot", "not-a-reviewer", "nobody", "no-review"]))]
    weight: &'static str,
}

/// What a policy asks for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Need")]
struct NeedWire {
    /// Which: `policy/ID`.
    policy: String,
    /// For what it asks.
    #[schemars(extend("enum" = ["reviews", "signature"]))]
    asks: &'static str,
    /// How many reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<u32>,
    /// How many there are that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<u32>,
    /// Whether it is met; null where nothing was given to tell.
    met: Option<bool>,
}

/// A signature, and what verifying came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Signature {
    /// The signed commit.
    commit: String,
    /// What sort of signature.
    #[schemars(extend("enum" = ["ssh", "openpgp", "x509", "other"]))]
    kind: &'static str,
    /// What verifying came to; `not-verified` where nothing was given to verify by, `no-program` where what verifies it is
    /// not installed or does not run.
    #[schemars(extend("enum" = ["good", "not-verified", "no-program", "tampered", "unknown-key", "wrong-namespace",
        "outside-validity", "malformed", "unsupported", "refused"]))]
    standing: &'static str,
    /// By whom, as the verifier's own file or keyring names him; only where it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
}

/// A review on the wire.
pub fn review(review: &Review) -> ReviewWire {
    let evidence = review.evidence.iter().map(|piece| Evidence {
        mark: piece.mark.as_str(),
        who: piece.who.to_string(),
        commit: piece.commit.to_string(),
        weight: piece.weight.as_str(),
    });
    let signatures = review.signatures.iter().map(|(commit, signature)| {
        let (standing, signer) = standing(&signature.standing);
        Signature { commit: commit.to_string(), kind: signature.kind.as_str(), standing, signer }
    });
    ReviewWire {
        reviewed: review.state.as_str(),
        reason: review.reason.as_str(),
        evidence: evidence.collect(),
        needs: review.needs.iter().map(need).collect(),
        signatures: signatures.collect(),
    }
}

/// What verifying came to, and by whom it is signed where it is good.
pub(in crate::face) fn standing(standing: &Standing) -> (&'static str, Option<String>) {
    match standing {
        Standing::Good { signer } => ("good", Some(signer.clone())),
        Standing::Bad(fault) => (fault.as_str(), None),
        Standing::NotVerified => ("not-verified", None),
        Standing::NoProgram { .. } => ("no-program", None),
    }
}

fn need(need: &Need) -> NeedWire {
    let (policy, asks, needed, counted) = match need {
        Need::Reviews { policy, needed, counted } => (policy, "reviews", Some(*needed), Some(*counted)),
        Need::Signed { policy, .. } => (policy, "signature", None, None),
    };
    NeedWire { policy: format!("policy/{policy}"), asks, needed, counted, met: need.met() }
}
