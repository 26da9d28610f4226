#![doc = include_str!("README.md")]
#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod source;

pub mod diagnostic;

pub mod parse;

pub mod claim;

pub mod kind;

pub mod validate;

pub mod resolve;

pub mod snapshot;

pub mod history;

pub mod query;

mod compile;

pub use compile::{Compiled, compile};
