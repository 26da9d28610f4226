//! `dictum resolve --input TABLE`: opens what is read and written, and tells what came of it.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use super::batch::{BAD, Batch, OUTCOMES, Sink, Totals};
use super::csv::Csv;
use super::jsonl::Jsonl;
use super::map::{self, Stamp, TextForm, TextSink};
use super::parquet::{self, ParquetSink};
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
        let mut input = self.open(out)?;
        let referring = Referring::new(&opened.snapshot)?;
        let basis = referring.basis()?;
        let stamp = Stamp { snapshot: basis.snapshot, at: basis.at.map(|at| at.to_string()) };
        let declarations = opened.snapshot.declarations()?;
        let batch =
            Batch::new(self.plan, self.pool()?, &referring, declarations, self.named(), stamp.clone());
        let columns = map::columns(&self.plan.columns, &self.plan.prefix);
        let progress = Progress::start(out.global, "resolving");
        let totals = match (to, output) {
            (TableForm::Parquet, None) => {
                return Err(
                    Failure::new("Parquet can't be written to stdout").help("name a file behind `--output`")
                );
            }
            (TableForm::Parquet, Some(output)) => {
                let mut sink = ParquetSink::create(&out.at(output), &columns, input.types(), &stamp)?;
                let totals = self.through(&mut input, batch, &mut sink, &progress)?;
                sink.finish()?;
                totals
            }
            (_, output) => {
                let form = match to {
                    TableForm::Jsonl => TextForm::jsonl(&columns),
                    _ => TextForm::Csv { delimiter: ',' },
                };
                match self.text(output, form, &columns, out, |sink| {
                    self.through(&mut input, batch, sink, &progress)
                })? {
                    Some(totals) => totals,
                    None => return Ok(Exit::Clean),
                }
            }
        };
        drop(progress);
        self.tell(&totals, out);
        Ok(self.exit(&totals))
    }

    /// Writes a map as text; `None` where nobody reads it to its end.
    fn text(
        &self,
        output: Option<&Path>,
        form: TextForm,
        columns: &[String],
        out: &mut Output<'_>,
        through: impl FnOnce(&mut TextSink<'_>) -> Result<Totals, Failure>,
    ) -> Result<Option<Totals>, Failure> {
        let mut head = String::new();
        form.head(columns, &mut head);
        let Some(output) = output else {
            let mut write = |text: &str| {
                out.text(text);
                // A table may have no end; nobody waits for it.
                if out.is_closed() { Err(Failure::new("the map goes nowhere")) } else { Ok(()) }
            };
            let totals = write(&head).and_then(|()| through(&mut TextSink { form, write: &mut write }));
            return if out.is_closed() { Ok(None) } else { totals.map(Some) };
        };
        let failed = |error: std::io::Error| Failure::file("write", output, &error);
        let mut file = BufWriter::with_capacity(1 << 18, AtomicFile::create(&out.at(output))?);
        let mut write = |text: &str| file.write_all(text.as_bytes()).map_err(failed);
        write(&head)?;
        let totals = through(&mut TextSink { form, write: &mut write })?;
        file.into_inner().map_err(|error| failed(error.into_error()))?.finish()?;
        Ok(Some(totals))
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

    fn open(&self, out: &Output<'_>) -> Result<Input, Failure> {
        let form = form(self.input, self.table.input_format, "--input-format", None)?;
        let stream: Box<dyn Read> = if is_stream(self.input) {
            Box::new(std::io::stdin())
        } else {
            let path = out.at(self.input);
            let failed = |error: std::io::Error| Failure::file("read", self.input, &error);
            if path.is_dir() {
                return Err(failed(std::io::ErrorKind::IsADirectory.into()));
            }
            let file = File::open(path).map_err(failed)?;
            if form == TableForm::Parquet {
                let input = parquet::Input::open(file, self.named(), &self.plan.columns)?;
                return Ok(Input::Parquet(Box::new(input)));
            }
            Box::new(file)
        };
        Ok(match form {
            TableForm::Csv => {
                let is_tabs = self.input.extension().is_some_and(|ending| ending == "tsv");
                let delimiter = self.table.delimiter.unwrap_or(if is_tabs { b'\t' } else { b',' });
                Input::Csv(Csv::new(stream, delimiter, self.named()))
            }
            TableForm::Jsonl => Input::Jsonl(Jsonl::new(stream, self.named())),
            TableForm::Parquet => {
                let failure =
                    Failure::new("Parquet can't be read from stdin: where its parts are stands at its end");
                return Err(failure.help("name the file behind `--input`"));
            }
        })
    }

    /// Sends all rows through a batch.
    fn through(
        &self,
        input: &mut Input,
        mut batch: Batch<'_, '_>,
        sink: &mut impl Sink,
        progress: &Progress,
    ) -> Result<Totals, Failure> {
        let mut each = |spot: &Spot, fields: &[Field<'_>]| {
            if spot.row.is_multiple_of(STEP) {
                let (rows, distinct) = (grouped(spot.row), grouped(batch.distinct() as u64));
                progress.step(&format!("resolving: {rows} rows, {distinct} distinct"));
            }
            batch.row(spot, fields, sink)
        };
        let wanted = &self.plan.columns;
        match input {
            Input::Csv(csv) => csv.read(wanted, &mut each)?,
            Input::Jsonl(jsonl) => jsonl.read(wanted, &mut each)?,
            Input::Parquet(parquet) => parquet.read(wanted, &mut each)?,
        }
        batch.settle(sink)?;
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

/// A table, opened.
enum Input {
    Csv(Csv<Box<dyn Read>>),
    Jsonl(Jsonl<Box<dyn Read>>),
    Parquet(Box<parquet::Input>),
}

impl Input {
    /// The types of the columns read, where they have some that are no text.
    fn types(&self) -> Vec<parquet::Type> {
        match self {
            Input::Csv(_) | Input::Jsonl(_) => Vec::new(),
            Input::Parquet(parquet) => parquet.types(),
        }
    }
}
