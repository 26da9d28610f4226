//! `dictum explain CODE|KIND`: the page of a code of findings, or what a kind of subject may say.

use clap::Args;

use super::output::{Exit, Failure, Output};
use crate::diagnostic::codes;
use crate::kind::{KINDS, Kind, RESERVED_KINDS, STATEMENT_KEYS, builtins, kind};
use crate::query::nearest;

/// Explain a code of a finding, or a kind of subject.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A code such as `unknown-attribute`, or a kind such as `term`; without it, the codes and kinds that there are
    word: Option<String>,
}

/// Explains.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Some(word) = &arguments.word else {
        list(out);
        return Ok(Exit::Clean);
    };
    if let Some(code) = codes::ALL.iter().find(|code| code.slug == word) {
        page(code.page, out);
        return Ok(Exit::Clean);
    }
    if let Some(kind) = kind(word) {
        explain_kind(kind, out);
        return Ok(Exit::Clean);
    }
    if let Some((name, what)) = RESERVED_KINDS.iter().find(|(name, _)| name == word) {
        out.line(&format!("`{name}` is kept for later: {what}"));
        return Ok(Exit::Clean);
    }
    let words = codes::ALL.iter().map(|code| code.slug).chain(KINDS.iter().map(|kind| kind.name));
    let near = nearest(word, words, 1);
    let failure = Failure::new(format!("`{word}` is neither a code of findings nor a kind"));
    Err(match near.first() {
        Some(near) => failure.help(format!("did you mean `dictum explain {near}`?")),
        None => failure.help("`dictum explain` alone lists them"),
    })
}

fn list(out: &mut Output<'_>) {
    let title = out.styled("1", "kinds of subject");
    out.line(&title);
    KINDS.iter().for_each(|kind| out.line(&format!("  {:<24} {}", kind.name, kind.summary)));
    let title = out.styled("1", "codes of findings");
    out.line(&title);
    codes::ALL.iter().for_each(|code| out.line(&format!("  {:<24} {}", code.slug, code.severity.as_str())));
}

/// What a kind holds and what its subjects may say.
fn explain_kind(kind: &Kind, out: &mut Output<'_>) {
    let title = out.styled("1", &format!("# {}", kind.name));
    out.line(&title);
    out.line("");
    out.line(kind.summary);
    out.line("");
    out.line(&format!("[{}.some-id]", kind.name));
    for attribute in builtins(kind) {
        let shape = match attribute.cardinality {
            "one" => attribute.is.to_owned(),
            other => format!("{other} of {}", attribute.is),
        };
        out.line(&format!("  {:<24} {shape:<16} {}", attribute.name, attribute.summary));
    }
    if kind.typed {
        out.line("");
        out.line("A `type` may declare further attributes: see `dictum explain type`.");
    }
    if kind.statements {
        out.line("");
        out.line(&format!("Beside a value, on a block or on the table: {}.", STATEMENT_KEYS.join(", ")));
    }
}

/// A page of Markdown, its headings set off where colours are on.
fn page(page: &str, out: &mut Output<'_>) {
    for line in page.lines() {
        let heading = line.starts_with('#');
        let line = if heading { out.styled("1", line) } else { line.to_owned() };
        out.line(&line);
    }
}
