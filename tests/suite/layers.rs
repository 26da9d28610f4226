//! Who may know whom in `src/`: the borders that crates would draw, kept inside one crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// Which modules a module may use. Read down, it is the way data goes; a line that grows is worth a talk.
/// (`history` runs alongside: a snapshot has a section for what it found, and it knows nothing of snapshots.)
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("parse", &["source", "diagnostic"]),
    ("name", &[]),
    ("claim", &["source"]),
    ("kind", &["source", "diagnostic", "parse", "claim"]),
    ("validate", &["source", "diagnostic", "name", "claim", "kind"]),
    ("resolve", &["source", "diagnostic", "claim"]),
    ("compile", &["source", "diagnostic", "parse", "name", "claim", "kind", "validate", "resolve"]),
    ("snapshot", &["name", "claim", "resolve", "source", "history"]),
    ("history", &["source", "diagnostic", "parse", "claim", "kind"]),
    ("query", &["source", "name", "claim", "resolve", "snapshot", "history"]),
];

/// Words that belong to some modules alone, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("git2::", &["source"], "only this opens git; all others see a repository, whatever reads it"),
    ("Repository::open", &["source"], "only this opens git"),
    ("Repository::discover", &["source"], "only this opens git"),
    ("Repository::open_ext", &["source"], "only this opens git"),
    ("Repository::open_from_env", &["source"], "only this opens git"),
    ("revparse_single", &["source"], "only this opens git"),
    ("libgit2_sys::", &["source", "history"], "only these open git"),
    ("walkdir", &["source"], "only this walks folders"),
    (
        "std::fs",
        &["source", "snapshot", "face"],
        "only `source` reads files, only `face` and `snapshot` write them",
    ),
    (
        "File::open",
        &["source", "snapshot", "face"],
        "only `source` reads files, only `face` and `snapshot` write them",
    ),
    ("memmap2", &["snapshot"], "the one place for a memory map"),
    ("unsafe", &["snapshot"], "the one place for a memory map"),
    ("toml::", &["parse"], "meaning does not depend on the parser of the day"),
    ("toml_edit::", &["resolve", "face"], "a face edits what people wrote; `resolve` spells what to paste"),
    ("clap::", &["face", "main"], "the command line is one face among others"),
    ("miette::", &["diagnostic", "face"], "a finding does not know how it is shown"),
    ("indicatif", &["face"], "progress is for people who look at it"),
    ("println", &["face", "main"], "stdout is the face's"),
    ("eprintln", &["face", "main"], "stderr is the face's"),
    ("SystemTime", &["face"], "time is an input"),
    ("Instant", &["face"], "time is an input"),
    ("Zoned", &["face"], "time is an input"),
    ("Timestamp", &["face", "history"], "time is an input; a commit's is read from the commit"),
    ("std::env", &["face", "main"], "the environment is an input"),
    ("std::process", &["source", "history", "face", "main"], "nothing that a repository configures is run"),
    ("HashMap", &[], "use a BTreeMap, or rustc-hash where nothing iterates it"),
    ("HashSet", &[], "use a BTreeSet, or rustc-hash where nothing iterates it"),
    ("Serialize", &["snapshot", "diagnostic", "query", "face"], "core types have no wire form"),
    ("Deserialize", &["snapshot", "face"], "core types have no wire form"),
];

/// A file of `src/`, without what only tests see.
struct Source {
    /// From `src/` on: `claim/when.rs`.
    path: String,
    /// `claim`.
    module: String,
    /// How deep its module lies: 1 for `claim.rs`, 2 for `claim/when.rs`.
    depth: usize,
    /// Its code: no comments, no texts, no tests.
    code: String,
    /// As it stands.
    whole: String,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files =
        WalkDir::new(&src).sort_by_file_name().into_iter().map(|entry| entry.expect("src can be read"));
    let mut sources: Vec<Source> = files
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| source(&src, entry.path()))
        .collect();
    let tests: BTreeSet<String> = sources.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| {
        tests.iter().any(|test| path == format!("{test}.rs") || path.starts_with(&format!("{test}/")))
    };
    sources.retain(|source| !is_test(&source.path));
    sources
}

fn source(src: &Path, path: &Path) -> Source {
    let whole = fs::read_to_string(path).expect("a source file");
    let path = path.strip_prefix(src).expect("below src").to_str().expect("a plain name").to_owned();
    let inner = path.trim_end_matches(".rs");
    let module = inner.split('/').next().unwrap_or(inner).to_owned();
    let depth = inner.split('/').count();
    let code = without_texts(&without_tests(&whole));
    Source { path, module, depth, code, whole }
}

/// Files that `#[cfg(test)] mod name;` names, as paths without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let inner = source.path.trim_end_matches(".rs");
    let folder = if matches!(inner, "lib" | "main") { String::new() } else { format!("{inner}/") };
    let mut lines = source.whole.lines();
    let mut modules = Vec::new();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            let name = lines.next().and_then(|line| line.strip_suffix(';')?.split("mod ").nth(1));
            modules.extend(name.map(|name| format!("{folder}{name}")));
        }
    }
    modules
}

/// Without items behind `#[cfg(test)]`: such an item ends with `}` or `;` in the first column's block.
fn without_tests(whole: &str) -> String {
    let mut code = String::new();
    let mut lines = whole.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" || line == "#[test]" {
            let inside = |line: &&str| *line != "}" && (line.starts_with(' ') || !line.ends_with(';'));
            let _tests = lines.by_ref().take_while(inside).count();
        } else {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// Without comments and without what stands in quotes, roughly: good enough to look for words.
fn without_texts(code: &str) -> String {
    let mut words = String::new();
    for line in code.lines() {
        let mut inside = false;
        let mut before = ' ';
        let mut left = line.chars().peekable();
        while let Some(c) = left.next() {
            let quote = c == '"' && before != '\\' && before != '\'';
            if !inside && c == '/' && left.peek() == Some(&'/') {
                break;
            }
            if quote {
                inside = !inside;
            }
            if !inside && !quote {
                words.push(c);
            }
            before = if before == '\\' { ' ' } else { c };
        }
        words.push('\n');
    }
    words
}

/// Modules that `crate::…` names: `crate::claim::When`, `crate::{claim::When, source}`.
fn used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(used.insert(word(rest))),
            Some(group) => used.extend(first_words(group)),
        }
    }
    used
}

/// The first word of each item of a group that has just been opened.
fn first_words(group: &str) -> Vec<String> {
    let mut words = vec![word(group.trim_start())];
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether `phrase` stands in `code` as whole words; one that ends with `::` is a crate whatever follows.
fn mentions(code: &str, phrase: &str) -> bool {
    let outside = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
    code.match_indices(phrase).any(|(at, _)| {
        let whole = phrase.ends_with("::") || outside(code[at + phrase.len()..].chars().next());
        whole && outside(code[..at].chars().next_back())
    })
}

#[test]
fn modules_use_only_what_is_below_them() {
    let names: Vec<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let may = MAY_USE.iter().find(|(name, _)| *name == source.module).map(|(_, may)| *may);
        for other in used(&source.code).iter().filter(|other| **other != source.module) {
            let known = names.contains(&&**other);
            match (&*source.module, may) {
                ("lib" | "main", _) => {}
                ("face", _) => {}
                (_, Some(may)) if may.contains(&&**other) => {}
                (_, Some(_)) if known || other == "face" => {
                    wrong.push(format!("src/{} uses `{other}`", source.path));
                }
                (_, Some(_)) => wrong.push(format!("src/{} uses `{other}` of the crate's top", source.path)),
                (_, None) => wrong.push(format!("src/{} is in no layer: add it to the table", source.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "against the layers of src/README.md:\n{}", wrong.join("\n"));
}

#[test]
fn no_face_uses_another_face() {
    // These put faces together, and are none themselves.
    const TOGETHER: [&str; 3] = ["editor", "serve", "site"];
    let faces = sources().into_iter().filter(|source| source.path.starts_with("face/"));
    let mut wrong = Vec::new();
    for source in faces {
        let own = source.path.split('/').nth(1).unwrap_or("").trim_end_matches(".rs").to_owned();
        // Puts together what a server answers with.
        if own == "serve" {
            continue;
        }
        for (at, _) in source.code.match_indices("face::") {
            let other = word(&source.code[at + "face::".len()..]);
            if ["cli", "lsp", "mcp", "http", "web", "git"].contains(&&*other)
                && other != own
                && !TOGETHER.contains(&&*own)
            {
                wrong.push(format!("src/{} uses the face `{other}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_path_climbs_to_the_top() {
    let mut wrong = Vec::new();
    for source in sources() {
        let climb = "super::".repeat(source.depth);
        if source.module != "lib" && source.code.contains(&climb) {
            wrong.push(format!("src/{}: write `crate::…`, so that the layers can be seen", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (phrase, modules, why) in ONLY_IN {
            if !modules.contains(&&*source.module) && mentions(&source.code, phrase) && source.module != "lib"
            {
                wrong.push(format!("src/{} mentions `{phrase}`: {why}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for entry in WalkDir::new(root.join(folder)).into_iter().filter_map(Result::ok) {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = fs::read_to_string(path).expect("a source file");
            if !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!") {
                wrong.push(format!("{} does not begin with `//!`", path.display()));
            }
            if path
                .file_name()
                .is_some_and(|name| name == "mod.rs" || name == "util.rs" || name == "utils.rs")
            {
                wrong.push(format!("{} is called for what it is not", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_sources_reads() {
    let code = "use crate::{claim::{When, Value}, source};\nlet x = crate::parse::parse(); // crate::face\n";
    let found: Vec<String> = used(&without_texts(code)).into_iter().collect();
    assert_eq!(found, ["claim", "parse", "source"]);
    let tested = "fn a() {}\n#[cfg(test)]\nmod tests {\n    use git2::X;\n}\nfn b() {}\n";
    assert_eq!(without_tests(tested), "fn a() {}\nfn b() {}\n");
    assert!(!mentions(&without_texts("let text = \"git2\";"), "git2"));
    assert!(mentions("use git2::Oid;", "git2::") && !mentions("mygit2::x", "git2::"));
}
