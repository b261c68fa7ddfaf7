//! The shipped template: page, type and order of GB/T 9704-2012 in what a .docx sets. Lengths are twips
//! (1 mm = 56.69), type sizes half-points.

use docx_rs::{
    AlignmentType, BuildXML, Document, Footer, LineSpacing, LineSpacingType, PageNum, Paragraph,
    Run, RunFonts, SpecialIndentType, Style, StyleType, Styles, Tab, TabValueType, Table, TableRow,
};

use super::annex::{COLUMNS, cell, grid};
use crate::report::word::finish::{TABLE_HEAD, core_properties, finish, surround};
use crate::report::word::xml::{self, Element, Node, XmlError};
use crate::report::word::{MadeOnce, Package, PackageError, R, W};

/// Width of the type area: 156 mm.
const AREA: usize = 8845;
/// 22 lines in 225 mm.
const PITCH: i32 = 579;
/// What makes 28 characters of 16 pt fit 156 mm in every program. The section's character grid says the same to Word; LibreOffice
/// gives each character two cells of a grid that is narrower than the type, so paragraphs do not snap to it.
const CLOSER: i32 = -6;
const SONG_TITLE: &str = "方正小标宋简体";
const FANG_SONG: &str = "仿宋_GB2312";
const KAI: &str = "楷体_GB2312";
const HEI: &str = "黑体";
const SONG: &str = "宋体";
const LATIN: &str = "Times New Roman";

/// `templates/briefing.docx`, the same bytes every time; made once.
pub fn default_template() -> Result<&'static [u8], PackageError> {
    static TEMPLATE: MadeOnce = MadeOnce::new(make);
    TEMPLATE.bytes()
}

pub(super) fn make() -> Result<Vec<u8>, PackageError> {
    let mut package = Package::default();
    surround(&mut package, 4);
    set(&mut package, "word/document.xml", &document())?;
    set(&mut package, "word/styles.xml", &styles().build())?;
    set(
        &mut package,
        "word/footer1.xml",
        &footer(AlignmentType::Right).build(),
    )?;
    set(
        &mut package,
        "word/footer2.xml",
        &footer(AlignmentType::Left).build(),
    )?;
    package.set("word/footer3.xml", side_footer(true).into_bytes());
    package.set("word/footer4.xml", side_footer(false).into_bytes());
    core_properties(
        &mut package,
        "督查简报模板",
        "督查室",
        jiff::civil::date(2024, 1, 1),
    );
    package.write()
}

fn set(package: &mut Package, name: &str, built: &[u8]) -> Result<(), PackageError> {
    let bad = |e: XmlError| PackageError::BadPart(name.to_owned(), e.0);
    let mut root = xml::parse(built).map_err(bad)?;
    if name.ends_with("document.xml") {
        sections(&mut root);
    }
    if let Some(normal) = root
        .elements_mut()
        .filter(|e| e.get("w:styleId").as_deref() == Some("Normal"))
        .last()
    {
        // Stops stay within the type area.
        normal.first_or_insert("w:pPr").children.push(Node::Element(
            Element::new("w:overflowPunct").attr("w:val", "0"),
        ));
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
    let body = |s: Style| {
        s.align(AlignmentType::Both).indent(
            Some(0),
            Some(SpecialIndentType::FirstLine(640)),
            Some(0),
            None,
        )
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
        .add_style(body(style("BodyText", "Body Text", FANG_SONG, 32)))
        .add_style(
            body(style("Heading1", "heading 1", HEI, 32))
                .next("BodyText")
                .outline_lvl(0),
        )
        .add_style(
            body(style("Heading2", "heading 2", KAI, 32))
                .next("BodyText")
                .outline_lvl(1),
        )
        .add_style(
            style("RedHead", "红头", SONG_TITLE, 72)
                .color("FF0000")
                .align(AlignmentType::Center)
                .line_spacing(exact(2 * PITCH)),
        )
        .add_style(style("HeadMark", "期号", FANG_SONG, 32).align(AlignmentType::Center))
        .add_style(style("HeadLine", "编发行", FANG_SONG, 32).align(AlignmentType::Left))
        .add_style(
            style("Title", "Title", SONG_TITLE, 44)
                .align(AlignmentType::Center)
                .line_spacing(exact(700)),
        )
        .add_style(
            style("AnnexTitle", "附件标题", SONG_TITLE, 44)
                .align(AlignmentType::Center)
                .line_spacing(exact(700).after(160)),
        )
        .add_style(style("AnnexMark", "附件标识", HEI, 32).align(AlignmentType::Left))
        .add_style(
            style("AnnexList", "附件说明", FANG_SONG, 32)
                .align(AlignmentType::Left)
                .indent(
                    Some(1600),
                    Some(SpecialIndentType::Hanging(960)),
                    Some(0),
                    None,
                ),
        )
        .add_style(
            style(TABLE_HEAD, "表头", HEI, 21)
                .align(AlignmentType::Center)
                .line_spacing(exact(300))
                .snap_to_grid(false),
        )
        .add_style(
            style("TableText", "表文", FANG_SONG, 21)
                .align(AlignmentType::Left)
                .line_spacing(exact(300))
                .snap_to_grid(false),
        )
        .add_style(
            style("TableCenter", "表中", FANG_SONG, 21)
                .align(AlignmentType::Center)
                .line_spacing(exact(300))
                .snap_to_grid(false),
        )
        .add_style(
            style("FootText", "版记", FANG_SONG, 28)
                .align(AlignmentType::Left)
                .indent(Some(280), None, Some(280), None)
                .line_spacing(exact(520))
                .snap_to_grid(false),
        )
        .add_style(
            style("Tiny", "分节", FANG_SONG, 2)
                .line_spacing(exact(20))
                .snap_to_grid(false),
        )
        .add_style(
            style("Footer", "footer", SONG, 28)
                .line_spacing(exact(360))
                .snap_to_grid(false),
        )
}

fn p(style: &str, text: &str) -> Paragraph {
    let paragraph = Paragraph::new().style(style);
    if text.is_empty() {
        paragraph
    } else {
        paragraph.add_run(Run::new().add_text(text))
    }
}

/// Left and right on one line of the type area.
fn ends(left: &str, right: &str) -> Paragraph {
    let tab = Tab::new().val(TabValueType::Right).pos(AREA);
    Paragraph::new()
        .style("HeadLine")
        .add_tab(tab)
        .add_run(Run::new().add_text(left).add_tab().add_text(right))
}

/// Marks for [`sections`]: the paragraph after which a section ends, the red rule, the foot.
const PORTRAIT_END: &str = "§正文";
const LANDSCAPE_END: &str = "§横表";

fn document() -> Vec<u8> {
    let mut d = Document::new();
    // 红头.
    for (style, text) in [
        ("RedHead", "{{ 简报名称 }}"),
        ("HeadMark", "{% if 征求意见稿 %}"),
        ("HeadMark", "（征求意见稿）"),
        ("HeadMark", "{% endif %}"),
    ] {
        d = d.add_paragraph(p(style, text));
    }
    d = d.add_paragraph(p("HeadMark", "{{ 期号 }}"));
    d = d.add_paragraph(ends("文号：{{ 文号 }}", "签发人：{{ 签发人 }}"));
    d = d.add_paragraph(ends("{{ 编发单位 }}", "{{ 日期 }}"));
    d = d
        .add_paragraph(p("HeadLine", ""))
        .add_paragraph(p("Title", "{{ 标题 }}"))
        .add_paragraph(p("HeadLine", ""));
    // 正文.
    let each = |d: Document, heading: &str, list: &str| {
        d.add_paragraph(p("Heading1", heading).keep_next(true))
            .add_paragraph(p("BodyText", &format!("{{% for 段 in {list} %}}")))
            .add_paragraph(p("BodyText", "{{ 段 }}"))
            .add_paragraph(p("BodyText", "{% endfor %}"))
    };
    d = each(d, "一、总体情况", "总体情况");
    d = d.add_paragraph(p("Heading1", "二、滞后项目").keep_next(true));
    for text in [
        "{% if 滞后概述 %}",
        "{{ 滞后概述 }}",
        "{% endif %}",
        "{% for 项 in 滞后项目 %}",
    ] {
        d = d.add_paragraph(p("BodyText", text));
    }
    d = d.add_paragraph(p(
        "BodyText",
        "{% if 滞后概述 %}{{ loop.index }}.{% endif %}{{ 项.全文 }}",
    ));
    for text in [
        "{% endfor %}",
        "{% if 滞后其余 %}",
        "{{ 滞后其余 }}",
        "{% endif %}",
    ] {
        d = d.add_paragraph(p("BodyText", text));
    }
    d = each(d, "三、已完成和进展较快的项目", "进展");
    d = each(d, "四、存在问题", "存在问题");
    d = each(d, "五、下一步工作建议", "建议");
    d = d
        .add_paragraph(p("BodyText", "").widow_control(false))
        .add_paragraph(p(
            "AnnexList",
            &format!("附件：{{{{ 附件清单 }}}}{PORTRAIT_END}"),
        ));
    // 附件: a landscape table of all tasks, repeated header rows, rows the office may change.
    d = d
        .add_paragraph(p("AnnexMark", "附件1"))
        .add_paragraph(p("AnnexTitle", "{{ 事项 }}进展情况一览表（{{ 期间 }}）"));
    d = d.add_table(tasks_table());
    d = d.add_paragraph(p("Tiny", "{% if 有滞后附表 %}"));
    d = d
        .add_paragraph(p("AnnexMark", "附件2").page_break_before(true))
        .add_paragraph(p("AnnexTitle", "滞后项目情况表（{{ 期间 }}）"));
    d = d
        .add_paragraph(p("Tiny", "{{ 表_滞后 }}"))
        .add_paragraph(p("Tiny", "{% endif %}"))
        .add_paragraph(p("Tiny", LANDSCAPE_END));
    d = d
        .add_paragraph(p("AnnexMark", "附件{{ 图附件号 }}"))
        .add_paragraph(p("AnnexTitle", "{{ 事项 }}完成率与序时进度对照图"));
    d = d.add_paragraph(p("BodyText", "{{ 图_进度 }}"));
    d = d.add_table(foot()).add_paragraph(p("Tiny", ""));
    d.build()
}

fn tasks_table() -> Table {
    let fields = [
        "序号",
        "分级",
        "名称",
        "责任单位",
        "年度目标",
        "完成情况",
        "完成率",
        "序时进度",
        "状态",
    ];
    let cells = fields
        .iter()
        .zip(COLUMNS)
        .enumerate()
        .map(|(ix, (field, (_, width)))| {
            let style = if matches!(ix, 0 | 1 | 6..=8) {
                "TableCenter"
            } else {
                "TableText"
            };
            cell(&format!("{{{{ 项.{field} }}}}"), width, style)
        });
    let block = |text: &str| {
        let cells = COLUMNS
            .iter()
            .enumerate()
            .map(|(ix, (_, width))| cell(if ix == 0 { text } else { "" }, *width, "TableText"));
        TableRow::new(cells.collect())
    };
    grid(
        &COLUMNS,
        vec![
            block("{% for 项 in 项目 %}"),
            TableRow::new(cells.collect()).cant_split(),
            block("{% endfor %}"),
        ],
    )
}

/// 版记 between rules, at the foot of the last page.
fn foot() -> Table {
    let row = |style: &str, texts: &[&str]| {
        let mut cell = docx_rs::TableCell::new().width(AREA, docx_rs::WidthType::Dxa);
        for text in texts {
            cell = cell.add_paragraph(p(style, text));
        }
        TableRow::new(vec![cell]).cant_split()
    };
    let print = docx_rs::TableCell::new()
        .width(AREA, docx_rs::WidthType::Dxa)
        .add_paragraph(p("FootText", "{{ 印数 }}").align(AlignmentType::Right));
    Table::new(vec![
        row(
            "FootText",
            &["报：{{ 报 }}", "送：{{ 送 }}", "发：{{ 发 }}"],
        ),
        TableRow::new(vec![print]).cant_split(),
    ])
    .set_grid(vec![AREA])
    .width(AREA, docx_rs::WidthType::Dxa)
    .layout(docx_rs::TableLayoutType::Fixed)
}

/// `— 1 —` in 4号: odd pages right, even pages left, one character in.
fn footer(align: AlignmentType) -> Footer {
    let run = || {
        Run::new()
            .fonts(
                RunFonts::new()
                    .ascii(SONG)
                    .hi_ansi(SONG)
                    .east_asia(SONG)
                    .hint("eastAsia"),
            )
            .size(28)
    };
    let paragraph = Paragraph::new()
        .style("Footer")
        .align(align)
        .indent(Some(280), None, Some(280), None)
        .add_run(run().add_text("— "))
        .add_page_num(PageNum::new())
        .add_run(run().add_text(" —"));
    Footer::new().add_paragraph(paragraph)
}

/// A landscape page keeps its number at the same edge of the paper: the left one as it lies, turned by a quarter. A frame of
/// one table cell, placed from the page's corner; docx-rs cannot place tables in footers, so this part is written out.
fn side_footer(odd: bool) -> String {
    // 35 mm − 7 mm − the cell's 7.2 mm from the left; 40 mm long, ending one character before the end of the type area
    // (28 mm from the top, 26 mm from the bottom).
    let (x, width, length) = (1179, 408, 2268);
    let y = if odd { 7880 } else { 1871 };
    let jc = if odd { "right" } else { "left" };
    let fonts = format!(
        "<w:rPr><w:rFonts w:ascii=\"{SONG}\" w:hAnsi=\"{SONG}\" w:eastAsia=\"{SONG}\" w:hint=\"eastAsia\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr>"
    );
    let field = |kind: &str| format!("<w:r>{fonts}<w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let text = |text: &str| format!("<w:r>{fonts}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let number = [
        text("— "),
        field("begin"),
        format!("<w:r>{fonts}<w:instrText xml:space=\"preserve\">PAGE</w:instrText></w:r>"),
        field("separate"),
        text("1"),
        field("end"),
        text(" —"),
    ]
    .concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:ftr xmlns:w=\"{W}\" xmlns:r=\"{R}\"><w:tbl><w:tblPr>\
         <w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"page\" w:horzAnchor=\"page\" w:tblpX=\"{x}\" w:tblpY=\"{y}\"/>\
         <w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/>\
         <w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"{width}\"/></w:tblGrid><w:tr><w:trPr>\
         <w:trHeight w:val=\"{length}\" w:hRule=\"exact\"/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>\
         <w:textDirection w:val=\"tbRl\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"{jc}\"/>\
         </w:pPr>{number}</w:p></w:tc></w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr></w:p></w:ftr>"
    )
}

/// What docx-rs cannot say: the sections, the red rule, the foot's place at the bottom of the page.
fn sections(root: &mut Element) {
    let Some(body) = root.first_mut("w:body") else {
        return;
    };
    body.children
        .retain(|n| n.element().is_none_or(|e| e.name != "w:sectPr"));
    let mut paragraphs_after_title = false;
    for e in body.elements_mut() {
        let text = e.text_of("w:t");
        for (mark, landscape) in [(PORTRAIT_END, false), (LANDSCAPE_END, true)] {
            if text.contains(mark) {
                e.walk_mut(&mut |t| {
                    for child in &mut t.children {
                        if let Node::Raw(raw) = child {
                            *raw = raw.replace(mark, "");
                        }
                    }
                });
                e.first_or_insert("w:pPr")
                    .children
                    .push(Node::Element(section(landscape)));
            }
        }
        if text.starts_with("{{ 编发单位 }}") && !paragraphs_after_title {
            paragraphs_after_title = true;
            let rule = Element::new("w:bottom")
                .attr("w:val", "single")
                .attr("w:sz", "18")
                .attr("w:space", "4")
                .attr("w:color", "FF0000");
            e.first_or_insert("w:pPr")
                .children
                .push(Node::Element(Element::new("w:pBdr").child(rule)));
        }
        if e.name == "w:tbl" && text.starts_with("报：") {
            let properties = e.first_or_insert("w:tblPr");
            properties.children.retain(|n| {
                n.element().is_none_or(|c| {
                    !matches!(c.name.as_str(), "w:tblBorders" | "w:tblpPr" | "w:jc")
                })
            });
            // First and last rules 0.35 mm, those between 0.25 mm (GB/T 9704, 7.4.1); no side lines.
            let mut borders = Element::new("w:tblBorders");
            for (side, size) in [("top", "8"), ("bottom", "8"), ("insideH", "6")] {
                borders = borders.child(
                    Element::new(format!("w:{side}"))
                        .attr("w:val", "single")
                        .attr("w:sz", size)
                        .attr("w:space", "0")
                        .attr("w:color", "auto"),
                );
            }
            properties.children.push(Node::Element(borders));
            let place = Element::new("w:tblpPr")
                .attr("w:leftFromText", "0")
                .attr("w:rightFromText", "0")
                .attr("w:vertAnchor", "margin")
                .attr("w:horzAnchor", "margin")
                .attr("w:tblpXSpec", "center")
                .attr("w:tblpYSpec", "bottom");
            properties.children.push(Node::Element(place));
        }
    }
    body.children.push(Node::Element(section(false)));
}

/// A4 upright: 37 mm above, 28 mm left, type area 156 × 225 mm, 22 lines of 28 characters. Lying: the same sheet turned
/// with its binding edge up.
fn section(landscape: bool) -> Element {
    let mut out = Element::new("w:sectPr");
    let (odd, even) = if landscape {
        ("rIdFooter3", "rIdFooter4")
    } else {
        ("rIdFooter1", "rIdFooter2")
    };
    for (kind, id) in [("default", odd), ("even", even)] {
        out = out.child(
            Element::new("w:footerReference")
                .attr("w:type", kind)
                .attr("r:id", id),
        );
    }
    let (size, margins) = if landscape {
        (
            Element::new("w:pgSz")
                .attr("w:w", "16838")
                .attr("w:h", "11906")
                .attr("w:orient", "landscape"),
            ["1587", "2098", "1474", "1984"],
        )
    } else {
        (
            Element::new("w:pgSz")
                .attr("w:w", "11906")
                .attr("w:h", "16838"),
            ["2098", "1474", "1984", "1587"],
        )
    };
    let mut margin = Element::new("w:pgMar");
    for (side, value) in ["w:top", "w:right", "w:bottom", "w:left"]
        .into_iter()
        .zip(margins)
    {
        margin.set(side, value);
    }
    // Page number 7 mm under the type area: 35 − 7 − 6.35 mm (its line) from the edge of the paper.
    margin.set("w:header", "851");
    margin.set("w:footer", if landscape { "700" } else { "1227" });
    margin.set("w:gutter", "0");
    let doc_grid = Element::new("w:docGrid")
        .attr("w:type", "linesAndChars")
        .attr("w:linePitch", "579")
        .attr("w:charSpace", "-842");
    let next = Element::new("w:type").attr("w:val", "nextPage");
    out.child(next)
        .child(size)
        .child(margin)
        .child(Element::new("w:cols").attr("w:space", "425"))
        .child(doc_grid)
}
