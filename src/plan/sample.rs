//! A plan without departments, tasks and indicators, for tests of what only prints a plan's names and settings.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::date;

use super::model::{Briefing, Checks, Grading, Limits, Plan};

pub(crate) fn names_only() -> Plan {
    Plan {
        id: "gaoxin-2024".to_owned(),
        title: "重庆高新区2024年重点民生实事".to_owned(),
        short_title: "重点民生实事".to_owned(),
        issuer: "重庆高新区管委会办公室".to_owned(),
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
        departments: Vec::new(),
        tasks: Vec::new(),
        indicators: Vec::new(),
        slots: Vec::new(),
        overrides: Vec::new(),
        confirms: Vec::new(),
        adjusts: Vec::new(),
        department_ids: HashMap::new(),
        indicator_ids: HashMap::new(),
        slot_ids: HashMap::new(),
        department_slots: Vec::new(),
    }
}
