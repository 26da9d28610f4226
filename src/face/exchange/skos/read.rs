//! Concepts → a book. What is not a concept stays behind, and so does what there is no attribute for; both are told.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Node, Object, Said, read_json_ld, read_turtle};
use super::{DCT, KINDS, OWL, PROV, RDF, SKOS, What, Word};
use crate::claim::{Subject, Value};
use crate::face::exchange::ids::{id_of, subject_in};
use crate::face::exchange::{Book, Entry, LossKind, Losses, Taken};
use crate::face::failure::Failure;

/// Reads Turtle.
pub(super) fn turtle(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    Reader::new(read_turtle(bytes)?, taken, losses)?.book()
}

/// Reads JSON-LD.
pub(super) fn json_ld(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    Reader::new(read_json_ld(bytes)?, taken, losses)?.book()
}

/// What is said of one node.
type Of = Vec<(String, Object, Option<u64>)>;

struct Reader<'r> {
    nodes: BTreeMap<Node, Of>,
    taken: &'r Taken<'r>,
    losses: &'r mut Losses,
    /// The language that is taken.
    language: Option<String>,
    /// The subjects that concepts become.
    subjects: BTreeMap<Node, Subject>,
}

fn iri(namespace: &str, name: &str) -> String {
    format!("{namespace}{name}")
}

fn has_type(of: &Of, namespace: &str, name: &str) -> bool {
    let wanted = iri(namespace, name);
    let is_type = |property: &str| property.strip_prefix(RDF) == Some("type");
    of.iter().any(|(property, object, _)| {
        is_type(property) && matches!(object, Object::Node(Node::Iri(iri)) if *iri == wanted)
    })
}

fn is_concept(of: &Of) -> bool {
    let named = of.iter().any(|(property, _, _)| property.strip_prefix(SKOS) == Some("prefLabel"));
    let other = ["ConceptScheme", "Collection", "OrderedCollection"];
    has_type(of, SKOS, "Concept") || (named && !other.iter().any(|name| has_type(of, SKOS, name)))
}

impl<'r> Reader<'r> {
    fn new(said: Vec<Said>, taken: &'r Taken<'r>, losses: &'r mut Losses) -> Result<Reader<'r>, Failure> {
        let mut nodes: BTreeMap<Node, Of> = BTreeMap::new();
        for Said { subject, property, object, line } in said {
            nodes.entry(subject).or_default().push((property, object, line));
        }
        let language = language(&nodes, taken)?;
        let mut reader = Reader { nodes, taken, losses, language, subjects: BTreeMap::new() };
        reader.name();
        Ok(reader)
    }

    /// Gives every concept its address.
    fn name(&mut self) {
        let concepts: Vec<(&Node, &Of)> = self.nodes.iter().filter(|(_, of)| is_concept(of)).collect();
        let mut ids: BTreeMap<&Node, (Subject, Option<String>)> = BTreeMap::new();
        for (node, of) in &concepts {
            let own = match node {
                Node::Iri(iri) => subject_in(iri, KINDS),
                Node::Blank(_) => None,
            };
            let last = match node {
                Node::Iri(iri) => iri.rsplit(['/', '#', ':']).next().unwrap_or_default(),
                Node::Blank(_) => "",
            };
            // A code says nothing to who reads it; a word does.
            let telling = last.starts_with(|c: char| c.is_ascii_alphabetic())
                && last.chars().all(|c| c.is_ascii_alphabetic() || "-_".contains(c));
            let label = || label(of, self.language.as_deref()).and_then(|text| id_of(&text));
            let id = match telling {
                true => id_of(last).or_else(label),
                false => label().or_else(|| id_of(last)),
            };
            let subject = own.or_else(|| Some(Subject::new(self.taken.kind, &id?)));
            if let Some(subject) = subject {
                ids.insert(node, (subject, id_of(last)));
            }
        }
        let mut bearers: BTreeMap<&Subject, usize> = BTreeMap::new();
        ids.values().for_each(|(subject, _)| *bearers.entry(subject).or_default() += 1);
        let mut given: BTreeMap<Subject, &Node> = BTreeMap::new();
        for (node, (subject, last)) in &ids {
            // Two of one name are told apart by their codes.
            let apart = last.as_ref().map(|last| format!("{}-{last}", subject.id()));
            let subject = match (bearers[subject], apart) {
                (1, _) => subject.clone(),
                (_, Some(id)) => Subject::new(subject.kind(), &id),
                (_, None) => continue,
            };
            given.entry(subject).or_insert(node);
        }
        let subjects: BTreeMap<Node, Subject> =
            given.into_iter().map(|(subject, node)| (node.clone(), subject)).collect();
        for (node, of) in concepts {
            if !subjects.contains_key(node) {
                let reason = "no id can be made of its name: give it an English name, or write it by hand";
                self.losses.theirs(LossKind::Identifier, node.shown(), line(of), reason);
            }
        }
        self.subjects = subjects;
    }

    fn book(mut self) -> Result<Book, Failure> {
        let nodes = std::mem::take(&mut self.nodes);
        let mut entries: BTreeMap<Subject, Entry> = BTreeMap::new();
        for (node, subject) in &self.subjects {
            let mut entry = Entry::new(subject.clone());
            if let Node::Iri(iri) = node
                && subject_in(iri, KINDS).is_none()
            {
                entry.remark = Some(iri.clone());
            }
            entry.line = nodes.get(node).and_then(line);
            entries.insert(subject.clone(), entry);
        }
        let subjects = self.subjects.clone();
        for (node, of) in &nodes {
            match subjects.get(node) {
                Some(subject) => self.concept(subject, of, &nodes, &mut entries),
                None => self.other(node, of),
            }
        }
        for entry in entries.values_mut() {
            entry.settle(self.taken.catalog, self.losses);
        }
        Ok(Book { name: String::new(), entries: entries.into_values().collect() })
    }

    /// What is not a concept.
    fn other(&mut self, node: &Node, of: &Of) {
        let is = |namespace, names: &[&str]| names.iter().any(|name| has_type(of, namespace, name));
        let (kind, reason) = match () {
            () if is_concept(of) => return,
            () if is(SKOS, &["ConceptScheme"]) => {
                (LossKind::Kind, "there is no place for what is said of a whole scheme")
            }
            () if is(SKOS, &["Collection", "OrderedCollection"]) => {
                (LossKind::Kind, "there is no place for collections")
            }
            () if is(RDF, &["Statement"]) || is(PROV, &["Entity", "Activity", "Agent"]) => {
                let reason = "who said it there is not taken over: here the commit says it";
                self.losses.theirs(LossKind::Provenance, "prov", None, reason);
                return;
            }
            // Said of concepts, and told with them.
            () if matches!(node, Node::Blank(_)) => return,
            () => (LossKind::Kind, "it is no concept"),
        };
        self.losses.theirs(kind, node.shown(), line(of), reason);
    }

    fn concept(
        &mut self,
        subject: &Subject,
        of: &Of,
        nodes: &BTreeMap<Node, Of>,
        entries: &mut BTreeMap<Subject, Entry>,
    ) {
        for (property, object, line) in of {
            let name = property.strip_prefix(SKOS).unwrap_or_default();
            if let ("narrower", Object::Node(below)) = (name, object) {
                match self.subjects.get(below).cloned() {
                    Some(below) if below.kind() != subject.kind() => {
                        self.other_kind(subject, property, &below, *line)
                    }
                    Some(below) => link(&below, "broader", subject, *line, entries),
                    None => self.leads_away(subject, property, below, *line),
                }
                continue;
            }
            let word =
                super::WORDS.iter().find(|word| word.kind == subject.kind() && word.iri() == *property);
            let Some(word) = word else {
                self.unknown(subject, property, object, *line, entries);
                continue;
            };
            match word.what {
                What::Link => match object {
                    Object::Node(to) => match self.to(to) {
                        Some(to) if to.kind() != subject.kind() => {
                            self.other_kind(subject, property, &to, *line)
                        }
                        Some(to) => link(subject, word.attribute, &to, *line, entries),
                        None => self.leads_away(subject, property, to, *line),
                    },
                    Object::Literal { .. } => {
                        self.lost(
                            LossKind::Relation,
                            subject,
                            property,
                            *line,
                            "it is a text and leads to nothing",
                        );
                    }
                },
                What::Notation => self.notation(subject, property, object, *line, entries),
                What::Name | What::OtherName | What::Text => {
                    self.text(subject, word, object, *line, nodes, entries);
                }
            }
        }
    }

    /// The subject that a link leads to: of this file, or of ours.
    fn to(&self, node: &Node) -> Option<Subject> {
        let ours = || match node {
            Node::Iri(iri) => subject_in(iri, KINDS).filter(|subject| (self.taken.is_known)(subject)),
            Node::Blank(_) => None,
        };
        self.subjects.get(node).cloned().or_else(ours)
    }

    fn text(
        &mut self,
        subject: &Subject,
        word: &Word,
        object: &Object,
        line: Option<u64>,
        nodes: &BTreeMap<Node, Of>,
        entries: &mut BTreeMap<Subject, Entry>,
    ) {
        // A note may be a node of its own, with its text as `rdf:value` (SKOS Primer 4.2).
        let inner = match object {
            Object::Node(node) => nodes.get(node).and_then(|of| {
                of.iter()
                    .find(|(property, ..)| property.strip_prefix(RDF) == Some("value"))
                    .map(|(_, object, _)| object)
            }),
            Object::Literal { .. } => Some(object),
        };
        let Some(Object::Literal { text, language, .. }) = inner else {
            return self.lost(LossKind::Value, subject, &word.iri(), line, "it is not a text");
        };
        if let (Some(language), Some(wanted)) = (language, &self.language)
            && !speaks(language, wanted)
        {
            let reason = format!("it is in `{language}`, and `{wanted}` is taken");
            return self.lost(LossKind::Language, subject, &word.iri(), line, &reason);
        }
        if text.trim().is_empty() {
            return self.lost(LossKind::Value, subject, &word.iri(), line, "it is empty");
        }
        if let Some(entry) = entries.get_mut(subject) {
            entry.say(word.attribute, Value::Text(text.trim().into()), line);
        }
    }

    fn notation(
        &mut self,
        subject: &Subject,
        property: &str,
        object: &Object,
        line: Option<u64>,
        entries: &mut BTreeMap<Subject, Entry>,
    ) {
        let said = match object {
            Object::Literal { text, datatype, .. } if !datatype.starts_with(super::XSD) => {
                let system = datatype.rsplit(['/', '#', ':']).next().and_then(id_of);
                system.map(|system| (system, text))
            }
            _ => None,
        };
        match (said, entries.get_mut(subject)) {
            (Some((system, text)), Some(entry)) => {
                entry.say(&format!("ids.{system}"), Value::Text(text.as_str().into()), line);
            }
            _ => self.lost(
                LossKind::Attribute,
                subject,
                property,
                line,
                "it does not say of which system it is",
            ),
        }
    }

    /// What there is no word for.
    fn unknown(
        &mut self,
        subject: &Subject,
        property: &str,
        object: &Object,
        line: Option<u64>,
        entries: &mut BTreeMap<Subject, Entry>,
    ) {
        let means_nothing = [iri(RDF, "type"), iri(SKOS, "inScheme"), iri(SKOS, "topConceptOf")];
        if means_nothing.iter().any(|known| known == property) {
            return;
        }
        let deprecated = iri(OWL, "deprecated");
        if let (true, Object::Literal { text, .. }, Some(entry)) =
            (property == deprecated, object, entries.get_mut(subject))
        {
            if matches!(text.as_str(), "true" | "1") {
                let reason = Value::Text("said to be deprecated where this comes from".into());
                entry.say("deprecated.reason", reason, line);
            }
            return;
        }
        let short = short(property);
        self.lost(
            LossKind::Attribute,
            subject,
            property,
            line,
            &format!("there is no attribute for `{short}`"),
        );
    }

    fn other_kind(&mut self, subject: &Subject, property: &str, to: &Subject, line: Option<u64>) {
        let reason = format!("it leads to `{to}`, which is of another kind");
        self.lost(LossKind::Relation, subject, property, line, &reason);
    }

    fn leads_away(&mut self, subject: &Subject, property: &str, to: &Node, line: Option<u64>) {
        let reason = format!("`{}` is not in this file", to.shown());
        self.lost(LossKind::Relation, subject, property, line, &reason);
    }

    fn lost(&mut self, kind: LossKind, subject: &Subject, property: &str, line: Option<u64>, reason: &str) {
        let (address, item) = (Some(subject.to_string()), Some(short(property)));
        self.losses.add(super::super::Loss { kind, address, item, line, reason: reason.to_owned() });
    }
}

/// Says that one subject leads to another; what is broader than an entity is its parent.
fn link(
    from: &Subject,
    attribute: &str,
    to: &Subject,
    line: Option<u64>,
    entries: &mut BTreeMap<Subject, Entry>,
) {
    let attribute = match (from.kind(), attribute) {
        ("entity", "broader") => "parent",
        (_, attribute) => attribute,
    };
    if let Some(entry) = entries.get_mut(from) {
        entry.say(attribute, Value::Ref(to.clone()), line);
    }
}

fn line(of: &Of) -> Option<u64> {
    of.iter().filter_map(|(_, _, line)| *line).min()
}

/// What people know a property as: the end of its address, with the prefix of what everybody uses.
fn short(property: &str) -> String {
    let known = super::PREFIXES.iter().find_map(|(prefix, namespace)| {
        property.strip_prefix(namespace).map(|name| format!("{prefix}:{name}"))
    });
    known.unwrap_or_else(|| property.to_owned())
}

/// Whether a text in `language` is one in `wanted`: `en-GB` is English.
fn speaks(language: &str, wanted: &str) -> bool {
    language == wanted || language.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('-'))
}

/// The name of a concept.
fn label(of: &Of, wanted: Option<&str>) -> Option<String> {
    let labels = of.iter().filter(|(property, ..)| property.strip_prefix(SKOS) == Some("prefLabel"));
    let mut texts: Vec<&String> = labels
        .filter_map(|(_, object, _)| match object {
            Object::Literal { text, language, .. } => match (language, wanted) {
                (Some(language), Some(wanted)) if !speaks(language, wanted) => None,
                _ => Some(text),
            },
            Object::Node(_) => None,
        })
        .collect();
    texts.sort();
    texts.first().map(|text| (*text).clone())
}

/// The language that is taken: the one that was asked for, or the only one there is.
fn language(nodes: &BTreeMap<Node, Of>, taken: &Taken<'_>) -> Result<Option<String>, Failure> {
    let concepts = nodes.values().filter(|of| is_concept(of));
    let mut spoken: BTreeSet<&str> = BTreeSet::new();
    for (property, object, _) in concepts.flatten() {
        let is_text = property.starts_with(SKOS) || property.starts_with(DCT);
        if let (true, Object::Literal { language: Some(language), .. }) = (is_text, object) {
            spoken.insert(language);
        }
    }
    if let Some(wanted) = taken.language {
        let wanted = wanted.to_ascii_lowercase();
        return match spoken.is_empty() || spoken.iter().any(|language| speaks(language, &wanted)) {
            true => Ok(Some(wanted)),
            false => Err(Failure::new(format!("nothing in this file is in `{wanted}`"))
                .help(format!("its texts are in {}", listed(&spoken)))),
        };
    }
    match spoken.len() {
        0 => Ok(None),
        1 => Ok(spoken.first().map(|language| (*language).to_owned())),
        _ => Err(Failure::new("the texts of this file are in several languages")
            .help(format!("say which is to be taken, `--language en`: they are in {}", listed(&spoken)))),
    }
}

fn listed(spoken: &BTreeSet<&str>) -> String {
    let most = 20;
    let named: Vec<String> = spoken.iter().take(most).map(|language| format!("`{language}`")).collect();
    let more = if spoken.len() > most { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}
