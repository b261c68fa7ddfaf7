//! A month of the sample: who sends what, and how mistakes are put in.

use std::collections::{BTreeMap, BTreeSet};

use duban::intake::Field;
use duban::intake::submission::ElementField;
use duban::intake::workbook::CellRef;
use duban::plan::{DeptIx, Period, Plan, SlotIx};
use duban::report::forms::{self, ELEMENTS_SHEET, Entry, FormData, Layout, PreviousValue};
use jiff::ToSpan;
use jiff::civil::Date;

use super::own::{self, Own};
use super::{AnyError, fill, patch};

/// What earlier months had accepted: the figures that a form fills in.
#[derive(Default)]
pub struct Past {
    accepted: BTreeMap<SlotIx, (Period, PreviousValue)>,
    /// Every month's forms as sent, for the file that is sent twice.
    pub sent: BTreeMap<Period, Vec<Sent>>,
}

impl Past {
    pub fn previous(&self, slot: SlotIx) -> Option<PreviousValue> {
        self.accepted.get(&slot).map(|(_, p)| p.clone())
    }

    /// The last accepted figure and its month.
    pub fn figure(&self, slot: SlotIx) -> Option<(Period, f64)> {
        self.accepted
            .get(&slot)
            .and_then(|(period, p)| Some((*period, p.value?)))
    }

    pub fn add(&mut self, plan: &Plan, month: &Month) {
        for slot in 0..plan.slots.len() {
            if !month.held.contains(&slot) {
                self.accepted.insert(
                    slot,
                    (month.period, fill::truth(plan, slot, month.period.month())),
                );
            }
        }
        self.sent.insert(month.period, month.sent.clone());
    }
}

/// One workbook as sent.
#[derive(Clone)]
pub struct Sent {
    pub department: DeptIx,
    pub file: String,
    pub data: FormData,
    pub own: Option<&'static Own>,
    pub received: Date,
    pub hidden_rows: Vec<CellRef>,
    /// Formulas whose stored result was lost.
    pub uncached: Vec<CellRef>,
}

impl Sent {
    pub fn bytes(&self, plan: &Plan) -> Result<Vec<u8>, AnyError> {
        let mut bytes = match self.own {
            Some(own) => own::write(plan, own, &self.data)?,
            None => forms::write(plan, &self.data)?,
        };
        for cell in &self.hidden_rows {
            bytes = patch::hide_row(&bytes, cell.row)?;
        }
        for &cell in &self.uncached {
            bytes = patch::drop_result(&bytes, cell)?;
        }
        Ok(bytes)
    }

    pub fn sheet(&self) -> &'static str {
        self.own.map_or(forms::PROGRESS_SHEET, |o| o.sheet)
    }

    pub fn cell(&self, plan: &Plan, slot: SlotIx, field: Field) -> Option<CellRef> {
        match self.own {
            Some(own) => own.cell(&self.data, slot, field),
            None => Layout::new(plan, &self.data).slot_cell(&self.data, slot, field),
        }
    }
}

/// A file that is no form.
pub struct Extra {
    pub file: String,
    pub bytes: Vec<u8>,
    pub received: Date,
}

/// A planted mistake and the finding it must raise.
#[derive(Debug, Clone)]
pub struct Note {
    pub period: Period,
    pub department: String,
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub code: &'static str,
    pub what: String,
}

pub struct Month<'a> {
    pub plan: &'a Plan,
    pub period: Period,
    pub sent: Vec<Sent>,
    pub extra: Vec<Extra>,
    /// Slots whose value is not accepted this month.
    pub held: BTreeSet<SlotIx>,
    pub notes: Vec<Note>,
}

impl<'a> Month<'a> {
    /// Every department's workbook without mistakes.
    pub fn new(plan: &'a Plan, period: Period, past: &Past) -> Self {
        let due = plan.due_date(period);
        let sent = (0..plan.departments.len())
            .map(|department| {
                // Most come in the last days before the due date.
                let early = i64::try_from(
                    (department * 3 + usize::from(period.month().unsigned_abs())) % 4,
                )
                .unwrap_or(0);
                let received = due.checked_sub(early.days()).unwrap_or(due);
                let own = own::of(&plan.departments[department].id);
                let file = own.map_or_else(
                    || forms::file_name(plan, period, department),
                    |o| (o.file)(period),
                );
                let data = fill::form(plan, period, department, past, received);
                Sent {
                    department,
                    file,
                    data,
                    own,
                    received,
                    hidden_rows: Vec::new(),
                    uncached: Vec::new(),
                }
            })
            .collect();
        Self {
            plan,
            period,
            sent,
            extra: Vec::new(),
            held: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    pub fn department(&self, id: &str) -> Result<DeptIx, AnyError> {
        Ok(self
            .plan
            .department(id)
            .ok_or_else(|| format!("no department {id}"))?)
    }

    /// The one slot of an indicator.
    pub fn slot(&self, indicator: &str) -> Result<SlotIx, AnyError> {
        let ix = self
            .plan
            .indicator(indicator)
            .ok_or_else(|| format!("no indicator {indicator}"))?;
        Ok(self.plan.indicators[ix].slots.start)
    }

    /// The newest workbook of a department.
    pub fn of(&mut self, department: DeptIx) -> Result<&mut Sent, AnyError> {
        Ok(self
            .sent
            .iter_mut()
            .rev()
            .find(|s| s.department == department)
            .ok_or("the department sends nothing")?)
    }

    /// The workbook that reports an indicator.
    pub fn by(&mut self, indicator: &str) -> Result<&mut Sent, AnyError> {
        let slot = self.slot(indicator)?;
        self.of(self.plan.slots[slot].department)
    }

    pub fn put(
        &mut self,
        indicator: &str,
        field: Field,
        entry: impl Into<Entry>,
    ) -> Result<(), AnyError> {
        let (plan, slot) = (self.plan, self.slot(indicator)?);
        let unmerged = self.by(indicator)?.own.is_some_and(|o| !o.merged);
        let sent = self.by(indicator)?;
        let entry = entry.into();
        match sent.data.row_of(slot) {
            Some(row) if unmerged => {
                row.cells.insert(field, entry);
            }
            _ => sent.data.set(plan, slot, field, entry),
        }
        Ok(())
    }

    pub fn clear(&mut self, indicator: &str, field: Field) -> Result<(), AnyError> {
        let slot = self.slot(indicator)?;
        let task = self.plan.slots[slot].task;
        let sent = self.by(indicator)?;
        if let Some(row) = sent.data.row_of(slot) {
            row.cells.remove(&field);
        }
        if let Some(words) = sent.data.words.get_mut(&task) {
            words.remove(&field);
        }
        Ok(())
    }

    /// The value is held back.
    pub fn hold(&mut self, indicator: &str) -> Result<(), AnyError> {
        let slot = self.slot(indicator)?;
        self.held.insert(slot);
        Ok(())
    }

    /// Nothing of the department is accepted.
    pub fn hold_all(&mut self, department: DeptIx) {
        self.held.extend(self.plan.slots_of(department));
    }

    /// What a cell of the report sheet must raise.
    pub fn expect(
        &mut self,
        code: &'static str,
        indicator: &str,
        field: Field,
        what: &str,
    ) -> Result<(), AnyError> {
        let (plan, slot) = (self.plan, self.slot(indicator)?);
        let sent = self.by(indicator)?;
        let cell = sent
            .cell(plan, slot, field)
            .ok_or_else(|| format!("{indicator} has no such cell"))?;
        let (department, file, sheet) = (sent.department, sent.file.clone(), sent.sheet());
        self.note(code, department, &file, sheet, &cell.to_string(), what);
        Ok(())
    }

    /// A finding that names the file alone.
    pub fn expect_file(
        &mut self,
        code: &'static str,
        department: DeptIx,
        what: &str,
    ) -> Result<(), AnyError> {
        let file = self.of(department)?.file.clone();
        self.note(code, department, &file, "", "", what);
        Ok(())
    }

    /// A finding at the report sheet, without a cell.
    pub fn expect_sheet(
        &mut self,
        code: &'static str,
        department: DeptIx,
        what: &str,
    ) -> Result<(), AnyError> {
        let sent = self.of(department)?;
        let (file, sheet) = (sent.file.clone(), sent.sheet());
        self.note(code, department, &file, sheet, "", what);
        Ok(())
    }

    /// The same at a cell of 工作方案.
    pub fn expect_element(
        &mut self,
        code: &'static str,
        task_no: u32,
        field: ElementField,
        what: &str,
    ) -> Result<(), AnyError> {
        let task = self
            .plan
            .tasks
            .iter()
            .position(|t| t.no == task_no)
            .ok_or("no such task")?;
        let lead = self.plan.tasks[task].lead;
        let sent = self.of(lead)?;
        let cell = forms::element_cell(&sent.data, task, field).ok_or("no such element")?;
        let file = sent.file.clone();
        self.note(code, lead, &file, ELEMENTS_SHEET, &cell.to_string(), what);
        Ok(())
    }

    pub fn element(
        &mut self,
        task_no: u32,
        field: ElementField,
    ) -> Result<&mut BTreeMap<ElementField, Entry>, AnyError> {
        let task = self
            .plan
            .tasks
            .iter()
            .position(|t| t.no == task_no)
            .ok_or("no such task")?;
        let sent = self.of(self.plan.tasks[task].lead)?;
        let row = sent
            .data
            .elements
            .iter_mut()
            .find(|e| e.task == task)
            .ok_or_else(|| format!("{field:?} is not asked this month"))?;
        Ok(&mut row.cells)
    }

    pub fn note(
        &mut self,
        code: &'static str,
        department: DeptIx,
        file: &str,
        sheet: &str,
        cell: &str,
        what: &str,
    ) {
        self.notes.push(Note {
            period: self.period,
            department: self.plan.departments[department].name.clone(),
            file: file.to_owned(),
            sheet: sheet.to_owned(),
            cell: cell.to_owned(),
            code,
            what: what.to_owned(),
        });
    }
}
