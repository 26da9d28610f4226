//! Files of any repository, which need not hold knowledge: SQL, prompts, documents. For those who look for pins in them.
//!
//! Folders are walked in the order of names; links are not followed; what version control keeps for itself is left alone.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Folders of version control.
const OF_CONTROL: [&str; 5] = [".git", ".hg", ".jj", ".svn", ".bzr"];

/// How far from its beginning a file is looked at for bytes that no text has: as git does (`buffer_is_binary`).
const LOOKED_AT: usize = 8_000;

/// The files below some path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Below {
    /// In the order of their names.
    pub files: Vec<PathBuf>,
    /// Whether there are more than were asked for.
    pub cut: bool,
    /// Folders that could not be read.
    pub unread: Vec<PathBuf>,
}

/// What a file is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plain {
    /// A text, or something that looks like one.
    Text(Vec<u8>),
    /// Not a text.
    Binary,
    /// Larger than was asked for.
    TooLarge,
    /// It can't be read.
    Unread,
}

/// The files below `start`, at most `most`; `start` itself where it is one. Links, sockets and devices are passed over.
pub fn files_below(start: &Path, most: usize) -> Below {
    let mut below = Below::default();
    let ours = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| OF_CONTROL.contains(&name))
    };
    for entry in WalkDir::new(start).follow_links(false).sort_by_file_name().into_iter().filter_entry(ours) {
        match entry {
            Ok(entry) if !entry.file_type().is_file() => {}
            Ok(_) if below.files.len() == most => {
                below.cut = true;
                break;
            }
            Ok(entry) => below.files.push(entry.into_path()),
            Err(error) => below.unread.extend(error.path().map(Path::to_owned)),
        }
    }
    below
}

/// The bytes of a file of at most `most`.
pub fn read_plain(path: &Path, most: u64) -> Plain {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        let size = file.metadata()?.len();
        if size <= most {
            bytes.reserve(usize::try_from(size).unwrap_or(0));
        }
        // The beginning tells whether the rest is of interest.
        let mut file = file.take(most.saturating_add(1));
        file.by_ref().take(LOOKED_AT as u64).read_to_end(&mut bytes)?;
        if !bytes.contains(&0) {
            file.read_to_end(&mut bytes)?;
        }
        Ok(())
    });
    match read {
        Err(_) => Plain::Unread,
        Ok(()) if bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0) => Plain::Binary,
        Ok(()) if bytes.len() as u64 > most => Plain::TooLarge,
        Ok(()) => Plain::Text(bytes),
    }
}
