//! Objects that are files of their own, which anybody can cut or put another in the place of. They are read here and held
//! against their names: libgit2 does neither notice the one nor come to an end at the other.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;

use super::Unread;
use crate::source::{ObjectId, ObjectKind};

/// `KIND SIZE`, and a NUL.
const MOST_HEADER: usize = 32;

/// The folder of such files. They stand in 256 folders within it, most of which a repository that was cloned or packed
/// hasn't: what one without a folder costs is paid once.
pub(super) struct Folder {
    path: PathBuf,
    /// Of each folder that was looked for, whether it is there.
    fans: [OnceLock<bool>; 256],
}

impl Folder {
    pub fn new(path: PathBuf) -> Folder {
        Folder { path, fans: [const { OnceLock::new() }; 256] }
    }

    fn has(&self, fan: &str) -> bool {
        let look = || self.path.join(fan).is_dir();
        let Some(known) = usize::from_str_radix(fan, 16).ok().and_then(|at| self.fans.get(at)) else {
            return look();
        };
        *known.get_or_init(look)
    }
}

/// The object `id`, with its bytes; `None` where it is no file of its own.
pub(super) fn read(folder: &Folder, id: ObjectId) -> Option<Result<(ObjectKind, Vec<u8>), Unread>> {
    let whole = || {
        let mut stream = open(folder, id)?;
        Some(parse(&mut stream).and_then(|(kind, size)| {
            let mut bytes = Vec::new();
            // One more than there may be; and to the end of the stream, where its sum stands.
            let read = stream.take(size as u64 + 1).read_to_end(&mut bytes).ok()?;
            (read == size && id.is_of(kind, &bytes)).then_some((kind, bytes))
        }))
    };
    whole().map(|object| object.ok_or(Unread::Broken))
}

/// The kind and size that it says it has; `None` where it is no file of its own.
pub(super) fn header(folder: &Folder, id: ObjectId) -> Option<Result<(ObjectKind, usize), Unread>> {
    open(folder, id).map(|mut stream| parse(&mut stream).ok_or(Unread::Broken))
}

/// What is in the file; nothing at all where it can't be opened.
fn open(folder: &Folder, id: ObjectId) -> Option<ZlibDecoder<Box<dyn Read>>> {
    let hex = id.to_string();
    let (fan, rest) = hex.split_at(2);
    if !folder.has(fan) {
        return None;
    }
    let file: Box<dyn Read> = match File::open(folder.path.join(fan).join(rest)) {
        Ok(file) => Box::new(file),
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(_) => Box::new(std::io::empty()),
    };
    Some(ZlibDecoder::new(file))
}

fn parse(stream: &mut impl Read) -> Option<(ObjectKind, usize)> {
    let mut header = Vec::with_capacity(MOST_HEADER);
    let mut byte = [0];
    while header.len() < MOST_HEADER {
        stream.read_exact(&mut byte).ok()?;
        if byte == [0] {
            let (kind, size) = std::str::from_utf8(&header).ok()?.split_once(' ')?;
            return Some((ObjectKind::parse(kind)?, size.parse().ok()?));
        }
        header.push(byte[0]);
    }
    None
}
