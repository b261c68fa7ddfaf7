//! The unit of a column: in a header's brackets or behind its name, in the header above it, in a row of units below the header,
//! or for the whole table on a line above it.

use super::super::grid::Grid;
use super::super::names::serial;
use super::super::wording;
use super::Header;
use crate::intake::submission::Column;
use crate::intake::text;
use crate::intake::workbook::Value;
use crate::plan::field::Field;
use crate::plan::unit::lexicon;
use crate::plan::{Unit, names};

/// The unit in a header's brackets, known or not, or behind its name; what explains the column (必填, 1-6月, 含续建) is none.
pub fn of_header(raw: &str) -> Option<Unit> {
    const EXPLAINS: &str =
        "填数值含累计月年截至自动公式实绩情况见注附按请均须如例同以不无可本当期首末";
    let in_brackets = text::brackets(raw).find_map(|inner| {
        let known = Unit::parse(&inner).filter(Unit::is_known);
        let is_short = inner.chars().count() <= 4 && inner.chars().all(char::is_alphabetic);
        let may_be_one = is_short && !inner.contains(|c| EXPLAINS.contains(c));
        let is_said = inner.starts_with("单位") || inner.starts_with("计量单位");
        known.or_else(|| Unit::written(&inner).filter(|_| may_be_one || is_said))
    });
    in_brackets.or_else(|| Unit::parse(wording::parted(raw)?.1))
}

/// Characters of a unit's name.
const LONGEST: usize = 8;

/// Gives a header's columns their units; a row of nothing but units, or of the columns' numbers, below it belongs to it.
pub fn give(grid: &Grid, header: &mut Header) {
    let (first, last) = header.rows;
    let below = grid.rows_below(last).next().filter(|row| *row == last + 1);
    let below =
        below.filter(|row| is_of_units(grid, *row, &header.columns) || is_counted(grid, *row));
    let lines: Vec<_> = (first..=last)
        .chain(below)
        .map(|row| grid.line(row))
        .collect();
    for column in header.columns.iter_mut().chain(&mut header.ambiguous) {
        // The text that names the column first, then what stands above it, then what stands below.
        let own = of_header(&column.text);
        let other = || {
            let texts = lines.iter().filter_map(|line| line.text(column.col));
            texts
                .filter(|(at, raw)| *at != column.at && raw.len() <= 4 * LONGEST_TEXT)
                .filter_map(|(at, raw)| {
                    Some((at.row > column.at.row, unit_above(raw, at.row > last)?))
                })
                .max_by_key(|(is_below, _)| *is_below)
                .map(|(_, unit)| unit)
        };
        column.unit = own.or_else(other);
    }
    header.rows.1 = below.unwrap_or(last);
}

/// Characters of a header text in which a unit is looked for.
const LONGEST_TEXT: usize = 40;

fn unit_above(raw: &str, is_alone: bool) -> Option<Unit> {
    of_header(raw).or_else(|| is_alone.then(|| alone(raw)).flatten())
}

/// A text that is a known unit and nothing else.
fn alone(raw: &str) -> Option<Unit> {
    if raw.len() > 4 * LONGEST {
        return None;
    }
    let bare = names::without_brackets(raw);
    Unit::parse(&bare).filter(is_one)
}

/// Whether a unit is one that forms or cells know.
fn is_one(unit: &Unit) -> bool {
    unit.is_known() || lexicon::at(&unit.text, lexicon::CELL) == Some(unit.text.as_str())
}

/// Whether the cells of a row are units alone, one of them below a column of numbers.
fn is_of_units(grid: &Grid, row: u32, columns: &[Column]) -> bool {
    const NUMBERS: [Field; 5] = [
        Field::Target,
        Field::Previous,
        Field::ThisMonth,
        Field::Cumulative,
        Field::Rate,
    ];
    let cells = grid.row(row);
    let is_below = |col| {
        let mut numbers = columns.iter().filter(|c| NUMBERS.contains(&c.field));
        numbers.any(|c| c.col == col)
    };
    // A row of data holds a number, which is seen at once.
    cells.iter().all(|c| matches!(c.value, Value::Text(_)))
        && cells.iter().any(|c| is_below(c.at.col))
        && cells
            .iter()
            .all(|c| matches!(&c.value, Value::Text(raw) if alone(raw).is_some()))
}

/// Whether a row counts the columns: 1 2 3, 甲 乙 1 2 3=2/1, A B C.
fn is_counted(grid: &Grid, row: u32) -> bool {
    const COLUMNS: usize = 3;
    let mut next = None;
    let mut is_next = |n: u32| next.replace(n + 1).is_none_or(|wanted| wanted == n);
    let cells = grid.row(row);
    cells.len() >= COLUMNS
        && cells.iter().all(|cell| match &cell.value {
            Value::Number(n) => serial(&n.to_string()).is_some_and(&mut is_next),
            Value::Text(raw) if raw.len() <= 4 * LONGEST => {
                let key = names::fold(raw);
                let number = key.split('=').next().and_then(serial);
                let mut chars = key.chars();
                let is_letter = |c: char| c.is_ascii_alphabetic() || "甲乙丙丁戊己庚辛".contains(c);
                number.is_some_and(&mut is_next)
                    || number.is_none()
                        && chars.next().is_some_and(is_letter)
                        && chars.next().is_none()
            }
            _ => false,
        })
}

/// Bytes of a cell above a table in which its unit is looked for.
const LINE_BYTES: usize = 600;

/// The unit that a line above a header gives for its table: 单位：公里, （金额单位：万元）, also of several (单位：个、万元).
pub fn of_table(grid: &Grid, header_row: u32) -> Option<Unit> {
    grid.rows()
        .take_while(|row| *row < header_row)
        .find_map(|row| {
            let mut cells = grid.row_cells(row).peekable();
            while let Some((_, raw)) = cells.next() {
                let next = cells.peek().map(|(_, next)| *next);
                if raw.len() <= LINE_BYTES
                    && let Some(unit) = of_line(raw, next)
                {
                    return Some(unit);
                }
            }
            None
        })
}

fn of_line(raw: &str, next: Option<&str>) -> Option<Unit> {
    raw.match_indices('位').find_map(|(at, word)| {
        let before = raw[..at]
            .trim_end_matches(names::is_space)
            .strip_suffix('单')?;
        let behind = raw[at + word.len()..].trim_start_matches(names::is_space);
        let value = behind
            .strip_prefix([':', '：', '为'])?
            .trim_start_matches(names::is_space);
        let is_label = !before.ends_with(char::is_alphanumeric)
            || [
                "计量", "金额", "货币", "数量", "长度", "面积", "资金", "投资",
            ]
            .iter()
            .any(|word| before.ends_with(word));
        let value = if value.is_empty() { next? } else { value };
        let is_end = |c: char| names::is_space(c) || ")）]】〕;；。".contains(c);
        let value = value.split(is_end).next().filter(|_| is_label)?;
        let value = value.strip_prefix("人民币").unwrap_or(value);
        let mut parts = value.split(['、', ',', '，', '/', '和']);
        let is_known = |part: &str| Unit::parse(part).is_some_and(|unit| is_one(&unit));
        (is_known(value) || parts.all(is_known)).then(|| Unit::written(value))?
    })
}

#[cfg(test)]
mod tests {
    use super::{of_header, of_line};

    #[test]
    fn lines_above_a_table_give_its_unit() {
        for (line, unit) in [
            ("单位：公里", "公里"),
            ("单 位 ：米", "米"),
            ("（单位：元）", "元"),
            ("进展情况表（单位：万元）", "万元"),
            ("金额单位：人民币元", "元"),
            ("计量单位：个、万元", "个、万元"),
            ("注：单位为米", "米"),
            ("单位:米       2025年5月31日", "米"),
            ("单位：微克/立方米", "微克/立方米"),
        ] {
            let read = of_line(line, None).map(|unit| unit.text);
            assert_eq!(read.as_deref(), Some(unit), "{line}");
        }
        assert_eq!(
            of_line("单位：", Some("元")).map(|u| u.text).as_deref(),
            Some("元")
        );
        for line in [
            "单位：市教育局",
            "填报单位：个体协会",
            "责任单位：米市街道",
            "单位公里造价",
            "",
        ] {
            assert_eq!(of_line(line, None), None, "{line}");
        }
    }

    #[test]
    fn headers_give_their_unit_in_brackets_or_behind_their_name() {
        for (header, unit) in [
            ("累计完成（公里）", "公里"),
            ("累计完成（单位：米）", "单位:米"),
            ("累计完成/元", "元"),
            ("累计完成 单位：元", "元"),
            ("累计完成，米", "米"),
            ("累计完成\n万元", "万元"),
        ] {
            let read = of_header(header).map(|unit| unit.text);
            assert_eq!(read.as_deref(), Some(unit), "{header}");
        }
        for header in [
            "累计完成",
            "累计完成（必填）",
            "1-6月累计",
            "存在问题、困难",
        ] {
            assert_eq!(of_header(header), None, "{header}");
        }
    }
}
