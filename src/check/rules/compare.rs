//! How a value stands against its target and other values, for the rules that compare.

use crate::check::reading::figures::code;
use crate::check::result::finding::Severity;
use crate::check::result::judged::{Judged, State};
use crate::check::rule::NoVerdict::{self, NotRun};
use crate::check::rule::context::RecordCx;
use crate::intake::quantity::{Quantity, Reading};
use crate::intake::{Field, FieldCell};
use crate::plan::{Grade, Kind, MilestoneState, Moment, Period, Plan, grade};

/// Two figures are the same when they differ by no more than the noise of binary arithmetic.
fn noise(a: f64, b: f64) -> f64 {
    1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// `a = b`, binary noise aside.
pub fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= noise(a, b)
}

/// `a < b`, binary noise aside.
pub fn below(a: f64, b: f64) -> bool {
    a < b - noise(a, b)
}

/// Whether a figure as a cell shows it is `value`: within half a unit of its last digit, binary noise aside.
pub fn shows(shown: &Quantity, value: f64) -> bool {
    (shown.value - value).abs() <= shown.step.abs() / 2.0 + noise(shown.value, value)
}

/// The figure of 累计, or the code that holds it back.
pub fn cumulative<'a>(cx: &RecordCx<'a>) -> Result<&'a Quantity, NoVerdict> {
    let record = cx.record;
    if let Some(quantity) = record.cumulative.number() {
        return Ok(quantity);
    }
    Err(NotRun(if record.undecided {
        "C015"
    } else if record.row.is_none() {
        "S005"
    } else if let Some(code) = code_at(cx, record.cell(Field::Cumulative)) {
        code
    } else {
        match &record.cumulative {
            Reading::Absent => "S002",
            Reading::Bad(problem) => code(problem),
            Reading::Blank | Reading::Placeholder(_) | Reading::Number(_) => "C001",
        }
    }))
}

/// The C finding at a cell that keeps its value from use (C020 included: an earlier value stands in its place).
fn code_at(cx: &RecordCx, cell: Option<&FieldCell>) -> Option<&'static str> {
    let at = cell?.at;
    cx.findings
        .iter()
        .find(|f| {
            f.cell == Some(at)
                && f.code.starts_with('C')
                && (f.severity == Severity::Error || f.code == "C020")
        })
        .map(|f| f.code)
}

/// Whether an accepted value is at its finish line, with the target of `period`. `None`: not accepted, ongoing, or without a target.
pub fn finished(plan: &Plan, period: Period, judged: &Judged) -> Option<bool> {
    if judged.state != State::Accepted {
        return None;
    }
    let indicator = plan.slots[judged.slot].indicator;
    match plan.indicators[indicator].kind {
        Kind::Ongoing => None,
        Kind::Milestone => judged.milestone.map(|state| state == MilestoneState::Done),
        _ => Some(grade::is_finished(
            plan,
            indicator,
            plan.slot_target(judged.slot, period)?,
            judged.value?,
        )),
    }
}

/// The grade of an accepted value, evidence of acceptance aside (it changes no grade that asks for measures or is late).
pub fn grade_of(plan: &Plan, moment: Moment, judged: &Judged) -> Option<Grade> {
    if judged.state != State::Accepted {
        return None;
    }
    let indicator = plan.slots[judged.slot].indicator;
    match plan.indicators[indicator].kind {
        Kind::Ongoing => Some(Grade::Ongoing),
        Kind::Milestone => Some(grade::grade_milestone(
            plan,
            indicator,
            judged.milestone?,
            moment,
            false,
        )),
        _ => {
            let target = plan.slot_target(judged.slot, moment.period)?;
            Some(grade::grade_numeric(plan, indicator, target, judged.value?, moment, false).grade)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_noise_is_no_difference() {
        assert!(same(0.1 + 0.2, 0.3));
        assert!(!below(0.3, 0.1 + 0.2));
        assert!(below(2.26, 2.27));
        assert!(!same(999_999.0, 1_000_000.0));
    }

    #[test]
    fn a_figure_is_compared_in_the_digits_it_shows() {
        let shown = |value, step| Quantity {
            value,
            step,
            as_text: false,
            converted_from: None,
            qualifier: None,
            conversion: String::new(),
        };
        assert!(shows(&shown(8.36, 0.01), 8.36));
        assert!(shows(&shown(8.4, 0.1), 8.36));
        assert!(shows(&shown(0.1 + 0.2, 0.1), 0.3));
        assert!(!shows(&shown(12.0, 1.0), 16.0));
        assert!(!shows(&shown(8.3, 0.1), 8.36));
    }
}
