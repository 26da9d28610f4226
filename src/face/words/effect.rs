//! The prose of what a change does beside the answers: to names, questions, pins, owners and reviews. Fit to be shown.

use crate::face::{text, words};
use crate::query::{Means, NameChange, NameWord, Owned, Repinned, Retried, State};

/// Subjects of one name that are told.
const MOST: usize = 5;

/// What a name means, in a line.
pub fn means(means: &Means) -> String {
    let addresses = |all: &[crate::claim::Subject], with: &str| {
        let told: Vec<&str> = all.iter().take(MOST).map(crate::claim::Subject::as_str).collect();
        let more = all.len().saturating_sub(MOST);
        let more = if more > 0 { format!("{with}{more} more") } else { String::new() };
        text::shown(&format!("{}{more}", told.join(with)))
    };
    match means {
        Means::Nobody => "nobody".to_owned(),
        Means::One(subject) => text::shown(subject.as_str()),
        Means::Several(all) => addresses(all, " or "),
        Means::Contested(subject) => format!("{}, which is contested", text::shown(subject.as_str())),
        Means::TooGeneric(all) => format!("too much: {}", addresses(all, ", ")),
    }
}

/// In words what became of a name.
pub fn name_word(word: NameWord) -> &'static str {
    match word {
        NameWord::Referent => "means another",
        NameWord::Ambiguous => "ambiguous",
        NameWord::Unknown => "means nobody",
        NameWord::Settled => "settled",
        NameWord::Known => "new",
        NameWord::Untold => "may mean another, too much decides on it to tell",
    }
}

/// The names that people are told of: what is new is among the answers, and every new subject has a name.
pub fn told(names: &[NameChange]) -> impl Iterator<Item = &NameChange> {
    names.iter().filter(|name| name.word() != NameWord::Known)
}

/// `2 names mean something else: 1 ambiguous, 1 nobody`; `None` where none of which people are told does.
pub fn of_names(names: &[NameChange]) -> Option<String> {
    let all = told(names).count();
    let count = |word: &NameWord| {
        let many = told(names).filter(|name| name.word() == *word).count();
        let said = match word {
            NameWord::Referent => "another",
            NameWord::Unknown => "nobody",
            NameWord::Untold => "untold",
            word => name_word(*word),
        };
        (many > 0).then(|| format!("{many} {said}"))
    };
    let parts: Vec<String> = NameWord::ALL.iter().filter_map(count).collect();
    let verb = if all == 1 { "means" } else { "mean" };
    (all > 0).then(|| {
        format!("{} {verb} something else: {}", words::count(all, "name", "names"), parts.join(", "))
    })
}

/// `1 question fails, 2 are mended`.
pub fn of_questions(questions: &[Retried]) -> Option<String> {
    let fails = questions.iter().filter(|one| one.fails()).count();
    counted(fails, questions.len() - fails, ("question", "questions"), ("fails", "fail"))
}

/// `1 pin breaks, 2 are mended`.
pub fn of_pins(pins: &[Repinned]) -> Option<String> {
    let breaks = pins.iter().filter(|one| one.breaks()).count();
    counted(breaks, pins.len() - breaks, ("pin", "pins"), ("breaks", "break"))
}

fn counted(
    bad: usize,
    mended: usize,
    (one, many): (&str, &str),
    (does, do_so): (&str, &str),
) -> Option<String> {
    let told_bad = format!("{} {}", words::count(bad, one, many), if bad == 1 { does } else { do_so });
    let verb = if mended == 1 { "is mended" } else { "are mended" };
    match (bad, mended) {
        (0, 0) => None,
        (_, 0) => Some(told_bad),
        (0, _) => Some(format!("{} {verb}", words::count(mended, one, many))),
        _ => Some(format!("{told_bad}, {mended} {verb}")),
    }
}

/// `1 fact becomes unreviewed`.
pub fn of_reviews(unreviewed: usize) -> Option<String> {
    let verb = if unreviewed == 1 { "becomes" } else { "become" };
    (unreviewed > 0).then(|| format!("{} {verb} unreviewed", words::count(unreviewed, "fact", "facts")))
}

/// How a pin stands that does not hold, in a word; what was said before is withdrawn where nothing says it.
pub fn pin_word(state: &State, said_before: bool) -> &'static str {
    match state {
        State::Current => "current",
        State::Possible => "possible",
        State::Elsewhere | State::OtherDays => "elsewhere",
        State::Superseded => "superseded",
        State::Unsaid if said_before => "withdrawn",
        State::Unsaid => "unknown",
        State::Ambiguous(_) => "ambiguous",
        State::Odd => "malformed",
        State::Unpinned => "unpinned",
    }
}

/// `team/shop 2 (before 1)`.
pub fn owned(owned: &Owned) -> String {
    let owner = owned.owner.as_ref().map_or_else(|| "nobody".to_owned(), |owner| text::shown(owner));
    match owned.before == owned.after {
        true => format!("{owner} {}", owned.after),
        false => format!("{owner} {} (before {})", owned.after, owned.before),
    }
}
