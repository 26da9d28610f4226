//! `dictum lsp`: helps those who write knowledge, in whatever editor they use.
//!
//! Language Server Protocol 3.17 (<https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>).
//! One loop takes messages as they come. What was typed is compiled once no message waits any more, or before a question is
//! answered: so every answer is of the text that the editor shows, and no keystroke waits for the one before.
//!
//! ```text
//! session      what is open, by repository; what was told of it
//! world        one repository's knowledge with the open buffers over it, compiled
//! past         who said what is committed; worked out beside
//! position     bytes ↔ lines and columns as the editor counts them
//! syntax       what stands where, in a text that is being typed
//! mention      which subjects a text names, and where
//! edits        changes of files, as the editor takes them
//! ```
//!
//! Each other file below answers one kind of question.

mod edits;
mod mention;
mod past;
mod position;
mod session;
mod syntax;
mod world;

mod actions;
mod answer;
mod completion;
mod diagnostics;
mod go;
mod hints;
mod hover;
mod rename;
mod symbols;
mod tokens;

use gen_lsp_types::{ClientCapabilities, InitializeParams, PositionEncodingKind};
use lsp_server::{Connection, ErrorCode, Message, Response};

use super::failure::Failure;
use crate::source::Limits;
use position::Units;
use session::Session;

/// What an editor said it can.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Client {
    /// In which units it counts within a line.
    units: Units,
    /// Whether it takes changes of versions of files.
    versions: bool,
    /// Whether it tells of changes on disk when asked to.
    watches: bool,
    /// Whether it can be told to ask for lenses again.
    refreshes: bool,
}

impl Client {
    fn of(capabilities: &ClientCapabilities) -> Client {
        let general = capabilities.general.as_ref();
        let units = general.and_then(|general| general.position_encodings.as_ref());
        let utf8 = units.is_some_and(|units| units.contains(&PositionEncodingKind::UTF8));
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        Client {
            units: if utf8 { Units::Utf8 } else { Units::Utf16 },
            versions: edits.and_then(|edits| edits.document_changes) == Some(true),
            watches: watched.and_then(|watched| watched.dynamic_registration) == Some(true),
            refreshes: lenses.and_then(|lenses| lenses.refresh_support) == Some(true),
        }
    }
}

/// Serves an editor until it says to end, or is gone; `true` where it ended as it should.
///
/// # Errors
/// Where what comes is not the protocol.
pub(in crate::face) fn serve(connection: &Connection, limits: Limits, cached: bool) -> Result<bool, Failure> {
    let odd = |_| {
        Failure::new("what came on stdin is not the Language Server Protocol")
            .help("an editor starts this program; the README says how to set yours up")
    };
    let (id, params) = connection.initialize_start().map_err(odd)?;
    let params: InitializeParams = match serde_json::from_value(params) {
        Ok(params) => params,
        Err(_) => {
            let why = "the parameters of `initialize` can't be read".to_owned();
            send(connection, Response::new_err(id, ErrorCode::InvalidParams as i32, why).into());
            return Err(Failure::new("the editor's first message can't be read"));
        }
    };
    let client = Client::of(&params.capabilities);
    let can = serde_json::json!({
        "capabilities": answer::capabilities(client),
        "serverInfo": { "name": "dictum", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, can).map_err(odd)?;
    let mut session = Session::new(client, limits, cached, connection.sender.clone());
    session.begin(&params);
    let mut is_shut = false;
    while let Ok(message) = next(connection, &mut session) {
        match message {
            Message::Request(request) if request.method == "shutdown" => {
                is_shut = true;
                send(connection, Response::new_ok(request.id, ()).into());
            }
            Message::Request(request) if is_shut => {
                let why = "the server was told to end".to_owned();
                send(connection, Response::new_err(request.id, ErrorCode::InvalidRequest as i32, why).into());
            }
            Message::Request(request) => {
                let response = session.answer(request);
                send(connection, response.into());
            }
            Message::Notification(notification) if notification.method == "exit" => break,
            Message::Notification(notification) => session.note(&notification),
            Message::Response(_) => {}
        }
    }
    Ok(is_shut)
}

/// The next message. Before there is none to wait for, what was typed is looked at; while there is none, what was compiled beside
/// is taken up.
fn next(connection: &Connection, session: &mut Session) -> Result<Message, ()> {
    let done = session.done();
    loop {
        if let Ok(message) = connection.receiver.try_recv() {
            return Ok(message);
        }
        session.settle();
        crossbeam_channel::select_biased! {
            recv(connection.receiver) -> message => return message.map_err(|_| ()),
            recv(done) -> compiled => if let Ok(compiled) = compiled {
                session.take_up(compiled);
            },
        }
    }
}

fn send(connection: &Connection, message: Message) {
    // An editor that is gone asks no more either.
    let _ = connection.sender.send(message);
}
