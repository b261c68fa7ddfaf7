//! Reading a seal. Every file is compared with its hash before it is used.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::check::{Checked, History, Register, StoredHistory, StoredMonth};
use crate::cli::error::{Doing, Error, Result};
use crate::cli::plan_file::LEDGER;
use crate::cli::{inbox, next::next, output, plan_file};
use crate::intake::Arrival;
use crate::intake::arrival::{Reader, sha256};
use crate::intake::text::one_line;
use crate::plan::{Period, Plan};
use crate::report::manifest::{self, Manifest};

use super::manifest::{
    FORMAT, HISTORY, MONTH, OUTPUTS, Original, PLAN, PLAN_BOOK, SEAL, SEAL_HASH, SealManifest,
    SealedFile, hash_line,
};

/// One sealed month's folder.
#[derive(Debug, Clone)]
pub struct Seal {
    pub folder: PathBuf,
    pub manifest: SealManifest,
    /// Hash of seal.json.
    pub id: String,
    period: Period,
}

/// month.json.
#[derive(Serialize, Deserialize)]
pub struct MonthFile {
    pub month: StoredMonth,
    /// File and day received.
    pub register: Vec<(String, String)>,
}

impl Seal {
    pub fn open(folder: &Path) -> Result<Self> {
        let place = folder.join(SEAL);
        let read = |path: &Path| fs::read(path).doing("无法读取封存", path);
        let bytes = read(&place)?;
        let id = sha256(&bytes);
        if read(&folder.join(SEAL_HASH))? != hash_line(&id).as_bytes() {
            return Err(damaged(&place));
        }
        let manifest: SealManifest = serde_json::from_slice(&bytes).map_err(|_| damaged(&place))?;
        if manifest.format > FORMAT {
            return Err(said!(
                "封存“{}”由更新版本的程序写成，请使用新版程序",
                folder.display()
            ));
        }
        let period: Period = manifest.period.parse().map_err(|()| damaged(&place))?;
        let name = folder.file_name().unwrap_or_default();
        let earlier = format!("{period}.{}", manifest.number);
        if name != period.to_string().as_str() && name != earlier.as_str() {
            return Err(said!(
                "封存“{}”的内容是{}第{}次封存，文件夹已被改名或复制。请改回原来的名称，或从备份恢复",
                folder.display(),
                period.chinese(),
                manifest.number
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
            id,
            period,
        })
    }

    pub fn period(&self) -> Period {
        self.period
    }

    /// 「2024年5月第1次封存（2024-06-20，dcs）」.
    pub fn said(&self) -> String {
        let day = self.manifest.sealed.split('T').next().unwrap_or_default();
        format!(
            "{}第{}次封存（{day}，{}）",
            self.period.chinese(),
            self.manifest.number,
            one_line(&self.manifest.by, 40)
        )
    }

    /// A file of the seal, if it is as sealed.
    pub fn read(&self, path: &str) -> Result<Vec<u8>> {
        let place = self.folder.join(path);
        let Some(file) = self.file(path) else {
            return Err(damaged(&place));
        };
        let bytes = fs::read(&place).doing("无法读取封存的文件", &place)?;
        if sha256(&bytes) == file.sha256 {
            Ok(bytes)
        } else {
            Err(damaged(&place))
        }
    }

    fn file(&self, path: &str) -> Option<&SealedFile> {
        self.manifest.files.iter().find(|file| file.path == path)
    }

    fn json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T> {
        serde_json::from_slice(&self.read(path)?).map_err(|e| self.unreadable(path, &e))
    }

    fn unreadable(&self, path: &str, why: &dyn std::fmt::Display) -> Error {
        said!(
            "封存的“{}”读不出来：{why}",
            self.folder.join(path).display()
        )
    }

    /// The plan the month was checked with, and its bytes.
    pub fn plan(&self) -> Result<(Plan, Vec<u8>)> {
        let bytes = self.read(self.plan_name())?;
        let mut plan = plan_file::parse(&self.plan_path(), &bytes)?;
        if self.file(LEDGER).is_some() {
            let (path, ledger) = (self.plan_path(), self.folder.join(LEDGER));
            // What there was to warn of was told when it was sealed.
            let said = plan_file::said_of_ledger(&mut plan, &path, &ledger, &self.read(LEDGER)?);
            if said.has_errors() {
                return Err(Error::said(said));
            }
        }
        Ok((plan, bytes))
    }

    fn plan_name(&self) -> &'static str {
        match self.file(PLAN_BOOK) {
            Some(_) => PLAN_BOOK,
            None => PLAN,
        }
    }

    /// The file of that plan.
    pub fn plan_path(&self) -> PathBuf {
        self.folder.join(self.plan_name())
    }

    /// The month as judged, and the register of when its files came.
    pub fn month(&self) -> Result<(StoredMonth, Register)> {
        let file: MonthFile = self.json(MONTH)?;
        let line = |(path, date): (String, String)| {
            let date = date.parse::<Date>();
            Ok((path, date.map_err(|e| self.unreadable(MONTH, &e))?))
        };
        let lines: Result<Vec<_>> = file.register.into_iter().map(line).collect();
        Ok((file.month, Register::new(lines?)))
    }

    /// The records of the month as judged, by a plan's ids.
    pub fn judged(&self, month: &StoredMonth, plan: &Plan) -> Result<Checked> {
        let read = month.read(plan);
        read.map_err(|e| said!("{}：{e}", self.said()))
    }

    /// Hash of the month as judged: the same whenever and by whomever it is sealed.
    pub fn month_sha256(&self) -> String {
        self.file(MONTH)
            .map_or_else(String::new, |f| f.sha256.clone())
    }

    /// The month's files as inputs of a package.
    pub fn inputs(&self) -> impl Iterator<Item = manifest::Input> {
        self.manifest.originals.iter().map(|o| manifest::Input {
            period: self.manifest.period.clone(),
            path: o.path.clone(),
            bytes: o.bytes,
            sha256: o.sha256.clone(),
            skipped: false,
        })
    }

    /// The earlier months it was compared with.
    pub fn history(&self, plan: &Plan) -> Result<History> {
        self.json::<StoredHistory>(HISTORY)?
            .read(plan)
            .map_err(|e| self.unreadable(HISTORY, &e))
    }

    /// The manifest of the month's package.
    pub fn package_manifest(&self) -> Result<Manifest> {
        self.json(&format!("{OUTPUTS}/{}", output::MANIFEST))
    }

    /// One of the office's own templates, where reports were made from it.
    pub fn template(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.file(name).map(|_| self.read(name)).transpose()
    }

    /// The month's files as they arrived, from the kept originals; unusable ones with the fault they had.
    pub fn arrivals(&self, reader: &Reader) -> Result<Vec<Arrival>> {
        let mut arrivals = Vec::new();
        for original in &self.manifest.originals {
            match (&original.stored, &original.fault) {
                // What could not be used then is not read again: a .zip inside a .zip would be opened on its own.
                (_, Some(fault)) => arrivals.push(reader.refused(
                    &original.path,
                    original.bytes,
                    original.sha256.clone(),
                    fault.clone(),
                )),
                (Some(stored), None) => {
                    let bytes = self.read(stored)?;
                    let read = inbox::read_bytes(reader, &original.path, &bytes);
                    let read = read.doing("无法读取封存的文件", &self.folder.join(stored));
                    arrivals.extend(read?);
                }
                (None, None) => return Err(damaged(&self.folder.join(SEAL))),
            }
        }
        Ok(arrivals)
    }

    /// The bytes of an inbox file as kept; `None` where only its fault was.
    pub fn original(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.stored(path)
            .map(|stored| self.read(stored))
            .transpose()
    }

    fn stored(&self, path: &str) -> Option<&String> {
        let of_path = |o: &&Original| o.path == path;
        self.manifest
            .originals
            .iter()
            .find(of_path)?
            .stored
            .as_ref()
    }

    /// Where the bytes of an inbox file are kept.
    pub fn locate(&self, path: &str) -> Option<PathBuf> {
        Some(self.folder.join(self.stored(path)?))
    }
}

fn damaged(path: &Path) -> Error {
    said!(
        "封存的“{}”与封存时不同（已损坏或被改动）。请用 {} 查看，并从备份恢复",
        path.display(),
        next("verify")
    )
}
