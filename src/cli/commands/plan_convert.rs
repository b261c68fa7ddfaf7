//! `duban plan convert` and `duban plan new`: a plan in its other form, and the workbook to begin with.

use toml::{Table, Value};

use crate::check;
use crate::cli::next;
use crate::cli::plan_file::{self, LEDGER};
use crate::intake::sheets::is_workbook;
use crate::plan::sheets::to_toml;
use crate::plan::{Fate, Ledger};
use crate::report::plan_book;

use super::new_file::{broken, is_there, write_new};
use super::prelude::*;

/// Where plan.toml keeps what workbooks keep in a ledger.
const DECISIONS: [&str; 3] = ["override", "confirm", "adjust"];
const ISSUES: [&str; 2] = ["numbers", "document_numbers"];

/// What is written: the plan, a ledger where one is needed, and what there is to say.
#[derive(Default)]
struct Converted {
    plan: Vec<u8>,
    ledger: Option<(PathBuf, Vec<u8>)>,
    said: Vec<String>,
}

pub fn convert(from: &Path, to: &Path, terminal: &Terminal) -> Result<u8> {
    let (mut plan, bytes) = plan_file::load(from)?;
    let name = from.display().to_string();
    let into_workbook = is_workbook(&to.display().to_string(), &[]);
    let made = if is_workbook(&name, &bytes) {
        let mut tree = check::load_plan_sheets(&name, &bytes).tree;
        if into_workbook {
            book(&tree)?
        } else {
            plan_file::add_ledger(&mut plan, from, None)?;
            put_in(&mut tree, &plan);
            Converted {
                plan: to_toml(&tree, &[]).into_bytes(),
                said: said_of_ledger(&plan, from, to),
                ..Converted::default()
            }
        }
    } else {
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut tree: Table = text.parse().map_err(Error::said)?;
        let mut made = if into_workbook {
            let ledger = take_out(&mut tree)
                .then(|| plan_book::ledger(&plan, &plan.ledger_rows()))
                .transpose();
            let ledger = ledger.map_err(|e| broken(&e))?;
            Converted {
                ledger: ledger.map(|bytes| (to.with_file_name(LEDGER), bytes)),
                ..book(&tree)?
            }
        } else {
            Converted {
                plan: to_toml(&tree, &[]).into_bytes(),
                ..Converted::default()
            }
        };
        if text
            .lines()
            .any(|line| line.trim_start().starts_with('#') || line.contains(" #"))
        {
            made.said.push("原文件中 # 后面的注释没有写入。".to_owned());
        }
        made
    };
    same(&plan, from, to, &made)?;
    // Nothing is written where one of the two is there.
    if let Some((path, _)) = made.ledger.iter().find(|(path, _)| path.exists()) {
        return Err(is_there(path));
    }
    write_new(to, &made.plan)?;
    say!(
        terminal,
        "已写入{}，与{}是同一个任务计划。",
        to.display(),
        from.display()
    );
    if let Some((path, bytes)) = &made.ledger {
        write_new(path, bytes)?;
        let (confirms, sets, adjusts) = (&plan.confirms, &plan.overrides, &plan.adjusts);
        let briefing = &plan.briefing;
        let counts = [
            ("电话核实", confirms.len()),
            ("人工评定", sets.len()),
            ("任务调整", adjusts.len()),
            ("期号", briefing.numbers.len()),
            ("文号", briefing.document_numbers.len()),
        ];
        let counts = counts.iter().filter(|(_, n)| *n > 0);
        let counts = counts.map(|(what, n)| format!("{what}{n}条")).joined("，");
        say!(
            terminal,
            "办公室的决定（{}）写入{}。",
            counts,
            path.display()
        );
        if !sets.is_empty() || !adjusts.is_empty() {
            terminal.line("人工评定和任务调整原来没有记经办人，写作“任务计划未写”，请补上。");
        }
    }
    for line in made.said {
        terminal.line(line);
    }
    Ok(CLEAN)
}

fn book(tree: &Table) -> Result<Converted> {
    Ok(Converted {
        plan: plan_book::workbook(tree, &[]).map_err(|e| broken(&e))?,
        ..Converted::default()
    })
}

/// What was written must be the same plan with the same decisions.
fn same(plan: &Plan, from: &Path, to: &Path, made: &Converted) -> Result {
    let mut again = plan_file::parse(to, &made.plan)?;
    let mut found = plan_file::first_difference(plan, &again);
    let is_book = is_workbook("", &made.plan);
    if let Some((path, bytes)) = &made.ledger {
        plan_file::decide(&mut again, to, path, bytes)?;
    }
    let decided = |plan: &Plan| {
        let issues = [&plan.briefing.numbers, &plan.briefing.document_numbers];
        (plan.decisions(), issues.map(Clone::clone))
    };
    if (made.ledger.is_some() || !is_book) && decided(plan) != decided(&again) {
        found = found.or_else(|| Some("办公室的决定写出后不一样".to_owned()));
    }
    match found {
        Some(difference) => Err(said!(
            "“{}”不能照原样写成“{}”：{difference}。没有写入",
            from.display(),
            to.display()
        )),
        None => Ok(()),
    }
}

pub fn new(out: &Path, terminal: &Terminal) -> Result<u8> {
    if !is_workbook(&out.display().to_string(), &[]) {
        return Err(said!("“{}”应为 .xlsx 文件", out.display()));
    }
    write_new(out, &book(&Table::new())?.plan)?;
    say!(
        terminal,
        "已写入{}：怎样填，见其中的“说明”表。填好后检查：{}",
        out.display(),
        next::next(&format!(
            "plan check {} --mark",
            next::quoted(&out.to_string_lossy())
        ))
    );
    Ok(CLEAN)
}

/// Takes the decisions out of a plan's tree; whether there were any.
fn take_out(tree: &mut Table) -> bool {
    let mut has_any = false;
    for key in DECISIONS {
        has_any |= tree.remove(key).is_some();
    }
    if let Some(briefing) = tree.get_mut("briefing").and_then(Value::as_table_mut) {
        for key in ISSUES {
            has_any |= briefing.remove(key).is_some();
        }
    }
    has_any
}

/// Puts a ledger's decisions into a plan's tree.
fn put_in(tree: &mut Table, plan: &Plan) {
    tree.extend(plan.decisions());
    let issues = [&plan.briefing.numbers, &plan.briefing.document_numbers];
    for (key, all) in ISSUES.into_iter().zip(issues) {
        if !all.is_empty() {
            let briefing = tree
                .entry("briefing")
                .or_insert_with(|| Table::new().into());
            let all = all
                .iter()
                .map(|(month, number)| (month.to_string(), number.as_str().into()));
            if let Some(briefing) = briefing.as_table_mut() {
                briefing.insert(key.to_owned(), Value::Table(all.collect()));
            }
        }
    }
}

/// What to say of a ledger whose decisions went into plan.toml.
fn said_of_ledger(plan: &Plan, from: &Path, to: &Path) -> Vec<String> {
    let Some(ledger) = &plan.ledger else {
        return Vec::new();
    };
    let Ledger {
        rows,
        papers,
        received,
        ..
    } = ledger;
    let path = from.with_file_name(LEDGER);
    let path = path.display();
    let void = rows.iter().filter(|row| row.fate == Fate::Void).count();
    let has_more = papers
        .values()
        .any(|p| p.date.is_some() || p.signer.is_some());
    let left = [
        (void > 0).then(|| format!("作废的{void}行")),
        (!received.is_empty()).then(|| format!("收件登记{}行", received.len())),
        has_more.then(|| "各月简报的落款日期和签发人".to_owned()),
        (rows.len() > void).then(|| "办理日期，人工评定和任务调整的经办人".to_owned()),
    ]
    .into_iter()
    .flatten()
    .joined("；");
    let is_decided = rows.len() > void || !papers.is_empty();
    let mut said = Vec::new();
    if is_decided {
        said.push(format!("{path}里的决定一并写入。"));
    }
    if !left.is_empty() {
        said.push(format!("没有写入、仍在{path}里的：{left}。"));
    }
    if is_decided && from.parent() == to.parent() {
        said.push(format!(
            "同一个决定不能两处都有：用{}的，请先把{path}移走。",
            to.display()
        ));
    }
    said
}
