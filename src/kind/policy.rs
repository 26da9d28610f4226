//! `policy`: what a change needs. Its claims are gathered by [`crate::claim::Governance`], from whatever commit.

use super::{Builtin, Kind};

pub(super) static KIND: Kind = Kind {
    name: "policy",
    summary: "what a change needs: who has to have reviewed it, on what source, how often it is looked at",
    attributes: &[
        Builtin { name: "for", is: "text", cardinality: "set", summary: "globs of the addresses it is for" },
        Builtin {
            name: "reviewers",
            is: "text",
            cardinality: "set",
            summary: "whose review counts: teams, or e-mail identities; else anyone's but the author's",
        },
        Builtin {
            name: "reviews",
            is: "integer",
            cardinality: "one",
            summary: "how many different people have to have reviewed; 1 where `reviewers` are named",
        },
        Builtin {
            name: "signed",
            is: "bool",
            cardinality: "one",
            summary: "whether the commit that lands a change has to be signed",
        },
        Builtin {
            name: "source-required",
            is: "bool",
            cardinality: "one",
            summary: "whether every claim has to lean on a source",
        },
        Builtin {
            name: "review-every",
            is: "duration",
            cardinality: "one",
            summary: "after how long a fact has to be looked at again: `12 months`",
        },
    ],
    statements: false,
    typed: false,
    declares: None,
    lowers: None,
};
