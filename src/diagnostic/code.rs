//! The list of codes. A new code is a page in `codes/` and a line here.

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Nothing is served before it is settled; exit 1.
    Error,
    /// Answers stay honest; a person should look.
    Warning,
    /// Good to know when reviewing.
    Note,
}

impl Severity {
    /// `error`, `warning`, `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    /// All of them, the worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];
}

/// A kind of finding. Slugs are never reused for something else.
#[derive(PartialEq, Eq, Debug)]
pub struct Code {
    /// `unknown-attribute`.
    pub slug: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Its page, Markdown.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident $slug:literal $severity:ident;)*) => {
        /// Every code, one constant each.
        pub mod codes {
            use super::{Code, Severity};
            $(
                #[doc = concat!("`", $slug, "`: see its page.")]
                pub static $name: Code = Code {
                    slug: $slug,
                    severity: Severity::$severity,
                    page: include_str!(concat!("codes/", $slug, ".md")),
                };
            )*
            /// All of them, in the order of the list.
            pub static ALL: &[&Code] = &[$(&$name),*];
        }
    };
}

codes! {
    // Reading files.
    UNREADABLE_FILE       "unreadable-file"        Error;
    FILE_TOO_LARGE        "file-too-large"         Error;
    LINE_TOO_LONG         "line-too-long"          Error;
    TOO_MANY_FILES        "too-many-files"         Error;
    SYMLINK               "symlink"                Error;
    PATH_CASE             "path-case"              Error;
    ODD_PATH              "odd-path"               Error;
    NO_KNOWLEDGE          "no-knowledge"           Warning;
    // Reading TOML.
    NOT_UTF8              "not-utf8"               Error;
    HIDDEN_CHARACTER      "hidden-character"       Error;
    CONFLICT_MARKERS      "conflict-markers"       Error;
    BAD_TOML              "bad-toml"               Error;
    TOO_DEEP              "too-deep"               Error;
    DUPLICATE_KEY         "duplicate-key"          Error;
    TOML_VERSION          "toml-version"           Warning;
    // The language.
    UNKNOWN_KIND          "unknown-kind"           Error;
    RESERVED              "reserved"               Error;
    BAD_ID                "bad-id"                 Error;
    UNKNOWN_ATTRIBUTE     "unknown-attribute"      Error;
    UNCLEAR_TYPE          "unclear-type"           Error;
    WRONG_TYPE            "wrong-type"             Error;
    NOT_A_TABLE           "not-a-table"            Error;
    MISSING_KEY           "missing-key"            Error;
    BAD_STATEMENT         "bad-statement"          Error;
    EMPTY_PERIOD          "empty-period"           Error;
    EMPTY_VALUE           "empty-value"            Error;
    TOO_MANY_CASES        "too-many-cases"         Error;
    BAD_CONFIG            "bad-config"             Error;
    // Names that lead somewhere.
    UNKNOWN_DIMENSION     "unknown-dimension"      Error;
    UNKNOWN_DIMENSION_VALUE "unknown-dimension-value" Error;
    UNKNOWN_REFERENCE     "unknown-reference"      Error;
    UNKNOWN_CLAIM         "unknown-claim"          Error;
    NEVER_HOLDS           "never-holds"            Error;
    DUPLICATE_DECLARATION "duplicate-declaration"  Error;
    BAD_DECLARATION       "bad-declaration"        Error;
    BAD_CALENDAR          "bad-calendar"           Error;
    BAD_LENS              "bad-lens"               Error;
    LENS_UNFILLED         "lens-unfilled"          Error;
    LENS_WITHOUT_FILES    "lens-without-files"     Warning;
    CALENDAR_GAP          "calendar-gap"           Error;
    PRECEDENCE_TIE        "precedence-tie"         Error;
    SOURCE_NOT_COVERING   "source-not-covering"    Error;
    // Do the claims make sense together?
    MERGED_INTO_ITSELF    "merged-into-itself"     Error;
    DISTINCT_AND_SAME     "distinct-and-same"      Error;
    FORMER_ID             "former-id"              Error;
    CIRCULAR_DEFINITION   "circular-definition"    Error;
    SELF_DEFINITION       "self-definition"        Error;
    CONFUSABLE_NAME       "confusable-name"        Error;
    LOOKALIKE_NAME        "lookalike-name"         Warning;
    AMBIGUOUS_NAME        "ambiguous-name"         Warning;
    DUPLICATE_CLAIM       "duplicate-claim"        Warning;
    SOURCE_REQUIRED       "source-required"        Error;
    POLICY_IDLE           "policy-idle"            Warning;
    REVIEW_MISSING        "review-missing"         Warning;
    UNSOURCED             "unsourced"              Note;
    // Pins in other texts.
    PIN_SUPERSEDED        "pin-superseded"         Error;
    PIN_WITHDRAWN         "pin-withdrawn"          Error;
    PIN_ELSEWHERE         "pin-elsewhere"          Error;
    PIN_UNKNOWN           "pin-unknown"            Error;
    PIN_AMBIGUOUS         "pin-ambiguous"          Error;
    // Between two states.
    ANSWER_CHANGED        "answer-changed"         Warning;
    WINNER_CHANGED        "winner-changed"         Warning;
    ANSWER_LOST           "answer-lost"            Warning;
    ANSWER_CONTESTED      "answer-contested"       Warning;
    REFERENT_CHANGED      "referent-changed"       Warning;
    NAME_AMBIGUOUS        "name-ambiguous"         Warning;
    NAME_LOST             "name-lost"              Warning;
    QUESTION_FAILS        "question-fails"         Warning;
    // Deciding.
    CONFLICT              "conflict"               Error;
    GAP                   "gap"                    Error;
    CYCLE                 "cycle"                  Error;
    EXCEPTION_OUTSIDE     "exception-outside"      Error;
    SLOT_TOO_LARGE        "slot-too-large"         Error;
    STALE_PIN             "stale-pin"              Error;
    SHADOWED_CLAIM        "shadowed-claim"         Warning;
    LOWER_TIER_WINS       "lower-tier-wins"        Warning;
    STALE_EXCEPTION       "stale-exception"        Note;
    CORRECTION_ENDS       "correction-ends"        Note;
    PERIOD_HOLE           "period-hole"            Note;
}
