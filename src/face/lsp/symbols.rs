//! What a file is about, and where something is that a person knows by name.

use std::ops::Range;

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, SymbolKind, WorkspaceSymbol, WorkspaceSymbolLocation,
};

use super::diagnostics::Places;
use super::mention::subject_of;
use super::position::{Lined, Units};
use super::syntax::{Entry, entries};
use super::world::World;
use crate::claim::Subject;
use crate::name::{NAMING, norm};

/// Symbols that are told at most.
const MOST: usize = 200;

/// The subjects of a text with their keys below them, in order.
pub(super) fn of_text(text: &str, units: Units) -> Vec<DocumentSymbol> {
    let lined = Lined::new(text.as_bytes(), units);
    let mut symbols: Vec<(Subject, DocumentSymbol)> = Vec::new();
    for entry in entries(text) {
        let Some(subject) = subject_of(&entry) else { continue };
        let names = &entry.path[2..];
        if symbols.last().is_none_or(|(last, _)| *last != subject) {
            let id = &entry.path[1];
            let symbol = symbol(subject.to_string(), SymbolKind::Class, &entry.range, &id.range, &lined);
            symbols.push((subject, symbol));
        }
        let Some((_, own)) = symbols.last_mut() else { continue };
        own.range.end = lined.position(entry.range.end);
        if let Some(last) = names.last().filter(|_| is_told(&entry)) {
            let name = names.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".");
            let kind = if entry.value.is_some() { SymbolKind::Property } else { SymbolKind::Struct };
            let below = symbol(name, kind, &entry.range, &last.range, &lined);
            own.children.get_or_insert_default().push(below);
        }
    }
    symbols.into_iter().map(|(_, symbol)| symbol).collect()
}

/// Whether an entry is worth a line: blocks, and keys that don't stand in one.
fn is_told(entry: &Entry) -> bool {
    entry.value.is_none() || entry.above <= 2
}

fn symbol(
    name: String,
    kind: SymbolKind,
    range: &Range<usize>,
    own: &Range<usize>,
    lined: &Lined<'_>,
) -> DocumentSymbol {
    #[expect(deprecated, reason = "the type has a field that nobody is to fill any more")]
    DocumentSymbol {
        name,
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: lined.stretch(range),
        selection_range: lined.stretch(own),
        children: None,
    }
}

/// Subjects whose address or name holds `query`, those that begin with it first.
pub(super) fn of_all(world: &World, query: &str, units: Units) -> Vec<WorkspaceSymbol> {
    let wanted = norm(query);
    let plain = query.to_ascii_lowercase();
    let mut found: Vec<(bool, &Subject, Option<String>, crate::source::Origin)> = Vec::new();
    for claims in world.compiled().claims.chunk_by(|one, two| one.slot.subject == two.slot.subject) {
        let subject = &claims[0].slot.subject;
        let naming = claims.iter().filter(|claim| NAMING.contains(&claim.slot.attribute.as_str()));
        let names: Vec<String> = naming.map(|claim| claim.value.to_string()).collect();
        let by_name = names.iter().find(|name| !wanted.is_empty() && norm(name).contains(&wanted));
        if by_name.is_none() && !subject.as_str().contains(&plain) {
            continue;
        }
        let first =
            subject.id().starts_with(&plain) || by_name.is_some_and(|name| norm(name).starts_with(&wanted));
        let Some(at) = claims.iter().map(|claim| claim.origin).min() else { continue };
        found.push((!first, subject, by_name.or(names.first()).cloned(), at));
    }
    found.sort_by_key(|(later, subject, ..)| (*later, *subject));
    let mut places = Places::new(world, units);
    let all = found.into_iter().take(MOST).filter_map(|(_, subject, name, at)| {
        let location = WorkspaceSymbolLocation::Location(places.location(at)?);
        let own = BaseSymbolInformation {
            name: subject.to_string(),
            kind: SymbolKind::Class,
            tags: None,
            container_name: name,
        };
        Some(WorkspaceSymbol { location, data: None, base_symbol_information: own })
    });
    all.collect()
}
