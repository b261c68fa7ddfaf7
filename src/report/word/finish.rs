//! What docx-rs leaves undone: order, repeated header rows, indents in characters, stable ids, and the small parts
//! around the document.

use std::fmt::Write as _;

use super::order;
use super::package::{CONTENT_TYPES, Package};
use super::xml::{self, Element, XmlError, escape};

/// Rows whose paragraphs all have this style are repeated on every page of their table.
pub const TABLE_HEAD: &str = "TableHead";

/// Finishes XML that docx-rs built: a part, or one element in `fragment`'s wrapping.
pub fn finish(root: &mut Element) {
    root.walk_mut(&mut |e| {
        // Ids come from counters of the process; nothing refers to them.
        e.attributes.retain(|(key, _)| {
            !matches!(key.as_str(), "w14:paraId" | "w14:textId") && !key.starts_with("w:rsid")
        });
        match e.name.as_str() {
            "w:gridCol" => e.attributes.retain(|(key, _)| key == "w:w"),
            "w:ind" => indent_in_characters(e),
            // Chinese quotes and dashes exist in Latin fonts too: the hint gives them the East Asian one.
            "w:r" if e.first("w:t").is_some() => e
                .first_or_insert("w:rPr")
                .first_or_insert("w:rFonts")
                .set("w:hint", "eastAsia"),
            "w:styles" => styles(e),
            "w:tr" if is_head(e) => {
                let properties = e.first_or_insert("w:trPr");
                if properties.first("w:tblHeader").is_none() {
                    properties
                        .children
                        .push(xml::Node::Element(Element::new("w:tblHeader")));
                }
            }
            _ => {}
        }
    });
    root.walk_mut(&mut |e| {
        e.children.retain(|n| {
            n.element()
                .is_none_or(|c| c.name != "w:rPr" || !c.children.is_empty())
        })
    });
    order::sort(root);
}

/// docx-rs brings an empty Normal of its own, marks none as the default, and says no language.
fn styles(root: &mut Element) {
    let own =
        |e: &Element, id: &str| e.name == "w:style" && e.get("w:styleId").as_deref() == Some(id);
    if let Some(last) = root
        .elements()
        .filter(|e| own(e, "Normal"))
        .count()
        .checked_sub(1)
    {
        let mut seen = 0;
        root.children.retain(|n| {
            let normal = n.element().is_some_and(|e| own(e, "Normal"));
            seen += usize::from(normal);
            !normal || seen > last
        });
    }
    for e in root.elements_mut() {
        if own(e, "Normal") {
            e.attributes
                .insert(0, ("w:default".to_owned(), "1".to_owned()));
        }
        if e.name == "w:docDefaults" {
            e.first_or_insert("w:rPrDefault")
                .first_or_insert("w:rPr")
                .children
                .push(xml::Node::Element(
                    Element::new("w:lang")
                        .attr("w:val", "en-US")
                        .attr("w:eastAsia", "zh-CN"),
                ));
        }
    }
}

/// The finished elements of a piece that docx-rs built (a table, a paragraph).
pub fn fragment(built: &[u8]) -> Result<String, XmlError> {
    let text = String::from_utf8_lossy(built);
    let text = text
        .split_once("?>")
        .filter(|_| text.starts_with("<?xml"))
        .map_or(&*text, |(_, rest)| rest);
    let mut root = xml::parse_str(&format!("<x>{text}</x>"))?;
    finish(&mut root);
    let mut out = String::new();
    for child in &root.children {
        child.write(&mut out);
    }
    Ok(out)
}

/// `firstLine="640"` also as `firstLineChars="200"` (3号, 16 pt: 320 twips a character), so that the indent follows the type.
fn indent_in_characters(ind: &mut Element) {
    if ind.get("w:firstLine").as_deref() == Some("640") {
        ind.set("w:firstLineChars", "200");
    }
}

fn is_head(row: &Element) -> bool {
    let (mut paragraphs, mut heads) = (0, 0);
    row.walk(&mut |e| {
        if e.name == "w:p" {
            paragraphs += 1;
            let style = e
                .first("w:pPr")
                .and_then(|p| p.first("w:pStyle"))
                .and_then(|s| s.get("w:val"));
            heads += usize::from(style.as_deref() == Some(TABLE_HEAD));
        }
    });
    paragraphs > 0 && paragraphs == heads
}

/// Parts around a new document: content types, relationships, settings, fonts. `footers`: how many `word/footerN.xml`.
pub fn surround(package: &mut Package, footers: usize) {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut types = String::from(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         <Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>",
    );
    let mut rels = String::from(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    );
    let mut add = |part: &str, kind: &str, rel: &str, id: &str| {
        let _ = write!(
            types,
            "<Override PartName=\"/word/{part}.xml\" ContentType=\"{word}.{kind}+xml\"/>"
        );
        if !rel.is_empty() {
            let _ = write!(
                rels,
                "<Relationship Id=\"{id}\" Type=\"{}/{rel}\" Target=\"{part}.xml\"/>",
                super::R
            );
        }
    };
    add("document", "document.main", "", "");
    add("styles", "styles", "styles", "rId1");
    add("settings", "settings", "settings", "rId2");
    add("fontTable", "fontTable", "fontTable", "rId3");
    for n in 1..=footers {
        add(
            &format!("footer{n}"),
            "footer",
            "footer",
            &format!("rIdFooter{n}"),
        );
    }
    types.push_str("</Types>");
    rels.push_str("</Relationships>");
    let part = |body: &str| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{body}")
            .into_bytes()
    };
    package.set(CONTENT_TYPES, part(&types));
    package.set(
        "_rels/.rels",
        part(&format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"{r}/officeDocument\" Target=\"word/document.xml\"/>\
             <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
             <Relationship Id=\"rId3\" Type=\"{r}/extended-properties\" Target=\"docProps/app.xml\"/></Relationships>",
            r = super::R
        )),
    );
    package.set("word/_rels/document.xml.rels", part(&rels));
    package.set(
        "docProps/app.xml",
        part("<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>duban</Application></Properties>"),
    );
    package.set("word/settings.xml", part(&settings()));
    package.set("word/fontTable.xml", part(&font_table()));
}

/// Author, title and date of a document; the date stands for both stamps.
pub fn core_properties(package: &mut Package, title: &str, author: &str, date: jiff::civil::Date) {
    let stamp = format!("{date}T00:00:00Z");
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{author}</dc:creator>\
         <cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{stamp}</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{stamp}</dcterms:modified>\
         <dc:language>zh-CN</dc:language></cp:coreProperties>",
        escape(title),
        author = escape(author),
    );
    package.set("docProps/core.xml", body.into_bytes());
}

fn settings() -> String {
    format!(
        "<w:settings xmlns:w=\"{w}\"><w:zoom w:percent=\"100\"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>\
         <w:defaultTabStop w:val=\"640\"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val=\"579\"/>\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>\
         <w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
         <w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>",
        w = super::W
    )
}

/// The fonts of GB/T 9704 by name, each with what stands in for it where it is not installed.
fn font_table() -> String {
    let mut out = format!("<w:fonts xmlns:w=\"{}\">", super::W);
    for (name, alternative, family) in [
        ("方正小标宋简体", "小标宋", "auto"),
        ("仿宋_GB2312", "仿宋", "modern"),
        ("楷体_GB2312", "楷体", "modern"),
        ("黑体", "SimHei", "modern"),
        ("宋体", "SimSun", "auto"),
        ("Times New Roman", "", "roman"),
    ] {
        let _ = write!(out, "<w:font w:name=\"{name}\">");
        if !alternative.is_empty() {
            let _ = write!(out, "<w:altName w:val=\"{alternative}\"/>");
        }
        let charset = if alternative.is_empty() { "00" } else { "86" };
        let _ = write!(
            out,
            "<w:charset w:val=\"{charset}\"/><w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
        );
    }
    out.push_str("</w:fonts>");
    out
}
