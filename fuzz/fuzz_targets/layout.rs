//! Header, row, department and month matching, and every rule behind it: a grid as text, one row a line, tabs between
//! cells. A cell that begins with `=` is a number, with `#` an error; `<` says that it is merged with the cell to its left,
//! `^` with the one above; `!` hides its row, `~` its column, and `s` behind a backslash strikes it through.

#![no_main]

use std::collections::BTreeMap;

use duban::intake::workbook::{CellRef, Region, Strike};
use duban::intake::{Arrival, Cell, NumberFormat, Sheet, Value, Workbook, layout};
use libfuzzer_sys::fuzz_target;

fn sheet(name: &str, text: &str) -> Sheet {
    let mut sheet = Sheet {
        name: name.into(),
        ..Sheet::default()
    };
    // Where the region that an address lies in begins, and where it ends.
    let mut regions: BTreeMap<CellRef, CellRef> = BTreeMap::new();
    let mut origin: BTreeMap<CellRef, CellRef> = BTreeMap::new();
    for (row, line) in (0u32..400).zip(text.lines()) {
        for (col, raw) in (0u32..64).zip(line.split('\t')) {
            let at = CellRef::new(row, col);
            let mut rest = raw;
            let mut strike = Strike::None;
            while let Some(mark) = rest.chars().next() {
                match mark {
                    '!' => {
                        sheet.hidden_rows.insert(row);
                    }
                    '~' => sheet.hidden_cols.push((col, col)),
                    '\\' => strike = Strike::Part,
                    _ => break,
                }
                rest = &rest[mark.len_utf8()..];
            }
            let from = match rest {
                "<" if col > 0 => Some(CellRef::new(row, col - 1)),
                "^" if row > 0 => Some(CellRef::new(row - 1, col)),
                _ => None,
            };
            if let Some(from) = from {
                let first = origin.get(&from).copied().unwrap_or(from);
                origin.insert(at, first);
                let last = regions.entry(first).or_insert(first);
                *last = CellRef::new(last.row.max(row), last.col.max(col));
                continue;
            }
            let value = match rest.as_bytes() {
                [] => continue,
                [b'=', number @ ..] => match std::str::from_utf8(number)
                    .ok()
                    .and_then(|n| n.trim().parse().ok())
                {
                    Some(n) => Value::Number(n),
                    None => Value::NoCachedValue,
                },
                [b'#', ..] => Value::Error(rest.into()),
                _ => Value::Text(rest.into()),
            };
            sheet.cells.push(Cell {
                at,
                value,
                format: NumberFormat::General,
                strike,
            });
        }
    }
    sheet.merges = regions
        .into_iter()
        .map(|(first, last)| Region { first, last })
        .collect();
    sheet
}

fuzz_target!(|text: &str| {
    let names = ["进展情况", "工作方案", "情况说明", "_duban"];
    let sheets = names
        .iter()
        .zip(text.split("\n====\n"))
        .map(|(name, part)| sheet(name, part))
        .collect();
    let workbook = Workbook {
        sheets,
        ..Workbook::default()
    };
    let path = "建设局2024年6月报送表.xlsx";
    let months = layout::MonthNames::new(&duban_fuzz::PLAN, duban_fuzz::june().period);
    let (department_claims, period_claims) = layout::of_path(path, &months, &duban_fuzz::NAMES);
    let content = layout::interpret(
        workbook,
        &duban_fuzz::PLAN,
        &duban_fuzz::NAMES,
        duban_fuzz::june().period,
    )
    .map(Box::new);
    let arrival = Arrival {
        path: path.to_owned(),
        bytes: 0,
        sha256: String::new(),
        department_claims,
        period_claims,
        content,
    };
    duban_fuzz::check(&[arrival]);
});
