//! Why an answer is the answer, and what became of every other claim.

use super::claim::claim_lines;
use super::rows::{more, row};
use crate::face::cli::output::Output;
use crate::face::words::{became, reason, stands_over};
use crate::query::{Answer, Candidate, Fate};

/// By which rules the answer stands over other claims.
pub(super) fn because(answer: &Answer, explain: bool, out: &mut Output<'_>) {
    let most = if explain { 50 } else { 3 };
    let mut over: Vec<&Candidate> =
        answer.candidates.iter().filter(|candidate| stands_over(answer, candidate)).collect();
    // What people wrote before what was weighed.
    over.sort_by_key(|candidate| match candidate.fate {
        Fate::Void { .. } => 0,
        Fate::Displaced { .. } => 1,
        _ => 2,
    });
    for (at, candidate) in over.iter().take(most).enumerate() {
        let label = if at == 0 { "because" } else { "" };
        let mut lines = vec![reason(answer, &candidate.fate)];
        lines.extend(claim_lines(&candidate.cite, out.width));
        row(label, &lines, out);
    }
    more(over.len(), most, "reason", out);
}

/// What became of the claims that neither answer nor gave way to the answer.
pub(super) fn others(answer: &Answer, out: &mut Output<'_>) {
    let told = |candidate: &&Candidate| {
        let answers = answer.cites.iter().any(|cite| cite.pin == candidate.cite.pin);
        !answers && !stands_over(answer, candidate)
    };
    let rest: Vec<&Candidate> = answer.candidates.iter().filter(told).collect();
    for (at, candidate) in rest.iter().take(50).enumerate() {
        let label = if at == 0 { "besides" } else { "" };
        let mut lines = claim_lines(&candidate.cite, out.width);
        lines.push(became(answer, &candidate.fate));
        row(label, &lines, out);
    }
    more(rest.len(), 50, "claim", out);
}
