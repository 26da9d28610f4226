//! Parquet, written: rows are kept by column until there are enough for a row group.

use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type as Schema;

use super::super::batch::{Form, Sink};
use super::super::map::{Answers, Stamp};
use super::super::rows::Field;
use super::{EPOCH, Type};
use crate::face::cli::output::Failure;
use crate::snapshot::AtomicFile;

/// Rows of a row group, at least.
const ROWS: usize = 1 << 17;

/// How much text is kept before it is written, whatever the rows.
const BYTES: usize = 256 << 20;

/// A map that is written as Parquet.
pub(in super::super) struct ParquetSink {
    path: String,
    writer: SerializedFileWriter<AtomicFile>,
    form: Columns,
    parts: Vec<Part>,
}

/// The types of the columns.
pub(in super::super) struct Columns(Vec<Type>);

/// Some rows, by column.
#[derive(Default)]
pub(in super::super) struct Part(Vec<Cells>);

/// Some rows of a column: their texts end to end.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    /// Where each text ends; `None` for nothing.
    ends: Vec<Option<usize>>,
}

impl ParquetSink {
    /// Begins a map at `path` with these columns; those behind `types` are texts.
    pub fn create(
        path: &Path,
        columns: &[String],
        mut types: Vec<Type>,
        stamp: &Stamp,
    ) -> Result<ParquetSink, Failure> {
        types.resize(columns.len(), Type::Text);
        let shown = path.display().to_string();
        let file = AtomicFile::create(path)?;
        let entry = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        let mut entries =
            vec![entry("dictum.schema", "dictum.map/1"), entry("dictum.snapshot", &stamp.snapshot)];
        entries.extend(stamp.at.iter().map(|at| entry("dictum.at", at)));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("dictum {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(entries))
            .build();
        let writer = schema(columns, &types)
            .and_then(|schema| SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)));
        let writer = writer.map_err(|_| failed(&shown))?;
        Ok(ParquetSink { path: shown, writer, form: Columns(types), parts: Vec::new() })
    }

    /// Writes what is kept, and gives the file its name.
    pub fn finish(mut self) -> Result<(), Failure> {
        let path = self.path.clone();
        self.flush().map_err(|_| failed(&path))?;
        let file = self.writer.into_inner().map_err(|_| failed(&path))?;
        Ok(file.finish()?)
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let mut parts = std::mem::take(&mut self.parts);
        if parts.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (at, of_type) in self.form.0.iter().enumerate() {
            let Some(mut column) = group.next_column()? else { break };
            for part in &mut parts {
                write(column.untyped(), *of_type, std::mem::take(&mut part.0[at]))?;
            }
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl Form for Columns {
    type Part = Part;

    fn row(&self, raw: &[Field<'_>], answers: &Answers<'_>, part: &mut Part) {
        part.0.resize_with(self.0.len(), Cells::default);
        let texts = raw.iter().map(|field| field.text).chain(answers.iter().copied());
        for (cells, text) in part.0.iter_mut().zip(texts) {
            cells.bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            cells.ends.push(text.map(|_| cells.bytes.len()));
        }
    }
}

impl Sink for ParquetSink {
    type Form = Columns;

    fn form(&self) -> &Columns {
        &self.form
    }

    fn take(&mut self, part: Part) -> Result<(), Failure> {
        self.parts.push(part);
        let rows = |part: &Part| part.0.first().map_or(0, |cells| cells.ends.len());
        let bytes = |part: &Part| part.0.iter().map(|cells| cells.bytes.len()).sum::<usize>();
        let is_enough = self.parts.iter().map(rows).sum::<usize>() >= ROWS
            || self.parts.iter().map(bytes).sum::<usize>() >= BYTES;
        if is_enough { self.flush().map_err(|_| failed(&self.path)) } else { Ok(()) }
    }
}

fn failed(path: &str) -> Failure {
    Failure::new(format!("can't write `{path}`: the system refused")).help("see whether there is room left")
}

fn schema(columns: &[String], types: &[Type]) -> Result<Schema, ParquetError> {
    let column = |(name, of_type): (&String, &Type)| {
        let (physical, logical) = match of_type {
            Type::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Type::Day => (Physical::INT32, Some(LogicalType::Date)),
            Type::Int32 => (Physical::INT32, None),
            Type::Int64 => (Physical::INT64, None),
            Type::Bool => (Physical::BOOLEAN, None),
        };
        let column = Schema::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        column.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = columns.iter().zip(types).map(column).collect::<Result<Vec<_>, _>>()?;
    Schema::group_type_builder("map").with_fields(fields).build()
}

/// Writes some rows of a column.
fn write(column: &mut ColumnWriter<'_>, of_type: Type, cells: Cells) -> Result<(), ParquetError> {
    let Cells { bytes, ends } = cells;
    let levels: Vec<i16> = ends.iter().map(|end| i16::from(end.is_some())).collect();
    let levels = Some(&levels[..]);
    let starts = std::iter::once(0).chain(ends.iter().flatten().copied());
    let ranges = starts.zip(ends.iter().flatten().copied());
    let text = |(start, end): (usize, usize)| std::str::from_utf8(&bytes[start..end]).unwrap_or_default();
    match (column, of_type) {
        (ColumnWriter::ByteArrayColumnWriter(column), _) => {
            // Each value is a part of the one text, and no copy.
            let ranges: Vec<(usize, usize)> = ranges.collect();
            let whole = ByteArray::from(bytes);
            let values: Vec<ByteArray> =
                ranges.into_iter().map(|(start, end)| whole.slice(start, end - start)).collect();
            column.write_batch(&values, levels, None)?;
        }
        (ColumnWriter::Int32ColumnWriter(column), Type::Day) => {
            let values: Vec<i32> = ranges.map(|range| days(text(range))).collect();
            column.write_batch(&values, levels, None)?;
        }
        (ColumnWriter::Int32ColumnWriter(column), _) => {
            let values: Vec<i32> = ranges.map(|range| text(range).parse().unwrap_or_default()).collect();
            column.write_batch(&values, levels, None)?;
        }
        (ColumnWriter::Int64ColumnWriter(column), _) => {
            let values: Vec<i64> = ranges.map(|range| text(range).parse().unwrap_or_default()).collect();
            column.write_batch(&values, levels, None)?;
        }
        (ColumnWriter::BoolColumnWriter(column), _) => {
            let values: Vec<bool> = ranges.map(|range| text(range) == "true").collect();
            column.write_batch(&values, levels, None)?;
        }
        _ => return Err(ParquetError::General(String::new())),
    }
    Ok(())
}

/// A day as Parquet counts it: back from what [`super::read`] spelled.
fn days(text: &str) -> i32 {
    if let Some(days) = text.strip_prefix("day ") {
        return days.parse().unwrap_or_default();
    }
    let day = text.parse::<jiff::civil::Date>().ok();
    day.and_then(|day| day.since(EPOCH).ok()).map_or(0, |since| since.get_days())
}
