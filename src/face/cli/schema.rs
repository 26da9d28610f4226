//! `dictum schema [NAME]`: the JSON Schemas of answers and of the language.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure, Output, json_document};
use crate::face::service::openapi;
use crate::face::wire;
use crate::query::nearest;

/// Print the JSON Schema of an answer's shape, or of a kind of subject.
#[derive(Args, Debug)]
#[command(
    after_help = "In a TOML file, `#:schema URL-OR-PATH/knowledge.json` on the first line lets editors check it."
)]
pub(super) struct Arguments {
    /// A shape such as `answer`, `knowledge` for files of the language, or a kind such as `term`; without it, what there is
    name: Option<String>,
    /// Write all of them to this folder, a file each
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    out: Option<PathBuf>,
}

/// Prints or writes schemas.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut schemas = wire::schemas();
    schemas.push(("openapi".to_owned(), openapi(true)));
    schemas.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(folder) = &arguments.out {
        let folder = out.at(folder);
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file("write to", &folder, &error))?;
        for (name, schema) in &schemas {
            let path = folder.join(format!("{name}.json"));
            let text = format!("{}\n", json_document(schema));
            let above = path.parent().unwrap_or(&folder);
            std::fs::create_dir_all(above).map_err(|error| Failure::file("write to", above, &error))?;
            std::fs::write(&path, text).map_err(|error| Failure::file("write", &path, &error))?;
        }
        return Ok(Exit::Clean);
    }
    let Some(name) = &arguments.name else {
        schemas.iter().for_each(|(name, _)| out.line(name));
        return Ok(Exit::Clean);
    };
    let of_kind = format!("kind/{name}");
    if let Some((_, schema)) = schemas.iter().find(|(known, _)| known == name || *known == of_kind) {
        out.line(&json_document(schema));
        return Ok(Exit::Clean);
    }
    let failure = Failure::new(format!("there is no schema called `{name}`"));
    Err(match nearest(name, schemas.iter().map(|(known, _)| known.trim_start_matches("kind/")), 1).first() {
        Some(near) => failure.help(format!("did you mean `dictum schema {near}`?")),
        None => failure.help("`dictum schema` alone lists them"),
    })
}
