//! Findings in the Reviewdog Diagnostic Format, as `rdjson`:
//! <https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto>.

use serde_json::{Value, json};

use super::clean::{HELP, MESSAGE, line, lines};
use super::{Finding, Severity, Told};

/// One document. Its columns count the bytes of UTF-8, from 1.
pub fn rdjson(told: &Told<'_>) -> String {
    let diagnostics: Vec<Value> = told.findings.iter().map(|finding| diagnostic(finding, told)).collect();
    let document = json!({ "source": { "name": "dictum" }, "diagnostics": diagnostics });
    format!("{document:#}\n")
}

fn diagnostic(finding: &Finding, told: &Told<'_>) -> Value {
    let help = finding.help.as_deref().map(|help| format!("\nhelp: {}", lines(help, HELP)));
    let spot = told.spot(finding);
    let mut location = json!({ "path": spot.path });
    if let Some((.., origin)) = spot.range {
        let position = |at: u32| {
            let lines = told.places.lines(origin.file);
            let number = lines.line_of(at);
            let column = at.saturating_sub(lines.span_of(number).start) + 1;
            json!({ "line": number + 1, "column": column })
        };
        location["range"] = json!({ "start": position(origin.span.start), "end": position(origin.span.end) });
    }
    json!({
        "message": format!("{}{}", line(&finding.message, MESSAGE), help.unwrap_or_default()),
        "location": location,
        "severity": match finding.severity() {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        "code": { "value": finding.code.slug },
    })
}
