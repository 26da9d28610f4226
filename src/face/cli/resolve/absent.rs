//! In the place of `parquet.rs` where the program was built without the feature `parquet`.

use std::convert::Infallible;
use std::fs::File;
use std::path::Path;

use super::batch::Sink;
use super::map::{Stamp, TextForm};
use super::rows::{Each, Table};
use crate::face::cli::output::Failure;

/// The type of a column.
pub(super) type Type = Infallible;

/// A Parquet file being read: there is none.
pub(super) struct Input(Infallible);

/// A map that is written as Parquet: there is none.
pub(super) struct ParquetSink(Infallible);

impl Input {
    pub fn open(_: File, _: Table, _: &[String]) -> Result<Input, Failure> {
        Err(absent("read"))
    }

    pub fn types(&self) -> Vec<Type> {
        match self.0 {}
    }

    pub fn read(&mut self, _: &[String], _: &mut Each<'_>) -> Result<(), Failure> {
        match self.0 {}
    }
}

impl ParquetSink {
    pub fn create(_: &Path, _: &[String], _: Vec<Type>, _: &Stamp) -> Result<ParquetSink, Failure> {
        Err(absent("written"))
    }

    pub fn finish(self) -> Result<(), Failure> {
        match self.0 {}
    }
}

impl Sink for ParquetSink {
    type Form = TextForm;

    fn form(&self) -> &TextForm {
        match self.0 {}
    }

    fn take(&mut self, _: String) -> Result<(), Failure> {
        match self.0 {}
    }
}

fn absent(done: &str) -> Failure {
    Failure::new(format!("Parquet can't be {done}: this program was built without it"))
        .help("take a released program, or build it with `--features parquet`; or use CSV")
}
