//! A month as anyone with the plan, records.csv and findings.json can work it out on paper: nothing of `duban::combine`,
//! `duban::report` or the program's own grades is asked.

use crate::prelude::*;
use duban::plan::{Combine, Direction, Kind, Period, Plan};

pub const FINISHED: &[&str] = &["已完成", "已完成待验收"];
pub const IN_TIME: &[&str] = &["超序时进度", "达到序时进度", "已达标"];
pub const BEHIND: &[&str] = &["滞后", "严重滞后", "未按期完成"];
pub const ELSE: &[&str] = &["持续推进", "未启动", "未达标", "数据待核实"];

/// From the worst to the best; 持续推进 stands with 已达标.
const ORDER: &[&[&str]] = &[
    &["未按期完成"],
    &["严重滞后"],
    &["滞后"],
    &["未达标"],
    &["未启动"],
    &["达到序时进度"],
    &["超序时进度"],
    &["已达标", "持续推进"],
    &["已完成待验收"],
    &["已完成"],
];

pub type Record = BTreeMap<String, String>;

/// An indicator, all its reporters together.
pub struct Item {
    pub name: String,
    pub kind: Kind,
    pub weight: f64,
    /// accepted, withheld or missing.
    pub state: &'static str,
    pub value: Option<f64>,
    /// A milestone's 状态.
    pub status: String,
    /// `20公里`, `≤5.5%`.
    pub goal: String,
    pub unit: String,
    /// To 0.1 point, and their difference.
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
    /// Not rounded.
    exact: Option<(f64, f64)>,
    /// What a level or ratio lacks, in its own unit.
    pub lacks: Option<f64>,
    pub grade: &'static str,
    pub due: bool,
    pub at_most: bool,
    /// A level or ratio that is graded like a quantity, on the way from its baseline.
    pub on_its_way: bool,
}

impl Item {
    pub fn gap(&self) -> Option<f64> {
        Some(round(self.schedule? - self.rate?))
    }

    pub fn is_accepted(&self) -> bool {
        self.state == "accepted"
    }

    pub fn has_begun(&self) -> bool {
        match self.kind {
            Kind::Count | Kind::Quantity => self.value.is_some_and(|v| v > 0.0),
            Kind::Milestone => !matches!(self.status.as_str(), "" | "未启动"),
            Kind::Ongoing => self.is_accepted(),
            Kind::Level | Kind::Ratio => false,
        }
    }
}

pub struct Task {
    pub no: u32,
    pub tier: String,
    pub name: String,
    pub lead: String,
    pub items: Vec<Item>,
    pub grade: &'static str,
    /// Without an override.
    pub computed: &'static str,
    /// By the office, also where the data say the same.
    is_set: bool,
    pub rate: Option<f64>,
    pub schedule: Option<f64>,
    pub evidence: bool,
}

impl Task {
    pub fn open(&self) -> usize {
        self.items.iter().filter(|i| !i.is_accepted()).count()
    }

    pub fn has_begun(&self) -> bool {
        self.items.iter().any(Item::has_begun)
    }

    pub fn is(&self, grades: &[&str]) -> bool {
        grades.contains(&self.grade)
    }

    pub fn milestones(&self) -> (usize, usize) {
        let of = |done: bool| {
            let all = self.items.iter().filter(|i| i.kind == Kind::Milestone);
            all.filter(|i| !done || FINISHED.contains(&i.grade)).count()
        };
        (of(true), of(false))
    }
}

pub struct Month {
    pub period: Period,
    pub tasks: Vec<Task>,
    pub findings: Vec<Value>,
    pub records: Vec<Record>,
}

/// Half up to 0.1; a hair for what binary fractions lose.
pub fn round(n: f64) -> f64 {
    let tenths = (n.abs() * 10.0 + 0.5 + 1e-7).floor() / 10.0;
    if n < 0.0 { -tenths } else { tenths }
}

impl Month {
    pub fn of(plan: &Plan, period: Period, records: Vec<Record>, findings: Vec<Value>) -> Self {
        let tasks = plan.tasks.iter().enumerate();
        let tasks = tasks
            .map(|(ix, task)| {
                let items: Vec<Item> = task
                    .indicators
                    .clone()
                    .map(|i| item(plan, i, period, &records))
                    .collect();
                let (computed, rate, schedule) = grade(plan, &items, period);
                let set = plan
                    .overrides
                    .iter()
                    .rev()
                    .find(|o| o.task == ix && o.period == period);
                Task {
                    no: task.no,
                    tier: task.tier.clone(),
                    name: task.name.clone(),
                    lead: plan.departments[task.lead].name.clone(),
                    items,
                    grade: set.map_or(computed, |o| o.grade.name()),
                    computed,
                    is_set: set.is_some(),
                    rate,
                    schedule,
                    evidence: task.evidence_required,
                }
            })
            .collect();
        Self {
            period,
            tasks,
            findings,
            records,
        }
    }

    pub fn count(&self, tier: Option<&str>, grades: &[&str]) -> usize {
        let of = self
            .tasks
            .iter()
            .filter(|t| tier.is_none_or(|tier| t.tier == tier));
        of.filter(|t| grades.is_empty() || t.is(grades)).count()
    }

    pub fn named(&self, name: &str) -> &Task {
        self.tasks.iter().find(|t| t.name == name).unwrap()
    }

    /// ↑ 升, ↓ 降, — 平, 待核实 or 首次.
    pub fn movement(&self, before: Option<&Self>, ix: usize) -> &'static str {
        let Some(before) = before.map(|b| &b.tasks[ix]) else {
            return "首次";
        };
        let now = &self.tasks[ix];
        let rank = |t: &Task| ORDER.iter().position(|g| g.contains(&t.grade));
        let unknown = [now, before].iter().any(|t| t.grade == "数据待核实");
        if now.grade == before.grade && !unknown {
            return "— 平";
        }
        // What may have changed for what is withheld or missing alone has not moved.
        let open = |t: &Task| t.items.iter().map(Item::is_accepted).collect::<Vec<_>>();
        if unknown || !now.is_set && open(now) != open(before) {
            return "待核实";
        }
        match rank(now).cmp(&rank(before)) {
            std::cmp::Ordering::Greater => "↑ 升",
            std::cmp::Ordering::Less => "↓ 降",
            std::cmp::Ordering::Equal => "— 平",
        }
    }

    /// Findings of this severity, explained ones apart.
    pub fn found(&self, severity: &str, status: &str) -> usize {
        let all = self.findings.iter();
        all.filter(|f| {
            text(f, "severity") == severity && (status.is_empty() || text(f, "status") == status)
        })
        .count()
    }
}

fn item(plan: &Plan, ix: usize, period: Period, records: &[Record]) -> Item {
    let ind = &plan.indicators[ix];
    let rows: Vec<&Record> = records
        .iter()
        .filter(|r| r["indicator"] == ind.id)
        .collect();
    let is = |state: &str| rows.iter().filter(|r| r["state"] == state).count();
    let state = match (is("accepted") == rows.len(), is("withheld")) {
        (true, _) => "accepted",
        (false, 0) => "missing",
        _ => "withheld",
    };
    let values: Vec<f64> = rows
        .iter()
        .filter_map(|r| r["value"].parse().ok())
        .collect();
    let sum: f64 = values.iter().sum();
    let value = (!values.is_empty()).then(|| match ind.combine {
        Combine::Mean => {
            // One decimal more than its parts have.
            let decimals = |v: &f64| shown(*v).split_once('.').map_or(0, |(_, d)| d.len());
            let most = values.iter().map(decimals).max().unwrap_or(0) + 1;
            let scale = 10f64.powf(most.min(4) as f64);
            (sum / values.len() as f64 * scale + 1e-7).round() / scale
        }
        Combine::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
        Combine::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Combine::Sum => sum,
    });
    let target = plan
        .indicator_target(ix, period)
        .filter(|_| ind.kind.is_numeric());
    let share = ind
        .schedule
        .share(plan.start, plan.deadline(ix, period), period);
    let at_most = ind.direction == Direction::AtMost;
    let mut item = Item {
        name: ind.name.clone(),
        kind: ind.kind,
        weight: ind.weight,
        state,
        value,
        status: rows
            .first()
            .map(|r| r["status"].clone())
            .unwrap_or_default(),
        goal: target.map_or_else(String::new, |t| {
            format!(
                "{}{}{}",
                if at_most { "≤" } else { "" },
                shown(t),
                ind.unit.text
            )
        }),
        unit: ind.unit.text.clone(),
        rate: None,
        schedule: None,
        exact: None,
        lacks: None,
        grade: "数据待核实",
        due: period >= Period::of(plan.deadline(ix, period)),
        at_most,
        on_its_way: false,
    };
    // 验收材料, which records.csv tells by the grade alone.
    let pending = rows.iter().any(|r| r["grade"] == "已完成待验收");
    let done = if pending {
        "已完成待验收"
    } else {
        "已完成"
    };
    if let (true, Some(target)) = (ind.kind.is_cumulative(), target) {
        let expected = share * target;
        let expected = if ind.kind == Kind::Count {
            (expected + 1e-9).floor()
        } else {
            expected
        };
        let schedule = if target == 0.0 {
            100.0
        } else {
            expected / target * 100.0
        };
        item.schedule = Some(round(schedule));
        if let Some(value) = value {
            let rate = if target == 0.0 {
                100.0
            } else {
                value / target * 100.0
            };
            (item.rate, item.exact) = (Some(round(rate)), Some((rate, schedule)));
        }
    }
    if state != "accepted" {
        item.rate = None;
        return item;
    }
    let unbegun = |month: Period| {
        let at = |m: Period| {
            let share = ind.schedule.share(plan.start, plan.deadline(ix, m), m);
            let whole = ind.kind == Kind::Count;
            if whole {
                (share * target.unwrap_or(0.0) + 1e-9).floor()
            } else {
                share
            }
        };
        let first = Period::of(plan.start);
        let months = month.months_since(first);
        let expected = (0..=months).find(|&n| at(first.plus(n)) > 0.0);
        expected.map_or(0, |n| months - n)
    };
    // `begun`: the department's words, as far as the program's own grade tells them.
    let said = rows
        .iter()
        .any(|r| !r["grade"].is_empty() && r["grade"] != "未启动");
    let ladder = |gap: f64, zero: bool| {
        let g = &plan.grading;
        if item.due {
            "未按期完成"
        } else if zero && gap <= g.tolerance && !said {
            "未启动"
        } else if gap > g.serious
            || zero && unbegun(period) >= i32::try_from(g.unstarted_months.max(1)).unwrap()
        {
            "严重滞后"
        } else if gap > g.tolerance {
            "滞后"
        } else if gap <= -g.ahead {
            "超序时进度"
        } else {
            "达到序时进度"
        }
    };
    item.grade = match (ind.kind, value, target) {
        (Kind::Ongoing, ..) => "持续推进",
        (Kind::Milestone, ..) => match item.status.as_str() {
            "已完成" => done,
            _ if item.due => "未按期完成",
            "未启动" if ind.start_by.is_some_and(|by| period > by) => "滞后",
            "进行中" => "达到序时进度",
            _ => "未启动",
        },
        (Kind::Count | Kind::Quantity, Some(value), Some(target)) => {
            let line = if ind.approximate {
                0.95 * target
            } else {
                target
            };
            if value >= line - 1e-9 * line.abs().max(1.0) {
                done
            } else {
                ladder(item.gap().unwrap(), value <= 0.0)
            }
        }
        (Kind::Level | Kind::Ratio, Some(value), Some(target)) => {
            let lacks = if at_most {
                value - target
            } else {
                target - value
            };
            let line = match (ind.approximate, at_most) {
                (true, false) => 0.95 * target,
                (true, true) => 1.05 * target,
                _ => target,
            };
            let reached = if at_most {
                value <= line + 1e-9
            } else {
                value >= line - 1e-9
            };
            item.lacks = (!reached).then_some(lacks);
            match ind.baseline.filter(|b| (target - b).abs() > 1e-12) {
                _ if reached => "已达标",
                Some(baseline) => {
                    item.on_its_way = true;
                    let rate = (value - baseline) / (target - baseline) * 100.0;
                    ladder(round(round(share * 100.0) - round(rate)), rate <= 0.0)
                }
                None if item.due => "未按期完成",
                None => "未达标",
            }
        }
        _ => item.grade,
    };
    item
}

fn grade(plan: &Plan, items: &[Item], period: Period) -> (&'static str, Option<f64>, Option<f64>) {
    let weight = |of: &mut dyn Iterator<Item = &Item>| of.map(|i| i.weight).sum::<f64>();
    let last = period >= Period::of(plan.end);
    let known: Vec<&Item> = items.iter().filter(|i| i.is_accepted()).collect();
    let all = weight(&mut items.iter());
    let open = weight(&mut items.iter().filter(|i| !i.is_accepted()));
    if known.len() < items.len() && open * 2.0 >= all - 1e-9 {
        return ("数据待核实", None, None);
    }
    let counted: Vec<(f64, (f64, f64))> = known
        .iter()
        .filter_map(|i| Some((i.weight, i.exact?)))
        .collect();
    let whole: f64 = counted.iter().map(|(w, _)| w).sum();
    let mean = |pick: fn(&(f64, f64)) -> f64| {
        (whole > 0.0).then(|| round(counted.iter().map(|(w, e)| w * pick(e)).sum::<f64>() / whole))
    };
    let (rate, schedule) = (mean(|e| e.0.min(100.0)), mean(|e| e.1));
    let rest: Vec<&&Item> = known.iter().filter(|i| i.kind != Kind::Ongoing).collect();
    let any = |grade: &str| rest.iter().any(|i| i.grade == grade);
    let every = |grades: &[&str]| rest.iter().all(|i| grades.contains(&i.grade));
    let g = &plan.grading;
    // What carries half the weight of all that is counted.
    let weighty = |i: &Item| {
        let counted = weight(&mut items.iter().filter(|i| i.kind != Kind::Ongoing));
        i.weight * 2.0 >= counted - 1e-9
    };
    let begun = known
        .iter()
        .any(|i| i.has_begun() || IN_TIME.contains(&i.grade));
    let settled = every(&["已完成", "已完成待验收", "已达标"]);
    let base = || match rate
        .zip(schedule)
        .map(|(rate, schedule)| round(schedule - rate))
    {
        Some(gap) if !begun && gap <= g.tolerance => "未启动",
        Some(gap) if gap > g.serious => "严重滞后",
        Some(gap) if gap > g.tolerance => "滞后",
        Some(gap) if gap <= -g.ahead => "超序时进度",
        Some(_) => "达到序时进度",
        None if any("滞后") => "滞后",
        None if any("未达标") => "未达标",
        None if !begun => "未启动",
        None if every(&["已达标"]) => "已达标",
        None if any("超序时进度") && every(&["超序时进度", "已完成", "已完成待验收", "已达标"]) => {
            "超序时进度"
        }
        None => "达到序时进度",
    };
    let name = if settled && items.iter().any(|i| i.kind == Kind::Ongoing) && !last {
        "持续推进"
    } else if settled && known.len() == items.len() {
        if any("已完成待验收") {
            "已完成待验收"
        } else if !rest.is_empty() && !last && every(&["已达标"]) && rest.iter().any(|i| !i.due)
        {
            "已达标"
        } else {
            "已完成"
        }
    } else if settled && rest.is_empty() {
        "持续推进"
    } else if any("未按期完成") {
        "未按期完成"
    } else if rest.iter().any(|i| i.grade == "严重滞后" && weighty(i)) {
        "严重滞后"
    } else {
        let missed =
            |i: &&&Item| i.grade == "严重滞后" || i.kind == Kind::Milestone && i.grade == "滞后";
        match base() {
            "严重滞后" => "严重滞后",
            _ if rest.iter().any(missed) => "滞后",
            base => base,
        }
    };
    (name, rate, schedule)
}

/// As reports show a value.
pub fn shown(n: f64) -> String {
    let text = format!("{n:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
