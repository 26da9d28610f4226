//! One fault is one finding: what follows from a mistake in the TOML is not told beside it.

use dictum::diagnostic::Findings;
use dictum::source::Texts;

/// The codes that `text` raises, in order of place.
fn codes(text: &str) -> Vec<&'static str> {
    let texts = Texts::from_pairs([("dictum.toml", ""), ("a.toml", text)]);
    let compiled = dictum::compile(texts, Findings::new());
    compiled.findings.iter().map(|finding| finding.code.slug).filter(|slug| *slug != "unsourced").collect()
}

#[test]
fn in_broken_toml() {
    let cases: &[(&str, &[&str])] = &[
        // What stands below a header that is none says nothing of kinds.
        ("{term.a}\nlabel = \"A\"\ndefinition = \"x\"\n", &["bad-toml"]),
        ("{term.a}\nlabel = \"A\"\n[term.b]\nlabl = \"B\"\n", &["bad-toml", "unknown-attribute"]),
        ("lable = \"x\"\n{term.a}\nlabel = \"A\"\n", &["unknown-kind", "bad-toml"]),
        ("[term.a\nlabel = \"A\"\n", &["bad-toml"]),
        // A subject whose one statement can't be read is not empty.
        ("[term.a]\nlabel =\n", &["bad-toml"]),
        ("[term.a]\nlabel = [\"A\",\n[term.b]\nlabel = \"B\"\n", &["bad-toml"]),
        // Nor does it lack what could not be read.
        ("[correction.a]\nof = \"term/a#label\"\nvalue =\n[term.a]\nlabel = \"A\"\n", &["bad-toml"]),
        ("[dimension.a]\nis =\nvalues = [\"x\"]\n", &["bad-toml"]),
        ("[term.a]\nlabel = \"A\"\n[[term.a.definition]]\nvalue =\nfrom = 2026-01-01\n", &["bad-toml"]),
        ("[process.a]\nlabel = \"A\"\n[[process.a.when]]\nowner =\n", &["bad-toml"]),
        // An empty word is empty, and not also no word of those that may stand there.
        ("[source.a]\ntitle = \"A\"\nauthority = \"\"\n", &["empty-value"]),
        ("[dimension.a]\nis = \"\"\n", &["empty-value"]),
        ("[type.a]\nof = \"\"\n", &["empty-value"]),
        ("[process.a]\ntype = \" \"\nlabel = \"A\"\n", &["empty-value"]),
        ("[term.a]\n[term.b]\nlabel = \"B\"\n", &["empty-value"]),
        // The sides of a merge say the same twice.
        (
            "[term.a]\nlabel = \"A\"\n<<<<<<< x\n[term.b]\nlabel = \"B\"\n=======\n[term.b]\nlabel = \"C\"\n>>>>>>> y\n",
            &["conflict-markers"],
        ),
        ("[term.a]\n<<<<<<< x\nlabel = \"A\"\n=======\nlabel = \"B\"\n>>>>>>> y\n", &["conflict-markers"]),
        (
            "<<<<<<< x\n=======\n>>>>>>> y\n[term.b]\nlabel = \"B\"\nlabel = \"C\"\n",
            &["conflict-markers", "duplicate-key"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(codes(text), *expected, "{text}");
    }
}
