//! .ods and .xlsb packages made part by part: hostile ones, and what no program at hand writes.

use duban::intake::legacy::{LegacyKind, read};
use duban::intake::sniff::{Kind, is_clutter, sniff};
use duban::intake::workbook::{CellRef, Region, Strike, Visibility};
use duban::intake::{FileFault, NumberFormat, Value, Workbook};
use duban::plan::model::Limits;

use crate::xlsb::xlsb;
use crate::xlsx::pack;

const ODS_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

fn ods(prolog: &str, tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?>{prolog}<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:draw=\"d\" \
         xmlns:calcext=\"c\" xmlns:xlink=\"l\"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    pack(&[("mimetype", ODS_TYPE), ("content.xml", &content)])
}

fn read_ods(prolog: &str, tables: &str) -> Result<Workbook, FileFault> {
    let bytes = ods(prolog, tables);
    assert_eq!(sniff("a.ods", &bytes), Kind::Ods);
    read(LegacyKind::Ods, &bytes, &Limits::default())
}

fn value(workbook: &Workbook, a1: &str) -> Option<Value> {
    workbook.sheets[0]
        .cell(CellRef::parse(a1).unwrap())
        .map(|c| c.value.clone())
}

const ONE: &str = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";

#[test]
fn repetition_is_counted_before_it_is_expanded() {
    let full = "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>";
    assert!(matches!(
        read_ods("", full),
        Err(FileFault::OverLimit { .. })
    ));
    let past = "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell/></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>";
    assert!(matches!(
        read_ods("", past),
        Err(FileFault::OverLimit { .. })
    ));
}

/// It was looked at by nobody, and 绝密 in it was missed.
#[test]
fn a_charts_title_is_a_text_of_the_workbook() {
    let content = "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\"><office:body><office:spreadsheet>\
        <table:table table:name=\"a\"><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>\
        </office:spreadsheet></office:body></office:document-content>";
    let chart = "<office:document-content xmlns:office=\"o\" xmlns:chart=\"c\" xmlns:text=\"x\"><office:body><office:chart><chart:chart>\
        <chart:title><text:p>完成情况</text:p><text:p>绝密★1年</text:p></chart:title><chart:subtitle><text:p>示例数据</text:p></chart:subtitle>\
        <chart:plot-area><text:p>8</text:p></chart:plot-area></chart:chart></office:chart></office:body></office:document-content>";
    let bytes = pack(&[
        ("mimetype", ODS_TYPE),
        ("content.xml", content),
        ("Object 1/content.xml", chart),
    ]);
    let workbook = read(LegacyKind::Ods, &bytes, &Limits::default()).unwrap();
    let texts: Vec<&str> = workbook
        .others
        .iter()
        .flat_map(|sheet| &sheet.text_boxes)
        .map(|text| text.trim())
        .collect();
    assert_eq!(texts, ["完成情况\n绝密★1年", "示例数据"]);
}

#[test]
fn styled_empty_rows_and_a_stray_corner_cell_pass_no_limit() {
    let corner = format!(
        "<table:table table:name=\"a\"><table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"4000000000\"/>\
         <table:table-row>{ONE}</table:table-row><table:table-row table:visibility=\"collapse\" table:number-rows-repeated=\"1048574\"><table:table-cell/></table:table-row>\
         <table:table-row><table:table-cell table:number-columns-repeated=\"16383\"/>{ONE}</table:table-row></table:table>"
    );
    let workbook = read_ods("", &corner).unwrap();
    assert_eq!(workbook.sheets[0].cells.len(), 2);
    assert_eq!(value(&workbook, "XFD1048576"), Some(Value::Number(1.0)));
}

#[test]
fn repeated_content_is_expanded() {
    let rows = "<table:table table:name=\"a\"><table:table-row table:visibility=\"collapse\" table:number-rows-repeated=\"2\">\
        <table:table-cell table:number-columns-repeated=\"3\" office:value-type=\"string\"><text:p>同</text:p></table:table-cell></table:table-row></table:table>";
    let workbook = read_ods("", rows).unwrap();
    assert_eq!(workbook.sheets[0].cells.len(), 6);
    assert_eq!(value(&workbook, "C2"), Some(Value::Text("同".into())));
    assert_eq!(
        workbook.sheets[0]
            .hidden_rows
            .iter()
            .copied()
            .collect::<Vec<_>>(),
        [0, 1]
    );
}

/// Comments, threaded ones and text boxes in parts of their own count against the limits as cells do.
#[test]
fn comments_and_text_boxes_of_an_xlsx_are_read_under_the_limits() {
    let kinds = ["comments", "threadedComment", "drawing", "vmlDrawing"];
    let relations: String = kinds
        .iter()
        .map(|kind| {
            format!("<Relationship Id=\"{kind}\" Type=\"x/{kind}\" Target=\"../{kind}.xml\"/>")
        })
        .collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let parts = [
        ("[Content_Types].xml", crate::xlsx::TYPES),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"表\" r:id=\"r\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r\" Type=\"x/worksheet\" Target=\"worksheets/s.xml\"/></Relationships>",
        ),
        ("xl/worksheets/s.xml", "<worksheet><sheetData/></worksheet>"),
        ("xl/worksheets/_rels/s.xml.rels", &relations),
        (
            "xl/comments.xml",
            "<comments><authors><author>张三</author></authors><commentList><comment ref=\"B2\"><text><r><t>一</t></r> <r><t>二</t></r></text></comment></commentList></comments>",
        ),
        (
            "xl/threadedComment.xml",
            "<ThreadedComments><threadedComment ref=\"C3\"><text>三</text></threadedComment></ThreadedComments>",
        ),
        (
            "xl/drawing.xml",
            "<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>机</a:t></a:r></a:p><a:p><a:r><a:t>密</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>",
        ),
        (
            "xl/_rels/drawing.xml.rels",
            "<Relationships><Relationship Id=\"c\" Type=\"x/chart\" Target=\"chart.xml\"/></Relationships>",
        ),
        (
            "xl/chart.xml",
            "<c:chartSpace><c:title><c:tx><c:rich><a:p><a:r><a:t>图</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chartSpace>",
        ),
        (
            "xl/vmlDrawing.xml",
            "<xml><v:shape><v:textbox><div>旧<font>框</font></div></v:textbox></v:shape><v:shape><v:textbox><div/></v:textbox></v:shape></xml>",
        ),
    ];
    let bytes = pack(&parts);
    let workbook = duban::intake::ooxml::read(&bytes, &Limits::default()).unwrap();
    let sheet = &workbook.sheets[0];
    let comments: Vec<_> = sheet
        .comments
        .iter()
        .map(|c| (c.at.to_string(), c.text.as_str()))
        .collect();
    assert_eq!(
        comments,
        [("B2".to_owned(), "一二"), ("C3".to_owned(), "三")]
    );
    assert_eq!(sheet.text_boxes, ["机\n密", "图", "旧框"]);
    let few = Limits {
        cells: 2,
        ..Limits::default()
    };
    let refused = duban::intake::ooxml::read(&bytes, &few);
    assert!(matches!(refused, Err(FileFault::OverLimit { .. })));
}

/// A comment, a text box, another file's cached sheet and a formula that was never worked out.
#[test]
fn only_the_cells_own_text_is_read() {
    let cells = "<table:table table:name=\"a\"><table:shapes><draw:frame><text:p>框</text:p></draw:frame></table:shapes><table:table-row>\
        <table:table-cell office:value-type=\"string\"><office:annotation><text:p>批注</text:p></office:annotation><text:p>A&amp;B&#x4E00;</text:p>\
        <draw:frame><text:p>框</text:p></draw:frame></table:table-cell>\
        <table:table-cell table:formula=\"of:=[.A1]\"/>\
        <table:table-cell table:formula=\"of:=['file:///b.ods'#$S.A1]\" office:value-type=\"string\" calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"percentage\" office:value=\"0.4\"><text:p>40.0%</text:p></table:table-cell>\
        </table:table-row></table:table><table:table table:name=\"'file:///b.ods'#S\"><table:table-row><table:table-cell/></table:table-row></table:table>";
    let workbook = read_ods("", cells).unwrap();
    assert_eq!(workbook.sheets.len(), 1);
    assert!(workbook.external_links);
    assert_eq!(value(&workbook, "A1"), Some(Value::Text("A&B一".into())));
    assert_eq!(value(&workbook, "B1"), Some(Value::NoCachedValue));
    assert_eq!(value(&workbook, "C1"), Some(Value::Error("#REF!".into())));
    assert_eq!(workbook.sheets[0].cells[3].format, NumberFormat::Percent(1));
    assert_eq!(workbook.sheets[0].comments[0].text, "批注");
    assert_eq!(workbook.sheets[0].text_boxes, ["框", "框"]);
}

#[test]
fn entities_of_a_dtd_are_refused() {
    let dtd = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    let fault = read_ods(dtd, "<table:table table:name=\"a\"/>").unwrap_err();
    assert!(
        matches!(&fault, FileFault::Unreadable { what } if what.contains("DTD")),
        "{fault:?}"
    );
    assert!(matches!(
        read_ods("", "<table:table>&b </table:table>"),
        Err(FileFault::Unreadable { .. })
    ));
    assert!(matches!(
        read_ods("", "<table:table>"),
        Err(FileFault::Unreadable { .. })
    ));
}

#[test]
fn an_encrypted_ods_is_recognised() {
    let manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    let bytes = pack(&[("mimetype", ODS_TYPE), ("META-INF/manifest.xml", manifest)]);
    assert_eq!(sniff("a.ods", &bytes), Kind::EncryptedOds);
    assert_eq!(
        sniff("a.ods", &bytes).fault("a.ods"),
        Some(FileFault::Encrypted)
    );
    assert_eq!(
        read(LegacyKind::Ods, &bytes, &Limits::default()).unwrap_err(),
        FileFault::Encrypted
    );
}

#[test]
fn xlsb_values_and_layout() {
    let bytes = xlsb();
    assert_eq!(sniff("a.xlsx", &bytes), Kind::Xlsb);
    let workbook = read(LegacyKind::Xlsb, &bytes, &Limits::default()).unwrap();
    assert!(workbook.date_1904 && workbook.macros && !workbook.external_links);
    let sheet = &workbook.sheets[0];
    assert_eq!(
        (&*sheet.name, sheet.visibility),
        ("示例数据", Visibility::Hidden)
    );
    let cells: Vec<_> = sheet
        .cells
        .iter()
        .map(|c| (c.at.to_string(), c.value.clone(), c.format, c.strike))
        .collect();
    let percent = NumberFormat::Percent(1);
    let (none, part, whole) = (Strike::None, Strike::Part, Strike::Whole);
    let expected = [
        ("A1", Value::Text("督办".into()), percent, none),
        ("B1", Value::Number(0.456), percent, none),
        ("C1", Value::Error("#REF!".into()), percent, none),
        ("E1", Value::Text("56".into()), percent, part),
        ("A5", Value::Number(45_473.0), NumberFormat::Date, whole),
        ("B5", Value::Error("#DIV/0!".into()), percent, none),
    ];
    let expected =
        expected.map(|(at, value, format, strike)| (at.to_owned(), value, format, strike));
    assert_eq!(cells, expected);
    assert_eq!(sheet.merges, [Region::parse("A1:B1").unwrap()]);
    assert!(
        sheet.hidden_rows.contains(&4)
            && sheet.is_hidden_col(2)
            && sheet.is_hidden_col(3)
            && !sheet.is_hidden_col(1)
    );
    assert_eq!(sheet.header_footer, ["页眉"]);
    let small = Limits {
        total_bytes: 100,
        ..Limits::default()
    };
    assert!(matches!(
        read(LegacyKind::Xlsb, &bytes, &small),
        Err(FileFault::OverLimit { .. })
    ));
}

/// The same bytes are F001 under a workbook's name and F003 under their own.
#[test]
fn the_name_decides_how_a_wrong_kind_is_put() {
    let fault = |name: &str, bytes: &[u8]| sniff(name, bytes).fault(name).unwrap();
    let unreadable = |name: &str, bytes: &[u8], says: &str| match fault(name, bytes) {
        FileFault::Unreadable { what } => assert!(what.contains(says), "{what}"),
        other => panic!("{name}: {other:?}"),
    };
    let unsupported = |name: &str, bytes: &[u8], says: &str| match fault(name, bytes) {
        FileFault::Unsupported { what } => assert!(what.contains(says), "{what}"),
        other => panic!("{name}: {other:?}"),
    };
    let docx = pack(&[
        ("[Content_Types].xml", "wordprocessingml"),
        ("word/document.xml", ""),
    ]);
    let gbk_csv = b"\xD0\xF2\xBA\xC5,\xCF\xEE\xC4\xBF\r\n1,2\r\n";
    for (own, bytes, says) in [
        ("a.pdf", &b"%PDF-1.7\n"[..], "PDF文件"),
        ("a.PNG", b"\x89PNG\r\n\x1A\n", "PNG图片"),
        ("a.jpg", b"\xFF\xD8\xFF\xE0", "JPEG图片"),
        ("a.rar", b"Rar!\x1A\x07\x01\0", "RAR压缩包"),
        ("a.docx", &docx, "Word文档"),
        ("a.htm", b"<HTML><body><table>", "HTML网页"),
        ("a.csv", gbk_csv, "CSV"),
        ("a.txt", "督办\t进展".as_bytes(), "文本"),
        ("a.txt", b"\xFF\xFEa\0\t\0", "文本"),
        ("a.mht", b"MIME-Version: 1.0\r\n", "网页"),
        ("a.dat", b"\x01\x02\x03\x04\x05", "无法识别"),
        ("a.mp4", b"\0\0\0\x18ftypisom", "视频"),
    ] {
        unsupported(own, bytes, says);
        for name in [
            "报送表.xls",
            "报送表.XLSX",
            "报送表.et",
            "报送表.ods",
            "报送表.xlsm",
            "报送表.xlsb",
        ] {
            unreadable(name, bytes, says);
        }
    }
    unreadable("a.xlsx", b"", "空文件（0字节）");
    unsupported("a.pdf", b"", "空文件（0字节）");
    unreadable("a.xlsx", &[0; 64], "零字节");
    unreadable("a.zip", &docx[..docx.len() / 2], "不完整");
    unreadable("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1cut", "不完整");
    let plain = pack(&[("报送表.txt", "x")]);
    assert_eq!(sniff("a.zip", &plain).fault("a.zip"), None);
    unreadable("a.xlsx", &plain, "ZIP压缩包");
}

#[test]
fn clutter_is_known_by_name() {
    for name in [
        "~$报送表.xlsx",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "._报送表.xlsx",
        ".~lock.a.ods#",
        "建设局/~$a.et",
        "__MACOSX/a.xlsx",
        "A1.tmp",
    ] {
        assert!(is_clutter(name), "{name}");
    }
    for name in ["报送表.xlsx", "received.csv", "~报送表.xls", "thumbs.xlsx"] {
        assert!(!is_clutter(name), "{name}");
    }
}

/// A workbook's parts under other legal names were not found, or made it a .xlsb.
#[test]
fn odd_names_of_parts_are_the_same_parts() {
    type Rename = fn(&str) -> String;
    let bytes = crate::xlsx::book(
        &[(
            "表",
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>7</v></c></row></sheetData>".to_owned(),
        )],
        &[],
    );
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let parts: Vec<(String, String)> = (0..zip.len())
        .map(|ix| {
            let file = zip.by_index(ix).unwrap();
            (
                file.name().unwrap().into_owned(),
                std::io::read_to_string(file).unwrap(),
            )
        })
        .collect();
    let names: [Rename; 7] = [
        |name| name.to_uppercase(),
        |name| format!("/{name}"),
        |name| name.replace('/', "\\"),
        |name| format!("./{name}"),
        |name| name.replace('/', "//"),
        |name| name.replace('k', "%6B").replace('s', "%73"),
        |name| format!("x/../{name}"),
    ];
    let targets: [Rename; 5] = [
        |target| target.to_owned(),
        |target| target.to_uppercase(),
        |target| format!("/xl/./{target}"),
        |target| format!("\\xl\\{}", target.replace('/', "\\")),
        |target| target.replace('s', "%73"),
    ];
    let bin = "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/></Types>";
    for (ix, rename) in names.iter().enumerate() {
        for (at, target) in targets.iter().enumerate() {
            let renamed: Vec<(String, String)> = parts
                .iter()
                .map(|(name, text)| {
                    let mut text = text.replace("</Types>", bin);
                    if name == "xl/_rels/workbook.xml.rels" {
                        for old in text.clone().split("Target=\"").skip(1) {
                            let old = old.split('"').next().unwrap();
                            text = text
                                .replace(&format!("\"{old}\""), &format!("\"{}\"", target(old)));
                        }
                    }
                    (rename(name), text)
                })
                .collect();
            let bytes = pack(&renamed);
            assert_eq!(sniff("a.xlsx", &bytes), Kind::Xlsx, "{ix} {at}");
            let workbook = duban::intake::ooxml::read(&bytes, &Limits::default());
            let workbook = workbook.unwrap_or_else(|e| panic!("{ix} {at}: {e:?}"));
            assert_eq!(
                value(&workbook, "A1"),
                Some(Value::Number(7.0)),
                "{ix} {at}"
            );
        }
    }
}

/// docs/formats.md promises to name them; those of BIFF2 and BIFF3 were called no workbook.
#[test]
fn early_workbooks_are_to_be_saved_anew() {
    for head in [
        &b"\x09\0\x04\0\x07\0\x10\0"[..],
        b"\x09\x02\x06\0\0\0\x10\0\xf2\x15",
        b"\x09\x04\x06\0\0\0\x10\0\xf2\x15",
    ] {
        let Some(FileFault::Unreadable { what }) = sniff("a.xls", head).fault("a.xls") else {
            panic!("{head:?}");
        };
        assert!(what.contains("另存为.xlsx"), "{what}");
    }
}
