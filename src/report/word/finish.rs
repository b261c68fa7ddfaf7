//! What docx-rs leaves undone: order of elements, repeated header rows, descriptions of tables, indents in characters, the East Asian font of quotes.

use crate::report::ooxml::order;
use crate::report::ooxml::tree::{self, Element, XmlError};

/// Rows whose paragraphs all have this style are repeated on every page of their table.
pub const TABLE_HEAD: &str = "TableHead";

/// Finishes XML that docx-rs built.
pub fn finish(root: &mut Element) {
    root.walk_mut(&mut |e| {
        // Ids come from counters of the process; nothing refers to them.
        e.attributes.retain(|(key, _)| {
            !matches!(key.as_str(), "w14:paraId" | "w14:textId") && !key.starts_with("w:rsid")
        });
        match e.name.as_str() {
            "w:gridCol" => e.attributes.retain(|(key, _)| key == "w:w"),
            // The same indent in characters (3号, 16 pt: 320 twips each), so that it follows the type.
            "w:ind" if e.get("w:firstLine").as_deref() == Some("640") => {
                e.set("w:firstLineChars", "200");
            }
            // Chinese quotes and dashes exist in Latin fonts too: the hint gives them the East Asian one.
            "w:r" if e.first("w:t").is_some() => e
                .first_or_insert("w:rPr")
                .first_or_insert("w:rFonts")
                .set("w:hint", "eastAsia"),
            "w:styles" => styles(e),
            "w:tbl" => describe(e),
            "w:tr" if is_head(e) => {
                let properties = e.first_or_insert("w:trPr");
                if properties.first("w:tblHeader").is_none() {
                    properties.push(Element::new("w:tblHeader"));
                }
            }
            _ => {}
        }
    });
    root.walk_mut(&mut |e| e.retain(|c| c.name != "w:rPr" || !c.children.is_empty()));
    order::sort(root);
}

/// docx-rs brings an empty Normal of its own (ours is the last), marks none as the default, and names no language.
fn styles(root: &mut Element) {
    let is_normal =
        |e: &Element| e.name == "w:style" && e.get("w:styleId").as_deref() == Some("Normal");
    let mut normals = root.elements().filter(|e| is_normal(e)).count();
    root.retain(|e| {
        let one = usize::from(is_normal(e));
        normals -= one;
        one == 0 || normals == 0
    });
    for e in root.elements_mut() {
        if is_normal(e) {
            let default = ("w:default".to_owned(), "1".to_owned());
            e.attributes.insert(0, default);
        }
        if e.name == "w:docDefaults" {
            e.first_or_insert("w:rPrDefault")
                .first_or_insert("w:rPr")
                .push(
                    Element::new("w:lang")
                        .attr("w:val", "en-US")
                        .attr("w:eastAsia", "zh-CN"),
                );
        }
    }
}

/// The style of a paragraph.
pub fn style_of(paragraph: &Element) -> Option<String> {
    paragraph.first("w:pPr")?.first("w:pStyle")?.get("w:val")
}

/// What a table with such a column is called.
const CAPTIONS: [(&str, &str); 3] = [
    ("年度目标：累计完成", "项目进展情况一览表"),
    ("上月承诺和本月进展", "滞后项目要点"),
    ("下一步措施", "滞后项目情况表"),
];

/// Gives a table with a head its caption and the description that is read out in its place.
fn describe(table: &mut Element) {
    let Some(head) = table.elements().find(|e| e.name == "w:tr" && is_head(e)) else {
        return;
    };
    let columns: Vec<String> = head
        .elements()
        .filter(|e| e.name == "w:tc")
        .map(|cell| cell.text_of("w:t"))
        .collect();
    let text = format!("表格，各列为{}。", columns.join("、"));
    let properties = table.first_or_insert("w:tblPr");
    let named = CAPTIONS
        .iter()
        .find(|(column, _)| columns.iter().any(|c| c == column));
    if let Some((_, caption)) = named {
        properties.push(Element::new("w:tblCaption").attr("w:val", caption));
    }
    properties.push(Element::new("w:tblDescription").attr("w:val", text));
}

fn is_head(row: &Element) -> bool {
    let (mut paragraphs, mut heads) = (0, 0);
    row.walk(&mut |e| {
        if e.name == "w:p" {
            paragraphs += 1;
            heads += usize::from(style_of(e).as_deref() == Some(TABLE_HEAD));
        }
    });
    paragraphs > 0 && paragraphs == heads
}

/// The finished elements of a piece that docx-rs built (a table, a paragraph).
pub fn fragment(built: &[u8]) -> Result<String, XmlError> {
    let text = String::from_utf8_lossy(built);
    let text = text
        .split_once("?>")
        .filter(|_| text.starts_with("<?xml"))
        .map_or(&*text, |(_, rest)| rest);
    let mut root = tree::parse_str(&format!("<x>{text}</x>"))?;
    finish(&mut root);
    let mut out = String::new();
    for child in &root.children {
        child.write(&mut out);
    }
    Ok(out)
}
