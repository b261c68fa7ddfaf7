//! One file of the inbox, from its bytes to an [`Arrival`]; a .zip gives several.

use sha2::{Digest, Sha256};

use super::archive;
use super::layout::{self, Names};
use super::legacy::LegacyKind;
use super::ooxml;
use super::sniff::{self, Kind};
use super::submission::{Arrival, Submission};
use super::workbook::{FileFault, Workbook};
use crate::plan::{Limits, Period, Plan};

/// Reads a .xls, .xlsb, .et or .ods. The desktop program does it in a child process; [`super::legacy::read`] does it here.
pub type LegacyReader<'a> = &'a (dyn Fn(LegacyKind, &[u8], &Limits) -> Result<Workbook, FileFault> + Sync);

/// What a month's files are read with.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub plan: &'a Plan,
    pub names: &'a Names,
    pub period: Period,
    pub limits: &'a Limits,
    pub legacy: LegacyReader<'a>,
}

impl Reader<'_> {
    /// Reads one file; `path` is relative to the month's folder.
    pub fn read(&self, path: &str, bytes: &[u8]) -> Vec<Arrival> {
        if bytes.len() as u64 > self.limits.file_bytes {
            return vec![self.refused(path, bytes.len() as u64, sha256(bytes), archive::too_large(self.limits))];
        }
        let kind = sniff::sniff(path, bytes);
        if kind == Kind::Zip {
            return match archive::members(bytes, self.limits) {
                Ok(members) => members
                    .into_iter()
                    .filter(|(name, _)| !sniff::is_clutter(name))
                    .map(|(name, data)| self.member(&format!("{path}/{name}"), data))
                    .collect(),
                Err(fault) => vec![self.refused(path, bytes.len() as u64, sha256(bytes), fault)],
            };
        }
        vec![self.workbook(path, &kind, bytes)]
    }

    /// A file that could not be read at all, or is not read because of a limit.
    pub fn refused(&self, path: &str, bytes: u64, sha256: String, fault: FileFault) -> Arrival {
        self.arrival(path, bytes, sha256, Err(fault))
    }

    fn member(&self, path: &str, data: Result<Vec<u8>, FileFault>) -> Arrival {
        match data {
            Err(fault) => self.refused(path, 0, String::new(), fault),
            Ok(bytes) => match sniff::sniff(path, &bytes) {
                Kind::Zip => {
                    let nested = FileFault::Unsupported { what: "压缩包中的压缩包（只打开一层）".to_owned() };
                    self.refused(path, bytes.len() as u64, sha256(&bytes), nested)
                }
                kind => self.workbook(path, &kind, &bytes),
            },
        }
    }

    fn workbook(&self, path: &str, kind: &Kind, bytes: &[u8]) -> Arrival {
        let workbook = match (kind.fault(path), kind.legacy()) {
            (Some(fault), _) => Err(fault),
            (None, Some(legacy)) => (self.legacy)(legacy, bytes, self.limits),
            (None, None) => ooxml::read(bytes, self.limits),
        };
        let content = workbook.and_then(|w| layout::interpret(w, self.plan, self.names, self.period)).map(Box::new);
        self.arrival(path, bytes.len() as u64, sha256(bytes), content)
    }

    fn arrival(&self, path: &str, bytes: u64, sha256: String, content: Result<Box<Submission>, FileFault>) -> Arrival {
        let (department_claims, period_claims) = layout::of_path(path, self.period.year(), self.names);
        Arrival { path: path.to_owned(), bytes, sha256, department_claims, period_claims, content }
    }
}

/// Lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
