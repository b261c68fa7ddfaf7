//! docs/怎样的写法读得懂.md, made from the lexicons and the list of writings: `UPDATE=1 cargo test --release` writes it anew.

use std::collections::BTreeSet;
use toml::{Table, Value};

use super::status;
use crate::Joined;
use crate::intake::layout::header_patterns;
use crate::plan::field::{ElementField, Field};
use crate::plan::unit::lexicon;

const PAGE: &str = "docs/怎样的写法读得懂.md";

/// Why a cell is not taken, by the rule that says so.
const REFUSALS: [(&str, &str); 3] = [
    ("C015", "有不止一个数，或数字旁有说明不了的文字"),
    ("C004", "计量单位与清单不是同一种量或同一种事物"),
    ("C002", "没有数字"),
];

/// What the list says of a header, in the form's words.
const MEANINGS: [(&str, &str); 4] = [
    ("previous", "上月累计"),
    ("cumulative", "累计完成"),
    ("target", "年度目标"),
    ("unknown", "不采用（S004）"),
];

fn rows<'t>(list: &'t Table, family: &str) -> impl Iterator<Item = &'t Table> {
    let rows = list[family].as_array().expect("a list of tables");
    rows.iter().filter_map(Value::as_table)
}

fn said<'t>(row: &'t Table, key: &str) -> Option<&'t str> {
    row.get(key).and_then(Value::as_str)
}

/// A text as a cell of the page's tables.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "｜"))
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut seen = BTreeSet::new();
    let once = texts.filter(|text| seen.insert(*text));
    once.map(code).joined(" ")
}

fn table(page: &mut String, title: &str, heads: [&str; 2], lines: &[(String, String)]) {
    put!(
        page,
        "\n## {title}\n\n| {} | {} |\n|---|---|\n",
        heads[0],
        heads[1]
    );
    for (left, right) in lines {
        put!(page, "| {left} | {right} |\n");
    }
}

/// The two cells of a table's line.
type Line = (String, String);

/// The numbers that are read, and those that are refused.
fn numbers(list: &Table) -> (Vec<Line>, Vec<Line>) {
    let (mut read, mut refused) = (Vec::new(), Vec::new());
    for row in rows(list, "number") {
        let (text, unit) = (said(row, "text").unwrap(), said(row, "unit").unwrap());
        let codes: Vec<&str> = texts(row, "codes").collect();
        let why = REFUSALS.iter().find(|(code, _)| codes.contains(code));
        let value = row.get("value").map(ToString::to_string);
        let left = format!("{}（清单单位：{unit}）", code(text));
        match (value, why) {
            (Some(value), None) => read.push((left, format!("{value}{unit}"))),
            (None, Some((rule, why))) => refused.push((left, format!("{why}（{rule}）"))),
            // Either is allowed: the page promises nothing.
            _ => {}
        }
    }
    (read, refused)
}

/// What is read of a family of writings.
fn listed(list: &Table, family: &str, key: &str) -> Vec<Line> {
    let line = |row: &Table| {
        let meant = row.get(key);
        let meant = meant.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        let meant = meant.filter(|meant| !meant.is_empty());
        (
            code(said(row, "text").unwrap()),
            meant.unwrap_or_else(|| "读不懂，指出".to_owned()),
        )
    };
    rows(list, family).map(line).collect()
}

/// The texts of a row's list.
fn texts<'t>(row: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    let list = row[key].as_array().unwrap().iter();
    list.filter_map(Value::as_str)
}

/// What stands once: title, the sentences before and behind the texts.
const SECTIONS: [[&str; 4]; 6] = [
    [
        "total",
        "合计行",
        "下列写法的行是合计，不作指标：",
        "计划里的任务或指标就叫这个名称的除外。",
    ],
    [
        "retyped",
        "项目名称重打时",
        "序号和指标都对，或者指标是别的任务都没有的，项目名称差一两个字的照常读，后一种只写名称的一部分也读，作为提示（S006），如：",
        "数字、方位、城乡不同的，或者与另一项更接近的，不算同一项。",
    ],
    [
        "marking",
        "密级标志",
        "出现在标题、表下、页眉页脚、封面、表名、文本框、批注、图表标题、文档属性或文件名中的下列写法，整份文件不读（F010）：",
        "保密工作、商业秘密等词中的“秘密”不是标志。",
    ],
    [
        "personal",
        "个人信息",
        "联系方式栏以外的手机号码、身份证号，下列写法都会指出并遮盖（C017）：",
        "项目编号、信用代码、座机不在此列。",
    ],
    [
        "period_label",
        "填报期一行的名称",
        "表头上方，下列名称后面的月份就是填报期：",
        "填报日期、报送时间后面的不是；“数据截止”后面是月初某一天的也不是。",
    ],
    [
        "identity",
        "填报单位",
        "下列写法都认得是市教育局（简称市教体局）报的：",
        "其内设科室报的，算本单位的。",
    ],
];

/// The columns and units.
fn words(page: &mut String) {
    let headers = Field::ALL.iter().map(|f| {
        let made: String = header_patterns(*f)
            .map(|made| format!("；{made}"))
            .collect();
        let heads = joined(f.headers().iter().copied());
        (f.chinese().to_owned(), format!("{heads}{made}"))
    });
    let how = "读得懂的写法（空格、换行、全半角和括号内说明不论；分号后为由几部分组成的写法，括号中的可省）";
    table(
        page,
        "进展情况表的表头",
        ["栏目", how],
        &headers.collect::<Vec<_>>(),
    );
    let headers = ElementField::ALL
        .iter()
        .map(|f| (f.chinese().to_owned(), joined(f.headers().iter().copied())));
    let heads = ["栏目", "读得懂的写法"];
    table(
        page,
        "工作方案表的表头",
        heads,
        &headers.collect::<Vec<_>>(),
    );
    let units = lexicon::by_meaning()
        .into_iter()
        .map(|(name, words)| (name.to_owned(), joined(words.into_iter())));
    let heads = ["量", "读得懂的写法（前面可加十、百、千、万、亿）"];
    table(page, "计量单位", heads, &units.collect::<Vec<_>>());
    page.push_str("\n同一种量之间自动换算（C005）；不是同一种量或同一种事物的退回（C004）。单元格、计量单位栏、表头（括号里、名称后、上一级表头、下一行）、表上方和标题括号里的“单位：”同样对待，以写得近的为先。\n");
}

fn page() -> String {
    let list: Table = include_str!("../../tests/readings/spellings.toml")
        .parse()
        .expect("a list");
    let mut page = String::from(
        "# 怎样的写法读得懂\n\n本页由程序的词表和写法清单生成，各单位怎么写都尽量读懂；读不懂的一律指出，从不猜测。所列均为示例数据。\n",
    );
    words(&mut page);
    let (read, refused) = numbers(&list);
    let of_2025 = ["写法（2025年的清单）", "读作"];
    table(&mut page, "累计完成：读得懂的数", ["写法", "读作"], &read);
    table(
        &mut page,
        "累计完成：读不懂而退回的",
        ["写法", "原因"],
        &refused,
    );
    let months = listed(&list, "month", "month");
    table(
        &mut page,
        "填报期、标题、文件名、表名里的月份",
        of_2025,
        &months,
    );
    page.push_str("\n填报日期、制表日期和文件名里精确到日的日期不是月份。看着像月份而读不懂的，作为提示指出（F006），从不当作相符。\n");
    table(
        &mut page,
        "完成时间",
        of_2025,
        &listed(&list, "date", "date"),
    );
    table(
        &mut page,
        "序号",
        ["写法", "读作"],
        &listed(&list, "serial", "no"),
    );
    let times = rows(&list, "heading").map(|row| {
        let meaning = |means| MEANINGS.iter().find(|(id, _)| *id == means).unwrap().1;
        let meant = texts(row, "means").map(meaning).joined("、");
        let heads = texts(row, "heads").map(code).joined(" ");
        (heads, meant)
    });
    table(
        &mut page,
        "几列都是累计数时（这里是2025年5月的表）",
        ["表头", "各作"],
        &times.collect::<Vec<_>>(),
    );
    table(
        &mut page,
        "自制表的列名（这里是2025年5月的表）",
        ["表头", "是报送表的"],
        &listed(&list, "head", "field"),
    );
    table(
        &mut page,
        "里程碑的状态",
        ["写法", "读作"],
        &listed(&list, "status", "means"),
    );
    let yes = joined(status::YES.into_iter());
    put!(
        page,
        "\n列名为“是否完成”“是否已完成”的，{yes}读作已完成；`否`看不出是未启动还是进行中，退回（C019）。\n"
    );
    for [family, title, before, after] in SECTIONS {
        let texts = rows(&list, family).filter_map(|row| said(row, "text"));
        let texts = joined(texts.filter(|text| !text.contains('{')));
        put!(page, "\n## {title}\n\n{before}\n\n{texts}\n\n{after}\n");
    }
    page.push_str("\n## 同一单位报了几份时，文件名怎样分先后\n\n从旧到新：\n\n");
    for row in rows(&list, "version") {
        let names = texts(row, "order").map(code).joined(" → ");
        put!(page, "- {names}\n");
    }
    page.push_str("\n盖章、扫描、签字不分先后；改造、整改、技改等词里的“改”不是修改稿。分不出先后而内容不同的，请单位说明采用哪一份（F008）。\n");
    page
}

#[test]
fn the_page_of_writings_is_what_the_lexicons_say() {
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(crate::project(PAGE), page).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(crate::project(PAGE))
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        kept == page,
        "{PAGE} is not what the lexicons say: UPDATE=1 cargo test --release"
    );
}
