//! What became of a month's files, and how each department reported.

use std::fmt;

use jiff::civil::Date;
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
    /// Those of them that are workbooks of the department and the month, with errors in them or not.
    pub reports: Vec<usize>,
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
            reports: Vec::new(),
            superseded: Vec::new(),
            ambiguous: Vec::new(),
        }
    }

    /// The file that tells when the department reported, and its day: of its reports the first one, else of all its files.
    /// `received`: the day a file came, where the register has it.
    pub fn first(&self, received: impl Fn(usize) -> Option<Date>) -> Option<(Date, usize)> {
        let files = if self.reports.is_empty() {
            &self.files
        } else {
            &self.reports
        };
        files
            .iter()
            .filter_map(|&ix| Some((received(ix)?, ix)))
            .min()
    }
}

/// How a department reported, as reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reporting {
    /// 按时报送: a usable workbook came by the due date.
    OnTime,
    /// A usable workbook is in, and the register does not tell since when.
    Undated,
    /// 已报送: a usable workbook came after the due date, and the plan does not judge that (X002).
    Submitted,
    /// 逾期报送: a usable workbook came after the due date.
    Late,
    /// 已退回: files came, none of them usable.
    Returned,
    /// 未报: nothing came.
    NotSubmitted,
    /// 未到报送期: nothing came, and nothing is expected before the plan's first period.
    NotDue,
    /// 无报送任务: nothing came from a department that reports no indicator.
    NoTask,
}

impl fmt::Display for Reporting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.chinese())
    }
}

impl Serialize for Reporting {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.chinese())
    }
}

impl Reporting {
    /// As reports print it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::OnTime => "按时报送",
            Self::Undated => "已报送（收到日期未登记）",
            Self::Submitted => "已报送",
            Self::Late => "逾期报送",
            Self::Returned => "已退回",
            Self::NotSubmitted => "未报",
            Self::NotDue => "未到报送期",
            Self::NoTask => "无报送任务",
        }
    }

    /// Whether a usable workbook is in.
    pub const fn is_submitted(self) -> bool {
        matches!(
            self,
            Self::OnTime | Self::Undated | Self::Submitted | Self::Late
        )
    }
}
