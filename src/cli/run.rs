//! `duban run`: the monthly job.

use std::fs;
use std::path::Path;

use jiff::civil::Date;

use crate::check::Keep;
use crate::check::{Checked, Severity, Status, rules};
use crate::combine::{self, Facts};
use crate::intake::Arrival;
use crate::plan::{Moment, Period, Plan};
use crate::report::returns::Returned;
use crate::report::{briefing, manifest, reminders};

use super::archive::{Archive, Seal};
use super::args::{BriefingArgs, ListArgs, RunArgs};
use super::disk::Real;
use super::error::Error;
use super::months::{Month, Months, available, briefing_date};
use super::output::{self, Sink, Staged, Staging};
use super::package::{self, Report, Templates};
use super::sealed::Sealed;
use super::terminal::Terminal;
use super::{lock, plan_check, returns, status, summary as closing};

pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let load = || {
        let (plan, text) = plan_check::load(&places.plan)?;
        let hash = manifest::PlanHash::new(&plan, &text);
        Ok((plan, hash))
    };
    // What the reports are written on is made beside it. A mistake in that is told where it is used.
    let templates_made = || {
        (
            briefing::default_template().is_ok(),
            reminders::default_template().is_ok(),
        )
    };
    let (mut plan, plan_hash) = terminal.stage("plan", || rayon::join(load, templates_made).0)?;
    set_limits(&mut plan, &args.limit)?;
    let archive = Archive::at(&places.archive);
    let periods = wanted(args.period.as_deref(), &plan, &places.inbox, &archive)?;
    if let Some(day) = args.as_of
        && (periods.len() > 1 || Period::of(day) != periods[0])
    {
        return Err(Error::said(format!(
            "--as-of 的日期{day}不在所运行的月份{}内",
            periods[0]
        )));
    }
    let templates = templates(args.template.as_deref(), args.reminder_template.as_deref())?;
    if terminal.verbose {
        limits(&plan, terminal);
    }
    let _lock = lock::take(&places.out, "无法建立输出文件夹")?;
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
        } else {
            // What only a later month or a seal would ask for takes most of a large month's memory.
            let keep = if Some(period) == last && plan.slots.len() > Keep::MANY_VALUES {
                Keep::Reports
            } else {
                Keep::All
            };
            let mut month = months.check(
                Moment {
                    period,
                    as_of: args.as_of,
                },
                args.as_of.is_none(),
                keep,
                terminal,
            )?;
            let report = Fresh {
                plan: &plan,
                plan_hash: &plan_hash,
                options: Options::of(args, &templates),
            };
            let staging = Staging::begin(&Real, &places.out, &period.to_string())?;
            let (facts, returned) =
                report.facts_and_returns(&months, &month, &staging, terminal)?;
            let inputs = months.inputs_with(&month);
            if keep == Keep::Reports {
                // What only a later month or a seal would ask for makes room for the reports.
                month.checked.keep_findings();
                month.arrivals = Vec::new();
            }
            report.package(
                &facts,
                &returned,
                &inputs,
                &months.sealed,
                &staging,
                terminal,
            )?;
            made.push(Made::new(
                facts,
                staging,
                has_open_errors(&month.checked),
                terminal,
            )?);
            if Some(period) == last {
                // The process ends soon: to free a workbook's thousands of texts one by one would only take time.
                std::mem::forget(month);
            } else if args.as_of.is_none() {
                // A month measured to a day inside it is no earlier month for any other.
                months.keep(month);
            }
        }
    }
    let mut code = super::CLEAN;
    for month in made {
        if month.has_open_errors {
            code = super::FINDINGS;
        }
        month.replace(&plan, &places.out, terminal)?;
    }
    std::mem::forget(months);
    std::mem::forget(plan);
    if args.timings {
        terminal.print_timings();
    }
    Ok(code)
}

/// A month whose reports stand written beside their place.
struct Made {
    facts: Facts,
    has_open_errors: bool,
    /// The plan a sealed month was checked with, and how its seal is called.
    sealed: Option<(Plan, String)>,
    files: Vec<String>,
    staged: Staged<'static>,
}

impl Made {
    fn new(
        facts: Facts,
        staging: Staging<'static>,
        has_open_errors: bool,
        terminal: &Terminal,
    ) -> Result<Self, Error> {
        let files = staging
            .outputs()
            .into_iter()
            .map(|output| output.path)
            .collect();
        let staged = terminal.stage("write", || staging.finish())?;
        Ok(Self {
            facts,
            has_open_errors,
            sealed: None,
            files,
            staged,
        })
    }

    /// Moves the reports in and says what is in them.
    fn replace(self, plan: &Plan, out: &Path, terminal: &Terminal) -> Result<(), Error> {
        let place = out.join(self.facts.period.to_string());
        let edited = terminal.stage("write", || self.staged.swap_in())?;
        let plan = self.sealed.as_ref().map_or(plan, |(plan, _)| plan);
        closing::print(plan, &self.facts, &place, &self.files, &edited, terminal);
        if let Some((_, said)) = self.sealed {
            terminal.line(&format!(
                "{said}：数据、计划和简报要素以封存时的为准，收件箱中的文件不采用。"
            ));
            let changes = self
                .facts
                .findings
                .iter()
                .filter(|f| f.code == "R019")
                .count();
            if changes > 0 {
                terminal
                    .line(&format!("收件箱中的文件会改变其中{changes}项数据（R019），没有采用；确需改动请重开该月：duban seal --reopen --reason"));
            }
        }
        // As the month itself: the process ends soon.
        std::mem::forget(self.facts);
        Ok(())
    }
}

/// A sealed month's reports again, from its seal, with what the inbox would change.
fn sealed_month(args: &RunArgs, seal: Seal, terminal: &Terminal) -> Result<Made, Error> {
    let said = seal.said();
    if args.draft || args.as_of.is_some() {
        return Err(Error::said(format!(
            "{said}，不能再出征求意见稿或按日期衡量。确需改动请先重开：duban seal --reopen --reason"
        )));
    }
    let sealed = Sealed::open(seal)?;
    let (checked, restated) = sealed.restated(&args.places.inbox, terminal)?;
    let facts = sealed.facts(&checked)?;
    let staging = Staging::begin(&Real, &args.places.out, &facts.period.to_string())?;
    sealed.package(&facts, restated, Some(&args.lists), &staging, terminal)?;
    let mut made = Made::new(facts, staging, has_open_errors(&checked), terminal)?;
    made.sealed = Some((sealed.plan, said));
    Ok(made)
}

/// Limits given for one run.
pub fn set_limits(plan: &mut Plan, limits: &[String]) -> Result<(), Error> {
    for limit in limits {
        plan.limits.set(limit).map_err(|what| {
            Error::said(format!(
                "--limit {}：{what}",
                crate::intake::text::one_line(limit, 40)
            ))
        })?;
    }
    Ok(())
}

/// What the operator states for a month's reports.
pub struct Options<'a> {
    pub date: Option<Date>,
    pub draft: bool,
    pub templates: &'a Templates,
    pub briefing: &'a BriefingArgs,
    /// `key=value`.
    pub limits: &'a [String],
    pub lists: &'a ListArgs,
}

impl<'a> Options<'a> {
    fn of(args: &'a RunArgs, templates: &'a Templates) -> Self {
        Self {
            date: args.date,
            draft: args.draft,
            templates,
            briefing: &args.briefing,
            limits: &args.limit,
            lists: &args.lists,
        }
    }
}

/// A month's reports from its inbox.
pub struct Fresh<'a> {
    pub plan: &'a Plan,
    pub plan_hash: &'a manifest::PlanHash,
    pub options: Options<'a>,
}

impl Fresh<'_> {
    /// The facts of a month checked against those kept so far, and its return copies, which go into the package: they have
    /// nothing of each other.
    pub fn facts_and_returns(
        &self,
        months: &Months,
        month: &Month,
        sink: &dyn Sink,
        terminal: &Terminal,
    ) -> Result<(Facts, Vec<Returned>), Error> {
        let period = month.checked.moment.period;
        let source =
            |arrival: &Arrival| returns::from_inbox(self.plan, months.inbox(), period, arrival);
        let (facts, returned) = rayon::join(
            || {
                terminal.part("combine", || {
                    facts(
                        self.plan,
                        months,
                        month,
                        self.options.date,
                        self.options.draft,
                    )
                })
            },
            || {
                let returned = terminal.part("returns", || {
                    returns::make(self.plan, &month.checked, &month.arrivals, &source)
                })?;
                terminal.part("write", || package::put_returns(&returned, sink))?;
                Ok::<_, Error>(returned)
            },
        );
        Ok((facts?, returned?))
    }

    /// The month's package.
    pub fn package(
        &self,
        facts: &Facts,
        returned: &[Returned],
        inputs: &[manifest::Input],
        sealed: &[manifest::Sealed],
        sink: &dyn Sink,
        terminal: &Terminal,
    ) -> Result<(), Error> {
        let report = Report {
            plan: self.plan,
            plan_hash: self.plan_hash,
            facts,
            returned,
            templates: self.options.templates,
            briefing: self.options.briefing,
            limits: self.options.limits,
            lists: self.options.lists,
            inputs,
            sealed,
        };
        package::package(&report, sink, terminal)
    }
}

/// The facts of a month checked against those kept so far.
pub fn facts(
    plan: &Plan,
    months: &Months,
    month: &Month,
    date: Option<Date>,
    draft: bool,
) -> Result<Facts, Error> {
    let date = briefing_date(plan, month.checked.moment.period, date);
    let options = combine::Options {
        date,
        draft,
        rules: rules::RULES,
    };
    combine::combine(
        plan,
        &month.checked,
        &months.history,
        &month.register,
        &options,
    )
    .map_err(|e| Error::said(e.to_string()))
}

/// The office's own templates.
pub fn templates(briefing: Option<&Path>, reminder: Option<&Path>) -> Result<Templates, Error> {
    let briefing = briefing
        .map(|path| fs::read(path).map_err(|e| Error::io("无法读取模板", path, e)))
        .transpose()?;
    Ok(Templates {
        briefing,
        reminder: status::read_template(reminder)?,
    })
}

/// Whether anything is left that a department must correct.
pub fn has_open_errors(checked: &Checked) -> bool {
    checked
        .findings
        .iter()
        .any(|f| f.severity == Severity::Error && f.status == Status::Open)
}

/// The months to run: one, a range, or the newest in the inbox.
pub fn wanted(
    period: Option<&str>,
    plan: &Plan,
    inbox: &Path,
    archive: &Archive,
) -> Result<Vec<Period>, Error> {
    let Some(text) = period else {
        return newest(plan, inbox, archive).map(|p| vec![p]);
    };
    let available = available(inbox, archive)?;
    let parse = |part: &str| -> Result<Period, Error> {
        part.parse().map_err(|()| {
            Error::said(format!(
                "月份“{}”写法不对，请写成 2024-06，一段月份写成 2024-01..2024-06",
                crate::intake::text::one_line(part, 20)
            ))
        })
    };
    let (first, last) = match text.split_once("..") {
        Some((a, b)) => (parse(a)?, parse(b)?),
        None => (parse(text)?, parse(text)?),
    };
    if last < first {
        return Err(Error::said(format!(
            "月份段“{text}”前后颠倒，请写成 {last}..{first}"
        )));
    }
    let mut wanted = Vec::new();
    let mut period = in_plan(plan, first)?;
    in_plan(plan, last)?;
    while period <= last {
        if !available.contains(&period) {
            let list = available
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("、");
            let have = if list.is_empty() {
                "还没有任何月份".to_owned()
            } else {
                format!("现有：{list}")
            };
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

/// The newest month of the inbox and the archive.
pub fn newest(plan: &Plan, inbox: &Path, archive: &Archive) -> Result<Period, Error> {
    match available(inbox, archive)?.last() {
        Some(&newest) => in_plan(plan, newest),
        None => Err(Error::said(format!(
            "收件箱“{}”里没有月份文件夹。请建立如“2024-06”的文件夹，把各单位当月文件放进去",
            inbox.display()
        ))),
    }
}

/// A month of the plan, or the operator is told that it is none.
pub fn in_plan(plan: &Plan, period: Period) -> Result<Period, Error> {
    let (start, end) = (Period::of(plan.start), Period::of(plan.end));
    if (start..=end).contains(&period) {
        return Ok(period);
    }
    Err(Error::said(format!(
        "{period}不在任务计划“{}”的起止月份（{start}至{end}）之内，请核对 --period 和 --plan",
        plan.title
    )))
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
