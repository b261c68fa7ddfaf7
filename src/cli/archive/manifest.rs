//! seal.json: what a sealed month holds, by hash.

use serde::{Deserialize, Serialize};

use crate::intake::FileFault;

/// The form of this folder; a later one is refused by an earlier program.
pub const FORMAT: u32 = 1;

/// Everything in a sealed month's folder but seal.json and seal.sha256, which holds seal.json's own hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealManifest {
    pub format: u32,
    pub tool: String,
    pub version: String,
    /// The plan's id.
    pub plan: String,
    pub period: String,
    /// 1 for a month's first seal.
    pub number: u32,
    /// The hash of chain.csv as it was before; none in seals of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// When, in Beijing time.
    pub sealed: String,
    /// The system user.
    pub by: String,
    /// Sealed in spite of open errors or departments that sent nothing.
    pub with_open: bool,
    pub open_errors: usize,
    /// Names of departments 未报 or 已退回.
    pub not_submitted: Vec<String>,
    /// By path.
    pub files: Vec<SealedFile>,
    /// The files of the inbox, in path order.
    pub originals: Vec<Original>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// One file of the inbox, or a member of a .zip there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Original {
    /// Relative to `inbox/<period>/`; never used as a path here.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// Where its bytes are: its hash is its name, so that no name from outside is one.
    pub stored: Option<String>,
    /// Of a file that could not be used: why. One over a limit or with a secrecy marking is not kept.
    pub fault: Option<FileFault>,
}

/// Below the folder: originals, the month's package, reports edited by hand.
pub const ORIGINALS: &str = "originals";
pub const OUTPUTS: &str = "outputs";
pub const EDITED: &str = "edited";

pub const SEAL: &str = "seal.json";
pub const SEAL_HASH: &str = "seal.sha256";
pub const PLAN: &str = "plan.toml";
/// The same where the plan is a workbook.
pub const PLAN_BOOK: &str = "plan.xlsx";
pub const MONTH: &str = "month.json";
pub const HISTORY: &str = "history.json";
pub const TEMPLATE: &str = "template.docx";
pub const REMINDER: &str = "reminder-template.docx";

/// The line of seal.sha256, as `sha256sum -c` reads it.
pub fn hash_line(sha256: &str) -> String {
    format!("{sha256}  {SEAL}\n")
}

/// `originals/<hash>.xlsx`: the ending alone is taken from the file's name, and only if it is a plain one.
pub fn stored_name(path: &str, sha256: &str) -> String {
    let extension = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let plain = extension
        .filter(|e| (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric()));
    match plain {
        Some(extension) => format!("{ORIGINALS}/{sha256}.{extension}"),
        None => format!("{ORIGINALS}/{sha256}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_ending_of_a_name_is_used() {
        for (path, stored) in [
            ("建设局/6月.XLSX", "originals/ab.xlsx"),
            ("../../etc/passwd", "originals/ab"),
            ("a.xlsx/../../b", "originals/ab"),
            ("a.表格", "originals/ab"),
            ("none", "originals/ab"),
        ] {
            assert_eq!(stored_name(path, "ab"), stored, "{path}");
        }
    }
}
