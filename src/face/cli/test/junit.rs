//! Tests for machines that read JUnit's XML: one suite, a case a question. No clock and no name of a machine is in it, so
//! that the same knowledge gives the same bytes.
//!
//! The shape is that of Jenkins' `junit-10.xsd`, as far as test runners agree on it:
//! <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>

use std::fmt::Write as _;

use super::Report;
use super::human::{broken, got, wanted};
use crate::diagnostic::xml;
use crate::face::text;
use crate::query::{Reply, Tried, Verdict};

/// The whole document.
pub(super) fn document(report: &Report) -> String {
    let count =
        |which: fn(&Verdict) -> bool| report.tried.iter().filter(|tried| which(&tried.verdict)).count();
    let failures = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let errors = count(|verdict| matches!(verdict, Verdict::Bad(_)));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", report.tried.len());
    let name = escaped(&report.name);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites {counts}>\n  <testsuite name=\"{name}\" {counts}>");
    for (at, tried) in report.tried.iter().enumerate() {
        case(&mut xml, tried, report.broke(at).map(broken));
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(xml: &mut String, tried: &Tried, broke: Option<Vec<String>>) {
    let place = tried.test.places.get("ask");
    let place = place.map(|place| format!(" file=\"{}\" line=\"{}\"", escaped(&place.path), place.line));
    let name = escaped(tried.test.subject.id());
    let _ = write!(xml, "    <testcase classname=\"question\" name=\"{name}\"{}", place.unwrap_or_default());
    let (element, kind, message, told) = match &tried.verdict {
        Verdict::Passed => return xml.push_str("/>\n"),
        Verdict::Bad(bad) => ("error", "bad-question", bad.message.clone(), Vec::new()),
        Verdict::Failed(misses) => {
            let lines: Vec<String> = misses
                .iter()
                .map(|miss| {
                    format!(
                        "{}: expected {}, got {}",
                        miss.attribute(),
                        wanted(miss),
                        got(miss, tried.reply.as_ref())
                    )
                })
                .collect();
            ("failure", "not-as-expected", lines.first().cloned().unwrap_or_default(), lines)
        }
    };
    let answers = tried.reply.as_ref().and_then(|reply| match reply {
        Reply::Answer(answer) => answer.pin.as_ref().map(ToString::to_string),
        Reply::Name(referral) => referral.subject.as_ref().map(ToString::to_string),
        Reply::Sentence(_) => None,
    });
    let answers = answers.map(|answers| format!("answers: {answers}"));
    let broke = broke.into_iter().flatten().map(|line| format!("broken by: {line}"));
    let told: Vec<String> = told.into_iter().chain(answers).chain(broke).collect();
    let (message, told) = (escaped(&message), escaped_lines(&told));
    let _ = writeln!(
        xml,
        ">\n      <{element} type=\"{kind}\" message=\"{message}\">{told}</{element}>\n    </testcase>"
    );
}

fn escaped_lines(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\n")
}

/// Text as it may stand in an attribute or between tags; what can't be seen is shown as `\u{…}`.
fn escaped(raw: &str) -> String {
    xml(&text::shown(raw))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_text_ends_what_it_stands_in() {
        assert_eq!(escaped("a<b & \"c\" 'd' ]]>"), "a&lt;b &amp; &quot;c&quot; &apos;d&apos; ]]&gt;");
        assert_eq!(escaped("\u{1b}[31m\u{0}\u{FFFF}"), "\\u{1B}[31m\\u{0}\\u{FFFF}");
    }
}
