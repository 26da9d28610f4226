//! `term`: what a word means here. Definitions, metrics, units.

use super::{Builtin, Kind};

pub(super) static KIND: Kind = Kind {
    name: "term",
    summary: "what a word means here: definitions, metrics, units",
    attributes: &[
        Builtin { name: "definition", is: "markdown", cardinality: "one", summary: "what it means here" },
        Builtin { name: "synonyms", is: "text", cardinality: "set", summary: "other words for it" },
        Builtin { name: "abbreviation", is: "text", cardinality: "set", summary: "short forms" },
        Builtin {
            name: "formula",
            is: "markdown",
            cardinality: "one",
            summary: "how it is worked out, in words",
        },
        Builtin { name: "sql", is: "text", cardinality: "one", summary: "how it is worked out, as SQL" },
        Builtin { name: "unit", is: "text", cardinality: "one", summary: "what it is measured in" },
        Builtin { name: "grain", is: "text", cardinality: "one", summary: "per what it is measured" },
        Builtin { name: "broader", is: "ref term", cardinality: "set", summary: "terms it is a case of" },
        Builtin { name: "related", is: "ref term", cardinality: "set", summary: "terms to see also" },
        Builtin {
            name: "not-to-be-confused-with",
            is: "ref term",
            cardinality: "set",
            summary: "terms that sound alike",
        },
        Builtin {
            name: "too-generic",
            is: "bool",
            cardinality: "one",
            summary: "whether its names mean too much to refer to one thing: `the company`",
        },
        Builtin { name: "examples", is: "markdown", cardinality: "set", summary: "cases that it covers" },
    ],
    statements: true,
    typed: true,
    declares: None,
    lowers: None,
};
