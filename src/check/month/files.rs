//! The month's files: which repeat each other, and which of a department's is used.

use std::collections::BTreeMap;

use crate::check::result::files::{DepartmentFiles, Fate, Submitted};
use crate::check::result::finding::Finding;
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

/// Takes the findings of the files and chooses each department's.
pub fn sort(
    plan: &Plan,
    moment: Moment,
    files: &mut [CheckedFile],
    read_again: Option<ReadAgain>,
) -> SortedFiles {
    let mut fates: Vec<Option<Fate>> = same_bytes(files);
    let mut findings = Vec::new();
    let mut open: BTreeMap<DeptIx, Vec<usize>> = BTreeMap::new();
    let mut attachments = Vec::new();
    for (ix, file) in files.iter_mut().enumerate() {
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
        findings.append(&mut file.findings);
    }
    let files = &*files;
    let mut departments: Vec<DepartmentFiles> = (0..plan.departments.len())
        .map(DepartmentFiles::none)
        .collect();
    for (ix, department) in files
        .iter()
        .enumerate()
        .filter_map(|(ix, file)| Some((ix, file.department?)))
    {
        departments[department].files.push(ix);
        departments[department].submitted = Submitted::Returned;
    }
    let digest = |file: &CheckedFile| {
        file.content.or_else(|| {
            let again = read_again?(&file.arrival)?;
            again.content.as_deref().ok().map(content::digest)
        })
    };
    for (department, own) in open {
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
