//! Policies ask for something, of addresses that exist, from reviewers that are known; and what they ask of sources
//! is there. Whether changes were reviewed is for history to tell.

use std::collections::BTreeSet;

use super::knowledge::{Knowledge, SubjectClaims};
use crate::claim::{Claim, EdgeKind, Governance, Interval, Policy, Slot, Subject, Value, address_glob};
use crate::diagnostic::{Finding, Findings, codes};
use crate::kind::{self, nearest};

/// Refuses policies that can't be meant, and claims without the source that a policy asks for.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    let subjects = knowledge.of_kind("policy");
    if subjects.is_empty() {
        return;
    }
    let governance = Governance::of(knowledge.claims);
    for subject in subjects {
        let Some(policy) = governance.policies.get(subject.subject.id()) else { continue };
        asks(subject, policy, findings);
        globs(knowledge, subject, findings);
        reviewers(&governance, subject, policy, findings);
        numbers(subject, findings);
    }
    sources(knowledge, &governance, findings);
}

/// It says what it is for, and asks for something.
fn asks(subject: &SubjectClaims<'_>, policy: &Policy, findings: &mut Findings) {
    let id = subject.subject.id();
    if subject.slot("for").is_empty() {
        let message = format!("policy `{id}` does not say what it is for");
        findings.push(
            Finding::new(&codes::MISSING_KEY, message, subject.first(), "no `for` here")
                .help("add `for = [\"term/*\"]`: globs of the addresses whose changes need it"),
        );
    }
    let periodic = !subject.slot("review-every").is_empty();
    let reviewed = !policy.reviewers.is_empty() || policy.reviews.is_some();
    if !(periodic || reviewed || policy.signed || policy.source_required) {
        let message = format!("policy `{id}` asks for nothing");
        findings.push(
            Finding::new(&codes::MISSING_KEY, message, subject.first(), "no `reviewers` here, nor anything else")
                .help("add `reviewers = [\"some-team\"]`, `reviews = 1`, `signed = true`, `source-required = true` or `review-every = \"12 months\"`"),
        );
    }
}

/// Every glob meets something.
fn globs(knowledge: &Knowledge<'_>, subject: &SubjectClaims<'_>, findings: &mut Findings) {
    for claim in subject.slot("for") {
        let Value::Text(glob) = &claim.value else { continue };
        let meets = |subject: &SubjectClaims<'_>| {
            address_glob(glob, subject.subject.as_str())
                || glob.contains('#')
                    && subject.slots().any(|slot| address_glob(glob, &slot[0].slot.to_string()))
        };
        if !knowledge.subjects.iter().any(meets) {
            let message =
                format!("policy `{}` is for `{glob}`, and nothing is said there", subject.subject.id());
            findings.push(
                Finding::new(&codes::POLICY_IDLE, message, claim.origin, "matches no address").help(
                    "write it as `term/*`, `term/*#definition` or `*/*`; `dictum ls` lists what there is",
                ),
            );
        }
    }
}

/// Reviewers are teams or e-mail identities, and there are enough of them.
fn reviewers(governance: &Governance, subject: &SubjectClaims<'_>, policy: &Policy, findings: &mut Findings) {
    let mut people: BTreeSet<&str> = BTreeSet::new();
    let mut all_known = true;
    for claim in subject.slot("reviewers") {
        let Value::Text(who) = &claim.value else { continue };
        if who.contains('@') {
            people.insert(who);
            continue;
        }
        let team = who.strip_prefix("team/").unwrap_or(who);
        if let Some(members) = governance.teams.get(team) {
            people.extend(members.iter().map(|member| member.as_str()));
            continue;
        }
        all_known = false;
        let message = format!("`{who}` is neither a team nor an e-mail identity");
        let help = match nearest(team, governance.teams.keys().map(|id| id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "declare `[team.some-team]` with its `members`, or write an e-mail such as `\"{team}@example.com\"`"
            ),
        };
        findings
            .push(Finding::new(&codes::UNKNOWN_REFERENCE, message, claim.origin, "not declared").help(help));
    }
    let needed = policy.reviews_needed();
    let claims = subject.slot("reviewers");
    if let (true, [first, ..]) = (all_known && (people.len() as u64) < u64::from(needed), claims) {
        let message = format!(
            "policy `{}` needs {needed} reviews, and its reviewers are {} people",
            subject.subject.id(),
            people.len()
        );
        findings.push(
            Finding::new(&codes::BAD_DECLARATION, message, first.origin, "too few to ever meet it")
                .help("name more `reviewers`, give the team more `members`, or lower `reviews`"),
        );
    }
}

/// Numbers and lengths of time are such that they can be met.
fn numbers(subject: &SubjectClaims<'_>, findings: &mut Findings) {
    for claim in subject.slot("reviews") {
        if matches!(claim.value, Value::Integer(count) if count < 1) {
            let message = format!("`{}` is not a number of reviews", claim.value);
            findings.push(
                Finding::new(&codes::BAD_DECLARATION, message, claim.origin, "less than one")
                    .help("write `reviews = 1` or more, or take the line out"),
            );
        }
    }
    for claim in subject.slot("review-every") {
        if matches!(claim.value, Value::Duration { .. }) && Interval::of(&claim.value).is_none() {
            let message = "nothing can be looked at again after such a time";
            findings.push(
                Finding::new(&codes::BAD_DECLARATION, message, claim.origin, "not in whole days")
                    .help("write it in days, weeks, months or years: `\"12 months\"`"),
            );
        }
    }
}

/// Every claim under `source-required` leans on a source.
fn sources(knowledge: &Knowledge<'_>, governance: &Governance, findings: &mut Findings) {
    for subject in &knowledge.subjects {
        for slot in subject.slots() {
            let Some(id) = asks_for_source(governance, &slot[0].slot) else { continue };
            let policy = knowledge.find(&Subject::new("policy", id)).map(|at| &knowledge.subjects[at]);
            let asked = policy.and_then(|policy| policy.slot("source-required").first());
            for claim in slot.iter().filter(|claim| needs_source(claim)) {
                let message = format!("`{}` needs a source", claim.slot);
                let mut finding =
                    Finding::new(&codes::SOURCE_REQUIRED, message, claim.origin, "leans on no source");
                if let Some(asked) = asked {
                    finding = finding.label(asked.origin, format!("policy `{id}` asks for one"));
                }
                let help = "add `source = \"…\"` beside the value, or to the table, from where all its claims inherit it";
                findings.push(finding.help(help));
            }
        }
    }
}

/// The policy by which claims of `slot` have to lean on a source.
pub(super) fn asks_for_source<'g>(governance: &'g Governance, slot: &Slot) -> Option<&'g str> {
    let mut policies = governance.policies.iter().filter(|(_, policy)| policy.source_required);
    policies.find(|(_, policy)| policy.is_for(slot)).map(|(id, _)| id.as_str())
}

/// Whether a claim could lean on a source and does not. Declarations can't; corrections lean on what they correct; what
/// only takes back says nothing.
pub(super) fn needs_source(claim: &Claim) -> bool {
    let retracts = claim.statement.edges.iter().any(|edge| edge.kind == EdgeKind::Retracts);
    claim.statement.source.is_none()
        && claim.statement.correction.is_none()
        && !retracts
        && kind::kind(claim.slot.subject.kind()).is_some_and(|kind| kind.statements)
}

#[cfg(test)]
mod tests {
    use crate::claim::Value;
    use crate::validate::testing::{Book, slugs};

    fn book() -> Book {
        let mut book = Book::new();
        book.say("term/acv#definition", "annual value").say("policy/p#for", "term/*");
        book
    }

    #[test]
    fn a_policy_that_asks_for_something_known_is_fine() {
        let mut book = book();
        book.say("team/finance#members", "a@example.com");
        book.say("policy/p#reviewers", "finance").say("policy/p#reviewers", "b@example.com");
        assert!(book.check().is_empty(), "{:?}", slugs(&book.check()));
        book.say("policy/p#reviews", Value::Integer(3));
        assert_eq!(slugs(&book.check()), ["bad-declaration"], "there are two of them");
    }

    #[test]
    fn a_policy_asks_for_something_somewhere() {
        assert_eq!(slugs(&book().check()), ["missing-key"]);
        let mut book = Book::new();
        book.say("term/acv#definition", "annual value").say("policy/p#signed", Value::Bool(true));
        assert_eq!(slugs(&book.check()), ["missing-key"]);
        book.say("policy/p#for", "trem/*");
        assert_eq!(slugs(&book.check()), ["policy-idle"]);
    }

    #[test]
    fn reviewers_are_known() {
        let mut book = book();
        book.say("team/finance#members", "a@example.com").say("policy/p#reviewers", "finanze");
        let findings = book.check();
        assert_eq!(slugs(&findings), ["unknown-reference"]);
        assert_eq!(findings.iter().next().expect("one").help.as_deref(), Some("did you mean `finance`?"));
    }

    #[test]
    fn claims_under_it_lean_on_sources() {
        let mut book = book();
        book.say("policy/p#source-required", Value::Bool(true));
        assert_eq!(slugs(&book.check()), ["source-required"]);
        let mut sourced = Book::new();
        sourced.source("policy").say("source/policy#title", "Policy");
        sourced.say("policy/p#for", "term/*").say("policy/p#source-required", Value::Bool(true));
        sourced.citing("policy").say("term/acv#definition", "annual value");
        assert!(sourced.check().is_empty(), "{:?}", slugs(&sourced.check()));
    }
}
