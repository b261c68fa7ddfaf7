//! Closing a month: what is kept, what can no longer change, what is found when it was changed all the same.

mod office;

use std::fs;

use office::{Office, content, report, writable};

const GREEN: &str = "街头绿地面积";

fn findings(office: &Office, code: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(office.path("out/2024-05/findings.json")).unwrap();
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    all.into_iter().filter(|f| f["code"] == code).collect()
}

#[test]
fn a_sealed_month_keeps_originals_plan_reports_and_hashes() {
    let office = Office::in_may();
    let run = office.duban(&["run", "--period", "2024-05"]);
    assert!(run.code == Some(0), "{run:?}");
    let reports = office.content("out/2024-05");
    let seal = office.duban(&["seal", "--period", "2024-05"]);
    assert_eq!(seal.code, Some(0), "{seal:?}");
    assert!(seal.out.contains("2024年4月还没有封存"), "{seal:?}");
    assert_eq!(
        office.content("out/2024-05"),
        reports,
        "sealing changes no report"
    );
    let sealed = office.content("archive/2024-05");
    for (name, bytes) in &reports {
        assert_eq!(
            sealed.get(&format!("outputs/{name}")),
            Some(bytes),
            "{name}"
        );
    }
    let originals: Vec<_> = sealed
        .iter()
        .filter(|(name, _)| name.starts_with("originals/"))
        .map(|(_, bytes)| bytes.clone())
        .collect();
    for bytes in office.content("inbox/2024-05").values() {
        assert!(originals.contains(bytes));
    }
    assert_eq!(sealed["plan.toml"], office::PLAN.as_bytes());
    let manifest: serde_json::Value = serde_json::from_slice(&sealed["seal.json"]).unwrap();
    assert_eq!(manifest["sealed"], "2024-06-10T09:00:00");
    let verify = office.duban(&["verify", "--period", "2024-05"]);
    assert_eq!(verify.code, Some(0), "{verify:?}");
    let again = office.duban(&["seal", "--period", "2024-05"]);
    assert!(
        again.code == Some(2) && again.err.contains("不能重复封存"),
        "{again:?}"
    );
}

#[test]
fn open_errors_and_missing_departments_ask_for_with_open() {
    let office = Office::new();
    office.submit(
        5,
        "建设局",
        &[
            ("城市绿荫工程", GREEN, -1.0),
            ("城市绿荫工程", "山城绿道长度", 3.0),
        ],
    );
    let refused = office.duban(&["seal", "--period", "2024-05"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.err.contains("公共服务局没有可用的报送") && refused.err.contains("--with-open"),
        "{refused:?}"
    );
    assert!(office.content("archive/2024-05").is_empty());
    assert_eq!(
        office
            .duban(&["seal", "--period", "2024-05", "--with-open"])
            .code,
        Some(0)
    );
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}

/// What was asked for when the month was sealed is made again by verify; a later run may ask for more.
#[test]
fn a_detail_workbook_is_made_where_it_is_asked_for_and_sealed_with_the_month() {
    let details = |office: &Office, place: &str| {
        office
            .content(place)
            .keys()
            .filter(|name| name.contains("明细"))
            .cloned()
            .collect::<Vec<_>>()
    };
    let office = Office::in_may();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    assert!(details(&office, "out/2024-05").is_empty());
    let run = office.duban(&["run", "--period", "2024-05", "--detail", "--list-rows", "1"]);
    assert!(
        run.code == Some(0) && run.out.contains("明细（2024年5月）.xlsx"),
        "{run:?}"
    );
    assert_eq!(details(&office, "out/2024-05").len(), 1);
    assert_eq!(
        office
            .duban(&["seal", "--period", "2024-05", "--detail"])
            .code,
        Some(0)
    );
    assert_eq!(details(&office, "archive/2024-05").len(), 1);
    assert_eq!(office.duban(&["verify"]).code, Some(0));
    let zero = office.duban(&["run", "--period", "2024-05", "--list-rows", "0"]);
    assert_eq!(zero.code, Some(2), "{zero:?}");

    let plain = Office::in_may();
    assert_eq!(plain.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    let sealed = plain.content("archive/2024-05");
    assert_eq!(
        plain
            .duban(&["run", "--period", "2024-05", "--detail"])
            .code,
        Some(0)
    );
    assert_eq!(details(&plain, "out/2024-05").len(), 1);
    assert_eq!(plain.content("archive/2024-05"), sealed);
    assert_eq!(plain.duban(&["verify"]).code, Some(0));
}

/// The sealed value stands, in its own month and in later ones; the inbox's other value is R019.
#[test]
fn what_the_inbox_would_change_is_told_and_changes_nothing() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    let sealed = office.content("out/2024-05");
    let archive = office.content("archive");
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    assert_eq!(
        office.content("out/2024-05"),
        sealed,
        "an untouched inbox gives the sealed reports to the byte"
    );

    office.submit(
        5,
        "建设局",
        &[
            ("城市绿荫工程", GREEN, 6.9),
            ("城市绿荫工程", "山城绿道长度", 7.5),
        ],
    );
    let run = office.duban(&["run", "--period", "2024-05"]);
    assert!(run.out.contains("R019"), "{run:?}");
    let told = findings(&office, "R019");
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["cell"], &told[0]["found"], &told[0]["severity"]),
        (&"D4".into(), &"6.9".into(), &"warning".into())
    );
    assert_eq!(
        office.content("out/2024-05")["records.csv"],
        sealed["records.csv"]
    );

    // June is held against the sealed value, the inbox of May may even be gone.
    fs::remove_dir_all(office.path("inbox/2024-05")).unwrap();
    office.submit(
        6,
        "建设局",
        &[
            ("城市绿荫工程", GREEN, 7.0),
            ("城市绿荫工程", "山城绿道长度", 9.0),
        ],
    );
    office.submit(6, "公共服务局", &[("托育服务", "新增托位", 140.0)]);
    assert_eq!(office.duban(&["run", "--period", "2024-06"]).code, Some(0));
    let facts: serde_json::Value =
        serde_json::from_slice(&office.content("out/2024-06")["facts.json"]).unwrap();
    assert_eq!(facts["figures"]["indicator.2.1.previous"]["value"], 6.5);
    assert_eq!(facts["figures"]["indicator.2.1.increment"]["value"], 0.5);
    // A sealed month needs no inbox.
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    assert_eq!(office.content("out/2024-05"), sealed);
    assert_eq!(office.content("archive"), archive);
}

#[test]
fn a_changed_plan_changes_no_sealed_month() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    let sealed = office.content("out/2024-05");
    fs::write(
        office.path("plan.toml"),
        office::PLAN.replace("target = 16", "target = 8"),
    )
    .unwrap();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    assert_eq!(office.content("out/2024-05"), sealed);
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}

#[test]
fn reopening_is_recorded_and_keeps_the_earlier_seal() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    assert_eq!(
        office
            .duban(&["seal", "--period", "2024-05", "--reopen"])
            .code,
        Some(2),
        "a reason is asked for"
    );
    let reopened = office.duban(&[
        "seal",
        "--period",
        "2024-05",
        "--reopen",
        "--reason",
        "建设局漏报一处绿地",
    ]);
    assert_eq!(reopened.code, Some(0), "{reopened:?}");
    let log = fs::read_to_string(office.path("archive/reopened.csv")).unwrap();
    assert!(
        log.contains("2024-05,1,")
            && log.contains("建设局漏报一处绿地")
            && log.contains("2024-06-10T09:00:00"),
        "{log}"
    );
    office.submit(
        5,
        "建设局",
        &[
            ("城市绿荫工程", GREEN, 6.9),
            ("城市绿荫工程", "山城绿道长度", 7.5),
        ],
    );
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    assert!(office.path("archive/2024-05.1/seal.json").exists());
    assert_eq!(office.duban(&["verify"]).code, Some(0));
    let diff = office
        .duban(&[
            "diff",
            "--period",
            "2024-05.1",
            "2024-05",
            "--format",
            "json",
        ])
        .json();
    let changes = diff["changes"].as_array().unwrap();
    let green = changes
        .iter()
        .find(|c| c["part"] == "指标" && c["id"] == "2.1")
        .unwrap();
    assert!(
        green["before"].as_str().unwrap().starts_with("6.5万平方米")
            && green["after"].as_str().unwrap().starts_with("6.9万平方米")
    );
    assert!(!changes.iter().any(|c| c["id"] == "4.1"));
    // A second reopening adds its line behind the first.
    assert_eq!(
        office
            .duban(&[
                "seal",
                "--period",
                "2024-05",
                "--reopen",
                "--reason",
                "再次核实"
            ])
            .code,
        Some(0)
    );
    assert!(
        fs::read_to_string(office.path("archive/reopened.csv"))
            .unwrap()
            .starts_with(&log)
    );
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}

/// Each file of the archive in turn: one bit of it is turned over, and verify names it.
#[test]
fn one_flipped_byte_anywhere_is_found_and_named() {
    let office = Office::in_may();
    for month in ["2024-04", "2024-05"] {
        assert_eq!(office.duban(&["seal", "--period", month]).code, Some(0));
    }
    assert_eq!(
        office
            .duban(&[
                "seal", "--period", "2024-04", "--reopen", "--reason", "核实"
            ])
            .code,
        Some(0)
    );
    assert_eq!(office.duban(&["verify"]).code, Some(0));
    writable(&office.path("archive"));
    for (name, bytes) in office.content("archive") {
        let path = office.path("archive").join(&name);
        let mut changed = bytes.clone();
        let at = bytes.len() / 2;
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        let verify = office.duban(&["verify"]);
        assert_eq!(verify.code, Some(1), "{name}: {verify:?}");
        // seal.json and its hash stand for each other.
        assert!(
            verify
                .out
                .contains(&name.replace("seal.sha256", "seal.json")),
            "{name}: {verify:?}"
        );
        fs::write(&path, &bytes).unwrap();
    }
    fs::write(office.path("archive/2024-05/originals/new"), "x").unwrap();
    assert!(office.duban(&["verify"]).out.contains("originals/new"));
    fs::remove_file(office.path("archive/2024-05/originals/new")).unwrap();
    fs::remove_file(office.path("archive/2024-05/month.json")).unwrap();
    let verify = office.duban(&["verify", "--format", "json"]).json();
    assert_eq!(verify["equal"], false);
    assert!(office.duban(&["verify"]).out.contains("month.json"));
}

#[test]
fn quiet_json_of_verify_diff_and_trace_is_printed() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-04"]).code, Some(0));
    for args in [
        &["verify"][..],
        &["diff", "--period", "2024-04", "2024-05"],
        &["trace", "2.1"],
        &["trace", "--all"],
    ] {
        let json = [args, &["--format", "json"]].concat();
        let quiet = office.duban(&[&json[..], &["--quiet"]].concat());
        assert!(quiet.json().is_object(), "{args:?}");
        assert_eq!(quiet.out, office.duban(&json).out);
    }
}

#[test]
fn a_damaged_seal_is_not_used() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-04"]).code, Some(0));
    writable(&office.path("archive"));
    let path = office.path("archive/2024-04/month.json");
    fs::write(
        &path,
        fs::read_to_string(&path).unwrap().replace("\"4\"", "\"5\""),
    )
    .unwrap();
    let run = office.duban(&["run", "--period", "2024-05"]);
    assert!(
        run.code == Some(2) && run.err.contains("month.json") && run.err.contains("duban verify"),
        "{run:?}"
    );
    assert!(!office.path("out/2024-05").exists());
}

/// File names come from departments and mail: none of them is a path here.
#[test]
fn no_file_name_escapes_the_archive() {
    let office = Office::in_may();
    let zip = office.path("inbox/2024-05/其他.zip");
    let mut writer = zip::ZipWriter::new(fs::File::create(&zip).unwrap());
    for name in [
        "inner.zip",
        "../../../escape.xlsx",
        "/escape.xlsx",
        "..\\..\\escape.xlsx",
        "C:\\escape.xlsx",
    ] {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut writer, name.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let before: Vec<_> = fs::read_dir(office.root.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(
        office
            .duban(&["seal", "--period", "2024-05", "--with-open"])
            .code,
        Some(0)
    );
    assert_eq!(office.duban(&["verify"]).code, Some(0));
    for name in content(&office.path("archive/2024-05"))
        .keys()
        .filter(|n| n.starts_with("originals/"))
    {
        let file = name.strip_prefix("originals/").unwrap();
        assert!(
            file.len() >= 64 && file.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'),
            "{name}"
        );
    }
    assert!(!office.path("escape.xlsx").exists() && !before.iter().any(|n| n == "escape.xlsx"));
}

/// Secret material is out of scope: it is not copied anywhere.
#[test]
fn a_file_with_a_secrecy_marking_is_not_kept() {
    let office = Office::in_may();
    let path = office.path("inbox/2024-05/建设局2024年5月补充.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "机密★1年").unwrap();
    sheet.write(2, 0, "SECRET-CONTENT").unwrap();
    workbook.save(&path).unwrap();
    let hash = duban::intake::arrival::sha256(&fs::read(&path).unwrap());
    let seal = office.duban(&["seal", "--period", "2024-05", "--with-open"]);
    assert_eq!(seal.code, Some(0), "{seal:?}");
    let archive = office.content("archive/2024-05");
    let manifest: serde_json::Value = serde_json::from_slice(&archive["seal.json"]).unwrap();
    let entry = manifest["originals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["sha256"] == hash.as_str())
        .unwrap();
    assert!(entry["stored"].is_null(), "{entry}");
    assert!(!archive.keys().any(|name| name.contains(&hash)));
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}

#[test]
fn hand_edited_reports_are_sealed_too() {
    let office = Office::in_may();
    assert_eq!(office.duban(&["run", "--period", "2024-05"]).code, Some(0));
    let name = office
        .content("out/2024-05")
        .into_keys()
        .find(|n| n.ends_with(".xlsx"))
        .unwrap();
    fs::write(office.path("out/2024-05").join(&name), "edited").unwrap();
    let seal = office.duban(&["seal", "--period", "2024-05"]);
    assert!(seal.out.contains("（手改）"), "{seal:?}");
    let kept = format!(
        "edited/{}（手改）.xlsx",
        name.strip_suffix(".xlsx").unwrap()
    );
    assert_eq!(office.content("archive/2024-05")[&kept], b"edited");
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}

#[cfg(unix)]
#[test]
fn outputs_and_archive_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::in_may();
    assert_eq!(office.duban(&["seal", "--period", "2024-05"]).code, Some(0));
    let mode = |path: &str| {
        fs::metadata(office.path(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        [mode("out"), mode("out/2024-05"), mode("archive")],
        [0o700; 3]
    );
    assert_eq!(mode("out/2024-05/facts.json"), 0o600);
    assert_eq!(
        [mode("archive/2024-05"), mode("archive/2024-05/originals")],
        [0o500; 2]
    );
    assert_eq!(mode("archive/2024-05/seal.json"), 0o400);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_inbox_is_not_followed_into_the_archive() {
    let office = Office::in_may();
    report(
        &office.path("outside.xlsx"),
        5,
        "建设局",
        &[("城市绿荫工程", GREEN, 15.0)],
    );
    std::os::unix::fs::symlink(
        office.path("outside.xlsx"),
        office.path("inbox/2024-05/建设局2024年5月报送表（2）.xlsx"),
    )
    .unwrap();
    assert_eq!(
        office
            .duban(&["seal", "--period", "2024-05", "--with-open"])
            .code,
        Some(0)
    );
    let outside = fs::read(office.path("outside.xlsx")).unwrap();
    assert!(
        !office
            .content("archive/2024-05")
            .values()
            .any(|bytes| *bytes == outside)
    );
    assert_eq!(office.duban(&["verify"]).code, Some(0));
}
