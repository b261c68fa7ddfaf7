//! Workbook streams written record by record: what no program at hand saves any more.

use crate::intake::workbook::{CellRef, Strike};
use crate::intake::{FileFault, NumberFormat, Sheet, Value, Workbook};
use crate::plan::model::Limits;

use super::{is_encrypted, read_stream};

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// Globals, one BOUNDSHEET and one sheet of these records.
fn stream(biff8: bool, globals: &[Vec<u8>], sheet: &[Vec<u8>]) -> Vec<u8> {
    let version = if biff8 { 0x0600 } else { 0x0500 };
    let bof = |kind| record(0x0809, &words(&[version, kind, 0, 0]));
    let name: Vec<u8> = if biff8 {
        [&[2, 0][..], b"S1"].concat()
    } else {
        [&[4][..], b"\xB1\xED\xB8\xF1"].concat()
    };
    let bound_bytes = 4 + 6 + name.len();
    let head: Vec<u8> = std::iter::once(bof(5))
        .chain(globals.iter().cloned())
        .flatten()
        .collect();
    let offset = u32::try_from(head.len() + bound_bytes + 4).unwrap();
    let bound = record(
        0x0085,
        &[&offset.to_le_bytes()[..], &[0, 0], &name].concat(),
    );
    let end = record(0x000A, &[]);
    [head, bound, end.clone(), bof(0x10), sheet.concat(), end].concat()
}

fn read(stream: &[u8]) -> Workbook {
    read_stream(stream, &Limits::default()).unwrap()
}

fn value<'s>(sheet: &'s Sheet, a1: &str) -> Option<&'s Value> {
    sheet.cell(CellRef::parse(a1).unwrap()).map(|c| &c.value)
}

fn number(row: u16, col: u16, xf: u16, n: f64) -> Vec<u8> {
    record(
        0x0203,
        &[words(&[row, col, xf]), n.to_le_bytes().to_vec()].concat(),
    )
}

fn formula(row: u16, result: [u8; 8], flags: u16) -> Vec<u8> {
    record(
        0x0006,
        &[
            words(&[row, 0, 0]),
            result.to_vec(),
            words(&[flags, 0, 0, 0]),
        ]
        .concat(),
    )
}

/// Excel 95: texts in the code page, no shared strings, formats and fonts as in BIFF8.
#[test]
fn biff5_in_gbk() {
    let font = |flags: u16| {
        record(
            0x0031,
            &[words(&[200, flags]), vec![0; 10], vec![0]].concat(),
        )
    };
    let globals = [
        record(0x0042, &words(&[936])),
        font(0),
        font(8),
        record(0x041E, &[words(&[164]), vec![4], b"0.0%".to_vec()].concat()),
        record(0x00E0, &words(&[0, 164, 0, 0, 0, 0, 0, 0])),
        record(0x00E0, &words(&[1, 0, 0, 0, 0, 0, 0, 0])),
    ];
    let text = b"\xB6\xBD\xB0\xEC";
    let sheet = [
        number(0, 0, 0, 0.456),
        record(0x0204, &[words(&[1, 0, 1, 4]), text.to_vec()].concat()),
        record(
            0x00D6,
            &[words(&[2, 0, 0, 4]), text.to_vec(), vec![1, 2, 1]].concat(),
        ),
        record(0x0014, &[vec![6], b"&C\xC3\xD8\xC3\xDC".to_vec()].concat()),
    ];
    let workbook = read(&stream(false, &globals, &sheet));
    let sheet = &workbook.sheets[0];
    assert_eq!(&*sheet.name, "表格");
    assert_eq!(sheet.cells[0].format, NumberFormat::Percent(1));
    assert_eq!(
        (&sheet.cells[1].value, sheet.cells[1].strike),
        (&Value::Text("督办".into()), Strike::Whole)
    );
    assert_eq!(sheet.cells[2].strike, Strike::Part);
    assert_eq!(sheet.header_footer, ["秘密"]);
}

#[test]
fn results_of_formulas() {
    let text = record(0x0207, &[words(&[2]), vec![0], b"ok".to_vec()].concat());
    let workbook = read(&stream(
        true,
        &[],
        &[
            formula(0, 2.5_f64.to_le_bytes(), 0),
            formula(1, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
            text,
            // A text result that was never stored, an empty one, and one left for loading to work out.
            formula(2, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
            formula(3, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
            formula(4, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF], 2),
            formula(5, [2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF], 0),
            formula(6, [1, 0, 1, 0, 0, 0, 0xFF, 0xFF], 0),
        ],
    ));
    let sheet = &workbook.sheets[0];
    assert_eq!(value(sheet, "A1"), Some(&Value::Number(2.5)));
    assert_eq!(value(sheet, "A2"), Some(&Value::Text("ok".into())));
    assert_eq!(value(sheet, "A3"), Some(&Value::NoCachedValue));
    assert_eq!(value(sheet, "A4"), None);
    assert_eq!(value(sheet, "A5"), Some(&Value::NoCachedValue));
    assert_eq!(value(sheet, "A6"), Some(&Value::Error("#REF!".into())));
    assert_eq!(value(sheet, "A7"), Some(&Value::Bool(true)));
}

/// The sheet's claim of its size is not used, and one cell in the last corner is one cell.
#[test]
fn a_stray_cell_costs_one_cell() {
    let dimensions = record(
        0x0200,
        &[
            u32::MAX.to_le_bytes(),
            u32::MAX.to_le_bytes(),
            [0xFF; 4],
            [0; 4],
        ]
        .concat(),
    );
    let workbook = read(&stream(
        true,
        &[],
        &[
            dimensions,
            number(0, 0, 0, 1.0),
            number(65_535, 255, 0, 2.0),
        ],
    ));
    assert_eq!(workbook.sheets[0].cells.len(), 2);
    let past = stream(true, &[], &[number(0, 16_384, 0, 1.0)]);
    assert!(matches!(
        read_stream(&past, &Limits::default()),
        Err(FileFault::OverLimit { .. })
    ));
}

/// A chart inside the sheet has cell-like records of its own.
#[test]
fn an_embedded_chart_is_passed_over() {
    let sheet = [
        record(0x0809, &words(&[0x0600, 0x20, 0, 0])),
        number(0, 0, 0, 99.0),
        record(0x000A, &[]),
        number(0, 0, 0, 1.0),
    ];
    assert_eq!(
        value(&read(&stream(true, &[], &sheet)).sheets[0], "A1"),
        Some(&Value::Number(1.0))
    );
}

#[test]
fn links_encryption_and_cut_streams() {
    let path = record(
        0x01AE,
        &[words(&[1, 6]), vec![0], b"\x01b.xls".to_vec()].concat(),
    );
    assert!(read(&stream(true, &[path], &[])).external_links);
    let own = record(0x01AE, &words(&[1, 0x0401]));
    assert!(!read(&stream(true, &[own], &[])).external_links);

    let locked = stream(true, &[record(0x002F, &words(&[1, 1]))], &[]);
    assert!(is_encrypted(&locked));
    assert_eq!(
        read_stream(&locked, &Limits::default()).unwrap_err(),
        FileFault::Encrypted
    );

    let whole = stream(true, &[], &[number(0, 0, 0, 1.0)]);
    for end in 0..whole.len() {
        assert!(
            matches!(
                read_stream(&whole[..end], &Limits::default()),
                Err(FileFault::Unreadable { .. })
            ),
            "{end}"
        );
    }
}

/// A table of shared texts whose record is empty goes on in the next (POI's 44861 and others), or holds none.
#[test]
fn a_string_table_may_begin_in_its_second_record() {
    let text = [words(&[1]), vec![0], b"a".to_vec()].concat();
    let label = record(0x00FD, &[words(&[0, 0, 0]), vec![0; 4]].concat());
    let table = [
        record(0x00FC, &[]),
        record(0x003C, &[vec![1, 0, 0, 0, 1, 0, 0, 0], text].concat()),
    ];
    let book = read(&stream(true, &table, &[label]));
    assert_eq!(value(&book.sheets[0], "A1"), Some(&Value::Text("a".into())));
    for head in [&[][..], &[1, 0, 0]] {
        let none = stream(true, &[record(0x00FC, head)], &[number(0, 0, 0, 1.0)]);
        assert_eq!(
            value(&read(&none).sheets[0], "A1"),
            Some(&Value::Number(1.0))
        );
    }
}

/// A shared string table that claims four thousand million texts, and a cell that refers past its end.
#[test]
fn claims_of_the_string_table_are_not_used() {
    let sst = record(
        0x00FC,
        &[[0xFF; 8].to_vec(), words(&[1]), vec![0], b"a".to_vec()].concat(),
    );
    let label = |ix: u32| {
        record(
            0x00FD,
            &[words(&[0, 0, 0]), ix.to_le_bytes().to_vec()].concat(),
        )
    };
    assert_eq!(
        value(
            &read(&stream(true, std::slice::from_ref(&sst), &[label(0)])).sheets[0],
            "A1"
        ),
        Some(&Value::Text("a".into()))
    );
    let past = stream(true, &[sst], &[label(1)]);
    assert!(matches!(
        read_stream(&past, &Limits::default()),
        Err(FileFault::Unreadable { .. })
    ));
}

/// Titles of charts were passed over, on sheets of cells and on sheets of their own.
#[test]
fn titles_of_charts_are_read() {
    let bof = |kind| record(0x0809, &words(&[0x0600, kind, 0, 0]));
    let end = || record(0x000A, &[]);
    let title = record(
        0x100D,
        &[&[0, 0, 2, 1][..], &words(&[0x673A, 0x5BC6])].concat(),
    );
    let sheet = [bof(0x20), title.clone(), end()];
    let read_one = read(&stream(true, &[], &sheet));
    assert_eq!(read_one.sheets[0].text_boxes, ["机密"]);
    let mut chart = stream(true, &[], &[title]);
    let bound = chart.windows(2).position(|w| w == [0x85, 0]).unwrap();
    chart[bound + 4 + 5] = 2;
    let read_two = read(&chart);
    assert!(read_two.sheets.is_empty());
    assert_eq!(read_two.others[0].text_boxes, ["机密"]);
}
