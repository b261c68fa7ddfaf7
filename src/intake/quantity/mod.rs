//! A cell that should hold a number: what it says, in the plan's unit, and what had to be done to read it.
//!
//! Nothing is guessed. Whatever is not one plain figure (with its unit and a qualifier at most) is a [`Problem`].

mod candidates;
mod figure;
mod fold;
mod plain;

use crate::plan::Unit;

use super::fields::FieldCell;
use super::number_text::{decimals, number_text, step_of, tidy};
use super::text;
use super::workbook::{NumberFormat, Strike, Value};

use crate::plan::names;
pub use candidates::{Candidate, candidates};
pub use fold::fold;
pub use plain::{fits, unit_beside};
use plain::{plain, unscaled};

/// What a number in this column and row is measured in, from the nearest source to the farthest (rules.md, Units).
#[derive(Debug, Clone, Copy)]
pub struct Units<'a> {
    /// The row's 计量单位.
    pub row: Option<&'a Unit>,
    /// The header's bracket.
    pub header: Option<&'a Unit>,
    /// The plan's: every figure is converted into it.
    pub plan: &'a Unit,
    /// Names of what is counted, of which a number's noun must be part: those of the indicator and its task.
    pub nouns: [&'a str; 2],
    /// A bare number of a ratio is in the plan's unit and no fraction: a difference between two (本月完成), or one whose target
    /// is itself 1 at most.
    pub is_in_points: bool,
}

/// A cell that should hold a number, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    /// Empty.
    Blank,
    /// 无, /, 同上 …: the text.
    Placeholder(String),
    /// A figure.
    Number(Quantity),
    /// No figure.
    Bad(Problem),
}

impl Reading {
    /// The figure, where one was read.
    pub fn number(&self) -> Option<&Quantity> {
        match self {
            Self::Number(q) => Some(q),
            _ => None,
        }
    }

    /// The figure's value in the plan's unit.
    pub fn value(&self) -> Option<f64> {
        self.number().map(|q| q.value)
    }

    /// Blank or a placeholder.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Blank | Self::Placeholder(_))
    }
}

/// One figure, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantity {
    /// In the plan's unit; a ratio in percentage points.
    pub value: f64,
    /// One unit of the last digit shown, in the plan's unit: 0.1 for `9.6`.
    pub step: f64,
    /// C003: a number stored as text, and why it is more than digits.
    pub as_text: bool,
    /// C005: the unit it was given in, where that differs from the plan's.
    pub converted_from: Option<String>,
    /// C014: 约, 余 …
    pub qualifier: Option<String>,
    /// What was done to the raw text, in Chinese; empty when nothing was.
    pub conversion: String,
}

/// Why a cell gives no figure; each is one C rule's finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// C002.
    NotANumber,
    /// C004.
    UnitMismatch {
        /// As written.
        unit: String,
    },
    /// C004: a percentage where no ratio is asked.
    Percentage,
    /// C015.
    Several {
        /// Each as written, with its unit.
        candidates: Vec<String>,
    },
    /// C015: struck-through text.
    Struck,
    /// C007.
    ExcelError(String),
    /// C008.
    NoCachedValue,
    /// C011.
    RatioAmbiguous {
        /// The number as written: a share of one, or per cent.
        written: f64,
    },
    /// C002: no indicator is that large.
    TooLarge,
}

/// Beyond it a figure is no count of anything and sums in millionths would overflow.
pub const LARGEST: f64 = 1e12;

const EXCEL_ERRORS: &[&str] = &[
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
];

/// Reads the figure of a cell.
pub fn read(cell: Option<&FieldCell>, units: Units) -> Reading {
    let Some(cell) = cell else {
        return Reading::Absent;
    };
    let Some(value) = &cell.value else {
        return Reading::Blank;
    };
    match value {
        Value::Error(code) => Reading::Bad(Problem::ExcelError(code.to_string())),
        Value::NoCachedValue => Reading::Bad(Problem::NoCachedValue),
        Value::Bool(_) | Value::Date(_) => Reading::Bad(Problem::NotANumber),
        Value::Number(_) if cell.strike != Strike::None => Reading::Bad(Problem::Struck),
        Value::Number(n) => stored(*n, cell.format, units),
        Value::Text(whole) => {
            let raw = head(whole);
            let folded = names::fold(raw);
            if folded.is_empty() {
                Reading::Blank
            } else if text::is_placeholder(raw) {
                Reading::Placeholder(raw.trim_matches(names::is_space).to_owned())
            } else if let Some(code) = EXCEL_ERRORS
                .iter()
                .find(|code| folded.eq_ignore_ascii_case(code))
            {
                Reading::Bad(Problem::ExcelError((*code).to_owned()))
            } else if cell.strike != Strike::None {
                Reading::Bad(Problem::Struck)
            } else {
                written(raw, units)
            }
        }
    }
}

/// A cell of prose is no figure, and its first figures are enough to say so.
const PROSE_BYTES: usize = 1200;

fn head(text: &str) -> &str {
    if text.len() <= PROSE_BYTES {
        text
    } else {
        &text[..text.floor_char_boundary(PROSE_BYTES)]
    }
}

/// A number stored as one.
fn stored(n: f64, format: NumberFormat, units: Units) -> Reading {
    if !n.is_finite() || n.abs() >= LARGEST {
        return Reading::Bad(Problem::TooLarge);
    }
    let decimals = match format {
        NumberFormat::Date => return Reading::Bad(Problem::NotANumber),
        NumberFormat::Percent(decimals) if units.plan.is_percent() => {
            let points = tidy(n * 100.0);
            let mut figure = Quantity::default();
            figure.note(&format!("百分比格式 {}%", number_text(points)));
            let given = Unit::percent();
            return in_unit(points, step_of(decimals.into()), &given, units, figure);
        }
        NumberFormat::Percent(_) if n != 0.0 => return Reading::Bad(Problem::Percentage),
        NumberFormat::Fixed(shown) => shown.into(),
        NumberFormat::Percent(_) | NumberFormat::General => decimals(n),
    };
    bare(n, step_of(decimals), units, Quantity::default())
}

/// A number without a unit of its own: the row's, the header's or the plan's.
fn bare(n: f64, step: f64, units: Units, figure: Quantity) -> Reading {
    let given = units.row.or(units.header).unwrap_or(units.plan);
    if units.plan.is_percent() && !units.is_in_points && n > 0.0 && n <= 1.0 {
        return Reading::Bad(Problem::RatioAmbiguous { written: n });
    }
    in_unit(n, step, given, units, figure)
}

/// A number in a unit that is known: converted to the plan's.
fn in_unit(n: f64, step: f64, given: &Unit, units: Units, mut figure: Quantity) -> Reading {
    let plan = units.plan;
    if std::ptr::eq(given, plan) {
        return figure.of(tidy(n), step);
    }
    // 个 is written for the measure word of any counted thing, never the reverse.
    let is_any =
        given.dimension != plan.dimension && unscaled(&given.text) == "个" && plan.is_counted();
    let any = is_any.then(|| Unit {
        dimension: plan.dimension.clone(),
        ..given.clone()
    });
    let given = any.as_ref().unwrap_or(given);
    if given.is_percent() && !plan.is_percent() {
        return Reading::Bad(Problem::Percentage);
    }
    let Some(value) = given.convert(n, plan).map(tidy) else {
        return match unit_beside(&given.text, plan, units.nouns) {
            Some(meant) => in_unit(n, step, &meant, units, figure),
            None => Reading::Bad(Problem::UnitMismatch {
                unit: given.text.clone(),
            }),
        };
    };
    if is_any || !given.is_same(plan) {
        figure.converted_from = Some(given.text.clone());
        let (from, to) = (number_text(n), number_text(value));
        figure.note(&format!("{from}{} = {to}{}", given.text, plan.text));
    }
    figure.of(value, given.convert(step, plan).unwrap_or(step))
}

impl Quantity {
    /// Adds to what was done to the raw text.
    fn note(&mut self, what: &str) {
        if !self.conversion.is_empty() {
            self.conversion.push('；');
        }
        self.conversion.push_str(what);
    }

    /// The figure with its value, unless that is too large.
    fn of(self, value: f64, step: f64) -> Reading {
        if !value.is_finite() || value.abs() >= LARGEST {
            return Reading::Bad(Problem::TooLarge);
        }
        // −0 would print as "-0".
        let value = if value == 0.0 { 0.0 } else { value };
        Reading::Number(Self {
            value,
            step,
            ..self
        })
    }
}

/// A figure written as text.
fn written(raw: &str, units: Units) -> Reading {
    let Some(plain) = plain(raw, units.plan, units.nouns) else {
        return not_plain(raw, units);
    };
    let mut figure = Quantity {
        as_text: true,
        qualifier: plain.qualifier,
        ..Quantity::default()
    };
    figure.note("文本转为数值");
    let (value, step) = (plain.value, plain.step);
    let row = plain
        .unit
        .as_ref()
        .and_then(|unit| units.row.filter(|row| disagree(row, unit, units)));
    match &plain.unit {
        _ if value.abs() >= LARGEST => Reading::Bad(Problem::TooLarge),
        Some(unit) if unit.is_percent() && unit.is_same(units.plan) => figure.of(value, step),
        _ if let Some(row) = row => Reading::Bad(Problem::UnitMismatch {
            unit: row.text.clone(),
        }),
        Some(unit) if unscaled(&unit.text) == units.plan.text => {
            // 0.18万千瓦: 万 is part of the number, and the unit is the plan's own.
            let scaled = |n| unit.convert(n, units.plan).map_or(n, tidy);
            let (from, to) = (number_text(value), number_text(scaled(value)));
            if !unit.is_same(units.plan) {
                figure.note(&format!("{from}{} = {to}{}", unit.text, units.plan.text));
            }
            figure.of(scaled(value), scaled(step))
        }
        Some(unit) => in_unit(value, step, unit, units, figure),
        None => bare(value, step, units, figure),
    }
}

/// Whether the unit column says another thing than the unit in the cell: the cell's alone would be read over it.
fn disagree(row: &Unit, cell: &Unit, units: Units) -> bool {
    let is_any = |unit: &Unit| unscaled(&unit.text) == "个" && units.plan.is_counted();
    row.dimension != cell.dimension
        && !is_any(row)
        && !is_any(cell)
        && unit_beside(&row.text, units.plan, units.nouns).is_none()
}

/// Text that is not one plain figure: none at all, a percentage where no ratio is asked, or several candidates.
fn not_plain(raw: &str, units: Units) -> Reading {
    let mut found = candidates(raw).into_iter();
    let is_percent = |c: Candidate| c.unit.is_some_and(|unit| unit.is_percent());
    Reading::Bad(if !units.plan.is_percent() && found.any(is_percent) {
        Problem::Percentage
    } else {
        several(raw)
    })
}

fn several(raw: &str) -> Problem {
    let mut candidates: Vec<String> = candidates(raw).into_iter().map(|c| c.text).collect();
    if candidates.is_empty() {
        candidates.extend(candidates::vague(raw));
    }
    if candidates.is_empty() {
        return Problem::NotANumber;
    }
    Problem::Several { candidates }
}

/// A stated completion rate as written: its candidates in percentage points and half a unit of the last digit shown.
/// A bare number may be points or a fraction; R004 takes whichever agrees.
#[derive(Debug)]
pub struct StatedRate {
    /// (points, one unit of the last digit shown in points).
    pub first: (f64, f64),
    /// As a fraction, where it may be one.
    pub other: Option<(f64, f64)>,
}

impl StatedRate {
    /// A number without a per cent sign: points, or a fraction.
    fn bare(n: f64, step: f64) -> Self {
        Self {
            first: (n, step),
            other: Some((tidy(n * 100.0), step * 100.0)),
        }
    }

    fn points(points: f64, step: f64) -> Self {
        Self {
            first: (points, step),
            other: None,
        }
    }

    /// Every reading: points, and one unit of the last digit shown in points.
    pub fn readings(&self) -> impl Iterator<Item = (f64, f64)> {
        [Some(self.first), self.other].into_iter().flatten()
    }
}

/// Reads 完成率. `None` when blank or a placeholder.
pub fn read_rate(cell: Option<&FieldCell>) -> Option<Result<StatedRate, Problem>> {
    let cell = cell?;
    Some(match cell.value.as_ref()? {
        Value::Error(code) => Err(Problem::ExcelError(code.to_string())),
        Value::NoCachedValue => Err(Problem::NoCachedValue),
        Value::Bool(_) | Value::Date(_) => Err(Problem::NotANumber),
        Value::Number(n) => Ok(match cell.format {
            NumberFormat::Percent(d) => StatedRate::points(tidy(n * 100.0), step_of(d.into())),
            NumberFormat::Fixed(d) => StatedRate::bare(*n, step_of(d.into())),
            _ => StatedRate::bare(*n, step_of(decimals(*n))),
        }),
        Value::Text(whole) => {
            let raw = head(whole);
            if names::fold(raw).is_empty() || text::is_placeholder(raw) {
                return None;
            }
            let percent = Unit::percent();
            match plain(raw, &percent, [""; 2]) {
                Some(p) if p.unit.is_none() => Ok(StatedRate::bare(p.value, p.step)),
                Some(p) => {
                    let points = |n| p.unit.as_ref().and_then(|unit| unit.convert(n, &percent));
                    match (points(p.value), points(p.step)) {
                        (Some(points), Some(step)) => Ok(StatedRate::points(tidy(points), step)),
                        _ => Err(Problem::NotANumber),
                    }
                }
                None => Err(several(raw)),
            }
        }
    })
}

#[cfg(test)]
mod tests;
