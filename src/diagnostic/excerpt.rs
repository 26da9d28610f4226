//! The lines of the texts that a finding is about, made safe to show: what can't be seen is spelled out, long lines
//! are clipped around what matters, and only these lines are looked at. (miette's own sources are strings that are
//! read from their start for every label.)

use std::fmt::Write;
use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Label;
use super::clean;
use crate::source::{FileId, Origin, Places, Span, invisible, visible};

/// Lines around a place that are shown with it.
const CONTEXT: u32 = 1;
/// Places of one finding that are shown.
const MOST_LABELS: usize = 8;
/// What a clipped line keeps before the first place on it, in columns.
const BEFORE: usize = 40;

/// Groups of neighbouring lines, one below the other in one made-up text. Offsets that miette sees are into that.
#[derive(Debug)]
pub(super) struct Excerpt {
    text: String,
    groups: Vec<Group>,
    /// What to point at.
    pub pointers: Vec<Pointer>,
}

/// A stretch of the made-up text, and what to write there.
#[derive(Debug)]
pub(super) struct Pointer {
    /// The stretch.
    pub range: Range<usize>,
    /// A few words; may be empty.
    pub text: String,
    /// Whether it is the finding's first: its line and column stand above the excerpt.
    pub is_first: bool,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Group {
    path: String,
    /// Lines, from 0.
    lines: Range<u32>,
    /// Where each line begins in the made-up text, and the end of the last.
    starts: Vec<usize>,
    /// Where the places on these lines begin: in the made-up text, and their column in the file, from 0.
    columns: Vec<(usize, usize)>,
}

impl Excerpt {
    /// The lines of `labels`, of which a line takes `columns` columns at most. The first label's stand first.
    pub fn new(labels: &[Label], places: &Places<'_>, columns: usize) -> Excerpt {
        let labels: Vec<(Origin, String)> = labels
            .iter()
            .take(MOST_LABELS)
            .map(|label| (shortened(label.origin, places), clean::line(&label.text, clean::LABEL)))
            .collect();
        let mut excerpt = Excerpt { text: String::new(), groups: Vec::new(), pointers: Vec::new() };
        for (file, lines) in groups(&labels, places) {
            excerpt.add_group(file, lines, &labels, places, columns);
        }
        excerpt
    }

    fn add_group(
        &mut self,
        file: FileId,
        lines: Range<u32>,
        labels: &[(Origin, String)],
        places: &Places<'_>,
        columns: usize,
    ) {
        let index = places.lines(file);
        let bytes = &places.text(file).bytes;
        let mut group = Group {
            path: visible(&places.text(file).path).into_owned(),
            lines: lines.clone(),
            starts: Vec::new(),
            columns: Vec::new(),
        };
        for number in lines {
            group.starts.push(self.text.len());
            let span = index.span_of(number);
            let here = |origin: &Origin| origin.file == file && index.line_of(origin.span.start) == number;
            let first = labels.iter().map(|(origin, _)| origin).filter(|origin| here(origin)).min();
            let line = Line::new(bytes, span, first.map(|origin| origin.span.start), columns);
            for (origin, text) in labels.iter().filter(|(origin, _)| here(origin)) {
                let start = self.text.len() + line.shown_at(origin.span.start);
                let end = self.text.len() + line.shown_at(origin.span.end);
                group.columns.push((start, places.start(*origin).column as usize - 1));
                let is_first = labels.first().is_some_and(|(first, _)| first == origin);
                self.pointers.push(Pointer { range: start..end.max(start), text: text.clone(), is_first });
            }
            self.text.push_str(&line.text);
            self.text.push('\n');
        }
        group.starts.push(self.text.len());
        self.groups.push(group);
    }
}

/// A place of many lines becomes the rest of its first line: what it says stands beside it.
fn shortened(origin: Origin, places: &Places<'_>) -> Origin {
    let index = places.lines(origin.file);
    let line = index.line_of(origin.span.start);
    let end_of_line = index.span_of(line).end.max(origin.span.start);
    let lines = index.line_of(origin.span.end.max(origin.span.start)) - line + 1;
    // A label over two lines is drawn along the left; one line is easier to read.
    let end = if lines > 1 { end_of_line } else { origin.span.end.max(origin.span.start) };
    Origin { file: origin.file, span: Span { start: origin.span.start, end } }
}

/// The stretches of neighbouring lines to show, the first label's first, then by file and line.
fn groups(labels: &[(Origin, String)], places: &Places<'_>) -> Vec<(FileId, Range<u32>)> {
    let around = |origin: Origin| {
        let index = places.lines(origin.file);
        let line = index.line_of(origin.span.start);
        let says_something = |line: &u32| {
            let span = index.span_of(*line);
            let bytes = &places.text(origin.file).bytes[span.start as usize..span.end as usize];
            !bytes.trim_ascii().is_empty()
        };
        let start = (line.saturating_sub(CONTEXT)..line).find(says_something).unwrap_or(line);
        let below = line + 1..(line + CONTEXT + 1).min(index.count());
        let end = below.rev().find(says_something).map_or(line + 1, |last| last + 1);
        (origin.file, start..end)
    };
    let mut wanted: Vec<(FileId, Range<u32>)> = labels.iter().map(|(origin, _)| around(*origin)).collect();
    let first = wanted.first().cloned();
    wanted.sort_by_key(|(file, lines)| (*file, lines.start));
    let mut joined: Vec<(FileId, Range<u32>)> = Vec::new();
    for (file, lines) in wanted {
        match joined.last_mut() {
            Some((last_file, last)) if *last_file == file && lines.start <= last.end => {
                last.end = last.end.max(lines.end);
            }
            _ => joined.push((file, lines)),
        }
    }
    let holds_first = |(file, lines): &(FileId, Range<u32>)| {
        first.as_ref().is_some_and(|(of, wanted)| of == file && lines.contains(&wanted.start))
    };
    joined.sort_by_key(|group| !holds_first(group));
    joined
}

/// One line as it is shown, and where its bytes went.
struct Line {
    text: String,
    /// For each character kept: its byte in the file, and where it stands in `text`. Then the end.
    at: Vec<(u32, usize)>,
}

impl Line {
    fn new(bytes: &[u8], span: Span, focus: Option<u32>, columns: usize) -> Line {
        let (start, end) = (span.start as usize, span.end as usize);
        let end = if bytes[start..end].ends_with(b"\r") { end - 1 } else { end };
        let start = if start == 0 && bytes.starts_with(b"\xEF\xBB\xBF") { 3.min(end) } else { start };
        let focus = (focus.unwrap_or(span.start) as usize).clamp(start, end);
        // Bytes are counted for columns: a line clipped a little early still shows what matters.
        let from = if end - start <= columns || focus - start <= BEFORE { start } else { focus - BEFORE };
        let from = (from..end).find(|at| bytes[*at] & 0xC0 != 0x80).unwrap_or(end);
        let mut line = Line { text: String::new(), at: Vec::new() };
        if from > start {
            line.text.push('…');
        }
        let mut shown = 0;
        let to = end.min(from + columns * 4);
        for chunk in bytes[from..to].utf8_chunks() {
            let base = chunk.valid().as_ptr() as usize - bytes.as_ptr() as usize;
            for (offset, character) in chunk.valid().char_indices() {
                shown += line.push(base + offset, character);
                if shown >= columns {
                    return line.finish(base + offset + character.len_utf8(), end);
                }
            }
            let bad = base + chunk.valid().len();
            for (offset, byte) in chunk.invalid().iter().enumerate() {
                line.at.push(((bad + offset) as u32, line.text.len()));
                write!(line.text, "\\x{byte:02X}").expect("writing to a string can't fail");
                shown += 4;
            }
        }
        line.finish(to, end)
    }

    /// Adds a character; gives the columns it takes, about.
    fn push(&mut self, at: usize, character: char) -> usize {
        self.at.push((at as u32, self.text.len()));
        let before = self.text.len();
        match character {
            '\t' => self.text.push_str("    "),
            _ if character.is_control() || invisible(character).is_some() => {
                write!(self.text, "\\u{{{:04X}}}", u32::from(character))
                    .expect("writing to a string can't fail");
            }
            _ => {
                self.text.push(character);
                return if character.is_ascii() { 1 } else { 2 };
            }
        }
        self.text.len() - before
    }

    fn finish(mut self, stopped: usize, end: usize) -> Line {
        self.at.push((stopped as u32, self.text.len()));
        if stopped < end {
            self.text.push('…');
        }
        self
    }

    /// Where the byte at `offset` of the file stands in `text`; what was clipped stands at its ends.
    fn shown_at(&self, offset: u32) -> usize {
        let index = self.at.partition_point(|(byte, _)| *byte < offset);
        self.at.get(index).or(self.at.last()).map_or(0, |(_, at)| *at)
    }
}

impl SourceCode for Excerpt {
    /// With context: the whole group of the span. Without: the lines of the span. A span over two groups has none,
    /// so that miette shows them apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let holds = |group: &&Group| group.starts[0] <= start && end < group.starts[group.starts.len() - 1];
        let group = self.groups.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        let line_of = |offset: usize| group.starts.partition_point(|start| *start <= offset) - 1;
        let (first, last) =
            if before + after > 0 { (0, group.lines.len() - 1) } else { (line_of(start), line_of(end)) };
        let bytes = group.starts[first]..group.starts[last + 1];
        let column = group.columns.iter().find(|(at, _)| *at == start).map_or(0, |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            group.path.clone(),
            &self.text.as_bytes()[bytes.clone()],
            (bytes.start, bytes.len()).into(),
            group.lines.start as usize + first,
            if before + after > 0 { 0 } else { column },
            last - first + 1,
        )))
    }
}
