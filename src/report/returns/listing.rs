//! The list 情况说明: every finding of a file, and room for an answer to each.

use crate::check::{Finding, Severity, Status, answers};
use crate::intake::CellRef;
use crate::intake::submission::Explanation;
use crate::plan::{Period, Plan, chinese_date};

use super::marks::{Tone, level};

/// The list's columns: intake reads the first, second and last back (rules.md, 情况说明).
pub const HEAD: [&str; 7] = ["规则代码", "位置", "级别", "发现", "应为", "怎么改", "说明"];

pub struct Listing {
    /// The sheet that it becomes.
    pub sheet: &'static str,
    /// Which columns of [`HEAD`] it has.
    pub columns: &'static [usize],
    pub title: String,
    /// What to do with it, and where it came from.
    pub lead: Vec<String>,
    /// By when and whom to ask; what the plan does not say is left for the office to fill in. Empty: nobody asks for it.
    pub request: String,
    pub rows: Vec<ListedFinding>,
    /// Answers given earlier that belong to no finding of today; they stay in force and stay listed.
    pub earlier: Vec<[String; 3]>,
}

pub struct ListedFinding {
    pub code: &'static str,
    /// As [`crate::intake`] reads it back; empty where only the code ties an answer to its finding.
    pub place: String,
    /// Where the place leads to.
    pub target: Option<(String, CellRef)>,
    pub tone: Tone,
    pub level: String,
    pub found: String,
    pub expected: String,
    pub help: String,
    pub answer: String,
}

/// The rows of a file's findings, in their order.
pub fn rows(
    plan: &Plan,
    findings: &[&Finding],
    answers: &[Explanation],
) -> (Vec<ListedFinding>, Vec<[String; 3]>) {
    let mut said: Vec<Vec<&str>> = vec![Vec::new(); findings.len()];
    let mut earlier = Vec::new();
    for answer in answers {
        let placed = answers::meant(plan, findings, answer);
        if placed.is_empty() {
            let Explanation {
                code, place, text, ..
            } = answer.clone();
            earlier.push([code, place, text]);
        }
        for ix in placed {
            said[ix].push(&answer.text);
        }
    }
    let rows = findings.iter().zip(said);
    let rows =
        rows.map(|(finding, said)| row(plan, finding, (!said.is_empty()).then(|| said.join("；"))));
    let rows = rows.collect();
    (rows, earlier)
}

fn row(plan: &Plan, finding: &Finding, answer: Option<String>) -> ListedFinding {
    let settled = finding
        .explanation
        .clone()
        .filter(|_| finding.status == Status::Explained);
    let help = finding.help.clone();
    let (answer, help) = match (answer, settled) {
        (Some(own), _) => (own, help),
        // The office's own words about a figure it confirmed are no answer of the department.
        (None, Some(words)) if finding.severity == Severity::Error => (String::new(), words),
        (None, settled) => (settled.unwrap_or_default(), help),
    };
    ListedFinding {
        code: finding.code,
        place: place(plan, finding),
        target: finding
            .sheet
            .clone()
            .map(|sheet| (sheet, finding.cell.unwrap_or(CellRef::new(0, 0)))),
        tone: Tone::of(finding),
        level: level(finding),
        found: finding.message.clone(),
        expected: finding.expected.clone().unwrap_or_default(),
        help,
        answer,
    }
}

/// `进展情况!H7`, else an indicator's id, else a task's number.
fn place(plan: &Plan, finding: &Finding) -> String {
    match (
        &finding.sheet,
        finding.cell,
        finding.indicator,
        finding.task,
    ) {
        (Some(sheet), Some(cell), ..) => format!("{sheet}!{cell}"),
        (None, Some(cell), ..) => cell.to_string(),
        (_, None, Some(ix), _) => plan.indicators[ix].id.clone(),
        (_, None, None, Some(ix)) => plan.tasks[ix].no.to_string(),
        (_, None, None, None) => String::new(),
    }
}

/// What the list says above its table.
pub fn lead(findings: &[&Finding], file: &str, form: CopyForm) -> Vec<String> {
    let count = |severity, status| {
        findings
            .iter()
            .filter(|f| f.severity == severity && f.status == status)
            .count()
    };
    let errors = count(Severity::Error, Status::Open);
    let warnings = count(Severity::Warning, Status::Open);
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(format!(
            "错误{errors}项（红色）须改正，改正前所指的数据不采用"
        ));
    }
    if warnings > 0 {
        parts.push(format!(
            "警告{warnings}项（黄色）须改正，确属实情的在“说明”栏写明"
        ));
    }
    if findings.len() > errors + warnings {
        parts.push("浅蓝色的供参考，不需处理".to_owned());
    }
    let todo = format!("{}。", parts.join("；"));
    let how = match form {
        CopyForm::Marked => {
            "点“位置”跳到所在单元格，单元格的批注写明问题和改法。改好后直接保存本文件重新报送；请不要改动“规则代码”“位置”两栏。"
        }
        CopyForm::Grid => {
            "原文件的格式不便批注，本文件是按原内容重新生成的，原有版式和公式没有保留。可以在本文件中改好后保存报送（点“位置”跳到所在单元格），也可以改正原文件后重新报送。请不要改动“规则代码”“位置”两栏。"
        }
        CopyForm::ListAlone => {
            "原文件不能使用，原因见下表。请按“怎么改”一栏处理后重新报送原表（不是报送本清单）。"
        }
    };
    vec![todo, how.to_owned(), format!("原文件：{file}")]
}

/// By when the file is wanted again and whom to ask, with blanks for what the plan does not say.
pub fn request(plan: &Plan, period: Period) -> String {
    let day = plan.return_day(period);
    let day = day.map_or_else(|| "　　月　　日".to_owned(), chinese_date);
    let telephone = plan.briefing.telephone.as_deref();
    let telephone = telephone.unwrap_or("　　　　　　　　");
    format!("请于{day}前重新报送。有疑问请联系督查室，电话：{telephone}")
}

/// What a return copy is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyForm {
    /// The submitted workbook itself.
    Marked,
    /// A new workbook with the grid as read.
    Grid,
    /// The list and nothing else.
    ListAlone,
}
