//! How people write periods: what can begin at a word or number of a sentence, as long as it goes on.
//!
//! Every rule takes where to begin and gives what it read and the byte behind it, or nothing. It looks at a bounded number of
//! tokens, so that reading a sentence takes time in proportion to it.

use jiff::civil::Date;

use super::expression::{Length, Marked, Said, Step, YearSaid};
use super::token::{Kind, Token};
use crate::claim::{MONTHS, Unit, YearKind, YearName, full_year};

/// What was read, and the byte behind it.
type Read<T> = Option<(T, usize)>;

/// The rules, over a text.
#[derive(Clone, Copy)]
pub(super) struct Grammar<'t> {
    text: &'t str,
    /// Whether the whole text is meant to be a period: then a year may stand alone.
    whole: bool,
}

impl<'t> Grammar<'t> {
    pub fn new(text: &'t str, whole: bool) -> Grammar<'t> {
        Grammar { text, whole }
    }

    fn next(&self, at: usize) -> Option<Token<'t>> {
        Token::next(self.text, at)
    }

    /// The longest period that begins with `first`.
    pub fn period(&self, first: Token<'t>) -> Read<Said> {
        if let Some(found) = self.span_of_parts(first) {
            return Some(found);
        }
        let (said, end) = self.single(first)?;
        match self.behind(&said, end) {
            Some(found) => Some(found),
            None => Some((said, end)),
        }
    }

    /// `… to …` behind a period.
    fn behind(&self, said: &Said, end: usize) -> Read<Said> {
        if let (Said::Day { .. }, Some(slash)) = (said, self.next(end))
            && slash.kind == Kind::Sign('/')
            && let Some((other @ Said::Day { .. }, end)) = self.single(self.next(slash.end)?)
        {
            return Some((Said::HalfOpen(day(said)?, day(&other)?), end));
        }
        let after = self.connector(end)?;
        let (other, end) = self.single(self.next(after)?)?;
        Some((Said::Span(Box::new(said.clone()), Box::new(other)), end))
    }

    /// `to`, `through`, `–`, `..`, or a hyphen with spaces around it; the byte behind it.
    fn connector(&self, at: usize) -> Option<usize> {
        let token = self.next(at)?;
        let next = self.next(token.end);
        match token.kind {
            Kind::Word if token.is_any(&["to", "through", "thru"]) => Some(token.end),
            Kind::Sign('–' | '—') => Some(token.end),
            Kind::Sign('-') if token.spaced && next?.spaced => Some(token.end),
            Kind::Sign('.') => {
                next.filter(|dot| dot.kind == Kind::Sign('.') && !dot.spaced).map(|dot| dot.end)
            }
            _ => None,
        }
    }

    /// `Q1-Q3 FY26`, `Jan to March 2026`: the first has the year of the last.
    fn span_of_parts(&self, first: Token<'t>) -> Read<Said> {
        if let Some((month, end)) = self.month_word(first) {
            let (Said::Month { year, month: last }, end) = self.single(self.next(self.joined(end)?)?)? else {
                return None;
            };
            let from = Said::Month { year, month };
            return Some((Said::Span(Box::new(from), Box::new(Said::Month { year, month: last })), end));
        }
        let ((unit, number), end) = self.unit(first)?;
        let (last, end) = self.single(self.next(self.joined(end)?)?)?;
        match last {
            Said::Part { unit: other, year, .. } if unit == other && year != YearSaid::Missing => {
                let from = Said::Part { unit, number, year };
                Some((Said::Span(Box::new(from), Box::new(last)), end))
            }
            _ => None,
        }
    }

    /// As [`Grammar::connector`], and a hyphen without spaces.
    fn joined(&self, at: usize) -> Option<usize> {
        self.connector(at).or_else(|| {
            let token = self.next(at)?;
            (token.kind == Kind::Sign('-')).then_some(token.end)
        })
    }

    /// A period that is no span.
    fn single(&self, first: Token<'t>) -> Read<Said> {
        match first.kind {
            Kind::Number => self.numeric(first),
            Kind::Word => self
                .part_first(first)
                .or_else(|| self.year_first(first))
                .or_else(|| self.month_first(first))
                .or_else(|| self.relative(first)),
            Kind::Sign(_) => None,
        }
    }

    /// What begins with a number: `2026-03-31`, `2026-Q1`, `14 March 2026`, `3Q26`, `2026`.
    fn numeric(&self, first: Token<'t>) -> Read<Said> {
        if let Some(year) = first.year() {
            return self
                .iso(year, first.end)
                .or_else(|| self.year_then_part(YearSaid::Bare(year), first.end))
                .or_else(|| {
                    (self.whole || self.says_year(first))
                        .then_some((year_alone(YearSaid::Bare(year)), first.end))
                });
        }
        let number = first.short_number()?;
        let next = self.next(first.end)?;
        if !next.spaced && next.is_any(&["q", "h"]) {
            let unit = if next.is("q") { Unit::Quarter } else { Unit::Half };
            let (year, end) = self.year_behind(next.end).or_else(|| self.two_digits(next.end))?;
            return Some((Said::Part { unit, number, year }, end));
        }
        if !next.spaced && next.is_any(&["st", "nd", "rd", "th"]) {
            let unit = self.next(next.end)?;
            if let Some(unit) = long_unit(unit) {
                let (year, end) = self.year_behind(self.next(next.end)?.end)?;
                return Some((Said::Part { unit, number, year }, end));
            }
            return self.day_month(number, self.next(next.end)?);
        }
        self.day_month(number, next)
    }

    /// `March 2026` behind a day.
    fn day_month(&self, day: u8, month: Token<'t>) -> Read<Said> {
        let (month, end) = self.month_word(month)?;
        let year = self.next(end)?;
        Some((Said::Day { year: year.year()?, month, day }, year.end))
    }

    /// What ISO 8601 writes behind a year: `-03-31`, `-03`, `-W07`.
    fn iso(&self, year: i16, at: usize) -> Read<Said> {
        let token = self.next(at).filter(|token| !token.spaced)?;
        let hyphen = token.kind == Kind::Sign('-');
        let token = if hyphen { self.next(token.end).filter(|token| !token.spaced)? } else { token };
        if token.is("w") {
            let number = self.next(token.end).filter(|number| !number.spaced && number.text.len() == 2)?;
            return Some((Said::IsoWeek { year, week: number.short_number()? }, number.end));
        }
        let month = token.short_number().filter(|_| hyphen && token.text.len() == 2)?;
        let day = self.next(token.end).filter(|sign| sign.kind == Kind::Sign('-') && !sign.spaced);
        let day = day.and_then(|sign| self.next(sign.end)).filter(|day| !day.spaced && day.text.len() == 2);
        match day.and_then(|day| Some((day.short_number()?, day.end))) {
            Some((day, end)) => Some((Said::Day { year, month, day }, end)),
            // In a sentence a number that is no month is part of something else.
            None if self.whole || (1..=12).contains(&month) => Some((Said::Month { year, month }, token.end)),
            None => None,
        }
    }

    /// `Q3 FY26`, `third quarter of 2026`, `Q3`.
    fn part_first(&self, first: Token<'t>) -> Read<Said> {
        let ((unit, number), end) = self.unit(first)?;
        if let Some((year, end)) = self.year_behind(end) {
            return Some((Said::Part { unit, number, year }, end));
        }
        // Alone only what can't be anything else.
        let alone = unit == Unit::Quarter && first.text == "Q" && (1..=4).contains(&number);
        (alone || self.whole).then_some((Said::Part { unit, number, year: YearSaid::Missing }, end))
    }

    /// `Q3`, `quarter 3`, `third quarter`, `P07`, `week 12`.
    fn unit(&self, first: Token<'t>) -> Read<(Unit, u8)> {
        let next = self.next(first.end)?;
        if let Some(at) = ["first", "second", "third", "fourth"].iter().position(|word| first.is(word)) {
            return Some(((long_unit(next)?, u8::try_from(at + 1).ok()?), next.end));
        }
        let letter = Unit::ALL.into_iter().find(|unit| first.is(unit.letter()) && !next.spaced);
        let week = (first.is_any(&["wk", "week"])).then_some(Unit::Week);
        let period = first.is("period").then_some(Unit::Period);
        let unit = letter.or(week).or(period).or_else(|| long_unit(first))?;
        Some(((unit, next.short_number()?), next.end))
    }

    /// A year behind its part: ` FY26`, ` of 2026`, `-FY26`, `, 2026`.
    fn year_behind(&self, at: usize) -> Read<YearSaid> {
        let mut token = self.next(at)?;
        if matches!(token.kind, Kind::Sign(',' | '-' | '–' | '\'' | '’')) || token.is_any(&["of", "in"]) {
            token = self.next(token.end)?;
            if token.is("the") {
                token = self.next(token.end)?;
            }
        }
        match token.year() {
            Some(year) => Some((YearSaid::Bare(year), token.end)),
            None => self.marked_year(token),
        }
    }

    /// `26` of `3Q26`.
    fn two_digits(&self, at: usize) -> Read<YearSaid> {
        let token = self.next(at)?;
        let apostrophe = matches!(token.kind, Kind::Sign('\'' | '’'));
        let token = if apostrophe { self.next(token.end)? } else { token };
        let two = token.short_number().filter(|_| token.text.len() == 2 && !token.spaced)?;
        Some((YearSaid::Bare(full_year(i16::from(two))), token.end))
    }

    /// `FY26`, `FY2025/26`, `fiscal year 2026`, `CY26`, `calendar year 2026`, `TP25`.
    fn marked_year(&self, first: Token<'t>) -> Read<YearSaid> {
        let next = self.next(first.end)?;
        let (mark, at) = match first {
            _ if first.is("fy") => (Marked::Fiscal, first.end),
            _ if first.is("cy") => (Marked::Civil, first.end),
            _ if first.is_any(&["fiscal", "financial"]) && next.is("year") => (Marked::Fiscal, next.end),
            _ if first.is("fiscal") => (Marked::Fiscal, first.end),
            _ if first.is("calendar") && next.is("year") => (Marked::Civil, next.end),
            _ if first.text == "TP" => (Marked::Not, first.end),
            _ if first.is("transition") && next.is("period") => (Marked::Not, next.end),
            _ => return None,
        };
        let mut number = self.next(at)?;
        if matches!(number.kind, Kind::Sign('\'' | '’' | '-')) {
            number = self.next(number.end).filter(|number| !number.spaced)?;
        }
        let year = year_number(number)?;
        match mark {
            Marked::Civil => Some((YearSaid::Civil(year), number.end)),
            Marked::Not => {
                Some((YearSaid::Named(YearName { kind: YearKind::Transition, number: year }), number.end))
            }
            Marked::Fiscal => match self.second_year(year, number.end) {
                Some(end) => Some((YearSaid::Across(year), end)),
                None => Some((YearSaid::fiscal(year), number.end)),
            },
        }
    }

    /// `/26`, `-26` or `/2026` behind 2025.
    fn second_year(&self, first: i16, at: usize) -> Option<usize> {
        let sign =
            self.next(at).filter(|sign| !sign.spaced && matches!(sign.kind, Kind::Sign('/' | '-' | '–')))?;
        let number = self.next(sign.end).filter(|number| !number.spaced)?;
        (year_number(number)? == first.checked_add(1)?).then_some(number.end)
    }

    /// `FY26 Q3`, `FY2026H1`, `FY26`.
    fn year_first(&self, first: Token<'t>) -> Read<Said> {
        let (year, end) = self.marked_year(first)?;
        self.year_then_part(year, end).or(Some((year_alone(year), end)))
    }

    /// `Q3`, `-Q1` or `H1` behind a year.
    fn year_then_part(&self, year: YearSaid, at: usize) -> Read<Said> {
        let mut token = self.next(at)?;
        // `2026-Q1` and `2026Q1` are written in the manner of ISO 8601.
        let iso = !token.spaced && matches!(token.kind, Kind::Sign('-') | Kind::Word);
        let year = match year {
            YearSaid::Bare(number) if iso => YearSaid::Civil(number),
            year => year,
        };
        if matches!(token.kind, Kind::Sign('-' | '–' | ',' | '/')) {
            token = self.next(token.end)?;
        }
        // What has a year of its own behind it is another period.
        let ((unit, number), end) = self.unit(token)?;
        self.year_behind(end).is_none().then_some((Said::Part { unit, number, year }, end))
    }

    /// `March 2026`, `March 14, 2026`.
    fn month_first(&self, first: Token<'t>) -> Read<Said> {
        let (month, end) = self.month_word(first)?;
        let mut next = self.next(end)?;
        if matches!(next.kind, Kind::Sign(',')) || next.is("of") {
            next = self.next(next.end)?;
        }
        if let Some(year) = next.year() {
            return Some((Said::Month { year, month }, next.end));
        }
        let day = next.short_number()?;
        let mut year = self.next(next.end)?;
        while year.kind == Kind::Sign(',') || !year.spaced && year.is_any(&["st", "nd", "rd", "th"]) {
            year = self.next(year.end)?;
        }
        Some((Said::Day { year: year.year()?, month, day }, year.end))
    }

    /// A month by its name or its first letters, with or without a point.
    fn month_word(&self, token: Token<'t>) -> Read<u8> {
        let named = |month: &&str| {
            token.is(month) || token.is(&month[..3]) || **month == *"september" && token.is("sept")
        };
        let at = MONTHS.iter().position(named)?;
        let point = self.next(token.end).filter(|point| point.kind == Kind::Sign('.') && !point.spaced);
        let end = point.filter(|_| token.text.len() <= 4).map_or(token.end, |point| point.end);
        Some((u8::try_from(at + 1).ok()?, end))
    }

    /// `last quarter`, `this fiscal year`, `year to date`, `YTD`, `yesterday`.
    fn relative(&self, first: Token<'t>) -> Read<Said> {
        for (word, step) in [("yesterday", Step::Last), ("today", Step::This), ("tomorrow", Step::Next)] {
            if first.is(word) {
                return Some((Said::Relative(step, Length::Day, Marked::Not), first.end));
            }
        }
        let short = ["ytd", "qtd", "mtd", "wtd"].iter().position(|word| first.is(word));
        let lengths =
            [Length::Of(Unit::Year), Length::Of(Unit::Quarter), Length::Month, Length::Of(Unit::Week)];
        if let Some(at) = short {
            return Some((Said::ToDate(lengths[at], Marked::Not), first.end));
        }
        if first.is("fytd") {
            return Some((Said::ToDate(lengths[0], Marked::Fiscal), first.end));
        }
        let step = match first {
            _ if first.is_any(&["last", "previous", "prior"]) => Some(Step::Last),
            _ if first.is_any(&["this", "current"]) => Some(Step::This),
            _ if first.is("next") => Some(Step::Next),
            _ => None,
        };
        let token = if step.is_some() { self.next(first.end)? } else { first };
        let marked = match token {
            _ if token.is_any(&["fiscal", "financial"]) => Marked::Fiscal,
            _ if token.is("calendar") => Marked::Civil,
            _ => Marked::Not,
        };
        let token = if marked == Marked::Not { token } else { self.next(token.end)? };
        let length = length(token)?;
        let to_date = self
            .until_date(token.end)
            .filter(|_| length != Length::Day && step.is_none_or(|step| step == Step::This));
        match (to_date, step) {
            (Some(end), _) => Some((Said::ToDate(length, marked), end)),
            (None, Some(step)) => Some((Said::Relative(step, length, marked), token.end)),
            (None, None) => None,
        }
    }

    /// `to date`, `-to-date`; the byte behind it.
    fn until_date(&self, at: usize) -> Option<usize> {
        let mut at = at;
        for word in ["to", "date"] {
            let mut token = self.next(at)?;
            if token.kind == Kind::Sign('-') {
                token = self.next(token.end)?;
            }
            at = Some(token.end).filter(|_| token.is(word))?;
        }
        Some(at)
    }

    /// Whether what stands before a number says that it is a year: `in 2026`.
    fn says_year(&self, number: Token<'t>) -> bool {
        let recent = number.year().is_some_and(|year| (1900..2100).contains(&year));
        let before = self.text[..number.start].trim_end_matches(' ');
        let word = before
            .rfind(|c: char| !c.is_alphabetic())
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let word = &before[word..];
        recent
            && number.spaced
            && ["in", "during", "year", "throughout"].iter().any(|known| word.eq_ignore_ascii_case(known))
    }
}

fn year_alone(year: YearSaid) -> Said {
    Said::Part { unit: Unit::Year, number: 1, year }
}

/// Two or four digits.
fn year_number(token: Token<'_>) -> Option<i16> {
    match token.text.len() {
        2 => token.short_number().map(|two| full_year(i16::from(two))),
        _ => token.year(),
    }
}

/// `quarter`, `half`.
fn long_unit(token: Token<'_>) -> Option<Unit> {
    [Unit::Quarter, Unit::Half].into_iter().find(|unit| token.is(unit.as_str()))
}

fn length(token: Token<'_>) -> Option<Length> {
    let units = [Unit::Year, Unit::Half, Unit::Quarter, Unit::Week];
    match units.into_iter().find(|unit| token.is(unit.as_str())) {
        Some(unit) => Some(Length::Of(unit)),
        None if token.is("month") => Some(Length::Month),
        None => None,
    }
}

/// The day, where it exists.
fn day(said: &Said) -> Option<Date> {
    let Said::Day { year, month, day } = said else { return None };
    Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
}
