//! How bad findings of a code are here, where a business says otherwise than the code does.

use std::collections::BTreeMap;

use super::{Code, Severity};

/// Codes that weigh more or less than usual; `None` for those that are not told at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Severities(BTreeMap<&'static str, Option<Severity>>);

impl Severities {
    /// Findings of `code` are as bad as `to` says; `None` switches them off. Errors stay what they are: facts are not
    /// answered from knowledge that has any, and no setting makes such knowledge fit to answer from.
    pub fn set(&mut self, code: &'static Code, to: Option<Severity>) {
        if code.severity != Severity::Error {
            self.0.insert(code.slug, to);
        }
    }

    /// How bad findings of `code` are; `None` where they are switched off.
    pub fn of(&self, code: &'static Code) -> Option<Severity> {
        self.0.get(code.slug).copied().unwrap_or(Some(code.severity))
    }

    /// Of each code the worse of what both say: a change is not judged more mildly because it says so itself.
    #[must_use]
    pub fn stricter(&self, other: &Severities) -> Severities {
        let mut both = Severities::default();
        for code in super::codes::ALL {
            let rank = |severity: &Option<Severity>| (severity.is_none(), *severity);
            let worse = [self.of(code), other.of(code)].into_iter().min_by_key(rank);
            if let Some(worse) = worse.filter(|worse| *worse != Some(code.severity)) {
                both.set(code, worse);
            }
        }
        both
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;

    #[test]
    fn an_error_stays_one_and_of_two_the_stricter_counts() {
        let (mut ours, mut theirs) = (Severities::default(), Severities::default());
        ours.set(&codes::CONFLICT, None);
        assert_eq!(ours.of(&codes::CONFLICT), Some(Severity::Error));
        ours.set(&codes::REVIEW_MISSING, None);
        assert_eq!(ours.of(&codes::REVIEW_MISSING), None);
        theirs.set(&codes::REVIEW_MISSING, Some(Severity::Error));
        assert_eq!(ours.stricter(&theirs).of(&codes::REVIEW_MISSING), Some(Severity::Error));
        assert_eq!(ours.stricter(&Severities::default()).of(&codes::REVIEW_MISSING), Some(Severity::Warning));
    }
}
