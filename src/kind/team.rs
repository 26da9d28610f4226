//! `team`: who owns and reviews.

use super::{Builtin, Kind};

pub(super) static KIND: Kind = Kind {
    name: "team",
    summary: "who owns and reviews",
    attributes: &[Builtin {
        name: "members",
        is: "text",
        cardinality: "set",
        summary: "e-mail identities, or signing keys",
    }],
    statements: false,
    typed: false,
    declares: None,
    lowers: None,
};
