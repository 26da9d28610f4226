//! CSV as RFC 4180 has it, read strictly where readers differ: what stands behind a closing quote, and a quote that is
//! never closed, are mistakes. A quote inside of a field that does not begin with one is a quote, as all readers have it.
//! Blank lines say nothing. Lines end in LF or CRLF.

use std::io::Read;
use std::ops::Range;

use super::feed::{Feed, Stop};
use super::rows::{Each, Field, Spot, Table, missing_column};
use crate::face::cli::output::Failure;

/// A byte order mark in UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A CSV file being read.
pub(super) struct Csv<R> {
    feed: Feed<R>,
    delimiter: u8,
    table: Table,
    /// The line at which the next record begins.
    line: u64,
    record: Record,
}

/// Where the fields of a record stand.
#[derive(Default)]
struct Record {
    fields: Vec<(Range<usize>, Quoting)>,
    /// Line feeds in it, the last one included.
    lines: u64,
}

/// How a field is quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    None,
    Plain,
    /// It holds quotes, each written twice.
    Doubled,
}

/// How the search for a record's end went.
enum End {
    /// So many bytes.
    At(usize),
    /// Behind what is held.
    Open,
    Mistake {
        line: u64,
        what: String,
    },
}

impl<R: Read> Csv<R> {
    /// Nothing is read yet.
    pub fn new(input: R, delimiter: u8, table: Table) -> Csv<R> {
        Csv { feed: Feed::new(input), delimiter, table, line: 1, record: Record::default() }
    }

    /// Gives the columns `wanted` of each row.
    pub fn read(&mut self, wanted: &[String], each: &mut Each<'_>) -> Result<(), Failure> {
        self.feed.more().map_err(|stop| self.stopped(stop, 0))?;
        if self.feed.held().starts_with(MARK) {
            self.feed.take(MARK.len());
        }
        let Some(length) = self.next(0)? else {
            return Err(self.table.failure("is empty").help("its first line has to name the columns"));
        };
        let columns = self.header(length)?;
        let places = self.places(&columns, wanted)?;
        self.pass(length);
        let mut row = 0;
        let mut unquoted: Vec<Vec<u8>> = vec![Vec::new(); wanted.len()];
        while let Some(length) = self.next(row + 1)? {
            row += 1;
            self.check_width(row, columns.len())?;
            let held = self.feed.held();
            for (&at, text) in places.iter().zip(&mut unquoted) {
                if self.record.fields[at].1 == Quoting::Doubled {
                    unquote(&held[self.record.fields[at].0.clone()], text);
                }
            }
            let spot = Spot { row, line: Some(self.line) };
            let mut fields: [Field<'_>; 16] = [Field::NULL; 16];
            for ((&at, text), field) in places.iter().zip(&unquoted).zip(&mut fields) {
                let (range, quoting) = &self.record.fields[at];
                let bytes = if *quoting == Quoting::Doubled { &text[..] } else { &held[range.clone()] };
                let text =
                    std::str::from_utf8(bytes).map_err(|_| self.table.not_utf8(&spot, &columns[at]))?;
                *field = Field::text(text);
            }
            each(&spot, &fields[..wanted.len()])?;
            self.pass(length);
        }
        Ok(())
    }

    /// Finds the next record that is not a blank line, and gives its length; `None` at the end.
    fn next(&mut self, row: u64) -> Result<Option<usize>, Failure> {
        loop {
            let end = self.record.find(self.feed.held(), self.delimiter, self.feed.is_last());
            match end {
                End::Open => self.feed.more().map_err(|stop| self.stopped(stop, row))?,
                End::At(0) => return Ok(None),
                End::At(length) if self.record.is_blank() => self.pass(length),
                End::At(length) => return Ok(Some(length)),
                End::Mistake { line, what } => {
                    let spot = Spot { row, line: Some(self.line + line) };
                    return Err(self.table.at(&spot, &what).help(
                        "quote a field whole, and write a quote in it twice: `\"the \"\"new\"\" Acme\"`",
                    ));
                }
            }
        }
    }

    fn pass(&mut self, length: usize) {
        self.feed.take(length);
        self.line += self.record.lines;
    }

    /// The names of the columns.
    fn header(&self, length: usize) -> Result<Vec<String>, Failure> {
        let held = &self.feed.held()[..length];
        let name = |(range, quoting): &(Range<usize>, Quoting)| {
            let mut bytes = held[range.clone()].to_vec();
            if *quoting == Quoting::Doubled {
                unquote(&held[range.clone()], &mut bytes);
            }
            String::from_utf8(bytes).map_err(|_| {
                let hint = if held.starts_with(b"\xFF\xFE") || held.starts_with(b"\xFE\xFF") {
                    "it is UTF-16: save it in UTF-8"
                } else {
                    "save it in UTF-8"
                };
                self.table.failure("has a header that is not UTF-8").help(hint)
            })
        };
        self.record.fields.iter().map(name).collect()
    }

    /// Where the wanted columns stand.
    fn places(&self, columns: &[String], wanted: &[String]) -> Result<Vec<usize>, Failure> {
        let place = |wanted: &String| {
            let mut all = columns.iter().enumerate().filter(|(_, column)| column.trim() == wanted);
            let Some((at, _)) = all.next() else {
                let failure = missing_column(&self.table, wanted, columns);
                let other = [';', '\t', '|'].into_iter().find(|other| columns[0].contains(*other));
                return Err(match (columns.len(), other) {
                    (1, Some('\t')) => {
                        failure.help("its columns seem to be parted by tabs: add `--delimiter tab`")
                    }
                    (1, Some(other)) => failure.help(format!(
                        "its columns seem to be parted by `{other}`: add `--delimiter '{other}'`"
                    )),
                    _ => failure,
                });
            };
            match all.next() {
                Some(_) => {
                    Err(self.table.failure(&format!("has two columns `{wanted}`")).help("rename one of them"))
                }
                None => Ok(at),
            }
        };
        wanted.iter().map(place).collect()
    }

    fn check_width(&self, row: u64, columns: usize) -> Result<(), Failure> {
        let found = self.record.fields.len();
        if found == columns {
            return Ok(());
        }
        let fields = |count: usize| if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
        let spot = Spot { row, line: Some(self.line) };
        let what = format!("has {} where the header has {columns}", fields(found));
        let help = match found > columns {
            true => "put quotes around a field that holds the delimiter",
            false => "give every row a field for each column, even if it is empty",
        };
        Err(self.table.at(&spot, &what).help(help))
    }

    fn stopped(&self, stop: Stop, row: u64) -> Failure {
        self.table.stopped(stop, &Spot { row, line: Some(self.line) })
    }
}

impl Record {
    /// Finds the fields of the record at the front of `held`.
    fn find(&mut self, held: &[u8], delimiter: u8, is_last: bool) -> End {
        self.fields.clear();
        self.lines = 0;
        let mut at = 0;
        if held.is_empty() {
            return if is_last { End::At(0) } else { End::Open };
        }
        loop {
            let (field, quoting, end) = match held.get(at) {
                Some(b'"') => match self.quoted(held, at + 1, is_last) {
                    Ok((end, quoting)) => (at + 1..end, quoting, end + 1),
                    Err(end) => return end,
                },
                _ => {
                    let rest = &held[at..];
                    let end = at
                        + rest
                            .iter()
                            .position(|byte| *byte == delimiter || *byte == b'\n')
                            .unwrap_or(rest.len());
                    let is_line = held.get(end) == Some(&b'\n');
                    let trimmed =
                        if is_line || end == held.len() { without_return(held, at, end) } else { end };
                    (at..trimmed, Quoting::None, end)
                }
            };
            let mut end = end;
            if quoting != Quoting::None
                && held.get(end) == Some(&b'\r')
                && held.get(end + 1).is_none_or(|byte| *byte == b'\n')
            {
                if held.len() == end + 1 && !is_last {
                    return End::Open;
                }
                end += 1;
            }
            let next = held.get(end).copied();
            if next.is_none() && !is_last {
                return End::Open;
            }
            self.fields.push((field, quoting));
            match next {
                None => return End::At(held.len()),
                Some(b'\n') => {
                    self.lines += 1;
                    return End::At(end + 1);
                }
                Some(byte) if byte == delimiter => at = end + 1,
                Some(_) => {
                    let what =
                        format!("has something behind the quote that closes field {}", self.fields.len());
                    return End::Mistake { line: self.lines, what };
                }
            }
        }
    }

    /// The end of a quoted field that begins at `at`.
    fn quoted(&mut self, held: &[u8], at: usize, is_last: bool) -> Result<(usize, Quoting), End> {
        let (mut from, mut quoting) = (at, Quoting::Plain);
        loop {
            let Some(quote) = memchr::memchr(b'"', &held[from..]).map(|quote| from + quote) else {
                let what = format!("opens a quote at field {} that is never closed", self.fields.len() + 1);
                return Err(if is_last { End::Mistake { line: self.lines, what } } else { End::Open });
            };
            match held.get(quote + 1) {
                Some(b'"') => {
                    quoting = Quoting::Doubled;
                    from = quote + 2;
                }
                None if !is_last => return Err(End::Open),
                _ => {
                    self.lines += memchr::memchr_iter(b'\n', &held[at..quote]).count() as u64;
                    return Ok((quote, quoting));
                }
            }
        }
    }

    /// Whether it is a line with nothing on it.
    fn is_blank(&self) -> bool {
        matches!(&self.fields[..], [(field, Quoting::None)] if field.is_empty())
    }
}

/// The end of a field without the carriage return that belongs to the end of its line.
fn without_return(held: &[u8], at: usize, end: usize) -> usize {
    if end > at && held[end - 1] == b'\r' { end - 1 } else { end }
}

/// A quoted field's text: quotes written twice once.
fn unquote(field: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let mut rest = field;
    while let Some(at) = memchr::memchr(b'"', rest) {
        into.extend_from_slice(&rest[..=at]);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    into.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::face::cli::resolve::batch::Form;
    use crate::face::cli::resolve::map::TextForm;

    /// The fields of all rows, read in pieces of so many bytes.
    fn read(text: &str, columns: &[String], piece: usize) -> Result<Vec<Vec<String>>, Failure> {
        let table = Table { name: "test".to_owned() };
        let mut csv = Csv::new(text.as_bytes(), b',', table);
        csv.feed = Feed::in_pieces(text.as_bytes(), piece);
        let mut rows = Vec::new();
        csv.read(columns, &mut |_, fields| {
            rows.push(fields.iter().map(|field| field.text.unwrap_or_default().to_owned()).collect());
            Ok(())
        })?;
        Ok(rows)
    }

    fn columns(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("c{at}")).collect()
    }

    proptest! {
        /// What is written is read, wherever a piece ends.
        #[test]
        fn fields_are_read_as_they_were_written(
            rows in prop::collection::vec(prop::collection::vec("[a\",\r\n é]{0,6}", 3), 0..6),
            piece in 1_usize..40,
            is_dos in any::<bool>(),
        ) {
            let (columns, form) = (columns(12), TextForm::Csv { delimiter: ',' });
            let mut text = columns.join(",") + "\n";
            for row in &rows {
                let fields: Vec<Field<'_>> = row.iter().map(|text| Field::text(text)).collect();
                form.row(&fields, &[None; 9], &mut text);
                if is_dos {
                    text.truncate(text.len() - 1);
                    text.push_str("\r\n");
                }
            }
            let found = read(&text, &columns[..3], piece).map_err(|failure| TestCaseError::fail(failure.message))?;
            prop_assert_eq!(found, rows);
        }

        /// Any text is read the same in any pieces, or told what is wrong with it.
        #[test]
        fn no_text_is_a_surprise(text in "[a\",\r\n]{0,30}", piece in 1_usize..12) {
            let text = format!("c0,c1\n{text}");
            prop_assert_eq!(read(&text, &columns(2), piece), read(&text, &columns(2), 1 << 10));
        }
    }
}
