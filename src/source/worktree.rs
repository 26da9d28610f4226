//! Texts from the files of a work tree, as they are now.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::discover::below;
use super::error::why;
use super::select::passed_over;
use super::tree::{Entries, Loaded, MOST_FOLDERS, gather};
use super::{Fault, Limits, Odd, Root, Selection, SourceError, Text};

/// Reads the selected files below the knowledge root. Hidden files and folders are passed over; links are not
/// followed.
///
/// # Errors
/// Where the knowledge root itself can't be read. All else that is wrong is a fault in the answer.
pub fn load(root: &Root, selection: &Selection, limits: &Limits) -> Result<Loaded, SourceError> {
    let folder = root.folder();
    let unreadable = |error: &io::Error| SourceError::Unreadable { path: folder.clone(), why: why(error) };
    std::fs::read_dir(&folder).map_err(|error| unreadable(&error))?;
    let mut entries = walk(root, &folder, selection, limits);
    entries.sort(&root.knowledge);
    let read =
        |room: &mut Vec<u8>, (path, ()): &(String, ())| read_text(&root.base.join(path), path, limits, room);
    let read_all = || entries.files.par_iter().map_init(Vec::new, read).collect::<Vec<Result<Text, Fault>>>();
    let (texts, faults) = rayon::join(read_all, || entries.faults_together());
    entries.faults.extend(faults);
    Ok(gather(&root.knowledge, entries.faults, texts))
}

/// Reads the one file at `path` (from the base), which is known to belong to the knowledge: `dictum.toml`.
///
/// # Errors
/// Where it can't be read or is too long.
pub fn read_one(root: &Root, path: &str, limits: &Limits) -> Result<Text, SourceError> {
    let place = root.base.join(path);
    read_text(&place, path, limits, &mut Vec::new()).map_err(|fault| SourceError::Unreadable {
        path: place,
        why: match fault {
            Fault::TooLarge { .. } => "it is too large",
            Fault::Symlink { .. } => "it is a symbolic link",
            Fault::Unreadable { why, .. } => why,
            _ => "its path is odd",
        },
    })
}

fn walk(root: &Root, folder: &Path, selection: &Selection, limits: &Limits) -> Entries<()> {
    let mut entries = Entries::new(limits);
    // One level more than is read, so that what lies too deep is said.
    let mut walk = WalkDir::new(folder).min_depth(1).max_depth(MOST_FOLDERS + 1).into_iter();
    while let Some(step) = walk.next() {
        let entry = match step {
            Ok(entry) => entry,
            Err(error) => {
                entries.faults.push(walk_fault(root, &error));
                continue;
            }
        };
        let is_folder = entry.file_type().is_dir();
        if passed_over(&entry.file_name().to_string_lossy()) {
            if is_folder {
                walk.skip_current_dir();
            }
            continue;
        }
        match judge(root, folder, &entry, selection) {
            Verdict::Take(path) => {
                if !entries.add(path, ()) {
                    break;
                }
            }
            Verdict::Enter => {}
            Verdict::Refuse(fault) => {
                entries.faults.push(fault);
                if is_folder {
                    walk.skip_current_dir();
                }
            }
            Verdict::Pass if is_folder => walk.skip_current_dir(),
            Verdict::Pass => {}
        }
    }
    entries
}

enum Verdict {
    /// A file to read, by its path from the base.
    Take(String),
    /// A folder to look into.
    Enter,
    /// Not of the knowledge.
    Pass,
    Refuse(Fault),
}

fn judge(root: &Root, folder: &Path, entry: &DirEntry, selection: &Selection) -> Verdict {
    let kind = entry.file_type();
    let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
    let lossy = below(&root.knowledge, &slashed(&inside.to_string_lossy()));
    let Some(inside) = inside.to_str().map(slashed) else {
        let concerns_us = kind.is_dir() || lossy.ends_with(".toml");
        let fault = Fault::OddPath { path: lossy, why: Odd::NotUtf8 };
        return if concerns_us { Verdict::Refuse(fault) } else { Verdict::Pass };
    };
    if selection.leaves_out(&inside) {
        return Verdict::Pass;
    }
    if kind.is_symlink() {
        return Verdict::Refuse(Fault::Symlink { path: lossy });
    }
    if kind.is_dir() {
        if entry.depth() > MOST_FOLDERS {
            return Verdict::Refuse(Fault::OddPath { path: lossy, why: Odd::TooLong });
        }
        let submodule = entry.path().join(".git").symlink_metadata().is_ok();
        return if submodule { Verdict::Refuse(Fault::Submodule { path: lossy }) } else { Verdict::Enter };
    }
    if selection.takes(&inside) { Verdict::Take(lossy) } else { Verdict::Pass }
}

/// The path with `/` between its parts, whatever the system's separator.
fn slashed(path: &str) -> String {
    if std::path::MAIN_SEPARATOR == '/' {
        path.to_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

fn walk_fault(root: &Root, error: &walkdir::Error) -> Fault {
    let path = error.path().map(|path| path.strip_prefix(&root.base).unwrap_or(path));
    let path = path.map_or(String::new(), |path| slashed(&path.to_string_lossy()));
    Fault::Unreadable { path, why: error.io_error().map_or("its folders form a loop", why) }
}

/// Reads a file, but not a link, a pipe or a device, and never more of it than may be read. `room` is where it is held
/// before it is known how long it is.
fn read_text(place: &Path, path: &str, limits: &Limits, room: &mut Vec<u8>) -> Result<Text, Fault> {
    let unreadable = |why| Fault::Unreadable { path: path.to_owned(), why };
    let meta = place.symlink_metadata().map_err(|error| unreadable(why(&error)))?;
    if meta.is_symlink() {
        return Err(Fault::Symlink { path: path.to_owned() });
    }
    if !meta.is_file() {
        return Err(unreadable("it is not a file"));
    }
    let most = limits.file_bytes.min(Limits::MOST_FILE_BYTES);
    let too_large = |bytes| Fault::TooLarge { path: path.to_owned(), bytes, most };
    if meta.len() > most {
        return Err(too_large(meta.len()));
    }
    let file = File::open(place).map_err(|error| unreadable(why(&error)))?;
    room.clear();
    room.reserve(meta.len() as usize + 1);
    // It may have grown since.
    file.take(most + 1).read_to_end(room).map_err(|error| unreadable(why(&error)))?;
    if room.len() as u64 > most {
        return Err(too_large(room.len() as u64));
    }
    Ok(Text { path: Arc::from(path), bytes: Arc::from(&room[..]) })
}
