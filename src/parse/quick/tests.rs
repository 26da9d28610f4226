//! The law of the quick way, over texts made of all that TOML has.

use std::fmt::Write as _;

use proptest::prelude::*;
use toml::de::DeTable;

use super::super::outline::outline;
use super::*;

/// A table with all its places.
fn told(table: &Table<'_>, out: &mut String) {
    out.push('{');
    for (key, value) in table {
        write!(out, "{:?}@{:?}=", key.get_ref(), key.span()).expect("text takes all");
        told_value(value, out);
    }
    out.push('}');
}

fn told_value(at: &Spanned<Value<'_>>, out: &mut String) {
    match at.get_ref() {
        Value::Table(table) => told(table, out),
        Value::Array(array) => {
            out.push('[');
            array.iter().for_each(|item| told_value(item, out));
            out.push(']');
        }
        plain => write!(out, "{plain:?}").expect("text takes all"),
    }
    write!(out, "@{:?};", at.span()).expect("text takes all");
}

/// Checks the law; gives whether the quick way had an answer.
fn check(text: &str, limits: &Limits) -> bool {
    let Some(found) = quick(text, limits) else { return false };
    let (root, errors) = DeTable::parse_recoverable(text);
    assert!(errors.is_empty(), "{errors:?} in {text:?}");
    let (mut ours, mut theirs) = (String::new(), String::new());
    told(&found, &mut ours);
    told(&translate::table(root.into_inner()), &mut theirs);
    assert_eq!(ours, theirs, "{text:?}");
    let outline = outline(text, limits);
    assert!(outline.breaches.is_empty() && outline.newer.is_empty(), "{outline:?} of {text:?}");
    true
}

fn is_read(text: &str) -> bool {
    check(text, &Limits::default())
}

#[test]
fn what_people_mostly_write_is_read_quickly() {
    let plain = [
        "",
        "# nothing\n",
        "x = 1\n[term.a]\nlabel = \"A\" # why\nsynonyms = [\"b\", 'c']\nfrom = 2024-02-01\n",
        "[[term.a.definition]]\nvalue = \"x\"\n[[term.a.definition]]\nvalue = \"y\"\nwhen = { region = \"uk\", x.y = 2 }\n",
        "[a.b]\nids.x = 1\nids.y = 2\n[a.c]\n[a.c.d]\n",
        "l = [\n  1, # one\n  [2],\n]\nt = {}\ne = []\n",
        "s = \"a \\\"b\\\" \\u00E9\"\nm = \"\"\"\none\n  two \\\n  three\"\"\"\nl = '''\nx''y'''\n",
        "f = 1.5\ng = -2\nh = 0xFF\ni = 1_000\nj = 1e6\nk = true\nl = false\nm = +7\nn = inf\no = 0\np = 2024-02-29\n",
        "\"a b\" = 1\n'c' . d = 2\r\n[\"x y\".'z']\r\n",
        "[a]\r\nx = \"\"\"\r\ny\r\n\"\"\"\r\n",
        "[[a]]\n[a.b]\nx = 1\n[[a]]\n[a.b]\nx = 2\n",
        "é = 1",
    ];
    for (index, text) in plain.iter().enumerate() {
        assert_eq!(is_read(text), index + 1 < plain.len(), "{text:?}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    let doubtful = [
        "x = 1\nx = 2\n",
        "[a]\n[a]\n",
        "[a.b]\n[a]\n",
        "[a]\nb.c = 1\n[a.b]\n",
        "[a]\nb.c = 1\n[a.b.d]\n",
        "a = { b = 1 }\n[a.c]\n",
        "a = { b = 1 }\na.c = 1\n",
        "a = [{}]\n[[a]]\n",
        "[a]\n[[a]]\n",
        "[[a]]\n[a]\n",
        "a = 1\na.b = 2\n",
        "a = { b = 1, }\n",
        "a = { b = 1,\n c = 2 }\n",
        "a = \"\\e\"\n",
        "a = 07:32:00\n",
        "a = 1979-05-27 07:32:00\n",
        "a = 1979-05-27T07:32\n",
        "a = 1979-02-30\n",
        "a = 007\n",
        "a = 1 2\n",
        "a = \n",
        "a = \"x\ny\"\n",
        "a = \"\"\"x\n",
        "a = 'x\u{7f}'\n",
        "a = 1 # \u{1}\n",
        "a = 1\rb = 2\n",
        "\u{feff}a = 1\n",
        "[a] b = 1\n",
        "[a\n",
        "[]\n",
        "\"\" = 1\n",
        "\"\"\"a\"\"\" = 1\n",
        "= 1\n",
    ];
    for text in doubtful {
        assert_eq!(quick(text, &Limits::default()).map(|_| ()), None, "{text:?}");
    }
}

#[test]
fn tables_of_many_keys_are_looked_up_like_those_of_few() {
    let mut text: String = (0..100).fold(String::new(), |text, n| format!("{text}[k.x{n}]\ny = {n}\n"));
    assert!(is_read(&text));
    let table = quick(&text, &Limits::default()).expect("plain");
    let Value::Table(of_kind) = table["k"].get_ref() else { unreachable!("it has a header") };
    assert!((0..100).all(|n| of_kind.contains_key(&format!("x{n}"))) && !of_kind.contains_key("x100"));
    text.push_str("[k.x3]\n");
    assert!(!is_read(&text), "said twice");
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[a]",
        "[a.b]",
        "[a.b.c]",
        "[[a]]",
        "[[a.b]]",
        "[b]",
        "[b.a]",
        "[[b.a]]",
        "[\"a\".b]",
        "[ a . b ]",
        "[a.'b c']",
        "a",
        "b",
        "c",
        "a.b",
        "a.c",
        "b . a",
        "a.b.c",
        "\"a\"",
        "'b'",
        "\"a.b\"",
        "\"\"",
        "\"\\u0061\"",
        " = ",
        "=",
        " = ",
        "=",
        " = ",
        ",",
        ", ",
        ",\n",
        "\n",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        "[[",
        "]]",
        "{ ",
        " }",
        "[\n",
        "\n]",
        "# x\n",
        " # [a] \"\n",
        "#",
        "1",
        "0",
        "-1",
        "+1",
        "01",
        "1_0",
        "0x1f",
        "0b1",
        "1.5",
        "1e3",
        "1.",
        ".5",
        "inf",
        "-nan",
        "true",
        "false",
        "True",
        "1979-05-27",
        "1979-02-30",
        "1979-05-31",
        "2024-02-29",
        "1979-05-27 07:32:00",
        "07:32:00",
        "07:32",
        "1979-05-27T07:32:00Z",
        "1979-05-27 ",
        "0000-01-01",
        "1979-13-01",
        "\"x\"",
        "\"\"",
        "''",
        "'x'",
        "\"a\\nb\"",
        "\"\\e\"",
        "\"\\x41\"",
        "\"\\\\e\"",
        "\"\\q\"",
        "\"é\"",
        "\"x",
        "'x",
        "\"\"\"x\"\"\"",
        "\"\"\"\nx\"\"\"",
        "\"\"\"\"x\"\"\"\"",
        "'''x'''",
        "'''\nx''''",
        "\"\"\"x\\\n y\"\"\"",
        "\"\"\"",
        "'''",
        "\"\"\"x\\\"\"\"\"\"\"",
        "é",
        "\u{feff}",
        "\u{7f}",
        "\u{0}",
        "a = 1\n",
        "b.c = 'x'\n",
        "c = { a = 1, b.c = [1, 2] }\n",
        "c = [{ a = 1 }, { a = 2 }]\n",
        "[c]\n",
        "[[c]]\n",
        "[c.a]\n",
        "[[c.a]]\n",
    ])
}

/// Lines that are mostly good.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["a", "b", "c", "d", "a.b", "a.c", "b.a.c", "\"q\"", "e", "f"]);
    let header = prop::sample::select(vec![
        "[a]", "[b]", "[a.b]", "[a.c]", "[b.c.d]", "[[a]]", "[[e]]", "[[e.f]]", "[e.f]", "[e.g]", "[f.a]",
        "[f.b]", "[[f.c]]",
    ]);
    let value = (piece(), piece()).prop_map(|(one, two)| match one.len() % 4 {
        0 => format!("[{one}, {two}]"),
        1 => format!("{{ a = {one}, b = {two} }}"),
        _ => one.to_owned(),
    });
    prop_oneof![
        header.prop_map(|header| format!("{header}\n")),
        (key, value).prop_map(|(key, value)| format!("{key} = {value}\n")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_quick_way_says_what_the_parser_says(
        lines in prop::collection::vec(line(), 0..12), depth in 1_usize..9,
    ) {
        check(&lines.concat(), &Limits { depth, ..Limits::default() });
        check(&lines.concat(), &Limits { value_bytes: 20, ..Limits::default() });
    }

    #[test]
    fn and_of_any_pieces(pieces in prop::collection::vec(piece(), 0..14)) {
        is_read(&pieces.concat());
    }

    #[test]
    fn and_of_any_value(key in piece(), value in prop::collection::vec(piece(), 1..5)) {
        is_read(&format!("{key} = {}\n", value.concat()));
        is_read(&format!("x = {}\n", value.concat()));
        is_read(&format!("x = [{}]\n", value.concat()));
        is_read(&format!("x = {{ y = {} }}", value.concat()));
    }
}
