//! `duban check`: a department's own look at its workbook, before it sends it.
//!
//! The same intake and the same rules as in the month's run, for each file alone; rules across departments (X) are not run.

mod print;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::check::MonthInput;
use crate::check::{Checked, Fate, Finding, Keep, Register, Severity, Status, rules};
use crate::cli::{
    archive::Archive,
    args::{CheckArgs, Format, MonthArg},
    error::{Doing, Error},
    exit, inbox,
    month::in_plan,
    months::Months,
    periods::without_month,
    plan_file,
    terminal::Terminal,
};
use crate::combine::listing;
use crate::intake::layout::Names;
use crate::intake::submission::{ClaimSource, PeriodClaim, Submission};
use crate::intake::{Arrival, sniff};
use crate::plan::{Moment, Period, Plan};
use crate::report::findings_json::{self, Audience};

/// One file (a .zip may hold several), checked.
struct CheckedInput {
    /// As given on the command line.
    given: String,
    period: Period,
    arrivals: Vec<Arrival>,
    checked: Checked,
}

impl CheckedInput {
    fn open(&self, severity: Severity) -> usize {
        let findings = self.checked.findings.iter();
        let open = |f: &&Finding| f.severity == severity && f.status == Status::Open;
        findings.filter(open).count()
    }

    /// Nothing of it is used as a report, or a part of it is refused.
    fn refused(&self) -> bool {
        let mut fates = self.checked.files.iter().map(|f| &f.fate);
        let is_used = fates.clone().any(|fate| *fate == Fate::Used);
        !is_used || fates.any(|fate| matches!(fate, Fate::Refused(_)))
    }

    /// refused, errors, warnings or clean.
    fn verdict(&self) -> &'static str {
        match (
            self.refused(),
            self.open(Severity::Error),
            self.open(Severity::Warning),
        ) {
            (true, ..) => "refused",
            (_, 1.., _) => "errors",
            (_, _, 1..) => "warnings",
            _ => "clean",
        }
    }
}

pub fn run(args: &CheckArgs, terminal: &Terminal) -> Result<u8, Error> {
    let (plan, _) = plan_file::load(&args.plan.path()?)?;
    let given = args
        .period
        .map(|p| MonthArg::from(p).one())
        .transpose()?
        .flatten();
    let (files, given) = without_month(&args.files, given)?;
    let given = given.map(|month| month.of_plan(&plan)).transpose()?;
    let files = workbooks(files)?;
    let names = Names::new(&plan);
    let read = |path: &Path, period: Period| {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let reader = inbox::reader(&plan, &names, period);
        inbox::read_one(&reader, &name, path).doing("无法读取", path)
    };
    let mut waiting: BTreeMap<Period, Vec<usize>> = BTreeMap::new();
    // Files whose month cannot be told; the others are checked all the same.
    let mut unknown: BTreeMap<usize, Error> = BTreeMap::new();
    for (ix, path) in files.iter().enumerate() {
        let period = match given {
            Some(period) => period,
            None => match own_period(&plan, &read(path, Period::of(plan.start))?, path) {
                Ok(period) => period,
                Err(error) => {
                    unknown.insert(ix, error);
                    continue;
                }
            },
        };
        waiting.entry(period).or_default().push(ix);
    }
    let archive = Archive::at(&args.archive);
    let has_inbox = args.inbox.is_dir() || !archive.periods()?.is_empty();
    let mut months = Months::new(&plan, &args.inbox, &archive);
    let mut done: BTreeMap<usize, CheckedInput> = BTreeMap::new();
    for (period, own) in waiting {
        if has_inbox {
            months.catch_up(period, terminal)?;
        }
        for ix in own {
            let arrivals = read(&files[ix], period)?;
            let register = Register::default();
            let input = MonthInput {
                plan: &plan,
                moment: Moment::month_end(period),
                register: &register,
                history: &months.history,
                chases: false,
                keep: Keep::All,
                read_again: None,
            };
            let (mut checked, arrivals) = input.check(arrivals);
            checked.findings.retain(|f| !f.code.starts_with('X'));
            let own = CheckedInput {
                given: files[ix].to_string_lossy().into_owned(),
                period,
                arrivals,
                checked,
            };
            done.insert(ix, own);
        }
    }
    let without_history = !has_inbox || months.history.is_empty();
    match args.format {
        Format::Json => {
            let entry = |(ix, path): (usize, &PathBuf)| match (done.get(&ix), unknown.get(&ix)) {
                (Some(own), _) => json(&plan, own),
                (None, error) => serde_json::json!({
                    "file": path.to_string_lossy(),
                    "verdict": "unknown",
                    "error": error.map(ToString::to_string),
                }),
            };
            Terminal::json(&files.iter().enumerate().map(entry).collect::<Vec<_>>())?;
        }
        Format::Text => {
            for own in done.values() {
                print::print(&plan, own, terminal);
            }
            if !done.is_empty() {
                print::footnotes(&args.inbox, without_history, terminal);
            }
            unknown.values().for_each(Terminal::error);
        }
    }
    if done.is_empty() {
        return Ok(exit::FAILED);
    }
    let failed = |own: &CheckedInput| matches!(own.verdict(), "refused" | "errors");
    let wrong = !unknown.is_empty() || done.values().any(failed);
    Ok(exit::found(wrong))
}

/// The files to check: of a folder those in it that are no clutter.
fn workbooks(given: Vec<PathBuf>) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in given {
        let meta = fs::metadata(&path).doing("无法读取", &path)?;
        if meta.is_file() {
            files.push(path);
            continue;
        }
        let entries = fs::read_dir(&path).doing("无法读取", &path)?.flatten();
        let is_one = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && !sniff::is_clutter(&name) && name != inbox::REGISTER
        };
        let mut inside: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_one).collect();
        inside.sort();
        if inside.is_empty() {
            return Err(Error::said(format!(
                "文件夹“{}”里没有要检查的文件",
                path.display()
            )));
        }
        files.extend(inside);
    }
    if files.is_empty() {
        return Err(Error::said("请写明要检查的文件"));
    }
    Ok(files)
}

/// The month a file itself speaks of: of several months' sheets the last; what is visible before the identity sheet.
/// A file that cannot be read has none: what is wrong with it is the same in any month.
fn own_period(plan: &Plan, arrivals: &[Arrival], path: &Path) -> Result<Period, Error> {
    let readable: Vec<(&Arrival, &Submission)> = arrivals
        .iter()
        .filter_map(|a| Some((a, a.content.as_deref().ok()?)))
        .collect();
    let named = arrivals
        .iter()
        .flat_map(|a| &a.period_claims)
        .filter_map(PeriodClaim::period)
        .max();
    if readable.is_empty() {
        return Ok(named
            .and_then(|p| in_plan(plan, p).ok())
            .unwrap_or_else(|| Period::of(plan.start)));
    }
    let of_file = |submission: &Submission| -> Option<Period> {
        let visible = || {
            submission
                .report_sheets
                .iter()
                .filter(|s| !s.hidden && s.has_data)
        };
        if visible().count() > 1
            && let Some(last) = visible().filter_map(|s| s.period).max()
        {
            return Some(last);
        }
        let claims = |source: ClaimSource| {
            submission
                .period_claims
                .iter()
                .filter(move |c| c.source == source)
                .find_map(PeriodClaim::period)
        };
        [
            ClaimSource::Cell,
            ClaimSource::Title,
            ClaimSource::MonthRange,
        ]
        .into_iter()
        .find_map(claims)
        .or(named)
        .or_else(|| claims(ClaimSource::SheetName))
        .or_else(|| claims(ClaimSource::IdentitySheet))
    };
    let period = readable.iter().find_map(|(_, s)| of_file(s));
    let shown = path.display();
    match period {
        None => Err(Error::said(format!("看不出“{shown}”是哪个月的报送表。请在表中填写填报期，或用 --period 2024-06 指明月份"))),
        Some(period) => in_plan(plan, period).map_err(|_| {
            Error::said(format!(
                "“{shown}”写的是{}，不在任务计划“{}”的起止月份之内。请核对填报期，或用 --period 指明月份",
                period.chinese(),
                plan.title
            ))
        }),
    }
}

fn json(plan: &Plan, own: &CheckedInput) -> serde_json::Value {
    let findings = listing::findings(plan, &own.checked, rules::RULES);
    let files = own.checked.files.iter();
    let departments = files.filter_map(|f| plan.departments.get(f.department?));
    let departments: Vec<&str> = departments.map(|d| d.id.as_str()).collect();
    serde_json::json!({
        "file": own.given,
        "period": own.period.to_string(),
        "departments": departments,
        "verdict": own.verdict(),
        "errors": own.open(Severity::Error),
        "warnings": own.open(Severity::Warning),
        "findings": findings_json::rows(&findings, plan, Audience::Department),
    })
}
