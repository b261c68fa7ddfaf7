//! chain.csv in use: which seals there were, begun with those of an archive that has none, and put right after an interruption.
//!
//! A seal names the chain's hash before it and gets its line once it is in its place: the line is made of seal.json alone. A
//! reopening is the chain's line; reopened.csv is written after it.

use crate::cli::disk::Disk;
use crate::cli::error::Result;
use crate::cli::next::next;
use crate::plan::Period;

use super::log::{Entry, Event, List, Log};
use super::{Archive, Seal};

impl Archive {
    pub fn chain(&self) -> Result<Log> {
        Log::read(&self.root, List::Chain)
    }

    /// The chain, begun with what is there where the archive was made by an earlier version.
    pub fn begun_chain(&self, disk: &dyn Disk) -> Result<Log> {
        let mut chain = self.chain()?;
        if !chain.is_there() {
            let mut lines = self.log()?.lines;
            for name in self.folders()? {
                lines.extend(self.open(&name)?.as_ref().map(Entry::of_seal));
            }
            let order = |e: &Entry| (e.at.clone(), e.period.clone(), e.number, e.event);
            lines.sort_by_key(order);
            chain.add(disk, &self.root, lines)?;
        }
        Ok(chain)
    }

    /// Finishes what an interrupted command has left of the two lists.
    pub(super) fn settle_lists(&self, disk: &dyn Disk) -> Result {
        let mut chain = self.chain()?;
        let mut log = self.log()?;
        let reopened = chain.lines.iter().filter(|l| l.event == Event::Reopened);
        let missing = reopened.filter(|line| !log.has(Event::Reopened, &line.seal));
        let missing = missing.cloned().collect();
        log.add(disk, &self.root, missing)?;
        for name in self.folders()? {
            if name.parse::<Period>().is_ok()
                // What is damaged is told where it is used.
                && let Ok(Some(seal)) = self.open(&name)
                && is_unlisted(&chain, &seal)
            {
                chain.add(disk, &self.root, vec![Entry::of_seal(&seal)])?;
            }
        }
        Ok(())
    }

    /// The seal that the chain says a month has now.
    pub fn listed(&self, period: Period) -> Result<Option<Entry>> {
        let name = period.to_string();
        let last = self.chain()?.lines.into_iter().rfind(|l| l.period == name);
        Ok(last.filter(|line| line.event == Event::Sealed))
    }

    /// Refuses a month whose seal is not the one that the chain lists.
    pub(super) fn check_listed(&self, period: Period, found: Option<&Seal>) -> Result {
        let Some(listed) = self.listed(period)? else {
            return Ok(());
        };
        if found.is_some_and(|seal| seal.id == listed.seal) {
            return Ok(());
        }
        let what = found.map_or("已不在归档中", |_| "已被另一份替换");
        Err(said!(
            "{}第{}次封存{what}（“{}”）。请用 {} 查看，并从备份恢复；确已丢失的，先记下再运行：{}",
            period.chinese(),
            listed.number,
            self.root.join(period.to_string()).display(),
            next("verify"),
            next(&format!("seal {period} --reopen --reason 原因"))
        ))
    }
}

/// Whether a seal was made on the chain as it is and has no line yet: the command was interrupted.
pub fn is_unlisted(chain: &Log, seal: &Seal) -> bool {
    let follows = seal.manifest.chain.as_deref() == Some(chain.head());
    follows && !chain.has(Event::Sealed, &seal.id)
}
