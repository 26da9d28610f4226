//! A source is cited only from files that it covers. That it is declared was checked where it was read.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::knowledge::Knowledge;
use crate::claim::{Claim, Subject, Value};
use crate::diagnostic::{Finding, Findings, codes};
use crate::source::{FileId, Origin};

/// Refuses citations from files that the cited source doesn't cover, once for each source and file.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let covers: BTreeMap<&str, Covers> = knowledge
        .declarations()
        .sources
        .keys()
        .filter_map(|id| Some((id.as_str(), Covers::of(knowledge, id, findings)?)))
        .collect();
    if covers.is_empty() {
        return;
    }
    let mut cited: BTreeMap<(&str, FileId), (usize, &Claim)> = BTreeMap::new();
    for claim in knowledge.claims {
        let Some(source) = claim.statement.source.as_deref().filter(|source| covers.contains_key(source))
        else {
            continue;
        };
        let (count, first) = cited.entry((source, claim.origin.file)).or_insert((0, claim));
        *count += 1;
        if claim.origin < first.origin {
            *first = claim;
        }
    }
    for ((source, file), (count, claim)) in cited {
        let (path, covers) = ((knowledge.paths)(file), &covers[source]);
        if covers.globs.is_match(path) {
            continue;
        }
        let more = if count > 1 { format!(", and {} more in this file", count - 1) } else { String::new() };
        let message = format!("source `{source}` may not be cited from `{path}`");
        let label = format!("leans on it{more}");
        findings.push(
            Finding::new(&codes::SOURCE_NOT_COVERING, message, claim.origin, label)
                .label(covers.at, "may be cited from here only")
                .help(format!("name another `source`, move the claim, or add `\"{path}\"` to `covers` of `[source.{source}]`")),
        );
    }
}

/// Which files may cite a source.
struct Covers {
    globs: GlobSet,
    at: Origin,
}

impl Covers {
    /// What `covers` of a source says; `None` where it says nothing, and all files may cite it.
    fn of(knowledge: &Knowledge<'_>, source: &str, findings: &mut Findings) -> Option<Covers> {
        let at = knowledge.find(&Subject::new("source", source))?;
        let claims = knowledge.subjects[at].slot("covers");
        let mut globs = GlobSetBuilder::new();
        for claim in claims {
            for text in texts(&claim.value) {
                match GlobBuilder::new(text).literal_separator(true).build() {
                    Ok(glob) => {
                        globs.add(glob);
                    }
                    Err(_) => findings.push(bad_glob(claim, text)),
                }
            }
        }
        let at = claims.iter().map(|claim| claim.origin).min()?;
        // A set too large to build covers nothing: refused rather than let through.
        Some(Covers { globs: globs.build().unwrap_or_default(), at })
    }
}

fn bad_glob(claim: &Claim, text: &str) -> Finding {
    let message = format!("`{text}` is not a pattern of paths");
    Finding::new(
        &codes::BAD_DECLARATION,
        message,
        claim.origin,
        "a bracket or brace is open, or `**` stands beside text",
    )
    .help(
        "type a path in which `*` is any part of a name and `**` any folders, such as `knowledge/finance/**`",
    )
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::List(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(|item| match item {
        Value::Text(text) => Some(&**text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn covered(covers: &[&str], citing: &str) -> Vec<&'static str> {
        let mut book = Book::new();
        book.source("policy").file("knowledge/sources.toml");
        for glob in covers {
            book.say("source/policy#covers", *glob);
        }
        book.file(citing)
            .citing("policy")
            .say("term/acv#definition", "annual value")
            .say("term/acv#label", "ACV");
        slugs(&book.check())
    }

    #[test]
    fn a_file_outside_is_refused_once() {
        assert_eq!(covered(&["knowledge/finance/**"], "knowledge/sales/acv.toml"), ["source-not-covering"]);
    }

    #[test]
    fn files_inside_and_no_covers_are_fine() {
        assert!(covered(&["knowledge/finance/**"], "knowledge/finance/a/acv.toml").is_empty());
        assert!(covered(&["knowledge/other/*", "knowledge/*.toml"], "knowledge/acv.toml").is_empty());
        assert!(covered(&[], "knowledge/sales/acv.toml").is_empty());
    }

    #[test]
    fn a_star_is_one_part_of_a_path() {
        assert_eq!(covered(&["knowledge/*"], "knowledge/sales/acv.toml"), ["source-not-covering"]);
    }

    #[test]
    fn a_broken_pattern_is_said() {
        assert_eq!(
            covered(&["knowledge/["], "elsewhere/acv.toml"),
            ["bad-declaration", "source-not-covering"]
        );
    }
}
