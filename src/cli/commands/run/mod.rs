//! `duban run`: the monthly job.

mod closing;

use std::path::Path;

use crate::check::{Checked, Keep, Severity, Status};
use crate::cli::{
    archive::{Archive, Seal},
    args::RunArgs,
    disk::Real,
    error::Error,
    error::Result,
    exit,
    inbox::Inbox,
    lock,
    months::Months,
    next::next,
    opening,
    output::{self, Sink, Staged, Staging},
    package::{self, Report},
    periods::wanted,
    plan_file,
    sealed::SealedMonth,
    templates::Templates,
    terminal::Terminal,
};
use crate::combine::Facts;
use crate::plan::{Moment, Period, Plan};
use crate::report::{briefing, manifest, page, reminders};

use closing::Blanks;

pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<u8> {
    let (places, timings) = (&args.places, &terminal.timings);
    let load = || {
        let (plan, bytes) = places.plan.load()?;
        let hash = manifest::PlanHash::new(&plan, &bytes);
        Ok::<_, Error>((plan, hash))
    };
    // The shipped templates are made on another thread meanwhile; an error in making them is reported where they are used.
    let templates_made = || {
        (
            briefing::default_template().is_ok(),
            reminders::default_template().is_ok(),
        )
    };
    let (mut plan, plan_hash) = timings.stage("plan", || rayon::join(load, templates_made).0)?;
    plan_file::set_limits(&mut plan, &args.report.limit)?;
    let archive = Archive::at(&places.archive);
    let inbox = Inbox::at(&places.inbox, Some(&plan));
    let periods = wanted(args.month.months(), &plan, &inbox, &archive)?;
    inbox.warn_of_unread()?;
    if let Some(day) = args.as_of
        && (periods.len() > 1 || Period::of(day) != periods[0])
    {
        return Err(said!("--as-of 的日期{day}不在所运行的月份{}内", periods[0]));
    }
    let given = &args.report;
    let templates = Templates::read(
        given.template.as_deref(),
        given.reminder_template.as_deref(),
    )?;
    let options = package::options(given, &templates);
    limits(&plan, terminal);
    let _lock = lock::take_out(places)?;
    output::tidy(&places.out);
    let mut months = Months::new(&plan, &places.inbox, &archive);
    // Every month of a range is made before the first is replaced: what stops the run in a later one must leave all as it was.
    let last = periods.last().copied();
    let mut made = Vec::new();
    for period in periods {
        months.catch_up(period, terminal)?;
        if let Some(seal) = archive.current(period)? {
            months.keep_sealed(&seal)?;
            made.push(sealed_month(args, seal, terminal)?);
            continue;
        }
        // What only a later month or a seal needs takes most of a large month's memory.
        let keep = if Some(period) == last && plan.slots.len() > Keep::MANY_VALUES {
            Keep::Reports
        } else {
            Keep::All
        };
        let as_of = args.as_of;
        let mut month = months.check(Moment { period, as_of }, keep, terminal)?;
        let staging = Staging::begin(&Real, &places.out, &period.to_string())?;
        let (facts, returned) =
            months.facts_and_returns(&month, args.date, args.draft, &staging, terminal)?;
        let inputs = months.inputs_with(&month);
        if keep == Keep::Reports {
            month.checked.keep_findings();
            month.arrivals = Vec::new();
        }
        let report = Report {
            plan: &plan,
            plan_hash: &plan_hash,
            facts: &facts,
            returned: &returned,
            templates: &templates,
            options: &options,
            inputs,
            sealed: &months.sealed,
        };
        package::package(report, &staging, terminal)?;
        let given = package::briefing_options(&options, &facts);
        let blanks = Blanks::new(&plan, &templates, &given.or_plan(&plan, facts.period));
        let written = Made::new(facts, staging, &month.checked, terminal)?;
        made.push(Made { blanks, ..written });
        if Some(period) == last {
            // The process ends soon: to free a workbook's thousands of texts one by one would only take time.
            std::mem::forget(month);
        } else if as_of.is_none() {
            // A month measured to a day inside it is no earlier month for any other.
            months.keep(month);
        }
    }
    let has_open_errors = made.iter().any(|month| month.has_open_errors);
    for month in made {
        month.replace(&plan, &places.out, terminal)?;
    }
    if let Some(last) = last.filter(|_| args.open) {
        let page = places.out.join(last.to_string()).join(page::NAME);
        if let Err(error) = opening::open(&page) {
            Terminal::warn(&format!("{error}。"));
        }
    }
    std::mem::forget(months);
    std::mem::forget(plan);
    timings.print();
    Ok(exit::found(has_open_errors))
}

/// A month whose reports are written beside their place.
struct Made {
    facts: Facts,
    has_open_errors: bool,
    /// Of a sealed month: the plan it was checked with, and what its seal is called.
    sealed: Option<(Plan, String)>,
    files: Vec<String>,
    /// What its papers leave blank; a sealed month's went out as they were.
    blanks: Blanks,
    staged: Staged<'static>,
}

impl Made {
    fn new(
        facts: Facts,
        staging: Staging<'static>,
        checked: &Checked,
        terminal: &Terminal,
    ) -> Result<Self> {
        let open = |(severity, status)| severity == Severity::Error && status == Status::Open;
        let findings = checked.findings.iter();
        Ok(Self {
            facts,
            has_open_errors: findings.map(|f| (f.severity, f.status)).any(open),
            sealed: None,
            blanks: Blanks::default(),
            files: staging.outputs().into_iter().map(|o| o.path).collect(),
            staged: terminal.timings.stage("write", || staging.finish())?,
        })
    }

    /// Moves the reports in and says what is in them.
    fn replace(self, plan: &Plan, out: &Path, terminal: &Terminal) -> Result {
        let facts = self.facts;
        let place = out.join(facts.period.to_string());
        let former = output::manifest(&place).and_then(|manifest| manifest.options.until);
        let edited = terminal.timings.stage("write", || self.staged.swap_in())?;
        let plan = self.sealed.as_ref().map_or(plan, |(plan, _)| plan);
        let (files, blanks) = (&self.files, &self.blanks);
        closing::print(plan, &facts, &place, files, &edited, blanks, terminal);
        if let Some(until) =
            former.filter(|_| self.files.iter().any(|f| f.starts_with(reminders::FOLDER)))
        {
            let period = facts.period;
            say!(
                terminal,
                "催报通知已重新生成，上次写入的补报期限{until}没有沿用；仍要写入的：{}",
                next(&format!("status {period} --until {until}"))
            );
        }
        if let Some((_, said)) = self.sealed {
            let period = facts.period;
            say!(
                terminal,
                "{said}：数据、计划和简报要素以封存时的为准，收件箱中的文件不采用。"
            );
            let changes = facts.findings.iter().filter(|f| f.code == "R019").count();
            if changes > 0 {
                say!(
                    terminal,
                    "收件箱中的文件会改变其中{changes}项数据（R019），没有采用；确需改动请重开该月：{}",
                    next(&format!("seal {period} --reopen --reason 原因"))
                );
            }
        }
        // As the month itself: the process ends soon.
        std::mem::forget(facts);
        Ok(())
    }
}

/// A sealed month's reports again, from its seal, with what the inbox would change.
fn sealed_month(args: &RunArgs, seal: Seal, terminal: &Terminal) -> Result<Made> {
    let (said, period) = (seal.said(), seal.period());
    if args.draft || args.as_of.is_some() {
        return Err(said!(
            "{said}，不能再出征求意见稿或按日期衡量。确需改动请先重开：{}",
            next(&format!("seal {period} --reopen --reason 原因"))
        ));
    }
    let ignored = not_taken(args);
    if !ignored.is_empty() {
        Terminal::warn(&format!(
            "{said}，报告按封存时的模板、日期和简报要素：这次给的{}没有采用。确需改动请先重开：{}",
            ignored.join("、"),
            next(&format!("seal {period} --reopen --reason 原因"))
        ));
    }
    let sealed = SealedMonth::open(seal)?;
    let (checked, restated) = sealed.restated(&args.places.inbox, terminal)?;
    let facts = sealed.facts(&checked)?;
    let staging = Staging::begin(&Real, &args.places.out, &facts.period.to_string())?;
    let own = &sealed.manifest.options;
    let options = manifest::Options {
        detail: own.detail || args.report.detail,
        list_rows: args.report.list_rows.or(own.list_rows),
        ..own.clone()
    };
    sealed.package(&facts, &restated, &options, &staging, terminal)?;
    let mut made = Made::new(facts, staging, &checked, terminal)?;
    made.sealed = Some((sealed.plan, said));
    Ok(made)
}

/// The options that were given and that a sealed month has of its own.
fn not_taken(args: &RunArgs) -> Vec<&'static str> {
    let (report, briefing) = (&args.report, &args.report.briefing);
    let given = [
        ("--date", args.date.is_some()),
        ("--template", report.template.is_some()),
        ("--reminder-template", report.reminder_template.is_some()),
        ("--limit", !report.limit.is_empty()),
        ("--issue-number", briefing.issue_number.is_some()),
        ("--document-number", briefing.document_number.is_some()),
        ("--signer", briefing.signer.is_some()),
        ("--to", !briefing.to.is_empty()),
        ("--send", !briefing.send.is_empty()),
        ("--distribute", !briefing.distribute.is_empty()),
        ("--copies", briefing.copies.is_some()),
    ];
    given
        .into_iter()
        .filter(|(_, is_given)| *is_given)
        .map(|(name, _)| name)
        .collect()
}

fn limits(plan: &Plan, terminal: &Terminal) {
    let l = &plan.limits;
    terminal.detail(&format!(
        "读取上限：文件{} MiB，单个部件解压后{} MiB、合计{} MiB，工作表{}张，每表非空行{}行，非空单元格{}个，每格{}字，合并单元格{}处，XML 嵌套{}层，每个 .xlsb 文件{}秒",
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
