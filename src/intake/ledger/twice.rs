//! What is decided twice, in the ledger or in the plan, too.

use std::collections::HashMap;

use super::Reader;
use crate::plan::ledger::Decision;
use crate::plan::{At, IndIx, Period, PlanError, Severity, TaskIx};

/// What a decision is about: no two may be.
#[derive(PartialEq, Eq, Hash)]
enum Subject {
    Figure(Period, usize),
    Grade(Period, TaskIx),
    Promise(Period, IndIx),
}

impl Reader<'_> {
    pub(super) fn twice(&mut self) {
        let plan = self.plan;
        let confirms = plan.confirms.iter();
        let confirms = confirms.map(|c| Subject::Figure(c.period, c.slot));
        let overrides = plan.overrides.iter();
        let overrides = overrides.map(|o| Subject::Grade(o.period, o.task));
        let adjusts = plan.adjusts.iter();
        let adjusts = adjusts.map(|a| Subject::Promise(a.from, a.indicator));
        let mut first: HashMap<Subject, String> = confirms
            .chain(overrides)
            .chain(adjusts)
            .map(|subject| (subject, self.plan_file.to_owned()))
            .collect();
        for (row, decision) in self.ledger.rows.iter().zip(&self.decisions) {
            let (subject, what) = match decision {
                Decision::Confirm(c) => (Subject::Figure(c.period, c.slot), "同一个数"),
                Decision::Override(o) => (Subject::Grade(o.period, o.task), "同一项任务的状态"),
                Decision::Adjust(a) => (Subject::Promise(a.from, a.indicator), "同一指标的调整"),
                Decision::Void => continue,
            };
            if let Some(other) = first.get(&subject) {
                self.said.push(PlanError {
                    severity: Severity::Error,
                    at: At::Cell {
                        sheet: row.sheet.clone(),
                        cell: Some(row.cell),
                    },
                    message: format!("{}{what}写了两次，{other}已经写过", row.period.chinese()),
                    help: Some("不要的那一行在“作废”栏写“作废”".to_owned()),
                });
            } else {
                first.insert(subject, format!("第{}行", row.cell.row + 1));
            }
        }
    }
}
