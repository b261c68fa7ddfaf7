//! A department's own look at its workbook before it sends it: `duban check` and the page 自查.html.
//!
//! The same intake and the same rules as in the month's run, for each file alone; rules across departments (X) are not run.
//! The program and the page, which runs this in a browser, give the same [`OwnCheck::entry`] for the same bytes.

mod own_month;
mod picture;
mod words;

use serde_json::{Value, json};

use crate::check::{
    Accepted, Checked, Fate, Finding, History, Keep, MonthInput, Register, Severity, Status,
    listed, rules,
};
#[cfg(feature = "desktop")]
use crate::intake::arrival::XlsbReader;
use crate::intake::arrival::{Reader, read_xlsb, sha256};
use crate::intake::layout::Names;
use crate::intake::sniff::{Kind, sniff};
use crate::intake::{Arrival, FileFault};
use crate::plan::{Moment, Period, Plan};

#[cfg(feature = "desktop")]
use super::Result;
use super::findings_json::{self, Audience};
use super::returns;

pub use own_month::{NoMonth, own_month};
pub(crate) use words::{Place, groups, weight};

/// What the month-over-month rules were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The months of an inbox and an archive.
    Inbox,
    /// What the form itself says was last accepted, up to this month.
    Form(Period),
    /// Nothing is known of earlier months.
    Nothing,
}

/// One file (a .zip may hold several), checked.
pub struct OwnCheck<'a> {
    plan: &'a Plan,
    /// As it was given.
    given: String,
    /// The month that it was checked for; `None`: it cannot be read, and no month is told.
    pub period: Option<Period>,
    /// What the file was read as, without the rows.
    pub arrivals: Vec<Arrival>,
    /// What came of it.
    pub checked: Checked,
    /// What it was held against.
    pub compared: Compared,
    /// File, sheet, first and last header row of each report.
    heads: Vec<(String, String, (u32, u32))>,
}

impl<'a> OwnCheck<'a> {
    /// Checks what a file was read as. `history`: the earlier months of an inbox; without any, those that the form carries.
    pub fn new(
        plan: &'a Plan,
        given: String,
        told: Option<Period>,
        arrivals: Vec<Arrival>,
        history: &History,
    ) -> Self {
        let period = told.unwrap_or_else(|| Period::of(plan.start));
        let mut own = History::default();
        let mut compared = Compared::Inbox;
        if history.is_empty() {
            let submissions = arrivals.iter().filter_map(|a| a.content.as_deref().ok());
            own = History::of_forms(plan, period, submissions.map(|s| &s.form));
            let last = own.months().next_back().map(Accepted::period);
            compared = last.map_or(Compared::Nothing, Compared::Form);
        }
        let heads = arrivals.iter().flat_map(|arrival| {
            let submission = arrival.content.as_deref().ok();
            let sheets = submission.map_or(&[][..], |s| &s.report_sheets);
            let head = |sheet: &crate::intake::submission::ReportSheet| {
                let name = sheet.name.to_string();
                (arrival.path.clone(), name, sheet.report.header_rows)
            };
            sheets.iter().map(head).collect::<Vec<_>>()
        });
        let heads = heads.collect();
        let input = MonthInput {
            plan,
            moment: Moment::month_end(period),
            register: &Register::default(),
            history: if own.is_empty() { history } else { &own },
            chases: false,
            keep: Keep::All,
            read_again: None,
        };
        let (mut checked, arrivals) = input.check(arrivals);
        checked.findings.retain(|f| !f.code.starts_with('X'));
        Self {
            plan,
            given,
            period: told,
            arrivals,
            checked,
            compared,
            heads,
        }
    }

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
    pub fn verdict(&self) -> &'static str {
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

    /// The file as programs read it.
    pub fn entry(&self) -> Value {
        let findings = listed(self.plan, &self.checked, rules::RULES);
        let files = self.checked.files.iter();
        let departments = files.filter_map(|f| self.plan.departments.get(f.department?));
        let departments: Vec<&str> = departments.map(|d| d.id.as_str()).collect();
        json!({
            "file": self.given,
            "period": self.period.map(|period| period.to_string()),
            "departments": departments,
            "verdict": self.verdict(),
            "errors": self.open(Severity::Error),
            "warnings": self.open(Severity::Warning),
            "history": match self.compared {
                Compared::Inbox => Some("inbox"),
                Compared::Form(_) => Some("form"),
                Compared::Nothing => None,
            },
            "findings": findings_json::rows(&findings, self.plan, Audience::Department),
        })
    }

    /// What a person is shown of it besides the findings themselves, as the page reads it: the verdict, whose file it is, the
    /// findings by place (as numbers into those of [`Self::entry`]), and whether it can be marked.
    pub fn view(&self, bytes: &[u8]) -> Value {
        let files = self.checked.files.iter().map(|file| {
            let department = file.department.and_then(|d| self.plan.departments.get(d));
            json!({
                "file": file.path,
                "department": department.map(|d| &d.name),
            })
        });
        let group = |(place, findings): (Place, Vec<usize>)| {
            json!({
                "file": place.file,
                "sheet": place.sheet,
                "row": place.row.map(|row| row + 1),
                "findings": findings,
            })
        };
        let copies = returns::copies(self.plan, &self.checked, &self.arrivals);
        let is_whole = |copy: &returns::ReturnCopy| self.is_source(copy, bytes);
        let is_workbook = sniff(&self.given, bytes) == Kind::Xlsx;
        json!({
            "sentence": self.sentence(),
            "compared": self.compared.sentence(),
            "month": self.period.map(Period::chinese),
            "files": files.collect::<Vec<_>>(),
            "groups": groups(self).into_iter().map(group).collect::<Vec<_>>(),
            "markable": is_workbook && copies.iter().any(is_whole),
        })
    }

    /// Whether a copy is made of these bytes themselves, not of a .zip's member.
    fn is_source(&self, copy: &returns::ReturnCopy, bytes: &[u8]) -> bool {
        let name = self.arrivals.first().map(|arrival| &arrival.path);
        copy.source.is_some_and(|source| {
            self.arrivals.len() == 1
                && Some(&source.path) == name
                && source.bytes == bytes.len() as u64
        })
    }

    /// The copies in which open errors and warnings are marked, that are made of the file itself.
    pub(crate) fn copies(&self, bytes: &[u8]) -> Vec<returns::ReturnCopy<'_>> {
        let mut copies = returns::copies(self.plan, &self.checked, &self.arrivals);
        copies.retain(|copy| self.is_source(copy, bytes));
        copies
    }

    /// The file itself, an .xlsx or .xlsm, with every finding marked, and its name. `None`: there is nothing to mark, or it cannot
    /// be done without harm.
    pub fn marked(&self, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
        let copies = self.copies(bytes);
        let (marked, macros) = copies.first()?.mark(bytes)?;
        Some((marked_name(&self.given, macros), marked))
    }

    /// As [`Self::marked`], and other formats written anew.
    #[cfg(feature = "desktop")]
    pub fn marked_in_any_form(
        &self,
        bytes: &[u8],
        xlsb: XlsbReader,
    ) -> Result<Option<(String, Vec<u8>)>> {
        let copies = self.copies(bytes);
        let Some(copy) = copies.first() else {
            return Ok(None);
        };
        let made = copy.write(Some(bytes), xlsb)?;
        if made.sheets.is_empty() {
            return Ok(None);
        }
        let macros = made.name.ends_with(".xlsm");
        Ok(Some((marked_name(&self.given, macros), made.bytes)))
    }
}

/// `建设局6月（已标注）.xlsx`.
pub fn marked_name(name: &str, macros: bool) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let extension = if macros { "xlsm" } else { "xlsx" };
    format!("{stem}（已标注）.{extension}")
}

/// What stands for a file whose month cannot be told, where programs read it.
pub fn entry_without_month(given: &str, error: &str) -> Value {
    json!({ "file": given, "verdict": "unknown", "error": error })
}

/// Everything at hand for checks in a browser, where a file is its name and its bytes.
pub struct Desk {
    plan: Plan,
    names: Names,
}

/// A file checked in a browser.
pub struct Answer<'a> {
    name: String,
    outcome: Result<OwnCheck<'a>, NoMonth>,
}

impl Desk {
    /// The desk of a plan.
    pub fn new(plan: Plan) -> Self {
        let names = Names::new(&plan);
        Self { plan, names }
    }

    fn reader(&self, period: Period) -> Reader<'_> {
        Reader {
            plan: &self.plan,
            names: &self.names,
            period,
            limits: &self.plan.limits,
            xlsb: &read_xlsb,
        }
    }

    /// Checks a file for a month, by default its own.
    pub fn check(&self, name: &str, bytes: &[u8], given: Option<Period>) -> Answer<'_> {
        self.answer(name, given, |period| self.reader(period).read(name, bytes))
    }

    /// As [`Self::check`] for a file of which it is known already that reading it is the end of the program.
    pub fn unreadable(&self, name: &str, bytes: &[u8], given: Option<Period>) -> Answer<'_> {
        let what = match sniff(name, bytes) {
            Kind::Xlsb => DAMAGED_XLSB,
            _ => READER_FAILED,
        };
        self.answer(name, given, |period| {
            let (size, fault) = (bytes.len() as u64, FileFault::unreadable(what));
            vec![
                self.reader(period)
                    .refused(name, size, sha256(bytes), fault),
            ]
        })
    }

    fn answer(
        &self,
        name: &str,
        given: Option<Period>,
        read: impl Fn(Period) -> Vec<Arrival>,
    ) -> Answer<'_> {
        let start = Period::of(self.plan.start);
        let told = given.map_or_else(|| own_month(&self.plan, &read(start)), |p| Ok(Some(p)));
        let of = |told: Option<Period>| {
            let arrivals = read(told.unwrap_or(start));
            OwnCheck::new(
                &self.plan,
                name.to_owned(),
                told,
                arrivals,
                &History::default(),
            )
        };
        Answer {
            name: name.to_owned(),
            outcome: told.map(of),
        }
    }

    /// The months that a file can be checked for, as numbers and in words.
    pub fn months(&self) -> Vec<(String, String)> {
        let (first, last) = (Period::of(self.plan.start), Period::of(self.plan.end));
        let months = std::iter::successors(Some(first), |p| Some(p.next()).filter(|p| *p <= last));
        months.map(|p| (p.to_string(), p.chinese())).collect()
    }
}

impl Answer<'_> {
    /// The entry of `duban check --format json`, and what the page shows besides.
    pub fn json(&self, desk: &Desk, bytes: &[u8]) -> Value {
        match &self.outcome {
            Ok(own) => json!({ "entry": own.entry(), "view": own.view(bytes) }),
            Err(why) => json!({
                "entry": entry_without_month(&self.name, &why.sentence(&desk.plan, &self.name)),
                "view": { "sentence": why.short(&desk.plan), "months": desk.months() },
            }),
        }
    }

    /// Pictures of the rows concerned, from the file once more.
    pub fn pictures(&self, desk: &Desk, bytes: &[u8]) -> Value {
        match &self.outcome {
            Ok(own) => picture::pictures(own, &desk.plan.limits, bytes),
            Err(_) => json!([]),
        }
    }

    /// As [`OwnCheck::marked`].
    pub fn marked(&self, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
        self.outcome.as_ref().ok()?.marked(bytes)
    }
}

/// What is said of a file on which a reader of ours has failed.
pub const READER_FAILED: &str = "读取时程序出错，请把该文件交给技术人员";
/// The same of a .xlsb.
pub const DAMAGED_XLSB: &str = "工作簿内容损坏，读取时出错";
