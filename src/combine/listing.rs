//! What the reports list as it is: files, and the rules that the plan has changed.

use crate::check::Rule;
use crate::plan::model::RuleLevel;

use super::facts::FileFacts;
use super::prelude::*;

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
