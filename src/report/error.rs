//! Why a report could not be made: never a department's fault.

use std::fmt;

#[derive(Debug)]
pub enum ReportError {
    /// The writer of .xlsx refused something, e.g. text beyond a cell's limit.
    Xlsx(rust_xlsxwriter::XlsxError),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xlsx(error) => write!(f, "生成工作簿失败：{error}"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Xlsx(error) => Some(error),
        }
    }
}

impl From<rust_xlsxwriter::XlsxError> for ReportError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::Xlsx(error)
    }
}
