//! Sealed months on disk.
//!
//! ```text
//! archive/
//!   2024-05/           the month as sealed, read-only
//!     seal.json        every hash, who sealed it and when; seal.sha256 is its own hash
//!     plan.toml        the plan it was checked with
//!     month.json       records, findings, outcomes as judged; the register of when files came
//!     history.json     the earlier months it was compared with
//!     originals/       the submitted files, named by their hash
//!     outputs/         the month's package
//!     edited/          reports edited by hand that lay beside it
//!   2024-05.1/         an earlier seal of the month, kept when it was opened again
//!   reopened.csv       which seal was opened again, when, by whom and why
//!   chain.csv          every seal and every reopening in turn, each with the hash of all before it
//! ```
//!
//! A month is sealed by one rename and reopened by one line of chain.csv. Whatever else an interrupted command leaves behind
//! does not count, and the next command that writes here puts it right.

mod chain;
pub mod integrity;
pub mod log;
pub mod manifest;
mod seal;
#[cfg(test)]
mod tests;
pub mod write;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::plan::Period;

use super::disk::Disk;
use super::error::{Doing, Error, Result};
use log::{Entry, Event, List, Log};
use manifest::SEAL;

pub use seal::{MonthFile, Seal};

const READING: &str = "无法读取归档";

/// The folder of sealed months; it need not be there.
#[derive(Debug)]
pub struct Archive {
    root: PathBuf,
}

impl Archive {
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The months that are sealed now.
    pub fn periods(&self) -> Result<BTreeSet<Period>> {
        let log = self.reopenings()?;
        let mut found = BTreeSet::new();
        for name in self.folders()? {
            if let Ok(period) = name.parse::<Period>()
                && !self.is_reopened(&log, period)?
            {
                found.insert(period);
            }
        }
        Ok(found)
    }

    /// A month's seal that holds now.
    pub fn current(&self, period: Period) -> Result<Option<Seal>> {
        let seal = if self.is_reopened(&self.reopenings()?, period)? {
            None
        } else {
            self.open(&period.to_string())?
        };
        self.check_listed(period, seal.as_ref())?;
        Ok(seal)
    }

    /// Every seal a month has had, the first one first.
    pub fn all(&self, period: Period) -> Result<Vec<Seal>> {
        let mut seals: Vec<Seal> = self
            .folders_of(period)?
            .iter()
            .filter_map(|name| self.open(name).transpose())
            .collect::<Result<_, _>>()?;
        seals.sort_by_key(|seal| seal.manifest.number);
        Ok(seals)
    }

    /// The folders of a month's seals, damaged ones included.
    pub fn folders_of(&self, period: Period) -> Result<Vec<String>> {
        let name = period.to_string();
        let earlier = |folder: &str| {
            folder
                .strip_prefix(&name)
                .and_then(|r| r.strip_prefix('.'))
                .is_some_and(|n| n.parse::<u32>().is_ok())
        };
        Ok(self
            .folders()?
            .into_iter()
            .filter(|folder| *folder == name || earlier(folder))
            .collect())
    }

    /// Every folder with a seal in it, by name.
    pub fn folders(&self) -> Result<BTreeSet<String>> {
        let entries = match fs::read_dir(&self.root) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            read => read.doing(READING, &self.root)?,
        };
        let mut found = BTreeSet::new();
        for entry in entries {
            let entry = entry.doing(READING, &self.root)?;
            if let Some(name) = entry.file_name().to_str()
                && name
                    .split('.')
                    .next()
                    .is_some_and(|p| p.parse::<Period>().is_ok())
                && entry.path().is_dir()
            {
                found.insert(name.to_owned());
            }
        }
        Ok(found)
    }

    fn open(&self, name: &str) -> Result<Option<Seal>> {
        let folder = self.root.join(name);
        if folder.is_dir() {
            Seal::open(&folder).map(Some)
        } else {
            Ok(None)
        }
    }

    /// reopened.csv.
    pub fn log(&self) -> Result<Log> {
        Log::read(&self.root, List::Reopened)
    }

    /// The list that decides which seals were opened again.
    fn reopenings(&self) -> Result<Log> {
        let chain = self.chain()?;
        if chain.is_there() {
            Ok(chain)
        } else {
            self.log()
        }
    }

    /// Whether the seal in a month's place was opened again; its folder is then only waiting to be moved aside.
    fn is_reopened(&self, log: &Log, period: Period) -> Result<bool> {
        if log.lines.is_empty() {
            return Ok(false);
        }
        let path = self.root.join(period.to_string()).join(SEAL);
        match super::output::hash(&path) {
            Ok(id) => Ok(log.has(Event::Reopened, &id)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(Error::io(READING, &path, e)),
        }
    }

    /// Finishes what an interrupted command has left: moves reopened seals aside, removes what was never a seal.
    pub fn settle(&self, disk: &dyn Disk) -> Result {
        self.settle_lists(disk)?;
        let log = self.reopenings()?;
        for name in self.folders()? {
            if let Ok(period) = name.parse::<Period>()
                && self.is_reopened(&log, period)?
                && let Some(seal) = self.open(&name)?
            {
                self.set_aside(disk, period, seal.manifest.number)?;
            }
        }
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') && name.ends_with(".new") && entry.path().is_dir() {
                disk.remove_tree(&entry.path())
                    .doing("无法清理归档中的临时文件夹", &entry.path())?;
            }
        }
        Ok(())
    }

    /// Opens a sealed month again: recorded first, then the seal is moved aside. A seal that is lost is only recorded.
    pub fn reopen(&self, disk: &dyn Disk, seal: Option<&Seal>, line: Entry) -> Result {
        self.begun_chain(disk)?
            .add(disk, &self.root, vec![line.clone()])?;
        self.log()?.add(disk, &self.root, vec![line])?;
        match seal {
            Some(seal) => self.set_aside(disk, seal.period(), seal.manifest.number),
            None => Ok(()),
        }
    }

    fn set_aside(&self, disk: &dyn Disk, period: Period, number: u32) -> Result {
        let (from, to) = (
            self.root.join(period.to_string()),
            self.root.join(format!("{period}.{number}")),
        );
        if to.exists() {
            return Err(said!(
                "归档中已有“{}”，不能再移入同名的封存，请先核对这两个文件夹",
                to.display()
            ));
        }
        disk.rename(&from, &to).doing("无法移开原来的封存", &from)?;
        disk.flush_folder(&self.root)
            .doing("无法写入归档", &self.root)
    }

    /// The number of a month's next seal, one that was lost counted.
    pub fn next_number(&self, chain: &Log, period: Period) -> Result<u32> {
        let name = period.to_string();
        let listed = chain.lines.iter().filter(|line| line.period == name);
        let there = self.all(period)?;
        let there = there.iter().map(|seal| seal.manifest.number);
        let last = listed.map(|line| line.number).chain(there).max();
        Ok(last.unwrap_or(0) + 1)
    }
}
