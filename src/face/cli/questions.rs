//! What every question takes: what is known of the context, the day, the commit, the file.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use jiff::civil::Date;

use super::output::{Exit, Failure};
use crate::claim::Declarations;
use crate::query::{Address, Answer, Context, Question, Status};

pub(super) use crate::face::clock::today;

/// The context, day, commit or file of a question.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Asking {
    /// What is known of the case: `region=uk`; may be repeated. What is left out is unknown, not "anything"
    #[arg(short = 'w', long = "where", value_name = "DIM=VALUE", value_parser = read_pair)]
    pub context: Vec<(String, String)>,
    /// The day on which it is to hold (today where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    pub on: Option<Date>,
    #[command(flatten)]
    pub basis: Basis,
}

/// From what questions are answered.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Basis {
    /// Answer from what was known then: a commit, tag or branch, or a day (the main line at its end, UTC)
    #[arg(long, value_name = "REV|DATE", conflicts_with = "snapshot")]
    pub at: Option<String>,
    /// Answer from this file, which `dictum build` wrote; no repository is needed
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,
}

pub(super) fn read_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or("write a dimension, `=`, and a value, such as `region=uk`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn read_date(text: &str) -> Result<Date, String> {
    Date::from_str(text).map_err(|_| "write a day as year-month-day, such as `2026-03-31`".to_owned())
}

impl Asking {
    /// The question about `address`.
    pub fn question(&self, address: Address, declarations: &Declarations) -> Result<Question, Failure> {
        let pairs = self.context.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let context = Context::read(pairs, declarations)?;
        Ok(Question { address, context, on: self.on.unwrap_or_else(today) })
    }
}

/// Reads an address as typed.
pub(super) fn address(text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|message| {
        Failure::new(message).help("`dictum ls` lists what there is, `dictum ls KIND` the subjects of a kind")
    })
}

/// How a command ends that gave `answers`.
pub(super) fn exit(answers: &[Answer], require: bool) -> Exit {
    // What the knowledge itself has to settle comes before what its history does not tell.
    if answers.iter().any(|answer| answer.status == Status::Contested) {
        return Exit::Findings;
    }
    let unconfirmed = |answer: &Answer| {
        let cited = answer.cites.iter().chain(answer.facts.iter().flat_map(|fact| &fact.cites));
        answer.status == Status::Unconfirmed || cited.into_iter().any(|cite| !cite.confirmed())
    };
    if answers.iter().any(unconfirmed) {
        return Exit::Unconfirmed;
    }
    match require && answers.iter().any(|answer| answer.status != Status::Fact) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}
