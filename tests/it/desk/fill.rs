//! Fills a form in as its department would in a spreadsheet program: input cells only.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use duban::intake::workbook::column_name;
use duban::plan::Kind;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::month::PLAN;
use crate::xlsx::{Typed, set_cell, with_part};

pub const PROGRESS: &str = "进展情况";
const ELEMENTS: &str = "工作方案";

pub type Entries = BTreeMap<(u32, u32), Typed>;

/// 2024-12-20 and 2024-12-31 as serial dates.
const EXPECTED: f64 = 45646.0;
const DEADLINE: f64 = 45657.0;

fn book(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn text(range: &Range<Data>, row: u32, col: u32) -> String {
    range
        .get_value((row, col))
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The header's last row and each column's name.
fn header(range: &Range<Data>) -> (u32, Vec<String>) {
    let (last_row, last_col) = range.end().unwrap();
    let top = (0..last_row)
        .find(|&r| text(range, r, 0) == "序号")
        .expect("a header row");
    let two = (0..=last_col).any(|c| text(range, top, c) == "完成情况");
    let bottom = if two { top + 1 } else { top };
    let name = |c| {
        Some(text(range, bottom, c))
            .filter(|t| !t.is_empty())
            .unwrap_or_else(|| text(range, top, c))
    };
    (bottom, (0..=last_col).map(name).collect())
}

/// Everything a department types into 进展情况 in a month (1 = January): a twelfth of each target a month.
pub fn progress(form: &[u8], month: u32) -> Entries {
    let range = book(form).worksheet_range(PROGRESS).unwrap();
    let (bottom, names) = header(&range);
    let column = |name: &str| {
        names
            .iter()
            .position(|n| n == name)
            .map(|c| u32::try_from(c).unwrap())
    };
    let mut entries = Entries::new();
    let mut task = String::new();
    for row in bottom + 1..=range.end().unwrap().0 {
        // The head of the department signs and dates it.
        for col in 0..=range.end().unwrap().1 {
            let label = text(&range, row, col);
            if label.starts_with("单位负责人签字") || label.starts_with("填报日期") {
                let signed = format!("{label}张三 2024年{month}月28日");
                entries.insert((row, col), Typed::Text(signed));
            }
        }
        let mut put = |name: &str, typed: Typed| {
            if let Some(col) = column(name) {
                entries.insert((row, col), typed);
            }
        };
        if let Some(col) = column("项目名称").filter(|&c| !text(&range, row, c).is_empty()) {
            task = text(&range, row, col);
            put(
                "工作进展",
                Typed::Text(format!(
                    "{month}月，组织召开推进会2次，现场走访3处，建立工作台账，逐项明确责任人和时间节点。"
                )),
            );
            put("存在问题", "部分点位协调时间较长。".into());
            put(
                "下一步措施",
                "每周调度一次，责任人为张三，下月底前完成全部点位协调。".into(),
            );
        }
        let name = column("指标")
            .map(|c| text(&range, row, c))
            .unwrap_or_default();
        let mut indicators = PLAN.indicators.iter();
        let Some(indicator) =
            indicators.find(|i| i.name == name && PLAN.tasks[i.task].name == task)
        else {
            continue;
        };
        let target = indicator.target.unwrap_or(0.0);
        match indicator.kind {
            Kind::Ongoing => continue,
            Kind::Milestone => put("状态", "进行中".into()),
            Kind::Count => put(
                "累计完成",
                (target * f64::from(month) / 12.0).floor().into(),
            ),
            Kind::Quantity => put(
                "累计完成",
                ((target * f64::from(month) / 12.0 * 1e4).round() / 1e4).into(),
            ),
            Kind::Level | Kind::Ratio => put(
                "累计完成",
                (((target * 0.95 + f64::from(month) * 0.01) * 100.0).round() / 100.0).into(),
            ),
        }
        put("预计完成时间", EXPECTED.into());
    }
    entries
}

/// Everything typed into 工作方案; empty where the form has none.
pub fn elements(form: &[u8]) -> Entries {
    let mut book = book(form);
    if !book.sheet_names().iter().any(|n| n == ELEMENTS) {
        return Entries::new();
    }
    let range = book.worksheet_range(ELEMENTS).unwrap();
    let (bottom, names) = header(&range);
    let mut entries = Entries::new();
    for row in bottom + 1..=range.end().unwrap().0 {
        for (col, name) in names.iter().enumerate() {
            let typed: Typed = match name.trim_end_matches("（万元）") {
                "工作举措" => "成立专班，按月调度。".into(),
                "完成时限" => DEADLINE.into(),
                "验收标准" => "由牵头单位组织验收并出具意见。".into(),
                "资金来源" => "区级财政资金。".into(),
                "计划资金" => 100.0.into(),
                "到位资金" => 50.0.into(),
                "支付资金" => 10.0.into(),
                "责任领导" => "李四".into(),
                "联系人" => "张三".into(),
                "联系电话" => "13800000000".into(),
                _ => continue,
            };
            entries.insert((row, u32::try_from(col).unwrap()), typed);
        }
    }
    entries
}

/// The form with entries typed into sheets, every other byte kept; results of formulas are dropped, to be computed anew.
pub fn type_in(form: &[u8], sheets: &[(&str, &Entries)]) -> Vec<u8> {
    let mut form = form.to_vec();
    for (sheet, entries) in sheets.iter().filter(|(_, entries)| !entries.is_empty()) {
        let part = format!("xl/worksheets/{sheet}.xml");
        form = with_part(&form, &part, |mut xml| {
            for (&(row, col), typed) in *entries {
                set_cell(&mut xml, &format!("{}{}", column_name(col), row + 1), typed);
            }
            // Spreadsheet programs compute what has no result.
            let mut pieces = xml.split("</f><v>");
            let mut out = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                out.push_str("</f>");
                out.push_str(piece.split_once("</v>").unwrap().1);
            }
            out
        });
    }
    form
}

/// A filled form as a department of other habits keeps it: task blocks in reverse order, columns moved, one header row.
pub fn rearranged(form: &[u8], entries: &Entries, elements: &Entries) -> Vec<u8> {
    let mut source = book(form);
    let range = source.worksheet_range(PROGRESS).unwrap();
    let (bottom, names) = header(&range);
    let last = range.end().unwrap().0;
    let value = |row: u32, col: u32| {
        entries
            .get(&(row, col))
            .cloned()
            .or_else(|| stored(&range, row, col))
    };
    let mut columns: Vec<u32> = (0..u32::try_from(names.len()).unwrap())
        .filter(|&c| !matches!(names[c as usize].as_str(), "本月完成" | "完成率"))
        .collect();
    let middle = columns.len() / 2;
    columns.rotate_left(middle);
    let mut blocks: Vec<Vec<u32>> = Vec::new();
    for row in bottom + 1..=last {
        if text(&range, row, 0).is_empty() && !blocks.is_empty() {
            blocks.last_mut().unwrap().push(row);
        } else {
            blocks.push(vec![row]);
        }
    }
    blocks.reverse();
    let mut out = Workbook::new();
    let sheet = out.add_worksheet();
    sheet.set_name(PROGRESS).unwrap();
    for row in 0..2 {
        for col in 0..u32::try_from(names.len()).unwrap() {
            put(sheet, row, col, stored(&range, row, col), false);
        }
    }
    for (to, &from) in (0..).zip(&columns) {
        let name = &names[from as usize];
        put(sheet, 2, to, Some(name.as_str().into()), false);
        let is_date = matches!(name.as_str(), "完成时间" | "预计完成时间");
        for (at, &row) in (3..).zip(blocks.iter().flatten()) {
            put(sheet, at, to, value(row, from), is_date);
        }
    }
    for name in source.sheet_names() {
        if name != ELEMENTS && name != "_duban" {
            continue;
        }
        let range = source.worksheet_range(&name).unwrap();
        let sheet = out.add_worksheet();
        sheet.set_name(&name).unwrap();
        let (rows, cols) = range.end().unwrap();
        for (row, col) in (0..=rows).flat_map(|row| (0..=cols).map(move |col| (row, col))) {
            let own = elements.get(&(row, col)).filter(|_| name == ELEMENTS);
            let is_date = own == Some(&Typed::Number(DEADLINE));
            let typed = own.cloned().or_else(|| stored(&range, row, col));
            put(sheet, row, col, typed, is_date);
        }
        if name == "_duban" {
            sheet.set_very_hidden(true);
        }
    }
    out.save_to_buffer().unwrap()
}

fn stored(range: &Range<Data>, row: u32, col: u32) -> Option<Typed> {
    match range.get_value((row, col))? {
        Data::Float(n) => Some(Typed::Number(*n)),
        Data::Int(n) => Some(Typed::Number(f64::from(i32::try_from(*n).unwrap()))),
        Data::DateTime(d) => Some(Typed::Number(d.as_f64())),
        Data::String(t) if !t.is_empty() => Some(Typed::Text(t.clone())),
        _ => None,
    }
}

fn put(sheet: &mut Worksheet, row: u32, col: u32, typed: Option<Typed>, is_date: bool) {
    let col = u16::try_from(col).unwrap();
    let format = Format::new().set_num_format(if is_date { "yyyy-mm-dd" } else { "General" });
    let put = match typed {
        None => return,
        Some(Typed::Number(n)) => sheet.write_with_format(row, col, n, &format),
        Some(Typed::Text(t)) => sheet.write_with_format(row, col, t, &format),
    };
    put.unwrap();
}
