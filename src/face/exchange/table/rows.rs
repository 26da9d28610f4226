//! The rows of a CSV file, and rows as CSV.

use std::collections::{BTreeMap, BTreeSet};

use crate::face::failure::Failure;

/// A table that was read.
pub(in crate::face::exchange) struct Rows {
    /// Its columns.
    pub header: Vec<String>,
    /// Where each column is.
    at: BTreeMap<String, usize>,
    /// What stands below.
    pub rows: Vec<Row>,
}

/// One row.
pub(in crate::face::exchange) struct Row {
    /// The line on which it begins.
    pub line: u64,
    /// As many cells as there are columns.
    cells: Vec<String>,
}

impl Rows {
    /// Reads a table whose first row names its columns.
    ///
    /// # Errors
    /// Where it is no such table: not UTF-8, a row of another width, a column named twice.
    pub fn read(bytes: &[u8], delimiter: u8) -> Result<Rows, Failure> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Failure::new(format!("line {line} is not UTF-8")).help("save it again as CSV in UTF-8")
        })?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut all = reader.records();
        let broken = || Failure::new("this is not CSV").help("save it again as CSV in UTF-8");
        let header = match all.next() {
            Some(record) => record.map_err(|_| broken())?,
            None => return Err(Failure::new("there is nothing in this table")),
        };
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let mut met = BTreeSet::new();
        if let Some(twice) = header.iter().find(|name| !name.is_empty() && !met.insert(*name)) {
            return Err(Failure::new(format!("two columns are called `{twice}`")).help("rename one of them"));
        }
        let mut rows = Vec::new();
        for record in all {
            let record = record.map_err(|_| broken())?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                let (cells, columns) = (record.len(), header.len());
                return Err(Failure::new(format!("the row on line {line} has {cells} cells, and there are {columns} columns"))
                    .help("look for a quotation mark that is not closed, or for another delimiter: a mapping can say `delimiter = \";\"`"));
            }
            rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
        }
        let at = header.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Ok(Rows { header, at, rows })
    }

    /// What a row has in a column.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        row.cells.get(*self.at.get(column)?).map(String::as_str)
    }
}

/// Rows as CSV, each of one width.
///
/// # Errors
/// Where they can't be written.
pub(in crate::face::exchange) fn csv_text(rows: &[Vec<String>]) -> Result<String, Failure> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let unwritten = || Failure::new("the table could not be written down");
    for row in rows {
        writer.write_record(row).map_err(|_| unwritten())?;
    }
    let bytes = writer.into_inner().map_err(|_| unwritten())?;
    String::from_utf8(bytes).map_err(|_| unwritten())
}
