//! The four elements and the money of each task: its lead's 工作方案 of the month, else the plan.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::check::result::elements::{Element, Money, TaskElements};
use crate::check::result::judged::{Place, Source};
use crate::intake::quantity::{self, Reading, Units};
use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::intake::{Arrival, FieldCell, dates, text};
use crate::plan::{Dimension, Plan, TaskIx, Unit, chinese_date};

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
    let sheet = used.and_then(|arrival| {
        let sheet = arrival.content.as_deref().ok()?.elements.as_ref()?;
        let row = sheet.rows.iter().find(|row| row.task == task)?;
        Some((arrival, sheet, row))
    });
    let Some((arrival, sheet, row)) = sheet else {
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
        row.cells
            .get(&field)
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
    let cell = row.cells.get(&field)?;
    let mut words = cell
        .text()
        .filter(|t| !text::is_placeholder(t))?
        .into_owned();
    // A deadline stored as a date shows as one.
    if field == ElementField::Deadline
        && let Some(date) = dates::read(Some(cell), year, sheet.date_1904).date()
        && words.parse::<f64>().is_ok()
    {
        words = chinese_date(date);
    }
    Some(Element {
        text: words,
        source: Some((file.to_owned(), sheet.sheet.to_string(), cell.at)),
    })
}

/// Reads an amount of a task's row, in 万元.
pub fn amount(sheet: &Elements, row: &ElementRow, field: ElementField) -> Reading {
    static WAN: LazyLock<Unit> = LazyLock::new(|| Unit {
        text: "万元".to_owned(),
        dimension: Dimension::Money,
        factor: (1e4, 1.0),
    });
    let units = Units {
        row: None,
        header: sheet.money_units.get(&field),
        plan: &WAN,
        nouns: [""; 2],
        is_difference: false,
    };
    quantity::read(row.cells.get(&field), units)
}

/// An amount with its cell; `None` when blank or not readable (the rules say why).
fn money(row: &ElementRow, field: ElementField, file: &str, sheet: &Elements) -> Option<Money> {
    let cell = row.cells.get(&field)?;
    let reading = amount(sheet, row, field);
    let figure = reading.number()?;
    let source = Source {
        place: Place::new(file, &*sheet.sheet),
        cell: cell.at,
        raw: cell.raw(),
        conversion: figure.conversion.as_str().into(),
    };
    Some(Money {
        value: figure.value,
        source,
    })
}
