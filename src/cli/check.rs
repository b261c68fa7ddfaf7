//! `duban check`: a department's own look at its workbook, before it sends it.
//!
//! The same intake and the same rules as in the month's run, for each file alone; rules across departments (X) are not run.

mod print;

use std::collections::BTreeMap;
use std::path::Path;

use crate::check::month::Input;
use crate::check::{Checked, Fate, Keep, Register, Severity, Status, rules};
use crate::combine::listing;
use crate::intake::Arrival;
use crate::intake::arrival::Reader;
use crate::intake::layout::Names;
use crate::intake::submission::{ClaimSource, Submission};
use crate::plan::{Moment, Period, Plan};
use crate::report::findings_json::{self, Audience};

use super::archive::Archive;
use super::args::{CheckArgs, Format};
use super::error::Error;
use super::months::Months;
use super::terminal::Terminal;
use super::{child, inbox, plan_check, run};

/// One file (a .zip may hold several), checked.
struct Own {
    /// As given on the command line.
    given: String,
    period: Period,
    arrivals: Vec<Arrival>,
    checked: Checked,
}

impl Own {
    fn open(&self, severity: Severity) -> usize {
        self.checked
            .findings
            .iter()
            .filter(|f| f.severity == severity && f.status == Status::Open)
            .count()
    }

    fn refused(&self) -> bool {
        self.checked
            .files
            .iter()
            .any(|f| matches!(f.fate, Fate::Refused(_)))
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
    let (plan, _) = plan_check::load(&args.plan)?;
    let names = Names::new(&plan);
    let read = |path: &Path, period: Period| {
        let reader = Reader {
            plan: &plan,
            names: &names,
            period,
            limits: &plan.limits,
            legacy: &child::read_in_child,
        };
        inbox::read_one(&reader, &file_name(path), path)
    };
    let mut waiting: BTreeMap<Period, Vec<usize>> = BTreeMap::new();
    for (ix, path) in args.files.iter().enumerate() {
        let meta = std::fs::metadata(path).map_err(|e| Error::io("无法读取", path, e))?;
        if !meta.is_file() {
            return Err(Error::said(format!(
                "“{}”不是文件，请写明要检查的工作簿",
                path.display()
            )));
        }
        let period = match args.period {
            Some(period) => run::in_plan(&plan, period)?,
            None => own_period(&plan, &read(path, Period::of(plan.start)), path)?,
        };
        waiting.entry(period).or_default().push(ix);
    }
    let archive = Archive::at(&args.archive);
    let has_inbox = args.inbox.is_dir() || !archive.periods()?.is_empty();
    let mut months = Months::new(&plan, &args.inbox, &archive);
    let mut done: BTreeMap<usize, Own> = BTreeMap::new();
    for (period, files) in waiting {
        if has_inbox {
            months.catch_up(period, terminal)?;
        }
        for ix in files {
            let arrivals = read(&args.files[ix], period);
            let register = Register::default();
            let input = Input {
                plan: &plan,
                moment: Moment::month_end(period),
                register: &register,
                history: &months.history,
                chases: false,
                keep: Keep::All,
                again: None,
            };
            let (mut checked, arrivals) = input.check(arrivals);
            checked.findings.retain(|f| !f.code.starts_with('X'));
            done.insert(
                ix,
                Own {
                    given: args.files[ix].to_string_lossy().into_owned(),
                    period,
                    arrivals,
                    checked,
                },
            );
        }
    }
    let without_history = !has_inbox || months.history.is_empty();
    match args.format {
        Format::Json => json(&plan, done.values())?,
        Format::Text => {
            for own in done.values() {
                print::print(&plan, own, terminal);
            }
            print::footnotes(&args.inbox, without_history, terminal);
        }
    }
    let failed = done
        .values()
        .any(|own| matches!(own.verdict(), "refused" | "errors"));
    Ok(if failed {
        super::FINDINGS
    } else {
        super::CLEAN
    })
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The month a file itself speaks of: of several months' sheets the last; what is visible before the identity sheet.
/// A file that cannot be read has none and needs none: any month tells what is wrong with it.
fn own_period(plan: &Plan, arrivals: &[Arrival], path: &Path) -> Result<Period, Error> {
    let readable: Vec<(&Arrival, &Submission)> = arrivals
        .iter()
        .filter_map(|a| Some((a, a.content.as_deref().ok()?)))
        .collect();
    let named = arrivals
        .iter()
        .flat_map(|a| &a.period_claims)
        .map(|c| c.period)
        .max();
    if readable.is_empty() {
        return Ok(named
            .and_then(|p| run::in_plan(plan, p).ok())
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
                .find(move |c| c.source == source)
                .map(|c| c.period)
        };
        [
            ClaimSource::Cell,
            ClaimSource::Title,
            ClaimSource::MonthRange,
        ]
        .into_iter()
        .find_map(claims)
        .or(named)
        .or_else(|| claims(ClaimSource::IdentitySheet))
    };
    let period = readable.iter().find_map(|(_, s)| of_file(s));
    let shown = path.display();
    match period {
        None => Err(Error::said(format!("看不出“{shown}”是哪个月的报送表。请在表中填写填报期，或用 --period 2024-06 指明月份"))),
        Some(period) => run::in_plan(plan, period).map_err(|_| {
            Error::said(format!(
                "“{shown}”写的是{}，不在任务计划“{}”的起止月份之内。请核对填报期，或用 --period 指明月份",
                period.chinese(),
                plan.title
            ))
        }),
    }
}

fn json<'a>(plan: &Plan, done: impl Iterator<Item = &'a Own>) -> Result<(), Error> {
    let list: Vec<serde_json::Value> = done
        .map(|own| {
            let findings = listing::findings(plan, &own.checked, rules::RULES);
            let departments: Vec<&str> = own
                .checked
                .files
                .iter()
                .filter_map(|f| f.department)
                .filter_map(|d| plan.departments.get(d))
                .map(|d| d.id.as_str())
                .collect();
            serde_json::json!({
                "file": own.given,
                "period": own.period.to_string(),
                "departments": departments,
                "verdict": own.verdict(),
                "errors": own.open(Severity::Error),
                "warnings": own.open(Severity::Warning),
                "findings": findings_json::rows(&findings, plan, Audience::Department),
            })
        })
        .collect();
    Terminal::json(&list)
}
