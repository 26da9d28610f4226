//! How deep a statement has gone, bracket by bracket.

use super::Breach;

/// A statement while it is read.
pub(super) struct Value {
    pub start: usize,
    /// The brackets that are open; no longer kept once it is too deep.
    pub open: Vec<Level>,
    /// Where the first of them stands.
    pub outermost: usize,
    /// Whether a key is being read.
    pub in_key: bool,
    /// Tables and arrays around the point that was reached.
    depth: usize,
    /// Brackets open beyond those kept.
    beyond: usize,
    /// Bytes in texts and comments.
    pub passed_over: usize,
    pub breach: Option<Breach>,
}

pub(super) struct Level {
    pub is_table: bool,
    pub start: usize,
    /// What [`Value::depth`] was outside.
    depth: usize,
    pub has_lines: bool,
}

impl Value {
    pub fn new(start: usize, header_depth: usize) -> Value {
        Value {
            start,
            open: Vec::new(),
            outermost: start,
            in_key: true,
            depth: header_depth + 1,
            beyond: 0,
            passed_over: 0,
            breach: None,
        }
    }

    pub fn is_in_table(&self) -> bool {
        self.beyond == 0 && self.open.last().is_some_and(|level| level.is_table)
    }

    pub fn part(&mut self, at: usize, most: usize) {
        self.depth += 1;
        self.look(at, most);
    }

    fn look(&mut self, at: usize, most: usize) {
        if self.depth > most && self.breach.is_none() {
            self.breach = Some(Breach::TooDeep(at..at + 1));
        }
    }

    pub fn opens(&mut self, at: usize, bracket: u8, most: usize) {
        if self.open.is_empty() {
            self.outermost = at;
        }
        if self.breach.is_some() {
            self.beyond += 1;
            return;
        }
        let is_table = bracket == b'{';
        self.open.push(Level { is_table, start: at, depth: self.depth, has_lines: false });
        self.depth += 1;
        self.in_key = is_table;
        self.look(at, most);
    }

    pub fn closes(&mut self, bracket: u8) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.open.last().is_some_and(|level| level.is_table == (bracket == b'}')) {
            self.depth = self.open.pop().map_or(0, |level| level.depth);
            self.in_key = false;
        }
    }

    pub fn comma(&mut self) {
        if self.is_in_table() {
            self.in_key = true;
            self.depth = self.open.last().map_or(0, |level| level.depth) + 1;
        }
    }
}
