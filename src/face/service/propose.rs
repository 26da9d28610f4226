//! What a proposal of a correction takes, whoever sends it.

use super::ask::ADDRESS;
use super::parameter::{Form, Parameter};

/// The longest value, in bytes.
const MOST_VALUE: usize = 64 << 10;

/// The longest reason, in bytes.
const MOST_REASON: usize = 4 << 10;

/// The longest name of a person or program, in bytes.
const MOST_NAME: usize = 100;

/// The longest mail address, in bytes (RFC 5321, 4.5.3.1.3: a path with its brackets has 256).
const MOST_MAIL: usize = 254;

/// How many of them say whose proposal it is.
#[cfg(feature = "mcp")]
const WHO: usize = 3;

/// All of it: first what is said, then who says it.
const ALL: &[Parameter] = &[
    ADDRESS,
    Parameter::required(
        "pin",
        Form::Text(4096),
        "The pin of the fact as you know it: refused where it is another by now.",
    ),
    Parameter::optional(
        "value",
        Form::Text(MOST_VALUE),
        "What is right: a text as it is, all else as in TOML (`2026-03-31`, `12.5`, `10000 EUR`, `[\"a\", \"b\"]`).",
    ),
    Parameter::optional("none", Form::Flag, "Instead of a value: it is known not to exist."),
    Parameter::required("reason", Form::Text(MOST_REASON), "Why, for who reviews it."),
    Parameter::optional("where", Form::Context, "Only for this case: dimensions and their values."),
    Parameter::optional("on", Form::Day, "The day whose fact is wrong; today (UTC) where not given."),
    Parameter::optional("from", Form::Day, "The first day on which it is so; else that of what it corrects."),
    Parameter::optional("until", Form::Day, "The first day on which it is so no more."),
    Parameter::optional(
        "source",
        Form::Text(200),
        "The declared source that it leans on; else that of what it corrects.",
    ),
    Parameter::optional(
        "commit",
        Form::Flag,
        "Whether to write it, as a branch for review. Without, it is told what would change, and nothing is written.",
    ),
    Parameter::optional("name", Form::Text(MOST_NAME), "The name of the person who proposes it."),
    Parameter::optional("mail", Form::Text(MOST_MAIL), "Their mail address."),
    Parameter::optional("agent", Form::Text(MOST_NAME), "The program that proposes it, where one does."),
];

/// What a program sends for a person, or for itself.
pub(in crate::face) const PROPOSAL: &[Parameter] = ALL;

/// The same without who proposes: an agent is called what its protocol says.
#[cfg(feature = "mcp")]
pub(in crate::face) const PROPOSAL_OF_AGENT: &[Parameter] = ALL.split_at(ALL.len() - WHO).0;
