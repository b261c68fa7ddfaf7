//! A whole checked month.

use serde::{Deserialize, Serialize};

use crate::check::result::checked::Checked;
use crate::check::result::elements::TaskElements;
use crate::check::result::files::{DepartmentFiles, Fate, FileVerdict, Submitted};
use crate::check::rules::outcomes::{Outcome, Outcomes, SlotOutcomes};
use crate::plan::{Moment, Plan};

use super::elements::StoredElements;
use super::finding::StoredFinding;
use super::{StoredAccepted, StoredAnswer, Unreadable, code, period, read_answers};

/// A checked month, measured at its end (`--as-of` months are never stored).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredMonth {
    /// Every slot as judged.
    pub accepted: StoredAccepted,
    /// In the month's order.
    pub findings: Vec<StoredFinding>,
    departments: Vec<StoredDepartment>,
    files: Vec<StoredFile>,
    elements: Vec<StoredElements>,
    outcomes: Vec<StoredOutcomes>,
    explained: Vec<StoredAnswer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredDepartment {
    department: String,
    submitted: Submitted,
    /// Indexes into the files.
    used: Option<usize>,
    files: Vec<usize>,
    /// `None` in months that were sealed when every file counted as a report.
    #[serde(default)]
    reports: Option<Vec<usize>>,
    superseded: Vec<(usize, usize)>,
    ambiguous: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredFile {
    path: String,
    bytes: u64,
    sha256: String,
    department: Option<String>,
    fate: StoredFate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredFate {
    Used,
    Superseded(String),
    SameAs(String),
    Refused(String),
    Attachment,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredOutcomes {
    department: String,
    indicator: String,
    /// Code → passed, failed, or the code that kept it from running.
    outcomes: Vec<(String, String)>,
}

const PASSED: &str = "passed";
const FAILED: &str = "failed";
impl StoredMonth {
    /// The month as data.
    pub fn new(plan: &Plan, checked: &Checked) -> Self {
        Self {
            accepted: StoredAccepted::new(plan, &checked.accepted),
            findings: checked
                .findings
                .iter()
                .map(|f| StoredFinding::new(plan, f))
                .collect(),
            departments: checked
                .departments
                .iter()
                .filter_map(|d| department(plan, d))
                .collect(),
            files: checked.files.iter().map(|f| file(plan, f)).collect(),
            elements: checked
                .elements
                .iter()
                .filter_map(|e| StoredElements::new(plan, e))
                .collect(),
            outcomes: checked
                .outcomes
                .iter()
                .filter_map(|(slot, own)| outcomes(plan, slot, own))
                .collect(),
            explained: checked
                .explained
                .iter()
                .filter_map(|(key, words)| StoredAnswer::new(plan, key, words))
                .collect(),
        }
    }

    /// The month under a plan.
    pub fn read(&self, plan: &Plan) -> Result<Checked, Unreadable> {
        let mut departments: Vec<DepartmentFiles> = (0..plan.departments.len())
            .map(DepartmentFiles::none)
            .collect();
        for stored in &self.departments {
            if let Some(ix) = plan.department(&stored.department)
                && let Some(place) = departments.get_mut(ix)
            {
                *place = read_department(ix, stored, self.files.len())?;
            }
        }
        let month = period(&self.accepted.period)?;
        let mut elements: Vec<TaskElements> = (0..plan.tasks.len())
            .map(|task| TaskElements {
                task,
                ..TaskElements::default()
            })
            .collect();
        for stored in &self.elements {
            if let Some(read) = stored.read(plan, month)?
                && let Some(place) = elements.get_mut(read.task)
            {
                *place = read;
            }
        }
        Ok(Checked {
            moment: Moment::month_end(month),
            findings: self
                .findings
                .iter()
                .map(|f| f.read(plan))
                .collect::<Result<_, _>>()?,
            accepted: self.accepted.read(plan)?,
            departments,
            files: self
                .files
                .iter()
                .map(|f| read_file(plan, f))
                .collect::<Result<_, _>>()?,
            elements,
            outcomes: self.read_outcomes(plan)?,
            explained: read_answers(&self.explained, plan)?,
        })
    }

    fn read_outcomes(&self, plan: &Plan) -> Result<Outcomes, Unreadable> {
        let mut all = Outcomes::default();
        for stored in &self.outcomes {
            let slot = plan
                .department(&stored.department)
                .zip(plan.indicator(&stored.indicator))
                .and_then(|(d, i)| plan.slot(d, i));
            let Some(slot) = slot else { continue };
            for (rule, outcome) in &stored.outcomes {
                let outcome = match outcome.as_str() {
                    PASSED => Outcome::Passed,
                    FAILED => Outcome::Failed,
                    other => Outcome::NotRun(code(other)?),
                };
                all.set(slot, code(rule)?, outcome);
            }
        }
        Ok(all)
    }
}

fn department(plan: &Plan, files: &DepartmentFiles) -> Option<StoredDepartment> {
    Some(StoredDepartment {
        department: plan.departments.get(files.department)?.id.clone(),
        submitted: files.submitted,
        used: files.used,
        files: files.files.clone(),
        reports: Some(files.reports.clone()),
        superseded: files.superseded.clone(),
        ambiguous: files.ambiguous.clone(),
    })
}

fn read_department(
    department: usize,
    stored: &StoredDepartment,
    files: usize,
) -> Result<DepartmentFiles, Unreadable> {
    let pairs = stored.superseded.iter().flat_map(|&(a, b)| [a, b]);
    let mut all = stored
        .files
        .iter()
        .chain(stored.reports.iter().flatten())
        .chain(&stored.used)
        .chain(&stored.ambiguous)
        .copied()
        .chain(pairs);
    // Indexes are used as such later.
    if let Some(beyond) = all.find(|&ix| ix >= files) {
        return Err(Unreadable::of("文件编号", &beyond.to_string()));
    }
    Ok(DepartmentFiles {
        department,
        submitted: stored.submitted,
        used: stored.used,
        files: stored.files.clone(),
        reports: stored.reports.as_ref().unwrap_or(&stored.files).clone(),
        superseded: stored.superseded.clone(),
        ambiguous: stored.ambiguous.clone(),
    })
}

fn file(plan: &Plan, verdict: &FileVerdict) -> StoredFile {
    let fate = match &verdict.fate {
        Fate::Used => StoredFate::Used,
        Fate::Superseded(by) => StoredFate::Superseded(by.clone()),
        Fate::SameAs(other) => StoredFate::SameAs(other.clone()),
        Fate::Refused(code) => StoredFate::Refused((*code).to_owned()),
        Fate::Attachment => StoredFate::Attachment,
    };
    let department = verdict
        .department
        .and_then(|d| plan.departments.get(d))
        .map(|d| d.id.clone());
    StoredFile {
        path: verdict.path.clone(),
        bytes: verdict.bytes,
        sha256: verdict.sha256.clone(),
        department,
        fate,
    }
}

fn read_file(plan: &Plan, stored: &StoredFile) -> Result<FileVerdict, Unreadable> {
    let fate = match &stored.fate {
        StoredFate::Used => Fate::Used,
        StoredFate::Superseded(by) => Fate::Superseded(by.clone()),
        StoredFate::SameAs(other) => Fate::SameAs(other.clone()),
        StoredFate::Refused(refused) => Fate::Refused(code(refused)?),
        StoredFate::Attachment => Fate::Attachment,
    };
    let department = stored
        .department
        .as_deref()
        .and_then(|id| plan.department(id));
    Ok(FileVerdict {
        path: stored.path.clone(),
        bytes: stored.bytes,
        sha256: stored.sha256.clone(),
        department,
        fate,
    })
}

fn outcomes(plan: &Plan, slot: usize, own: &SlotOutcomes) -> Option<StoredOutcomes> {
    let s = plan.slots.get(slot)?;
    let word = |outcome| match outcome {
        Outcome::Passed => PASSED,
        Outcome::Failed => FAILED,
        Outcome::NotRun(code) => code,
    };
    Some(StoredOutcomes {
        department: plan.departments.get(s.department)?.id.clone(),
        indicator: plan.indicators.get(s.indicator)?.id.clone(),
        outcomes: own
            .iter()
            .map(|(code, outcome)| (code.to_owned(), word(outcome).to_owned()))
            .collect(),
    })
}
