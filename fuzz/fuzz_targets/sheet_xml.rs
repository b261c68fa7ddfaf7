//! The XML parts of an .xlsx, mutated as text and packed anew (a mutated zip hardly ever inflates): the sheet, the shared
//! strings, the styles and the workbook part, in this order, between lines of `====`. Absent ones are the plain default.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;
const WORKBOOK: &str =
    r#"<workbook><sheets><sheet name="进展情况" r:id="r1"/></sheets></workbook>"#;

fn pack(parts: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(
            *name,
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored),
        )
        .ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|text: &str| {
    let mut given = text.split("\n====\n");
    let sheet = given.next().unwrap_or_default();
    let strings = given.next().unwrap_or("<sst><si><t>序号</t></si></sst>");
    let styles = given.next().unwrap_or("<styleSheet/>");
    let workbook = given.next().unwrap_or(WORKBOOK);
    let parts: [(&str, &[u8]); 6] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
    ];
    if let Some(bytes) = pack(&parts) {
        let arrivals = duban_fuzz::read("建设局2024年6月报送表.xlsx", &bytes);
        duban_fuzz::check(&arrivals);
    }
});
