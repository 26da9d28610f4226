//! Values, dates, numbers, periods.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Decoding, PutText, Reader, TextBlob, Writer};
use crate::claim::{Period, Value};
use crate::snapshot::SnapshotError;

/// Lists inside lists beyond this depth are refused, so that reading can't exhaust the stack.
const MAX_DEPTH: u32 = 32;

const NONE: u8 = 0;
const TEXT: u8 = 1;
const INTEGER: u8 = 2;
const DECIMAL: u8 = 3;
const BOOL: u8 = 4;
const DATE: u8 = 5;
const PERIOD: u8 = 6;
const DURATION: u8 = 7;
const PERCENT: u8 = 8;
const MONEY: u8 = 9;
const REF: u8 = 10;
const LIST: u8 = 11;

pub(in crate::snapshot) fn write_value<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, value: &'a Value) {
    match value {
        Value::None => out.byte(NONE),
        Value::Text(text) => {
            out.byte(TEXT);
            texts.text(out, text);
        }
        Value::Integer(number) => {
            out.byte(INTEGER);
            out.signed(*number);
        }
        Value::Decimal(number) => {
            out.byte(DECIMAL);
            write_decimal(out, *number);
        }
        Value::Bool(yes) => {
            out.byte(BOOL);
            out.flag(*yes);
        }
        Value::Date(date) => {
            out.byte(DATE);
            write_date(out, *date);
        }
        Value::Period(period) => {
            out.byte(PERIOD);
            write_period(out, period);
        }
        Value::Duration { months, days, seconds } => {
            out.byte(DURATION);
            [months, days, seconds].into_iter().for_each(|part| out.signed(*part));
        }
        Value::Percent(number) => {
            out.byte(PERCENT);
            write_decimal(out, *number);
        }
        Value::Money { amount, currency } => {
            out.byte(MONEY);
            write_decimal(out, *amount);
            texts.text(out, currency);
        }
        Value::Ref(subject) => {
            out.byte(REF);
            texts.text(out, subject.as_str());
        }
        Value::List(items) => {
            out.byte(LIST);
            out.count(items.len());
            items.iter().for_each(|item| write_value(out, texts, item));
        }
    }
}

pub(in crate::snapshot) fn read_value<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Value, SnapshotError> {
    value_at_depth(reader, decoding, 0)
}

fn value_at_depth<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
    depth: u32,
) -> Result<Value, SnapshotError> {
    Ok(match reader.byte()? {
        NONE => Value::None,
        TEXT => Value::Text(decoding.word(reader)?),
        INTEGER => Value::Integer(reader.signed()?),
        DECIMAL => Value::Decimal(read_decimal(reader)?),
        BOOL => Value::Bool(reader.flag()?),
        DATE => Value::Date(read_date(reader)?),
        PERIOD => Value::Period(read_period(reader)?),
        DURATION => {
            Value::Duration { months: reader.signed()?, days: reader.signed()?, seconds: reader.signed()? }
        }
        PERCENT => Value::Percent(read_decimal(reader)?),
        MONEY => Value::Money { amount: read_decimal(reader)?, currency: decoding.word(reader)? },
        REF => Value::Ref(decoding.subject_at(reader.u32()?)?),
        LIST if depth < MAX_DEPTH => {
            Value::List(reader.many(|reader| value_at_depth(reader, decoding, depth + 1))?)
        }
        LIST => return Err(SnapshotError::Nonsense("lists are nested too deeply")),
        _ => return Err(SnapshotError::Nonsense("a value is of no known type")),
    })
}

/// The text of a value that is text or a reference, without decoding it.
pub(in crate::snapshot) fn first_text<'s>(
    mut reader: Reader<'s>,
    texts: TextBlob<'s>,
) -> Result<Option<&'s str>, SnapshotError> {
    match reader.byte()? {
        TEXT | REF => texts.get(reader.u32()?).map(Some),
        _ => Ok(None),
    }
}

/// Whether lists are nested less deeply than a snapshot can hold.
pub(in crate::snapshot) fn value_fits(value: &Value) -> bool {
    fn within(value: &Value, depth: u32) -> bool {
        match value {
            Value::List(items) => depth < MAX_DEPTH && items.iter().all(|item| within(item, depth + 1)),
            _ => true,
        }
    }
    within(value, 0)
}

/// Sign and scale in one byte, then the digits as an integer.
pub(super) fn write_decimal(out: &mut Writer, number: Decimal) {
    let digits = number.mantissa();
    out.byte(number.scale() as u8 | if digits < 0 { 0x80 } else { 0 });
    // A decimal has 96 bits of digits: the lower 64 and the upper 32.
    let digits = digits.unsigned_abs();
    out.varint(digits as u64);
    out.varint((digits >> 64) as u64);
}

pub(super) fn read_decimal(reader: &mut Reader<'_>) -> Result<Decimal, SnapshotError> {
    let first = reader.byte()?;
    let digits = i128::from(reader.varint()?) | i128::from(reader.u32()?) << 64;
    let signed = if first & 0x80 != 0 { -digits } else { digits };
    let number = Decimal::try_from_i128_with_scale(signed, u32::from(first & 0x7f));
    number.map_err(|_| SnapshotError::Nonsense("a number has too many digits"))
}

pub(super) fn write_date(out: &mut Writer, date: Date) {
    out.signed(i64::from(date.year()));
    out.byte(date.month() as u8);
    out.byte(date.day() as u8);
}

pub(super) fn read_date(reader: &mut Reader<'_>) -> Result<Date, SnapshotError> {
    let no_date = SnapshotError::Nonsense("a date is not in the calendar");
    let year = i16::try_from(reader.signed()?).map_err(|_| no_date.clone())?;
    let month = i8::try_from(reader.byte()?).map_err(|_| no_date.clone())?;
    let day = i8::try_from(reader.byte()?).map_err(|_| no_date.clone())?;
    Date::new(year, month, day).map_err(|_| no_date)
}

pub(super) fn write_optional_date(out: &mut Writer, date: Option<Date>) {
    out.flag(date.is_some());
    if let Some(date) = date {
        write_date(out, date);
    }
}

pub(super) fn write_period(out: &mut Writer, period: &Period) {
    write_optional_date(out, period.from);
    write_optional_date(out, period.until);
}

pub(super) fn read_period(reader: &mut Reader<'_>) -> Result<Period, SnapshotError> {
    Ok(Period { from: reader.optional(read_date)?, until: reader.optional(read_date)? })
}
