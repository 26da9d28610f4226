//! Findings as Markdown, for a comment on a pull request or the summary of a run: how many first, then a table.

use super::clean::{HELP, MESSAGE, line};
use super::summary::{and_more, totals};
use super::{Finding, Told};

/// A comment may have 65,536 characters on GitHub; rows stop well before.
const MOST: usize = 60_000;

/// Rows that are not folded away.
const OPEN: usize = 20;

/// The whole comment. It bears a hidden mark, so that the next run can find and replace it.
pub fn markdown(told: &Told<'_>) -> String {
    let mut out = format!("<!-- dictum check -->\n**dictum check**: {}\n", totals(told.findings));
    if told.findings.kept() == 0 {
        return out;
    }
    let known = told.findings.iter().filter(|finding| finding.known).count();
    if known > 0 {
        out.push_str(&format!("\n{known} of them were there before.\n"));
    }
    let fold = told.findings.kept() > OPEN;
    if fold {
        out.push_str("\n<details><summary>What was found</summary>\n");
    }
    out.push_str("\n| | where | what | what to do |\n|---|---|---|---|\n");
    let (mut length, mut shown) = (out.chars().count(), 0);
    for finding in told.findings.iter() {
        let row = row(finding, told);
        length += row.chars().count();
        if length > MOST {
            break;
        }
        out.push_str(&row);
        shown += 1;
    }
    if let Some(more) = and_more(told.findings, shown) {
        out.push_str(&format!("\n{more}: `dictum check` shows them\n"));
    }
    if fold {
        out.push_str("\n</details>\n");
    }
    out
}

fn row(finding: &Finding, told: &Told<'_>) -> String {
    let spot = told.spot(finding);
    let place = match finding.labels.is_empty() {
        true => String::new(),
        false => format!("{}:{}", spot.shown(), spot.line()),
    };
    format!(
        "| {}{} {} | {} | {} | {} |\n",
        finding.severity().as_str(),
        if finding.known { ", known" } else { "" },
        finding.code.slug,
        code_cell(&line(&place, MESSAGE)),
        inert(&line(&finding.message, MESSAGE)),
        inert(&finding.help.as_deref().map(|help| line(help, HELP)).unwrap_or_default()),
    )
}

/// A line of text that Markdown, HTML and the references of forges leave as it is. `text` has no ends of lines.
///
/// An entity keeps a sign from being markup, but not from being a mention: forges look for these in what was rendered.
/// So a space without width (U+200B) stands behind each sign that could begin one, and within what would become a link.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let begins =
            rest.peek().is_some_and(|next| next.is_alphanumeric() || matches!(next, '"' | '_' | '/' | '['));
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' | '^' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // A bullet, a heading or a rule at the beginning of a line.
            '-' | '+' | '=' if out.is_empty() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        // Mentions, issues, merge requests, labels, snippets, milestones and epics; addresses of the web and of mail.
        if begins && matches!(c, '@' | '#' | '!' | '~' | '$' | '%' | '&' | '^' | ':') {
            out.push_str("&#8203;");
        }
        if c == '@' && !begins {
            out.push_str("&#8203;");
        }
    }
    unlinked(&out)
}

/// A line as a code span, in which no sign means anything: between more backticks than stand together in it.
/// <https://spec.commonmark.org/0.31.2/#code-spans>
pub fn code_span(line: &str) -> String {
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    if line.is_empty() { String::new() } else { format!("{fence}{space}{line}{space}{fence}") }
}

/// The same in the cell of a table, where a `|` would end it. What is in it can be copied as it is.
pub fn code_cell(text: &str) -> String {
    code_span(text).replace('|', "\\|")
}

/// Without what becomes a link by its first letters: `www.` and `GH-1`.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.char_indices().map(|(at, _)| at).find(|at| begins_link(&rest.as_bytes()[*at..]))
    {
        out.push_str(&rest[..at + 2]);
        out.push_str("&#8203;");
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

fn begins_link(bytes: &[u8]) -> bool {
    let starts =
        |word: &str| bytes.len() >= word.len() && bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    starts("www.") || starts("GH-")
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn nothing_that_people_write_is_markup_or_calls_anybody() {
        assert_eq!(
            inert("<b>@all</b> [x](http://a.b) #1 `c` a|b www.x.y"),
            "&lt;b&gt;&#64;&#8203;all&lt;/b&gt; \\[x\\]\\(http:&#8203;//a.b\\) &#35;&#8203;1 \\`c\\` a\\|b ww&#8203;w.x.y"
        );
        assert_eq!(inert("12:30 term/acv"), "12:&#8203;30 term/acv");
        assert_eq!(inert("GH-12 WWW.a.b"), "GH&#8203;-12 WW&#8203;W.a.b");
    }
}
