//! What single files say, as claims counted: for those who write files and hold against each other what was said before and
//! what would be said.

use std::collections::BTreeMap;

use crate::claim::{ClaimHash, Slot};
use crate::compile::may_declare;
use crate::diagnostic::Findings;
use crate::kind::{Catalog, declare, lower};
use crate::parse::parse_within;
use crate::source::{FileId, Limits, Text, Texts};

/// How often each claim is said.
pub(in crate::face) type Said = BTreeMap<(Slot, ClaimHash), usize>;

/// What `texts` declare. What is wrong in them is for checking to tell.
pub(in crate::face) fn catalog_of<'t>(texts: impl Iterator<Item = &'t Text>, limits: &Limits) -> Catalog {
    let mut unused = Findings::new();
    let declaring: Vec<&Text> = texts.filter(|text| may_declare(text)).collect();
    let parse =
        |(at, text): (usize, &&'t Text)| parse_within(FileId(at as u32), text, limits, &mut Findings::new());
    let documents: Vec<_> = declaring.iter().enumerate().map(parse).collect();
    declare(&documents, &mut unused)
}

/// The claims of one file, read by what `catalog` declares.
pub(in crate::face) fn said(text: &Text, catalog: &Catalog, limits: &Limits) -> Said {
    let mut unused = Findings::new();
    let document = parse_within(FileId(0), text, limits, &mut unused);
    let mut said = Said::new();
    for claim in lower(&document, catalog, &mut unused) {
        *said.entry((claim.slot, claim.hash)).or_default() += 1;
    }
    said
}

/// A text in memory.
pub(in crate::face) fn text_of(path: &str, bytes: &[u8]) -> Text {
    Text { path: path.into(), bytes: bytes.into() }
}

/// The same as the only one.
pub(in crate::face) fn alone(text: Text) -> Texts {
    Texts::new(vec![text])
}
