//! `dictum serve`: answers for agents, applications and auditors.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::knowledge::locate;
use super::output::{Exit, Failure, Output};
use crate::face::serve::{self, Access, Agents, Options, Source};
use crate::face::service::Anchor;
use crate::face::sign_in::Key;

/// Serve answers over HTTP, following a branch or from a snapshot file.
#[derive(Args, Debug)]
#[command(
    after_help = "Each answer is of one snapshot, which it names. A commit of the branch is served as soon as it is \
                        compiled; one with errors is not, and `/health` says what is wrong while the last good one goes on \
                        answering.\n\
                        `/openapi.json` describes the routes. Where the variable DICTUM_TOKEN is set, requests have to bear \
                        it; an address that other machines reach is served so only. A browser is asked for it once, at `/sign-in`."
)]
pub(super) struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8760")]
    http: SocketAddr,
    /// Serve agents too, by the Model Context Protocol
    #[arg(long, value_name = "HOW")]
    mcp: Option<Mcp>,
    /// Serve this file, which `dictum build` wrote; no repository is needed
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// The branch to follow (whatever `HEAD` is where not given)
    #[arg(long, value_name = "BRANCH", conflicts_with = "snapshot")]
    branch: Option<String>,
    /// Serve the snapshot with this content root and no other: `b3:…`
    #[arg(long, value_name = "ROOT")]
    pin: Option<String>,
    /// A name under which this machine may be asked, beside `localhost`; may be repeated
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// A site whose pages may ask: `https://tool.example`; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Take corrections from people and agents: each becomes a branch `proposal/…` for review, and nothing else moves.
    /// Off where not given; over HTTP a token is wanted
    #[arg(long, conflicts_with = "snapshot")]
    proposals: bool,
    /// How to log to stderr
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Log,
}

/// How agents are served.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Mcp {
    /// The one that started this program, over stdin and stdout; nothing over HTTP
    Stdio,
    /// As many as come, at `/mcp`
    Http,
}

/// How to log.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Log {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Serves.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { http, mcp, snapshot, branch, pin, host, origin, proposals, log } = arguments;
    let source = match snapshot {
        Some(file) => Source::File(out.at(file)),
        None => {
            let place = locate(out)?;
            Source::Branch(
                Anchor { root: place.root, limits: place.limits, cached: !out.global.no_cache },
                branch.clone(),
            )
        }
    };
    start_log(*log, out);
    let access = Access {
        key: token()?.map(|token| Arc::new(Key::new(token))),
        hosts: host.clone(),
        origins: origin.clone(),
    };
    let agents = agents(*mcp)?;
    if *proposals && agents != Agents::Stdio && access.key.is_none() {
        return Err(Failure::new("`--proposals` lets others write branches, and no token is asked for")
            .help(
                "set the variable `DICTUM_TOKEN` to a long secret text: `openssl rand -hex 32` makes one",
            ));
    }
    let (pin, proposals) = (pin.clone(), *proposals);
    serve::run(Options { source, pin, http: *http, access, agents, proposals })?;
    Ok(Exit::Clean)
}

fn agents(mcp: Option<Mcp>) -> Result<Agents, Failure> {
    match mcp {
        Some(_) if !cfg!(feature = "mcp") => {
            Err(Failure::new("this program was built without `mcp`").help("build it with `--features mcp`"))
        }
        None => Ok(Agents::Not),
        Some(Mcp::Stdio) => Ok(Agents::Stdio),
        Some(Mcp::Http) => Ok(Agents::Http),
    }
}

/// A shorter token could be tried out.
const SHORTEST: usize = 16;

fn token() -> Result<Option<String>, Failure> {
    match std::env::var("DICTUM_TOKEN") {
        Err(std::env::VarError::NotPresent) => Ok(None),
        Ok(token) if token.len() >= SHORTEST && token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(Some(token))
        }
        _ => Err(Failure::new(format!(
            "DICTUM_TOKEN is no token: at least {SHORTEST} letters, digits and signs, without spaces"
        ))
        .help("make one with `openssl rand -hex 32`")),
    }
}

fn start_log(log: Log, out: &Output<'_>) {
    let level = match (out.global.quiet, out.global.verbose) {
        (true, _) => tracing::Level::ERROR,
        (false, 0) => tracing::Level::INFO,
        (false, _) => tracing::Level::DEBUG,
    };
    let lines =
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).with_target(false);
    // The library of agents' protocol tells of every message, and of ours what is no mistake of anybody's here.
    let others = if out.global.verbose > 0 { level } else { tracing::Level::ERROR };
    let which = Targets::new().with_default(level).with_target("rmcp", others);
    // Where a log is kept already, that one goes on.
    let _ = match log {
        Log::Text => lines.with_ansi(out.color).finish().with(which).try_init(),
        Log::Json => lines.json().flatten_event(true).finish().with(which).try_init(),
    };
}
