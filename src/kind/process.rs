//! `process`: how a thing is done. The routine case in the table, the exceptions in blocks.

use super::{Builtin, Kind};

pub(super) static KIND: Kind = Kind {
    name: "process",
    summary: "how a thing is done: the routine case, and blocks for the exceptions",
    attributes: &[Builtin {
        name: "steps",
        is: "list markdown",
        cardinality: "one",
        summary: "what to do, in order; a `type` declares what else it decides (`approver`, `sla-days`)",
    }],
    statements: true,
    typed: true,
    declares: None,
    lowers: None,
};
