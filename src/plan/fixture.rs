//! A small plan for the tests of other rooms.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::date;

use super::model::{Briefing, Checks, Combine, Department, DeptIx, Direction, Grading, Indicator, Kind, Limits, Plan, Relation, Slot, Task};
use super::schedule::Schedule;
use super::unit::Unit;

/// 甲局 leads tasks 1 (2 indicators), 2 (a relation), 3 (evidence, a milestone) and 4 (ongoing, a milestone); 乙局 leads 5 and reports
/// a part of 5.2 with 甲局. All deadlines are the plan's end but task 5's, 2024-09-30.
pub fn plan() -> Plan {
    let mut plan = Plan {
        id: "test".into(),
        title: "示例区2024年民生实事".into(),
        short_title: "民生实事".into(),
        issuer: "示例".into(),
        revision: 1,
        start: date(2024, 1, 1),
        end: date(2024, 12, 31),
        due_day: 5,
        due_next_month: true,
        due_dates: BTreeMap::new(),
        first_period: None,
        grading: Grading { ahead: 10.0, tolerance: 5.0, serious: 30.0, unstarted_months: 3 },
        checks: Checks { stalled_months: 3, jump_factor: 3.0, narrative_min_chars: 20, severity: BTreeMap::new() },
        limits: Limits::default(),
        briefing: Briefing::default(),
        departments: ["甲局", "乙局"].map(|name| Department { id: name.into(), name: name.into(), aliases: Vec::new() }).into(),
        tasks: Vec::new(),
        indicators: Vec::new(),
        slots: Vec::new(),
        overrides: Vec::new(),
        confirms: Vec::new(),
        adjusts: Vec::new(),
        department_ids: HashMap::new(),
        indicator_ids: HashMap::new(),
        slot_ids: HashMap::new(),
        department_slots: vec![Vec::new(); 2],
    };
    task(
        &mut plan,
        1,
        "城市绿荫工程",
        0,
        &[
            ("街头绿地面积", Kind::Quantity, Some(16.0), "万平方米"),
            ("山城绿道长度", Kind::Quantity, Some(20.0), "公里"),
            ("错时共享车位", Kind::Count, Some(1300.0), "个"),
        ],
    );
    task(
        &mut plan,
        2,
        "河道生态修复",
        0,
        &[
            ("生态缓冲带长度", Kind::Quantity, Some(12.4), "公里"),
            ("硬质护岸", Kind::Quantity, Some(1800.0), "米"),
            ("土质护岸", Kind::Quantity, Some(10.6), "公里"),
        ],
    );
    plan.tasks[1].relations = vec![Relation { expr: "2.2 + 2.3 = 2.1".into(), left: vec![4, 5], right: 3, tolerance: None }];
    task(
        &mut plan,
        3,
        "农村黑臭水体治理攻坚",
        0,
        &[("黑臭水体整治销号", Kind::Count, Some(16.0), "处"), ("清零区县创建", Kind::Milestone, None, "")],
    );
    plan.tasks[2].evidence_required = true;
    task(&mut plan, 4, "校家社协同育人", 0, &[("家庭教育指导师培育", Kind::Ongoing, None, ""), ("成立领导小组", Kind::Milestone, None, "")]);
    task(&mut plan, 5, "食品安全和计量惠民", 1, &[("活动批次", Kind::Count, Some(100.0), "批次"), ("便民检测服务点", Kind::Count, Some(20.0), "个")]);
    plan.tasks[4].deadline = Some(date(2024, 9, 30));
    add_slots(&mut plan);
    plan
}

fn task(plan: &mut Plan, no: u32, name: &str, lead: DeptIx, indicators: &[(&str, Kind, Option<f64>, &str)]) {
    let start = plan.indicators.len();
    for (n, &(name, kind, target, unit)) in indicators.iter().enumerate() {
        plan.indicators.push(Indicator {
            id: format!("{no}.{}", n + 1),
            task: plan.tasks.len(),
            name: name.into(),
            aliases: Vec::new(),
            kind,
            target,
            unit: Unit::parse(unit).unwrap_or_else(Unit::none),
            approximate: false,
            direction: Direction::AtLeast,
            weight: 1.0,
            baseline: None,
            start_by: None,
            off: BTreeSet::new(),
            schedule: Schedule::Linear,
            combine: Combine::Sum,
            slots: 0..0,
        });
    }
    plan.tasks.push(Task {
        no,
        tier: "市级".into(),
        name: name.into(),
        text: String::new(),
        lead,
        with: Vec::new(),
        with_others: Vec::new(),
        measures: "挂图作战".into(),
        deadline: Some(date(2024, 12, 31)),
        acceptance: "竣工验收".into(),
        funding: "区级财政".into(),
        evidence_required: false,
        indicators: start..plan.indicators.len(),
        relations: Vec::new(),
    });
}

fn add_slots(plan: &mut Plan) {
    for ix in 0..plan.indicators.len() {
        let id = plan.indicators[ix].id.clone();
        let task = plan.indicators[ix].task;
        let reporters: Vec<(DeptIx, Option<f64>)> =
            if id == "5.2" { vec![(1, Some(12.0)), (0, Some(8.0))] } else { vec![(plan.tasks[task].lead, None)] };
        let start = plan.slots.len();
        for (department, target) in reporters {
            plan.slot_ids.insert((department, ix), plan.slots.len());
            plan.department_slots[department].push(plan.slots.len());
            plan.slots.push(Slot { department, indicator: ix, task, target });
        }
        plan.indicators[ix].slots = start..plan.slots.len();
        plan.indicator_ids.insert(id, ix);
    }
}
