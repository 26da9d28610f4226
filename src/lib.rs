#![doc = include_str!("README.md")]
#![deny(missing_docs)]
#![deny(unsafe_code)]

#[expect(clippy::disallowed_methods, reason = "the one way in for texts")]
pub mod source;

pub mod diagnostic;

pub mod parse;

pub mod name;

pub mod claim;

pub mod kind;

pub mod validate;

pub mod resolve;

#[expect(
    clippy::disallowed_methods,
    reason = "writes and maps its own files, checked before they are believed"
)]
pub mod snapshot;

pub mod history;

pub mod query;

#[expect(
    clippy::disallowed_methods,
    reason = "where clock, environment, terminal and files of this machine come in and go out"
)]
pub mod face;

mod compile;

pub use compile::{Apart, Compiled, Extent, compile, compile_as_far_as, compile_within};
