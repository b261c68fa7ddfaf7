//! Whether a report's columns tell what a department has to report (S002, S003).

use crate::intake::{Field, Report};
use crate::plan::{DeptIx, Kind, Plan};

use super::fields::value_field;

/// Whether the column is absent that an indicator of a kind cannot do without.
pub fn lacks_value(report: &Report, kind: Kind) -> bool {
    report.column(value_field(kind)).is_none()
}

/// Whether the rows can be told apart: by 序号 or 项目名称.
pub fn names_rows(report: &Report) -> bool {
    report.column(Field::No).is_some() || report.column(Field::Task).is_some()
}

/// Whether missing columns leave nothing usable: the rows cannot be told apart, or every indicator lacks its column.
pub fn leaves_nothing(plan: &Plan, department: DeptIx, report: &Report) -> bool {
    let slots = plan.slots_of(department);
    // A department that only cooperates reports no figures: its narrative is all there is.
    let nothing_left = if slots.is_empty() {
        lacks_value(report, Kind::Ongoing)
    } else {
        slots
            .iter()
            .all(|&slot| lacks_value(report, plan.indicators[plan.slots[slot].indicator].kind))
    };
    !names_rows(report) || nothing_left
}

/// The code that refuses a report as a whole for its columns: two of them claim one field, or too many are missing.
pub fn refusal(plan: &Plan, department: DeptIx, report: &Report) -> Option<&'static str> {
    if !report.ambiguous.is_empty() {
        Some("S003")
    } else if leaves_nothing(plan, department, report) {
        Some("S002")
    } else {
        None
    }
}
