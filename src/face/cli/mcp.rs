//! `dictum mcp install`: what to tell the program of an agent, so that it starts `dictum serve --mcp stdio` here.
//!
//! It is printed, never written: those files belong to other programs. Their forms are told at
//! <https://modelcontextprotocol.io/docs/develop/connect-local-servers>, <https://code.claude.com/docs/en/mcp>,
//! <https://cursor.com/docs/context/mcp>, <https://code.visualstudio.com/docs/copilot/customization/mcp-servers> and
//! <https://zed.dev/docs/ai/mcp>.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json};

use super::knowledge::locate;
use super::output::{Exit, Failure, Output};

/// Print what an agent's program has to be told to use this.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Print the configuration for a client; nothing is written
    Install(Install),
}

/// What is installed where.
#[derive(Args, Debug)]
#[command(
    after_help = "The client starts `dictum serve --mcp stdio` itself, in this repository. To serve many, start \
                        `dictum serve --mcp http` and give clients its address with `/mcp` behind."
)]
struct Install {
    /// For which client
    #[arg(long, value_name = "CLIENT", default_value = "claude-desktop")]
    client: Client,
}

/// Clients whose configuration is known.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Client {
    /// `claude_desktop_config.json`
    ClaudeDesktop,
    /// A command line
    ClaudeCode,
    /// `.cursor/mcp.json`
    Cursor,
    /// `.vscode/mcp.json`
    Vscode,
    /// `settings.json`
    Zed,
}

/// Prints it.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let What::Install(install) = &arguments.what;
    let place = locate(out)?;
    let program = std::env::current_exe()
        .map_err(|error| Failure::file("find", std::path::Path::new("dictum"), &error))?;
    let program = program.display().to_string();
    let folder = std::fs::canonicalize(&place.root.base).unwrap_or(place.root.base);
    let words =
        ["-C".to_owned(), folder.display().to_string(), "serve".into(), "--mcp".into(), "stdio".into()];
    let server = json!({ "command": program, "args": words });
    let (into, text) = match install.client {
        Client::ClaudeDesktop => {
            ("claude_desktop_config.json", pretty(&json!({ "mcpServers": { "dictum": server } })))
        }
        Client::Cursor => (".cursor/mcp.json", pretty(&json!({ "mcpServers": { "dictum": server } }))),
        Client::Vscode => {
            let server = json!({ "type": "stdio", "command": program, "args": words });
            (".vscode/mcp.json", pretty(&json!({ "servers": { "dictum": server } })))
        }
        Client::Zed => ("Zed's settings.json", pretty(&json!({ "context_servers": { "dictum": server } }))),
        Client::ClaudeCode => {
            let typed: Vec<String> =
                std::iter::once(&program).chain(&words).map(|word| quoted(word)).collect();
            ("a shell", format!("claude mcp add --transport stdio dictum -- {}", typed.join(" ")))
        }
    };
    out.text(&text);
    out.text("\n");
    out.note(&format!("put this into {into}"));
    Ok(Exit::Clean)
}

fn pretty(json: &Json) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
