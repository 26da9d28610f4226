//! What of a difference breaks who relied on an answer, by rules that each have a code: people name it where they mean it.

use super::{Changed, Difference, Elsewhere, Holds};

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
    /// A name that led here leads here no more.
    NameLost,
}

/// Attributes whose values are names.
const NAMES: [&str; 4] = ["label", "synonyms", "aliases", "name"];

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 5] =
        [Rule::AnswerChanged, Rule::WinnerChanged, Rule::AnswerLost, Rule::AnswerContested, Rule::NameLost];

    /// The code, which has a page.
    pub fn code(self) -> &'static str {
        match self {
            Rule::AnswerChanged => "answer-changed",
            Rule::WinnerChanged => "winner-changed",
            Rule::AnswerLost => "answer-lost",
            Rule::AnswerContested => "answer-contested",
            Rule::NameLost => "name-lost",
        }
    }

    /// What it is about: `meaning`, `precedence`, `coverage` or `identity`.
    pub fn category(self) -> &'static str {
        match self {
            Rule::AnswerChanged => "meaning",
            Rule::WinnerChanged => "precedence",
            Rule::AnswerLost | Rule::AnswerContested => "coverage",
            Rule::NameLost => "identity",
        }
    }
}

impl Changed {
    /// The rules that its differences break, each once, in order.
    pub fn breaks(&self) -> Vec<Rule> {
        let is_name = NAMES.contains(&self.slot.attribute.as_str());
        let mut rules: Vec<Rule> =
            self.differences.iter().filter_map(|difference| rule(difference, is_name)).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

fn rule(difference: &Difference, is_name: bool) -> Option<Rule> {
    let Holds::Fact(before) = &difference.before else { return None };
    // Of sets of names one that only grew has lost none.
    if let (true, Some((gone, _))) = (is_name, difference.members()) {
        return (!gone.is_empty()).then_some(Rule::NameLost);
    }
    Some(match &difference.after {
        Holds::Nothing if is_name => Rule::NameLost,
        Holds::Nothing => Rule::AnswerLost,
        Holds::Contested(_) => Rule::AnswerContested,
        Holds::Fact(after) if is_name && before != after => Rule::NameLost,
        Holds::Fact(_) if difference.come.iter().all(|cited| cited.elsewhere != Elsewhere::Unsaid) => {
            Rule::WinnerChanged
        }
        Holds::Fact(_) => Rule::AnswerChanged,
    })
}
