//! How people and machines talk to it. Decides nothing: wire ↔ question, data → words.

pub mod cli;

pub mod wire;

#[cfg(test)]
mod tests;
mod text;
mod words;
