//! `dimension`: what a context may vary by.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::catalog::{check_word, not_among, text, texts, word};
use super::{Builder, Builtin, Kind, Reader, SubjectTable};
use crate::claim::{Dimension, Shape, Tree, TreeNode};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Value};

pub(super) static KIND: Kind = Kind {
    name: "dimension",
    summary: "what a context may vary by: region, department, amount",
    attributes: &[
        Builtin {
            name: "is",
            is: "text",
            cardinality: "one",
            summary: "tree, enum, number, date, bool or open",
        },
        Builtin { name: "values", is: "text", cardinality: "set", summary: "of an enum; of a tree as paths" },
        Builtin { name: "unit", is: "text", cardinality: "one", summary: "what a number is measured in" },
        Builtin { name: "sets.*", is: "text", cardinality: "set", summary: "named unions of values" },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

const SHAPES: &[&str] = &["tree", "enum", "number", "date", "bool", "open"];

/// Levels of a tree; what is deeper is not a business's.
const MAX_DEPTH: usize = 32;

fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let Some((at, is)) = word(subject.table, "is") else {
        if !subject.table.contains_key("is") {
            let message = format!("dimension `{}` does not say what it is", subject.id);
            let finding = reader
                .finding(&codes::MISSING_KEY, subject.key, message, "no `is` here")
                .help("add `is = \"enum\"`, or one of `tree`, `number`, `date`, `bool`, `open`");
            reader.report(finding);
        }
        return;
    };
    let values = texts(subject.table, "values");
    let shape = match is {
        "tree" => Shape::Tree(tree(&values, reader)),
        "enum" => Shape::Enum(enumeration(&values, reader)),
        "number" => Shape::Number,
        "date" => Shape::Date,
        "bool" => Shape::Bool,
        "open" => Shape::Open,
        other => {
            let (message, help) = not_among(other, "a shape of dimension", SHAPES);
            let finding = reader.finding(&codes::BAD_DECLARATION, at, message, "no such shape").help(help);
            reader.report(finding);
            return;
        }
    };
    let listed = matches!(shape, Shape::Tree(_) | Shape::Enum(_));
    if listed && values.is_empty() {
        let message = format!("dimension `{}` is a {is} without values", subject.id);
        let finding = reader
            .finding(&codes::MISSING_KEY, subject.key, message, "no `values` here")
            .help("add `values = [\"one\", \"two\"]`; paths such as `\"emea/uk\"` for a tree");
        reader.report(finding);
    }
    if !listed && let Some(at) = subject.table.get("values") {
        let message = format!("a dimension that is `{is}` has no list of values");
        let finding = reader
            .finding(&codes::BAD_DECLARATION, at, message, "not looked at")
            .help("remove this line, or write `is = \"enum\"`");
        reader.report(finding);
    }
    let sets = sets(&shape, subject, reader);
    let unit = text(subject.table, "unit").map(|(_, unit)| SmolStr::new(unit));
    let dimension = Dimension { shape, sets, unit };
    builder.catalog.declarations.dimensions.insert(SmolStr::new(subject.id), dimension);
}

fn enumeration(values: &[(&Spanned<Value<'_>>, &str)], reader: &mut Reader<'_>) -> Vec<SmolStr> {
    let mut words = BTreeSet::new();
    for (at, word) in values {
        if check_word(word, at, reader) {
            words.insert(SmolStr::new(word));
        }
    }
    words.into_iter().collect()
}

/// Paths to depth-first ticks, children sorted by name. A name stands for one node only.
fn tree(values: &[(&Spanned<Value<'_>>, &str)], reader: &mut Reader<'_>) -> Tree {
    let mut parents: BTreeMap<SmolStr, Option<SmolStr>> = BTreeMap::new();
    for (at, path) in values {
        let mut parent: Option<SmolStr> = None;
        for (depth, part) in path.split('/').enumerate() {
            if depth == MAX_DEPTH {
                let message = format!("a tree is at most {MAX_DEPTH} levels deep");
                let finding = reader
                    .finding(&codes::BAD_DECLARATION, at, message, "too many parts")
                    .help("leave out levels that no claim speaks of");
                reader.report(finding);
                break;
            }
            if !check_word(part, at, reader) {
                break;
            }
            let name = SmolStr::new(part);
            match parents.get(&name) {
                Some(known) if *known != parent => {
                    let place = |parent: &Option<SmolStr>| match parent {
                        Some(parent) => format!("below `{parent}`"),
                        None => "at the top".to_owned(),
                    };
                    let message = format!("`{name}` stands in two places of the tree");
                    let label = format!("here {}, elsewhere {}", place(&parent), place(known));
                    let finding = reader
                        .finding(&codes::BAD_DECLARATION, at, message, label)
                        .help("give one of the two another name: a node's name is unique in its tree");
                    reader.report(finding);
                    break;
                }
                Some(_) => {}
                None => {
                    parents.insert(name.clone(), parent);
                }
            }
            parent = Some(name);
        }
    }
    let mut children: BTreeMap<Option<SmolStr>, Vec<SmolStr>> = BTreeMap::new();
    for (name, parent) in &parents {
        children.entry(parent.clone()).or_default().push(name.clone());
    }
    let mut tree = Tree::default();
    grow(&mut tree, None, None, &children);
    tree
}

/// Recursion is at most [`MAX_DEPTH`] deep.
fn grow(
    tree: &mut Tree,
    below: Option<SmolStr>,
    parent: Option<u32>,
    children: &BTreeMap<Option<SmolStr>, Vec<SmolStr>>,
) {
    for name in children.get(&below).into_iter().flatten() {
        let tick = tree.nodes.len();
        tree.nodes.push(TreeNode { name: name.clone(), parent, end: 0 });
        grow(tree, Some(name.clone()), Some(tick as u32), children);
        tree.nodes[tick].end = tree.nodes.len() as u32;
    }
}

fn sets(
    shape: &Shape,
    subject: &SubjectTable<'_, '_>,
    reader: &mut Reader<'_>,
) -> BTreeMap<SmolStr, Vec<SmolStr>> {
    let mut sets = BTreeMap::new();
    let Some(Value::Table(table)) = subject.table.get("sets").map(Spanned::get_ref) else { return sets };
    let words: Vec<&str> = match shape {
        Shape::Tree(tree) => tree.nodes.iter().map(|node| node.name.as_str()).collect(),
        Shape::Enum(values) => values.iter().map(SmolStr::as_str).collect(),
        _ => {
            let at = &subject.table["sets"];
            let message = "only a tree or an enum has named sets";
            let finding = reader
                .finding(&codes::BAD_DECLARATION, at, message, "not looked at")
                .help("remove this, or write `is = \"enum\"` with `values`");
            reader.report(finding);
            return sets;
        }
    };
    for name in table.keys() {
        let mut members = BTreeSet::new();
        for (at, word) in texts(table, name.get_ref()) {
            if words.contains(&word) {
                members.insert(SmolStr::new(word));
                continue;
            }
            let (message, help) = not_among(word, &format!("a value of `{}`", subject.id), &words);
            let finding =
                reader.finding(&codes::UNKNOWN_DIMENSION_VALUE, at, message, "not declared").help(help);
            reader.report(finding);
        }
        if words.contains(&&**name.get_ref()) {
            let message = format!("`{}` is both a value and a set of `{}`", name.get_ref(), subject.id);
            let finding = reader
                .finding(&codes::BAD_DECLARATION, name, message, "also a value")
                .help("give the set another name");
            reader.report(finding);
            continue;
        }
        sets.insert(SmolStr::new(&**name.get_ref()), members.into_iter().collect());
    }
    sets
}
