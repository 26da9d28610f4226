//! Tables in Apache Parquet (<https://parquet.apache.org/docs/file-format/>), read and written by columns.
//!
//! A column of the table may be a text, a day, a whole number or a truth value; it has the same type in the map, so that
//! engines join the two without a cast.

mod read;

mod write;

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::schema::types::ColumnDescriptor;

pub(super) use read::Input;
pub(super) use write::ParquetSink;

/// The type of a column as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Type {
    Text,
    Day,
    Int32,
    Int64,
    Bool,
}

impl Type {
    /// That of a column; `None` for all that is no name and no context.
    fn of(column: &ColumnDescriptor) -> Option<Type> {
        let logical = column.logical_type_ref();
        let signed = match logical {
            None => !matches!(
                column.converted_type(),
                ConvertedType::UINT_8
                    | ConvertedType::UINT_16
                    | ConvertedType::UINT_32
                    | ConvertedType::UINT_64
            ),
            Some(LogicalType::Integer(integer)) => integer.is_signed,
            Some(_) => false,
        };
        let plain = match column.converted_type() {
            ConvertedType::NONE => true,
            converted => matches!(
                converted,
                ConvertedType::INT_8 | ConvertedType::INT_16 | ConvertedType::INT_32 | ConvertedType::INT_64
            ),
        };
        match (column.physical_type(), logical) {
            (Physical::BYTE_ARRAY, None | Some(LogicalType::String | LogicalType::Enum)) => {
                let decimal = matches!(column.converted_type(), ConvertedType::DECIMAL);
                (!decimal).then_some(Type::Text)
            }
            (Physical::INT32, Some(LogicalType::Date)) => Some(Type::Day),
            (Physical::INT32, _) if column.converted_type() == ConvertedType::DATE => Some(Type::Day),
            (Physical::INT32, _) if signed && plain => Some(Type::Int32),
            (Physical::INT64, _) if signed && plain => Some(Type::Int64),
            (Physical::BOOLEAN, _) => Some(Type::Bool),
            _ => None,
        }
    }
}

/// The day that Parquet counts from.
const EPOCH: jiff::civil::Date = jiff::civil::Date::constant(1970, 1, 1);
