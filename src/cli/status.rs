//! `duban status`: who has reported, who is late, returned or missing, and what exactly is left out.

use std::fs;
use std::path::Path;

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use jiff::civil::Date;
use serde_json::json;

use crate::combine::Facts;
use crate::intake::arrival::sha256;
use crate::intake::text::one_line;
use crate::plan::{Period, Plan, chinese_date};
use crate::report::manifest::{self, Manifest};
use crate::report::reminders::{self, DepartmentStanding, Gap, Progress};

use super::archive::Archive;
use super::args::{Format, StatusArgs};
use super::error::Error;
use super::output::{self, Package};
use super::terminal::Terminal;
use super::view::View;
use super::{lock, plan_check, run};

pub fn run(args: &StatusArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let archive = Archive::at(&places.archive);
    let (plan, _) = plan_check::load(&places.plan)?;
    let period = match args.period {
        Some(period) => run::in_plan(&plan, period)?,
        None => run::newest(&plan, &places.inbox, &archive)?,
    };
    let template = read_template(args.reminder_template.as_deref())?;
    let View {
        plan,
        plan_text,
        facts,
        inputs,
        sealed,
        seal,
        ..
    } = View::month(period, places, args.date, terminal)?;
    let standings = reminders::standings(&plan, &facts);
    match args.format {
        Format::Text => text(&plan, period, &standings, terminal),
        Format::Json => json(&standings)?,
    }
    if let Some(seal) = &seal {
        terminal.detail(&format!(
            "{}：以封存时的报送情况为准，催报通知不再改动。",
            seal.said()
        ));
    } else if !args.no_notices {
        let _lock = lock::take(&places.out, "无法建立输出文件夹")?;
        let notices = notices(&plan, &facts, &standings, template.as_deref(), args.until)?;
        let options = manifest::Options {
            date: facts.date.to_string(),
            reminder_template_sha256: template.as_deref().map(sha256),
            ..manifest::Options::default()
        };
        let manifest = Manifest::new(
            period,
            options,
            manifest::PlanHash::new(&plan, &plan_text),
            inputs,
            Vec::new(),
        );
        let manifest = Manifest { sealed, ..manifest };
        write(args, period, &notices, manifest, terminal)?;
    }
    let owed = standings
        .iter()
        .any(|s| matches!(s.progress, Progress::NotSubmitted | Progress::Returned));
    Ok(if owed { super::FINDINGS } else { super::CLEAN })
}

/// The office's own template, where it gives one.
pub fn read_template(path: Option<&Path>) -> Result<Option<Vec<u8>>, Error> {
    path.map(|path| fs::read(path).map_err(|e| Error::io("无法读取催报通知模板", path, e)))
        .transpose()
}

/// The month's notices: name in 催报/ → document.
pub fn notices(
    plan: &Plan,
    facts: &Facts,
    standings: &[DepartmentStanding],
    template: Option<&[u8]>,
    until: Option<Date>,
) -> Result<Package, Error> {
    let options = reminders::NoticeOptions {
        template,
        date: facts.date,
        until,
    };
    let made = reminders::notices(plan, facts, standings, &options)
        .map_err(|e| Error::said(format!("催报通知模板有误：\n{e}")))?;
    Ok(made
        .into_iter()
        .map(|(name, bytes)| (crate::report::file_name(&name), bytes))
        .collect())
}

/// Puts the notices into the month's package; its other files stay.
fn write(
    args: &StatusArgs,
    period: Period,
    notices: &Package,
    manifest: Manifest,
    terminal: &Terminal,
) -> Result<(), Error> {
    let out = &args.places.out;
    let place = out.join(period.to_string()).join(reminders::FOLDER);
    let say = |line: &str| {
        if args.format == Format::Text {
            terminal.line(line);
        }
    };
    if notices.is_empty() && !place.exists() {
        return Ok(());
    }
    for name in output::replace_folder(
        out,
        &period.to_string(),
        reminders::FOLDER,
        notices,
        manifest,
    )? {
        say(&format!("上次的通知被手工改过，已保留为“{name}”。"));
    }
    if notices.is_empty() {
        say("没有需要催报的单位，原有催报通知已撤下。");
    } else {
        let names = notices
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("、");
        say(&format!(
            "催报通知 {} 份，已写入{}：{names}。文号、联系人待填，程序不发送。",
            notices.len(),
            place.display()
        ));
    }
    Ok(())
}

fn text(plan: &Plan, period: Period, standings: &[DepartmentStanding], terminal: &Terminal) {
    let due = chinese_date(plan.due_date(period));
    terminal.line(&format!(
        "{} {}报送情况（截止{due}）",
        plan.title,
        period.chinese()
    ));
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["单位", "报送情况", "收到日期", "漏报", "采用的文件"]);
    for s in standings {
        let late = s
            .days_late()
            .filter(|_| s.progress == Progress::Late)
            .map(|n| format!("（{n}天）"))
            .unwrap_or_default();
        table.add_row([
            s.name.clone(),
            format!("{}{late}", s.submitted),
            s.received.map(|d| d.to_string()).unwrap_or_default(),
            if s.gaps.is_empty() {
                String::new()
            } else {
                format!("{}项", s.gaps.len())
            },
            s.file
                .as_deref()
                .map(|f| one_line(f, 60))
                .unwrap_or_default(),
        ]);
    }
    terminal.line(&table.to_string());
    for s in standings.iter().filter(|s| s.is_chased()) {
        terminal.line(&format!("{}：{}", s.name, s.submitted));
        if s.progress == Progress::NotSubmitted {
            let indicators: usize = s.tasks.iter().map(|t| t.indicators.len()).sum();
            let list = s
                .tasks
                .iter()
                .map(|t| format!("第{}项", t.task))
                .collect::<Vec<_>>()
                .join("、");
            terminal.line(&format!(
                "  未报：{list}，共{}项任务{indicators}个指标",
                s.tasks.len()
            ));
        }
        for reason in &s.reasons {
            let file = reason
                .file
                .as_deref()
                .map(|f| format!("“{}”", one_line(f, 60)))
                .unwrap_or_default();
            terminal.line(&format!(
                "  退回：{file}{} {}",
                reason.code,
                one_line(&reason.message, 200)
            ));
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
    let list: Vec<String> = gap
        .indicators
        .iter()
        .map(reminders::missing_value)
        .collect();
    let rest = if list.is_empty() {
        "没有可用的数据".to_owned()
    } else {
        list.join("、")
    };
    format!("第{}项“{}”：{rest}", gap.task, gap.name)
}

fn json(standings: &[DepartmentStanding]) -> Result<(), Error> {
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
    Terminal::json(&list)
}
