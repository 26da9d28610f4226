//! What is asked: an address, what is known of the context, and a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::Address;
use super::nearest::nearest;
use crate::claim::{Declarations, Dimension, Point, Shape};

/// A question. A dimension that [`Question::context`] leaves out is unknown, not "anything".
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// About what.
    pub address: Address,
    /// What is known of the case asked about.
    pub context: Context,
    /// Valid time: the day on which it is to hold.
    pub on: Date,
}

/// What is known of the case asked about: for each dimension a value, read as `when` reads it. A node of a tree
/// is the node or anything below it, `=node` the node alone, a named set any of its members.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Context {
    known: BTreeMap<SmolStr, Point>,
}

/// A question that can't be asked so: a word of it is not declared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadQuestion {
    /// What is wrong: lower case, input in backticks.
    pub message: String,
    /// What to type instead, if anything is near.
    pub help: Option<String>,
}

impl BadQuestion {
    /// A bad question without a hint.
    pub fn new(message: impl Into<String>) -> BadQuestion {
        BadQuestion { message: message.into(), help: None }
    }
}

impl Context {
    /// Nothing is known.
    pub fn unknown() -> Context {
        Context::default()
    }

    /// Reads pairs of a dimension and a value as people type them, against what is declared.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        declarations: &Declarations,
    ) -> Result<Context, BadQuestion> {
        let mut known = BTreeMap::new();
        for (name, value) in pairs {
            let Some(dimension) = declarations.dimensions.get(name) else {
                return Err(unknown_dimension(name, declarations));
            };
            let point = read_point(name, dimension, value)?;
            if known.insert(SmolStr::new(name), point).is_some() {
                return Err(BadQuestion {
                    message: format!("`{name}` is given twice"),
                    help: Some(format!("say `--where {name}=…` once, or leave it out where it is not known")),
                });
            }
        }
        Ok(Context { known })
    }

    /// What is known of `dimension`.
    pub fn get(&self, dimension: &str) -> Option<&Point> {
        self.known.get(dimension)
    }

    /// Everything that is known, by dimension.
    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, &Point)> {
        self.known.iter()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

fn unknown_dimension(name: &str, declarations: &Declarations) -> BadQuestion {
    let near = nearest(name, declarations.dimensions.keys().map(SmolStr::as_str), 1);
    let help = match (near.first(), declarations.dimensions.is_empty()) {
        (Some(near), _) => format!("did you mean `--where {near}=…`?"),
        (None, true) => "this knowledge declares no dimension: leave `--where` out".to_owned(),
        (None, false) => {
            let all: Vec<String> = declarations.dimensions.keys().map(|id| format!("`{id}`")).collect();
            format!("write one of {}", all.join(", "))
        }
    };
    BadQuestion { message: format!("`{name}` is not a dimension of this knowledge"), help: Some(help) }
}

fn read_point(name: &str, dimension: &Dimension, value: &str) -> Result<Point, BadQuestion> {
    let wrong = |what: &str, example: &str| BadQuestion {
        message: format!("`{value}` is not {what}, and `{name}` is declared as one"),
        help: Some(format!("write for example `--where {name}={example}`")),
    };
    match &dimension.shape {
        Shape::Open if value.is_empty() => {
            Err(BadQuestion::new(format!("`{name}` is given without a value")))
        }
        Shape::Open => Ok(Point::Word(SmolStr::new(value))),
        Shape::Bool => match value {
            "true" => Ok(Point::Bool(true)),
            "false" => Ok(Point::Bool(false)),
            _ => Err(wrong("`true` or `false`", "true")),
        },
        Shape::Date => value.parse().map(Point::Date).map_err(|_| wrong("a date", "2026-03-31")),
        Shape::Number => {
            let number = value.replace('_', "").parse::<Decimal>();
            number.map(|number| Point::Number(number.normalize())).map_err(|_| wrong("a number", "10000"))
        }
        Shape::Tree(tree) => {
            // A path (`emea/uk`) names its last node, for names are unique in their tree.
            let plain = value.strip_prefix('=').unwrap_or(value);
            let last = plain.rsplit('/').next().unwrap_or(plain);
            let is_node = tree.nodes.iter().any(|node| node.name == last);
            let is_set = dimension.sets.contains_key(value);
            let alone = if value.starts_with('=') { "=" } else { "" };
            match (is_node, is_set) {
                (true, _) if on_path(tree, plain) => Ok(Point::Word(SmolStr::new(format!("{alone}{last}")))),
                (_, true) => Ok(Point::Word(SmolStr::new(value))),
                _ => Err(unknown_value(
                    name,
                    value,
                    dimension,
                    tree.nodes.iter().map(|node| node.name.as_str()),
                )),
            }
        }
        Shape::Enum(values) => {
            let known = values.iter().any(|known| known == value) || dimension.sets.contains_key(value);
            let word = || Point::Word(SmolStr::new(value));
            known
                .then(word)
                .ok_or_else(|| unknown_value(name, value, dimension, values.iter().map(SmolStr::as_str)))
        }
    }
}

/// Whether each part of `a/b/c` is the parent of the next.
fn on_path(tree: &crate::claim::Tree, path: &str) -> bool {
    let find = |name: &str| tree.nodes.iter().position(|node| node.name == name);
    let mut parts = path.rsplit('/');
    let mut at = parts.next().and_then(find);
    parts.all(|parent| {
        let above = at.and_then(|at| tree.nodes[at].parent).map(|parent| parent as usize);
        at = above;
        above.is_some_and(|above| tree.nodes[above].name == parent)
    })
}

fn unknown_value<'k>(
    name: &str,
    value: &str,
    dimension: &'k Dimension,
    values: impl Iterator<Item = &'k str>,
) -> BadQuestion {
    let known: Vec<&str> = values.chain(dimension.sets.keys().map(SmolStr::as_str)).collect();
    let plain = value.trim_start_matches('=');
    let near = nearest(plain.rsplit('/').next().unwrap_or(plain), known.iter().copied(), 1);
    let help = match near.first() {
        Some(near) => format!("did you mean `--where {name}={near}`?"),
        None => {
            let shown: Vec<String> = known.iter().take(12).map(|known| format!("`{known}`")).collect();
            let more = known.len().saturating_sub(12);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("write one of {}{more}", shown.join(", "))
        }
    };
    BadQuestion { message: format!("`{value}` is not a value of the dimension `{name}`"), help: Some(help) }
}
