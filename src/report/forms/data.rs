//! What stands in a form.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use crate::check::{Element, Judged, TaskElements, in_plan};
use crate::intake::Field;
use crate::intake::submission::ElementField;
use crate::plan::grade::is_finished;
use crate::plan::{DeptIx, Kind, MilestoneState, Period, Plan, SlotIx, TaskIx};

/// One cell's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A text.
    Text(String),
    /// A number in the plan's unit.
    Number(f64),
    /// Percentage points, shown with a percentage format.
    Percent(f64),
    /// A day, stored as a date and not as text.
    Date(Date),
    /// With the result that is stored beside it.
    Formula {
        /// Without the leading =.
        formula: String,
        /// What the formula gives at the time of writing.
        result: String,
    },
}

impl From<&str> for Entry {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Entry {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<Date> for Entry {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

/// What was last accepted of one slot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PreviousValue {
    /// In the plan's unit; ratios in percentage points.
    pub value: Option<f64>,
    /// A milestone's state; `None` for other kinds.
    pub milestone: Option<MilestoneState>,
    /// 完成时间.
    pub done_on: Option<Date>,
    /// 预计完成时间.
    pub expected_on: Option<Date>,
}

impl From<&Judged> for PreviousValue {
    fn from(judged: &Judged) -> Self {
        Self {
            value: judged.value,
            milestone: judged.milestone,
            done_on: judged.done_on,
            expected_on: judged.expected_on,
        }
    }
}

/// What a blank form takes over from earlier months and from the rule catalogue.
pub struct Carried<'a> {
    /// The latest accepted value of a slot before the form's month.
    pub previous: &'a dyn Fn(SlotIx) -> Option<PreviousValue>,
    /// The same as the identity sheet carries it.
    pub accepted: &'a dyn Fn(SlotIx) -> Option<String>,
    /// The four elements and the money as known last month; empty in the first one.
    pub elements: &'a [TaskElements],
    /// Codes of the rules a department may answer in 情况说明 (the warnings).
    pub codes: &'a [&'static str],
}

/// The row of a reported indicator, or of a task the department only cooperates in.
#[derive(Debug, Clone)]
pub struct FormRow {
    /// The task whose row it is.
    pub task: TaskIx,
    /// `None`: cooperation, a narrative only.
    pub slot: Option<SlotIx>,
    /// Cells that differ from what the form fills in by itself (formulas included), and all input cells.
    pub cells: BTreeMap<Field, Entry>,
}

/// A task's row of 工作方案.
#[derive(Debug, Clone)]
pub struct ElementsData {
    /// The task whose row it is.
    pub task: TaskIx,
    /// What the row fills in; other cells are blank.
    pub cells: BTreeMap<ElementField, Entry>,
}

/// The second line of the form.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// 填报人.
    pub filler: String,
    /// 联系电话.
    pub phone: String,
    /// 审核人.
    pub reviewer: String,
}

/// A form's content. Rows follow the plan's order; a task's rows stand together.
#[derive(Debug, Clone)]
pub struct FormData {
    /// Whose form it is.
    pub department: DeptIx,
    /// The month that it asks about.
    pub period: Period,
    /// 1 on a fresh form, one more on each return copy.
    pub submission: u32,
    /// The workbook's own last-modified stamp.
    pub modified: DateTime,
    /// Who filled it in and who reviewed it; blank on a fresh form.
    pub people: People,
    /// One for each reported indicator, and for each task without one.
    pub rows: Vec<FormRow>,
    /// The cells that stand once a task, merged over its rows.
    pub words: BTreeMap<TaskIx, BTreeMap<Field, Entry>>,
    /// Empty: the form has no 工作方案.
    pub elements: Vec<ElementsData>,
    /// Whether 工作方案 asks for the money this month.
    pub asks_money: bool,
    /// 规则代码, 位置, 说明.
    pub answers: Vec<[String; 3]>,
    /// Indicator and what was last accepted of it, for the department's own check.
    pub accepted: Vec<(String, String)>,
    /// Rule codes that the drop-down of 情况说明 offers.
    pub codes: Vec<String>,
    /// Printed behind the title in brackets, e.g. 示例数据.
    pub mark: Option<String>,
}

/// Fields that stand once a task.
pub(super) const TASK_FIELDS: [Field; 7] = [
    Field::No,
    Field::Task,
    Field::Department,
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::Remark,
];

impl FormData {
    /// The month's blank form: own rows only, last accepted values in place.
    pub fn blank(plan: &Plan, period: Period, department: DeptIx, carried: &Carried) -> Self {
        let mut rows = Vec::new();
        for task in plan.tasks_of(department) {
            let slots = plan
                .slots_of(department)
                .iter()
                .copied()
                .filter(|&s| plan.slots[s].task == task);
            let before = rows.len();
            rows.extend(slots.map(|slot| FormRow {
                task,
                slot: Some(slot),
                cells: carry(plan, period, slot, carried),
            }));
            if rows.len() == before {
                rows.push(FormRow {
                    task,
                    slot: None,
                    cells: BTreeMap::new(),
                });
            }
        }
        let asks_money = asks_money(plan, period);
        Self {
            department,
            period,
            submission: 1,
            modified: period.last_day().at(9, 0, 0, 0),
            people: People::default(),
            rows,
            words: BTreeMap::new(),
            elements: elements(plan, period, department, carried.elements, asks_money),
            asks_money,
            answers: Vec::new(),
            accepted: accepted(plan, department, carried),
            codes: carried.codes.iter().map(|&c| c.to_owned()).collect(),
            mark: None,
        }
    }

    /// The row of a slot, if the form has one.
    pub fn row_of(&mut self, slot: SlotIx) -> Option<&mut FormRow> {
        self.rows.iter_mut().find(|row| row.slot == Some(slot))
    }

    /// Puts an entry at a slot's cell, or at its task's where the field stands once a task.
    pub fn set(&mut self, plan: &Plan, slot: SlotIx, field: Field, entry: Entry) {
        if TASK_FIELDS.contains(&field) {
            self.words
                .entry(plan.slots[slot].task)
                .or_default()
                .insert(field, entry);
        } else if let Some(row) = self.row_of(slot) {
            row.cells.insert(field, entry);
        }
    }

    pub(super) fn mark_text(&self) -> String {
        self.mark
            .as_ref()
            .map(|m| format!("（{m}）"))
            .unwrap_or_default()
    }
}

fn accepted(plan: &Plan, department: DeptIx, carried: &Carried) -> Vec<(String, String)> {
    let slots = plan.slots_of(department).iter();
    let said = slots.filter_map(|&slot| {
        let id = &plan.indicators[plan.slots[slot].indicator].id;
        Some((id.clone(), (carried.accepted)(slot)?))
    });
    said.collect()
}

/// The first month and each quarter's last.
fn asks_money(plan: &Plan, period: Period) -> bool {
    period.month() % 3 == 0 || period <= plan.first_report()
}

/// Input cells that are filled already: last month's figure, and whatever cannot change any more.
fn carry(plan: &Plan, period: Period, slot: SlotIx, carried: &Carried) -> BTreeMap<Field, Entry> {
    let mut cells = BTreeMap::new();
    let indicator = plan.slots[slot].indicator;
    let kind = plan.indicators[indicator].kind;
    let previous = (carried.previous)(slot).unwrap_or_default();
    match previous.value {
        Some(value) if kind.is_numeric() => {
            cells.insert(Field::Previous, Entry::Number(value));
            let done = kind.is_cumulative()
                && plan
                    .slot_target(slot, period)
                    .is_some_and(|target| is_finished(plan, indicator, target, value));
            if done {
                cells.insert(Field::Cumulative, Entry::Number(value));
            }
        }
        // Work of the year starts at nothing; a level or ratio had a value before that nobody has reported yet.
        None if kind.is_cumulative() && period <= plan.first_report() => {
            cells.insert(Field::Previous, Entry::Number(0.0));
        }
        _ => {}
    }
    if kind == Kind::Milestone && previous.milestone == Some(MilestoneState::Done) {
        cells.insert(Field::Status, Entry::from(MilestoneState::Done.name()));
        if let Some(date) = previous.done_on {
            cells.insert(Field::DoneOn, Entry::Date(date));
        }
    } else if let Some(date) = previous.expected_on
        && !cells.contains_key(&Field::Cumulative)
    {
        cells.insert(Field::ExpectedOn, Entry::Date(date));
    }
    cells
}

/// The tasks whose four elements the month asks for: those of which the plan itself does not hold all four, and all in the
/// first month and where money is asked for; none where the plan asks for no elements.
fn elements(
    plan: &Plan,
    period: Period,
    department: DeptIx,
    known: &[TaskElements],
    asks_money: bool,
) -> Vec<ElementsData> {
    plan.tasks
        .iter()
        .enumerate()
        .filter(|(_, task)| plan.asks_elements() && task.lead == department)
        .filter(|&(ix, _)| {
            let all_in_plan = || {
                ElementField::FOUR
                    .iter()
                    .all(|&e| in_plan(plan, ix, e).is_some())
            };
            asks_money || period <= plan.first_report() || !all_in_plan()
        })
        .map(|(ix, _)| ElementsData {
            task: ix,
            cells: known_elements(plan, ix, known.iter().find(|k| k.task == ix), asks_money),
        })
        .collect()
}

fn known_elements(
    plan: &Plan,
    task: TaskIx,
    known: Option<&TaskElements>,
    asks_money: bool,
) -> BTreeMap<ElementField, Entry> {
    let t = &plan.tasks[task];
    let none = TaskElements::default();
    let known = known.unwrap_or(&none);
    let text = |element: &Option<Element>| element.as_ref().map(|e| e.text.clone());
    // What the department last said, else the plan's own words.
    let texts = [
        (
            ElementField::Measures,
            text(&known.measures),
            t.measures.as_str(),
        ),
        (
            ElementField::Acceptance,
            text(&known.acceptance),
            &t.acceptance,
        ),
        (ElementField::Funding, text(&known.funding), &t.funding),
        (ElementField::Deadline, text(&known.deadline), ""),
        (ElementField::Leader, known.leader.clone(), ""),
        (ElementField::Contact, known.contact.clone(), ""),
        (ElementField::Phone, known.phone.clone(), ""),
    ];
    let mut cells: BTreeMap<ElementField, Entry> = texts
        .into_iter()
        .filter_map(|(field, known, plan)| {
            let known = known.filter(|text| !text.trim().is_empty());
            let text = known.unwrap_or_else(|| plan.to_owned());
            (!text.trim().is_empty()).then_some((field, Entry::Text(text)))
        })
        .collect();
    let day = t
        .deadline
        .or_else(|| match cells.get(&ElementField::Deadline) {
            Some(Entry::Text(text)) => crate::intake::dates::parse(text, plan.start.year(), false),
            _ => None,
        });
    if let Some(day) = day {
        cells.insert(ElementField::Deadline, Entry::Date(day));
    }
    let money = [
        (ElementField::Planned, &known.planned),
        (ElementField::Arrived, &known.arrived),
        (ElementField::Paid, &known.paid),
    ];
    for (field, amount) in money {
        if asks_money && let Some(amount) = amount {
            cells.insert(field, Entry::Number(amount.value));
        }
    }
    cells
}
