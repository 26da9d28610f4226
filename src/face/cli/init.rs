//! `dictum init [DIR]`: a knowledge folder to start from. Writes nothing over anything.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use clap::Args;

mod forge;

use forge::Forge;

use super::output::{Exit, Failure, Output};

/// Start a knowledge folder: a configuration, a first term, its source and team.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The folder; made where it is missing
    #[arg(default_value = "knowledge")]
    folder: PathBuf,
    /// The name of the knowledge (that of the folder above where not given)
    #[arg(long)]
    name: Option<String>,
    /// Write also what makes a forge check it, .gitattributes and CODEOWNERS; the knowledge may be there already
    #[arg(long, value_name = "FORGE")]
    ci: Option<Forge>,
}

const FILES: &[(&str, &str)] = &[
    ("dictum.toml", include_str!("init/dictum.toml")),
    ("README.md", include_str!("init/README.md")),
    ("precedence.toml", include_str!("init/precedence.toml")),
    ("sources.toml", include_str!("init/sources.toml")),
    ("teams.toml", include_str!("init/teams.toml")),
    ("terms/active-customer.toml", include_str!("init/active-customer.toml")),
];

/// Writes the files that are not there yet.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    // Without `.` in it: it is told, and `./.` is nobody's way to write a folder.
    let folder: PathBuf =
        out.at(&arguments.folder).components().filter(|part| *part != Component::CurDir).collect();
    let is_there = folder.join("dictum.toml").exists();
    if is_there && arguments.ci.is_none() {
        return Err(Failure::new(format!("`{}` holds knowledge already", arguments.folder.display()))
            .help("run `dictum check` there, or name another folder"));
    }
    let name = arguments.name.clone().unwrap_or_else(|| name_of(&out.at(&arguments.folder)));
    let mut kept = Vec::new();
    if !is_there {
        for (path, text) in FILES {
            let text = text.replace("NAME", &name.replace(['"', '\\'], ""));
            write_or_keep(folder.join(path), &text, &mut kept, out)?;
        }
    }
    if let Some(forge) = arguments.ci {
        for (path, text) in forge::files(forge, &folder, out)? {
            write_or_keep(path, &text, &mut kept, out)?;
        }
    }
    for path in kept {
        out.note(&format!("kept {}: it was there", path.display()));
    }
    out.note("next: `dictum check`, then commit, then `dictum get term/active-customer#definition`");
    Ok(Exit::Clean)
}

/// Writes a file that is not there yet, and says so.
fn write_or_keep(
    path: PathBuf,
    text: &str,
    kept: &mut Vec<PathBuf>,
    out: &mut Output<'_>,
) -> Result<(), Failure> {
    match write_new(&path, text) {
        Ok(()) => out.line(&format!("wrote {}", crate::face::text::shown(&path.display().to_string()))),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept.push(path),
        Err(error) => return Err(Failure::file("write", &path, &error)),
    }
    Ok(())
}

/// Creates a file that does not exist, and the folders above it.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::File::options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The name of the folder that holds the knowledge folder.
fn name_of(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let above = absolute.parent().and_then(Path::file_name).or(absolute.file_name());
    above.map_or_else(|| "knowledge".to_owned(), |name| name.to_string_lossy().into_owned())
}
