//! Header rows, found by what they say.

mod earlier;
mod lines;
pub(super) mod units;

use std::collections::BTreeMap;

use super::grid::{Grid, GridRow};
use super::names::{Names, serial};
use super::wording::{self, HEADER_BYTES, HeaderTime, Meaning};
use crate::intake::submission::{Column, UnknownColumn, UnreadHeads};
use crate::intake::text;
use crate::intake::workbook::{CellRef, Value};
use crate::plan::field::{ElementField, Field, FormField as _, header_key};
use crate::plan::{Period, Unit, names};

/// A header block and what its columns are.
#[derive(Debug, Clone)]
pub struct Header {
    /// First and last row.
    pub rows: (u32, u32),
    pub columns: Vec<Column>,
    pub ambiguous: Vec<Column>,
    pub unknown: Vec<UnknownColumn>,
    /// The folded texts of its cells by column: a data row that repeats them is a printed header.
    pub texts: Vec<(u32, String)>,
}

impl Header {
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|c| c.field == field)
    }

    fn is_report(&self) -> bool {
        const SUBJECTS: [Field; 3] = [Field::No, Field::Task, Field::Indicator];
        const FIGURES: [Field; 5] = [
            Field::Cumulative,
            Field::Narrative,
            Field::Status,
            Field::ThisMonth,
            Field::Rate,
        ];
        self.columns.len() >= REPORT_COLUMNS
            && SUBJECTS.iter().any(|f| self.has(*f))
            && FIGURES.iter().any(|f| self.has(*f))
    }

    /// The folded header texts of one column.
    pub fn texts_of(&self, col: u32) -> impl Iterator<Item = &str> {
        let start = self.texts.partition_point(|(of, _)| *of < col);
        self.texts[start..]
            .iter()
            .take_while(move |(of, _)| *of == col)
            .map(|(_, text)| text.as_str())
    }
}

/// Columns that a report's header names at least.
const REPORT_COLUMNS: usize = 3;

/// Rows from a sheet's top in which a header may begin.
const SEARCH_ROWS: usize = 40;
/// Rows of one header at most.
const MAX_DEPTH: u32 = 3;
/// Columns from the left in which a header's texts are looked for: the form has nineteen.
const WIDTH: usize = 256;

/// Rows below a header in which is looked what its column holds, and characters of more than a figure.
const SAMPLE_ROWS: usize = 20;
const PROSE_CHARS: usize = 12;

/// Whether a cell below a 序号 is one: 3, （三）, 第3项. A row that has one is a row of data.
fn is_numbered(grid: &Grid, row: u32, col: u32) -> bool {
    let cell = grid.cell(CellRef::new(row, col));
    cell.is_some_and(|cell| match &cell.value {
        Value::Number(_) => true,
        Value::Text(raw) => serial(raw).is_some(),
        _ => false,
    })
}

/// What the texts near a sheet's top mean, each asked once: a row is read for every header that it could belong to.
struct Search<'g, 'a> {
    names: &'g Names,
    grid: &'g Grid<'a>,
    /// By row; the cells of each from left to right.
    rows: BTreeMap<u32, Vec<(CellRef, Meaning)>>,
}

impl Search<'_, '_> {
    /// The cells of a row that mean something.
    fn of_row(&mut self, row: u32) -> &[(CellRef, Meaning)] {
        let (grid, heads) = (self.grid, &self.names.heads);
        self.rows.entry(row).or_insert_with(|| {
            grid.row_cells(row)
                .take(WIDTH)
                .filter_map(|(at, raw)| Some((at, heads.meaning(raw)?)))
                .collect()
        })
    }

    fn meaning(&mut self, at: CellRef) -> Option<Meaning> {
        let row = self.of_row(at.row);
        let ix = row.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        Some(row[ix].1)
    }

    /// The column that a row heads with 序号.
    fn numbers(&mut self, row: u32) -> Option<u32> {
        let mut cells = self.of_row(row).iter();
        let of_number = cells.find(|(_, is)| matches!(is, Meaning::Field(Field::No, _)));
        of_number.map(|(at, _)| at.col)
    }

    /// The last row of the deepest header that may begin in a row: none reaches into the rows of data.
    fn deepest(&mut self, first: u32) -> u32 {
        let mut numbers = None;
        for row in first..first + MAX_DEPTH - 1 {
            numbers = self.numbers(row).or(numbers);
            if numbers.is_some_and(|col| is_numbered(self.grid, row + 1, col)) {
                return row;
            }
        }
        first + MAX_DEPTH - 1
    }

    /// How many columns a header of these rows could name at most, merged cells from above included.
    fn most(&mut self, first: u32, last: u32) -> usize {
        let bit = |meaning: Meaning| match meaning {
            Meaning::Field(field, second) => second.map_or(0, Field::bit) | field.bit(),
            Meaning::PlainUnit => 1 << 31,
        };
        let mut found = 0;
        for row in first..=last {
            for (_, meaning) in self.of_row(row) {
                found |= bit(*meaning);
            }
        }
        let grid = self.grid;
        for region in grid.touching(first, last).filter(|r| r.first.row < first) {
            found |= self.meaning(region.first).map_or(0, bit);
        }
        found.count_ones() as usize
    }

    /// Reads the rows from `first` to `last` as a header; its texts, units and unknown columns are left to [`finish`].
    fn header(&mut self, first: u32, last: u32) -> Header {
        let claims = self.claims(first, last);
        let mut header = Header {
            rows: (first, last),
            columns: Vec::with_capacity(claims.len()),
            ambiguous: Vec::new(),
            unknown: Vec::new(),
            texts: Vec::new(),
        };
        let is_beside_indicator = |col: u32| {
            claims.iter().any(|(of, meaning, ..)| {
                matches!(meaning, Meaning::Field(Field::Indicator, _)) && of.abs_diff(col) == 1
            })
        };
        let mut seconds: Vec<Option<Field>> = Vec::with_capacity(claims.len());
        for (col, meaning, at, raw) in &claims {
            let (col, at) = (*col, *at);
            let (field, second) = match *meaning {
                Meaning::Field(field, second) => (field, second),
                Meaning::PlainUnit => match self.plain_unit(last, col, is_beside_indicator(col)) {
                    Some(field) => (field, None),
                    None => continue,
                },
            };
            let mut column = Column {
                field,
                col,
                at,
                text: raw.trim().into(),
                unit: None,
            };
            let Some(taken) = header.columns.iter().position(|c| c.field == field) else {
                header.columns.push(column);
                seconds.push(second);
                continue;
            };
            // Of different times: the report's own is told by its month.
            let is_timed = |raw: &str| wording::time(raw, 0).is_some();
            if is_timed(raw) || is_timed(&header.columns[taken].text) {
                header.ambiguous.push(column);
                continue;
            }
            // Two columns of one meaning: the one whose words have another as well is that, if it is free.
            let free = |second: Option<Field>, col: u32| {
                let second = second.filter(|second| !header.has(*second))?;
                (second != Field::Narrative || self.is_prose(last, col)).then_some(second)
            };
            let first = &header.columns[taken];
            if let Some(second) = free(second, col) {
                column.field = second;
                header.columns.push(column);
                seconds.push(None);
            } else if let Some(other) = free(seconds[taken], first.col) {
                header.columns[taken].field = other;
                seconds[taken] = None;
                header.columns.push(column);
                seconds.push(second);
            } else if field != Field::Indicator || second.or(seconds[taken]).is_none() {
                header.ambiguous.push(column);
            } else if second.is_none() {
                // 项目名称, 工作任务 and 指标: what the notice says of the task is no figure's name, and not read.
                header.columns[taken] = column;
                seconds[taken] = None;
            }
        }
        header
    }

    /// What stands below a header, near it.
    fn below(&self, last: u32, col: u32) -> impl Iterator<Item = &str> {
        let rows = self.grid.rows_below(last).take(SAMPLE_ROWS);
        rows.filter_map(
            move |row| match &self.grid.cell(CellRef::new(row, col))?.value {
                Value::Text(text) => Some(&**text),
                _ => None,
            },
        )
    }

    /// 单位 is of measure where units stand below it or an indicator beside it, the department where departments stand below it.
    fn plain_unit(&self, last: u32, col: u32, is_beside_indicator: bool) -> Option<Field> {
        let is_unit = |text: &str| Unit::parse(text).is_some_and(|unit| unit.is_known());
        let is_department = |text: &str| self.names.department(text).is_some();
        if self.below(last, col).any(is_unit) {
            return Some(Field::Unit);
        }
        if self.below(last, col).any(is_department) {
            return Some(Field::Department);
        }
        is_beside_indicator.then_some(Field::Unit)
    }

    /// Whether words stand below a header, not figures.
    fn is_prose(&self, last: u32, col: u32) -> bool {
        let is_long = |text: &str| text.chars().nth(PROSE_CHARS).is_some();
        self.below(last, col).any(is_long)
    }
}

/// Finds the header block: the one that explains most columns, the shallowest and uppermost of equals. `period`: of two columns
/// that claim one field, its own counts.
pub fn find(grid: &Grid, names: &Names, period: Period) -> Option<Header> {
    let mut best: Option<Header> = None;
    let mut search = Search {
        names,
        grid,
        rows: BTreeMap::new(),
    };
    let mut numbers = None;
    for row in grid.rows().take(SEARCH_ROWS) {
        let known = best.as_ref().map_or(0, |best| best.columns.len());
        // Rows of data need no look: those with a number below 序号, also of a 工作方案, and those that show fewer texts than the
        // header above them.
        if numbers.is_some_and(|col| is_numbered(grid, row, col))
            || known > 0 && grid.texts_at_most(row, row + MAX_DEPTH - 1) <= known
            || search.of_row(row).len() < 2
        {
            continue;
        }
        numbers = search.numbers(row).or(numbers);
        let deepest = search.deepest(row);
        let mut least = known.max(REPORT_COLUMNS - 1);
        // What the deepest of a row's headers could not name no shallower one can.
        if search.most(row, deepest) <= least {
            continue;
        }
        for last in row..=deepest {
            if search.most(row, last) > least {
                let header = search.header(row, last);
                if header.is_report() && header.columns.len() > least {
                    if search.is_data(&header, row, last) {
                        break;
                    }
                    least = header.columns.len();
                    best = Some(header);
                }
            }
        }
    }
    best.map(|header| finish(grid, search.with_lines_below(header), period))
}

/// Adds the texts of a header block, its units and its unknown columns. Prose above or in it is none of the texts.
fn finish(grid: &Grid, mut header: Header, period: Period) -> Header {
    if !header.ambiguous.is_empty() {
        earlier::settle(&mut header, period);
    }
    // 4月完成 in May's report is no 本月完成.
    header.columns.retain(|column| {
        let is_of_month = matches!(
            column.field,
            Field::ThisMonth | Field::Narrative | Field::Problems
        );
        let time = is_of_month.then(|| wording::time(&column.text, period.year()));
        time.flatten()
            .and_then(HeaderTime::period)
            .is_none_or(|of| of == period)
    });
    let (first, last) = header.rows;
    let columns = grid.columns(first, last, WIDTH);
    let lines: Vec<GridRow> = (first..=last).map(|row| grid.line(row)).collect();
    for &col in &columns {
        let shown = lines.iter().rev().filter_map(|line| line.text(col));
        let short = shown.filter(|(_, raw)| raw.len() <= HEADER_BYTES);
        header
            .texts
            .extend(short.map(|(_, raw)| (col, names::fold(raw))));
    }
    header.unknown = unknown_columns(grid, &header, &columns, &lines, period);
    units::give(grid, &mut header);
    header
}

/// Columns with a header text and data that no field claims (S004).
fn unknown_columns(
    grid: &Grid,
    header: &Header,
    columns: &[u32],
    lines: &[GridRow],
    period: Period,
) -> Vec<UnknownColumn> {
    let is_known = |col: u32| {
        let known = header.columns.iter().chain(&header.ambiguous);
        known.into_iter().any(|c| c.col == col)
    };
    let others: Vec<u32> = columns.iter().copied().filter(|c| !is_known(*c)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let with_data = grid.columns_below(header.rows.1);
    others
        .into_iter()
        .filter(|col| with_data.contains(*col))
        .filter_map(|col| {
            let (at, raw) = lines.iter().rev().find_map(|line| line.text(col))?;
            // A header merged over several columns belongs to the first of them.
            (at.col == col).then(|| UnknownColumn {
                at,
                text: raw.trim().to_owned(),
                // One of another time is no other name of a column.
                suggestion: wording::nearest(raw)
                    .filter(|_| wording::time(raw, period.year()).is_none()),
            })
        })
        .collect()
}

/// The row of a sheet without a report's header that is most like one: what its texts are, for a message.
pub fn unread(grid: &Grid, names: &Names) -> Option<UnreadHeads> {
    let texts = |row: u32| {
        let texts = grid.row_cells(row).take(WIDTH);
        texts.filter(|(_, raw)| header_key(raw).is_some_and(|key| !key.is_empty()))
    };
    let known = |row: u32| texts(row).filter(|(_, raw)| names.heads.meaning(raw).is_some());
    let rows = grid.rows().take(SEARCH_ROWS);
    let row = rows
        .map(|row| (known(row).count(), texts(row).count(), row))
        .filter(|(_, texts, _)| *texts >= REPORT_COLUMNS)
        .max_by_key(|(known, texts, row)| (*known, *texts, std::cmp::Reverse(*row)))?
        .2;
    let shown = |raw: &str| text::one_line(raw, 20);
    Some(UnreadHeads {
        sheet: grid.sheet.name.clone(),
        row,
        known: known(row).map(|(_, raw)| shown(raw)).collect(),
        unknown: texts(row)
            .filter(|(_, raw)| names.heads.meaning(raw).is_none())
            .map(|(_, raw)| (shown(raw), wording::nearest(raw)))
            .collect(),
    })
}

/// The header of a 工作方案: its row and the columns of its fields.
pub struct ElementHeader {
    pub row: u32,
    pub no: Option<u32>,
    pub task: Option<u32>,
    pub columns: BTreeMap<ElementField, (u32, Option<Unit>)>,
}

/// Elements and money that a 工作方案 has columns for at least.
const ELEMENT_COLUMNS: usize = 3;

/// Finds the header of a 工作方案: a task column and some of the elements' columns, also where the money's stand a row lower
/// (资金情况（万元） above 计划资金).
pub fn find_elements(grid: &Grid, names: &Names) -> Option<ElementHeader> {
    grid.rows().take(SEARCH_ROWS).find_map(|row| {
        let mut found = ElementHeader {
            row,
            no: None,
            task: None,
            columns: BTreeMap::new(),
        };
        for (at, raw) in grid.row_cells(row).take(WIDTH) {
            match names.heads.meaning(raw) {
                Some(Meaning::Field(Field::No, _)) => found.no = found.no.or(Some(at.col)),
                Some(Meaning::Field(Field::Task, _)) => found.task = found.task.or(Some(at.col)),
                _ => {}
            }
        }
        if found.no.is_none() && found.task.is_none() {
            return None;
        }
        let above = grid.line(row);
        let is_data = found.no.is_some_and(|col| is_numbered(grid, row + 1, col));
        for at_row in row..=row + u32::from(!is_data) {
            for (at, raw) in grid.row_cells(at_row).take(WIDTH) {
                if let Some(field) = names.heads.element(raw)
                    && !found.columns.contains_key(&field)
                {
                    let above = || {
                        above
                            .text(at.col)
                            .and_then(|(_, raw)| units::of_header(raw))
                    };
                    let unit = units::of_header(raw).or_else(above);
                    found.columns.insert(field, (at.col, unit));
                    found.row = at_row;
                }
            }
        }
        let is_person = |field: &ElementField| *field >= ElementField::Leader;
        let elements = found.columns.keys().filter(|f| !is_person(f)).count();
        (elements >= ELEMENT_COLUMNS).then_some(found)
    })
}
