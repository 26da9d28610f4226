//! What is wrong with a text that is being typed, as far as a glance tells: what reading finds in it, what is decided otherwise of
//! the slots that it speaks of, and what all claims together showed before. For editors, which compile the next state as a whole
//! beside.

use std::sync::Arc;

use super::merge::Which;
use super::next::Step;
use super::{Compiled, Extent};
use crate::diagnostic::Findings;
use crate::source::{FileId, Origin, Span, Text, Texts};

impl Compiled {
    /// What is found in those of `texts` that are other than here. `findings` are those of reading the files. `None` where
    /// something else is declared than before, so that nothing can be told without reading all.
    pub fn glance(&self, texts: &Texts, mut findings: Findings) -> Option<Findings> {
        let front = Step::new(self, texts)?.read(texts.clone(), &mut findings)?;
        let (read, slots) = front.merge(self, Which::Touched);
        let decide = |read: &_, findings: &mut _| self.decide_next(read, &slots, findings);
        let after = read.decide(Extent::Answers, self.known.limits, findings, decide);
        let mut found = after.findings.only(&|_, finding| {
            finding.labels.first().is_some_and(|label| self.is_other(texts, label.origin.file))
        });
        for finding in self.known.validated.iter() {
            // One that lost its place was about what is typed over just now.
            let places: Option<Vec<Origin>> =
                finding.labels.iter().map(|label| self.carried(label.origin, texts)).collect();
            let Some(first) = places.as_ref().and_then(|places| places.first()) else { continue };
            if self.is_other(texts, first.file) {
                let moved = |origin: Origin| self.carried(origin, texts).unwrap_or(origin);
                found.push(finding.clone().moved(&moved));
            }
        }
        found.finish();
        Some(found)
    }

    /// Whether a file of `texts` is other than here, or new.
    fn is_other(&self, texts: &Texts, file: FileId) -> bool {
        let text = texts.get(file);
        self.former(text).is_none_or(|former| !is_same(former, text))
    }

    fn former(&self, text: &Text) -> Option<&Text> {
        self.texts.find(&text.path).map(|file| self.texts.get(file))
    }

    /// Where a place is now; `None` where what stood there was changed.
    fn carried(&self, origin: Origin, texts: &Texts) -> Option<Origin> {
        let old = self.texts.get(origin.file);
        let file = texts.find(&old.path)?;
        let new = texts.get(file);
        if is_same(old, new) {
            return Some(Origin { file, ..origin });
        }
        let (old, new) = (&old.bytes, &new.bytes);
        let before = old.iter().zip(new.iter()).take_while(|(one, two)| one == two).count();
        let most = old.len().min(new.len()) - before;
        let behind =
            old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(one, two)| one == two).count();
        let Span { start, end } = origin.span;
        if end as usize <= before {
            return Some(Origin { file, ..origin });
        }
        if (start as usize) < old.len() - behind {
            return None;
        }
        let moved = |at: u32| (at as usize + new.len() - old.len()) as u32;
        Some(Origin { file, span: Span { start: moved(start), end: moved(end) } })
    }
}

fn is_same(one: &Text, other: &Text) -> bool {
    Arc::ptr_eq(&one.bytes, &other.bytes) || one.bytes == other.bytes
}
