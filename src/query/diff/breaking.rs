//! What of a difference breaks who relied on an answer, by rules that each have a code: people name it where they mean it.

use super::{Changed, Difference, Elsewhere, Holds};
use crate::name::NAMING;
use crate::query::referent::NAMED;

/// A way in which an answer that was given breaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// Another value is said, by a claim that was not said before.
    AnswerChanged,
    /// Of what was said all along, another claim wins.
    WinnerChanged,
    /// Nothing is said any more.
    AnswerLost,
    /// Claims contradict each other where one answered.
    AnswerContested,
    /// A name that meant one subject means another.
    ReferentChanged,
    /// A name that meant one subject means no one subject any more.
    NameAmbiguous,
    /// A name that meant one subject means nobody.
    NameLost,
    /// A question of the knowledge that passed fails.
    QuestionFails,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 8] = [
        Rule::AnswerChanged,
        Rule::WinnerChanged,
        Rule::AnswerLost,
        Rule::AnswerContested,
        Rule::ReferentChanged,
        Rule::NameAmbiguous,
        Rule::NameLost,
        Rule::QuestionFails,
    ];

    /// The code, which has a page.
    pub fn code(self) -> &'static str {
        match self {
            Rule::AnswerChanged => "answer-changed",
            Rule::WinnerChanged => "winner-changed",
            Rule::AnswerLost => "answer-lost",
            Rule::AnswerContested => "answer-contested",
            Rule::ReferentChanged => "referent-changed",
            Rule::NameAmbiguous => "name-ambiguous",
            Rule::NameLost => "name-lost",
            Rule::QuestionFails => "question-fails",
        }
    }

    /// What it is about: `meaning`, `precedence`, `coverage` or `identity`.
    pub fn category(self) -> &'static str {
        match self {
            Rule::AnswerChanged => "meaning",
            Rule::WinnerChanged => "precedence",
            Rule::AnswerLost | Rule::AnswerContested | Rule::QuestionFails => "coverage",
            Rule::ReferentChanged | Rule::NameAmbiguous | Rule::NameLost => "identity",
        }
    }
}

impl Changed {
    /// The rules that its differences break, each once, in order. What subjects are called breaks nothing by itself: what
    /// their names mean does, which [`super::names`] tells.
    pub fn breaks(&self) -> Vec<Rule> {
        if NAMED.contains(&self.slot.subject.kind()) && NAMING.contains(&self.slot.attribute.as_str()) {
            return Vec::new();
        }
        let mut rules: Vec<Rule> = self.differences.iter().filter_map(rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

fn rule(difference: &Difference) -> Option<Rule> {
    let Holds::Fact(_) = &difference.before else { return None };
    Some(match &difference.after {
        Holds::Nothing => Rule::AnswerLost,
        Holds::Contested(_) => Rule::AnswerContested,
        Holds::Fact(_) if difference.come.iter().all(|cited| cited.elsewhere != Elsewhere::Unsaid) => {
            Rule::WinnerChanged
        }
        Holds::Fact(_) => Rule::AnswerChanged,
    })
}
