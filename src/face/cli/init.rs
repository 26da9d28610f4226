//! `dictum init [DIR]`: a knowledge folder to start from. Writes nothing over anything.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use clap::Args;

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
    if folder.join("dictum.toml").exists() {
        return Err(Failure::new(format!("`{}` holds knowledge already", arguments.folder.display()))
            .help("run `dictum check` there, or name another folder"));
    }
    let name = arguments.name.clone().unwrap_or_else(|| name_of(&out.at(&arguments.folder)));
    let mut kept = Vec::new();
    for (path, text) in FILES {
        let path = folder.join(path);
        let text = text.replace("NAME", &name.replace(['"', '\\'], ""));
        match write_new(&path, &text) {
            Ok(()) => out.line(&format!("wrote {}", crate::face::text::shown(&path.display().to_string()))),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept.push(path),
            Err(error) => return Err(Failure::file("write", &path, &error)),
        }
    }
    for path in kept {
        out.note(&format!("kept {}: it was there", path.display()));
    }
    out.note("next: `dictum check`, then commit, then `dictum get term/active-customer#definition`");
    Ok(Exit::Clean)
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
