use std::fmt::Display;

use crate::intake::submission::HiddenData;
use crate::intake::workbook::column_name;

rule! {
    S010 "hidden-data", Warning, Submission(check);
    title: "隐藏的表、行或列中有填报数据",
    what: "工作簿里是否有隐藏的进展情况表，所用的表里是否有隐藏的行、列带着数据。隐藏的行、列仍按填报数据采用；系统自带的标识表不算。",
    why: "隐藏的内容填报人和督查室都看不见，可能是没删干净的旧数，也可能是漏看的错数。",
    example: "工作簿里还藏着“5月进展情况”；第8行被隐藏，审核时没有看到。",
    fix: "取消隐藏，核对后保留本月数据，删去旧的内容。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let help = "请取消隐藏并核对，删去不属于本月的内容。";
    let mut findings = Vec::new();
    for sheet in cx
        .submission
        .report_sheets
        .iter()
        .filter(|sheet| sheet.hidden && sheet.has_data)
    {
        let message = format!(
            "工作表“{}”被隐藏，里面有填报数据。",
            text::one_line(&sheet.name, 30)
        );
        findings.push(cx.finding(&RULE, message, help).sheet(&sheet.name));
    }
    let (rows, columns): (Vec<&HiddenData>, Vec<&HiddenData>) = cx
        .report
        .hidden
        .iter()
        .partition(|hidden| hidden.row.is_some());
    let row_names = spans(rows.iter().map(|hidden| hidden.at.row), |row| row + 1);
    let column_names = spans(columns.iter().map(|hidden| hidden.at.col), column_name);
    for (first, what) in [
        (rows.first(), format!("第{row_names}行")),
        (columns.first(), format!("{column_names}列")),
    ] {
        let Some(first) = first else { continue };
        let message = format!("{what}被隐藏，里面有填报数据，仍已采用。");
        findings.push(
            cx.finding(&RULE, message, help)
                .sheet(&cx.report.sheet)
                .cell(first.at),
        );
    }
    findings
}

/// `7至9、12`: neighbours run together.
fn spans<N: Display>(indexes: impl Iterator<Item = u32>, name: impl Fn(u32) -> N) -> String {
    let mut sorted: Vec<u32> = indexes.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for index in sorted {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == index => *last = index,
            _ => runs.push((index, index)),
        }
    }

    runs.into_iter()
        .map(|(a, b)| {
            if a == b {
                name(a).to_string()
            } else {
                format!("{}至{}", name(a), name(b))
            }
        })
        .joined("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_run_together() {
        assert_eq!(spans([8, 6, 7, 11].into_iter(), |row| row + 1), "7至9、12");
        assert_eq!(spans([7].into_iter(), column_name), "H");
        assert_eq!(spans([25, 26].into_iter(), column_name), "Z至AA");
    }
}
