//! `dictum lsp`: puts the language server and the pipes together through which the editor that started this program speaks.

use lsp_server::Connection;

use super::failure::Failure;
use super::lsp;
use crate::source::Limits;

/// Serves the editor at the other end of stdin and stdout; `true` where it ended as it should. With
/// `cached`, what is worked out of the history is kept in the repository.
///
/// # Errors
/// Where stdin or stdout fail, or what comes is not the protocol.
pub(in crate::face) fn run(limits: Limits, cached: bool) -> Result<bool, Failure> {
    let (connection, threads) = Connection::stdio();
    let ended = lsp::serve(&connection, limits, cached);
    // What writes ends once nobody can send any more.
    drop(connection);
    match (ended, threads.join()) {
        // What came was no message, which is told in its own words.
        (Err(failure), _) => Err(failure),
        (Ok(_), Err(error)) => {
            let what = format!("what the editor sends can't be read: {}", error.kind());
            Err(Failure::new(what)
                .help("an editor starts this program; `dictum lsp --setup neovim` tells how"))
        }
        (Ok(ended), Ok(())) => Ok(ended),
    }
}
