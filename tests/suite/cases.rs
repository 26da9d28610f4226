//! Every story in `tests/cases`, lived through with the real git and asked of the real program.

use std::fs;

use crate::scratch::Scratch;
use crate::story::{self, Change, Step};

/// What every story is asked at its end. The snapshot is written beside the repository.
const AT_THE_END: &[(&str, &[&str])] = &[
    ("findings", &["dictum check"]),
    ("claims, and who said them", &["dictum blame"]),
    ("published", &["dictum build -o ../story.dictum && dictum verify ../story.dictum --rev HEAD"]),
];

const CONFIG: &str = "[knowledge]\nname = \"story\"\nlanguage = 1\n";

#[test]
fn stories() {
    insta::glob!("../cases", "*/*.md", |path| {
        let markdown = fs::read_to_string(path).expect("a story");
        let mut steps = story::read(&markdown).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        imply_config(&mut steps);

        let Some(mut scratch) = begin(&steps) else {
            println!("skipped: this git can't make the repository of {}", path.display());
            return;
        };
        let mut told = story::live(&steps, &mut scratch);
        for (title, lines) in AT_THE_END {
            told.push_str(&format!("──── {title}\n\n"));
            for line in *lines {
                told.push_str(&story::section(line, &scratch.shell(line)));
            }
        }

        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a folder of stories"));
        settings.set_prepend_module_to_snapshot(false);
        settings.remove_snapshot_suffix();
        settings.remove_input_file();
        settings.set_omit_expression(true);
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name");
        settings.bind(|| insta::assert_snapshot!(name, told));
    });
}

/// The empty repository that a story begins with; `None` where the git that is here can't make it.
fn begin(steps: &[Step]) -> Option<Scratch> {
    let Some(Step::Repository(options)) = steps.first() else { return Some(Scratch::repository()) };
    let scratch = Scratch::folder();
    let made = scratch.shell(&format!("git init --quiet --initial-branch=main {options} ."));
    (made.code == 0).then_some(scratch)
}

/// Puts `knowledge/dictum.toml` into the first commit of a story that does not write one.
fn imply_config(steps: &mut [Step]) {
    let path = "knowledge/dictum.toml".to_owned();
    let writes =
        |change: &Change| matches!(change, Change::Write { path, .. } if path.ends_with("dictum.toml"));
    let changes = |step: &Step| match step {
        Step::Commit { changes, .. } | Step::WorkTree(changes) => changes.iter().any(writes),
        _ => false,
    };
    if steps.iter().any(changes) {
        return;
    }
    let first = steps.iter_mut().find(|step| !matches!(step, Step::Repository(_)));
    if let Some(Step::Commit { changes, .. } | Step::WorkTree(changes)) = first {
        changes.push(Change::Write { path, text: CONFIG.to_owned() });
    }
}
