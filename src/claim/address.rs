//! Addresses: what can be asked. `KIND/ID` is a subject, `KIND/ID#ATTRIBUTE` a slot.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

/// One thing the business talks about: `term/active-customer`.
///
/// Ordered by its text, so that everything listed "in address order" is in one order everywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject(SmolStr);

impl Subject {
    /// The subject `id` of the kind `kind`.
    pub fn new(kind: &str, id: &str) -> Subject {
        Subject(format_smolstr!("{kind}/{id}"))
    }

    /// Reads `KIND/ID`; `None` where either part is missing or a `#` stands in it.
    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, id) = text.split_once('/')?;
        let whole = !kind.is_empty() && !id.is_empty() && !text.contains('#');
        (whole && !id.contains('/')).then(|| Subject(SmolStr::new(text)))
    }

    /// The kind: `term`.
    pub fn kind(&self) -> &str {
        self.0.split_once('/').map_or("", |(kind, _)| kind)
    }

    /// The id: `active-customer`.
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, id)| id)
    }

    /// The whole text: `term/active-customer`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Subject and attribute, the address of what can be asked: `term/active-customer#definition`,
/// `entity/acme#ids.salesforce` (a map's key is part of the attribute, behind a dot).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Slot {
    /// Whose attribute it is.
    pub subject: Subject,
    /// The attribute, with a map's key behind a dot: `definition`, `ids.salesforce`.
    pub attribute: SmolStr,
}

impl Slot {
    /// Reads `KIND/ID#ATTRIBUTE`; `None` where a part is missing.
    pub fn parse(text: &str) -> Option<Slot> {
        let (subject, attribute) = text.split_once('#')?;
        let subject = Subject::parse(subject)?;
        (!attribute.is_empty()).then(|| Slot { subject, attribute: SmolStr::new(attribute) })
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.subject, self.attribute)
    }
}
