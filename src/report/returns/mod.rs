//! Return copies (退回修改): each department's own file with every finding marked, and the list of them in front.
//!
//! [`copies`] says which files get one, [`write`] makes it. A submitted .xlsx or .xlsm is patched in place and keeps everything
//! its makers put in; the older formats are written anew with the grid as read; a file that cannot be used at all gets the list
//! alone; one with a secrecy marking (F010) gets nothing.

mod grid;
mod listing;
mod marks;
mod patch;

use std::collections::BTreeMap;

use crate::check::checked::FileVerdict;
use crate::check::{Checked, Fate, Finding, Severity, Status};
use crate::intake::arrival::LegacyReader;
use crate::intake::layout::EXPLANATION_SHEET;
use crate::intake::sniff::sniff;
use crate::intake::submission::Explanation;
use crate::intake::{Arrival, ooxml};
use crate::plan::{DeptIx, Period, Plan};

use super::ReportError;
use listing::{Form, Listing};
use patch::{Patch, Patched, patch};

/// The folder of a month's package that they go into.
pub const FOLDER: &str = "退回";

/// Codes of files whose content is not returned, whatever could be read of it.
const LIST_ALONE: &[&str] = &["F001", "F002", "F003", "F004", "F008", "F009"];

/// One return copy to be made.
#[derive(Debug)]
pub struct ReturnCopy<'a> {
    pub department: DeptIx,
    /// File name without its extension.
    stem: String,
    /// The file it is made of; `None`: the list alone.
    pub source: Option<&'a Arrival>,
    /// Files that it answers for.
    pub files: Vec<&'a str>,
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

/// The return copies of a month: one for each file with an open error or warning.
pub fn copies<'a>(
    plan: &Plan,
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
        let verdicts = || {
            department
                .files
                .iter()
                .filter_map(|&ix| Some((checked.files.get(ix)?, arrivals.get(ix)?)))
        };
        let used = verdicts().filter(|(verdict, _)| verdict.fate == Fate::Used);
        let refused = verdicts().filter(|(verdict, _)| matches!(verdict.fate, Fate::Refused(_)));
        let mut made = 0;
        let mut add =
            |source: Option<&'a Arrival>, files: Vec<&'a str>, mut findings: Vec<&'a Finding>| {
                // The most pressing first; those of one kind stay in their order.
                findings.sort_by_key(|f| (f.status, std::cmp::Reverse(f.severity)));
                if !findings
                    .iter()
                    .any(|f| f.status == Status::Open && f.severity > Severity::Note)
                {
                    return;
                }
                made += 1;
                let number = if made > 1 {
                    format!("（{made}）")
                } else {
                    String::new()
                };
                let content = source.and_then(|a| a.content.as_deref().ok());
                copies.push(ReturnCopy {
                    department: department.department,
                    stem: super::file_name(&format!(
                        "{}{}报送表（退回修改）{number}",
                        plan.departments[department.department].name,
                        checked.moment.period.chinese()
                    )),
                    source,
                    files,
                    findings,
                    submission: content.map(|c| c.form.submission.unwrap_or(1).saturating_add(1)),
                    answers: content
                        .map(|c| c.explanations.as_slice())
                        .unwrap_or_default(),
                });
            };
        let mut ambiguous = Vec::new();
        for (verdict, arrival) in used.chain(refused) {
            match &verdict.fate {
                Fate::Refused("F010") => {}
                Fate::Refused("F008") => ambiguous.push(verdict.path.as_str()),
                Fate::Refused(code) if LIST_ALONE.contains(code) => {
                    add(None, vec![&verdict.path], of_file(&own, verdict))
                }
                fate => {
                    let month = own.iter().filter(|f| *fate == Fate::Used && is_of_month(f));
                    let findings = of_file(&own, verdict)
                        .into_iter()
                        .chain(month.copied())
                        .collect();
                    add(Some(arrival), vec![&verdict.path], findings);
                }
            }
        }
        if !ambiguous.is_empty() {
            let findings = own
                .iter()
                .filter(|f| {
                    f.code == "F008"
                        || f.file
                            .as_deref()
                            .is_some_and(|file| ambiguous.contains(&file))
                })
                .copied()
                .collect();
            add(None, ambiguous, findings);
        }
    }
    copies
}

/// What a file alone is to blame for.
fn of_file<'a>(findings: &[&'a Finding], verdict: &FileVerdict) -> Vec<&'a Finding> {
    findings
        .iter()
        .filter(|f| f.file.as_deref() == Some(&verdict.path) && !f.code.starts_with('X'))
        .copied()
        .collect()
}

/// What the month holds against a department that has a usable file; 未报 is told by a chaser, not by a return copy.
fn is_of_month(finding: &Finding) -> bool {
    finding.code.starts_with('X') && finding.code != "X001"
}

/// Makes a return copy. `bytes`: its source's, `None` where they could not be read again.
///
/// # Errors
/// When a workbook passes one of Excel's own limits; a source that cannot be patched is no error.
pub fn write(
    plan: &Plan,
    period: Period,
    copy: &ReturnCopy,
    bytes: Option<&[u8]>,
    legacy: LegacyReader,
) -> Result<Returned, ReportError> {
    let made = match (copy.source, bytes) {
        (Some(source), Some(bytes)) => from_source(plan, period, copy, source, bytes, legacy)?,
        _ => None,
    };
    let (patched, sheets) = match made {
        Some(made) => made,
        None => (list_alone(plan, period, copy)?, BTreeMap::new()),
    };
    let extension = if patched.macros { "xlsm" } else { "xlsx" };
    Ok(Returned {
        name: format!("{}.{extension}", copy.stem),
        bytes: patched.bytes,
        department: copy.department,
        files: copy.files.iter().map(|&f| f.to_owned()).collect(),
        sheets,
    })
}

type Made = (Patched, BTreeMap<String, String>);

/// The submitted workbook marked, or one written anew and marked; `None` where neither can be.
fn from_source(
    plan: &Plan,
    period: Period,
    copy: &ReturnCopy,
    source: &Arrival,
    bytes: &[u8],
    legacy: LegacyReader,
) -> Result<Option<Made>, ReportError> {
    let kind = sniff(&source.path, bytes);
    if kind.legacy().is_none()
        && let Ok(patched) = put_in(plan, copy, bytes, Form::Marked, &BTreeMap::new())
    {
        let names = source
            .content
            .as_deref()
            .map(|s| s.sheet_names.clone())
            .unwrap_or_default();
        return Ok(Some((
            patched,
            names.into_iter().map(|n| (n.clone(), n)).collect(),
        )));
    }
    let read = match kind.legacy() {
        Some(kind) => legacy(kind, bytes, &plan.limits),
        None => ooxml::read(bytes, &plan.limits),
    };
    let Ok(mut workbook) = read else {
        return Ok(None);
    };
    // Findings name sheets as they were read.
    workbook.tidy();
    let grid = grid::write(&workbook, period.last_day())?;
    let sheets = workbook
        .sheets
        .iter()
        .map(|s| {
            (
                s.name.to_string(),
                grid.renamed
                    .get(&*s.name)
                    .cloned()
                    .unwrap_or_else(|| s.name.to_string()),
            )
        })
        .collect();
    Ok(put_in(plan, copy, &grid.bytes, Form::Grid, &grid.renamed)
        .ok()
        .map(|patched| (patched, sheets)))
}

fn put_in(
    plan: &Plan,
    copy: &ReturnCopy,
    bytes: &[u8],
    form: Form,
    renamed: &BTreeMap<String, String>,
) -> Result<Patched, patch::Unfit> {
    // The places are those of the copy: it is the copy that comes back.
    let moved: Vec<Finding> = copy
        .findings
        .iter()
        .map(|&f| {
            let mut finding = f.clone();
            if let Some(name) = finding.sheet.as_ref().and_then(|s| renamed.get(s)) {
                finding.sheet = Some(name.clone());
            }
            finding
        })
        .collect();
    let findings: Vec<&Finding> = moved.iter().collect();
    let list = listing(plan, copy, &findings, form);
    let marks = marks::marks(&findings);
    let department = &plan.departments[copy.department].id;
    patch(
        bytes,
        plan.limits.part_bytes,
        &Patch {
            listing: &list,
            marks: &marks,
            department,
            submission: copy.submission,
        },
    )
}

fn list_alone(plan: &Plan, period: Period, copy: &ReturnCopy) -> Result<Patched, ReportError> {
    let list = listing(plan, copy, &copy.findings, Form::ListAlone);
    let bytes = grid::empty(EXPLANATION_SHEET, period.last_day())?;
    let none = marks::Marks::new();
    let with = Patch {
        listing: &list,
        marks: &none,
        department: "",
        submission: None,
    };
    patch(&bytes, plan.limits.part_bytes, &with).map_err(|e| ReportError::ReturnCopy(e.0))
}

fn listing(plan: &Plan, copy: &ReturnCopy, findings: &[&Finding], form: Form) -> Listing {
    let (mut rows, earlier) = listing::rows(plan, findings, copy.answers);
    if form == Form::ListAlone {
        for row in &mut rows {
            row.target = None;
        }
    }
    Listing {
        title: format!("{}清单", copy.stem.replace("（退回修改）", "退回修改")),
        lead: listing::lead(findings, &copy.files.join("、"), form),
        rows,
        earlier,
    }
}
