//! What a finding offers to paste settles it, pasted as the finding says.

use dictum::diagnostic::{Findings, Fix};
use dictum::source::Texts;

const WORLD: &str = r#"
[dimension.department]
is = "enum"
values = ["sales", "support"]
"#;

/// Conflicts as people write them: plain values, blocks with `value`, blocks of claims.
const CONFLICTS: &[(&str, &str)] = &[
    (
        "[term.a]\ndefinition = \"one\"\nlabel = \"A\"\n",
        "[term.a]\ndefinition = \"two\"\n[term.b]\nlabel = \"B\"\n",
    ),
    (
        "[[term.a.definition]]\nvalue = \"one\"\nfrom = 2024-01-01\n",
        "[[term.a.definition]]\nvalue = \"two\"\nfrom = 2024-01-01\nuntil = 2025-01-01\n",
    ),
    (
        "[term.a]\ndefinition = \"a \\\"quoted\\\" one\"\n",
        "[[term.a.also]]\nwhen = { department = \"support\" }\ndefinition = \"two\\nlines\"\nlabel = \"A\"\n",
    ),
    (
        "[entity.x]\nname = \"X\"\n[entity.a]\nparent = \"x\"\n",
        "[entity.a]\nparent = \"y\"\n[entity.y]\nname = \"Y\"\n",
    ),
];

#[test]
fn every_fix_of_a_conflict_settles_it() {
    // Where a condition tells two answers apart only for some, specificity settles it: make it not count.
    let order = "[precedence.default]\norder = [\"effective\"]\n";
    let mut tried = 0;
    for (one, two) in CONFLICTS {
        let pairs =
            [("a.toml", one.to_string()), ("b.toml", two.to_string()), ("w.toml", format!("{WORLD}{order}"))];
        let texts = Texts::from_pairs(pairs);
        let compiled = dictum::compile(texts.clone(), Findings::new());
        let conflicts: Vec<_> =
            compiled.findings.iter().filter(|found| found.code.slug == "conflict").collect();
        assert_eq!(conflicts.len(), 1, "{one}{two}: {:?}", compiled.findings);
        assert!(!conflicts[0].fixes.is_empty());
        for fix in &conflicts[0].fixes {
            let mended = apply(&texts, fix);
            let after = dictum::compile(mended.clone(), Findings::new());
            let errors: Vec<_> =
                after.findings.iter().map(|found| (found.code.slug, &found.message)).collect();
            let shown: Vec<_> = mended.iter().map(|(_, text)| String::from_utf8_lossy(&text.bytes)).collect();
            assert!(!after.findings.has_errors(), "{}: {errors:?}\n{}", fix.title, shown.join("\n"));
            tried += 1;
        }
    }
    assert!(tried >= 8, "only {tried} fixes");
}

/// Does what the words beside a fix say.
fn apply(texts: &Texts, fix: &Fix) -> Texts {
    let at = fix.at.expect("a place");
    let text = String::from_utf8(texts.get(at.file).bytes.to_vec()).expect("text");
    let start = text[..at.span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at.span.end as usize..]
        .find('\n')
        .map_or(text.len(), |newline| at.span.end as usize + newline + 1);
    let mended = if fix.instead {
        let rest = &text[end..];
        let behind = if rest.starts_with('[') {
            0
        } else {
            rest.find("\n[").map_or(rest.len(), |newline| newline + 1)
        };
        format!("{}{}{}\n{}", &text[..start], &rest[..behind], fix.toml, &rest[behind..])
    } else {
        format!("{}{}\n{}", &text[..end], fix.toml, &text[end..])
    };
    let replaced = texts.iter().map(|(file, other)| {
        let content =
            if file == at.file { mended.clone() } else { String::from_utf8_lossy(&other.bytes).into_owned() };
        (other.path.to_string(), content)
    });
    Texts::from_pairs(replaced.collect::<Vec<_>>())
}
