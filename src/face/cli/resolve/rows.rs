//! What every form of table gives: rows of the wanted columns, and how its mistakes are told.

use super::feed::{MOST, Stop};
use crate::face::cli::output::Failure;
use crate::query::nearest;

/// Most columns that a row is read for.
pub(super) const MOST_COLUMNS: usize = 16;

/// A field as it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Field<'r> {
    /// `None` where nothing is given.
    pub text: Option<&'r str>,
    /// Whether it is written without quotes where texts have some: a number.
    pub bare: bool,
}

impl<'r> Field<'r> {
    /// Nothing.
    pub const NULL: Field<'static> = Field { text: None, bare: false };

    /// A text.
    pub fn text(text: &'r str) -> Field<'r> {
        Field { text: Some(text), bare: false }
    }
}

/// Where a row stands: counted from 1, the header not among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Spot {
    /// 0 is the header.
    pub row: u64,
    /// Of a file of lines.
    pub line: Option<u64>,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.row, self.line) {
            (0, _) => write!(f, "the header"),
            (row, None) => write!(f, "row {row}"),
            (row, Some(line)) => write!(f, "row {row} (line {line})"),
        }
    }
}

/// What is done with a row.
pub(super) type Each<'e> = dyn FnMut(&Spot, &[Field<'_>]) -> Result<(), Failure> + 'e;

/// A table as its mistakes name it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Its path, or `stdin`.
    pub name: String,
}

impl Table {
    /// Something that is wrong with it as a whole.
    pub fn failure(&self, what: &str) -> Failure {
        Failure::new(format!("`{}` {what}", self.name))
    }

    /// Something that is wrong in one row.
    pub fn at(&self, spot: &Spot, what: &str) -> Failure {
        Failure::new(format!("`{}`: {spot} {what}", self.name))
    }

    /// A field that is no text.
    pub fn not_utf8(&self, spot: &Spot, column: &str) -> Failure {
        self.at(spot, &format!("is not UTF-8 in column `{column}`")).help("save the table in UTF-8")
    }

    /// Why reading ended before the table did.
    pub fn stopped(&self, stop: Stop, spot: &Spot) -> Failure {
        match stop {
            Stop::TooLong => self
                .at(spot, &format!("is longer than {} MiB", MOST >> 20))
                .help("look for a quote that is opened there and not closed"),
            Stop::Failed(error) => Failure::file("read", std::path::Path::new(&self.name), &error),
        }
    }
}

/// A wanted column that the table does not have.
pub(super) fn missing_column(table: &Table, wanted: &str, columns: &[String]) -> Failure {
    const MOST: usize = 12;
    let near = nearest(wanted, columns.iter().map(String::as_str), 1);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let shown: Vec<String> = columns.iter().take(MOST).map(|column| format!("`{column}`")).collect();
            let more = columns.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("it has {}{more}", shown.join(", "))
        }
    };
    table.failure(&format!("has no column `{wanted}`")).help(help)
}
