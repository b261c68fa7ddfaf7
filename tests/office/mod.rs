//! A small office for tests of the built program: a plan of two departments, an inbox, an output and an archive folder.
#![allow(dead_code, reason = "each test uses its own part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rust_xlsxwriter::Workbook;

pub const PLAN: &str = r#"
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

/// A folder of its own that goes when the test is done.
pub struct Office {
    pub root: PathBuf,
}

impl Office {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("duban-office-{}-{n}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let office = Self { root };
        fs::write(office.path("plan.toml"), PLAN).unwrap();
        office
    }

    /// An office in which April and May are in.
    pub fn in_may() -> Self {
        let office = Self::new();
        for (month, green, paths, places) in [(4, 4.0, 5.0, 80.0), (5, 6.5, 7.5, 110.0)] {
            office.submit(
                month,
                "建设局",
                &[
                    ("城市绿荫工程", "街头绿地面积", green),
                    ("城市绿荫工程", "山城绿道长度", paths),
                ],
            );
            office.submit(month, "公共服务局", &[("托育服务", "新增托位", places)]);
        }
        office
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Puts a department's workbook into a month's inbox.
    pub fn submit(&self, month: u8, department: &str, rows: &[(&str, &str, f64)]) -> PathBuf {
        let folder = self.path(&format!("inbox/2024-{month:02}"));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{department}2024年{month}月报送表.xlsx"));
        report(&path, month, department, rows);
        path
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
        command
            .current_dir(&self.root)
            .args(args)
            .env("DUBAN_NOW", "2024-06-10T01:00:00Z")
            .stdin(Stdio::null());
        if ["run", "seal", "diff", "trace"].contains(&args[0]) {
            command.args(["--plan", "plan.toml"]);
        }
        command
    }

    pub fn duban(&self, args: &[&str]) -> Run {
        self.command(args).output().unwrap().into()
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Path → bytes of everything below a folder; empty where there is none.
    pub fn content(&self, relative: &str) -> BTreeMap<String, Vec<u8>> {
        content(&self.path(relative))
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        writable(&self.root);
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What a command gave.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A monthly form as departments fill it in.
pub fn report(path: &Path, month: u8, department: &str, rows: &[(&str, &str, f64)]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("进展情况").unwrap();
    sheet.write(0, 0, "示例区民生实事进展情况月报表").unwrap();
    sheet
        .write(1, 0, format!("填报单位：{department}"))
        .unwrap();
    sheet
        .write(1, 4, format!("填报期：2024年{month}月"))
        .unwrap();
    for (col, head) in (0u16..).zip([
        "序号",
        "项目名称",
        "指标",
        "累计完成",
        "状态",
        "完成时间",
        "工作进展",
        "存在问题",
        "下一步措施",
    ]) {
        sheet.write(2, col, head).unwrap();
    }
    for (row, (task, indicator, value)) in (3u32..).zip(rows) {
        sheet.write(row, 0, row - 2).unwrap();
        sheet.write(row, 1, *task).unwrap();
        sheet.write(row, 2, *indicator).unwrap();
        sheet.write(row, 3, *value).unwrap();
        sheet
            .write(
                row,
                6,
                format!("{month}月已完成{indicator}的现场施工和验收资料整理，按计划完成{value}。"),
            )
            .unwrap();
        sheet.write(row, 7, "雨季影响施工进度。").unwrap();
        sheet.write(row, 8, "增加班组，分区同步施工。").unwrap();
    }
    workbook.save(path).unwrap();
}

pub fn content(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn below(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(root, &path, found);
            } else {
                found.insert(
                    path.strip_prefix(root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .replace('\\', "/"),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    let mut found = BTreeMap::new();
    below(root, root, &mut found);
    found
}

/// Lifts the write protection of sealed months.
pub fn writable(path: &Path) {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(
            path,
            fs::Permissions::from_mode(if meta.is_dir() { 0o700 } else { 0o600 }),
        );
    }
    #[cfg(not(unix))]
    {
        let mut permissions = meta.permissions();
        permissions.set_readonly(false);
        let _ = fs::set_permissions(path, permissions);
    }
    if meta.is_dir() {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .for_each(|entry| writable(&entry.path()));
    }
}
