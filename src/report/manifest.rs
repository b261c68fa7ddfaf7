//! manifest.json: what went in, what came out, by hash.

use serde::{Deserialize, Serialize};

/// The whole of a month's package, for audit. No paths of the machine, no threads, no colour: only what can change an output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub tool: String,
    pub version: String,
    pub period: String,
    pub options: Options,
    pub plan: PlanHash,
    /// Every file of this month and the earlier ones it was held against, by month and path.
    pub inputs: Vec<Input>,
    /// Sealed months that were taken from the archive instead of the inbox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<Sealed>,
    /// Every file of the package but this one, by path.
    pub outputs: Vec<Output>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Options {
    pub draft: bool,
    pub as_of: Option<String>,
    pub date: String,
    /// Of the office's own template; absent for the shipped one.
    pub template_sha256: Option<String>,
    pub issue_number: Option<String>,
    pub document_number: Option<String>,
    pub signer: Option<String>,
    pub to: Vec<String>,
    pub send: Vec<String>,
    pub distribute: Vec<String>,
    pub copies: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanHash {
    pub id: String,
    pub revision: u32,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub period: String,
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// A sealed month by its records, which say the same whenever and by whomever it was sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sealed {
    pub period: String,
    /// Of the month as judged.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    pub fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
