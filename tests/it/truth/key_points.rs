//! The first page: the table of the worst, what was promised, what is asked.

use duban::plan::{Kind, Period};
use jiff::civil::Date;

use super::known::{BEHIND, Month, Task, round};
use super::reader::{Form, Reader};
use crate::docx::Document;

/// Under the table.
pub const POINTS: &[Form] = &[
    (
        "上月承诺本月完成的<n>件(，已兑现<m>件|)(，([未兑现|数据待核实]的为<by>|[未兑现|数据待核实]<k>件)|)(，数据待核实(的为<by>|<y>件)|)",
        |r, s| {
            let m = s.numbers("m").first().copied().unwrap_or(0.0);
            let named = s.all("task").len() as f64;
            // What was not kept had a day that has passed, and is not finished.
            m + named <= s.numbers("n")[0]
                && r.by(s, |t| {
                    t.items
                        .iter()
                        .any(|i| !["已完成", "已完成待验收", "已达标"].contains(&i.grade))
                        && r.days(r.month.period.previous(), t.no)
                            .iter()
                            .any(|d| *d <= r.month.period.last_day())
                })
        },
    ),
    ("提请协调、决定的事项：<words>", |r, s| {
        r.pieces(s.first("words"), &["；"], REQUESTS)
    }),
];

const REQUESTS: &[Form] = &[
    ("另有<n>项见汇总表", |_, _| true),
    ("<dept>就<task>提出“<words>”", |r, s| {
        r.about(s)
            && (r.quotes(s.first("words"), "存在问题") || r.quotes(s.first("words"), "下一步措施"))
    }),
];

const CELLS: &[&[Form]] = &[
    &[
        ("低<d>个百分点", |r, s| {
            r.task().gap().map(round) == Some(s.numbers("d")[0])
        }),
        ("高<d>个百分点", |r, s| {
            r.task().gap().map(|g| round(-g)) == Some(s.numbers("d")[0])
        }),
        ("持平", |r, _| r.task().gap() == Some(0.0)),
        ("<n>个节点完成<m>个", |r, s| {
            let (done, all) = r.task().milestones();
            r.task().rate.is_none()
                && (s.numbers("n")[0], s.numbers("m")[0]) == (all as f64, done as f64)
        }),
        ("<grade>", |r, s| r.graded(s)),
    ],
    &[(
        "[至少|]<n>个月（(<y>年|)<m>月(起|起，另<k>个月数据不全|前数据不全|前和其后<k>个月数据不全)）",
        |r, s| {
            let numbers = (s.numbers("n")[0] as usize, s.numbers("m")[0] as i8);
            r.row() == Some((numbers.0, numbers.1, s.first("w") == "至少"))
        },
    )],
    &[
        ("—", |_, _| true),
        (
            "(上月提出“<next>”(，|)|)(上月|)(预计<when>完成|)(；<words>|)",
            |r, s| {
                let bare = |t: &str| {
                    t.chars()
                        .filter(|c| c.is_alphanumeric())
                        .collect::<String>()
                };
                let own = r
                    .office
                    .words(r.month.period.previous(), r.task().no, "下一步措施");
                let quote = bare(s.first("next"));
                let all: String = own.iter().map(|t| bare(t)).collect();
                all.contains(&quote)
                    && (s.first("words").is_empty() || r.pieces(s.first("words"), &["，"], CAME))
            },
        ),
    ],
    &[
        ("预计<when>完成", |r, s| {
            let days = r.days(r.month.period, r.task().no);
            days.iter()
                .any(|d| r.is_day(*d, s.first("when")) && *d > r.month.period.last_day())
        }),
        ("时限<when>", |r, s| {
            let first = r.first_limit();
            first.is_some_and(|d| r.is_day(d, s.first("when")) && d > r.month.period.last_day())
        }),
        ("<when>已到时限", |r, s| {
            let first = r.first_limit();
            first.is_some_and(|d| r.is_day(d, s.first("when")) && d <= r.month.period.last_day())
        }),
        ("—", |r, _| r.first_limit().is_none()),
    ],
];

/// What came of last month's promise.
const CAME: &[Form] = &[
    ("完成率[提高|下降]<d>个百分点", |r, s| {
        let by = r.then().and_then(|t| Some(round(r.task().rate? - t.rate?)));
        let sign = if s.first("w") == "提高" { 1.0 } else { -1.0 };
        by == Some(sign * s.numbers("d")[0])
    }),
    ("完成率与上月持平", |r, _| {
        r.then().is_some_and(|t| t.rate == r.task().rate)
    }),
    (
        "[已兑现|到期未完成|未到期|数据待核实]",
        |r, s| {
            let days = r.days(r.month.period.previous(), r.task().no);
            let any = |is: &dyn Fn(&Date) -> bool| days.iter().any(is);
            let end = r.month.period.last_day();
            match s.first("w") {
                "未到期" => any(&|d| *d > end),
                "已兑现" => true,
                _ => any(&|d| *d <= end),
            }
        },
    ),
    ("完成时间(已推迟|推迟至<when>)", |r, s| {
        let now = r.days(r.month.period, r.task().no);
        s.first("when").is_empty() || now.iter().any(|d| r.is_day(*d, s.first("when")))
    }),
];

impl Reader<'_> {
    /// What is untrue in the table of the worst laggards.
    pub fn worst(&self, document: &Document) -> Vec<String> {
        let head = "滞后项目（责任单位）";
        let own = document.tables.iter().find(|t| t[0][0] == head);
        let mut behind = self.tasks(BEHIND);
        let rank = |t: &Task| BEHIND.iter().rev().position(|g| *g == t.grade);
        let gap = |t: &Task| t.gap().unwrap_or(f64::NEG_INFINITY);
        behind.sort_by(|a, b| rank(a).cmp(&rank(b)).then(gap(b).total_cmp(&gap(a))));
        behind.truncate(3);
        let rows = own.map_or(&[][..], |t| &t[1..]);
        if rows.len() != behind.len() {
            return vec![format!("{} rows of {} laggards", rows.len(), behind.len())];
        }
        let mut wrong = Vec::new();
        for (row, task) in rows.iter().zip(behind) {
            self.turn(task.no);
            if row[0] != format!("{}（{}）", task.name, task.lead) {
                wrong.push(format!("{} is not {}", row[0], task.name));
            }
            for (cell, forms) in row[1..].iter().zip(CELLS) {
                let cell = &cell.replace('‘', "“").replace('’', "”");
                if !self.form(cell, forms) {
                    wrong.push(format!("{}: {cell}", task.name));
                }
            }
        }
        wrong
    }

    /// The task in the month before.
    fn then(&self) -> Option<&Task> {
        let no = self.task().no;
        self.before?.tasks.iter().find(|t| t.no == no)
    }

    /// The first 完成时限 of what is to be finished and is not.
    fn first_limit(&self) -> Option<Date> {
        let own = self.plan.tasks.iter().find(|t| t.no == self.task().no)?;
        let items = own.indicators.clone().zip(&self.task().items);
        let done = ["已完成", "已完成待验收", "已达标"];
        let open = items.filter(|(_, i)| i.kind != Kind::Ongoing && !done.contains(&i.grade));
        open.map(|(ix, _)| self.plan.deadline(ix, self.month.period))
            .min()
    }

    /// How many months the task has been behind without one in which it was not, the first of them, and whether there may be
    /// more before it.
    fn row(&self) -> Option<(usize, i8, bool)> {
        let (mut row, mut is_open) = (Vec::new(), true);
        for month in self.earlier.iter().chain([self.month]).rev() {
            let month: &Month = month;
            let task = month.tasks.iter().find(|t| t.no == self.task().no)?;
            match task.grade {
                "数据待核实" => {}
                grade if BEHIND.contains(&grade) => row.push(month.period),
                _ => {
                    is_open = false;
                    break;
                }
            }
        }
        let since = *row.last()?;
        let is_open = is_open && since > Period::of(self.plan.start);
        Some((row.len(), since.month(), is_open))
    }

    /// The days that a month's rows of a task give for its end.
    fn days(&self, period: duban::plan::Period, task: u32) -> Vec<Date> {
        if !self.earlier.iter().any(|m| m.period == period) && period != self.month.period {
            return Vec::new();
        }
        let words = self.office.words(period, task, "预计完成时间");
        words.iter().filter_map(|d| d.parse().ok()).collect()
    }

    /// 12月25日 or 2024年12月25日.
    fn is_day(&self, day: Date, said: &str) -> bool {
        let short = format!("{}月{}日", day.month(), day.day());
        said == short || said == format!("{}年{short}", day.year())
    }
}
