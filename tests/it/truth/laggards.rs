//! 二、滞后项目.

use super::known::{BEHIND, Item};
use super::reader::Form;
use duban::plan::Kind;
use duban::plan::chinese_date;

/// 二、滞后项目, beside the laggards themselves.
pub const BEHINDS: &[Form] = &[
    ("本期无可用数据，暂不能评定", |r, _| {
        r.n(None, &["数据待核实"]) == r.n(None, &[])
    }),
    ("本期无可用数据，暂不评定", |r, _| {
        r.n(None, &["数据待核实"]) == r.n(None, &[])
    }),
    (
        "截至<until>，[滞后|严重滞后|未按期完成]<n>件(（其中{[严重滞后|未按期完成]<m>件、}）|)(，涉及{<dept>、}|)",
        |r, s| {
            let words = s.all("w");
            let grades = if words[0] == "滞后" {
                BEHIND.to_vec()
            } else {
                vec![words[0]]
            };
            let sub = words[1..]
                .iter()
                .zip(s.numbers("m"))
                .all(|(w, m)| r.n(None, &[w]) == m);
            let mut leads: Vec<&str> = r.tasks(BEHIND).iter().map(|t| t.lead.as_str()).collect();
            leads.sort_unstable();
            leads.dedup();
            let mut named = s.all("dept");
            named.sort_unstable();
            r.n(None, &grades) == s.numbers("n")[0]
                && r.n(None, BEHIND) == s.numbers("n")[0]
                && sub
                && (named.is_empty() || named == leads)
        },
    ),
    (
        "(其余|各)滞后项目情况见附件<n>(，其中有<by>|)",
        |r, s| r.n(None, BEHIND) > 0.0 && r.by(s, |t| t.is(BEHIND)),
    ),
    (
        "<named><words>，本期(<n>项|)数据待核实，仍按滞后项目跟踪",
        |r, s| {
            let about = r.about(s);
            let some = about
                && s.numbers("n")
                    .first()
                    .map_or(r.task().grade == "数据待核实", |n| {
                        *n == r.task().open() as f64
                    });
            some && r.form(s.first("words"), LAST_KNOWN)
        },
    ),
    (
        "<n>件此前滞后或已报部分滞后，本期数据待核实，仍按滞后项目跟踪",
        |r, s| {
            r.month
                .tasks
                .iter()
                .filter(|t| t.open() > 0 && r.stays(t))
                .count() as f64
                >= s.numbers("n")[0]
        },
    ),
    (
        "<by>此前滞后或已报部分滞后，本期数据待核实，仍按滞后项目跟踪",
        |r, s| r.by(s, |t| t.open() > 0 && r.stays(t)),
    ),
];

const LAST_KNOWN: &[Form] = &[
    ("已报部分滞后", |r, _| {
        r.task().items.iter().any(|i| BEHIND.contains(&i.grade))
    }),
    (
        "截至(<y>年|)<n>月底(完成率<f>%（序时进度<p>%），|为)<grade>",
        |r, s| {
            let month = s.numbers("n")[0] as i8;
            r.last_known(r.task()).is_some_and(|(at, t)| {
                let same =
                    |kind, n: Option<f64>| s.numbers(kind).first().is_none_or(|f| Some(*f) == n);
                at.month() == month
                    && t.grade == s.first("grade")
                    && same("f", t.rate)
                    && same("p", t.schedule)
            })
        },
    ),
];

/// A laggard's sentences before its cause.
pub const STANDING: &[Form] = &[
    ("(<n>.|)(截至<until>，|)<named><words>", |r, s| {
        r.about(s) && r.form(s.first("words"), REACHED)
    }),
    ("其中，<words>", |r, s| {
        r.pieces(s.first("words"), &["；"], CLAUSES)
    }),
    ("年度目标<goal>(，序时进度<p>%|)", |r, s| {
        let item = &r.task().items[0];
        item.goal == s.first("goal") && s.numbers("p").iter().all(|p| Some(*p) == r.task().schedule)
    }),
    (
        "<item>[严重滞后|未按期完成|未按期启动|滞后|未达标]",
        |r, s| {
            r.item(s).is_some_and(|i| match s.first("w") {
                "未按期启动" => i.grade == "滞后" && i.kind == Kind::Milestone,
                word => i.grade == word,
            })
        },
    ),
    (
        "状态由督查室认定(，按数据为<grade>|)：<words>",
        |r, s| {
            let is = |o: &&duban::plan::Override| {
                r.plan.tasks[o.task].no == r.task().no && o.period == r.month.period
            };
            let set = r.plan.overrides.iter().rfind(is);
            set.is_some_and(|o| o.reason.trim_end_matches('。') == s.first("words"))
                && s.all("grade").iter().all(|g| *g == r.task().computed)
        },
    ),
];

/// What a task of one indicator has reached, or one of several.
const REACHED: &[Form] = &[
    (
        "累计完成<value>(，占年度目标的<p>%|)(，<distance>|)，<grade>",
        |r, s| {
            let (task, item) = (r.task(), &r.task().items[0]);
            task.items.len() == 1
                && r.value(s, item)
                && r.way(s, task.rate, task.schedule)
                && r.graded(s)
        },
    ),
    ("(完成率<p>%(，<distance>|)|)，<grade>", |r, s| {
        r.way(s, r.task().rate, r.task().schedule) && r.graded(s)
    }),
    ("<n>个节点完成<m>个，<grade>", |r, s| {
        let (done, all) = r.task().milestones();
        (s.numbers("n")[0], s.numbers("m")[0]) == (all as f64, done as f64) && r.graded(s)
    }),
    (
        "<value>，未达到年度目标<goal>(，<lacks>|)，<grade>",
        |r, s| r.value(s, &r.task().items[0]) && r.lacking(s, &r.task().items[0]) && r.graded(s),
    ),
    ("<value>，达到年度目标<goal>，<grade>", |r, s| {
        let item = &r.task().items[0];
        r.value(s, item) && item.lacks.is_none() && s.first("goal") == item.goal && r.graded(s)
    }),
    (
        "[未启动|进行中|填报为已完成|持续推进|未报|数据正在核实]，<grade>",
        |r, s| {
            let item = &r.task().items[0];
            let state = match s.first("w") {
                "持续推进" => item.kind == Kind::Ongoing && item.is_accepted(),
                "未报" => item.state == "missing",
                "数据正在核实" => item.state == "withheld",
                status => item.status == status.trim_start_matches("填报为"),
            };
            state && r.graded(s)
        },
    ),
];

/// A laggard's indicators.
const CLAUSES: &[Form] = &[
    (
        "<item>累计完成<value>(，占年度目标的<p>%|)(，<distance>|)(，<grade>|)(等|)",
        |r, s| {
            let is = |i: &Item| r.value(s, i) && r.way(s, i.rate, i.schedule) && i.is_behind(s);
            r.item(s).is_some_and(is)
        },
    ),
    (
        "节点“<item>”[未启动|进行中](，<grade>|)(等|)",
        |r, s| {
            r.item(s)
                .is_some_and(|i| i.status == s.first("w") && i.is_behind(s))
        },
    ),
    ("节点“<item>”未按期启动(等|)", |r, s| {
        r.item(s)
            .is_some_and(|i| i.status == "未启动" && i.grade == "滞后")
    }),
    (
        "<item><value>，未达到年度目标<goal>(，<lacks>|)(，<grade>|)(等|)",
        |r, s| {
            r.item(s)
                .is_some_and(|i| r.value(s, i) && r.lacking(s, i) && i.is_behind(s))
        },
    ),
];

pub const EXPECTED: &[Form] = &[
    ("预计完成时间<day>已过", |r, s| {
        r.expected(s) && r.day(s) <= r.month.period.last_day()
    }),
    ("预计完成时间：<day>", |r, s| {
        r.expected(s) && r.day(s) > r.month.period.last_day()
    }),
    ("(“<item>”|)预计完成时间推迟至<day>", |r, s| {
        r.expected(s) && r.day(s) <= r.limit(s)
    }),
    (
        "(“<item>”|)预计完成时间<day>，晚于完成时限<limit>",
        |r, s| {
            r.expected(s) && chinese_date(r.limit(s)) == s.first("limit") && r.day(s) > r.limit(s)
        },
    ),
];
