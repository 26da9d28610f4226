//! Statements: conditions, period, source, edges, correction.

use super::value::{
    read_date, read_decimal, read_period, write_date, write_decimal, write_optional_date, write_period,
};
use super::{Decoding, PutText, Reader, Writer};
use crate::claim::{Bound, Correction, Edge, EdgeKind, Point, Product, Range, Statement, Target, Test, When};
use crate::snapshot::SnapshotError;
use crate::source::Span;

pub(in crate::snapshot) fn write_statement<'a>(
    out: &mut Writer,
    texts: &mut impl PutText<'a>,
    statement: &'a Statement,
) {
    write_when(out, texts, &statement.when);
    write_period(out, &statement.period);
    texts.optional(out, statement.source.as_deref());
    texts.optional(out, statement.id.as_deref());
    texts.optional(out, statement.reason.as_deref());
    out.count(statement.edges.len());
    statement.edges.iter().for_each(|edge| write_edge(out, texts, edge));
    out.flag(statement.block);
    texts.optional(out, statement.reviewed_against.as_deref());
    out.flag(statement.correction.is_some());
    if let Some(correction) = &statement.correction {
        texts.text(out, &correction.id);
        texts.optional(out, correction.by.as_deref());
        texts.optional(out, correction.pin.as_deref());
        write_optional_date(out, correction.review_by);
    }
}

pub(in crate::snapshot) fn read_statement<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Statement, SnapshotError> {
    Ok(Statement {
        when: read_when(reader, decoding)?,
        period: read_period(reader)?,
        source: reader.optional(|reader| decoding.word(reader))?,
        id: reader.optional(|reader| decoding.word(reader))?,
        reason: reader.optional(|reader| decoding.text(reader))?,
        edges: reader.many(|reader| read_edge(reader, decoding))?,
        block: reader.flag()?,
        entry: false,
        reviewed_against: reader.optional(|reader| decoding.word(reader))?,
        correction: reader.optional(|reader| {
            Ok(Box::new(Correction {
                id: decoding.word(reader)?,
                by: reader.optional(|reader| decoding.word(reader))?,
                pin: reader.optional(|reader| decoding.word(reader))?,
                review_by: reader.optional(read_date)?,
            }))
        })?,
    })
}

fn write_edge<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, edge: &'a Edge) {
    out.byte(match edge.kind {
        EdgeKind::ExceptionTo => 0,
        EdgeKind::Supersedes => 1,
        EdgeKind::Corrects => 2,
        EdgeKind::Retracts => 3,
    });
    match &edge.target {
        Target::Table => out.byte(0),
        Target::Id(id) => {
            out.byte(1);
            texts.text(out, id);
        }
        Target::Hash(prefix) => {
            out.byte(2);
            texts.text(out, prefix);
        }
        Target::Slot => out.byte(3),
    }
    out.varint(u64::from(edge.span.start));
    out.varint(u64::from(edge.span.end));
}

fn read_edge<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Edge, SnapshotError> {
    let kind = match reader.byte()? {
        0 => EdgeKind::ExceptionTo,
        1 => EdgeKind::Supersedes,
        2 => EdgeKind::Corrects,
        3 => EdgeKind::Retracts,
        _ => return Err(SnapshotError::Nonsense("an edge is of no known kind")),
    };
    let target = match reader.byte()? {
        0 => Target::Table,
        1 => Target::Id(decoding.word(reader)?),
        2 => Target::Hash(decoding.word(reader)?),
        3 => Target::Slot,
        _ => return Err(SnapshotError::Nonsense("an edge has no known target")),
    };
    Ok(Edge { kind, target, span: Span { start: reader.u32()?, end: reader.u32()? } })
}

pub(super) fn write_when<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, when: &'a When) {
    out.count(when.products().len());
    for product in when.products() {
        out.count(product.len());
        for (dimension, tests) in product {
            texts.text(out, dimension);
            out.count(tests.len());
            tests.iter().for_each(|test| write_test(out, texts, test));
        }
    }
}

pub(super) fn read_when<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<When, SnapshotError> {
    let products = reader.many(|reader| -> Result<Product, SnapshotError> {
        reader.many(|reader| {
            let dimension = decoding.word(reader)?;
            Ok((dimension, reader.many(|reader| read_test(reader, decoding))?))
        })
    })?;
    Ok(When::any_of(products))
}

fn write_test<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, test: &'a Test) {
    match test {
        Test::In(points) | Test::NotIn(points) => {
            out.byte(if matches!(test, Test::In(_)) { 0 } else { 1 });
            out.count(points.len());
            points.iter().for_each(|point| write_point(out, texts, point));
        }
        Test::Range(range) => {
            out.byte(2);
            for bound in [&range.low, &range.high] {
                out.flag(bound.is_some());
                if let Some(bound) = bound {
                    out.flag(bound.inclusive);
                    write_point(out, texts, &bound.at);
                }
            }
        }
    }
}

fn read_test<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Test, SnapshotError> {
    let mut bound = |reader: &mut Reader<'s>| {
        reader.optional(|reader| Ok(Bound { inclusive: reader.flag()?, at: read_point(reader, decoding)? }))
    };
    Ok(match reader.byte()? {
        2 => Test::Range(Range { low: bound(reader)?, high: bound(reader)? }),
        0 => Test::In(reader.many(|reader| read_point(reader, decoding))?),
        1 => Test::NotIn(reader.many(|reader| read_point(reader, decoding))?),
        _ => return Err(SnapshotError::Nonsense("a condition is of no known kind")),
    })
}

fn write_point<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, point: &'a Point) {
    match point {
        Point::Word(word) => {
            out.byte(0);
            texts.text(out, word);
        }
        Point::Number(number) => {
            out.byte(1);
            write_decimal(out, *number);
        }
        Point::Date(date) => {
            out.byte(2);
            write_date(out, *date);
        }
        Point::Bool(yes) => {
            out.byte(3);
            out.flag(*yes);
        }
    }
}

fn read_point<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Point, SnapshotError> {
    Ok(match reader.byte()? {
        0 => Point::Word(decoding.word(reader)?),
        1 => Point::Number(read_decimal(reader)?),
        2 => Point::Date(read_date(reader)?),
        3 => Point::Bool(reader.flag()?),
        _ => return Err(SnapshotError::Nonsense("a point is of no known type")),
    })
}
