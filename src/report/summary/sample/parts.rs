//! The parts of a sample month around its tasks: elements, findings, departments, files.

use jiff::civil::{Date, date};

use crate::check::{Severity, State, Status};
use crate::combine::facts::*;
use crate::plan::{Grade, MilestoneState, Period};

use super::commitments::DEPARTMENTS;
use super::{Month, Sample, count, figure, percent};

pub(super) fn department_name(ix: usize) -> String {
    DEPARTMENTS.get(ix).map_or_else(
        || format!("第{}街道办事处", ix + 1),
        |(_, name)| (*name).to_owned(),
    )
}

pub(super) fn words(i: &IndicatorFacts) -> String {
    match (&i.value, i.milestone, i.state) {
        (_, _, State::Missing) => "未报".to_owned(),
        (_, _, State::Withheld) => "数据正在核实，本期暂不计入".to_owned(),
        (Some(v), _, _) if i.rate.is_some() => format!(
            "累计完成{}，占年度目标的{}",
            v.text(),
            i.rate.as_ref().map(Figure::text).unwrap_or_default()
        ),
        (Some(v), _, _) => format!("达到{}", v.text()),
        (None, Some(MilestoneState::Done), _) => "已于2024年5月28日完成".to_owned(),
        (None, Some(_), _) => "未启动".to_owned(),
        _ => "持续推进".to_owned(),
    }
}

pub(super) fn grade_counts(prefix: &str, grades: &[Grade]) -> GradeCounts {
    GradeCounts {
        total: count(format!("{prefix}.total"), grades.len(), "件"),
        by_grade: Grade::ALL
            .into_iter()
            .map(|g| {
                (
                    g,
                    count(
                        format!("{prefix}.{}", g.name()),
                        grades.iter().filter(|x| **x == g).count(),
                        "件",
                    ),
                )
            })
            .collect(),
    }
}

pub(super) fn elements(no: usize, number: usize, said: bool) -> ElementsFacts {
    let full = said && no % 6 != 4;
    let money = said && no % 3 != 2;
    let amount = |part: &str, value: f64| {
        money.then(|| figure(format!("task.{number}.{part}"), value, 2, false, "万元"))
    };
    let base = 120.5 + 37.25 * (no % 40) as f64;
    ElementsFacts {
        measures: said.then(|| "成立工作专班，倒排工期、挂图作战；每半月现场调度一次，逐项销号；涉及占道、迁改的事项提前与产权单位会商。".to_owned()),
        deadline: full.then(|| "2024年12月31日".to_owned()),
        deadline_on: full.then(|| jiff::civil::date(2024, 12, 31)),
        acceptance: full.then(|| "由行业主管部门组织竣工验收，出具验收意见书。".to_owned()),
        funding: said.then(|| "区级财政资金、市级专项补助".to_owned()),
        missing: match (said, full) {
            (true, true) => Vec::new(),
            (true, false) => vec!["完成时限", "验收标准"],
            (false, _) => vec!["工作举措", "完成时限", "验收标准", "资金来源"],
        },
        planned: amount("planned", base),
        arrived: amount("arrived", base * 0.7),
        paid: amount("paid", base * 0.4),
        arrived_rate: money.then(|| percent(format!("task.{number}.arrived_rate"), 70.0)),
        paid_rate: money.then(|| percent(format!("task.{number}.paid_rate"), 57.1)),
        leader: said.then(|| "张某某".to_owned()),
        contact: said.then(|| "李某某".to_owned()),
        present: count(format!("task.{number}.elements"), if full { 4 } else { usize::from(said) * 2 }, "项"),
    }
}

pub(super) fn elements_overall(tasks: &[TaskFacts]) -> ElementsOverall {
    let total = |id: &str, pick: fn(&ElementsFacts) -> &Option<Figure>| {
        let values: Vec<f64> = tasks
            .iter()
            .filter_map(|t| pick(&t.elements).as_ref())
            .map(|f| f.value)
            .collect();
        (!values.is_empty()).then(|| figure(id, values.iter().sum(), 2, false, "万元"))
    };
    let present: f64 = tasks.iter().map(|t| t.elements.present.value).sum();
    let planned = total("elements.planned", |e| &e.planned);
    ElementsOverall {
        complete_tasks: count(
            "elements.complete_tasks",
            tasks
                .iter()
                .filter(|t| t.elements.missing.is_empty())
                .count(),
            "件",
        ),
        completeness: percent(
            "elements.completeness",
            present / (4.0 * tasks.len().max(1) as f64) * 100.0,
        ),
        arrived_rate: planned
            .as_ref()
            .map(|_| percent("elements.arrived_rate", 70.0)),
        paid_rate: planned
            .as_ref()
            .map(|_| percent("elements.paid_rate", 57.1)),
        planned,
        arrived: total("elements.arrived", |e| &e.arrived),
        paid: total("elements.paid", |e| &e.paid),
    }
}

pub(super) fn findings(month: Month, tasks: &[TaskFacts]) -> Vec<FindingFacts> {
    let finding = |code,
                   name,
                   severity,
                   status,
                   task: &TaskFacts,
                   indicator: Option<&str>,
                   message: String,
                   help: &str| FindingFacts {
        code,
        name,
        severity,
        status,
        department: Some(task.lead),
        department_name: Some(task.lead_name.clone()),
        file: Some(format!(
            "{0}/{0}2024年6月报送表（最终版）.xlsx",
            task.lead_name
        )),
        sheet: Some("进展情况".to_owned()),
        cell: Some(format!("H{}", task.no + 4)),
        task_no: Some(task.no),
        indicator_id: indicator.map(|n| format!("{}.{n}", task.no)),
        indicator_name: indicator.map(|_| "供水管网改造".to_owned()),
        found: Some("=HYPERLINK(\"http://example.org\",\"3.2公里\")".to_owned()),
        expected: Some("不少于4.9公里".to_owned()),
        message,
        help: help.to_owned(),
        office: None,
        explanation: (status == Status::Explained)
            .then(|| "已与施工单位核对，因雨季停工，7月恢复施工。".to_owned()),
    };
    match month {
        Month::January => Vec::new(),
        Month::Nothing => (0..DEPARTMENTS.len())
            .map(|d| FindingFacts {
                file: None,
                sheet: None,
                cell: None,
                found: None,
                task_no: None,
                department: Some(d),
                department_name: Some(department_name(d)),
                ..finding(
                    "X001",
                    "not-submitted",
                    Severity::Error,
                    Status::Open,
                    &tasks[0],
                    None,
                    format!("{}未报送2024年6月数据。", department_name(d)),
                    "请尽快报送。",
                )
            })
            .collect(),
        Month::June => {
            let mut all = vec![FindingFacts {
                department: None,
                department_name: None,
                task_no: None,
                sheet: None,
                cell: None,
                file: Some("新建 Microsoft Excel 工作表 (2).xlsx".to_owned()),
                ..finding(
                    "F005",
                    "unknown-department",
                    Severity::Error,
                    Status::Open,
                    &tasks[0],
                    None,
                    "无法判断报送单位。".to_owned(),
                    "请在“填报单位”处写明单位全称后重新报送。",
                )
            }];
            for (n, task) in tasks.iter().enumerate() {
                let (code, severity, status) = match n % 5 {
                    0 => ("R001", Severity::Error, Status::Open),
                    1 => ("R016", Severity::Warning, Status::Open),
                    2 => ("C005", Severity::Note, Status::Open),
                    3 => ("R007", Severity::Warning, Status::Explained),
                    _ => continue,
                };
                let message = format!(
                    "第{}项“供水管网改造”累计3.2公里，少于上月4.9公里。",
                    task.no
                );
                all.push(finding(
                    code,
                    "sample",
                    severity,
                    status,
                    task,
                    Some("1"),
                    message,
                    "请核对；确需核减的，请说明原因，报督查室核实。",
                ));
            }
            all
        }
    }
}

pub(super) fn departments(sample: &Sample, findings: &[FindingFacts]) -> Vec<DepartmentFacts> {
    (0..sample.departments)
        .map(|d| {
            let own = || findings.iter().filter(move |f| f.department == Some(d));
            let open = |severity| {
                own()
                    .filter(|f| f.severity == severity && f.status == Status::Open)
                    .count()
            };
            let slots: Vec<&SlotFacts> =
                sample.slots.iter().filter(|s| s.department == d).collect();
            let accepted = slots.iter().filter(|s| s.state == State::Accepted).count();
            let submitted = match (sample.month, d % 8) {
                (Month::Nothing, _) => "未报",
                (Month::June, 5) => "逾期报送",
                (Month::June, 6) => "已退回",
                (Month::June, 7) => "未报",
                _ => "按时报送",
            };
            let id = |part: &str| format!("department.{d}.{part}");
            DepartmentFacts {
                department: d,
                id: DEPARTMENTS
                    .get(d)
                    .map_or_else(|| format!("d{d:03}"), |(id, _)| (*id).to_owned()),
                name: department_name(d),
                submitted,
                received: (submitted != "未报").then(|| received(sample.period, d)),
                due: date(2024, sample.period.month() + 1, 5),
                file: (submitted == "按时报送" || submitted == "逾期报送").then(|| {
                    format!(
                        "{0}/{0}2024年{1}月报送表（最终版）.xlsx",
                        department_name(d),
                        sample.period.month()
                    )
                }),
                errors: count(id("errors"), open(Severity::Error), "项"),
                warnings: count(id("warnings"), open(Severity::Warning), "项"),
                notes: count(id("notes"), open(Severity::Note), "项"),
                explained: count(
                    id("explained"),
                    own().filter(|f| f.status == Status::Explained).count(),
                    "项",
                ),
                slots: count(id("slots"), slots.len(), "项"),
                accepted: count(id("accepted"), accepted, "项"),
                accepted_rate: (!slots.is_empty()).then(|| {
                    percent(
                        id("accepted_rate"),
                        accepted as f64 / slots.len() as f64 * 100.0,
                    )
                }),
                rank: count(id("rank"), d + 1, ""),
                tasks: grade_counts(
                    &id("tasks"),
                    &sample
                        .tasks
                        .iter()
                        .filter(|t| t.lead == d)
                        .map(|t| t.grade)
                        .collect::<Vec<_>>(),
                ),
            }
        })
        .collect()
}

pub(super) fn received(period: Period, d: usize) -> Date {
    period
        .next()
        .first_day()
        .saturating_add(jiff::Span::new().days(i64::try_from(d % 8).unwrap()))
}

pub(super) fn files(sample: &Sample, departments: &[DepartmentFacts]) -> Vec<FileFacts> {
    let file = |n: usize, path: String, department: Option<String>, verdict: &str| FileFacts {
        path,
        sha256: format!("{:064x}", 0x5eed_u128.pow(7) + n as u128),
        bytes: count(format!("file.{n}.bytes"), 18_432 + 1_733 * n, "字节"),
        department_name: department,
        verdict: verdict.to_owned(),
        received: (n % 3 != 2).then(|| received(sample.period, n)),
    };
    let mut all: Vec<FileFacts> = departments
        .iter()
        .enumerate()
        .filter_map(|(n, d)| Some(file(n, d.file.clone()?, Some(d.name.clone()), "已采用")))
        .collect();
    if sample.month == Month::June {
        let n = all.len();
        all.push(file(
            n,
            "建设局/建设局2024年6月报送表.xlsx".to_owned(),
            Some("建设局".to_owned()),
            "已被“建设局/建设局2024年6月报送表（最终版）.xlsx”取代",
        ));
        all.push(file(
            n + 1,
            "新建 Microsoft Excel 工作表 (2).xlsx".to_owned(),
            None,
            "退回（F005）",
        ));
    }
    all
}
