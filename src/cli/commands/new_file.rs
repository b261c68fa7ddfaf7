//! Files that a command makes where none is.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use super::prelude::*;
use crate::report::ReportError;

/// A workbook that could not be made.
pub fn broken(error: &ReportError) -> Error {
    said!("生成工作簿时出错：{error}")
}

/// One is there.
pub fn is_there(path: &Path) -> Error {
    said!(
        "“{}”已经有了，不会覆盖；请换一个文件名，或先把它移走",
        path.display()
    )
}

/// Writes a file that is not there.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result {
    const WRITING: &str = "无法写入";
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    match file {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(is_there(path)),
        file => {
            let written = file.and_then(|mut file| file.write_all(bytes));
            written.doing(WRITING, path)
        }
    }
}
