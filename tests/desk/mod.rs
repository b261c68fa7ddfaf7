//! A desk to work at: an empty folder, the built program, and `LibreOffice` where it is installed.
#![allow(dead_code)]

pub mod fill;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const PLAN: &str = "seeds/2024/plan.toml";

pub struct Desk {
    root: PathBuf,
}

pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("duban-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, relative: &str) -> Vec<u8> {
        fs::read(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    /// Every file below a folder, sorted.
    pub fn files(&self, relative: &str) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, files);
                } else {
                    files.push(
                        path.strip_prefix(root)
                            .unwrap()
                            .to_string_lossy()
                            .into_owned(),
                    );
                }
            }
        }
        let mut files = Vec::new();
        let folder = self.path(relative);
        walk(&folder, &folder, &mut files);
        files.sort();
        files
    }

    /// Runs `duban` in this folder with the shipped plan.
    pub fn duban(&self, args: &[&str]) -> Said {
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLAN);
        let output = Command::new(env!("CARGO_BIN_EXE_duban"))
            .current_dir(&self.root)
            .args(args)
            .arg("--plan")
            .arg(plan)
            .output()
            .unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// As [`Self::duban`], with the most megabytes that the program and its children had in memory at any one time, each.
    #[cfg(target_os = "linux")]
    pub fn duban_measured(&self, args: &[&str]) -> (Said, u64) {
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLAN);
        let (out, err) = (self.path(".out"), self.path(".err"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
        command
            .current_dir(&self.root)
            .args(args)
            .arg("--plan")
            .arg(plan);
        let mut child = command
            .stdout(fs::File::create(&out).unwrap())
            .stderr(fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let mut most = 0;
        let status = loop {
            most = most.max(peak_kilobytes(child.id()));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            // The system keeps the peak itself; only what comes up within the last of these is missed.
            std::thread::sleep(std::time::Duration::from_millis(1));
        };
        let text = |path| fs::read_to_string(path).unwrap();
        (
            Said {
                code: status.code(),
                out: text(out),
                err: text(err),
            },
            most >> 10,
        )
    }

    /// As [`Self::duban`], what it printed as JSON.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let said = self.duban(&[args, &["--format", "json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
    }

    /// Converts files by `LibreOffice`, all in one go.
    pub fn convert(&self, files: &[String], extension: &str, folder: &str) {
        let filter = match extension {
            "xls" => "xls:MS Excel 97",
            "ods" => "ods:calc8",
            "xlsx" => "xlsx:Calc MS Excel 2007 XML",
            other => other,
        };
        fs::create_dir_all(self.path(folder)).unwrap();
        // A profile of its own: LibreOffice lets one process work in a profile at a time.
        let profile = format!(
            "-env:UserInstallation=file://{}",
            self.path(".lo").display()
        );
        let mut command = Command::new("soffice");
        command
            .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
            .arg(self.path(folder));
        let done = command
            .args(files.iter().map(|f| self.path(f)))
            .output()
            .unwrap();
        for file in files {
            let stem = Path::new(file).file_stem().unwrap().to_string_lossy();
            assert!(
                self.path(&format!("{folder}/{stem}.{extension}")).exists(),
                "LibreOffice made no {stem}.{extension}: {done:?}"
            );
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The peak of a process or of a child of its, whichever is larger; 0 where it has ended.
#[cfg(target_os = "linux")]
fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
    let tasks = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|ids| {
            ids.split(' ')
                .filter_map(|id| id.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect();
    children
        .into_iter()
        .map(peak_kilobytes)
        .chain(peak)
        .max()
        .unwrap_or(0)
}

/// The sample inbox of six months.
pub fn sample_inbox() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("inbox")
}

pub fn has_office() -> bool {
    let found = Command::new("soffice").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: LibreOffice is not installed");
    }
    found
}
