//! What the office does next: in the closing words of a run and on the month's page, in the same words.

use std::collections::BTreeSet;

use crate::check::{FindingFacts, Reporting, Severity, Status};
use crate::combine::Facts;
use crate::plan::DeptIx;

/// What is to be done with some departments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Nothing came.
    Remind,
    /// What came cannot be used.
    Return,
    /// Errors are open; `holds`: they hold figures back.
    Correct { holds: bool },
    /// Warnings are open.
    Explain,
}

impl Deed {
    /// The sentence; `names`: the departments.
    pub fn said(self, names: &str) -> String {
        match self {
            Self::Remind => format!("催报：{names}未报送"),
            Self::Return => {
                format!("退回：{names}的文件不能使用，请把“退回”文件夹中的文件发还")
            }
            Self::Correct { holds } => {
                let note = if holds {
                    "（改正前相关数据不采用）"
                } else {
                    ""
                };
                format!("更正：请{names}改正错误后重新报送{note}，标好的原表在“退回”文件夹")
            }
            Self::Explain => format!("说明：请{names}更正警告，或在“情况说明”表中说明"),
        }
    }
}

/// Said where there is no step for a department. An error that is open then is a lateness that the plan counts as one, which
/// cannot be mended, or is no department's: a file that nobody sent.
pub(crate) fn nothing(facts: &Facts) -> &'static str {
    let is_open = |f: &&FindingFacts| f.severity == Severity::Error && f.status == Status::Open;
    let mut open = facts.findings.iter().filter(is_open).peekable();
    if open.peek().is_none() {
        "没有需要处理的问题。"
    } else if open.all(|f| f.code == "X002") {
        "逾期报送按任务计划算作错误，无法更正；没有其他需要处理的问题。"
    } else {
        "没有需要单位处理的问题；未能对应到单位的错误见汇总表“数据核查清单”。"
    }
}

/// What is to be done, and with which departments, in plan order.
pub(crate) fn steps(facts: &Facts) -> Vec<(Deed, Vec<DeptIx>)> {
    let reported = |status: Reporting| -> Vec<DeptIx> {
        let departments = facts.departments.iter();
        let own = departments.filter(|d| d.submitted == status);
        own.map(|d| d.department).collect()
    };
    let open = |severity| -> Vec<DeptIx> {
        // What came late cannot be mended.
        let is_asked = |f: &&FindingFacts| !matches!(f.code, "X001" | "X002");
        let open = facts
            .findings
            .iter()
            .filter(|f| f.severity == severity && f.status == Status::Open)
            .filter(is_asked);
        let departments: BTreeSet<DeptIx> = open.filter_map(|f| f.department).collect();
        departments.into_iter().collect()
    };
    let errors = open(Severity::Error);
    // An error beside the figures (money, a rate that is stated) holds none of them back.
    let holds = facts
        .departments
        .iter()
        .any(|d| d.accepted.value < d.slots.value && errors.binary_search(&d.department).is_ok());
    let all = [
        (Deed::Remind, reported(Reporting::NotSubmitted)),
        (Deed::Return, reported(Reporting::Returned)),
        (Deed::Correct { holds }, errors),
        (Deed::Explain, open(Severity::Warning)),
    ];
    all.into_iter()
        .filter(|(_, departments)| !departments.is_empty())
        .collect()
}

/// Names that stand in a line for all of them: each as `shown`, or the first of many and how many they are; the reports have all.
pub(crate) fn names(all: &[DeptIx], most: usize, shown: impl Fn(DeptIx) -> String) -> String {
    let first: Vec<String> = all.iter().take(most).map(|&d| shown(d)).collect();
    let first = first.join("、");
    if all.len() > most {
        format!("{first}等{}个单位（名单见汇总表）", all.len())
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    /// At a hundred thousand departments a line of the closing message once took a screen's hundred.
    #[test]
    fn a_line_names_some_of_many() {
        let said = |many: usize| names(&vec![0; many], 2, |_| "甲局".to_owned());
        assert_eq!(said(1), "甲局");
        assert_eq!(said(2), "甲局、甲局");
        assert_eq!(said(31), "甲局、甲局等31个单位（名单见汇总表）");
    }
}
