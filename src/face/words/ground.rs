//! What is open of a sentence, as a question that a person can be asked.

use super::{missing, when};
use crate::claim::Subject;
use crate::query::{Ask, By, Grounding, Mentioned, NameAsk, Narrowed, Open, PeriodOpen, Referral, Status};

/// A question, and what may be answered.
pub struct Asked {
    /// The question.
    pub question: String,
    /// What may be answered, and what each answer means; empty where anything may.
    pub choices: Vec<(String, String)>,
}

/// What is open, as a question. `text` is the sentence.
pub fn open(open: &Open, grounding: &Grounding, text: &str) -> Asked {
    let said = |at: usize| grounding.mentions.get(at).map_or("", |mention| &text[mention.bytes.clone()]);
    match open {
        Open::Period(at, period) => self::period(said(*at), period),
        Open::Name(at, ask) => match grounding.mentions.get(*at).map(|mention| &mention.what) {
            Some(Mentioned::Name(named)) => name(said(*at), &named.referral, ask.as_ref()),
            _ => plain(format!("what is meant by `{}`?", said(*at))),
        },
        Open::NameChanged(at) => plain(format!(
            "`{}` refers to one thing in the beginning of those days and to another later: which days are meant?",
            said(*at)
        )),
        Open::Fact(slot, Some(ask)) => dimension(&format!("`{slot}` depends on it"), ask),
        Open::Fact(slot, None) => {
            plain(format!("`{slot}` depends on something that is not known: what is the case?"))
        }
        Open::Changed(slot, days) => {
            let days: Vec<String> = days.iter().map(ToString::to_string).collect();
            plain(format!(
                "`{slot}` changed on {}: are the days before it meant, or from then on?",
                days.join(", ")
            ))
        }
        Open::Contested(slot) => plain(format!(
            "claims contradict each other on `{slot}`: it has to be settled in the knowledge first"
        )),
        Open::Long => plain(
            "it is longer than is looked at, or mentions more: what of it is to be answered first?"
                .to_owned(),
        ),
        Open::Nothing => plain("nothing in it is known here: what is it about?".to_owned()),
    }
}

fn plain(question: String) -> Asked {
    Asked { question, choices: Vec::new() }
}

fn period(said: &str, open: &PeriodOpen) -> Asked {
    match open {
        PeriodOpen::Candidates(candidates) => {
            let choice = |candidate: &crate::query::period::Candidate| {
                let days = match &candidate.reading {
                    Ok(reading) => super::days(&reading.days),
                    Err(bad) => bad.message.clone(),
                };
                (candidate.typed.clone(), days)
            };
            Asked {
                question: format!("which calendar is meant by `{said}`?"),
                choices: candidates.iter().map(choice).collect(),
            }
        }
        PeriodOpen::Missing(what) => plain(format!("`{said}`: {}", missing(*what).0)),
        PeriodOpen::None(bad) => {
            let help = bad.help.as_ref().map(|help| format!(": {help}")).unwrap_or_default();
            plain(format!("{}{help}", bad.message))
        }
    }
}

/// Whom a name means, as a question: `ask` tells its bearers apart.
pub fn name(said: &str, referral: &Referral, ask: Option<&NameAsk>) -> Asked {
    let names = |subjects: &[Subject]| subjects.iter().map(Subject::as_str).collect::<Vec<_>>().join(", ");
    match (referral.status, ask) {
        (Status::TooGeneric, _) => {
            plain(format!("`{said}` means too much to refer to one thing: which is meant?"))
        }
        (Status::Contested, _) => plain(format!(
            "claims contradict each other on who is called `{said}`: it has to be settled in the knowledge first"
        )),
        (Status::Unknown, _) => plain(format!("nobody is called `{said}` then: what is meant?")),
        (_, Some(ask)) => {
            let question = match &ask.by {
                By::Dimension(id) => format!("which {id} is meant for `{said}`?"),
                By::Kind => format!("what kind of thing is `{said}`?"),
                By::Type => format!("of what type is `{said}`?"),
                By::Subject => format!("which `{said}` is meant?"),
            };
            let choice = |choice: &crate::query::Choice| {
                let word = choice.word.as_ref().map_or_else(|| when(&choice.when), ToString::to_string);
                (word, names(&choice.subjects))
            };
            Asked { question, choices: ask.choices.iter().map(choice).collect() }
        }
        _ => plain(format!("is it {} that is meant by `{said}`?", names(&bearers(referral)))),
    }
}

fn bearers(referral: &Referral) -> Vec<Subject> {
    referral.bearers.iter().map(|bearer| bearer.subject.clone()).collect()
}

fn dimension(why: &str, ask: &Ask) -> Asked {
    let choice = |(region, _): &(crate::claim::When, usize)| (when(region), String::new());
    Asked {
        question: format!("which {}? {why}", ask.dimension),
        choices: ask.choices.iter().map(choice).collect(),
    }
}

/// By what in the sentence a name was narrowed.
pub fn narrowed(by: &Narrowed) -> String {
    match by {
        Narrowed::Type(word) => format!("the type `{word}` stands beside it"),
        Narrowed::Parent(subject) => format!("it is part of {subject}, which is mentioned"),
        Narrowed::AlsoNamed(subject) => format!("{subject} is mentioned by another name too"),
    }
}
