//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), in the part of it that
//! GitHub's code scanning reads: one run, in the order of places, without any time in it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clean::{HELP, LABEL, MESSAGE, line, lines};
use super::summary::and_more;
use super::told::Spot;
use super::{Code, Finding, Severity, Told, fingerprints};

/// The most results of a run: as many as code scanning shows.
pub const MOST_RESULTS: usize = 5_000;

/// The whole log.
pub fn sarif(told: &Told<'_>) -> String {
    let shown: Vec<&Finding> = told.findings.iter().take(MOST_RESULTS).collect();
    let codes: BTreeMap<&str, &'static Code> =
        shown.iter().map(|finding| (finding.code.slug, finding.code)).collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(at, slug)| (*slug, at)).collect();
    let rules: Vec<Value> = codes.values().map(|code| rule(code, told.findings.severity_of(code))).collect();
    let prints = fingerprints(told.findings, told.places);
    let result =
        |(finding, print): (&&Finding, &String)| result(finding, print, index[finding.code.slug], told);
    let results: Vec<Value> = shown.iter().zip(&prints).map(result).collect();
    let mut run = json!({
        "tool": { "driver": { "name": "dictum", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
        "automationDetails": { "id": "dictum/" },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The top of the repository." } } },
        "results": results,
    });
    if let Some(more) = and_more(told.findings, shown.len()) {
        let note = json!({ "level": "note", "message": { "text": format!("{more}.") } });
        run["invocations"] = json!([{ "executionSuccessful": true, "toolExecutionNotifications": [note] }]);
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    format!("{log:#}\n")
}

fn level(severity: Severity) -> &'static str {
    // SARIF has the same words.
    severity.as_str()
}

fn rule(code: &Code, severity: Severity) -> Value {
    // A page is a heading, a paragraph on what the code means, and examples.
    let what =
        code.page.split("\n\n").nth(1).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let first = what.split_inclusive(". ").next().unwrap_or_default().trim();
    json!({
        "id": code.slug,
        "shortDescription": { "text": first },
        "fullDescription": { "text": what },
        "help": { "text": code.page, "markdown": code.page },
        "defaultConfiguration": { "level": level(severity) },
    })
}

fn result(finding: &Finding, print: &str, rule: usize, told: &Told<'_>) -> Value {
    let help = finding.help.as_deref().map(|help| format!("\n{}", sentence(&lines(help, HELP))));
    let mut result = json!({
        "ruleId": finding.code.slug,
        "ruleIndex": rule,
        "level": level(finding.severity()),
        "message": { "text": literal(&format!("{}{}", sentence(&line(&finding.message, MESSAGE)), help.unwrap_or_default())) },
        "locations": [{ "physicalLocation": physical(&told.spot(finding)) }],
    });
    let related: Vec<Value> = (0..)
        .zip(finding.labels.iter().skip(1))
        .map(|(id, label): (u32, _)| {
            let physical = physical(&told.at(label.origin));
            let text = literal(&line(&label.text, LABEL));
            json!({ "id": id, "physicalLocation": physical, "message": { "text": text } })
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    // The first is the one that code scanning knows.
    result["partialFingerprints"] = json!({ "primaryLocationLineHash": print, "dictum/v1": print });
    if told.baseline {
        result["baselineState"] = json!(if finding.known { "unchanged" } else { "new" });
    }
    result
}

/// With a full stop, which ends every message here (rule SARIF2015 of the multitool).
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn physical(spot: &Spot) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": relative(&spot.path), "uriBaseId": "SRCROOT" } });
    if let Some((start, end, origin)) = spot.range {
        physical["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "byteOffset": origin.span.start,
            "byteLength": origin.span.end - origin.span.start,
        });
    }
    physical
}

/// A message in which nothing is a link or a placeholder: SARIF reads `[text](0)` and `{0}` in plain messages (§3.11.5, §3.11.6).
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out
}

/// A path as a relative reference: every byte but those that stand for themselves is spelled (RFC 3986, §2.3).
fn relative(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{literal, relative};

    #[test]
    fn nothing_is_a_link_a_placeholder_or_a_scheme() {
        assert_eq!(literal("see [this](http://x) {0}"), "see \\[this\\](http://x) {{0}}");
        assert_eq!(relative("-a b/%:\"\né.toml"), "-a%20b/%25%3A%22%0A%C3%A9.toml");
    }
}
