//! 三、已完成和进展较快的项目, 四、存在问题, 五、下一步工作建议.

use super::known::{BEHIND, FINISHED, Item, Task};
use super::laggards::EXPECTED;
use super::reader::{Form, Reader};
use crate::desk::text;

/// 三、已完成和进展较快的项目, 四、存在问题, 五、下一步工作建议.
pub const OTHERS: &[Form] = &[
    (
        "超序时进度<n>件(（其中<m>件数据待责任单位说明）|)(，见附件1|：<words>)",
        |r, s| {
            let ahead = r.tasks(&["超序时进度"]);
            let asked = ahead.iter().filter(|t| r.asked(t)).count();
            ahead.len() as f64 == s.numbers("n")[0]
                && s.numbers("m").first().is_none_or(|m| *m == asked as f64)
                && (s.first("words").is_empty() || r.pieces(s.first("words"), &["；"], FAST))
        },
    ),
    (
        "超序时进度<n>件，数据待责任单位说明",
        |r, s| {
            let ahead = r.tasks(&["超序时进度"]);
            ahead.len() as f64 == s.numbers("n")[0] && ahead.iter().all(|t| r.asked(t))
        },
    ),
    (
        "本期暂无已完成和超序时进度的项目",
        |r, _| r.n(None, &["已完成", "已完成待验收", "已达标", "超序时进度"]) == 0.0,
    ),
    ("预警提示：<words>", |r, s| {
        r.pieces(s.first("words"), &["；"], WARNED)
    }),
    (
        "报送方面，[各单位均|责任单位]未报送",
        |r, s| {
            (s.first("w") == "责任单位") == (r.office.asked() == 1)
                && r.office.reported("未报") == r.office.asked()
        },
    ),
    (
        "报送方面，{[未报|退回修改|逾期报送]的有{<dept>、}(等|)；}",
        |r, s| {
            let mut state = "";
            s.iter().all(|(kind, text)| match kind {
                "w" => {
                    state = text;
                    true
                }
                _ => r.office.state(text) == state,
            })
        },
    ),
    (
        "(数据方面，|)核查发现{[错误|警告]<n>项、}(（含{[未报|退回|逾期报送]、}）|)，待更正或说明(；另有已说明或经核实的<m>项|)",
        |r, s| {
            let found = |(word, n): (&&str, &f64)| {
                let severity = if *word == "错误" {
                    "error"
                } else {
                    "warning"
                };
                r.month.found(severity, "open") as f64 == *n
            };
            let explained = |n: &f64| {
                let explained = r
                    .month
                    .findings
                    .iter()
                    .filter(|f| text(f, "status") == "explained");
                explained.count() as f64 == *n
            };
            let numbers = s.numbers("n");
            let words = s.all("w");
            let (counted, with) = words.split_at(numbers.len());
            let reported = |state| r.office.reported(state) > 0;
            let has = |code: &str| {
                r.month.findings.iter().any(|f| {
                    text(f, "code") == code
                        && text(f, "status") == "open"
                        && text(f, "severity") != "note"
                })
            };
            let kinds = [
                ("未报", reported("未报") && has("X001")),
                ("退回", reported("退回修改") && has("X001")),
                ("逾期报送", reported("逾期报送") && has("X002")),
            ];
            let is_told = |(word, is): (&str, bool)| with.contains(&word) == is;
            counted.iter().zip(&numbers).all(found)
                && kinds.into_iter().all(is_told)
                && s.numbers("m").iter().all(explained)
        },
    ),
    (
        "(数据方面，|)<by>[尚无可用数据|数据正在核实]，本期暂不计入",
        |r, s| {
            let state = if s.first("w") == "尚无可用数据" {
                "missing"
            } else {
                "withheld"
            };
            r.by(s, |t| {
                t.items.iter().all(|i| !i.is_accepted()) && t.items.iter().any(|i| i.state == state)
            })
        },
    ),
    (
        "(数据方面，|)部分项目[尚无可用数据|数据正在核实]，本期暂不计入，见附件1",
        |r, _| r.n(None, &["数据待核实"]) > 0.0,
    ),
    (
        "(数据方面，|)<named>有<n>项数据[正在核实|未报送|未报送或正在核实]，本期暂不评定进度",
        |r, s| r.about(s) && r.open(s) && r.task().grade == "数据待核实",
    ),
    (
        "(数据方面，|)<task>有<n>项数据[正在核实|未报送|未报送或正在核实]，本期暂不计入，其余<m>项(已采信，项目状态为|)<grade>",
        |r, s| {
            r.turn_to(s);
            let known: Vec<&Item> = r.task().items.iter().filter(|i| i.is_accepted()).collect();
            let all = known.iter().all(|i| i.grade == s.first("grade"));
            r.open(s)
                && known.len() as f64 == s.numbers("m")[0]
                && (all || r.task().grade == s.first("grade"))
        },
    ),
    (
        "(数据方面，|){<task><n>项、}(等|)数据[未报送|正在核实|未报送或正在核实]，本期暂不计入，进度按其余数据评定",
        |r, s| {
            let named = s.all("task").into_iter().zip(s.numbers("n"));
            named.into_iter().all(|(t, n)| {
                let task = r.month.named(t);
                task.open() as f64 == n && task.grade != "数据待核实"
            })
        },
    ),
    (
        "四要素方面，(尚无要素齐全的项目|要素齐全的<n>件)，完备率<f>%；<words>(等|)",
        |r, s| {
            let complete = r.office.complete();
            s.numbers("n").first().copied().unwrap_or(0.0) == complete.0
                && s.numbers("f")[0] == complete.1
                && r.pieces(s.first("words"), &["，"], ELEMENTS)
        },
    ),
    (
        "资金方面，按<n>个牵头单位(中<m>个|)最近一次采信的数据(，计划资金<a>万元|)(，到位<b>万元(（到位率<f>%）|)|)(，支付<c>万元(（支付率<p>%）|)|)(；<words>资金数额前后矛盾，未计入|)",
        |r, s| {
            let money = r.office.money();
            let said = |kind: &str| s.numbers(kind).first().copied();
            let near = |kind: &str, n: Option<f64>| {
                said(kind).is_none_or(|f| n.is_some_and(|n| (n - f).abs() < 1e-6))
            };
            said("n") == Some(money.leads as f64)
                && said("m").unwrap_or(money.leads as f64) == money.funded as f64
                && ["a", "b", "c"]
                    .iter()
                    .zip(money.sums)
                    .all(|(kind, n)| near(kind, n))
                && near("f", money.rates[0])
                && near("p", money.rates[1])
                && (s.first("words").is_empty() || r.doubtful(s.first("words")))
        },
    ),
    (
        "资金方面，<words>资金数额前后矛盾，未计入",
        |r, s| r.office.money().funded == 0 && r.doubtful(s.first("words")),
    ),
    ("达标方面，<words>", |r, s| {
        let words = s.first("words");
        let more = words
            .rsplit_once("；另有")
            .and_then(|(_, more)| more.split_once('项'))
            .map_or("0", |(n, _)| n);
        let told = words.matches("（目标").count();
        r.pieces(words, &["；"], MISSED) && more.parse::<usize>().unwrap() + told == r.missed()
    }),
    (
        "([各单位均|责任单位][按时报送|已报送（收到日期未登记）|已报送（部分收到日期未登记）|已报送]，|)(四要素齐全，|)数据核查(未发现问题|发现的<n>项问题责任单位均已说明或经核实)",
        |r, s| {
            let explained = r
                .month
                .findings
                .iter()
                .filter(|f| text(f, "status") == "explained")
                .count();
            let words = s.all("w");
            let n = r.office.asked();
            let reported =
                words.is_empty() || r.rest(words[1], n) && (words[0] == "责任单位") == (n == 1);
            reported
                && r.month.found("error", "open") + r.month.found("warning", "open") == 0
                && s.numbers("n").first().copied().unwrap_or(0.0) == explained as f64
        },
    ),
    (
        "请各责任单位保持推进力度，按时据实报送进展",
        |r, _| r.n(None, FINISHED) < r.n(None, &[]),
    ),
    (
        "请各责任单位做好资料归档，巩固工作成效",
        |r, _| r.n(None, FINISHED) == r.n(None, &[]),
    ),
];

pub const DONE: &[Form] = &[
    (
        "[未启动|未达标]<n>件，(为<by>|见附件1)",
        |r, s| {
            let grade = s.first("w");
            let all = r.tasks(&[grade]).len();
            let named = s.all("task").len();
            all as f64 == s.numbers("n")[0]
                && (named == 0 || named == all)
                && r.by(s, |t| t.grade == grade)
        },
    ),
    (
        "[已完成待验收|已完成|已达标]<n>件，(数据[均|]待责任单位说明|(除<m>件数据待责任单位说明外，|)为<by>|(其中<m>件数据待责任单位说明，|)见附件1)",
        |r, s| {
            let grade = s.first("w");
            let done = r.tasks(&[grade]);
            let asked = done.iter().filter(|t| r.asked(t)).count();
            let said = match (
                s.numbers("m").first(),
                s.all("w").len(),
                s.all("task").len(),
            ) {
                (Some(m), _, named) => {
                    *m == asked as f64 && (named == 0 || named == done.len() - asked)
                }
                (None, 2, _) => asked == done.len() && (s.all("w")[1] == "均") == (asked > 1),
                (None, _, named) => asked == 0 && (named == 0 || named == done.len()),
            };
            done.len() as f64 == s.numbers("n")[0]
                && said
                && r.by(s, |t| t.grade == grade && !r.asked(t))
        },
    ),
];

const FAST: &[Form] = &[
    ("其余项目见附件1", |_, _| true),
    ("<task>(完成率<p>%|)(，<distance>|)", |r, s| {
        let task = r.month.named(s.first("task"));
        task.grade == "超序时进度" && !r.asked(task) && r.way(s, task.rate, task.schedule)
    }),
];

const MISSED: &[Form] = &[
    ("另有<n>项指标未达标或有回落，见附件1", |_, _| true),
    (
        "<dept>(<task>|)<item><value>（目标<goal>）(，<lacks>|，[已达标]|)(，(但|)较上月[上升|下降]<c>(个百分点|<unit>)|)",
        |r, s| {
            // The task may go unsaid where one alone has an indicator of the name.
            let is = |t: &&Task| {
                let named = s.all("task").iter().all(|name| *name == t.name);
                named
                    && t.lead == s.first("dept")
                    && t.items.iter().any(|i| i.name == s.first("item"))
            };
            let Some(task) = r.month.tasks.iter().find(is) else {
                return false;
            };
            let item = task
                .items
                .iter()
                .find(|i| i.name == s.first("item"))
                .unwrap();
            let words = s.all("w");
            let reached = !words.contains(&"已达标") || item.lacks.is_none();
            let way = words.iter().find(|w| ["上升", "下降"].contains(w));
            let by = r.moved_by(task, item);
            let moved = match way {
                None => true,
                Some(way) => by.is_some_and(|by| {
                    (by.abs() - s.numbers("c")[0]).abs() < 1e-4 && (by > 0.0) == (*way == "上升")
                }),
            };
            let lacks = s
                .numbers("d")
                .iter()
                .all(|d| item.lacks.is_some_and(|l| (l - d).abs() < 0.050_001));
            r.value(s, item) && reached && moved && lacks && s.first("goal") == item.goal
        },
    ),
];

const WARNED: &[Form] = &[
    ("另有<n>件预计完成时间推迟或超期，见汇总表", |_, _| true),
    ("<named><words>", |r, s| {
        r.about(s) && r.form(s.first("words"), EXPECTED)
    }),
];

const ELEMENTS: &[Form] = &[
    ("其余<n>件见汇总表", |r, s| {
        let lacking = r
            .month
            .tasks
            .iter()
            .filter(|t| !r.office.missing(t.no).is_empty());
        lacking.count() as f64 > s.numbers("n")[0]
    }),
    ("{<task>、}(四要素均缺|缺{<element>、})", |r, s| {
        let lacks = s.all("element");
        s.all("task").iter().all(|t| {
            let missing = r.office.missing(r.month.named(t).no);
            if lacks.is_empty() {
                missing.len() == 4
            } else {
                missing == lacks
            }
        })
    }),
];

pub const ADVICE: &[Form] = &[
    (
        "请<whom>对未完成事项逐项提出结转方案，明确完成时限",
        |r, s| r.asks(s, |t| t.is(BEHIND)),
    ),
    (
        "请<whom>对滞后项目逐项倒排工期，压实责任到人，尽快赶上序时进度",
        |r, s| r.asks(s, |t| t.is(BEHIND)),
    ),
    (
        "对严重滞后的(项目|{<task>、})开展专项督查",
        |r, s| {
            r.n(None, &["严重滞后"]) > 0.0
                && s.all("task")
                    .iter()
                    .all(|t| r.month.named(t).is(&["严重滞后"]))
        },
    ),
    (
        "请<whom>对未达标的指标查明原因、提出改进措施",
        |r, s| r.asks(s, |t| t.items.iter().any(|i| i.lacks.is_some())),
    ),
    (
        "请<whom>对已完成待验收的项目抓紧组织验收",
        |r, s| r.asks(s, |t| t.is(&["已完成待验收"])),
    ),
    ("请<whom>尽快补报", |r, s| {
        s.all("dept").into_iter().all(|d| r.owes(d, true)) && !r.any_withheld()
    }),
    ("请<whom>尽快核实更正有关数据", |r, s| {
        s.all("dept").into_iter().all(|d| r.owes(d, false))
    }),
    (
        "请<whom>尽快补报、核实更正有关数据",
        |r, s| {
            s.all("dept")
                .into_iter()
                .all(|d| r.owes(d, true) && r.owes(d, false))
        },
    ),
    (
        "请<whom>尽快补报，请<words>尽快核实更正有关数据",
        |r, s| {
            let doubtful = s.first("words");
            s.all("dept").into_iter().all(|d| r.owes(d, true))
                && (doubtful == "有关责任单位" || doubtful.split('、').all(|d| r.owes(d, false)))
        },
    ),
    (
        "请<whom>对预计超期的项目提前研判、落实赶工措施",
        |r, s| r.asks(s, |t| !t.is(FINISHED)),
    ),
    ("请<whom>补齐四要素", |r, s| {
        r.asks(s, |t| !r.office.missing(t.no).is_empty() && !t.is(FINISHED))
    }),
];

impl Reader<'_> {
    /// A department has to send something, or to put something right.
    fn owes(&self, name: &str, late: bool) -> bool {
        let mut departments = self.plan.departments.iter();
        let Some(own) = departments.find(|d| d.name == name) else {
            return false;
        };
        let state = if late { "missing" } else { "withheld" };
        let mut rows = self.month.records.iter();
        late && ["未报", "退回修改"].contains(&self.office.state(name))
            || rows.any(|row| row["department"] == own.id && row["state"] == state)
    }

    fn any_withheld(&self) -> bool {
        let mut rows = self.month.records.iter();
        rows.any(|row| row["state"] == "withheld")
    }
}
