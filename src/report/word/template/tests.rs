use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::*;
use crate::report::ooxml::order;
use crate::report::ooxml::tree::parse_str;
use crate::report::word::W;

const NAMES: Names = Names {
    values: &[
        ("标题", ""),
        ("列表[].名称", ""),
        ("列表[].数量", ""),
        ("组.内容", ""),
        ("有", ""),
    ],
    places: &[("表_一览", "")],
};

fn document(body: &str) -> Parts {
    let mut parts = Parts::default();
    let xml = format!("<w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>");
    parts.set(DOCUMENT, xml);
    parts
}

fn mistakes(body: &str) -> Vec<TemplateError> {
    check(&document(body), &NAMES)
}

fn values() -> Values {
    let items = vec![
        context! { 名称 => "甲<&>", 数量 => 1 },
        context! { 名称 => "乙", 数量 => 2 },
    ];
    Values::from([
        ("标题", Value::from("{{ 有 }}\u{7}")),
        ("列表", Value::from(items)),
        ("组", context! { 内容 => "一\n二" }),
        ("有", Value::from(false)),
    ])
}

fn filled(body: &str) -> String {
    assert_eq!(mistakes(body), []);
    let mut parts = document(body);
    let table = "<w:tbl><w:tr/></w:tbl>".to_owned();
    let places = BTreeMap::from([("表_一览".to_owned(), table)]);
    fill(&mut parts, &NAMES, &values(), &places).unwrap_or_else(|e| panic!("{e}"));
    let text = String::from_utf8(parts.get(DOCUMENT).unwrap().to_vec()).unwrap();
    let (_, rest) = text.split_once("<w:body>").unwrap();
    rest.split("</w:body>").next().unwrap().to_owned()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn values_are_escaped_and_never_evaluated() {
    let out = filled(&p("甲{{ 标题 }}乙"));
    assert_eq!(
        out,
        "<w:p><w:r><w:t xml:space=\"preserve\">甲{{ 有 }}乙</w:t></w:r></w:p>"
    );
}

#[test]
fn a_tag_split_over_runs_takes_its_first_runs_format() {
    let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>前{</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>{ 组.</w:t></w:r>\
                <w:r><w:rPr><w:i/></w:rPr><w:t>内容 }}后</w:t></w:r><w:r><w:t>末</w:t></w:r></w:p>";
    assert_eq!(
        filled(body),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">前一</w:t><w:br/><w:t xml:space=\"preserve\">二</w:t></w:r>\
         <w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">后</w:t></w:r>\
         <w:r><w:t xml:space=\"preserve\">末</w:t></w:r></w:p>"
    );
}

#[test]
fn block_tags_alone_take_their_paragraph_away() {
    let body = [
        p("{% for 项 in 列表 %}"),
        p("{{ loop.index }}.{{ 项.名称 }}"),
        p("{% endfor %}"),
        p("{% if 有 %}"),
        p("无"),
        p("{% endif %}"),
    ]
    .concat();
    let out = filled(&body);
    assert_eq!(out.matches("<w:p>").count(), 2);
    assert!(
        out.contains("1.甲&lt;&amp;&gt;") && out.contains("2.乙") && !out.contains('无'),
        "{out}"
    );
}

#[test]
fn a_condition_within_a_paragraph_takes_only_its_runs() {
    let out = filled(
        "<w:p><w:r><w:t>甲{% if 有 %}乙</w:t></w:r><w:r><w:t>丙{% else %}丁{% endif %}</w:t></w:r></w:p>",
    );
    assert_eq!(parse_str(&out).unwrap().text_of("w:t"), "甲丁");
}

#[test]
fn table_rows_are_repeated_and_cells_keep_a_paragraph() {
    let row = |a: &str, b: &str| format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p(a), p(b));
    let body = format!(
        "<w:tbl><w:tblGrid/>{}{}{}</w:tbl>",
        row("{% for 项 in 列表 %}", ""),
        row("{{ 项.名称 }}", "{% if 有 %}"),
        row("{% endfor %}", "")
    )
    .replace("{% if 有 %}", "{% if 有 %}有{% endif %}");
    let out = parse_str(&filled(&body)).unwrap();
    assert_eq!(out.elements().filter(|e| e.name == "w:tr").count(), 2);
    let empty = format!(
        "<w:tbl><w:tblGrid/><w:tr><w:tc>{}{}{}</w:tc></w:tr></w:tbl>",
        p("{% if 有 %}"),
        p("有"),
        p("{% endif %}")
    );
    let out = parse_str(&filled(&empty)).unwrap();
    assert_eq!(order::violations(&out), Vec::<String>::new());
}

#[test]
fn a_place_gives_way_to_its_table() {
    assert_eq!(filled(&p(" {{ 表_一览 }}")), "<w:tbl><w:tr/></w:tbl>");
    assert_eq!(mistakes(&p("见{{ 表_一览 }}")).len(), 1);
}

#[test]
fn text_boxes_and_hyperlinks_are_filled_too() {
    let body = format!(
        "<w:p><w:hyperlink><w:r><w:t>{{{{ 组.内容 }}}}</w:t></w:r></w:hyperlink><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>",
        p("{{ 标题 }}")
    );
    let out = filled(&body);
    assert!(
        out.contains("<w:hyperlink><w:r><w:t xml:space=\"preserve\">一")
            && out.contains("{{ 有 }}"),
        "{out}"
    );
}

#[test]
fn the_paragraph_that_ends_a_section_stays() {
    let out =
        filled("<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>{% if 有 %}{% endif %}</w:t></w:r></w:p>");
    assert_eq!(out, "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>");
}

#[test]
fn a_page_break_beside_a_block_tag_stays_within_the_block() {
    let brk = "<w:p><w:r><w:t>{% if not 有 %}</w:t></w:r><w:r><w:br w:type=\"page\"/></w:r></w:p>";
    let out = filled(&[brk.to_owned(), p("甲"), p("{% endif %}")].concat());
    assert_eq!(
        out,
        "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p><w:p><w:r><w:t xml:space=\"preserve\">甲</w:t></w:r></w:p>"
    );
}

#[test]
fn five_mistakes_give_five_located_messages() {
    let body = [
        p("甲{{ 标题 "),
        p("乙{{ 标提 }}"),
        p("丙{{ 组.内容 + }}"),
        p("丁{% unless 有 %}"),
        p("{% for 项 in 列表 %}"),
        p("戊{{ 项.名子 }}"),
    ]
    .concat();
    let errors = mistakes(&body);
    let told: Vec<(&str, &str)> = errors
        .iter()
        .map(|e| (e.paragraph.as_str(), e.tag.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("甲{{ 标题 ", "{{ 标题"),
            ("乙{{ 标提 }}", "{{ 标提 }}"),
            ("丙{{ 组.内容 + }}", "{{ 组.内容 + }}"),
            ("丁{% unless 有 %}", "{% unless 有 %}"),
            ("戊{{ 项.名子 }}", "{{ 项.名子 }}"),
            ("{% for 项 in 列表 %}", "{% for 项 in 列表 %}"),
        ]
    );
    assert_eq!(errors[1].nearest.first().map(String::as_str), Some("标题"));
    assert_eq!(errors[4].nearest.first().map(String::as_str), Some("名称"));
    assert_eq!(
        errors[1].to_string(),
        "正文“乙{{ 标提 }}”：标签“{{ 标提 }}”中的“标提”不是已知名称；是否为：标题"
    );
}

#[test]
fn blocks_may_not_cross_the_tables_border() {
    let body = format!(
        "{}<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>",
        p("{% if 有 %}"),
        p("甲{% endif %}")
    );
    assert_eq!(mistakes(&body).len(), 1);
}

#[test]
fn a_list_printed_as_a_value_is_a_mistake() {
    let mut parts = document(&p("甲{{ 列表 }}"));
    assert_eq!(check(&parts, &NAMES), []);
    let error = fill(&mut parts, &NAMES, &values(), &BTreeMap::new()).unwrap_err();
    assert_eq!(
        (error.0[0].paragraph.as_str(), error.0[0].tag.as_str()),
        ("甲{{ 列表 }}", "{{ 列表 }}")
    );
    assert!(error.0[0].message.contains("for"));
}

#[test]
fn nothing_gets_in_unescaped_or_out_of_reach() {
    for body in [
        p("{{ 标题|safe }}"),
        p("{{ 标题|escape }}"),
        p("{% include 'x' %}"),
        p("{% raw %}{{ x }}{% endraw %}"),
        p("{{ debug() }}"),
    ] {
        assert!(!mistakes(&body).is_empty(), "{body}");
    }
    let field = "<w:p><w:r><w:instrText>{{ 标题 }}</w:instrText></w:r></w:p>";
    assert_eq!(mistakes(field).len(), 1);
}

#[test]
fn typographic_quotes_in_a_tag_are_read_as_straight_ones() {
    assert!(filled(&p("{{ 组.内容|default(“无”) }}")).contains('一'));
}

#[test]
fn everything_else_is_copied_as_it_was() {
    let body = "<w:p w:rsidR=\"00A\"><w:pPr><w:jc w:val=\"center\"/><w:pStyle w:val=\"x\"/></w:pPr><w:bookmarkStart w:id=\"0\" w:name=\"b\"/>\
                <w:r><w:tab/><w:t xml:space=\"preserve\">a &amp; b</w:t></w:r></w:p>";
    assert_eq!(filled(body), body);
}
