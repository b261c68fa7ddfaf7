//! The four elements and the money of each task: its lead's latest 工作方案, else the plan.

use std::sync::LazyLock;

use crate::check::result::elements::{Element, Money, TaskElements, in_plan};
use crate::check::result::history::History;
use crate::check::result::judged::{Place, Source};
use crate::intake::quantity::{self, Reading, Units};
use crate::intake::submission::{ElementField, ElementRow, Elements};
use crate::intake::{Arrival, CellRef, FieldCell, dates, text};
use crate::plan::{Dimension, Period, Plan, TaskIx, Unit, chinese_date};

/// One task's elements as of a month: its lead's usable workbook of it, what that leaves out from `history`, else from the plan.
pub fn latest(
    plan: &Plan,
    task: TaskIx,
    period: Period,
    used: Option<&Arrival>,
    history: &History,
) -> TaskElements {
    let own = used.and_then(|arrival| {
        let sheet = arrival.content.as_deref().ok()?.elements.as_ref()?;
        filed(plan, task, period, &arrival.path, sheet)
    });
    let planned = |field| {
        in_plan(plan, task, field).map(|text| Element {
            text,
            period: None,
            source: None,
        })
    };
    let known = match (own, history.elements_of(task)) {
        (Some(own), Some(earlier)) => own.or(earlier.clone()),
        (Some(own), None) => own,
        (None, earlier) => earlier.cloned().unwrap_or_default(),
    };
    TaskElements {
        task,
        measures: known.measures.or_else(|| planned(ElementField::Measures)),
        deadline: known.deadline.or_else(|| planned(ElementField::Deadline)),
        acceptance: known
            .acceptance
            .or_else(|| planned(ElementField::Acceptance)),
        funding: known.funding.or_else(|| planned(ElementField::Funding)),
        ..known
    }
}

/// What a 工作方案 says of a task; `None`: nothing.
fn filed(
    plan: &Plan,
    task: TaskIx,
    period: Period,
    file: &str,
    sheet: &Elements,
) -> Option<TaskElements> {
    let rows: Vec<&ElementRow> = sheet.rows.iter().filter(|row| row.task == task).collect();
    rows.first()?;
    let element = |field| {
        let given = |row: &&ElementRow| given(row, field, sheet, plan.start.year());
        let (text, at) = rows.iter().find_map(given)?;
        Some(Element {
            text,
            period: Some(period),
            source: Some((file.to_owned(), sheet.sheet.to_string(), at)),
        })
    };
    let amount = |field| {
        rows.iter()
            .find_map(|row| money(row, field, period, file, sheet))
    };
    let words = |field| {
        let said = |row: &&ElementRow| {
            let text = row.cells.get(field).and_then(FieldCell::text)?;
            (!text::is_placeholder(&text)).then(|| text.into_owned())
        };
        rows.iter().find_map(said)
    };
    Some(TaskElements {
        task,
        filed: Some(period),
        measures: element(ElementField::Measures),
        deadline: element(ElementField::Deadline),
        acceptance: element(ElementField::Acceptance),
        funding: element(ElementField::Funding),
        planned: amount(ElementField::Planned),
        arrived: amount(ElementField::Arrived),
        paid: amount(ElementField::Paid),
        leader: words(ElementField::Leader),
        contact: words(ElementField::Contact),
        phone: words(ElementField::Phone),
    })
}

/// An element's words and their cell.
fn given(
    row: &ElementRow,
    field: ElementField,
    sheet: &Elements,
    year: i16,
) -> Option<(String, CellRef)> {
    let cell = row.cells.get(field)?;
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
    Some((words, cell.at))
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
        is_in_points: false,
    };
    quantity::read(row.cells.get(field), units)
}

/// An amount with its cell; `None` when blank or not readable (the rules say why).
fn money(
    row: &ElementRow,
    field: ElementField,
    period: Period,
    file: &str,
    sheet: &Elements,
) -> Option<Money> {
    let cell = row.cells.get(field)?;
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
        period,
        source,
    })
}
