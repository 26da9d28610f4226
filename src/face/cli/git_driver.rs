//! `dictum git-driver`: what git asks while it merges and shows knowledge files
//! (<https://git-scm.com/docs/gitattributes#_defining_a_custom_merge_driver>).

use std::io::Read as _;
use std::path::Path;

use clap::{Args, Subcommand};

use super::output::{Exit, Failure, Output};
use crate::face::knowledge::{Place, texts_of_files};
use crate::face::said::catalog_of;
use crate::kind::Catalog;
use crate::source::{self, Limits, Text};

mod install;
mod merge;
mod program;
mod textconv;

/// Merge and show knowledge files for git.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Merge three versions of a knowledge file, by subject, block and key
    Merge(merge::Arguments),
    /// Print a knowledge file as one claim a line, for `git diff`
    Textconv(textconv::Arguments),
    /// Tell git of this repository to use both
    Install(install::Arguments),
}

/// Does what git asks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Merge(arguments) => merge::run(arguments, out),
        What::Textconv(arguments) => textconv::run(arguments, out),
        What::Install(arguments) => install::run(arguments, out),
    }
}

/// A file that git names, as far as files are read; one byte more of a longer one.
fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::file("read", path, &error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(limits.file_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// What is declared in the knowledge around `near`, with `versions` of the file that is looked at in its stead. Where there is no
/// knowledge, or it can't be read, what kinds bring along is known, and what these declare.
fn declared(near: &str, versions: &[Text], out: &Output<'_>) -> Catalog {
    let limits = out.global.limits();
    let folder = out.at(Path::new(near)).parent().map(Path::to_owned).unwrap_or_default();
    let root = match &out.global.knowledge {
        Some(named) => source::Root::at(&out.at(named)),
        None => source::discover(&folder).or_else(|_| source::discover(&out.folder())),
    };
    let texts = root.ok().and_then(|root| {
        let place = Place { root, repository: Err(String::new()), limits };
        texts_of_files(&place).ok()
    });
    let others = texts.iter().flat_map(|(texts, _)| texts.iter().map(|(_, text)| text));
    catalog_of(versions.iter().chain(others.filter(|text| &*text.path != near)), &limits)
}
