//! The office's own Word templates.

use std::fs;
use std::path::Path;

use super::error::{Doing, Error};

/// Bytes of the office's own templates; `None`: the shipped one.
#[derive(Debug, Default)]
pub struct Templates {
    pub briefing: Option<Vec<u8>>,
    pub reminder: Option<Vec<u8>>,
}

impl Templates {
    pub fn read(briefing: Option<&Path>, reminder: Option<&Path>) -> Result<Self, Error> {
        Ok(Self {
            briefing: briefing
                .map(|path| fs::read(path).doing("无法读取模板", path))
                .transpose()?,
            reminder: read_reminder(reminder)?,
        })
    }
}

pub fn read_reminder(path: Option<&Path>) -> Result<Option<Vec<u8>>, Error> {
    path.map(|path| fs::read(path).doing("无法读取催报通知模板", path))
        .transpose()
}
