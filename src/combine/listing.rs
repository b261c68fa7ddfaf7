//! What the reports list as it is: findings, files, and the rules that the plan has changed.

use std::collections::HashMap;

use crate::check::{Checked, Register, Rule, Severity, Status};
use crate::plan::Plan;
use crate::plan::model::RuleLevel;

use super::facts::{FileFacts, FindingFacts};
use super::figure::Figure;
use super::id::{Part, Subject};
use super::origin::Origin;

/// In the order of the month's findings.
pub fn findings(plan: &Plan, checked: &Checked, rules: &[&'static Rule]) -> Vec<FindingFacts> {
    let rules: HashMap<&str, &Rule> = rules.iter().map(|r| (r.code, *r)).collect();
    let indicator = |f: &crate::check::Finding| f.indicator.and_then(|i| plan.indicators.get(i));
    checked
        .findings
        .iter()
        .map(|f| FindingFacts {
            code: f.code,
            name: rules.get(f.code).map_or("", |r| r.name),
            severity: f.severity,
            status: f.status,
            department: f.department,
            department_name: f
                .department
                .and_then(|d| plan.departments.get(d))
                .map(|d| d.name.clone()),
            file: f.file.clone(),
            sheet: f.sheet.clone(),
            cell: f.cell.map(|c| c.to_string()),
            task_no: f.task.and_then(|t| plan.tasks.get(t)).map(|t| t.no),
            indicator_id: indicator(f).map(|i| i.id.clone()),
            indicator_name: indicator(f).map(|i| i.name.clone()),
            found: f.found.clone(),
            expected: f.expected.clone(),
            message: f.message.clone(),
            help: f.help.clone(),
            office: rules
                .get(f.code)
                .and_then(|r| r.doc.office)
                .filter(|_| f.status == Status::Open),
            explanation: f.explanation.clone(),
        })
        .collect()
}

/// In path order.
pub fn files(plan: &Plan, checked: &Checked, register: &Register) -> Vec<FileFacts> {
    let file = |(n, f): (usize, &crate::check::FileVerdict)| FileFacts {
        path: f.path.clone(),
        sha256: f.sha256.clone(),
        bytes: Figure::count(
            Subject::File(n).at(Part::Bytes),
            i64::try_from(f.bytes).unwrap_or(i64::MAX),
            "",
            [Origin::File(n)],
        ),
        department_name: f
            .department
            .and_then(|d| plan.departments.get(d))
            .map(|d| d.name.clone()),
        verdict: f.fate.chinese(),
        received: register.received(&f.path),
    };
    checked.files.iter().enumerate().map(file).collect()
}

/// 「R015 完成无验收材料：由警告改为错误」; then what single indicators have switched off, in plan order.
pub fn rule_changes(plan: &Plan, rules: &[&'static Rule]) -> Vec<String> {
    let of = |code: &str| rules.iter().find(|r| r.code == code);
    let label =
        |code: &str| of(code).map_or_else(|| code.to_owned(), |r| format!("{code} {}", r.title));
    let level = plan.checks.severity.iter().filter_map(|(code, level)| {
        let to = match level {
            RuleLevel::Off => return Some(format!("{}：已关闭", label(code))),
            RuleLevel::Note => Severity::Note,
            RuleLevel::Warning => Severity::Warning,
            RuleLevel::Error => Severity::Error,
        };
        match of(code).map(|r| r.severity) {
            Some(from) if from == to => None,
            Some(from) => Some(format!(
                "{}：由{}改为{}",
                label(code),
                from.chinese(),
                to.chinese()
            )),
            None => Some(format!("{}：改为{}", label(code), to.chinese())),
        }
    });
    let off = plan
        .indicators
        .iter()
        .flat_map(|i| i.off.iter().map(move |code| (i, code)))
        .map(|(i, code)| format!("{}：指标{} {}不适用", label(code), i.id, i.name));
    let unasked =
        (!plan.checks.elements).then(|| format!("{}：方案不要求四要素，不适用", label("R018")));
    level.chain(off).chain(unasked).collect()
}
