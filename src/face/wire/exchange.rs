//! `dictum.losses/1`: what another format could not hold; `dictum.imported/1`: what was written, and what was left behind.

use schemars::JsonSchema;
use serde::Serialize;

/// What did not come along.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.losses/1")]
pub struct LossesWire {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.losses/1"))]
    pub schema: &'static str,
    /// Which way it went.
    #[schemars(extend("enum" = ["export", "import"]))]
    pub direction: &'static str,
    /// The other format.
    pub format: &'static str,
    /// The day on which what was exported holds; null for an import.
    pub on: Option<String>,
    /// The commit whose knowledge it is; null for an import, and for files that are not committed.
    pub at: Option<String>,
    /// How many subjects went.
    pub subjects: usize,
    /// By kind, then address.
    pub losses: Vec<LossWire>,
}

/// One thing that did not come along.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LossWire {
    /// What sort of thing: claims that contradict each other (`contested`); what holds in some cases only (`depends` where it was
    /// left out, `condition` where it was taken); on some days only (`period`); that something is known not to exist (`none`);
    /// what it leans on (`source`); who said it (`provenance` where there is no place for that, `history` where the history does
    /// not tell); a kind of subject (`kind`), a property (`attribute`), two that became one (`merged`), a link (`relation`), a
    /// value (`value`), a name (`label`), a text in another language (`language`), what it was called (`identifier`), a subject
    /// that is here already (`exists`), a subject with which the knowledge would have errors (`faulty`).
    #[schemars(extend("enum" = ["contested", "depends", "condition", "period", "none", "source", "provenance", "history", "kind",
        "attribute", "merged", "relation", "value", "label", "language", "identifier", "exists", "faulty"]))]
    pub kind: &'static str,
    /// Of what, here: a slot or a subject; null where it concerns nothing of ours, or all of it.
    pub address: Option<String>,
    /// Of what, there: a property, a column, an address of the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The line of the imported file; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Why, in words.
    pub reason: String,
}

/// What an import wrote, or would write.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.imported/1")]
pub struct Imported {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.imported/1"))]
    pub schema: &'static str,
    /// Whether nothing was written, for it was only tried.
    pub dry_run: bool,
    /// In order of path.
    pub files: Vec<ImportedFile>,
    /// What did not come along.
    pub losses: LossesWire,
}

/// A file that was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ImportedFile {
    /// From the top of the repository.
    pub path: String,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// Its text; there where it was only tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
