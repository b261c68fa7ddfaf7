//! C017: identity and mobile numbers outside the contact cells, masked before anything else reads the workbook.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::grid::{Frame, Grid};
use super::identity::is_label;
use super::rows::is_note;
use crate::intake::number_text::number_text;
use crate::intake::submission::{PersonalData, raw_text};
use crate::intake::text;
use crate::intake::workbook::{Cell, Value, Workbook};

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

/// Masks every such number in place and tells where they stood, and how many more cells had one. `header_rows`: each sheet's
/// first header row, where it has a report's header.
pub fn mask(
    workbook: &mut Workbook,
    frames: &[Frame],
    header_rows: &[Option<u32>],
) -> (Vec<PersonalData>, usize) {
    let mut found = Vec::new();
    let mut more = 0;
    for ((sheet, frame), header_row) in workbook.sheets.iter_mut().zip(frames).zip(header_rows) {
        let suspects: Vec<usize> = (0..sheet.cells.len())
            .filter(|&i| holds_number(&sheet.cells[i]))
            .collect();
        if suspects.is_empty() {
            continue;
        }
        // A contact column begins at the uppermost of its headers.
        let mut contact_columns: BTreeMap<u32, u32> = BTreeMap::new();
        for cell in &sheet.cells {
            if let Value::Text(t) = &cell.value
                && t.len() <= LINE_BYTES
                && CONTACT_HEADERS.contains(&text::key(t).as_str())
            {
                contact_columns.entry(cell.at.col).or_insert(cell.at.row);
            }
        }
        let grid = Grid::new(sheet, frame);
        let masks: Vec<usize> = suspects
            .into_iter()
            .filter(|&i| {
                let at = sheet.cells[i].at;
                contact_columns
                    .get(&at.col)
                    .is_none_or(|row| *row >= at.row)
                    && !is_contact_line(&grid, i, *header_row)
            })
            .collect();
        for i in masks {
            let cell = &mut sheet.cells[i];
            let found_in = match &cell.value {
                // A number that is one: eleven digits.
                Value::Number(n) => Some((masked_mobile(*n), "手机号")),
                other => masked(&raw_text(other)),
            };
            let Some((masked, what)) = found_in else {
                continue;
            };
            cell.value = Value::Text(Arc::from(masked.as_str()));
            if found.len() < LISTED {
                found.push(PersonalData {
                    sheet: sheet.name.clone(),
                    at: cell.at,
                    masked,
                    what,
                });
            } else {
                more += 1;
            }
        }
    }
    (found, more)
}

/// Whether the text may hold one: eleven digits in a row. Numbers count when they are whole and of that size.
fn holds_number(cell: &Cell) -> bool {
    match &cell.value {
        Value::Text(t) => {
            // Eleven digits are eleven bytes or more, of which one stands at each eleventh place. Few texts have a digit there.
            if !(10..t.len())
                .step_by(11)
                .any(|at| is_of_digit(t.as_bytes(), at))
            {
                return false;
            }
            let mut run = 0;
            t.chars().any(|c| {
                run = if c.is_ascii_digit() || ('０'..='９').contains(&c) {
                    run + 1
                } else {
                    0
                };
                run >= 11
            })
        }
        Value::Number(n) => (1.3e10..2e10).contains(n) && n.fract() == 0.0,
        _ => false,
    }
}

/// Whether the byte is a digit, or one of the three of a full-width digit.
fn is_of_digit(text: &[u8], at: usize) -> bool {
    let is_wide = |start: Option<usize>| {
        start
            .and_then(|start| text.get(start..start + 3))
            .is_some_and(|bytes| matches!(bytes, [0xef, 0xbc, 0x90..=0x99]))
    };
    match text.get(at) {
        Some(b'0'..=b'9') => true,
        Some(0xef) => is_wide(Some(at)),
        Some(0xbc) => is_wide(at.checked_sub(1)),
        Some(0x90..=0x99) => is_wide(at.checked_sub(2)),
        _ => false,
    }
}

/// An identity line above the table or a signature line below it, or the cell beside its label.
fn is_contact_line(grid: &Grid, ix: usize, header_row: Option<u32>) -> bool {
    let cell = &grid.sheet.cells[ix];
    let above = header_row.is_none_or(|row| cell.at.row < row);
    let labelled = |c: &Cell| matches!(&c.value, Value::Text(t) if t.len() <= LINE_BYTES && (is_label(t) || t.split([' ', '\u{3000}']).any(is_label)));
    let before = ix
        .checked_sub(1)
        .map(|i| &grid.sheet.cells[i])
        .filter(|c| c.at.row == cell.at.row);
    (labelled(cell) || before.is_some_and(labelled)) && (above || is_note(grid, cell.at.row))
}

fn masked_mobile(n: f64) -> String {
    let digits = number_text(n);
    match (digits.get(..3), digits.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => "***********".to_owned(),
    }
}

/// The text with every number masked and what was found first; `None` when there is none.
pub fn masked(raw: &str) -> Option<(String, &'static str)> {
    let chars: Vec<char> = raw.chars().collect();
    let digit = |c: char| match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => u8::try_from(c as u32 - '０' as u32).ok(),
        _ => None,
    };
    let mut out = chars.clone();
    let mut what = None;
    let mut i = 0;
    while i < chars.len() {
        if digit(chars[i]).is_none() {
            i += 1;
            continue;
        }
        let start = i;
        while i < chars.len() && digit(chars[i]).is_some() {
            i += 1;
        }
        let digits: Vec<u8> = chars[start..i].iter().filter_map(|c| digit(*c)).collect();
        let has_x = digits.len() == 17
            && chars
                .get(i)
                .is_some_and(|c| matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ'));
        if (digits.len() == 18 || has_x) && is_birth_date(&digits[6..14]) {
            let end = if has_x { i + 1 } else { i };
            out[start + 6..end].fill('*');
            what = what.or(Some("身份证号"));
            i = end;
        } else if digits.len() == 11 && digits[0] == 1 && digits[1] >= 3 {
            out[start + 3..start + 7].fill('*');
            what = what.or(Some("手机号"));
        }
    }
    what.map(|what| (out.into_iter().collect(), what))
}

/// yyyymmdd between 1900 and 2099.
fn is_birth_date(d: &[u8]) -> bool {
    let number = |r: std::ops::Range<usize>| d[r].iter().fold(0u32, |n, x| n * 10 + u32::from(*x));
    (1900..2100).contains(&number(0..4))
        && (1..=12).contains(&number(4..6))
        && (1..=31).contains(&number(6..8))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn masks_identity_and_mobile_numbers() {
        assert_eq!(
            masked("联系人张三，手机13800000000").unwrap().0,
            "联系人张三，手机138****0000"
        );
        let (text, what) = masked("110101190001010008").unwrap();
        assert_eq!((text.as_str(), what), ("110101************", "身份证号"));
        assert_eq!(
            masked("11010119000101000X").unwrap().0,
            "110101************"
        );
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "12345678901234",
            "96000",
            "023-68680000",
            "2024年6月30日",
            "10000000000",
        ] {
            assert!(masked(text).is_none(), "{text}");
        }
    }
}
