//! YAML as a tree whose nodes know their lines, read within bounds; and YAML written.
//!
//! The library tells of events alone: nothing of it follows an alias. Here an alias is what its anchor said, copied, and
//! all copies together may weigh no more than [`MOST`], so that aliases of aliases of aliases multiply to nothing.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::face::failure::Failure;

/// Values and keys of one file, with what aliases add; a long text weighs more than one.
const MOST: usize = 2_000_000;
/// So many bytes of text weigh as much as a value.
const BYTES: usize = 32;
/// Lists and tables within each other.
const DEEPEST: usize = 64;

/// A value, and the line on which it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its line.
    pub line: u64,
    /// What it is.
    pub is: Is,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Is {
    /// Nothing: `~`, `null`, or left out.
    Nothing,
    /// A text, a number, a date: as it was written.
    Scalar(String),
    /// Several values.
    List(Vec<Node>),
    /// Keys with their values, in the order written.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// What stands at a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.keys().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The keys of a table; none of anything else.
    pub fn keys(&self) -> &[(String, Node)] {
        match &self.is {
            Is::Table(keys) => keys,
            _ => &[],
        }
    }

    /// The values of a list; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.is {
            Is::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.is {
            Is::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text at a key.
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// The texts at a key: of a list each, of a scalar the one.
    pub fn texts_at(&self, key: &str) -> Vec<&str> {
        match self.get(key) {
            Some(node) if node.text().is_some() => node.text().into_iter().collect(),
            Some(node) => node.items().iter().filter_map(Node::text).collect(),
            None => Vec::new(),
        }
    }

    /// What it weighs, with all below it.
    fn weight(&self) -> usize {
        match &self.is {
            Is::Nothing => 1,
            Is::Scalar(text) => 1 + text.len() / BYTES,
            Is::List(items) => 1 + items.iter().map(Node::weight).sum::<usize>(),
            Is::Table(keys) => {
                1 + keys.iter().map(|(key, node)| 1 + key.len() / BYTES + node.weight()).sum::<usize>()
            }
        }
    }
}

/// A list or table that is being read.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<String>,
    /// The keys so far.
    met: BTreeSet<String>,
}

/// What has been read so far.
struct Reader {
    open: Vec<Open>,
    /// What anchors said, with what it weighs.
    anchors: BTreeMap<usize, (Node, usize)>,
    weight: usize,
    documents: Vec<Node>,
}

/// The documents of a file.
///
/// # Errors
/// Where it is not YAML, or is larger than can be meant.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Node>, Failure> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Failure::new("this is not UTF-8").help("save it again as UTF-8"))?;
    let mut reader = Reader { open: Vec::new(), anchors: BTreeMap::new(), weight: 0, documents: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| not_yaml(error.marker().line() as u64))?;
        reader.take(event, span.start.line() as u64)?;
    }
    Ok(reader.documents)
}

fn not_yaml(line: u64) -> Failure {
    Failure::new(format!("this is not YAML from line {line} on"))
        .help("look at how far lines are moved in, and put texts with `: ` or `#` in them in quotes")
}

impl Reader {
    fn take(&mut self, event: Event<'_>, line: u64) -> Result<(), Failure> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let nothing =
                    style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let is = if nothing { Is::Nothing } else { Is::Scalar(text.into_owned()) };
                self.value(Node { line, is }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(Is::List(Vec::new()), line, anchor),
            Event::MappingStart(anchor, _) => self.begin(Is::Table(Vec::new()), line, anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.value(open.node, open.anchor),
                None => Err(not_yaml(line)),
            },
            Event::Alias(anchor) => {
                let Some((node, weight)) = self.anchors.get(&anchor) else {
                    return Err(Failure::new(format!("the alias on line {line} leads into itself"))
                        .help("write out what is meant"));
                };
                self.weight = self.weight.saturating_add(*weight);
                self.bounded(line)?;
                let node = Node { line, ..node.clone() };
                self.value(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, is: Is, line: u64, anchor: usize) -> Result<(), Failure> {
        if self.open.len() >= DEEPEST {
            return Err(Failure::new(format!(
                "this YAML is nested deeper than {DEEPEST} levels, on line {line}"
            )));
        }
        self.open.push(Open { node: Node { line, is }, anchor, key: None, met: BTreeSet::new() });
        Ok(())
    }

    fn bounded(&self, line: u64) -> Result<(), Failure> {
        match self.weight > MOST {
            true => Err(Failure::new(format!("this YAML has more than {MOST} values, on line {line}"))
                .help("split it; aliases count as often as they stand there")),
            false => Ok(()),
        }
    }

    /// A value is whole: it goes where it stands.
    fn value(&mut self, node: Node, anchor: usize) -> Result<(), Failure> {
        self.weight += 1 + node.text().map_or(0, str::len) / BYTES;
        self.bounded(node.line)?;
        if anchor > 0 {
            let weight = node.weight();
            self.weight = self.weight.saturating_add(weight);
            self.bounded(node.line)?;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match (&mut open.node.is, open.key.take()) {
            (Is::List(items), _) => items.push(node),
            (Is::Table(keys), Some(key)) => {
                if !open.met.insert(key.clone()) {
                    return Err(Failure::new(format!(
                        "`{key}` stands twice in one table, on line {}",
                        node.line
                    ))
                    .help("take one of them out"));
                }
                keys.push((key, node));
            }
            (Is::Table(_), None) => {
                let line = node.line;
                let Is::Scalar(key) = node.is else {
                    return Err(Failure::new(format!("a key on line {line} is not a text")));
                };
                open.key = Some(key);
            }
            _ => {}
        }
        Ok(())
    }
}

/// YAML about to be written: from JSON, of which it takes the texts in quotes (YAML 1.2 takes every text of JSON).
pub(super) fn written(value: &serde_json::Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &serde_json::Value, indent: usize, text: &mut String) {
    use serde_json::Value as Json;
    let pad = "  ".repeat(indent);
    match value {
        Json::Object(keys) if !keys.is_empty() => {
            for (at, (key, value)) in keys.iter().enumerate() {
                if at > 0 {
                    text.push_str(&pad);
                }
                text.push_str(&plain(key));
                text.push(':');
                below(value, indent, text);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push_str(&pad);
                }
                text.push_str("- ");
                write(item, indent + 1, text);
                if !matches!(item, Json::Object(_) | Json::Array(_)) || is_empty(item) {
                    text.push('\n');
                }
            }
        }
        Json::Object(_) => text.push_str("{}"),
        Json::Array(_) => text.push_str("[]"),
        Json::String(words) => text.push_str(&plain(words)),
        other => text.push_str(&other.to_string()),
    }
}

fn is_empty(value: &serde_json::Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// What stands behind a key: a scalar on its line, all else on lines of its own.
fn below(value: &serde_json::Value, indent: usize, text: &mut String) {
    let is_block =
        matches!(value, serde_json::Value::Object(_) | serde_json::Value::Array(_)) && !is_empty(value);
    if is_block {
        text.push('\n');
        text.push_str(&"  ".repeat(indent + 1));
        write(value, indent + 1, text);
    } else {
        text.push(' ');
        write(value, indent, text);
        text.push('\n');
    }
}

/// A text without quotes where every reader takes it for one, else as JSON writes it.
fn plain(words: &str) -> String {
    let starts = words.starts_with(|c: char| c.is_ascii_alphabetic());
    let simple =
        words.chars().all(|c| c.is_ascii_alphanumeric() || "-_./ ".contains(c)) && !words.ends_with(' ');
    // What older readers take for a truth value or nothing.
    const TAKEN: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    let taken = TAKEN.contains(&words.to_ascii_lowercase().as_str());
    match starts && simple && !taken {
        true => words.to_owned(),
        false => serde_json::Value::from(words).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let value = serde_json::json!({
            "version": "1", "empty": [], "nodes": [{ "name": "A: b # c", "terms": [{ "name": "x", "more": ["y", 1, true] }] }, "é\n\"q\""],
            "no": "no", "deep": { "a": { "b": "c d" } },
        });
        let text = written(&value);
        let nodes =
            read(text.as_bytes()).unwrap_or_else(|failure| unreachable!("{} in\n{text}", failure.message));
        let node = &nodes[0];
        let first = &node.get("nodes").map(Node::items).unwrap_or_default()[0];
        assert_eq!(first.text_at("name"), Some("A: b # c"), "{text}");
        assert_eq!(
            first.get("terms").map(|terms| terms.items()[0].texts_at("more")),
            Some(vec!["y", "1", "true"])
        );
        assert_eq!(node.get("nodes").and_then(|nodes| nodes.items()[1].text()), Some("é\n\"q\""));
        assert_eq!(node.get("deep").and_then(|deep| deep.get("a")?.text_at("b")), Some("c d"));
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", ")));
        }
        assert!(read(bomb.as_bytes()).is_err_and(|failure| failure.message.contains("more than")));
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
        assert!(read(b"a: &a [*a]").is_err());
        assert!(read(b"a: 1\na: 2").is_err());
        assert!(read(b"a: [1, 2").is_err());
    }
}
