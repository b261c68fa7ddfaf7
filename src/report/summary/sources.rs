//! 来源: every file of the inbox with its hash, and what became of it.

use super::prelude::*;

/// The last column, 链接, is there only when files can be reached.
const COL_LINK: u16 = 7;

const COLUMNS: [(&str, f64); 8] = [
    ("编号", 5.5),
    ("文件", 36.0),
    ("报送单位", 15.0),
    ("处理结果", 24.0),
    ("收到日期", 14.0),
    ("字节数", 10.0),
    ("SHA-256", 24.0),
    ("链接", 6.0),
];

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let (files, unlisted) = cx.listed(&cx.facts.files);
    let last_col = if cx.options.links.is_some() {
        COL_LINK
    } else {
        COL_LINK - 1
    };
    let columns = &COLUMNS[..=usize::from(last_col)];
    let mut canvas = Canvas::list(ws, cx, 6, 0x0080_8080, "数据来源", columns)?;
    for (n, file) in (0_u32..).zip(files) {
        let row = FIRST_ROW + n;
        canvas.number(row, 0, f64::from(n + 1), "0", Look::NumberCenter)?;
        canvas.text(row, 1, &file.path, Look::Text)?;
        canvas.text_or_blank(row, 2, file.department_name.as_deref(), Look::Center)?;
        canvas.text(row, 3, &file.verdict, Look::Text)?;
        canvas.date_or_blank(row, 4, file.received, Look::NumberCenter)?;
        canvas.figure(row, 5, &file.bytes, Look::Number)?;
        canvas.text(row, 6, &file.sha256, Look::Text)?;
        if last_col == COL_LINK {
            canvas.link(
                row,
                COL_LINK,
                cx.link(LinkFrom::File(file)).as_deref(),
                "打开",
                "",
            )?;
        }
    }
    let end = FIRST_ROW + u32::try_from(files.len()).unwrap_or(0);
    let note = if files.is_empty() {
        "本期收件夹中没有文件。".to_owned()
    } else {
        let more = if unlisted == 0 {
            String::new()
        } else {
            format!(
                "本表列出前{}个文件，其余{unlisted}个见同一文件夹的 manifest.json。",
                files.len()
            )
        };
        format!(
            "注：文件路径从收件夹 {} 起。SHA-256 用于核对文件是否被改动；收到日期取收件登记，没有登记的空白。{more}",
            cx.facts.period
        )
    };
    canvas.across(end, (0, last_col), &note, Look::Note)?;
    if !files.is_empty() {
        canvas.ws.autofilter(HEAD, 0, end - 1, last_col)?;
    }
    canvas.ws.set_freeze_panes(FIRST_ROW, 2)?;
    canvas.finish(cx, &Print::list((end, last_col)))
}
