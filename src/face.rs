//! How people and machines talk to it. Decides nothing: wire ↔ question, data → words.

pub mod cli;

pub mod wire;

mod text;
mod words;
