//! Small plans for unit tests, without a plan file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::date;

use super::model::{Briefing, Checks, Combine, Department, Direction, Grading, Indicator, Kind, Limits, Plan, Slot, Task};
use super::schedule::Schedule;
use super::unit::Unit;
use super::{DeptIx, TaskIx};

/// Departments `d1`, `d2` … of the year 2024, the default grading, forms due on the 5th of the next month.
pub(crate) fn plan(departments: usize) -> Plan {
    let departments: Vec<Department> =
        (1..=departments).map(|n| Department { id: format!("d{n}"), name: format!("单位{n}"), aliases: Vec::new() }).collect();
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
        due_dates: BTreeMap::new(),
        first_period: None,
        grading: Grading { ahead: 10.0, tolerance: 5.0, serious: 30.0, unstarted_months: 3 },
        checks: Checks { stalled_months: 3, jump_factor: 3.0, narrative_min_chars: 20, severity: BTreeMap::new() },
        limits: Limits::default(),
        briefing: Briefing::default(),
        department_ids: departments.iter().enumerate().map(|(ix, d)| (d.id.clone(), ix)).collect(),
        department_slots: vec![Vec::new(); departments.len()],
        departments,
        tasks: Vec::new(),
        indicators: Vec::new(),
        slots: Vec::new(),
        overrides: Vec::new(),
        confirms: Vec::new(),
        adjusts: Vec::new(),
        indicator_ids: HashMap::new(),
        slot_ids: HashMap::new(),
    }
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
    pub(crate) fn add_indicator(&mut self, name: &str, kind: Kind, target: f64, unit: &str, reporters: &[(DeptIx, f64)]) -> &mut Indicator {
        let ix = self.indicators.len();
        let task = self.tasks.len() - 1;
        let lead = self.tasks[task].lead;
        let id = format!("{}.{}", self.tasks[task].no, self.tasks[task].indicators.len() + 1);
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
        self.slots.push(Slot { department, indicator, task: self.tasks.len() - 1, target });
        self.slot_ids.insert((department, indicator), ix);
        self.department_slots[department].push(ix);
    }
}
