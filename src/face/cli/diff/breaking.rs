//! `dictum diff --breaking`: which rules a change breaks, and who said that it is meant.

use std::collections::BTreeMap;

use super::beside::named;
use super::effects::Effects;
use crate::face::cli::output::{Failure, Output};
use crate::face::words;
use crate::face::{text, wire};
use crate::query::Rule;
use crate::source::{ObjectId, Repository};

/// The trailer of a commit's message that says so: `Dictum-Breaking: CODE reason`.
const TRAILER: &str = "dictum-breaking:";

/// Addresses that are shown of a rule.
const MOST_SHOWN: usize = 5;

/// That a rule is broken on purpose.
pub(super) struct Meant {
    rule: Rule,
    /// Why, in the words of the commit.
    reason: String,
    /// The commit that says so.
    commit: ObjectId,
}

/// What is broken, and what of it is meant.
pub(super) struct Breaks {
    /// What breaks each rule that is broken, in order: addresses, names, questions.
    rules: BTreeMap<Rule, Vec<String>>,
    meant: Vec<Meant>,
}

impl Breaks {
    /// The rules that a change breaks, and what the commits that `head` has and `base` lacks say of them.
    ///
    /// # Errors
    /// Where these commits can't be read.
    pub(super) fn of(
        effects: &Effects,
        repository: &Repository,
        (base, head): (ObjectId, ObjectId),
    ) -> Result<Breaks, Failure> {
        let mut rules: BTreeMap<Rule, Vec<String>> = BTreeMap::new();
        let mut broken = |by: Vec<Rule>, what: &dyn Fn() -> String| {
            by.into_iter().for_each(|rule| rules.entry(rule).or_default().push(what()));
        };
        effects.changed.iter().for_each(|one| broken(one.breaks(), &|| one.slot.to_string()));
        effects.names.iter().for_each(|one| broken(one.breaks(), &|| named(one)));
        effects.questions.iter().for_each(|one| broken(one.breaks(), &|| one.after.test.subject.to_string()));
        let mut meant = Vec::new();
        if !rules.is_empty() {
            let messages = repository.messages_since(head, base).map_err(|_| {
                Failure::new("the messages of this line can't be read: a commit is not here, or damaged")
                    .help("type `git fetch --unshallow` and ask again")
            })?;
            for (commit, message) in messages {
                meant.extend(trailers(&message).map(|(rule, reason)| Meant { rule, reason, commit }));
            }
            meant.sort_by(|a, b| (a.rule, &a.reason, a.commit).cmp(&(b.rule, &b.reason, b.commit)));
        }
        Ok(Breaks { rules, meant })
    }

    /// Whether a rule is broken and nobody says that it is meant.
    pub(super) fn fails(&self) -> bool {
        self.rules.keys().any(|rule| !self.meant.iter().any(|meant| meant.rule == *rule))
    }

    /// Who says that it is meant to break `rules`, for machines.
    pub(super) fn wire(&self, rules: &[Rule]) -> Vec<wire::Meant> {
        let ours = self.meant.iter().filter(|meant| rules.contains(&meant.rule));
        ours.map(|meant| wire::meant(meant.rule, &meant.reason, meant.commit.into())).collect()
    }

    /// A paragraph a rule, for people.
    pub(super) fn tell(&self, out: &mut Output<'_>) {
        for (rule, addresses) in &self.rules {
            out.line("");
            let head = out.styled("1", &format!("breaking  {}", rule.code()));
            out.line(&format!("{head}   {}", rule.category()));
            addresses
                .iter()
                .take(MOST_SHOWN)
                .for_each(|address| out.line(&format!("  {}", text::shown(address))));
            if addresses.len() > MOST_SHOWN {
                out.line(&format!("  and {} more", addresses.len() - MOST_SHOWN));
            }
            for line in self.told(*rule) {
                out.line(&format!("  {line}"));
            }
        }
    }

    /// The same as Markdown, a line a rule.
    pub(super) fn markdown(&self, escaped: &dyn Fn(&str) -> String) -> String {
        let mut out = String::new();
        for (rule, addresses) in &self.rules {
            let (one, many) = match rule {
                Rule::ReferentChanged | Rule::NameAmbiguous | Rule::NameLost => ("name", "names"),
                Rule::QuestionFails => ("question", "questions"),
                _ => ("address", "addresses"),
            };
            let count = words::count(addresses.len(), one, many);
            out.push_str(&format!("- **{}** ({}): {count}", rule.code(), rule.category()));
            for line in self.told(*rule) {
                out.push_str(&format!("; {}", escaped(&text::clipped(&line, 400))));
            }
            out.push('\n');
        }
        out
    }

    fn told(&self, rule: Rule) -> Vec<String> {
        let ours = self.meant.iter().filter(|meant| meant.rule == rule);
        let lines: Vec<String> = ours
            .map(|meant| format!("meant: {} ({:.7})", text::shown(&meant.reason), meant.commit))
            .collect();
        match lines.is_empty() {
            true => vec![format!(
                "not said to be meant; end a commit's message with `Dictum-Breaking: {} REASON`",
                rule.code()
            )],
            false => lines,
        }
    }
}

/// What the last paragraph of a message says is meant: a rule and the reason; without a reason it says nothing.
fn trailers(message: &str) -> impl Iterator<Item = (Rule, String)> {
    let message = message.trim_end().replace("\r\n", "\n");
    let last = message.rsplit("\n\n").next().unwrap_or_default().to_owned();
    let lines: Vec<String> = last.lines().map(ToOwned::to_owned).collect();
    lines.into_iter().filter_map(|line| {
        let start = line.get(..TRAILER.len())?;
        let says = line.get(TRAILER.len()..).filter(|_| start.eq_ignore_ascii_case(TRAILER))?.trim();
        let (code, reason) = says.split_once(char::is_whitespace)?;
        let rule = Rule::ALL.into_iter().find(|rule| rule.code() == code)?;
        Some((rule, text::clipped(reason.trim(), 1_000))).filter(|(_, reason)| !reason.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    #[test]
    fn a_trailer_names_the_code_and_the_reason() {
        let read = |message: &str| trailers(message).collect::<Vec<_>>();
        let said = [(Rule::AnswerChanged, "the policy says so".to_owned())];
        assert_eq!(read("Change it\n\nDictum-Breaking: answer-changed the policy says so\n"), said);
        assert_eq!(read("Change it\r\n\r\ndictum-breaking: answer-changed  the policy says so"), said);
        for none in [
            "Change it\n\nDictum-Breaking: answer-changed\n",
            "Change it\n\nDictum-Breaking: nothing at all\n",
            "Change it\n\nDictum-Breaking: answer-changed quoted\n\nSigned-off-by: A <a@x>\n",
        ] {
            assert_eq!(read(none), [], "{none}");
        }
    }

    #[test]
    fn every_rule_has_a_page() {
        for rule in Rule::ALL {
            assert!(codes::ALL.iter().any(|code| code.slug == rule.code()), "{}", rule.code());
        }
    }
}
