//! What texts mean where they stand: whole workbooks, through every rule.

use duban::check::{Checked, Severity};

use crate::month;
use crate::xlsx::{book_with, pack, text, texts};

const FILE: &str = "报送表.xlsx";

/// June 2024, with this one file in the inbox.
fn checked(path: &str, bytes: &[u8]) -> Checked {
    month::check(month::read(path, bytes), false)
}

/// The same of a workbook of these sheets.
fn checked_book(properties: &str, sheets: &[(&str, String)]) -> Checked {
    checked(FILE, &book_with(properties, sheets, &[]))
}

/// What was found with one code: the cell, the text found and the message.
fn found(checked: &Checked, code: &str) -> Vec<String> {
    let findings = checked.findings.iter().filter(|f| f.code == code);
    let shown = findings.map(|f| {
        let cell = f.cell.map(|c| c.to_string()).unwrap_or_default();
        let found = f.found.as_deref().unwrap_or_default();
        format!("{cell} {found} {}", f.message)
    });
    shown.collect()
}

fn row(cells: &[String]) -> String {
    format!("<row>{}</row>", cells.concat())
}

/// A report of 城市建设事务中心 under these rows; its last cell is the remark.
fn report(top: &[String], remark: &str) -> String {
    let header = texts(["序号", "主要任务", "累计完成", "目前进展", "备注"]);
    let data = [
        "城市老旧供水管网改造",
        "4.9公里",
        "按计划推进，现场正在施工。",
    ];
    let (top, data) = (top.concat(), data.map(text).concat());
    format!("<sheetData>{top}{header}<row><c><v>14</v></c>{data}{remark}</row></sheetData>")
}

fn unit() -> String {
    text("填报单位：城市建设事务中心")
}

#[test]
fn a_month_given_as_a_date_follows_the_workbooks_epoch() {
    for (epoch, serial, is_june) in [
        (r#"<workbookPr date1904="1"/>"#, 44011, true),
        (r#"<workbookPr date1904="1"/>"#, 43981, false),
        ("", 45473, true),
        ("", 45443, false),
    ] {
        let date = format!(r#"<c s="1"><v>{serial}</v></c>"#);
        let sheet = report(&[row(&[unit(), text("填报期"), date])], "");
        let checked = checked_book(epoch, &[("Sheet1", sheet)]);
        assert_eq!(
            found(&checked, "F006").is_empty(),
            is_june,
            "{epoch}{serial}"
        );
        assert_eq!(found(&checked, "F009"), [""; 0], "{epoch}{serial}");
    }
}

/// An .ods keeps a date as one, not as a number.
#[test]
fn a_month_given_as_an_iso_date_is_read() {
    let text = |t: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>"
        )
    };
    let date = "<table:table-cell office:value-type=\"date\" office:date-value=\"2024-05-31\"><text:p>5月</text:p></table:table-cell>";
    let header = ["序号", "主要任务", "累计完成", "目前进展"]
        .map(text)
        .concat();
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">\
         <table:table-row>{}{date}</table:table-row><table:table-row>{header}</table:table-row>\
         </table:table></office:spreadsheet></office:body></office:document-content>",
        text("填报期")
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let bytes = pack(&[("mimetype", kind), ("content.xml", &content)]);
    let checked = checked("城市建设事务中心.ods", &bytes);
    assert_eq!(found(&checked, "F006").len(), 1, "{:?}", checked.findings);
}

#[test]
fn an_identity_number_typed_as_a_number_is_masked() {
    let remark = "<c><v>110101199001010008</v></c>";
    let sheet = report(&[row(&[unit()])], remark);
    let checked = checked_book("", &[("Sheet1", sheet)]);
    let found = found(&checked, "C017");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("E3 110101************ "), "{found:?}");
    assert!(!format!("{:?}", checked.findings).contains("19900101"));
}

/// A column headed 手机 or 联系电话 is a contact column of a form; of a list of people on a hidden sheet it once was, too.
#[test]
fn a_list_of_people_on_a_hidden_sheet_is_masked() {
    let people = format!(
        "<sheetData>{}{}{}</sheetData>",
        row(&[text("姓名"), text("身份证号"), text("联系电话")]),
        row(&[
            text("张三"),
            text("110101 19000101 0008"),
            "<c><v>13800000000</v></c>".to_owned()
        ]),
        row(&[text("联系电话："), text("138 0000 0000")]),
    );
    let sheets = [
        (
            "Sheet1",
            report(&[row(&[unit(), text("联系电话：13800000000")])], ""),
        ),
        ("人员名单\" state=\"hidden", people),
    ];
    let checked = checked_book("", &sheets);
    let cells: Vec<String> = found(&checked, "C017")
        .iter()
        .map(|f| f.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(cells, ["B2", "C2", "B3"]);
}

#[test]
fn a_number_behind_a_unit_is_no_part_of_its_name() {
    let top = [row(&[text("填报单位：某某办（13800000000）")])];
    let checked = checked_book("", &[("Sheet1", report(&top, ""))]);
    assert!(!format!("{:?}", checked.findings).contains("13800000000"));
}

#[test]
fn the_day_of_filling_in_is_no_title() {
    for line in [
        "填表时间 2024年7月",
        "制表日期2024年7月",
        "填表时间：2024年7月",
    ] {
        let top = [
            row(&[text("2024年民生实事进展情况表（6月）")]),
            row(&[unit(), text(line)]),
        ];
        let checked = checked_book("", &[("Sheet1", report(&top, ""))]);
        for code in ["F006", "F009"] {
            assert_eq!(found(&checked, code), [""; 0], "{line}");
        }
    }
}

/// Every place of a month: 填报期, title, a line under the title, file name, sheet name.
fn with_month(place: &str, month: &str) -> Checked {
    let title = "示例区民生实事进展情况报送表";
    let (mut path, mut sheet) = (FILE.to_owned(), "Sheet1".to_owned());
    let mut top = vec![row(&[text(title)]), row(&[unit()])];
    match place {
        "填报期" => top[1] = row(&[unit(), text(&format!("填报期：{month}"))]),
        "标题" => top[0] = row(&[text(&format!("示例区{month}民生实事进展情况报送表"))]),
        "标题下一行" => {
            top[0] = [row(&[text(title)]), row(&[text(&format!("（{month}）"))])].concat();
        }
        "文件名" => path = format!("城市建设事务中心{month}报送表.xlsx"),
        _ => sheet = String::from(month),
    }
    checked(&path, &book_with("", &[(&sheet, report(&top, ""))], &[]))
}

const PLACES: [&str; 5] = ["填报期", "标题", "标题下一行", "文件名", "表名"];

/// Last month's file once passed for this month's where its month was written in another way.
#[test]
fn another_month_is_told_in_every_writing_and_place() {
    for month in [
        "2024年5月",
        "2024年05月份",
        "24年5月",
        "二〇二四年五月",
        "2024.5",
        "2024-05",
        "202405",
        "五月",
        "5月份",
        "1-5月",
        "一至五月",
        "1月-5月",
        "截至5月底",
        "一季度",
    ] {
        for place in PLACES {
            let checked = with_month(place, month);
            let found = found(&checked, "F006");
            assert_eq!(found.len(), 1, "{place} {month}");
            assert!(
                found[0].contains("本次报送的是2024年6月"),
                "{place} {month}: {found:?}"
            );
        }
    }
}

#[test]
fn this_month_is_no_fault_in_any_writing_or_place() {
    for month in [
        "2024年6月",
        "二〇二四年六月",
        "2024.6",
        "六月份",
        "1-6月",
        "一至六月",
        "上半年",
        "二季度",
        "2024年",
        "12月底前",
        "2024年6月（7月计划）",
    ] {
        for place in PLACES {
            let checked = with_month(place, month);
            let is_deadline = place == "填报期" && month.starts_with("12");
            for code in ["F006", "F009"] {
                assert_eq!(
                    found(&checked, code).is_empty(),
                    !is_deadline || code == "F009",
                    "{place} {month}"
                );
            }
        }
    }
}

#[test]
fn a_month_that_cannot_be_read_is_told_and_the_file_is_used() {
    for month in ["2024年13月", "2024年X月", "2024年  月", "0月"] {
        for place in PLACES {
            let checked = with_month(place, month);
            let found = found(&checked, "F006");
            assert_eq!(found.len(), 1, "{place} {month}");
            assert!(
                found[0].contains("读不出是哪个月"),
                "{place} {month}: {found:?}"
            );
            let mut levels = checked
                .findings
                .iter()
                .filter(|f| f.code == "F006")
                .map(|f| f.severity);
            assert!(levels.all(|level| level == Severity::Warning));
        }
    }
}

#[test]
fn a_number_in_the_pages_footer_is_told_and_masked() {
    let sheet = report(&[row(&[unit()])], "")
        + "<headerFooter><oddFooter>&amp;C联系人138-0000-0000</oddFooter></headerFooter>";
    let checked = checked(FILE, &book_with("", &[("Sheet1", sheet)], &[]));
    let found = found(&checked, "C017");
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("联系人138-****-0000"), "{found:?}");
}
