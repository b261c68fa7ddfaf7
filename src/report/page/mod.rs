//! 结果.html: the page of a month that a person opens first. One file without scripts or anything from outside, well-formed as XML;
//! every number on it is a figure's own text and carries its id.

mod markup;
mod month;
mod states;
mod tasks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::combine::Facts;
use crate::plan::{DeptIx, Grade, Plan, chinese_date};
use crate::report::summary::grade_colours;

use markup::{class, link, text};

/// The page's file in a month's package.
pub(crate) const NAME: &str = "结果.html";

const STYLE: &str = include_str!("style.css");

/// Tasks and departments that are listed at most.
pub(crate) const LISTED: usize = 200;

/// What lies beside the page.
pub(crate) struct Beside<'a> {
    /// The month's reports, in the order in which they are read.
    pub reports: Vec<String>,
    /// Departments' 催报通知 and return copies, by their paths.
    pub notices: BTreeMap<DeptIx, String>,
    pub returns: BTreeMap<DeptIx, String>,
    /// What the briefing leaves to be filled in.
    pub blanks: Vec<&'a str>,
}

struct Cx<'a> {
    facts: &'a Facts,
    plan: &'a Plan,
    beside: &'a Beside<'a>,
}

/// The page's bytes.
pub(crate) fn write(facts: &Facts, plan: &Plan, beside: &Beside) -> Vec<u8> {
    let cx = &Cx {
        facts,
        plan,
        beside,
    };
    let month = facts.period.chinese();
    let title = text(format!("{} {month}", plan.title));
    let draft = if facts.draft {
        "<p class=\"draft\">征求意见稿</p>"
    } else {
        ""
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/><title>{title}</title>\n\
         <style>\n{STYLE}{}</style></head>\n<body>\n<header><h1>{title}</h1>{draft}\
         <p class=\"soft\">{}　{}</p></header>\n",
        colours(),
        text(&plan.issuer),
        chinese_date(facts.date)
    );
    month::write(cx, &mut out);
    month::steps(cx, &mut out);
    tasks::write(cx, &mut out);
    states::write(cx, &mut out);
    files(cx, &mut out);
    out.push_str("</body></html>\n");
    out.into_bytes()
}

/// Each grade's colours, as the summary workbook has them.
fn colours() -> String {
    let rule = |grade| {
        let (fill, ink) = grade_colours(grade);
        format!(
            ".{}{{background:#{fill:06x};fill:#{fill:06x};color:#{ink:06x}}}\n",
            class(grade)
        )
    };
    Grade::ALL.into_iter().map(rule).collect()
}

/// What of a list is listed: all of it, else the first of those that are wanted, and how many of them these are: 前200, or 35.
fn listed<T>(all: &[T], is_wanted: impl Fn(&T) -> bool) -> (Vec<&T>, String) {
    let is_short = all.len() <= LISTED;
    let mut wanted: Vec<&T> = all
        .iter()
        .filter(|one| is_short || is_wanted(one))
        .collect();
    if wanted.len() <= LISTED {
        let many = wanted.len().to_string();
        return (wanted, many);
    }
    wanted.truncate(LISTED);
    (wanted, format!("前{LISTED}"))
}

const FILES: [(&str, &str); 4] = [
    ("findings.json", "全部核查发现"),
    ("records.csv", "每个报送单位、每个指标一行，可用 Excel 打开"),
    ("facts.json", "报告中的每一个数"),
    ("manifest.json", "每个输入和输出文件的校验值"),
];

fn files(cx: &Cx, out: &mut String) {
    out.push_str("<section><h2>五、报告和来源</h2>\n<ul>\n");
    for path in &cx.beside.reports {
        put!(out, "<li>{}</li>\n", link(path, path));
    }
    for (paths, what) in [
        (&cx.beside.notices, "催报通知"),
        (&cx.beside.returns, "退回修改的表"),
    ] {
        let folder = paths.values().next().and_then(|path| path.split_once('/'));
        if let Some((folder, _)) = folder {
            put!(
                out,
                "<li>{}：{what}</li>\n",
                link(&format!("{folder}/"), folder)
            );
        }
    }
    for (path, what) in FILES {
        put!(out, "<li>{}：{what}</li>\n", link(path, path));
    }
    out.push_str("</ul>\n<h3>怎样查一个数</h3>\n<ul>\n<li>汇总表“分项指标”写着每个指标的数取自哪个文件、哪张表、哪一格。</li>\n");
    put!(
        out,
        "<li class=\"screen\">鼠标停在本页的数上，显示它的编号；在终端运行 duban trace 编号 {}，一直查到单元格。</li>\n\
         <li class=\"screen\">本页的链接都指向同一文件夹里的文件：整个文件夹可以移动、复制，不要只移动本页。</li>\n</ul></section>\n",
        cx.facts.period
    );
}
