//! The month's files: which repeat each other, and which of a department's is used.

use std::collections::BTreeMap;

use crate::check::register::Register;
use crate::check::result::files::{DepartmentFiles, Fate, Submitted};
use crate::check::result::finding::{Finding, Severity};
use crate::plan::{DeptIx, Moment, Plan};

use super::content;
use super::file::{CheckedFile, file_rules, first_error, is_attachment};
use super::newest::{Newest, ReadAgain, newest};

/// A month's files, sorted out.
pub struct SortedFiles {
    /// One per file; `Used` is provisional until it is seen whether the used workbook refuses itself as a whole.
    pub fates: Vec<Fate>,
    pub departments: Vec<DepartmentFiles>,
    pub findings: Vec<Finding>,
}

/// The errors that refuse a file as a whole and are notes once a usable workbook stands in for it (F007). S002 is none of
/// them: a form without its columns is a report to be corrected. F003's own note is given where attachments are sorted.
const REPLACEABLE: [&str; 7] = ["F001", "F002", "F004", "F006", "F009", "S001", "S003"];

/// Takes the findings of the files and chooses each department's.
pub fn sort(
    plan: &Plan,
    moment: Moment,
    register: &Register,
    files: &mut [CheckedFile],
    read_again: Option<ReadAgain>,
) -> SortedFiles {
    let mut fates: Vec<Option<Fate>> = same_bytes(files);
    let mut findings = Vec::new();
    let mut open: BTreeMap<DeptIx, Vec<usize>> = BTreeMap::new();
    let mut attachments = Vec::new();
    for (ix, file) in files.iter().enumerate() {
        if fates[ix].is_some() {
            continue;
        }
        if is_attachment(&file.arrival) {
            attachments.push(ix);
            continue;
        }
        match file.refused {
            Some(code) => fates[ix] = Some(Fate::Refused(code)),
            None => {
                if let Some(department) = file.department {
                    open.entry(department).or_default().push(ix);
                }
            }
        }
    }
    let mut departments: Vec<DepartmentFiles> = (0..plan.departments.len())
        .map(DepartmentFiles::none)
        .collect();
    for (ix, department, file) in files
        .iter()
        .enumerate()
        .filter_map(|(ix, file)| Some((ix, file.department?, file)))
    {
        let own = &mut departments[department];
        own.files.push(ix);
        own.submitted = Submitted::Returned;
        if file.refused.is_none() && !is_attachment(&file.arrival) {
            own.reports.push(ix);
        }
    }
    let digest = |file: &CheckedFile| {
        file.content.or_else(|| {
            let again = read_again?(&file.arrival)?;
            again.content.as_deref().ok().map(content::digest)
        })
    };
    for (department, mut own) in open {
        // A workbook that refuses itself makes way for one that does not.
        let refuses_itself = |ix: usize| files[ix].refused_by_itself().is_some_and(is_replaceable);
        if !own.iter().all(|&ix| refuses_itself(ix)) {
            own.retain(|&ix| !refuses_itself(ix));
        }
        let candidates: Vec<&CheckedFile> = own.iter().map(|&ix| &files[ix]).collect();
        let entry = &mut departments[department];
        match newest(&candidates, &digest) {
            Newest::One(chosen) => {
                let used = own[chosen];
                entry.used = Some(used);
                entry.submitted = Submitted::Usable;
                fates[used] = Some(Fate::Used);
                for &ix in own.iter().filter(|ix| **ix != used) {
                    entry.superseded.push((ix, used));
                    fates[ix] = Some(Fate::Superseded(files[used].arrival.path.clone()));
                }
            }
            Newest::Unknown => {
                for &ix in &own {
                    fates[ix] = Some(Fate::Refused("F008"));
                }
                entry.ambiguous = own;
            }
        }
    }
    replace(register, files, &mut fates, &departments);
    for (ix, file) in files.iter_mut().enumerate() {
        if !is_attachment(&file.arrival) && !matches!(fates[ix], Some(Fate::SameAs(_))) {
            findings.append(&mut file.findings);
        }
    }
    let files = &*files;
    for ix in attachments {
        let CheckedFile {
            arrival,
            department,
            ..
        } = &files[ix];
        let usable = department.is_some_and(|d| {
            departments[d]
                .used
                .is_some_and(|used| files[used].is_usable())
        });
        let found = file_rules(plan, moment, arrival, *department, usable);
        fates[ix] = Some(first_error(&found).map_or(Fate::Attachment, Fate::Refused));
        findings.extend(found);
    }
    let fates = fates
        .into_iter()
        .map(|f| f.unwrap_or(Fate::Refused("F005")))
        .collect();
    SortedFiles {
        fates,
        departments,
        findings,
    }
}

fn is_replaceable(code: &str) -> bool {
    REPLACEABLE.contains(&code)
}

/// Makes notes of the errors of files that a usable workbook of their department stands in for, unless the register has such
/// a file on a later day than that workbook.
fn replace(
    register: &Register,
    files: &mut [CheckedFile],
    fates: &mut [Option<Fate>],
    departments: &[DepartmentFiles],
) {
    for department in departments {
        let Some(used) = department.used.filter(|&used| files[used].is_usable()) else {
            continue;
        };
        let by = files[used].arrival.path.clone();
        let came = register.received(&by);
        for &ix in &department.files {
            let file = &mut files[ix];
            if matches!(fates[ix], Some(Fate::SameAs(_))) || is_attachment(&file.arrival) {
                continue;
            }
            if let Some(code) = file.refused_by_itself().filter(|code| is_replaceable(code)) {
                fates[ix] = Some(Fate::Refused(code));
                let own = file
                    .outcome
                    .as_mut()
                    .map(|own| std::mem::take(&mut own.findings));
                file.findings.extend(own.unwrap_or_default());
            }
            let is_error = |f: &&mut Finding| f.severity == Severity::Error;
            let came_later = came.is_some_and(|came| {
                register
                    .received(&file.arrival.path)
                    .is_some_and(|day| day > came)
            });
            if !matches!(fates[ix], Some(Fate::Refused(_)))
                || came_later
                || !file
                    .findings
                    .iter_mut()
                    .filter(is_error)
                    .all(|f| is_replaceable(f.code))
            {
                continue;
            }
            for finding in file.findings.iter_mut().filter(is_error) {
                finding.severity = Severity::Note;
                finding.help = format!("无需处理，已采用“{by}”。");
            }
            fates[ix] = Some(Fate::Superseded(by.clone()));
        }
    }
}

/// Files of the same department and the same bytes are one: the first by path stands for all.
fn same_bytes(files: &[CheckedFile]) -> Vec<Option<Fate>> {
    let mut first: BTreeMap<(Option<DeptIx>, &str), usize> = BTreeMap::new();
    files
        .iter()
        .enumerate()
        .map(|(ix, file)| {
            // A file whose bytes could not be had has no hash, and is like no other.
            if file.arrival.sha256.is_empty() {
                return None;
            }
            let known = *first
                .entry((file.department, file.arrival.sha256.as_str()))
                .or_insert(ix);
            (known != ix).then(|| Fate::SameAs(files[known].arrival.path.clone()))
        })
        .collect()
}
