//! The laws of resolution, each held on small random worlds against the oracle, and the words of the findings.

mod laws;
mod stories;
mod world;
