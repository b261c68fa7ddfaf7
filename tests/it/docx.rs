//! A Word document as a reader sees it.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::xlsx::parts;

/// The text of a part of a package.
pub fn part(package: &[u8], name: &str) -> String {
    let parts = parts(package);
    let (_, bytes) = parts.into_iter().find(|(n, _)| n == name).expect(name);
    String::from_utf8(bytes).unwrap()
}

/// Paragraphs outside tables, and the tables' cells row by row.
#[derive(Default)]
pub struct Document {
    pub paragraphs: Vec<String>,
    pub tables: Vec<Vec<Vec<String>>>,
}

impl Document {
    /// Of a .docx.
    pub fn of(package: &[u8]) -> Self {
        Self::parse(&part(package, "word/document.xml"))
    }

    pub fn parse(xml: &str) -> Self {
        let mut document = Self::default();
        let mut reader = Reader::from_str(xml);
        let (mut in_text, mut in_table, mut paragraph) = (false, false, String::new());
        loop {
            let tables = &mut document.tables;
            match reader.read_event().unwrap() {
                Event::Eof => return document,
                Event::Start(e) => match e.name().into_inner() {
                    "w:tbl" => {
                        in_table = true;
                        tables.push(Vec::new());
                    }
                    "w:tr" => tables.last_mut().unwrap().push(Vec::new()),
                    "w:tc" => tables
                        .last_mut()
                        .unwrap()
                        .last_mut()
                        .unwrap()
                        .push(String::new()),
                    "w:t" => in_text = true,
                    _ => {}
                },
                Event::Empty(e) if e.name().into_inner() == "w:tab" => paragraph.push('\t'),
                Event::End(e) => match e.name().into_inner() {
                    "w:tbl" => in_table = false,
                    "w:t" => in_text = false,
                    "w:p" if in_table => {
                        let row = tables.last_mut().unwrap().last_mut().unwrap();
                        let cell = row.last_mut().unwrap();
                        if !cell.is_empty() {
                            cell.push('\n');
                        }
                        cell.push_str(&std::mem::take(&mut paragraph));
                    }
                    "w:p" => document.paragraphs.push(std::mem::take(&mut paragraph)),
                    _ => {}
                },
                Event::Text(t) if in_text => paragraph.push_str(&t.xml10_content()),
                Event::GeneralRef(r) if in_text => paragraph.push_str(match &*r.xml10_content() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("&{other};"),
                }),
                _ => {}
            }
        }
    }
}
