//! `duban forms` and what comes back: handed out, filled in, saved by `LibreOffice`, read without a finding.

mod desk;

use std::fs;

use desk::fill::{self, Entries};
use desk::{Desk, has_office};
use duban::plan::Plan;

/// A month's forms, handed out.
fn hand_out(desk: &Desk, period: &str) -> Vec<String> {
    fs::create_dir_all(desk.path("inbox")).unwrap();
    let said = desk.duban(&["forms", "--period", period]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    desk.files(&format!("out/forms/{period}"))
        .into_iter()
        .filter(|f| f.contains("报送表"))
        .collect()
}

/// How a department hands its form back: form, 进展情况, 工作方案 → workbook.
type Shape<'a> = &'a dyn Fn(&[u8], &Entries, &Entries) -> Vec<u8>;

fn typed(plan: &Plan, form: &[u8], month: u32) -> (Entries, Entries) {
    (fill::progress(plan, form, month), fill::elements(form))
}

/// Fills a month's forms in and puts them into the inbox, each as `shape` makes it.
fn fill_in(desk: &Desk, plan: &Plan, month: u32, shape: Shape, extension: Option<&str>) {
    let period = format!("2024-{month:02}");
    let inbox = format!("inbox/{period}");
    let _ = fs::remove_dir_all(desk.path(&inbox));
    let files = hand_out(desk, &period);
    let place = if extension.is_some() {
        "filled"
    } else {
        inbox.as_str()
    };
    let mut filled = Vec::new();
    for file in files {
        let form = desk.read(&format!("out/forms/{period}/{file}"));
        let (progress, elements) = typed(plan, &form, month);
        let path = format!("{place}/{file}");
        desk.write(&path, shape(&form, &progress, &elements));
        filled.push(path);
    }
    if let Some(extension) = extension {
        desk.convert(&filled, extension, &inbox);
    }
}

fn as_handed_out(form: &[u8], progress: &Entries, elements: &Entries) -> Vec<u8> {
    fill::type_in(form, &[("sheet1", progress), ("sheet2", elements)])
}

fn no_finding(desk: &Desk, period: &str, what: &str) {
    let said = desk.duban(&["run", "--period", period]);
    let findings = String::from_utf8(desk.read(&format!("out/{period}/findings.json"))).unwrap();
    assert_eq!(findings.trim(), "[]", "{what}");
    assert_eq!(said.code, Some(0), "{what}: {}{}", said.out, said.err);
    let records = String::from_utf8(desk.read(&format!("out/{period}/records.csv"))).unwrap();
    assert_eq!(
        records.lines().filter(|l| l.contains(",accepted,")).count(),
        68,
        "{what}"
    );
}

#[test]
fn every_department_gets_its_form_and_a_rerun_gives_the_same_bytes() {
    let desk = Desk::new("forms");
    let files = hand_out(&desk, "2024-01");
    assert_eq!(files.len(), 8);
    let first: Vec<Vec<u8>> = files
        .iter()
        .map(|f| desk.read(&format!("out/forms/2024-01/{f}")))
        .collect();
    // What a person did with the folder stays.
    desk.write("out/forms/2024-01/发放记录.txt", "张三");
    desk.write(&format!("out/forms/2024-01/{}", files[0]), "改过");
    let said = desk.duban(&["forms", "--period", "2024-01"]);
    assert!(said.out.contains("手改"), "{}", said.out);
    let again: Vec<Vec<u8>> = files
        .iter()
        .map(|f| desk.read(&format!("out/forms/2024-01/{f}")))
        .collect();
    assert!(first == again);
    let all = desk.files("out/forms/2024-01");
    assert!(
        all.iter().any(|f| f == "发放记录.txt") && all.iter().any(|f| f.contains("（手改）")),
        "{all:?}"
    );
}

#[test]
fn a_filled_form_is_checked_without_a_finding_and_a_blank_one_is_not() {
    let desk = Desk::new("forms-check");
    let plan = fill::plan();
    for file in hand_out(&desk, "2024-01") {
        let path = format!("out/forms/2024-01/{file}");
        let form = desk.read(&path);
        let blank = desk.duban(&["check", &path]);
        assert_eq!(blank.code, Some(1), "{}", blank.out);
        assert!(blank.out.contains("C001"), "{}", blank.out);
        let (progress, elements) = typed(&plan, &form, 1);
        desk.write(
            &format!("filled/{file}"),
            as_handed_out(&form, &progress, &elements),
        );
        let checked = desk.duban(&["check", &format!("filled/{file}")]);
        assert_eq!(checked.code, Some(0), "{}", checked.out);
        assert!(checked.out.contains("没有发现问题"), "{}", checked.out);
    }
}

#[test]
fn a_month_outside_the_plan_is_refused() {
    let desk = Desk::new("forms-period");
    for (period, words) in [("2025-01", "不在任务计划"), ("2024-1", "2024-06 的样子")] {
        let said = desk.duban(&["forms", "--period", period]);
        assert_eq!(said.code, Some(2));
        assert!(said.err.contains(words), "{}", said.err);
    }
}

/// Two months, so that the second's forms hold what was accepted in the first; the second in every format and shape.
#[test]
fn forms_filled_in_and_saved_by_libreoffice_come_back_without_a_finding() {
    if !has_office() {
        return;
    }
    let desk = Desk::new("round-trip");
    let plan = fill::plan();
    fill_in(&desk, &plan, 1, &as_handed_out, Some("xlsx"));
    no_finding(&desk, "2024-01", "xlsx");
    for extension in ["xlsx", "xls", "ods"] {
        fill_in(&desk, &plan, 2, &as_handed_out, Some(extension));
        no_finding(&desk, "2024-02", extension);
        fill_in(&desk, &plan, 2, &fill::rearranged, Some(extension));
        no_finding(&desk, "2024-02", &format!("{extension}, rearranged"));
    }
}
