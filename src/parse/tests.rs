//! Good texts and bad ones, as people send them.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Severity, concise};
use crate::source::{Places, Texts};

fn texts(content: impl AsRef<[u8]>) -> Texts {
    Texts::from_pairs([("k.toml", content)])
}

/// What reading `content` finds, and whether it was read whole.
fn read(texts: &Texts) -> (Findings, bool) {
    let mut findings = Findings::new();
    let whole = parse(FileId(0), texts.get(FileId(0)), &mut findings).whole;
    findings.finish();
    (findings, whole)
}

/// What reading `content` says, a line a finding.
fn said(content: impl AsRef<[u8]>) -> String {
    let texts = texts(content);
    concise(&read(&texts).0, &Places::new(&texts))
}

#[test]
fn common_mistakes_are_said_in_the_words_of_people() {
    let cases = [
        ("label = \"ACV\nx = 1\n", "k.toml:1:13: error[bad-toml]: this text is never closed"),
        ("label = Annual value\n", "k.toml:1:9: error[bad-toml]: text needs quotation marks: `Annual value`"),
        ("label: ACV\n", "k.toml:1:8: error[bad-toml]: a name and its value are parted by `=`, not by `:`"),
        ("label =\nx = 1\n", "k.toml:1:8: error[bad-toml]: `label` has no value"),
        ("label\n", "k.toml:1:6: error[bad-toml]: `label` has no value"),
        ("label = “ACV”\n", "k.toml:1:9: error[bad-toml]: these are typographic quotation marks"),
        (
            "active customer = 1\n",
            "k.toml:1:8: error[bad-toml]: a name is one word, and `active customer` is more",
        ),
        ("[term.acv\nx = 1\n", "k.toml:1:10: error[bad-toml]: this header is never closed"),
        ("[[term.acv.definition]\nx = 1\n", "k.toml:1:23: error[bad-toml]: this header is never closed"),
        ("[term.]\n", "k.toml:1:7: error[bad-toml]: a name is missing in this header"),
        ("[term.a b]\n", "k.toml:1:8: error[bad-toml]: a name in a header is one word"),
        ("[term.acv] x = 1\n", "k.toml:1:12: error[bad-toml]: something stands behind this header"),
        ("x = 1\nx = 2\n", "k.toml:2:1: error[duplicate-key]: `x` is said twice here"),
        ("[a.b]\nx = 1\n[a.b]\nx = 2\n", "k.toml:3:4: error[duplicate-key]: `b` is said twice here"),
        ("a = { x = 1, x = 2 }\n", "k.toml:1:14: error[duplicate-key]: `x` is said twice here"),
        ("from = 2025-02-30\n", "k.toml:1:8: error[bad-toml]: `2025-02-30` is not a day of the calendar"),
        ("from = 1.2.2025\n", "k.toml:1:11: error[bad-toml]: `1.2.2025` is not how a day is written"),
        ("n = 007\n", "k.toml:1:5: error[bad-toml]: `007` begins with a zero"),
        ("n = 1,5\n", "k.toml:1:6: error[bad-toml]: a number has a point, not a comma"),
        ("s = \"a\", \"b\"\n", "k.toml:1:8: error[bad-toml]: several values stand in brackets"),
        (
            "s = [\"a\" \"b\"]\n",
            "k.toml:1:10: error[bad-toml]: a comma is missing between two values of this list",
        ),
        ("s = [\"a\",\nt = 1\n", "k.toml:1:5: error[bad-toml]: this `[` is never closed"),
        ("t = { a = 1\n[b]\n", "k.toml:1:5: error[bad-toml]: this `{` is never closed"),
        ("t = { a: 1 }\n", "k.toml:1:10: error[bad-toml]: a table in `{ }` holds `name = value` pairs"),
        ("t = { a = 1 b = 2 }\n", "k.toml:1:15: error[bad-toml]: a comma is missing in this table"),
        ("t = \"\"\"a\n[b]\n", "k.toml:1:5: error[bad-toml]: this text is never closed"),
        ("p = \"C:\\data\"\n", "k.toml:1:9: error[bad-toml]: `\\d` means nothing in a text between `\"`"),
        (
            "q = \"a \"b\" c\"\n",
            "k.toml:1:9: error[bad-toml]: the text ends at its second quotation mark, and more follows",
        ),
        ("b = True\n", "k.toml:1:5: error[bad-toml]: `True` is not how TOML writes yes"),
        ("b = null\n", "k.toml:1:5: error[bad-toml]: there is no `null` in TOML"),
        ("é = 1\n", "k.toml:1:1: error[bad-toml]: `é` can't stand in a name without quotation marks"),
        ("a = 1\na.b = 2\n", "k.toml:2:1: error[bad-toml]: `a` is a value already and can't be a table too"),
        ("<<<<<<< HEAD\nx = 1\n", "k.toml:1:9: error[bad-toml]: a merge was not finished here"),
        (
            "<<<<<<< HEAD\nx = 1\n=======\nx = 1\n>>>>>>> b\n",
            "k.toml:1:1: error[conflict-markers]: a merge was not finished here",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(text), format!("{expected}\n"), "{text:?}");
        assert!(!read(&texts(text)).1, "{text:?} is not whole");
    }
}

#[test]
fn newer_spellings_are_read_but_warned_of() {
    let texts = texts("a = { b = 1,\n}\nc = 07:32\nd = \"\\x41\"\n");
    let (findings, whole) = read(&texts);
    assert!(whole);
    assert_eq!((findings.count(Severity::Error), findings.count(Severity::Warning)), (0, 4));
}

#[test]
fn a_mistake_costs_its_own_statement_only() {
    let text = "[term.a]\nx = \n[term.b\ny = 1\n[[term.c.also]\nz = 1\n[term.d]\nl = [1,\nk = 2\n[term.e]\nm = 1999-99-99\nn = \"ok\"\n[term.a]\nq = 1\n";
    let texts = texts(text);
    let mut findings = Findings::new();
    let document = parse(FileId(0), texts.get(FileId(0)), &mut findings);
    assert_eq!(
        plain_table(&document.root),
        "{term:{a:{};d:{k:2};e:{n:\"ok\"}}}",
        "{}",
        concise(&findings, &Places::new(&texts))
    );
    assert_eq!(findings.count(Severity::Error), 6);
}

#[test]
fn what_is_not_utf8_is_said_with_its_place() {
    assert_eq!(
        said(b"a = 1\nb = \"caf\xE9\"\nc = \"\xFF\"\n"),
        "k.toml:2:9: error[not-utf8]: this file is not UTF-8, in 2 lines\n"
    );
    assert_eq!(said(b"\xFF\xFEa\x00"), "k.toml:1:1: error[not-utf8]: this file is UTF-16, not UTF-8\n");
    let utf16_without_mark: Vec<u8> = "a = 1\n".bytes().flat_map(|byte| [byte, 0]).collect();
    assert!(said(utf16_without_mark).starts_with("k.toml:1:1: error[not-utf8]: this file is UTF-16"));
    assert_eq!(
        said(b"a = 1 # \x00\n"),
        "k.toml:1:9: error[hidden-character]: `\\u{0000}` (null character) can't be seen\n"
    );
}

#[test]
fn marks_and_line_ends_of_other_systems_are_fine() {
    let texts = texts("\u{feff}[term.a]\r\nx = 1\r\n");
    let mut findings = Findings::new();
    let document = parse(FileId(0), texts.get(FileId(0)), &mut findings);
    assert!(document.whole && findings.is_empty());
    let (key, _) = document.root.get_key_value("term").expect("is there");
    assert_eq!(key.span(), 4..8, "places are in the text as it is");
}

#[test]
fn hidden_characters_are_found_anywhere_and_said_once_a_line() {
    let text =
        "# a\u{202e}b\u{200b}\nx = \"\u{2066}y\"\n\"k\u{e0041}\" = 1\nz = 1 # \u{1b}[31m\nw = \"a\rb\"\n";
    let expected = "\
k.toml:1:4: error[hidden-character]: `\\u{202E}` (right-to-left override) can't be seen
k.toml:2:6: error[hidden-character]: `\\u{2066}` (left-to-right isolate) can't be seen
k.toml:3:3: error[hidden-character]: `\\u{E0041}` (tag character) can't be seen
k.toml:4:9: error[hidden-character]: `\\u{001B}` (escape character) can't be seen
k.toml:5:7: error[hidden-character]: `\\u{000D}` (carriage return without a line feed) can't be seen
";
    assert_eq!(said(text), expected);
}

/// Runs `run`, which must not take long even unoptimised on a busy machine.
#[expect(clippy::disallowed_methods, reason = "time is what is tested here")]
fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = run();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    outcome
}

#[test]
fn nesting_without_end_is_refused_without_a_deep_stack() {
    let deep =
        |open: &str, close: &str| format!("x = {}1{}\ny = 1\n", open.repeat(100_000), close.repeat(100_000));
    let dotted = format!("{}a = 1\n", "a.".repeat(100_000));
    let header = format!("[{}a]\nx = 1\n", "a.".repeat(100_000));
    let open = "[".repeat(100_000);
    for text in [deep("[", "]"), deep("{a=", "}"), deep("[{a=", "}]"), dotted, header] {
        let texts = texts(&text);
        let (findings, whole) = quickly(|| read(&texts));
        assert!(!whole);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.slug).collect();
        assert!(codes.iter().filter(|code| **code == "too-deep").count() == 1, "{codes:?}");
        assert!(
            codes.iter().all(|code| ["too-deep", "line-too-long", "toml-version"].contains(code)),
            "{codes:?}"
        );
    }
    let texts = texts(format!("x = {open}"));
    assert_eq!(quickly(|| read(&texts)).0.count(Severity::Error), 1);
}

#[test]
fn lines_and_files_over_the_limit_are_said() {
    let limits = Limits { file_bytes: 1_000, line_bytes: 100, ..Limits::default() };
    let read = |content: String| {
        let texts = texts(content);
        let mut findings = Findings::new();
        let whole = parse_within(FileId(0), texts.get(FileId(0)), &limits, &mut findings).whole;
        (concise(&findings, &Places::new(&texts)), whole)
    };
    let long = read(format!("a = 1\nx = \"{}\"\n", "é".repeat(100)));
    assert_eq!(
        long,
        ("k.toml:2:1: error[line-too-long]: this line has 206 bytes, more than 100\n".to_owned(), true)
    );
    let large = read("# x\n".repeat(300));
    assert_eq!(
        large,
        (
            "k.toml:1:1: error[file-too-large]: this file has more than 1000 bytes; it is not read\n"
                .to_owned(),
            false
        )
    );
}

#[test]
fn fifty_million_bytes_of_one_text_are_refused_at_once() {
    let texts = texts(format!("x = \"{}\"\n", "a".repeat(50_000_000)));
    let (findings, whole) = quickly(|| read(&texts));
    assert!(!whole);
    assert_eq!(
        findings.counts().map(|(code, count)| (code.slug, count)).collect::<Vec<_>>(),
        [("file-too-large", 1)]
    );
}

#[test]
fn mistakes_without_end_are_few_words_and_are_counted() {
    for line in ["x =\n", "a b\n", "[[\n", "]\n", "x = [\n", "\u{202e}\n", "x.y = 07:32\n"] {
        let count = 30_000;
        let texts = texts(line.repeat(count));
        let (findings, _) = quickly(|| read(&texts));
        let all: usize = findings.counts().map(|(_, count)| count).sum();
        assert!(all >= count - 1, "{line:?}: {all}");
        assert!(findings.iter().count() <= 300, "{line:?}");
    }
}

#[test]
fn one_endless_list_is_refused() {
    let texts = texts(format!("x = [\n{}]\ny = 1\n", "1,,\n".repeat(400_000)));
    let (findings, whole) = quickly(|| read(&texts));
    assert!(!whole);
    assert_eq!(
        findings.counts().map(|(code, count)| (code.slug, count)).collect::<Vec<_>>(),
        [("file-too-large", 1)]
    );
}

/// A table without its places and with its keys in alphabetical order.
fn plain_table(table: &Table<'_>) -> String {
    let mut entries: Vec<String> =
        table.iter().map(|(key, value)| format!("{}:{}", key.get_ref(), plain(value.get_ref()))).collect();
    entries.sort();
    format!("{{{}}}", entries.join(";"))
}

fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Table(table) => plain_table(table),
        Value::Array(array) => {
            format!("{:?}", array.iter().map(|value| plain(value.get_ref())).collect::<Vec<_>>())
        }
        Value::Integer(number) => number.to_string(),
        other => match other {
            Value::String(text) => format!("{text:?}"),
            _ => format!("{other:?}"),
        },
    }
}

/// Every key and value of a table with its place.
fn placed(
    table: &Table<'_>,
    out: &mut Vec<(Cow<'static, str>, std::ops::Range<usize>, std::ops::Range<usize>)>,
) {
    for (key, value) in table {
        out.push((Cow::Owned(key.get_ref().to_string()), key.span(), value.span()));
        match value.get_ref() {
            Value::Table(inner) => placed(inner, out),
            Value::Array(array) => {
                for value in array.iter() {
                    out.push((Cow::Borrowed("-"), 0..0, value.span()));
                    if let Value::Table(inner) = value.get_ref() {
                        placed(inner, out);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Joining pieces says what parsing the whole says, places included; and both find an error or none does.
fn check_join(text: &str) {
    let outline = outline(text, &Limits::default());
    if outline.breaches.iter().any(|breach| matches!(breach, Breach::TooDeep(_) | Breach::TooLong(..))) {
        return;
    }
    let (whole, errors) = DeTable::parse_recoverable(text);
    let whole = translate::table(whole.into_inner());
    let mut findings = Findings::new();
    let (joined, is_good) = join::join(text, &outline, &mut Report::new(FileId(0), &mut findings));
    let joined = translate::table(joined);
    let is_good = is_good && outline.breaches.is_empty();
    assert_eq!(is_good, errors.is_empty(), "{text:?}: {errors:?}");
    if is_good {
        assert_eq!(plain_table(&joined), plain_table(&whole), "{text:?}");
        let (mut left, mut right) = (Vec::new(), Vec::new());
        placed(&joined, &mut left);
        placed(&whole, &mut right);
        for places in [&mut left, &mut right] {
            places.sort_by_key(|(key, at, value)| (at.start, value.start, key.clone()));
        }
        assert_eq!(left, right, "{text:?}");
    }
}

fn line() -> impl Strategy<Value = String> {
    let pieces = [
        "[a]",
        "[a.b]",
        "[[a.c]]",
        "[a.c.d]",
        "[b]",
        "[b.a]",
        "[[b.a]]",
        "[ c . \"d\" ]",
        "x = 1",
        "y = \"z\"",
        "b.x = 1",
        "b.y = 2",
        "d = { e = 1 }",
        "d.f = 1",
        "l = [",
        "1,",
        "]",
        "{ g = 1 },",
        "s = \"\"\"",
        "\"\"\"",
        "# c",
        "",
        "t = 'u'",
        "\"q r\" = 1",
        "x =",
        "bad",
        "n = [1, [2, 3]]",
        "m = 2020-01-01",
        "[c",
        "\u{feff}",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(|piece| format!("{piece}\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn joining_pieces_says_what_parsing_the_whole_says(lines in prop::collection::vec(line(), 0..12)) {
        check_join(&lines.concat());
    }

    #[test]
    fn anything_at_all_is_read(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\"'=.,#a\\\\ \n\u{200d}é-]{0,60}") {
        for content in [bytes, text.into_bytes()] {
            let texts = texts(content);
            let (findings, whole) = read(&texts);
            // A broken text always says so.
            prop_assert!(whole || findings.has_errors());
        }
    }
}

#[test]
fn long_texts_are_read_in_pieces() {
    let table = |index: usize| {
        format!("[term.t{index}]\nlabel = \"Term {index}\"\naliases = [\"a\", \"b\"]\nids.x = {index}\n")
    };
    let text: String = (0..1_000).map(table).collect();
    let pieces = format!("a.b = 1\n{}{text}", "# long\n".repeat(10_000));
    check_join(&pieces);
    let flat: String = (0..15_000).map(|index| format!("k{index} = {index}\n")).collect();
    check_join(&flat);
}
