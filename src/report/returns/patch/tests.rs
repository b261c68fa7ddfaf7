//! A workbook with everything in it that a return copy must not touch.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use rust_xlsxwriter::{
    Chart, ChartType, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatIconSet,
    ConditionalFormatIconType, DataValidation, DocProperties, ExcelDateTime, Format, Formula,
    Image, Note, Sparkline, Workbook,
};
use zip::ZipArchive;

use super::super::listing::{Listing, Row};
use super::super::marks::{COMMENT_MARK, Mark, Marks, Tone};
use super::relations::scan;
use super::*;

const LIMIT: u64 = 64 << 20;

/// One red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T',
    0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

const REPORT: &str = "进展情况";

/// Chart, picture, sparkline, icon set, validation, conditional format, comments (one threaded), local name, macros.
fn rich() -> Vec<u8> {
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2024, 7, 1).unwrap()),
    );
    let blue = Format::new()
        .set_background_color("0000FF")
        .set_num_format("0.00")
        .set_bold()
        .set_unlocked();
    let ws = book.add_worksheet().set_name(REPORT).unwrap();
    for row in 0..5u32 {
        for col in 0..4u16 {
            ws.write_number(row, col, f64::from(row) + f64::from(col))
                .unwrap();
        }
    }
    ws.write_number_with_format(2, 1, 4.9, &blue).unwrap();
    ws.merge_range(6, 0, 7, 2, "合并", &blue).unwrap();
    ws.insert_note(2, 1, &Note::new("李四：已核对").set_author("李四"))
        .unwrap();
    ws.insert_note(4, 3, &Note::new("[Threaded comment]").set_author("tc={0}"))
        .unwrap();
    ws.add_sparkline(9, 0, &Sparkline::new().set_range((REPORT, 0, 0, 0, 3)))
        .unwrap();
    ws.add_conditional_format(
        0,
        0,
        4,
        3,
        &ConditionalFormatIconSet::new()
            .set_icon_type(ConditionalFormatIconType::ThreeTrafficLights),
    )
    .unwrap();
    ws.add_conditional_format(
        0,
        0,
        4,
        3,
        &ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::GreaterThan(3))
            .set_format(Format::new().set_bold()),
    )
    .unwrap();
    ws.add_data_validation(
        0,
        0,
        4,
        0,
        &DataValidation::new()
            .allow_list_strings(&["甲", "乙"])
            .unwrap(),
    )
    .unwrap();
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values((REPORT, 0, 0, 0, 3));
    ws.insert_chart(12, 0, &chart).unwrap();
    ws.insert_image(12, 9, &Image::new_from_buffer(PNG).unwrap())
        .unwrap();
    ws.set_repeat_rows(0, 1).unwrap();
    let other = book.add_worksheet().set_name("其他").unwrap();
    other
        .write_formula(0, 0, Formula::new("=SUM(进展情况!A1:A3)").set_result("3"))
        .unwrap();
    other.set_active(true);
    let hidden = book.add_worksheet().set_name("台账").unwrap();
    hidden.write_string(0, 0, "明细").unwrap();
    hidden.set_hidden(true);
    book.define_name("合计", "=其他!$A$1").unwrap();
    let plain = book.save_to_buffer().unwrap();
    // What the writer cannot make: a thread beside D5's comment, and macros.
    let mut package = Package::open(&plain, LIMIT).unwrap();
    let mut relations = Relations::load(&mut package, "xl/worksheets/sheet1.xml").unwrap();
    relations.add(
        "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment".into(),
        "xl/threadedComments/threadedComment1.xml",
    );
    relations.save(&mut package).unwrap();
    package.set(
        "xl/threadedComments/threadedComment1.xml",
        "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><threadedComment ref=\"D5\" id=\"{0}\"><text>请看</text></threadedComment></ThreadedComments>".into(),
    );
    package.set("xl/vbaProject.bin", "not a real project".into());
    let mut types = ContentTypes::default();
    types.add("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject");
    types.change(WORKBOOK.into(), MACRO_WORKBOOK);
    types.save(&mut package).unwrap();
    package.save().unwrap()
}

fn listing() -> Listing {
    let row = |code, cell: &str, tone| Row {
        code,
        place: format!("{REPORT}!{cell}"),
        target: CellRef::parse(cell).map(|at| (REPORT.to_owned(), at)),
        tone,
        level: "错误".into(),
        found: "=HYPERLINK(\"http://example.org\")<&>\u{7}".into(),
        expected: "4.9".into(),
        help: "请改正".into(),
        answer: String::new(),
    };
    Listing {
        title: "清单".into(),
        lead: vec!["请改正".into()],
        rows: vec![
            row("C006", "B3", Tone::Error),
            row("R007", "F3", Tone::Warning),
        ],
        earlier: vec![["R008".into(), "A1".into(), "属实".into()]],
    }
}

fn mark(tone: Tone, words: &str) -> Mark {
    Mark {
        tone,
        comment: vec![(format!("{COMMENT_MARK}错误 C006"), words.to_owned())],
    }
}

/// A cell with a comment, one missing in its row, one in a missing row, a merged one, one with a thread.
fn marks() -> Marks {
    let cells = [
        ("B3", Tone::Error),
        ("F3", Tone::Warning),
        ("C20", Tone::Note),
        ("A7", Tone::Error),
        ("D5", Tone::Error),
    ];
    BTreeMap::from([(
        REPORT.to_owned(),
        cells
            .map(|(at, tone)| (CellRef::parse(at).unwrap(), mark(tone, "累计数<偏小>")))
            .into_iter()
            .collect(),
    )])
}

fn patched(bytes: &[u8], marks: &Marks, submission: Option<u32>) -> Vec<u8> {
    patch(
        bytes,
        LIMIT,
        &Patch {
            listing: &listing(),
            marks,
            department: "jsj",
            submission,
        },
    )
    .unwrap()
    .bytes
}

/// Every part's bytes.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
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

fn text(bytes: &[u8], part: &str) -> String {
    String::from_utf8(
        parts(bytes)
            .remove(part)
            .unwrap_or_else(|| panic!("{part}")),
    )
    .unwrap()
}

#[test]
fn untouched_parts_are_kept_to_the_byte() {
    let before = rich();
    let after = patched(&before, &marks(), Some(2));
    let (before, after) = (parts(&before), parts(&after));
    let changed: Vec<&str> = before
        .iter()
        .filter(|(name, data)| after.get(*name) != Some(data))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        changed,
        [
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
            "xl/styles.xml",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
            // Its tab was the selected one.
            "xl/worksheets/sheet2.xml",
        ]
    );
    let added: Vec<&str> = after
        .keys()
        .filter(|name| !before.contains_key(*name))
        .map(String::as_str)
        .collect();
    assert_eq!(
        added,
        ["xl/worksheets/sheet4.xml", "xl/worksheets/sheet5.xml"]
    );
    for (name, data) in after.iter().filter(|(name, _)| {
        name.ends_with("xml") || name.ends_with("rels") || name.ends_with("vml")
    }) {
        let xml = std::str::from_utf8(data).unwrap();
        scan(xml, |_| {}).unwrap_or_else(|e| panic!("{name}: {}", e.0));
    }
}

#[test]
fn marked_sheets_lose_nothing_but_the_fill() {
    let before = rich();
    let after = patched(&before, &marks(), Some(2));
    let (old, new) = (
        text(&before, "xl/worksheets/sheet1.xml"),
        text(&after, "xl/worksheets/sheet1.xml"),
    );
    // What is no cell stands as it stood.
    let tail = |xml: &str| xml[xml.find("</sheetData>").unwrap()..].to_owned();
    assert_eq!(tail(&old), tail(&new));
    for kept in [
        "x14:sparkline",
        "iconSet",
        "dataValidations",
        "conditionalFormatting",
    ] {
        assert!(new.contains(kept), "{kept}");
    }
    // In their order: F3 behind D3, row 20 behind the last one.
    let at = |what: &str| new.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(at("r=\"D3\"") < at("<c r=\"F3\"") && at("<c r=\"F3\"") < at("<row r=\"4\""));
    assert!(at("<row r=\"8\"") < at("<row r=\"20\"><c r=\"C20\""));
    // B3's own style, but red.
    let styles = text(&after, "xl/styles.xml");
    let read = styles::Styles::read(Some(styles.clone()), "").unwrap();
    let style = |cell: &str| {
        let tag = &new[at(&format!("<c r=\"{cell}\""))..];
        let tag = &tag[..tag.find('>').unwrap()];
        xml::attribute(tag, "s").map_or(0, |range| tag[range].parse::<usize>().unwrap())
    };
    for cell in ["B3", "F3", "C20", "A7", "D5"] {
        assert!(read.is_mark(style(cell)), "{cell}");
    }
    let xfs: Vec<&str> = styles[styles.find("<cellXfs").unwrap()..]
        .split("<xf ")
        .skip(1)
        .collect();
    assert!(
        xfs[style("B3")].contains("fontId=\"1\"") && xfs[style("B3")].contains("locked=\"0\""),
        "{}",
        xfs[style("B3")]
    );
}

#[test]
fn comments_are_kept_and_added_to() {
    let after = patched(&rich(), &marks(), Some(2));
    let comments = text(&after, "xl/comments1.xml");
    let at_b3 = &comments[comments.find("ref=\"B3\"").unwrap()..];
    let at_b3 = &at_b3[..at_b3.find("</comment>").unwrap()];
    assert!(
        at_b3.contains("李四：已核对") && at_b3.contains("累计数&lt;偏小&gt;"),
        "{at_b3}"
    );
    // The thread's own text stays alone.
    assert_eq!(comments.matches("ref=\"D5\"").count(), 1);
    assert!(
        !comments[comments.find("ref=\"D5\"").unwrap()..]
            .split("</comment>")
            .next()
            .unwrap()
            .contains(COMMENT_MARK)
    );
    for cell in ["F3", "C20", "A7"] {
        assert!(comments.contains(&format!("ref=\"{cell}\"")), "{cell}");
    }
    let vml = text(&after, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(vml.matches("<v:shape ").count(), 5);
    let ids: BTreeSet<&str> = vml
        .split("id=\"_x0000_s")
        .skip(1)
        .filter_map(|s| s.split('"').next())
        .collect();
    assert_eq!(ids.len(), 5);
}

#[test]
fn the_list_stands_in_front() {
    let after = patched(&rich(), &marks(), Some(2));
    let book = text(&after, "xl/workbook.xml");
    let sheets = &book[book.find("<sheets>").unwrap()..book.find("</sheets>").unwrap()];
    assert!(
        sheets.starts_with("<sheets><sheet name=\"情况说明\""),
        "{sheets}"
    );
    assert!(sheets.contains("name=\"_duban\"") && sheets.contains("state=\"veryHidden\""));
    assert!(book.contains("activeTab=\"0\""));
    // 进展情况 was the first sheet and is the second now; the name 合计 belongs to no sheet.
    assert!(book.contains("localSheetId=\"1\">进展情况!$1:$2"), "{book}");
    assert!(book.contains("<definedName name=\"合计\">"));
    assert!(!text(&after, "xl/worksheets/sheet2.xml").contains("tabSelected"));
    let list = text(&after, "xl/worksheets/sheet4.xml");
    assert!(list.contains("location=\"'进展情况'!B3\""));
    // Text stays text.
    assert!(
        !list.contains("<f>")
            && list.contains("=HYPERLINK(&quot;http://example.org&quot;)&lt;&amp;&gt;</t>")
    );
}

#[test]
fn a_second_round_takes_the_first_ones_marks_back() {
    let original = rich();
    let first = patched(&original, &marks(), Some(2));
    let only: Marks = BTreeMap::from([(
        REPORT.to_owned(),
        BTreeMap::from([(CellRef::parse("F3").unwrap(), mark(Tone::Warning, "又一次"))]),
    )]);
    let second = patched(&first, &only, Some(3));
    let sheet = |bytes: &[u8]| text(bytes, "xl/worksheets/sheet1.xml");
    // No style is style 0.
    let cell = |xml: &str, at: &str| {
        let tag = xml
            .split(&format!("<c r=\"{at}\""))
            .nth(1)
            .map(|rest| rest.split('>').next().unwrap_or_default().to_owned());
        tag.map(|tag| tag.replace(" s=\"0\"", ""))
    };
    for at in ["B3", "A7", "D5"] {
        assert_eq!(
            cell(&sheet(&second), at),
            cell(&sheet(&original), at),
            "{at}"
        );
    }
    let comments = text(&second, "xl/comments1.xml");
    assert_eq!(comments.matches(COMMENT_MARK).count(), 1);
    assert!(
        comments.contains("李四：已核对")
            && comments.contains("又一次")
            && !comments.contains("ref=\"A7\"")
    );
    assert_eq!(
        text(&second, "xl/drawings/vmlDrawing1.vml")
            .matches("<v:shape ")
            .count(),
        3
    );
    let identity = text(&second, "xl/worksheets/sheet5.xml");
    assert!(
        identity.contains("<v>3</v>")
            && identity.contains("department")
            && identity.contains("进展情况!F3")
            && !identity.contains("进展情况!B3")
    );
    // The list is the same sheet, and there is one of each.
    let book = text(&second, "xl/workbook.xml");
    assert_eq!(
        (
            book.matches("情况说明\"").count(),
            book.matches("_duban").count()
        ),
        (1, 1)
    );
    assert_eq!(book.matches("_xlnm.Print_Titles").count(), 2);
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let bytes = rich();
    assert_eq!(
        patched(&bytes, &marks(), Some(2)),
        patched(&bytes, &marks(), Some(2))
    );
    assert!(
        patch(
            &bytes,
            LIMIT,
            &Patch {
                listing: &listing(),
                marks: &marks(),
                department: "jsj",
                submission: Some(2)
            }
        )
        .unwrap()
        .macros
    );
}

#[test]
fn prefixes_strict_names_and_empty_sheets_are_taken_as_they_are() {
    let bytes = rich();
    let mut package = Package::open(&bytes, LIMIT).unwrap();
    let strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    package.set(
        "xl/worksheets/sheet1.xml",
        format!("<?xml version=\"1.0\"?><x:worksheet xmlns:x=\"{strict}\"><x:cols><x:col min=\"1\" max=\"9\" width=\"12\" style=\"1\"/></x:cols><x:sheetData/><x:pageMargins left=\"1\"/><x:tableParts/></x:worksheet>"),
    );
    let book = package.text("xl/workbook.xml").unwrap().unwrap();
    package.set(
        "xl/workbook.xml",
        book.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            strict,
        ),
    );
    package.remove("xl/worksheets/_rels/sheet1.xml.rels");
    let mut marks = marks();
    marks.insert(
        "其他".into(),
        BTreeMap::from([(CellRef::new(0, 0), mark(Tone::Note, "另一张"))]),
    );
    let after = patched(&package.save().unwrap(), &marks, Some(2));
    // Two sheets got their first drawing: one line tells the type of both.
    assert_eq!(
        text(&after, "[Content_Types].xml")
            .matches("Extension=\"vml\"")
            .count(),
        1
    );
    let sheet = text(&after, "xl/worksheets/sheet1.xml");
    scan(&sheet, |_| {}).unwrap();
    assert!(
        sheet.contains("<x:sheetData><x:row r=\"3\"><x:c r=\"B3\" s=\""),
        "{sheet}"
    );
    assert!(sheet.contains("left=\"1\"/><x:legacyDrawing xmlns:r=\"http://purl.oclc.org/ooxml/officeDocument/relationships\""), "{sheet}");
    assert!(text(&after, "xl/worksheets/sheet4.xml").contains(strict));
}

#[test]
fn a_signature_goes_and_a_part_of_another_encoding_is_left_to_the_grid() {
    let bytes = rich();
    let mut package = Package::open(&bytes, LIMIT).unwrap();
    let mut root = Relations::load(&mut package, "").unwrap();
    root.add(
        "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
            .into(),
        "_xmlsignatures/origin.sigs",
    );
    root.save(&mut package).unwrap();
    package.set("_xmlsignatures/origin.sigs", String::new());
    package.set("_xmlsignatures/sig1.xml", "<Signature/>".into());
    let signed = package.save().unwrap();
    let after = patched(&signed, &marks(), Some(2));
    assert!(parts(&after).keys().all(|name| !name.contains("signature")));
    assert!(!text(&after, "_rels/.rels").contains("signature"));

    let mut package = Package::open(&bytes, LIMIT).unwrap();
    package.set(
        "xl/comments1.xml",
        "<?xml version=\"1.0\" encoding=\"GBK\"?><comments/>".into(),
    );
    let odd = package.save().unwrap();
    let none = patch(
        &odd,
        LIMIT,
        &Patch {
            listing: &listing(),
            marks: &marks(),
            department: "jsj",
            submission: None,
        },
    );
    assert_eq!(none.unwrap_err(), Unfit("部件不是 UTF-8"));
}

/// Element → its children in the order of ECMA-376's transitional schema. Excel takes another order for damage.
const ORDER: &[(&str, &[&str])] = &[
    (
        "worksheet",
        &[
            "sheetPr",
            "dimension",
            "sheetViews",
            "sheetFormatPr",
            "cols",
            "sheetData",
            "sheetCalcPr",
            "sheetProtection",
            "protectedRanges",
            "scenarios",
            "autoFilter",
            "sortState",
            "dataConsolidate",
            "customSheetViews",
            "mergeCells",
            "phoneticPr",
            "conditionalFormatting",
            "dataValidations",
            "hyperlinks",
            "printOptions",
            "pageMargins",
            "pageSetup",
            "headerFooter",
            "rowBreaks",
            "colBreaks",
            "customProperties",
            "cellWatches",
            "ignoredErrors",
            "smartTags",
            "drawing",
            "legacyDrawing",
            "legacyDrawingHF",
            "drawingHF",
            "picture",
            "oleObjects",
            "controls",
            "webPublishItems",
            "tableParts",
            "extLst",
        ],
    ),
    (
        "workbook",
        &[
            "fileVersion",
            "fileSharing",
            "workbookPr",
            "workbookProtection",
            "bookViews",
            "sheets",
            "functionGroups",
            "externalReferences",
            "definedNames",
            "calcPr",
            "oleSize",
            "customWorkbookViews",
            "pivotCaches",
            "smartTagPr",
            "smartTagTypes",
            "webPublishing",
            "fileRecoveryPr",
            "webPublishObjects",
            "extLst",
        ],
    ),
    (
        "styleSheet",
        &[
            "numFmts",
            "fonts",
            "fills",
            "borders",
            "cellStyleXfs",
            "cellXfs",
            "cellStyles",
            "dxfs",
            "tableStyles",
            "colors",
            "extLst",
        ],
    ),
    ("xf", &["alignment", "protection", "extLst"]),
    (
        "border",
        &[
            "start",
            "end",
            "left",
            "right",
            "top",
            "bottom",
            "diagonal",
            "vertical",
            "horizontal",
        ],
    ),
    ("patternFill", &["fgColor", "bgColor"]),
    (
        "sheetView",
        &["pane", "selection", "pivotSelection", "extLst"],
    ),
    ("c", &["f", "v", "is", "extLst"]),
    ("comments", &["authors", "commentList", "extLst"]),
    ("comment", &["text", "commentPr"]),
    ("r", &["rPr", "t"]),
    ("is", &["t", "r", "rPh", "phoneticPr"]),
];

/// Elements whose `count` tells how many children they have.
const COUNTED: &[&str] = &[
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "mergeCells",
    "dataValidations",
];

/// Asserts order and counts of children, and that the names by which elements are told apart are told once.
fn assert_in_order(name: &str, xml: &str) {
    struct Open {
        element: String,
        count: Option<usize>,
        children: Vec<String>,
    }
    let close = |open: Open| {
        if let Some((_, order)) = ORDER.iter().find(|(element, _)| *element == open.element) {
            let place = |child: &String| {
                order
                    .iter()
                    .position(|o| o == child)
                    .unwrap_or_else(|| panic!("{name}: {child} in {}", open.element))
            };
            assert!(
                open.children.iter().map(place).is_sorted(),
                "{name}: {}: {:?}",
                open.element,
                open.children
            );
        }
        if COUNTED.contains(&&*open.element) {
            assert_eq!(
                open.count,
                Some(open.children.len()),
                "{name}: count of {}",
                open.element
            );
        }
    };
    let mut open: Vec<Open> = Vec::new();
    let mut told = BTreeSet::new();
    let (mut last_row, mut last_cell) = (0, None);
    scan(xml, |token| {
        match token.kind {
            xml::Kind::Start | xml::Kind::Empty => {
                let element = token.local().to_owned();
                // What stands in an extension or an alternative is of other schemas.
                let foreign = open
                    .iter()
                    .any(|o| matches!(&*o.element, "ext" | "AlternateContent"));
                if !foreign && let Some(parent) = open.last_mut() {
                    parent.children.push(element.clone());
                }
                let unique = match &*element {
                    "Relationship" => token.attribute("Id"),
                    "Override" => token.attribute("PartName"),
                    "Default" => token.attribute("Extension"),
                    "comment" => token.attribute("ref"),
                    "sheet" => token.attribute("sheetId"),
                    "shape" => token.attribute("id"),
                    _ => None,
                };
                assert!(
                    unique.is_none_or(|id| told.insert(format!("{element} {id}"))),
                    "{name}: twice: {}",
                    token.raw
                );
                if !foreign && element == "row" {
                    let row: u32 = token.attribute("r").unwrap().parse().unwrap();
                    assert!(row > last_row, "{name}: row {row}");
                    (last_row, last_cell) = (row, None);
                }
                if !foreign && element == "c" {
                    let at = CellRef::parse(&token.attribute("r").unwrap()).unwrap();
                    assert!(
                        at.row + 1 == last_row && last_cell < Some(at.col),
                        "{name}: {at}"
                    );
                    last_cell = Some(at.col);
                }
                let count = token.attribute("count").and_then(|n| n.parse().ok());
                let one = Open {
                    element,
                    count,
                    children: Vec::new(),
                };
                if token.kind == xml::Kind::Start {
                    open.push(one)
                } else {
                    close(one)
                }
            }
            xml::Kind::End => close(open.pop().unwrap()),
            _ => {}
        }
    })
    .unwrap();
}

#[test]
fn parts_keep_the_order_of_the_schema() {
    let first = patched(&rich(), &marks(), Some(2));
    let second = patched(&first, &marks(), Some(3));
    for bytes in [first, second] {
        let touched = |name: &str| {
            !["bin", "png"].iter().any(|e| name.ends_with(e))
                && !["xl/charts/", "xl/drawings/drawing"]
                    .iter()
                    .any(|p| name.starts_with(p))
        };
        for (name, data) in parts(&bytes).iter().filter(|(name, _)| touched(name)) {
            assert_in_order(name, std::str::from_utf8(data).unwrap());
        }
        // Every style that a cell has is there.
        let styles = text(&bytes, "xl/styles.xml");
        let formats = styles[styles.find("<cellXfs").unwrap()..styles.find("</cellXfs>").unwrap()]
            .matches("<xf ")
            .count();
        for sheet in ["sheet1", "sheet2", "sheet4", "sheet5"] {
            let sheet = text(&bytes, &format!("xl/worksheets/{sheet}.xml"));
            let used = sheet
                .split(" s=\"")
                .skip(1)
                .map(|s| s.split('"').next().unwrap().parse::<usize>().unwrap());
            assert!(used.max().is_none_or(|style| style < formats));
        }
        // Every relationship leads to a part, and every part has a type.
        let all = parts(&bytes);
        let mut package = Package::open(&bytes, LIMIT).unwrap();
        for part in ["", "xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
            for relation in Relations::load(&mut package, part).unwrap().list {
                assert!(all.contains_key(&relation.target), "{part}: {relation:?}");
            }
        }
        for name in all.keys().filter(|name| !name.starts_with('[')) {
            assert!(
                ContentTypes::of(&mut package, name).unwrap().is_some(),
                "{name}"
            );
        }
    }
}

/// The type of a sheet's first relationship part was told nowhere when the package names each of them alone, as some programs
/// write it.
#[test]
fn a_first_relationship_part_has_a_type() {
    let bytes = rich();
    let mut package = Package::open(&bytes, LIMIT).unwrap();
    let types = package.text("[Content_Types].xml").unwrap().unwrap();
    let one =
        |part: &str| format!("<Override PartName=\"/{part}\" ContentType=\"{RELATIONSHIPS}\"/>");
    let each = [
        one("_rels/.rels"),
        one("xl/_rels/workbook.xml.rels"),
        one("xl/worksheets/_rels/sheet1.xml.rels"),
    ]
    .concat();
    package.set(
        "[Content_Types].xml",
        types.replace(
            &format!("<Default Extension=\"rels\" ContentType=\"{RELATIONSHIPS}\"/>"),
            &each,
        ),
    );
    let bytes = package.save().unwrap();
    assert!(!text(&bytes, "[Content_Types].xml").contains("Extension=\"rels\""));
    let mark = BTreeMap::from([(
        "其他".to_owned(),
        BTreeMap::from([(CellRef::new(0, 0), mark(Tone::Note, "另一张"))]),
    )]);
    let after = patched(&bytes, &mark, Some(2));
    assert!(parts(&after).contains_key("xl/worksheets/_rels/sheet2.xml.rels"));
    assert_eq!(
        text(&after, "[Content_Types].xml")
            .matches("Extension=\"rels\"")
            .count(),
        1
    );
}

/// Styles were written behind the end of an empty style sheet, and with no style before them the first mark would have been
/// the look of every cell without one.
#[test]
fn an_empty_style_sheet_is_filled_from_its_start() {
    let bytes = rich();
    for empty in [
        "<styleSheet xmlns=\"m\" />",
        "<styleSheet xmlns=\"m\"></styleSheet>",
        "<x:styleSheet xmlns:x=\"m\"><x:dxfs count=\"0\"/></x:styleSheet>",
    ] {
        let mut package = Package::open(&bytes, LIMIT).unwrap();
        package.set("xl/styles.xml", empty.into());
        let styles = text(
            &patched(&package.save().unwrap(), &marks(), Some(2)),
            "xl/styles.xml",
        );
        assert_in_order("xl/styles.xml", &styles);
        let read = styles::Styles::read(Some(styles.clone()), "m").unwrap();
        assert!(!read.is_mark(0) && read.is_mark(1), "{styles}");
        assert!(
            styles.find("\"none\"").unwrap() < styles.find("\"gray125\"").unwrap(),
            "{styles}"
        );
        assert!(
            styles.find("\"gray125\"").unwrap() < styles.find("\"solid\"").unwrap(),
            "{styles}"
        );
    }
}

/// For a look at whole folders of workbooks made by other programs: every .xlsx in `PATCH_FROM` is marked into `PATCH_TO`,
/// with the workbook of these tests, which is put beside them. `scripts/returns_schema.py` then compares the two folders.
#[test]
#[ignore = "needs PATCH_FROM and PATCH_TO"]
fn marks_a_folder_of_workbooks() {
    let folder = |name| std::path::PathBuf::from(std::env::var(name).expect(name));
    let limits = crate::plan::Limits::default();
    let mut unfit = Vec::new();
    std::fs::write(folder("PATCH_FROM").join("rich.xlsm"), rich()).unwrap();
    std::fs::write(
        folder("PATCH_TO").join("rich.xlsm"),
        patched(&rich(), &marks(), Some(2)),
    )
    .unwrap();
    for entry in std::fs::read_dir(folder("PATCH_FROM")).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        let Ok(read) = crate::intake::ooxml::read(&bytes, &limits) else {
            continue;
        };
        if entry.file_name() == "rich.xlsm" {
            continue;
        }
        let cells = |sheet: &crate::intake::Sheet| {
            let own = sheet.cells.iter().step_by(7).take(20).map(|c| c.at);
            own.chain([CellRef::new(2, 3), CellRef::new(40, 30)])
                .map(|at| (at, mark(Tone::Error, "请改正")))
                .collect()
        };
        let marks: Marks = read
            .sheets
            .iter()
            .map(|sheet| (sheet.name.to_string(), cells(sheet)))
            .collect();
        match patch(
            &bytes,
            LIMIT,
            &Patch {
                listing: &listing(),
                marks: &marks,
                department: "jsj",
                submission: Some(2),
            },
        ) {
            Ok(done) => {
                std::fs::write(folder("PATCH_TO").join(entry.file_name()), done.bytes).unwrap()
            }
            Err(e) => unfit.push(format!("{}: {}", entry.file_name().to_string_lossy(), e.0)),
        }
    }
    assert!(unfit.is_empty(), "{unfit:#?}");
}
