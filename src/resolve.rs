//! Which claim holds, and why. Knows claims and declarations; not kinds, files, git or the clock.
//!
//! Terms: a *region* is where a claim speaks (contexts × days); an *axis* is one dimension of it, or time, cut
//! into *ticks*; a *point* is one tick an axis; the decided slot is a tree of splits over axes whose leaves are
//! *outcomes*.

use crate::claim::{Claim, Declarations, Slot};
use crate::diagnostic::Findings;

mod decision;

pub use decision::{Arm, Axis, AxisName, Decided, Decisions, Node, Outcome, Ticks};

/// Decides every slot of `claims`, which are sorted by slot and then hash, each hash once a slot.
///
/// Findings: conflicts, gaps, cycles, shadowed claims and the rest of "deciding" in the list of codes.
pub fn resolve(_declarations: &Declarations, _claims: &[Claim], _findings: &mut Findings) -> Decisions {
    todo!("resolve")
}

/// Marker so that the skeleton names what it will use.
pub type _Slot = Slot;
