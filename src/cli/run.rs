//! `duban run`: the monthly job.

use std::fs;
use std::path::Path;

use crate::check::{Checked, Severity, Status, rules};
use crate::combine::{self, Facts};
use crate::intake::Arrival;
use crate::intake::arrival::sha256;
use crate::plan::{Moment, Period, Plan};
use crate::report::manifest::{self, Manifest};
use crate::report::returns::{FOLDER, Returned};
use crate::report::summary::{LinkFrom, SummaryOptions};
use crate::report::{briefing, file_name, findings_json, records_csv, reminders, summary};

use super::args::RunArgs;
use super::error::Error;
use super::months::{Month, Months, briefing_date};
use super::output::{self, Package};
use super::terminal::Terminal;
use super::{inbox, plan_check, returns, status, summary as closing};

/// The office's own templates; `None`: the shipped one.
struct Templates {
    briefing: Option<Vec<u8>>,
    reminder: Option<Vec<u8>>,
}

/// What a month's reports are made from.
struct Made<'a> {
    facts: &'a Facts,
    returned: &'a [Returned],
}

pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let (plan, plan_text) = terminal.stage("plan", || plan_check::load(&places.plan))?;
    let periods = wanted(args, &plan, &places.inbox)?;
    if let Some(day) = args.as_of
        && (periods.len() > 1 || Period::of(day) != periods[0])
    {
        return Err(Error::said(format!("--as-of 的日期{day}不在所运行的月份{}内", periods[0])));
    }
    let templates = Templates {
        briefing: match &args.template {
            Some(path) => Some(fs::read(path).map_err(|e| Error::io("无法读取模板", path, e))?),
            None => None,
        },
        reminder: status::read_template(args.reminder_template.as_deref())?,
    };
    if terminal.verbose {
        limits(&plan, terminal);
    }
    let mut months = Months::new(&plan, &places.inbox);
    let mut inputs: Vec<manifest::Input> = Vec::new();
    let mut code = super::CLEAN;
    for period in periods {
        for (earlier, arrivals) in months.catch_up(period, terminal)? {
            add_inputs(&mut inputs, earlier, &arrivals);
        }
        let moment = Moment { period, as_of: args.as_of };
        let month = months.check(moment, args.as_of.is_none(), terminal)?;
        add_inputs(&mut inputs, period, &month.arrivals);
        let options = combine::Options { date: briefing_date(&plan, period, args.date), draft: args.draft, rules: rules::RULES };
        let facts = terminal
            .stage("combine", || combine::combine(&plan, &month.checked, &months.history, &month.register, &options))
            .map_err(|e| Error::said(e.to_string()))?;
        let returned = terminal.stage("returns", || returns::make(&plan, &places.inbox, moment, &month))?;
        let package = package(args, &plan, &plan_text, &Made { facts: &facts, returned: &returned }, &templates, &inputs, terminal)?;
        let edited = terminal.stage("write", || output::replace(&places.out, &period.to_string(), &package))?;
        closing::print(&plan, &facts, &places.out.join(period.to_string()), &package, &edited, terminal);
        if has_open_errors(&month.checked) {
            code = super::FINDINGS;
        }
        let Month { checked, .. } = month;
        // A month measured to a day inside it is no earlier month for any other.
        if args.as_of.is_none() {
            months.keep(checked);
        }
    }
    if args.timings {
        terminal.print_timings();
    }
    Ok(code)
}

/// Whether anything is left that a department must correct.
pub fn has_open_errors(checked: &Checked) -> bool {
    checked.findings.iter().any(|f| f.severity == Severity::Error && f.status == Status::Open)
}

/// The months to run: one, a range, or the newest in the inbox.
fn wanted(args: &RunArgs, plan: &Plan, inbox: &Path) -> Result<Vec<Period>, Error> {
    let Some(text) = &args.period else { return newest(plan, inbox).map(|p| vec![p]) };
    let available = inbox::periods(inbox)?;
    let parse = |part: &str| -> Result<Period, Error> {
        part.parse().map_err(|()| {
            Error::said(format!("月份“{}”写法不对，请写成 2024-06，一段月份写成 2024-01..2024-06", crate::intake::text::one_line(part, 20)))
        })
    };
    let (first, last) = match text.split_once("..") {
        Some((a, b)) => (parse(a)?, parse(b)?),
        None => (parse(text)?, parse(text)?),
    };
    if last < first {
        return Err(Error::said(format!("月份段“{text}”前后颠倒，请写成 {last}..{first}")));
    }
    let mut wanted = Vec::new();
    let mut period = in_plan(plan, first)?;
    in_plan(plan, last)?;
    while period <= last {
        if !available.contains(&period) {
            let list = available.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            let have = if list.is_empty() { "还没有任何月份".to_owned() } else { format!("现有：{list}") };
            return Err(Error::said(format!(
                "收件箱“{}”里没有{period}的文件夹（{have}）。请先建立“{}”",
                inbox.display(),
                inbox.join(period.to_string()).display()
            )));
        }
        wanted.push(period);
        period = period.next();
    }
    Ok(wanted)
}

/// The newest month of the inbox.
pub fn newest(plan: &Plan, inbox: &Path) -> Result<Period, Error> {
    match inbox::periods(inbox)?.last() {
        Some(&newest) => in_plan(plan, newest),
        None => Err(Error::said(format!("收件箱“{}”里没有月份文件夹。请建立如“2024-06”的文件夹，把各单位当月文件放进去", inbox.display()))),
    }
}

/// A month of the plan, or the operator is told that it is none.
pub fn in_plan(plan: &Plan, period: Period) -> Result<Period, Error> {
    let (start, end) = (Period::of(plan.start), Period::of(plan.end));
    if (start..=end).contains(&period) {
        return Ok(period);
    }
    Err(Error::said(format!("{period}不在任务计划“{}”的起止月份（{start}至{end}）之内，请核对 --period 和 --plan", plan.title)))
}

fn limits(plan: &Plan, terminal: &Terminal) {
    let l = &plan.limits;
    terminal.detail(&format!(
        "读取上限：文件{} MiB，单个部件解压后{} MiB、合计{} MiB，工作表{}张，每表非空行{}行，非空单元格{}个，每格{}字，合并单元格{}处，XML 嵌套{}层，旧格式每个文件{}秒",
        l.file_bytes >> 20,
        l.part_bytes >> 20,
        l.total_bytes >> 20,
        l.sheets,
        l.rows,
        l.cells,
        l.text_chars,
        l.merges,
        l.xml_depth,
        l.seconds
    ));
}

fn add_inputs(inputs: &mut Vec<manifest::Input>, period: Period, arrivals: &[Arrival]) {
    inputs.extend(arrivals.iter().map(|a| manifest::Input {
        period: period.to_string(),
        path: a.path.clone(),
        bytes: a.bytes,
        sha256: a.sha256.clone(),
    }));
}

/// Every file of `out/<period>/`.
fn package(
    args: &RunArgs,
    plan: &Plan,
    plan_text: &str,
    made: &Made,
    templates: &Templates,
    inputs: &[manifest::Input],
    terminal: &Terminal,
) -> Result<Package, Error> {
    let Made { facts, returned } = *made;
    let broken = |e: &dyn std::fmt::Display| Error::said(format!("生成报告时出错：{e}"));
    let month = facts.period.chinese();
    let draft = if facts.draft { "（征求意见稿）" } else { "" };
    let short = file_name(&plan.short_title);
    let briefing_options = briefing_options(args, plan, facts);
    let shipped;
    let template_bytes = if let Some(bytes) = &templates.briefing {
        bytes
    } else {
        shipped = briefing::default_template().map_err(|e| broken(&e))?;
        &shipped
    };
    let reminder = templates.reminder.as_deref();
    let notices = terminal.stage("docx", || status::notices(plan, facts, &reminders::standings(plan, facts), reminder, None))?;
    let mut package: Package = notices.into_iter().map(|(name, bytes)| (format!("{}/{name}", reminders::FOLDER), bytes)).collect();
    package.extend(returned.iter().map(|copy| (format!("{FOLDER}/{}", copy.name), copy.bytes.clone())));
    let links = |from: LinkFrom<'_>| returns::link(returned, from);
    let options = SummaryOptions { links: Some(&links) };
    let xlsx = terminal.stage("xlsx", || summary::workbook_with(facts, plan, &options)).map_err(|e| broken(&e))?;
    package.insert(format!("{short}汇总表（{month}）{draft}.xlsx"), xlsx);
    let docx = terminal.stage("docx", || briefing::render(template_bytes, facts, plan, &briefing_options)).map_err(|e| {
        let which = args.template.as_ref().map_or_else(|| "内置模板".to_owned(), |path| format!("“{}”", path.display()));
        Error::said(format!("简报模板{which}不能使用：\n{e}"))
    })?;
    package.insert(format!("{short}简报（{month}）{draft}.docx"), docx);
    package.insert("findings.json".to_owned(), terminal.stage("json", || findings_json::write(facts, plan)).map_err(|e| broken(&e))?);
    package.insert("records.csv".to_owned(), terminal.stage("json", || records_csv::write(facts, plan)).map_err(|e| broken(&e))?);
    package.insert("facts.json".to_owned(), terminal.stage("json", || json(&combine::facts_json(facts, plan))).map_err(|e| broken(&e))?);
    let manifest = Manifest {
        tool: "duban".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        period: facts.period.to_string(),
        options: manifest::Options {
            draft: facts.draft,
            as_of: facts.as_of.map(|d| d.to_string()),
            date: facts.date.to_string(),
            template_sha256: templates.briefing.as_deref().map(sha256),
            reminder_template_sha256: reminder.map(sha256),
            issue_number: args.briefing.issue_number.clone(),
            document_number: args.briefing.document_number.clone(),
            signer: args.briefing.signer.clone(),
            to: args.briefing.to.clone(),
            send: args.briefing.send.clone(),
            distribute: args.briefing.distribute.clone(),
            copies: args.briefing.copies,
        },
        plan: manifest::PlanHash { id: plan.id.clone(), revision: plan.revision, sha256: sha256(plan_text.as_bytes()) },
        inputs: inputs
            .iter()
            .map(|i| manifest::Input { period: i.period.clone(), path: i.path.clone(), bytes: i.bytes, sha256: i.sha256.clone() })
            .collect(),
        outputs: package
            .iter()
            .map(|(path, bytes)| manifest::Output { path: path.clone(), bytes: bytes.len() as u64, sha256: sha256(bytes) })
            .collect(),
    };
    package.insert("manifest.json".to_owned(), manifest.write().map_err(|e| broken(&e))?);
    Ok(package)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Flags outrank `[briefing]` in the plan.
fn briefing_options(args: &RunArgs, plan: &Plan, facts: &Facts) -> briefing::BriefingOptions {
    let given = &args.briefing;
    let own = &plan.briefing;
    let or = |list: &Vec<String>, plan: &Vec<String>| if list.is_empty() { plan.clone() } else { list.clone() };
    briefing::BriefingOptions {
        draft: facts.draft,
        issue_number: given.issue_number.clone().or_else(|| own.numbers.get(&facts.period).cloned()),
        document_number: given.document_number.clone().or_else(|| own.document_numbers.get(&facts.period).cloned()),
        signer: given.signer.clone().or_else(|| own.signer.clone()),
        to: or(&given.to, &own.to),
        send: or(&given.send, &own.send),
        distribute: or(&given.distribute, &own.distribute),
        copies: given.copies.or(own.copies),
        date: None,
    }
}
