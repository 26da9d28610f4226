//! What is typed to resolve a table, and what it comes to: which columns are read, and what each says.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use smol_str::SmolStr;

use super::map;
use super::rows::MOST_COLUMNS;
use crate::claim::Declarations;
use crate::face::cli::output::Failure;
use crate::face::cli::questions::{Asking, read_pair, today};
use crate::face::text;
use crate::query::Context;

/// How to resolve a whole table.
#[derive(Args, Debug)]
#[command(next_help_heading = "A whole table")]
pub(super) struct Table {
    /// Resolve all names of a table: CSV, JSON Lines, Parquet; `-` for stdin
    #[arg(long, value_name = "FILE", requires = "column", conflicts_with = "name")]
    pub input: Option<PathBuf>,
    /// Where to write the map from each distinct name to what it refers to (stdout where not given)
    #[arg(long, value_name = "FILE", requires = "input")]
    pub output: Option<PathBuf>,
    /// The column of names
    #[arg(long, value_name = "COLUMN", requires = "input")]
    pub column: Option<String>,
    /// Columns that say the context of a row: `region=COUNTRY`; what a row leaves empty is unknown
    #[arg(long, value_name = "DIM=COLUMN", requires = "input", value_delimiter = ',', value_parser = read_pair)]
    pub where_columns: Vec<(String, String)>,
    /// The column of the day on which a row's name is to refer; `--on` for rows without one
    #[arg(long, value_name = "COLUMN", requires = "input")]
    pub on_column: Option<String>,
    /// The column of the type of subject that is wanted
    #[arg(long, value_name = "COLUMN", requires = "input", conflicts_with = "of_type")]
    pub type_column: Option<String>,
    /// The form of the input, where its name does not tell
    #[arg(long, value_name = "FORM", requires = "input")]
    pub input_format: Option<TableForm>,
    /// The form of the map, where its name does not tell
    #[arg(long, value_name = "FORM", requires = "input")]
    pub output_format: Option<TableForm>,
    /// What parts the columns of a CSV input: one character, or `tab`
    #[arg(long, value_name = "CHAR", requires = "input", value_parser = read_delimiter)]
    pub delimiter: Option<u8>,
    /// Begin the names of the map's own columns with this
    #[arg(long, value_name = "TEXT", requires = "input")]
    pub prefix: Option<String>,
    /// Threads that resolve (one for each processor where not given)
    #[arg(long, value_name = "N", requires = "input", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// The most memory that distinct rows may take
    #[arg(long, value_name = "SIZE", requires = "input", default_value = "2GiB", value_parser = read_size)]
    pub memory: usize,
}

/// The form of a table.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableForm {
    /// Comma-separated values, the first line names the columns.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

impl TableForm {
    /// The form that a path's ending says.
    fn of(path: &Path) -> Option<TableForm> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*ending {
            "csv" | "tsv" => Some(TableForm::Csv),
            "jsonl" | "ndjson" => Some(TableForm::Jsonl),
            "parquet" => Some(TableForm::Parquet),
            _ => None,
        }
    }
}

/// Whether a path says stdin or stdout.
pub(super) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text == "tab" => Ok(b'\t'),
        [b'"' | b'\n' | b'\r'] => Err("neither a quote nor the end of a line can part columns".to_owned()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("write one character, such as `;`, or `tab`".to_owned()),
    }
}

fn read_size(text: &str) -> Result<usize, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let unit = units.into_iter().find_map(|(unit, bits)| Some((text.strip_suffix(unit)?, bits)));
    let (digits, bits) = unit.unwrap_or((text, 0));
    let size = digits.trim().parse::<usize>().ok().and_then(|number| number.checked_mul(1 << bits));
    size.filter(|size| *size >= 1 << 20)
        .ok_or_else(|| "write a size of at least 1MiB, such as `4GiB`".to_owned())
}

/// What a column says of its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The name.
    Name,
    /// A dimension of the context.
    Dimension(String),
    /// The day.
    Day,
    /// The type that is wanted.
    Type,
}

/// What is read of a table, and what is asked alike of all rows.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The columns that are read, each once, the names' first.
    pub columns: Vec<String>,
    /// What each says; one may say several things.
    pub roles: Vec<Vec<Role>>,
    /// What is known of all rows.
    pub context: Vec<(String, String)>,
    /// The day of rows that say none.
    pub on: Date,
    /// The kind that is wanted.
    pub kind: Option<SmolStr>,
    /// The type that is wanted of rows that say none.
    pub of_type: Option<SmolStr>,
    /// Bytes that distinct rows may take.
    pub memory: usize,
    /// Before the names of the map's own columns.
    pub prefix: String,
}

impl Plan {
    /// Reads what was typed, against what is declared.
    pub fn new(
        table: &Table,
        asking: &Asking,
        (kind, of_type): (Option<&str>, Option<&str>),
        declarations: &Declarations,
    ) -> Result<Plan, Failure> {
        let mut plan = Plan {
            columns: Vec::new(),
            roles: Vec::new(),
            context: asking.context.clone(),
            on: asking.on.unwrap_or_else(today),
            kind: kind.map(SmolStr::new),
            of_type: of_type.map(SmolStr::new),
            memory: table.memory,
            prefix: table.prefix.clone().unwrap_or_default(),
        };
        plan.add(table.column.as_deref().unwrap_or_default(), Role::Name);
        for (dimension, column) in &table.where_columns {
            plan.add(column, Role::Dimension(dimension.clone()));
        }
        table.on_column.iter().for_each(|column| plan.add(column, Role::Day));
        table.type_column.iter().for_each(|column| plan.add(column, Role::Type));
        plan.check(table, declarations)?;
        Ok(plan)
    }

    fn add(&mut self, column: &str, role: Role) {
        match self.columns.iter().position(|known| known == column) {
            Some(at) => self.roles[at].push(role),
            None => {
                self.columns.push(column.to_owned());
                self.roles.push(vec![role]);
            }
        }
    }

    /// That each dimension is declared and said once, and that the columns of the map have names of their own.
    fn check(&self, table: &Table, declarations: &Declarations) -> Result<(), Failure> {
        if self.columns.len() > MOST_COLUMNS {
            return Err(Failure::new(format!("a table is asked about by at most {MOST_COLUMNS} columns"))
                .help("leave out those by which no name depends"));
        }
        let context = self.context.iter().map(|(id, value)| (id.as_str(), value.as_str()));
        Context::read(context, declarations)?;
        for (at, (id, _)) in table.where_columns.iter().enumerate() {
            let before = table.where_columns[..at].iter().chain(&self.context);
            if before.map(|(id, _)| id).any(|before| before == id) {
                return Err(Failure::new(format!("the dimension `{}` is said twice", text::shown(id)))
                    .help("say it once, by `--where` for all rows or by `--where-columns` for each"));
            }
            if !declarations.dimensions.contains_key(id.as_str()) {
                // What is wrong with a dimension is told alike, wherever it is said.
                let bad = Context::read([(id.as_str(), "")], declarations).err();
                return Err(bad.map_or_else(|| Failure::new("no such dimension"), Failure::from));
            }
        }
        let own = map::columns(&[], &self.prefix);
        match self.columns.iter().find(|column| own.iter().any(|own| own.eq_ignore_ascii_case(column))) {
            Some(column) => {
                Err(Failure::new(format!("the map has a column `{}` of its own", text::shown(column)))
                    .help("name its own columns otherwise: add `--prefix d_`"))
            }
            None => Ok(()),
        }
    }
}

/// The form of a file: as said, else as its name says; `usual` for a stream.
pub(super) fn form(
    path: &Path,
    said: Option<TableForm>,
    flag: &str,
    usual: Option<TableForm>,
) -> Result<TableForm, Failure> {
    let usual = usual.filter(|_| is_stream(path));
    said.or_else(|| TableForm::of(path)).or(usual).ok_or_else(|| {
        Failure::new(format!("the name of `{}` does not tell what form of table it is", path.display()))
            .help(format!("add `{flag} csv`, `{flag} jsonl` or `{flag} parquet`"))
    })
}
