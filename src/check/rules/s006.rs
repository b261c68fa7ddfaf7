//! S006 unknown-row.

use super::{s002, s003};
use crate::check::context::SubmissionCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule};
use crate::check::{Finding, Severity};
use crate::intake::{RowSubject, text};

pub static RULE: Rule = Rule {
    code: "S006",
    name: "unknown-row",
    severity: Severity::Warning,
    fixed: false,
    title: "这一行对不上计划中的任何任务",
    doc: Doc {
        what: "每一行的项目名称（没有项目名称的看序号）和指标能否对上计划。名称与序号不一致时以名称为准，因为序号可能是单位自己编的。",
        why: "对不上的行不会被采用；如果只是名称写得不一样，应报的指标就会变成漏报。",
        example: "表中多了一行“口袋公园建设”，通知的20件实事里没有。",
        fix: "名称写得不同的，改成与通知一致；不属于本次报送的行请删去，确有调整的请告知督查室。",
        office: None,
    },
    check: Check::Submission(check),
};

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    if s002::refuses(cx.plan, cx.department, cx.report) || s003::refuses(cx.report) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut more = 0;
    for row in &cx.report.rows {
        let RowSubject::Unknown { name, suggestions } = &row.subject else {
            continue;
        };
        if findings.len() == read::LISTED {
            more += 1;
            continue;
        }
        let help = if suggestions.is_empty() {
            "请改成与通知一致的名称；不属于本次报送的，请删去这一行。".to_owned()
        } else {
            let near: Vec<String> = suggestions
                .iter()
                .take(3)
                .map(|s| format!("“{s}”"))
                .collect();
            format!(
                "是否为{}？请改成与通知一致的名称；不属于本次报送的，请删去这一行。",
                near.join("或")
            )
        };
        let message = format!(
            "“{}”对不上计划中的任何任务或指标，未采用。",
            text::one_line(name, 40)
        );
        findings.push(read::at_row(
            cx.finding(&RULE, message, help).sheet(&cx.report.sheet),
            row,
        ));
    }
    read::tell_more(&mut findings, more, "行");
    findings
}
