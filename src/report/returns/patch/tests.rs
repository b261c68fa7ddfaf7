//! A workbook with everything in it that a return copy must not touch.

use std::io::{Cursor, Read};

use rust_xlsxwriter::{
    Chart, ChartType, ConditionalFormatIconSet, ConditionalFormatIconType, DataValidation,
    DocProperties, ExcelDateTime, Format, Formula, Image, Note, Sparkline, Workbook, XlsxError,
};
use zip::ZipArchive;

use super::super::listing::ListedFinding;
use super::super::marks::{COMMENT_MARK, Tone};
use super::scan::attribute;
use super::*;
use crate::intake::layout::EXPLANATION_SHEET;
use crate::report::ooxml::order::violations;
use crate::report::ooxml::tree::{Element, parse_str};
use crate::report::ooxml::{self, CONTENT_TYPES};

const LIMIT: u64 = 64 << 20;

/// One red pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT\x08\xd7c\xf8\xcf\xc0\0\0\x03\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82";

const REPORT: &str = "进展情况";
const SHEET: &str = "xl/worksheets/sheet1.xml";
const STYLE_SHEET: &str = "xl/styles.xml";

/// Chart, picture, sparkline, icon set, validation, comments (one threaded), local name, macros.
fn rich() -> Vec<u8> {
    // What the writer cannot make: a thread beside D5's comment, and macros.
    edited(&written().unwrap(), |parts| {
        let thread = "xl/threadedComments/threadedComment1.xml";
        let mut relations = Relations::load(parts, SHEET).unwrap();
        let kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment";
        relations.add(kind.into(), thread);
        relations.save(parts).unwrap();
        parts.set(
            thread,
            "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><threadedComment ref=\"D5\" id=\"{0}\"><text>请看</text></threadedComment></ThreadedComments>".into(),
        );
        parts.set("xl/vbaProject.bin", "not a real project".into());
        let mut types = ContentTypes::default();
        types.add("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject");
        types.change(WORKBOOK.into(), MACRO_WORKBOOK);
        types.save(parts).unwrap();
    })
}

fn written() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2024, 7, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let blue = Format::new()
        .set_background_color("0000FF")
        .set_num_format("0.00")
        .set_bold()
        .set_unlocked();
    let ws = book.add_worksheet().set_name(REPORT)?;
    for row in 0..5u32 {
        for col in 0..4u16 {
            ws.write_number(row, col, f64::from(row) + f64::from(col))?;
        }
    }
    ws.write_number_with_format(2, 1, 4.9, &blue)?;
    ws.merge_range(6, 0, 7, 2, "合并", &blue)?;
    ws.insert_note(2, 1, &Note::new("李四：已核对").set_author("李四"))?;
    ws.insert_note(4, 3, &Note::new("[Threaded comment]").set_author("tc={0}"))?;
    ws.add_sparkline(9, 0, &Sparkline::new().set_range((REPORT, 0, 0, 0, 3)))?;
    let lights = ConditionalFormatIconType::ThreeTrafficLights;
    let icons = ConditionalFormatIconSet::new().set_icon_type(lights);
    ws.add_conditional_format(0, 0, 4, 3, &icons)?;
    let choice = DataValidation::new().allow_list_strings(&["甲", "乙"])?;
    ws.add_data_validation(0, 0, 4, 0, &choice)?;
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values((REPORT, 0, 0, 0, 3));
    ws.insert_chart(12, 0, &chart)?;
    ws.insert_image(12, 9, &Image::new_from_buffer(PNG)?)?;
    ws.set_repeat_rows(0, 1)?;
    let other = book.add_worksheet().set_name("其他")?;
    let sum = Formula::new("=SUM(进展情况!A1:A3)").set_result("3");
    other.write_formula(0, 0, sum)?;
    other.set_active(true);
    let hidden = book.add_worksheet().set_name("台账")?;
    hidden.write_string(0, 0, "明细")?;
    hidden.set_hidden(true);
    book.define_name("合计", "=其他!$A$1")?;
    ooxml::saved(&mut book)
}

/// The workbook with some of its parts changed.
fn edited(bytes: &[u8], change: impl FnOnce(&mut LazyParts)) -> Vec<u8> {
    let mut parts = LazyParts::open(bytes, LIMIT).unwrap();
    change(&mut parts);
    parts.save().unwrap()
}

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).unwrap()
}

fn listing() -> Listing {
    let row = |code, cell: &str, tone| ListedFinding {
        code,
        place: format!("{REPORT}!{cell}"),
        target: Some((REPORT.to_owned(), at(cell))),
        tone,
        level: "错误".into(),
        found: "=HYPERLINK(\"http://example.org\")<&>\u{7}".into(),
        expected: "4.9".into(),
        help: "请改正".into(),
        answer: String::new(),
    };
    Listing {
        sheet: EXPLANATION_SHEET,
        columns: &[0, 1, 2, 3, 4, 5, 6],
        request: String::new(),
        title: "清单".into(),
        lead: vec!["请改正".into()],
        rows: vec![
            row("C006", "B3", Tone::Error),
            row("R007", "F3", Tone::Warning),
        ],
        earlier: vec![["R008".into(), "A1".into(), "属实".into()]],
    }
}

fn marked(sheet: &str, cells: &[(&str, Tone)]) -> Marks {
    let mark = |tone| Mark {
        tone,
        comment: vec![(
            format!("{COMMENT_MARK}错误 C006"),
            "累计数<偏小>".to_owned(),
        )],
    };
    let marks = cells.iter().map(|&(cell, tone)| (at(cell), mark(tone)));
    Marks::from([(sheet.to_owned(), marks.collect())])
}

/// A cell with a comment, one missing in its row, one in a missing row, a merged one, one with a thread.
const CELLS: [&str; 5] = ["B3", "F3", "C20", "A7", "D5"];

fn marks() -> Marks {
    marked(REPORT, &CELLS.map(|cell| (cell, Tone::Error)))
}

fn try_patch(bytes: &[u8], marks: &Marks, submission: u32) -> Result<Patched, Unfit> {
    let patched = Patch {
        listing: &listing(),
        marks,
        department: "jsj",
        submission: Some(submission),
        fills: &Fills::new(),
    };
    patch(bytes, LIMIT, &patched)
}

fn patched(bytes: &[u8], marks: &Marks, submission: u32) -> Vec<u8> {
    try_patch(bytes, marks, submission).unwrap().bytes
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
    let part = parts(bytes)
        .remove(part)
        .unwrap_or_else(|| panic!("{part}"));
    String::from_utf8(part).unwrap()
}

/// What stands between the first `start` and the next `end`.
fn between<'a>(xml: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = xml.split_once(start).unwrap_or_else(|| panic!("{start}"));
    rest.split(end).next().unwrap_or_default()
}

fn assert_holds(xml: &str, held: &[&str]) {
    for what in held {
        assert!(xml.contains(what), "{what} is not in {xml}");
    }
}

#[test]
fn untouched_parts_are_kept_to_the_byte() {
    let before = rich();
    let after = parts(&patched(&before, &marks(), 2));
    let before = parts(&before);
    let changed: Vec<&str> = before
        .iter()
        .filter(|(name, data)| after.get(*name) != Some(data))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        changed,
        [
            CONTENT_TYPES,
            "xl/_rels/workbook.xml.rels",
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
            STYLE_SHEET,
            "xl/workbook.xml",
            SHEET,
            // Its tab was the selected one.
            "xl/worksheets/sheet2.xml",
        ]
    );
    let added: Vec<&String> = after
        .keys()
        .filter(|name| !before.contains_key(*name))
        .collect();
    assert_eq!(
        added,
        ["xl/worksheets/sheet4.xml", "xl/worksheets/sheet5.xml"]
    );
}

#[test]
fn marked_sheets_lose_nothing_but_the_fill() {
    let before = rich();
    let after = patched(&before, &marks(), 2);
    let (old, new) = (text(&before, SHEET), text(&after, SHEET));
    // What is no cell stands as it stood.
    let tail = |xml: &str| xml.split_once("</sheetData>").unwrap().1.to_owned();
    assert_eq!(tail(&old), tail(&new));
    assert_holds(
        &new,
        &[
            "x14:sparkline",
            "iconSet",
            "dataValidations",
            "conditionalFormatting",
        ],
    );
    // In their order: F3 behind D3, row 20 behind the last one.
    let place = |what: &str| new.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(
        place("r=\"D3\"") < place("<c r=\"F3\"") && place("<c r=\"F3\"") < place("<row r=\"4\"")
    );
    assert!(place("<row r=\"8\"") < place("<row r=\"20\"><c r=\"C20\""));
    // B3's own style, but red.
    let styles = text(&after, STYLE_SHEET);
    let read = Styles::read(Some(styles.clone()), "").unwrap();
    let style = |cell: &str| {
        let tag = between(&new, &format!("<c r=\"{cell}\""), ">");
        let tag = format!("<c{tag}>");
        attribute(&tag, "s").map_or(0, |range| tag[range].parse::<usize>().unwrap())
    };
    for cell in CELLS {
        assert!(read.is_mark(style(cell)), "{cell}");
    }
    let xfs = between(&styles, "<cellXfs", "</cellXfs>");
    let own = xfs.split("<xf ").nth(style("B3") + 1).unwrap();
    assert_holds(own, &["fontId=\"1\"", "locked=\"0\""]);
}

#[test]
fn a_hidden_row_that_the_list_leads_to_is_shown() {
    let part = "xl/worksheets/sheet1.xml";
    let hide = |parts: &mut LazyParts| {
        let xml = parts.text(part).unwrap().unwrap();
        let xml = xml.replace("<row r=\"3\"", "<row r=\"3\" hidden=\"1\"");
        let xml = xml.replace("<row r=\"4\"", "<row r=\"4\" hidden=\"1\"");
        parts.set(part, xml);
    };
    let after = text(&patched(&edited(&rich(), hide), &marks(), 2), part);
    let row = |n: u32| between(&after, &format!("<row r=\"{n}\""), ">");
    assert!(
        !row(3).contains("hidden") && row(4).contains("hidden"),
        "{after}"
    );
}

#[test]
fn comments_are_kept_and_added_to() {
    let after = patched(&rich(), &marks(), 2);
    let comments = text(&after, "xl/comments1.xml");
    let of = |cell: &str| between(&comments, &format!("ref=\"{cell}\""), "</comment>");
    assert_holds(of("B3"), &["李四：已核对", "累计数&lt;偏小&gt;"]);
    // The thread's own text stays alone.
    assert!(!of("D5").contains(COMMENT_MARK));
    for cell in CELLS {
        assert_eq!(comments.matches(&format!("ref=\"{cell}\"")).count(), 1);
    }
    let vml = text(&after, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(vml.matches("<v:shape ").count(), 5);
}

#[test]
fn the_list_stands_in_front() {
    let after = patched(&rich(), &marks(), 2);
    let book = text(&after, "xl/workbook.xml");
    let sheets = between(&book, "<sheets>", "</sheets>");
    assert!(sheets.starts_with("<sheet name=\"情况说明\""), "{sheets}");
    assert_holds(sheets, &["name=\"_duban\"", "state=\"veryHidden\""]);
    // 进展情况 was the first sheet and is the second now; the name 合计 belongs to no sheet.
    assert_holds(
        &book,
        &[
            "activeTab=\"0\"",
            "localSheetId=\"1\">进展情况!$1:$2",
            "<definedName name=\"合计\">",
        ],
    );
    assert!(!text(&after, "xl/worksheets/sheet2.xml").contains("tabSelected"));
    // Text stays text.
    let list = text(&after, "xl/worksheets/sheet4.xml");
    assert_holds(
        &list,
        &[
            "location=\"'进展情况'!B3\"",
            "=HYPERLINK(&quot;http://example.org&quot;)&lt;&amp;&gt;</t>",
        ],
    );
    assert!(!list.contains("<f>"));
}

#[test]
fn a_second_round_takes_the_first_ones_marks_back() {
    let original = rich();
    let first = patched(&original, &marks(), 2);
    let second = patched(&first, &marked(REPORT, &[("F3", Tone::Warning)]), 3);
    let (old, new) = (text(&original, SHEET), text(&second, SHEET));
    // No style is style 0, and a cell that was not there stays blank.
    let cell = |xml: &str, at: &str| {
        let rest = xml.split(&format!("<c r=\"{at}\"")).nth(1);
        rest.map(|rest| rest.split('>').next().unwrap().replace(" s=\"0\"", ""))
    };
    for at in ["B3", "A7", "D5"] {
        assert_eq!(cell(&new, at), cell(&old, at), "{at}");
    }
    let comments = text(&second, "xl/comments1.xml");
    assert_eq!(comments.matches(COMMENT_MARK).count(), 1);
    assert!(comments.contains("李四：已核对") && !comments.contains("ref=\"A7\""));
    let vml = text(&second, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(vml.matches("<v:shape ").count(), 3);
    let identity = text(&second, "xl/worksheets/sheet5.xml");
    assert_holds(&identity, &["<v>3</v>", "department", "进展情况!F3"]);
    assert!(!identity.contains("进展情况!B3"));
    // The list is the same sheet, and there is one of each.
    let book = text(&second, "xl/workbook.xml");
    let counts =
        ["情况说明\"", "_duban", "_xlnm.Print_Titles"].map(|what| book.matches(what).count());
    assert_eq!(counts, [1, 1, 2]);
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let bytes = rich();
    let [one, other] = [2, 2].map(|n| try_patch(&bytes, &marks(), n).unwrap());
    assert_eq!(one.bytes, other.bytes);
    assert!(one.macros);
}

#[test]
fn prefixes_strict_names_and_empty_sheets_are_taken_as_they_are() {
    let strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    let bytes = edited(&rich(), |parts| {
        parts.set(
            SHEET,
            format!("<?xml version=\"1.0\"?><x:worksheet xmlns:x=\"{strict}\"><x:cols><x:col min=\"1\" max=\"9\" width=\"12\" style=\"1\"/></x:cols><x:sheetData/><x:pageMargins left=\"1\"/><x:tableParts/></x:worksheet>"),
        );
        let book = parts.text("xl/workbook.xml").unwrap().unwrap();
        let transitional = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        parts.set("xl/workbook.xml", book.replace(transitional, strict));
        parts.remove("xl/worksheets/_rels/sheet1.xml.rels");
    });
    let mut marks = marks();
    marks.extend(marked("其他", &[("A1", Tone::Note)]));
    let after = patched(&bytes, &marks, 2);
    // Two sheets got their first drawing: one line tells the type of both.
    let types = text(&after, CONTENT_TYPES);
    assert_eq!(types.matches("Extension=\"vml\"").count(), 1);
    let sheet = text(&after, SHEET);
    assert_sound(SHEET, &sheet);
    assert_holds(
        &sheet,
        &[
            "<x:sheetData><x:row r=\"3\"><x:c r=\"B3\" s=\"",
            "left=\"1\"/><x:legacyDrawing xmlns:r=\"http://purl.oclc.org/ooxml/officeDocument/relationships\"",
        ],
    );
    assert!(text(&after, "xl/worksheets/sheet4.xml").contains(strict));
}

#[test]
fn a_signature_goes_and_a_part_of_another_encoding_is_left_to_the_grid() {
    let signed = edited(&rich(), |parts| {
        let mut root = Relations::load(parts, "").unwrap();
        let kind =
            "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin";
        root.add(kind.into(), "_xmlsignatures/origin.sigs");
        root.save(parts).unwrap();
        parts.set("_xmlsignatures/origin.sigs", String::new());
        parts.set("_xmlsignatures/sig1.xml", "<Signature/>".into());
    });
    let after = patched(&signed, &marks(), 2);
    assert!(parts(&after).keys().all(|name| !name.contains("signature")));
    assert!(!text(&after, "_rels/.rels").contains("signature"));

    let odd = edited(&rich(), |parts| {
        let comments = "<?xml version=\"1.0\" encoding=\"GBK\"?><comments/>";
        parts.set("xl/comments1.xml", comments.into());
    });
    let refused = try_patch(&odd, &marks(), 2).unwrap_err();
    assert_eq!(refused, Unfit("部件不是 UTF-8"));
}

/// A colour of eight bytes whose second is inside a character once stopped the whole run.
#[test]
fn a_colour_that_is_no_number_is_no_mark() {
    let styles = "<styleSheet xmlns=\"m\"><fills count=\"1\"><fill><patternFill><fgColor rgb=\"a中中b\"/></patternFill></fill></fills></styleSheet>";
    assert!(Styles::read(Some(styles.into()), "m").is_ok());
}

/// Elements whose `count` is the number of their children.
const COUNTED: [&str; 8] = [
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "mergeCells",
];

/// Asserts the schema's order, right counts, rows and cells in order, and that ids are unique.
fn assert_sound(part: &str, xml: &str) {
    let root = parse_str(xml).unwrap_or_else(|e| panic!("{part}: {}", e.0));
    assert_eq!(violations(&root), Vec::<String>::new(), "{part}");
    let local = |e: &Element| e.name.trim_start_matches("x:").to_owned();
    let mut names = BTreeSet::new();
    root.walk(&mut |e| {
        let name = local(e);
        if COUNTED.contains(&name.as_str()) {
            let count = e.elements().count().to_string();
            assert_eq!(e.get("count"), Some(count), "{part}: {name}");
        }
        let key = match name.as_str() {
            "Relationship" => "Id",
            "Override" => "PartName",
            "Default" => "Extension",
            "comment" => "ref",
            "sheet" => "sheetId",
            "v:shape" => "id",
            "row" | "c" => "r",
            _ => return,
        };
        let id = format!("{name} {}", e.get(key).unwrap());
        assert!(names.insert(id.clone()), "{part}: twice {id}");
        if name == "row" {
            let cells: Vec<CellRef> = e.elements().map(|c| at(&c.get("r").unwrap())).collect();
            assert!(cells.is_sorted(), "{part}: {cells:?}");
            let row = e.get("r").unwrap();
            assert!(
                cells.iter().all(|c| (c.row + 1).to_string() == row),
                "{part}: {row}"
            );
        }
    });
    if let Some(data) = root.elements().find(|e| local(e) == "sheetData") {
        let rows = data
            .elements()
            .map(|row| row.get("r").unwrap().parse::<u32>().unwrap());
        assert!(rows.is_sorted(), "{part}");
    }
}

#[test]
fn every_part_is_sound() {
    let first = patched(&rich(), &marks(), 2);
    let second = patched(&first, &marks(), 3);
    for bytes in [first, second] {
        let all = parts(&bytes);
        for (name, data) in &all {
            let is_ours =
                !name.starts_with("xl/charts/") && !name.starts_with("xl/drawings/drawing");
            if let Ok(xml) = std::str::from_utf8(data)
                && is_ours
                && xml.starts_with('<')
            {
                assert_sound(name, xml);
            }
        }
        // Every style that a cell has is there.
        let styles = text(&bytes, STYLE_SHEET);
        let formats = between(&styles, "<cellXfs", "</cellXfs>")
            .matches("<xf ")
            .count();
        for sheet in ["sheet1", "sheet2", "sheet4", "sheet5"] {
            let sheet = text(&bytes, &format!("xl/worksheets/{sheet}.xml"));
            let used = sheet.split(" s=\"").skip(1);
            let used = used.map(|s| s.split('"').next().unwrap().parse::<usize>().unwrap());
            assert!(used.max().is_none_or(|style| style < formats));
        }
        // Every relationship leads to a part, and every part has a type.
        let mut package = LazyParts::open(&bytes, LIMIT).unwrap();
        for part in ["", "xl/workbook.xml", SHEET] {
            for relation in Relations::load(&mut package, part).unwrap().list {
                assert!(all.contains_key(&relation.target), "{part}: {relation:?}");
            }
        }
        for name in all.keys().filter(|name| *name != CONTENT_TYPES) {
            let kind = ContentTypes::of(&mut package, name).unwrap();
            assert!(kind.is_some(), "{name}");
        }
    }
}

/// A sheet's first relationship part had no type where the package names the type of each of them, as some programs write it.
#[test]
fn a_first_relationship_part_has_a_type() {
    let bytes = edited(&rich(), |parts| {
        let types = parts.text(CONTENT_TYPES).unwrap().unwrap();
        let all = format!("<Default Extension=\"rels\" ContentType=\"{RELATIONSHIPS}\"/>");
        let each = ["", "xl/workbook.xml", SHEET].map(|part| {
            let part = relationships_of(part);
            format!("<Override PartName=\"/{part}\" ContentType=\"{RELATIONSHIPS}\"/>")
        });
        assert!(types.contains(&all));
        parts.set(CONTENT_TYPES, types.replace(&all, &each.concat()));
    });
    let after = patched(&bytes, &marked("其他", &[("A1", Tone::Note)]), 2);
    assert!(parts(&after).contains_key("xl/worksheets/_rels/sheet2.xml.rels"));
    let types = text(&after, CONTENT_TYPES);
    assert_eq!(types.matches("Extension=\"rels\"").count(), 1);
}

/// Styles were written behind the end of an empty style sheet, and with no style before them the first mark would have been the
/// look of every cell without one.
#[test]
fn an_empty_style_sheet_is_filled_from_its_start() {
    for empty in [
        "<styleSheet xmlns=\"m\" />",
        "<styleSheet xmlns=\"m\"></styleSheet>",
        "<x:styleSheet xmlns:x=\"m\"><x:dxfs count=\"0\"/></x:styleSheet>",
    ] {
        let bytes = edited(&rich(), |parts| parts.set(STYLE_SHEET, empty.into()));
        let styles = text(&patched(&bytes, &marks(), 2), STYLE_SHEET);
        assert_sound(STYLE_SHEET, &styles);
        let read = Styles::read(Some(styles.clone()), "m").unwrap();
        assert!(!read.is_mark(0) && read.is_mark(1), "{styles}");
        let fills = ["\"none\"", "\"gray125\"", "\"solid\""].map(|fill| styles.find(fill).unwrap());
        assert!(fills.is_sorted(), "{styles}");
    }
}

/// For a look at whole folders of workbooks made by other programs: every .xlsx in `PATCH_FROM` is marked into `PATCH_TO`, with
/// the workbook of these tests, which is put beside them. `scripts/returns_schema.py` then compares the two folders.
#[test]
#[ignore = "needs PATCH_FROM and PATCH_TO"]
fn marks_a_folder_of_workbooks() {
    let folder = |name| std::path::PathBuf::from(std::env::var(name).expect(name));
    let (from, to) = (folder("PATCH_FROM"), folder("PATCH_TO"));
    std::fs::write(from.join("rich.xlsm"), rich()).unwrap();
    for entry in std::fs::read_dir(&from).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        let Ok(read) = crate::intake::ooxml::read(&bytes, &crate::plan::Limits::default()) else {
            continue;
        };
        let marks = read.sheets.iter().flat_map(|sheet| {
            let own = sheet
                .cells
                .iter()
                .step_by(7)
                .take(20)
                .map(|c| c.at.to_string());
            let cells: Vec<String> = own.chain(["D3".into(), "AE41".into()]).collect();
            let cells: Vec<_> = cells.iter().map(|c| (c.as_str(), Tone::Error)).collect();
            marked(&sheet.name, &cells)
        });
        let done = try_patch(&bytes, &marks.collect(), 2);
        let done = done.unwrap_or_else(|e| panic!("{}: {}", entry.path().display(), e.0));
        std::fs::write(to.join(entry.file_name()), done.bytes).unwrap();
    }
}
