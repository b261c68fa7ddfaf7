//! 明细: every reporter × indicator as one row, in a workbook of its own. Made only where it is asked for, and row by row: a month
//! of thousands of departments has more rows than a sheet, and none of them is held in memory.

use rust_xlsxwriter::{Format, FormatAlign};

use crate::combine::Facts;
use crate::combine::facts::SlotFacts;
use crate::plan::{MilestoneState, Plan};

use super::super::room::column_px;
use super::super::{excel_date, ooxml};
use super::canvas::clean;
use super::indicators::kind_name;
use super::prelude::*;
use super::{SummaryOptions, new_book};

const LAST_COL: u16 = 19;

/// Rows of one sheet: Excel has 1,048,576.
const A_SHEET: usize = 1_000_000;

const COLUMNS: [(&str, f64); 20] = [
    ("单位编号", 7.0),
    ("单位", 14.0),
    ("项目序号", 5.5),
    ("项目名称", 14.0),
    ("指标编号", 7.0),
    ("指标", 14.0),
    ("类型", 7.5),
    ("计量单位", 9.0),
    ("年度目标", 10.0),
    ("累计完成", 10.0),
    ("完成率（%）", 9.0),
    ("序时进度（%）", 9.0),
    ("状态", 11.0),
    ("节点状态", 7.0),
    ("完成时间", 12.0),
    ("数据状态", 7.0),
    ("填报原文", 10.0),
    ("来源文件", 14.0),
    ("单元格", 9.0),
    ("换算", 9.0),
];

/// The workbook's bytes. The same facts give the same bytes.
pub fn detail(facts: &Facts, plan: &Plan) -> Result<Vec<u8>> {
    in_sheets(facts, plan, A_SHEET)
}

fn in_sheets(facts: &Facts, plan: &Plan, a_sheet: usize) -> Result<Vec<u8>> {
    let options = SummaryOptions::default();
    let cx = Cx::new("明细", facts, plan, &options);
    let looks = Looks::new();
    let mut book = new_book(&cx)?;
    let sheets = facts.slots.len().div_ceil(a_sheet).max(1);
    for n in 0..sheets {
        let slots = facts.slots.get(n * a_sheet..).unwrap_or_default();
        let ws = book.add_worksheet_with_constant_memory()?;
        ws.set_name(if n == 0 {
            "明细".to_owned()
        } else {
            format!("明细（{}）", n + 1)
        })?;
        sheet(ws, &cx, &looks, slots.get(..a_sheet).unwrap_or(slots))?;
    }
    Ok(ooxml::saved(&mut book)?)
}

fn sheet(ws: &mut Worksheet, cx: &Cx, looks: &Looks, slots: &[SlotFacts]) -> Result {
    for (col, (_, width)) in (0..).zip(COLUMNS) {
        ws.set_column_width(col, width)?;
    }
    let end = FIRST_ROW + u32::try_from(slots.len()).unwrap_or(0);
    ws.set_row_height(0, 30)?;
    ws.write_string_with_format(0, 0, clean(&cx.title("明细")), &looks.title)?;
    ws.write_string_with_format(
        1,
        0,
        clean(&format!("{}　{}", cx.issuer_line(), cx.period_line())),
        &looks.subtitle,
    )?;
    ws.set_row_height(HEAD, 30)?;
    for (col, (head, _)) in (0..).zip(COLUMNS) {
        ws.write_string_with_format(HEAD, col, head, &looks.head)?;
    }
    for (row, slot) in (FIRST_ROW..).zip(slots) {
        line(ws, cx, looks, row, slot)?;
    }
    let note = "注：每个单位的每项指标一行，按任务计划的顺序。未采信的数据不列数值，原文和位置照列，原因见“数据核查清单”。比率和完成率以百分点计。";
    ws.write_string_with_format(end, 0, note, &looks.note)?;
    if !slots.is_empty() {
        ws.autofilter(HEAD, 0, end - 1, LAST_COL)?;
    }
    ws.set_freeze_panes(FIRST_ROW, 2)?;
    let px = COLUMNS.iter().map(|&(_, width)| column_px(width)).sum();
    Print::list((end, LAST_COL)).apply(ws, cx, (px, 0.0))
}

/// The sheet's formats, each made once.
struct Looks {
    title: Format,
    subtitle: Format,
    head: Format,
    text: Format,
    center: Format,
    number: Format,
    percent: Format,
    date: Format,
    note: Format,
}

impl Looks {
    fn new() -> Self {
        let plain = |look: Look| look.format().unset_text_wrap();
        Self {
            title: plain(Look::Title).set_align(FormatAlign::Left),
            subtitle: plain(Look::Subtitle),
            head: Look::Head.format(),
            text: plain(Look::Line),
            center: plain(Look::Center),
            number: plain(Look::Number),
            percent: plain(Look::Number).set_num_format("0.0"),
            date: plain(Look::Center).set_num_format("yyyy-mm-dd"),
            note: plain(Look::Note),
        }
    }
}

/// One row, cell by cell from the left: what is written cannot be gone back to.
fn line(ws: &mut Worksheet, cx: &Cx, looks: &Looks, row: u32, slot: &SlotFacts) -> Result {
    let (indicator, task, department) = (
        &cx.plan.indicators[slot.indicator],
        &cx.plan.tasks[slot.task],
        &cx.plan.departments[slot.department],
    );
    let source = slot.source.as_deref();
    let mut line = Line { ws, row, col: 0 };
    line.text(&department.id, &looks.center)?;
    line.text(&department.name, &looks.text)?;
    line.number(Some(f64::from(task.no)), &looks.center)?;
    line.text(&task.name, &looks.text)?;
    line.text(&indicator.id, &looks.center)?;
    line.text(&indicator.name, &looks.text)?;
    line.text(kind_name(indicator.kind), &looks.center)?;
    line.text(&indicator.unit.text, &looks.center)?;
    line.number(slot.target, &looks.number)?;
    line.number(slot.value, &looks.number)?;
    line.number(slot.rate, &looks.percent)?;
    line.number(slot.schedule, &looks.percent)?;
    line.text(slot.grade.map_or("", Grade::name), &looks.center)?;
    line.text(
        slot.milestone.map_or("", MilestoneState::name),
        &looks.center,
    )?;
    line.date(slot.done_on, &looks.date)?;
    line.text(slot.state.chinese(), &looks.center)?;
    line.text(source.map_or("", |s| &s.raw), &looks.text)?;
    line.text(source.map_or("", |s| &s.place.file), &looks.text)?;
    line.text(
        &source
            .map(|s| format!("{}!{}", s.place.sheet, s.cell))
            .unwrap_or_default(),
        &looks.text,
    )?;
    line.text(source.map_or("", |s| &s.conversion), &looks.text)
}

struct Line<'a> {
    ws: &'a mut Worksheet,
    row: u32,
    col: u16,
}

impl Line<'_> {
    fn next(&mut self) -> (u32, u16) {
        self.col += 1;
        (self.row, self.col - 1)
    }

    /// Never a formula, whatever it begins with.
    fn text(&mut self, text: &str, look: &Format) -> Result {
        let (row, col) = self.next();
        let text = clean(text);
        if text.is_empty() {
            self.ws.write_blank(row, col, look)?;
        } else {
            self.ws.write_string_with_format(row, col, text, look)?;
        }
        Ok(())
    }

    fn number(&mut self, number: Option<f64>, look: &Format) -> Result {
        let (row, col) = self.next();
        match number {
            Some(number) => self.ws.write_number_with_format(row, col, number, look)?,
            None => self.ws.write_blank(row, col, look)?,
        };
        Ok(())
    }

    fn date(&mut self, date: Option<jiff::civil::Date>, look: &Format) -> Result {
        let (row, col) = self.next();
        match date {
            Some(date) => self
                .ws
                .write_datetime_with_format(row, col, excel_date(date)?, look)?,
            None => self.ws.write_blank(row, col, look)?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;
    use std::sync::Arc;

    use super::*;
    use crate::check::{Judged, Place, Source};
    use crate::combine::testing::Sample;
    use crate::intake::CellRef;

    fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(bytes)).unwrap()
    }

    /// The shipped plan's June with every third value withheld.
    fn month() -> (Plan, Facts) {
        let mut sample = Sample::shipped(6);
        for (ix, slot) in sample.slots.iter_mut().enumerate() {
            if ix % 3 == 2 {
                *slot = Judged::withheld(ix, "C006");
            }
            slot.done_on = (ix == 1).then(|| jiff::civil::date(2024, 6, 18));
            slot.source = Some(Arc::new(Source {
                place: Place::new("示例数据.xlsx", "进展情况"),
                cell: CellRef::new(u32::try_from(ix).unwrap(), 9),
                raw: if ix == 0 { "=SUM(A1)" } else { "约8个" }.into(),
                conversion: Box::default(),
            }));
        }
        let facts = sample.facts();
        (sample.plan, facts)
    }

    #[test]
    fn every_slot_has_its_row_with_value_and_source() {
        let (plan, facts) = month();
        let mut book = open(detail(&facts, &plan).unwrap());
        let sheet = book.worksheet_range("明细").unwrap();
        let text = |text: &str| Data::String(text.to_owned());
        for (row, slot) in sheet.rows().skip(FIRST_ROW as usize).zip(&facts.slots) {
            assert_eq!(row[0], text(&plan.departments[slot.department].id));
            assert_eq!(row[4], text(&plan.indicators[slot.indicator].id));
            assert_eq!(row[9], slot.value.map_or(Data::Empty, Data::Float));
            assert_eq!(row[10], slot.rate.map_or(Data::Empty, Data::Float));
            assert_eq!(row[15], text(slot.state.chinese()));
            let source = slot.source.as_deref().unwrap();
            assert_eq!(row[16], text(&source.raw));
            assert_eq!(row[18], text(&format!("进展情况!{}", source.cell)));
        }
        assert!(matches!(
            sheet.get((FIRST_ROW as usize + 1, 14)),
            Some(Data::DateTime(_))
        ));
        assert_eq!(
            sheet.rows().count(),
            FIRST_ROW as usize + facts.slots.len() + 1
        );
        // What a department wrote is never run.
        assert!(
            book.worksheet_formula("明细")
                .unwrap()
                .used_cells()
                .next()
                .is_none()
        );
    }

    #[test]
    fn more_rows_than_a_sheet_holds_go_on_in_the_next() {
        let (plan, facts) = month();
        let a_sheet = facts.slots.len() / 2;
        let mut book = open(in_sheets(&facts, &plan, a_sheet).unwrap());
        let names = book.sheet_names();
        assert_eq!(names.len(), facts.slots.len().div_ceil(a_sheet));
        let rows: usize = names
            .iter()
            .map(|name| book.worksheet_range(name).unwrap().rows().count() - FIRST_ROW as usize - 1)
            .sum();
        assert_eq!(rows, facts.slots.len());
        assert_eq!(names[1], "明细（2）");
    }

    #[test]
    fn the_same_facts_give_the_same_bytes() {
        let (plan, facts) = month();
        assert!(detail(&facts, &plan).unwrap() == detail(&facts, &plan).unwrap());
    }
}
