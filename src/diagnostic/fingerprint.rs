//! By what a finding is known again when lines have moved: its code, its file, its words and the line it points at, without
//! any number of a line.

use std::collections::BTreeMap;

use super::{Finding, Findings};
use crate::source::Places;

/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 32;

/// The fingerprint of each finding that is kept, in their order. Of several that are alike, the second and further ones are
/// told apart by their number.
pub fn fingerprints(findings: &Findings, places: &Places<'_>) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |finding: &Finding| {
        let print = one(finding, places);
        let number = met.entry(print.clone()).or_default();
        *number += 1;
        if *number == 1 { print } else { format!("{print}-{number}") }
    };
    findings.iter().map(numbered).collect()
}

fn one(finding: &Finding, places: &Places<'_>) -> String {
    let mut hash = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        // Each part with its length: two parts can't be read as others.
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(finding.code.slug.as_bytes());
    add(without_lines(&finding.message).as_bytes());
    if let Some(label) = finding.labels.first() {
        let text = places.text(label.origin.file);
        let lines = places.lines(label.origin.file);
        let line = lines.span_of(lines.line_of(label.origin.span.start));
        add(text.path.as_bytes());
        add(text.bytes.get(line.start as usize..line.end as usize).unwrap_or_default().trim_ascii());
    }
    hash.finalize().to_hex()[..DIGITS].to_owned()
}

/// `message` without the numbers behind `.toml:`, which are those of lines.
fn without_lines(message: &str) -> String {
    let mut parts = message.split(".toml:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(".toml");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, codes};
    use super::*;
    use crate::source::{FileId, Origin, Span, Texts};

    fn prints(text: &str, at: &[u32]) -> Vec<String> {
        let texts = Texts::from_pairs([("a.toml", text)]);
        let mut findings = Findings::new();
        for start in at {
            let origin = Origin { file: FileId(0), span: Span { start: *start, end: start + 1 } };
            findings.push(Finding::new(
                &codes::UNKNOWN_ATTRIBUTE,
                "`x` of b.toml:12:3 is no attribute",
                origin,
                "",
            ));
        }
        fingerprints(&findings, &Places::new(&texts))
    }

    #[test]
    fn moved_lines_are_the_same_finding_and_two_alike_are_two() {
        let (before, after) =
            (prints("x = 1\nx = 1\n", &[0, 6]), prints("# new\n\n  x = 1\nx = 1\n", &[9, 15]));
        assert_eq!(before, after);
        assert_eq!(before[1], format!("{}-2", before[0]));
        assert_ne!(prints("x = 2\n", &[0]), before[..1]);
        assert_eq!(without_lines("b.toml:12:3, c.toml:4"), "b.toml, c.toml");
    }
}
