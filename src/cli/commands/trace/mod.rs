//! `duban trace`: where a figure came from, down to the cells to look at.

mod lines;
mod names;
mod tracer;
mod tree;

use crate::cli::archive::Archive;
use crate::cli::args::{Format, TraceArgs};
use crate::cli::error::Error;
use crate::cli::exit::CLEAN;
use crate::cli::periods::available;
use crate::cli::terminal::Terminal;
use crate::cli::view::View;
use crate::intake::text::one_line;
use crate::plan::Plan;

use names::GRADE;
use tracer::Tracer;
use tree::Node;

pub fn run(args: &TraceArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let period = match args.period {
        Some(period) => period,
        None => available(&places.inbox, &Archive::at(&places.archive))?
            .pop_last()
            .ok_or_else(|| Error::said("收件箱里没有月份文件夹"))?,
    };
    let view = View::existing(period, places, terminal)?;
    let mut tracer = Tracer::new(&view, places)?;
    if args.all {
        return all(&view, &mut tracer, args, terminal);
    }
    let id = wanted(
        &view,
        &tracer,
        args.figure.as_deref().unwrap_or_default(),
        args.column.as_deref(),
    )?;
    let tree = tracer.trace(&id);
    match (args.format, args.open) {
        (Format::Json, _) => {
            let value = serde_json::json!({ "period": period.to_string(), "tree": tree, "sources": tree.leaves() });
            Terminal::json(&value)?;
        }
        (Format::Text, true) => tree
            .leaves()
            .iter()
            .filter_map(|leaf| leaf.place())
            .for_each(|place| terminal.line(&place)),
        (Format::Text, false) => print(&tree, 0, terminal),
    }
    Ok(CLEAN)
}

/// Every figure of the month with what it ends in.
fn all(
    view: &View,
    tracer: &mut Tracer,
    args: &TraceArgs,
    terminal: &Terminal,
) -> Result<u8, Error> {
    let mut list = Vec::new();
    for figure in view.facts.figures() {
        let tree = tracer.trace(&figure.id);
        let leaves = tree.leaves();
        if args.format == Format::Json {
            list.push(
                serde_json::json!({ "id": figure.id, "text": figure.text(), "sources": leaves }),
            );
        } else if args.open {
            leaves
                .iter()
                .filter_map(|leaf| leaf.place())
                .for_each(|place| terminal.line(&format!("{}\t{place}", figure.id)));
        } else {
            terminal.line(&format!(
                "{}\t{}\t{}处来源",
                figure.id,
                figure.text(),
                leaves.len()
            ));
        }
    }
    if args.format == Format::Json {
        let value = serde_json::json!({ "period": view.facts.period.to_string(), "figures": list });
        Terminal::json(&value)?;
    }
    Ok(CLEAN)
}

/// The figure or source that the operator means.
fn wanted(view: &View, tracer: &Tracer, text: &str, column: Option<&str>) -> Result<String, Error> {
    let text = text.trim();
    let key = match column {
        None => None,
        Some(name) => Some(names::column(name).ok_or_else(|| {
            Error::said(format!(
                "没有“{}”这一栏，可写：{}",
                one_line(name, 20),
                names::columns()
            ))
        })?),
    };
    let is_task = view.plan.tasks.iter().any(|t| t.no.to_string() == text);
    let is_indicator = view.plan.indicator(text).is_some();
    if key.is_none() && tracer.figure(text).is_some() {
        return Ok(text.to_owned());
    }
    if !is_task && !is_indicator {
        return Err(Error::said(format!(
            "没有“{}”这个数{}。数据编号见 facts.json，也可写任务序号（14）或指标编号（14.1）",
            one_line(text, 40),
            near(view, text)
        )));
    }
    let (kind, tries): (&str, &[&str]) = if is_task {
        ("task", &["rate"])
    } else {
        ("indicator", &["value"])
    };
    let figure =
        |key: &str| Some(format!("{kind}.{text}.{key}")).filter(|id| tracer.figure(id).is_some());
    match key {
        Some(GRADE) => Ok(format!("grade:{text}")),
        Some(key) => figure(key)
            .ok_or_else(|| nothing(&view.plan, text, column.unwrap_or_default(), is_task)),
        None => Ok(tries
            .iter()
            .find_map(|key| figure(key))
            .unwrap_or_else(|| format!("grade:{text}"))),
    }
}

fn nothing(plan: &Plan, text: &str, column: &str, is_task: bool) -> Error {
    let name = if is_task {
        plan.tasks
            .iter()
            .find(|t| t.no.to_string() == text)
            .map(|t| t.name.as_str())
    } else {
        plan.indicator(text)
            .map(|ix| plan.indicators[ix].name.as_str())
    };
    Error::said(format!(
        "{text}“{}”本月没有“{}”这个数；看状态和报送情况：duban trace {text} 状态",
        name.unwrap_or_default(),
        one_line(column, 20)
    ))
}

fn near(view: &View, text: &str) -> String {
    let figures = view.facts.figures();
    let best = figures
        .iter()
        .map(|f| (strsim::normalized_damerau_levenshtein(&f.id, text), &f.id))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score > 0.6)
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
    terminal.line(&format!("{indent}{}{value}{again}", node.label));
    if let Some(leaf) = &node.source {
        terminal.line(&format!("{indent}  ← {}", leaf.said()));
    }
    node.made_of
        .iter()
        .for_each(|part| print(part, depth + 1, terminal));
}
