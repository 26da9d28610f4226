//! Changes of files, as an editor takes them.

use std::collections::BTreeMap;
use std::ops::Range;

use gen_lsp_types::{
    DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, Uri, WorkspaceEdit,
};

use super::Client;
use super::position::{Lined, Units};
use super::world::World;
use crate::source::FileId;

/// For each file, stretches of its bytes and what takes their place.
pub(super) type Changes = BTreeMap<FileId, Vec<(Range<usize>, String)>>;

/// Of one text.
pub(super) fn text_edits(bytes: &[u8], changes: &[(Range<usize>, String)], units: Units) -> Vec<TextEdit> {
    let lined = Lined::new(bytes, units);
    let edit = |(range, text): &(Range<usize>, String)| TextEdit {
        range: lined.stretch(range),
        new_text: text.clone(),
    };
    changes.iter().map(edit).collect()
}

/// Of several, each for the version that it was worked out from, where the editor can tell versions apart.
pub(super) fn workspace_edit(world: &World, changes: &Changes, client: Client) -> Option<WorkspaceEdit> {
    let mut documents = Vec::new();
    let mut plain = Vec::new();
    for (file, own) in changes {
        let text = world.compiled_text(*file);
        let uri = Uri::from_file_path(world.on_disk(&text.path)).ok()?;
        let edits = text_edits(&text.bytes, own, client.units);
        if !client.versions {
            plain.push((uri, edits));
            continue;
        }
        let edits = edits.into_iter().map(Edit::TextEdit).collect();
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: world.version(&text.path),
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        documents.push(DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits }));
    }
    Some(match client.versions {
        true => WorkspaceEdit { document_changes: Some(documents), ..WorkspaceEdit::default() },
        false => WorkspaceEdit { changes: Some(plain.into_iter().collect()), ..WorkspaceEdit::default() },
    })
}
