//! The operator's or the machine's fault: one clear Chinese message, exit code 2, nothing replaced.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::intake::text::one_line;

use super::disk::is_held;

/// `Error::said` of a text with values in it.
macro_rules! said {
    ($($text:tt)*) => {
        $crate::cli::error::Error::said(format!($($text)*))
    };
}

/// What a command's step gives.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Why a command could not run.
#[derive(Debug)]
pub enum Error {
    /// The system refused to read or write something.
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// Anything else, said whole: what is wrong, what to do.
    Said(String),
}

impl Error {
    pub fn said(message: impl fmt::Display) -> Self {
        Self::Said(message.to_string())
    }

    pub fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// Turns a refusal of the system into a command's error.
pub trait Doing<T> {
    /// `what` was being done to `path`: 无法读取归档.
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|e| Error::io(what, path, e))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(text) => f.write_str(text),
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

/// An I/O error in Chinese, with what to do where that is plain.
pub fn reason(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    if is_held(error) {
        return "没有权限，或文件正被 Excel、WPS 或 Word 打开，请关闭后重试".to_owned();
    }
    if cfg!(windows) && error.raw_os_error() == Some(6) {
        return "名称是 Windows 留给设备的（例如 CON），请改名".to_owned();
    }
    let known = match error.kind() {
        Kind::NotFound => "文件或文件夹不存在",
        Kind::PermissionDenied => "没有权限，请检查文件夹的读写权限",
        Kind::StorageFull | Kind::QuotaExceeded => "磁盘空间不足，请清理后重试",
        Kind::ReadOnlyFilesystem => "所在磁盘为只读，请换一个输出位置",
        Kind::FileTooLarge => "写入的文件超过系统允许的大小",
        Kind::ResourceBusy | Kind::ExecutableFileBusy => "文件被其他程序占用，请关闭后重试",
        Kind::AlreadyExists => "已有同名的文件",
        Kind::NotADirectory => "上级位置不是文件夹",
        Kind::IsADirectory => "这是一个文件夹，不是文件",
        Kind::InvalidFilename => {
            "名称或路径太长或含有系统不允许的字符，请缩短名称或移到较浅的文件夹"
        }
        Kind::CrossesDevices | Kind::Unsupported => {
            "所在的文件系统不支持这一操作（例如容器的叠加文件系统），请换到本机磁盘上的文件夹"
        }
        Kind::InvalidData => "内容不是有效的文字",
        _ => return format!("系统报告：{error}"),
    };
    known.to_owned()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_said_with_what_to_do() {
        for (number, said) in [
            (18, "请换到本机磁盘上的文件夹"),
            (36, "请缩短名称"),
            (28, "请清理后重试"),
            (122, "请清理后重试"),
            (30, "请换一个输出位置"),
            (13, "请检查文件夹的读写权限"),
            (27, "超过系统允许的大小"),
        ] {
            let reason = reason(&io::Error::from_raw_os_error(number));
            assert!(reason.contains(said), "{number}: {reason}");
        }
    }
}
