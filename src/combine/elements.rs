//! The four elements (四要素) and the money.

use crate::check::{Checked, Element, Money, TaskElements};
use crate::intake::dates;
use crate::intake::submission::ElementField;
use crate::plan::{Plan, TaskIx};

use super::facts::{ElementsFacts, ElementsOverall, Figure, TaskFacts};
use super::figure::len;

/// One task's.
pub fn of_task(plan: &Plan, checked: &Checked, ix: TaskIx) -> ElementsFacts {
    let none = TaskElements::default();
    let found = checked.elements.get(ix).unwrap_or(&none);
    let no = plan.tasks[ix].no;
    let id = |what: &str| format!("task.{no}.{what}");
    let four = [
        &found.measures,
        &found.deadline,
        &found.acceptance,
        &found.funding,
    ];
    let missing: Vec<&'static str> = ElementField::FOUR
        .into_iter()
        .zip(four)
        .filter(|(_, e)| e.is_none())
        .map(|(field, _)| field.chinese())
        .collect();
    let text = |e: &Option<Element>| e.as_ref().map(|e| e.text.clone());
    let money = |what: &str, m: &Option<Money>| {
        m.as_ref()
            .map(|m| Figure::money(id(what), m.value, [format!("elements:{no}.{what}")]))
    };
    let planned = money("planned", &found.planned);
    let arrived = money("arrived", &found.arrived);
    let paid = money("paid", &found.paid);
    ElementsFacts {
        measures: text(&found.measures),
        deadline: text(&found.deadline),
        deadline_on: found
            .deadline
            .as_ref()
            .and_then(|e| dates::one_day(&e.text)),
        acceptance: text(&found.acceptance),
        funding: text(&found.funding),
        present: Figure::count(
            id("elements"),
            len(ElementField::FOUR.len() - missing.len()),
            "项",
            [format!("elements:{no}")],
        ),
        missing,
        arrived_rate: share(id("arrived_rate"), arrived.as_ref(), planned.as_ref()),
        paid_rate: share(id("paid_rate"), paid.as_ref(), arrived.as_ref()),
        planned,
        arrived,
        paid,
        leader: found.leader.clone(),
        contact: found.contact.clone(),
    }
}

/// All tasks together. Money adds up over the tasks that give it, in plan order.
pub fn overall(tasks: &[TaskFacts]) -> ElementsOverall {
    let present: f64 = tasks.iter().map(|t| t.elements.present.value).sum();
    let complete = tasks
        .iter()
        .filter(|t| t.elements.missing.is_empty())
        .count();
    let all = ElementField::FOUR.len() * tasks.len();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a plan's tasks are far below 2^53"
    )]
    let completeness = if all == 0 {
        0.0
    } else {
        present / all as f64 * 100.0
    };
    let each = tasks
        .iter()
        .map(|t| t.elements.present.id.clone())
        .collect::<Vec<_>>();
    let planned = total("planned", tasks, |e| e.planned.as_ref());
    let arrived = total("arrived", tasks, |e| e.arrived.as_ref());
    let paid = total("paid", tasks, |e| e.paid.as_ref());
    ElementsOverall {
        complete_tasks: Figure::count("elements.complete", len(complete), "件", each.clone()),
        completeness: Figure::percent("elements.completeness", completeness, each),
        arrived_rate: share(
            "elements.arrived_rate".to_owned(),
            arrived.as_ref(),
            planned.as_ref(),
        ),
        paid_rate: share(
            "elements.paid_rate".to_owned(),
            paid.as_ref(),
            arrived.as_ref(),
        ),
        planned,
        arrived,
        paid,
    }
}

fn total(
    what: &str,
    tasks: &[TaskFacts],
    pick: fn(&ElementsFacts) -> Option<&Figure>,
) -> Option<Figure> {
    let given: Vec<&Figure> = tasks.iter().filter_map(|t| pick(&t.elements)).collect();
    let sum = given.iter().map(|f| f.value).sum();
    (!given.is_empty()).then(|| {
        Figure::money(
            format!("elements.{what}"),
            sum,
            given.iter().map(|f| f.id.clone()),
        )
    })
}

/// Part ÷ whole in per cent; `None` without both, or of nothing.
fn share(id: String, part: Option<&Figure>, whole: Option<&Figure>) -> Option<Figure> {
    let (part, whole) = part.zip(whole).filter(|(_, whole)| whole.value > 0.0)?;
    Some(Figure::percent(
        id,
        part.value / whole.value * 100.0,
        [part.id.clone(), whole.id.clone()],
    ))
}
