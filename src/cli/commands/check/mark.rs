//! `--mark`: a copy of a file beside it, with what was found marked in its cells.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::cli::{
    child,
    error::{Doing, Error},
    terminal::Terminal,
};
use crate::report::self_check::OwnCheck;

/// Copies of one file that may lie side by side.
const COPIES: u32 = 1000;

/// Writes the copy. Neither the file nor a copy of before is overwritten: someone may be correcting in it.
pub fn mark(own: &OwnCheck, path: &Path, quiet: bool, terminal: &Terminal) -> Result<(), Error> {
    let bytes = fs::read(path).doing("无法读取", path)?;
    let shown = path.display();
    let say = |words: String| {
        if !quiet {
            terminal.line(words);
        }
    };
    let made = own
        .marked_in_any_form(&bytes, &child::read_in_child)
        .map_err(|e| Error::said(format!("生成标好的表时出错：{e}")))?;
    let Some((name, marked)) = made else {
        say(format!("“{shown}”没有可以标注的地方，没有另写标好的表。"));
        return Ok(());
    };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    for n in 1..COPIES {
        let name = match n {
            1 => name.clone(),
            n => format!("{stem}{n}.{extension}"),
        };
        let copy = path.with_file_name(name);
        match File::create_new(&copy) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&copy).is_ok_and(|there| there == marked) {
                    say(format!("标好的表已在“{}”", copy.display()));
                    return Ok(());
                }
            }
            created => {
                let written = created.and_then(|mut file| file.write_all(&marked));
                written.doing("无法写入", &copy)?;
                say(format!("标好的表已写入“{}”", copy.display()));
                return Ok(());
            }
        }
    }
    Err(Error::said(format!(
        "“{shown}”旁已有太多标好的表，请先移走一些"
    )))
}
