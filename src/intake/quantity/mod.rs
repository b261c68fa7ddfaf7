//! A cell that should hold a number: what it says, in the plan's unit, and what had to be done to read it.
//!
//! Nothing is guessed. Whatever is not one plain figure (with its unit and a qualifier at most) is a [`Problem`].

mod scan;

use crate::plan::names;
use crate::plan::{Dimension, Kind, Unit};

use super::number_text::{decimals, number_text, step_of, tidy};
use super::submission::FieldCell;
use super::text;
use super::workbook::{NumberFormat, Strike, Value};

pub use scan::{Candidate, candidates, fold};

/// What a number in this column and row is measured in, from the nearest source to the farthest (rules.md, Units).
#[derive(Debug, Clone, Copy)]
pub struct Units<'a> {
    /// The row's 计量单位.
    pub row: Option<&'a Unit>,
    /// The header's bracket.
    pub header: Option<&'a Unit>,
    pub plan: &'a Unit,
    pub kind: Kind,
    /// A difference between two ratios (本月完成): a bare number is in points and never ambiguous.
    pub is_difference: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reading {
    /// The form has no such column, or there is no row.
    #[default]
    Absent,
    Blank,
    /// 无, /, 同上 …: the text.
    Placeholder(String),
    Number(Quantity),
    Bad(Problem),
}

impl Reading {
    pub fn number(&self) -> Option<&Quantity> {
        match self {
            Self::Number(q) => Some(q),
            _ => None,
        }
    }

    pub fn value(&self) -> Option<f64> {
        self.number().map(|q| q.value)
    }

    /// Blank or a placeholder.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Blank | Self::Placeholder(_))
    }
}

/// One figure, read.
#[derive(Debug, Clone, PartialEq)]
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
    /// C004: the unit found.
    UnitMismatch { unit: String },
    /// C004: a percentage where no ratio is asked.
    Percentage,
    /// C015: the candidates, as written.
    Several { candidates: Vec<String> },
    /// C015: struck-through text.
    Struck,
    /// C007.
    ExcelError(String),
    /// C008.
    NoCachedValue,
    /// C011: the number as written.
    RatioAmbiguous { written: f64 },
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
    let is_ratio = units.plan.is_percent();
    match format {
        NumberFormat::Date => Reading::Bad(Problem::NotANumber),
        NumberFormat::Percent(decimals) if is_ratio => {
            let points = tidy(n * 100.0);
            finish(
                points,
                step_of(decimals.into()),
                Flags {
                    conversion: format!("百分比格式 {}", percent_text(points)),
                    ..Flags::default()
                },
            )
        }
        NumberFormat::Percent(_) if n != 0.0 => Reading::Bad(Problem::Percentage),
        NumberFormat::Percent(_) | NumberFormat::General | NumberFormat::Fixed(_) => {
            let shown = match format {
                NumberFormat::Fixed(d) => d.into(),
                _ => decimals(n),
            };
            bare(n, step_of(shown), units, Flags::default())
        }
    }
}

/// A number without a unit of its own: the row's, the header's or the plan's.
fn bare(n: f64, step: f64, units: Units, flags: Flags) -> Reading {
    let given = units.row.or(units.header).unwrap_or(units.plan);
    if units.plan.is_percent() && !units.is_difference && n > 0.0 && n <= 1.0 {
        return Reading::Bad(Problem::RatioAmbiguous { written: n });
    }
    in_unit(n, step, given, units, flags)
}

/// A number in a unit that is known: converted to the plan's.
fn in_unit(n: f64, step: f64, given: &Unit, units: Units, mut flags: Flags) -> Reading {
    let plan = units.plan;
    if std::ptr::eq(given, plan) {
        return finish(tidy(n), step, flags);
    }
    if given.is_percent() && !plan.is_percent() {
        return Reading::Bad(Problem::Percentage);
    }
    let Some(value) = given.convert(n, plan) else {
        return Reading::Bad(Problem::UnitMismatch {
            unit: given.text.clone(),
        });
    };
    if !given.is_same(plan) {
        flags.converted_from = Some(given.text.clone());
        flags.note(&format!(
            "{}{} = {}{}",
            number_text(n),
            given.text,
            number_text(tidy(value)),
            plan.text
        ));
    }
    let step = given.convert(step, plan).unwrap_or(step);
    finish(tidy(value), step, flags)
}

#[derive(Default)]
struct Flags {
    as_text: bool,
    converted_from: Option<String>,
    qualifier: Option<String>,
    conversion: String,
}

impl Flags {
    fn note(&mut self, what: &str) {
        if !self.conversion.is_empty() {
            self.conversion.push('；');
        }
        self.conversion.push_str(what);
    }
}

fn finish(value: f64, step: f64, flags: Flags) -> Reading {
    if !value.is_finite() || value.abs() >= LARGEST {
        return Reading::Bad(Problem::TooLarge);
    }
    let Flags {
        as_text,
        converted_from,
        qualifier,
        conversion,
    } = flags;
    // −0 would print as "-0".
    let value = if value == 0.0 { 0.0 } else { value };
    Reading::Number(Quantity {
        value,
        step,
        as_text,
        converted_from,
        qualifier,
        conversion,
    })
}

/// A figure written as text.
fn written(raw: &str, units: Units) -> Reading {
    let Some(plain) = scan::plain(raw, units.plan) else {
        return not_plain(raw, units);
    };
    if plain.value.abs() >= LARGEST {
        return Reading::Bad(Problem::TooLarge);
    }
    let mut flags = Flags {
        as_text: true,
        qualifier: plain.qualifier,
        ..Flags::default()
    };
    flags.note("文本转为数值");
    match &plain.unit {
        Some(unit) if unit.is_percent() && units.plan.is_percent() => {
            finish(plain.value, plain.step, flags)
        }
        Some(unit) => in_unit(plain.value, plain.step, unit, units, flags),
        None => bare(plain.value, plain.step, units, flags),
    }
}

/// Text that is not one plain figure: none at all, a percentage where no ratio is asked, or several candidates.
fn not_plain(raw: &str, units: Units) -> Reading {
    let found = scan::candidates(raw);
    if found.is_empty() {
        return Reading::Bad(Problem::NotANumber);
    }
    if !units.plan.is_percent()
        && found
            .iter()
            .any(|c| c.unit.as_ref().is_some_and(Unit::is_percent))
    {
        return Reading::Bad(Problem::Percentage);
    }
    Reading::Bad(Problem::Several {
        candidates: found.into_iter().map(|c| c.text).collect(),
    })
}

fn percent_text(points: f64) -> String {
    format!("{}%", number_text(points))
}

/// A stated completion rate as written: its candidates in percentage points and half a unit of the last digit shown.
/// A bare number may be points or a fraction; R004 takes whichever agrees.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedRate {
    /// (points, one unit of the last digit shown in points).
    pub first: (f64, f64),
    /// As a fraction, where it may be one.
    pub other: Option<(f64, f64)>,
}

impl StatedRate {
    pub fn readings(&self) -> impl Iterator<Item = (f64, f64)> {
        [Some(self.first), self.other].into_iter().flatten()
    }
}

/// Reads 完成率. `None` when blank or a placeholder; an empty list of readings when it is no number.
pub fn read_rate(cell: Option<&FieldCell>) -> Option<Result<StatedRate, Problem>> {
    let cell = cell?;
    let value = cell.value.as_ref()?;
    let bare = |n: f64, step: f64| StatedRate {
        first: (n, step),
        other: Some((tidy(n * 100.0), step * 100.0)),
    };
    match value {
        Value::Error(code) => Some(Err(Problem::ExcelError(code.to_string()))),
        Value::NoCachedValue => Some(Err(Problem::NoCachedValue)),
        Value::Bool(_) | Value::Date(_) => Some(Err(Problem::NotANumber)),
        Value::Number(n) => Some(Ok(match cell.format {
            NumberFormat::Percent(d) => StatedRate {
                first: (tidy(n * 100.0), step_of(d.into())),
                other: None,
            },
            NumberFormat::Fixed(d) => bare(*n, step_of(d.into())),
            _ => bare(*n, step_of(decimals(*n))),
        })),
        Value::Text(whole) => {
            let raw = head(whole);
            if names::fold(raw).is_empty() || text::is_placeholder(raw) {
                return None;
            }
            let percent = Unit {
                text: "%".to_owned(),
                dimension: Dimension::Percent,
                factor: (1.0, 1.0),
            };
            Some(match scan::plain(raw, &percent) {
                Some(p) if p.unit.as_ref().is_some_and(Unit::is_percent) => Ok(StatedRate {
                    first: (p.value, p.step),
                    other: None,
                }),
                Some(p) if p.unit.is_none() => Ok(bare(p.value, p.step)),
                Some(_) => Err(Problem::NotANumber),
                None if scan::candidates(raw).is_empty() => Err(Problem::NotANumber),
                None => Err(Problem::Several {
                    candidates: scan::candidates(raw).into_iter().map(|c| c.text).collect(),
                }),
            })
        }
    }
}

#[cfg(test)]
mod tests;
