//! Marked copies of the workbooks that the office keeps: 任务计划（检查结果）.xlsx, 台账（检查结果）.xlsx.

use super::listing::{ListedFinding, Listing};
use super::marks::{COMMENT_MARK, Mark, Marks, Tone};
use super::patch::{Fills, Patch, patch};
use crate::intake::CellRef;
use crate::plan::{Limits, PlanError, Severity};
use crate::report::{ReportError, Result};

/// The sheet in front. Its name ends as those do that the workbooks' readers leave alone.
const LIST: &str = "检查结果说明";

/// What there is to say of a workbook.
pub struct Checked<'a> {
    /// Its name without its ending.
    pub name: &'a str,
    /// Mistakes and warnings.
    pub said: &'a [PlanError],
    /// Marks (待核) that are left: sheet, cell, what is to be settled.
    pub open: &'a [(String, CellRef, String)],
    /// Texts for blank cells.
    pub fills: Vec<(String, CellRef, String)>,
}

/// The workbook with each mistake coloured and commented in its cell, and the list of them in front.
pub fn of_office(bytes: &[u8], limits: &Limits, checked: Checked) -> Result<Vec<u8>> {
    let mut fills = Fills::new();
    for (sheet, cell, text) in checked.fills {
        fills.entry(sheet).or_default().insert(cell, text);
    }
    let mut marks = Marks::new();
    let mut rows = Vec::new();
    let row = |tone, level: &str, (place, target), found: &str, help: String| ListedFinding {
        code: "",
        place,
        target,
        tone,
        level: level.to_owned(),
        found: found.to_owned(),
        expected: String::new(),
        help,
        answer: String::new(),
    };
    for error in checked.said {
        let (sheet, cell) = error.cell();
        let at = sheet.zip(cell);
        let (tone, level) = match error.severity {
            Severity::Error => (Tone::Error, "错误"),
            Severity::Warning => (Tone::Warning, "留意"),
        };
        let filled = at.and_then(|(sheet, cell)| fills.get(sheet)?.get(&cell));
        let help = match filled {
            Some(text) => format!("这里已补上“{text}”，核对后即可用，也可以改"),
            None => error.help.clone().unwrap_or_default(),
        };
        if let Some((sheet, cell)) = at {
            let mark = Mark {
                tone,
                comment: Vec::new(),
            };
            let marks = marks.entry(sheet.to_owned()).or_default();
            let mark = marks.entry(cell).or_insert(mark);
            mark.tone = mark.tone.max(tone);
            let text = match help.as_str() {
                "" => error.message.clone(),
                help => format!("{}\n怎么改：{help}", error.message),
            };
            mark.comment.push((format!("{COMMENT_MARK}{level}"), text));
        }
        let target = at.map(|(sheet, cell)| (sheet.to_owned(), cell));
        rows.push(row(
            tone,
            level,
            (error.place(), target),
            &error.message,
            help,
        ));
    }
    for (sheet, cell, what) in checked.open {
        let place = (format!("{sheet}!{cell}"), Some((sheet.clone(), *cell)));
        let help = "判断后改定，并删去“待核”这段话".to_owned();
        rows.push(row(Tone::Note, "待核", place, what, help));
    }
    let listing = Listing {
        sheet: LIST,
        columns: &[1, 2, 3, 5],
        title: format!("{}检查结果", checked.name),
        lead: lead(&rows, !fills.is_empty()),
        request: String::new(),
        rows,
        earlier: Vec::new(),
    };
    let with = Patch {
        listing: &listing,
        marks: &marks,
        department: "",
        submission: Some(1),
        fills: &fills,
    };
    let patched = patch(bytes, limits.part_bytes, &with);
    patched
        .map(|made| made.bytes)
        .map_err(|e| ReportError::ReturnCopy(e.0))
}

/// What the list says above its table.
fn lead(rows: &[ListedFinding], has_filled: bool) -> Vec<String> {
    let mut todo = Vec::new();
    for (tone, words) in [
        (Tone::Error, "处错误（红色）须改正，改正前不能使用"),
        (
            Tone::Warning,
            "处要留意（黄色），请看是不是这个意思，不改也能使用",
        ),
        (Tone::Note, "处待核，须由人判断"),
    ] {
        let count = rows.iter().filter(|row| row.tone == tone).count();
        todo.extend((count > 0).then(|| format!("{count}{words}")));
    }
    let mut lead = vec![format!("{}。", todo.join("；"))];
    if has_filled {
        lead.push("空着的编号已按顺序补上（红色单元格里），核对后即可用。".to_owned());
    }
    lead.push(
        "点“位置”跳到所在单元格，批注里写明问题和改法。在本文件里改好、保存，再检查一次：\
         改好的地方颜色和批注会去掉。没有错误后，用本文件换下原来的文件；这张表留着、删去都可以。"
            .to_owned(),
    );
    lead
}
