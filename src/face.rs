//! How people and machines talk to it. Decides nothing: wire ↔ question, data → words.

pub mod cli;

pub mod wire;

mod clock;

mod failure;

#[cfg(any(feature = "serve", feature = "lsp"))]
mod background;
mod cache;
mod compare;
#[cfg_attr(
    not(feature = "serve"),
    allow(dead_code, reason = "without a server only the file is of interest")
)]
mod correction;
#[cfg(feature = "exchange")]
mod exchange;
mod knowledge;
mod layout;
mod line;
mod merge;
mod said;
mod turns;

#[cfg_attr(
    not(feature = "serve"),
    allow(dead_code, unused_imports, reason = "without a server its questions are only described")
)]
mod service;

#[cfg(feature = "lsp")]
mod editor;

#[cfg(feature = "lsp")]
mod lsp;

#[cfg(feature = "serve")]
mod proposal;

#[cfg(feature = "serve")]
mod sign_in;

#[cfg(feature = "serve")]
mod serve;

#[cfg(feature = "serve")]
mod http;

#[cfg(feature = "mcp")]
mod mcp;

#[cfg(feature = "serve")]
mod reconcile;

#[cfg(feature = "serve")]
mod web;

#[cfg(feature = "serve")]
mod site;

mod spelled;
#[cfg(test)]
mod tests;
mod text;
mod words;
