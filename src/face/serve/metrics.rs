//! What Prometheus reads: what was asked by way of each face, how it ended, how long it took, and what is served.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Live;

/// The bounds of what requests take, in seconds.
const TAKES: [f64; 12] = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::face) enum Ended {
    /// With a status of HTTP.
    Status(u16),
    /// In words of its own protocol.
    So(&'static str),
}

impl From<StatusCode> for Ended {
    fn from(status: StatusCode) -> Ended {
        Ended::Status(status.as_u16())
    }
}

impl EncodeLabelValue for Ended {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> std::fmt::Result {
        match self {
            Ended::Status(status) => status.encode(encoder),
            Ended::So(how) => how.encode(encoder),
        }
    }
}

type Label<V> = [(&'static str, V); 1];

/// What was asked, and how it ended.
type Labels = (Label<&'static str>, Label<Ended>);

/// What is counted of requests of one sort: by what was asked, which is one of a few, and by how it ended.
pub(in crate::face) struct Requests {
    what: &'static str,
    how: &'static str,
    ended: Family<Labels, Counter<u64, AtomicU64>>,
    takes: Family<Label<&'static str>, Histogram, fn() -> Histogram>,
}

impl Requests {
    fn new(what: &'static str, how: &'static str) -> Requests {
        let takes = Family::new_with_constructor((|| Histogram::new(TAKES)) as fn() -> Histogram);
        Requests { what, how, ended: Family::default(), takes }
    }

    /// One was answered. `name` is of the program, never of who asks: each is a line for ever.
    pub fn count(&self, name: &'static str, ended: impl Into<Ended>, took: Duration) {
        let ended = ended.into();
        self.ended.get_or_create(&([(self.what, name)], [(self.how, ended)])).inc();
        self.takes.get_or_create(&[(self.what, name)]).observe(took.as_secs_f64());
        tracing::debug!(sort = self.what, name, ended = ?ended, seconds = took.as_secs_f64(), "answered");
    }

    fn register(&self, registry: &mut Registry, name: &str, seconds: &str, about: &str) {
        registry.register(name, about, self.ended.clone());
        registry.register(seconds, format!("{about}: what it took"), self.takes.clone());
    }
}

/// What is counted. A request is counted once, by the face that answers it.
pub(in crate::face) struct Metrics {
    /// Questions, each or in a batch.
    pub questions: Requests,
    /// Pages, by view.
    pub pages: Requests,
    /// The services for spreadsheets.
    pub reconcile: Requests,
    /// Calls of agents, by tool.
    pub calls: Requests,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            questions: Requests::new("question", "status"),
            pages: Requests::new("view", "status"),
            reconcile: Requests::new("service", "status"),
            calls: Requests::new("tool", "outcome"),
        }
    }
}

impl Metrics {
    /// All of it, in the text form of OpenMetrics
    /// (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).
    pub fn text(&self, live: &Live) -> String {
        let mut registry = Registry::with_prefix("dictum");
        let all = &mut registry;
        self.questions.register(all, "requests", "request_seconds", "Questions that were answered");
        self.pages.register(all, "pages", "page_seconds", "Pages that were answered");
        self.reconcile.register(
            all,
            "reconciliations",
            "reconciliation_seconds",
            "Requests for spreadsheets that were answered",
        );
        self.calls.register(all, "tool_calls", "tool_call_seconds", "Calls of agents that were answered");
        let served = live.now();
        let gauge = |value: u64| ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(
            "swaps",
            "How often another snapshot was taken up",
            ConstCounter::new(live.swaps()),
        );
        registry.register(
            "stale",
            "Whether the newest commit is not the one that is served",
            gauge(live.trouble().is_some().into()),
        );
        registry.register("facts", "Facts that are served", gauge(served.snapshot.slot_count().into()));
        registry.register(
            "claims",
            "Claims that they are decided from",
            gauge(served.snapshot.claim_count().into()),
        );
        registry.register(
            "snapshot_bytes",
            "Bytes of the snapshot",
            gauge(served.snapshot.bytes().len() as u64),
        );
        let mut text = String::new();
        // A text takes whatever is written to it.
        let _ = encode(&mut text, &registry);
        text
    }
}
