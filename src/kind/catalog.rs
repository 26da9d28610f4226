//! What the business declares, gathered from all documents before any claim is read.
//!
//! Two stages, for one kind of declaration may name another: dimensions, precedences and the heads of types
//! first, then sources (which name tiers) and the attributes of types (which name dimensions and types).
//! Values of a wrong type are passed over here without a word: lowering the same table to claims reports them.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::reader::{Reader, clip};
use super::{Attribute, Builtin, Is, KINDS, Kind, Layout, Lenses, is_kebab, lower, nearest};
use crate::claim::{Cardinality, Criterion, Declarations, Law, LawId, Precedence};
use crate::diagnostic::{Findings, codes};
use crate::parse::{Document, Spanned, Table, Value};
use crate::source::{FileId, Origin, Span};

/// What every subject may say, whatever its kind.
const COMMON: &[Builtin] = &[
    Builtin { name: "label", is: "text", cardinality: "one", summary: "what people call it" },
    Builtin { name: "note", is: "markdown", cardinality: "one", summary: "anything else worth knowing" },
];

/// What subjects of kinds that carry claims may say beside.
const CLAIMING: &[Builtin] = &[
    Builtin {
        name: "type",
        is: "text",
        cardinality: "one",
        summary: "which family it belongs to: a `[type.…]`",
    },
    Builtin { name: "was", is: "text", cardinality: "set", summary: "ids that it had before it was renamed" },
    Builtin { name: "owner", is: "ref team", cardinality: "one", summary: "the team that answers for it" },
    Builtin {
        name: "deprecated.replaced-by",
        is: "ref self",
        cardinality: "one",
        summary: "what to use instead",
    },
    Builtin { name: "deprecated.reason", is: "markdown", cardinality: "one", summary: "why not to use it" },
];

/// Everything that a kind brings along, what all kinds share first.
pub(crate) fn builtins(kind: &Kind) -> Vec<&'static Builtin> {
    let claiming = if kind.statements && kind.typed { CLAIMING } else { &[] };
    let own: &'static [Builtin] = kind.attributes;
    COMMON.iter().chain(claiming).chain(own).collect()
}

/// Whether a word is a key of statements.
pub(crate) fn is_statement(word: &str) -> bool {
    super::STATEMENT_KEYS.contains(&word)
}

/// Attributes by pattern (`definition`, `ids.*`, `attribute.*.is`), and the beginnings of patterns.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Words {
    attributes: FxHashMap<SmolStr, Attribute>,
    prefixes: FxHashSet<SmolStr>,
}

impl Words {
    fn insert(&mut self, pattern: SmolStr, attribute: Attribute) {
        for (dot, _) in pattern.match_indices('.') {
            self.prefixes.insert(SmolStr::new(&pattern[..dot]));
        }
        self.attributes.insert(pattern, attribute);
    }
}

/// What a `[type.ID]` declares.
#[derive(Clone, PartialEq, Debug)]
pub struct TypeDeclaration {
    /// The kind whose subjects it is a family of.
    pub of: SmolStr,
    /// Where it stands.
    pub origin: Origin,
    words: Words,
}

impl TypeDeclaration {
    /// Its attributes in order of name (a map's with `.*` behind it).
    pub fn attributes(&self) -> Vec<(&SmolStr, &Attribute)> {
        let mut all: Vec<_> = self.words.attributes.iter().collect();
        all.sort_by_key(|(pattern, _)| *pattern);
        all
    }
}

/// What the types of one kind declare under one name.
#[derive(Clone, PartialEq, Debug)]
enum Loose {
    /// They agree.
    Agreed(Attribute),
    /// They don't: these types.
    Unclear(Vec<SmolStr>),
}

/// What the business declares: which attributes each kind and type has, and what deciding needs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Catalog {
    /// What deciding needs.
    pub declarations: Declarations,
    /// Types by id.
    pub types: BTreeMap<SmolStr, TypeDeclaration>,
    /// How files are read that were not written for us.
    pub lenses: Lenses,
    kinds: FxHashMap<&'static str, Words>,
    loose: FxHashMap<SmolStr, FxHashMap<SmolStr, Loose>>,
    loose_prefixes: FxHashMap<SmolStr, FxHashSet<SmolStr>>,
    /// Every attribute of every kind and type whose name has one part.
    single: FxHashSet<SmolStr>,
}

/// What a name is to a subject.
pub enum Found<'c> {
    /// An attribute.
    Attribute(&'c Attribute),
    /// A table of attributes.
    Table,
    /// Declared by several types in different ways, and the subject does not say its type.
    Unclear(&'c [SmolStr]),
    /// Nothing.
    Nothing,
}

impl Catalog {
    /// What `pattern` is to a subject of `kind` that says it is of `type_id`.
    pub fn find(&self, kind: &str, type_id: Option<&str>, pattern: &str) -> Found<'_> {
        let typed = type_id.and_then(|id| self.types.get(id));
        let builtin = self.kinds.get(kind);
        let own = [typed.map(|declared| &declared.words), builtin];
        for words in own.into_iter().flatten() {
            if let Some(attribute) = words.attributes.get(pattern) {
                return Found::Attribute(attribute);
            }
        }
        for words in own.into_iter().flatten() {
            if words.prefixes.contains(pattern) {
                return Found::Table;
            }
        }
        if typed.is_some() {
            return Found::Nothing;
        }
        match self.loose.get(kind).and_then(|loose| loose.get(pattern)) {
            Some(Loose::Agreed(attribute)) => Found::Attribute(attribute),
            Some(Loose::Unclear(types)) => Found::Unclear(types),
            None if self.loose_prefixes.get(kind).is_some_and(|set| set.contains(pattern)) => Found::Table,
            None => Found::Nothing,
        }
    }

    /// The attribute of a slot: `attribute` is as in an address (`ids.salesforce`).
    pub fn attribute(&self, kind: &str, type_id: Option<&str>, attribute: &str) -> Option<&Attribute> {
        let mut pattern = SmolStr::default();
        for part in attribute.split('.') {
            let literal = join(&pattern, part);
            pattern = match self.find(kind, type_id, &literal) {
                Found::Nothing => join(&pattern, "*"),
                _ => literal,
            };
        }
        match self.find(kind, type_id, &pattern) {
            Found::Attribute(attribute) => Some(attribute),
            _ => None,
        }
    }

    /// Whether `name` is no attribute of any kind or type: whatever stands at its keys is read key by key, or not at all.
    pub fn only_holds_keys(&self, name: &str) -> bool {
        !self.single.contains(name)
    }

    /// The same where places are called otherwise.
    #[must_use]
    pub fn moved(mut self, moved: &dyn Fn(Origin) -> Origin) -> Catalog {
        self.lenses.move_to(moved);
        let own = self.types.values_mut();
        own.for_each(|declared| declared.origin = moved(declared.origin));
        let words =
            self.kinds.values_mut().chain(self.types.values_mut().map(|declared| &mut declared.words));
        let attributes = words.flat_map(|words| words.attributes.values_mut());
        let loose = self.loose.values_mut().flat_map(FxHashMap::values_mut).filter_map(|loose| match loose {
            Loose::Agreed(attribute) => Some(attribute),
            Loose::Unclear(_) => None,
        });
        for attribute in attributes.chain(loose) {
            attribute.declared_at = attribute.declared_at.map(moved);
        }
        self
    }

    /// Whether both declare the same, wherever it stands.
    pub fn says_as(&self, other: &Catalog) -> bool {
        let nowhere = |_| Origin { file: FileId(0), span: Span::default() };
        self.clone().moved(&nowhere) == other.clone().moved(&nowhere)
    }

    /// Every attribute that a subject of `kind` and `type_id` may have, in order; first parts only.
    pub fn attribute_names(&self, kind: &str, type_id: Option<&str>) -> Vec<&str> {
        let typed = type_id.and_then(|id| self.types.get(id));
        let builtin = self.kinds.get(kind).into_iter().flat_map(|words| words.attributes.keys());
        let own = typed.into_iter().flat_map(|declared| declared.words.attributes.keys());
        let loose = self.loose.get(kind).filter(|_| typed.is_none());
        let loose = loose.into_iter().flat_map(|loose| loose.keys());
        let first = |pattern: &'_ SmolStr| -> usize { pattern.find('.').unwrap_or(pattern.len()) };
        let mut names: Vec<&str> = builtin.chain(own).chain(loose).map(|p| &p[..first(p)]).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// `pattern.part`, or `part` where the pattern is empty.
pub(crate) fn join(pattern: &str, part: &str) -> SmolStr {
    if pattern.is_empty() { SmolStr::new(part) } else { format_smolstr!("{pattern}.{part}") }
}

/// A catalogue under construction.
pub(crate) struct Builder {
    pub catalog: Catalog,
    laws: Vec<Law>,
    declared: BTreeMap<(&'static str, SmolStr), Origin>,
}

/// The lenses of all documents, for files below the folder `root` (`/` behind it unless it is the top). Which documents say
/// what they say to a lens alone has to be known before any other declaration is read. What is wrong with them is told by
/// [`declare`].
pub fn lenses(documents: &[&Document<'_>], root: &str) -> Lenses {
    let mut builder = Builder { catalog: Catalog::default(), laws: Vec::new(), declared: BTreeMap::new() };
    let mut findings = Findings::new();
    for document in documents {
        let mut reader = Reader { file: document.file, whole: document.whole, findings: &mut findings };
        for subject in lower::subjects(document, "lens") {
            super::lens::declares(&mut builder, &subject, &mut reader);
        }
    }
    builder.catalog.lenses.root = SmolStr::new(root);
    builder.catalog.lenses
}

/// Reads the declaring kinds (`type`, `dimension`, `precedence`, `source`, `calendar`, `lens`) of all documents, which lie below
/// the folder `root` (`/` behind it unless it is the top).
pub fn declare(documents: &[&Document<'_>], root: &str, findings: &mut Findings) -> Catalog {
    let mut builder = Builder { catalog: Catalog::default(), laws: Vec::new(), declared: BTreeMap::new() };
    builder.catalog.lenses.root = SmolStr::new(root);
    builder.catalog.declarations.precedences.insert(SmolStr::new_static("default"), default_precedence());
    for kind in KINDS {
        let words = builder.kind_words(kind);
        builder.catalog.kinds.insert(kind.name, words);
    }
    // The order is that of what needs what, not that of KINDS.
    let stages: [(&str, bool); 7] = [
        ("dimension", false),
        ("precedence", false),
        ("type", true),
        ("source", false),
        ("type", false),
        ("calendar", false),
        ("lens", false),
    ];
    for (name, head) in stages {
        for document in documents {
            let mut reader = Reader { file: document.file, whole: document.whole, findings };
            for subject in lower::subjects(document, name) {
                match subject.kind.declares {
                    _ if head => super::types::head(&mut builder, &subject, &mut reader),
                    Some(declares) => declares(&mut builder, &subject, &mut reader),
                    None => {}
                }
            }
        }
    }
    builder.finish()
}

/// Lex superior, lex specialis, lex posterior.
fn default_precedence() -> Precedence {
    let order = vec![Criterion::Authority, Criterion::Specificity, Criterion::Effective];
    Precedence { globs: Vec::new(), order, rank: Vec::new() }
}

impl Builder {
    /// Notes that `subject` is declared here; a second time is a finding, and `false`.
    pub fn first_time(&mut self, subject: &lower::SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> bool {
        let key = (subject.kind.name, subject.id.to_smolstr());
        let here = reader.origin(subject.key);
        let Some(there) = self.declared.get(&key) else {
            self.declared.insert(key, here);
            return true;
        };
        let (kind, id) = (subject.kind.name, subject.id);
        let message = format!("{kind} `{id}` is declared twice");
        let finding = reader
            .finding(&codes::DUPLICATE_DECLARATION, subject.key, message, "declared again here")
            .label(*there, "first declared here")
            .help(format!("put everything about it into one `[{kind}.{id}]` table and remove the other"));
        reader.report(finding);
        false
    }

    /// The id of a law; sorted only at the end.
    pub fn law(&mut self, law: Law) -> LawId {
        let at = self.laws.iter().position(|known| *known == law).unwrap_or_else(|| {
            self.laws.push(law);
            self.laws.len() - 1
        });
        LawId(at as u32)
    }

    /// The attributes that a kind brings along.
    fn kind_words(&mut self, kind: &Kind) -> Words {
        let mut words = Words::default();
        for builtin in builtins(kind) {
            let is = match builtin.is {
                "ref self" => Is::Ref { to: kind.name.into(), kind: kind.name.into() },
                is => Is::builtin(is),
            };
            let (layout, cardinality) = match builtin.cardinality {
                "set" => (Layout::Set, Cardinality::Set),
                _ => (Layout::One, Cardinality::One),
            };
            let law = self.law(Law { cardinality, required: None, precedence: None });
            words.insert(SmolStr::new_static(builtin.name), Attribute { is, layout, law, declared_at: None });
        }
        words
    }

    /// Adds an attribute to a type.
    pub fn type_attribute(&mut self, type_id: &str, pattern: SmolStr, attribute: Attribute) {
        if let Some(declared) = self.catalog.types.get_mut(type_id) {
            declared.words.insert(pattern, attribute);
        }
    }

    /// Adds the head of a type.
    pub fn type_head(&mut self, id: &str, of: SmolStr, origin: Origin) {
        let declared = TypeDeclaration { of, origin, words: Words::default() };
        self.catalog.types.insert(SmolStr::new(id), declared);
    }

    fn finish(mut self) -> Catalog {
        let mut sorted = self.laws.clone();
        sorted.sort();
        let moved = |id: LawId| {
            let law = &self.laws[id.0 as usize];
            LawId(sorted.binary_search(law).expect("every law was sorted in") as u32)
        };
        let words = self.catalog.kinds.values_mut();
        for words in words.chain(self.catalog.types.values_mut().map(|declared| &mut declared.words)) {
            words.attributes.values_mut().for_each(|attribute| attribute.law = moved(attribute.law));
        }
        let words = self.catalog.kinds.values();
        let words = words.chain(self.catalog.types.values().map(|declared| &declared.words));
        let names = words.flat_map(|words| words.attributes.keys());
        self.catalog.single = names.filter(|name| !name.contains('.')).cloned().collect();
        self.catalog.declarations.laws = sorted;
        self.catalog.join_types();
        self.catalog
    }
}

impl Catalog {
    /// For subjects whose table does not say their type: what all types of the kind agree on.
    fn join_types(&mut self) {
        for (id, declared) in &self.types {
            let loose = self.loose.entry(declared.of.clone()).or_default();
            for (pattern, attribute) in &declared.words.attributes {
                match loose.get_mut(pattern) {
                    None => {
                        loose.insert(pattern.clone(), Loose::Agreed(attribute.clone()));
                    }
                    Some(Loose::Agreed(other))
                        if (&other.is, other.layout, other.law)
                            == (&attribute.is, attribute.layout, attribute.law) => {}
                    Some(Loose::Unclear(types)) => types.push(id.clone()),
                    Some(entry @ Loose::Agreed(_)) => {
                        let others = self.types.iter().take_while(|(other, _)| *other != id);
                        let others = others.filter(|(_, other)| {
                            other.of == declared.of && other.words.attributes.contains_key(pattern)
                        });
                        let mut types: Vec<SmolStr> = others.map(|(other, _)| other.clone()).collect();
                        types.push(id.clone());
                        *entry = Loose::Unclear(types);
                    }
                }
            }
            let prefixes = self.loose_prefixes.entry(declared.of.clone()).or_default();
            prefixes.extend(declared.words.prefixes.iter().cloned());
        }
    }
}

/// The text at `key`, if it is text.
pub(crate) fn text<'d, 't>(table: &'d Table<'t>, key: &str) -> Option<(&'d Spanned<Value<'t>>, &'d str)> {
    let value = table.get(key)?;
    match value.get_ref() {
        Value::String(text) => Some((value, text)),
        _ => None,
    }
}

/// The word at `key`, where there is one: of an empty text it is told that it is empty, and not that it is no such word.
pub(crate) fn word<'d, 't>(table: &'d Table<'t>, key: &str) -> Option<(&'d Spanned<Value<'t>>, &'d str)> {
    text(table, key).filter(|(_, word)| !word.trim().is_empty())
}

/// The texts of the list at `key` (or the one text there), and where each stands.
pub(crate) fn texts<'d, 't>(table: &'d Table<'t>, key: &str) -> Vec<(&'d Spanned<Value<'t>>, &'d str)> {
    let Some(value) = table.get(key) else { return Vec::new() };
    match value.get_ref() {
        Value::String(text) => vec![(value, text)],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| match item.get_ref() {
                Value::String(text) => Some((item, &**text)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A word that is not among those allowed: the message and help that all such findings share.
pub(crate) fn not_among(word: &str, what: &str, allowed: &[&str]) -> (String, String) {
    let message = format!("`{}` is not {what}", clip(word));
    let help = match nearest(word, allowed.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if allowed.is_empty() => "none is declared yet".to_owned(),
        None => {
            let shown: Vec<String> = allowed.iter().take(12).map(|word| format!("`{word}`")).collect();
            let more = if allowed.len() > 12 { ", …" } else { "" };
            format!("write one of {}{more}", shown.join(", "))
        }
    };
    (message, help)
}

/// Whether an id may stand in a declaration; a finding where not.
pub(crate) fn check_word(word: &str, at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) -> bool {
    if is_kebab(word) {
        return true;
    }
    let message = format!("`{}` can't be a name here", clip(word));
    let finding = reader
        .finding(&codes::BAD_ID, at, message, "not in lower case with hyphens")
        .help("write it with the letters a to z, digits and hyphens only, such as `north-america`");
    reader.report(finding);
    false
}
