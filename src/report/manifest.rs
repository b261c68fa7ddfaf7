//! manifest.json: what went in, what came out, by hash.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::intake::Arrival;
use crate::intake::arrival::sha256;
use crate::plan::{Period, Plan};

/// The whole of a month's package, for audit. No paths of the machine, no threads, no colour: only what can change an output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub tool: Cow<'static, str>,
    pub version: Cow<'static, str>,
    pub period: String,
    pub options: Options,
    pub plan: PlanHash,
    /// Every file of this month and of the earlier ones it was compared with, by month and path.
    pub inputs: Vec<Input>,
    /// Sealed months that were taken from the archive instead of the inbox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<Sealed>,
    /// Every file of the package but this one, by path.
    pub outputs: Vec<Output>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    pub draft: bool,
    pub as_of: Option<String>,
    pub date: String,
    /// Nobody gave the date.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Of the office's own template; absent for the shipped one.
    pub template_sha256: Option<String>,
    /// The same for the notices.
    pub reminder_template_sha256: Option<String>,
    pub issue_number: Option<String>,
    pub document_number: Option<String>,
    pub signer: Option<String>,
    pub to: Vec<String>,
    pub send: Vec<String>,
    pub distribute: Vec<String>,
    pub copies: Option<u32>,
    /// The day until which the notices ask for what is missing, where `status` was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Limits given for this run, `key=value`; those of the plan are the plan's.
    pub limits: Vec<String>,
    /// The 明细 workbook was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub detail: bool,
    /// Rows of a list, where they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_rows: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanHash {
    pub id: String,
    pub revision: u32,
    pub sha256: String,
    /// Of the office's decisions, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_sha256: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    pub period: String,
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// A lock file or what a system leaves behind: no submission, and not opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
}

/// A sealed month by its records, which say the same whenever and by whomever it was sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sealed {
    pub period: String,
    /// Of the month as judged.
    pub sha256: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Output {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Output {
    pub fn new(path: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
        }
    }
}

impl PlanHash {
    /// `bytes`: the plan's file.
    pub fn new(plan: &Plan, bytes: &[u8]) -> Self {
        Self {
            id: plan.id.clone(),
            revision: plan.revision,
            sha256: sha256(bytes),
            ledger_sha256: plan.ledger.as_ref().map(|ledger| sha256(&ledger.bytes)),
        }
    }
}

/// Every file of a package, by path.
pub fn outputs(package: &BTreeMap<String, Vec<u8>>) -> Vec<Output> {
    package
        .iter()
        .map(|(path, bytes)| Output::new(path, bytes))
        .collect()
}

/// A month's files as inputs.
pub fn inputs(period: Period, arrivals: &[Arrival]) -> impl Iterator<Item = Input> {
    arrivals.iter().map(move |a| Input {
        period: period.to_string(),
        path: a.path.clone(),
        bytes: a.bytes,
        sha256: a.sha256.clone(),
        skipped: false,
    })
}

impl Manifest {
    /// `outputs`: all files of the package but this one.
    pub fn new(
        period: Period,
        options: Options,
        plan: PlanHash,
        inputs: Vec<Input>,
        outputs: Vec<Output>,
    ) -> Self {
        Self {
            tool: "duban".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            period: period.to_string(),
            options,
            plan,
            inputs,
            sealed: Vec::new(),
            outputs,
        }
    }

    pub fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
