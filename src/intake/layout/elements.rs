//! The 工作方案 sheet (four elements and money) and the 情况说明 sheet (answers to warnings).

use std::collections::BTreeMap;

use super::grid::Grid;
use super::header::find_elements;
use super::names::Names;
use super::units;
use crate::intake::submission::{
    ElementRow, Elements, ExplainedPlace, Explanation, FieldCell, raw_text,
};
use crate::intake::workbook::CellRef;
use crate::intake::{quantity, text};
use crate::plan::field::ElementField;
use crate::plan::names;
use crate::plan::{TaskIx, Unit};

/// The form has one row a task; a plan in stages has a few.
const ROWS_OF_A_TASK: usize = 20;
/// Answers of one workbook that are read: more than any list of findings.
const ANSWERS: usize = 1000;
/// Rows from the top in which the answers' header is looked for, and cells in each.
const HEADER_ROWS: usize = 40;
const HEADER_CELLS: usize = 64;

/// Reads a sheet as 工作方案; `None` when it is none.
pub fn read(grid: &Grid, names: &Names, date_1904: bool) -> Option<Elements> {
    let header = find_elements(grid, names)?;
    let ten_thousand = Unit::parse("万元")?;
    let of_table = units::of_table(grid, header.row)
        .and_then(|unit| quantity::unit_beside(&unit.text, &ten_thousand, [""; 2]))
        .unwrap_or(ten_thousand);
    let money = ElementField::MONEY.iter().filter_map(|field| {
        let (_, unit) = header.columns.get(field)?;
        Some((*field, unit.clone().unwrap_or_else(|| of_table.clone())))
    });
    let mut elements = Elements {
        sheet: grid.sheet.name.clone(),
        date_1904,
        rows: Vec::new(),
        money_units: money.collect(),
    };
    let mut of_task: BTreeMap<TaskIx, usize> = BTreeMap::new();
    for row in grid.rows_below(header.row) {
        let line = grid.line(row);
        let shown = |col: Option<u32>| col.map(|c| line.field_cell(c));
        let (name, no) = (shown(header.task), shown(header.no));
        let task = match name.as_ref().and_then(FieldCell::name) {
            Some(name) => names.task(&name),
            None => no.as_ref().and_then(|no| names.task_no(&no.name()?)),
        };
        let Some(task) = task else { continue };
        let known = of_task.entry(task).or_default();
        *known += 1;
        if *known <= ROWS_OF_A_TASK {
            let columns = header.columns.iter();
            let cells = columns.map(|(field, (col, _))| (*field, line.field_cell(*col)));
            elements.rows.push(ElementRow {
                task,
                row,
                cells: cells.collect(),
            });
        }
    }
    Some(elements)
}

/// The answers' sheet: rules.md, 情况说明.
pub const EXPLANATION_SHEET: &str = "情况说明";

/// The columns of the answers' sheet.
struct AnswerColumns {
    code: u32,
    words: u32,
    place: Option<u32>,
    no: Option<u32>,
    indicator: Option<u32>,
}

impl AnswerColumns {
    /// `None`: the row is no header.
    fn of(grid: &Grid, row: u32) -> Option<Self> {
        let texts: Vec<(u32, String)> = grid
            .row_cells(row)
            .take(HEADER_CELLS)
            .filter(|(_, t)| t.len() <= 100)
            .map(|(at, t)| (at.col, names::fold(t)))
            .collect();
        let named = |want: &[&str]| {
            let found = texts.iter().find(|(_, key)| want.contains(&key.as_str()));
            found.map(|(col, _)| *col)
        };
        Some(Self {
            code: named(&["规则代码", "代码"])?,
            words: named(&["说明", "情况说明", "说明情况"])?,
            place: named(&["位置", "单元格"]),
            no: named(&["序号"]),
            indicator: named(&["指标", "指标编号"]),
        })
    }
}

/// Adds a sheet's answers to those read before.
pub fn explanations(grid: &Grid, found: &mut Vec<Explanation>) {
    let mut rows = grid.rows();
    let header = rows
        .by_ref()
        .take(HEADER_ROWS)
        .find_map(|row| AnswerColumns::of(grid, row));
    let Some(columns) = header else {
        return;
    };
    for row in rows {
        if found.len() >= ANSWERS {
            return;
        }
        let at = |col: u32| {
            let text = raw_text(&grid.cell(CellRef::new(row, col))?.value);
            let text = text.trim_matches(names::is_space);
            (!text.is_empty()).then(|| text.to_owned())
        };
        let short = |col: Option<u32>| at(col?).filter(|text| text.len() <= 300);
        let code = at(columns.code).filter(|c| c.len() <= 100);
        let (Some(code), Some(text)) = (code, at(columns.words)) else {
            continue;
        };
        let (sheet, place) = if let Some(place) = short(columns.place) {
            position(&place)
        } else {
            let indicator = short(columns.indicator).or_else(|| short(columns.no));
            let place = indicator.map(ExplainedPlace::Indicator);
            (None, place.unwrap_or(ExplainedPlace::Anywhere))
        };
        if !text::is_placeholder(&text) {
            found.push(Explanation {
                code: names::fold(&code).to_uppercase(),
                sheet,
                place,
                text,
            });
        }
    }
}

/// 表名!单元格, the cell alone, or an indicator's id or name.
fn position(raw: &str) -> (Option<String>, ExplainedPlace) {
    let folded = raw.trim().replace('！', "!");
    let (sheet, cell) = match folded.rsplit_once('!') {
        Some((sheet, cell)) => (Some(sheet.trim_matches('\'').to_owned()), cell),
        None => (None, &*folded),
    };
    let first = cell.split(':').next().unwrap_or(cell);
    match CellRef::parse(names::fold(first).to_uppercase().as_str()) {
        Some(at) => (sheet, ExplainedPlace::Cell(at)),
        None => (None, ExplainedPlace::Indicator(raw.trim().to_owned())),
    }
}
