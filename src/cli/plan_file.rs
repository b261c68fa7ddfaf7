//! Loading a plan.

use std::fs;
use std::io;
use std::path::Path;

use crate::check;
use crate::intake::text::one_line;
use crate::plan::Plan;

use super::error::{Doing, Error};

/// Reads and validates a plan; the text comes along for its hash.
pub fn load(path: &Path) -> Result<(Plan, String), Error> {
    let bytes = match fs::read(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(Error::said(format!(
                "任务计划“{}”不存在，请用 --plan 指明位置",
                path.display()
            )));
        }
        read => read.doing("无法读取任务计划", path)?,
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::said(format!(
            "任务计划“{}”不是 UTF-8 编码的文本（多半存成了 ANSI、GBK 或 Unicode）。\
             请用记事本打开，点“文件→另存为”，编码选 UTF-8，保存后再运行",
            path.display()
        ))
    })?;
    Ok((parse(path, &text)?, text))
}

/// Validates a plan's text; `path` names it in messages.
pub fn parse(path: &Path, text: &str) -> Result<Plan, Error> {
    check::load_plan(&path.display().to_string(), text).map_err(Error::said)
}

/// Sets limits given for one run, `key=value`.
pub fn set_limits(plan: &mut Plan, limits: &[String]) -> Result<(), Error> {
    for limit in limits {
        let wrong = |what| Error::said(format!("--limit {}：{what}", one_line(limit, 40)));
        plan.limits.set(limit).map_err(wrong)?;
    }
    Ok(())
}
