//! .xls and .ods by LibreOffice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::AnyError;

/// LibreOffice stamps each file anew, so a file is converted only when its source changed; `log` remembers the sources.
pub struct Converter {
    log: Option<PathBuf>,
    known: BTreeMap<String, String>,
    now: RefCell<BTreeMap<String, String>>,
    work: PathBuf,
}

impl Converter {
    pub fn new(log: Option<PathBuf>) -> Result<Self, AnyError> {
        let text = log
            .as_ref()
            .and_then(|p| fs::read_to_string(p).ok())
            .unwrap_or_default();
        let known = text
            .lines()
            .filter_map(|l| l.split_once("  "))
            .map(|(hash, file)| (file.to_owned(), hash.to_owned()))
            .collect();
        let work = std::env::temp_dir().join(format!("duban-sample-{}", std::process::id()));
        fs::create_dir_all(&work)?;
        Ok(Self {
            log,
            known,
            now: RefCell::default(),
            work,
        })
    }

    pub fn convert(&self, xlsx: &[u8], extension: &str, target: &Path) -> Result<(), AnyError> {
        let hash: String = Sha256::digest(xlsx)
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
        let name = target.display().to_string();
        let is_same = target.exists() && self.known.get(&name) == Some(&hash);
        if !is_same && !self.run(xlsx, extension, target)? {
            eprintln!(
                "soffice is not installed: {name} {}",
                if target.exists() {
                    "is kept as it is"
                } else {
                    "is not made"
                }
            );
            if let Some(old) = self.known.get(&name) {
                self.now.borrow_mut().insert(name, old.clone());
            }
            return Ok(());
        }
        self.now.borrow_mut().insert(name, hash);
        Ok(())
    }

    /// `false`: no LibreOffice here.
    fn run(&self, xlsx: &[u8], extension: &str, target: &Path) -> Result<bool, AnyError> {
        let source = self.work.join("sample.xlsx");
        fs::write(&source, xlsx)?;
        let filter = if extension == "xls" {
            "xls:MS Excel 97"
        } else {
            "ods:calc8"
        };
        // A profile of its own: LibreOffice waits for whoever else uses one.
        let profile = format!(
            "-env:UserInstallation=file://{}",
            self.work.join("office").display()
        );
        let done = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
            .arg(&self.work)
            .arg(&source)
            .output();
        match done {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
            Ok(_) => {
                fs::copy(self.work.join(format!("sample.{extension}")), target)?;
                Ok(true)
            }
        }
    }

    pub fn finish(self) -> Result<(), AnyError> {
        if let Some(log) = &self.log {
            let lines: Vec<String> = self
                .now
                .borrow()
                .iter()
                .map(|(file, hash)| format!("{hash}  {file}\n"))
                .collect();
            fs::write(log, lines.concat())?;
        }
        fs::remove_dir_all(&self.work)?;
        Ok(())
    }
}
