//! How one slot stands: its figure, whether it is finished, its grade. Shared by the rules that compare a value with
//! its target or with earlier months.

use crate::intake::number_text::number_text;
use crate::intake::number_text::tidy;
use crate::intake::quantity::{Quantity, Reading};
use crate::intake::{Field, FieldCell};
use crate::plan::{Grade, IndIx, Kind, MilestoneState, Moment, Period, Plan, grade};

use super::context::RecordCx;
use super::finding::Severity;
use super::read;
use super::record::{Judged, State};
use super::rule::Verdict;

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

/// A figure with its indicator's unit: `4.9公里`, `40%`.
pub fn figure(plan: &Plan, indicator: IndIx, value: f64) -> String {
    format!(
        "{}{}",
        number_text(tidy(value)),
        plan.indicators[indicator].unit
    )
}

/// `上月` for the month right before `now`, else the month itself: `2024年3月`.
pub fn month_word(now: Period, then: Period) -> String {
    if then.next() == now {
        "上月".to_owned()
    } else {
        then.chinese()
    }
}

/// The figure of 累计, or why there is none: the code that holds it back.
pub fn cumulative<'a>(cx: &RecordCx<'a>) -> Result<&'a Quantity, Verdict> {
    let record = cx.record;
    if let Some(quantity) = record.cumulative.number() {
        return Ok(quantity);
    }
    if record.arrival.is_none() {
        return Err(Verdict::NotRun("X001"));
    }
    if record.undecided {
        return Err(Verdict::NotRun("C015"));
    }
    if record.row.is_none() {
        return Err(Verdict::NotRun("S005"));
    }
    let cell = record.cell(Field::Cumulative);
    Err(Verdict::NotRun(code_at(cx, cell).unwrap_or(
        match &record.cumulative {
            Reading::Absent => "S002",
            Reading::Bad(problem) => read::code(problem),
            Reading::Blank | Reading::Placeholder(_) | Reading::Number(_) => "C001",
        },
    )))
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

/// What is accepted, in words: `累计16万平方米`, `状态为进行中`.
pub fn stated(plan: &Plan, judged: &Judged) -> String {
    let indicator = plan.slots[judged.slot].indicator;
    match (judged.value, judged.milestone) {
        (Some(value), _) if plan.indicators[indicator].kind.is_cumulative() => {
            format!("累计{}", figure(plan, indicator, value))
        }
        (Some(value), _) => format!("现为{}", figure(plan, indicator, value)),
        (None, Some(state)) => format!("状态为“{}”", state.name()),
        (None, None) => String::new(),
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

    #[test]
    fn the_month_before_is_last_month() {
        let june = Period::new(2024, 6).unwrap();
        assert_eq!(month_word(june, june.previous()), "上月");
        assert_eq!(month_word(june, june.plus(-2)), "2024年4月");
    }
}
