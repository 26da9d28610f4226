//! What holds end to end: the real program on real repositories, and the rules of the house.
//!
//! | file | holds |
//! |---|---|
//! | `cases` | every story in `tests/cases`: findings, claims, answers, hashes |
//! | `deciding` | what deciding finds, said in the language |
//! | `fixes` | what a finding offers to paste settles it |
//! | `pages` | every code's page: *Wrong* raises it, *Right* raises nothing |
//! | `knowledge` | the worked example is sound |
//! | `readme` | what the README shows is what the program prints |
//! | `picture` | the picture in the README is what the program prints |
//! | `cli` | the command line as a contract: help, exit codes, completions |
//! | `schema` | `schema/` is what the program generates, and answers keep to it |
//! | `determinism` | the same knowledge gives the same bytes, whatever the machine |
//! | `revert` | one fact put back over several files, all of them or none |
//! | `rewritten` | a snapshot whose commit is no longer in any history |
//! | `asking` | questions, citations and searches where a story can't tell it |
//! | `batch` | a whole table of names answers as each name alone |
//! | `layout` | files laid out keep their claims, and are laid out once and for all |
//! | `merging` | what git merges by the driver, in scratch repositories and in all merges of real ones |
//! | `bad_input` | what is sent to break it |
//! | `one_fault` | a mistake in the TOML is told once, and not by what follows from it |
//! | `forge` | what CI and reviewers read, held to outside readers |
//! | `exchange` | what goes into other formats and comes back, held to outside readers |
//! | `limits` | what is larger than knowledge should be, and the flag that lets it pass |
//! | `corpora` | years of real history agree with tables made apart from this program |
//! | `serving` | the server: one snapshot at a time, who may ask, and what is sent to break it |
//! | `names` | names and sentences of the real world |
//! | `naming` | names and sentences against a slow oracle, and what is sent to break them |
//! | `web` | the page of `dictum serve`, the same as files, and a browser that uses it |
//! | `mcp` | agents' clients over stdin and stdout and over HTTP |
//! | `layers` | who may know whom in `src/` |
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests make files, start programs and stop at the first surprise"
)]

mod scratch;
mod story;

mod commenting;
mod comparing;
mod corpora;
mod deciding;
mod fixes;
mod knowledge;
mod layers;
mod layout;
mod one_fault;
mod pages;
mod picture;

mod asking;
mod bad_input;
mod batch;
mod cache;
mod cases;
mod cli;
mod determinism;
mod doctor;
#[cfg(feature = "lsp")]
mod editor;
#[cfg(feature = "exchange")]
mod exchange;
mod forge;
#[cfg(unix)]
mod formats;
mod limits;
#[cfg(feature = "mcp")]
mod mcp;
mod merging;
mod names;
mod naming;
mod proof;
mod readme;
mod revert;
mod review;
mod rewritten;
mod schema;
#[cfg(all(unix, feature = "serve"))]
mod serving;
#[cfg(feature = "serve")]
mod web;
