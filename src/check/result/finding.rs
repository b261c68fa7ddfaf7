//! A finding: a department's fault, as data.

use serde::{Deserialize, Serialize};

use crate::intake::FieldCell;
use crate::intake::text::nested_quotes;
use crate::intake::workbook::{CellRef, Region};
use crate::plan::{DeptIx, IndIx, TaskIx};

/// What a finding means for the value or file it points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It is used; shown for information.
    Note,
    /// It is used, but must be corrected or explained.
    Warning,
    /// It is not used until it is corrected, or confirmed by the office.
    Error,
}

impl Severity {
    /// As reports print it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }

    /// As outputs for programs give it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Whether a finding is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nobody has answered it.
    Open,
    /// The department has explained the warning, or the office has confirmed the figure.
    Explained,
}

/// One cause, reported once. Texts are Chinese; C017's are masked before they get here.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `C006`.
    pub code: &'static str,
    /// As the plan sets it.
    pub severity: Severity,
    /// Whether it is settled.
    pub status: Status,
    /// Whose file or value it is; `None` where no department is known.
    pub department: Option<DeptIx>,
    /// Relative to `inbox/<period>/`.
    pub file: Option<String>,
    /// The sheet's name.
    pub sheet: Option<String>,
    /// Where it points at; the top-left of a merged region.
    pub cell: Option<CellRef>,
    /// The merged region of `cell`, where it is one.
    pub region: Option<Region>,
    /// The task it is about.
    pub task: Option<TaskIx>,
    /// The indicator it is about.
    pub indicator: Option<IndIx>,
    /// The cell's raw text.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What the department does about it.
    pub help: String,
    /// The department's or the office's words once explained.
    pub explanation: Option<String>,
}

impl Finding {
    /// An open finding at no place yet. Quotation marks inside quotation marks become single ones.
    pub fn new(
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            status: Status::Open,
            department: None,
            file: None,
            sheet: None,
            cell: None,
            region: None,
            task: None,
            indicator: None,
            found: None,
            expected: None,
            message: nested_quotes(message.into()),
            help: nested_quotes(help.into()),
            explanation: None,
        }
    }

    /// Of a department.
    #[must_use]
    pub fn department(mut self, department: impl Into<Option<DeptIx>>) -> Self {
        self.department = department.into();
        self
    }

    /// In a file.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// In a sheet.
    #[must_use]
    pub fn sheet(mut self, sheet: impl AsRef<str>) -> Self {
        self.sheet = Some(sheet.as_ref().to_owned());
        self
    }

    /// At a cell.
    #[must_use]
    pub fn cell(mut self, cell: impl Into<Option<CellRef>>) -> Self {
        self.cell = cell.into();
        self
    }

    /// Points at a field's cell, where there is one: address, merged region and raw text.
    #[must_use]
    pub fn at<'c>(mut self, cell: impl Into<Option<&'c FieldCell>>) -> Self {
        if let Some(cell) = cell.into() {
            self.cell = Some(cell.at);
            self.region = cell.region();
            self.found = Some(cell.raw().into());
        }
        self
    }

    /// About a task.
    #[must_use]
    pub fn task(mut self, task: TaskIx) -> Self {
        self.task = Some(task);
        self
    }

    /// About an indicator.
    #[must_use]
    pub fn indicator(mut self, indicator: impl Into<Option<IndIx>>) -> Self {
        self.indicator = indicator.into();
        self
    }

    /// With the raw text found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// With what should stand there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Of another severity than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
