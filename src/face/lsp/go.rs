//! Where something is declared, and where it is named.

use std::ops::Range;

use gen_lsp_types::Location;

use super::diagnostics::Places;
use super::mention::{self, Mention};
use super::position::Units;
use super::world::World;
use crate::claim::Subject;
use crate::source::{FileId, Origin, Span};

/// Where what stands at `offset` is declared: a subject's tables, or the attribute of its type.
pub(super) fn definition(world: &World, text: &str, offset: usize, units: Units) -> Vec<Location> {
    let mut places = Places::new(world, units);
    let Some(found) = mention::at(text, offset, world) else {
        let declared = mention::entry_at(text, offset).and_then(|entry| declared_at(world, &entry));
        return declared.and_then(|origin| places.location(origin)).into_iter().collect();
    };
    origins(world, &found.subject).into_iter().filter_map(|origin| places.location(origin)).collect()
}

/// Where a subject's tables begin; of one that is read through a lens, where what is said of it stands.
fn origins(world: &World, subject: &Subject) -> Vec<Origin> {
    let declaring = mention::everywhere(world, subject).into_iter().filter(|(_, mention)| mention.declares);
    let mut found: Vec<Origin> = declaring.map(|(file, mention)| origin(file, &mention.range)).collect();
    if found.is_empty() {
        found = world.about(subject).iter().map(|claim| claim.origin).collect();
    }
    // Each file once: further blocks about the same subject are a glance away.
    found.sort_unstable_by_key(|origin| (origin.file, origin.span.start));
    found.dedup_by_key(|origin| origin.file);
    found
}

fn declared_at(world: &World, entry: &super::syntax::Entry) -> Option<Origin> {
    let (slot, _) = mention::slot_of(entry, world)?;
    let type_id = world.type_of(&slot.subject);
    let kind = slot.subject.kind();
    world.catalog().attribute(kind, type_id.as_deref(), &slot.attribute)?.declared_at
}

/// Where what stands at `offset` is named; with its declarations where `declarations`.
pub(super) fn references(
    world: &World,
    text: &str,
    offset: usize,
    declarations: bool,
    units: Units,
) -> Vec<Location> {
    let Some(found) = mention::at(text, offset, world) else { return Vec::new() };
    let mut places = Places::new(world, units);
    let all = mention::everywhere(world, &found.subject).into_iter();
    let wanted = all.filter(|(_, mention)| declarations || !mention.declares);
    wanted.filter_map(|(file, mention)| places.location(origin(file, &mention.range))).collect()
}

/// Where in this text the same is named.
pub(super) fn highlights(world: &World, text: &str, offset: usize) -> Vec<Mention> {
    let all = mention::mentions(text, world);
    let holds = |mention: &&Mention| mention.range.start <= offset && offset <= mention.range.end;
    let Some(subject) = all.iter().find(holds).map(|mention| mention.subject.clone()) else {
        return Vec::new();
    };
    all.into_iter().filter(|mention| mention.subject == subject).collect()
}

fn origin(file: FileId, range: &Range<usize>) -> Origin {
    Origin { file, span: Span { start: range.start as u32, end: range.end as u32 } }
}
