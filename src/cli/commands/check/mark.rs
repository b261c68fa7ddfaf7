//! `--mark`: a copy of a file beside it, with what was found marked in its cells.

use std::fs;
use std::path::Path;

use crate::cli::{
    child,
    commands::marked,
    error::{Doing, Result},
};
use crate::report::self_check::OwnCheck;

pub fn mark(own: &OwnCheck, path: &Path, say: impl Fn(String)) -> Result {
    let bytes = fs::read(path).doing("无法读取", path)?;
    let made = own
        .marked_in_any_form(&bytes, &child::read_in_child)
        .map_err(|e| said!("生成标好的表时出错：{e}"))?;
    if let Some((name, copy)) = made {
        return marked::beside(path, &name, &copy, say);
    }
    say(format!(
        "“{}”没有可以标注的地方，没有另写标好的表。",
        path.display()
    ));
    Ok(())
}
