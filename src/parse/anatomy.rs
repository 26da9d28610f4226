//! Takes the text of one subject apart into the statements of its table and its blocks, without parsing it: history
//! reads a subject with hundreds of versions, of which each changes a line or adds a block.
//!
//! The law: [`anatomy`] gives an answer, and parts are put together that have one name (or, for dotted keys that all
//! have two plain parts, one name and one second part) and follow each other. Where then no two have one name (or one
//! name and second part) unless all of them are blocks, the head with any of the parts behind it, keys first and a
//! line break behind each, parses if and only if the head with each of them alone does; and its table holds what
//! these hold together. For on every text without an error the parser agrees where statements end, and statements
//! whose keys begin differently have nothing to do with each other.

use std::ops::Range;

use super::chunks::{after_mark, bare_end, header, next_content, statement_end};

/// The text of one subject, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anatomy<'t> {
    /// As it stands in the header.
    pub kind: &'t str,
    /// The header, what stands above it, and comments below it.
    pub head: Range<usize>,
    /// In order: keys, then blocks. What is between them is blank.
    pub parts: Vec<Part<'t>>,
    /// The keys of all blocks, as far as they begin with a bare word.
    keys: Vec<&'t str>,
}

/// A statement in the subject's own table, or a block below it with all that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part<'t> {
    /// The key, or the first part of a dotted one: `ids` of `ids.erp = "x"`, `seat` of `[[entity.a.seat]]`.
    pub name: &'t str,
    /// Of a dotted key whose first two parts are bare and have nothing but the dot between them, both: `ids.erp`.
    pub dotted: Option<&'t str>,
    /// Whether it is a block.
    pub is_block: bool,
    /// Where it stands, the line break behind it left out.
    pub range: Range<usize>,
    /// Which of all blocks' keys are its own.
    keys: Range<usize>,
}

impl<'t> Anatomy<'t> {
    /// The keys in a block's own table (first parts, and bare ones only).
    pub fn keys_of(&self, part: &Part<'_>) -> &[&'t str] {
        &self.keys[part.keys.clone()]
    }
}

/// Takes apart a text that has one header `[KIND.ID]`, keys below it, and then blocks `[[KIND.ID.NAME]]`, each with
/// all tables below `KIND.ID.NAME` right behind it. `None` for any other text, and where a part of a key is quoted
/// where it matters or something doesn't end. Linear in the length of the text.
pub fn anatomy(text: &str) -> Option<Anatomy<'_>> {
    let bytes = text.as_bytes();
    // A line break behind it would mend what is an error.
    if bytes.last() == Some(&b'\r') {
        return None;
    }
    let start = next_content(bytes, after_mark(bytes)).filter(|start| bytes[*start] == b'[')?;
    let head = header(bytes, start)?;
    if head.key.start != start + 1 || bytes[head.key.end] != b']' {
        return None;
    }
    let subject = &text[head.key];
    let (kind, _) = subject.split_once('.')?;
    // As many as there mostly are: a line takes some 40 bytes, and a list that grows is copied.
    let lines = text.len() / 40;
    let (parts, keys) = (Vec::with_capacity(lines), Vec::with_capacity(lines));
    let mut taken = Anatomy { kind, head: 0..head.end, parts, keys };
    // Whether further keys are those of the last part's own table, which is a block.
    let (mut at, mut in_block) = (head.end, false);
    loop {
        let next = next_content(bytes, at);
        let gap = at..next.unwrap_or(bytes.len());
        if !bytes[gap.clone()].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\n')) {
            taken.extend(gap.end);
        }
        let Some(next) = next else { return Some(taken) };
        at = if bytes[next] == b'[' {
            let (name, is_block, end) = below(text, subject, next)?;
            in_block = is_block;
            if is_block {
                taken.begin(name, None, true, next..end);
            } else if taken.parts.last().is_some_and(|part| part.is_block && part.name == name) {
                taken.extend(end);
            } else {
                return None;
            }
            end
        } else {
            let end = statement_end(bytes, next)?;
            let name = first_part(text, next);
            match taken.parts.last() {
                Some(part) if part.is_block => {
                    taken.keys.extend(name.filter(|_| in_block));
                    taken.extend(end);
                }
                _ => {
                    let name = name?;
                    taken.begin(name, dotted(text, next, name), false, next..end);
                }
            }
            end
        };
    }
}

impl<'t> Anatomy<'t> {
    fn begin(&mut self, name: &'t str, dotted: Option<&'t str>, is_block: bool, range: Range<usize>) {
        let keys = self.keys.len()..self.keys.len();
        self.parts.push(Part { name, dotted, is_block, range, keys });
    }

    /// What was read last goes on to `end`.
    fn extend(&mut self, end: usize) {
        match self.parts.last_mut() {
            None => self.head.end = end,
            Some(part) => {
                part.range.end = end;
                part.keys.end = self.keys.len();
            }
        }
    }
}

/// The header at `start`, of something below `subject`: the name of what it is in, whether it is `[[SUBJECT.NAME]]`
/// itself, and the end of its line.
fn below<'t>(text: &'t str, subject: &str, start: usize) -> Option<(&'t str, bool, usize)> {
    let bytes = text.as_bytes();
    let header = header(bytes, start)?;
    if &text[header.key.clone()] != subject || bytes[header.key.end] != b'.' {
        return None;
    }
    let name = header.key.end + 1..bare_end(bytes, header.key.end + 1)?;
    let is_block = header.key.start == start + 2 && bytes[name.end] == b']';
    Some((&text[name], is_block, header.end))
}

/// The first part of the key at `start`, if it is bare.
fn first_part(text: &str, start: usize) -> Option<&str> {
    let end = bare_end(text.as_bytes(), start)?;
    matches!(text.as_bytes().get(end)?, b' ' | b'\t' | b'.' | b'=').then(|| &text[start..end])
}

/// The first two parts of the key at `start`, the first of which is `name`.
fn dotted<'t>(text: &'t str, start: usize, name: &str) -> Option<&'t str> {
    let dot = start + name.len();
    let end = bare_end(text.as_bytes(), dot + 1).filter(|_| text.as_bytes()[dot] == b'.')?;
    matches!(text.as_bytes().get(end)?, b' ' | b'\t' | b'.' | b'=').then(|| &text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<Vec<(&str, Vec<&str>)>> {
        let taken = anatomy(text)?;
        let mut parts = vec![(&text[taken.head.clone()], Vec::new())];
        for part in &taken.parts {
            parts.push((&text[part.range.clone()], taken.keys_of(part).to_vec()));
        }
        Some(parts)
    }

    #[test]
    fn a_subject_falls_into_its_keys_and_blocks() {
        let text = "# a\n[term.a] # b\n\n  x = [\n 1 ]\nids.y = 2\n\nids.z = 3 # c\n\n# d\n[[term.a.also]]\ny = 3\n\"z\" = 4\n[term.a.also.when]\nw = 5\n\n[[term.a.x-y]]\n\n";
        let expected = vec![
            ("# a\n[term.a] # b", vec![]),
            ("x = [\n 1 ]", vec![]),
            ("ids.y = 2", vec![]),
            ("ids.z = 3 # c\n\n# d\n", vec![]),
            ("[[term.a.also]]\ny = 3\n\"z\" = 4\n[term.a.also.when]\nw = 5", vec!["y"]),
            ("[[term.a.x-y]]", vec![]),
        ];
        assert_eq!(parts(text), Some(expected));
    }

    #[test]
    fn any_other_text_is_left_whole() {
        let others = [
            "",
            "x = 1\n",
            "[[term.a]]\n",
            "[term.a.b]\n",
            "[term.a]\n[term.a]\n",
            "[term.a]\n[term.b]\n",
            "[term.a]\n[term.a.x]\n",
            "[term.a]\n[term.a.x.y]\n",
            "[term.a]\n[[term.a.x]]\n[[term.a.y]]\n[term.a.x.when]\n",
            "[term.a]\n[[term.a.\"x\"]]\n",
            "[term.a]\n\"x\" = 1\n",
            "[term.a]\nx\n",
            "[term.a]\nx = [\n",
            "[term.a]\nx = 1\r",
        ];
        for text in others {
            assert_eq!(anatomy(text), None, "{text:?}");
        }
    }
}
