//! `duban status`: who has reported, who is late, returned or missing, and what exactly is left out.

use serde_json::json;

use super::prelude::*;
use crate::check::TaskElements;
use crate::cli::args::StatusArgs;
use crate::cli::inbox::Inbox;
use crate::cli::output::{self, PackageFiles};
use crate::cli::package::notices;
use crate::cli::periods::given_or_newest;
use crate::cli::templates::read_reminder;
use crate::cli::{exit, lock};
use crate::intake::arrival::sha256;
use crate::report::manifest::{self, Manifest};
use crate::report::reminders::{self, DepartmentStanding, Gap, Progress};

pub fn run(args: &StatusArgs, terminal: &Terminal) -> Result<u8> {
    let places = &args.places;
    let archive = Archive::at(&places.archive);
    let (plan, _) = places.plan.load()?;
    let inbox = Inbox::at(&places.inbox, Some(&plan));
    let period = given_or_newest(args.month.one()?, &plan, &inbox, &archive)?;
    inbox.warn_of_unread()?;
    let template = read_reminder(args.reminder_template.as_deref())?;
    let View {
        plan,
        plan_bytes,
        facts,
        inputs,
        sealed,
        seal,
        checked,
        ..
    } = View::month(period, places, args.date, terminal)?;
    let standings = reminders::standings(&plan, &facts);
    if args.output.is_json() {
        json(&plan, &standings, &checked.elements)?;
    } else {
        text(&plan, period, &standings, &checked.elements, terminal);
    }
    if let Some(seal) = &seal {
        let asked = args.until.is_some() || args.date.is_some() || template.is_some();
        let said = format!(
            "{}：以封存时的报送情况为准，催报通知不再改动。",
            seal.said()
        );
        if asked {
            Terminal::warn(&format!("{said}这次给的通知日期、期限和模板没有采用。"));
        } else {
            terminal.detail(&said);
        }
    } else if !args.no_notices {
        let _lock = lock::take_out(places)?;
        let notices = notices(&plan, &facts, &standings, template.as_deref(), args.until)?;
        let options = manifest::Options {
            date: facts.date.to_string(),
            until: args.until.map(|day| day.to_string()),
            reminder_template_sha256: template.as_deref().map(sha256),
            ..manifest::Options::default()
        };
        let plan_hash = manifest::PlanHash::new(&plan, &plan_bytes);
        let manifest = Manifest {
            sealed,
            ..Manifest::new(period, options, plan_hash, inputs, Vec::new())
        };
        write(args, period, &notices, manifest, terminal)?;
    }
    let owed = standings
        .iter()
        .any(|s| matches!(s.progress, Progress::NotSubmitted | Progress::Returned));
    Ok(exit::found(owed))
}

/// Puts the notices into the month's package; its other files stay.
fn write(
    args: &StatusArgs,
    period: Period,
    notices: &PackageFiles,
    manifest: Manifest,
    terminal: &Terminal,
) -> Result {
    let out = &args.places.out;
    let place = out.join(period.to_string()).join(reminders::FOLDER);
    let say = |line: &str| {
        if !args.output.is_json() {
            terminal.line(line);
        }
    };
    if notices.is_empty() && !place.exists() {
        return Ok(());
    }
    let (month, folder) = (period.to_string(), reminders::FOLDER);
    for name in output::replace_folder(out, &month, folder, notices, manifest)? {
        say(&format!("上次的通知被手工改过，已保留为“{name}”。"));
    }
    if notices.is_empty() {
        say("没有需要催报的单位，原有催报通知已撤下。");
    } else {
        let names = notices.keys().map(String::as_str).joined("、");
        say(&format!(
            "催报通知 {} 份，已写入{}：{}。文号、联系人和没有给出的日期待填，程序不发送。",
            notices.len(),
            place.display(),
            names
        ));
    }
    Ok(())
}

/// Whom to call in a department: the contacts of the tasks that it leads, as its 工作方案 last gave them, each once.
fn contacts(plan: &Plan, id: &str, elements: &[TaskElements]) -> Vec<String> {
    let department = plan.department(id);
    let own = elements
        .iter()
        .filter(|e| Some(plan.tasks[e.task].lead) == department);
    let mut found: Vec<String> = Vec::new();
    for people in own {
        let given = [&people.contact, &people.phone].into_iter().flatten();
        let who: Vec<String> = given.map(|text| one_line(text, 40)).collect();
        let who = who.join(" ");
        if !who.is_empty() && !found.contains(&who) {
            found.push(who);
        }
    }
    found
}

fn text(
    plan: &Plan,
    period: Period,
    standings: &[DepartmentStanding],
    elements: &[TaskElements],
    terminal: &Terminal,
) {
    let due = chinese_date(plan.due_date(period));
    say!(
        terminal,
        "{} {}报送情况（截止{due}）",
        plan.title,
        period.chinese()
    );
    let mut table = table(["单位", "报送情况", "收到日期", "漏报", "采用的文件"]);
    for s in standings {
        let late = s
            .days_late()
            .filter(|_| s.progress == Progress::Late)
            .map(|n| format!("（{n}天）"))
            .unwrap_or_default();
        let gaps = (!s.gaps.is_empty()).then(|| format!("{}项", s.gaps.len()));
        let file = s.file.as_deref().map(|f| one_line(f, 60));
        table.add_row([
            s.name.clone(),
            format!("{}{late}", s.submitted),
            s.received.map(|d| d.to_string()).unwrap_or_default(),
            gaps.unwrap_or_default(),
            file.unwrap_or_default(),
        ]);
    }
    terminal.line(table.to_string());
    for s in standings.iter().filter(|s| s.is_chased()) {
        let who = contacts(plan, &s.id, elements);
        let who = if who.is_empty() {
            String::new()
        } else {
            format!("　联系人：{}", who.join("、"))
        };
        say!(terminal, "{}：{}{who}", s.name, s.submitted);
        if s.progress == Progress::NotSubmitted {
            let indicators: usize = s.tasks.iter().map(|t| t.indicators.len()).sum();
            let tasks = s.tasks.iter().map(|t| format!("第{}项", t.task));
            say!(
                terminal,
                "  未报：{}，共{}项任务{indicators}个指标",
                tasks.joined("、"),
                s.tasks.len()
            );
        }
        for reason in &s.reasons {
            let file = reason.file.as_deref();
            let file = file.map(|f| format!("“{}”", one_line(f, 60)));
            say!(
                terminal,
                "  退回：{}{} {}",
                file.unwrap_or_default(),
                reason.code,
                one_line(&reason.message, 200)
            );
        }
        for gap in &s.gaps {
            say!(terminal, "  漏报：{}", gap_line(gap));
        }
    }
    if standings.iter().any(|s| s.progress == Progress::Returned) {
        say!(
            terminal,
            "要给已退回的单位空白报送表：{}",
            next(&format!("forms {period}"))
        );
    }
    let count = |progress| standings.iter().filter(|s| s.progress == progress).count();
    let undated = match count(Progress::Submitted) {
        0 => String::new(),
        n => format!("已报送而未判断是否按时{n}个，"),
    };
    say!(
        terminal,
        "按时{}个，{undated}逾期{}个，已退回{}个，未报{}个；有漏报的{}个。",
        count(Progress::OnTime),
        count(Progress::Late),
        count(Progress::Returned),
        count(Progress::NotSubmitted),
        standings.iter().filter(|s| !s.gaps.is_empty()).count()
    );
}

/// `第15项“…”：“活动批次”`.
fn gap_line(gap: &Gap) -> String {
    format!("第{}项“{}”：{}", gap.task, gap.name, gap.indicators())
}

fn json(plan: &Plan, standings: &[DepartmentStanding], elements: &[TaskElements]) -> Result {
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
                "contacts": contacts(plan, &s.id, elements),
            })
        })
        .collect();
    Terminal::json(&list)
}
