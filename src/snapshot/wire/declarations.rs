//! What the business declares.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::calendar::{read_calendar, write_calendar};
use super::statement::{read_when, write_when};
use super::value::{read_date, read_period, write_optional_date, write_period};
use super::{Decoding, PutText, Reader, Writer, read_value, write_value};
use crate::claim::{
    Cardinality, Criterion, Declarations, Dimension, Law, Precedence, Required, Shape, SourceRecord, Tree,
    TreeNode,
};
use crate::snapshot::SnapshotError;
use crate::snapshot::check::check_declarations;

pub(in crate::snapshot) fn write_declarations<'a>(
    out: &mut Writer,
    texts: &mut impl PutText<'a>,
    declarations: &'a Declarations,
) {
    write_map(out, texts, &declarations.dimensions, write_dimension);
    write_map(out, texts, &declarations.sources, write_source);
    texts.texts(out, &declarations.tiers);
    texts.texts(out, &declarations.specificity);
    write_map(out, texts, &declarations.precedences, write_precedence);
    out.count(declarations.laws.len());
    declarations.laws.iter().for_each(|law| write_law(out, texts, law));
    write_map(out, texts, &declarations.calendars, write_calendar);
    texts.optional(out, declarations.default_calendar.as_deref());
}

/// Reads declarations that deciding and explaining can rely on: what points, points at something.
pub(in crate::snapshot) fn read_declarations<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Declarations, SnapshotError> {
    let declarations = Declarations {
        dimensions: read_map(reader, decoding, read_dimension)?,
        sources: read_map(reader, decoding, read_source)?,
        tiers: decoding.words(reader)?,
        specificity: decoding.words(reader)?,
        precedences: read_map(reader, decoding, read_precedence)?,
        laws: reader.many(|reader| read_law(reader, decoding))?,
        calendars: read_map(reader, decoding, read_calendar)?,
        default_calendar: reader.optional(|reader| decoding.word(reader))?,
    };
    reader.end()?;
    check_declarations(&declarations)?;
    Ok(declarations)
}

fn write_map<'a, T, P: PutText<'a>>(
    out: &mut Writer,
    texts: &mut P,
    map: &'a BTreeMap<SmolStr, T>,
    write: impl Fn(&mut Writer, &mut P, &'a T),
) {
    out.count(map.len());
    for (id, item) in map {
        texts.text(out, id);
        write(out, texts, item);
    }
}

fn read_map<'s, T>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
    read: impl Fn(&mut Reader<'s>, &mut Decoding<'s>) -> Result<T, SnapshotError>,
) -> Result<BTreeMap<SmolStr, T>, SnapshotError> {
    let items = reader.many(|reader| Ok((decoding.word(reader)?, read(reader, decoding)?)))?;
    Ok(items.into_iter().collect())
}

fn write_dimension<'a, P: PutText<'a>>(out: &mut Writer, texts: &mut P, dimension: &'a Dimension) {
    write_shape(out, texts, &dimension.shape);
    write_map(out, texts, &dimension.sets, |out, texts, members| texts.texts(out, members));
    texts.optional(out, dimension.unit.as_deref());
}

fn read_dimension<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Dimension, SnapshotError> {
    Ok(Dimension {
        shape: read_shape(reader, decoding)?,
        sets: read_map(reader, decoding, |reader, decoding| decoding.words(reader))?,
        unit: reader.optional(|reader| decoding.word(reader))?,
    })
}

/// What the ticks of a declared dimension mean.
pub(in crate::snapshot) fn write_shape<'a>(out: &mut Writer, texts: &mut impl PutText<'a>, shape: &'a Shape) {
    match shape {
        Shape::Tree(tree) => {
            out.byte(0);
            out.count(tree.nodes.len());
            for node in &tree.nodes {
                texts.text(out, &node.name);
                out.varint(node.parent.map_or(0, |parent| u64::from(parent) + 1));
                out.varint(u64::from(node.end));
            }
        }
        Shape::Enum(values) => {
            out.byte(1);
            texts.texts(out, values);
        }
        Shape::Number => out.byte(2),
        Shape::Date => out.byte(3),
        Shape::Bool => out.byte(4),
        Shape::Open => out.byte(5),
    }
}

fn read_shape<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Shape, SnapshotError> {
    Ok(match reader.byte()? {
        0 => Shape::Tree(read_tree(reader, decoding)?),
        1 => Shape::Enum(decoding.words(reader)?),
        2 => Shape::Number,
        3 => Shape::Date,
        4 => Shape::Bool,
        5 => Shape::Open,
        _ => return Err(SnapshotError::Nonsense("a dimension is of no known shape")),
    })
}

fn read_tree<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Tree, SnapshotError> {
    let nodes = reader.many(|reader| {
        let name = decoding.word(reader)?;
        let parent = reader.u32()?.checked_sub(1);
        Ok(TreeNode { name, parent, end: reader.u32()? })
    })?;
    Ok(Tree { nodes })
}

fn write_source<'a, P: PutText<'a>>(out: &mut Writer, texts: &mut P, source: &'a SourceRecord) {
    texts.optional(out, source.title.as_deref());
    out.varint(source.tier.map_or(0, |tier| u64::from(tier) + 1));
    write_optional_date(out, source.stated);
    texts.texts(out, &source.supersedes);
}

fn read_source<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<SourceRecord, SnapshotError> {
    Ok(SourceRecord {
        title: reader.optional(|reader| decoding.text(reader))?,
        tier: reader.u32()?.checked_sub(1),
        stated: reader.optional(read_date)?,
        supersedes: decoding.words(reader)?,
    })
}

const CRITERIA: [Criterion; 5] =
    [Criterion::Authority, Criterion::Specificity, Criterion::Effective, Criterion::Stated, Criterion::Rank];

fn write_precedence<'a, P: PutText<'a>>(out: &mut Writer, texts: &mut P, precedence: &'a Precedence) {
    texts.texts(out, &precedence.globs);
    out.count(precedence.order.len());
    for criterion in &precedence.order {
        out.byte(match criterion {
            Criterion::Authority => 0,
            Criterion::Specificity => 1,
            Criterion::Effective => 2,
            Criterion::Stated => 3,
            Criterion::Rank => 4,
        });
    }
    out.count(precedence.rank.len());
    precedence.rank.iter().for_each(|value| write_value(out, texts, value));
}

fn read_precedence<'s>(
    reader: &mut Reader<'s>,
    decoding: &mut Decoding<'s>,
) -> Result<Precedence, SnapshotError> {
    let criterion = |reader: &mut Reader<'s>| {
        let known = CRITERIA.get(usize::from(reader.byte()?)).copied();
        known.ok_or(SnapshotError::Nonsense("a precedence looks at nothing known"))
    };
    Ok(Precedence {
        globs: decoding.words(reader)?,
        order: reader.many(criterion)?,
        rank: reader.many(|reader| read_value(reader, decoding))?,
    })
}

/// One byte for how the claims of a slot make one answer.
pub(in crate::snapshot) fn cardinality_byte(cardinality: Cardinality) -> u8 {
    match cardinality {
        Cardinality::One => 0,
        Cardinality::Set => 1,
        Cardinality::Max => 2,
        Cardinality::Min => 3,
    }
}

fn write_law<'a, P: PutText<'a>>(out: &mut Writer, texts: &mut P, law: &'a Law) {
    out.byte(cardinality_byte(law.cardinality));
    out.flag(law.required.is_some());
    if let Some(required) = &law.required {
        write_when(out, texts, &required.when);
        out.flag(required.period.is_some());
        if let Some(period) = &required.period {
            write_period(out, period);
        }
    }
    texts.optional(out, law.precedence.as_deref());
}

fn read_law<'s>(reader: &mut Reader<'s>, decoding: &mut Decoding<'s>) -> Result<Law, SnapshotError> {
    let cardinality = match reader.byte()? {
        0 => Cardinality::One,
        1 => Cardinality::Set,
        2 => Cardinality::Max,
        3 => Cardinality::Min,
        _ => return Err(SnapshotError::Nonsense("a merge law is not known")),
    };
    let required = reader.optional(|reader| {
        Ok(Required { when: read_when(reader, decoding)?, period: reader.optional(read_period)? })
    })?;
    Ok(Law { cardinality, required, precedence: reader.optional(|reader| decoding.word(reader))? })
}
