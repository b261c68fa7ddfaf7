//! A plausible month of the 2024 notice, for the tests of the report: twenty tasks with figures as `combine` gives them.

// Numbers of a sample.
#![allow(clippy::cast_possible_truncation)]

use jiff::civil::date;

use super::Office;
use crate::check::{Severity, State, Status};
use crate::combine::facts::*;
use crate::plan::{Briefing, Grade, Kind, MilestoneState, Period};

pub const TITLE: &str = "重庆高新区2024年重点民生实事";

pub fn office(briefing: &Briefing) -> Office<'_> {
    Office {
        title: TITLE,
        short_title: "重点民生实事",
        issuer: "重庆高新区管委会办公室",
        briefing,
        tasks: &[],
    }
}

const DEPARTMENTS: [&str; 8] = [
    "建设局",
    "城市建设事务中心",
    "生态环境局",
    "公共服务局",
    "政务服务和社会事务中心",
    "统战部",
    "市场监督管理局",
    "公安分局",
];

type Spec = (
    &'static str,
    usize,
    &'static [(&'static str, Kind, f64, &'static str)],
);

use Kind::{Count as C, Level as L, Milestone as M, Ongoing as O, Quantity as Q, Ratio as R};
const TASKS: [Spec; 20] = [
    (
        "城镇老旧小区改造和社区服务提升",
        0,
        &[
            ("新开工改造小区数", C, 1.0, "个"),
            ("新开工改造面积", Q, 2.27, "万平方米"),
        ],
    ),
    (
        "城市绿荫工程",
        1,
        &[
            ("街头绿地提质项目", C, 5.0, "个"),
            ("街头绿地面积", Q, 16.0, "万平方米"),
            ("山城绿道长度", Q, 6.0, "公里"),
        ],
    ),
    (
        "建设城市公园",
        1,
        &[
            ("口袋公园", C, 3.0, "处"),
            ("公园适老化和适儿化更新提质改造", C, 2.0, "处"),
        ],
    ),
    ("错时共享停车泊位", 1, &[("错时共享车位", C, 1300.0, "个")]),
    (
        "地下有限空间安全监测整治",
        1,
        &[("化粪池安全监测系统", C, 30.0, "台")],
    ),
    (
        "农村黑臭水体治理攻坚",
        2,
        &[
            ("黑臭水体整治销号", C, 16.0, "处"),
            ("清零区县创建完成", M, 0.0, ""),
        ],
    ),
    (
        "婴幼儿照护服务",
        3,
        &[
            ("每千人口托位数", L, 3.9, "个"),
            ("普惠托位占比", R, 40.0, "%"),
        ],
    ),
    (
        "青少年心理健康教育",
        3,
        &[
            ("心理健康教育活动", O, 0.0, ""),
            ("核心知识知晓率", R, 80.0, "%"),
        ],
    ),
    (
        "残疾人关爱服务提升行动",
        4,
        &[
            ("渝馨家园", C, 3.0, "家"),
            ("新增残疾人就业", C, 11.0, "人"),
            ("残疾儿童康复救助", C, 75.0, "人"),
        ],
    ),
    (
        "妇女儿童综合服务体试点",
        5,
        &[
            ("学智社区“渝好空间”建成", M, 0.0, ""),
            ("特色项目", C, 3.0, "个"),
        ],
    ),
    (
        "校家社协同育人",
        3,
        &[
            ("成立领导小组", M, 0.0, ""),
            ("“一校一品”品牌项目", O, 0.0, ""),
        ],
    ),
    (
        "青年发展型城市建设",
        5,
        &[
            ("青年马克思主义者培养", C, 80.0, "名"),
            ("实习岗位", C, 100.0, "个"),
            ("交友活动场次", C, 30.0, "场次"),
        ],
    ),
    (
        "无障碍改造示范村（社区）",
        4,
        &[("无障碍改造示范村", C, 1.0, "处")],
    ),
    (
        "城市老旧供水管网改造",
        1,
        &[("供水管网改造", Q, 20.0, "公里")],
    ),
    (
        "食品安全“你点我检服务惠民”活动",
        6,
        &[("活动批次", C, 100.0, "批次")],
    ),
    (
        "基层医疗机构计量器具免费检定",
        6,
        &[
            ("基层医疗机构", C, 10.0, "家"),
            ("免费检定计量器具", C, 860.0, "台"),
        ],
    ),
    (
        "农村饮水建设项目",
        1,
        &[
            ("曾家镇工程完成", M, 0.0, ""),
            ("西永街道工程完成", M, 0.0, ""),
            ("走马镇工程完成", M, 0.0, ""),
        ],
    ),
    (
        "学校、医院及周边停车综合治理",
        7,
        &[("停车秩序规范", O, 0.0, ""), ("违法停车治理", O, 0.0, "")],
    ),
    (
        "虎溪河生态修复",
        2,
        &[
            ("水生态系统构建", Q, 9.3, "万平方米"),
            ("底质改良", Q, 8.36, "万平方米"),
            ("雨水口预处理净化", C, 8.0, "处"),
        ],
    ),
    (
        "宜居宜业和美乡村",
        0,
        &[
            ("凤栖梨瑶美丽庭院示范片", O, 0.0, ""),
            ("香蕉园村示范片项目申报", M, 0.0, ""),
        ],
    ),
];

/// Points ahead of the schedule, task by task: some fast, three behind, one of them far.
const LEADS: [f64; 20] = [
    0.0, -18.0, 2.0, -12.0, 15.0, 3.0, 0.0, 0.0, 4.0, 60.0, 0.0, 12.0, 99.0, -36.7, 6.0, 2.0, 0.0,
    0.0, 1.0, 0.0,
];

pub fn figure(id: &str, value: f64, decimals: u8, fixed: bool, unit: &str) -> Figure {
    let scale = 10f64.powi(i32::from(decimals));
    Figure {
        id: id.into(),
        value: (value * scale).round() / scale,
        decimals,
        fixed,
        unit: unit.into(),
        from: Vec::new(),
    }
}

pub fn count(n: usize) -> Figure {
    figure("n", n as f64, 0, false, "件")
}

fn percent(value: f64) -> Figure {
    figure("p", value, 1, true, "%")
}

pub fn period(month: i8) -> Period {
    Period::new(2024, month).unwrap()
}

pub fn counts(grades: &[Grade]) -> GradeCounts {
    let by_grade = Grade::ALL
        .map(|g| (g, count(grades.iter().filter(|x| **x == g).count())))
        .to_vec();
    GradeCounts {
        total: count(grades.len()),
        by_grade,
    }
}

fn grade(gap: f64, rate: f64, last: bool) -> Grade {
    match gap {
        _ if rate >= 100.0 => Grade::Done,
        _ if last => Grade::Overdue,
        g if g > 30.0 => Grade::Serious,
        g if g > 5.0 => Grade::Behind,
        g if g <= -10.0 => Grade::Ahead,
        _ => Grade::OnSchedule,
    }
}

/// A month with the given leads (points ahead of a straight line).
pub fn facts_with(month: i8, leads: &[f64; 20]) -> Facts {
    let schedule = f64::from(month) / 12.0 * 100.0;
    let (mut tasks, mut indicators) = (Vec::new(), Vec::new());
    for (ix, ((name, lead, specs), ahead)) in TASKS.iter().zip(leads).enumerate() {
        let rate = (schedule + ahead).clamp(0.0, 100.0);
        let start = indicators.len();
        for (n, (iname, kind, target, unit)) in specs.iter().enumerate() {
            indicators.push(indicator(
                ix,
                n,
                iname,
                *kind,
                *target,
                unit,
                rate,
                schedule,
                month == 12,
            ));
        }
        tasks.push(task(
            ix,
            name,
            *lead,
            start..indicators.len(),
            rate,
            schedule,
            month,
        ));
    }
    let mut facts = Facts {
        period: period(month),
        as_of: None,
        draft: false,
        date: date(2024 + i16::from(month == 12), month % 12 + 1, 5),
        first_month: false,
        last_month: month == 12,
        overall: overall(&[], &[]),
        tiers: Vec::new(),
        tasks,
        indicators,
        slots: Vec::new(),
        departments: DEPARTMENTS
            .iter()
            .enumerate()
            .map(|(ix, name)| department(ix, name))
            .collect(),
        findings: vec![finding()],
        files: Vec::new(),
        trend: Vec::new(),
        elements: ElementsOverall {
            complete_tasks: count(18),
            completeness: percent(97.5),
            planned: Some(figure("m", 5230.5, 1, false, "万元")),
            arrived: Some(figure("m", 4100.0, 1, false, "万元")),
            paid: Some(figure("m", 3020.2, 1, false, "万元")),
            arrived_rate: Some(percent(78.4)),
            paid_rate: Some(percent(73.7)),
        },
        rule_changes: Vec::new(),
    };
    recount(&mut facts);
    facts
}

pub fn facts(month: i8) -> Facts {
    facts_with(month, &LEADS)
}

/// Counts again what tests have changed in the tasks.
pub fn recount(facts: &mut Facts) {
    let grades: Vec<Grade> = facts.tasks.iter().map(|t| t.grade).collect();
    let states: Vec<&str> = facts.departments.iter().map(|d| d.submitted).collect();
    let previous = facts.overall.previous.take();
    facts.overall = overall(&grades, &states);
    facts.overall.previous = previous;
    facts.tiers = [("市级", 0..10), ("区级", 10..20)]
        .map(|(name, range)| {
            let part = &grades[range.clone()];
            let o = overall(part, &[]);
            TierFacts {
                name: name.to_owned(),
                tasks: counts(part),
                finished: o.finished,
                on_schedule: o.on_schedule,
                lagging: o.lagging,
                rate: None,
                schedule: None,
                first_no: range.start as u32 + 1,
                last_no: range.end as u32,
            }
        })
        .to_vec();
}

fn overall(grades: &[Grade], states: &[&str]) -> Overall {
    let tally = |wanted: &[Grade]| count(grades.iter().filter(|g| wanted.contains(g)).count());
    let homes = |state: &str| {
        figure(
            "d",
            states.iter().filter(|s| **s == state).count() as f64,
            0,
            false,
            "家",
        )
    };
    let rows = |n: f64| figure("r", n, 0, false, "条");
    Overall {
        tasks: counts(grades),
        finished: tally(&[Grade::Done, Grade::DonePending]),
        on_schedule: tally(&[Grade::Ahead, Grade::OnSchedule, Grade::Reached]),
        lagging: tally(&[Grade::Behind, Grade::Serious, Grade::Overdue]),
        started: count(
            grades
                .iter()
                .filter(|g| !matches!(g, Grade::NotStarted | Grade::Unverified))
                .count(),
        ),
        previous: None,
        risen: None,
        fallen: None,
        indicators: counts(&[]),
        rate: Some(percent(52.3)),
        schedule: Some(percent(50.0)),
        departments: figure("d", states.len() as f64, 0, false, "家"),
        submitted: figure(
            "d",
            states.iter().filter(|s| s.ends_with("报送")).count() as f64,
            0,
            false,
            "家",
        ),
        late: homes("逾期报送"),
        returned: homes("已退回"),
        missing: homes("未报"),
        errors: rows(3.0),
        warnings: rows(7.0),
        notes: rows(9.0),
        explained: rows(2.0),
        slots: rows(68.0),
        accepted: rows(67.0),
        withheld: rows(1.0),
        unreported: rows(0.0),
    }
}

#[allow(clippy::too_many_arguments)]
fn indicator(
    task: usize,
    n: usize,
    name: &str,
    kind: Kind,
    target: f64,
    unit: &str,
    rate: f64,
    schedule: f64,
    last: bool,
) -> IndicatorFacts {
    let numeric = matches!(kind, Kind::Count | Kind::Quantity);
    let standing = matches!(kind, Kind::Level | Kind::Ratio);
    let decimals = if kind == Kind::Count { 0 } else { 2 };
    let value = if numeric {
        target * rate / 100.0
    } else {
        target
    };
    let gap = schedule - rate;
    let done = rate >= 100.0 || last;
    IndicatorFacts {
        indicator: 0,
        id: format!("{}.{}", task + 1, n + 1),
        task,
        name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        approximate: name == "底质改良",
        target: (numeric || standing).then(|| figure("t", target, decimals, false, unit)),
        state: State::Accepted,
        value: (numeric || standing).then(|| figure("v", value, decimals, false, unit)),
        qualifier: None,
        previous: None,
        previous_period: None,
        increment: None,
        rate: numeric.then(|| percent(rate)),
        schedule: numeric.then(|| percent(schedule)),
        gap: numeric.then(|| figure("g", gap, 1, true, "个百分点")),
        gap_abs: numeric.then(|| figure("g", gap.abs(), 1, true, "个百分点")),
        milestone: (kind == Kind::Milestone).then_some(if done {
            MilestoneState::Done
        } else {
            MilestoneState::UnderWay
        }),
        done_on: None,
        grade: match kind {
            Kind::Milestone => {
                if done {
                    Grade::Done
                } else {
                    Grade::OnSchedule
                }
            }
            Kind::Ongoing => Grade::Ongoing,
            Kind::Level | Kind::Ratio => Grade::Reached,
            _ => grade(gap, rate, last),
        },
        previous_grade: None,
        movement: Movement::Same,
        months: Vec::new(),
        reported: (count(1), count(1)),
        slots: 0..0,
        confirmed: None,
        adjusted: None,
        withheld_by: Vec::new(),
    }
}

fn task(
    ix: usize,
    name: &str,
    lead: usize,
    range: std::ops::Range<usize>,
    rate: f64,
    schedule: f64,
    month: i8,
) -> TaskFacts {
    let specs = TASKS[ix].2;
    let numeric = specs
        .iter()
        .any(|s| matches!(s.1, Kind::Count | Kind::Quantity));
    let nodes = specs.iter().filter(|s| s.1 == Kind::Milestone).count();
    let gap = schedule - rate;
    let grade = match () {
        () if specs.iter().any(|s| s.1 == Kind::Ongoing) => {
            if month == 12 {
                Grade::Done
            } else {
                Grade::Ongoing
            }
        }
        () if numeric => grade(gap, rate, month == 12),
        () if nodes > 0 => {
            if month == 12 {
                Grade::Done
            } else {
                Grade::OnSchedule
            }
        }
        () => Grade::Reached,
    };
    let lagging = grade.is_lagging();
    TaskFacts {
        last_known: None,
        stays_listed: false,
        task: ix,
        no: ix as u32 + 1,
        tier: if ix < 10 { "市级" } else { "区级" }.to_owned(),
        name: name.to_owned(),
        lead,
        lead_name: DEPARTMENTS[lead].to_owned(),
        with_names: if ix == 17 { "城市建设事务中心、镇街及相关部门".to_owned() } else { String::new() },
        text: String::new(),
        grade,
        grade_text: grade.name().to_owned(),
        notes: Vec::new(),
        override_reason: None,
        rate: numeric.then(|| percent(rate)),
        schedule: numeric.then(|| percent(schedule)),
        gap: numeric.then(|| figure("g", gap, 1, true, "个百分点")),
        gap_abs: numeric.then(|| figure("g", gap.abs(), 1, true, "个百分点")),
        milestones: (nodes > 0)
            .then(|| (figure("m", if month == 12 { nodes as f64 } else { 0.0 }, 0, false, "个"), figure("m", nodes as f64, 0, false, "个"))),
        progress: Vec::new(),
        unverified: figure("u", 0.0, 0, false, "项"),
        verified: figure("u", specs.len() as f64, 0, false, "项"),
        indicators: range,
        previous_grade: Some(grade),
        movement: Movement::Same,
        narrative: None,
        problems: lagging.then(|| "部分路段与轨道交通施工交叉，管线迁改方案尚未批复；\n材料价格上涨，施工单位进场较晚。".to_owned()),
        next_steps: lagging.then(|| {
            "倒排工期，7月底前完成管线迁改审批，增加施工班组两个，同步推进剩余路段施工；每周召开调度会，及时协调解决交叉施工问题。".to_owned()
        }),
        expected_on: lagging.then(|| date(2024, 12, 20)),
        deadline: date(2024, 12, 31),
        early_warning: None,
        elements: ElementsFacts {
            measures: Some("按月推进".to_owned()),
            deadline: Some("2024年12月".to_owned()),
            deadline_on: None,
            acceptance: Some("验收合格".to_owned()),
            funding: None,
            missing: if ix == 1 || ix == 18 { vec!["资金来源"] } else { Vec::new() },
            planned: None,
            arrived: None,
            paid: None,
            arrived_rate: None,
            paid_rate: None,
            leader: None,
            contact: None,
            present: count(4),
        },
    }
}

fn department(ix: usize, name: &str) -> DepartmentFacts {
    let n = |n: f64| figure("n", n, 0, false, "条");
    DepartmentFacts {
        department: ix,
        id: format!("d{ix}"),
        name: name.to_owned(),
        submitted: "按时报送",
        received: Some(date(2024, 7, 3)),
        due: date(2024, 7, 5),
        file: None,
        errors: n(0.0),
        warnings: n(1.0),
        notes: n(0.0),
        explained: n(0.0),
        slots: n(8.0),
        accepted: n(8.0),
        accepted_rate: None,
        rank: n(1.0),
        tasks: counts(&[]),
    }
}

fn finding() -> FindingFacts {
    FindingFacts {
        code: "R007",
        name: "stalled",
        severity: Severity::Warning,
        status: Status::Open,
        department: Some(1),
        department_name: None,
        file: None,
        sheet: None,
        cell: None,
        task_no: Some(14),
        indicator_id: None,
        indicator_name: None,
        found: None,
        expected: None,
        message: String::new(),
        help: String::new(),
        office: None,
        explanation: None,
    }
}

/// The month before, with counts moved by the given steps (finished, on schedule, lagging).
pub fn previous(facts: &mut Facts, steps: [f64; 3]) {
    let o = &facts.overall;
    let change = |n: f64| figure("c", n, 0, false, "件");
    facts.overall.previous = Some(PreviousCounts {
        period: facts.period.previous(),
        tasks: o.tasks.clone(),
        finished: o.finished.clone(),
        on_schedule: o.on_schedule.clone(),
        lagging: o.lagging.clone(),
        finished_change: change(steps[0]),
        on_schedule_change: change(steps[1]),
        lagging_change: change(steps[2]),
        change_by_grade: Vec::new(),
    });
    facts.overall.risen = Some(change(2.0));
    facts.overall.fallen = Some(change(1.0));
}

/// June as most months are: late, missing and returned reports, one figure withheld, one early warning.
pub fn june() -> Facts {
    let mut f = facts(6);
    f.departments[3].submitted = "逾期报送";
    f.departments[6].submitted = "未报";
    f.departments[7].submitted = "已退回";
    let warned = &mut f.tasks[8];
    warned.expected_on = Some(date(2025, 1, 15));
    warned.early_warning = Some("预计完成时间2025年1月15日，超过完成时限2024年12月31日".to_owned());
    let river = &mut f.tasks[18];
    river.unverified = figure("u", 1.0, 0, false, "项");
    river.verified = figure("u", 9.0, 0, false, "项");
    river.grade_text = "达到序时进度，1项待核实".to_owned();
    let at = river.indicators.start;
    f.indicators[at].state = State::Withheld;
    f.indicators[at].value = None;
    recount(&mut f);
    previous(&mut f, [1.0, -1.0, 1.0]);
    f
}
