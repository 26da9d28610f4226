//! `dictum.proof/1`: one answer with all that checking it takes, in one file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::history::CommitId;
use crate::history::exhibit::{Object, ObjectKind};

/// A proof bundle. There is one way to write each, to the byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "dictum.proof/1")]
pub struct Proof {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.proof/1"))]
    pub schema: String,
    /// What was asked: `KIND/ID#ATTRIBUTE`.
    pub address: String,
    /// The day asked about.
    pub on: String,
    /// What the question knew of the context, as it was typed.
    #[serde(rename = "where")]
    pub context: BTreeMap<String, String>,
    /// The answer with its explanation: `dictum.answer/1`.
    pub answer: Json,
    /// The commit whose knowledge it is.
    pub commit: String,
    /// The folder of the knowledge in that commit; empty for its top.
    pub knowledge: String,
    /// That the fact is among all that holds.
    pub content: Included,
    /// How much of the history could be seen where the proof was made.
    pub history: String,
    /// Merkle root over who said each claim.
    pub provenance_root: String,
    /// Who said each claim of the fact, in the order of their hashes.
    pub claims: Vec<Said>,
    /// The files of the commit that the answer is worked out from: what is declared, and what is said of the subject.
    pub files: Vec<String>,
    /// Every git object that checking reads: commits, folders and files, by name.
    pub objects: BTreeMap<String, Exhibit>,
}

/// A place in a Merkle tree, and the way from there to its root (RFC 9162 §2.1.3, with BLAKE3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Included {
    /// The root.
    pub root: String,
    /// Which leaf, from 0.
    pub index: u64,
    /// How many leaves there are.
    pub size: u64,
    /// The siblings from the leaf up.
    pub path: Vec<String>,
}

/// Who said one claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The claim's hash.
    pub claim: String,
    /// The commit that said it.
    pub said_by: Sayer,
    /// Other lines of a merge that said it too.
    pub also_said_by: Vec<String>,
    /// When it became the main line's word.
    pub landed_by: Sayer,
    /// The earliest commit that said it.
    pub first_said_by: Sayer,
    /// Whether a version since did not parse.
    pub carried: bool,
    /// That this is among all that is known of who said what.
    pub included: Included,
    /// The file of `said_by` that says it.
    pub file: Option<String>,
    /// Why the objects don't show that it says it, and that no parent did in what the commit changed; null where they do.
    pub not_shown: Option<String>,
}

/// A commit, or the boundary behind which it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sayer {
    /// Its name.
    pub commit: String,
    /// Whether it is this commit itself; else it is unknown, at or before this one.
    pub confirmed: bool,
}

/// A git object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// `commit`, `tree` or `blob`.
    pub kind: String,
    /// Its bytes, where they are UTF-8 and not a folder's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its bytes otherwise, in base64 (RFC 4648 §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

const KINDS: [ObjectKind; 3] = [ObjectKind::Commit, ObjectKind::Tree, ObjectKind::Blob];

/// The wire's form of objects.
pub fn exhibits(objects: &BTreeMap<CommitId, Object>) -> BTreeMap<String, Exhibit> {
    objects.iter().map(|(name, object)| (name.to_string(), exhibit(object))).collect()
}

fn exhibit(object: &Object) -> Exhibit {
    let kind = object.kind.as_str().to_owned();
    match std::str::from_utf8(&object.bytes) {
        Ok(text) if object.kind != ObjectKind::Tree => {
            Exhibit { kind, text: Some(text.to_owned()), base64: None }
        }
        _ => Exhibit { kind, text: None, base64: Some(BASE64.encode(&object.bytes)) },
    }
}

/// The objects that the wire's form is of.
///
/// # Errors
/// The name under which something else stands.
pub fn objects(exhibits: &BTreeMap<String, Exhibit>) -> Result<BTreeMap<CommitId, Object>, String> {
    let object = |(name, exhibit): (&String, &Exhibit)| {
        let read = || {
            let id = CommitId::parse(name)?;
            let kind = KINDS.into_iter().find(|kind| kind.as_str() == exhibit.kind)?;
            let bytes = match (&exhibit.text, &exhibit.base64) {
                (Some(text), None) => text.as_bytes().to_vec(),
                (None, Some(base64)) => BASE64.decode(base64).ok()?,
                _ => return None,
            };
            Some((id, Object { kind, bytes: bytes.into() }))
        };
        read().ok_or_else(|| name.clone())
    };
    exhibits.iter().map(object).collect()
}
