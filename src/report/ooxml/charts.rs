//! Charts that every Office program draws alike: what a program would have to assume is said.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::tree::{Element, Node};
use super::{Deflate, PackageError, PackageWriter, order, tree};

/// What a label does not deny, newer programs show.
const LABEL: [&str; 6] = [
    "c:showLegendKey",
    "c:showVal",
    "c:showCatName",
    "c:showSerName",
    "c:showPercent",
    "c:showBubbleSize",
];

/// Says in a chart part what `rust_xlsxwriter` leaves open: what labels show, that axes are there, the language, and the East Asian
/// font, which is the Latin one (Chinese text has no font else).
pub fn explicit(part: &mut Element) {
    part.walk_mut(&mut |e| {
        let latin = |n: &Node| n.element().is_some_and(|c| c.name == "a:latin");
        if let Some(at) = e.children.iter().position(latin)
            && e.first("a:ea").is_none()
            && let Some(font) = e.first("a:latin").and_then(|font| font.get("typeface"))
        {
            let font = Element::new("a:ea").attr("typeface", font);
            e.children.insert(at + 1, Node::Element(font));
        }
        let denied: &[&str] = match e.name.as_str() {
            "c:dLbls" if e.first("c:delete").is_none() => &LABEL,
            "c:catAx" | "c:valAx" | "c:dateAx" => &["c:delete"],
            "c:title" | "c:legend" => &["c:overlay"],
            "c:chartSpace" => &["c:roundedCorners"],
            _ => &[],
        };
        for name in denied {
            if e.first(name).is_none() {
                e.push(Element::new(*name).attr("val", "0"));
            }
        }
        for (holder, key) in [
            ("c:lang", "val"),
            ("a:rPr", "lang"),
            ("a:endParaRPr", "lang"),
        ] {
            if e.name == holder {
                e.set(key, "zh-CN");
            }
        }
    });
    order::sort(part);
}

/// A workbook with its charts made explicit; its other parts are taken over as they are, still deflated.
pub fn explicit_in(workbook: &[u8]) -> Result<Vec<u8>, PackageError> {
    let failed = |e: ZipError| PackageError::Write(e.to_string());
    let mut from = ZipArchive::new(Cursor::new(workbook)).map_err(failed)?;
    let mut to = PackageWriter::new(Deflate::Best);
    for index in 0..from.len() {
        let mut part = from.by_index(index).map_err(failed)?;
        let name = part.name().map_err(failed)?.into_owned();
        if name.starts_with("xl/charts/chart") {
            let mut xml = Vec::new();
            part.read_to_end(&mut xml)
                .map_err(|e| PackageError::Write(e.to_string()))?;
            let mut root =
                tree::parse(&xml).map_err(|e| PackageError::BadPart(name.clone(), e.0))?;
            explicit(&mut root);
            to.add(&name, &tree::to_part(&root)).map_err(failed)?;
        } else {
            to.copy(part).map_err(failed)?;
        }
    }
    to.finish().map_err(failed)
}

/// A chart part leaves nothing for a program to assume.
#[cfg(test)]
pub fn assert_explicit(xml: &str) {
    let root = tree::parse_str(xml.split_once("?>").map_or(xml, |(_, rest)| rest)).unwrap();
    let mut seen = 0;
    root.walk(&mut |e| {
        let has = |name: &&str| e.first(name).is_some();
        match e.name.as_str() {
            "c:dLbls" | "c:dLbl" => assert!(
                e.first("c:delete").is_some() || LABEL.iter().all(has),
                "{xml}"
            ),
            "c:catAx" | "c:valAx" | "c:dateAx" => assert!(has(&"c:delete"), "{xml}"),
            "a:latin" => seen += 1,
            "a:ea" => seen -= 1,
            _ => {}
        }
    });
    assert!(seen == 0 && xml.contains("<a:ea "), "{xml}");
}

#[cfg(all(test, feature = "desktop"))]
mod tests {
    use rust_xlsxwriter::{Chart, ChartDataLabel, ChartFont, Workbook};

    use super::*;
    use crate::report::ooxml::{self, Parts};

    #[test]
    fn a_chart_says_what_a_program_would_assume() {
        let mut book = Workbook::new();
        let mut chart = Chart::new_column();
        let mut label = ChartDataLabel::new();
        label
            .show_value()
            .set_font(ChartFont::new().set_name("宋体"));
        let series = chart.add_series();
        series.set_values("Sheet1!$A$1:$A$3").set_data_label(&label);
        book.add_worksheet().insert_chart(0, 0, &chart).unwrap();
        let saved = ooxml::saved(&mut book).unwrap();
        let (before, after) = (Parts::read(&saved).unwrap(), explicit_in(&saved).unwrap());
        let after = Parts::read(&after).unwrap();
        let name = "xl/charts/chart1.xml";
        for part in before.names().filter(|part| *part != name) {
            assert_eq!(before.get(part), after.get(part), "{part}");
        }
        let text = String::from_utf8(after.get(name).unwrap().to_vec()).unwrap();
        assert_eq!(text.matches("<c:delete val=\"0\"/>").count(), 2, "{text}");
        for said in [
            "<c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/><c:showSerName val=\"0\"/>",
            "<a:latin typeface=\"宋体\"/><a:ea typeface=\"宋体\"/>",
            "<c:roundedCorners val=\"0\"/>",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
