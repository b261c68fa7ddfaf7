//! Roll-ups: counts by grade and mean rates over any grouping of tasks or indicators, and counts by department.

use std::collections::BTreeMap;

use polars::prelude::{DataType, Expr, IntoLazy, SortMultipleOptions, col, df, lit};

use crate::check::{Accepted, Finding, Severity, State, Status};
use crate::plan::{Grade, Plan};

use super::{FrameError, exact, i32s, index, optional_f64s, u32s};

/// A graded task or indicator under a group's number.
#[derive(Debug, Clone, Copy)]
pub struct GradedRow {
    pub group: usize,
    pub grade: Grade,
    /// Percentage points, unrounded.
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
}

/// One group's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// In the order of [`Grade::ALL`].
    pub counts: [u32; Grade::ALL.len()],
    /// Mean over the rows that have one.
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
}

/// One tally per group `0..groups`, also for those without a row.
pub fn by_group(rows: &[GradedRow], groups: usize) -> Result<Vec<Tally>, FrameError> {
    let mut result = vec![
        Tally {
            counts: [0; Grade::ALL.len()],
            rate: None,
            schedule: None
        };
        groups
    ];
    let (rates, schedules): (Vec<_>, Vec<_>) = rows.iter().map(|r| (r.rate, r.schedule)).unzip();
    let rate = exact::columns(&rates);
    let schedule = exact::columns(&schedules);
    let frame = df!(
        "group" => rows.iter().map(|r| index(r.group)).collect::<Vec<u32>>(),
        "grade" => rows.iter().map(|r| grade_code(r.grade)).collect::<Vec<u32>>(),
        exact::whole("rate") => rate.0,
        exact::nano("rate") => rate.1,
        exact::whole("schedule") => schedule.0,
        exact::nano("schedule") => schedule.1,
    )?;
    let mut aggregations: Vec<Expr> = Grade::ALL
        .into_iter()
        .map(|g| {
            col("grade")
                .eq(lit(grade_code(g)))
                .cast(DataType::UInt32)
                .sum()
                .alias(g.name())
        })
        .collect();
    for name in ["rate", "schedule"] {
        aggregations.push(
            col(exact::whole(name))
                .count()
                .cast(DataType::Float64)
                .alias(counted(name)),
        );
        aggregations.extend(exact::sums(name));
    }
    // A mean over no row is 0 ÷ 0: not a number, and no mean.
    let means =
        ["rate", "schedule"].map(|name| (exact::joined(name) / col(counted(name))).alias(name));
    let frame = frame
        .lazy()
        .group_by([col("group")])
        .agg(aggregations)
        .with_columns(means)
        .sort(["group"], SortMultipleOptions::default())
        .collect()?;
    let group = u32s(&frame, "group")?;
    let counts = Grade::ALL.map(|g| u32s(&frame, g.name()));
    let rate = optional_f64s(&frame, "rate")?;
    let schedule = optional_f64s(&frame, "schedule")?;
    let mean = |column: &[Option<f64>], row: usize| {
        column.get(row).copied().flatten().filter(|v| v.is_finite())
    };
    for (row, &group) in group.iter().enumerate() {
        if let Some(tally) = result.get_mut(group as usize) {
            tally.rate = mean(&rate, row);
            tally.schedule = mean(&schedule, row);
        }
    }
    for (grade, column) in counts.into_iter().enumerate() {
        for (&group, n) in group.iter().zip(column?) {
            if let Some(cell) = result
                .get_mut(group as usize)
                .and_then(|t| t.counts.get_mut(grade))
            {
                *cell = n;
            }
        }
    }
    Ok(result)
}

/// A department's slots of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlotTally {
    pub slots: u32,
    pub accepted: u32,
    pub withheld: u32,
    pub missing: u32,
}

/// One tally per department, in plan order.
pub fn slots_by_department(plan: &Plan, month: &Accepted) -> Result<Vec<SlotTally>, FrameError> {
    let mut result = vec![SlotTally::default(); plan.departments.len()];
    let department = |slot: usize| {
        plan.slots
            .get(slot)
            .map_or(u32::MAX, |s| index(s.department))
    };
    let frame = df!(
        "department" => month.slots().iter().map(|j| department(j.slot)).collect::<Vec<u32>>(),
        "state" => month.slots().iter().map(|j| j.state.as_str()).collect::<Vec<&str>>(),
    )?;
    let states = [State::Accepted, State::Withheld, State::Missing];
    let counts = states.map(|s| {
        col("state")
            .eq(lit(s.as_str()))
            .cast(DataType::UInt32)
            .sum()
            .alias(s.as_str())
    });
    let frame = frame
        .lazy()
        .group_by([col("department")])
        .agg(counts)
        .sort(["department"], SortMultipleOptions::default())
        .collect()?;
    let departments = u32s(&frame, "department")?;
    let [accepted, withheld, missing] = states.map(|s| u32s(&frame, s.as_str()));
    for (((department, accepted), withheld), missing) in departments
        .into_iter()
        .zip(accepted?)
        .zip(withheld?)
        .zip(missing?)
    {
        if let Some(tally) = result.get_mut(department as usize) {
            *tally = SlotTally {
                slots: accepted + withheld + missing,
                accepted,
                withheld,
                missing,
            };
        }
    }
    Ok(result)
}

/// Findings: open ones by severity, and those explained, whatever their severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingTally {
    pub errors: u32,
    pub warnings: u32,
    pub notes: u32,
    pub explained: u32,
}

impl FindingTally {
    pub fn plus(self, other: Self) -> Self {
        Self {
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
            notes: self.notes + other.notes,
            explained: self.explained + other.explained,
        }
    }
}

/// By department; `None` holds the findings of files that belong to no known one.
pub fn findings_by_department(
    findings: &[Finding],
) -> Result<BTreeMap<Option<usize>, FindingTally>, FrameError> {
    let department = |f: &Finding| {
        f.department
            .and_then(|d| i32::try_from(d).ok())
            .unwrap_or(-1)
    };
    let frame = df!(
        "department" => findings.iter().map(department).collect::<Vec<i32>>(),
        "class" => findings.iter().map(class).collect::<Vec<&str>>(),
    )?;
    let counts = CLASSES.map(|c| {
        col("class")
            .eq(lit(c))
            .cast(DataType::UInt32)
            .sum()
            .alias(c)
    });
    let frame = frame
        .lazy()
        .group_by([col("department")])
        .agg(counts)
        .sort(["department"], SortMultipleOptions::default())
        .collect()?;
    let departments = i32s(&frame, "department")?;
    let [errors, warnings, notes, explained] = CLASSES.map(|c| u32s(&frame, c));
    let columns = errors?
        .into_iter()
        .zip(warnings?)
        .zip(notes?.into_iter().zip(explained?));
    let tallies = columns.map(|((errors, warnings), (notes, explained))| FindingTally {
        errors,
        warnings,
        notes,
        explained,
    });
    Ok(departments
        .into_iter()
        .map(|d| usize::try_from(d).ok())
        .zip(tallies)
        .collect())
}

const CLASSES: [&str; 4] = ["errors", "warnings", "notes", "explained"];

fn class(finding: &Finding) -> &'static str {
    match (finding.status, finding.severity) {
        (Status::Explained, _) => "explained",
        (Status::Open, Severity::Error) => "errors",
        (Status::Open, Severity::Warning) => "warnings",
        (Status::Open, Severity::Note) => "notes",
    }
}

fn grade_code(grade: Grade) -> u32 {
    Grade::ALL
        .iter()
        .position(|g| *g == grade)
        .map_or(u32::MAX, index)
}

fn counted(name: &str) -> String {
    format!("{name}_counted")
}
