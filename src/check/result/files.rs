//! What became of a month's files, and what came from each department.

use serde::{Deserialize, Serialize};

use crate::plan::DeptIx;

/// What became of one file.
#[derive(Debug, Clone)]
pub struct FileVerdict {
    /// Relative to the month's inbox folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// Whose it is, where that is known.
    pub department: Option<DeptIx>,
    /// What it is to the month.
    pub fate: Fate,
}

/// What a file is to the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Its department's report.
    Used,
    /// The path of the newer file.
    Superseded(String),
    /// The path of the file with the same bytes.
    SameAs(String),
    /// Code of the error that refused it.
    Refused(&'static str),
    /// A scan or photo beside a usable workbook.
    Attachment,
}

impl Fate {
    /// As printed in 来源.
    pub fn chinese(&self) -> String {
        match self {
            Self::Used => "已采用".to_owned(),
            Self::Superseded(by) => format!("已被“{by}”取代"),
            Self::SameAs(other) => format!("与“{other}”内容相同"),
            Self::Refused(code) => format!("退回（{code}）"),
            Self::Attachment => "附件已收".to_owned(),
        }
    }
}

/// What came from a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Submitted {
    /// A usable workbook is in.
    Usable,
    /// Its only files were refused: 已退回.
    Returned,
    /// Nothing came: 未报.
    Nothing,
}

/// A department's files of the month.
#[derive(Debug, Clone)]
pub struct DepartmentFiles {
    /// The department.
    pub department: DeptIx,
    /// What came from it.
    pub submitted: Submitted,
    /// Index of the used arrival.
    pub used: Option<usize>,
    /// Indexes of all its files, in path order.
    pub files: Vec<usize>,
    /// Files set aside as older, each with the one that replaces it (F007).
    pub superseded: Vec<(usize, usize)>,
    /// Files of which nothing tells the newest (F008); empty unless there are at least two.
    pub ambiguous: Vec<usize>,
}

impl DepartmentFiles {
    /// A department from which nothing came.
    pub fn none(department: DeptIx) -> Self {
        Self {
            department,
            submitted: Submitted::Nothing,
            used: None,
            files: Vec::new(),
            superseded: Vec::new(),
            ambiguous: Vec::new(),
        }
    }
}
