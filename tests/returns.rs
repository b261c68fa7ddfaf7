//! Return copies through the program itself: which files get one, what is in it, and what becomes of it when it comes back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The sample inbox, copied, and a place for outputs; gone at the end.
struct Office {
    root: PathBuf,
}

impl Office {
    fn new(name: &str) -> Self {
        let root =
            std::env::temp_dir().join(format!("duban-returns-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        copy(&repository().join("inbox"), &root.join("inbox"));
        Self { root }
    }

    fn inbox(&self, period: &str) -> PathBuf {
        self.root.join("inbox").join(period)
    }

    fn out(&self, period: &str) -> PathBuf {
        self.root.join("out").join(period)
    }

    /// Runs a month and gives its findings.
    fn run(&self, period: &str) -> Vec<Value> {
        let output = Command::new(env!("CARGO_BIN_EXE_duban"))
            .arg("run")
            .args(["--period", period, "--plan"])
            .arg(repository().join("seeds/2024/plan.toml"))
            .arg("--inbox")
            .arg(self.root.join("inbox"))
            .arg("--out")
            .arg(self.root.join("out"))
            .output()
            .unwrap();
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&fs::read(self.out(period).join("findings.json")).unwrap()).unwrap()
    }

    /// The month's return copies by name.
    fn returned(&self, period: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.out(period).join("退回"))
            .into_iter()
            .flatten()
            .flatten();
        entries
            .map(|e| {
                (
                    e.file_name().to_string_lossy().into_owned(),
                    fs::read(e.path()).unwrap(),
                )
            })
            .collect()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let mut data = Vec::new();
            file.read_to_end(&mut data).unwrap();
            (file.name().unwrap().into_owned(), data)
        })
        .collect()
}

/// The text of the first sheet part that holds these words.
fn sheet_with(bytes: &[u8], words: &str) -> (String, String) {
    let sheets = parts(bytes)
        .into_iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    sheets
        .map(|(name, data)| (name, String::from_utf8(data).unwrap()))
        .find(|(_, text)| text.contains(words))
        .unwrap_or_else(|| panic!("no sheet with {words}"))
}

/// The workbook with one part changed, as a department's own program would save it.
fn edited(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in parts(bytes) {
        writer
            .start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        let data = if name == part {
            change(String::from_utf8(data).unwrap()).into_bytes()
        } else {
            data
        };
        writer.write_all(&data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sheet's text with a cell's content set, its style kept.
fn with_text(sheet: &str, cell: &str, text: &str) -> String {
    let start = sheet
        .find(&format!("<c r=\"{cell}\""))
        .unwrap_or_else(|| panic!("{cell}"));
    let tag = &sheet[start..=start + sheet[start..].find('>').unwrap()];
    let end = start
        + if tag.ends_with("/>") {
            tag.len()
        } else {
            sheet[start..].find("</c>").unwrap() + "</c>".len()
        };
    let style = tag
        .split(" s=\"")
        .nth(1)
        .and_then(|s| s.split('"').next())
        .unwrap_or("0");
    format!(
        "{}<c r=\"{cell}\" s=\"{style}\" t=\"inlineStr\"><is><t>{text}</t></is></c>{}",
        &sheet[..start],
        &sheet[end..]
    )
}

fn of<'f>(findings: &'f [Value], department: &str, code: &str) -> Vec<&'f Value> {
    findings
        .iter()
        .filter(|f| f["department"] == department && f["code"] == code)
        .collect()
}

#[test]
fn a_corrected_and_answered_copy_is_the_newer_submission() {
    let office = Office::new("round-trip");
    let before = office.run("2024-06");
    assert_eq!(of(&before, "ggfw", "C011").len(), 1);
    assert_eq!(
        (
            of(&before, "cjzx", "R007")[0]["status"].as_str(),
            of(&before, "cjzx", "R016").len()
        ),
        (Some("open"), 1)
    );
    let first = office.returned("2024-06");
    // What was wrong is corrected at the marked cell.
    let name = "公共服务局2024年6月报送表（退回修改）.xlsx";
    let (part, sheet) = sheet_with(&first[name], "legacyDrawing");
    assert!(sheet.contains("<v>0.761</v>"), "{sheet}");
    let corrected = edited(&first[name], &part, |sheet| {
        with_text(&sheet, "H9", "76.1%")
    });
    fs::write(office.inbox("2024-06").join(name), corrected).unwrap();
    // Warnings are answered in the list.
    let name = "城市建设事务中心2024年6月报送表（退回修改）.xlsx";
    let (part, list) = sheet_with(&first[name], "规则代码");
    assert!(
        list.contains("R007") && list.contains("location=\"'进展情况'!I12\""),
        "{list}"
    );
    let answered = edited(&first[name], &part, |list| {
        with_text(
            &with_text(&list, "G6", "设备招标中，7月到货"),
            "G7",
            "已约谈施工单位",
        )
    });
    fs::write(office.inbox("2024-06").join(name), answered).unwrap();

    let after = office.run("2024-06");
    assert!(of(&after, "ggfw", "C011").is_empty());
    for (department, code) in [("cjzx", "R007"), ("cjzx", "R016")] {
        let found = of(&after, department, code);
        assert_eq!(
            (found.len(), found[0]["status"].as_str()),
            (1, Some("explained")),
            "{code}"
        );
    }
    for department in ["ggfw", "cjzx"] {
        let superseded = of(&after, department, "F007");
        assert!(
            superseded.len() == 1 && !superseded[0]["file"].as_str().unwrap().contains("退回修改"),
            "{superseded:?}"
        );
    }
    let open = |f: &&Value| {
        ["ggfw", "cjzx"].iter().any(|d| f["department"] == *d)
            && f["severity"] != "note"
            && f["status"] == "open"
    };
    assert!(!after.iter().any(|f| open(&f)), "{after:#?}");
    // Nothing is open: nothing is returned.
    let second = office.returned("2024-06");
    assert!(
        !second.contains_key("公共服务局2024年6月报送表（退回修改）.xlsx")
            && !second.contains_key(name),
        "{:?}",
        second.keys()
    );
}

#[test]
fn every_kind_of_file_gets_its_kind_of_copy() {
    let office = Office::new("kinds");
    let may = office.inbox("2024-05");
    // A second file of a department that cannot be opened, one inside a zip, and one with a secrecy marking.
    fs::write(
        may.join("建设局5月补充.xls"),
        b"<html><body>no workbook</body></html>",
    )
    .unwrap();
    let form = fs::read(may.join("统战部2024年5月报送表.xlsx")).unwrap();
    fs::remove_file(may.join("统战部2024年5月报送表.xlsx")).unwrap();
    let mut archive = ZipWriter::new(fs::File::create(may.join("统战部.zip")).unwrap());
    archive
        .start_file(
            "报送/统战部2024年5月报送表.xlsx",
            SimpleFileOptions::default(),
        )
        .unwrap();
    archive.write_all(&form).unwrap();
    archive.finish().unwrap();
    let secret = fs::read(may.join("生态环境局2024年5月报送表.xlsx")).unwrap();
    let (part, _) = sheet_with(&secret, "mergeCells");
    let secret = edited(&secret, &part, |sheet| with_text(&sheet, "A1", "机密★1年"));
    fs::write(may.join("生态环境局2024年5月报送表.xlsx"), secret).unwrap();

    // A part in an encoding that only its declaration knows: read, but not patched.
    let odd = fs::read(may.join("公共服务局2024年5月报送表.xlsx")).unwrap();
    let (part, _) = sheet_with(&odd, "mergeCells");
    let odd = edited(&odd, &part, |sheet| sheet.replacen("UTF-8", "GBK", 1));
    fs::write(may.join("公共服务局2024年5月报送表.xlsx"), odd).unwrap();

    let findings = office.run("2024-05");
    let returned = office.returned("2024-05");
    let names: Vec<&str> = returned.keys().map(String::as_str).collect();
    assert!(
        !of(&findings, "sthj", "F010").is_empty()
            && !names.iter().any(|n| n.starts_with("生态环境局")),
        "{names:?}"
    );
    // The list alone: there is no workbook to mark.
    let alone = &returned
        .iter()
        .find(|(name, bytes)| {
            name.starts_with("建设局") && sheet_with(bytes, "规则代码").1.contains("F001")
        })
        .unwrap()
        .1;
    assert_eq!(
        parts(alone)
            .iter()
            .filter(|(name, _)| name.starts_with("xl/worksheets/"))
            .count(),
        1
    );
    // From inside a zip, as it was sent.
    let zipped = returned
        .get("统战部2024年5月报送表（退回修改）.xlsx")
        .unwrap_or_else(|| panic!("{names:?}"));
    assert!(
        sheet_with(zipped, "规则代码")
            .1
            .contains("统战部.zip/报送/统战部2024年5月报送表.xlsx")
    );
    // An .xls is written anew, marked and numbered.
    let xls = &returned["市场监督管理局2024年5月报送表（退回修改）.xlsx"];
    assert!(sheet_with(xls, "规则代码").1.contains("重新生成"));
    assert!(
        parts(xls)
            .iter()
            .any(|(name, _)| name == "xl/comments1.xml")
    );
    assert!(sheet_with(xls, "submission").1.contains("<v>2</v>"));
    assert!(
        sheet_with(
            &returned["公共服务局2024年5月报送表（退回修改）.xlsx"],
            "规则代码"
        )
        .1
        .contains("重新生成")
    );
    // A second run gives the same bytes.
    office.run("2024-05");
    assert_eq!(office.returned("2024-05"), returned);
}

#[test]
fn copies_open_in_another_program() {
    let Ok(version) = Command::new("soffice").arg("--version").output() else {
        eprintln!("skipped: LibreOffice is not on this machine");
        return;
    };
    assert!(version.status.success());
    let office = Office::new("office");
    office.run("2024-06");
    let folder = office.out("2024-06").join("退回");
    let to = office.root.join("csv");
    let status = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            office.root.join("profile").display()
        ))
        // 44 and 34: comma and quote; 76: UTF-8.
        .args([
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
        ])
        .arg(&to)
        .args(fs::read_dir(&folder).unwrap().flatten().map(|e| e.path()))
        .output()
        .unwrap();
    assert!(status.status.success());
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        let csv = to.join(entry.path().with_extension("csv").file_name().unwrap());
        // The list is the sheet in front, and that is the one that is converted.
        assert!(
            fs::read_to_string(&csv).is_ok_and(|text| text.contains("规则代码")),
            "{}",
            csv.display()
        );
    }
}
