//! An .xlsb made record by record.

use crate::xlsx::pack;

/// Records of more than 127 bytes are not needed.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let [low, _] = (kind & 0x7F).to_le_bytes();
    let [high, _] = (kind >> 7).to_le_bytes();
    let mut bytes = if high == 0 {
        vec![low]
    } else {
        vec![low | 0x80, high]
    };
    bytes.push(u8::try_from(data.len()).ok().filter(|n| *n < 0x80).unwrap());
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = u32::try_from(units.len()).unwrap();
    count
        .to_le_bytes()
        .into_iter()
        .chain(units.into_iter().flat_map(u16::to_le_bytes))
        .collect()
}

fn dwords(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Two rows with a value of each kind, number formats, strike-through, a merged region, a hidden row and column, a
/// header, a macro part and dates from 1904.
pub fn xlsb() -> Vec<u8> {
    let format = [&164_u16.to_le_bytes()[..], &wide("0.0%")].concat();
    let xf = |format: u16, font: u16| {
        record(
            47,
            &[
                &[0, 0][..],
                &format.to_le_bytes(),
                &font.to_le_bytes(),
                &[0; 10],
            ]
            .concat(),
        )
    };
    let font = |flags: u8| record(43, &[200, 0, flags, 0]);
    let styles = [
        record(615, &dwords(&[1])),
        record(44, &format),
        record(616, &[]),
        font(0),
        font(8),
        record(617, &dwords(&[2])),
        xf(164, 0),
        xf(14, 1),
        record(618, &[]),
    ];
    let bundle = [&dwords(&[1, 1])[..], &wide("rId1"), &wide("示例数据")].concat();
    let workbook = [
        record(153, &dwords(&[1, 0])),
        record(156, &bundle),
        record(144, &[]),
        record(132, &[]),
    ];
    let row = |row: u32, hidden: bool| {
        record(
            0,
            &[
                &dwords(&[row, 0])[..],
                &[0, 0, 0, if hidden { 0x10 } else { 0 }, 0],
            ]
            .concat(),
        )
    };
    let cell = |kind, col: u32, xf: u32, data: &[u8]| {
        record(kind, &[&dwords(&[col, xf])[..], data].concat())
    };
    let header = [&[0, 0][..], &wide("&C页眉"), &[0xFF; 4]].concat();
    let sheet = [
        record(129, &[]),
        record(148, &dwords(&[0, u32::MAX, 0, u32::MAX])),
        record(60, &[&dwords(&[2, 3, 0, 0])[..], &[1, 0]].concat()),
        record(145, &[]),
        row(0, false),
        cell(7, 0, 0, &dwords(&[0])),
        cell(5, 1, 0, &0.456_f64.to_le_bytes()),
        cell(11, 2, 0, &[0x17]),
        cell(1, 3, 0, &[]),
        cell(7, 4, 0, &dwords(&[1])),
        row(4, true),
        cell(2, 0, 1, &dwords(&[(45_473 << 2) | 2])),
        cell(11, 1, 0, &[0x07]),
        record(146, &[]),
        record(176, &dwords(&[0, 0, 0, 1])),
        record(479, &header),
    ];
    // "5" struck through, then "6".
    let rich = [
        &[1][..],
        &wide("56"),
        &dwords(&[2]),
        &[0, 0, 1, 0],
        &[1, 0, 0, 0],
    ]
    .concat();
    let strings = [
        record(159, &dwords(&[2, 2])),
        record(19, &[&[0][..], &wide("督办")].concat()),
        record(19, &rich),
        record(160, &[]),
    ];
    let rels = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    pack(&[
        ("xl/workbook.bin", workbook.concat()),
        ("xl/_rels/workbook.bin.rels", rels.into()),
        ("xl/styles.bin", styles.concat()),
        ("xl/sharedStrings.bin", strings.concat()),
        ("xl/worksheets/sheet1.bin", sheet.concat()),
        ("xl/vbaProject.bin", vec![0]),
    ])
}
