//! `dictum git-driver merge %O %A %B %L -- %P %S %X %Y`: three versions of a knowledge file made one, in the place of ours.
//!
//! 0 tells git that it is merged, 1 that there are conflicts, 2 that something is wrong, which to git is a conflict too.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use super::program::{git, setting};
use super::{declared, read};
use crate::face::cli::output::{Exit, Failure, Output};
use crate::face::cli::write::write_all;
use crate::face::merge::{Marks, Unmerged, merge};
use crate::face::said::{is_shown, text_of};
use crate::face::text;

/// Merge three versions of a knowledge file.
#[derive(Args, Debug)]
#[command(
    after_help = "For git to run, which `dictum git-driver install` tells it. What both sides say differently gets conflict \
                  markers, and 1 is the exit code. A file with mistakes in its TOML is merged line by line, as git does it."
)]
pub(in crate::face::cli) struct Arguments {
    /// What both sides come from (`%O`)
    base: PathBuf,
    /// Ours, which the result replaces (`%A`)
    ours: PathBuf,
    /// Theirs (`%B`)
    theirs: PathBuf,
    /// How many characters a conflict marker has (`%L`)
    #[arg(default_value = "7", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    size: u16,
    /// What the file is called (`%P`)
    #[arg(default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    path: OsString,
    /// What the three are called (`%S %X %Y`)
    #[arg(num_args = 0..=3, allow_hyphen_values = true)]
    names: Vec<OsString>,
}

/// Merges.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let limits = out.global.limits();
    let at = [&arguments.base, &arguments.ours, &arguments.theirs].map(|path| out.at(path));
    let [base, ours, theirs] = [read(&at[0], &limits)?, read(&at[1], &limits)?, read(&at[2], &limits)?];
    let path = arguments.path.to_string_lossy().into_owned();
    let style = setting("merge.conflictStyle", out);
    let marks = Marks {
        size: usize::from(arguments.size),
        names: [("base", 0), ("ours", 1), ("theirs", 2)].map(|(usual, at)| name(&arguments.names, at, usual)),
        with_base: style.is_some_and(|style| style == "diff3" || style == "zdiff3"),
    };
    let versions = [text_of(&path, &ours), text_of(&path, &theirs), text_of(&path, &base)];
    let catalog = declared(&path, &versions, out);
    let shown = text::shown(&path);
    if versions.iter().any(|version| is_shown(version, &catalog, &limits)) {
        return by_lines(&at, &marks, out);
    }
    match merge([&base, &ours, &theirs], &catalog, &limits, &marks) {
        Ok(merged) => {
            write_all(&[(at[1].clone(), merged.text.as_bytes())])?;
            Ok(if merged.conflicts > 0 { Exit::Findings } else { Exit::Clean })
        }
        Err(Unmerged::Unreadable(side)) => {
            let side =
                ["what both sides come from", "ours", "theirs"].get(side).copied().unwrap_or("one side");
            out.note(&format!("note: `{shown}` is merged line by line: {side} is not sound TOML"));
            by_lines(&at, &marks, out)
        }
        Err(Unmerged::Unproven) => {
            by_lines(&at, &marks, out)?;
            out.error(&format!(
                "error: `{shown}` is merged line by line, and may say what neither side meant; this is a fault of dictum\n  \
                 help: look through it before you `git add` it, and report it with its three versions"
            ));
            Ok(Exit::Failure)
        }
    }
}

/// A name that git gave. An old git gives none, or what it was told to replace.
fn name(names: &[OsString], at: usize, usual: &str) -> String {
    let given = names.get(at).map(|name| text::shown(&name.to_string_lossy()));
    given.filter(|name| !name.is_empty() && !name.starts_with('%')).unwrap_or_else(|| usual.to_owned())
}

/// As git merges where nobody tells it otherwise.
fn by_lines(at: &[PathBuf; 3], marks: &Marks, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let absolute =
        |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    let mut arguments: Vec<OsString> = ["merge-file", "-p", "--quiet"].map(OsString::from).to_vec();
    arguments.push(format!("--marker-size={}", marks.size).into());
    if marks.with_base {
        arguments.push("--diff3".into());
    }
    for side in [1, 0, 2] {
        arguments.extend(["-L".into(), OsString::from(&marks.names[side])]);
    }
    arguments.push("--".into());
    arguments.extend([1, 0, 2].map(|side| absolute(&at[side])));
    let ran = git(&arguments, out)?;
    match ran.status.code() {
        Some(0) => {
            write_all(&[(at[1].clone(), &ran.stdout)])?;
            Ok(Exit::Clean)
        }
        // So many conflicts.
        Some(1..=127) => {
            write_all(&[(at[1].clone(), &ran.stdout)])?;
            Ok(Exit::Findings)
        }
        // Not texts: ours stays, in conflict.
        _ => Ok(Exit::Findings),
    }
}
