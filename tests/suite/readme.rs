//! What the README shows is what the program prints.
//!
//! Its tour stands in `console` blocks: lines behind `$ ` are typed into a shell, in order, in the repository that
//! `tests/tour.sh` makes; what follows is what came out. Where it differs the whole README as it should be is
//! written to `README.md.new`; `mv README.md.new README.md` takes it.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use crate::story::{Part, parts};

const AS_CONFIGURED: &str = "unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL";

const BLOCK: &str = "```console\n";

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("a README")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The repository of the tour.
fn tour() -> Scratch {
    let scratch = Scratch::folder();
    let script = root().join("tests/tour.sh");
    let ran = scratch.shell(&format!("sh '{}' .", script.display()));
    assert!(ran.code == 0, "tests/tour.sh: {}", ran.stderr);
    scratch
}

/// Types the commands of a block again; the block as it comes out.
fn again(block: &str, scratch: &Scratch) -> String {
    let mut shown = String::new();
    for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        // Who walks along is who the repository's configuration says.
        let ran = scratch.shell(&format!("{AS_CONFIGURED}; exec 2>&1; {line}"));
        shown.push_str(&format!("$ {line}\n"));
        for line in ran.stdout.lines() {
            shown.push_str(line.trim_end());
            shown.push('\n');
        }
    }
    shown
}

#[test]
fn the_tour_is_what_the_program_prints() {
    let readme = readme();
    let scratch = tour();
    let mut told = String::new();
    let mut rest = &*readme;
    while let Some((before, after)) = rest.split_once(BLOCK) {
        let (block, after) = after.split_once("```\n").expect("a block that ends");
        told.push_str(before);
        told.push_str(BLOCK);
        told.push_str(&again(block, &scratch));
        told.push_str("```\n");
        rest = after;
    }
    told.push_str(rest);
    if told != readme {
        fs::write(root().join("README.md.new"), &told).expect("a file beside the README");
        let shown = told.lines().zip(readme.lines()).find(|(new, old)| new != old);
        panic!("the tour shows something else now: compare README.md with README.md.new; first: {shown:#?}");
    }
}

/// The command that stands under `<!-- mark -->`.
fn command(readme: &str, mark: &str) -> String {
    let (_, after) = readme.split_once(&format!("<!-- {mark} -->\n")).expect("the mark");
    let first = parts(after).into_iter().find_map(|part| match part {
        Part::Fence(fence) => Some(fence.text),
        Part::Heading(_) => None,
    });
    first.expect("a block under the mark").trim().to_owned()
}

/// `.ci/run` runs both commands as written. Here: that they are what cargo and the program understand, in a clone,
/// without building everything once more.
#[test]
fn the_two_commands_are_what_they_say() {
    let readme = readme();
    assert_eq!(command(&readme, "test"), "cargo test");
    let run = command(&readme, "run");
    let arguments = run.strip_prefix("cargo run -- ").expect("a command that builds and runs the program");

    let mut scratch = Scratch::folder();
    let clone = scratch.beside("clone");
    let from = format!("file://{}", root().display());
    scratch.git(&["clone", "--quiet", "--no-checkout", &from, &clone.display().to_string()]);
    scratch.move_to(clone);
    for file in scratch.shell(&format!("cd '{}' && git ls-files knowledge", root().display())).stdout.lines()
    {
        scratch.write(file, fs::read(root().join(file)).expect("a file of the worked example"));
    }
    let ran = scratch.shell(&format!("dictum {arguments}"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for file in ["README.md", "src/README.md", "tests/cases/README.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root().join(file)).expect("a page");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#']).next().unwrap_or("");
            let folder = root().join(file);
            let there = folder.parent().expect("a folder").join(target);
            if !target.is_empty() && !target.contains("://") && !there.exists() {
                wrong.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
