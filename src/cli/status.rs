//! `duban status`: who has reported, who is late, returned or missing, and what exactly is left out.

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use serde_json::json;

use crate::check::rules;
use crate::combine;
use crate::intake::text::one_line;
use crate::plan::{Moment, Period, Plan, chinese_date};
use crate::report::reminders::{self, Gap, Progress, Standing};

use super::args::{Format, StatusArgs};
use super::error::Error;
use super::months::{Months, briefing_date};
use super::terminal::Terminal;
use super::{plan_check, run};

pub fn run(args: &StatusArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let (plan, _plan_text) = plan_check::load(&places.plan)?;
    let period = match args.period {
        Some(period) => run::in_plan(&plan, period)?,
        None => run::newest(&plan, &places.inbox)?,
    };
    let mut months = Months::new(&plan, &places.inbox);
    months.catch_up(period, terminal)?;
    let month = months.check(Moment::month_end(period), true, terminal)?;
    let options = combine::Options { date: briefing_date(&plan, period, args.date), draft: false, rules: rules::RULES };
    let facts = combine::combine(&plan, &month.checked, &months.history, &month.register, &options).map_err(|e| Error::said(e.to_string()))?;
    let standings = reminders::standings(&plan, &facts);
    match args.format {
        Format::Text => text(&plan, period, &standings, terminal),
        Format::Json => json(&standings)?,
    }
    let owed = standings.iter().any(|s| matches!(s.progress, Progress::NotSubmitted | Progress::Returned));
    Ok(if owed { super::FINDINGS } else { super::CLEAN })
}

fn text(plan: &Plan, period: Period, standings: &[Standing], terminal: &Terminal) {
    let due = chinese_date(plan.due_date(period));
    terminal.line(&format!("{} {}报送情况（截止{due}）", plan.title, period.chinese()));
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["单位", "报送情况", "收到日期", "漏报", "采用的文件"]);
    for s in standings {
        let late = s.days_late().filter(|_| s.progress == Progress::Late).map(|n| format!("（{n}天）")).unwrap_or_default();
        table.add_row([
            s.name.clone(),
            format!("{}{late}", s.submitted),
            s.received.map(|d| d.to_string()).unwrap_or_default(),
            if s.gaps.is_empty() { String::new() } else { format!("{}项", s.gaps.len()) },
            s.file.as_deref().map(|f| one_line(f, 60)).unwrap_or_default(),
        ]);
    }
    terminal.line(&table.to_string());
    for s in standings.iter().filter(|s| s.is_chased()) {
        terminal.line(&format!("{}：{}", s.name, s.submitted));
        if s.progress == Progress::NotSubmitted {
            let indicators: usize = s.tasks.iter().map(|t| t.indicators.len()).sum();
            let list = s.tasks.iter().map(|t| format!("第{}项", t.task)).collect::<Vec<_>>().join("、");
            terminal.line(&format!("  未报：{list}，共{}项任务{indicators}个指标", s.tasks.len()));
        }
        for reason in &s.reasons {
            let file = reason.file.as_deref().map(|f| format!("“{}”", one_line(f, 60))).unwrap_or_default();
            terminal.line(&format!("  退回：{file}{} {}", reason.code, one_line(&reason.message, 200)));
        }
        for gap in &s.gaps {
            terminal.line(&format!("  漏报：{}", gap_line(gap)));
        }
    }
    let count = |progress| standings.iter().filter(|s| s.progress == progress).count();
    terminal.line(&format!(
        "按时{}个，逾期{}个，已退回{}个，未报{}个；有漏报的{}个。",
        count(Progress::OnTime),
        count(Progress::Late),
        count(Progress::Returned),
        count(Progress::NotSubmitted),
        standings.iter().filter(|s| !s.gaps.is_empty()).count()
    ));
}

/// `第15项“…”：“活动批次”待核实（C007）`.
fn gap_line(gap: &Gap) -> String {
    let list: Vec<String> = gap.indicators.iter().map(reminders::missing_value).collect();
    let rest = if list.is_empty() { "没有可用的数据".to_owned() } else { list.join("、") };
    format!("第{}项“{}”：{rest}", gap.task, gap.name)
}

fn json(standings: &[Standing]) -> Result<(), Error> {
    let list: Vec<serde_json::Value> = standings
        .iter()
        .map(|s| {
            json!({
                "department": s.id,
                "name": s.name,
                "progress": s.progress,
                "submitted": s.submitted,
                "received": s.received.map(|d| d.to_string()),
                "due": s.due.to_string(),
                "days_late": s.days_late().filter(|_| s.progress == Progress::Late),
                "file": s.file,
                "returned": s.reasons,
                "gaps": s.gaps,
                "tasks": s.tasks,
            })
        })
        .collect();
    anstream::println!("{}", serde_json::to_string_pretty(&list).map_err(|e| Error::said(e.to_string()))?);
    Ok(())
}
