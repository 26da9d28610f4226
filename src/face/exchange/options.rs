//! What formats are told beside the text: what the command line, or a mapping, says.

use crate::claim::Subject;
use crate::kind::Catalog;

/// What a writer is told.
#[derive(Clone, Debug, Default)]
pub(in crate::face) struct Given {
    /// What the addresses of subjects begin with: `https://kestrel.example/`.
    pub base: Option<String>,
    /// The language of its texts: `en`.
    pub language: Option<String>,
    /// Whether who said what is to be told.
    pub provenance: bool,
    /// Tables that metrics are of: a name, and where it is.
    pub datasets: Vec<(String, String)>,
}

/// What a reader is told.
#[derive(Clone, Copy)]
pub(in crate::face) struct Taken<'a> {
    /// The kind of what is no subject of ours already.
    pub kind: &'a str,
    /// Texts in this language are taken.
    pub language: Option<&'a str>,
    /// Which columns say what, as TOML.
    pub mapping: Option<&'a str>,
    /// What attributes there are.
    pub catalog: &'a Catalog,
    /// Whether there is such a subject here already, which links may lead to.
    pub is_known: &'a dyn Fn(&Subject) -> bool,
}
