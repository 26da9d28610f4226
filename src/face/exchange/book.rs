//! What goes from one format to another: subjects, and what is said of each.

use std::collections::BTreeSet;

use super::loss::{LossKind, Losses};
use crate::claim::{Subject, Value};
use crate::kind::{Catalog, Layout};
use crate::query::Cite;

/// Subjects and what is said of them, at one point.
#[derive(Clone, Debug, Default)]
pub(in crate::face) struct Book {
    /// What it is called.
    pub name: String,
    /// In the order of their addresses.
    pub entries: Vec<Entry>,
}

/// A subject and what is said of it.
#[derive(Clone, Debug)]
pub(in crate::face) struct Entry {
    /// Which.
    pub subject: Subject,
    /// In the order of attributes, and within one in that of values.
    pub statements: Vec<Statement>,
    /// What it was called where it comes from, for a comment: an address of the web.
    pub remark: Option<String>,
    /// The line it comes from.
    pub line: Option<u64>,
}

/// One value of an attribute. A set has one for each element.
#[derive(Clone, Debug)]
pub(in crate::face) struct Statement {
    /// As in an address: `definition`, `ids.crm`.
    pub attribute: String,
    /// What is said. What was read is text until the catalogue tells what it is to be.
    pub value: Value,
    /// Whether it is one of a set, of which others may be said beside it.
    pub of_set: bool,
    /// The claims that say it; none of what was read.
    pub cites: Vec<Cite>,
    /// The line it comes from.
    pub line: Option<u64>,
}

impl Entry {
    /// Nothing is said of `subject` yet.
    pub fn new(subject: Subject) -> Entry {
        Entry { subject, statements: Vec::new(), remark: None, line: None }
    }

    /// Says one more thing.
    pub fn say(&mut self, attribute: &str, value: Value, line: Option<u64>) {
        let (attribute, cites) = (attribute.to_owned(), Vec::new());
        self.statements.push(Statement { attribute, value, of_set: false, cites, line });
    }

    /// Brings all that is said in order, each once. Of what there can be one only, none is kept where there are several.
    pub fn settle(&mut self, catalog: &Catalog, losses: &mut Losses) {
        let type_id = self.text("type");
        let is_set = |attribute: &str| {
            let known = catalog.attribute(self.subject.kind(), type_id.as_deref(), attribute);
            known.is_some_and(|known| known.layout == Layout::Set)
        };
        self.statements.sort_by(|a, b| (&a.attribute, &a.value).cmp(&(&b.attribute, &b.value)));
        self.statements.dedup_by(|a, b| a.attribute == b.attribute && a.value == b.value);
        let mut contested: BTreeSet<String> = BTreeSet::new();
        for several in self.statements.chunk_by(|a, b| a.attribute == b.attribute) {
            let attribute = &several[0].attribute;
            if several.len() > 1 && !is_set(attribute) {
                let count = several.len();
                let reason =
                    format!("{count} are said there, and only one can hold: write the right one by hand");
                losses.ours(LossKind::Contested, format!("{}#{attribute}", self.subject), reason);
                contested.insert(attribute.clone());
            }
        }
        self.statements.retain(|one| !contested.contains(&one.attribute));
    }

    /// The values of an attribute.
    pub fn values<'e>(&'e self, attribute: &'e str) -> impl Iterator<Item = &'e Value> {
        self.statements.iter().filter(move |one| one.attribute == attribute).map(|one| &one.value)
    }

    /// The first value of an attribute, as people read it.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.values(attribute).next().map(ToString::to_string)
    }

    /// What people call it: its label, or else its name.
    pub fn called(&self) -> Option<(&'static str, String)> {
        ["label", "name"].into_iter().find_map(|attribute| Some((attribute, self.text(attribute)?)))
    }
}
