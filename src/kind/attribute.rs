//! What an attribute may hold: its type (`is`), its layout and its merge law.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::claim::LawId;
use crate::source::Origin;

/// An attribute that a kind brings along, as its file writes it.
pub struct Builtin {
    /// `definition`, `ids`, `deprecated.reason`: a dot stands for a key in a table.
    pub name: &'static str,
    /// As people write it: `text`, `ref term`, `list text`.
    pub is: &'static str,
    /// `one` or `set`; behind a `.*` that of each key.
    pub cardinality: &'static str,
    /// For people, in a line.
    pub summary: &'static str,
}

/// An attribute that subjects of a kind or type may have.
#[derive(Clone, PartialEq, Debug)]
pub struct Attribute {
    /// What values are like.
    pub is: Is,
    /// How they are laid out.
    pub layout: Layout,
    /// Its merge law.
    pub law: LawId,
    /// Where it is declared; `None` for what a kind brings along.
    pub declared_at: Option<Origin>,
}

/// How the values of an attribute are laid out in TOML.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layout {
    /// One value (several claims may contend).
    One,
    /// A list of plain values is a claim an element.
    Set,
}

/// The type of a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Is {
    /// Any text.
    Text,
    /// Text with markup.
    Markdown,
    /// A whole number.
    Integer,
    /// An exact number.
    Decimal,
    /// True or false.
    Bool,
    /// A day.
    Date,
    /// Two days, half-open.
    Period,
    /// A length of time.
    Duration,
    /// A share of a hundred.
    Percent,
    /// An amount in a currency.
    Money,
    /// A web address.
    Url,
    /// A mail address.
    Email,
    /// One of these.
    Enum(Arc<[SmolStr]>),
    /// Another subject: `to` is a kind or a type, `kind` the kind of it.
    Ref {
        /// As declared.
        to: SmolStr,
        /// The kind of what it refers to.
        kind: SmolStr,
    },
    /// Several of one type as one value, in order.
    List(Arc<Is>),
    /// Anything, kept as canonical inline TOML; only what declarations say of themselves.
    Inline,
}

impl Is {
    /// The words of `is` that stand alone.
    pub const PLAIN: &'static [(&'static str, Is)] = &[
        ("text", Is::Text),
        ("markdown", Is::Markdown),
        ("integer", Is::Integer),
        ("decimal", Is::Decimal),
        ("bool", Is::Bool),
        ("date", Is::Date),
        ("period", Is::Period),
        ("duration", Is::Duration),
        ("percent", Is::Percent),
        ("money", Is::Money),
        ("url", Is::Url),
        ("email", Is::Email),
    ];

    /// The type that a plain word names.
    pub fn plain(word: &str) -> Option<Is> {
        Is::PLAIN.iter().find(|(name, _)| *name == word).map(|(_, is)| is.clone())
    }

    /// What a kind's own table says: `text`, `ref term`, `list text`, `inline`.
    pub(super) fn builtin(text: &'static str) -> Is {
        match text.split_once(' ') {
            Some(("ref", kind)) => Is::Ref { to: SmolStr::new_static(kind), kind: SmolStr::new_static(kind) },
            Some((_, of)) => Is::List(Arc::new(Is::builtin(of))),
            None => Is::plain(text).unwrap_or(Is::Inline),
        }
    }

    /// What to type for such a value.
    pub fn example(&self) -> String {
        match self {
            Is::Text | Is::Markdown => "\"some text\"".into(),
            Is::Integer => "12".into(),
            Is::Decimal => "12.5".into(),
            Is::Bool => "true".into(),
            Is::Date => "2026-02-01".into(),
            Is::Period => "{ from = 2026-02-01, until = 2026-05-01 }".into(),
            Is::Duration => "\"30 days\"".into(),
            Is::Percent => "\"12.5%\"".into(),
            Is::Money => "{ amount = 10_000, currency = \"EUR\" }".into(),
            Is::Url => "\"https://example.com/page\"".into(),
            Is::Email => "\"someone@example.com\"".into(),
            Is::Enum(values) => values.first().map_or("\"…\"".into(), |value| format!("\"{value}\"")),
            Is::Ref { kind, .. } => format!("\"id-of-a-{kind}\""),
            Is::List(of) => format!("[{}]", of.example()),
            Is::Inline => "…".into(),
        }
    }
}

impl fmt::Display for Is {
    /// What a person calls it: "a date", "one of `gold`, `silver`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Is::Text | Is::Markdown => f.write_str("text"),
            Is::Integer => f.write_str("a whole number"),
            Is::Decimal => f.write_str("a number"),
            Is::Bool => f.write_str("true or false"),
            Is::Date => f.write_str("a date"),
            Is::Period => f.write_str("a period"),
            Is::Duration => f.write_str("a length of time"),
            Is::Percent => f.write_str("a percentage"),
            Is::Money => f.write_str("an amount of money"),
            Is::Url => f.write_str("a web address"),
            Is::Email => f.write_str("a mail address"),
            Is::Enum(values) => {
                let shown: Vec<String> = values.iter().take(12).map(|value| format!("`{value}`")).collect();
                let more = if values.len() > 12 { ", …" } else { "" };
                write!(f, "one of {}{more}", shown.join(", "))
            }
            Is::Ref { to, kind } if to == kind => write!(f, "the id of a {kind}"),
            Is::Ref { to, kind } => write!(f, "the id of a {kind} of type `{to}`"),
            Is::List(of) => write!(f, "a list, each element {of}"),
            Is::Inline => f.write_str("a value"),
        }
    }
}
