//! From cells to meaning: identity, header, rows, the 工作方案 and 情况说明 sheets.

mod elements;
pub(super) mod grid;
mod header;
mod identity;
mod labels;
mod merges;
mod months;
mod names;
mod personal;
mod rows;
mod secrecy;
mod wording;

use crate::plan::names::fold;
use crate::plan::{Dimension, Period, Plan, Unit};

use super::fields::Field;
use super::quantity;
use super::submission::{
    FieldCell, PeriodClaim, Report, ReportRow, ReportSheet, RowSubject, Submission, TableUnit,
};
use super::text;
use super::workbook::{Result, Sheet, Value, Visibility, Workbook};

pub use elements::EXPLANATION_SHEET;
use grid::{Frame, Grid};
use header::{Header, units};
#[cfg(feature = "desktop")]
pub(crate) use identity::ACCEPTED;
use identity::Claims;
pub use identity::{IDENTITY_SHEET, of_path};
pub use months::MonthNames;
pub(super) use names::IndicatorMatch;
pub use names::{Names, serial};
use rows::{DataRows, Extent};
pub use secrecy::check_name;
#[cfg(test)]
pub(super) use wording::made_of as header_patterns;

/// Sheets of the form that are never a report.
const NEVER_REPORT: &[&str] = &[IDENTITY_SHEET, EXPLANATION_SHEET, "填表说明", "填报说明"];

/// `DataRows` from the top in which markings and claims are looked for when a sheet has no header.
const TOP_ROWS: u32 = 8;

/// A sheet with a report's header.
struct ReportTable<'a> {
    grid: Grid<'a>,
    header: Header,
    /// Claims of the rows above the header.
    above: Claims,
    /// The month that the sheet speaks of.
    period: Option<Period>,
    has_data: bool,
}

/// Reads a workbook's meaning. The workbook is taken: personal numbers in it are masked before anything else is read.
///
/// F010 when a secrecy marking stands in the title rows or the page's header or footer; F004 when a report has more rows than
/// any can have.
pub fn interpret(
    mut workbook: Workbook,
    plan: &Plan,
    names: &Names,
    period: Period,
) -> Result<Submission> {
    let (year, months) = (period.year(), MonthNames::new(plan, period));
    let frames: Vec<Frame> = workbook.sheets.iter().map(Frame::new).collect();
    let mut headers = headers(&workbook, &frames, names, period);
    for (sheet, header) in workbook.sheets.iter().zip(&headers) {
        secrecy::check(sheet, header.as_ref().map_or(TOP_ROWS, |h| h.rows.0))?;
    }
    for other in &workbook.others {
        secrecy::check(other, 0)?;
    }
    let header_rows: Vec<_> = headers.iter().map(|h| Some(h.as_ref()?.rows)).collect();
    let (personal_data, more_personal_data) =
        personal::mask(&mut workbook, &frames, &header_rows, names);
    if !personal_data.is_empty() {
        // A header's own texts may have held one: they are read again as masked.
        headers = self::headers(&workbook, &frames, names, period);
    }
    let sheet_names = workbook.sheets.iter().map(|s| text::one_line(&s.name, 31));
    let mut submission = Submission {
        modified: workbook.modified.clone(),
        macros: workbook.macros,
        external_links: workbook.external_links,
        sheet_names: sheet_names.collect(),
        personal_data,
        more_personal_data,
        ..Submission::default()
    };
    let date_1904 = workbook.date_1904;
    let above = |grid: &Grid, row| Claims::above(grid, row, date_1904, &months, names);
    let mut tables: Vec<ReportTable> = Vec::new();
    for (grid, header) in grids(&workbook, &frames).zip(headers) {
        match header {
            _ if &*grid.sheet.name == IDENTITY_SHEET => {
                submission.form = identity::form_identity(grid.sheet);
            }
            _ if is_answers(&grid.sheet.name) => {
                let sheets: Vec<&str> = workbook.sheets.iter().map(|s| &*s.name).collect();
                elements::explanations(&grid, &sheets, &mut submission.explanations);
            }
            Some(header) => {
                let above = above(&grid, header.rows.0);
                let first = rows::read(&grid, &header, plan, names, Extent::First)?;
                tables.push(ReportTable {
                    period: sheet_period(&grid, &header, &above, &months, year),
                    has_data: !first.rows.is_empty(),
                    grid,
                    header,
                    above,
                });
            }
            None if submission.elements.is_none() => {
                submission.elements = elements::read(&grid, names, date_1904);
            }
            None => {}
        }
    }
    submission.used = choose(&tables, period);
    let mut claims = Claims::of_form(&submission.form, plan, names);
    // Of the sheets that are not used it is enough to know that they hold data.
    let mut rows = DataRows::default();
    if let Some(table) = submission.used.and_then(|ix| tables.get_mut(ix)) {
        rows = rows::read(&table.grid, &table.header, plan, names, Extent::All)?;
        claims.extend(std::mem::take(&mut table.above));
        if claims.departments.is_empty()
            && let Some(last) = rows.rows.last()
        {
            claims.extend(Claims::below(&table.grid, last.row, names));
        }
        if claims.departments.is_empty() {
            claims.extend(Claims::of_title(&table.grid, table.header.rows.0, names));
        }
        claims.extend(Claims::of_header(&table.header.columns, year));
        claims.extend(Claims::of_boxes(&table.grid.sheet.text_boxes, &months));
        claims.extend(Claims::of_page(&table.grid.sheet.header_footer, &months));
        claims.extend(Claims::of_sheet(&table.grid.sheet.name, &months));
    } else {
        // No report: the tops of all sheets may tell whose workbook it is.
        for grid in grids(&workbook, &frames).filter(|grid| is_report_candidate(grid.sheet)) {
            claims.extend(above(&grid, TOP_ROWS));
        }
        let mut heads = grids(&workbook, &frames).filter(|grid| is_report_candidate(grid.sheet));
        submission.heads = heads.find_map(|grid| header::unread(&grid, names));
    }
    (submission.department_claims, submission.period_claims) = (claims.departments, claims.periods);
    if submission.form.form_revision.is_some() {
        rows.rows.iter_mut().for_each(without_own_formulas);
    }
    for (ix, table) in tables.into_iter().enumerate() {
        let is_used = submission.used == Some(ix);
        let rows = if is_used {
            std::mem::take(&mut rows)
        } else {
            DataRows::default()
        };
        submission
            .report_sheets
            .push(table.read(rows, date_1904, plan));
    }
    Ok(submission)
}

/// The form's own formulas, which say nothing that its other cells do not; many programs save them without a result.
fn without_own_formulas(row: &mut ReportRow) {
    for field in [Field::ThisMonth, Field::Rate] {
        let cell = row.cells.get_mut(field);
        if let Some(cell) = cell.filter(|c| matches!(c.value, Some(Value::NoCachedValue))) {
            cell.value = None;
        }
    }
}

fn grids<'a>(workbook: &'a Workbook, frames: &'a [Frame]) -> impl Iterator<Item = Grid<'a>> {
    let sheets = workbook.sheets.iter().zip(frames);
    sheets.map(|(sheet, frame)| Grid::new(sheet, frame))
}

/// The report header of each sheet that has one.
fn headers(
    workbook: &Workbook,
    frames: &[Frame],
    names: &Names,
    period: Period,
) -> Vec<Option<Header>> {
    grids(workbook, frames)
        .map(|grid| {
            is_report_candidate(grid.sheet)
                .then(|| header::find(&grid, names, period))
                .flatten()
        })
        .collect()
}

/// 情况说明, and copies of it: 情况说明 (2), 情况说明（补充）.
fn is_answers(name: &str) -> bool {
    fold(name).starts_with(EXPLANATION_SHEET)
}

fn is_report_candidate(sheet: &Sheet) -> bool {
    !is_answers(&sheet.name) && !NEVER_REPORT.contains(&&*sheet.name) && !sheet.cells.is_empty()
}

impl ReportTable<'_> {
    /// The sheet as the rules see it; `rows`: none where it is not used.
    fn read(self, rows: DataRows, date_1904: bool, plan: &Plan) -> ReportSheet {
        let has_no_result =
            |cell: &FieldCell| matches!(cell.value, Some(Value::Error(_) | Value::NoCachedValue));
        let is_broken = rows
            .rows
            .iter()
            .any(|row| row.cells.values().any(has_no_result));
        let sheet = self.grid.sheet;
        // Nobody reads the numbers of a table without rows.
        let unit = (!rows.rows.is_empty()).then(|| units::of_table(&self.grid, self.header.rows.0));
        let table_unit = unit.flatten().map(|unit| TableUnit {
            is_of_all: is_of_all(&unit, &rows.rows, plan),
            unit,
        });
        ReportSheet {
            name: sheet.name.clone(),
            hidden: sheet.visibility != Visibility::Visible,
            period: self.period,
            has_data: self.has_data,
            report: Report {
                sheet: sheet.name.clone(),
                date_1904,
                header_rows: self.header.rows,
                columns: self.header.columns,
                ambiguous: self.header.ambiguous,
                unknown: self.header.unknown,
                table_unit,
                rows: rows.rows,
                hidden: rows.hidden,
                is_broken,
            },
        }
    }
}

/// Whether a table's unit measures none of its indicators, so that it contradicts them. An amount's stands for columns of money.
fn is_of_all(unit: &Unit, rows: &[ReportRow], plan: &Plan) -> bool {
    let fits = |row: &ReportRow| match row.subject {
        RowSubject::Indicator(ix) => quantity::fits(unit, &plan.indicators[ix], plan),
        _ => false,
    };
    unit.factor.0 > 0.0 && unit.dimension != Dimension::Money && !rows.iter().any(fits)
}

/// The month a sheet speaks of. Its name tells months apart that were kept in one workbook: it outranks a title that was copied
/// along.
fn sheet_period(
    grid: &Grid,
    header: &Header,
    above: &Claims,
    months: &MonthNames,
    year: i16,
) -> Option<Period> {
    let of_name = Claims::of_sheet(&grid.sheet.name, months).periods;
    let of_header = Claims::of_header(&header.columns, year).periods;
    let mut claims = of_name.iter().chain(&above.periods).chain(&of_header);
    claims.find_map(PeriodClaim::period)
}

/// S011: the visible sheet of the period, else the last visible one with data of no other month; hidden ones only when nothing else is
/// there. One that is set aside by its name counts only where no other does.
fn choose(tables: &[ReportTable], period: Period) -> Option<usize> {
    let is_visible = |&ix: &usize| tables[ix].grid.sheet.visibility == Visibility::Visible;
    let mut pool: Vec<usize> = (0..tables.len()).filter(is_visible).collect();
    if pool.is_empty() {
        pool = (0..tables.len()).collect();
    }
    let last =
        |fits: &dyn Fn(&ReportTable) -> bool| pool.iter().copied().rfind(|&ix| fits(&tables[ix]));
    let name = |table: &ReportTable| fold(&table.grid.sheet.name);
    let is_own = |table: &ReportTable| table.has_data && !is_set_aside(&name(table));
    last(&|table| is_own(table) && table.period == Some(period))
        .or_else(|| last(&|table| is_own(table) && name(table) == period.month().to_string()))
        .or_else(|| last(&|table| is_own(table) && table.period.is_none()))
        .or_else(|| last(&is_own))
        .or_else(|| last(&|table| table.has_data))
        .or_else(|| pool.last().copied())
}

/// Whether a sheet's name says that it does not count: 作废, 上月, 进展情况（旧）, 样表.
fn is_set_aside(name: &str) -> bool {
    const ASIDE: [&str; 12] = [
        "作废", "旧", "旧表", "旧版", "上月", "上期", "样表", "模板", "示例", "备份", "草稿",
        "初稿",
    ];
    let name = name.trim_end_matches([')', ']', '】']);
    ASIDE.iter().any(|word| name.ends_with(word))
}
