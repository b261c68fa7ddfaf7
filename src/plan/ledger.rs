//! 台账.xlsx: what the office decided, as rows that can be cited.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::cell::CellRef;
use super::model::{Adjust, Confirm, Override, Plan};
use super::period::Period;

/// The rows of a ledger that concern a plan.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The file's name, without folders.
    pub file: String,
    /// The file, for a seal to keep.
    pub bytes: Vec<u8>,
    /// Its rows of figures, grades and adjustments, in the ledger's order.
    pub rows: Vec<LedgerRow>,
    /// What briefings carry, by month.
    pub papers: BTreeMap<Period, Paper>,
    /// Files and the days they came on.
    pub received: Vec<Received>,
}

/// When a file came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The month that it reports.
    pub period: Period,
    /// Its name as the office wrote it.
    pub file: String,
    /// The day.
    pub day: Date,
    /// Where it stands, as `收件登记!D3`.
    pub place: String,
}

/// One row of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerRow {
    /// The sheet's name.
    pub sheet: String,
    /// The cell of the decided value.
    pub cell: CellRef,
    /// The month it is for; of an adjustment the first one.
    pub period: Period,
    /// What it decides, in Chinese.
    pub says: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a ledger's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// 作废.
    Void,
    /// A figure that the month uses: its place among the plan's.
    Confirm(usize),
    /// A grade.
    Override(usize),
    /// A target or deadline.
    Adjust(usize),
}

/// What one month's briefing carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// 期号.
    pub issue_number: Option<String>,
    /// 文号.
    pub document_number: Option<String>,
    /// 落款日期.
    pub date: Option<Date>,
    /// 签发人.
    pub signer: Option<String>,
}

/// A row of a ledger, read: what it decides and how it is cited.
#[derive(Debug)]
pub enum Decision {
    /// 电话核实.
    Confirm(Confirm),
    /// 人工评定.
    Override(Override),
    /// 任务调整.
    Adjust(Adjust),
    /// A row taken back.
    Void,
}

impl Ledger {
    /// The row that gave a decision of the plan.
    pub fn row_of(&self, fate: Fate) -> Option<&LedgerRow> {
        self.rows.iter().find(|row| row.fate == fate)
    }
}

impl Plan {
    /// Adds a ledger's decisions to those of the plan's own.
    pub fn decide(&mut self, mut ledger: Ledger, decisions: Vec<Decision>) {
        for (row, decision) in ledger.rows.iter_mut().zip(decisions) {
            row.fate = match decision {
                Decision::Confirm(confirm) => Fate::Confirm(push(&mut self.confirms, confirm)),
                Decision::Override(set) => Fate::Override(push(&mut self.overrides, set)),
                Decision::Adjust(adjust) => Fate::Adjust(push(&mut self.adjusts, adjust)),
                Decision::Void => Fate::Void,
            };
        }
        for (&period, paper) in &ledger.papers {
            let numbers = [
                (&mut self.briefing.numbers, &paper.issue_number),
                (&mut self.briefing.document_numbers, &paper.document_number),
            ];
            for (all, own) in numbers {
                all.extend(own.clone().map(|number| (period, number)));
            }
        }
        self.ledger = Some(ledger);
    }

    /// The plan as departments are checked by: of the ledger its adjustments alone, which their forms say, too.
    #[must_use]
    pub fn for_departments(mut self) -> Self {
        if let Some(ledger) = self.ledger.take() {
            let of_ledger =
                |is: fn(&Fate) -> bool| ledger.rows.iter().filter(|row| is(&row.fate)).count();
            let confirms = of_ledger(|fate| matches!(fate, Fate::Confirm(_)));
            let overrides = of_ledger(|fate| matches!(fate, Fate::Override(_)));
            // A ledger's decisions stand behind the plan's own.
            self.confirms.truncate(self.confirms.len() - confirms);
            self.overrides.truncate(self.overrides.len() - overrides);
        }
        self
    }

    /// The ledger's adjustments.
    pub fn adjusted_by_ledger(&self) -> impl Iterator<Item = &Adjust> {
        let rows = self.ledger.iter().flat_map(|ledger| &ledger.rows);
        rows.filter_map(|row| match row.fate {
            Fate::Adjust(ix) => self.adjusts.get(ix),
            _ => None,
        })
    }

    /// Whether this plan holds a decision of another one, as it was.
    pub fn has_decided(&self, other: &Self, fate: Fate) -> bool {
        let slot = |plan: &Self, slot: usize| {
            let slot = &plan.slots[slot];
            let department = plan.departments[slot.department].id.clone();
            (department, plan.indicators[slot.indicator].id.clone())
        };
        match fate {
            Fate::Void => true,
            Fate::Confirm(ix) => {
                let said =
                    |plan: &Self, c: &Confirm| (c.period, slot(plan, c.slot), c.value.to_bits());
                let new = said(other, &other.confirms[ix]);
                self.confirms.iter().any(|c| said(self, c) == new)
            }
            Fate::Override(ix) => {
                let said = |plan: &Self, o: &Override| (o.period, plan.tasks[o.task].no, o.grade);
                let new = said(other, &other.overrides[ix]);
                self.overrides.iter().any(|o| said(self, o) == new)
            }
            Fate::Adjust(ix) => {
                let said = |plan: &Self, a: &Adjust| {
                    let id = plan.indicators[a.indicator].id.clone();
                    (a.from, id, a.target.map(f64::to_bits), a.deadline)
                };
                let new = said(other, &other.adjusts[ix]);
                self.adjusts.iter().any(|a| said(self, a) == new)
            }
        }
    }

    /// What the ledger says of a month's briefing.
    pub fn paper(&self, period: Period) -> Option<&Paper> {
        self.ledger.as_ref()?.papers.get(&period)
    }
}

/// Where it stands now.
fn push<T>(all: &mut Vec<T>, one: T) -> usize {
    all.push(one);
    all.len() - 1
}
