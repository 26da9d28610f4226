//! Findings as workflow commands, which GitHub shows beside the lines of a pull request:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use super::clean::{HELP, MESSAGE, line, lines};
use super::summary::{MOST_BYTES, MOST_FINDINGS, and_more};
use super::{Finding, Severity, Told};

/// A command a finding, at most [`MOST_FINDINGS`], then a notice that tells how many more there are.
pub fn github(told: &Told<'_>) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for finding in told.findings.iter().take(MOST_FINDINGS) {
        let command = command(finding, told);
        if out.len() + command.len() > MOST_BYTES {
            break;
        }
        out.push_str(&command);
        shown += 1;
    }
    if let Some(more) = and_more(told.findings, shown) {
        out.push_str(&format!("::notice title=dictum::{}\n", data(&more)));
    }
    out
}

fn command(finding: &Finding, told: &Told<'_>) -> String {
    let word = match finding.severity() {
        // What was there before fails nothing, and is no error of this change.
        _ if finding.known => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if !finding.labels.is_empty() {
        let spot = told.spot(finding);
        properties.push(format!("file={}", property(&spot.shown())));
        if let Some((start, end, _)) = spot.range {
            properties.push(format!("line={},endLine={}", start.line, end.line));
            // Columns are for places within one line.
            if start.line == end.line && end.column > start.column {
                properties.push(format!("col={},endColumn={}", start.column, end.column));
            }
        }
    }
    properties.push(format!("title={}", property(&format!("dictum {}", finding.code.slug))));
    let help = finding.help.as_deref().map(|help| format!("\nhelp: {}", lines(help, HELP)));
    let says = format!("{}{}", line(&finding.message, MESSAGE), help.unwrap_or_default());
    format!("::{word} {}::{}\n", properties.join(","), data(&says))
}

/// A message, as the runner takes it apart again.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, as the runner takes it apart again.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_a_command_or_begins_another() {
        assert_eq!(data("100%\r\n::set-env x"), "100%25%0D%0A::set-env x");
        assert_eq!(property("a,b::c%3A\n"), "a%2Cb%3A%3Ac%253A%0A");
    }
}
