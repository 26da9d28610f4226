//! A table's bytes in pieces: as much is held as the longest row takes, and no row may take more than [`MOST`].

use std::io::{self, Read};

/// The longest row that is read. One that seems longer is most often a quote that nobody closed.
pub(super) const MOST: usize = 16 << 20;

/// How much is asked for at a time.
const PIECE: usize = 1 << 18;

/// Bytes that are read as they are needed.
pub(super) struct Feed<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether nothing follows what is held.
    is_last: bool,
}

/// Why there is no more.
pub(super) enum Stop {
    /// A row is longer than [`MOST`].
    TooLong,
    /// The system could not read on.
    Failed(io::Error),
}

impl<R: Read> Feed<R> {
    /// Nothing is read yet.
    pub fn new(input: R) -> Feed<R> {
        Feed::in_pieces(input, PIECE)
    }

    /// The same, in pieces of so many bytes at first.
    pub fn in_pieces(input: R, piece: usize) -> Feed<R> {
        Feed { input, buffer: vec![0; piece.max(1)], start: 0, end: 0, is_last: false }
    }

    /// What is held and was not taken.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether the input ends with what is held.
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// Lets go of the first `count` bytes.
    pub fn take(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Reads on, behind what is held. The buffer doubles where it is full, so that a long row is looked at a few times
    /// and not once for every piece.
    pub fn more(&mut self) -> Result<(), Stop> {
        if self.is_last {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            if self.end > MOST {
                return Err(Stop::TooLong);
            }
            self.buffer.resize(self.end * 2, 0);
        }
        while self.end < self.buffer.len() {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.is_last = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Stop::Failed(error)),
            }
        }
        Ok(())
    }

    /// The bytes up to the next line feed, without it and a carriage return before it, and how many to take; `None` at the end.
    pub fn line(&mut self) -> Result<Option<(&[u8], usize)>, Stop> {
        let mut seen = 0;
        let (length, taken) = loop {
            let held = &self.buffer[self.start..self.end];
            if let Some(at) = memchr::memchr(b'\n', &held[seen..]) {
                break (seen + at, seen + at + 1);
            }
            if self.is_last {
                if held.is_empty() {
                    return Ok(None);
                }
                break (held.len(), held.len());
            }
            seen = held.len();
            self.more()?;
        };
        let line = &self.buffer[self.start..self.start + length];
        Ok(Some((line.strip_suffix(b"\r").unwrap_or(line), taken)))
    }
}
