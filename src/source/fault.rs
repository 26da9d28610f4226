//! What is wrong with files as such, before anyone reads them. Words for it are in `diagnostic`.

/// One thing that is wrong with a file or folder. Paths are from the base, lossily decoded where they are not UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// A symbolic link.
    Symlink {
        /// Where it stands.
        path: String,
    },
    /// A repository within the repository.
    Submodule {
        /// Its folder.
        path: String,
    },
    /// A path that not every machine can have, or that hides something.
    OddPath {
        /// As it is.
        path: String,
        /// What is odd about it.
        why: Odd,
    },
    /// Two paths that differ by case or by Unicode form only.
    Twins {
        /// The first of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A file or folder that can't be read.
    Unreadable {
        /// Which.
        path: String,
        /// Why, in words.
        why: &'static str,
    },
    /// A file that is longer than may be read; it was not.
    TooLarge {
        /// Which.
        path: String,
        /// Its length in bytes.
        bytes: u64,
        /// How long it may be.
        most: u64,
    },
    /// More files than may be read; none was.
    TooMany {
        /// The knowledge root.
        folder: String,
        /// How many there may be.
        most: usize,
    },
    /// Nothing to read but `dictum.toml`, though nothing else is wrong.
    Nothing {
        /// The knowledge root.
        folder: String,
    },
}

/// What is odd about a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Odd {
    /// It holds a character that can't be seen.
    Hidden(char),
    /// It holds a backslash.
    Backslash,
    /// It is not UTF-8.
    NotUtf8,
    /// A part of it is `.` or `..` or `.git`, which no checkout makes.
    Forbidden,
    /// The tree lists it twice.
    Twice,
    /// It is longer than any system takes, or its folders are nested too deep.
    TooLong,
}
