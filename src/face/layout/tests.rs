//! What a laid-out text looks like, and that laying out is idempotent and moves nothing that means something.

use proptest::prelude::*;

use super::*;
use crate::face::said::{catalog_of, said, text_of};

fn laid(text: &str) -> String {
    match laid_out(FileId(0), &text_of("a.toml", text.as_bytes()), &Limits::default()) {
        Ok(new) => new,
        Err(left) => panic!("{text:?} was left: {left:?}"),
    }
}

#[test]
fn keys_come_in_order_and_comments_go_with_them() {
    let text = "\u{feff}\n\n# A head.\n\n\n# Of a.\n[ term . a ] # why\n\n  source = 'x'\n  # Of the label.\n  label=\"A\"   # so called\n  definition = \"\"\"\n  two \n lines\"\"\"\n\n  # Further on.\n\n  owner = \"z\"\n  synonyms = [ \"b\",'c' ]\n  # Behind.\n[[term.a.also]]\n  definition = \"x\"\n  when = {region=\"uk\",amount={over=1}}\n  id = \"q\"\n[term.b]\nlabel = \"B\"\n\n\n# The end.\n\n";
    let expected = "# A head.\n\n# Of a.\n[term.a] # why\n# Of the label.\nlabel = \"A\"   # so called\ndefinition = \"\"\"\n  two \n lines\"\"\"\nsource = 'x'\n\n# Further on.\n\nsynonyms = [\"b\", 'c']\nowner = \"z\"\n# Behind.\n[[term.a.also]]\nid = \"q\"\nwhen = { region = \"uk\", amount = { over = 1 } }\ndefinition = \"x\"\n\n[term.b]\nlabel = \"B\"\n\n# The end.\n";
    assert_eq!(laid(text), expected.replace("   # so", " # so"));
}

#[test]
fn what_an_author_lined_up_stays_so() {
    let text = "[term.a]\nlabel  = \"A\"  # a\nsynonyms = [] # b\nids.x = 1\n\nunit = 1\ngrain = 2\n";
    let expected =
        "[term.a]\nlabel    = \"A\" # a\nsynonyms = []  # b\nids.x    = 1\n\nunit = 1\ngrain = 2\n";
    assert_eq!(laid(text), expected);
}

#[test]
fn lists_are_broken_where_their_author_broke_them() {
    let text = "[term.a]\nx = [ # head\n 1, 2 # two\n\n, [ 3,\n4 ], # none\n  5\n # tail\n]\ny = [\n]\nz = { a = [ \"#\" ], b.c = 1979-05-27 07:32:00 }\n";
    let expected = "[term.a]\nx = [\n    # head\n    1, 2, # two\n    [\n        3,\n        4,\n    ], # none\n    5,\n    # tail\n]\ny = []\nz = { a = [\"#\"], b.c = 1979-05-27 07:32:00 }\n";
    assert_eq!(laid(text), expected);
    assert_eq!(laid(expected), expected);
}

#[test]
fn line_breaks_are_those_of_the_first_line_but_in_texts() {
    let text = "[term.a]\r\nnote = '''a\nb\r\n'''\nlabel = \"A\" \n\r\nx = [\n1\r\n]\r";
    let expected = "[term.a]\r\nlabel = \"A\"\r\nnote = '''a\nb\r\n'''\r\n\r\nx = [\r\n    1,\r\n]\r\n";
    assert_eq!(laid(&text[..text.len() - 1]), expected);
}

#[test]
fn texts_with_nothing_in_them_stay_small() {
    for (text, expected) in [
        ("", ""),
        ("\n\n", ""),
        ("# a", "# a\n"),
        ("\u{feff}# a\n\n\n# b\n\n", "# a\n\n# b\n"),
        ("x=1", "x = 1\n"),
    ] {
        assert_eq!(laid(text), expected, "{text:?}");
    }
}

#[test]
fn mistakes_are_left_to_their_authors() {
    for text in [
        "[term.a\n",
        "x = [\n",
        "[term.a]\nx = 1\nx = 2\n",
        "<<<<<<< a\nx = 1\n=======\n>>>>>>> b\n",
        "x = \"a\u{202e}b\"\n",
    ] {
        let left = laid_out(FileId(0), &text_of("a.toml", text.as_bytes()), &Limits::default());
        assert!(matches!(left, Err(Left::Mistakes(found)) if found.has_errors()), "{text:?}");
    }
    let left = laid_out(FileId(0), &text_of("a.toml", b"x = \"\xff\"\0"), &Limits::default());
    assert!(matches!(left, Err(Left::Mistakes(_))));
}

#[test]
fn a_range_moves_only_the_tables_that_it_touches() {
    let text = "[term.a]\nowner=1\nlabel=2\n\n[term.b]\nowner=1\nlabel=2\nnote = 3\n";
    let at = text.find("[term.b]").expect("there") + 10;
    let own = edits(FileId(0), &text_of("a.toml", text.as_bytes()), Some(at..at), &Limits::default())
        .expect("sound");
    assert_eq!(own.len(), 1);
    assert_eq!(&text[own[0].range.clone()], "owner=1\nlabel=2\nnote = 3", "no more than what changes");
    assert_eq!(apply(text, &own), "[term.a]\nowner=1\nlabel=2\n\n[term.b]\nlabel = 2\nnote = 3\nowner = 1\n");
}

/// A line of a file, sound or not.
fn line() -> impl Strategy<Value = String> {
    let pieces = [
        "[term.a]",
        "[term.b]",
        "[entity.a]",
        "[[term.a.also]]",
        "[[term.a.exception]]",
        "[[term.b.definition]]",
        "[term.a.ids]",
        "[ term . \"q r\" ] # h",
        "[dimension.region]",
        "is = \"enum\"",
        "values=['uk']",
        "[knowledge]",
        "label = \"A\"",
        "label   =  'A' # c",
        "definition= \"\"\"x",
        "y\"\"\" # d",
        "synonyms = [ 'a',\"b\" ]",
        "synonyms = [",
        "'c', # e",
        "]",
        "'d'",
        "owner=\"t\"",
        "source = \"s\"",
        "from = 2025-01-01",
        "until =2026-01-01 # until",
        "when = {region = 'uk'}",
        "value='v'",
        "id = \"i\"",
        "ids . erp = 'x'",
        "ids.\"crm\"   = 'y'",
        "note = '''",
        "'''",
        "# a comment",
        "#: another",
        "",
        "",
        "",
        "x.y = { a = [ 1, 2 ,], b.c = 3 }",
        "x.y = { a = [ 1, 2 ], b.c = 3 }",
        "type =   \"z\"",
        "unit= \"a#b\"",
    ];
    let ends = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", " \n", "\n\t"]);
    (prop::sample::select(pieces.to_vec()), ends).prop_map(|(piece, end)| format!("{piece}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn laying_out_is_idempotent_and_says_the_same(lines in prop::collection::vec(line(), 0..16), from in 0..200_usize, more in 0..40_usize, crlf in any::<bool>()) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text = text_of("a.toml", format!("[term.a]{end}{}", lines.concat()).as_bytes());
        let limits = Limits::default();
        match laid_out(FileId(0), &text, &limits) {
            Err(Left::Mistakes(_)) => {}
            Err(Left::WouldChange) => prop_assert!(false, "it would change"),
            Ok(new) => {
                let new = text_of("a.toml", new.as_bytes());
                let again = laid_out(FileId(0), &new, &limits).expect("sound");
                prop_assert_eq!(again.as_bytes(), &*new.bytes);
                let catalog = catalog_of([&text].into_iter(), &limits);
                prop_assert_eq!(said(&text, &catalog, &limits), said(&new, &catalog, &limits));
                let from = from.min(text.bytes.len());
                let range = from..(from + more).min(text.bytes.len());
                prop_assert!(edits(FileId(0), &text, Some(range), &limits).is_ok());
            }
        }
    }
}
