//! A department's fault, as data.

use serde::{Deserialize, Serialize};

use crate::intake::workbook::{CellRef, Region};
use crate::plan::{DeptIx, IndIx, TaskIx};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Open until the department explains a warning or the office confirms a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Open,
    Explained,
}

/// One cause, told once. Texts are Chinese; C017's are masked before they get here.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `C006`.
    pub code: &'static str,
    pub severity: Severity,
    pub status: Status,
    pub department: Option<DeptIx>,
    /// Relative to `inbox/<period>/`.
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<CellRef>,
    /// The merged region of `cell`, where it is one.
    pub region: Option<Region>,
    pub task: Option<TaskIx>,
    pub indicator: Option<IndIx>,
    /// The cell's raw text.
    pub found: Option<String>,
    pub expected: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The department's or the office's words once explained.
    pub explanation: Option<String>,
}

impl Finding {
    /// A finding of a rule; severity is the rule's own until the plan's settings are applied.
    pub fn new(
        rule: &super::rule::Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code: rule.code,
            severity: rule.severity,
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

    #[must_use]
    pub fn department(mut self, department: impl Into<Option<DeptIx>>) -> Self {
        self.department = department.into();
        self
    }

    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    #[must_use]
    pub fn sheet(mut self, sheet: impl AsRef<str>) -> Self {
        self.sheet = Some(sheet.as_ref().to_owned());
        self
    }

    #[must_use]
    pub fn cell(mut self, cell: CellRef) -> Self {
        self.cell = Some(cell);
        self
    }

    /// Points at a field's cell: address, merged region and raw text.
    #[must_use]
    pub fn at(mut self, cell: &crate::intake::FieldCell) -> Self {
        self.cell = Some(cell.at);
        self.region = cell.region();
        self.found = Some(cell.raw().into());
        self
    }

    #[must_use]
    pub fn task(mut self, task: TaskIx) -> Self {
        self.task = Some(task);
        self
    }

    #[must_use]
    pub fn indicator(mut self, indicator: IndIx) -> Self {
        self.indicator = Some(indicator);
        self
    }

    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// Quotation marks inside quotation marks are single ones (GB/T 15834): “推进‘错时共享’停车泊位建设”.
fn nested_quotes(text: String) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' => {
                depth += 1;
                out.push(if depth == 1 { '“' } else { '‘' });
            }
            '”' => {
                out.push(if depth > 1 { '’' } else { '”' });
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    // A cell's text may hold one half of a pair: nothing can be said of what is inside what.
                    None => return text,
                }
            }
            c => out.push(c),
        }
    }
    if depth == 0 { out } else { text }
}

#[cfg(test)]
mod tests {
    use super::nested_quotes;

    #[test]
    fn quotes_inside_quotes_are_single() {
        let nested = |t: &str| nested_quotes(t.to_owned());
        assert_eq!(
            nested("第4项“推进“错时共享”停车泊位建设”漏报"),
            "第4项“推进‘错时共享’停车泊位建设”漏报"
        );
        assert_eq!(nested("“甲”和“乙”"), "“甲”和“乙”");
        assert_eq!(nested("填“完成”3处”"), "填“完成”3处”");
    }
}
