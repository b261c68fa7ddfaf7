//! The shipped template of a briefing, its parts in the order of GB/T 9704-2012. Lengths are twips (1 mm = 56.69), type sizes
//! half-points.

use std::sync::OnceLock;

use docx_rs::{
    AlignmentType, BuildXML, Document, Footer, PageNum, Paragraph, Run, SpecialIndentType, Styles,
    Tab, TabValueType, Table, TableCell, TableRow,
};

use super::tables::{AnnexColumn, BEHIND, TASKS, TEXT, WORST, cell, grid, shaded};
use crate::report::ooxml::tree::{Element, Node};
use crate::report::ooxml::{DECLARATION, OFFICE_RELATIONSHIPS, PackageError};
use crate::report::word::official::{
    FANG_SONG, HEI, KAI, PITCH, SONG_TITLE, body, body_without_section, border, exact, p,
    page_number, section, style, styles, template,
};
use crate::report::word::{DOCUMENT, TABLE_HEAD, W, style_of};

/// Width of the type area: 156 mm.
const AREA: usize = 8845;

/// `templates/briefing.docx`, the same bytes every time; made once.
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
        ("word/footer1.xml", footer(AlignmentType::Right).build()),
        ("word/footer2.xml", footer(AlignmentType::Left).build()),
    ];
    let finish = |name: &str, root: &mut Element| {
        if name == DOCUMENT {
            sections(root);
        }
    };
    let lying = [
        ("word/footer3.xml", side_footer(true)),
        ("word/footer4.xml", side_footer(false)),
    ];
    template("督查简报模板", &built, finish, &lying)
}

fn own_styles() -> Styles {
    use AlignmentType::{Center, Left};
    let table = |id: &str, name: &str, east: &str, align| {
        style(id, name, east, 21)
            .align(align)
            .line_spacing(exact(300))
            .snap_to_grid(false)
    };
    let small = |id: &str, name: &str, align| {
        style(id, name, FANG_SONG, 18)
            .align(align)
            .line_spacing(exact(228))
            .snap_to_grid(false)
    };
    let heading = |level: usize, east: &str| {
        body(style(
            &format!("Heading{level}"),
            &format!("heading {level}"),
            east,
            32,
        ))
        .next("BodyText")
        .outline_lvl(level - 1)
    };
    let hanging = SpecialIndentType::Hanging(960);
    vec![
        heading(1, HEI),
        heading(2, KAI),
        style("RedHead", "红头", SONG_TITLE, 72)
            .color("FF0000")
            .align(Center)
            .line_spacing(exact(2 * PITCH)),
        style("HeadMark", "期号", FANG_SONG, 32).align(Center),
        style("HeadLine", "编发行", FANG_SONG, 32).align(Left),
        style("Title", "Title", SONG_TITLE, 44)
            .align(Center)
            .line_spacing(exact(700)),
        style("AnnexTitle", "附件标题", SONG_TITLE, 44)
            .align(Center)
            .line_spacing(exact(700).after(160))
            .outline_lvl(0),
        style("AnnexMark", "附件标识", HEI, 32).align(Left),
        style("AnnexList", "附件说明", FANG_SONG, 32)
            .align(Left)
            .indent(Some(1600), Some(hanging), Some(0), None),
        table(TABLE_HEAD, "表头", HEI, Center),
        table("TableText", "表文", FANG_SONG, Left),
        table("TableCenter", "表中", FANG_SONG, Center),
        small("TableSmall", "表文小", Left),
        small("TableSmallCenter", "表中小", Center),
        style("FootText", "版记", FANG_SONG, 28)
            .align(Left)
            .indent(Some(280), None, Some(280), None)
            .line_spacing(exact(520))
            .snap_to_grid(false),
        style("FootRule", "版记分隔线", FANG_SONG, 2)
            .line_spacing(exact(20))
            .snap_to_grid(false),
        style("Tiny", "分节", FANG_SONG, 2)
            .line_spacing(exact(20))
            .snap_to_grid(false),
        page_number(),
    ]
    .into_iter()
    .fold(styles(), Styles::add_style)
}

/// Left and right on one line of the type area.
fn ends(left: &str, right: &str) -> Paragraph {
    let tab = Tab::new().val(TabValueType::Right).pos(AREA);
    Paragraph::new()
        .style("HeadLine")
        .add_tab(tab)
        .add_run(Run::new().add_text(left).add_tab().add_text(right))
}

/// Marks for [`sections`] in the last paragraph of the upright and of the lying section.
const PORTRAIT_END: &str = "§正文";
const LANDSCAPE_END: &str = "§横表";

fn document() -> Vec<u8> {
    let all = |d: Document, style: &str, texts: &[&str]| {
        texts
            .iter()
            .fold(d, |d, text| d.add_paragraph(p(style, text)))
    };
    let lines = |d: Document, lines: &[(&str, &str)]| {
        let lines = lines.iter();
        lines.fold(d, |d, (style, text)| d.add_paragraph(p(style, text)))
    };
    let heading = |d: Document, text: &str| d.add_paragraph(p("Heading1", text).keep_next(true));
    let each = |d: Document, title: &str, list: &str| {
        let begin = format!("{{% for 段 in {list} %}}");
        all(
            heading(d, title),
            "BodyText",
            &[&begin, "{{ 段 }}", "{% endfor %}"],
        )
    };
    // 红头.
    let mut d = all(Document::new(), "RedHead", &["{{ 简报名称 }}"]);
    let draft = ["{% if 征求意见稿 %}", "（征求意见稿）", "{% endif %}"];
    d = all(all(d, "HeadMark", &draft), "HeadMark", &["{{ 期号 }}"])
        .add_paragraph(p("HeadLine", "{% if 文号 or 签发人 %}"))
        .add_paragraph(ends(
            "{% if 文号 %}文号：{{ 文号 }}{% endif %}",
            "{% if 签发人 %}签发人：{{ 签发人 }}{% endif %}",
        ))
        .add_paragraph(p("HeadLine", "{% endif %}"))
        .add_paragraph(ends("{{ 编发单位 }}", "{{ 日期 }}"));
    let title = ("Title", "{{ 标题 }}");
    d = lines(
        d,
        &[("HeadLine", ""), ("HeadLine", ""), title, ("HeadLine", "")],
    );
    // 正文.
    d = all(heading(d, "一、总体情况"), "BodyText", &["{{ 总体概述 }}"])
        .add_paragraph(p("Tiny", "{% if 有重点 %}"))
        .add_table(rows_table(&WORST, "重点", |cells| {
            vec![TableRow::new(cells).cant_split()]
        }))
        .add_paragraph(p("Tiny", "{% endif %}"));
    d = all(
        d,
        "BodyText",
        &["{% for 段 in 总体其余 %}", "{{ 段 }}", "{% endfor %}"],
    );
    d = all(
        heading(d, "二、滞后项目"),
        "BodyText",
        &[
            "{% if 滞后概述 %}",
            "{{ 滞后概述 }}",
            "{% endif %}",
            "{% for 项 in 滞后项目 %}",
            "{% if 滞后概述 %}{{ loop.index }}.{% endif %}{{ 项.全文 }}",
            "{% endfor %}",
            "{% if 滞后其余 %}",
            "{{ 滞后其余 }}",
            "{% endif %}",
        ],
    );
    d = each(d, "三、已完成和进展较快的项目", "进展");
    d = each(d, "四、存在问题", "存在问题");
    d = each(d, "五、下一步工作建议", "建议");
    let annexes = format!("附件：{{{{ 附件清单 }}}}{PORTRAIT_END}");
    d = d.add_paragraph(p("BodyText", "").widow_control(false));
    // 附件: a table of all tasks whose rows the office may change, the laggards that did not fit, the chart.
    let all_tasks = [
        ("AnnexList", annexes.as_str()),
        ("AnnexMark", "附件{{ 一览附件号 }}"),
        ("AnnexMark", ""),
        ("AnnexTitle", "{{ 事项 }}进展情况一览表（{{ 期间 }}）"),
        ("TableSmall", "{% if 一览注 %}"),
        ("TableSmall", "{{ 一览注 }}"),
        ("TableSmall", "{% endif %}"),
    ];
    d = lines(d, &all_tasks)
        .add_table(tasks_table())
        .add_paragraph(p("Tiny", "{% if 有滞后附表 %}"))
        .add_paragraph(p("AnnexMark", "附件2").page_break_before(true));
    let rest = [
        ("AnnexMark", ""),
        ("AnnexTitle", "滞后项目情况表（{{ 期间 }}）"),
        ("Tiny", "{{ 表_滞后 }}"),
        ("Tiny", "{% endif %}"),
        ("Tiny", LANDSCAPE_END),
        ("Tiny", "{% if 图附件号 %}"),
        ("AnnexMark", "附件{{ 图附件号 }}"),
        ("AnnexMark", ""),
        ("AnnexTitle", "{{ 事项 }}完成率与序时进度对照图"),
        ("BodyText", "{{ 图_进度 }}"),
        ("Tiny", "{% endif %}"),
        // 版记 between rules: the outer ones 0.35 mm, the inner one 0.25 mm (GB/T 9704, 7.4.1).
        ("FootRule", ""),
        ("FootText", "报：{{ 报 }}"),
        ("FootText", "送：{{ 送 }}"),
        ("FootText", "发：{{ 发 }}"),
    ];
    d = lines(d, &rest)
        .add_paragraph(p("FootRule", "").line_spacing(exact(14)))
        .add_paragraph(p("FootText", "{{ 印数 }}").align(AlignmentType::Right));
    lines(d, &[("FootRule", ""), ("Tiny", "")]).build()
}

/// A table with rows for each item of a list; `rows` makes them from the cells of one.
fn rows_table(
    columns: &[AnnexColumn],
    list: &str,
    rows: impl FnOnce(Vec<TableCell>) -> Vec<TableRow>,
) -> Table {
    let fields = columns
        .iter()
        .map(|c| cell(&format!("{{{{ 项.{} }}}}", c.1), c.2, c.3));
    let mut body = vec![tag_row(columns, &format!("{{% for 项 in {list} %}}"))];
    body.extend(rows(fields.collect()));
    body.push(tag_row(columns, "{% endfor %}"));
    grid(columns, body)
}

/// A row that a block tag stands for.
fn tag_row(columns: &[AnnexColumn], tag: &str) -> TableRow {
    let text = |ix| if ix == 0 { tag } else { "" };
    let cells = columns.iter().enumerate();
    TableRow::new(cells.map(|(ix, c)| cell(text(ix), c.2, TEXT)).collect())
}

/// Laggards are shaded.
fn tasks_table() -> Table {
    rows_table(&TASKS, "项目", |cells| {
        let behind = cells.iter().cloned().map(shaded).collect();
        vec![
            tag_row(&TASKS, &format!("{{% if 项.{BEHIND} %}}")),
            TableRow::new(behind).cant_split(),
            tag_row(&TASKS, "{% else %}"),
            TableRow::new(cells).cant_split(),
            tag_row(&TASKS, "{% endif %}"),
        ]
    })
}

/// `— 1 —` in 4号: odd pages right, even pages left, one character in.
fn footer(align: AlignmentType) -> Footer {
    let run = |text: &str| Run::new().add_text(text);
    let paragraph = Paragraph::new()
        .style("Footer")
        .align(align)
        .indent(Some(280), None, Some(280), None)
        .add_run(run("— "))
        .add_page_num(PageNum::new())
        .add_run(run(" —"));
    Footer::new().add_paragraph(paragraph)
}

/// A landscape page keeps its number at the same edge of the paper: the left one as it lies, turned by a quarter. It stands in
/// one table cell placed from the page's corner; docx-rs cannot place tables in footers, so this part is written out.
fn side_footer(odd: bool) -> String {
    // Its middle 36 mm − 7 mm from the left; 40 mm long, ending one character before the end of the type area (28 mm from the
    // top, 26 mm from the bottom).
    let (x, width, length) = (1440, 408, 2268);
    let y = if odd { 7880 } else { 1871 };
    let jc = if odd { "right" } else { "left" };
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let text = |text: &str| {
        format!(
            "<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"
        )
    };
    let number = [
        text("— "),
        field("begin"),
        "<w:r><w:instrText xml:space=\"preserve\">PAGE</w:instrText></w:r>".to_owned(),
        field("separate"),
        text("1"),
        field("end"),
        text(" —"),
    ]
    .concat();
    format!(
        "{DECLARATION}<w:ftr xmlns:w=\"{W}\" xmlns:r=\"{OFFICE_RELATIONSHIPS}\"><w:tbl><w:tblPr>\
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
    let Some(body) = body_without_section(root) else {
        return;
    };
    let mut has_rule = false;
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
                e.first_or_insert("w:pPr").push(page(landscape));
            }
        }
        if text.starts_with("{{ 编发单位 }}") && !has_rule {
            has_rule = true;
            let rule = border("bottom", "single", "18", "4", "FF0000");
            e.first_or_insert("w:pPr")
                .push(Element::new("w:pBdr").child(rule));
        }
        let style = style_of(e);
        if matches!(style.as_deref(), Some("FootText" | "FootRule")) {
            foot(
                e.first_or_insert("w:pPr"),
                style.as_deref() == Some("FootRule"),
            );
        }
    }
    body.push(page(false));
}

/// A line of 版记: all share a frame at the end of the type area, whatever stands above. Its rules are lines of their own, shaded
/// black: LibreOffice takes paragraphs with borders out of a frame.
fn foot(properties: &mut Element, is_rule: bool) {
    let area = AREA.to_string();
    let frame = [
        ("w", area.as_str()),
        ("hSpace", "0"),
        ("wrap", "around"),
        ("vAnchor", "margin"),
        ("hAnchor", "margin"),
        ("xAlign", "center"),
        ("yAlign", "bottom"),
    ];
    let frame = frame
        .into_iter()
        .fold(Element::new("w:framePr"), |e, (key, value)| {
            e.attr(&format!("w:{key}"), value)
        });
    properties.push(frame);
    if is_rule {
        let black = Element::new("w:shd")
            .attr("w:val", "clear")
            .attr("w:color", "auto");
        properties.push(black.attr("w:fill", "000000"));
    }
}

/// A4 upright: 37 mm above, 28 mm left, type area 156 × 225 mm. Lying: the same sheet turned with its binding edge up. The page
/// number's dashes stand 7 mm under the type area: their line, with the dashes in its middle, ends 35 − 7 − 3.2 mm from the edge
/// of the paper. A lying page has 36 mm at both ends, within the standard's ±1 mm, so that mirrored margins leave it as it is.
fn page(landscape: bool) -> Element {
    let section = if landscape {
        let margins = [1587, 2041, 1474, 2041, 851, 700];
        section(["rIdFooter3", "rIdFooter4"], true, margins)
    } else {
        let margins = [2098, 1474, 1984, 1587, 851, 1406];
        section(["rIdFooter1", "rIdFooter2"], false, margins)
    };
    section.child(Element::new("w:type").attr("w:val", "nextPage"))
}
