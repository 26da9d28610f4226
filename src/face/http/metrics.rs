//! What Prometheus reads: how many questions, how they ended, how long they took, and what is served.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::face::serve::Live;

/// The bounds of what questions take, in seconds.
const TAKES: [f64; 12] = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Ended {
    question: &'static str,
    status: u16,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Which {
    question: &'static str,
}

/// What is counted.
pub(super) struct Metrics {
    requests: Family<Ended, Counter<u64, AtomicU64>>,
    takes: Family<Which, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics { requests: Family::default(), takes: Family::new_with_constructor(|| Histogram::new(TAKES)) }
    }
}

impl Metrics {
    /// A question was answered.
    pub fn asked(&self, question: &'static str, status: StatusCode, took: Duration) {
        self.requests.get_or_create(&Ended { question, status: status.as_u16() }).inc();
        self.takes.get_or_create(&Which { question }).observe(took.as_secs_f64());
        tracing::debug!(question, status = status.as_u16(), seconds = took.as_secs_f64(), "answered");
    }

    /// All of it, in the text form of OpenMetrics.
    pub fn text(&self, live: &Live) -> String {
        let mut registry = Registry::with_prefix("dictum");
        registry.register("requests", "Questions that were answered", self.requests.clone());
        registry.register("request_seconds", "What answering took", self.takes.clone());
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
