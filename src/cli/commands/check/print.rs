//! Findings as a department reads them: by sheet and row, what must be corrected first.

use super::super::prelude::*;
use crate::check::{Finding, Status};
use crate::report::self_check::{Compared, OwnCheck, groups, weight};

/// Longest text of a cell that is shown.
const CELL: usize = 60;

pub fn print(plan: &Plan, own: &OwnCheck, terminal: &Terminal) {
    let department = |ix: Option<usize>| {
        ix.and_then(|d| plan.departments.get(d))
            .map_or("单位不明", |d| d.name.as_str())
    };
    for file in &own.checked.files {
        let month = own.period.map(|period| format!("　{}", period.chinese()));
        say!(
            terminal,
            "{}　{}{}",
            one_line(&file.path, 120),
            department(file.department),
            month.unwrap_or_default()
        );
    }
    let findings = &own.checked.findings;
    let mut groups = groups(own);
    // Within a sheet, what must be corrected comes first.
    groups.sort_by_key(|(place, of)| {
        let worst = of.first().map_or(u8::MAX, |&ix| weight(&findings[ix]));
        (place.file.clone(), place.at, place.sheet.clone(), worst)
    });
    let mut sheet = None;
    for (place, of) in groups {
        let here = (place.file.clone(), place.sheet.clone());
        if sheet.as_ref() != Some(&here) {
            let name = if place.sheet.is_empty() {
                "整个文件".to_owned()
            } else {
                format!("表“{}”", one_line(&place.sheet, 31))
            };
            let of = if own.checked.files.len() > 1 {
                format!("（{}）", one_line(&place.file, 120))
            } else {
                String::new()
            };
            say!(terminal, "\n{name}{of}");
            sheet = Some(here);
        }
        if let Some(row) = place.row {
            say!(terminal, "  第{}行", row + 1);
        }
        for ix in of {
            one(&findings[ix], terminal);
        }
    }
    say!(terminal, "\n结论：{}\n", own.sentence());
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
    say!(
        terminal,
        "    {colour}{word}{reset} {}{place}{found} {}",
        finding.code,
        one_line(&finding.message, 400)
    );
    if let Some(expected) = finding.expected.as_deref().filter(|t| !t.is_empty()) {
        say!(terminal, "      应为：{}", one_line(expected, 200));
    }
    say!(terminal, "      怎么办：{}", one_line(&finding.help, 400));
    if let Some(words) = &finding.explanation {
        say!(terminal, "      说明：{}", one_line(words, 200));
    }
}

pub fn footnotes(inbox: &Path, compared: impl Iterator<Item = Compared>, terminal: &Terminal) {
    let mut said: Vec<String> = Vec::new();
    for compared in compared {
        let words = match compared {
            Compared::Nothing => format!(
                "没有与以前月份比较：收件箱“{}”中没有以前月份的报送表，表内也没有自带的采信数。",
                inbox.display()
            ),
            other => other.sentence(),
        };
        if !words.is_empty() && !said.contains(&words) {
            said.push(words);
        }
    }
    for words in said {
        terminal.line(words);
    }
    terminal.line("这里只检查文件本身；是否逾期、与其他单位是否一致，由督查室汇总时核对。");
}
