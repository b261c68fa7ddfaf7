//! Closing a month: what is kept, what can no longer change, what is found when it was changed all the same.

use duban::intake::arrival::sha256;

use crate::desk::{SMALL_PLAN, writable};
use crate::prelude::*;
use crate::xlsx;

const RUN: &str = "run 2024-05";
const SEAL: &str = "seal 2024-05";
/// A desk whose May is sealed.
fn sealed() -> Desk {
    let desk = Desk::in_may();
    desk.ok(SEAL);
    desk
}

#[track_caller]
fn assert_verifies(desk: &Desk) {
    desk.ok("verify");
}

#[test]
fn a_sealed_month_keeps_originals_plan_reports_and_hashes() {
    let desk = Desk::in_may();
    desk.ok(RUN);
    let reports = desk.content("out/2024-05");
    desk.ok(SEAL).says(["2024年4月还没有封存"]);
    assert!(
        desk.content("out/2024-05") == reports,
        "sealing changes no report"
    );
    let sealed = desk.content("archive/2024-05");
    for (name, bytes) in &reports {
        let kept = sealed.get(&format!("outputs/{name}"));
        assert!(kept == Some(bytes), "{name}");
    }
    for (name, bytes) in desk.content("inbox/2024-05") {
        let is_original =
            |(kept, b): (&String, &Vec<u8>)| kept.starts_with("originals/") && *b == bytes;
        assert!(sealed.iter().any(is_original), "{name}");
    }
    assert_eq!(sealed["plan.toml"], SMALL_PLAN.as_bytes());
    let manifest = desk.json_of("archive/2024-05/seal.json");
    assert_eq!(manifest["sealed"], "2024-06-10T09:00:00");
    desk.ok("verify 2024-05");
    desk.fails(SEAL).says(["不能重复封存"]);
}

#[test]
fn open_errors_and_missing_departments_ask_for_with_open() {
    let desk = Desk::small();
    desk.submit_green(5, -1.0, 3.0);
    desk.finds(SEAL)
        .says(["公共服务局没有可用的报送", "--with-open"]);
    assert!(desk.content("archive/2024-05").is_empty());
    desk.ok("seal 2024-05 --with-open");
    assert_verifies(&desk);
}

/// What was asked for when the month was sealed is made again by verify; a later run may ask for more.
#[test]
fn a_detail_workbook_is_made_where_it_is_asked_for_and_sealed_with_the_month() {
    let details = |desk: &Desk, place: &str| {
        let names = desk.files(place);
        names.iter().filter(|name| name.contains("明细")).count()
    };
    let desk = Desk::in_may();
    desk.ok(RUN);
    assert_eq!(details(&desk, "out/2024-05"), 0);
    desk.ok("run 2024-05 --detail --list-rows 1")
        .says(["明细（2024年5月）.xlsx"]);
    assert_eq!(details(&desk, "out/2024-05"), 1);
    desk.ok("seal 2024-05 --detail");
    assert_eq!(details(&desk, "archive/2024-05"), 1);
    assert_verifies(&desk);
    desk.fails("run 2024-05 --list-rows 0");

    let plain = sealed();
    let before = plain.content("archive/2024-05");
    plain.ok("run 2024-05 --detail");
    assert_eq!(details(&plain, "out/2024-05"), 1);
    assert!(plain.content("archive/2024-05") == before);
    assert_verifies(&plain);
}

/// The sealed value stands, in its own month and in later ones; the inbox's other value is R019.
#[test]
fn what_the_inbox_would_change_is_reported_and_changes_nothing() {
    let desk = sealed();
    let sealed = desk.content("out/2024-05");
    let archive = desk.content("archive");
    desk.ok(RUN);
    assert!(
        desk.content("out/2024-05") == sealed,
        "an untouched inbox gives the sealed reports to the byte"
    );

    desk.submit_green(5, 6.9, 7.5);
    desk.duban(RUN).says(["R019"]);
    let findings = desk.json_of("out/2024-05/findings.json");
    let told = entry(&findings, "code", "R019");
    assert_eq!(
        ["cell", "found", "severity"].map(|key| text(told, key)),
        ["D4", "6.9", "warning"]
    );
    assert!(desk.content("out/2024-05")["records.csv"] == sealed["records.csv"]);

    // June is compared with the sealed value; the inbox of May may even be gone.
    desk.remove("inbox/2024-05");
    desk.submit_green(6, 7.0, 9.0);
    desk.submit(6, "公共服务局", &[("托育服务", "新增托位", 140.0)]);
    desk.ok("run 2024-06");
    let figures = &desk.json_of("out/2024-06/facts.json")["figures"];
    assert_eq!(figures["indicator.2.1.previous"]["value"], 6.5);
    assert_eq!(figures["indicator.2.1.increment"]["value"], 0.5);
    // A sealed month needs no inbox.
    desk.ok(RUN);
    assert!(desk.content("out/2024-05") == sealed);
    assert!(desk.content("archive") == archive);
}

#[test]
fn a_changed_plan_changes_no_sealed_month() {
    let desk = sealed();
    let reports = desk.content("out/2024-05");
    desk.write(PLAN, SMALL_PLAN.replace("target = 16", "target = 8"));
    desk.ok(RUN);
    assert!(desk.content("out/2024-05") == reports);
    assert_verifies(&desk);
}

#[test]
fn reopening_is_recorded_and_keeps_the_earlier_seal() {
    let desk = sealed();
    // A reason is asked for.
    desk.fails("seal 2024-05 --reopen");
    desk.ok("seal 2024-05 --reopen --reason 建设局漏报一处绿地");
    let log = desk.text("archive/reopened.csv");
    for part in ["2024-05,1,", "建设局漏报一处绿地", "2024-06-10T09:00:00"] {
        assert!(log.contains(part), "{log}");
    }
    desk.submit_green(5, 6.9, 7.5);
    desk.ok(SEAL);
    assert!(desk.path("archive/2024-05.1/seal.json").exists());
    assert_verifies(&desk);
    let diff = desk.json("diff --period 2024-05.1 2024-05");
    let changes = diff["changes"].list();
    let green = changes
        .iter()
        .find(|c| c["part"] == "指标" && c["id"] == "2.1")
        .unwrap();
    assert!(text(green, "before").starts_with("6.5万平方米"), "{green}");
    assert!(text(green, "after").starts_with("6.9万平方米"), "{green}");
    assert!(!changes.iter().any(|c| c["id"] == "4.1"));
    // A second reopening adds its line behind the first.
    desk.ok("seal 2024-05 --reopen --reason 再次核实");
    assert!(desk.text("archive/reopened.csv").starts_with(&log));
    assert_verifies(&desk);
}

/// Each file of the archive in turn: one bit of it is turned over, and verify names it.
#[test]
fn one_flipped_byte_anywhere_is_found_and_named() {
    let desk = sealed();
    desk.ok("seal 2024-04");
    desk.ok("seal 2024-04 --reopen --reason 核实");
    assert_verifies(&desk);
    writable(&desk.path("archive"));
    for (name, bytes) in desk.content("archive") {
        let path = format!("archive/{name}");
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        desk.write(&path, &changed);
        // seal.json and its hash stand for each other.
        desk.finds("verify")
            .says([&name.replace("seal.sha256", "seal.json")]);
        desk.write(&path, &bytes);
    }
    desk.write("archive/2024-05/originals/new", "x");
    desk.duban("verify").says(["originals/new"]);
    desk.remove("archive/2024-05/originals/new");
    desk.remove("archive/2024-05/month.json");
    assert_eq!(desk.json("verify")["equal"], false);
    desk.duban("verify").says(["month.json"]);
}

#[test]
fn quiet_json_of_verify_diff_and_trace_is_printed() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    for line in [
        "verify",
        "diff --period 2024-04 2024-05",
        "trace 2.1",
        "trace --all",
    ] {
        let loud = desk.duban(&format!("{line} --format json"));
        let quiet = desk.duban(&format!("{line} --format json --quiet"));
        assert!(quiet.json().is_object(), "{line}");
        assert_eq!(quiet.out, loud.out);
    }
}

#[test]
fn a_damaged_seal_is_not_used() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    writable(&desk.path("archive"));
    let month = "archive/2024-04/month.json";
    desk.write(month, desk.text(month).replace("\"4\"", "\"5\""));
    desk.fails(RUN).says(["month.json", "duban verify"]);
    assert!(!desk.path("out/2024-05").exists());
}

/// File names come from departments and mail: none of them is a path here.
#[test]
fn no_file_name_escapes_the_archive() {
    let desk = Desk::in_may();
    let names = [
        "inner.zip",
        "../../../escape.xlsx",
        "/escape.xlsx",
        "..\\..\\escape.xlsx",
        "C:\\escape.xlsx",
    ];
    desk.write("inbox/2024-05/其他.zip", xlsx::pack(&names.map(|n| (n, n))));
    desk.ok("seal 2024-05 --with-open");
    assert_verifies(&desk);
    for name in desk.files("archive/2024-05/originals") {
        assert!(
            name.len() >= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'),
            "{name}"
        );
    }
    assert!(!desk.path("escape.xlsx").exists() && !desk.path("../escape.xlsx").exists());
}

/// Secret material is out of scope: it is not copied anywhere.
#[test]
fn a_file_with_a_secrecy_marking_is_not_kept() {
    let desk = Desk::in_may();
    let rows = [xlsx::texts(["机密★1年"]), xlsx::texts(["SECRET-CONTENT"])].concat();
    let secret = xlsx::book(&[("a", format!("<sheetData>{rows}</sheetData>"))], &[]);
    desk.write("inbox/2024-05/建设局2024年5月补充.xlsx", &secret);
    desk.ok("seal 2024-05 --with-open");
    let hash = sha256(&secret);
    let manifest = desk.json_of("archive/2024-05/seal.json");
    let original = entry(&manifest["originals"], "sha256", &hash);
    assert!(original["stored"].is_null(), "{original}");
    let archive = desk.files("archive/2024-05");
    assert!(!archive.iter().any(|name| name.contains(&hash)));
    assert_verifies(&desk);
}

#[test]
fn hand_edited_reports_are_sealed_too() {
    let desk = Desk::in_may();
    desk.ok(RUN);
    let names = desk.files("out/2024-05");
    let stem = names.iter().find_map(|n| n.strip_suffix(".xlsx")).unwrap();
    desk.write(&format!("out/2024-05/{stem}.xlsx"), "edited");
    desk.duban(SEAL).says(["（手改）"]);
    let kept = format!("archive/2024-05/edited/{stem}（手改）.xlsx");
    assert_eq!(desk.text(&kept), "edited");
    assert_verifies(&desk);
}

#[cfg(unix)]
#[test]
fn outputs_and_archive_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = sealed();
    for (path, mode) in [
        ("out", 0o700),
        ("out/2024-05", 0o700),
        ("archive", 0o700),
        ("out/2024-05/facts.json", 0o600),
        ("archive/2024-05", 0o500),
        ("archive/2024-05/originals", 0o500),
        ("archive/2024-05/seal.json", 0o400),
    ] {
        let now = fs::metadata(desk.path(path)).unwrap().permissions().mode();
        assert_eq!(now & 0o777, mode, "{path}");
    }
}

/// A copy of April's seal under May's name stood for May: every check passed, and a later month lost May's figures.
#[test]
fn a_seal_under_another_months_name_is_refused() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    for (name, bytes) in desk.content("archive/2024-04") {
        desk.write(&format!("archive/2024-05/{name}"), bytes);
    }
    let words = ["的内容是2024年4月第1次封存"];
    desk.finds("verify").says(words);
    desk.fails(RUN).says(words);
    desk.fails("diff --period 2024-04 2024-05").says(words);
    assert!(desk.content("out/2024-05").is_empty());
    desk.remove("archive/2024-05");
    // An earlier seal is not another one either.
    writable(&desk.path("archive"));
    fs::rename(desk.path("archive/2024-04"), desk.path("archive/2024-04.2")).unwrap();
    desk.finds("verify").says(words);
}

/// A direction override, an escape or bytes that are no UTF-8 in a name: the file was not found again by the name shown, so
/// that no month with it could be sealed or verified, and its return copy was written anew.
#[cfg(target_os = "linux")]
#[test]
fn files_with_odd_names_are_sealed_and_returned_as_they_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for name in [
        &b"\xe2\x80\xae\xe5\xbb\xba\xe8\xae\xbe\xe5\xb1\x80.xlsx"[..],
        b"\x1b[31m\x7f.xlsx",
        b"\xbd\xa8\xc9\xe8\xbe\xd6.xlsx",
    ] {
        let desk = Desk::in_may();
        // Less than in April: there is a return copy.
        desk.submit_green(5, 6.5, 4.0);
        let path = desk.path("inbox/2024-05/建设局2024年5月报送表.xlsx");
        fs::rename(&path, path.with_file_name(OsStr::from_bytes(name))).unwrap();
        desk.ok("seal 2024-05 --with-open");
        assert!(!desk.content("out/2024-05/退回").is_empty());
        assert_verifies(&desk);
    }
}

/// `run --out inbox` swapped the inbox away.
#[test]
fn an_output_folder_that_is_read_from_is_refused() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    let before = [desk.content("inbox"), desk.content("archive")];
    for out in [
        "inbox",
        "inbox/2024-05",
        "inbox/new/out",
        "archive",
        ".",
        "seeds/2024",
    ] {
        let run = desk.duban(&format!("{RUN} --out {out}"));
        run.exits(2).says(["输出位置"]);
    }
    assert!([desk.content("inbox"), desk.content("archive")] == before);
}
