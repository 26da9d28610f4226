//! `dictum explain CODE|KIND`: the page of a code of findings, or what a kind of subject may say.

use clap::Args;

use super::output::{Exit, Failure, Output};
use crate::diagnostic::codes;
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
        for code in codes::ALL {
            out.line(&format!("{:<24} {}", code.slug, code.severity.as_str()));
        }
        return Ok(Exit::Clean);
    };
    if let Some(code) = codes::ALL.iter().find(|code| code.slug == word) {
        page(code.page, out);
        return Ok(Exit::Clean);
    }
    let near = nearest(word, codes::ALL.iter().map(|code| code.slug), 1);
    let failure = Failure::new(format!("`{word}` is neither a code of findings nor a kind"));
    Err(match near.first() {
        Some(near) => failure.help(format!("did you mean `dictum explain {near}`?")),
        None => failure.help("`dictum explain` alone lists them"),
    })
}

/// A page of Markdown, its headings set off where colours are on.
fn page(page: &str, out: &mut Output<'_>) {
    for line in page.lines() {
        let heading = line.starts_with('#');
        let line = if heading { out.styled("1", line) } else { line.to_owned() };
        out.line(&line);
    }
}
