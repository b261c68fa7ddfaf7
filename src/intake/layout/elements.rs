//! The 工作方案 sheet (four elements and money) and the 情况说明 sheet (answers to warnings).

use std::collections::BTreeMap;

use super::grid::Grid;
use super::header::find_elements;
use super::header::units;
use super::names::Names;
use crate::intake::submission::{AnswerPlace, ElementRow, Elements, Explanation, FieldCell};
use crate::intake::workbook::{CellRef, Region};
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
    code: Option<u32>,
    words: u32,
    place: Option<u32>,
    no: Option<u32>,
    indicator: Option<u32>,
}

impl AnswerColumns {
    /// `None`: the row is no header.
    fn of(grid: &Grid, row: u32) -> Option<Self> {
        const WORDS: [&str; 10] = [
            "说明",
            "情况说明",
            "说明情况",
            "单位说明",
            "原因说明",
            "答复",
            "单位答复",
            "回复",
            "反馈意见",
            "审核意见",
        ];
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
        let columns = Self {
            code: named(&["规则代码", "代码", "规则", "规则编号"]),
            words: named(&WORDS)?,
            place: named(&["位置", "单元格", "所在位置", "所在单元格"]),
            no: named(&["序号", "任务序号"]),
            indicator: named(&["指标", "指标编号", "指标名称"]),
        };
        (columns.code.is_some() || columns.place.is_some()).then_some(columns)
    }
}

/// Adds a sheet's answers to those read before. `sheets`: the names of the workbook's sheets.
pub fn explanations(grid: &Grid, sheets: &[&str], found: &mut Vec<Explanation>) {
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
        let line = grid.line(row);
        // A cell merged over several rows is each one's; a note merged over the columns is nobody's.
        let at = |col: u32| {
            let cell = line.field_cell(col);
            let text = cell.raw();
            let text = text.trim_matches(names::is_space);
            (cell.at.col == col && !text.is_empty()).then(|| (cell.at, text.to_owned()))
        };
        let short = |col: Option<u32>| {
            let (_, text) = at(col?)?;
            Some(text).filter(|text| text.len() <= 300)
        };
        let Some((cell, text)) = at(columns.words) else {
            continue;
        };
        let code = short(columns.code).unwrap_or_default();
        let place = short(columns.place);
        let place = place.or_else(|| short(columns.indicator).or_else(|| short(columns.no)));
        let place = place.unwrap_or_default();
        if text::is_placeholder(&text) || code.is_empty() && place.is_empty() {
            continue;
        }
        let answer = Explanation {
            at: cell,
            code: names::fold(&code).to_uppercase(),
            places: places(&place, sheets),
            place,
            text,
        };
        found.push(answer);
    }
}

/// 表名!单元格, cells and rows alone, and names of indicators and tasks: one, or several in a row.
fn places(raw: &str, sheets: &[&str]) -> Vec<AnswerPlace> {
    let parts = raw.split(['、', '，', ',', '；', ';', '\n']);
    let parts: Vec<&str> = parts
        .map(|part| part.trim_matches(names::is_space))
        .filter(|part| !part.is_empty())
        .collect();
    let mut found: Vec<AnswerPlace> = Vec::new();
    for part in &parts {
        let (own, cells) = position(part);
        let sheet = own.and_then(|own| sheet_of(&own, sheets));
        let sheet = sheet.or_else(|| found.last().and_then(|last| last.sheet.clone()));
        found.push(AnswerPlace {
            text: (*part).to_owned(),
            sheet,
            cells,
        });
    }
    // A name may hold one of the separators.
    if parts.len() > 1 {
        found.push(AnswerPlace {
            text: raw.to_owned(),
            sheet: None,
            cells: None,
        });
    }
    found
}

/// The workbook's sheet that is meant: by its name, or by a part of it that no other has.
fn sheet_of(raw: &str, sheets: &[&str]) -> Option<String> {
    let key = names::fold(raw);
    let is_own = |sheet: &&&str| names::fold(sheet) == key;
    let own = sheets.iter().find(is_own).or_else(|| {
        let mut alike = sheets.iter().filter(|sheet| {
            let sheet = names::fold(sheet);
            sheet.contains(&key) || key.contains(&sheet)
        });
        alike.next().filter(|_| alike.next().is_none())
    });
    own.map(|sheet| (*sheet).to_owned())
}

/// The sheet and the cells of one position: 进展情况!$H$6, ‘进展情况’！h6:h9, 进展情况 H6, H6-H9, 第6行.
fn position(raw: &str) -> (Option<String>, Option<Region>) {
    let plain: String = names::fold(raw).chars().filter(|c| *c != '$').collect();
    let parted = plain.rsplit_once('!');
    let (sheet, cells) = parted.map_or((None, plain.as_str()), |(sheet, cells)| {
        (Some(sheet), cells)
    });
    let (sheet, region) = if let Some(region) = region(cells) {
        (sheet, Some(region))
    } else {
        let is_cell = |c: char| c.is_ascii_alphanumeric() || ":-~".contains(c);
        let before = cells.trim_end_matches(is_cell);
        let region = region(&cells[before.len()..]).filter(|_| !before.is_empty());
        (sheet.or(region.map(|_| before)), region)
    };
    let trimmed = |sheet: &str| {
        sheet
            .trim_matches(['\'', '"', '“', '”', '‘', '’', '《', '》', '[', ']'])
            .to_owned()
    };
    (sheet.map(trimmed), region)
}

/// h6, h6:h9, h6-9, 第6行, 6-9行.
fn region(cells: &str) -> Option<Region> {
    let cells = cells
        .trim_start_matches("单元格")
        .trim_end_matches("单元格")
        .trim_end_matches('格');
    let (first, last) = cells
        .split_once([':', '-', '~', '至', '到'])
        .unwrap_or((cells, cells));
    let row = |text: &str| text.parse::<u32>().ok()?.checked_sub(1);
    if let Some(rows) = last.strip_suffix('行') {
        let first = first.trim_end_matches('行').trim_start_matches('第');
        let (first, last) = (row(first)?, row(rows.trim_start_matches('第'))?);
        return Some(Region {
            first: CellRef::new(first.min(last), 0),
            last: CellRef::new(first.max(last), u32::MAX),
        });
    }
    let first = CellRef::parse(first)?;
    let last = CellRef::parse(last).or_else(|| Some(CellRef::new(row(last)?, first.col)))?;
    Some(Region {
        first: CellRef::new(first.row.min(last.row), first.col.min(last.col)),
        last: CellRef::new(first.row.max(last.row), first.col.max(last.col)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only 进展情况!H6 was a position.
    #[test]
    fn positions_are_read_as_people_write_them() {
        let sheets = ["进展情况", "工作方案"];
        let shown = |place: &AnswerPlace| {
            let cells = place.cells.map_or_else(String::new, |r| {
                if r.last.col == u32::MAX {
                    format!("{}-{}", r.first.row + 1, r.last.row + 1)
                } else {
                    format!("{}:{}", r.first, r.last)
                }
            });
            format!("{}!{cells}", place.sheet.as_deref().unwrap_or_default())
        };
        for (raw, wanted) in [
            ("进展情况!H6", "进展情况!H6:H6"),
            ("进展情况！$H$6", "进展情况!H6:H6"),
            ("'进展情况'!h6", "进展情况!H6:H6"),
            ("进展!Ｈ６", "进展情况!H6:H6"),
            ("进展情况 H6", "进展情况!H6:H6"),
            ("《进展情况》表H6:H9", "进展情况!H6:H9"),
            ("H6", "!H6:H6"),
            ("h6-h9", "!H6:H9"),
            ("H9至H6", "!H6:H9"),
            ("H6-9", "!H6:H9"),
            ("第6行", "!6-6"),
            ("进展情况!第6至9行", "进展情况!6-9"),
            ("别的表!H6", "!H6:H6"),
            ("街头绿地面积", "!"),
            ("14.1", "!"),
            ("3", "!"),
        ] {
            let found = places(raw, &sheets);
            assert_eq!(
                found.iter().map(shown).collect::<Vec<_>>(),
                [wanted],
                "{raw}"
            );
        }
        let several = places("进展情况!H6、I6，14.1", &sheets);
        let shown: Vec<String> = several.iter().map(shown).collect();
        assert_eq!(
            shown,
            ["进展情况!H6:H6", "进展情况!I6:I6", "进展情况!", "!"]
        );
        assert_eq!(several[2].text, "14.1");
    }
}
