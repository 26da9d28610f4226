//! Many names at once: a table goes in, a map of its distinct names comes out.
//!
//! Rows stream. Held in memory are the distinct rows of the columns asked by, and nothing of the others. Distinct rows
//! are resolved in lots, on all processors, and written in the order of their first appearance: the map is the same
//! however many threads there are.

use std::ops::Range;

use rayon::ThreadPool;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::distinct::{Distinct, Interned};
use super::map::{self, Answers, Stamp};
use super::plan::{Plan, Role};
use super::rows::{Field, MOST_COLUMNS, Spot, Table};
use crate::claim::Declarations;
use crate::face::cli::output::Failure;
use crate::query::{Brief, Case, Context, NameQuestion, QueryError, Referring};

/// Distinct rows that are resolved together.
const LOT: usize = 1 << 15;

/// Of these, as many are one task.
const TASK: usize = 1 << 9;

/// Rows that could not be asked about, of which is told.
const MOST_TOLD: usize = 5;

/// What may come of a row, in the order in which it is told.
pub(super) const OUTCOMES: [&str; 8] =
    ["fact", "deprecated", "unconfirmed", "ambiguous", "contested", "too-generic", "unknown", BAD];

/// A row that asks something that can't be asked: a value that its dimension does not have, a day that is none.
pub(super) const BAD: &str = "bad-question";

/// Not resolved yet.
const WAITING: u8 = u8::MAX;

/// What is known of a case costs about so much memory.
const CASE: usize = 512;

/// A batch under way.
pub(super) struct Batch<'s, 'p> {
    pool: ThreadPool,
    plan: &'p Plan,
    referring: &'p Referring<'s>,
    declarations: &'s Declarations,
    table: Table,
    stamp: Stamp,
    distinct: Distinct,
    /// The outcome of each distinct row.
    outcomes: Vec<u8>,
    /// The cases so far, by the columns that make them.
    cases: FxHashMap<Vec<u8>, u32>,
    known: Vec<Result<Case, String>>,
    waiting: Waiting,
    /// What came of all rows that are resolved.
    pub totals: Totals,
}

/// The distinct rows that are not resolved yet: of each its case, its first row and how many there are.
#[derive(Default)]
struct Waiting {
    from: u32,
    rows: Vec<(u32, Spot, u64)>,
}

/// What came of all rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// All.
    pub rows: u64,
    /// Rows without a name, for which there is nothing in the map.
    pub nameless: u64,
    /// By outcome: rows, and distinct rows.
    pub by: [(u64, u64); OUTCOMES.len()],
    /// The first of those that could not be asked about.
    pub bad: Vec<String>,
}

/// How the rows of a map are written down. Threads share it.
pub(super) trait Form: Sync {
    /// What a task makes of its rows.
    type Part: Send + Default;
    /// Writes a row.
    fn row(&self, raw: &[Field<'_>], answers: &Answers<'_>, part: &mut Self::Part);
}

/// What takes the map, part by part in the order of rows.
pub(super) trait Sink {
    /// How it wants them.
    type Form: Form;
    /// How it wants them.
    fn form(&self) -> &Self::Form;
    /// Takes what a task made.
    fn take(&mut self, part: <Self::Form as Form>::Part) -> Result<(), Failure>;
}

impl<'s, 'p> Batch<'s, 'p> {
    /// Nothing is read yet.
    pub fn new(
        plan: &'p Plan,
        pool: ThreadPool,
        referring: &'p Referring<'s>,
        declarations: &'s Declarations,
        table: Table,
        stamp: Stamp,
    ) -> Batch<'s, 'p> {
        Batch {
            pool,
            plan,
            referring,
            declarations,
            table,
            stamp,
            distinct: Distinct::new(plan.columns.len()),
            outcomes: Vec::new(),
            cases: FxHashMap::default(),
            known: Vec::new(),
            waiting: Waiting::default(),
            totals: Totals::default(),
        }
    }

    /// How many distinct rows there are so far.
    pub fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// A row of the table.
    pub fn row(&mut self, spot: &Spot, fields: &[Field<'_>], sink: &mut impl Sink) -> Result<(), Failure> {
        self.totals.rows += 1;
        if fields[0].text.is_none() {
            self.totals.nameless += 1;
            return Ok(());
        }
        let held = self.known.len() * CASE + self.outcomes.capacity();
        match self.distinct.intern(fields, self.plan.memory.saturating_sub(held)) {
            Interned::Known(number) => match self.outcomes[number as usize] {
                WAITING => self.waiting.rows[(number - self.waiting.from) as usize].2 += 1,
                outcome => self.totals.by[usize::from(outcome)].0 += 1,
            },
            Interned::New(_) => {
                let case = self.case(fields)?;
                self.outcomes.push(WAITING);
                self.waiting.rows.push((case, *spot, 1));
                if self.waiting.rows.len() == LOT {
                    self.settle(sink)?;
                }
            }
            Interned::Full => return Err(self.full(spot)),
        }
        Ok(())
    }

    fn full(&self, spot: &Spot) -> Failure {
        let what = format!(
            "is one distinct row more than fit into {} MiB, which {} do",
            self.plan.memory >> 20,
            self.distinct.len()
        );
        self.table
            .at(spot, &what)
            .help("allow more with `--memory 8GiB`, or cut the table: by context, so that equal names stay together")
    }

    /// The case that a row asks in.
    fn case(&mut self, fields: &[Field<'_>]) -> Result<u32, Failure> {
        let mut key = Vec::new();
        for (field, role) in fields.iter().zip(&self.plan.roles) {
            if role.iter().any(|role| *role != Role::Name) {
                let text = field.text.unwrap_or_default();
                key.extend_from_slice(&(text.len() as u64).to_le_bytes());
                key.extend_from_slice(text.as_bytes());
            }
        }
        if let Some(known) = self.cases.get(&key) {
            return Ok(*known);
        }
        let number = self.known.len() as u32;
        let case = match self.question(fields) {
            Ok(question) => Ok(self.referring.case(question)?),
            Err(why) => Err(why),
        };
        self.known.push(case);
        self.cases.insert(key, number);
        Ok(number)
    }

    /// What a row asks, but for its name; or why it can't be asked.
    fn question(&self, fields: &[Field<'_>]) -> Result<NameQuestion, String> {
        let mut pairs = self.plan.context.clone();
        let (mut on, mut of_type) = (self.plan.on, self.plan.of_type.clone());
        for (field, role) in fields
            .iter()
            .zip(&self.plan.roles)
            .flat_map(|(field, roles)| roles.iter().map(move |role| (field, role)))
        {
            let Some(text) = field.text.map(str::trim).filter(|text| !text.is_empty()) else { continue };
            match role {
                Role::Name => {}
                Role::Dimension(id) => pairs.push((id.clone(), text.to_owned())),
                Role::Day => {
                    on = text.parse().map_err(|_| format!("`{text}` is not a day such as `2026-03-31`"))?
                }
                Role::Type => of_type = Some(SmolStr::new(text)),
            }
        }
        let pairs = pairs.iter().map(|(id, value)| (id.as_str(), value.as_str()));
        let context = Context::read(pairs, self.declarations).map_err(|bad| bad.message)?;
        Ok(NameQuestion { name: SmolStr::default(), context, on, kind: self.plan.kind.clone(), of_type })
    }

    /// Resolves the rows that wait, and hands them on.
    pub fn settle(&mut self, sink: &mut impl Sink) -> Result<(), Failure> {
        let count = self.waiting.rows.len();
        let tasks: Vec<Range<usize>> =
            (0..count).step_by(TASK).map(|from| from..(from + TASK).min(count)).collect();
        let form = sink.form();
        let work = || tasks.into_par_iter().map(|rows| self.task(rows, form)).collect::<Vec<_>>();
        let done = self.pool.install(work);
        let mut next = self.waiting.from as usize;
        for done in done {
            let Done { outcomes, part } = done?;
            for outcome in outcomes {
                let (case, spot, rows) = self.waiting.rows[next - self.waiting.from as usize];
                let total = &mut self.totals.by[usize::from(outcome)];
                *total = (total.0 + rows, total.1 + 1);
                if let Err(why) = &self.known[case as usize]
                    && self.totals.bad.len() < MOST_TOLD
                {
                    self.totals.bad.push(format!("{spot}: {why}"));
                }
                self.outcomes[next] = outcome;
                next += 1;
            }
            sink.take(part)?;
        }
        self.waiting = Waiting { from: next as u32, rows: Vec::with_capacity(count) };
        Ok(())
    }

    /// Resolves some of the rows that wait.
    fn task<F: Form>(&self, rows: Range<usize>, form: &F) -> Result<Done<F::Part>, QueryError> {
        let mut done = Done { outcomes: Vec::with_capacity(rows.len()), part: F::Part::default() };
        let (mut candidates, columns) = (String::new(), self.plan.columns.len());
        let mut day = (self.plan.on, self.plan.on.to_string());
        for at in rows {
            let raw: [Field<'_>; MOST_COLUMNS] = self.distinct.fields(self.waiting.from + at as u32);
            let raw = &raw[..columns];
            let case = self.known[self.waiting.rows[at].0 as usize].as_ref().ok();
            let name = raw[0].text.unwrap_or_default();
            let brief: Option<Brief<'_>> = case.map(|case| self.referring.brief(name, case)).transpose()?;
            let status = brief.as_ref().map_or(BAD, |brief| brief.status.as_str());
            let outcome = OUTCOMES.iter().position(|known| *known == status).unwrap_or(OUTCOMES.len() - 1);
            done.outcomes.push(outcome as u8);
            candidates.clear();
            if let Some(brief) = &brief {
                map::candidates(brief, &mut candidates);
            }
            if let Some(on) = case.map(Case::on).filter(|on| *on != day.0) {
                day = (on, on.to_string());
            }
            let brief = brief.as_ref();
            let answers: Answers<'_> = [
                Some(status),
                brief.and_then(|brief| brief.subject.as_deref()),
                brief.and_then(|brief| brief.now.as_deref()),
                brief.and_then(|brief| brief.pin.as_deref()),
                brief.and_then(|brief| brief.said_by.as_deref()),
                Some(&*candidates).filter(|candidates| !candidates.is_empty()),
                case.map(|_| &*day.1),
                Some(&self.stamp.snapshot),
                self.stamp.at.as_deref(),
            ];
            form.row(raw, &answers, &mut done.part);
        }
        Ok(done)
    }
}

/// What a task did.
struct Done<P> {
    outcomes: Vec<u8>,
    part: P,
}
