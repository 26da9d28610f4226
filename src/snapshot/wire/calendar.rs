//! Calendars. Whatever is read can be asked without a fault: the arithmetic of [`Calendar`] is total.

use super::value::{read_date, write_date, write_optional_date};
use super::{Decoding, PutText, Reader, Writer};
use crate::claim::{
    Calendar, Days, Division, ListedYear, MonthDay, NamedBy, Scheme, Stretch, Unit, WeekEnd, WeekPattern,
    Weekday, YearKind, YearName, YearRule,
};
use crate::snapshot::SnapshotError;

pub(super) fn write_calendar<'a, P: PutText<'a>>(out: &mut Writer, texts: &mut P, calendar: &'a Calendar) {
    texts.optional(out, calendar.label.as_deref());
    texts.texts(out, &calendar.aliases);
    out.count(calendar.stretches.len());
    for stretch in &calendar.stretches {
        write_optional_date(out, stretch.from);
        write_scheme(out, &stretch.scheme);
    }
}

pub(super) fn read_calendar<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Calendar, SnapshotError> {
    Ok(Calendar {
        label: reader.optional(|reader| decoding.text(reader))?,
        aliases: decoding.words(reader)?,
        stretches: reader
            .many(|reader| Ok(Stretch { from: reader.optional(read_date)?, scheme: read_scheme(reader)? }))?,
    })
}

fn write_scheme(out: &mut Writer, scheme: &Scheme) {
    match scheme {
        Scheme::Rule(rule, division) => {
            out.byte(0);
            write_rule(out, rule);
            write_division(out, division);
        }
        Scheme::Listed(years, division) => {
            out.byte(1);
            out.count(years.len());
            years.iter().for_each(|year| write_listed(out, year));
            write_division(out, division);
        }
        Scheme::Transition(name) => {
            out.byte(2);
            write_name(out, *name);
        }
    }
}

fn read_scheme(reader: &mut Reader<'_>) -> Result<Scheme, SnapshotError> {
    Ok(match reader.byte()? {
        0 => Scheme::Rule(read_rule(reader)?, read_division(reader)?),
        1 => Scheme::Listed(reader.many(read_listed)?, read_division(reader)?),
        2 => Scheme::Transition(read_name(reader)?),
        _ => return Err(SnapshotError::Nonsense("a calendar goes by nothing known")),
    })
}

fn write_rule(out: &mut Writer, rule: &YearRule) {
    match rule {
        YearRule::Starts(day, _) => {
            out.byte(0);
            write_month_day(out, *day);
        }
        YearRule::Ends(WeekEnd::LastOf(weekday, month), _) => {
            out.byte(1);
            out.byte(*weekday as u8);
            out.byte(month.unsigned_abs());
        }
        YearRule::Ends(WeekEnd::Nearest(weekday, day), _) => {
            out.byte(2);
            out.byte(*weekday as u8);
            write_month_day(out, *day);
        }
    }
    out.flag(rule.named_by() == NamedBy::End);
}

fn read_rule(reader: &mut Reader<'_>) -> Result<YearRule, SnapshotError> {
    /// The rule, but for what its years are named by.
    enum Lies {
        Starts(MonthDay),
        Ends(WeekEnd),
    }
    let lies = match reader.byte()? {
        0 => Lies::Starts(read_month_day(reader)?),
        1 => Lies::Ends(WeekEnd::LastOf(read_weekday(reader)?, read_month(reader)?)),
        2 => Lies::Ends(WeekEnd::Nearest(read_weekday(reader)?, read_month_day(reader)?)),
        _ => return Err(NO_DAY),
    };
    let named_by = if reader.flag()? { NamedBy::End } else { NamedBy::Start };
    Ok(match lies {
        Lies::Starts(day) => YearRule::Starts(day, named_by),
        Lies::Ends(end) => YearRule::Ends(end, named_by),
    })
}

const NO_DAY: SnapshotError = SnapshotError::Nonsense("a year starts on no day");

fn write_month_day(out: &mut Writer, day: MonthDay) {
    out.byte(day.month.unsigned_abs());
    out.byte(day.day.unsigned_abs());
}

fn read_month_day(reader: &mut Reader<'_>) -> Result<MonthDay, SnapshotError> {
    let month = read_month(reader)?;
    let day = i8::try_from(reader.byte()?).ok().filter(|day| (1..=31).contains(day)).ok_or(NO_DAY)?;
    Ok(MonthDay { month, day })
}

fn read_month(reader: &mut Reader<'_>) -> Result<i8, SnapshotError> {
    i8::try_from(reader.byte()?).ok().filter(|month| (1..=12).contains(month)).ok_or(NO_DAY)
}

fn read_weekday(reader: &mut Reader<'_>) -> Result<Weekday, SnapshotError> {
    Weekday::ALL.get(usize::from(reader.byte()?)).copied().ok_or(NO_DAY)
}

fn write_division(out: &mut Writer, division: &Division) {
    match division {
        Division::Whole => out.byte(0),
        Division::Months => out.byte(1),
        Division::Weeks { pattern, quarters, extra_week } => {
            out.byte(2);
            out.byte(*pattern as u8);
            out.flag(quarters.is_some());
            quarters.iter().flatten().for_each(|count| out.byte(*count));
            out.byte(*extra_week);
        }
    }
}

fn read_division(reader: &mut Reader<'_>) -> Result<Division, SnapshotError> {
    let unknown = SnapshotError::Nonsense("a year is divided into nothing known");
    Ok(match reader.byte()? {
        0 => Division::Whole,
        1 => Division::Months,
        2 => Division::Weeks {
            pattern: WeekPattern::ALL.get(usize::from(reader.byte()?)).copied().ok_or(unknown)?,
            quarters: reader
                .optional(|reader| Ok([reader.byte()?, reader.byte()?, reader.byte()?, reader.byte()?]))?,
            extra_week: reader.byte()?,
        },
        _ => return Err(unknown),
    })
}

fn write_listed(out: &mut Writer, year: &ListedYear) {
    write_name(out, year.name);
    write_days(out, year.days);
    out.count(year.parts.len());
    for (unit, number, days) in &year.parts {
        out.byte(*unit as u8);
        out.byte(*number);
        write_days(out, *days);
    }
}

fn read_listed(reader: &mut Reader<'_>) -> Result<ListedYear, SnapshotError> {
    let part = |reader: &mut Reader<'_>| {
        let unit = Unit::ALL.get(usize::from(reader.byte()?)).copied();
        let unit = unit.ok_or(SnapshotError::Nonsense("a part of a year is none"))?;
        Ok((unit, reader.byte()?, read_days(reader)?))
    };
    Ok(ListedYear { name: read_name(reader)?, days: read_days(reader)?, parts: reader.many(part)? })
}

fn write_name(out: &mut Writer, name: YearName) {
    out.flag(name.kind == YearKind::Transition);
    out.signed(i64::from(name.number));
}

fn read_name(reader: &mut Reader<'_>) -> Result<YearName, SnapshotError> {
    let kind = if reader.flag()? { YearKind::Transition } else { YearKind::Fiscal };
    let number = i16::try_from(reader.signed()?);
    Ok(YearName { kind, number: number.map_err(|_| SnapshotError::Nonsense("a year has no such number"))? })
}

fn write_days(out: &mut Writer, days: Days) {
    write_date(out, days.from);
    write_date(out, days.until);
}

fn read_days(reader: &mut Reader<'_>) -> Result<Days, SnapshotError> {
    Ok(Days { from: read_date(reader)?, until: read_date(reader)? })
}
