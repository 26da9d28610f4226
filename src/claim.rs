//! The words of the whole program: what a claim is and what it is made of.
//!
//! Types only. Nothing here knows TOML, files or git, and nothing here is serialised: the snapshot
//! and each face have wire structs of their own, so that a word may change without a format changing.
//!
//! | word | here |
//! |---|---|
//! | subject, slot, address | [`Subject`], [`Slot`] |
//! | value | [`Value`] |
//! | under conditions | [`When`] |
//! | for a period | [`Period`] |
//! | on whose authority | [`Statement::source`] and [`Declarations::sources`] |
//! | instead of what | [`Edge`] |
//! | what "Q3 of FY26" is | [`Calendar`] |
//! | what the business declares | [`Declarations`] |
//! | what a change needs | [`Governance`] |

mod address;
mod calendar;
mod period;
mod value;
mod when;

mod edge;
mod hash;
mod statement;

mod declaration;
mod policy;
mod renamed;

pub use address::{Slot, Subject};
pub use calendar::{
    Calendar, Days, Division, FiscalName, ListedYear, MONTHS, MonthDay, NamedBy, Scheme, Stretch, Unit,
    WeekEnd, WeekPattern, Weekday, Year, YearKind, YearName, YearRule, full_year,
};
pub use declaration::{
    Cardinality, Criterion, Declarations, Dimension, Law, LawId, Precedence, Required, Shape, SourceRecord,
    Tree, TreeNode, address_glob,
};
pub use edge::{Edge, EdgeKind, Target};
pub use hash::{ClaimHash, Facets, claim_hash, facets, slot_facet};
pub use period::Period;
pub use policy::{GOVERNING, Governance, Interval, Policy};
pub use renamed::{Renamed, WAS, former};
pub use statement::{Claim, Correction, Statement};
pub use value::Value;
pub use when::{Bound, Point, Product, Range, Test, When};
