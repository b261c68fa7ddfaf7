//! 数据核查清单: every finding of the month as a filterable table.

use std::cmp::Reverse;

use super::prelude::*;
use crate::check::{FindingFacts, Severity, Status};

const LAST_COL: u16 = 15;

const COLUMNS: [(&str, f64); 16] = [
    ("编号", 5.5),
    ("级别", 6.5),
    ("处理\n状态", 8.0),
    ("单位", 11.0),
    ("规则", 7.0),
    ("项目\n序号", 5.5),
    ("指标\n编号", 7.0),
    ("指标", 13.0),
    ("问题", 31.0),
    ("请怎样处理", 26.0),
    ("填报内容", 12.0),
    ("应为", 11.0),
    ("文件", 16.0),
    ("位置", 11.0),
    ("链接", 6.0),
    ("单位说明", 15.0),
];

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    // What is to be done comes first: open before explained, errors before warnings before notes.
    let mut sorted: Vec<&FindingFacts> = cx.facts.findings.iter().collect();
    sorted.sort_by_key(|f| {
        (
            is_note(f),
            f.status == Status::Explained,
            Reverse(f.severity),
        )
    });
    let (findings, unlisted) = cx.listed(&sorted);
    let mut canvas = Canvas::list(ws, cx, 5, 0x00C0_0000, "数据核查清单", &COLUMNS)?;
    for (n, finding) in findings.iter().enumerate() {
        let n = u32::try_from(n).unwrap_or(0);
        finding_row(&mut canvas, cx, FIRST_ROW + n, n + 1, finding)?;
    }
    let rows = u32::try_from(findings.len()).unwrap_or(0);
    if rows == 0 {
        for col in 0..=LAST_COL {
            canvas.blank(FIRST_ROW, col, Look::Text)?;
        }
    }
    let last = FIRST_ROW + rows.max(1) - 1;
    let notes = findings.iter().filter(|f| is_note(f)).count();
    let noted = u32::try_from(notes).unwrap_or(0);
    let alt = "每行一个核查发现：级别、单位、规则、指标、问题和处理办法，以及文件、工作表和单元格";
    canvas.table("数据核查清单", alt, &COLUMNS.map(|(head, _)| head), last)?;
    for (word, fill, ink) in [
        ("错误", 0x00FF_9C9C, 0x0066_0000),
        ("警告", 0x00FF_E699, 0x005F_4B00),
        ("提示", 0x00E3_EEF9, 0x001F_3864),
    ] {
        colour_word(canvas.ws, (FIRST_ROW, 1), (last, 1), word, fill, ink)?;
    }
    let overall = &cx.facts.overall;
    let note = if rows == 0 {
        "本期没有核查发现。".to_owned()
    } else {
        format!(
            "注：本期错误{}项、警告{}项、提示{}项，已说明{}项。错误所指的数据在改正重报或经核实之前不予采用；警告所指的数据照用，但须改正或说明；按错误、警告、提示排列，提示供核对之用，不打印。",
            overall.errors.number(),
            overall.warnings.number(),
            overall.notes.number(),
            overall.explained.number()
        ) + &more(findings.len(), unlisted)
    };
    // The note closes what prints.
    canvas.across(last + 1, (0, LAST_COL), &note, Look::Note)?;
    let printed = if noted == 0 {
        last + 1
    } else {
        (last - noted).max(HEAD)
    };
    canvas.ws.set_freeze_panes(FIRST_ROW, 4)?;
    canvas.finish(cx, &Print::list((printed, LAST_COL)))
}

fn is_note(finding: &FindingFacts) -> bool {
    finding.severity == Severity::Note
}

fn more(listed: usize, unlisted: usize) -> String {
    if unlisted == 0 {
        String::new()
    } else {
        format!("本表列出前{listed}项，其余{unlisted}项见同一文件夹的 findings.json。")
    }
}

fn finding_row(canvas: &mut Canvas, cx: &Cx, row: u32, n: u32, finding: &FindingFacts) -> Result {
    canvas.number(row, 0, f64::from(n), "0", Look::NumberCenter)?;
    canvas.text(row, 1, finding.severity.chinese(), Look::Label)?;
    let status = match finding.status {
        Status::Open => "待处理",
        Status::Explained => "已说明",
    };
    canvas.text(row, 2, status, Look::Center)?;
    canvas.text_or_blank(
        row,
        3,
        Some(finding.department_name.as_deref().unwrap_or("未能识别")),
        Look::Center,
    )?;
    canvas.text(row, 4, finding.code, Look::Center)?;
    match finding.task_no {
        Some(no) => canvas.number(row, 5, f64::from(no), "0", Look::NumberCenter)?,
        None => canvas.blank(row, 5, Look::NumberCenter)?,
    }
    match &finding.indicator_id {
        Some(id) => {
            let target = cx
                .indicator_rows
                .get(id.as_str())
                .map(|row| format!("internal:'{}'!A{}", SHEETS[2], row + 1));
            canvas.link(row, 6, target.as_deref(), id, id)?;
        }
        None => canvas.blank(row, 6, Look::Center)?,
    }
    canvas.text_or_blank(row, 7, finding.indicator_name.as_deref(), Look::Text)?;
    canvas.text(row, 8, &finding.message, Look::Text)?;
    canvas.text(row, 9, &finding.help_for_office(), Look::Text)?;
    canvas.text_or_blank(row, 10, finding.found.as_deref(), Look::Text)?;
    canvas.text_or_blank(row, 11, finding.expected.as_deref(), Look::Text)?;
    canvas.text_or_blank(row, 12, finding.file.as_deref(), Look::Text)?;
    let place = match (&finding.sheet, &finding.cell) {
        (Some(sheet), Some(cell)) => format!("{sheet}!{cell}"),
        (Some(sheet), None) => sheet.clone(),
        (None, Some(cell)) => cell.clone(),
        (None, None) => String::new(),
    };
    canvas.text_or_blank(row, 13, Some(&place), Look::Text)?;
    let target = cx.link(LinkFrom::Finding(finding)).or_else(|| {
        finding
            .file
            .as_deref()
            .and_then(|file| cx.file_row_link(file))
    });
    canvas.link(row, 14, target.as_deref(), "查看", "")?;
    canvas.text_or_blank(row, 15, finding.explanation.as_deref(), Look::Text)
}
