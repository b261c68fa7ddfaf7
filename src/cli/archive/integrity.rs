//! Whether a seal is byte for byte what was sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Serialize;

use crate::cli::error::{Doing, Error};
use crate::cli::output::{hash, walk};
use crate::intake::arrival::sha256;
use crate::plan::Period;

use super::Archive;
use super::manifest::{SEAL, SEAL_HASH, SealManifest, hash_line};
use super::reopened::FILE;

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// Relative to the archive, with `/`.
    pub path: String,
    pub what: &'static str,
}

/// Everything in a seal's folder that differs from its lists.
pub fn of_folder(archive: &Archive, name: &str) -> Result<Vec<Damage>, Error> {
    let folder = archive.root().join(name);
    let damage = |path: &str, what| Damage {
        path: format!("{name}/{path}"),
        what,
    };
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

/// Whether the record of reopened months is whole, and says the same as the folders.
pub fn of_log(archive: &Archive) -> Result<Vec<Damage>, Error> {
    let log = archive.log()?;
    let damage = |what| Damage {
        path: FILE.to_owned(),
        what,
    };
    let mut found = Vec::new();
    if !log.intact {
        found.push(damage("内容已变"));
    }
    let mut seals: BTreeSet<String> = BTreeSet::new();
    for name in archive.folders()? {
        let Ok(id) = hash(&archive.root().join(&name).join(SEAL)) else {
            continue;
        };
        if name.parse::<Period>().is_err() && !log.lines.iter().any(|line| line.seal == id) {
            found.push(Damage {
                path: name,
                what: "不在原来的位置，重开记录中也没有它",
            });
        }
        seals.insert(id);
    }
    if log.lines.iter().any(|line| !seals.contains(&line.seal)) {
        found.push(damage("其中记录的封存已缺失或有变动"));
    }
    Ok(found)
}
