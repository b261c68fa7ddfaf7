//! `duban template check` and `duban template vars`.

use crate::report::briefing::{self, BriefingOptions};
use crate::report::reminders;
use crate::report::word::standard::{self, Clause, Paper};
use crate::report::word::template::TemplateError;

use super::prelude::*;
use crate::cli::args::{TemplateKind, TemplateOf};
use crate::cli::templates;

/// Every mistake of a template, each with the paragraph it stands in.
pub fn check(
    path: &Path,
    of: &TemplateOf,
    layout: bool,
    output: OutputArgs,
    terminal: &Terminal,
) -> Result<u8> {
    let (bytes, mut errors) = match templates::embedded(path)? {
        Ok(bytes) => {
            let errors = match of.kind {
                TemplateKind::Briefing => briefing::check_template(&bytes),
                TemplateKind::Reminder => reminders::check_template(&bytes),
            };
            (bytes, errors)
        }
        Err(errors) => (Vec::new(), errors.0),
    };
    // What only the values tell is found by filling it in, as a run does.
    let mut filled = None;
    if errors.is_empty() {
        match view(of, terminal) {
            Ok(view) => {
                filled = Some(view.facts.period);
                errors = fill(&bytes, of.kind, &view);
            }
            Err(error) if of.month.months().is_some() => return Err(error),
            Err(error) => terminal.detail(&format!("没有试填：{error}")),
        }
    }
    let clauses = match of.kind {
        _ if !layout || bytes.is_empty() => Vec::new(),
        TemplateKind::Briefing => standard::clauses(&bytes, Paper::Briefing).unwrap_or_default(),
        TemplateKind::Reminder => standard::clauses(&bytes, Paper::Letter).unwrap_or_default(),
    };
    if output.is_json() && layout {
        Terminal::json(&serde_json::json!({ "errors": errors, "layout": clauses }))?;
    } else if output.is_json() {
        Terminal::json(&errors)?;
    } else {
        if errors.is_empty() {
            terminal.line(match filled {
                Some(period) => format!("模板没有问题（已用{}的数据试填）。", period.chinese()),
                None => "模板没有问题（没有可用的月份，未用数据试填）。".to_owned(),
            });
        } else {
            for error in &errors {
                terminal.line(error.to_string());
            }
            let kind = match of.kind {
                TemplateKind::Briefing => "",
                TemplateKind::Reminder => " --kind reminder",
            };
            say!(
                terminal,
                "共{}处。可用的名称见：{}",
                errors.len(),
                next(&format!("template vars{kind}"))
            );
        }
        if !clauses.is_empty() {
            print_layout(&clauses, terminal);
        }
    }
    let is_clean = errors.is_empty() && clauses.iter().all(|c| c.is_kept);
    Ok(if is_clean { CLEAN } else { FINDINGS })
}

fn view(of: &TemplateOf, terminal: &Terminal) -> Result<View> {
    let period = of.places.period(&of.month)?;
    View::month(period, &of.places, None, terminal)
}

/// Clause by clause, then what to do about those that are not kept.
fn print_layout(clauses: &[Clause], terminal: &Terminal) {
    let mut table = table(["条款", "项目", "应为", "模板中为", "结论"]);
    for c in clauses {
        let verdict = if c.is_kept { "符合" } else { "不符" };
        table.add_row([c.number, c.what, &c.wanted, &c.found, verdict]);
    }
    terminal.line("对照 GB/T 9704-2012（党政机关公文格式）：");
    terminal.line(table.to_string());
    let broken: Vec<&Clause> = clauses.iter().filter(|c| !c.is_kept).collect();
    if broken.is_empty() {
        terminal.line("版式各条都符合。成文后的面貌以打印预览为准。");
        return;
    }
    say!(terminal, "{}条不符，在WPS或Word中这样改：", broken.len());
    for (n, c) in broken.iter().enumerate() {
        say!(
            terminal,
            "  {}. {}（{}）：{}。",
            n + 1,
            c.what,
            c.number,
            c.advice
        );
    }
}

/// The mistakes that filling a template with a month's values finds.
fn fill(bytes: &[u8], kind: TemplateKind, view: &View) -> Vec<TemplateError> {
    let View { plan, facts, .. } = view;
    let made = match kind {
        TemplateKind::Briefing => {
            briefing::render(bytes, facts, plan, &BriefingOptions::default()).map(drop)
        }
        TemplateKind::Reminder => {
            let options = reminders::NoticeOptions {
                template: Some(bytes),
                date: facts.date,
                until: None,
            };
            let standings = reminders::standings(plan, facts);
            reminders::notices(plan, facts, &standings, &options).map(drop)
        }
    };
    made.err().map(|errors| errors.0).unwrap_or_default()
}

/// What a template can use, with a month's values.
pub fn vars(of: &TemplateOf, output: OutputArgs, terminal: &Terminal) -> Result<u8> {
    let View { plan, facts, .. } = view(of, terminal)?;
    let variables = match of.kind {
        TemplateKind::Briefing => briefing::variables(&facts, &plan, &BriefingOptions::default()),
        TemplateKind::Reminder => {
            let options = reminders::NoticeOptions {
                template: None,
                date: facts.date,
                until: None,
            };
            reminders::variables(
                &plan,
                &facts,
                &reminders::standings(&plan, &facts),
                &options,
            )
        }
    };
    if output.is_json() {
        Terminal::json(&serde_json::json!(variables))?;
    } else {
        for v in &variables {
            let value = one_line(&v.value, 100);
            say!(terminal, "{}  {}\n    {value}", v.name, v.meaning);
        }
    }
    Ok(CLEAN)
}
