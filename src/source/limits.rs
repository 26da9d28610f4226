//! How large things may be. Raised only by a caller, on a person's word.

/// What is read at most. What is beyond is a finding, not a crash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of a file; a longer one is not read.
    pub file_bytes: u64,
    /// Bytes of a line.
    pub line_bytes: usize,
    /// Tables and arrays within each other; each part of a dotted key and of a header counts.
    pub depth: usize,
    /// Bytes of one array or inline table, without its texts and comments: what a parser needs memory for.
    pub value_bytes: usize,
    /// Files of one tree.
    pub files: usize,
}

impl Limits {
    /// Places are kept in 32 bits: no caller can raise [`Limits::file_bytes`] beyond this.
    pub const MOST_FILE_BYTES: u64 = u32::MAX as u64;
    /// What is nested is read by recursion: no caller can raise [`Limits::depth`] beyond this.
    pub const MOST_DEPTH: u64 = 64;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 16 << 20,
            line_bytes: 256 << 10,
            depth: 32,
            value_bytes: 1 << 20,
            files: 200_000,
        }
    }
}
