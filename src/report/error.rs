//! Why a report could not be written: the program's or the machine's fault, never a department's.

use std::fmt;

#[cfg(feature = "desktop")]
use rust_xlsxwriter::XlsxError;

use super::ooxml::PackageError;

/// What writing a report gives.
pub type Result<T = (), E = ReportError> = std::result::Result<T, E>;

/// Why a report could not be written; displayed in Chinese.
#[derive(Debug)]
pub enum ReportError {
    #[cfg(feature = "desktop")]
    /// A workbook passed one of Excel's own limits.
    Workbook(XlsxError),
    /// Its charts could not be finished.
    Package(PackageError),
    /// A return copy's own list could not be put together.
    ReturnCopy(&'static str),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "desktop")]
            Self::Workbook(error) => write!(f, "工作簿无法生成：{error}"),
            Self::Package(error) => write!(f, "工作簿无法生成：{error}"),
            Self::ReturnCopy(what) => write!(f, "退回清单无法生成：{what}"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            #[cfg(feature = "desktop")]
            Self::Workbook(error) => Some(error),
            Self::Package(error) => Some(error),
            Self::ReturnCopy(_) => None,
        }
    }
}

impl From<PackageError> for ReportError {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

#[cfg(feature = "desktop")]
impl From<XlsxError> for ReportError {
    fn from(error: XlsxError) -> Self {
        Self::Workbook(error)
    }
}
