//! Requests: what each is called, what it takes, and who answers it.

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Request, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::Client;
use super::edits::{text_edits, workspace_edit};
use super::position::{Lined, Units};
use super::session::Session;
use super::world::World;
use super::{actions, completion, go, hints, hover, mention, rename, symbols, tokens};
use crate::face::layout;
use crate::face::said::text_of;
use crate::source::FileId;

/// What this server can do, for an editor that can do so much.
pub(super) fn capabilities(client: Client) -> Json {
    let encoding = match client.units {
        Units::Utf8 => "utf-8",
        Units::Utf16 => "utf-16",
    };
    json!({
        "positionEncoding": encoding,
        "textDocumentSync": { "openClose": true, "change": 2, "save": true },
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "renameProvider": { "prepareProvider": true },
        "completionProvider": { "triggerCharacters": ["[", ".", "\"", "=", "{", ","] },
        "codeActionProvider": { "codeActionKinds": ["quickfix"] },
        "codeLensProvider": {},
        "inlayHintProvider": true,
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "semanticTokensProvider": { "legend": tokens::legend(), "full": true },
    })
}

/// Why a request has no answer.
enum Refused {
    /// Its parameters can't be read.
    Unreadable,
    /// There is no such request.
    Unknown,
    /// For the person: what was asked for can't be done.
    Told(String),
    /// What it is about is no knowledge; the answer is empty.
    Elsewhere,
}

type Answer = Result<Json, Refused>;

impl Session {
    /// Answers a request.
    pub fn answer(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        let refused = |code: ErrorCode, why: String| Response::new_err(id.clone(), code as i32, why);
        match self.asked(&request.method, request.params) {
            Ok(answer) => Response::new_ok(id, answer),
            Err(Refused::Elsewhere) => Response::new_ok(id, Json::Null),
            Err(Refused::Told(why)) => refused(ErrorCode::RequestFailed, why),
            Err(Refused::Unknown) => {
                refused(ErrorCode::MethodNotFound, format!("there is no `{}`", request.method))
            }
            Err(Refused::Unreadable) => refused(
                ErrorCode::InvalidParams,
                format!("the parameters of `{}` can't be read", request.method),
            ),
        }
    }

    fn asked(&mut self, method: &str, params: Json) -> Answer {
        match method {
            "textDocument/hover" => self.hover(read(params)?),
            "textDocument/definition" => self.definition(read(params)?),
            "textDocument/references" => self.references(read(params)?),
            "textDocument/documentHighlight" => self.highlights(read(params)?),
            "textDocument/documentSymbol" => self.symbols(read(params)?),
            "workspace/symbol" => self.workspace_symbols(&read(params)?),
            "textDocument/prepareRename" => self.prepare_rename(read(params)?),
            "textDocument/rename" => self.rename(read(params)?),
            "textDocument/completion" => self.completion(read(params)?),
            "textDocument/codeAction" => self.actions(read(params)?),
            "textDocument/codeLens" => self.lenses(read(params)?),
            "textDocument/inlayHint" => self.hints(read(params)?),
            "textDocument/formatting" => {
                let params: lsp::DocumentFormattingParams = read(params)?;
                self.format(&params.text_document.uri, None)
            }
            "textDocument/rangeFormatting" => {
                let params: lsp::DocumentRangeFormattingParams = read(params)?;
                self.format(&params.text_document.uri, Some(params.range))
            }
            "textDocument/semanticTokens/full" => self.tokens(read(params)?),
            _ => Err(Refused::Unknown),
        }
    }

    /// The knowledge, the file, its text, and the byte at a position in it.
    fn at<T>(
        &mut self,
        at: &lsp::TextDocumentPositionParams,
        work: impl FnOnce(&World, FileId, &str, usize, Client) -> T,
    ) -> Result<T, Refused> {
        let position = at.position;
        self.file(&at.text_document.uri, |world, file, text, client| {
            let offset = Lined::new(text.as_bytes(), client.units).offset(position);
            work(world, file, text, offset, client)
        })
    }

    /// The knowledge, the file, and its text; of files in the language only.
    fn file<T>(
        &mut self,
        uri: &lsp::Uri,
        work: impl FnOnce(&World, FileId, &str, Client) -> T,
    ) -> Result<T, Refused> {
        let client = self.client;
        let (world, path) = self.fresh(uri).ok_or(Refused::Elsewhere)?;
        let (file, text) = world.own(&path).ok_or(Refused::Elsewhere)?;
        Ok(work(world, file, text, client))
    }

    /// The knowledge and what stands in the editor: for what needs no more of the knowledge than what it is called, which may be a
    /// moment old.
    fn typing<T>(
        &mut self,
        uri: &lsp::Uri,
        work: impl FnOnce(&World, &str, Client) -> T,
    ) -> Result<T, Refused> {
        let client = self.client;
        let (world, path) = self.typed(uri).ok_or(Refused::Elsewhere)?;
        Ok(work(world, world.typed(&path).ok_or(Refused::Elsewhere)?, client))
    }

    fn hover(&mut self, params: lsp::HoverParams) -> Answer {
        self.at(&params.text_document_position_params, |world, file, text, offset, client| {
            let (value, range) = hover::hover(world, file, text, offset)?;
            let range = Lined::new(text.as_bytes(), client.units).stretch(&range);
            Some(json!({ "contents": { "kind": "markdown", "value": value }, "range": range }))
        })
        .map(|told| told.unwrap_or(Json::Null))
    }

    fn definition(&mut self, params: lsp::DefinitionParams) -> Answer {
        self.at(&params.text_document_position_params, |world, _, text, offset, client| {
            json!(go::definition(world, text, offset, client.units))
        })
    }

    fn references(&mut self, params: lsp::ReferenceParams) -> Answer {
        let declarations = params.context.include_declaration;
        self.at(&params.text_document_position_params, |world, _, text, offset, client| {
            json!(go::references(world, text, offset, declarations, client.units))
        })
    }

    fn highlights(&mut self, params: lsp::DocumentHighlightParams) -> Answer {
        let at = params.text_document_position_params;
        self.typing(&at.text_document.uri, |world, text, client| {
            let lined = Lined::new(text.as_bytes(), client.units);
            let all = go::highlights(world, text, lined.offset(at.position)).into_iter();
            all.map(|mention| json!({ "range": lined.stretch(&mention.range) })).collect()
        })
    }

    fn symbols(&mut self, params: lsp::DocumentSymbolParams) -> Answer {
        self.typing(&params.text_document.uri, |_, text, client| json!(symbols::of_text(text, client.units)))
    }

    fn workspace_symbols(&mut self, params: &lsp::WorkspaceSymbolParams) -> Answer {
        let units = self.client.units;
        let all = self.worlds().flat_map(|world| symbols::of_all(world, &params.query, units));
        Ok(json!(all.collect::<Vec<_>>()))
    }

    fn prepare_rename(&mut self, params: lsp::PrepareRenameParams) -> Answer {
        self.at(&params.text_document_position_params, |world, _, text, offset, client| {
            let found = mention::at(text, offset, world)?;
            let lined = Lined::new(text.as_bytes(), client.units);
            Some(json!({ "range": lined.stretch(&found.range), "placeholder": found.subject.id() }))
        })
        .map(|told| told.unwrap_or(Json::Null))
    }

    fn rename(&mut self, params: lsp::RenameParams) -> Answer {
        let new = params.new_name;
        self.at(&params.text_document_position_params, |world, _, text, offset, client| {
            let changes = rename::rename(world, text, offset, &new).map_err(Refused::Told)?;
            Ok(json!(workspace_edit(world, &changes, client)))
        })?
    }

    fn completion(&mut self, params: lsp::CompletionParams) -> Answer {
        let at = params.text_document_position_params;
        self.typing(&at.text_document.uri, |world, text, client| {
            let offset = Lined::new(text.as_bytes(), client.units).offset(at.position);
            json!(completion::completion(world, text, offset, client.units))
        })
    }

    fn actions(&mut self, params: lsp::CodeActionParams) -> Answer {
        let stretch = params.range;
        self.file(&params.text_document.uri, |world, file, text, client| {
            let range = Lined::new(text.as_bytes(), client.units).range(stretch);
            json!(actions::actions(world, file, &range, client))
        })
    }

    fn lenses(&mut self, params: lsp::CodeLensParams) -> Answer {
        self.file(&params.text_document.uri, |world, file, text, client| {
            json!(hints::lenses(world, file, text, client.units))
        })
    }

    fn hints(&mut self, params: lsp::InlayHintParams) -> Answer {
        let stretch = params.range;
        self.file(&params.text_document.uri, |world, file, text, client| {
            let range = Lined::new(text.as_bytes(), client.units).range(stretch);
            json!(hints::hints(world, file, text, &range, client.units))
        })
    }

    fn tokens(&mut self, params: lsp::SemanticTokensParams) -> Answer {
        self.typing(&params.text_document.uri, |world, text, client| {
            json!(tokens::tokens(world, text, client.units))
        })
    }

    /// Lays a text out, or the tables that a stretch of it touches.
    fn format(&mut self, uri: &lsp::Uri, stretch: Option<lsp::Range>) -> Answer {
        self.typing(uri, |world, text, client| {
            let range = stretch.map(|stretch| Lined::new(text.as_bytes(), client.units).range(stretch));
            let own = text_of("", text.as_bytes());
            // A text with mistakes is left as it is; they are shown.
            let edits = layout::edits(FileId(0), &own, range, world.limits()).unwrap_or_default();
            let changes: Vec<_> = edits.into_iter().map(|edit| (edit.range, edit.text)).collect();
            json!(text_edits(text.as_bytes(), &changes, client.units))
        })
    }
}

fn read<T: DeserializeOwned>(params: Json) -> Result<T, Refused> {
    serde_json::from_value(params).map_err(|_| Refused::Unreadable)
}
