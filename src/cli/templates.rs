//! The office's own Word templates.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path};

use super::error::{Doing, Result};
use crate::report::word::template::{MAX_BYTES, TemplateErrors, embed};

/// Bytes of the office's own templates; `None`: the shipped one.
#[derive(Debug, Default)]
pub struct Templates {
    pub briefing: Option<Vec<u8>>,
    pub reminder: Option<Vec<u8>>,
}

/// A template with the pictures in it that its tags name, from its own folder. `which`: whose template it is.
pub fn read(path: &Path, which: &str) -> Result<Vec<u8>> {
    embedded(path)?.map_err(|errors| said!("{which}不能使用：\n{errors}"))
}

/// As [`read`]; what is wrong with the pictures is for the caller to say.
pub fn embedded(path: &Path) -> Result<Result<Vec<u8>, TemplateErrors>> {
    let bytes = fs::read(path).doing("无法读取模板", path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(embed(bytes, &|name| picture(folder, name)))
}

fn picture(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let inside = Path::new(name);
    if !inside
        .components()
        .all(|c| matches!(c, Component::Normal(_)))
    {
        return Err(format!("中的图片“{name}”应与模板在同一文件夹，只写文件名"));
    }
    let path = folder.join(inside);
    let wrong = |_| format!("中的图片“{name}”在模板所在的文件夹中找不到或打不开");
    // Whatever is longer is refused for its length.
    let mut bytes = Vec::new();
    let file = fs::File::open(&path).map_err(wrong)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(wrong)?;
    Ok(bytes)
}

impl Templates {
    pub fn read(briefing: Option<&Path>, reminder: Option<&Path>) -> Result<Self> {
        Ok(Self {
            briefing: briefing.map(|path| read(path, "简报模板")).transpose()?,
            reminder: read_reminder(reminder)?,
        })
    }
}

pub fn read_reminder(path: Option<&Path>) -> Result<Option<Vec<u8>>> {
    path.map(|path| read(path, "催报通知模板")).transpose()
}
