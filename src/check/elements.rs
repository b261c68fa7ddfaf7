//! The four elements and the money of each task: its lead's 工作方案 of the month, else the plan.

use std::borrow::Cow;

use crate::intake::quantity::{self, Units};
use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::intake::{Arrival, FieldCell, Submission, text};
use crate::plan::{Kind, Plan, TaskIx, Unit, chinese_date};

use super::checked::{Element, Money, TaskElements};
use super::record::{Place, Source};

/// One task's elements. `used`: its lead's usable workbook.
pub fn of_task(plan: &Plan, task: TaskIx, used: Option<&Arrival>) -> TaskElements {
    let t = &plan.tasks[task];
    let from_plan = |text: &str| {
        (!text.trim().is_empty()).then(|| Element {
            text: text.trim().to_owned(),
            source: None,
        })
    };
    let mut elements = TaskElements {
        task,
        measures: from_plan(&t.measures),
        deadline: t.deadline.map(|d| Element {
            text: chinese_date(d),
            source: None,
        }),
        acceptance: from_plan(&t.acceptance),
        funding: from_plan(&t.funding),
        ..TaskElements::default()
    };
    let Some(arrival) = used else { return elements };
    let Some(sheet) = arrival
        .content
        .as_deref()
        .ok()
        .and_then(|s: &Submission| s.elements.as_ref())
    else {
        return elements;
    };
    let Some(row) = sheet.rows.iter().find(|r| r.task == task) else {
        return elements;
    };
    let at = |field| given(row, field, &arrival.path, sheet, plan.start.year());
    elements.measures = at(ElementField::Measures).or(elements.measures);
    elements.deadline = at(ElementField::Deadline).or(elements.deadline);
    elements.acceptance = at(ElementField::Acceptance).or(elements.acceptance);
    elements.funding = at(ElementField::Funding).or(elements.funding);
    let amount = |field| money(row, field, &arrival.path, sheet);
    (elements.planned, elements.arrived, elements.paid) = (
        amount(ElementField::Planned),
        amount(ElementField::Arrived),
        amount(ElementField::Paid),
    );
    let words = |field| {
        sheet
            .cell(row, field)
            .and_then(FieldCell::text)
            .filter(|t| !text::is_placeholder(t))
            .map(Cow::into_owned)
    };
    (elements.leader, elements.contact, elements.phone) = (
        words(ElementField::Leader),
        words(ElementField::Contact),
        words(ElementField::Phone),
    );
    elements
}

fn given(
    row: &ElementRow,
    field: ElementField,
    file: &str,
    sheet: &Elements,
    year: i16,
) -> Option<Element> {
    let cell = sheet.cell(row, field)?;
    let mut words = cell
        .text()
        .filter(|t| !text::is_placeholder(t))?
        .into_owned();
    // A deadline stored as a date shows as one.
    if field == ElementField::Deadline
        && let Some(date) = crate::intake::dates::read(Some(cell), year, sheet.date_1904).date()
        && words.parse::<f64>().is_ok()
    {
        words = chinese_date(date);
    }
    Some(Element {
        text: words,
        source: Some((file.to_owned(), sheet.sheet.to_string(), cell.at)),
    })
}

/// An amount in 万元; `None` when blank or not readable (the rules say why).
fn money(row: &ElementRow, field: ElementField, file: &str, sheet: &Elements) -> Option<Money> {
    let cell = sheet.cell(row, field)?;
    let wan = Unit::parse("万元")?;
    let units = Units {
        row: None,
        header: sheet.money_unit(field),
        plan: &wan,
        kind: Kind::Quantity,
        is_difference: false,
    };
    let reading = quantity::read(Some(cell), units);
    let q = reading.number()?;
    let source = Source {
        place: Place::new(file, &*sheet.sheet),
        cell: cell.at,
        raw: cell.raw(),
        conversion: q.conversion.as_str().into(),
    };
    Some(Money {
        value: q.value,
        source,
    })
}
