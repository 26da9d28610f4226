//! `dictum test [GLOB…]`: the questions that the knowledge asks of itself, asked, and what is not as expected.

use clap::Args;
use jiff::civil::Date;

mod bisect;
pub(super) mod human;
mod junit;
mod reply;

use bisect::{Broke, bisect};

use super::global::{Form, Format};
use super::knowledge::{self, Errors, Opened, locate};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::questions::{Basis, read_date, today};
use crate::face::{text, wire, words};
use crate::query::{self, Test, Tried};

/// Ask the questions that the knowledge holds, and say which answers are not as expected.
#[derive(Args, Debug)]
#[command(
    after_help = "A question is `[question.ID]` with `ask`, `where`, `on` and `expect`: `dictum explain question`.\n\
                        Exits 1 where an answer is not as expected. They are asked of the files as they are; who said an \
                        answer is not tested, and may be unknown."
)]
pub(super) struct Arguments {
    /// Which questions: ids or globs of them (`acv-*`); all where none is given
    which: Vec<String>,
    /// The day for questions that name none (today where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<Date>,
    /// Name the commit of the main line since which a failing question fails
    #[arg(long, conflicts_with = "snapshot")]
    bisect: bool,
    #[command(flatten)]
    basis: Basis,
}

/// What came of it.
struct Report {
    tried: Vec<Tried>,
    /// For each, since when it fails; empty unless that was asked for.
    broke: Vec<Option<Broke>>,
    basis: query::Basis,
    name: String,
    on: Date,
    /// Whether the files were asked, which no commit stands for.
    files: bool,
}

impl Report {
    fn failed(&self) -> usize {
        self.tried.iter().filter(|tried| !tried.passed()).count()
    }

    fn broke(&self, at: usize) -> Option<&Broke> {
        self.broke.get(at).and_then(Option::as_ref)
    }
}

/// Tests.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let forms = out.forms(Format::Human);
    if let Some(form) = forms.iter().find(|form| is_human(form) && form.file.is_some()) {
        let file = form.file.as_deref().unwrap_or(std::path::Path::new("FILE")).display().to_string();
        return Err(Failure::new("what people read is printed, not written to a file")
            .help(format!("leave `={}` out and redirect: `… > {0}`", text::shown(&file))));
    }
    let files = arguments.basis.at.is_none() && arguments.basis.snapshot.is_none();
    let opened = match files {
        true => knowledge::open_files(out)?,
        false => knowledge::open(&arguments.basis, Errors::Refuse, out)?.map(|opened| (opened, false)),
    };
    let Some((opened, files)) = opened else { return Ok(Exit::Findings) };
    let on = arguments.on.unwrap_or_else(today);
    let tests = meant(&arguments.which, &opened, out)?;
    let tried = query::try_all(&opened.snapshot, &tests, on)?;
    let broke = match arguments.bisect {
        true => since(arguments, &tried, on, out)?,
        false => Vec::new(),
    };
    let basis = query::basis(&opened.snapshot)?;
    let name = opened.snapshot.name()?.to_owned();
    let report = Report { tried, broke, basis, name, on, files };
    for form in &forms {
        match is_human(form) {
            true => human::tell(&report, form.format, out),
            false => {
                let written = written(&report, form);
                out.form(form, &written)?;
            }
        }
    }
    summary(&report, out);
    Ok(if report.failed() > 0 { Exit::Findings } else { Exit::Clean })
}

fn is_human(form: &Form) -> bool {
    form.special.is_none() && matches!(form.format, Format::Human | Format::Concise)
}

fn written(report: &Report, form: &Form) -> String {
    let broke: Vec<_> = (0..report.tried.len()).map(|at| report.broke(at).map(Broke::wire)).collect();
    let tested = |(tried, broke): (&Tried, &Option<wire::Broke>)| wire::tested(tried, broke.clone());
    let each = report.tried.iter().zip(&broke).map(tested);
    match form.format {
        _ if form.special.is_some() => junit::document(report),
        Format::Jsonl => each.map(|tested| format!("{}\n", json_line(&tested))).collect(),
        _ => {
            let wire = wire::test(each.collect(), &report.basis, report.on, report.files);
            format!("{}\n", json_document(&wire))
        }
    }
}

/// The questions that were meant; one that is not there is told of.
fn meant(which: &[String], opened: &Opened, out: &mut Output<'_>) -> Result<Vec<Test>, Failure> {
    let tests = query::questions(&opened.snapshot, which)?;
    if !tests.is_empty() {
        return Ok(tests);
    }
    let all = query::questions(&opened.snapshot, &[])?;
    let Some(asked) = which.first().filter(|_| !all.is_empty()) else {
        out.note("there are no questions here");
        out.note(
            "  help: write one, `[question.ID]` with `ask` and `expect`; `dictum explain question` shows how",
        );
        return Ok(tests);
    };
    let plain = asked.strip_prefix("question/").unwrap_or(asked);
    let near = query::nearest(plain, all.iter().map(|test| test.subject.id()), 1);
    let failure = Failure::new(format!("no question is called `{asked}`"));
    Err(match near.first() {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`dictum ls question` lists them"),
    })
}

/// Since when each of the failing ones fails.
fn since(
    arguments: &Arguments,
    tried: &[Tried],
    on: Date,
    out: &mut Output<'_>,
) -> Result<Vec<Option<Broke>>, Failure> {
    if tried.iter().all(Tried::passed) {
        return Ok(Vec::new());
    }
    let place = locate(out)?;
    let repository = place.repository.as_ref().map_err(|why| {
        Failure::new(format!("`--bisect` needs a git repository: {why}")).help("leave `--bisect` out")
    })?;
    let progress = Progress::start(out.global, "compiling the main line");
    let head = knowledge::revision(repository, arguments.basis.at.as_deref().unwrap_or("HEAD"))?;
    let broke = bisect(repository, &place, head, tried, on);
    drop(progress);
    broke
}

fn summary(report: &Report, out: &mut Output<'_>) {
    if report.tried.is_empty() {
        return;
    }
    let failed = report.failed();
    let passed = report.tried.len() - failed;
    let asked = words::count(report.tried.len(), "question", "questions");
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    out.note(&format!("{asked}: {passed} passed{failed}"));
}
