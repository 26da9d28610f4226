//! Parquet, read: of each row group the wanted columns alone, side by side, some thousand rows at a time.

use std::fs::File;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{BoolType, ByteArray, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use super::super::feed::MOST;
use super::super::rows::{Each, Field, MOST_COLUMNS, Spot, Table, missing_column};
use super::{EPOCH, Type};
use crate::face::cli::output::Failure;

/// Rows that are decoded together.
const ROWS: usize = 1 << 12;

/// A Parquet file being read.
pub(in super::super) struct Input {
    reader: SerializedFileReader<File>,
    table: Table,
    /// Of each wanted column its place and type.
    columns: Vec<(usize, Type)>,
}

impl Input {
    /// Finds the columns `wanted`.
    pub fn open(file: File, table: Table, wanted: &[String]) -> Result<Input, Failure> {
        let reader = SerializedFileReader::new(file).map_err(|_| damaged(&table))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let tops: Vec<String> =
            schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
        let mut columns = Vec::with_capacity(wanted.len());
        for name in wanted {
            let mut named = tops.iter().filter(|top| *top == name);
            if named.next().is_none() {
                return Err(missing_column(&table, name, &tops));
            }
            if named.next().is_some() {
                return Err(table.failure(&format!("has two columns `{name}`")).help("rename one of them"));
            }
            let leaf = schema.columns().iter().position(|column| column.path().parts() == [name.as_str()]);
            let leaf = leaf.filter(|at| schema.column(*at).max_rep_level() == 0);
            let of_type = leaf.and_then(|at| Some((at, Type::of(&schema.column(at))?)));
            columns.push(of_type.ok_or_else(|| {
                table
                    .failure(&format!(
                        "has in `{name}` neither texts nor days, whole numbers or truth values"
                    ))
                    .help("write the column as text")
            })?);
        }
        Ok(Input { reader, table, columns })
    }

    /// The types of the wanted columns.
    pub fn types(&self) -> Vec<Type> {
        self.columns.iter().map(|(_, of_type)| *of_type).collect()
    }

    /// Gives the wanted columns of each row.
    pub fn read(&mut self, wanted: &[String], each: &mut Each<'_>) -> Result<(), Failure> {
        let mut row = 0;
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group).map_err(|_| damaged(&self.table))?;
            let mut left = u64::try_from(group.metadata().num_rows()).unwrap_or_default();
            let columns = self.columns.iter().map(|column| Column::open(&*group, *column));
            let mut columns = columns.collect::<Result<Vec<_>, _>>().map_err(|_| damaged(&self.table))?;
            while left > 0 {
                let count = left.min(ROWS as u64) as usize;
                for column in &mut columns {
                    column.fill(count).map_err(|_| damaged(&self.table))?;
                }
                for at in 0..count {
                    row += 1;
                    let spot = Spot { row, line: None };
                    let mut fields = [Field::NULL; MOST_COLUMNS];
                    for ((column, field), name) in columns.iter().zip(&mut fields).zip(wanted) {
                        *field = column.field(at).map_err(|wrong| match wrong {
                            Wrong::NotUtf8 => self.table.not_utf8(&spot, name),
                            Wrong::TooLong => self.table.at(
                                &spot,
                                &format!("has a text longer than {} MiB in column `{name}`", MOST >> 20),
                            ),
                        })?;
                    }
                    each(&spot, &fields[..columns.len()])?;
                }
                left -= count as u64;
            }
        }
        Ok(())
    }
}

fn damaged(table: &Table) -> Failure {
    table
        .failure(
            "is no Parquet file that can be read: it is damaged, cut off, or compressed in an unusual way",
        )
        .help("write it again, whole; Snappy, Zstandard, LZ4 and gzip can be read")
}

/// What is wrong with a value.
enum Wrong {
    NotUtf8,
    TooLong,
}

/// One column of a row group, some rows of it decoded.
struct Column {
    reader: ColumnReader,
    of_type: Type,
    /// Of each row the place of its value.
    places: Vec<Option<u32>>,
    texts: Vec<ByteArray>,
    /// What is no text, spelled.
    spelled: Vec<String>,
}

impl Column {
    fn open(group: &dyn RowGroupReader, (at, of_type): (usize, Type)) -> Result<Column, ParquetError> {
        let reader = group.get_column_reader(at)?;
        Ok(Column { reader, of_type, places: Vec::new(), texts: Vec::new(), spelled: Vec::new() })
    }

    /// Decodes the next `count` rows.
    fn fill(&mut self, count: usize) -> Result<(), ParquetError> {
        let Column { reader, places, texts, spelled, of_type } = self;
        texts.clear();
        spelled.clear();
        match reader {
            ColumnReader::ByteArrayColumnReader(reader) => decode(reader, count, texts, places)?,
            ColumnReader::Int32ColumnReader(reader) => {
                let mut numbers = Vec::new();
                decode::<Int32Type>(reader, count, &mut numbers, places)?;
                let is_day = *of_type == Type::Day;
                let day = |days: i32| EPOCH.checked_add(jiff::Span::new().try_days(days)?);
                let spell = |number: i32| match is_day {
                    true => day(number).map_or_else(|_| format!("day {number}"), |day| day.to_string()),
                    false => number.to_string(),
                };
                spelled.extend(numbers.into_iter().map(spell));
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let mut numbers = Vec::new();
                decode::<Int64Type>(reader, count, &mut numbers, places)?;
                spelled.extend(numbers.iter().map(i64::to_string));
            }
            ColumnReader::BoolColumnReader(reader) => {
                let mut values = Vec::new();
                decode::<BoolType>(reader, count, &mut values, places)?;
                spelled.extend(values.iter().map(bool::to_string));
            }
            _ => return Err(ParquetError::General(String::new())),
        }
        Ok(())
    }

    fn field(&self, at: usize) -> Result<Field<'_>, Wrong> {
        let Some(place) = self.places.get(at).copied().flatten() else { return Ok(Field::NULL) };
        let bare = !matches!(self.of_type, Type::Text | Type::Day);
        if self.of_type != Type::Text {
            return Ok(Field { text: self.spelled.get(place as usize).map(String::as_str), bare });
        }
        let Some(text) = self.texts.get(place as usize) else { return Ok(Field::NULL) };
        if text.len() > MOST {
            return Err(Wrong::TooLong);
        }
        std::str::from_utf8(text.data()).map(Field::text).map_err(|_| Wrong::NotUtf8)
    }
}

/// Decodes `count` rows: the values, and of each row which is its own.
fn decode<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    values: &mut Vec<T::T>,
    places: &mut Vec<Option<u32>>,
) -> Result<(), ParquetError> {
    let mut levels: Vec<i16> = Vec::with_capacity(count);
    let mut rows = 0;
    while rows < count {
        let (read, _, _) = reader.read_records(count - rows, Some(&mut levels), None, values)?;
        if read == 0 {
            return Err(ParquetError::General(String::new()));
        }
        rows += read;
    }
    places.clear();
    let mut next = 0;
    let mut place = |is_there: bool| {
        is_there.then(|| {
            next += 1;
            next - 1
        })
    };
    match levels.is_empty() {
        true => places.extend((0..count).map(|_| place(true))),
        false => places.extend(levels.iter().map(|level| place(*level > 0))),
    }
    let whole = places.len() == count && next as usize == values.len();
    if whole { Ok(()) } else { Err(ParquetError::General(String::new())) }
}
