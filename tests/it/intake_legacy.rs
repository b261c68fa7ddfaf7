//! The .xls, .et and .ods readers on files that `LibreOffice` saved (tests/fixtures/legacy/*.fods, converted),
//! and against calamine's readers.

use std::io::Cursor;

use calamine::{Data, Reader};
use duban::intake::legacy::{LegacyKind, read};
use duban::intake::sniff::{Kind, sniff};
use duban::intake::workbook::{CellRef, Region, Strike, Visibility};
use duban::intake::{Cell, FileFault, NumberFormat, Sheet, Value, Workbook, ooxml};
use duban::plan::model::Limits;

const XLS: &[u8] = include_bytes!("../fixtures/legacy/sample.xls");
const ODS: &[u8] = include_bytes!("../fixtures/legacy/sample.ods");
const XLS_1904: &[u8] = include_bytes!("../fixtures/legacy/date1904.xls");
const ODS_1904: &[u8] = include_bytes!("../fixtures/legacy/date1904.ods");

/// One table saved in three formats: a row for each number format (its code in column A), then a text of forty
/// characters outside the BMP, then two merged rows; a second sheet.
const FORMATS_XLSX: &[u8] = include_bytes!("../fixtures/legacy/formats.xlsx");
const FORMATS_XLS: &[u8] = include_bytes!("../fixtures/legacy/formats.xls");
const FORMATS_ODS: &[u8] = include_bytes!("../fixtures/legacy/formats.ods");

/// That table's three readings under the same limits.
fn three(limits: &Limits) -> [Result<Workbook, FileFault>; 3] {
    [
        ooxml::read(FORMATS_XLSX, limits),
        read(LegacyKind::Xls, FORMATS_XLS, limits),
        read(LegacyKind::Ods, FORMATS_ODS, limits),
    ]
}

fn open(kind: LegacyKind, bytes: &[u8]) -> Workbook {
    read(kind, bytes, &Limits::default()).unwrap()
}

fn at<'s>(sheet: &'s Sheet, a1: &str) -> &'s Cell {
    sheet
        .cell(CellRef::parse(a1).unwrap())
        .unwrap_or_else(|| panic!("{a1} is empty"))
}

fn text(s: &str) -> Value {
    Value::Text(s.into())
}

/// Everything that the two formats have in common; dates and page codes are looked at apart.
fn check_sample(workbook: &Workbook) {
    assert_eq!(workbook.sheets.len(), 2);
    let sheet = &workbook.sheets[0];
    assert_eq!(&*sheet.name, "进展情况");
    assert_eq!(sheet.visibility, Visibility::Visible);
    assert_eq!(workbook.sheets[1].visibility, Visibility::Hidden);
    assert_eq!(
        at(&workbook.sheets[1], "A1").value,
        text("示例数据：隐藏的工作表")
    );

    for (place, value) in [
        ("A1", text("示例数据报送表")),
        ("C3", Value::Number(2.27)),
        ("D3", Value::Number(0.456)),
        ("C4", Value::Number(1300.0)),
        ("D4", Value::Number(0.4)),
        ("E4", text("2024年9月")),
        ("C6", Value::Error("#DIV/0!".into())),
        ("D6", Value::Number(1302.27)),
        ("G3", text("旧值5 新值6")),
        ("G4", text("全部划去")),
        ("G6", text("第一行\n第二行")),
        ("A7", text("前   后")),
    ] {
        assert_eq!(at(sheet, place).value, value, "{place}");
    }
    for (place, format) in [
        ("C3", NumberFormat::Fixed(2)),
        ("D3", NumberFormat::Percent(1)),
        ("D4", NumberFormat::General),
        ("E3", NumberFormat::Date),
    ] {
        assert_eq!(at(sheet, place).format, format, "{place}");
    }
    for (place, strike) in [
        ("C4", Strike::None),
        ("G3", Strike::Part),
        ("G4", Strike::Whole),
    ] {
        assert_eq!(at(sheet, place).strike, strike, "{place}");
    }

    let mut merges = sheet.merges.clone();
    merges.sort_by_key(|m| m.first);
    assert_eq!(
        merges,
        [
            Region::parse("A1:E1").unwrap(),
            Region::parse("B3:B4").unwrap()
        ]
    );
    assert!(sheet.hidden_rows.contains(&4) && !sheet.hidden_rows.contains(&3));
    assert!(sheet.is_hidden_col(5) && !sheet.is_hidden_col(4) && !sheet.is_hidden_col(6));
    for words in ["示例数据页眉", "示例数据页脚"] {
        let found = sheet.header_footer.iter().any(|t| t.starts_with(words));
        assert!(found, "{:?}", sheet.header_footer);
    }
    assert!(!workbook.date_1904 && !workbook.macros && !workbook.external_links);
}

#[test]
fn xls_with_everything() {
    let workbook = open(LegacyKind::Xls, XLS);
    check_sample(&workbook);
    assert_eq!(at(&workbook.sheets[0], "E3").value, Value::Number(45473.0));
}

#[test]
fn ods_with_everything() {
    let workbook = open(LegacyKind::Ods, ODS);
    check_sample(&workbook);
    assert_eq!(
        at(&workbook.sheets[0], "E3").value,
        Value::Date("2024-06-30".into())
    );
}

#[test]
fn dates_from_1904() {
    let xls = open(LegacyKind::Xls, XLS_1904);
    assert!(xls.date_1904);
    assert_eq!(
        (
            &at(&xls.sheets[0], "B1").value,
            at(&xls.sheets[0], "B1").format
        ),
        (&Value::Number(44011.0), NumberFormat::Date)
    );
    let ods = open(LegacyKind::Ods, ODS_1904);
    assert!(ods.date_1904);
    assert_eq!(
        at(&ods.sheets[0], "B1").value,
        Value::Date("2024-06-30".into())
    );
}

/// Our own values against calamine's, cell by cell.
fn compare<'b, R: Reader<Cursor<&'b [u8]>>>(kind: LegacyKind, bytes: &'b [u8]) {
    let ours = open(kind, bytes);
    let mut theirs =
        R::new(Cursor::new(bytes)).unwrap_or_else(|_| panic!("calamine cannot open it"));
    for sheet in &ours.sheets {
        let range = theirs
            .worksheet_range(&sheet.name)
            .unwrap_or_else(|_| panic!("no sheet {}", sheet.name));
        let (row0, col0) = range.start().unwrap_or_default();
        let mut seen = 0;
        for (row, col, data) in range.used_cells() {
            let at = CellRef::new(
                u32::try_from(row).unwrap() + row0,
                u32::try_from(col).unwrap() + col0,
            );
            let Some(cell) = sheet.cell(at) else {
                assert!(
                    matches!(data, Data::Empty) || data.to_string().is_empty(),
                    "{at} of {}: {data:?}",
                    sheet.name
                );
                continue;
            };
            seen += 1;
            match (&cell.value, data) {
                (Value::Number(a), Data::Float(b)) => assert!((a - b).abs() < 1e-12, "{at}"),
                (Value::Number(a), Data::Int(b)) => {
                    assert_eq!(a.to_string(), b.to_string(), "{at}");
                }
                (Value::Number(a), Data::DateTime(b)) => {
                    assert!((a - b.as_f64()).abs() < 1e-12, "{at}");
                }
                (Value::Text(a), Data::String(b)) => {
                    // calamine joins the paragraphs and spaces of an .ods text in its own way.
                    let bare =
                        |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                    assert_eq!(bare(a), bare(b), "{at}");
                }
                (Value::Bool(a), Data::Bool(b)) => assert_eq!(a, b, "{at}"),
                (Value::Date(a), Data::DateTimeIso(b)) => assert_eq!(&**a, b, "{at}"),
                // calamine gives the text or the stored number of a failed .ods formula.
                (Value::Error(_), Data::Error(_) | Data::String(_) | Data::Float(_)) => {}
                (a, b) => panic!("{at} of {}: {a:?} and {b:?}", sheet.name),
            }
        }
        assert_eq!(seen, sheet.cells.len(), "{}", sheet.name);
    }
}

#[test]
fn values_agree_with_calamine() {
    compare::<calamine::Xls<_>>(LegacyKind::Xls, XLS);
    compare::<calamine::Xls<_>>(LegacyKind::Xls, XLS_1904);
    compare::<calamine::Ods<_>>(LegacyKind::Ods, ODS);
    compare::<calamine::Ods<_>>(LegacyKind::Ods, ODS_1904);
}

#[test]
fn one_number_format_gives_one_verdict_in_every_file_format() {
    let formats = three(&Limits::default()).map(|workbook| {
        let sheet = workbook.unwrap().sheets.swap_remove(0);
        (0..23)
            .map(|row| {
                let code = sheet.cell(CellRef::new(row, 0)).unwrap().value.clone();
                (code, sheet.cell(CellRef::new(row, 1)).unwrap().format)
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(formats[0], formats[1], "xlsx, xls");
    assert_eq!(formats[0], formats[2], "xlsx, ods");
    for (code, format) in [
        ("0.00", NumberFormat::Fixed(2)),
        ("0.0%", NumberFormat::Percent(1)),
        ("0!.0,\"万\"", NumberFormat::General),
        ("0.0,", NumberFormat::General),
        ("# ?/?", NumberFormat::General),
        ("0.0;-0.00", NumberFormat::Fixed(1)),
        ("[>=10000]0.0,\"万\";0", NumberFormat::General),
        ("yyyy\"年\"m\"月\"d\"日\"", NumberFormat::Date),
    ] {
        assert!(formats[0].contains(&(text(code), format)), "{code}");
    }
}

#[test]
fn a_limit_is_counted_and_named_alike_in_every_file_format() {
    let fits = Limits {
        text_chars: 40,
        ..Limits::default()
    };
    assert!(three(&fits).iter().all(Result::is_ok));
    #[rustfmt::skip]
    let limits = [
        (Limits { sheets: 1, ..fits }, "工作表超过1张"),
        (Limits { cells: 40, ..fits }, "非空单元格超过40个"),
        (Limits { rows: 3, ..fits }, "一张表非空行超过3行"),
        (Limits { columns: 1, ..fits }, "一张表非空列超过1列"),
        (Limits { merges: 1, ..fits }, "合并单元格超过1处"),
        (Limits { text_chars: 39, ..fits }, "单元格文字超过39字"),
        (Limits { text_bytes: 100, ..fits }, "单元格文字合计超过0 MiB"),
    ];
    for (limits, says) in limits {
        for fault in three(&limits) {
            let limit = says.to_owned();
            assert_eq!(fault.unwrap_err(), FileFault::OverLimit { limit });
        }
    }
}

/// Cut and altered files end in a fault or a workbook, never in a panic.
#[test]
fn damage_is_a_fault() {
    for (kind, bytes) in [(LegacyKind::Xls, XLS), (LegacyKind::Ods, ODS)] {
        for end in (0..bytes.len()).step_by(97) {
            let _ = sniff("a.xls", &bytes[..end]);
            if let Err(fault) = read(kind, &bytes[..end], &Limits::default()) {
                assert!(matches!(fault, FileFault::Unreadable { .. }), "{fault:?}");
            }
        }
        let mut altered = bytes.to_vec();
        for at in (8..bytes.len()).step_by(13) {
            for value in [0x00, 0x7F, 0xFF] {
                altered[at] = value;
                let _ = read(kind, &altered, &Limits::default());
            }
            altered[at] = bytes[at];
        }
    }
}

#[test]
fn limits_are_named() {
    let named = |limits: Limits, kind, bytes, words: &str| match read(kind, bytes, &limits) {
        Err(FileFault::OverLimit { limit }) => assert!(limit.contains(words), "{limit}"),
        other => panic!("{words}: {other:?}"),
    };
    let full = Limits::default();
    let file_bytes = 1 << 10;
    named(
        Limits { file_bytes, ..full },
        LegacyKind::Xls,
        XLS,
        "文件超过",
    );
    named(
        Limits { file_bytes, ..full },
        LegacyKind::Ods,
        ODS,
        "文件超过",
    );
    let part_bytes = 1000;
    named(
        Limits { part_bytes, ..full },
        LegacyKind::Ods,
        ODS,
        "解压后",
    );
    let xml_depth = 3;
    named(
        Limits { xml_depth, ..full },
        LegacyKind::Ods,
        ODS,
        "XML 嵌套",
    );
}

#[test]
fn kinds_are_recognised_by_content() {
    assert_eq!(sniff("报送表.et", XLS), Kind::Xls);
    assert_eq!(sniff("报送表.xlsx", ODS), Kind::Ods);
    assert_eq!(sniff("报送表.xlsx", XLS).fault("报送表.xlsx"), None);
}
