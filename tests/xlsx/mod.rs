//! Workbooks made from their parts' text, for what no program at hand would write.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

pub const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;

pub fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(
            name.as_str(),
            SimpleFileOptions::default().compression_level(Some(1)),
        )
        .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of these sheets' inner XML, by name, over these shared strings.
pub fn book(sheets: &[(&str, String)], strings: &[String]) -> Vec<u8> {
    book_with("", sheets, strings)
}

/// As [`book`], with `properties` before its list of sheets. A name may bring attributes along: `a" state="hidden`. Style 1 is
/// a date.
pub fn book_with(properties: &str, sheets: &[(&str, String)], strings: &[String]) -> Vec<u8> {
    let mut relations = String::from(
        r#"<Relationships><Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="f" Type="x/styles" Target="styles.xml"/>"#,
    );
    let mut list = format!("<workbook>{properties}<sheets>");
    let mut parts = vec![("[Content_Types].xml".to_owned(), TYPES.as_bytes().to_vec())];
    for (ix, (name, inner)) in sheets.iter().enumerate() {
        write!(
            relations,
            r#"<Relationship Id="r{ix}" Type="x/worksheet" Target="worksheets/s{ix}.xml"/>"#
        )
        .unwrap();
        write!(list, r#"<sheet name="{name}" r:id="r{ix}"/>"#).unwrap();
        parts.push((
            format!("xl/worksheets/s{ix}.xml"),
            format!("<worksheet>{inner}</worksheet>").into_bytes(),
        ));
    }
    relations.push_str("</Relationships>");
    list.push_str("</sheets></workbook>");
    let table: String = strings
        .iter()
        .map(|s| format!("<si><t xml:space=\"preserve\">{s}</t></si>"))
        .collect();
    parts.push(("xl/workbook.xml".to_owned(), list.into_bytes()));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        relations.into_bytes(),
    ));
    let styles =
        r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    parts.push(("xl/styles.xml".to_owned(), styles.as_bytes().to_vec()));
    parts.push((
        "xl/sharedStrings.xml".to_owned(),
        format!("<sst>{table}</sst>").into_bytes(),
    ));
    pack(&parts)
}

/// A cell of text, as it stands in the XML.
pub fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}
