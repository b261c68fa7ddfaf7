//! `duban forms` and what comes back: handed out, filled in, saved by `LibreOffice`, read without a finding.

use crate::desk::fill::{self, Entries};
use crate::prelude::*;

/// A month's forms, handed out.
fn hand_out(desk: &Desk, period: &str) -> Vec<String> {
    desk.make_folder("inbox");
    desk.ok(&format!("forms {period}"));
    let mut files = desk.files(&format!("out/forms/{period}"));
    files.retain(|f| f.contains("报送表"));
    files
}

/// How a department hands its form back: form, 进展情况, 工作方案 → workbook.
type Shape = fn(&[u8], &Entries, &Entries) -> Vec<u8>;

fn filled(form: &[u8], month: u32, shape: Shape) -> Vec<u8> {
    shape(form, &fill::progress(form, month), &fill::elements(form))
}

fn as_handed_out(form: &[u8], progress: &Entries, elements: &Entries) -> Vec<u8> {
    fill::type_in(form, &[("sheet1", progress), ("sheet2", elements)])
}

/// Fills a month's forms in, has them saved by `LibreOffice` in a format, and runs the month: there is nothing to find.
fn comes_back(desk: &Desk, month: u32, shape: Shape, extension: &str) {
    let period = format!("2024-{month:02}");
    let forms = hand_out(desk, &period);
    let fill = |file: &String| {
        let form = desk.read(&format!("out/forms/{period}/{file}"));
        desk.write(&format!("filled/{file}"), filled(&form, month, shape))
    };
    let files: Vec<_> = forms.iter().map(fill).collect();
    let inbox = format!("inbox/{period}");
    if desk.path(&inbox).exists() {
        desk.remove(&inbox);
    }
    libreoffice::convert(desk, &files, extension, &inbox);
    let said = desk.duban(&format!("run {period}"));
    let findings = desk.text(&format!("out/{period}/findings.json"));
    assert_eq!(findings.trim(), "[]", "{extension}");
    said.exits(0);
    let records = desk.text(&format!("out/{period}/records.csv"));
    assert_eq!(records.matches(",accepted,").count(), 68, "{extension}");
}

/// Deadline and contact stand in lists and forms where the plan says them; else the run lists them among the blanks.
#[test]
fn lists_and_forms_name_a_day_and_whom_to_ask() {
    let desk = Desk::sample();
    let blank = "发还前在退回文件的“情况说明”中补填：期限、联系电话";
    desk.finds("run 2024-06").says([blank]);
    let plan = desk.text(PLAN);
    let said = "[returns]\ndays = 3\n\n[briefing]\ntelephone = \"000-0000（示例）\"";
    desk.write(PLAN, plan.replacen("[briefing]", said, 1));
    desk.finds("run 2024-06").hides([blank]);
    let copy = desk.read("out/2024-06/退回/建设局2024年6月报送表（退回修改）.xlsx");
    let said = |bytes: &[u8], words: &str| {
        let mut parts = crate::xlsx::parts(bytes).into_iter();
        parts.any(|(_, part)| String::from_utf8_lossy(&part).contains(words))
    };
    assert!(said(
        &copy,
        "请于2024年7月8日前重新报送。有疑问请联系督查室，电话：000-0000（示例）"
    ));
    desk.ok("forms 2024-07");
    let form = desk.read("out/forms/2024-07/统战部2024年7月报送表.xlsx");
    assert!(said(&form, "电话：000-0000（示例）"));
}

#[test]
fn every_department_gets_its_form_and_a_rerun_gives_the_same_bytes() {
    let desk = Desk::new();
    let files = hand_out(&desk, "2024-01");
    assert_eq!(files.len(), 8);
    let forms = || {
        let mut all = desk.content("out/forms/2024-01");
        all.retain(|name, _| files.contains(name));
        all
    };
    let first = forms();
    // What a person did with the folder stays.
    desk.write("out/forms/2024-01/发放记录.txt", "张三");
    desk.write(&format!("out/forms/2024-01/{}", files[0]), "改过");
    desk.duban("forms 2024-01").says(["手改"]);
    assert!(first == forms());
    let all = desk.files("out/forms/2024-01");
    for kept in ["发放记录.txt", "（手改）"] {
        assert!(all.iter().any(|f| f.contains(kept)), "{all:?}");
    }
}

#[test]
fn a_filled_form_is_checked_without_a_finding_and_a_blank_one_is_not() {
    let desk = Desk::new();
    for file in hand_out(&desk, "2024-01") {
        let path = format!("out/forms/2024-01/{file}");
        desk.finds(&format!("check {path}")).says(["C001"]);
        let form = filled(&desk.read(&path), 1, as_handed_out);
        desk.write(&format!("filled/{file}"), form);
        desk.ok(&format!("check filled/{file}"))
            .says(["没有发现问题"]);
    }
}

#[test]
fn a_month_outside_the_plan_is_refused() {
    for (period, words) in [("2025-01", "不在任务计划"), ("2024-13", "请写成 2024-06")] {
        Desk::new().fails(&format!("forms {period}")).says([words]);
    }
}

/// Two months, so that the second's forms hold what was accepted in the first; the second in every format and shape.
#[test]
fn forms_filled_in_and_saved_by_libreoffice_come_back_without_a_finding() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::new();
    comes_back(&desk, 1, as_handed_out, "xlsx");
    for extension in ["xlsx", "xls", "ods"] {
        comes_back(&desk, 2, as_handed_out, extension);
        comes_back(&desk, 2, fill::rearranged, extension);
    }
}
