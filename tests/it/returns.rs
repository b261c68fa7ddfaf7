//! Return copies through the program itself: which files get one, what is in it, and what becomes of it when it comes back.

use crate::prelude::*;
use crate::xlsx::{set_cell, with_part};

/// Runs a month and gives its findings.
fn run(desk: &Desk, period: &str) -> Vec<Value> {
    let said = desk.duban(&format!("run {period}"));
    assert!(matches!(said.code, Some(0 | 1)), "{said}");
    let findings = desk.json_of(&format!("out/{period}/findings.json"));
    findings.list().clone()
}

/// The first sheet part that holds these words, and its text.
fn sheet_with(bytes: &[u8], words: &str) -> (String, String) {
    let sheets = parts(bytes)
        .into_iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    sheets
        .map(|(name, data)| (name, String::from_utf8(data).unwrap()))
        .find(|(_, text)| text.contains(words))
        .unwrap_or_else(|| panic!("no sheet with {words}"))
}

/// The workbook with the sheet that holds these words changed, as a department's own program would save it.
fn edited(bytes: &[u8], words: &str, change: impl FnOnce(&mut String)) -> Vec<u8> {
    let (part, _) = sheet_with(bytes, words);
    with_part(bytes, &part, |mut sheet| {
        change(&mut sheet);
        sheet
    })
}

fn of<'f>(findings: &'f [Value], department: &str, code: &str) -> Vec<&'f Value> {
    findings
        .iter()
        .filter(|f| f["department"] == department && f["code"] == code)
        .collect()
}

#[test]
fn a_corrected_and_answered_copy_is_the_newer_submission() {
    let desk = Desk::sample();
    let before = run(&desk, "2024-06");
    assert_eq!(of(&before, "ggfw", "C011").len(), 1);
    assert_eq!(text(of(&before, "cjzx", "R007")[0], "status"), "open");
    assert_eq!(of(&before, "cjzx", "R016").len(), 1);
    let first = desk.content("out/2024-06/退回");
    // What was wrong is corrected at the marked cell.
    let corrected = "公共服务局2024年6月报送表（退回修改）.xlsx";
    let copy = edited(&first[corrected], "legacyDrawing", |sheet| {
        assert!(sheet.contains("<v>0.761</v>"), "{sheet}");
        set_cell(sheet, "H9", &76.1.into());
    });
    desk.write(&format!("inbox/2024-06/{corrected}"), copy);
    // Warnings are answered in the list.
    let answered = "城市建设事务中心2024年6月报送表（退回修改）.xlsx";
    let copy = edited(&first[answered], "规则代码", |list| {
        assert!(list.contains("R007") && list.contains("location=\"'进展情况'!I12\""));
        assert!(list.contains("请于　　月　　日前重新报送。有疑问请联系督查室，电话："));
        set_cell(list, "G7", &"设备招标中，7月到货".into());
        set_cell(list, "G8", &"已约谈施工单位".into());
    });
    desk.write(&format!("inbox/2024-06/{answered}"), copy);

    let after = run(&desk, "2024-06");
    assert!(of(&after, "ggfw", "C011").is_empty());
    for code in ["R007", "R016"] {
        let found = of(&after, "cjzx", code);
        assert_eq!(
            (found.len(), text(found[0], "status")),
            (1, "explained"),
            "{code}"
        );
    }
    for department in ["ggfw", "cjzx"] {
        let superseded = of(&after, department, "F007");
        let is_first = superseded.len() == 1 && !text(superseded[0], "file").contains("退回修改");
        assert!(is_first, "{superseded:?}");
        let is_open = |f: &&Value| {
            f["department"] == department && f["severity"] != "note" && f["status"] == "open"
        };
        let open: Vec<_> = after.iter().filter(is_open).collect();
        assert!(open.is_empty(), "{open:#?}");
    }
    // Nothing is open: nothing is returned.
    let second = desk.files("out/2024-06/退回");
    assert!(
        !second.iter().any(|n| n == corrected || n == answered),
        "{second:?}"
    );
}

#[test]
fn every_kind_of_file_gets_its_kind_of_copy() {
    let desk = Desk::sample();
    let path = |department: &str| format!("inbox/2024-05/{department}2024年5月报送表.xlsx");
    // A second file of a department that cannot be opened, one inside a zip, and one with a secrecy marking.
    desk.write(
        "inbox/2024-05/建设局5月补充.xls",
        "<html><body>no workbook</body></html>",
    );
    // It came last, so that the usable one does not replace it.
    let register = desk.text("inbox/2024-05/received.csv");
    desk.write(
        "inbox/2024-05/received.csv",
        format!("{}\n建设局5月补充.xls,2024-06-28\n", register.trim_end()),
    );
    let form = desk.read(&path("统战部"));
    desk.remove(&path("统战部"));
    desk.write(
        "inbox/2024-05/统战部.zip",
        pack(&[("报送/统战部2024年5月报送表.xlsx", form)]),
    );
    let secret = edited(&desk.read(&path("生态环境局")), "mergeCells", |sheet| {
        set_cell(sheet, "A1", &"机密★1年".into());
    });
    desk.write(&path("生态环境局"), secret);
    // A part in an encoding that only its declaration knows: read, but not patched.
    let odd = edited(&desk.read(&path("公共服务局")), "mergeCells", |sheet| {
        *sheet = sheet.replacen("UTF-8", "GBK", 1);
    });
    desk.write(&path("公共服务局"), odd);

    let findings = run(&desk, "2024-05");
    let returned = desk.content("out/2024-05/退回");
    let copy =
        |department: &str| &returned[&format!("{department}2024年5月报送表（退回修改）.xlsx")];
    let list = |copy: &[u8]| sheet_with(copy, "规则代码").1;
    assert!(!of(&findings, "sthj", "F010").is_empty());
    assert!(!returned.keys().any(|n| n.starts_with("生态环境局")));
    // The list alone: there is no workbook to mark.
    let (_, alone) = returned
        .iter()
        .find(|(name, bytes)| name.starts_with("建设局") && list(bytes).contains("F001"))
        .unwrap();
    let names = parts(alone).into_iter().map(|(name, _)| name);
    assert_eq!(names.filter(|n| n.starts_with("xl/worksheets/")).count(), 1);
    // From inside a zip, as it was sent.
    assert!(list(copy("统战部")).contains("统战部.zip/报送/统战部2024年5月报送表.xlsx"));
    // An .xls is written anew, marked and numbered.
    let xls = copy("市场监督管理局");
    assert!(list(xls).contains("重新生成"));
    assert!(
        parts(xls)
            .iter()
            .any(|(name, _)| name == "xl/comments1.xml")
    );
    assert!(sheet_with(xls, "submission").1.contains("<v>2</v>"));
    assert!(list(copy("公共服务局")).contains("重新生成"));
    // A second run gives the same bytes.
    run(&desk, "2024-05");
    assert!(desk.content("out/2024-05/退回") == returned);
}

#[test]
fn copies_open_in_another_program() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::sample();
    run(&desk, "2024-06");
    let folder = desk.path("out/2024-06/退回");
    let copies: Vec<_> = files(&folder)
        .keys()
        .map(|name| folder.join(name))
        .collect();
    for csv in libreoffice::convert(&desk, &copies, "csv", "csv") {
        // The list is the sheet in front, and that is the one that is converted.
        let text = fs::read_to_string(&csv).unwrap();
        assert!(text.contains("规则代码"), "{}", csv.display());
    }
}

/// A damaged file and last month's one stayed errors after a good one had come: a second return copy, and no seal.
#[test]
fn a_bad_file_that_a_usable_one_replaces_is_no_error() {
    let desk = Desk::small();
    desk.write("inbox/2024-05/建设局5月.xlsx", "");
    desk.submit_green(5, 10.0, 3.0);
    desk.duban("run 2024-05");
    let findings = desk.json_of("out/2024-05/findings.json");
    let f001 = entry(&findings, "code", "F001");
    assert_eq!(text(f001, "severity"), "note");
    assert!(text(f001, "help").starts_with("无需处理，已采用"));
    for copy in desk.content("out/2024-05/退回").values() {
        assert!(!sheet_with(copy, "规则代码").1.contains("F001"));
    }
    // One that came on a later day may be meant to replace the usable one.
    let mut register = String::from("file,received\n建设局5月.xlsx,2024-06-09\n");
    for file in desk.files("inbox/2024-05") {
        if file != "建设局5月.xlsx" {
            register = format!("{register}{file},2024-06-03\n");
        }
    }
    desk.write("inbox/2024-05/received.csv", register);
    desk.duban("run 2024-05");
    let findings = desk.json_of("out/2024-05/findings.json");
    assert_eq!(text(entry(&findings, "code", "F001"), "severity"), "error");
}
