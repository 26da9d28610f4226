//! What single files say, as claims counted: for those who write files and hold against each other what was said before and
//! what would be said.

use std::collections::BTreeMap;

use crate::claim::{ClaimHash, Slot};
use crate::compile::may_declare;
use crate::diagnostic::Findings;
use crate::kind::{Catalog, declare, lenses, lower};
use crate::parse::{Document, parse_within};
use crate::source::{CONFIG, FileId, Limits, Text, Texts, is_config};

/// How often each claim is said.
pub(in crate::face) type Said = BTreeMap<(Slot, ClaimHash), usize>;

/// What `texts` declare, `dictum.toml` among them where there is one. What is wrong in them is for checking to tell.
pub(in crate::face) fn catalog_of<'t>(texts: impl Iterator<Item = &'t Text>, limits: &Limits) -> Catalog {
    let mut unused = Findings::new();
    let (configs, texts): (Vec<&Text>, Vec<&Text>) = texts.partition(|text| is_config(&text.path));
    let config = configs.iter().min_by_key(|text| (text.path.matches('/').count(), &text.path));
    let root = config.and_then(|text| text.path.strip_suffix(CONFIG)).unwrap_or_default();
    let declaring: Vec<&Text> = texts.into_iter().filter(|text| may_declare(text)).collect();
    let parse =
        |(at, text): (usize, &&'t Text)| parse_within(FileId(at as u32), text, limits, &mut Findings::new());
    let documents: Vec<_> = declaring.iter().enumerate().map(parse).collect();
    let shown = lenses(&documents.iter().collect::<Vec<_>>(), root);
    let is_ours = |(document, text): &(&Document<'_>, &&Text)| !shown.show(document, &text.path);
    let ours = documents.iter().zip(&declaring).filter(is_ours).map(|(document, _)| document);
    declare(&ours.collect::<Vec<_>>(), root, &mut unused)
}

/// The claims of one file, read by what `catalog` declares.
pub(in crate::face) fn said(text: &Text, catalog: &Catalog, limits: &Limits) -> Said {
    let mut unused = Findings::new();
    let document = parse_within(FileId(0), text, limits, &mut unused);
    let mut said = Said::new();
    for claim in lower(&document, &text.path, catalog, &mut unused) {
        *said.entry((claim.slot, claim.hash)).or_default() += 1;
    }
    said
}

/// Whether a file is there to be read through a lens: it is its owners', and laid out and merged as they do it.
pub(in crate::face) fn is_shown(text: &Text, catalog: &Catalog, limits: &Limits) -> bool {
    catalog.lenses.takes(&text.path) && {
        let document = parse_within(FileId(0), text, limits, &mut Findings::new());
        catalog.lenses.show(&document, &text.path)
    }
}

/// A text in memory.
pub(in crate::face) fn text_of(path: &str, bytes: &[u8]) -> Text {
    Text { path: path.into(), bytes: bytes.into() }
}

/// The same as the only one.
pub(in crate::face) fn alone(text: Text) -> Texts {
    Texts::new(vec![text])
}
