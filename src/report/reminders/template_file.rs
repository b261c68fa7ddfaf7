//! The shipped template of a 催报通知: the letter form of GB/T 9704-2012 (10.1) with a red head between red rules, one page.
//! Lengths are twips (1 mm = 56.69), type sizes half-points.

use std::sync::OnceLock;

use docx_rs::{AlignmentType, BuildXML, Document, Footer, Styles};

use crate::report::ooxml::PackageError;
use crate::report::ooxml::tree::Element;
use crate::report::word::official::{
    FANG_SONG, PITCH, SONG_TITLE, body_without_section, border, exact, p, section, style, styles,
    template,
};
use crate::report::word::template::Names;
use crate::report::word::{DOCUMENT, style_of};

/// What a template of a notice can use.
pub(super) const NAMES: Names = Names {
    values: &[
        ("发文单位", "发文单位"),
        ("文号", "文号；留空待填"),
        ("标题", "标题，两行"),
        ("单位", "收文单位"),
        (
            "报送情况",
            "未报、已退回、逾期报送、按时报送（有漏报）或已报送（有漏报）",
        ),
        ("期间", "2024年6月"),
        ("截止日期", "报送截止日"),
        ("正文[]", "正文各段：情况，再逐条列出所缺内容"),
        ("要求", "补报、重报的要求和期限"),
        ("日期", "成文日期"),
        ("联系电话", "任务计划中的联系电话；没有的留空待填"),
    ],
    places: &[],
};

/// The rules are 170 mm long over a type area of 156 mm.
const OVERHANG: &str = "-397";
const FOOTER: &str = "word/footer1.xml";

/// `templates/reminder.docx`, the same bytes every time; made once.
pub fn default_template() -> Result<&'static [u8], PackageError> {
    static TEMPLATE: OnceLock<Result<Vec<u8>, PackageError>> = OnceLock::new();
    TEMPLATE
        .get_or_init(make)
        .as_deref()
        .map_err(PackageError::clone)
}

fn make() -> Result<Vec<u8>, PackageError> {
    let built = [
        (DOCUMENT, document()),
        ("word/styles.xml", own_styles().build()),
        (FOOTER, Footer::new().add_paragraph(p("Rule", "")).build()),
    ];
    let finish = |name: &str, root: &mut Element| match name {
        DOCUMENT => {
            rule(root, "RedHead", "bottom");
            page(root);
        }
        FOOTER => rule(root, "Rule", "top"),
        _ => {}
    };
    template("催报通知模板", &built, finish, &[])
}

fn own_styles() -> Styles {
    use AlignmentType::{Center, Left, Right};
    vec![
        style("RedHead", "红头", SONG_TITLE, 60)
            .color("FF0000")
            .align(Center)
            .line_spacing(exact(900)),
        style("DocumentNumber", "文号", FANG_SONG, 32)
            .align(Right)
            .line_spacing(exact(PITCH).before(120)),
        style("Title", "Title", SONG_TITLE, 44)
            .align(Center)
            .line_spacing(exact(700)),
        style("Addressee", "主送", FANG_SONG, 32).align(Left),
        // Signatory and date centred over each other, the date about four characters from the right edge (7.3.5.1).
        style("Signature", "落款", FANG_SONG, 32)
            .align(Center)
            .indent(Some(4320), None, Some(0), None),
        style("Rule", "红线", FANG_SONG, 2).line_spacing(exact(20)),
    ]
    .into_iter()
    .fold(styles(), Styles::add_style)
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
        ("BodyText", "（联系人：　　　　　联系电话：{{ 联系电话 }}）"),
    ];
    lines
        .iter()
        .fold(Document::new(), |d, (style, text)| {
            d.add_paragraph(p(style, text))
        })
        .build()
}

/// Draws a red double rule at the paragraphs of a style, the thick line towards the text; docx-rs has no paragraph borders.
fn rule(root: &mut Element, style: &str, side: &str) {
    root.walk_mut(&mut |e| {
        if e.name == "w:p" && style_of(e).as_deref() == Some(style) {
            let line = border(side, "thickThinSmallGap", "24", "4", "FF0000");
            let properties = e.first_or_insert("w:pPr");
            properties.push(Element::new("w:pBdr").child(line));
            properties.push(
                Element::new("w:ind")
                    .attr("w:left", OVERHANG)
                    .attr("w:right", OVERHANG),
            );
        }
    });
}

/// A4 upright, the head 30 mm from the upper edge, the lower rule 20 mm from the lower one, no page number on the one page.
fn page(root: &mut Element) {
    // 23 lines between the margins, to the twip: LibreOffice centres lines that do not fill the page.
    let margins = [1488, 1474, 2033, 1587, 851, 1033];
    if let Some(body) = body_without_section(root) {
        body.push(section(["rIdFooter1"; 2], false, margins));
    }
}
