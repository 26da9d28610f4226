//! SKOS: concepts, their names and their links, with who said what by PROV-O.
//!
//! Sources: SKOS Reference (<https://www.w3.org/TR/skos-reference/>; its integrity conditions are S9, S13, S14, S27 and
//! S46), PROV-O (<https://www.w3.org/TR/prov-o/>), DCMI Metadata Terms
//! (<https://www.dublincore.org/specifications/dublin-core/dcmi-terms/>).

mod graph;
mod read;
mod write;

use super::{Format, Holds};
use crate::claim::Value;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const PROV: &str = "http://www.w3.org/ns/prov#";
const DCT: &str = "http://purl.org/dc/terms/";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";

/// Prefixes of what is written, in order.
const PREFIXES: &[(&str, &str)] = &[
    ("dcterms", DCT),
    ("foaf", FOAF),
    ("owl", OWL),
    ("prov", PROV),
    ("rdf", RDF),
    ("rdfs", RDFS),
    ("skos", SKOS),
    ("xsd", XSD),
];

/// The kinds that are concepts there.
const KINDS: &[&str] = &["term", "entity"];

const HOLDS: Holds = Holds { kinds: KINDS, sources: true, provenance: true };

/// As Turtle.
pub(super) static TURTLE: Format = Format {
    name: "skos",
    summary: "SKOS as Turtle, with who said what by PROV-O",
    tabular: false,
    holds: HOLDS,
    write: Some(write::turtle),
    read: read::turtle,
};

/// As JSON-LD.
pub(super) static JSON_LD: Format = Format {
    name: "skos-jsonld",
    summary: "the same as JSON-LD",
    tabular: false,
    holds: HOLDS,
    write: Some(write::json_ld),
    read: read::json_ld,
};

/// A property of a concept, and the attribute that says the same.
struct Word {
    /// Of which kind.
    kind: &'static str,
    /// As in an address; `ids.` stands for all of a map.
    attribute: &'static str,
    /// The address of the property.
    property: (&'static str, &'static str),
    what: What,
}

/// What a property is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// The name: one in each language (S14).
    Name,
    /// Further names.
    OtherName,
    /// A text.
    Text,
    /// Another concept.
    Link,
    /// What it is in another system: a literal whose type is that system.
    Notation,
}

const fn word(
    kind: &'static str,
    attribute: &'static str,
    property: (&'static str, &'static str),
    what: What,
) -> Word {
    Word { kind, attribute, property, what }
}

/// What both languages have a word for. The first of a kind with a property is what it is read as.
static WORDS: &[Word] = &[
    word("term", "label", (SKOS, "prefLabel"), What::Name),
    word("term", "synonyms", (SKOS, "altLabel"), What::OtherName),
    word("term", "abbreviation", (SKOS, "altLabel"), What::OtherName),
    word("term", "definition", (SKOS, "definition"), What::Text),
    word("term", "note", (SKOS, "note"), What::Text),
    word("term", "examples", (SKOS, "example"), What::Text),
    word("term", "broader", (SKOS, "broader"), What::Link),
    word("term", "related", (SKOS, "related"), What::Link),
    word("term", "deprecated.replaced-by", (DCT, "isReplacedBy"), What::Link),
    word("entity", "label", (SKOS, "prefLabel"), What::Name),
    word("entity", "aliases", (SKOS, "altLabel"), What::OtherName),
    word("entity", "name", (SKOS, "altLabel"), What::OtherName),
    word("entity", "note", (SKOS, "note"), What::Text),
    word("entity", "parent", (SKOS, "broader"), What::Link),
    word("entity", "same-as", (SKOS, "exactMatch"), What::Link),
    word("entity", "successor", (DCT, "isReplacedBy"), What::Link),
    word("entity", "ids.", (SKOS, "notation"), What::Notation),
];

impl Word {
    /// The word for an attribute.
    fn of(kind: &str, attribute: &str) -> Option<&'static Word> {
        WORDS.iter().find(|word| {
            word.kind == kind
                && match word.attribute.strip_suffix('.') {
                    Some(map) => attribute.strip_prefix(map).is_some_and(|key| key.starts_with('.')),
                    None => word.attribute == attribute,
                }
        })
    }

    /// The address of its property.
    fn iri(&self) -> String {
        format!("{}{}", self.property.0, self.property.1)
    }

    /// Whether another attribute of its kind has the same property, and comes back as that one.
    fn comes_back_as(&self) -> Option<&'static str> {
        let first = WORDS.iter().find(|word| word.kind == self.kind && word.property == self.property)?;
        (first.attribute != self.attribute).then_some(first.attribute)
    }
}

/// A value as a literal of RDF: what it says, and the type of that (`None` for text).
fn literal(value: &Value) -> (String, Option<&'static str>) {
    let datatype = match value {
        Value::Integer(_) => Some("integer"),
        Value::Decimal(_) => Some("decimal"),
        Value::Bool(_) => Some("boolean"),
        Value::Date(_) => Some("date"),
        _ => None,
    };
    (value.to_string(), datatype)
}
