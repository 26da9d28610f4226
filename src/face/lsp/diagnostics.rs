//! What is wrong, as an editor shows it: every finding of the whole knowledge, at its place, with what to do.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Message, Position, Range,
    Uri,
};

use super::position::{Lined, Units};
use super::world::World;
use crate::diagnostic::{Finding, Findings, Severity};
use crate::source::{Origin, Texts};

/// Diagnostics of one file: more help nobody, and make editors slow.
const MOST: usize = 500;

/// What an editor says a diagnostic is from.
pub(super) const SOURCE: &str = "dictum";

/// Places in the texts of a world, as an editor counts. Lines of a text are looked for once.
pub(super) struct Places<'w> {
    world: &'w World,
    texts: &'w Texts,
    units: Units,
    lined: BTreeMap<u32, Lined<'w>>,
}

impl<'w> Places<'w> {
    /// In the texts that were compiled last. Nothing is looked for yet.
    pub fn new(world: &'w World, units: Units) -> Places<'w> {
        Places::of(world, &world.compiled().texts, units)
    }

    /// In these texts.
    fn of(world: &'w World, texts: &'w Texts, units: Units) -> Places<'w> {
        Places { world, texts, units, lined: BTreeMap::new() }
    }

    /// Where `origin` is.
    pub fn stretch(&mut self, origin: Origin) -> Range {
        let text = self.texts.get(origin.file);
        let lined = self.lined.entry(origin.file.0).or_insert_with(|| Lined::new(&text.bytes, self.units));
        lined.stretch(&(origin.span.start as usize..origin.span.end as usize))
    }

    /// The address of the file and where in it.
    pub fn location(&mut self, origin: Origin) -> Option<Location> {
        let path = self.world.on_disk(&self.texts.get(origin.file).path);
        let uri = Uri::from_file_path(path).ok()?;
        Some(Location { uri, range: self.stretch(origin) })
    }
}

/// All diagnostics, by the path of their file.
pub(super) fn diagnostics(world: &World, units: Units) -> BTreeMap<String, Vec<Diagnostic>> {
    let compiled = world.compiled();
    by_file(world, &compiled.texts, &compiled.findings, units)
}

/// Those of `findings`, whose places are in `texts`.
pub(super) fn by_file(
    world: &World,
    texts: &Texts,
    findings: &Findings,
    units: Units,
) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut places = Places::of(world, texts, units);
    let mut all: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings.iter() {
        let path = match finding.labels.first() {
            Some(label) => texts.get(label.origin.file).path.to_string(),
            None => world.root().config_path(),
        };
        let own = all.entry(path).or_default();
        if own.len() < MOST {
            own.push(diagnostic(finding, &mut places));
        }
    }
    all
}

/// One finding.
pub(super) fn diagnostic(finding: &Finding, places: &mut Places<'_>) -> Diagnostic {
    let top = Range { start: Position::new(0, 0), end: Position::new(0, 0) };
    let mut message = finding.message.clone();
    if let Some(label) = finding.labels.first().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(" ({})", label.text));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\n{help}"));
    }
    let others = finding.labels.iter().skip(1).filter_map(|label| {
        Some(DiagnosticRelatedInformation {
            location: places.location(label.origin)?,
            message: label.text.clone(),
        })
    });
    let others: Vec<_> = others.collect();
    let range = finding.labels.first().map_or(top, |label| places.stretch(label.origin));
    Diagnostic {
        range,
        severity: Some(match finding.severity() {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Note => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(finding.code.slug.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: Message::String(visible(&message)),
        related_information: (!others.is_empty()).then_some(others),
        ..Diagnostic::default()
    }
}

/// Control and invisible characters shown as what they are, line by line.
fn visible(message: &str) -> String {
    message.lines().map(crate::face::text::shown).collect::<Vec<_>>().join("\n")
}
