//! From a point in words to a place in a decided slot.

use std::collections::BTreeMap;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::axis;
use super::decision::{Axis, AxisName, Decided, Node, Outcome};
use crate::claim::{Declarations, Point};

/// A point: a day and a value for each dimension that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PointQuery {
    /// The day in valid time.
    pub on: Date,
    /// Values by dimension. A tree's value is the node itself. A dimension that is not here is unknown, not "anything".
    pub context: BTreeMap<SmolStr, Point>,
}

/// The tick of `point` on an axis of a decided slot. `None` where the point leaves the dimension out, or where the
/// dimension has no such value.
pub fn tick_of(declarations: &Declarations, axis: &Axis, point: &PointQuery) -> Option<u32> {
    let tick = match &axis.name {
        AxisName::Time => axis::tick_of(None, &axis.ticks, &Point::Date(point.on)),
        AxisName::Dimension(id) => {
            axis::tick_of(declarations.dimensions.get(id), &axis.ticks, point.context.get(id)?)
        }
    };
    tick.filter(|tick| *tick < axis.ticks.len())
}

impl Decided {
    /// What holds at `point`; `None` where that depends on a dimension that the point leaves out.
    pub fn at(&self, declarations: &Declarations, point: &PointQuery) -> Option<&Outcome> {
        let mut node = &self.root;
        loop {
            match node {
                Node::Leaf(outcome) => return Some(&self.outcomes[*outcome as usize]),
                Node::Split { axis, arms } => {
                    let tick = tick_of(declarations, &self.axes[*axis as usize], point)?;
                    let after = arms.partition_point(|arm| arm.start <= tick);
                    node = &arms[after - 1].node;
                }
            }
        }
    }
}
