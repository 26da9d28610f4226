//! The command line. A command is a file below, and a line in `commands`.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

mod global;
mod output;
mod progress;

mod human;
mod lineage;
mod lists;
mod patch;
mod write;

mod knowledge;
mod questions;
mod review;

mod audit;
mod blame;
mod build;
mod check;
mod check_pins;
mod citations;
mod completions;
mod correct;
mod diff;
mod doctor;
mod explain;
#[cfg(feature = "exchange")]
mod export;
#[cfg(not(feature = "exchange"))]
#[path = "cli/export_absent.rs"]
mod export;
mod fmt;
mod get;
mod git_driver;
mod ground;
mod history;
#[cfg(feature = "exchange")]
mod import;
#[cfg(not(feature = "exchange"))]
#[path = "cli/import_absent.rs"]
mod import;
mod init;
#[cfg(feature = "exchange")]
mod lost;
mod ls;
#[cfg(feature = "lsp")]
mod lsp;
#[cfg(not(feature = "lsp"))]
#[path = "cli/lsp_absent.rs"]
mod lsp;
mod man;
mod mcp;
mod proof;
mod prove;
mod resolve;
mod revert;
mod schema;
mod search;
#[cfg(feature = "serve")]
mod serve;
#[cfg(not(feature = "serve"))]
#[path = "cli/serve_absent.rs"]
mod serve;
#[cfg(feature = "serve")]
mod site;
#[cfg(not(feature = "serve"))]
#[path = "cli/site_absent.rs"]
mod site;
mod test;
mod verify;
mod verify_answer;
mod when;
mod why;

use super::{cache, line};
use global::{Global, Special};
use output::{Exit, Failure, Output};

/// Everything that can be typed behind `dictum`.
#[derive(Parser, Debug)]
#[command(
    name = "dictum",
    version,
    about = "Compiles reviewed TOML in a git repository into facts, each with the commit that said it.",
    after_help = "Start with `dictum init`, then `dictum check`. `dictum help COMMAND` tells more of each.",
    max_term_width = 110,
    disable_help_subcommand = false,
    propagate_version = true
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The list of commands: what is typed, its arguments, and what runs.
macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident => $module:ident;)*) => {
        #[derive(Subcommand, Debug)]
        enum Command {
            $($(#[doc = $doc])* $name($module::Arguments),)*
        }

        impl Command {
            fn run(&self, out: &mut Output<'_>) -> Result<Exit, Failure> {
                match self {
                    $(Command::$name(arguments) => $module::run(arguments, out),)*
                }
            }
        }
    };
}

commands! {
    /// Start a knowledge folder: a configuration, a first term, its source and team
    Init => init;
    /// Say everything that is wrong with the knowledge, where, and what to do
    Check => check;
    /// Lay out knowledge files in the one way: order of keys, blanks, line breaks
    Fmt => fmt;
    /// Merge and show knowledge files for git
    GitDriver => git_driver;
    /// Look at what stands in the way here: the knowledge, the repository, its history
    Doctor => doctor;
    /// Explain a code of a finding, or a kind of subject
    Explain => explain;
    /// List the subjects of a kind
    Ls => ls;
    /// Find subjects by words in their names, definitions and notes
    Search => search;
    /// Answer a question: what holds, and who said it
    Get => get;
    /// Answer a question and explain it: every claim, and what became of it
    Why => why;
    /// Say whom or what a name refers to, in a context and on a day
    Resolve => resolve;
    /// Say which days a period is, by which calendar; or in which periods a day lies
    When => when;
    /// Say what an answer to a sentence stands on: what it means, of which days, the facts, and what is open
    Ground => ground;
    /// Name the commit that said each claim
    Blame => blame;
    /// Tell how an answer came to be: what was said and taken away, when and by whom
    History => history;
    /// Serve answers over HTTP, following a branch or from a snapshot file
    Serve => serve;
    /// Print what an agent's program has to be told to use this
    Mcp => mcp;
    /// Help an editor: what is wrong while one types, what holds and who said it
    Lsp => lsp;
    /// Write the page as a folder of files, for a browser or a host of pages
    Site => site;
    /// Report every fact: what holds, since when, who said and reviewed it, on what source, what is overdue
    Audit => audit;
    /// Ask the questions that the knowledge holds, and say which answers are not as expected
    Test => test;
    /// Check the pins in files of any repository: SQL, prompts, documents
    CheckPins => check_pins;
    /// Check what a text cites, and list the names in it that cite nothing
    VerifyAnswer => verify_answer;
    /// Say what answers differently between two states of the knowledge
    Diff => diff;
    /// Correct a fact: write a correction with its pin, checked before it is written
    Correct => correct;
    /// Put one fact back to what was said of it at a commit, as an edit ready to commit
    Revert => revert;
    /// Compile the knowledge of a commit into one file that answers without the repository
    Build => build;
    /// Write an answer with everything that checking it takes, for someone without the repository
    Prove => prove;
    /// Check a snapshot or a proof: its bytes, and against the repository it was built from
    Verify => verify;
    /// Write what holds in the format of another program, and say what it can't hold
    Export => export;
    /// Write knowledge files from a file of another program, and say what they can't hold
    Import => import;
    /// Print the JSON Schema of an answer's shape, or of a kind of subject
    Schema => schema;
    /// Print a completion script for a shell
    Completions => completions;
    /// Write manual pages
    Man => man;
}

impl Command {
    /// Whether its result can be written in this form.
    fn knows(&self, special: Special) -> bool {
        match self {
            Command::Check(_) | Command::CheckPins(_) => true,
            Command::Test(_) => special == Special::Junit,
            Command::Diff(_) | Command::Ground(_) | Command::VerifyAnswer(_) => special == Special::Markdown,
            _ => false,
        }
    }
}

/// Runs the command line `arguments` (the program's name first) and gives the exit code: 0 clean, 1 findings, 2 usage,
/// input/output or a fault of the program, 3 where who said it can't be vouched for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    install_panic_hook();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let run = std::panic::catch_unwind(|| dispatch(&arguments));
    // The hook has told what happened.
    run.unwrap_or(Exit::Failure).into()
}

fn dispatch(arguments: &[OsString]) -> Exit {
    let parsed =
        command().try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let clean = !error.use_stderr();
            // Help and version go to a pipe that may be closed.
            let _ = error.print();
            return if clean { Exit::Clean } else { Exit::Failure };
        }
    };
    let mut out = Output::new(&parsed.global);
    if let Some(special) = parsed
        .global
        .format
        .iter()
        .filter_map(|form| form.special)
        .find(|special| !parsed.command.knows(*special))
    {
        let who = match special {
            Special::Junit => "`dictum check` and `dictum test` can",
            Special::Markdown => "`dictum check`, `dictum diff` and `dictum ground` can",
            _ => "`dictum check` can",
        };
        out.failure(
            &Failure::new(format!("this command can't write `{}`", special.as_str()))
                .help(format!("{who}; leave `--format` out")),
        );
        return Exit::Failure;
    }
    let exit = parsed.command.run(&mut out).and_then(|exit| out.finish().map(|()| exit));
    match exit {
        Ok(exit) => exit,
        Err(failure) => {
            out.failure(&failure);
            Exit::Failure
        }
    }
}

/// The whole command line, for completions and manual pages too.
fn command() -> clap::Command {
    Arguments::command()
}

/// A fault of the program is told as one, with what to report.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text =
            text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let version = env!("CARGO_PKG_VERSION");
        // Where stderr is gone there is no one to tell.
        let _ = writeln!(
            std::io::stderr(),
            "error: dictum has a fault, this is not your mistake\n  \
             where: {place}\n  what:  {}\n  version {version}\n  \
             help: report these lines with what you typed",
            super::text::shown(text)
        );
    }));
}
