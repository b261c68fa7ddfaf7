//! Packages made from their parts, taken apart and changed: what no program at hand would write.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

pub const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;

const STYLES: &str =
    r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A .zip of these parts.
pub fn pack<N: AsRef<str>, B: AsRef<[u8]>>(parts: &[(N, B)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, bytes) in parts {
        zip.start_file(name.as_ref(), options).unwrap();
        zip.write_all(bytes.as_ref()).unwrap();
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
    let mut parts = vec![("[Content_Types].xml".to_owned(), TYPES.to_owned())];
    for (ix, (name, inner)) in sheets.iter().enumerate() {
        write!(
            relations,
            r#"<Relationship Id="r{ix}" Type="x/worksheet" Target="worksheets/s{ix}.xml"/>"#
        )
        .unwrap();
        write!(list, r#"<sheet name="{name}" r:id="r{ix}"/>"#).unwrap();
        parts.push((
            format!("xl/worksheets/s{ix}.xml"),
            format!("<worksheet>{inner}</worksheet>"),
        ));
    }
    let strings: String = strings
        .iter()
        .map(|s| format!("<si><t xml:space=\"preserve\">{s}</t></si>"))
        .collect();
    for (name, xml) in [
        ("xl/workbook.xml", list + "</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", relations + "</Relationships>"),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", STYLES.to_owned()),
    ] {
        parts.push((name.to_owned(), xml));
    }
    pack(&parts)
}

/// A workbook of one sheet, 进展情况.
pub fn report(inner: impl Into<String>) -> Vec<u8> {
    book(&[("进展情况", inner.into())], &[])
}

/// A cell of text, as it stands in the XML.
pub fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A row of cells of text.
pub fn texts<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: String = cells.into_iter().map(|c| text(c.as_ref())).collect();
    format!("<row>{cells}</row>")
}

#[cfg(feature = "desktop")]
pub use changing::{Typed, parts, set_cell, with_part};

#[cfg(feature = "desktop")]
mod changing {
    use std::io::{Cursor, Read};

    use super::pack;

    /// The parts of a package.
    pub fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..zip.len())
            .map(|ix| {
                let mut part = zip.by_index(ix).unwrap();
                let mut data = Vec::new();
                part.read_to_end(&mut data).unwrap();
                (part.name().unwrap().into_owned(), data)
            })
            .collect()
    }

    /// The package with one part's text changed, every other byte kept.
    pub fn with_part(bytes: &[u8], name: &str, change: impl FnOnce(String) -> String) -> Vec<u8> {
        let mut parts = parts(bytes);
        let (_, part) = parts.iter_mut().find(|(n, _)| n == name).expect(name);
        *part = change(String::from_utf8(std::mem::take(part)).unwrap()).into_bytes();
        pack(&parts)
    }

    /// What is typed into a cell.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Typed {
        Number(f64),
        Text(String),
    }

    impl From<f64> for Typed {
        fn from(n: f64) -> Self {
            Self::Number(n)
        }
    }

    impl From<&str> for Typed {
        fn from(text: &str) -> Self {
            Self::Text(text.to_owned())
        }
    }

    /// Types into a cell of a sheet's XML; its style stays.
    pub fn set_cell(sheet: &mut String, cell: &str, typed: &Typed) {
        let start = sheet
            .find(&format!("<c r=\"{cell}\""))
            .unwrap_or_else(|| panic!("there is no cell {cell}"));
        let tag = &sheet[start..=start + sheet[start..].find('>').unwrap()];
        let end = if tag.ends_with("/>") {
            start + tag.len()
        } else {
            start + sheet[start..].find("</c>").unwrap() + "</c>".len()
        };
        let style = tag
            .split(" s=\"")
            .nth(1)
            .and_then(|s| s.split('"').next())
            .unwrap_or("0");
        let fresh = match typed {
            Typed::Number(n) => format!("<c r=\"{cell}\" s=\"{style}\"><v>{n}</v></c>"),
            Typed::Text(t) => {
                format!("<c r=\"{cell}\" s=\"{style}\" t=\"inlineStr\"><is><t>{t}</t></is></c>")
            }
        };
        sheet.replace_range(start..end, &fresh);
    }
}
