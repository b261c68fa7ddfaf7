//! Return copies (退回修改): each department's own file with every finding marked, and the list of them in front.
//!
//! [`copies`] says which files get one, [`ReturnCopy::write`] makes it. A submitted .xlsx or .xlsm is patched in place and keeps everything
//! its makers put in; the older formats are written anew with the grid as read; a file that cannot be used at all gets the list
//! alone; one with a secrecy marking (F010) gets nothing.

#[cfg(feature = "desktop")]
mod grid;
mod listing;
mod marks;
#[cfg(feature = "desktop")]
mod office;
mod patch;

use std::collections::BTreeMap;

use crate::check::FileVerdict;
use crate::check::{Checked, Fate, Finding, Severity, Status};
use crate::intake::Arrival;
#[cfg(feature = "desktop")]
use crate::intake::arrival::{XlsbReader, read_workbook};
use crate::intake::layout::EXPLANATION_SHEET;
use crate::intake::sniff::{Kind, sniff};
use crate::intake::submission::Explanation;
use crate::plan::{DeptIx, Period, Plan};

#[cfg(feature = "desktop")]
use super::{ReportError, Result};
use listing::{CopyForm, Listing};
#[cfg(feature = "desktop")]
pub use office::{Checked as OfficeChecked, of_office};
use patch::{Fills, Patch, Patched, patch};

/// The folder of a month's package that they go into.
pub const FOLDER: &str = "退回";

/// Codes of files whose content is not returned, whatever could be read of it.
const LIST_ALONE: &[&str] = &["F001", "F002", "F003", "F004", "F008", "F009"];

/// One return copy to be made.
#[derive(Debug)]
pub struct ReturnCopy<'a> {
    plan: &'a Plan,
    period: Period,
    department: DeptIx,
    /// File name without its extension.
    stem: String,
    /// The file it is made of; `None`: the list alone.
    pub source: Option<&'a Arrival>,
    /// Files that it answers for.
    files: Vec<&'a str>,
    findings: Vec<&'a Finding>,
    submission: Option<u32>,
    answers: &'a [Explanation],
}

/// A return copy as made.
#[derive(Debug)]
pub struct Returned {
    /// `建设局2024年6月报送表（退回修改）.xlsx`.
    pub name: String,
    pub bytes: Vec<u8>,
    pub department: DeptIx,
    pub files: Vec<String>,
    /// It holds the file's sheets: old name → name in the copy; empty in a list alone.
    pub sheets: BTreeMap<String, String>,
}

/// The return copies of a month: one for each file with an open error or warning that its department can mend or explain.
pub fn copies<'a>(
    plan: &'a Plan,
    checked: &'a Checked,
    arrivals: &'a [Arrival],
) -> Vec<ReturnCopy<'a>> {
    let mut copies = Vec::new();
    // Gathered once: a plan may name thousands of departments.
    let mut findings: BTreeMap<DeptIx, Vec<&Finding>> = BTreeMap::new();
    for finding in &checked.findings {
        if let Some(department) = finding.department {
            findings.entry(department).or_default().push(finding);
        }
    }
    for department in &checked.departments {
        let own = findings.remove(&department.department).unwrap_or_default();
        let name = format!(
            "{}{}报送表（退回修改）",
            plan.departments[department.department].name,
            checked.moment.period.chinese()
        );
        let mut made = 0;
        let mut add =
            |source: Option<&'a Arrival>, files: Vec<&'a str>, mut findings: Vec<&'a Finding>| {
                // A report that came late, and is right, has nothing to be mended.
                let is_asked = |f: &&Finding| {
                    f.status == Status::Open && f.severity > Severity::Note && f.code != "X002"
                };
                if !findings.iter().any(is_asked) {
                    return;
                }
                // The most pressing first; those of one kind stay in their order.
                findings.sort_by_key(|f| (f.status, std::cmp::Reverse(f.severity)));
                made += 1;
                let number = match made {
                    1 => String::new(),
                    n => format!("（{n}）"),
                };
                let content = source.and_then(|a| a.content.as_deref().ok());
                copies.push(ReturnCopy {
                    plan,
                    period: checked.moment.period,
                    department: department.department,
                    stem: super::file_name(&format!("{name}{number}")),
                    source,
                    files,
                    findings,
                    submission: content.map(|c| c.form.submission.unwrap_or(1).saturating_add(1)),
                    answers: content.map_or(&[], |c| c.explanations.as_slice()),
                });
            };
        let verdicts = || {
            let files = department.files.iter();
            files.filter_map(|&ix| Some((checked.files.get(ix)?, arrivals.get(ix)?)))
        };
        let used = verdicts().filter(|(verdict, _)| verdict.fate == Fate::Used);
        let refused = verdicts().filter(|(verdict, _)| matches!(verdict.fate, Fate::Refused(_)));
        let mut ambiguous = Vec::new();
        for (verdict, arrival) in used.chain(refused) {
            let path = verdict.path.as_str();
            match &verdict.fate {
                Fate::Refused("F010") => {}
                Fate::Refused("F008") => ambiguous.push(path),
                Fate::Refused(code) if LIST_ALONE.contains(code) => {
                    add(None, vec![path], of_file(&own, verdict).collect());
                }
                fate => {
                    let month = own.iter().filter(|f| *fate == Fate::Used && is_of_month(f));
                    let findings = of_file(&own, verdict).chain(month.copied()).collect();
                    add(Some(arrival), vec![path], findings);
                }
            }
        }
        if !ambiguous.is_empty() {
            let is_about = |f: &&&Finding| {
                let file = f.file.as_deref();
                f.code == "F008" || file.is_some_and(|file| ambiguous.contains(&file))
            };
            let findings = own.iter().filter(is_about).copied().collect();
            add(None, ambiguous, findings);
        }
    }
    copies
}

/// What a file alone is to blame for.
fn of_file<'a>(
    findings: &[&'a Finding],
    verdict: &FileVerdict,
) -> impl Iterator<Item = &'a Finding> {
    let is_own = |f: &&&Finding| f.file.as_deref() == Some(&verdict.path);
    let is_of_file = |f: &&&Finding| !f.code.starts_with('X');
    findings.iter().filter(is_own).filter(is_of_file).copied()
}

/// Whether a finding is about the month of a department that has a usable file; 未报 is for a 催报通知, not for a return copy.
fn is_of_month(finding: &Finding) -> bool {
    finding.code.starts_with('X') && finding.code != "X001"
}

type Made = (Patched, BTreeMap<String, String>);

impl ReturnCopy<'_> {
    /// Makes it. `bytes`: its source's, `None` where they could not be read again.
    #[cfg(feature = "desktop")]
    pub fn write(&self, bytes: Option<&[u8]>, xlsb: XlsbReader) -> Result<Returned> {
        let made = match (self.source, bytes) {
            (Some(source), Some(bytes)) => self.of_source(source, bytes, xlsb)?,
            _ => None,
        };
        let (patched, sheets) = match made {
            Some(made) => made,
            None => (self.list_alone()?, BTreeMap::new()),
        };
        let extension = if patched.macros { "xlsm" } else { "xlsx" };
        Ok(Returned {
            name: format!("{}.{extension}", self.stem),
            bytes: patched.bytes,
            department: self.department,
            files: self.files.iter().map(|&f| f.to_owned()).collect(),
            sheets,
        })
    }

    /// The submitted workbook marked, or one written anew and marked; `None` where neither can be.
    #[cfg(feature = "desktop")]
    fn of_source(&self, source: &Arrival, bytes: &[u8], xlsb: XlsbReader) -> Result<Option<Made>> {
        if let Some(made) = self.in_place(source, bytes) {
            return Ok(Some(made));
        }
        let kind = sniff(&source.path, bytes);
        let read = read_workbook(&kind, bytes, None, &self.plan.limits, xlsb).0;
        let Ok(workbook) = read else {
            return Ok(None);
        };
        let grid = grid::write(&workbook, self.period.last_day())?;
        let sheets = workbook.sheets.iter().map(|sheet| {
            let name = sheet.name.to_string();
            let renamed = grid.renamed.get(&name).unwrap_or(&name).clone();
            (name, renamed)
        });
        let patched = self.marked(&grid.bytes, CopyForm::Grid, &grid.renamed);
        Ok(patched.ok().map(|patched| (patched, sheets.collect())))
    }

    /// The submitted .xlsx or .xlsm itself, marked, as bytes, and whether it holds macros. `None` for other formats, and where it
    /// cannot be patched.
    pub fn mark(&self, bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
        let (patched, _) = self.in_place(self.source?, bytes)?;
        Some((patched.bytes, patched.macros))
    }

    fn in_place(&self, source: &Arrival, bytes: &[u8]) -> Option<Made> {
        if sniff(&source.path, bytes) != Kind::Xlsx {
            return None;
        }
        let patched = self
            .marked(bytes, CopyForm::Marked, &BTreeMap::new())
            .ok()?;
        let content = source.content.as_deref();
        let names = content.map(|s| s.sheet_names.clone()).unwrap_or_default();
        Some((patched, names.into_iter().map(|n| (n.clone(), n)).collect()))
    }

    /// A workbook with the list and the marks. `renamed`: sheets that have another name in it.
    fn marked(
        &self,
        bytes: &[u8],
        form: CopyForm,
        renamed: &BTreeMap<String, String>,
    ) -> Result<Patched, patch::Unfit> {
        // The places are those of the copy: it is the copy that comes back.
        let moved: Vec<Finding> = self
            .findings
            .iter()
            .map(|&finding| {
                let mut finding = finding.clone();
                if let Some(sheet) = &mut finding.sheet
                    && let Some(name) = renamed.get(sheet)
                {
                    sheet.clone_from(name);
                }
                finding
            })
            .collect();
        let findings: Vec<&Finding> = moved.iter().collect();
        let with = Patch {
            listing: &self.listing(&findings, form),
            marks: &marks::marks(&findings),
            department: &self.plan.departments[self.department].id,
            submission: self.submission,
            fills: &Fills::new(),
        };
        patch(bytes, self.plan.limits.part_bytes, &with)
    }

    #[cfg(feature = "desktop")]
    fn list_alone(&self) -> Result<Patched> {
        let mut listing = self.listing(&self.findings, CopyForm::ListAlone);
        for row in &mut listing.rows {
            row.target = None;
        }
        let bytes = grid::empty(EXPLANATION_SHEET, self.period.last_day())?;
        let with = Patch {
            listing: &listing,
            marks: &marks::Marks::new(),
            department: "",
            submission: None,
            fills: &Fills::new(),
        };
        patch(&bytes, self.plan.limits.part_bytes, &with).map_err(|e| ReportError::ReturnCopy(e.0))
    }

    fn listing(&self, findings: &[&Finding], form: CopyForm) -> Listing {
        let (rows, earlier) = listing::rows(self.plan, findings, self.answers);
        Listing {
            sheet: EXPLANATION_SHEET,
            columns: &[0, 1, 2, 3, 4, 5, 6],
            title: format!("{}清单", self.stem.replace("（退回修改）", "退回修改")),
            lead: listing::lead(findings, &self.files.join("、"), form),
            request: listing::request(self.plan, self.period),
            rows,
            earlier,
        }
    }
}
