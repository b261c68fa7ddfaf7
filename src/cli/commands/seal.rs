//! `duban seal`: closes a month, or opens a closed one again.
//!
//! Exit codes: 0 sealed (or reopened); 1 not sealed because errors are open or departments missing; 2 could not run.

use jiff::civil::Date;

use super::prelude::*;
use crate::check::{
    Accepted, Checked, Finding, Keep, Status, StoredHistory, StoredMonth, Submitted,
};
use crate::cli::archive::MonthFile;
use crate::cli::archive::log::{Entry, Event};
use crate::cli::archive::write::{Contents, seal};
use crate::cli::args::SealArgs;
use crate::cli::disk::Real;
use crate::cli::inbox::Inbox;
use crate::cli::months::{Month, Months};
use crate::cli::output::{self, InMemory};
use crate::cli::package::{self, Report};
use crate::cli::templates::Templates;
use crate::cli::{clock, lock, user};
use crate::plan::Moment;
use crate::report::manifest;
use crate::report::records_csv::plain;

/// Characters of a reason that are kept.
const REASON: usize = 500;

/// What fails where the archive's folder cannot be made.
const MAKING: &str = "无法建立归档文件夹";

fn already(seal: &Seal) -> Error {
    let reopen = next(&format!("seal {} --reopen --reason 原因", seal.period()));
    said!("{}，不能重复封存。确需改动请先重开：{reopen}", seal.said())
}

pub fn run(args: &SealArgs, terminal: &Terminal) -> Result<u8> {
    let (places, given) = (&args.places, &args.report);
    let archive = Archive::at(&places.archive);
    if args.reopen {
        return reopen(args, &archive, terminal);
    }
    let month = args.month.required("seal")?;
    let (mut plan, plan_bytes) = places.plan.load()?;
    plan_file::set_limits(&mut plan, &given.limit)?;
    let period = month.of_plan(&plan)?;
    let templates = Templates::read(
        given.template.as_deref(),
        given.reminder_template.as_deref(),
    )?;
    let _out = lock::take_out(places)?;
    let _archive = lock::take(&places.archive, MAKING)?;
    archive.settle(&Real)?;
    if let Some(earlier) = archive.current(period)? {
        return Err(already(&earlier));
    }
    let inbox = Inbox::at(&places.inbox, Some(&plan));
    inbox.warn_of_unread()?;
    if !inbox.months()?.contains(&period) {
        return Err(said!(
            "收件箱“{}”里没有{period}的文件夹，无法封存",
            places.inbox.display()
        ));
    }
    let mut months = Months::new(&plan, &places.inbox, &archive);
    months.catch_up(period, terminal)?;
    let month = months.check(Moment::month_end(period), Keep::All, terminal)?;
    let open = StillOpen::of(&plan, &month.checked);
    if !open.is_empty() && !args.with_open {
        Terminal::warn(&format!(
            "{}未封存：{}。请先处理；确需现在封存：{}",
            period.chinese(),
            open.said(),
            next(&format!("seal {period} --with-open"))
        ));
        return Ok(FINDINGS);
    }
    let made = InMemory::default();
    let (facts, returned) = months.facts_and_returns(&month, args.date, false, &made, terminal)?;
    let report = Report {
        plan: &plan,
        plan_hash: &manifest::PlanHash::new(&plan, &plan_bytes),
        facts: &facts,
        returned: &returned,
        templates: &templates,
        options: &package::options(given, &templates),
        inputs: months.inputs_with(&month),
        sealed: &months.sealed,
    };
    package::package(report, &made, terminal)?;
    let package = made.into_package();
    // The reports first: one that is open in another program must stop the command before anything is sealed.
    let kept = output::replace(&places.out, &period.to_string(), &package)?;
    let edited = edited(&places.out.join(period.to_string()))?;
    let contents = Contents {
        period,
        plan_id: &plan.id,
        plan_bytes: &plan_bytes,
        ledger: plan.ledger.as_ref().map(|l| l.bytes.as_slice()),
        month: month_file(&plan, &month)?,
        history: json(&StoredHistory::new(&plan, &months.history))?,
        templates: &templates,
        arrivals: &month.arrivals,
        folder: &month.folder,
        limits: &plan.limits,
        outputs: &package,
        edited: &edited,
        with_open: !open.is_empty(),
        open_errors: open.errors,
        not_submitted: open.departments.clone(),
        sealed: now(plan.start),
        by: plain(&user::name()).into_owned(),
    };
    let sealed = seal(&Real, &archive, &contents)?;
    for name in kept {
        say!(terminal, "报告被手工改过，已保留为“{name}”，一并封存。");
    }
    if !open.is_empty() {
        say!(terminal, "封存时{}。", open.said());
    }
    let all = archive.periods()?;
    let earlier = months.history.months().map(Accepted::period);
    let unsealed = chinese(earlier.filter(|p| !all.contains(p)));
    if !unsealed.is_empty() {
        say!(
            terminal,
            "提示：以前的月份{unsealed}还没有封存；本月封存的数据不再随其变动。"
        );
    }
    say!(
        terminal,
        "{}已封存在{}。以后的运行以封存的数据为准。",
        period.chinese(),
        sealed.folder.display()
    );
    say_head(&archive, terminal)?;
    Ok(CLEAN)
}

/// `2024年4月、2024年5月`.
fn chinese(periods: impl Iterator<Item = Period>) -> String {
    periods
        .map(crate::plan::period::Period::chinese)
        .joined("、")
}

fn reopen(args: &SealArgs, archive: &Archive, terminal: &Terminal) -> Result<u8> {
    let reason = one_line(args.reason.as_deref().unwrap_or_default(), REASON);
    if reason.trim().is_empty() {
        return Err(Error::said("重开须写明原因：--reason 原因"));
    }
    let month = args.month.required("seal")?;
    let period = match month.full() {
        Some(period) => period,
        None => month.of_plan(&args.places.plan.load()?.0)?,
    };
    if !args.places.archive.is_dir() {
        return Err(said!(
            "没有归档文件夹“{}”，请用 --archive 指明位置",
            args.places.archive.display()
        ));
    }
    let _lock = lock::take(&args.places.archive, MAKING)?;
    archive.settle(&Real)?;
    let listed = archive.listed(period)?;
    let (seal, lost) = match (archive.current(period), listed) {
        (Ok(seal), _) => (seal, None),
        // A seal that is gone for good can only be recorded as such.
        (Err(_), Some(line)) if !archive.root().join(period.to_string()).exists() => {
            (None, Some(line))
        }
        (Err(error), _) => return Err(error),
    };
    let Some(line) = seal.as_ref().map(Entry::of_seal).or(lost) else {
        return Err(said!("{}没有封存，不必重开", period.chinese()));
    };
    let number = line.number;
    let line = Entry {
        event: Event::Reopened,
        at: now(period.first_day()),
        by: plain(&user::name()).into_owned(),
        reason: plain(reason.trim()).into_owned(),
        ..line
    };
    archive.reopen(&Real, seal.as_ref(), line)?;
    terminal.line(match seal {
        Some(seal) => format!(
            "{}已重开并记入重开记录，原封存保留在{period}.{number}。",
            seal.said()
        ),
        None => format!(
            "{}第{number}次封存已缺失，已重开并记入重开记录。",
            period.chinese()
        ),
    });
    let later = chinese(archive.periods()?.range(period.next()..).copied());
    if !later.is_empty() {
        say!(
            terminal,
            "注意：{later}也已封存，其数据不随本次重开改变；需要的请依次重开。"
        );
    }
    say!(
        terminal,
        "改好收件箱中的文件后，请重新运行并封存：{}，{}",
        next(&format!("run {period}")),
        next(&format!("seal {period}"))
    );
    say_head(archive, terminal)?;
    Ok(CLEAN)
}

/// The time of a seal is a record alone: it stands as the clock has it, and that it cannot be true is said.
fn now(start: Date) -> String {
    let now = clock::now();
    if let Some(doubt) = clock::doubt(now.date(), start) {
        Terminal::warn(&format!("{doubt}；封存记录照此日期写入"));
    }
    now.to_string()
}

/// What the office can write down, to know later that nothing was deleted since.
fn say_head(archive: &Archive, terminal: &Terminal) -> Result {
    let chain = archive.chain()?;
    say!(terminal, "封存链的链头（可记在纸上备查）：{}", chain.head());
    Ok(())
}

/// What keeps a month from being closed.
struct StillOpen {
    errors: usize,
    /// Names of departments 未报 or 已退回.
    departments: Vec<String>,
}

impl StillOpen {
    fn of(plan: &Plan, checked: &Checked) -> Self {
        let first = plan.first_period;
        let expected = first.is_none_or(|first| checked.moment.period >= first);
        let absent = checked.departments.iter().filter(|d| {
            expected && d.submitted != Submitted::Usable && !plan.slots_of(d.department).is_empty()
        });
        let findings = checked.findings.iter();
        let is_open = |f: &&Finding| f.severity == Severity::Error && f.status == Status::Open;
        Self {
            errors: findings.filter(is_open).count(),
            departments: absent
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
        [errors, departments].into_iter().flatten().joined("，")
    }
}

fn month_file(plan: &Plan, month: &Month) -> Result<Vec<u8>> {
    let line = |(file, date): (&str, Date)| (file.to_owned(), date.to_string());
    json(&MonthFile {
        month: StoredMonth::new(plan, &month.checked),
        register: month.register.lines().map(line).collect(),
    })
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(value).map_err(|e| said!("无法写出封存的数据：{e}"))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reports edited by hand beside the package: one of them may be what was sent out.
fn edited(place: &Path) -> Result<Vec<(String, PathBuf)>> {
    let files = output::walk(place).doing("无法读取输出", place)?;
    let named = files.iter().filter_map(|path| {
        let name = path.to_str()?.replace('\\', "/");
        name.contains(output::EDITED)
            .then(|| (name, place.join(path)))
    });
    Ok(named.collect())
}
