//! The 工作方案 sheet (four elements and money) and the 情况说明 sheet (answers to warnings).

use std::collections::BTreeMap;

use super::grid::Grid;
use super::header::find_elements;
use super::names::Names;
use crate::intake::submission::{
    ElementField, Elements, ExplainedPlace, Explanation, FieldCell, raw_text,
};
use crate::intake::text;
use crate::intake::workbook::CellRef;
use crate::plan::Unit;
use crate::plan::names;

/// The form has one row a task; a plan in stages has a few.
const ROWS_OF_A_TASK: usize = 20;
/// Answers of one workbook that are read: more than any list of findings.
const ANSWERS: usize = 1000;
/// Rows from the top in which the answers' header is looked for, and cells in each.
const HEADER_ROWS: usize = 40;
const HEADER_CELLS: usize = 64;

/// Reads a sheet as 工作方案; `None` when it is none.
pub fn read(grid: &Grid, names: &Names, date_1904: bool) -> Option<Elements> {
    let header = find_elements(grid)?;
    let is_money = |field: ElementField| {
        matches!(
            field,
            ElementField::Planned | ElementField::Arrived | ElementField::Paid
        )
    };
    let in_header = |(&field, (_, unit)): (&ElementField, &(u32, Option<Unit>))| {
        Some((field, unit.clone().or_else(|| Unit::parse("万元"))?))
    };
    let money_units = header
        .columns
        .iter()
        .filter(|(field, _)| is_money(**field))
        .filter_map(in_header)
        .collect();
    let mut elements = Elements::new(
        grid.sheet.name.clone(),
        date_1904,
        header.columns.keys().copied().collect(),
        money_units,
    );
    let columns: Vec<u32> = header.columns.values().map(|(col, _)| *col).collect();
    let mut of_task: BTreeMap<usize, usize> = BTreeMap::new();
    for row in grid.rows_below(header.row) {
        let line = grid.line(row);
        let shown = |col: Option<u32>| col.map(|c| line.field_cell(c));
        let task = match shown(header.task).as_ref().and_then(FieldCell::name) {
            Some(name) => names.task(&name),
            None => shown(header.no)
                .as_ref()
                .and_then(FieldCell::name)
                .and_then(|n| names.task_no(&n)),
        };
        if let Some(task) = task {
            let known = of_task.entry(task).or_default();
            *known += 1;
            if *known <= ROWS_OF_A_TASK {
                elements.add(task, row, columns.iter().map(|col| line.field_cell(*col)));
            }
        }
    }
    Some(elements)
}

/// The answers' sheet: rules.md, 情况说明.
pub const EXPLANATION_SHEET: &str = "情况说明";

/// Code and words; place, task number and indicator where there are such columns.
type AnswerColumns = (u32, u32, Option<u32>, Option<u32>, u32);

/// Adds a sheet's answers to those read before.
pub fn explanations(grid: &Grid, found: &mut Vec<Explanation>) {
    let mut columns: Option<AnswerColumns> = None;
    for (ix, row) in grid.rows().enumerate() {
        if found.len() >= ANSWERS || columns.is_none() && ix >= HEADER_ROWS {
            return;
        }
        let at = |col: u32| {
            grid.cell(CellRef::new(row, col))
                .map(|c| raw_text(&c.value).trim_matches(names::is_space).to_owned())
                .filter(|t| !t.is_empty())
        };
        let Some((code, words, place, no, indicator)) = columns else {
            let texts: Vec<(u32, String)> = grid
                .row_cells(row)
                .take(HEADER_CELLS)
                .filter(|(_, t)| t.len() <= 100)
                .map(|(at, t)| (at.col, names::fold(t)))
                .collect();
            let named = |want: &[&str]| {
                texts
                    .iter()
                    .find(|(_, key)| want.contains(&key.as_str()))
                    .map(|(col, _)| *col)
            };
            if let (Some(code), Some(words)) = (
                named(&["规则代码", "代码"]),
                named(&["说明", "情况说明", "说明情况"]),
            ) {
                columns = Some((
                    code,
                    words,
                    named(&["位置", "单元格"]),
                    named(&["序号"]),
                    named(&["指标", "指标编号"]).unwrap_or(u32::MAX),
                ));
            }
            continue;
        };
        let (Some(code), Some(words)) = (at(code).filter(|c| c.len() <= 100), at(words)) else {
            continue;
        };
        let code = names::fold(&code).to_uppercase();
        let short = |col: u32| at(col).filter(|text| text.len() <= 300);
        let indicator = (indicator != u32::MAX).then(|| short(indicator)).flatten();
        let (sheet, place) = match place.and_then(short) {
            Some(place) => position(&place),
            None => (
                None,
                indicator
                    .or_else(|| no.and_then(short))
                    .map_or(ExplainedPlace::Anywhere, ExplainedPlace::Indicator),
            ),
        };
        if !text::is_placeholder(&words) {
            found.push(Explanation {
                code,
                sheet,
                place,
                text: words,
            });
        }
    }
}

/// 表名!单元格, the cell alone, or an indicator's id or name.
fn position(raw: &str) -> (Option<String>, ExplainedPlace) {
    let folded: String = raw
        .trim()
        .chars()
        .map(|c| if c == '！' { '!' } else { c })
        .collect();
    let (sheet, cell) = match folded.rsplit_once('!') {
        Some((sheet, cell)) => (Some(sheet.trim_matches('\'').to_owned()), cell.to_owned()),
        None => (None, folded),
    };
    let first = cell.split(':').next().unwrap_or(&cell);
    match CellRef::parse(names::fold(first).to_uppercase().as_str()) {
        Some(at) => (sheet, ExplainedPlace::Cell(at)),
        None => (None, ExplainedPlace::Indicator(raw.trim().to_owned())),
    }
}
