//! The built program on the bundled sample inbox, in folders of its own.
//!
//! Every test program takes this module as its own and uses part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The months of the bundled sample.
pub const MONTHS: [&str; 6] = [
    "2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06",
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn duban() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command
        .env_remove("RAYON_NUM_THREADS")
        .env_remove("POLARS_MAX_THREADS");
    command
}

/// A folder that goes when the test ends.
pub struct Temp(PathBuf);

impl Temp {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("duban-{name}-{}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // A folder left behind in the system's temporary place harms nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every file below a folder, by its path with `/`.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    if folder.is_dir() {
        walk(folder, folder, &mut found);
    }
    found
}

pub fn write(folder: &Path, files: impl IntoIterator<Item = (String, Vec<u8>)>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A copy of the sample inbox.
pub fn sample(place: &Path) -> PathBuf {
    let inbox = place.join("inbox");
    write(&inbox, files(&root().join("inbox")));
    inbox
}

pub fn plan() -> PathBuf {
    root().join("seeds/2024/plan.toml")
}

/// `duban run` on these places.
pub fn run<S: AsRef<OsStr>>(plan: &Path, inbox: &Path, out: &Path, args: &[S]) -> Output {
    duban()
        .arg("run")
        .arg("--plan")
        .arg(plan)
        .arg("--inbox")
        .arg(inbox)
        .arg("--out")
        .arg(out)
        .args(args)
        .output()
        .unwrap()
}

/// All six months of the bundled sample, run once for a test program's tests.
pub fn six_months(temp: &Temp) -> BTreeMap<&'static str, Month> {
    let out = temp.join("out");
    let output = run(
        &plan(),
        &root().join("inbox"),
        &out,
        &["--period", "2024-01..2024-06"],
    );
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    MONTHS
        .into_iter()
        .map(|month| {
            (
                month,
                Month {
                    folder: out.join(month),
                },
            )
        })
        .collect()
}

/// One month's outputs.
pub struct Month {
    pub folder: PathBuf,
}

impl Month {
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.folder.join(name)).unwrap()).unwrap()
    }

    /// The one report of a kind: `汇总表` or `简报`.
    pub fn report(&self, part: &str) -> PathBuf {
        let mut found = files(&self.folder)
            .into_keys()
            .filter(|name| name.contains(part));
        let name = found
            .next()
            .unwrap_or_else(|| panic!("no {part} in {}", self.folder.display()));
        assert_eq!(found.next(), None);
        self.folder.join(name)
    }

    /// records.csv: head → cell, row by row.
    pub fn records(&self) -> Vec<BTreeMap<String, String>> {
        let bytes = fs::read(self.folder.join("records.csv")).unwrap();
        let text = bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .expect("a byte-order mark");
        let mut reader = csv::Reader::from_reader(text);
        reader.deserialize().collect::<Result<_, _>>().unwrap()
    }

    /// facts.json's figures: id → (value, text).
    pub fn figures(&self) -> BTreeMap<String, (f64, String)> {
        let facts = self.json("facts.json");
        let of = |(id, f): (&String, &Value)| {
            (
                id.clone(),
                (
                    f["value"].as_f64().unwrap(),
                    f["text"].as_str().unwrap().to_owned(),
                ),
            )
        };
        facts["figures"]
            .as_object()
            .unwrap()
            .iter()
            .map(of)
            .collect()
    }
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
