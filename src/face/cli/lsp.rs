//! `dictum lsp`: for editors; and what to write where, so that one starts it.

use clap::{Args, ValueEnum};

use super::output::{Exit, Failure, Output};
use crate::face::editor;

/// Help an editor: what is wrong while one types, what holds and who said it, and where.
#[derive(Args, Debug)]
#[command(
    after_help = "An editor starts this and speaks the Language Server Protocol with it, over stdin and stdout. \
                        `dictum lsp --setup neovim` tells what to write where; other editors want the command `dictum lsp` for \
                        files of the language TOML."
)]
pub(super) struct Arguments {
    /// Tell how to set an editor up, and end
    #[arg(long, value_name = "EDITOR")]
    setup: Option<Editor>,
    /// As editors say it; there is no other way
    #[arg(long, conflicts_with = "setup")]
    stdio: bool,
}

/// Editors that are known.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Editor {
    /// Visual Studio Code
    Vscode,
    /// Neovim 0.11 or newer
    Neovim,
    /// Helix
    Helix,
    /// Zed
    Zed,
    /// Any other, with no more than a JSON Schema
    Schema,
}

impl Editor {
    /// Said at <https://code.visualstudio.com/api/language-extensions/language-server-extension-guide>,
    /// <https://neovim.io/doc/user/lsp.html>, <https://docs.helix-editor.com/languages.html>,
    /// <https://zed.dev/docs/configuring-languages> and <https://taplo.tamasfe.dev/configuration/directives.html>.
    fn setup(self) -> &'static str {
        match self {
            Editor::Vscode => include_str!("lsp/vscode.txt"),
            Editor::Neovim => include_str!("lsp/neovim.txt"),
            Editor::Helix => include_str!("lsp/helix.txt"),
            Editor::Zed => include_str!("lsp/zed.txt"),
            Editor::Schema => include_str!("lsp/schema.txt"),
        }
    }
}

/// Serves an editor, or tells how to set one up.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { setup, stdio: _ } = arguments;
    if let Some(editor) = setup {
        editor.setup().lines().for_each(|line| out.line(line));
        return Ok(Exit::Clean);
    }
    Ok(if editor::run(out.global.limits(), !out.global.no_cache)? { Exit::Clean } else { Exit::Findings })
}
