//! The small parts around a document: content types, relationships, settings, fonts, properties.

use super::W;
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::{
    CONTENT_TYPES, DECLARATION, OFFICE_RELATIONSHIPS as R, PACKAGE_RELATIONSHIPS, Parts,
};

/// Namespace of the package's own metadata, and the start of their types.
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Adds the parts that a new document with so many `word/footerN.xml` needs; the footers' relationships are `rIdFooterN`.
pub fn surround(parts: &mut Parts, footers: usize) {
    let own = |name: &str, id: String| (name.to_owned(), id);
    let related: Vec<(String, String)> = [
        own("styles", "rId1".into()),
        own("settings", "rId2".into()),
        own("fontTable", "rId3".into()),
    ]
    .into_iter()
    .chain((1..=footers).map(|n| own(&format!("footer{n}"), format!("rIdFooter{n}"))))
    .collect();
    let kind = |part: &str| {
        part.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let types: String = std::iter::once(("document", "document.main".to_owned()))
        .chain(related.iter().map(|(part, _)| (part.as_str(), kind(part))))
        .map(|(part, kind)| {
            format!("<Override PartName=\"/word/{part}.xml\" ContentType=\"{word}.{kind}+xml\"/>")
        })
        .collect();
    let relations: String = related
        .iter()
        .map(|(part, id)| {
            format!(
                "<Relationship Id=\"{id}\" Type=\"{R}/{}\" Target=\"{part}.xml\"/>",
                kind(part)
            )
        })
        .collect();
    let fonts: String = FONTS.map(font).concat();
    for (name, body) in [
        (
            CONTENT_TYPES,
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
                 <Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>\
                 {types}</Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE_RELATIONSHIPS}\">\
                 <Relationship Id=\"rId1\" Type=\"{R}/officeDocument\" Target=\"word/document.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{PACKAGE_RELATIONSHIPS}/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
                 <Relationship Id=\"rId3\" Type=\"{R}/extended-properties\" Target=\"docProps/app.xml\"/></Relationships>"
            ),
        ),
        (
            "word/_rels/document.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE_RELATIONSHIPS}\">{relations}</Relationships>"),
        ),
        (
            "docProps/app.xml",
            "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>duban</Application></Properties>".to_owned(),
        ),
        (
            "word/settings.xml",
            format!(
                "<w:settings xmlns:w=\"{W}\"><w:zoom w:percent=\"100\"/><w:mirrorMargins/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>\
                 <w:defaultTabStop w:val=\"640\"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val=\"579\"/>\
                 <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>\
                 <w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>\
                 <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
                 <w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
            ),
        ),
        (
            "word/fontTable.xml",
            format!("<w:fonts xmlns:w=\"{W}\">{fonts}</w:fonts>"),
        ),
    ] {
        parts.set(name, format!("{DECLARATION}{body}"));
    }
}

/// The fonts of GB/T 9704 by name, what stands in for each where it is not installed, and its family.
const FONTS: [(&str, &str, &str); 6] = [
    ("方正小标宋简体", "小标宋", "auto"),
    ("仿宋_GB2312", "仿宋", "modern"),
    ("楷体_GB2312", "楷体", "modern"),
    ("黑体", "SimHei", "modern"),
    ("宋体", "SimSun", "auto"),
    ("Times New Roman", "", "roman"),
];

fn font((name, alternative, family): (&str, &str, &str)) -> String {
    let (alternative, charset) = if alternative.is_empty() {
        (String::new(), "00")
    } else {
        (format!("<w:altName w:val=\"{alternative}\"/>"), "86")
    };
    format!(
        "<w:font w:name=\"{name}\">{alternative}<w:charset w:val=\"{charset}\"/><w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
    )
}

/// Sets author, title and date of a document; the date stands for both stamps.
pub fn core_properties(parts: &mut Parts, title: &str, author: &str, date: jiff::civil::Date) {
    let (title, author) = (escape(title), escape(author));
    let stamp = |name: &str| {
        format!("<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{date}T00:00:00Z</dcterms:{name}>")
    };
    let body = format!(
        "{DECLARATION}\
         <cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>\
         <cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>{}{}<dc:language>zh-CN</dc:language></cp:coreProperties>",
        stamp("created"),
        stamp("modified"),
    );
    parts.set("docProps/core.xml", body);
}
