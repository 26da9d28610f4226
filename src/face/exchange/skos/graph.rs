//! Triples, read and written. Only this knows the libraries of RDF.

use oxjsonld::{JsonLdParser, JsonLdSerializer};
use oxrdf::{
    GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, QuadRef, Term,
    TermRef, Triple,
};
use oxttl::{TurtleParser, TurtleSerializer};

use super::PREFIXES;
use crate::face::failure::Failure;

/// What a node is: an address of the web, or without a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Node {
    /// An address.
    Iri(String),
    /// A name that means something in this file only.
    Blank(String),
}

/// What is said of a node.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Object {
    /// Another node.
    Node(Node),
    /// A text.
    Literal {
        /// What it says.
        text: String,
        /// In which language.
        language: Option<String>,
        /// Of which type; empty for text.
        datatype: String,
    },
}

/// One thing that is said.
pub(super) struct Said {
    /// Of what.
    pub subject: Node,
    /// Which property.
    pub property: String,
    /// What.
    pub object: Object,
    /// At or shortly before the line at which the reader knew it.
    pub line: Option<u64>,
}

impl Node {
    /// As people know it.
    pub fn shown(&self) -> &str {
        match self {
            Node::Iri(iri) => iri,
            Node::Blank(_) => "a node without a name",
        }
    }
}

/// A line of a text at which it can't be read.
fn unreadable(what: &str, line: Option<u64>, why: &str) -> Failure {
    let at = line.map(|line| format!(" from line {line} on")).unwrap_or_default();
    Failure::new(format!("this is not {what}{at}")).help(why)
}

const ADDRESSES: &str = "put it right there; relative addresses need a `@base` (in JSON-LD an `@base` in its context), and \
                         contexts are not fetched from the web: they have to stand in the file";

/// The lines that are given one by one until something is known.
const PATIENCE: usize = 64;

/// The triples of a Turtle file. It is fed line by line, so that it is known on which line something stands.
pub(super) fn read_turtle(bytes: &[u8]) -> Result<Vec<Said>, Failure> {
    let mut parser = TurtleParser::new().low_level();
    let mut all = Vec::new();
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut number = 0;
    // Lines that were given since it knew something: it looks through them all again with each that is added.
    let mut waiting = 0;
    loop {
        match parser.parse_next() {
            Some(Ok(triple)) => {
                waiting = 0;
                all.extend(said(triple, Some(number.max(1))));
            }
            Some(Err(error)) => {
                let line = error.location().start.line + 1;
                return Err(unreadable("Turtle", Some(line), ADDRESSES));
            }
            None if parser.is_end() => return Ok(all),
            None => {
                // One by one, but for texts of very many lines: then as many as there are, so that it ends in time.
                let more = if waiting < PATIENCE { 1 } else { waiting };
                let before = number;
                for line in lines.by_ref().take(more) {
                    number += 1;
                    parser.extend_from_slice(line);
                }
                waiting += more;
                if number == before {
                    parser.end();
                }
            }
        }
    }
}

/// How deep a JSON file may be nested: its reader keeps a context for each level.
const DEEPEST: usize = 128;

/// The triples of a JSON-LD file.
pub(super) fn read_json_ld(bytes: &[u8]) -> Result<Vec<Said>, Failure> {
    if too_deep(bytes) {
        return Err(Failure::new(format!("this JSON is nested deeper than {DEEPEST} levels")));
    }
    let mut all = Vec::new();
    for quad in JsonLdParser::new().for_slice(bytes) {
        let quad = quad.map_err(|error| {
            let line = error.location().map(|place| place.start.line + 1);
            unreadable("JSON-LD", line, ADDRESSES)
        })?;
        all.extend(said(Triple::from(quad), None));
    }
    Ok(all)
}

/// Whether brackets are nested too deep, outside of texts.
fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'{' | b'[' if !text => depth += 1,
            b'}' | b']' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn said(triple: Triple, line: Option<u64>) -> Option<Said> {
    let subject = node(triple.subject);
    let object = match triple.object {
        Term::NamedNode(iri) => Object::Node(Node::Iri(iri.into_string())),
        Term::BlankNode(blank) => Object::Node(Node::Blank(blank.into_string())),
        Term::Literal(literal) => {
            let (text, datatype, language) = literal.destruct();
            let datatype = datatype.map(NamedNode::into_string).unwrap_or_default();
            Object::Literal { text, language: language.map(|tag| tag.to_ascii_lowercase()), datatype }
        }
        #[allow(unreachable_patterns, reason = "what a feature of the library adds is of no interest")]
        _ => return None,
    };
    Some(Said { subject, property: triple.predicate.into_string(), object, line })
}

fn node(node: NamedOrBlankNode) -> Node {
    match node {
        NamedOrBlankNode::NamedNode(iri) => Node::Iri(iri.into_string()),
        NamedOrBlankNode::BlankNode(blank) => Node::Blank(blank.into_string()),
    }
}

/// Triples about to be written, in the order in which they were added: by subject, and within one by property.
#[derive(Default)]
pub(super) struct Graph {
    triples: Vec<(String, String, Object)>,
}

impl Graph {
    /// Says that `subject` has the node `object` as `property`.
    pub fn link(&mut self, subject: &str, property: &str, object: &str) {
        let object = Object::Node(Node::Iri(object.to_owned()));
        self.triples.push((subject.to_owned(), property.to_owned(), object));
    }

    /// Says a text, in a language where that is known.
    pub fn text(&mut self, subject: &str, property: &str, text: &str, language: Option<&str>) {
        let (text, language) = (text.to_owned(), language.map(str::to_owned));
        let object = Object::Literal { text, language, datatype: String::new() };
        self.triples.push((subject.to_owned(), property.to_owned(), object));
    }

    /// Says a literal of a type.
    pub fn typed(&mut self, subject: &str, property: &str, text: &str, datatype: &str) {
        let (text, datatype) = (text.to_owned(), datatype.to_owned());
        let object = Object::Literal { text, language: None, datatype };
        self.triples.push((subject.to_owned(), property.to_owned(), object));
    }

    /// What was said last of a subject by a property.
    pub fn last(&self) -> Option<&Object> {
        self.triples.last().map(|(_, _, object)| object)
    }

    /// Says the same object of another subject.
    pub fn again(&mut self, subject: &str, property: &str, object: Object) {
        self.triples.push((subject.to_owned(), property.to_owned(), object));
    }

    /// All of `other` behind it.
    pub fn append(&mut self, other: Graph) {
        self.triples.extend(other.triples);
    }

    /// As Turtle.
    pub fn turtle(&self, base: &str) -> Result<String, Failure> {
        let mut writer = TurtleSerializer::new();
        for (prefix, iri) in PREFIXES {
            writer = writer.with_prefix(*prefix, *iri).map_err(|_| bad(iri))?;
        }
        let mut writer =
            writer.with_prefix("", base).map_err(|_| bad(base))?.for_writer(Vec::with_capacity(1 << 16));
        self.each(|triple| writer.serialize_triple(triple.as_ref()))?;
        finished(writer.finish()).map(|text| sorted(&text))
    }

    /// As JSON-LD.
    pub fn json_ld(&self) -> Result<String, Failure> {
        let mut writer = JsonLdSerializer::new();
        for (prefix, iri) in PREFIXES {
            writer = writer.with_prefix(*prefix, *iri).map_err(|_| bad(iri))?;
        }
        let mut writer = writer.for_writer(Vec::with_capacity(1 << 16));
        self.each(|triple| {
            let (subject, object) = (triple.subject.as_ref(), triple.object.as_ref());
            writer.serialize_quad(quad(subject, triple.predicate.as_ref(), object))
        })?;
        let text = finished(writer.finish())?;
        // The library writes one line; people read and compare files.
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|_| unwritten())?;
        Ok(format!("{json:#}\n"))
    }

    fn each(&self, mut write: impl FnMut(Triple) -> std::io::Result<()>) -> Result<(), Failure> {
        for (subject, property, object) in &self.triples {
            let object = match object {
                Object::Node(Node::Iri(iri)) => Term::from(named(iri)?),
                Object::Node(Node::Blank(_)) => continue,
                Object::Literal { text, language: Some(tag), .. } => {
                    Literal::new_language_tagged_literal(text, tag)
                        .map_err(|_| {
                            Failure::new(format!("`{tag}` is not a language"))
                                .help("write it as `en` or `de-AT`")
                        })?
                        .into()
                }
                Object::Literal { text, datatype, .. } if datatype.is_empty() => {
                    Literal::new_simple_literal(text).into()
                }
                Object::Literal { text, datatype, .. } => {
                    Literal::new_typed_literal(text, named(datatype)?).into()
                }
            };
            write(Triple::new(named(subject)?, named(property)?, object)).map_err(|_| unwritten())?;
        }
        Ok(())
    }
}

/// With its prefixes in order, which the library takes from a hash map: the same knowledge gives the same bytes.
fn sorted(turtle: &str) -> String {
    let end =
        turtle.split_inclusive('\n').take_while(|line| line.starts_with("@prefix ")).map(str::len).sum();
    let (prefixes, rest) = turtle.split_at(end);
    let mut prefixes: Vec<&str> = prefixes.split_inclusive('\n').collect();
    prefixes.sort_unstable();
    format!("{}\n{rest}", prefixes.concat())
}

fn quad<'t>(
    subject: NamedOrBlankNodeRef<'t>,
    property: NamedNodeRef<'t>,
    object: TermRef<'t>,
) -> QuadRef<'t> {
    QuadRef::new(subject, property, object, GraphNameRef::DefaultGraph)
}

fn named(iri: &str) -> Result<NamedNode, Failure> {
    NamedNode::new(iri).map_err(|_| bad(iri))
}

fn bad(iri: &str) -> Failure {
    Failure::new(format!("`{iri}` is not an address of the web"))
        .help("write the base as `https://example.com/knowledge/`")
}

fn unwritten() -> Failure {
    Failure::new("the triples could not be written down")
}

fn finished(written: std::io::Result<Vec<u8>>) -> Result<String, Failure> {
    written.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(unwritten)
}
