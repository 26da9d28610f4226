//! Questions as tests: those that the knowledge holds are asked, and what comes back is held against what they expect.
//!
//! They are judged by what is answered. Who said it is another matter: an answer whose sayer can't be vouched for, in a
//! repository without its history, passes as it would with it.

mod told;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::ask::{Asked, Reply, ask};
use super::get::held;
use super::read::Reading;
use super::{Address, Answer, BadQuestion, Context, Place, QueryError, Question, Status};
use crate::claim::{Subject, Value, address_glob};
use crate::snapshot::Snapshot;
use told::Told;

/// The kind of subjects that are questions.
const KIND: &str = "question";

/// A question that the knowledge asks of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Test {
    /// Which: `question/acv-in-q3`.
    pub subject: Subject,
    /// What people call it.
    pub label: Option<SmolStr>,
    /// What is asked.
    pub ask: SmolStr,
    /// What is known of the case: dimensions and values, as they are typed.
    pub context: Vec<(SmolStr, SmolStr)>,
    /// The day it names.
    pub on: Option<Date>,
    /// What the answer has to be.
    pub expect: Expect,
    /// Where each of its attributes is written.
    pub places: BTreeMap<SmolStr, Place>,
}

/// What an answer has to be. What is `None`, or empty, may be anything.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Expect {
    /// What it says; of a sentence the fact that `address` names, else some fact of it. A name says none.
    pub value: Option<Value>,
    /// What answers: a slot, a claim, a pin; of a name its referent on the day (not what that became); of a sentence a subject
    /// that it means or a fact of it.
    pub address: Option<SmolStr>,
    /// What kind of result it is.
    pub status: Option<SmolStr>,
    /// What it leans on: pins, claims, sources.
    pub cites: Vec<SmolStr>,
    /// Of a sentence: whether nothing is left open.
    pub ready: Option<bool>,
}

/// A question that was asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// The question.
    pub test: Test,
    /// The day of which it was asked.
    pub on: Date,
    /// How it went.
    pub verdict: Verdict,
    /// What was answered, where it could be asked.
    pub reply: Option<Reply>,
}

/// How a question went.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// Not as expected, and in what.
    Failed(Vec<Miss>),
    /// It can't be asked so.
    Bad(BadQuestion),
}

/// One thing that is not as expected.
#[derive(Clone, PartialEq, Debug)]
pub enum Miss {
    /// What it says: expected, and said, where that is one thing.
    Value(Value, Option<Value>),
    /// What answers: expected, and what does.
    Address(SmolStr, Vec<SmolStr>),
    /// What kind of result it is: expected, and it is.
    Status(SmolStr, &'static str),
    /// What it leans on: what of it is missing, and what is there.
    Cites(Vec<SmolStr>, Vec<SmolStr>),
    /// Whether it is ready: expected, and whether it is; that is said of sentences alone.
    Ready(bool, Option<bool>),
}

impl Miss {
    /// The attribute of the question that says what was expected.
    pub fn attribute(&self) -> &'static str {
        match self {
            Miss::Value(..) => "expect.value",
            Miss::Address(..) => "expect.address",
            Miss::Status(..) => "expect.status",
            Miss::Cites(..) => "expect.cites",
            Miss::Ready(..) => "expect.ready",
        }
    }
}

impl Tried {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }
}

impl Answer {
    /// What kind of result it is, whoever said it: [`Status::Unconfirmed`] stands for what it would be with its history.
    pub fn settled(&self) -> Status {
        match (self.status, &self.value) {
            (Status::Unconfirmed, Some(Value::None)) => Status::None,
            (Status::Unconfirmed, _) if self.deprecated.is_some() => Status::Deprecated,
            (Status::Unconfirmed, _) => Status::Fact,
            (status, _) => status,
        }
    }
}

/// The questions that `snapshot` holds and `globs` mean (all, where there are none), in the order of their addresses. A glob
/// is of addresses, `question/acv-*`, or of ids alone, `acv-*`.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn tests(snapshot: &Snapshot, globs: &[String]) -> Result<Vec<Test>, QueryError> {
    let reading = Reading::new(snapshot)?;
    let meant = |subject: &Subject| {
        let takes = |glob: &String| address_glob(glob, subject.as_str()) || address_glob(glob, subject.id());
        globs.is_empty() || globs.iter().any(takes)
    };
    let mut tests = Vec::new();
    for subject in snapshot.subjects(&format!("{KIND}/"))? {
        if let Some(subject) = Subject::parse(subject?).filter(meant) {
            tests.push(read(&reading, subject)?);
        }
    }
    Ok(tests)
}

fn read(reading: &Reading<'_>, subject: Subject) -> Result<Test, QueryError> {
    let mut test = Test {
        label: None,
        ask: SmolStr::default(),
        context: Vec::new(),
        on: None,
        expect: Expect::default(),
        places: BTreeMap::new(),
        subject,
    };
    // Questions hold everywhere and always: any point reads them.
    let anywhere =
        |slot| Question { address: Address::Slot(slot), context: Context::unknown(), on: Date::ZERO };
    for slot in reading.slots_of(&test.subject)? {
        let Some(said) = held(reading, &slot, &anywhere(slot.clone()))? else { continue };
        if let Some(place) = reading.slot(&slot)?.map(|read| reading.cite(&read, 0)).transpose()? {
            test.places.insert(slot.attribute.clone(), place.place);
        }
        test.take(&slot.attribute, said);
    }
    Ok(test)
}

impl Test {
    fn take(&mut self, attribute: &str, said: Value) {
        let dimension = attribute.strip_prefix("where.");
        match (attribute, said) {
            ("label", Value::Text(label)) => self.label = Some(label),
            ("ask", Value::Text(ask)) => self.ask = ask,
            ("on", Value::Date(on)) => self.on = Some(on),
            ("expect.value", value) => self.expect.value = Some(value),
            ("expect.address", Value::Text(address)) => self.expect.address = Some(address),
            ("expect.status", Value::Text(status)) => self.expect.status = Some(status),
            ("expect.cites", Value::List(cites)) => self.expect.cites = cites.iter().map(text).collect(),
            ("expect.ready", Value::Bool(ready)) => self.expect.ready = Some(ready),
            (_, Value::Text(value)) => {
                self.context.extend(dimension.map(|dimension| (SmolStr::new(dimension), value)));
            }
            _ => {}
        }
    }
}

fn text(value: &Value) -> SmolStr {
    match value {
        Value::Text(text) => text.clone(),
        other => SmolStr::new(other.to_string()),
    }
}

/// Asks all of `tests`, those that name no day of the day `on`. In their order, whichever was answered first.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn try_all(snapshot: &Snapshot, tests: &[Test], on: Date) -> Result<Vec<Tried>, QueryError> {
    tests.par_iter().map(|test| try_one(snapshot, test, on)).collect()
}

/// Asks one question, of the day `on` where it names none.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn try_one(snapshot: &Snapshot, test: &Test, on: Date) -> Result<Tried, QueryError> {
    let on = test.on.unwrap_or(on);
    let pairs = test.context.iter().map(|(dimension, value)| (dimension.as_str(), value.as_str()));
    let context = Context::read(pairs, snapshot.declarations()?).map_err(QueryError::from);
    let asked = context.map(|context| Asked { text: &test.ask, context, on, relative_to: test.on });
    let (verdict, reply) = match asked.and_then(|asked| ask(snapshot, &asked)) {
        Err(QueryError::Bad(bad)) => (Verdict::Bad(bad), None),
        Err(damaged) => return Err(damaged),
        Ok(reply) => {
            let misses = Told::of(&reply).misses(&test.expect);
            (if misses.is_empty() { Verdict::Passed } else { Verdict::Failed(misses) }, Some(reply))
        }
    };
    Ok(Tried { test: test.clone(), on, verdict, reply })
}

/// Whether what was said is what was wanted. A question may have been read where the type of what it asks for was not
/// known, so that a number or an id is told by its looks.
fn says(wanted: &Value, said: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    };
    match (wanted, said) {
        _ if wanted == said => true,
        (Value::List(wanted), Value::List(said)) => {
            wanted.len() == said.len() && wanted.iter().zip(said).all(|(wanted, said)| says(wanted, said))
        }
        (Value::Text(wanted), Value::Ref(said)) => wanted == said.as_str() || wanted == said.id(),
        (Value::Text(_), Value::List(_) | Value::None) => false,
        (Value::Text(wanted), said) => *wanted == *said.to_string(),
        _ => number(wanted).is_some() && number(wanted) == number(said),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::says;
    use crate::claim::{Subject, Value};

    #[test]
    fn a_value_whose_type_was_not_known_is_told_by_its_looks() {
        let text = |text: &str| Value::Text(text.into());
        let team = Value::Ref(Subject::new("team", "board"));
        let days = Value::Duration { months: 0, days: 10, seconds: 0 };
        for (wanted, said) in [
            (text("board"), team.clone()),
            (text("team/board"), team.clone()),
            (text("P10D"), days),
            (Value::Decimal(Decimal::from(12)), Value::Integer(12)),
            (Value::List(vec![text("board")]), Value::List(vec![team.clone()])),
        ] {
            assert!(says(&wanted, &said), "{wanted} {said}");
        }
        for (wanted, said) in [
            (text("none"), Value::None),
            (text("a, b"), Value::List(vec![text("a"), text("b")])),
            (text("boar"), team),
            (Value::Integer(12), text("12")),
        ] {
            assert!(!says(&wanted, &said), "{wanted} {said}");
        }
    }
}
