//! Quick fixes: what a finding offers to paste, and words that it says were meant.

use std::ops::Range;

use gen_lsp_types::{CodeAction, CodeActionKind};

use super::Client;
use super::diagnostics::{Places, diagnostic};
use super::edits::{Changes, workspace_edit};
use super::syntax::plain;
use super::world::World;
use crate::diagnostic::{Finding, Fix};
use crate::source::FileId;

/// The fixes of findings that touch `range` of `file`.
pub(super) fn actions(world: &World, file: FileId, range: &Range<usize>, client: Client) -> Vec<CodeAction> {
    let mut places = Places::new(world, client.units);
    let mut actions = Vec::new();
    for finding in world.compiled().findings.iter() {
        let here = finding.labels.iter().any(|label| {
            let span = label.origin.span.start as usize..label.origin.span.end as usize;
            label.origin.file == file && span.start <= range.end && range.start <= span.end
        });
        if !here {
            continue;
        }
        let meant = meant(world, finding).map(|(title, changes)| (title, changes, true));
        let pasted =
            finding.fixes.iter().filter_map(|fix| Some((fix.title.clone(), pasted(world, fix)?, false)));
        let all: Vec<_> = meant.into_iter().chain(pasted).collect();
        let alone = all.len() == 1;
        for (title, changes, is_word) in all {
            actions.push(CodeAction {
                title,
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic(finding, &mut places)]),
                is_preferred: (is_word && alone).then_some(true),
                edit: workspace_edit(world, &changes, client),
                ..CodeAction::default()
            });
        }
    }
    actions
}

/// What to paste, put where the finding says: below the line that it is about, or in place of it at the end of its table.
fn pasted(world: &World, fix: &Fix) -> Option<Changes> {
    let at = fix.at?;
    let text = std::str::from_utf8(&world.compiled_text(at.file).bytes).ok()?;
    let (start, end) = (at.span.start as usize, at.span.end as usize);
    let first = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let behind = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    let missing = |at: usize| if at == text.len() && !text.ends_with('\n') { "\n" } else { "" };
    let mut changes = Changes::new();
    let own = changes.entry(at.file).or_default();
    if fix.instead {
        let rest = &text[behind..];
        let next = if rest.starts_with('[') { Some(0) } else { rest.find("\n[").map(|newline| newline + 1) };
        let goes = next.map_or(text.len(), |next| behind + next);
        own.push((first..behind, String::new()));
        own.push((goes..goes, format!("{}{}\n", missing(goes), fix.toml)));
    } else {
        own.push((behind..behind, format!("{}{}\n", missing(behind), fix.toml)));
    }
    Some(changes)
}

/// Where the help asks "did you mean `WORD`?": that word in place of the one that the finding is about.
fn meant(world: &World, finding: &Finding) -> Option<(String, Changes)> {
    let word = finding.help.as_deref()?.strip_prefix("did you mean `")?.split('`').next()?;
    let origin = finding.labels.first()?.origin;
    let text = std::str::from_utf8(&world.compiled_text(origin.file).bytes).ok()?;
    let range = origin.span.start as usize..origin.span.end as usize;
    let said = text.get(range.clone())?;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
    };
    let (inner, range) = match plain(said) {
        Some(inner) => (inner, range.start + 1..range.end - 1),
        None => (said, range),
    };
    if !is_word(inner) || !is_word(word) {
        return None;
    }
    Some((format!("write `{word}`"), Changes::from([(origin.file, vec![(range, word.to_owned())])])))
}
