//! What the rules of cells have in common: whether a slot's cells can be looked at, which of them fail, what several
//! indicators share, and the verdict of a rule whose cell holds nothing to judge.

use crate::check::reading::carried::Carried;
use crate::check::reading::fields::{NUMBERS, TEXTS, broken, single_fields};
use crate::check::reading::figures;
use crate::check::result::finding::Finding;
use crate::check::rule::NoVerdict::{self, Elsewhere, NotApplicable, NotRun};
use crate::check::rule::context::{RecordCx, TaskCx};
use crate::check::rule::{PASSED, Verdict};
use crate::intake::dates::DateReading;
use crate::intake::quantity::Reading;
use crate::intake::status::StatusReading;
use crate::intake::workbook::Region;
use crate::intake::{Field, FieldCell, ReportRow, RowSubject};
use crate::plan::{IndIx, Kind};

use super::phrases::others;

/// Fails where no cell of a slot can be looked at: its row is missing, or names a task of several indicators.
pub fn gate(cx: &RecordCx) -> Result<(), NoVerdict> {
    if cx.record.undecided {
        let numeric = cx.indicator().kind.is_numeric();
        Err(NotRun(if numeric { "C015" } else { "S005" }))
    } else if cx.record.row.is_none() {
        Err(NotRun("S005"))
    } else {
        Ok(())
    }
}

/// As [`gate`], for a rule that looks at some kinds of indicators only.
pub fn gate_of(cx: &RecordCx, looks_at: impl Fn(Kind) -> bool) -> Result<(), NoVerdict> {
    if looks_at(cx.indicator().kind) {
        gate(cx)
    } else {
        Err(NotApplicable)
    }
}

/// What stands for the slot's cell where it need not be filled in again.
pub fn carried(cx: &RecordCx) -> Option<Carried> {
    Carried::of(cx.plan, cx.history, cx.period(), cx.record)
}

/// The rows of a task in the used sheet: those of the department's indicators and those that name the task alone.
pub fn task_rows<'a>(cx: &'a TaskCx<'a>) -> impl Iterator<Item = &'a ReportRow> {
    cx.report.rows.iter().filter(|row| match row.subject {
        RowSubject::Indicator(ix) => cx.plan.indicators[ix].task == cx.task,
        RowSubject::Task(task) => task == cx.task,
        RowSubject::Unknown { .. } => false,
    })
}

/// A task's texts whose cells have no result (C007 or C008, by `code`), one a cell.
pub fn broken_texts<'a>(cx: &'a TaskCx<'a>, code: &str) -> Vec<(Field, &'a FieldCell)> {
    let mut found: Vec<(Field, &FieldCell)> = Vec::new();
    if !cx.report.is_broken {
        return found;
    }
    for field in TEXTS {
        for cell in task_rows(cx).filter_map(|row| row.get(field)) {
            if broken(cell) == Some(code) && found.iter().all(|(_, other)| other.at != cell.at) {
                found.push((field, cell));
            }
        }
    }
    found
}

/// A field's cell that is merged over several rows, and its region.
fn tall<'a>(cx: &RecordCx<'a>, field: Field) -> Option<(&'a FieldCell, Region)> {
    let cell = cx.record.cell(field)?;
    let region = cell.region()?;
    (region.first.row < region.last.row).then_some((cell, region))
}

/// The department's indicators whose rows lie in the same merged cell under a field, in plan order; the slot's own alone
/// where the cell is its own.
pub fn sharers(cx: &RecordCx, field: Field) -> Vec<IndIx> {
    let own = cx.record.indicator;
    let Some((cell, region)) = tall(cx, field) else {
        return vec![own];
    };
    let own_kind = cx.indicator().kind;
    let belongs = |ix: IndIx| {
        let kind = cx.plan.indicators[ix].kind;
        let alike = match field {
            Field::Cumulative
            | Field::Previous
            | Field::ThisMonth
            | Field::Target
            | Field::Rate => kind.is_numeric(),
            Field::Status => (kind == Kind::Milestone) == (own_kind == Kind::Milestone),
            _ => true,
        };
        alike && cx.plan.slot(cx.department, ix).is_some()
    };
    // Rows are in the sheet's order: only those that the region spans are looked at.
    let rows = &cx.report.rows;
    let start = rows.partition_point(|row| row.row < region.first.row);
    let mut found: Vec<IndIx> = rows[start..]
        .iter()
        .take_while(|row| row.row <= region.last.row)
        .filter(|row| row.get(field).is_some_and(|other| other.at == cell.at))
        .filter_map(|row| match row.subject {
            RowSubject::Indicator(ix) if belongs(ix) => Some(ix),
            _ => None,
        })
        .chain([own])
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// `第2项“街头绿地面积”`, with how many others share the field's cell.
pub fn subject(cx: &RecordCx, field: Field) -> String {
    match sharers(cx, field).len() {
        0 | 1 => cx.subject(),
        n => format!("{}等{n}个指标", cx.subject()),
    }
}

/// Whether a figure is merged over the rows of several indicators: nothing shows whose it is (C015).
pub fn is_shared_figure(cx: &RecordCx, field: Field) -> bool {
    let is_figure = match cx.record.reading(field) {
        Reading::Number(_) => field != Field::Rate,
        Reading::Bad(problem) => {
            field != Field::Rate && !matches!(figures::code(problem), "C002" | "C007" | "C008")
        }
        Reading::Absent | Reading::Blank | Reading::Placeholder(_) => false,
    };
    is_figure && tall(cx, field).is_some() && sharers(cx, field).len() > 1
}

/// The fields of a slot that fail a test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Failing {
    /// One a cell: of fields that a horizontal merge joins the first, of a cell shared with other indicators only at the
    /// first of these.
    pub fields: Vec<Field>,
    /// A cell that withholds the slot fails too, and is reported at another indicator.
    pub elsewhere: bool,
}

/// Tests the cells of a slot.
pub fn failing(cx: &RecordCx, fields: &[Field], test: impl Fn(Field) -> bool) -> Failing {
    let mut seen = Vec::new();
    let mut failing = Failing::default();
    for &field in fields {
        let Some(cell) = cx.record.cell(field) else {
            continue;
        };
        if !test(field) || seen.contains(&cell.at) {
            continue;
        }
        seen.push(cell.at);
        if sharers(cx, field).first() == Some(&cx.record.indicator) {
            failing.fields.push(field);
        } else if matches!(field, Field::Cumulative | Field::Status | Field::DoneOn) {
            failing.elsewhere = true;
        }
    }
    failing
}

/// The verdict on cells without a result, C007's or C008's by `code`. One broken formula spoils those that build on it: one
/// finding a row, at the cell that decides. `finding` is given its field, its subject and the row's other such fields.
pub fn without_result(
    cx: &RecordCx,
    code: &str,
    finding: impl Fn(Field, &str, &str) -> Finding,
) -> Verdict {
    gate(cx)?;
    // An error that somebody typed is a text, and no figure.
    let is_bad = |field: &Field| matches!(cx.record.reading(*field), Reading::Bad(_));
    let failing = if cx.report.is_broken || NUMBERS.iter().any(is_bad) {
        failing(cx, single_fields(cx.indicator().kind), |field| {
            matches!(cx.record.reading(field), Reading::Bad(problem) if figures::code(problem) == code)
                || cx.record.cell(field).and_then(broken) == Some(code)
        })
    } else {
        Failing::default()
    };
    failing
        .first(|field| finding(field, &subject(cx, field), &others(&failing.fields)))
        .or_value(cx)
}

/// As [`failing`], for tests of a figure's reading: a figure shared by several indicators is C015's alone.
pub fn failing_figures(
    cx: &RecordCx,
    fields: &[Field],
    test: impl Fn(&Reading) -> bool,
) -> Failing {
    failing(cx, fields, |field| {
        test(cx.record.reading(field)) && !is_shared_figure(cx, field)
    })
}

impl Failing {
    /// A finding at each cell.
    pub fn each(&self, finding: impl FnMut(Field) -> Finding) -> Failed {
        self.failed(self.fields.iter().copied().map(finding).collect())
    }

    /// One finding at the first cell, which names the others.
    pub fn first(&self, finding: impl FnMut(Field) -> Finding) -> Failed {
        self.failed(
            self.fields
                .first()
                .copied()
                .map(finding)
                .into_iter()
                .collect(),
        )
    }

    /// Without what fails at a cell that other indicators share.
    #[must_use]
    pub fn told_here(self) -> Self {
        Self {
            elsewhere: false,
            ..self
        }
    }

    /// Findings that are made otherwise.
    pub fn failed(&self, findings: Vec<Finding>) -> Failed {
        Failed {
            findings,
            elsewhere: self.elsewhere,
        }
    }
}

/// What failed of a slot. Where nothing did, what its cells hold decides: a blank never passes.
pub struct Failed {
    findings: Vec<Finding>,
    elsewhere: bool,
}

impl Failed {
    fn or(self, verdict: impl FnOnce() -> Verdict) -> Verdict {
        if !self.findings.is_empty() {
            Ok(self.findings)
        } else if self.elsewhere {
            Err(Elsewhere)
        } else {
            verdict()
        }
    }

    /// The verdict of a rule that fails in any case.
    pub fn or_elsewhere(self) -> Verdict {
        self.or(|| Err(Elsewhere))
    }

    /// The verdict of a rule of numbers.
    pub fn or_number(self, cx: &RecordCx) -> Verdict {
        self.or(|| number(cx))
    }

    /// The verdict of a rule of any kind of indicator.
    pub fn or_value(self, cx: &RecordCx) -> Verdict {
        self.or(|| match cx.indicator().kind {
            Kind::Ongoing => PASSED,
            Kind::Milestone => match cx.record.status {
                _ if carried(cx).is_some() => Err(NotRun("C020")),
                StatusReading::Absent => Err(NotRun("S002")),
                StatusReading::Blank | StatusReading::Placeholder => Err(NotRun("C001")),
                StatusReading::Broken => {
                    let cell = cx.record.cell(Field::Status);
                    Err(NotRun(cell.and_then(broken).unwrap_or("C007")))
                }
                StatusReading::Known(_) | StatusReading::Unknown => PASSED,
            },
            _ => number(cx),
        })
    }

    /// The verdict of a rule of dates: without a date there is nothing to judge.
    pub fn or_dates(self, cx: &RecordCx) -> Verdict {
        self.or(|| {
            let dates = [&cx.record.done_on, &cx.record.expected_on];
            if dates.iter().any(|reading| reading.date().is_some()) {
                PASSED
            } else if dates.contains(&&DateReading::Unreadable) {
                Err(NotRun("C012"))
            } else {
                Err(NotApplicable)
            }
        })
    }
}

/// What stands at 累计 where no cell fails.
fn number(cx: &RecordCx) -> Verdict {
    if carried(cx).is_some() {
        return Err(NotRun("C020"));
    }
    match &cx.record.cumulative {
        Reading::Absent => Err(NotRun("S002")),
        Reading::Blank | Reading::Placeholder(_) => Err(NotRun("C001")),
        Reading::Bad(problem) => Err(NotRun(figures::code(problem))),
        Reading::Number(_) if is_shared_figure(cx, Field::Cumulative) => Err(NotRun("C015")),
        Reading::Number(_) => PASSED,
    }
}
