//! `entity`: which Acme is which.

use super::{Builtin, Kind};

pub(super) static KIND: Kind = Kind {
    name: "entity",
    summary: "which Acme is which: companies, people, products, places",
    attributes: &[
        Builtin { name: "name", is: "text", cardinality: "one", summary: "its name" },
        Builtin { name: "aliases", is: "text", cardinality: "set", summary: "other names for it" },
        Builtin { name: "former-names", is: "text", cardinality: "set", summary: "names it once had" },
        Builtin {
            name: "ids.*",
            is: "text",
            cardinality: "set",
            summary: "what other systems call it, a key a system",
        },
        Builtin { name: "parent", is: "ref entity", cardinality: "one", summary: "what it belongs to" },
        Builtin {
            name: "successor",
            is: "ref entity",
            cardinality: "set",
            summary: "what it became: merged, acquired, renamed or split (dated with `from`)",
        },
        Builtin {
            name: "same-as",
            is: "ref entity",
            cardinality: "one",
            summary: "the entity that it is too, under which it is to be found",
        },
        Builtin {
            name: "distinct-from",
            is: "ref entity",
            cardinality: "set",
            summary: "entities it is not, however alike they look",
        },
    ],
    statements: true,
    typed: true,
    declares: None,
    lowers: None,
};
