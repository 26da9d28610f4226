//! What a proposal would change, worked out in memory: nothing is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Request;
use crate::claim::Subject;
use crate::compile::Compiled;
use crate::diagnostic::{Findings, Severity};
use crate::face::clock::today;
use crate::face::compare::side;
use crate::face::correction::{self, Base, Refused, Tried, Written};
use crate::face::service::{Problem, Served};
use crate::query::{self, Answer, Changed, Cite, Test};
use crate::snapshot::Snapshot;
use crate::source::file_of_commit;

/// A proposal, tried.
pub(in crate::face) struct Preview {
    /// The claim that it corrects.
    pub wrong: Cite,
    /// The file that it would be.
    pub written: Written,
    /// What is served.
    pub before: Arc<Compiled>,
    /// The same with the correction.
    pub after: Compiled,
    /// What would be answered; `None` where the knowledge would have errors.
    pub would: Option<Would>,
}

/// What a proposal would change.
pub(in crate::face) struct Would {
    /// The answer to what was asked.
    pub now: Answer,
    /// The id of the correction.
    pub id: String,
    /// Every slot that would be answered otherwise.
    pub changed: Vec<Changed>,
    /// Questions that are answered as expected now, and would not be.
    pub failing: Vec<query::Tried>,
}

impl Preview {
    /// The errors that the knowledge would have.
    pub fn errors(&self) -> Findings {
        let mut errors = Findings::new();
        let wrong = self.after.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        wrong.for_each(|finding| errors.push(finding.clone()));
        errors
    }
}

/// Tries `request` on what is served.
///
/// # Errors
/// Where there is no one fact to correct, the value is not of its type, or something else would answer.
pub(in crate::face) fn preview(served: &Served, request: &Request) -> Result<Preview, Problem> {
    let (Some(before), Some(commit)) = (&served.compiled, served.commit) else {
        return Err(Problem::no_repository());
    };
    let (place, _) = served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let folder = match place.root.knowledge.as_str() {
        "" => String::new(),
        knowledge => format!("{knowledge}/"),
    };
    let taken = |file: &str| file_of_commit(repository, commit, &format!("{folder}{file}")).is_some();
    let base = Base {
        compiled: before,
        snapshot: &served.snapshot,
        findings: Findings::new(),
        root: &place.root.knowledge,
        taken: &taken,
    };
    let tried = correction::attempt(&request.wish, &base)
        .map_err(|failure| Problem { status: 422, ..Problem::bad("bad-value", failure) })?;
    let before = Arc::clone(before);
    match tried {
        Err(Refused::Errors(faulty)) => {
            let correction::Faulty { wrong, written, after } = *faulty;
            Ok(Preview { wrong, written, before, after, would: None })
        }
        Err(refused) => Err(problem(&refused)),
        Ok(Tried { wrong, written, id, after, snapshot, now }) => {
            let changed = query::diff(side(&before), side(&after));
            let failing = failing(&served.snapshot, &snapshot)?;
            Ok(Preview { wrong, written, before, after, would: Some(Would { now, id, changed, failing }) })
        }
    }
}

/// The questions that fail in `after` and not in `before`.
fn failing(before: &Snapshot, after: &Snapshot) -> Result<Vec<query::Tried>, Problem> {
    let on = today();
    let mut tried = query::try_all(after, &query::questions(after, &[])?, on)?;
    tried.retain(|tried| !tried.passed());
    if tried.is_empty() {
        return Ok(tried);
    }
    let questions = query::questions(before, &[])?;
    let questions: BTreeMap<&Subject, &Test> = questions.iter().map(|test| (&test.subject, test)).collect();
    let mut failing = Vec::new();
    for one in tried {
        let then =
            questions.get(&one.test.subject).map(|test| query::try_one(before, test, on)).transpose()?;
        if then.is_none_or(|then| then.passed()) {
            failing.push(one);
        }
    }
    Ok(failing)
}

/// Why there is nothing to propose.
fn problem(refused: &Refused) -> Problem {
    let at = |answer: &Answer| answer.asked.to_string();
    let is_now = |answer: &Answer| match &answer.pin {
        Some(pin) => format!("it is `{pin}` now: look at it, and send its new pin"),
        None => "look at it as it is now, and send its new pin".to_owned(),
    };
    match refused {
        Refused::Depends(answer) => {
            let message = format!("which fact of `{}` is meant depends on the case", at(answer));
            let help = match &answer.ask {
                Some(ask) => format!("say in `where` which `{}` it is", ask.dimension),
                None => "say the case in `where`".to_owned(),
            };
            Problem::new(422, "depends-on-case", message).help(help)
        }
        Refused::Unsaid(answer) => {
            Problem::new(404, "nothing-said", format!("nothing is said of `{}`", at(answer)))
                .help("what nobody has said yet is no correction: say it in a file of its own")
        }
        Refused::Changed(answer) => {
            let message = format!("`{}` is another fact than the one you know", at(answer));
            Problem::new(409, "fact-changed", message).help(is_now(answer))
        }
        Refused::Several(answer) => {
            let message = format!("several claims answer together at `{}`", at(answer));
            Problem::new(422, "several-claims", message).help("send as `pin` that of the one that is wrong")
        }
        Refused::Same(wrong) => Problem::new(409, "said-already", format!("`{}` says so already", wrong.pin))
            .help("there is nothing to correct; with `where`, `from` or `until` it would hold elsewhere"),
        Refused::Outdone(answer) => {
            let message = format!("this correction would not answer at `{}`", at(answer));
            let help = match &answer.pin {
                Some(pin) => format!("`{pin}` would: see why it stands over what you correct"),
                None => "see what else is said there: other claims stand over what you correct".to_owned(),
            };
            Problem::new(422, "would-not-answer", message).help(help)
        }
        // Told as a preview.
        Refused::Errors(_) => Problem::fault(),
    }
}
