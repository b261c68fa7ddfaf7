//! Small plans for unit tests, without a plan file.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::model::{
    Combine, Department, DeptIx, Direction, Indicator, Kind, Plan, Relation, Slot, Task, TaskIx,
};
use super::schedule::Schedule;
use super::unit::Unit;
use super::{PlanErrors, load as loader};

/// A plan that names no rules, loaded.
pub(crate) fn load(file_name: &str, text: &str) -> Result<Plan, PlanErrors> {
    loader::load(file_name, text, &[])
}

/// The same, by the parser alone.
pub(crate) fn whole_plan(text: &str) -> Result<Plan, PlanErrors> {
    loader::whole("plan.toml", text, &[])
}

/// Departments `d1`, `d2` … of the year 2024, the default grading, forms due on the 5th of the next month.
pub(crate) fn plan(departments: usize) -> Plan {
    let departments: Vec<Department> = (1..=departments)
        .map(|n| Department {
            id: format!("d{n}"),
            name: format!("单位{n}"),
            aliases: Vec::new(),
        })
        .collect();
    Plan {
        id: "test".to_owned(),
        title: "示例区2024年民生实事".to_owned(),
        short_title: "民生实事".to_owned(),
        issuer: "示例区办公室".to_owned(),
        revision: 1,
        start: date(2024, 1, 1),
        end: date(2024, 12, 31),
        due_day: 5,
        due_next_month: true,
        department_ids: departments
            .iter()
            .enumerate()
            .map(|(ix, d)| (d.id.clone(), ix))
            .collect(),
        department_slots: vec![Vec::new(); departments.len()],
        departments,
        ..Plan::default()
    }
}

/// What the rules are tried on: 甲局 leads tasks 1, 2 (a relation), 3 (evidence, a milestone) and 4 (ongoing, a milestone);
/// 乙局 leads 5 and reports a part of 5.2 with 甲局. All deadlines are the plan's end but task 5's, 2024-09-30.
pub(crate) fn for_rules() -> Plan {
    use Kind::{Count, Milestone, Ongoing, Quantity};
    let mut plan = plan(2);
    for (department, name) in plan.departments.iter_mut().zip(["甲局", "乙局"]) {
        *department = Department {
            id: name.to_owned(),
            name: name.to_owned(),
            aliases: Vec::new(),
        };
    }
    plan.department_ids = plan
        .departments
        .iter()
        .enumerate()
        .map(|(ix, d)| (d.id.clone(), ix))
        .collect();
    plan.add_task("市级", "城市绿荫工程", 0);
    plan.add_indicator("街头绿地面积", Quantity, 16.0, "万平方米", &[]);
    plan.add_indicator("山城绿道长度", Quantity, 20.0, "公里", &[]);
    plan.add_indicator("错时共享车位", Count, 1300.0, "个", &[]);
    plan.add_task("市级", "河道生态修复", 0);
    plan.add_indicator("生态缓冲带长度", Quantity, 12.4, "公里", &[]);
    plan.add_indicator("硬质护岸", Quantity, 1800.0, "米", &[]);
    plan.add_indicator("土质护岸", Quantity, 10.6, "公里", &[]);
    plan.tasks[1].relations = vec![Relation {
        expr: "2.2 + 2.3 = 2.1".to_owned(),
        left: vec![4, 5],
        right: 3,
        tolerance: None,
    }];
    plan.add_task("市级", "农村黑臭水体治理攻坚", 0);
    plan.add_indicator("黑臭水体整治销号", Count, 16.0, "处", &[]);
    plan.add_indicator("清零区县创建", Milestone, 0.0, "", &[]);
    plan.tasks[2].evidence_required = true;
    plan.add_task("市级", "校家社协同育人", 0);
    plan.add_indicator("家庭教育指导师培育", Ongoing, 0.0, "", &[]);
    plan.add_indicator("成立领导小组", Milestone, 0.0, "", &[]);
    plan.add_task("市级", "食品安全和计量惠民", 1);
    plan.add_indicator("活动批次", Count, 100.0, "批次", &[]);
    plan.add_indicator("便民检测服务点", Count, 20.0, "个", &[(1, 12.0), (0, 8.0)]);
    for task in &mut plan.tasks {
        "挂图作战".clone_into(&mut task.measures);
        task.deadline = Some(date(2024, 12, 31));
        "竣工验收".clone_into(&mut task.acceptance);
        "区级财政".clone_into(&mut task.funding);
    }
    plan.tasks[4].deadline = Some(date(2024, 9, 30));
    plan
}

impl Plan {
    /// Adds a task; its indicators follow with [`Plan::add_indicator`].
    pub(crate) fn add_task(&mut self, tier: &str, name: &str, lead: DeptIx) -> TaskIx {
        let ix = self.tasks.len();
        self.tasks.push(Task {
            no: u32::try_from(ix + 1).unwrap(),
            tier: tier.to_owned(),
            name: name.to_owned(),
            text: format!("{name}。"),
            lead,
            with: Vec::new(),
            with_others: Vec::new(),
            measures: String::new(),
            deadline: None,
            acceptance: String::new(),
            funding: String::new(),
            evidence_required: false,
            indicators: self.indicators.len()..self.indicators.len(),
            relations: Vec::new(),
        });
        ix
    }

    /// Adds an indicator to the last task, with a straight schedule; without `reporters` its lead reports it.
    pub(crate) fn add_indicator(
        &mut self,
        name: &str,
        kind: Kind,
        target: f64,
        unit: &str,
        reporters: &[(DeptIx, f64)],
    ) -> &mut Indicator {
        let ix = self.indicators.len();
        let task = self.tasks.len() - 1;
        let lead = self.tasks[task].lead;
        let id = format!(
            "{}.{}",
            self.tasks[task].no,
            self.tasks[task].indicators.len() + 1
        );
        let first = self.slots.len();
        if reporters.is_empty() {
            self.add_slot(lead, None);
        }
        for &(department, own) in reporters {
            self.add_slot(department, Some(own));
        }
        self.tasks[task].indicators.end = ix + 1;
        self.indicator_ids.insert(id.clone(), ix);
        self.indicators.push(Indicator {
            id,
            task,
            name: name.to_owned(),
            aliases: Vec::new(),
            kind,
            target: kind.is_numeric().then_some(target),
            unit: Unit::parse(unit).unwrap_or_else(Unit::none),
            approximate: false,
            direction: Direction::AtLeast,
            weight: 1.0,
            baseline: None,
            deadline: None,
            start_by: None,
            off: BTreeSet::new(),
            schedule: Schedule::Linear,
            combine: Combine::Sum,
            slots: first..self.slots.len(),
        });
        &mut self.indicators[ix]
    }

    /// A slot of the indicator about to be added.
    fn add_slot(&mut self, department: DeptIx, target: Option<f64>) {
        let (ix, indicator) = (self.slots.len(), self.indicators.len());
        self.slots.push(Slot {
            department,
            indicator,
            task: self.tasks.len() - 1,
            target,
        });
        self.department_slots[department].push(ix);
    }
}
