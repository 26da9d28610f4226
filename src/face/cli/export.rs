//! `dictum export FORMAT`: what holds, in the format of another program, and what that can't hold.

use std::path::PathBuf;

use clap::Args;

use super::global::{Form, Format as Printed};
use super::knowledge::{self, Errors};
use super::lost;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::Asking;
use crate::face::clock::today;
use crate::face::exchange::{Format, Given, LossKind, Losses, Wanted, format, gather};
use crate::face::wire::LossesWire;
use crate::face::words;
use crate::kind::kind;
use crate::query::{self, Context};

/// Write what holds in the format of another program, and say what it can't hold.
#[derive(Args, Debug)]
#[command(
    after_help = "FORMAT is `skos` (Turtle), `skos-jsonld`, `csv`, `ossie` (OSI), `datahub` or `openmetadata`.\n\
                        What depends on a case is left out unless `--where` says which; what is contested is left out always. \
                        All that is left behind is told on stderr, and as `dictum.losses/1` with `--format json=FILE`.\n\
                        Exits 0, also with losses unless `--strict`; 1 where something is contested; 3 where the history does not \
                        tell who said something."
)]
pub(super) struct Arguments {
    /// The format
    #[arg(value_name = "FORMAT")]
    to: String,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Subjects of this kind (what the format has a place for where not given); may be repeated
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// What addresses of subjects begin with: `https://example.com/knowledge/`
    #[arg(long, value_name = "ADDRESS")]
    base: Option<String>,
    /// The language that its texts are in: `en`
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// A table that metrics are of (for `ossie`): a name, and where it is; may be repeated
    #[arg(long, value_name = "NAME=TABLE", value_parser = super::questions::read_pair)]
    dataset: Vec<(String, String)>,
    /// Leave out who said what
    #[arg(long)]
    no_provenance: bool,
    /// Exit 1 where anything is left behind
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    asking: Asking,
}

/// Exports.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = format(&arguments.to)?;
    let Some(write) = format.write else {
        return Err(Failure::new(format!("`{}` is only imported", format.name)));
    };
    let forms = report_forms(arguments, out)?;
    let kinds = kinds(arguments, format)?;
    let Some(opened) = knowledge::open(&arguments.asking.basis, Errors::Mention, out)? else {
        return Ok(Exit::Findings);
    };
    let pairs = arguments.asking.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let context = Context::read(pairs, opened.snapshot.declarations()?)?;
    let on = arguments.asking.on.unwrap_or_else(today);
    let provenance = !arguments.no_provenance;
    let wanted = Wanted {
        kinds: &kinds,
        chosen: !arguments.kind.is_empty(),
        context: &context,
        on,
        holds: format.holds,
        provenance,
    };
    let mut losses = Losses::new();
    let book = gather(&opened.snapshot, &wanted, &mut losses)?;
    let given = Given {
        base: arguments.base.clone(),
        language: arguments.language.clone(),
        provenance,
        datasets: arguments.dataset.clone(),
    };
    let text = write(&book, &given, &mut losses)?;
    match &arguments.output {
        Some(file) => {
            let form = Form { format: Printed::Human, special: None, file: Some(file.clone()) };
            out.form(&form, &text)?;
            let subjects = words::count(book.entries.len(), "subject", "subjects");
            out.note(&format!("wrote {} with {subjects}", file.display()));
        }
        None => out.text(&text),
    }
    let basis = query::basis(&opened.snapshot)?;
    let wire = LossesWire {
        on: Some(on.to_string()),
        at: basis.at.map(|at| at.to_string()),
        ..lost::wire(&losses, "export", format, book.entries.len())
    };
    for form in &forms {
        report(form, &wire, &losses, out)?;
    }
    Ok(exit(&losses, arguments.strict))
}

/// How the losses are told. Where the export itself is printed they are not printed behind it.
fn report_forms(arguments: &Arguments, out: &Output<'_>) -> Result<Vec<Form>, Failure> {
    out.refuse_mixed()?;
    let forms = out.forms(Printed::Human);
    let printed = forms.iter().any(|form| form.file.is_none() && form.format != Printed::Human);
    if printed && arguments.output.is_none() {
        return Err(Failure::new(
            "the export and the report of losses can't be printed one behind the other",
        )
        .help("write one of them to a file: `--output FILE`, or `--format json=losses.json`"));
    }
    Ok(forms)
}

fn report(form: &Form, wire: &LossesWire, losses: &Losses, out: &mut Output<'_>) -> Result<(), Failure> {
    match form.format {
        Printed::Human | Printed::Concise => {
            lost::tell(losses, None, out);
            Ok(())
        }
        Printed::Json => out.form(form, &format!("{}\n", json_document(wire))),
        Printed::Jsonl => {
            let lines: String = wire.losses.iter().map(|loss| format!("{}\n", json_line(loss))).collect();
            out.form(form, &lines)
        }
    }
}

fn kinds(arguments: &Arguments, format: &Format) -> Result<Vec<String>, Failure> {
    let own = || format.holds.kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
    for name in &arguments.kind {
        if kind(name).is_none() {
            return Err(
                Failure::new(format!("there is no kind `{name}`")).help("`dictum ls` lists the kinds")
            );
        }
        if !format.holds.kinds.contains(&name.as_str()) {
            return Err(Failure::new(format!("`{}` has no place for the kind `{name}`", format.name))
                .help(format!("it has one for {}", own().join(", "))));
        }
    }
    Ok(if arguments.kind.is_empty() { own() } else { arguments.kind.clone() })
}

fn exit(losses: &Losses, strict: bool) -> Exit {
    match () {
        () if losses.has(LossKind::Contested) => Exit::Findings,
        () if losses.has(LossKind::History) => Exit::Unconfirmed,
        () if strict && losses.len() > 0 => Exit::Findings,
        () => Exit::Clean,
    }
}
