//! One finding: a person's mistake, or something a reviewer should know.

use super::{Code, Severity};
use crate::source::Origin;

/// A finding, with its places in the texts. Words: lower case, input in backticks, and the help says what to type.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// What kind of finding; carries the severity and the page.
    pub code: &'static Code,
    /// One line without a full stop: "`definitoin` is not an attribute of a term".
    pub message: String,
    /// Places; the first is where it is shown. Empty only for findings that have no place (an empty repository).
    pub labels: Vec<Label>,
    /// What to do, in an imperative sentence with the words to type.
    pub help: Option<String>,
    /// Ready-to-paste edits, best first.
    pub fixes: Vec<Fix>,
    /// How bad it is here, where that is another than its code says.
    pub weight: Option<Severity>,
    /// Whether it was there before: in the baseline that it is held against.
    pub known: bool,
}

/// A place and what is there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Label {
    /// Where.
    pub origin: Origin,
    /// A few words: "said here", "not in its tree".
    pub text: String,
}

/// A smallest edit that would settle a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it means: "let the newer policy supersede".
    pub title: String,
    /// TOML to put in.
    pub toml: String,
    /// Where it goes: into the table that this stands in, or in place of this.
    pub at: Option<Origin>,
    /// Whether it goes in place of what stands at [`Fix::at`].
    pub instead: bool,
}

impl Finding {
    /// A finding at `origin`, with `label` beside the place.
    pub fn new(
        code: &'static Code,
        message: impl Into<String>,
        origin: Origin,
        label: impl Into<String>,
    ) -> Finding {
        Finding {
            code,
            message: message.into(),
            labels: vec![Label { origin, text: label.into() }],
            help: None,
            fixes: Vec::new(),
            weight: None,
            known: false,
        }
    }

    /// A finding that has no place in any file.
    pub fn placeless(code: &'static Code, message: impl Into<String>) -> Finding {
        let (labels, fixes) = (Vec::new(), Vec::new());
        Finding { code, message: message.into(), labels, help: None, fixes, weight: None, known: false }
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn label(mut self, origin: Origin, text: impl Into<String>) -> Finding {
        self.labels.push(Label { origin, text: text.into() });
        self
    }

    /// The same with one more ready edit.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, toml: impl Into<String>, at: Option<Origin>) -> Finding {
        self.fixes.push(Fix { title: title.into(), toml: toml.into(), at, instead: false });
        self
    }

    /// The same with one more ready edit, which goes in place of what stands at `at`.
    #[must_use]
    pub fn fix_instead(mut self, title: impl Into<String>, toml: impl Into<String>, at: Origin) -> Finding {
        self.fixes.push(Fix { title: title.into(), toml: toml.into(), at: Some(at), instead: true });
        self
    }

    /// The same where its places are called otherwise.
    #[must_use]
    pub fn moved(mut self, moved: &dyn Fn(Origin) -> Origin) -> Finding {
        self.labels.iter_mut().for_each(|label| label.origin = moved(label.origin));
        self.fixes.iter_mut().filter_map(|fix| fix.at.as_mut()).for_each(|at| *at = moved(*at));
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.weight.unwrap_or(self.code.severity)
    }
}
