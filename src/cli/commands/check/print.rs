//! Findings as a department reads them: by sheet and row, what must be corrected first.

use std::path::Path;

use crate::check::{Finding, Severity, Status};
use crate::cli::terminal::Terminal;
use crate::intake::text::one_line;
use crate::plan::Plan;

use super::CheckedInput;

/// Longest text of a cell that is shown.
const CELL: usize = 60;

/// Where a finding stands: file, the sheet's place in its workbook, its name, its row; what is about the whole comes first.
type Place = (String, usize, String, Option<u32>);

pub fn print(plan: &Plan, own: &CheckedInput, terminal: &Terminal) {
    let department = |ix: Option<usize>| {
        ix.and_then(|d| plan.departments.get(d))
            .map_or("单位不明", |d| d.name.as_str())
    };
    for file in &own.checked.files {
        terminal.line(format!(
            "{}　{}　{}",
            one_line(&file.path, 120),
            department(file.department),
            own.period.chinese()
        ));
    }
    let mut sheet = None;
    for (place, findings) in groups(own) {
        let here = (place.0.clone(), place.2.clone());
        if sheet.as_ref() != Some(&here) {
            let name = if place.2.is_empty() {
                "整个文件".to_owned()
            } else {
                format!("表“{}”", one_line(&place.2, 31))
            };
            let of = if own.checked.files.len() > 1 {
                format!("（{}）", one_line(&place.0, 120))
            } else {
                String::new()
            };
            terminal.line(format!("\n{name}{of}"));
            sheet = Some(here);
        }
        if let Some(row) = place.3 {
            terminal.line(format!("  第{}行", row + 1));
        }
        for finding in findings {
            one(finding, terminal);
        }
    }
    terminal.line(format!("\n{}\n", verdict(own)));
}

/// Groups of one row each, those with errors first within a sheet; in a group likewise.
fn groups(own: &CheckedInput) -> Vec<(Place, Vec<&Finding>)> {
    let sheet_of = |finding: &Finding| -> (usize, String) {
        let Some(sheet) = &finding.sheet else {
            return (0, String::new());
        };
        let names = own
            .arrivals
            .iter()
            .find(|a| Some(&a.path) == finding.file.as_ref())
            .and_then(|a| a.content.as_deref().ok());
        let at = names
            .and_then(|s| s.sheet_names.iter().position(|n| n == sheet))
            .map_or(usize::MAX, |ix| ix + 1);
        (at, sheet.clone())
    };
    let mut groups: Vec<(Place, Vec<&Finding>)> = Vec::new();
    for finding in &own.checked.findings {
        let (at, sheet) = sheet_of(finding);
        let place = (
            finding.file.clone().unwrap_or_default(),
            at,
            sheet,
            finding.cell.map(|c| c.row),
        );
        match groups.iter_mut().find(|(p, _)| *p == place) {
            Some((_, list)) => list.push(finding),
            None => groups.push((place, vec![finding])),
        }
    }
    for (_, list) in &mut groups {
        list.sort_by_key(|f| (weight(f), f.cell));
    }
    groups.sort_by(|(a, x), (b, y)| {
        let worst = |list: &[&Finding]| list.first().map_or(u8::MAX, |f| weight(f));
        (&a.0, a.1, &a.2, worst(x), a.3).cmp(&(&b.0, b.1, &b.2, worst(y), b.3))
    });
    groups
}

/// What is to be done first.
fn weight(finding: &Finding) -> u8 {
    match (finding.status, finding.severity) {
        (Status::Explained, _) => 3,
        (_, Severity::Error) => 0,
        (_, Severity::Warning) => 1,
        (_, Severity::Note) => 2,
    }
}

fn one(finding: &Finding, terminal: &Terminal) {
    let colour = match weight(finding) {
        0 => "\u{1b}[1;31m",
        1 => "\u{1b}[33m",
        _ => "",
    };
    let reset = if colour.is_empty() { "" } else { "\u{1b}[0m" };
    let word = if finding.status == Status::Explained {
        "已说明"
    } else {
        finding.severity.chinese()
    };
    let place = finding.cell.map(|c| format!(" {c}")).unwrap_or_default();
    let found = finding
        .found
        .as_deref()
        .filter(|t| !t.trim().is_empty())
        .map(|t| format!("“{}”", one_line(t, CELL)))
        .unwrap_or_default();
    terminal.line(format!(
        "    {colour}{word}{reset} {}{place}{found} {}",
        finding.code,
        one_line(&finding.message, 400)
    ));
    if let Some(expected) = finding.expected.as_deref().filter(|t| !t.is_empty()) {
        terminal.line(format!("      应为：{}", one_line(expected, 200)));
    }
    terminal.line(format!("      怎么办：{}", one_line(&finding.help, 400)));
    if let Some(words) = &finding.explanation {
        terminal.line(format!("      说明：{}", one_line(words, 200)));
    }
}

fn verdict(own: &CheckedInput) -> String {
    let (errors, warnings, notes) = (
        own.open(Severity::Error),
        own.open(Severity::Warning),
        own.open(Severity::Note),
    );
    let notes = if notes > 0 {
        format!("另有提示{notes}条，供了解。")
    } else {
        String::new()
    };
    match own.verdict() {
        "refused" => "结论：这个文件不能使用，请按上面的意见处理后再检查。".to_owned(),
        "errors" if warnings > 0 => format!(
            "结论：暂不要报送。错误{errors}条须改正，警告{warnings}条请更正或在“情况说明”表中说明。{notes}"
        ),
        "errors" => format!("结论：暂不要报送。错误{errors}条须改正。{notes}"),
        "warnings" => {
            format!("结论：可以报送，但警告{warnings}条请先更正，或在“情况说明”表中说明。{notes}")
        }
        _ => format!("结论：可以报送，没有发现问题。{notes}"),
    }
}

pub fn footnotes(inbox: &Path, without_history: bool, terminal: &Terminal) {
    if without_history {
        terminal.line(format!(
            "没有与以前月份比较：收件箱“{}”中没有以前月份的报送表。",
            inbox.display()
        ));
    }
    terminal.line("这里只检查文件本身；是否逾期、与其他单位是否一致，由督查室汇总时核对。");
}
