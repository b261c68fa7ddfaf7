//! 一、总体情况: counts, the change since last month, who reported.

use super::known::{BEHIND, ELSE, FINISHED, IN_TIME, Task};
use super::reader::{Form, Reader};

/// 一、总体情况.
pub const OVERALL: &[Form] = &[
    (
        "截至<until>，<n>件<short>[均|]无可用数据，本期暂不评定进度",
        |r, s| r.all(s, &["数据待核实"]) && Reader::both(s, r.month.tasks.len()),
    ),
    (
        "本期为首次调度，<n>件<short>[均|]已启动，暂不作环比分析",
        |r, s| r.is_first() && r.total(s) && r.begun() && Reader::both(s, r.month.tasks.len()),
    ),
    ("本期为首次调度，暂不作环比分析", |r, _| {
        r.is_first()
    }),
    ("没有上月数据，暂不作环比分析", |r, _| {
        r.before.is_none() && !r.is_first()
    }),
    (
        "截至<until>，<n>件<short>[已全部|已|全部]完成(，其中待验收<m>件|)(，其中<k>件数据待说明|)",
        |r, s| {
            r.all(s, FINISHED)
                && (s.first("w") == "已") == (r.month.tasks.len() == 1)
                && s.all("k").iter().all(|k| r.unexplained(k))
                && s.numbers("m")
                    .iter()
                    .all(|n| *n == r.n(None, &["已完成待验收"]))
        },
    ),
    (
        "截至<until>，<n>件<short>[全部|已]完成并通过验收(，其中<k>件数据待说明|)",
        |r, s| {
            let one = r.month.tasks.len() == 1;
            let accepted = r.month.tasks.iter().all(|t| t.evidence);
            r.all(s, &["已完成"]) && accepted && (s.first("w") == "已") == one
        },
    ),
    (
        "截至<until>，<n>件<short>([均|]在推进中，暂无完成项目，其中|中，尚无已完成的，)<words>",
        |r, s| {
            let moving = s.all("w").is_empty() || r.begun() && Reader::both(s, r.month.tasks.len());
            r.total(s) && moving && r.n(None, FINISHED) == 0.0 && r.counts(None, s.first("words"))
        },
    ),
    (
        "截至<until>，<n>件<short>[均|]<grade>[，无滞后项目|]",
        |r, s| {
            let clear = s.all("w")[1].is_empty() || r.n(None, BEHIND) == 0.0;
            r.all(s, &[s.first("grade")]) && Reader::both(s, r.month.tasks.len()) && clear
        },
    ),
    ("截至<until>，<n>件<short>中，<words>", |r, s| {
        r.total(s) && r.counts(None, s.first("words"))
    }),
    ("截至<until>，<words>", |r, s| {
        r.counts(None, s.first("words"))
    }),
    (
        "截至<until>，(无滞后项目|已评定的项目中无滞后项目)",
        |r, _| r.n(None, BEHIND) == 0.0,
    ),
    (
        "从分级看，{<tier><n>件([已全部完成|已完成|均达到或超过序时进度|达到或超过序时进度|均滞后|滞后|均持续推进|均未启动|均未达标|数据均待核实|已完成|已完成待验收|超序时进度|达到序时进度|已达标|持续推进|未启动|未达标|严重滞后|未按期完成|数据待核实]|中，<words>)；}",
        |r, s| {
            let mut seen: Vec<(&str, f64)> = Vec::new();
            s.iter().all(|(kind, text)| {
                let (tier, n) = *seen.last().unwrap_or(&("", 0.0));
                let some = Some(tier);
                match kind {
                    "tier" => seen.push((text, 0.0)),
                    "n" => seen.last_mut().unwrap().1 = text.parse().unwrap(),
                    "words" => return r.n(some, &[]) == n && r.counts(some, text),
                    _ => {
                        if r.names["grade"].iter().any(|g| g == text)
                            && n == 1.0
                            && r.n(some, &[text]) == 1.0
                        {
                            return r.n(some, &[]) == 1.0;
                        }
                        let bare = text.replace("数据均", "数据");
                        let bare = bare.trim_start_matches(['均', '已']);
                        let grades = match bare {
                            "全部完成" | "完成" => FINISHED,
                            "滞后" => BEHIND,
                            "达到或超过序时进度" => IN_TIME,
                            _ => &[bare],
                        };
                        let all = text.contains("全部") || text.contains('均');
                        return r.n(some, &[]) == n && r.n(some, grades) == n && all == (n > 1.0);
                    }
                }
                true
            }) && seen.len() == r.names["tier"].len()
        },
    ),
    (
        "量化任务[平均|]完成率<f>%，[平均|]序时进度<p>%",
        |r, s| {
            let rated = r.month.tasks.iter().filter(|t| t.rate.is_some());
            let word = if rated.count() > 1 { "平均" } else { "" };
            let mean = |of: fn(&Task) -> Option<f64>| {
                let all: Vec<f64> = r.month.tasks.iter().filter_map(of).collect();
                all.iter().sum::<f64>() / all.len() as f64
            };
            // Of rates rounded, or not: within the last digit.
            let near = |kind, mean: f64| (s.numbers(kind)[0] - mean).abs() < 0.1;
            s.all("w") == [word; 2]
                && near("f", mean(|t| t.rate))
                && near("p", mean(|t| t.schedule))
        },
    ),
    ("与上月相比，<words>", |r, s| {
        r.pieces(s.first("words"), &["；", "，"], CHANGES)
    }),
    ("本期应报送单位<n>个，<words>", |r, s| {
        r.office.asked() == s.numbers("n")[0] as usize && r.form(s.first("words"), REPORTING)
    }),
];

const CHANGES: &[Form] = &[
    (
        "[已完成|达到或超过序时进度|滞后|持续推进|未启动|未达标|数据待核实][增加|减少]<n>件(（有<k>件转为已完成）|)",
        |r, s| {
            let was = |no: u32| {
                let then = r.before.and_then(|b| b.tasks.iter().find(|t| t.no == no));
                then.is_some_and(|t| t.is(IN_TIME))
            };
            let done = r.tasks(FINISHED).iter().filter(|t| was(t.no)).count();
            if s.numbers("k").first().is_some_and(|k| *k != done as f64) {
                return false;
            }
            let grades: &[&str] = match s.first("w") {
                "已完成" => FINISHED,
                "达到或超过序时进度" => IN_TIME,
                "滞后" => BEHIND,
                other => &[ELSE.iter().find(|g| **g == other).copied().unwrap()],
            };
            r.change(grades)
                == s.numbers("n")[0] * if s.all("w")[1] == "增加" { 1.0 } else { -1.0 }
        },
    ),
    ("各类项目数持平", |r, _| {
        let kinds = [FINISHED, IN_TIME, BEHIND];
        kinds
            .into_iter()
            .chain(ELSE.iter().map(std::slice::from_ref))
            .all(|g| r.change(g) == 0.0)
    }),
    ("<n>件进度状态[提升|下降]", |r, s| {
        let sign = if s.first("w") == "提升" {
            "↑ 升"
        } else {
            "↓ 降"
        };
        r.moved(sign) as f64 == s.numbers("n")[0]
    }),
];

const REPORTING: &[Form] = &[
    (
        "{[逾期报送|退回修改|未报]<n>个，}(，其余[均|][按时报送|已报送（收到日期未登记）|已报送（部分收到日期未登记）|已报送]|)",
        |r, s| {
            let words = s.all("w");
            let numbers = s.numbers("n");
            let named = numbers.len();
            let all = words
                .iter()
                .zip(&numbers)
                .all(|(w, n)| r.office.reported(w) as f64 == *n);
            let rest = r.office.asked() - numbers.iter().sum::<f64>() as usize;
            let said = words.get(named..).unwrap_or_default();
            all && match said {
                [] => rest == 0,
                [each, state] => (*each == "均") == (rest > 1) && rest > 0 && r.rest(state, rest),
                _ => false,
            }
        },
    ),
    ("[均|]已按时报送", |r, s| {
        Reader::both(s, r.office.asked()) && r.rest("按时报送", r.office.asked())
    }),
    (
        "[均|]已报送[（收到日期未登记）|（部分收到日期未登记）|]",
        |r, s| {
            let state = format!("已报送{}", s.all("w")[1]);
            Reader::both(s, r.office.asked()) && r.rest(&state, r.office.asked())
        },
    ),
    ("[均|]未报送", |r, s| {
        Reader::both(s, r.office.asked()) && r.office.reported("未报") == r.office.asked()
    }),
];
