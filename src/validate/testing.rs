//! Claims for tests, said in a line each.

use std::sync::Arc;

use smol_str::SmolStr;

use super::validate;
use crate::claim::{
    Cardinality, Claim, ClaimHash, Dimension, Law, LawId, Period, Point, Shape, Slot, SourceRecord,
    Statement, Subject, Test, Value, When, claim_hash,
};
use crate::diagnostic::Findings;
use crate::kind::{Catalog, declare, lower};
use crate::parse::parse;
use crate::source::{FileId, Origin, Span, Texts};

/// Claims under construction: what is set (file, source, condition, period) holds for what is said after it.
pub(super) struct Book {
    pub catalog: Catalog,
    claims: Vec<Claim>,
    paths: Vec<String>,
    statement: Statement,
}

/// Attributes that several values may be said of at once.
const SETS: &[&str] =
    &["aliases", "broader", "covers", "former-names", "related", "successor", "synonyms", "distinct-from"];

impl Book {
    pub fn new() -> Book {
        let mut catalog = Catalog::default();
        let law = |cardinality| Law { cardinality, required: None, precedence: None };
        catalog.declarations.laws = vec![law(Cardinality::One), law(Cardinality::Set)];
        let paths = vec!["knowledge/all.toml".to_owned()];
        Book { catalog, claims: Vec::new(), paths, statement: Statement::default() }
    }

    /// `KIND/ID` as a value.
    pub fn reference(subject: &str) -> Value {
        Value::Ref(Subject::parse(subject).expect("a subject"))
    }

    /// Says a value of a slot.
    pub fn say(&mut self, slot: &str, value: impl IntoValue) -> &mut Book {
        let slot = Slot::parse(slot).expect("a slot");
        let at = self.claims.len() as u32;
        let mut claim = Claim {
            law: LawId(u32::from(SETS.contains(&slot.attribute.as_str()))),
            slot,
            value: value.into_value(),
            statement: Arc::new(self.statement.clone()),
            hash: ClaimHash::ZERO,
            origin: Origin {
                file: FileId(self.paths.len() as u32 - 1),
                span: Span { start: at, end: at + 1 },
            },
            table: 0,
        };
        claim.hash = claim_hash(&claim);
        self.claims.push(claim);
        self
    }

    /// Says that a subject exists.
    pub fn label(&mut self, subject: &str) -> &mut Book {
        let id = subject.split('/').next_back().unwrap_or_default().to_owned();
        let statement = std::mem::take(&mut self.statement);
        self.say(&format!("{subject}#label"), id.as_str());
        self.statement = statement;
        self
    }

    pub fn file(&mut self, path: &str) -> &mut Book {
        self.paths.push(path.to_owned());
        self
    }

    pub fn source(&mut self, id: &str) -> &mut Book {
        self.catalog.declarations.sources.insert(SmolStr::new(id), SourceRecord::default());
        self
    }

    pub fn citing(&mut self, id: &str) -> &mut Book {
        self.statement.source = Some(SmolStr::new(id));
        self
    }

    pub fn during(&mut self, from: Option<&str>, until: Option<&str>) -> &mut Book {
        let day = |day: Option<&str>| day.map(|day| day.parse().expect("a day"));
        self.statement.period = Period { from: day(from), until: day(until) };
        self
    }

    /// Declares an open dimension.
    pub fn open(&mut self, dimension: &str) -> &mut Book {
        let declared = Dimension { shape: Shape::Open, sets: Default::default(), unit: None };
        self.catalog.declarations.dimensions.insert(SmolStr::new(dimension), declared);
        self
    }

    pub fn when(&mut self, dimension: &str, word: &str) -> &mut Book {
        let test = Test::In(vec![Point::Word(SmolStr::new(word))]);
        self.statement.when = When::any_of(vec![vec![(SmolStr::new(dimension), vec![test])]]);
        self
    }

    pub fn always(&mut self) -> &mut Book {
        self.statement.when = When::always();
        self
    }

    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Checks everything said so far, each claim once.
    pub fn check(&self) -> Findings {
        let mut claims = self.claims.clone();
        claims.sort_by(|a, b| (&a.slot, a.hash, a.origin).cmp(&(&b.slot, b.hash, b.origin)));
        claims.dedup_by(|later, earlier| later.hash == earlier.hash);
        let mut findings = Findings::new();
        validate(&self.catalog, &claims, &|file| self.paths[file.0 as usize].as_str(), &mut findings);
        findings.finish();
        findings
    }
}

/// What checking `files` (path and text) together finds, from their text on.
pub(super) fn checked(files: &[(&str, &str)]) -> Findings {
    let texts = Texts::from_pairs(files.iter().copied());
    let mut findings = Findings::new();
    let documents: Vec<_> = texts.iter().map(|(file, text)| parse(file, text, &mut findings)).collect();
    let catalog = declare(&documents.iter().collect::<Vec<_>>(), "", &mut findings);
    let mut claims: Vec<Claim> =
        documents.iter().flat_map(|document| lower(document, "a.toml", &catalog, &mut findings)).collect();
    claims.sort_by(|a, b| (&a.slot, a.hash, a.origin).cmp(&(&b.slot, b.hash, b.origin)));
    validate(&catalog, &claims, &|file| &texts.get(file).path, &mut findings);
    findings.finish();
    findings
}

/// The codes that were found, sorted by place.
pub(super) fn slugs(findings: &Findings) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.slug).collect()
}

/// What can be said in a test.
pub(super) trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.into())
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}
