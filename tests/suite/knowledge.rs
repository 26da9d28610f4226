//! The worked example of this repository is sound.

use std::fs;
use std::path::Path;

use dictum::diagnostic::Findings;
use dictum::source::Texts;
use walkdir::WalkDir;

#[test]
fn nothing_is_wrong_with_the_worked_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries =
        WalkDir::new(root.join("knowledge")).into_iter().map(|entry| entry.expect("it can be read"));
    let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let path = entry
            .path()
            .strip_prefix(root)
            .expect("below the root")
            .to_str()
            .expect("a plain name")
            .to_owned();
        (path, fs::read(entry.path()).expect("a file"))
    });
    let compiled = dictum::compile(Texts::from_pairs(files), Findings::new());
    let found: Vec<String> = compiled
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.code.slug, finding.message))
        .collect();
    assert_eq!(found, [] as [String; 0]);
}
