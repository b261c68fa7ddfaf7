//! From cells to meaning: identity, header, rows, the 工作方案 and 情况说明 sheets.

mod elements;
mod grid;
mod header;
mod identity;
mod merges;
mod months;
mod names;
mod personal;
mod rows;
mod wording;

use std::mem;

use crate::plan::{Period, Plan};

use super::submission::{DepartmentClaim, FieldCell, PeriodClaim, Report, ReportSheet, Submission};
use super::text;
use super::workbook::{FileFault, Sheet, Value, Visibility, Workbook};

pub use elements::EXPLANATION_SHEET;
use grid::{Frame, Grid};
pub use identity::{IDENTITY_SHEET, of_path};
pub use months::period_in;
pub use names::Names;
use rows::Extent;

/// Sheets of the form that are never a report.
const NEVER_REPORT: &[&str] = &[IDENTITY_SHEET, EXPLANATION_SHEET, "填表说明", "填报说明"];

/// Rows from the top in which a secrecy marking is looked for when a sheet has no header.
const MARKING_ROWS: u32 = 8;

/// Reads a workbook's meaning. The workbook is taken: personal numbers in it are masked before anything else is read.
///
/// # Errors
/// F010 when a secrecy marking stands in the title rows or the page's header or footer.
pub fn interpret(
    mut workbook: Workbook,
    plan: &Plan,
    names: &Names,
    period: Period,
) -> Result<Submission, FileFault> {
    let year = period.year();
    let frames: Vec<Frame> = workbook.sheets.iter().map(Frame::new).collect();
    let mut headers: Vec<Option<header::Header>> = grids(&workbook, &frames)
        .map(|grid| {
            if is_report_candidate(grid.sheet) {
                header::find(&grid)
            } else {
                None
            }
        })
        .collect();
    for (sheet, header) in workbook.sheets.iter().zip(&headers) {
        secrecy(sheet, header.as_ref().map_or(MARKING_ROWS, |h| h.rows.0))?;
    }
    let header_rows: Vec<Option<(u32, u32)>> =
        headers.iter().map(|h| h.as_ref().map(|h| h.rows)).collect();
    let (personal_data, more_personal_data) = personal::mask(&mut workbook, &frames, &header_rows);
    // A header's own texts may have held one: they are read again as masked.
    let is_masked = |sheet: &Sheet| {
        more_personal_data > 0 || personal_data.iter().any(|p| p.sheet == sheet.name)
    };
    for (grid, header) in grids(&workbook, &frames)
        .zip(&mut headers)
        .filter(|(grid, header)| header.is_some() && is_masked(grid.sheet))
    {
        *header = header::find(&grid);
    }

    let mut submission = Submission {
        modified: workbook.modified.clone(),
        macros: workbook.macros,
        external_links: workbook.external_links,
        sheet_names: workbook
            .sheets
            .iter()
            .map(|s| text::one_line(&s.name, 31))
            .collect(),
        personal_data,
        more_personal_data,
        ..Submission::default()
    };
    let mut found: Vec<(Grid, header::Header, Above)> = Vec::new();
    for (grid, header) in grids(&workbook, &frames).zip(headers) {
        let sheet = grid.sheet;
        if &*sheet.name == IDENTITY_SHEET {
            submission.form = identity::form_identity(sheet);
            continue;
        }
        if &*sheet.name == EXPLANATION_SHEET {
            elements::explanations(&grid, &mut submission.explanations);
            continue;
        }
        if let Some(header) = header {
            let above = Above::read(&grid, header.rows.0, year, workbook.date_1904, names);
            submission.report_sheets.push(report_sheet(
                &grid,
                &header,
                &above,
                plan,
                names,
                workbook.date_1904,
            )?);
            found.push((grid, header, above));
        } else if submission.elements.is_none() {
            submission.elements = elements::read(&grid, names, workbook.date_1904);
        }
    }
    submission.used = choose(&submission.report_sheets, period);
    // Of the sheets that are not used it is enough to know that they hold data.
    if let Some((chosen, (grid, header, _))) = submission
        .used
        .and_then(|ix| Some((submission.report_sheets.get_mut(ix)?, found.get(ix)?)))
    {
        let read = rows::read(grid, header, plan, names, Extent::All)?;
        let has_no_result =
            |cell: &FieldCell| matches!(cell.value, Some(Value::Error(_) | Value::NoCachedValue));
        chosen.report.is_broken = read
            .rows
            .iter()
            .any(|row| row.cells.values().any(has_no_result));
        (chosen.report.rows, chosen.report.hidden) = (read.rows, read.hidden);
    }
    for (sheet, (_, header, _)) in submission.report_sheets.iter_mut().zip(&mut found) {
        let report = &mut sheet.report;
        (report.columns, report.ambiguous, report.unknown) = (
            mem::take(&mut header.columns),
            mem::take(&mut header.ambiguous),
            mem::take(&mut header.unknown),
        );
    }
    let above = match submission.used.filter(|&ix| ix < found.len()) {
        Some(ix) => found.swap_remove(ix).2,
        // No report: the tops of all sheets may tell whose workbook it is.
        None => grids(&workbook, &frames)
            .filter(|grid| is_report_candidate(grid.sheet))
            .map(|grid| Above::read(&grid, MARKING_ROWS, year, workbook.date_1904, names))
            .fold(Above::default(), Above::and),
    };
    claims(&mut submission, above, plan, names, year);
    Ok(submission)
}

fn grids<'a>(workbook: &'a Workbook, frames: &'a [Frame]) -> impl Iterator<Item = Grid<'a>> {
    workbook
        .sheets
        .iter()
        .zip(frames)
        .map(|(sheet, frame)| Grid::new(sheet, frame))
}

fn is_report_candidate(sheet: &Sheet) -> bool {
    !NEVER_REPORT.contains(&&*sheet.name) && !sheet.cells.is_empty()
}

/// A sheet with a header; its rows are read when it is chosen, and its columns taken over when all is read.
fn report_sheet(
    grid: &Grid,
    header: &header::Header,
    above: &Above,
    plan: &Plan,
    names: &Names,
    date_1904: bool,
) -> Result<ReportSheet, FileFault> {
    let first = rows::read(grid, header, plan, names, Extent::First)?;
    let period = sheet_period(grid, header, above);
    let sheet = grid.sheet;
    Ok(ReportSheet {
        name: sheet.name.clone(),
        hidden: sheet.visibility != Visibility::Visible,
        period,
        has_data: !first.rows.is_empty(),
        report: Report {
            sheet: sheet.name.clone(),
            date_1904,
            header_rows: header.rows,
            columns: Vec::new(),
            ambiguous: Vec::new(),
            unknown: Vec::new(),
            rows: Vec::new(),
            hidden: Vec::new(),
            is_broken: false,
        },
    })
}

/// What the rows above a header claim.
#[derive(Default)]
struct Above {
    year: i16,
    departments: Vec<DepartmentClaim>,
    periods: Vec<PeriodClaim>,
}

impl Above {
    fn read(grid: &Grid, header_row: u32, year: i16, date_1904: bool, names: &Names) -> Self {
        let mut above = Self {
            year,
            ..Self::default()
        };
        identity::above_header(
            grid,
            header_row,
            year,
            date_1904,
            names,
            &mut above.departments,
            &mut above.periods,
        );
        above
    }

    fn and(mut self, other: Self) -> Self {
        self.departments.extend(other.departments);
        self.periods.extend(other.periods);
        self
    }
}

/// The month a sheet speaks of: 填报期, its title, or its name.
fn sheet_period(grid: &Grid, header: &header::Header, above: &Above) -> Option<Period> {
    // The sheet's name tells months apart that were kept in one workbook: it outranks a title that was copied along.
    months::period_in(&grid.sheet.name, above.year).or_else(|| {
        let mut periods = Vec::new();
        identity::of_header(&header.columns, above.year, &mut periods);
        above
            .periods
            .iter()
            .chain(&periods)
            .next()
            .map(|p| p.period)
    })
}

/// S011: the visible sheet of the period, else the last visible one with data; hidden ones only when nothing else is there.
fn choose(sheets: &[ReportSheet], period: Period) -> Option<usize> {
    let visible: Vec<usize> = (0..sheets.len()).filter(|&i| !sheets[i].hidden).collect();
    let pool = if visible.is_empty() {
        (0..sheets.len()).collect()
    } else {
        visible
    };
    pool.iter()
        .copied()
        .rfind(|&i| sheets[i].has_data && sheets[i].period == Some(period))
        .or_else(|| pool.iter().copied().rfind(|&i| sheets[i].has_data))
        .or_else(|| pool.last().copied())
}

/// Claims about department and month: of the identity sheet, then `above` and the header of the used sheet.
fn claims(submission: &mut Submission, above: Above, plan: &Plan, names: &Names, year: i16) {
    let mut departments = Vec::new();
    let mut periods = Vec::new();
    identity::of_form(
        &submission.form,
        plan,
        names,
        &mut departments,
        &mut periods,
    );
    departments.extend(above.departments);
    periods.extend(above.periods);
    if let Some(report) = submission.report() {
        identity::of_header(&report.columns, year, &mut periods);
    }
    submission.department_claims = departments;
    submission.period_claims = periods;
}

/// F010.
fn secrecy(sheet: &Sheet, header_row: u32) -> Result<(), FileFault> {
    let secret = |cell, marking: &str| FileFault::Secret {
        sheet: sheet.name.to_string(),
        cell,
        marking: text::one_line(marking, 20),
    };
    for cell in sheet.cells.iter().take_while(|c| c.at.row < header_row) {
        if let Value::Text(t) = &cell.value
            && identity::is_secrecy_marking(t)
        {
            return Err(secret(Some(cell.at), t));
        }
    }
    for line in &sheet.header_footer {
        if let Some(word) = line
            .split(crate::plan::names::is_space)
            .find(|w| identity::is_secrecy_marking(w))
        {
            return Err(secret(None, word));
        }
    }
    Ok(())
}
