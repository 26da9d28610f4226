//! `dictum serve`: one snapshot at a time, to whoever asks. Starts what follows the repository, and the faces that answer.

mod follow;
mod live;
mod metrics;
mod past;
mod slow;
mod tag;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;

pub(in crate::face) use crate::face::http::Access;
pub(in crate::face) use live::Live;
pub(in crate::face) use metrics::Ended;
pub(in crate::face) use slow::apart;
pub(in crate::face) use tag::Tag;

use crate::face::failure::Failure;
#[cfg(feature = "mcp")]
use crate::face::mcp;
use crate::face::service::{Anchor, Served};
use crate::face::{http, reconcile, web, words};
use crate::snapshot::Snapshot;
use follow::Follower;

/// What is served.
pub(in crate::face) enum Source {
    /// A file, with no repository.
    File(PathBuf),
    /// The commits of a branch; `None` for whatever `HEAD` is.
    Branch(Anchor, Option<String>),
}

/// How it is served.
pub(in crate::face) struct Options {
    /// What.
    pub source: Source,
    /// The only root that may be served: `b3:…`.
    pub pin: Option<String>,
    /// Where, over HTTP.
    pub http: SocketAddr,
    /// To whom, over HTTP.
    pub access: Access,
    /// How agents are served.
    pub agents: Agents,
    /// Whether corrections may be proposed.
    pub proposals: bool,
}

/// How agents are served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::face) enum Agents {
    /// Not at all.
    Not,
    /// One of them, over stdin and stdout, and nobody over HTTP.
    Stdio,
    /// As many as come, over HTTP.
    Http,
}

/// Opens what is served, and what goes on from there.
///
/// # Errors
/// Where there is nothing to serve: no commit, knowledge with errors, a damaged file, or not what was pinned.
pub(in crate::face) fn open(
    source: Source,
    pin: Option<String>,
) -> Result<(Live, Option<Follower>), Failure> {
    let (served, follower) = match source {
        Source::File(path) => (Arc::new(Served::new(Snapshot::open(&path)?, None, None)), None),
        Source::Branch(anchor, branch) => {
            let mut follower = Follower::new(Arc::new(anchor), branch);
            (follower.first()?, Some(follower))
        }
    };
    if let Some(pin) = pin.as_ref().filter(|pin| **pin != served.root) {
        return Err(Failure::new(format!(
            "the snapshot is `{}`, and `{pin}` is the only one to be served",
            served.root
        ))
        .help("give `--pin` the root that `dictum build` or `dictum verify` told, or leave it out"));
    }
    let follows = follower.as_ref().map(Follower::follows);
    Ok((Live::new(served, follows, pin), follower))
}

/// Serves until the process is told to stop, or the one agent that is served goes away.
///
/// # Errors
/// As [`open`]; and where the address can't be had, or what an agent sends is not its protocol.
pub(in crate::face) fn run(options: Options) -> Result<(), Failure> {
    let Options { source, pin, http, access, agents, proposals } = options;
    let (live, follower) = open(source, pin)?;
    let live = Arc::new(if proposals { live.taking_proposals() } else { live });
    {
        let served = live.now();
        let facts = words::count(served.snapshot.slot_count() as usize, "fact", "facts");
        tracing::info!(snapshot = %served.root, commit = ?served.commit.map(|commit| commit.to_string()), "serves {facts}");
    }
    if let Some(follower) = follower {
        follower.start(&live);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|_| Failure::new("the system gives no threads to serve with"))?;
    let pages =
        web::router(Arc::clone(&live), access.key.clone()).merge(reconcile::router(Arc::clone(&live)));
    match agents {
        Agents::Not => runtime.block_on(http::serve(http, access, live, pages, Router::new())),
        Agents::Http => {
            // The protocol's library starts tasks of its own.
            let _inside = runtime.enter();
            let agents = mcp::router(Arc::clone(&live));
            runtime.block_on(http::serve(http, access, live, pages, agents))
        }
        Agents::Stdio => runtime.block_on(mcp::stdio(live)),
    }
}

/// Where the program was built without the protocol of agents, nobody asks for it: the command line refuses.
#[cfg(not(feature = "mcp"))]
mod mcp {
    use super::{Arc, Failure, Live, Router};

    pub(super) fn router(_: Arc<Live>) -> Router {
        Router::new()
    }

    pub(super) async fn stdio(_: Arc<Live>) -> Result<(), Failure> {
        Err(Failure::new("this program was built without `mcp`"))
    }
}
