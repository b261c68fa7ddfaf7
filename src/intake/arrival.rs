//! One file of the inbox, from its bytes to an [`Arrival`]; a .zip gives several.

use sha2::{Digest, Sha256};

use super::archive::Archive;
use super::layout::{self, MonthNames, Names};
use super::legacy::{self, LegacyKind, ods};
use super::ooxml;
use super::reading::budget::{over, too_large};
use super::reading::package::Package;
use super::sniff::{self, Kind};
use super::submission::{Arrival, Submission};
use super::text;
use super::workbook::{FileFault, Workbook};
use crate::plan::{Limits, Period, Plan};

/// Reads a .xlsb. [`read_xlsb`] does it here; the desktop program does it in a child process, since calamine, which gives
/// the values, can panic or abort on hostile bytes.
pub type XlsbReader<'a> = &'a (dyn Fn(&[u8], &Limits) -> Result<Workbook, FileFault> + Sync);

/// Reads a .xlsb in this process.
///
/// F001 when the file is damaged, F004 when a limit is passed.
///
/// # Panics
/// Where calamine does.
pub fn read_xlsb(bytes: &[u8], limits: &Limits) -> Result<Workbook, FileFault> {
    legacy::read(LegacyKind::Xlsb, bytes, limits)
}

/// Members of one archive that may pass a limit before the rest are not read.
const REFUSED_MEMBERS: usize = 3;

/// What a month's files are read with.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The plan that the files report on.
    pub plan: &'a Plan,
    /// The plan's names, prepared for matching.
    pub names: &'a Names,
    /// The month that the files report.
    pub period: Period,
    /// What a file may cost.
    pub limits: &'a Limits,
    /// Reads the .xlsb among them.
    pub xlsb: XlsbReader<'a>,
}

impl Reader<'_> {
    /// Reads one file; `path` is relative to the month's folder.
    pub fn read(&self, path: &str, bytes: &[u8]) -> Vec<Arrival> {
        if bytes.len() as u64 > self.limits.file_bytes {
            return vec![self.refused(
                path,
                bytes.len() as u64,
                sha256(bytes),
                too_large(self.limits),
            )];
        }
        let (kind, package) = sniff::sniff_package(path, bytes, self.limits);
        if kind == Kind::Zip {
            let members = self.archive(path, bytes).and_then(|members| {
                let is_workbook = |a: &Arrival| {
                    use FileFault::{Unreadable, Unsupported};
                    !matches!(a.content, Err(Unsupported { .. } | Unreadable { .. }))
                };
                match kind.fault(path) {
                    Some(fault) if !members.iter().any(is_workbook) => Err(fault),
                    None if members.is_empty() => Err(FileFault::Unsupported {
                        what: "没有文件的压缩包".to_owned(),
                    }),
                    _ => Ok(members),
                }
            });
            return members.unwrap_or_else(|fault| {
                vec![self.refused(path, bytes.len() as u64, sha256(bytes), fault)]
            });
        }
        vec![self.workbook(path, &kind, bytes, package, self.limits).0]
    }

    /// A file that could not be read at all, or is not read because of a limit.
    pub fn refused(&self, path: &str, bytes: u64, sha256: String, fault: FileFault) -> Arrival {
        self.arrival(path, bytes, sha256, Err(fault))
    }

    /// The members of a .zip. Together they may cost what one file may: a thousand small ones can each inflate as far as a
    /// limit allows.
    fn archive(&self, path: &str, bytes: &[u8]) -> Result<Vec<Arrival>, FileFault> {
        let mut archive = Archive::open(bytes, self.limits)?;
        let mut limits = *self.limits;
        let mut refused = 0;
        let mut arrivals = Vec::new();
        for (name, ix) in std::mem::take(&mut archive.members) {
            if sniff::is_clutter(&name) {
                continue;
            }
            let path = format!("{path}/{name}");
            let data = archive.read(ix)?;
            if refused >= REFUSED_MEMBERS || limits.total_bytes == 0 {
                let fault = over("压缩包内其他文件已超限，其余不再读取");
                let (size, hash) = data
                    .map(|d| (d.len() as u64, sha256(&d)))
                    .unwrap_or_default();
                arrivals.push(self.refused(&path, size, hash, fault));
                continue;
            }
            let (arrival, spent) = self.member(&path, data, &limits);
            refused += usize::from(matches!(arrival.content, Err(FileFault::OverLimit { .. })));
            limits.total_bytes = limits.total_bytes.saturating_sub(spent);
            limits.part_bytes = limits.part_bytes.min(limits.total_bytes);
            arrivals.push(arrival);
        }
        Ok(arrivals)
    }

    fn member(
        &self,
        path: &str,
        data: Result<Vec<u8>, FileFault>,
        limits: &Limits,
    ) -> (Arrival, u64) {
        match data {
            Err(fault) => (self.refused(path, 0, String::new(), fault), 0),
            Ok(bytes) => match sniff::sniff_package(path, &bytes, limits) {
                (Kind::Zip, _) => {
                    let nested = Kind::Zip.fault(path).unwrap_or(FileFault::Unsupported {
                        what: "压缩包中的压缩包（只打开一层）".to_owned(),
                    });
                    (
                        self.refused(path, bytes.len() as u64, sha256(&bytes), nested),
                        0,
                    )
                }
                (kind, package) => self.workbook(path, &kind, &bytes, package, limits),
            },
        }
    }

    /// One workbook, and the bytes that reading it has cost.
    fn workbook(
        &self,
        path: &str,
        kind: &Kind,
        bytes: &[u8],
        package: Option<Package>,
        limits: &Limits,
    ) -> (Arrival, u64) {
        let (workbook, spent) = match kind.fault(path) {
            Some(fault) => (Err(fault), 0),
            None => match layout::check_name(path) {
                Err(fault) => (Err(fault), 0),
                Ok(()) => read_workbook(kind, bytes, package, limits, self.xlsb),
            },
        };
        let content = workbook
            .and_then(|w| layout::interpret(w, self.plan, self.names, self.period))
            .map(Box::new);
        (
            self.arrival(path, bytes.len() as u64, sha256(bytes), content),
            spent,
        )
    }

    fn arrival(
        &self,
        path: &str,
        bytes: u64,
        sha256: String,
        content: Result<Box<Submission>, FileFault>,
    ) -> Arrival {
        // A label from here on; whoever opens the file has the path itself.
        let path = shown_name(path);
        let (department_claims, period_claims) =
            layout::of_path(&path, &MonthNames::new(self.plan, self.period), self.names);
        Arrival {
            path,
            bytes,
            sha256,
            department_claims,
            period_claims,
            content,
        }
    }
}

/// Reads a workbook; also gives the bytes that were inflated for it. `package`: its package, where it was opened.
pub(crate) fn read_workbook(
    kind: &Kind,
    bytes: &[u8],
    package: Option<Package>,
    limits: &Limits,
    xlsb: XlsbReader,
) -> (Result<Workbook, FileFault>, u64) {
    let whole = bytes.len() as u64;
    match kind {
        Kind::Xls => (legacy::read(LegacyKind::Xls, bytes, limits), whole),
        Kind::Xlsb => (xlsb(bytes, limits), whole),
        _ => match package.or_else(|| Package::open(bytes, limits)) {
            Some(mut package) => {
                let workbook = match kind {
                    Kind::Ods => ods::read_package(&mut package),
                    _ => ooxml::read_package(&mut package),
                };
                (workbook, package.cost().bytes)
            }
            None => (ooxml::read(bytes, limits), 0),
        },
    }
}

/// What a file is called in findings, reports and registers: without control characters and direction overrides. The name on
/// disk may be another.
pub fn shown_name(path: &str) -> String {
    text::harmless(path).map_or_else(|| path.to_owned(), |p| p.replace(['\n', '\t'], " "))
}

/// The SHA-256 of these bytes in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub fn hex(digest: &[u8]) -> String {
    digest
        .iter()
        .fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
            put!(text, "{byte:02x}");
            text
        })
}
