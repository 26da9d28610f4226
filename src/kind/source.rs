//! `source`: a document or person that claims lean on.

use smol_str::SmolStr;

use super::catalog::{not_among, text, texts, word};
use super::{Builder, Builtin, Kind, Reader, SubjectTable, value};
use crate::claim::SourceRecord;
use crate::diagnostic::codes;

pub(super) static KIND: Kind = Kind {
    name: "source",
    summary: "a document or person that claims lean on",
    attributes: &[
        Builtin { name: "title", is: "text", cardinality: "one", summary: "what it is called" },
        Builtin { name: "url", is: "url", cardinality: "one", summary: "where it can be read" },
        Builtin {
            name: "owner",
            is: "ref team",
            cardinality: "one",
            summary: "the team that answers for it",
        },
        Builtin {
            name: "authority",
            is: "text",
            cardinality: "one",
            summary: "its tier, one of `precedence.default`",
        },
        Builtin { name: "stated", is: "date", cardinality: "one", summary: "its date" },
        Builtin {
            name: "effective",
            is: "date",
            cardinality: "one",
            summary: "from when it is meant to hold",
        },
        Builtin {
            name: "supersedes",
            is: "ref source",
            cardinality: "set",
            summary: "sources that give way to it as a whole",
        },
        Builtin {
            name: "covers",
            is: "text",
            cardinality: "set",
            summary: "globs of the files that may cite it",
        },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let tiers = &builder.catalog.declarations.tiers;
    let mut tier = None;
    if let Some((at, word)) = word(subject.table, "authority") {
        tier = tiers.iter().position(|known| known == word).map(|index| index as u32);
        if tier.is_none() {
            let words: Vec<&str> = tiers.iter().map(SmolStr::as_str).collect();
            let (message, help) = not_among(word, "a tier of authority", &words);
            let help = match tiers.is_empty() {
                true => format!("declare it: `[precedence.default]` with `tiers = [\"{word}\"]`"),
                false => help,
            };
            let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
            reader.report(finding);
        }
    }
    let mut supersedes: Vec<SmolStr> =
        texts(subject.table, "supersedes").into_iter().map(|(_, id)| SmolStr::new(id)).collect();
    supersedes.sort();
    supersedes.dedup();
    let record = SourceRecord {
        title: text(subject.table, "title").map(|(_, title)| title.into()),
        tier,
        stated: subject.table.get("stated").and_then(|stated| value::date(stated.get_ref())),
        supersedes,
    };
    builder.catalog.declarations.sources.insert(SmolStr::new(subject.id), record);
}
