//! A desk to work at: a folder with a plan, an inbox, outputs and an archive where duban looks for them, and the built program.

pub mod book;
pub mod fill;
pub mod libreoffice;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rust_xlsxwriter::Workbook;
use serde_json::Value;

/// The months of the bundled sample.
pub const MONTHS: [&str; 6] = [
    "2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06",
];

/// Where duban looks for the plan.
pub const PLAN: &str = "seeds/2024/plan.toml";

/// A plan of two departments.
pub const SMALL_PLAN: &str = r#"
[plan]
id = "p"
title = "示例区民生实事"
issuer = "办公室"
revision = 1
start = 2024-01-01
end = 2024-12-31
due_day = 5

[[department]]
id = "jsj"
name = "建设局"

[[department]]
id = "ggfw"
name = "公共服务局"

[[task]]
no = 2
tier = "市级"
name = "城市绿荫工程"
text = "街头绿地16万平方米，山城绿道20公里。"
lead = "jsj"

[[task.indicator]]
id = "2.1"
name = "街头绿地面积"
kind = "quantity"
target = 16
unit = "万平方米"

[[task.indicator]]
id = "2.2"
name = "山城绿道长度"
kind = "quantity"
target = 20
unit = "公里"

[[task]]
no = 4
tier = "区级"
name = "托育服务"
text = "新增托位300个。"
lead = "ggfw"

[[task.indicator]]
id = "4.1"
name = "新增托位"
kind = "count"
target = 300
unit = "个"
"#;

/// The project's own folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The built program in a folder.
pub fn duban_in(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command
        .current_dir(folder)
        .env_remove("RAYON_NUM_THREADS")
        .env_remove("POLARS_MAX_THREADS")
        .env_remove("DUBAN_PLAN")
        .env("DUBAN_NOW", "2024-06-10T01:00:00Z")
        .stdin(Stdio::null());
    command
}

/// Every file below a folder, by its path with `/`; none where there is no folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.replace('\\', "/"), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// What a command gave.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {:?}\n{}{}", self.code, self.out, self.err)
    }
}

impl Said {
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Each of these is printed.
    #[track_caller]
    pub fn says<const N: usize>(self, words: [&str; N]) -> Self {
        for words in words {
            let found = self.out.contains(words) || self.err.contains(words);
            assert!(found, "“{words}” is not in: {self}");
        }
        self
    }

    /// None of these is printed.
    #[track_caller]
    pub fn hides<const N: usize>(self, words: [&str; N]) -> Self {
        for words in words {
            let found = self.out.contains(words) || self.err.contains(words);
            assert!(!found, "“{words}” is in: {self}");
        }
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self}"))
    }
}

/// Goes when the test ends.
pub struct Desk {
    root: PathBuf,
}

impl Desk {
    /// With the shipped plan and nothing else.
    pub fn new() -> Self {
        let desk = Self::bare();
        desk.write(PLAN, fs::read(root().join(PLAN)).unwrap());
        desk
    }

    /// With the shipped plan and the sample inbox.
    pub fn sample() -> Self {
        let desk = Self::new();
        desk.copy("inbox");
        desk
    }

    /// With [`SMALL_PLAN`].
    pub fn small() -> Self {
        let desk = Self::bare();
        desk.write(PLAN, SMALL_PLAN);
        desk
    }

    /// With [`SMALL_PLAN`]; April and May are in.
    pub fn in_may() -> Self {
        let desk = Self::small();
        for (month, green, paths, places) in [(4, 4.0, 5.0, 80.0), (5, 6.5, 7.5, 110.0)] {
            desk.submit_green(month, green, paths);
            desk.submit(month, "公共服务局", &[("托育服务", "新增托位", places)]);
        }
        desk
    }

    /// An empty one.
    pub fn bare() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("duban-desk-{}-{n}", std::process::id()));
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

    /// Copies a folder of the project to the same place here.
    pub fn copy(&self, folder: &str) {
        for (name, bytes) in files(&root().join(folder)) {
            self.write(&format!("{folder}/{name}"), bytes);
        }
    }

    pub fn make_folder(&self, relative: &str) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Removes a file or a folder.
    #[track_caller]
    pub fn remove(&self, relative: &str) {
        let path = self.path(relative);
        let gone = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        gone.unwrap_or_else(|e| panic!("{relative}: {e}"));
    }

    #[track_caller]
    pub fn read(&self, relative: &str) -> Vec<u8> {
        fs::read(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    #[track_caller]
    pub fn text(&self, relative: &str) -> String {
        String::from_utf8(self.read(relative)).unwrap()
    }

    #[track_caller]
    pub fn json_of(&self, relative: &str) -> Value {
        serde_json::from_slice(&self.read(relative)).unwrap()
    }

    /// Every file below a folder, sorted.
    pub fn files(&self, relative: &str) -> Vec<String> {
        self.content(relative).into_keys().collect()
    }

    /// Every file below a folder, by its path, with its bytes.
    pub fn content(&self, relative: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.path(relative))
    }

    pub fn month(&self, period: &str) -> Month {
        Month {
            folder: self.path("out").join(period),
        }
    }

    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = duban_in(&self.root);
        command.args(args);
        command
    }

    /// Runs `duban` with the words of this line.
    pub fn duban(&self, line: &str) -> Said {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.command(&words).output().unwrap().into()
    }

    /// As [`Self::duban`], and nothing is wrong.
    #[track_caller]
    pub fn ok(&self, line: &str) -> Said {
        self.duban(line).exits(0)
    }

    /// As [`Self::duban`], and there is something to put right.
    #[track_caller]
    pub fn finds(&self, line: &str) -> Said {
        self.duban(line).exits(1)
    }

    /// As [`Self::duban`], and it cannot run.
    #[track_caller]
    pub fn fails(&self, line: &str) -> Said {
        self.duban(line).exits(2)
    }

    /// As [`Self::duban`], what it printed as JSON.
    #[track_caller]
    pub fn json(&self, line: &str) -> Value {
        self.duban(&format!("{line} --format json")).json()
    }

    /// Puts a department's workbook of [`SMALL_PLAN`] into a month's inbox: task, indicator and value row by row.
    pub fn submit(&self, month: u8, department: &str, rows: &[(&str, &str, f64)]) {
        let name = format!("{department}2024年{month}月报送表.xlsx");
        self.write(
            &format!("inbox/2024-{month:02}/{name}"),
            report(month, department, rows),
        );
    }

    /// 建设局's workbook.
    pub fn submit_green(&self, month: u8, green: f64, paths: f64) {
        let task = "城市绿荫工程";
        let rows = [(task, "街头绿地面积", green), (task, "山城绿道长度", paths)];
        self.submit(month, "建设局", &rows);
    }

    /// As [`Self::duban`], with the most megabytes that the program and its children had in memory at any one time, each.
    #[cfg(target_os = "linux")]
    pub fn duban_measured(&self, line: &str) -> (Said, u64) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (out, err) = (self.path(".out"), self.path(".err"));
        let mut child = self
            .command(&words)
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
        let said = Said {
            code: status.code(),
            out: text(out),
            err: text(err),
        };
        (said, most >> 10)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        writable(&self.root);
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Lifts the write protection of sealed months.
pub fn writable(path: &Path) {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return;
    };
    if meta.is_symlink() {
        return;
    }
    let mut permissions = meta.permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(
        &mut permissions,
        if meta.is_dir() { 0o700 } else { 0o600 },
    );
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    let _ = fs::set_permissions(path, permissions);
    if meta.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| writable(&entry.path()));
    }
}

/// A monthly form as departments fill it in: task, indicator and value row by row.
pub fn report(month: u8, department: &str, rows: &[(&str, &str, f64)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("进展情况").unwrap();
    let heads = [
        "序号",
        "项目名称",
        "指标",
        "累计完成",
        "状态",
        "完成时间",
        "工作进展",
        "存在问题",
        "下一步措施",
    ];
    let unit = format!("填报单位：{department}");
    let period = format!("填报期：2024年{month}月");
    let mut put = |row, col, text: &str| {
        sheet.write(row, col, text).unwrap();
    };
    put(0, 0, "示例区民生实事进展情况月报表");
    put(1, 0, &unit);
    put(1, 4, &period);
    for (col, head) in (0u16..).zip(heads) {
        put(2, col, head);
    }
    for (row, (task, indicator, value)) in (3u32..).zip(rows) {
        put(row, 1, task);
        put(row, 2, indicator);
        let words =
            format!("{month}月已完成{indicator}的现场施工和验收资料整理，按计划完成{value}。");
        put(row, 6, &words);
        put(row, 7, "雨季影响施工进度。");
        put(row, 8, "增加班组，分区同步施工。");
    }
    for (row, (_, _, value)) in (3u32..).zip(rows) {
        sheet.write(row, 0, row - 2).unwrap();
        sheet.write(row, 3, *value).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// One month's outputs.
pub struct Month {
    pub folder: PathBuf,
}

/// All six months of the bundled sample, run once for all tests.
pub fn sample_year() -> &'static BTreeMap<&'static str, Month> {
    static YEAR: LazyLock<BTreeMap<&'static str, Month>> = LazyLock::new(|| {
        // Cargo's own place: nothing ends after the last test that could remove a folder.
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample-year");
        let _ = fs::remove_dir_all(&out);
        let output = duban_in(root())
            .args(["run", "--period", "2024-01..2024-06"])
            .arg("--out")
            .arg(&out)
            .output();
        Said::from(output.unwrap()).exits(1);
        let month = |month: &'static str| {
            let folder = out.join(month);
            (month, Month { folder })
        };
        MONTHS.into_iter().map(month).collect()
    });
    &YEAR
}

impl Month {
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// The one report of a kind: `汇总表` or `简报`.
    pub fn report(&self, part: &str) -> PathBuf {
        let names = files(&self.folder).into_keys();
        let found: Vec<String> = names.filter(|name| name.contains(part)).collect();
        let [name] = found.as_slice() else {
            panic!("{part} in {}: {found:?}", self.folder.display())
        };
        self.folder.join(name)
    }

    /// records.csv: head → cell, row by row.
    pub fn records(&self) -> Vec<BTreeMap<String, String>> {
        let bytes = self.read("records.csv");
        let text = bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .expect("a byte-order mark");
        let mut reader = csv::Reader::from_reader(text);
        reader.deserialize().collect::<Result<_, _>>().unwrap()
    }

    /// facts.json's figures: id → (value, text).
    pub fn figures(&self) -> BTreeMap<String, (f64, String)> {
        let facts = self.json("facts.json");
        let figures = facts["figures"].as_object().unwrap();
        let of = |f: &Value| (f["value"].as_f64().unwrap(), text(f, "text").to_owned());
        figures.iter().map(|(id, f)| (id.clone(), of(f))).collect()
    }
}

/// A value's text; empty where it has none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The first of a list's entries that has this text there.
#[track_caller]
pub fn entry<'a>(list: &'a Value, key: &str, text: &str) -> &'a Value {
    let mut entries = list.as_array().unwrap().iter();
    entries
        .find(|e| e[key] == text)
        .unwrap_or_else(|| panic!("no {key} is {text} in {list}"))
}

/// The peak of a process or of a child of its, whichever is larger; 0 where it has ended.
#[cfg(target_os = "linux")]
fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
    let mut most = peak.unwrap_or(0);
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    for task in tasks.into_iter().flatten().flatten() {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children.split(' ').filter_map(|id| id.parse().ok()) {
            most = most.max(peak_kilobytes(child));
        }
    }
    most
}
