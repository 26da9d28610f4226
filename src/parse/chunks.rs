//! Cuts a text into what it says of each subject, without parsing it: history reads a file with hundreds of
//! versions, of which each changes a few subjects.
//!
//! The law: where [`chunks`] gives an answer, parsing every group apart (its stretches joined) says exactly what
//! parsing the whole text says, and the whole has an error if and only if some group has one. Where it can't be
//! certain it gives none, and the caller parses the whole.

use std::ops::Range;

use memchr::{memchr_iter, memmem};
use rustc_hash::FxHashMap;

use super::lex::{line_end, next_mark, string_end};

/// Everything a text says below one `KIND.ID`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk<'t> {
    /// `KIND.ID` as it stands in the header: bare keys, so that equal text is the same subject.
    pub key: &'t str,
    /// Its stretches in the text, in order; each begins at a header (the very first: at the start of the text) and
    /// ends where the next subject's begins. All chunks' stretches together tile the text.
    pub ranges: Vec<Range<usize>>,
}

/// Cuts `text` at the headers `[KIND.ID…]` and `[[KIND.ID…]]`, in the order in which subjects first appear.
///
/// `None` where a key stands above the first header, a header has one part only, a part is quoted where it
/// matters, brackets or quotes don't match, or anything else is doubtful. Linear in the length of the text.
pub fn chunks(text: &str) -> Option<Vec<Chunk<'_>>> {
    by_brackets(text).or_else(|| by_statements(text))
}

/// Whether all that `text` says stands below headers whose first part `fits`. Asked of what may be a header: in doubt the
/// answer is no.
pub fn all_below(text: &str, fits: impl Fn(&str) -> bool) -> bool {
    let bytes = text.as_bytes();
    let is_header = |at: usize| {
        let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'['));
        let end = bare_end(bytes, start).filter(|end| bytes.get(*end) == Some(&b'.'));
        end.is_some_and(|end| fits(&text[start..end]))
    };
    let first = next_content(bytes, after_mark(bytes));
    first.is_none_or(|first| bytes[first] == b'[')
        && memchr_iter(b'[', bytes).all(|at| !opens_line(bytes, at) || is_header(at))
}

/// The quick way: looks at brackets that open a line, and at nothing else.
///
/// Without multi-line strings only an array can hold a line that opens with a bracket, and no value begins with a
/// letter and has a dot: `[letter….` at the start of a line is a header, or the text has an error that both ways
/// of reading it find (an array is left open). Anything else that opens a line with a bracket is left to
/// [`by_statements`].
fn by_brackets(text: &str) -> Option<Vec<Chunk<'_>>> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"\"\"\"").is_some() || memmem::find(bytes, b"'''").is_some() {
        return None;
    }
    let mut cutter = Cutter::default();
    let mut at = next_content(bytes, after_mark(bytes))?;
    if bytes[at] != b'[' {
        return None;
    }
    loop {
        let header = header(bytes, at).filter(|header| bytes[header.key.start].is_ascii_alphabetic())?;
        cutter.cut(&text[header.key], at);
        match memchr_iter(b'[', &bytes[header.end..]).find(|found| opens_line(bytes, header.end + found)) {
            Some(found) => at = header.end + found,
            None => return cutter.finish(text.len()),
        }
    }
}

/// Whether only blanks stand before `at` on its line.
fn opens_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    before.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

/// The thorough way: follows every statement to its end.
fn by_statements(text: &str) -> Option<Vec<Chunk<'_>>> {
    let bytes = text.as_bytes();
    let mut cutter = Cutter::default();
    let mut at = after_mark(bytes);
    while let Some(start) = next_content(bytes, at) {
        at = match bytes[start] {
            b'[' => {
                let header = header(bytes, start)?;
                cutter.cut(&text[header.key], start);
                header.end
            }
            _ if cutter.chunks.is_empty() => return None,
            _ => statement_end(bytes, start)?,
        };
    }
    cutter.finish(text.len())
}

/// Past the byte-order mark that some editors put at the start.
pub(super) fn after_mark(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
}

/// The first byte at or after `at` that is not white space, an empty line or a comment.
pub(super) fn next_content(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => at = line_end(bytes, at),
            _ => return Some(at),
        }
    }
}

/// A header with at least two parts.
pub(super) struct Header {
    /// Where `KIND.ID` stands.
    pub key: Range<usize>,
    /// The end of its line.
    pub end: usize,
}

/// Reads the header that begins at `start`; `None` unless it is plainly well-formed and alone on its line.
pub(super) fn header(bytes: &[u8], start: usize) -> Option<Header> {
    let double = bytes.get(start + 1) == Some(&b'[');
    let key_start = start + 1 + usize::from(double);
    let kind_end = bare_end(bytes, key_start)?;
    if bytes.get(kind_end) != Some(&b'.') {
        return None;
    }
    let id_end = bare_end(bytes, kind_end + 1)?;
    let mut at = id_end;
    while bytes.get(at) == Some(&b'.') {
        at = match bytes.get(at + 1)? {
            b'"' | b'\'' => string_end(bytes, at + 1).ok()?,
            _ => bare_end(bytes, at + 1)?,
        };
    }
    let close: &[u8] = if double { b"]]" } else { b"]" };
    if !bytes[at..].starts_with(close) {
        return None;
    }
    at += close.len();
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    let end = match bytes.get(at) {
        None | Some(b'\n') => at,
        Some(b'#') => line_end(bytes, at),
        Some(_) => return None,
    };
    Some(Header { key: key_start..id_end, end })
}

/// One past the bare key that begins at `at`; `None` where none does.
pub(super) fn bare_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at.min(bytes.len())..];
    let length = rest.iter().position(|byte| !BARE[*byte as usize]).unwrap_or(rest.len());
    (length > 0).then_some(at + length)
}

/// Bytes of bare keys.
const BARE: [bool; 256] = {
    let mut bare = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        bare[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        byte += 1;
    }
    bare
};

/// The end of the line on which the statement that begins at `start` ends: of its key's line, or of the line where
/// its last bracket or multi-line string is closed.
pub(super) fn statement_end(bytes: &[u8], start: usize) -> Option<usize> {
    // Open brackets, innermost in the lowest bit: 1 is `[`, 0 is `{`.
    let (mut open, mut depth) = (0_u64, 0_u32);
    let mut at = start;
    while let Some(mark) = next_mark(bytes, at) {
        at = match bytes[mark] {
            b'\n' if depth == 0 => return Some(mark),
            b'\n' => mark + 1,
            b'#' => line_end(bytes, mark),
            b'"' | b'\'' => string_end(bytes, mark).ok()?,
            bracket @ (b'[' | b'{') => {
                if depth == u64::BITS {
                    return None;
                }
                open = open << 1 | u64::from(bracket == b'[');
                depth += 1;
                mark + 1
            }
            bracket => {
                if depth == 0 || (open & 1 == 1) != (bracket == b']') {
                    return None;
                }
                open >>= 1;
                depth -= 1;
                mark + 1
            }
        };
    }
    (depth == 0).then_some(bytes.len())
}

/// Gathers stretches by subject.
#[derive(Default)]
struct Cutter<'t> {
    chunks: Vec<Chunk<'t>>,
    by_key: FxHashMap<&'t str, usize>,
    /// The chunk being read and where its stretch began.
    current: Option<(usize, usize)>,
}

impl<'t> Cutter<'t> {
    /// A header of `key` stands at `at`.
    fn cut(&mut self, key: &'t str, at: usize) {
        if self.current.is_some_and(|(index, _)| self.chunks[index].key == key) {
            return;
        }
        // What stands above the first header (comments) goes with it.
        let start = if self.current.is_none() { 0 } else { at };
        self.close(at);
        let next = self.chunks.len();
        let index = *self.by_key.entry(key).or_insert(next);
        if index == next {
            self.chunks.push(Chunk { key, ranges: Vec::with_capacity(1) });
        }
        self.current = Some((index, start));
    }

    fn close(&mut self, at: usize) {
        if let Some((index, start)) = self.current.take() {
            self.chunks[index].ranges.push(start..at);
        }
    }

    /// `None` for a text without any header: there is no group to carry its comments.
    fn finish(mut self, end: usize) -> Option<Vec<Chunk<'t>>> {
        self.close(end);
        (!self.chunks.is_empty()).then_some(self.chunks)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use toml::de::{DeTable as Table, DeValue as Value};

    fn keys(text: &str) -> Option<Vec<(&str, Vec<&str>)>> {
        let stretches = |chunk: Chunk<'_>| chunk.ranges.iter().map(|range| &text[range.clone()]).collect();
        Some(chunks(text)?.into_iter().map(|chunk| (chunk.key, stretches(chunk.clone()))).collect())
    }

    #[test]
    fn a_subject_is_gathered_from_all_its_stretches() {
        let text = "# head\n[term.a]\nx = 1\n[term.b]\n[[term.a.also]]\ny = 2\n[term.a.also.when]\n";
        let expected = vec![
            ("term.a", vec!["# head\n[term.a]\nx = 1\n", "[[term.a.also]]\ny = 2\n[term.a.also.when]\n"]),
            ("term.b", vec!["[term.b]\n"]),
        ];
        assert_eq!(keys(text), Some(expected));
    }

    #[test]
    fn headers_inside_strings_arrays_and_comments_are_none() {
        let text = "[a.b]\nx = \"\"\"\n[c.d]\n\\\"\"\"\"\"\ny = '''\n[e.f]\n''''\nz = [ # [g.h]\n  \"]\", [\n[i.j]\n]]\nw = { a = ']' }\n";
        // Not TOML for the `[i.j]`, but what matters here is that no header is seen in it.
        assert_eq!(keys(text), Some(vec![("a.b", vec![text])]));
    }

    #[test]
    fn what_stands_below_other_headers_is_not_overlooked() {
        let below = |text: &str| all_below(text, |kind| kind == "term");
        assert!(below("# a\n[term.a]\nx = [1]\n  [[term.b.c]]\ny = 1\n") && below(""));
        let others =
            ["x = 1\n[term.a]\n", "[term.a]\n[type.b]\n", "[term.a]\n[type]\n", "[term.a]\r\n\t[[type.a]]\n"];
        assert!(!others.iter().any(|text| below(text)));
        assert!(!below("[term.a]\n[\"type\".b]\n") && !below("[term.a]\n[ type.b]\n"));
    }

    #[test]
    fn quoted_parts_are_taken_behind_the_id_only() {
        assert!(chunks("[term.a.\"x y\".'z']\n").is_some());
        assert_eq!(chunks("[term.\"a\"]\n"), None);
        assert_eq!(chunks("[\"term\".a]\n"), None);
    }

    #[test]
    fn whatever_is_doubtful_is_left_to_the_parser() {
        let doubtful = [
            "",
            "# only\n",
            "x = 1\n[a.b]\n",
            "[a]\n",
            "[a.b\n",
            "[[a.b]\n",
            "[a.b] x = 1\n",
            "[a.b]]\n",
            "[ a.b ]\n",
            "[a . b]\n",
            "[a.b]\nx = \"\n",
            "[a.b]\nx = '''\n",
            "[a.b]\nx = \"\"\"\n",
            "[a.b]\nx = [\n",
            "[a.b]\nx = [}\n",
            "[a.b]\nx = ]\n",
        ];
        for text in doubtful {
            assert_eq!(by_statements(text), None, "{text:?}");
        }
    }

    /// A value without its places.
    fn plain(value: &Value<'_>) -> String {
        match value {
            Value::Table(table) => table_plain(table),
            Value::Array(array) => {
                array.iter().map(|value| plain(value.get_ref())).collect::<Vec<_>>().join(",")
            }
            other => format!("{other:?}"),
        }
    }

    fn table_plain(table: &Table<'_>) -> String {
        let entry = |(key, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<Value<'_>>)| {
            format!("{:?}:{}", key.get_ref(), plain(value.get_ref()))
        };
        format!("{{{}}}", table.iter().map(entry).collect::<Vec<_>>().join(";"))
    }

    /// What a text says of each subject, and whether it says it without an error.
    fn subjects(text: &str) -> (BTreeMap<String, String>, bool) {
        let (root, errors) = Table::parse_recoverable(text);
        let mut subjects = BTreeMap::new();
        for (kind, of_kind) in root.get_ref() {
            let Value::Table(ids) = of_kind.get_ref() else { continue };
            for (id, subject) in ids {
                subjects.insert(format!("{}.{}", kind.get_ref(), id.get_ref()), plain(subject.get_ref()));
            }
        }
        (subjects, errors.is_empty())
    }

    fn check_law(text: &str) {
        for chunks in [by_brackets(text), by_statements(text)].into_iter().flatten() {
            check_law_of(text, chunks);
        }
    }

    fn check_law_of(text: &str, chunks: Vec<Chunk<'_>>) {
        let (whole, whole_is_good) = subjects(text);
        let mut apart = BTreeMap::new();
        let mut apart_is_good = true;
        let mut covered = 0;
        for chunk in chunks {
            let group: String = chunk.ranges.iter().map(|range| &text[range.clone()]).collect();
            covered += group.len();
            let (said, good) = subjects(&group);
            apart_is_good &= good;
            apart.extend(said);
        }
        assert_eq!(covered, text.len(), "the stretches tile {text:?}");
        assert_eq!(apart_is_good, whole_is_good, "errors of {text:?}");
        if whole_is_good {
            assert_eq!(apart, whole, "what {text:?} says");
        }
    }

    fn line() -> impl Strategy<Value = String> {
        let pieces = [
            "[term.a]",
            "[term.b]",
            "[entity.a]",
            "[[term.a.also]]",
            "[[term.b.x]]",
            "[term.a.ids]",
            "[term]",
            "[[term.a]]",
            "[ term.a ]",
            "[term.\"a\"]",
            "[term.a.\"q\"]",
            "[term.a",
            "[[term.a.also]",
            "x = 1",
            "y = \"a # b\"",
            "z = [",
            "]",
            "1,",
            "[1],",
            "\"]\",",
            "s = \"\"\"",
            "\"\"\"",
            "'''",
            "l = '''",
            "# [term.c]",
            "",
            "  # \"",
            "a.b = 2",
            "a = { b = 1 }",
            "t = {",
            "}",
            "x = ",
            "= 1",
            "q = \"open",
            "k = 'open",
            "x = \"\\\"\" # \"",
            "e = \"\"\"a\\\"\"\"\"\"\"",
            "r = 1 \r",
            "v = a\"\"\"",
            "\u{feff}",
            "w = 1, 2",
            "n = [[1, 2], ['a']] # ]",
        ];
        (prop::sample::select(pieces.to_vec()), prop::sample::select(vec!["\n", "\n", "\n", "\r\n", " "]))
            .prop_map(|(piece, end)| format!("{piece}{end}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn parsing_groups_apart_says_what_parsing_the_whole_says(
            lines in prop::collection::vec(line(), 0..14), headed in any::<bool>(),
        ) {
            let head = if headed { "[term.a]\n" } else { "" };
            check_law(&format!("{head}{}", lines.concat()));
        }
    }
}
