//! Whether a seal is byte for byte what was sealed, and the archive holds the seals that were made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Serialize;

use crate::cli::error::{Doing, Result};
use crate::cli::output::{hash, walk};
use crate::intake::arrival::sha256;
use crate::plan::Period;

use super::chain::is_unlisted;
use super::log::{Entry, Event, List, Log};
use super::manifest::{SEAL, SEAL_HASH, SealManifest, hash_line};
use super::{Archive, Seal};

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// Relative to the archive, with `/`.
    pub path: String,
    pub what: Cow<'static, str>,
}

/// Everything in a seal's folder that differs from its lists.
pub fn of_folder(archive: &Archive, name: &str) -> Result<Vec<Damage>> {
    let folder = archive.root().join(name);
    let damage = |path: &str, what: &'static str| damage(format!("{name}/{path}"), what);
    let mut found = Vec::new();
    let listed = match fs::read(folder.join(SEAL)) {
        Err(_) => return Ok(vec![damage(SEAL, "缺失或读不出来")]),
        Ok(bytes) => {
            let line = hash_line(&sha256(&bytes));
            if fs::read(folder.join(SEAL_HASH)).ok().as_deref() != Some(line.as_bytes()) {
                // Either of the two may be the changed one.
                found.push(damage(SEAL, "与 seal.sha256 不符"));
            }
            let Ok(manifest) = serde_json::from_slice::<SealManifest>(&bytes) else {
                found.push(damage(SEAL, "读不出来"));
                return Ok(found);
            };
            manifest.files
        }
    };
    let mut expected: BTreeMap<&str, &str> = listed
        .iter()
        .map(|f| (f.path.as_str(), f.sha256.as_str()))
        .collect();
    for path in walk(&folder).doing("无法读取封存", &folder)? {
        let relative = path.to_string_lossy().replace('\\', "/");
        if [SEAL, SEAL_HASH].contains(&relative.as_str()) {
            continue;
        }
        match expected.remove(relative.as_str()) {
            None => found.push(damage(&relative, "封存时没有这个文件")),
            Some(sealed) => match hash(&folder.join(&path)) {
                Ok(now) if now == sealed => {}
                Ok(_) => found.push(damage(&relative, "内容已变")),
                Err(_) => found.push(damage(&relative, "读不出来")),
            },
        }
    }
    found.extend(expected.keys().map(|path| damage(path, "缺失")));
    found.sort();
    Ok(found)
}

/// A folder of the archive that holds a seal.
struct Found {
    folder: String,
    id: String,
    manifest: Option<SealManifest>,
}

/// What is wrong with the two lists, and with the folders by them: what `of_folder` cannot see of one folder alone.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lists {
    pub reopened: Vec<Damage>,
    pub chain: Vec<Damage>,
}

impl Lists {
    pub fn is_whole(&self) -> bool {
        self.reopened.is_empty() && self.chain.is_empty()
    }
}

pub fn of_lists(archive: &Archive) -> Result<Lists> {
    let mut found = Vec::new();
    for folder in archive.folders()? {
        let bytes = fs::read(archive.root().join(&folder).join(SEAL));
        found.extend(bytes.ok().map(|bytes| Found {
            id: sha256(&bytes),
            manifest: serde_json::from_slice(&bytes).ok(),
            folder,
        }));
    }
    let (chain, log) = (archive.chain()?, archive.log()?);
    Ok(Lists {
        reopened: of_reopened(&log, &chain, &found),
        chain: of_chain(archive, &chain, &found),
    })
}

fn damage(path: impl Into<String>, what: impl Into<Cow<'static, str>>) -> Damage {
    Damage {
        path: path.into(),
        what: what.into(),
    }
}

/// Whether the record of reopened months is whole, and says the same as the folders and the chain.
fn of_reopened(log: &Log, chain: &Log, found: &[Found]) -> Vec<Damage> {
    let wrong = |what: String| damage(List::Reopened.file(), what);
    let mut wrongs: Vec<Damage> = log
        .changed
        .map(|line| wrong(format!("第{line}次重开起内容已变")))
        .into_iter()
        .collect();
    for seal in found {
        if seal.folder.parse::<Period>().is_err()
            && ![log, chain]
                .iter()
                .any(|l| l.has(Event::Reopened, &seal.id))
        {
            let what = "不在原来的位置，重开记录中也没有它";
            wrongs.push(damage(&seal.folder, what));
        }
    }
    let is_lost = |line: &Entry| found.iter().all(|seal| seal.id != line.seal);
    if log.lines.iter().any(is_lost) {
        wrongs.push(wrong("其中记录的封存已缺失或有变动".to_owned()));
    }
    if chain.is_there() {
        let in_chain: Vec<&Entry> = reopenings(chain).map(|(_, line)| line).collect();
        for (n, line) in reopenings(log) {
            if !in_chain.contains(&line) {
                wrongs.push(wrong(format!("第{n}次重开，封存链中没有")));
            }
        }
        for (n, line) in reopenings(chain) {
            if !log.lines.contains(line) {
                wrongs.push(wrong(format!(
                    "没有封存链第{n}行的重开（中断的，下次封存或重开时补记）"
                )));
            }
        }
    }
    wrongs
}

/// The reopenings of a list with the numbers of their lines.
fn reopenings(log: &Log) -> impl Iterator<Item = (usize, &Entry)> {
    let numbered = (1..).zip(&log.lines);
    numbered.filter(|(_, line)| line.event == Event::Reopened)
}

/// Whether the chain is whole, and its seals are the ones in the archive.
fn of_chain(archive: &Archive, chain: &Log, found: &[Found]) -> Vec<Damage> {
    let wrong = |what: String| damage(List::Chain.file(), what);
    let before = |seal: &Found| seal.manifest.as_ref().and_then(|m| m.chain.clone());
    let follows = |seal: &Found| before(seal).is_some_and(|before| !before.is_empty());
    if !chain.is_there() && found.iter().any(follows) {
        return vec![wrong("缺失".to_owned())];
    }
    let mut wrongs = Vec::new();
    if let Some(line) = chain.changed {
        wrongs.push(wrong(format!("第{line}行起内容已变")));
    }
    let mut open = BTreeSet::new();
    for (n, line) in (1..).zip(&chain.lines) {
        let Entry { period, number, .. } = line;
        if line.event == Event::Reopened {
            if !open.remove(&line.seal) {
                wrongs.push(wrong(format!("第{n}行重开的不是在它之前封存的月份")));
            }
            continue;
        }
        open.insert(&line.seal);
        let places = [period.clone(), format!("{period}.{number}")];
        let placed = |seal: &&Found| places.contains(&seal.folder);
        let own = |seal: &&Found| seal.id == line.seal;
        if let Some(seal) = found.iter().filter(placed).find(own) {
            if before(seal).is_some_and(|before| before != chain.check(n - 1)) {
                let folder = &seal.folder;
                wrongs.push(wrong(format!("第{n}行之前与“{folder}”封存时不同")));
            }
            continue;
        }
        let same_number =
            |seal: &&Found| seal.manifest.as_ref().is_none_or(|m| m.number == *number);
        wrongs.push(match found.iter().filter(placed).find(same_number) {
            Some(seal) => damage(
                &seal.folder,
                format!("不是封存链第{n}行所记的封存，已被另一份替换或有改动"),
            ),
            None => damage(
                period,
                format!("第{number}次封存（封存链第{n}行）已不在归档中"),
            ),
        });
    }
    for seal in found {
        let is_old = !chain.is_there() && before(seal).is_none();
        if is_old
            || chain.has(Event::Sealed, &seal.id)
            || wrongs.iter().any(|w| w.path == seal.folder)
        {
            continue;
        }
        let opened = Seal::open(&archive.root().join(&seal.folder));
        let what = if opened.is_ok_and(|seal| is_unlisted(chain, &seal)) {
            "还没有记入封存链（封存时中断的，下次封存或重开时补记）"
        } else {
            "封存链中没有这次封存"
        };
        wrongs.push(damage(&seal.folder, what));
    }
    wrongs
}
