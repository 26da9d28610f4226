//! What people and machines are shown.

use super::*;
use crate::source::{Origin, Places, Span, Texts};

/// The place of the first `words` in the file at `path`.
fn at(texts: &Texts, path: &str, words: &str) -> Origin {
    let file = texts.find(path).expect("is there");
    let bytes = &texts.get(file).bytes;
    let start =
        bytes.windows(words.len()).position(|window| window == words.as_bytes()).expect("is there") as u32;
    Origin { file, span: Span { start, end: start + words.len() as u32 } }
}

fn texts() -> Texts {
    Texts::from_pairs([
        ("knowledge/acv.toml", "[term.acv]\nlabel      = \"ACV\"\ndefinitoin = \"Annual contract value.\"\n"),
        (
            "knowledge/emea.toml",
            "# EMEA only\n\n[[term.acv.definition]]\nvalue = \"Jahreswert\"\nfrom  = 2025-01-01\n\n\n\n[term.x]\nlabel = \"caf\u{e9}\u{202e}\t!\"\r\n",
        ),
    ])
}

fn findings(texts: &Texts) -> Findings {
    let mut findings = Findings::new();
    findings.push(
        Finding::new(
            &codes::UNKNOWN_ATTRIBUTE,
            "`definitoin` is not an attribute of a term",
            at(texts, "knowledge/acv.toml", "definitoin"),
            "not an attribute",
        )
        .help("write `definition`"),
    );
    findings.push(
        Finding::new(
            &codes::CONFLICT,
            "two claims answer `term/acv#definition` differently from 2025-01-01 on",
            at(texts, "knowledge/emea.toml", "\"Jahreswert\""),
            "this says one thing",
        )
        .label(at(texts, "knowledge/acv.toml", "\"Annual contract value.\""), "this another")
        .help("say which one holds: give the newer one a `from`, or let it supersede the older")
        .fix(
            "let the newer one supersede",
            "supersedes = [\"finance-2024\"]\n",
            Some(at(texts, "knowledge/emea.toml", "[[term.acv.definition]]")),
        ),
    );
    findings.push(
        Finding::new(
            &codes::HIDDEN_CHARACTER,
            "`\\u{202E}` can't be seen",
            at(texts, "knowledge/emea.toml", "\u{202e}"),
            "right-to-left override",
        )
        .help("delete it"),
    );
    findings.push(
        Finding::placeless(&codes::SYMLINK, "`knowledge/a.toml` is a symbolic link")
            .help("put the file itself there"),
    );
    findings.finish();
    findings
}

#[test]
fn people_see_the_lines_and_what_to_do() {
    let texts = texts();
    let shown = human(&findings(&texts), &Places::new(&texts), Look::PLAIN);
    let expected = "\
error[symlink]

  × `knowledge/a.toml` is a symbolic link
  help: put the file itself there

error[unknown-attribute]

  × `definitoin` is not an attribute of a term
   ╭─[knowledge/acv.toml:3:1]
 2 │ label      = \"ACV\"
 3 │ definitoin = \"Annual contract value.\"
   · ─────┬────
   ·      ╰── not an attribute
   ╰────
  help: write `definition`

error[conflict]

  × two claims answer `term/acv#definition` differently from 2025-01-01 on
   ╭─[knowledge/emea.toml:4:9]
 3 │ [[term.acv.definition]]
 4 │ value = \"Jahreswert\"
   ·         ──────┬─────
   ·               ╰── this says one thing
 5 │ from  = 2025-01-01
   ╰────
   ╭─[knowledge/acv.toml:3:14]
 2 │ label      = \"ACV\"
 3 │ definitoin = \"Annual contract value.\"
   ·              ────────────┬───────────
   ·                          ╰── this another
   ╰────
  help: say which one holds: give the newer one a `from`, or let it supersede the older
   fix: let the newer one supersede, write in the table around knowledge/emea.toml:3
            supersedes = [\"finance-2024\"]

error[hidden-character]

  × `\\u{202E}` can't be seen
    ╭─[knowledge/emea.toml:10:14]
  9 │ [term.x]
 10 │ label = \"café\\u{202E}    !\"
    ·              ────┬───
    ·                  ╰── right-to-left override
    ╰────
  help: delete it

";
    assert_eq!(shown, expected);
}

#[test]
fn a_line_a_finding_for_editors_and_a_count_for_all() {
    let texts = texts();
    let findings = findings(&texts);
    let expected = "\
error[symlink]: `knowledge/a.toml` is a symbolic link
knowledge/acv.toml:3:1: error[unknown-attribute]: `definitoin` is not an attribute of a term
knowledge/emea.toml:4:9: error[conflict]: two claims answer `term/acv#definition` differently from 2025-01-01 on
knowledge/emea.toml:10:14: error[hidden-character]: `\\u{202E}` can't be seen
";
    assert_eq!(concise(&findings, &Places::new(&texts)), expected);
    let expected = "\
4 errors
  1  conflict           error
  1  hidden-character   error
  1  symlink            error
  1  unknown-attribute  error
";
    assert_eq!(summary(&findings), expected);
    assert_eq!(totals(&Findings::new()), "no findings");
}

#[test]
fn machines_get_places_in_lines_columns_and_bytes() {
    let texts = texts();
    let places = Places::new(&texts);
    let findings = findings(&texts);
    let conflict = findings.iter().find(|finding| finding.code.slug == "conflict").expect("is there");
    let expected = serde_json::json!({
        "schema": "dictum.finding/1", "code": "conflict", "severity": "error",
        "message": "two claims answer `term/acv#definition` differently from 2025-01-01 on",
        "path": "knowledge/emea.toml", "line": 4, "column": 9, "end_line": 4, "end_column": 21, "start": 45, "end": 57,
        "labels": [
            { "path": "knowledge/emea.toml", "line": 4, "column": 9, "end_line": 4, "end_column": 21, "start": 45, "end": 57,
              "text": "this says one thing" },
            { "path": "knowledge/acv.toml", "line": 3, "column": 14, "end_line": 3, "end_column": 38, "start": 43, "end": 67,
              "text": "this another" },
        ],
        "help": "say which one holds: give the newer one a `from`, or let it supersede the older",
        "fixes": [{
            "title": "let the newer one supersede", "toml": "supersedes = [\"finance-2024\"]\n",
            "at": { "path": "knowledge/emea.toml", "line": 3, "column": 1, "end_line": 3, "end_column": 24, "start": 13, "end": 36 },
        }],
    });
    assert_eq!(serde_json::to_value(wire(conflict, &places)).expect("is JSON"), expected);
    let report = report(&findings, &places);
    assert_eq!((report.errors, report.more, report.counts.len()), (4, 0, 4));
    let schema = serde_json::to_value(schemars::schema_for!(ReportWire)).expect("is JSON");
    let validator = jsonschema::validator_for(&schema).expect("is a schema");
    assert!(validator.is_valid(&serde_json::to_value(&report).expect("is JSON")));
}

/// Every way of showing findings, each bounded whatever the texts hold.
fn all_ways(texts: &Texts, findings: &Findings) -> Vec<String> {
    let places = Places::new(texts);
    vec![
        human(findings, &places, Look::PLAIN),
        human(findings, &places, Look { width: 5, color: false }),
        concise(findings, &places),
        serde_json::to_string_pretty(&report(findings, &places)).expect("is JSON"),
    ]
}

#[test]
fn whatever_the_texts_hold_the_output_is_bounded_and_shows_everything() {
    let hostile = "\u{1b}[31m\u{202e}é\u{0}\t\r".repeat(2_000);
    let long = "x = 1, ".repeat(10_000);
    let bytes = b"a = \xFF\xFE\xC3\r\n".repeat(3);
    let texts = Texts::from_pairs([
        ("a.toml", hostile.as_bytes()),
        ("b\u{1b}.toml", long.as_bytes()),
        ("c.toml", &bytes[..]),
        ("d.toml", b""),
    ]);
    let mut findings = Findings::new();
    for index in 0..1_300_u32 {
        let code = codes::ALL[index as usize % 3];
        let text = texts.get(crate::source::FileId(index % 4));
        let start = (index * 97) % (text.bytes.len() as u32 + 1);
        let span = Span { start, end: start + index * 31 };
        let origin = Origin { file: crate::source::FileId(index % 4), span };
        let finding = Finding::new(code, format!("{index} {hostile}"), origin, &*hostile).help(&*hostile);
        findings.push(finding.label(origin, "again").fix(&*hostile, "x = 1", Some(origin)));
    }
    findings.finish();
    for shown in all_ways(&texts, &findings) {
        assert!(shown.len() < 1_000_000, "{} bytes", shown.len());
        let hidden = shown
            .chars()
            .find(|it| *it != '\n' && (it.is_control() || crate::source::invisible(*it).is_some()));
        assert_eq!(hidden, None);
        assert!(shown.contains("more"));
    }
}

#[test]
fn a_clipped_line_still_shows_what_matters() {
    let text = format!("x = [{} wrong {}]\n", "1, ".repeat(5_000), "2, ".repeat(5_000));
    let texts = Texts::from_pairs([("a.toml", &text)]);
    let mut findings = Findings::new();
    findings.push(Finding::new(&codes::BAD_TOML, "not a value", at(&texts, "a.toml", "wrong"), "here"));
    let shown = human(&findings, &Places::new(&texts), Look { width: 10_000, color: false });
    assert!(shown.lines().all(|line| line.chars().count() <= Look::MOST_COLUMNS), "{shown}");
    let line = shown.lines().find(|line| line.contains("wrong")).expect("is shown");
    let under = shown.lines().find(|line| line.contains('┬')).expect("is underlined");
    let column = |line: &str, sign: &str| line.split_once(sign).map(|(before, _)| before.chars().count());
    assert_eq!(column(line, "wrong"), column(under, "──"));
    assert!(shown.contains("a.toml:1:15007"), "{shown}");
}

#[test]
fn colour_is_an_argument() {
    let texts = texts();
    let shown = human(&findings(&texts), &Places::new(&texts), Look { width: 100, color: true });
    assert!(shown.contains("\u{1b}[31m"));
}
