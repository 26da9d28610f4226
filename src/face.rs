//! How people and machines talk to it. Decides nothing: wire ↔ question, data → words.

pub mod cli;

pub mod wire;

mod clock;

mod failure;

mod cache;
mod knowledge;

mod service;

#[cfg(feature = "serve")]
mod serve;

#[cfg(feature = "serve")]
mod http;

#[cfg(feature = "mcp")]
mod mcp;

#[cfg(test)]
mod tests;
mod text;
mod words;
