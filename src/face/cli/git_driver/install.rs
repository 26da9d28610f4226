//! `dictum git-driver install`: a line in `.gitattributes`, which everybody gets, and settings of git, which each clone has for
//! itself: git runs no program because a repository says so.

use std::path::Path;

use clap::Args;

use super::program::{git, setting};
use super::read;
use crate::face::cli::knowledge::locate;
use crate::face::cli::output::{Exit, Failure, Output};
use crate::face::cli::write::write_all;
use crate::face::text;

/// Tell git to merge and show knowledge files by what they say.
#[derive(Args, Debug)]
#[command(
    after_help = "Writes a line to `.gitattributes`, to be committed, and settings of git for this clone (or, with \
                        `--global`, for all of yours). Whoever clones the repository runs it once, too; without it git \
                        merges these files line by line."
)]
pub(in crate::face::cli) struct Arguments {
    /// Tell git for all repositories of this user
    #[arg(long)]
    global: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// What git is told, and under which name.
const SETTINGS: [(&str, &str); 3] = [
    ("merge.dictum.name", "dictum: by subject, block and key"),
    ("merge.dictum.driver", "dictum git-driver merge %O %A %B %L -- %P %S %X %Y"),
    ("diff.dictum.textconv", "dictum git-driver textconv"),
];

/// Installs what is not installed yet.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let place = locate(out)?;
    if !place.root.in_git {
        return Err(Failure::new("the knowledge is not in a git repository").help("run `git init` first"));
    }
    attributes(&place.root.base, &place.root.knowledge, arguments, out)?;
    for (name, value) in SETTINGS {
        let scope = if arguments.global { "--global" } else { "--local" };
        if setting(name, out).as_deref() == Some(value) {
            out.note(&format!("kept {name}: it is set"));
            continue;
        }
        if !arguments.dry_run {
            let ran = git(&["config", scope, name, value], out)?;
            if !ran.status.success() {
                return Err(Failure::new(format!("git did not take `{name}`"))
                    .help(format!("run `git config {scope} {name} '{value}'` and see what it says")));
            }
        }
        let did = if arguments.dry_run { "would set" } else { "set" };
        out.line(&format!("{did} {name} = {value}"));
    }
    Ok(Exit::Clean)
}

fn attributes(
    top: &Path,
    knowledge: &str,
    arguments: &Arguments,
    out: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = top.join(".gitattributes");
    let known = match std::fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_symlink() => {
            return Err(Failure::new("`.gitattributes` is a symbolic link, and links are not followed")
                .help(format!("add this line where it leads: `{}`", pattern(knowledge))));
        }
        Ok(_) => read(&path, &out.global.limits())?,
        Err(_) => Vec::new(),
    };
    let mut text = known;
    if memchr::memmem::find(&text, b"merge=dictum").is_some() {
        out.note("kept .gitattributes: it names the driver");
        return Ok(());
    }
    let line = pattern(knowledge);
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.extend_from_slice(format!("{line}\n").as_bytes());
    if !arguments.dry_run {
        write_all(&[(path, &text)])?;
    }
    let did = if arguments.dry_run { "would add to" } else { "added to" };
    out.line(&format!("{did} .gitattributes: {}", text::shown(&line)));
    Ok(())
}

/// The line of `.gitattributes` for files below a folder (<https://git-scm.com/docs/gitattributes#_description>).
fn pattern(knowledge: &str) -> String {
    let mut glob = String::new();
    for c in knowledge.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\') {
            glob.push('\\');
        }
        glob.push(c);
    }
    let glob = if glob.is_empty() { "*.toml".to_owned() } else { format!("{glob}/**/*.toml") };
    let plain = !glob.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"')
        && !glob.starts_with(['#', '!']);
    let glob = if plain {
        glob
    } else {
        format!("\"{}\"", glob.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    };
    format!("{glob} merge=dictum diff=dictum")
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn odd_folders_are_quoted_as_git_reads_them() {
        assert_eq!(pattern(""), "*.toml merge=dictum diff=dictum");
        assert_eq!(pattern("a/b"), "a/b/**/*.toml merge=dictum diff=dictum");
        assert_eq!(pattern("a b/[c]"), "\"a b/\\\\[c\\\\]/**/*.toml\" merge=dictum diff=dictum");
    }
}
