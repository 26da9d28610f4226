//! `dictum resolve --input TABLE`: opens what is read and written, and tells what came of it.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use super::batch::{BAD, Batch, OUTCOMES, Sink, Totals};
use super::csv::Csv;
use super::jsonl::Jsonl;
use super::map::{self, Stamp, TextForm, TextSink};
use super::plan::{self, Plan, TableForm, form, is_stream};
use super::rows::{Field, Spot, Table};
use crate::face::cli::knowledge::Opened;
use crate::face::cli::output::{Exit, Failure, Output};
use crate::face::cli::progress::Progress;
use crate::face::text;
use crate::query::Referring;
use crate::snapshot::AtomicFile;

/// Rows between two words of progress.
const STEP: u64 = 1 << 17;

/// A table to be resolved.
pub(super) struct Job<'a> {
    /// As typed.
    pub table: &'a plan::Table,
    /// Where it is.
    pub input: &'a Path,
    /// What is read of it.
    pub plan: &'a Plan,
    /// Whether every name has to have one referent.
    pub require: bool,
}

impl Job<'_> {
    /// Resolves.
    pub fn run(&self, opened: &Opened, out: &mut Output<'_>) -> Result<Exit, Failure> {
        let output = self.table.output.as_deref().filter(|path| !is_stream(path));
        if output.is_some_and(|output| out.at(output) == out.at(self.input)) {
            return Err(Failure::new("the map can't be written over the table it is made from")
                .help("name another file behind `--output`"));
        }
        let to = form(
            self.table.output.as_deref().unwrap_or(Path::new("-")),
            self.table.output_format,
            "--output-format",
            Some(TableForm::Csv),
        )?;
        let referring = Referring::new(&opened.snapshot)?;
        let basis = referring.basis()?;
        let stamp =
            Stamp { snapshot: basis.snapshot.clone(), at: basis.at.as_ref().map(ToString::to_string) };
        let declarations = opened.snapshot.declarations()?;
        let batch = Batch::new(self.plan, self.pool()?, &referring, declarations, self.named(), stamp);
        let columns = map::columns(&self.plan.columns, &self.plan.prefix);
        let form = match to {
            TableForm::Csv => TextForm::Csv { delimiter: ',' },
            TableForm::Jsonl => TextForm::jsonl(&columns),
            TableForm::Parquet => return Err(no_parquet("written")),
        };
        let mut head = String::new();
        form.head(&columns, &mut head);
        let input = self.open(out)?;
        let totals = match output {
            None => {
                let progress = Progress::start(out.global, "resolving");
                let mut write = |text: &str| {
                    out.text(text);
                    // A table may have no end; nobody waits for it.
                    if out.is_closed() { Err(Failure::new("the map goes nowhere")) } else { Ok(()) }
                };
                let through = write(&head)
                    .and_then(|()| self.through(input, batch, TextSink { form, write }, &progress));
                match through {
                    Err(_) if out.is_closed() => return Ok(Exit::Clean),
                    totals => totals?,
                }
            }
            Some(output) => {
                let path = out.at(output);
                let failed = |error: std::io::Error| Failure::file("write", output, &error);
                let mut file = BufWriter::with_capacity(1 << 18, AtomicFile::create(&path)?);
                file.write_all(head.as_bytes()).map_err(failed)?;
                let write = |text: &str| file.write_all(text.as_bytes()).map_err(failed);
                let progress = Progress::start(out.global, "resolving");
                let totals = self.through(input, batch, TextSink { form, write }, &progress)?;
                file.into_inner().map_err(|error| failed(error.into_error()))?.finish()?;
                totals
            }
        };
        self.tell(&totals, out);
        Ok(self.exit(&totals))
    }

    fn pool(&self) -> Result<rayon::ThreadPool, Failure> {
        let threads = self.table.jobs.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|_| Failure::new("the system gives no threads").help("ask for fewer: `--jobs 1`"))
    }

    /// The table as mistakes name it.
    fn named(&self) -> Table {
        let name = if is_stream(self.input) { "stdin".to_owned() } else { self.input.display().to_string() };
        Table { name }
    }

    fn open(&self, out: &Output<'_>) -> Result<Box<dyn Read>, Failure> {
        if is_stream(self.input) {
            return Ok(Box::new(std::io::stdin()));
        }
        let path = out.at(self.input);
        let failed = |error: std::io::Error| Failure::file("read", self.input, &error);
        if path.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        Ok(Box::new(File::open(path).map_err(failed)?))
    }

    /// Sends all rows through a batch.
    fn through(
        &self,
        input: Box<dyn Read>,
        mut batch: Batch<'_, '_>,
        mut sink: impl Sink,
        progress: &Progress,
    ) -> Result<Totals, Failure> {
        let mut each = |spot: &Spot, fields: &[Field<'_>]| {
            if spot.row.is_multiple_of(STEP) {
                progress.step(&format!(
                    "resolving: {} rows, {} distinct",
                    grouped(spot.row),
                    grouped(batch.distinct() as u64)
                ));
            }
            batch.row(spot, fields, &mut sink)
        };
        let wanted = &self.plan.columns;
        match form(self.input, self.table.input_format, "--input-format", None)? {
            TableForm::Csv => {
                let is_tabs = self.input.extension().is_some_and(|ending| ending == "tsv");
                let delimiter = self.table.delimiter.unwrap_or(if is_tabs { b'\t' } else { b',' });
                Csv::new(input, delimiter, self.named()).read(wanted, &mut each)?;
            }
            TableForm::Jsonl => Jsonl::new(input, self.named()).read(wanted, &mut each)?,
            TableForm::Parquet => return Err(no_parquet("read")),
        }
        batch.settle(&mut sink)?;
        Ok(batch.totals)
    }

    /// What came of it, beside the map.
    fn tell(&self, totals: &Totals, out: &mut Output<'_>) {
        let distinct: u64 = totals.by.iter().map(|(_, distinct)| distinct).sum();
        out.note(&format!("{} rows, {} distinct", grouped(totals.rows), grouped(distinct)));
        for (outcome, (rows, distinct)) in OUTCOMES.iter().zip(totals.by).filter(|(_, (rows, _))| *rows > 0) {
            out.note(&format!(
                "  {outcome:<12} {:>13} rows  {:>11} distinct",
                grouped(rows),
                grouped(distinct)
            ));
        }
        if totals.nameless > 0 {
            let nameless = "no name";
            out.note(&format!("  {nameless:<12} {:>13} rows", grouped(totals.nameless)));
        }
        for bad in &totals.bad {
            out.note(&format!("  {}", text::shown(bad)));
        }
    }

    fn exit(&self, totals: &Totals) -> Exit {
        let rows = |outcome: &str| {
            let at = OUTCOMES.iter().position(|known| *known == outcome);
            at.map_or(0, |at| totals.by[at].0)
        };
        let named = totals.rows - totals.nameless;
        match () {
            () if rows("contested") > 0 || rows(BAD) > 0 => Exit::Findings,
            () if rows("unconfirmed") > 0 => Exit::Unconfirmed,
            () if self.require && rows("fact") < named => Exit::Findings,
            () => Exit::Clean,
        }
    }
}

/// A number that is easy to read: `5,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// This program was built without Parquet.
fn no_parquet(done: &str) -> Failure {
    Failure::new(format!("Parquet can't be {done}: this program was built without it")).help(
        "take a released program, or build it with `cargo install dictum --features parquet`; or use CSV",
    )
}
