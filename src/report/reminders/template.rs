//! The shipped template of a 催报通知: the letter form of GB/T 9704-2012 (10.1) with a red head between red rules, one page.
//! Lengths are twips (1 mm = 56.69), type sizes half-points.

use docx_rs::{
    AlignmentType, BuildXML, Document, Footer, LineSpacing, LineSpacingType, Paragraph, Run,
    RunFonts, SpecialIndentType, Style, StyleType, Styles,
};

use crate::report::word::finish::{core_properties, finish, surround};
use crate::report::word::template::Names;
use crate::report::word::xml::{self, Element, Node, XmlError};
use crate::report::word::{MadeOnce, Package, PackageError};

/// What a template of a notice can use.
pub const NAMES: Names = Names {
    values: &[
        ("发文单位", "发文单位"),
        ("文号", "文号；留空待填"),
        ("标题", "标题，两行"),
        ("单位", "收文单位"),
        ("报送情况", "未报、已退回、逾期报送或按时报送（有漏报）"),
        ("期间", "2024年6月"),
        ("截止日期", "报送截止日"),
        ("正文[]", "正文各段：情况，再逐条列出所缺内容"),
        ("要求", "补报、重报的要求和期限"),
        ("日期", "成文日期"),
    ],
    places: &[],
};

/// 22 lines in 225 mm.
const PITCH: i32 = 579;
/// Makes 28 characters of 16 pt fit 156 mm in every program.
const CLOSER: i32 = -6;
const SONG_TITLE: &str = "方正小标宋简体";
const FANG_SONG: &str = "仿宋_GB2312";
const LATIN: &str = "Times New Roman";
/// The rules are 170 mm long over a type area of 156 mm.
const OVERHANG: &str = "-397";

/// `templates/reminder.docx`, the same bytes every time; made once.
pub fn default_template() -> Result<&'static [u8], PackageError> {
    static TEMPLATE: MadeOnce = MadeOnce::new(make);
    TEMPLATE.bytes()
}

fn make() -> Result<Vec<u8>, PackageError> {
    let mut package = Package::default();
    surround(&mut package, 1);
    set(&mut package, "word/document.xml", &document())?;
    set(&mut package, "word/styles.xml", &styles().build())?;
    set(
        &mut package,
        "word/footer1.xml",
        &Footer::new().add_paragraph(p("Rule", "")).build(),
    )?;
    core_properties(
        &mut package,
        "催报通知模板",
        "督查室",
        jiff::civil::date(2024, 1, 1),
    );
    package.write()
}

fn set(package: &mut Package, name: &str, built: &[u8]) -> Result<(), PackageError> {
    let mut root =
        xml::parse(built).map_err(|e: XmlError| PackageError::BadPart(name.to_owned(), e.0))?;
    match name {
        "word/document.xml" => {
            rule(&mut root, "RedHead", "bottom");
            section(&mut root);
        }
        "word/footer1.xml" => rule(&mut root, "Rule", "top"),
        _ => {
            if let Some(normal) = root
                .elements_mut()
                .filter(|e| e.get("w:styleId").as_deref() == Some("Normal"))
                .last()
            {
                normal.first_or_insert("w:pPr").children.push(Node::Element(
                    Element::new("w:overflowPunct").attr("w:val", "0"),
                ));
            }
        }
    }
    finish(&mut root);
    package.set_xml(name, &root);
    Ok(())
}

fn fonts(east: &str) -> RunFonts {
    RunFonts::new()
        .ascii(LATIN)
        .hi_ansi(LATIN)
        .east_asia(east)
        .cs(LATIN)
}

fn exact(line: i32) -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(line)
        .before(0)
        .after(0)
}

fn styles() -> Styles {
    let style = |id: &str, name: &str, east: &str, size: usize| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .based_on("Normal")
            .q_format(true)
            .fonts(fonts(east))
            .size(size)
    };
    let mut normal = Style::new("Normal", StyleType::Paragraph)
        .name("Normal")
        .q_format(true)
        .fonts(fonts(FANG_SONG))
        .size(32)
        .align(AlignmentType::Both)
        .snap_to_grid(false)
        .line_spacing(exact(PITCH));
    normal.paragraph_property = normal.paragraph_property.widow_control(false);
    normal.run_property = normal.run_property.spacing(CLOSER);
    Styles::new()
        .default_fonts(fonts(FANG_SONG))
        .default_size(32)
        .add_style(normal)
        .add_style(
            style("BodyText", "Body Text", FANG_SONG, 32)
                .align(AlignmentType::Both)
                .indent(
                    Some(0),
                    Some(SpecialIndentType::FirstLine(640)),
                    Some(0),
                    None,
                ),
        )
        .add_style(
            style("RedHead", "红头", SONG_TITLE, 60)
                .color("FF0000")
                .align(AlignmentType::Center)
                .line_spacing(exact(900)),
        )
        .add_style(
            style("DocumentNumber", "文号", FANG_SONG, 32)
                .align(AlignmentType::Right)
                .line_spacing(exact(PITCH).before(120)),
        )
        .add_style(
            style("Title", "Title", SONG_TITLE, 44)
                .align(AlignmentType::Center)
                .line_spacing(exact(700)),
        )
        .add_style(style("Addressee", "主送", FANG_SONG, 32).align(AlignmentType::Left))
        // The date keeps four characters from the right edge, the issuer's name is centred over it.
        .add_style(
            style("Signature", "落款", FANG_SONG, 32)
                .align(AlignmentType::Right)
                .indent(Some(0), None, Some(1280), None),
        )
        .add_style(style("Rule", "红线", FANG_SONG, 2).line_spacing(exact(20)))
}

fn p(style: &str, text: &str) -> Paragraph {
    let paragraph = Paragraph::new().style(style);
    if text.is_empty() {
        paragraph
    } else {
        paragraph.add_run(Run::new().add_text(text))
    }
}

fn document() -> Vec<u8> {
    let lines = [
        ("RedHead", "{{ 发文单位 }}"),
        ("DocumentNumber", "{{ 文号 }}"),
        ("Addressee", ""),
        ("Title", "{{ 标题 }}"),
        ("Addressee", ""),
        ("Addressee", "{{ 单位 }}："),
        ("BodyText", "{% for 段 in 正文 %}"),
        ("BodyText", "{{ 段 }}"),
        ("BodyText", "{% endfor %}"),
        ("BodyText", "{{ 要求 }}"),
        ("Addressee", ""),
        ("Signature", "{{ 发文单位 }}"),
        ("Signature", "{{ 日期 }}"),
        ("BodyText", "（联系人：　　　　　联系电话：　　　　　　　）"),
    ];
    lines
        .iter()
        .fold(Document::new(), |d, (style, text)| {
            d.add_paragraph(p(style, text))
        })
        .build()
}

/// A red double rule at the paragraphs of a style, the thick line towards the text; docx-rs has no paragraph borders.
fn rule(root: &mut Element, style: &str, side: &str) {
    root.walk_mut(&mut |e| {
        let own = |e: &Element| {
            e.first("w:pPr")
                .and_then(|p| p.first("w:pStyle"))
                .and_then(|s| s.get("w:val"))
                .as_deref()
                == Some(style)
        };
        if e.name == "w:p" && own(e) {
            let line = Element::new(format!("w:{side}"))
                .attr("w:val", "thickThinSmallGap")
                .attr("w:sz", "24")
                .attr("w:space", "4")
                .attr("w:color", "FF0000");
            let properties = e.first_or_insert("w:pPr");
            properties
                .children
                .push(Node::Element(Element::new("w:pBdr").child(line)));
            properties.children.push(Node::Element(
                Element::new("w:ind")
                    .attr("w:left", OVERHANG)
                    .attr("w:right", OVERHANG),
            ));
        }
    });
}

/// A4 upright, the head 30 mm from the upper edge, the lower rule 20 mm from the lower one, no page number on the one page.
fn section(root: &mut Element) {
    let Some(body) = root.first_mut("w:body") else {
        return;
    };
    body.children
        .retain(|n| n.element().is_none_or(|e| e.name != "w:sectPr"));
    let mut margin = Element::new("w:pgMar");
    let sides = [
        ("w:top", "1701"),
        ("w:right", "1474"),
        ("w:bottom", "1701"),
        ("w:left", "1587"),
        ("w:header", "851"),
        ("w:footer", "1134"),
    ];
    for (side, value) in sides {
        margin.set(side, value);
    }
    margin.set("w:gutter", "0");
    let grid = Element::new("w:docGrid")
        .attr("w:type", "linesAndChars")
        .attr("w:linePitch", "579")
        .attr("w:charSpace", "-842");
    let mut section = Element::new("w:sectPr");
    for kind in ["default", "even"] {
        section = section.child(
            Element::new("w:footerReference")
                .attr("w:type", kind)
                .attr("r:id", "rIdFooter1"),
        );
    }
    let size = Element::new("w:pgSz")
        .attr("w:w", "11906")
        .attr("w:h", "16838");
    body.children.push(Node::Element(
        section
            .child(size)
            .child(margin)
            .child(Element::new("w:cols").attr("w:space", "425"))
            .child(grid),
    ));
}
