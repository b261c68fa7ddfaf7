//! The inbox on disk: its months, a month's files, and the register of when they came.

mod reading;
mod register;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Joined;
use crate::intake::arrival::{sha256, shown_name};
use crate::intake::text::one_line;
use crate::intake::{archive, sniff};
use crate::plan::{Limits, Period, Plan};

use super::error::{Doing, Result};
use super::machine;
use super::month::{self, Month};
use super::terminal::Terminal;

pub use reading::{DANGLING, leads_nowhere, read_bytes, read_one, reader};
pub use register::{REGISTER, RegisterFile, register};

/// The inbox of a plan: a folder a month, named as people write months.
#[derive(Debug)]
pub struct Inbox {
    root: PathBuf,
    /// The plan's months: a folder without a year is of one of them.
    plan: Vec<Period>,
}

/// What lies in the inbox's folder itself.
#[derive(Default)]
struct Content {
    /// The month's folder; several where they have names of one month.
    months: BTreeMap<Period, Vec<PathBuf>>,
    /// Why something else is not read.
    unread: Vec<String>,
}

impl Inbox {
    /// Without a plan every folder needs its year.
    pub fn at(root: &Path, plan: Option<&Plan>) -> Self {
        Self {
            root: root.to_owned(),
            plan: plan.map_or_else(Vec::new, |plan| month::of_plan(plan).collect()),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Months that have a folder, ascending.
    pub fn months(&self) -> Result<BTreeSet<Period>> {
        Ok(self.content()?.months.into_keys().collect())
    }

    /// Months and their folders; none where there is no inbox.
    pub fn folders(&self) -> Result<BTreeMap<Period, PathBuf>> {
        if !self.root.exists() {
            return Ok(BTreeMap::new());
        }
        let months = self.content()?.months.into_iter();
        Ok(months
            .filter_map(|(p, mut of)| Some((p, of.pop()?)))
            .collect())
    }

    /// A month's folder; where there is none, the one that would be made.
    pub fn folder(&self, period: Period) -> Result<PathBuf> {
        let found = self.folders()?.remove(&period);
        Ok(found.unwrap_or_else(|| self.root.join(period.to_string())))
    }

    /// Says what lies in the inbox and is not read: nothing that a person put there is passed over silently.
    pub fn warn_of_unread(&self) -> Result {
        if self.root.exists() {
            self.content()?
                .unread
                .iter()
                .for_each(|line| Terminal::warn(line));
        }
        Ok(())
    }

    fn content(&self) -> Result<Content> {
        let root = &self.root;
        let entries = match fs::read_dir(root) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(said!(
                    "收件箱“{}”不存在。请建立该文件夹，把各单位文件放入其中的月份文件夹（如 2024-06），或用 --inbox 指明位置",
                    root.display()
                ));
            }
            read => read.doing("无法读取收件箱", root)?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.doing("无法读取收件箱", root)?.path());
        }
        paths.sort();
        let mut content = Content::default();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || sniff::is_clutter(&name) {
                continue;
            }
            let shown = one_line(&name, 60);
            if !path.is_dir() {
                content.unread.push(format!(
                    "“{shown}”直接放在收件箱“{}”里，没有读取；请移入当月的文件夹（如 2024-06）",
                    root.display()
                ));
                continue;
            }
            match self.month_of(&name) {
                Ok(period) => content.months.entry(period).or_default().push(path),
                Err(why) => content.unread.push(format!(
                    "收件箱“{}”中的文件夹“{shown}”没有读取：{why}",
                    root.display()
                )),
            }
        }
        if let Some((period, same)) = content.months.iter().find(|(_, same)| same.len() > 1) {
            let names = same.iter().filter_map(|path| path.file_name());
            let names = names
                .map(|n| format!("“{}”", n.to_string_lossy()))
                .joined("和");
            return Err(said!(
                "收件箱“{}”里的文件夹{}都是{}，请合并成一个",
                root.display(),
                names,
                period.chinese()
            ));
        }
        Ok(content)
    }

    /// The month that a folder's name means.
    fn month_of(&self, name: &str) -> Result<Period, String> {
        let Some(month) = Month::read(name) else {
            return Err("看不出是哪个月，请改名为如 2024-06".to_owned());
        };
        if let Some(period) = month.full() {
            return Ok(period);
        }
        match month.among(self.plan.iter().copied()).as_slice() {
            [one] => Ok(*one),
            [] => Err("看不出是哪一年，请改名为如 2024-06".to_owned()),
            many => {
                let many = many.iter().map(ToString::to_string).joined("，也可以是");
                Err(format!("可以是{many}，请在名称中写明年份"))
            }
        }
    }
}

/// A month's folder in the inbox and the files below it.
#[derive(Default)]
pub struct MonthFolder {
    /// What the file is called in findings, with `/` between folders, and its path on disk; in the order of the names, which
    /// several files may share.
    pub files: Vec<(String, PathBuf)>,
    /// Lock files and what systems leave behind: not read, and named as skipped.
    pub skipped: Vec<(String, u64)>,
}

/// Why a file that was read before cannot be read again.
pub enum Lost {
    /// It is not there any more.
    Gone,
    /// Its content is another.
    Changed,
    /// The machine cannot read it now.
    Unread(io::Error),
}

impl MonthFolder {
    /// Lists the files of a month. The register is none of them; a month without a folder has none.
    pub fn list(inbox: &Inbox, period: Period) -> Result<Self> {
        let root = inbox.folder(period)?;
        let mut month = Self::default();
        if root.exists() {
            walk(&root, &root, &mut month)?;
        }
        month.files.sort();
        month.skipped.sort();
        Ok(month)
    }

    /// The bytes of an arrival, a zip's member included, as they were when it was read.
    pub fn read_again(&self, name: &str, hash: &str, limits: &Limits) -> Result<Vec<u8>, Lost> {
        let called = |name: &str| {
            let first = self.files.partition_point(|(n, _)| n.as_str() < name);
            let same = self.files[first..].iter().take_while(|(n, _)| n == name);
            let bytes = same.filter_map(|(_, path)| reading::whole(path, limits));
            bytes.collect::<Vec<_>>()
        };
        let same = |bytes: &Vec<u8>| sha256(bytes) == hash;
        let mut found = called(name);
        for (at, _) in name.match_indices('/') {
            for zip in called(&name[..at]) {
                let Ok(mut zip) = archive::Archive::open(&zip, limits) else {
                    continue;
                };
                let members = std::mem::take(&mut zip.members).into_iter();
                let named = members.filter(|(member, _)| shown_name(member) == name[at + 1..]);
                found.extend(named.filter_map(|(_, entry)| zip.read(entry).ok()?.ok()));
            }
        }
        machine::unless_noted(()).map_err(Lost::Unread)?;
        let lost = if found.is_empty() {
            Lost::Gone
        } else {
            Lost::Changed
        };
        found.into_iter().find(same).ok_or(lost)
    }
}

fn walk(root: &Path, folder: &Path, month: &mut MonthFolder) -> Result {
    for entry in fs::read_dir(folder).doing("无法读取文件夹", folder)? {
        let entry = entry.doing("无法读取文件夹", folder)?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type().doing("无法读取", &path)?.is_dir() {
            walk(root, &path, month)?;
        } else if folder != root || name != REGISTER {
            let relative = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .components()
                .map(|c| c.as_os_str().to_string_lossy())
                .joined("/");
            let shown = shown_name(&relative);
            if sniff::is_clutter(&name) {
                let bytes = fs::symlink_metadata(&path).map_or(0, |meta| meta.len());
                month.skipped.push((shown, bytes));
            } else {
                month.files.push((shown, path));
            }
        }
    }
    Ok(())
}
