//! Reads the figures of a row.

use std::borrow::Cow;
use std::sync::Arc;

use crate::intake::number_text::{number_text, tidy};
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::text;
use crate::intake::{Field, FieldCell, Report, ReportRow, RowSubject};
use crate::plan::{IndIx, Indicator, Plan, TaskIx, Unit};

/// A row's figures for one indicator.
pub struct RowFigures<'a> {
    plan: &'a Plan,
    indicator: &'a Indicator,
    report: &'a Report,
    row: &'a ReportRow,
    /// The row's 计量单位.
    unit: Option<Cow<'a, Unit>>,
    /// The line's above the table, where it speaks of the indicator.
    of_table: Option<&'a Unit>,
}

impl<'a> RowFigures<'a> {
    /// The figures of a row of the report.
    pub fn new(plan: &'a Plan, indicator: IndIx, report: &'a Report, row: &'a ReportRow) -> Self {
        let indicator = &plan.indicators[indicator];
        let written = unit_words(plan, report, row, indicator.task);
        let unit = written.and_then(|words| {
            // The plan's own word, as the form has it, is read already.
            if *words == *indicator.unit.text {
                Some(Cow::Borrowed(&indicator.unit))
            } else if text::is_placeholder(&words) {
                None
            } else {
                Unit::written(&words).map(Cow::Owned)
            }
        });
        let of_table = report
            .table_unit
            .as_ref()
            .filter(|table| table.is_of_all || quantity::fits(&table.unit, indicator, plan));
        Self {
            plan,
            indicator,
            report,
            row,
            unit,
            of_table: of_table.map(|table| &table.unit),
        }
    }

    /// Reads the figure under a field (rules.md, "Units, in order of precedence").
    pub fn read(&self, field: Field) -> Reading {
        let units = Units {
            row: self.unit.as_deref(),
            header: (self.report.column(field))
                .and_then(|c| c.unit.as_ref())
                .or(self.of_table),
            plan: &self.indicator.unit,
            nouns: [
                &self.indicator.name,
                &self.plan.tasks[self.indicator.task].name,
            ],
            is_in_points: field == Field::ThisMonth || has_small_target(self.indicator),
        };
        quantity::read(self.row.get(field), units)
    }
}

/// Whether a ratio's target is 1 at most in its own unit: 0.6 against 0.8 % is 0.6 %, which no fraction could be.
fn has_small_target(indicator: &Indicator) -> bool {
    indicator.unit.is_percent() && indicator.target.is_some_and(|target| target <= 1.0)
}

/// A ratio as a form's cell takes it: 0, or more than the first and up to the second, both in its own unit. A bare number up to 1
/// could be a fraction, unless the target is itself that small. The form's limits and the rules' advice both ask here.
pub fn ratio_limits(indicator: &Indicator) -> (f64, f64) {
    let above = if has_small_target(indicator) {
        0.0
    } else {
        1.0
    };
    (above, indicator.unit.whole())
}

/// Whether a form's cell takes that ratio.
pub fn takes_ratio(indicator: &Indicator, value: f64) -> bool {
    let (above, most) = ratio_limits(indicator);
    value == 0.0 || value > above && value <= most
}

/// Rows of a task above a row at most in which its unit is looked for.
const ROWS_ABOVE: usize = 64;

/// The row's 计量单位. 同上, 〃 and a blank mean the one above in the same task.
fn unit_words(plan: &Plan, report: &Report, row: &ReportRow, task: TaskIx) -> Option<Arc<str>> {
    let cell = row.get(Field::Unit)?;
    let is_repeated = |words: &Option<Arc<str>>| words.as_deref().is_none_or(text::is_ditto);
    let own = cell.words();
    if !is_repeated(&own) {
        return own;
    }
    let here = report.rows.partition_point(|other| other.row < row.row);
    let is_of_task = |other: &&ReportRow| match other.subject {
        RowSubject::Indicator(ix) => plan.indicators[ix].task == task,
        RowSubject::Task(ix) => ix == task,
        RowSubject::Unknown { .. } => false,
    };
    let above = report.rows[..here].iter().rev().take(ROWS_ABOVE);
    above
        .take_while(is_of_task)
        .filter_map(|other| other.get(Field::Unit))
        .map(FieldCell::words)
        .find(|words| !is_repeated(words))?
}

/// A figure with its indicator's unit: `4.9公里`, `40%`.
pub fn figure(indicator: &Indicator, value: f64) -> String {
    format!("{}{}", number_text(tidy(value)), indicator.unit)
}

/// The rule whose finding a problem is.
pub fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::NotANumber | Problem::TooLarge => "C002",
        Problem::UnitMismatch { .. } | Problem::Percentage => "C004",
        Problem::Several { .. } | Problem::Struck => "C015",
        Problem::ExcelError(_) => "C007",
        Problem::NoCachedValue => "C008",
        Problem::RatioAmbiguous { .. } => "C011",
    }
}
