//! Reads the figures of a row.

use std::borrow::Cow;

use crate::intake::number_text::{number_text, tidy};
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::{Field, FieldCell, Report, ReportRow};
use crate::plan::{IndIx, Indicator, Plan, Unit};

/// A row's figures for one indicator.
pub struct RowFigures<'a> {
    plan: &'a Plan,
    indicator: &'a Indicator,
    report: &'a Report,
    row: &'a ReportRow,
    /// The row's 计量单位.
    unit: Option<Cow<'a, Unit>>,
}

impl<'a> RowFigures<'a> {
    /// The figures of a row of the report.
    pub fn new(plan: &'a Plan, indicator: IndIx, report: &'a Report, row: &'a ReportRow) -> Self {
        let indicator = &plan.indicators[indicator];
        let written = row.get(Field::Unit).and_then(FieldCell::words);
        let unit = written.and_then(|words| {
            // The plan's own word, as the form has it, is read already.
            if *words == *indicator.unit.text {
                Some(Cow::Borrowed(&indicator.unit))
            } else {
                Unit::parse(&words).map(Cow::Owned)
            }
        });
        Self {
            plan,
            indicator,
            report,
            row,
            unit,
        }
    }

    /// Reads the figure under a field (rules.md, "Units, in order of precedence").
    pub fn read(&self, field: Field) -> Reading {
        let units = Units {
            row: self.unit.as_deref(),
            header: self.report.column(field).and_then(|c| c.unit.as_ref()),
            plan: &self.indicator.unit,
            nouns: [
                &self.indicator.name,
                &self.plan.tasks[self.indicator.task].name,
            ],
            is_difference: field == Field::ThisMonth,
        };
        quantity::read(self.row.get(field), units)
    }
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
