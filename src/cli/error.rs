//! The operator's or the machine's fault: one clear Chinese message, exit 2, nothing replaced.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::intake::text::one_line;

/// Why a command could not run.
#[derive(Debug)]
pub enum Error {
    /// Several plan mistakes, already rendered.
    Plan(String),
    /// Something on disk could not be read or written.
    Io {
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// Anything else, said whole: what is wrong, what to do.
    Said(String),
}

impl Error {
    pub fn said(message: impl Into<String>) -> Self {
        Self::Said(message.into())
    }

    pub fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(text) | Self::Said(text) => f.write_str(text),
            Self::Io {
                doing,
                path,
                source,
            } => write!(
                f,
                "{doing}“{}”：{}",
                one_line(&path.display().to_string(), 300),
                reason(source)
            ),
        }
    }
}

impl std::error::Error for Error {}

/// An I/O error in Chinese, with what to do where that is plain.
pub fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "文件或文件夹不存在".to_owned(),
        Kind::PermissionDenied => "没有权限，请检查文件夹的读写权限".to_owned(),
        Kind::StorageFull | Kind::QuotaExceeded => "磁盘空间不足，请清理后重试".to_owned(),
        Kind::ReadOnlyFilesystem => "所在磁盘为只读，请换一个输出位置".to_owned(),
        Kind::FileTooLarge => "写入的文件超过系统允许的大小".to_owned(),
        Kind::ResourceBusy | Kind::ExecutableFileBusy => {
            "文件被其他程序占用，请关闭后重试".to_owned()
        }
        Kind::AlreadyExists => "已有同名的文件".to_owned(),
        Kind::NotADirectory => "上级位置不是文件夹".to_owned(),
        Kind::IsADirectory => "这是一个文件夹，不是文件".to_owned(),
        Kind::InvalidData => "内容不是有效的文字".to_owned(),
        _ => format!("系统报告：{error}"),
    }
}
