//! The departments: what each sent, what is wrong with it, and how much of it is used.

use super::markup::{figure, link, text};
use super::{Cx, listed};
use crate::Joined;
use crate::check::Reporting;
use crate::combine::facts::DepartmentFacts;
use crate::plan::chinese_date;

pub fn write(cx: &Cx, out: &mut String) {
    let facts = cx.facts;
    out.push_str("<section><h2>四、各单位</h2>\n");
    let is_busy = |d: &DepartmentFacts| {
        d.errors.value > 0.0
            || d.warnings.value > 0.0
            || matches!(
                d.submitted,
                Reporting::Late | Reporting::Returned | Reporting::NotSubmitted
            )
    };
    let (departments, many) = listed(&facts.departments, is_busy);
    if departments.len() < facts.departments.len() {
        put!(
            out,
            "<p>共{}个单位，这里列出有问题要处理或逾期、未报的{many}个，其余见汇总表“各单位报送情况”。</p>\n",
            facts.departments.len()
        );
    }
    out.push_str(
        "<table class=\"states offices\"><thead><tr><th>单位</th><th>报送情况</th><th class=\"o\">收到日期</th><th class=\"n\">错误</th>\
         <th class=\"n\">警告</th><th class=\"n\">已采用</th><th class=\"n\">应报</th><th>文件</th></tr></thead><tbody>\n",
    );
    for d in departments {
        let file = |(paths, what): (&std::collections::BTreeMap<_, String>, &str)| {
            let path: Option<&String> = paths.get(&d.department);
            path.map(|path| link(path, what))
        };
        let files = [
            (&cx.beside.notices, "催报通知"),
            (&cx.beside.returns, "退回的表"),
        ]
        .into_iter()
        .filter_map(file)
        .joined("<br/>");
        let [errors, warnings, accepted, slots] =
            [&d.errors, &d.warnings, &d.accepted, &d.slots].map(|f| figure(cx.plan, f));
        put!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"o\">{}</td><td class=\"n\">{errors}</td><td class=\"n\">{warnings}</td>\
             <td class=\"n\">{accepted}</td><td class=\"n\">{slots}</td><td>{}</td></tr>\n",
            text(&d.name),
            d.submitted,
            d.received.map_or("—".to_owned(), chinese_date),
            files
        );
    }
    out.push_str("</tbody></table></section>\n");
}
