//! What the files of this room are written with.

pub(super) use jiff::civil::Date;

pub(super) use super::figure::{Figure, len};
pub(super) use super::id::{FigureId, Part, Subject};
pub(super) use super::origin::Origin;
pub(super) use crate::Joined;
pub(super) use crate::check::{
    Accepted, Checked, Finding, Judged, Register, Severity, State, Status, Submitted,
};
pub(super) use crate::plan::{
    DeptIx, Grade, IndIx, Kind, MilestoneState, Moment, Period, Plan, TaskIx, chinese_date,
};
