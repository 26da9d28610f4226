//! A book → concepts, and for each claim that says something of them who said it.
//!
//! A claim is a statement about a statement (`rdf:Statement`) and a `prov:Entity`: of which concept, which property, what;
//! the commit is the activity that made it, its author the agent of that. It is what `dictum why` cites, and where the
//! history does not tell who said a claim it is not told here either.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::{DCT, FOAF, OWL, PROV, RDF, RDFS, SKOS, What, Word, XSD, literal};
use crate::claim::{Subject, Value};
use crate::face::exchange::{Book, Entry, Given, LossKind, Losses, Statement};
use crate::face::failure::Failure;
use crate::face::words;
use crate::history::Commit;
use crate::query::Cite;

/// Writes Turtle.
pub(super) fn turtle(book: &Book, given: &Given, losses: &mut Losses) -> Result<String, Failure> {
    let base = base(book, given);
    graph(book, given, &base, losses).turtle(&base)
}

/// Writes JSON-LD.
pub(super) fn json_ld(book: &Book, given: &Given, losses: &mut Losses) -> Result<String, Failure> {
    let base = base(book, given);
    graph(book, given, &base, losses).json_ld()
}

/// What addresses begin with: what was asked for, else a name that leads nowhere and claims nothing.
fn base(book: &Book, given: &Given) -> String {
    match &given.base {
        Some(base) if base.ends_with(['/', '#', ':']) => base.clone(),
        Some(base) => format!("{base}/"),
        None => {
            let name = super::super::ids::id_of(&book.name).unwrap_or_else(|| "knowledge".to_owned());
            format!("urn:dictum:{name}:")
        }
    }
}

fn iri(namespace: &str, name: &str) -> String {
    format!("{namespace}{name}")
}

fn graph(book: &Book, given: &Given, base: &str, losses: &mut Losses) -> Graph {
    let mut writer = Writer {
        base,
        given,
        graph: Graph::default(),
        claims: Graph::default(),
        commits: BTreeMap::new(),
        told: BTreeSet::new(),
        sources: BTreeMap::new(),
        names: BTreeSet::new(),
        here: book.entries.iter().map(|entry| entry.subject.clone()).collect(),
        above: above(book),
    };
    let scheme = iri(base, "scheme");
    writer.graph.link(&scheme, &iri(RDF, "type"), &iri(SKOS, "ConceptScheme"));
    writer.graph.text(&scheme, &iri(RDFS, "label"), &book.name, None);
    for entry in &book.entries {
        writer.concept(entry, &scheme, losses);
    }
    writer.sources();
    writer.commits();
    let Writer { mut graph, claims, .. } = writer;
    graph.append(claims);
    graph
}

/// For each concept all that stand above it.
fn above(book: &Book) -> BTreeMap<Subject, BTreeSet<Subject>> {
    let next: BTreeMap<&Subject, Vec<&Subject>> = book
        .entries
        .iter()
        .map(|entry| {
            let above = entry.statements.iter().filter(|one| {
                matches!((entry.subject.kind(), &*one.attribute), ("term", "broader") | ("entity", "parent"))
            });
            let above = above.filter_map(|one| match &one.value {
                Value::Ref(subject) => Some(subject),
                _ => None,
            });
            (&entry.subject, above.collect())
        })
        .collect();
    let all = |start: &Subject| {
        let mut met = BTreeSet::new();
        let mut open: Vec<&Subject> = next.get(start).into_iter().flatten().copied().collect();
        while let Some(subject) = open.pop() {
            if met.insert(subject.clone()) {
                open.extend(next.get(subject).into_iter().flatten().copied());
            }
        }
        met
    };
    book.entries.iter().map(|entry| (entry.subject.clone(), all(&entry.subject))).collect()
}

struct Writer<'b> {
    base: &'b str,
    given: &'b Given,
    graph: Graph,
    /// The claims, which stand behind the concepts.
    claims: Graph,
    /// The commits that said something, by name.
    commits: BTreeMap<String, Commit>,
    /// Claims that were told already: one claim may say several elements.
    told: BTreeSet<(String, String)>,
    /// The sources that something leans on, with their titles.
    sources: BTreeMap<String, Option<String>>,
    /// The names of the concept that were told: each is told once (S13).
    names: BTreeSet<String>,
    /// The concepts that come along.
    here: BTreeSet<Subject>,
    above: BTreeMap<Subject, BTreeSet<Subject>>,
}

impl Writer<'_> {
    fn concept(&mut self, entry: &Entry, scheme: &str, losses: &mut Losses) {
        let concept = iri(self.base, entry.subject.as_str());
        self.graph.link(&concept, &iri(RDF, "type"), &iri(SKOS, "Concept"));
        self.graph.link(&concept, &iri(SKOS, "inScheme"), scheme);
        if self.above.get(&entry.subject).is_none_or(|above| above.iter().all(|one| !self.here.contains(one)))
        {
            self.graph.link(&concept, &iri(SKOS, "topConceptOf"), scheme);
        }
        if entry.statements.iter().any(|one| one.attribute.starts_with("deprecated.")) {
            self.graph.typed(&concept, &iri(OWL, "deprecated"), "true", &iri(XSD, "boolean"));
        }
        let named = entry.called();
        self.names = named.iter().map(|(_, text)| text.clone()).collect();
        if named.is_none() {
            losses.ours(
                LossKind::Label,
                &entry.subject,
                "it has no `label`, and readers of SKOS look for one",
            );
        }
        for word in super::WORDS.iter().filter(|word| word.kind == entry.subject.kind()) {
            let is_word = |one: &&Statement| {
                Word::of(word.kind, &one.attribute).is_some_and(|w| w.attribute == word.attribute)
            };
            for statement in entry.statements.iter().filter(is_word) {
                self.say(entry, &concept, word, statement, losses);
            }
        }
        for statement in &entry.statements {
            if Word::of(entry.subject.kind(), &statement.attribute).is_none() {
                let address = format!("{}#{}", entry.subject, statement.attribute);
                let reason = format!("there is no word for `{}`", statement.attribute);
                losses.ours(LossKind::Attribute, address, reason);
            }
        }
    }

    fn say(&mut self, entry: &Entry, concept: &str, word: &Word, statement: &Statement, losses: &mut Losses) {
        let address = format!("{}#{}", entry.subject, statement.attribute);
        // A name is a name where there is no label.
        let (property, what) = match (entry.called(), &*statement.attribute) {
            (Some(("name", _)), "name") => (iri(SKOS, "prefLabel"), What::Name),
            _ => (word.iri(), word.what),
        };
        match (what, &statement.value) {
            (What::Link, Value::Ref(to)) => {
                if let Some(why) = self.no_link(entry, word, to) {
                    losses.ours(LossKind::Relation, address, why);
                    return;
                }
                self.graph.link(concept, &property, &iri(self.base, to.as_str()));
            }
            (What::Link, _) => {
                losses.ours(LossKind::Relation, address, "it leads to no subject");
                return;
            }
            (What::Notation, value) => {
                let system = statement.attribute.trim_start_matches("ids.");
                let datatype = iri(self.base, &format!("system/{system}"));
                self.graph.typed(concept, &property, &value.to_string(), &datatype);
            }
            (What::OtherName, value) if !self.names.insert(value.to_string()) => {
                losses.ours(LossKind::Merged, address, "it is a name of the same concept already");
                return;
            }
            (_, value) => {
                let (text, datatype) = literal(value);
                match datatype {
                    Some(datatype) => self.graph.typed(concept, &property, &text, &iri(XSD, datatype)),
                    None => self.graph.text(concept, &property, &text, self.given.language.as_deref()),
                }
            }
        }
        if property == word.iri()
            && let Some(other) = word.comes_back_as()
        {
            let reason = format!("it is `{}` there, as `{other}` are", word.property.1);
            losses.ours(LossKind::Merged, &address, reason);
        }
        self.sayers(concept, &property, &statement.cites);
    }

    /// Why a link can't be told.
    fn no_link(&self, entry: &Entry, word: &Word, to: &Subject) -> Option<String> {
        let above =
            |one: &Subject, other: &Subject| self.above.get(one).is_some_and(|above| above.contains(other));
        let from = &entry.subject;
        if !self.here.contains(to) {
            return Some(format!("`{to}` does not come along"));
        }
        let related = word.property == (SKOS, "related");
        // S27: what is related is not above.
        (related && (above(from, to) || above(to, from)))
            .then(|| format!("SKOS (S27) does not allow `related` to `{to}`, which is above or below"))
    }

    /// Who said what was written last.
    fn sayers(&mut self, concept: &str, property: &str, cites: &[Cite]) {
        let Some(object) = self.graph.last().cloned().filter(|_| self.given.provenance) else { return };
        for cite in cites {
            let Some(commit) = cite.said.as_ref().and_then(|said| said.said_by.commit()) else { continue };
            let claim = iri(self.base, &format!("claim/{}", escaped(&cite.pin.to_string())));
            if !self.told.insert((claim.clone(), property.to_owned())) {
                continue;
            }
            let claims = &mut self.claims;
            claims.link(&claim, &iri(RDF, "type"), &iri(PROV, "Entity"));
            claims.link(&claim, &iri(RDF, "type"), &iri(RDF, "Statement"));
            claims.link(&claim, &iri(RDF, "subject"), concept);
            claims.link(&claim, &iri(RDF, "predicate"), property);
            claims.again(&claim, &iri(RDF, "object"), object.clone());
            claims.text(&claim, &iri(DCT, "identifier"), &cite.pin.to_string(), None);
            claims.link(&claim, &iri(PROV, "wasGeneratedBy"), &commit_iri(commit));
            if let Some(date) = words::author_date(commit) {
                claims.typed(&claim, &iri(PROV, "generatedAtTime"), &date, &iri(XSD, "dateTime"));
            }
            claims.link(&claim, &iri(PROV, "wasAttributedTo"), &author_iri(commit));
            if let Some(source) = &cite.source {
                let address = iri(self.base, &format!("source/{}", source.id));
                claims.link(&claim, &iri(PROV, "hadPrimarySource"), &address);
                self.sources.insert(address, source.title.as_ref().map(ToString::to_string));
            }
            self.commits.insert(commit_iri(commit), commit.clone());
        }
    }

    fn sources(&mut self) {
        for (source, title) in std::mem::take(&mut self.sources) {
            self.claims.link(&source, &iri(RDF, "type"), &iri(PROV, "Entity"));
            if let Some(title) = title {
                self.claims.text(&source, &iri(DCT, "title"), &title, None);
            }
        }
    }

    fn commits(&mut self) {
        let commits = std::mem::take(&mut self.commits);
        let mut authors = BTreeSet::new();
        for (address, commit) in &commits {
            let claims = &mut self.claims;
            claims.link(address, &iri(RDF, "type"), &iri(PROV, "Activity"));
            claims.text(address, &iri(RDFS, "label"), &commit.summary, None);
            claims.text(address, &iri(DCT, "identifier"), commit.id.as_str(), None);
            if let Some(date) = words::author_date(commit) {
                claims.typed(address, &iri(PROV, "endedAtTime"), &date, &iri(XSD, "dateTime"));
            }
            claims.link(address, &iri(PROV, "wasAssociatedWith"), &author_iri(commit));
            authors.insert((author_iri(commit), commit.author.clone(), commit.author_mail.clone()));
        }
        for (address, name, mail) in authors {
            let claims = &mut self.claims;
            claims.link(&address, &iri(RDF, "type"), &iri(PROV, "Agent"));
            claims.text(&address, &iri(FOAF, "name"), &name, None);
            claims.text(&address, &iri(DCT, "identifier"), &mail, None);
        }
    }
}

fn commit_iri(commit: &Commit) -> String {
    format!("urn:git:{}", commit.id.as_str())
}

fn author_iri(commit: &Commit) -> String {
    match commit.author_mail.contains('@') {
        true => format!("mailto:{}", escaped(&commit.author_mail)),
        false => format!("urn:git:author:{}", escaped(&commit.author)),
    }
}

/// Percent-encoded but for what may stand anywhere in an address (RFC 3986, unreserved) and `/`, `@`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
