//! Findings as JUnit's XML, a case each: one that fails the run is a failure, any other is told with a case that passed.
//! No clock and no name of a machine is in it. The shape is that of Jenkins' `junit-10.xsd`:
//! <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>

use std::fmt::Write as _;

use super::clean::{HELP, MESSAGE, line, lines};
use super::{Finding, Told};

/// The whole document. Where there is no finding it has one case, which passed.
pub fn junit(told: &Told<'_>) -> String {
    let failures = told.findings.iter().filter(|finding| told.fails(finding)).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", told.findings.kept().max(1));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"dictum check\" {counts}>\n"
    );
    if told.findings.kept() == 0 {
        out.push_str("    <testcase classname=\"dictum\" name=\"check\"/>\n");
    }
    for finding in told.findings.iter() {
        case(&mut out, finding, told);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, finding: &Finding, told: &Told<'_>) {
    let spot = told.spot(finding);
    let (path, at) = (xml(&spot.shown()), spot.line());
    let message = line(&finding.message, MESSAGE);
    let said = xml(&message);
    let slug = finding.code.slug;
    let help =
        finding.help.as_deref().map(|help| format!("\nhelp: {}", lines(help, HELP))).unwrap_or_default();
    let known = if finding.known { " (known)" } else { "" };
    let severity = finding.severity().as_str();
    let body = xml(&format!("{severity}[{slug}]{known} {}:{at}\n{message}{help}", spot.shown()));
    let _ = writeln!(
        out,
        "    <testcase classname=\"{path}\" name=\"{slug}: {said}\" file=\"{path}\" line=\"{at}\">"
    );
    let _ = match told.fails(finding) {
        true => writeln!(out, "      <failure type=\"{slug}\" message=\"{said}\">{body}</failure>"),
        false => writeln!(out, "      <system-out>{body}</system-out>"),
    };
    out.push_str("    </testcase>\n");
}

/// Text as it may stand in an attribute or between tags. What XML 1.0 has no place for (its production `Char`) is replaced;
/// the end of a line stays.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
