//! What the month is, and what to do now.

use super::Cx;
use super::markup::{bar, class, figure, link, text};
use crate::combine::Figure;
use crate::plan::DeptIx;
use crate::report::briefing;
use crate::report::steps::{self, Deed};

/// Departments named in one line of what is to be done.
const NAMED: usize = 60;

pub fn write(cx: &Cx, out: &mut String) {
    let (facts, o) = (cx.facts, &cx.facts.overall);
    let shown = |f: &Figure| figure(cx.plan, f);
    out.push_str("<section><h2>一、本月情况</h2>\n");
    put!(
        out,
        "<p class=\"lead\">{}</p>\n",
        text(briefing::opening(facts, cx.plan))
    );
    let other = facts.trend.iter().find(|t| t.period == facts.period);
    // Where nothing of the month is known, nothing has changed that could be told.
    let is_known = o.accepted.value > 0.0;
    let before = o.previous.as_ref().filter(|_| is_known);
    let tiles = [
        (
            "已完成（含待验收）",
            Some(&o.finished),
            before.map(|p| &p.finished_change),
        ),
        (
            "达到或超过序时进度（含已达标）",
            Some(&o.on_schedule),
            before.map(|p| &p.on_schedule_change),
        ),
        (
            "滞后（含严重滞后、未按期完成）",
            Some(&o.lagging),
            before.map(|p| &p.lagging_change),
        ),
        ("其他", other.map(|t| &t.other), None),
    ];
    out.push_str("<div class=\"tiles\">\n");
    for (label, count, change) in tiles {
        let Some(count) = count else { continue };
        let change = change.map_or_else(String::new, |change| {
            let words = match change.value {
                v if v > 0.0 => format!("比上月 +{}", shown(change)),
                v if v < 0.0 => format!("比上月 {}", shown(change)),
                _ => "与上月相同".to_owned(),
            };
            format!("<small>{words}</small>")
        });
        put!(out, "<div>{label}<b>{}</b>{change}</div>\n", shown(count));
    }
    out.push_str("</div>\n");
    grades(cx, out);
    match (&o.rate, &o.schedule) {
        (Some(rate), Some(schedule)) => {
            let mean = cx.facts.mean();
            put!(
                out,
                "<p>量化任务{mean}完成率{}，{mean}序时进度{}。</p>\n{}<small>红线为序时进度</small>\n",
                shown(rate),
                shown(schedule),
                bar(rate, Some(schedule))
            );
        }
        _ => out.push_str("<p>本月没有可以计算完成率的项目。</p>\n"),
    }
    put!(
        out,
        "<p>应报单位{}：已报{}，其中逾期{}；退回{}，未报{}。</p>\n\
         <p>应报数据{}：已采用{}，待核实{}，未报{}。核查：错误{}，警告{}，提示{}；已说明{}。</p>\n",
        shown(&o.departments),
        shown(&o.submitted),
        shown(&o.late),
        shown(&o.returned),
        shown(&o.missing),
        shown(&o.slots),
        shown(&o.accepted),
        shown(&o.withheld),
        shown(&o.unreported),
        shown(&o.errors),
        shown(&o.warnings),
        shown(&o.notes),
        shown(&o.explained)
    );
    out.push_str("</section>\n");
}

/// How many tasks have which grade, side by side.
fn grades(cx: &Cx, out: &mut String) {
    let tasks = &cx.facts.overall.tasks;
    let counted = || tasks.by_grade.iter().filter(|(_, count)| count.value > 0.0);
    if counted().next().is_none() {
        return;
    }
    put!(
        out,
        "<svg class=\"all\" viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
        tasks.total.value
    );
    let mut at = 0.0;
    for (grade, count) in counted() {
        let class = class(*grade);
        put!(
            out,
            "<rect class=\"{class}\" x=\"{at}\" width=\"{}\" height=\"1\"/>",
            count.value
        );
        at += count.value;
    }
    out.push_str("</svg>\n<ul class=\"chips\">\n");
    for (grade, count) in counted() {
        put!(
            out,
            "<li><b class=\"b {}\">{}</b> {}</li>\n",
            class(*grade),
            grade.name(),
            figure(cx.plan, count)
        );
    }
    out.push_str("</ul>\n");
}

/// The year's months, where there are several.
pub fn trend(cx: &Cx, out: &mut String) {
    let trend = &cx.facts.trend;
    if trend.len() < 2 {
        return;
    }
    out.push_str(
        "<h3>各月走势</h3>\n<table class=\"states\"><thead><tr><th>月份</th><th class=\"o\">完成率与序时进度</th>\
         <th class=\"n\">平均完成率</th><th class=\"n\">平均序时进度</th><th class=\"n\">已完成</th><th class=\"n\">滞后</th></tr></thead><tbody>\n",
    );
    let percent = |f: &Option<Figure>| f.as_ref().map_or("—".to_owned(), |f| figure(cx.plan, f));
    for point in trend {
        let bar = point
            .rate
            .as_ref()
            .map(|rate| bar(rate, point.schedule.as_ref()));
        put!(
            out,
            "<tr><td>{}</td><td class=\"o\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            point.period.chinese(),
            bar.unwrap_or_default(),
            percent(&point.rate),
            percent(&point.schedule),
            figure(cx.plan, &point.finished),
            figure(cx.plan, &point.lagging)
        );
    }
    out.push_str("</tbody></table>\n");
}

/// What the closing words of the run say, each department a link to its file.
pub fn steps(cx: &Cx, out: &mut String) {
    out.push_str("<section><h2>二、现在要做的</h2>\n");
    let steps = steps::steps(cx.facts);
    if steps.is_empty() {
        put!(out, "<p>{}</p>\n", steps::nothing(cx.facts));
    } else {
        out.push_str("<ol class=\"todo\">\n");
        for (deed, departments) in &steps {
            let names = steps::names(departments, NAMED, |d| department(cx, d, *deed));
            put!(out, "<li>{}</li>\n", deed.said(&names));
        }
        out.push_str("</ol>\n<p>收到补报或更正的，先收表，再出一次月报。</p>\n");
    }
    if !cx.beside.blanks.is_empty() {
        let blanks = cx.beside.blanks.join("、");
        put!(out, "<p>印发前在简报中补填：{blanks}。</p>\n");
    }
    out.push_str("</section>\n");
}

fn department(cx: &Cx, department: DeptIx, deed: Deed) -> String {
    let name = &cx.facts.departments[department].name;
    let files = match deed {
        Deed::Remind => &cx.beside.notices,
        _ => &cx.beside.returns,
    };
    files
        .get(&department)
        .map_or_else(|| text(name), |path| link(path, name))
}
