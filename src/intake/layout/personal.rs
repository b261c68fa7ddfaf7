//! C017: identity and mobile numbers outside the contact cells, masked before anything else reads the workbook.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::grid::{Frame, Grid};
use super::header;
use super::labels::is_label;
use super::names::Names;
use super::rows::is_note;
use crate::intake::personal::{is_in, masked, of_number};
use crate::intake::submission::{PersonalData, PersonalPlace};
use crate::intake::workbook::{Cell, Value, Visibility, Workbook};
use crate::plan::names;

/// Headers of columns that ask for a person's number.
const CONTACT_HEADERS: &[&str] = &[
    "联系电话",
    "电话",
    "手机",
    "手机号",
    "手机号码",
    "联系方式",
    "联系人",
    "联系人及电话",
    "责任人及电话",
    "电话号码",
];

/// Cells that are listed one by one; the rest are counted.
const LISTED: usize = 200;

/// Bytes of a cell that is looked at as a contact line or its label: 填报人：张三 联系电话：… is short.
const LINE_BYTES: usize = 600;

/// Masks every such number in place and tells where they stood, and how many more cells had one. `header_rows`: the first and
/// the last header row of each sheet that has a report's header.
pub fn mask(
    workbook: &mut Workbook,
    frames: &[Frame],
    header_rows: &[Option<(u32, u32)>],
    plan: &Names,
) -> (Vec<PersonalData>, usize) {
    let mut found = Vec::new();
    let mut more = 0;
    let mut list = |sheet: &Arc<str>, place, masked: &str, what| {
        if found.len() == LISTED {
            more += 1;
            return;
        }
        found.push(PersonalData {
            sheet: Arc::clone(sheet),
            place,
            masked: masked.to_owned(),
            what,
        });
    };
    let (sheets, others) = (&mut workbook.sheets, &mut workbook.others);
    for ((sheet, frame), report) in sheets.iter_mut().zip(frames).zip(header_rows) {
        let mut suspects: Vec<(usize, Option<String>)> = Vec::new();
        for (ix, cell) in sheet.cells.iter().enumerate() {
            match &cell.value {
                Value::Text(text) if is_in(text) => suspects.push((ix, None)),
                Value::Number(n) => suspects.extend(of_number(*n).map(|digits| (ix, Some(digits)))),
                _ => {}
            }
        }
        if !suspects.is_empty() {
            let grid = Grid::new(sheet, frame);
            let contacts = Contacts::new(&grid, *report, plan);
            suspects.retain(|(ix, _)| !contacts.hold(*ix));
        }
        for (ix, digits) in suspects {
            let cell = &mut sheet.cells[ix];
            let text = match &cell.value {
                Value::Text(text) => text,
                _ => digits.as_deref().unwrap_or_default(),
            };
            if let Some((masked, what)) = masked(text) {
                list(&sheet.name, PersonalPlace::Cell(cell.at), &masked, what);
                cell.value = Value::Text(masked.into());
            }
        }
    }
    for sheet in sheets.iter_mut().chain(others) {
        let on_page = sheet.header_footer.iter_mut();
        let on_page = on_page.map(|line| (PersonalPlace::Page, line));
        let comments = sheet.comments.iter_mut();
        let comments = comments.map(|c| (PersonalPlace::Comment(c.at), &mut c.text));
        let boxes = sheet.text_boxes.iter_mut();
        let boxes = boxes.map(|text| (PersonalPlace::TextBox, text));
        for (place, text) in on_page.chain(comments).chain(boxes) {
            if is_in(text)
                && let Some((masked, what)) = masked(text)
            {
                list(&sheet.name, place, &masked, what);
                *text = masked;
            }
        }
    }
    (found, more)
}

/// Where a sheet asks for a person's number: the columns of a report or a 工作方案 that are headed so, the identity line above
/// its table and the signature line below it. A list of people on a sheet of another kind is none.
struct Contacts<'g, 'a> {
    grid: &'g Grid<'a>,
    /// The first header row; `None`: the sheet is no form.
    header_row: Option<u32>,
    /// The headed columns, each with the row of its uppermost header.
    columns: BTreeMap<u32, u32>,
}

impl<'g, 'a> Contacts<'g, 'a> {
    fn new(grid: &'g Grid<'a>, report: Option<(u32, u32)>, plan: &Names) -> Self {
        let header = report.or_else(|| header::find_elements(grid, plan).map(|h| (h.row, h.row)));
        let is_contact = |cell: &&Cell| matches!(&cell.value, Value::Text(t) if t.len() <= LINE_BYTES && CONTACT_HEADERS.contains(&names::fold(t).as_str()));
        let mut columns = BTreeMap::new();
        if let Some((first, last)) = header {
            for cell in (first..=last).flat_map(|row| grid.row(row).iter().filter(is_contact)) {
                columns.entry(cell.at.col).or_insert(cell.at.row);
            }
        }
        Self {
            grid,
            header_row: header.map(|(first, _)| first),
            columns,
        }
    }

    fn hold(&self, ix: usize) -> bool {
        let cell = &self.grid.sheet.cells[ix];
        let header = self.columns.get(&cell.at.col);
        header.is_some_and(|row| *row < cell.at.row) || self.is_line(ix)
    }

    /// An identity or a signature line, or the cell beside its label. A cover sheet, whose header no one knows, may be all of
    /// them; a hidden sheet is no cover.
    fn is_line(&self, ix: usize) -> bool {
        let cell = &self.grid.sheet.cells[ix];
        let is_above = match self.header_row {
            Some(row) => cell.at.row < row,
            None => self.grid.sheet.visibility == Visibility::Visible,
        };
        let labelled = |c: &Cell| matches!(&c.value, Value::Text(t) if t.len() <= LINE_BYTES && (is_label(t) || t.split([' ', '\u{3000}']).any(is_label)));
        let before = ix
            .checked_sub(1)
            .map(|i| &self.grid.sheet.cells[i])
            .filter(|c| c.at.row == cell.at.row);
        (labelled(cell) || before.is_some_and(labelled))
            && (is_above || self.header_row.is_some() && is_note(self.grid, cell.at.row))
    }
}
