//! Every code's page is a test: its *Wrong* raises exactly that code, its *Right* nothing at all.

use std::collections::BTreeSet;

use dictum::diagnostic::codes;
use dictum::source::Texts;

use crate::story::{Part, parts};

const CONFIG: &str = "[knowledge]\nname = \"page\"\nlanguage = 1\n";

/// The files of a page's sections with this title, one repository a section.
fn repositories(page: &str, title: &str) -> Vec<Vec<(String, String)>> {
    let mut repositories = Vec::new();
    let mut inside = false;
    for part in parts(page) {
        match part {
            Part::Heading(heading) => {
                inside = heading == title || heading.starts_with(&format!("{title} "));
                if inside {
                    repositories.push(Vec::new());
                }
            }
            Part::Fence(fence) if inside => {
                let path = fence.info.split_whitespace().nth(1);
                let repository = repositories.last_mut().expect("begun by the heading");
                repository.extend(path.map(|path| (path.to_owned(), fence.text)));
            }
            Part::Fence(_) => {}
        }
    }
    repositories
}

/// The codes that compiling these files raises, and how they read.
fn raised(mut files: Vec<(String, String)>) -> (BTreeSet<&'static str>, String) {
    if !files.iter().any(|(path, _)| path == "knowledge/dictum.toml") {
        files.push(("knowledge/dictum.toml".to_owned(), CONFIG.to_owned()));
    }
    let compiled = dictum::compile(Texts::from_pairs(files), dictum::diagnostic::Findings::new());
    let slugs = compiled.findings.counts().map(|(code, _)| code.slug).collect();
    let messages =
        compiled.findings.iter().map(|finding| format!("  {}: {}\n", finding.code.slug, finding.message));
    (slugs, messages.collect())
}

#[test]
fn every_page_is_true() {
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let slug = code.slug;
        if !code.page.starts_with(&format!("# {slug}\n")) {
            wrong.push(format!("{slug}: its page begins with something else than `# {slug}`"));
        }
        let bad = repositories(code.page, "Wrong");
        let good = repositories(code.page, "Right");
        if bad.is_empty() != good.is_empty() {
            wrong.push(format!("{slug}: `## Wrong` and `## Right` go together"));
        }
        if bad.is_empty() && !code.page.contains("\n## Example\n") {
            wrong.push(format!("{slug}: neither `## Wrong` and `## Right` nor `## Example`"));
        }
        for files in bad {
            let (slugs, messages) = raised(files);
            if slugs != BTreeSet::from([slug]) {
                wrong.push(format!("{slug}: its *Wrong* raises {slugs:?}\n{messages}"));
            }
        }
        for files in good {
            let (slugs, messages) = raised(files);
            if !slugs.is_empty() {
                wrong.push(format!("{slug}: its *Right* raises {slugs:?}\n{messages}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} pages are not true:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn slugs_are_kebab_case_and_each_once() {
    let mut seen = BTreeSet::new();
    for code in codes::ALL {
        let kebab =
            code.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(kebab, "{}", code.slug);
        assert!(seen.insert(code.slug), "{} twice", code.slug);
    }
}
