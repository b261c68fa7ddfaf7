//! The look every official paper shares: page, fonts, sizes and line pitch of GB/T 9704-2012, as far as a .docx states them.
//! Lengths are twips (1 mm = 56.69), type sizes half-points.

use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, Paragraph, Run, RunFonts, SpecialIndentType,
    Style, StyleType, Styles,
};

use super::finish;
use super::surround::{core_properties, surround};
use crate::report::ooxml::tree::{self, Element};
use crate::report::ooxml::{PackageError, Parts};

/// Line pitch: 22 lines in 225 mm.
pub const PITCH: i32 = 579;
/// Takes 0.3 pt off the space after each character of the body, so that 28 characters of 16 pt fit 156 mm in every program.
/// The section's character grid says the same to Word; LibreOffice gives a character two cells of a grid that is narrower than
/// the type (14 characters a line), so paragraphs do not snap to it.
const CLOSER: i32 = -6;
pub const SONG_TITLE: &str = "方正小标宋简体";
pub const FANG_SONG: &str = "仿宋_GB2312";
pub const KAI: &str = "楷体_GB2312";
pub const HEI: &str = "黑体";
pub const SONG: &str = "宋体";
const LATIN: &str = "Times New Roman";

fn fonts(latin: &str, east: &str) -> RunFonts {
    RunFonts::new()
        .ascii(latin)
        .hi_ansi(latin)
        .east_asia(east)
        .cs(latin)
}

/// The page number's style: 4号 half-width 宋体, digits included.
pub fn page_number() -> Style {
    style("Footer", "footer", SONG, 28)
        .fonts(fonts(SONG, SONG))
        .line_spacing(exact(360))
}

/// Exact line pitch without space around the paragraph.
pub fn exact(line: i32) -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(line)
        .before(0)
        .after(0)
}

/// A paragraph style based on Normal.
pub fn style(id: &str, name: &str, east: &str, size: usize) -> Style {
    Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on("Normal")
        .q_format(true)
        .fonts(fonts(LATIN, east))
        .size(size)
}

/// Justified, the first line indented by two characters.
pub fn body(style: Style) -> Style {
    let first = SpecialIndentType::FirstLine(640);
    let mut style = style
        .align(AlignmentType::Both)
        .indent(Some(0), Some(first), Some(0), None);
    style.run_property = style.run_property.spacing(CLOSER);
    style
}

/// Defaults, Normal and the body's style.
pub fn styles() -> Styles {
    let mut normal = Style::new("Normal", StyleType::Paragraph)
        .name("Normal")
        .q_format(true)
        .fonts(fonts(LATIN, FANG_SONG))
        .size(32)
        .align(AlignmentType::Both)
        .snap_to_grid(false)
        .line_spacing(exact(PITCH));
    normal.paragraph_property = normal.paragraph_property.widow_control(false);
    Styles::new()
        .default_fonts(fonts(LATIN, FANG_SONG))
        .default_size(32)
        .add_style(normal)
        .add_style(body(style("BodyText", "Body Text", FANG_SONG, 32)))
}

/// A paragraph of one run.
pub fn p(style: &str, text: &str) -> Paragraph {
    let paragraph = Paragraph::new().style(style);
    if text.is_empty() {
        paragraph
    } else {
        paragraph.add_run(Run::new().add_text(text))
    }
}

/// Margins of a page and the distances of header and footer from its edges: top, right, bottom, left, header, footer.
pub type Margins = [u32; 6];

/// The end of a section on A4, lying if `landscape`. `footers`: those of odd and of even pages.
pub fn section(footers: [&str; 2], landscape: bool, margins: Margins) -> Element {
    let mut section = Element::new("w:sectPr");
    for (kind, id) in ["default", "even"].into_iter().zip(footers) {
        section.push(
            Element::new("w:footerReference")
                .attr("w:type", kind)
                .attr("r:id", id),
        );
    }
    let size = Element::new("w:pgSz");
    let size = if landscape {
        size.attr("w:w", "16838")
            .attr("w:h", "11906")
            .attr("w:orient", "landscape")
    } else {
        size.attr("w:w", "11906").attr("w:h", "16838")
    };
    let sides = ["top", "right", "bottom", "left", "header", "footer"];
    let margin = sides
        .into_iter()
        .zip(margins)
        .fold(Element::new("w:pgMar"), |margin, (side, length)| {
            margin.attr(&format!("w:{side}"), length.to_string())
        });
    let grid = Element::new("w:docGrid")
        .attr("w:type", "linesAndChars")
        .attr("w:linePitch", PITCH.to_string())
        .attr("w:charSpace", "-842");
    section
        .child(size)
        .child(margin.attr("w:gutter", "0"))
        .child(Element::new("w:cols").attr("w:space", "425"))
        .child(grid)
}

/// Takes away the section that docx-rs ends the body with, and gives the body.
pub fn body_without_section(document: &mut Element) -> Option<&mut Element> {
    let body = document.first_mut("w:body")?;
    body.retain(|e| e.name != "w:sectPr");
    Some(body)
}

/// One border line of a paragraph or table.
pub fn border(side: &str, kind: &str, size: &str, space: &str, color: &str) -> Element {
    Element::new(format!("w:{side}"))
        .attr("w:val", kind)
        .attr("w:sz", size)
        .attr("w:space", space)
        .attr("w:color", color)
}

/// A template from the parts that docx-rs built, each changed by `change` before it is finished; footers that are not among
/// them are given as they stand.
pub fn template(
    title: &str,
    built: &[(&str, Vec<u8>)],
    change: impl Fn(&str, &mut Element),
    footers: &[(&str, String)],
) -> Result<Vec<u8>, PackageError> {
    let mut parts = Parts::default();
    let is_footer = |name: &str| name.starts_with("word/footer");
    let own = built.iter().filter(|(name, _)| is_footer(name)).count();
    surround(&mut parts, own + footers.len());
    for (name, xml) in built {
        let mut root =
            tree::parse(xml).map_err(|e| PackageError::BadPart((*name).to_owned(), e.0))?;
        change(name, &mut root);
        let normal = root
            .elements_mut()
            .filter(|e| e.get("w:styleId").as_deref() == Some("Normal"))
            .last();
        if let Some(normal) = normal {
            // No stop hangs over the edge of the type area.
            let off = Element::new("w:overflowPunct").attr("w:val", "0");
            normal.first_or_insert("w:pPr").push(off);
        }
        finish(&mut root);
        parts.set_xml(name, &root);
    }
    for (name, xml) in footers {
        parts.set(name, xml.as_str());
    }
    core_properties(&mut parts, title, "督查室", jiff::civil::date(2024, 1, 1));
    parts.write()
}
