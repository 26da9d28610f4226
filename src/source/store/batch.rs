//! `git cat-file --batch`, kept running: one object is asked for, its answer is read to the end, then the next.
//!
//! What is written is one short line that is answered before the next is written: neither side can wait for the other.
//! Git ends at an object that it finds damaged. It is started anew then, so that the next object can be read.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::Unread;
use crate::source::{ObjectId, ObjectKind};

/// The longest line of an answer, its end included: a name, a kind and a number.
const MOST_LINE: u64 = 256;

/// A program that answers questions about objects.
#[derive(Default)]
pub(super) struct Batch {
    running: Option<Running>,
    /// Whether it could not be started when it was last needed.
    broken: bool,
}

impl Batch {
    /// The kind and size of the object `id`, with its bytes where `whole`; `command` starts the program.
    pub fn ask(
        &mut self,
        id: ObjectId,
        whole: bool,
        command: impl Fn() -> Command,
    ) -> Result<(ObjectKind, usize, Vec<u8>), Unread> {
        loop {
            let (mut running, is_fresh) = match self.running.take() {
                Some(running) => (running, false),
                None => (self.start(command())?, true),
            };
            match running.ask(id, whole) {
                Ok(answer) => {
                    self.running = Some(running);
                    return answer.ok_or(Unread::Missing);
                }
                // It may have ended for any reason since the last question.
                Err(_) if !is_fresh => {}
                Err(_) => return Err(Unread::Broken),
            }
        }
    }

    /// Whether it can be started.
    pub fn works(&self) -> bool {
        !self.broken
    }

    fn start(&mut self, mut command: Command) -> Result<Running, Unread> {
        let started = Running::start(&mut command);
        self.broken |= started.is_none();
        started.ok_or(Unread::Broken)
    }
}

struct Running {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Option<Running> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let (questions, answers) = (child.stdin.take()?, child.stdout.take()?);
        Some(Running { child, questions, answers: BufReader::new(answers) })
    }

    /// `None` where the object isn't here; an error where the program ended, or says what it never should.
    fn ask(&mut self, id: ObjectId, whole: bool) -> io::Result<Option<(ObjectKind, usize, Vec<u8>)>> {
        let odd = || io::Error::from(io::ErrorKind::InvalidData);
        self.questions.write_all(format!("{id}\n").as_bytes())?;
        self.questions.flush()?;
        let mut line = String::new();
        self.answers.by_ref().take(MOST_LINE).read_line(&mut line)?;
        let line = line.strip_suffix('\n').ok_or_else(odd)?;
        let mut words = line.split(' ');
        if words.next() != Some(id.to_string().as_str()) {
            return Err(odd());
        }
        let kind = match words.next() {
            Some("missing") => return Ok(None),
            Some(word) => ObjectKind::parse(word).ok_or_else(odd)?,
            None => return Err(odd()),
        };
        let size: usize = words.next().and_then(|size| size.parse().ok()).ok_or_else(odd)?;
        let mut bytes = Vec::new();
        if whole {
            // No more is set aside than arrives: the size is what the repository says.
            self.answers.by_ref().take(size as u64).read_to_end(&mut bytes)?;
            let mut end = [0];
            self.answers.read_exact(&mut end)?;
            if bytes.len() != size || end != *b"\n" {
                return Err(odd());
            }
        }
        Ok(Some((kind, size, bytes)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may wait for room to write what nobody reads any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
