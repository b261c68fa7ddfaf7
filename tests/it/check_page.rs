//! 自查.html: what the program puts into it. `scripts/page.sh` tries it in browsers.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::desk::{Desk, fill, root};
use crate::xlsx;

/// A page made by an old core would find what the program no longer finds.
#[test]
fn the_browsers_core_is_built_of_these_sources() {
    fn walk(path: &Path, files: &mut Vec<String>) {
        let full = root().join(path);
        let name = path.file_name().unwrap().to_str().unwrap();
        if full.is_file() && name != "tests.rs" {
            files.push(path.to_str().unwrap().to_owned());
        } else if full.is_dir() && name != "tests" && name != "testing" {
            for entry in fs::read_dir(full).unwrap() {
                walk(&path.join(entry.unwrap().file_name()), files);
            }
        }
    }
    let listed = fs::read_to_string(root().join("page/core.sources")).unwrap();
    let mut files = Vec::new();
    for path in listed.lines() {
        walk(&PathBuf::from(path), &mut files);
    }
    files.sort();
    let hex = |bytes: &[u8]| -> String {
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let line = |path: &String| {
        let bytes = fs::read(root().join(path)).unwrap();
        format!("{}  {path}\n", hex(&bytes))
    };
    let now = hex(files.iter().map(line).collect::<String>().as_bytes());
    let built = fs::read_to_string(root().join("page/core.sha256")).unwrap();
    assert_eq!(built.trim(), now, "run scripts/core.sh and commit page/");
}

#[test]
fn the_page_is_written_from_the_plan_and_lies_beside_the_forms() {
    let desk = Desk::sample();
    desk.ok("page").says(["自查.html"]);
    let page = desk.read("自查.html");
    desk.ok("page --out 别处.html");
    assert!(page == desk.read("别处.html"), "the same bytes every time");
    desk.ok("forms 2024-06").says(["自查.html"]);
    assert!(page == desk.read("out/forms/2024-06/自查.html"));
}

/// What a form carries of earlier months is compared with where there is no inbox, and said; a run goes by its own inbox, whatever
/// the form says.
#[test]
fn a_forms_own_history_serves_the_departments_check_and_no_run() {
    let desk = Desk::sample();
    desk.ok("forms 2024-07");
    let name = "建设局2024年7月报送表.xlsx";
    let form = desk.read(&format!("out/forms/2024-07/{name}"));
    let filled = fill::type_in(&form, &[("sheet1", &fill::progress(&form, 7))]);
    // 2024-06 12 → 2024-06 900012: more than was ever reported, so that the indicator seems to have fallen.
    let mut changed = 0;
    let tampered = xlsx::with_part(&filled, "xl/sharedStrings.xml", |xml| {
        let mut pieces = xml.split("<t>2024-06 ");
        let mut out = pieces.next().unwrap().to_owned();
        for piece in pieces {
            out += "<t>2024-06 ";
            if piece.starts_with(|c: char| c.is_ascii_digit()) {
                out += "9000";
                changed += 1;
            }
            out += piece;
        }
        out
    });
    assert!(changed > 0, "the form carries June");
    let codes = |entry: &serde_json::Value| -> Vec<String> {
        let findings = entry["findings"].as_array().unwrap();
        findings.iter().map(|f| f["code"].to_string()).collect()
    };
    let check = |folder: &str, bytes: &[u8]| {
        desk.write(&format!("{folder}/{name}"), bytes);
        let all = desk.json(&format!("check {folder}/{name} --inbox 无"));
        assert_eq!(all[0]["history"], "form");
        codes(&all[0])
    };
    assert_ne!(check("甲", &filled), check("乙", &tampered));
    desk.duban(&format!("check 甲/{name} --inbox 无"))
        .says(["表内自带的截至2024年6月的采信数"]);
    let with_inbox = desk.json(&format!("check 乙/{name} --inbox inbox"));
    assert_eq!(with_inbox[0]["history"], "inbox");
    let run = |bytes: &[u8]| {
        desk.write(&format!("inbox/2024-07/{name}"), bytes);
        desk.duban("run 2024-07");
        ["findings.json", "records.csv"].map(|part| desk.text(&format!("out/2024-07/{part}")))
    };
    assert_eq!(run(&filled), run(&tampered));
}

/// The copy beside the file is the file with its marks; neither it nor a copy of before is touched.
#[test]
fn check_marks_a_copy_beside_the_file() {
    let desk = Desk::sample();
    let file = "生态环境局2024年5月报送表.xlsx";
    let bytes = desk.read(&format!("inbox/2024-05/{file}"));
    desk.write(&format!("我的/{file}"), &bytes);
    let copy = "我的/生态环境局2024年5月报送表（已标注）.xlsx";
    let line = format!("check 我的/{file} --mark");
    desk.finds(&line).says(["标好的表已写入"]);
    let marked = desk.read(copy);
    desk.duban(&line).says(["标好的表已在"]);
    assert!(desk.read(&format!("我的/{file}")) == bytes);
    desk.write(copy, "正在里面改");
    desk.finds(&line);
    assert_eq!(desk.text(copy), "正在里面改");
    assert!(desk.read("我的/生态环境局2024年5月报送表（已标注）2.xlsx") == marked);
    desk.write("我的/坏.xlsx", "不是表");
    desk.finds("check 我的/坏.xlsx --mark")
        .says(["没有可以标注的地方"]);
}
