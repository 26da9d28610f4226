//! What the commands that make and check things report.

use schemars::JsonSchema;
use serde::Serialize;

/// `dictum.build/1`: a snapshot that was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.build/1")]
pub struct Built {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.build/1"))]
    pub schema: &'static str,
    /// The file.
    pub file: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many slots are decided in it.
    pub facts: u32,
    /// How many claims it holds.
    pub claims: u32,
    /// From how many source files.
    pub files: usize,
    /// Merkle root over what holds.
    pub content_root: String,
    /// Merkle root over who said it; null without history.
    pub provenance_root: Option<String>,
    /// Hash of the whole file.
    pub file_hash: String,
    /// The commit it was built from; null where it was built from files alone.
    pub at: Option<String>,
    /// How much of the history could be seen.
    pub history: String,
}

/// `dictum.verify/1`: what the check of a snapshot gave.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.verify/1")]
pub struct Verified {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.verify/1"))]
    pub schema: &'static str,
    /// The file.
    pub file: String,
    /// Whether every check passed, and no signature was refused.
    pub ok: bool,
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// Of a proof that holds: who signed the commits that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignedCommit>,
    /// Merkle root over what holds.
    pub content_root: String,
    /// Merkle root over who said it; null without history.
    pub provenance_root: Option<String>,
    /// The commit it says it was built from.
    pub at: Option<String>,
}

/// One check.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// What was checked. Of a snapshot: `integrity`, `content`, `sources`, `content-root`, `provenance-root`, `file`; of a
    /// proof: `form`, `objects`, `answer`, `content`, `provenance`, `commits`; of either: `root`, where one was asked for.
    pub name: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// A commit that a proof names, and its signature.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SignedCommit {
    /// The commit.
    pub commit: String,
    /// For what the proof names it: `asked` is the commit whose knowledge answers, the others are as in answers.
    #[schemars(extend("items" = {"type": "string",
        "enum": ["asked", "said-by", "also-said-by", "landed-by", "first-said-by"]}))]
    pub names: Vec<&'static str>,
    /// What sort of signature it carries; null where none.
    #[schemars(extend("enum" = ["ssh", "openpgp", "x509", "other", null]))]
    pub kind: Option<&'static str>,
    /// What verifying came to. OpenPGP signatures are `not-verified`: that takes git, gpg and the repository.
    #[schemars(extend("enum" = ["unsigned", "good", "not-verified", "no-program", "tampered", "unknown-key",
        "wrong-namespace", "outside-validity", "malformed", "unsupported", "refused"]))]
    pub standing: &'static str,
    /// By whom, as the verifier's own file names him; only where it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
}

/// `dictum.correct/1`: a correction that was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.correct/1")]
pub struct Corrected {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.correct/1"))]
    pub schema: &'static str,
    /// The slot.
    pub address: String,
    /// The claim that was corrected, as a pin.
    pub corrects: String,
    /// The claim that answers now, as a pin.
    pub pin: String,
    /// The file that was written.
    pub path: String,
    /// The commit that says it now; null where it is not committed yet.
    pub commit: Option<String>,
}

/// `dictum.doctor/1`: what stands in the way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.doctor/1")]
pub struct Health {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.doctor/1"))]
    pub schema: &'static str,
    /// Whether nothing stands in the way.
    pub ok: bool,
    /// What was looked at, in order.
    pub checks: Vec<Ailment>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ailment {
    /// What: `knowledge`, `repository`, `commit`, `changes`, `findings`, `names`, `meanings`, `replaced`, `history`, `carried`, `reviews`.
    pub name: &'static str,
    /// How it is: `ok`, `note`, `incomplete` (who said what can't be vouched for), `broken`.
    #[schemars(extend("enum" = ["ok", "note", "incomplete", "broken"]))]
    pub state: &'static str,
    /// What was seen.
    pub detail: String,
    /// What to type about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// `dictum.revert/1`: a fact that was put back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.revert/1")]
pub struct Reverted {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.revert/1"))]
    pub schema: &'static str,
    /// The slot.
    pub address: String,
    /// The commit whose word is said again.
    pub to: String,
    /// The files that were written.
    pub paths: Vec<String>,
    /// The commit that says it now; null where it is not committed yet.
    pub commit: Option<String>,
}
