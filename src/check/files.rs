//! The month's files: whose each one is, which repeat each other, and which of a department's is used.

use std::collections::BTreeMap;

use crate::intake::submission::{ClaimSource, DepartmentClaim};
use crate::intake::{Arrival, Submission};
use crate::plan::{DeptIx, Period, Plan};

use super::checked::Fate;
use super::context::{DepartmentFiles, FileCx, Submitted};
use super::finding::{Finding, Severity};
use super::newest::{Newest, newest};
use super::rule::{Check, Rule};
use super::rules;

/// A month's files, sorted out.
pub struct Sorted {
    /// One per arrival.
    pub department_of: Vec<Option<DeptIx>>,
    /// One per arrival; `Used` is provisional until the used workbook's sheets were looked at.
    pub fates: Vec<Fate>,
    pub departments: Vec<DepartmentFiles>,
    pub findings: Vec<Finding>,
}

/// Folder (the innermost first), then identity sheet, then 填报单位, then file name.
pub fn department_of(arrival: &Arrival) -> Option<DeptIx> {
    let inside = arrival.content.as_deref().map(|s| s.department_claims.as_slice()).unwrap_or_default();
    let claims: Vec<&DepartmentClaim> = arrival.department_claims.iter().rev().chain(inside).collect();
    [ClaimSource::Folder, ClaimSource::IdentitySheet, ClaimSource::Cell, ClaimSource::FileName]
        .iter()
        .find_map(|source| claims.iter().filter(|c| c.source == *source).find_map(|c| c.department))
}

/// Runs the file rules and chooses each department's file.
pub fn sort(plan: &Plan, period: Period, arrivals: &[Arrival], rules: &[&'static Rule], admit: &dyn Fn(Finding) -> Option<Finding>) -> Sorted {
    let department_of: Vec<Option<DeptIx>> = arrivals.iter().map(department_of).collect();
    let mut fates: Vec<Option<Fate>> = same_bytes(arrivals, &department_of);
    let run = |ix: usize, beside_usable: bool| -> Vec<Finding> {
        let cx = FileCx { plan, period, arrival: &arrivals[ix], department: department_of[ix], beside_usable };
        rules
            .iter()
            .filter_map(|rule| match rule.check {
                Check::File(check) => Some(check),
                _ => None,
            })
            .flat_map(|check| check(&cx))
            .filter_map(admit)
            .collect()
    };
    let mut findings = Vec::new();
    let mut open: BTreeMap<DeptIx, Vec<usize>> = BTreeMap::new();
    let mut attachments = Vec::new();
    for (ix, arrival) in arrivals.iter().enumerate() {
        if fates[ix].is_some() {
            continue;
        }
        if matches!(arrival.content, Err(crate::intake::FileFault::Unsupported { .. })) {
            attachments.push(ix);
            continue;
        }
        let found = run(ix, false);
        match first_error(&found) {
            Some(code) => fates[ix] = Some(Fate::Refused(code)),
            None => {
                if let Some(department) = department_of[ix] {
                    open.entry(department).or_default().push(ix);
                }
            }
        }
        findings.extend(found);
    }
    let mut departments: Vec<DepartmentFiles> = (0..plan.departments.len())
        .map(|department| DepartmentFiles {
            department,
            submitted: Submitted::Nothing,
            used: None,
            files: Vec::new(),
            superseded: Vec::new(),
            ambiguous: Vec::new(),
        })
        .collect();
    for (ix, department) in department_of.iter().enumerate() {
        if let Some(d) = department {
            departments[*d].files.push(ix);
            departments[*d].submitted = Submitted::Returned;
        }
    }
    for (department, files) in open {
        let candidates: Vec<&Arrival> = files.iter().map(|&ix| &arrivals[ix]).collect();
        let entry = &mut departments[department];
        match newest(&candidates) {
            Newest::One(chosen) => {
                let used = files[chosen];
                entry.used = Some(used);
                entry.submitted = Submitted::Usable;
                fates[used] = Some(Fate::Used);
                for &ix in files.iter().filter(|ix| **ix != used) {
                    entry.superseded.push((ix, used));
                    fates[ix] = Some(Fate::Superseded(arrivals[used].path.clone()));
                }
            }
            Newest::Unknown => {
                for &ix in &files {
                    fates[ix] = Some(Fate::Refused("F008"));
                }
                entry.ambiguous = files;
            }
        }
    }
    for ix in attachments {
        let usable = department_of[ix].is_some_and(|d| departments[d].used.is_some_and(|used| is_usable(plan, d, &arrivals[used])));
        let found = run(ix, usable);
        fates[ix] = Some(first_error(&found).map_or(Fate::Attachment, Fate::Refused));
        findings.extend(found);
    }
    let fates = fates.into_iter().map(|f| f.unwrap_or(Fate::Refused("F005"))).collect();
    Sorted { department_of, fates, departments, findings }
}

/// Files of the same department and the same bytes are one: the first by path stands for all.
fn same_bytes(arrivals: &[Arrival], department_of: &[Option<DeptIx>]) -> Vec<Option<Fate>> {
    let mut first: BTreeMap<(Option<DeptIx>, &str), usize> = BTreeMap::new();
    arrivals
        .iter()
        .enumerate()
        .map(|(ix, arrival)| {
            // A file whose bytes could not be had has no hash, and is like no other.
            if arrival.sha256.is_empty() {
                return None;
            }
            let known = *first.entry((department_of[ix], arrival.sha256.as_str())).or_insert(ix);
            (known != ix).then(|| Fate::SameAs(arrivals[known].path.clone()))
        })
        .collect()
}

pub fn first_error(findings: &[Finding]) -> Option<&'static str> {
    findings.iter().find(|f| f.severity == Severity::Error).map(|f| f.code)
}

/// Whether a workbook can be used at all: S001, S003 and a missing column that leaves nothing refuse it whole.
pub fn is_usable(plan: &Plan, department: DeptIx, arrival: &Arrival) -> bool {
    let report = arrival.content.as_deref().ok().and_then(Submission::report);
    report.is_some_and(|report| !rules::s003::refuses(report) && !rules::s002::refuses(plan, department, report))
}
