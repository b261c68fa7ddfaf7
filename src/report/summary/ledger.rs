//! 问题台账: every problem that somebody has to follow, with its department, its day, its state and room for the office.

use jiff::civil::Date;
use rust_xlsxwriter::DataValidation;

use super::prelude::*;
use crate::check::{Reporting, Severity, Status};
use crate::combine::facts::{DepartmentFacts, NextDate, Outcome};
use crate::combine::words;

const LAST_COL: u16 = 10;
const COL_STATE: u16 = 7;
const COL_OFFICE: u16 = 8;

const COLUMNS: [(&str, f64); 11] = [
    ("编号", 5.5),
    ("类别", 8.0),
    ("责任单位", 14.0),
    ("项目", 22.0),
    ("问题", 42.0),
    ("责任单位的措施", 36.0),
    ("期限", 13.5),
    ("状态", 12.0),
    ("办理情况\n（督查室）", 12.0),
    ("经办人\n（督查室）", 10.5),
    ("备注\n（督查室）", 20.0),
];

/// What the office chooses from.
const HANDLED: [&str; 5] = ["未办", "已交办", "办理中", "已办结", "同意延期"];

struct Entry {
    kind: &'static str,
    department: String,
    task: String,
    problem: String,
    steps: String,
    day: Option<Date>,
    state: String,
}

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let all = entries(cx);
    let (entries, unlisted) = cx.listed(&all);
    let mut canvas = Canvas::list(ws, cx, 8, 0x00C0_0000, "问题台账", &COLUMNS)?;
    for (n, entry) in (1_u32..).zip(entries) {
        let row = HEAD + n;
        canvas.number(row, 0, f64::from(n), "0", Look::NumberCenter)?;
        canvas.text(row, 1, entry.kind, Look::Center)?;
        canvas.text(row, 2, &entry.department, Look::Center)?;
        canvas.text_or_blank(row, 3, Some(&entry.task), Look::Text)?;
        canvas.text(row, 4, &entry.problem, Look::Text)?;
        canvas.text_or_blank(row, 5, Some(&entry.steps), Look::Text)?;
        canvas.date_or_blank(row, 6, entry.day, Look::NumberCenter)?;
        canvas.text(row, COL_STATE, &entry.state, Look::Label)?;
        for col in COL_OFFICE..=LAST_COL {
            canvas.blank(row, col, Look::Text)?;
        }
    }
    let rows = u32::try_from(entries.len()).unwrap_or(0);
    let last = HEAD + rows;
    if rows > 0 {
        let choice = DataValidation::new().allow_list_strings(&HANDLED)?;
        canvas
            .ws
            .add_data_validation(FIRST_ROW, COL_OFFICE, last, COL_OFFICE, &choice)?;
        colour_grades(canvas.ws, (FIRST_ROW, COL_STATE), (last, COL_STATE))?;
        canvas.ws.autofilter(HEAD, 0, last, LAST_COL)?;
    }
    let mut note = if rows == 0 {
        "本期没有需要跟踪的问题。".to_owned()
    } else {
        "注：期限为责任单位的预计完成时间，没有或已过的为完成时限；报送问题为报送期限。“督查室”各列供填写，“办理情况”从下拉列表中选。数据问题的逐条内容见“数据核查清单”。".to_owned()
    };
    if unlisted > 0 {
        note = format!("{note}本表列出前{rows}项，其余{unlisted}项见“一览表”和“数据核查清单”。");
    }
    canvas.across(last + 1, (0, LAST_COL), &note, Look::Note)?;
    canvas.ws.set_freeze_panes(FIRST_ROW, 4)?;
    canvas.finish(cx, &Print::list((last + 1, LAST_COL)))
}

/// The tasks' problems, the worst first, then those of reporting and of data, by department.
fn entries(cx: &Cx) -> Vec<Entry> {
    let tasks = &cx.facts.tasks;
    let mut out: Vec<Entry> = cx.facts.laggards().iter().map(|t| behind(cx, t)).collect();
    let listed = tasks
        .iter()
        .filter(|t| t.stays_listed && !t.grade.is_lagging());
    out.extend(listed.map(|t| entry(t, "进度", "此前滞后，本期数据待核实".to_owned())));
    let of = |grade: Grade| tasks.iter().filter(move |t| t.grade == grade);
    out.extend(of(Grade::NotReached).map(|t| entry(t, "达标", missed(cx, t))));
    out.extend(of(Grade::NotStarted).map(|t| entry(t, "进度", "未启动".to_owned())));
    for task in tasks.iter().filter(|t| !t.grade.is_lagging()) {
        if let Some(warning) = task
            .early_warning
            .as_ref()
            .filter(|_| !task.grade.is_finished())
        {
            out.push(entry(
                task,
                "预警",
                warning.trim_end_matches('。').to_owned(),
            ));
        }
        let is_broken =
            |p: &crate::combine::facts::Promise| p.is_due && p.outcome == Outcome::Broken;
        if task.promise.as_ref().is_some_and(is_broken) {
            let on = words::promised_for(task, cx.facts.period).unwrap_or_default();
            out.push(entry(task, "承诺", format!("上月{on}，到期未完成")));
        }
    }
    for task in tasks {
        for words in &task.requests {
            out.push(entry(task, "提请", words.clone()));
        }
        if cx.facts.elements.asked && !task.elements.missing.is_empty() {
            let missing = task.elements.missing.join("、");
            out.push(lacking(
                task,
                "要素",
                format!("四要素缺{missing}"),
                "待补齐",
            ));
        }
        if task.elements.is_doubtful {
            let words = "资金数额前后矛盾，未计入合计".to_owned();
            out.push(lacking(task, "资金", words, "待核实"));
        }
    }
    for department in &cx.facts.departments {
        out.extend(reporting(cx, department));
        out.extend(data(cx, department));
    }
    out
}

fn entry(task: &TaskFacts, kind: &'static str, problem: String) -> Entry {
    let day = match task.next_date {
        Some(NextDate::Expected(day) | NextDate::Deadline(day) | NextDate::Passed(day)) => day,
        None => task.deadline,
    };
    Entry {
        kind,
        department: task.lead_name.clone(),
        task: format!("{}. {}", task.no, task.name),
        problem,
        steps: task.next_steps.clone().unwrap_or_default(),
        day: Some(day),
        state: task.grade.name().to_owned(),
    }
}

/// What the department has to send, with no day that a record gives.
fn lacking(task: &TaskFacts, kind: &'static str, problem: String, state: &str) -> Entry {
    Entry {
        steps: String::new(),
        day: None,
        state: state.to_owned(),
        ..entry(task, kind, problem)
    }
}

/// 「低43.3个百分点，连续滞后4个月（3月起）；二次采购尚未定标」.
fn behind(cx: &Cx, task: &TaskFacts) -> Entry {
    let gap = match &task.gap {
        Some(_) => format!("与序时进度相比{}", words::gap(task)),
        None => words::gap(task),
    };
    let streak = task.streak.as_ref().map(|s| {
        let months = words::streak(s, cx.facts.period);
        format!("，连续滞后{months}")
    });
    let cause = task.problems.as_ref().map(|p| format!("。{p}"));
    let words = gap + &streak.unwrap_or_default() + &cause.unwrap_or_default();
    entry(task, "进度", words)
}

/// The indicators that miss their target.
fn missed(cx: &Cx, task: &TaskFacts) -> String {
    let own = cx.facts.indicators.get(task.indicators.clone());
    let missed = own.unwrap_or_default().iter().filter(|i| i.misses_target());
    let said = missed
        .map(|i| {
            let value = i
                .value
                .as_ref()
                .map_or_else(String::new, crate::combine::Figure::text);
            format!("{}{value}（目标{}）", i.name, i.goal().unwrap_or_default())
        })
        .joined("，");
    let streak = task.streak.as_ref().map(|s| {
        let months = words::streak(s, cx.facts.period);
        format!("，连续未达标{months}")
    });
    let cause = task.problems.as_ref().map(|p| format!("。{p}"));
    said + &streak.unwrap_or_default() + &cause.unwrap_or_default()
}

fn reporting(cx: &Cx, department: &DepartmentFacts) -> Option<Entry> {
    // With --as-of nothing is due yet.
    let words = match department.submitted {
        _ if cx.facts.as_of.is_some() => return None,
        Reporting::NotSubmitted => "本期未报送",
        Reporting::Returned => "报送的文件不能使用，已退回",
        Reporting::Late => "逾期报送",
        _ => return None,
    };
    let state = match department.submitted {
        Reporting::Late => "已报送",
        _ => "待报送",
    };
    Some(Entry {
        day: Some(department.due),
        ..of_department(department, "报送", words.to_owned(), state)
    })
}

/// One line a department: 数据核查清单 has each finding.
fn data(cx: &Cx, department: &DepartmentFacts) -> Option<Entry> {
    let open = |severity: Severity| {
        let own = cx.facts.findings.iter().filter(|f| {
            // What 报送 says is not said again.
            let is_told = ["X001", "X002"].contains(&f.code);
            f.department == Some(department.department) && f.severity == severity && !is_told
        });
        own.filter(|f| f.status == Status::Open).count()
    };
    let [errors, warnings] = [Severity::Error, Severity::Warning].map(open);
    let (words, state) = match (errors, warnings) {
        (0, 0) => return None,
        (0, n) => (format!("警告{n}项，须改正或说明"), "待说明"),
        (n, 0) => (format!("错误{n}项，须改正后重新报送"), "待更正"),
        (n, m) => (
            format!("错误{n}项，须改正后重新报送；警告{m}项，须改正或说明"),
            "待更正",
        ),
    };
    Some(of_department(department, "数据", words, state))
}

fn of_department(
    department: &DepartmentFacts,
    kind: &'static str,
    problem: String,
    state: &str,
) -> Entry {
    Entry {
        kind,
        department: department.name.clone(),
        task: String::new(),
        problem,
        steps: String::new(),
        day: None,
        state: state.to_owned(),
    }
}
