//! `dictum site`: the page as a folder of files. Puts the page and the file system together.

use std::path::Path;

use jiff::civil::Date;

use super::failure::Failure;
use super::service::{Problem, Served};
use super::web::{self, Still};

/// The file by which a folder is known to have been written here.
const MARK: &str = ".dictum-site";

/// What stands in it.
const MARKED: &str = "`dictum site` wrote this folder, and may write it anew.\n";

/// Writes all pages of `served` as of `on` below `folder`, and gives how many files.
///
/// # Errors
/// Where the folder holds something that was not written so, or something can't be written.
pub(in crate::face) fn write(served: &Served, on: Date, folder: &Path) -> Result<usize, Failure> {
    make_room(folder)?;
    let put = |file: &Path, bytes: &[u8]| {
        let above = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        above.and_then(|()| std::fs::write(file, bytes)).map_err(|error| Failure::file("write", file, &error))
    };
    put(&folder.join(MARK), MARKED.as_bytes())?;
    let mut count = 0;
    web::still(served, on, |still: Still| {
        count += 1;
        put(&folder.join(&still.path), still.text.as_bytes()).map_err(Failed::Writing)
    })
    .map_err(|failed| match failed {
        Failed::Writing(failure) => failure,
        Failed::Making(problem) => Failure { message: problem.message, help: problem.help },
    })?;
    Ok(count)
}

enum Failed {
    Making(Problem),
    Writing(Failure),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Failed {
        Failed::Making(problem)
    }
}

/// What is written, besides the mark: nothing else is ever taken away.
const OURS: [&str; 5] = ["fact", "subject", "index.html", "state.html", "style.css"];

/// Takes away what was written before, so that no page of a subject that is gone stays; refuses a folder of others.
fn make_room(folder: &Path) -> Result<(), Failure> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::file("look into", folder, &error)),
        Ok(mut entries) => entries.next().is_some(),
    };
    if !entries {
        return Ok(());
    }
    let marked = std::fs::read(folder.join(MARK)).is_ok_and(|bytes| bytes == MARKED.as_bytes());
    if !marked {
        return Err(Failure::new(format!(
            "`{}` holds files that `dictum site` did not write",
            folder.display()
        ))
        .help("name an empty folder, or one that is not there yet"));
    }
    for name in OURS {
        let path = folder.join(name);
        // A link is taken away itself, never what it leads to.
        let gone = match std::fs::symlink_metadata(&path) {
            Err(_) => Ok(()),
            Ok(what) if what.is_dir() => std::fs::remove_dir_all(&path),
            Ok(_) => std::fs::remove_file(&path),
        };
        gone.map_err(|error| Failure::file("take away", &path, &error))?;
    }
    Ok(())
}
