//! `duban trace`: where a figure came from, down to the cells to look at.

mod columns;
mod lines;
mod tracer;
mod tree;

use crate::cli::args::TraceArgs;
use crate::cli::month::Months;
use crate::combine::id::{Part, Subject};
use crate::combine::origin::Origin;

use super::prelude::*;
use columns::Column;
use tracer::Tracer;
use tree::Node;

pub fn run(args: &TraceArgs, terminal: &Terminal) -> Result<u8> {
    let places = &args.places;
    // trace 14 6月: what stands last and is a month is no column.
    let mut words: Vec<&str> = [&args.figure, &args.column]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let mut month = args.month;
    if month.months().is_none()
        && (args.all || words.len() > 1)
        && let Some(months) = words.last().and_then(|word| Months::among_words(word))
    {
        month = months.into();
        words.pop();
    }
    let period = places.period(&month)?;
    let view = View::existing(period, places, terminal)?;
    let mut tracer = Tracer::new(&view, places)?;
    if args.all {
        return match words.first() {
            None => all(&view, &mut tracer, args, terminal),
            Some(word) => Err(said!(
                "--all 列出全部数据，不能再写“{}”",
                one_line(word, 40)
            )),
        };
    }
    let text = words.first().copied().unwrap_or_default();
    let wanted = wanted(&view, &tracer, text.trim(), words.get(1).copied())?;
    let tree = tracer.trace(wanted);
    if args.output.is_json() {
        let value = serde_json::json!({ "period": period.to_string(), "tree": tree, "sources": tree.leaves() });
        Terminal::json(&value)?;
    } else if args.open {
        let leaves = tree.leaves();
        let places = leaves.iter().filter_map(|leaf| leaf.place());
        places.for_each(|place| terminal.line(&place));
    } else {
        print(&tree, 0, terminal);
    }
    Ok(CLEAN)
}

/// Every figure of the month with what it ends in.
fn all(view: &View, tracer: &mut Tracer, args: &TraceArgs, terminal: &Terminal) -> Result<u8> {
    let mut list = Vec::new();
    for figure in view.facts.figures() {
        let id = figure.id.text(&view.plan);
        let tree = tracer.trace(Origin::Figure(figure.id));
        let leaves = tree.leaves();
        if args.output.is_json() {
            list.push(serde_json::json!({ "id": id, "text": figure.text(), "sources": leaves }));
        } else if args.open {
            leaves
                .iter()
                .filter_map(|leaf| leaf.place())
                .for_each(|place| say!(terminal, "{id}\t{place}"));
        } else {
            let (text, sources) = (figure.text(), leaves.len());
            say!(terminal, "{id}\t{text}\t{sources}处来源");
        }
    }
    if args.output.is_json() {
        let value = serde_json::json!({ "period": view.facts.period.to_string(), "figures": list });
        Terminal::json(&value)?;
    }
    Ok(CLEAN)
}

/// The figure or grade that the operator means: a figure's id, or the number of a task or an indicator with a column.
fn wanted(view: &View, tracer: &Tracer, text: &str, column: Option<&str>) -> Result<Origin> {
    let plan = &view.plan;
    let key = column.map(columns::column).transpose()?;
    let ids = || view.facts.figures().into_iter().map(|f| f.id);
    if key.is_none()
        && let Some(id) = ids().find(|id| id.text(plan) == text)
    {
        return Ok(Origin::Figure(id));
    }
    let task = plan.tasks.iter().position(|t| t.no.to_string() == text);
    let (of, usual, grade, name) = match (task, plan.indicator(text)) {
        (Some(ix), _) => (
            Subject::Task(ix),
            Part::Rate,
            Origin::TaskGrade(ix, None),
            &plan.tasks[ix].name,
        ),
        (None, Some(ix)) => (
            Subject::Indicator(ix),
            Part::Value,
            Origin::IndicatorGrade(ix, None),
            &plan.indicators[ix].name,
        ),
        (None, None) => {
            return Err(said!(
                "没有“{}”这个数{}。数据编号见 facts.json，也可写任务序号（14）或指标编号（14.1）",
                one_line(text, 40),
                near(ids().map(|id| id.text(plan)), text)
            ));
        }
    };
    let figure = |part| {
        let id = of.at(part);
        tracer.figure(id).map(|_| Origin::Figure(id))
    };
    match key {
        Some(Column::Grade) => Ok(grade),
        None => Ok(figure(usual).unwrap_or(grade)),
        Some(Column::Figure(part)) => figure(part).ok_or_else(|| {
            let column = one_line(column.unwrap_or_default(), 20);
            said!(
                "{text}“{name}”本月没有“{column}”这个数；看状态和报送情况：{}",
                next(&format!("trace {text} 状态"))
            )
        }),
    }
}

fn near(ids: impl Iterator<Item = String>, text: &str) -> String {
    ids.map(|id| (strsim::normalized_damerau_levenshtein(&id, text), id))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.6)
        .map(|(_, id)| format!("，是不是“{id}”"))
        .unwrap_or_default()
}

fn print(node: &Node, depth: usize, terminal: &Terminal) {
    let indent = "  ".repeat(depth);
    let value = node
        .value
        .as_ref()
        .map(|v| format!(" = {v}"))
        .unwrap_or_default();
    let again = if node.repeated { "（见上）" } else { "" };
    say!(terminal, "{indent}{}{value}{again}", node.label);
    if let Some(leaf) = &node.source {
        say!(terminal, "{indent}  ← {}", leaf.said());
    }
    node.made_of
        .iter()
        .for_each(|part| print(part, depth + 1, terminal));
}
