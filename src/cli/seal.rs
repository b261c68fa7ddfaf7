//! `duban seal`: closes a month, or opens a closed one again.
//!
//! Exit codes: 0 sealed (or reopened); 1 not sealed because errors are open or departments missing; 2 could not run.

use std::path::PathBuf;

use crate::check::Keep;
use crate::check::context::Submitted;
use crate::check::{Checked, Severity, Status, StoredHistory, StoredMonth};
use crate::intake::text::one_line;
use crate::plan::{Moment, Period, Plan};
use crate::report::manifest;

use super::archive::reopened::Line;
use super::archive::write::{Contents, seal};
use super::archive::{Archive, MonthFile};
use super::args::SealArgs;
use super::disk::Real;
use super::error::Error;
use super::months::{Month, Months};
use super::output::InMemory;
use super::run::{self, Fresh, Options};
use super::terminal::Terminal;
use super::{clock, inbox, lock, output, plan_check, user};

/// Characters of a reason that are kept.
const REASON: usize = 500;

pub fn run(args: &SealArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let archive = Archive::at(&places.archive);
    if args.reopen {
        return reopen(args, &archive, terminal);
    }
    let (mut plan, plan_text) = plan_check::load(&places.plan)?;
    run::set_limits(&mut plan, &args.limit)?;
    let period = run::in_plan(&plan, args.period)?;
    let templates = run::templates(args.template.as_deref(), args.reminder_template.as_deref())?;
    let _out = lock::take(&places.out, "无法建立输出文件夹")?;
    let _archive = lock::take(&places.archive, "无法建立归档文件夹")?;
    archive.settle(&Real)?;
    if let Some(earlier) = archive.current(period)? {
        return Err(Error::said(format!(
            "{}，不能重复封存。确需改动请先重开：duban seal --period {period} --reopen --reason 原因",
            earlier.said()
        )));
    }
    if !inbox::periods(&places.inbox)?.contains(&period) {
        return Err(Error::said(format!(
            "收件箱“{}”里没有{period}的文件夹，无法封存",
            places.inbox.display()
        )));
    }
    let mut months = Months::new(&plan, &places.inbox, &archive);
    months.catch_up(period, terminal)?;
    let month = months.check(Moment::month_end(period), true, Keep::All, terminal)?;
    let open = Open::of(&plan, &month.checked);
    if !open.is_empty() && !args.with_open {
        Terminal::warn(&format!(
            "{}未封存：{}。请先处理；确需现在封存，请加 --with-open。",
            period.chinese(),
            open.said()
        ));
        return Ok(super::FINDINGS);
    }
    let options = Options {
        date: args.date,
        draft: false,
        templates: &templates,
        briefing: &args.briefing,
        limits: &args.limit,
        lists: &args.lists,
    };
    let plan_hash = manifest::PlanHash::new(&plan, &plan_text);
    let report = Fresh {
        plan: &plan,
        plan_hash: &plan_hash,
        options,
    };
    let made = InMemory::default();
    let (facts, returned) = report.facts_and_returns(&months, &month, &made, terminal)?;
    report.package(
        &facts,
        &returned,
        &months.inputs_with(&month),
        &months.sealed,
        &made,
        terminal,
    )?;
    let package = made.into_package();
    // The reports first: a report open in another program is told before anything is sealed.
    let kept = output::replace(&places.out, &period.to_string(), &package)?;
    let edited = edited(&places.out.join(period.to_string()))?;
    let contents = Contents {
        period,
        plan_id: &plan.id,
        plan_text: &plan_text,
        month: month_file(&plan, &month)?,
        history: json(&StoredHistory::new(&plan, &months.history))?,
        templates: &templates,
        arrivals: &month.arrivals,
        inbox: &inbox::files(&places.inbox.join(period.to_string()))?,
        limits: &plan.limits,
        outputs: &package,
        edited: &edited,
        with_open: !open.is_empty(),
        open_errors: open.errors,
        not_submitted: open.departments.clone(),
        sealed: clock::now().to_string(),
        by: user::name(),
    };
    let place = seal(&Real, &archive, &contents)?;
    for name in kept {
        terminal.line(&format!("报告被手工改过，已保留为“{name}”，一并封存。"));
    }
    if !open.is_empty() {
        terminal.line(&format!("封存时{}。", open.said()));
    }
    let unsealed = unsealed(&months, &archive)?;
    if !unsealed.is_empty() {
        let list = unsealed
            .iter()
            .map(|p| p.chinese())
            .collect::<Vec<_>>()
            .join("、");
        terminal.line(&format!(
            "提示：以前的月份{list}还没有封存；本月封存的数据不再随其变动。"
        ));
    }
    terminal.line(&format!(
        "{}已封存在{}。以后的运行以封存的数据为准。",
        period.chinese(),
        place.display()
    ));
    Ok(super::CLEAN)
}

fn reopen(args: &SealArgs, archive: &Archive, terminal: &Terminal) -> Result<u8, Error> {
    let reason = one_line(args.reason.as_deref().unwrap_or_default(), REASON);
    if reason.trim().is_empty() {
        return Err(Error::said("重开须写明原因：--reason 原因"));
    }
    let period = args.period;
    if !args.places.archive.is_dir() {
        return Err(Error::said(format!(
            "没有归档文件夹“{}”，请用 --archive 指明位置",
            args.places.archive.display()
        )));
    }
    let _lock = lock::take(&args.places.archive, "无法建立归档文件夹")?;
    archive.settle(&Real)?;
    let Some(seal) = archive.current(period)? else {
        return Err(Error::said(format!(
            "{}没有封存，不必重开",
            period.chinese()
        )));
    };
    let line = Line {
        period: period.to_string(),
        number: seal.manifest.number,
        seal: seal.id.clone(),
        reopened: clock::now().to_string(),
        by: user::name(),
        reason: reason.trim().to_owned(),
    };
    archive.reopen(&Real, &seal, line)?;
    terminal.line(&format!(
        "{}已重开并记入重开记录，原封存保留在{period}.{}。",
        seal.said(),
        seal.manifest.number
    ));
    let later: Vec<String> = archive
        .periods()?
        .range(period.next()..)
        .map(|p| p.chinese())
        .collect();
    if !later.is_empty() {
        terminal.line(&format!(
            "注意：{}也已封存，其数据不随本次重开改变；需要的请依次重开。",
            later.join("、")
        ));
    }
    terminal.line(&format!(
        "改好收件箱中的文件后，请重新运行并封存：duban seal --period {period}"
    ));
    Ok(super::CLEAN)
}

/// What keeps a month from being closed.
struct Open {
    errors: usize,
    /// Names of departments 未报 or 已退回.
    departments: Vec<String>,
}

impl Open {
    fn of(plan: &Plan, checked: &Checked) -> Self {
        let expected = plan
            .first_period
            .is_none_or(|first| checked.moment.period >= first);
        let absent = |d: &&crate::check::context::DepartmentFiles| {
            expected && d.submitted != Submitted::Usable && !plan.slots_of(d.department).is_empty()
        };
        Self {
            errors: checked
                .findings
                .iter()
                .filter(|f| f.severity == Severity::Error && f.status == Status::Open)
                .count(),
            departments: checked
                .departments
                .iter()
                .filter(absent)
                .map(|d| plan.departments[d.department].name.clone())
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.errors == 0 && self.departments.is_empty()
    }

    /// 「还有3条错误未改，城建中心、公共服务局没有可用的报送」.
    fn said(&self) -> String {
        let errors = (self.errors > 0).then(|| format!("还有{}条错误未改", self.errors));
        let departments = (!self.departments.is_empty())
            .then(|| format!("{}没有可用的报送", self.departments.join("、")));
        [errors, departments]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("，")
    }
}

/// Earlier months that went in from the inbox.
fn unsealed(months: &Months, archive: &Archive) -> Result<Vec<Period>, Error> {
    let sealed = archive.periods()?;
    Ok(months
        .history
        .months()
        .map(crate::check::Accepted::period)
        .filter(|p| !sealed.contains(p))
        .collect())
}

fn month_file(plan: &Plan, month: &Month) -> Result<Vec<u8>, Error> {
    let register = month
        .register
        .lines()
        .map(|(file, date)| (file.to_owned(), date.to_string()))
        .collect();
    json(&MonthFile {
        month: StoredMonth::new(plan, &month.checked),
        register,
    })
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes =
        serde_json::to_vec(value).map_err(|e| Error::said(format!("无法写出封存的数据：{e}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reports edited by hand that lie beside the package: what was sent out may be one of them.
fn edited(place: &std::path::Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let files = output::walk(place).map_err(|e| Error::io("无法读取输出", place, e))?;
    let name = |path: &PathBuf| path.to_str().map(|p| p.replace('\\', "/"));
    Ok(files
        .iter()
        .filter_map(|path| Some((name(path)?, place.join(path))))
        .filter(|(name, _)| name.contains(output::EDITED))
        .collect())
}
