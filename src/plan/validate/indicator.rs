//! `[[task.indicator]]`: kind, target, unit, schedule and reporters.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Context, Span, alike, departments, settings};
use crate::plan::catalogue::RuleCode;
use crate::plan::model::{Combine, DeptIx, Direction, Indicator, Kind, Plan, Slot, TaskIx};
use crate::plan::names::key;
use crate::plan::period::Period;
use crate::plan::problem::{Problems, Step, steps};
use crate::plan::raw::{RawIndicator, RawProfile, RawReporter, RawSchedule};
use crate::plan::schedule::Schedule;
use crate::plan::unit::Unit;

/// The task that indicators belong to.
pub(super) struct Owner<'a> {
    pub ix: TaskIx,
    pub no: Option<u32>,
    pub lead: Option<DeptIx>,
    /// Its span ends with the task's own deadline.
    pub cx: Context<'a>,
}

/// Reports mistakes at the keys of one indicator.
struct Report<'p> {
    task: usize,
    n: usize,
    problems: &'p mut Problems,
}

impl Report<'_> {
    fn path(&self, key: &'static str) -> Vec<Step> {
        steps!["task", self.task, "indicator", self.n, key]
    }

    fn at(&mut self, key: &'static str, message: impl Into<String>) {
        let path = self.path(key);
        self.problems.at(path, message);
    }

    /// What is held against this indicator is not told.
    fn doubt(&mut self, ix: usize) {
        self.problems.unsure.insert(ix);
    }

    /// Nor that an id of its task is missing elsewhere.
    fn doubt_id(&mut self, ix: usize) {
        self.doubt(ix);
        self.problems.nameless.insert(self.task);
    }
}

/// Appends a task's indicators and their slots to the plan.
pub(super) fn build(
    raw: Vec<RawIndicator>,
    task: &Owner<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) {
    let mut names: HashMap<String, usize> = HashMap::new();
    for (n, raw) in raw.into_iter().enumerate() {
        let ix = plan.indicators.len();
        let mut report = Report {
            task: task.ix,
            n,
            problems,
        };
        id(&raw, task, ix, plan, &mut report);
        let claims = raw
            .name
            .iter()
            .map(|name| ("name", name))
            .chain(raw.aliases.iter().map(|alias| ("aliases", alias)));
        for (place, name) in claims {
            if let Some(owner) = names.insert(key(name), ix).filter(|owner| *owner != ix) {
                let theirs = plan.indicators.get(owner).into_iter();
                let theirs = theirs.flat_map(|i| std::iter::once(&i.name).chain(&i.aliases));
                let message = alike(name, theirs.map(String::as_str))
                    .unwrap_or_else(|| format!("“{name}”已是本任务另一指标的名称或别名"));
                report.at(place, message);
            }
        }
        let before = report.problems.list.len();
        let unit = unit(&raw, &mut report);
        if raw.kind.is_none() || report.problems.list.len() > before {
            report.doubt(ix);
        }
        let direction = direction(&raw, &mut report);
        if let Some(kind) = raw.kind {
            numbers(&raw, kind, direction, &unit, &mut report);
        }
        let own = deadline(&raw, task.cx.span, &mut report);
        let span = Span {
            end: own.or(task.cx.span.end),
            ..task.cx.span
        };
        let start_by = start_by(&raw, span, &mut report);
        let off = off(&raw.off, task.cx.rules, &mut report);
        let combine = combine(&raw, &mut report);
        let kind = raw.kind.unwrap_or(Kind::Ongoing);
        let schedule = schedule(raw.schedule, kind, span, &mut report);
        let deadline = own.or_else(|| completed_by(&schedule, kind, span));
        let first = plan.slots.len();
        slots(
            raw.reporters,
            raw.kind,
            (raw.target, &unit),
            combine,
            task,
            plan,
            &mut report,
        );
        plan.indicators.push(Indicator {
            id: raw.id.unwrap_or_default(),
            task: task.ix,
            name: raw.name.unwrap_or_default(),
            aliases: raw.aliases,
            kind,
            target: raw.target,
            unit,
            approximate: raw.approximate,
            direction,
            weight: raw.weight,
            baseline: raw.baseline,
            deadline,
            start_by,
            off,
            schedule,
            combine,
            slots: first..plan.slots.len(),
        });
    }
}

fn id(raw: &RawIndicator, task: &Owner<'_>, ix: usize, plan: &mut Plan, report: &mut Report<'_>) {
    let Some(id) = &raw.id else {
        report.doubt_id(ix);
        return;
    };
    let mut is_counted = true;
    if let Some(no) = task.no {
        is_counted = id
            .strip_prefix(&format!("{no}."))
            .is_some_and(|n| n.parse::<u32>().is_ok_and(|v| v > 0 && v.to_string() == n));
        if !is_counted {
            report.at(
                "id",
                format!("第 {no} 项任务的指标编号应为 {no}.1、{no}.2 …，这里是“{id}”"),
            );
            report.doubt_id(ix);
        }
    }
    if plan.indicator_ids.contains_key(id) {
        // An id of another task's kind is one mistake, whoever has it, too.
        if is_counted {
            report.at("id", format!("指标编号“{id}”重复"));
        }
    } else {
        plan.indicator_ids.insert(id.clone(), ix);
    }
}

fn unit(raw: &RawIndicator, report: &mut Report<'_>) -> Unit {
    let written = raw.unit.as_deref().unwrap_or_default().trim();
    let Some(kind) = raw.kind else {
        return Unit::none();
    };
    if !kind.is_numeric() {
        if !written.is_empty() {
            let kind = report.problems.kind(kind);
            report.at("unit", format!("{kind}类指标没有计量单位，请删去"));
        }
        return Unit::none();
    }
    if written.is_empty() {
        let kind = report.problems.kind(kind);
        let key = report.problems.word("（unit）", "");
        report.at("unit", format!("{kind}类指标要有计量单位{key}"));
        return Unit::none();
    }
    let Some(unit) = Unit::parse(written) else {
        report.at(
            "unit",
            format!("不认识计量单位“{written}”，应如 个、公里、万平方米、%"),
        );
        return Unit::none();
    };
    match (kind, unit.is_percent()) {
        (Kind::Ratio, false) => {
            let kind = report.problems.kind(kind);
            report.at(
                "unit",
                format!("{kind}类指标的单位应为 %，这里是“{written}”"),
            );
        }
        (Kind::Count | Kind::Quantity | Kind::Level, true) => {
            let kind = report.problems.word("（kind）应为 ratio", "应为比例");
            report.at("unit", format!("单位为 % 的指标，类型{kind}"));
        }
        _ => {}
    }
    unit
}

fn direction(raw: &RawIndicator, report: &mut Report<'_>) -> Direction {
    let direction = raw.direction.unwrap_or(Direction::AtLeast);
    if direction == Direction::AtMost && raw.kind.is_some_and(|k| !is_standing(k)) {
        let words = report
            .problems
            .word("at_most 只用于 level 和 ratio", "不高于只用于水平和比例");
        report.at(
            "direction",
            format!("{words}类指标：累计数从年初起就不会高于目标"),
        );
    }
    direction
}

/// A level or ratio: its value stands at a height and does not add up.
fn is_standing(kind: Kind) -> bool {
    matches!(kind, Kind::Level | Kind::Ratio)
}

/// What is wrong with a number as a target (or part of one) of this kind; `None` when nothing.
pub(crate) fn target_mistake(
    kind: Kind,
    direction: Direction,
    unit: &Unit,
    target: f64,
) -> Option<&'static str> {
    match kind {
        Kind::Milestone | Kind::Ongoing => Some("节点和持续推进类指标没有数字目标"),
        Kind::Count if target.fract() != 0.0 => Some("个数类指标的目标应为整数"),
        Kind::Ratio if target > unit.whole() => {
            Some("比例类指标的目标按百分数写，不超过 100（40% 写 40），按‰写的不超过 1000")
        }
        _ if target < 0.0 => Some("目标不能为负数"),
        _ if target == 0.0 && direction == Direction::AtLeast => Some("目标应大于 0"),
        _ => None,
    }
}

fn numbers(
    raw: &RawIndicator,
    kind: Kind,
    direction: Direction,
    unit: &Unit,
    report: &mut Report<'_>,
) {
    match raw.target {
        None if kind.is_numeric() => {
            let kind = report.problems.kind(kind);
            let key = report.problems.word("（target）", "");
            report.at("target", format!("{kind}类指标要有年度目标{key}"));
        }
        None => {}
        Some(_) if !kind.is_numeric() => {
            let kind = report.problems.kind(kind);
            let key = report.problems.word(" target", "");
            report.at("target", format!("{kind}类指标没有数字目标，请删去{key}"));
        }
        Some(target) => {
            if let Some(mistake) = target_mistake(kind, direction, unit, target) {
                report.at("target", format!("{mistake}，这里是 {target}"));
            }
        }
    }
    let Some(baseline) = raw.baseline else { return };
    if !is_standing(kind) {
        let kinds = report.problems.word(" level 和 ratio ", "水平和比例");
        report.at("baseline", format!("基期值只用于{kinds}类指标"));
    } else if let Some(target) = raw.target {
        let (fits, expected) = match direction {
            Direction::AtLeast => (baseline < target, "低于"),
            Direction::AtMost => (baseline > target, "高于"),
        };
        if !fits {
            report.at(
                "baseline",
                format!("基期值 {baseline} 应{expected}目标 {target}"),
            );
        }
    }
}

fn deadline(raw: &RawIndicator, span: Span, report: &mut Report<'_>) -> Option<Date> {
    let deadline = raw.deadline.as_ref()?.0;
    if raw.kind == Some(Kind::Ongoing) {
        let kind = report.problems.kind(Kind::Ongoing);
        let key = report.problems.word(" deadline", "");
        report.at("deadline", format!("{kind}类指标没有完成时限，请删去{key}"));
    } else if !span.holds(deadline) {
        let message = format!(
            "完成时限 {deadline} 不在计划开始日期至任务完成时限（{}）之内",
            span.text()
        );
        report.at("deadline", message);
    }
    Some(deadline)
}

/// The day by which a milestone's schedule asks for all of it. A figure's may come to 1 earlier than it is due.
fn completed_by(schedule: &Schedule, kind: Kind, span: Span) -> Option<Date> {
    let Schedule::Points(points) = schedule else {
        return None;
    };
    let (month, _) = points
        .iter()
        .find(|(_, share)| kind == Kind::Milestone && *share >= 1.0)?;
    let day = month.last_day();
    Some(span.end.map_or(day, |end| day.min(end)))
}

fn start_by(raw: &RawIndicator, span: Span, report: &mut Report<'_>) -> Option<Period> {
    let period = raw.start_by?;
    if raw.kind.is_some_and(|k| k != Kind::Milestone) {
        let kind = report.problems.kind(Kind::Milestone);
        report.at(
            "start_by",
            format!(
                "应启动月份只用于{}{kind}类指标",
                report.problems.word(" ", "")
            ),
        );
    } else {
        let path = report.path("start_by");
        span.month(period, || path, false, report.problems);
    }
    Some(period)
}

fn off(codes: &[String], rules: &[RuleCode], report: &mut Report<'_>) -> BTreeSet<String> {
    for (n, code) in codes.iter().enumerate() {
        let path = steps!["task", report.task, "indicator", report.n, "off", n];
        let lowest = settings::rule_code(code, path.clone(), false, rules, report.problems);
        if lowest.is_some() {
            report
                .problems
                .at(path, format!("{code} 不能停用：读不懂的数据不能放行"));
        }
    }
    codes.iter().cloned().collect()
}

fn schedule(raw: Option<RawSchedule>, kind: Kind, span: Span, report: &mut Report<'_>) -> Schedule {
    let raw = match raw {
        None if kind == Kind::Milestone => return Schedule::AtDeadline,
        None | Some(RawSchedule::Profile(RawProfile::Linear)) => return Schedule::Linear,
        Some(RawSchedule::Profile(RawProfile::Works)) => return Schedule::Works,
        Some(RawSchedule::Points(raw)) => raw,
    };
    let (task, n) = (report.task, report.n);
    let at = |period: Period| steps!["task", task, "indicator", n, "schedule", period.to_string()];
    let mut last = 0.0;
    for (&period, &share) in &raw {
        let path = at(period);
        if !span.holds_month(period) {
            let what = report.problems.word("", "所选的序时进度排到 ");
            let message = format!(
                "{what}{period}，不在计划开始日期至完成时限（{}）之内",
                span.text()
            );
            report.problems.key(path, message, None);
            if report.problems.in_workbook {
                // One cell names the whole schedule.
                break;
            }
        } else if !(0.0..=1.0).contains(&share) {
            let help =
                (share > 1.0 && share <= 100.0).then(|| format!("{share}% 写作 {}", share / 100.0));
            report.problems.at_with(
                path,
                format!("序时进度应为 0～1 的比例，这里是 {share}"),
                help,
            );
        } else if share < last {
            report.problems.at(
                path,
                format!("序时进度不能逐月下降：{period} 为 {share}，此前已为 {last}"),
            );
        } else {
            last = share;
        }
    }
    match raw.last_key_value() {
        None => report.at("schedule", "序时进度至少要写一个月份"),
        Some((&period, &share)) if (0.0..1.0).contains(&share) && share >= last => {
            let path = at(period);
            report.problems.at(
                path,
                format!("最后一个月份（{period}）的序时进度应为 1，即全部完成，这里是 {share}"),
            );
        }
        Some(_) => {}
    }
    Schedule::Points(raw.into_iter().collect())
}

fn combine(raw: &RawIndicator, report: &mut Report<'_>) -> Combine {
    let standing = raw.kind.is_some_and(is_standing);
    if standing && raw.combine.is_none() && !raw.reporters.is_empty() {
        let (key, words) = if report.problems.in_workbook {
            (
                "combine",
                "多个单位报送的水平、比例类指标要写明合并方式：合计、平均、最小或最大",
            )
        } else {
            (
                "reporters",
                "多个单位报送的 level、ratio 类指标要写明如何合并：combine = \"sum\"、\"mean\"、\"min\" 或 \"max\"",
            )
        };
        report.at(key, words);
    }
    let combine = raw.combine.unwrap_or(Combine::Sum);
    if raw.kind.is_some() && !standing && combine != Combine::Sum {
        let words = report.problems.word(
            "count、quantity 类指标由各单位的数相加；combine 只用于 level 和 ratio",
            "个数、数量类指标由各单位的数相加，合并方式只用于水平和比例",
        );
        report.at("combine", words);
        return Combine::Sum;
    }
    combine
}

fn slots(
    reporters: Vec<RawReporter>,
    kind: Option<Kind>,
    (target, unit): (Option<f64>, &Unit),
    combine: Combine,
    task: &Owner<'_>,
    plan: &mut Plan,
    report: &mut Report<'_>,
) {
    let indicator = plan.indicators.len();
    if reporters.is_empty() {
        add(
            task.lead.unwrap_or_default(),
            None,
            indicator,
            task.ix,
            plan,
        );
        return;
    }
    plan.slots.reserve(reporters.len());
    // Long lists name the departments in their order.
    let mut next = 0;
    let mut total = Some(0.0);
    for (r, reporter) in reporters.into_iter().enumerate() {
        let at =
            |key: &'static str| steps!["task", task.ix, "indicator", report.n, "reporters", r, key];
        match (kind, reporter.target) {
            (Some(Kind::Count | Kind::Quantity), None) => {
                let message = match &reporter.department {
                    Some(name) if report.problems.in_workbook => {
                        format!("要写明“{name}”承担的目标，如 {name}：12")
                    }
                    _ => "要写明该单位承担的目标（target）".to_owned(),
                };
                report.problems.at(at("target"), message);
            }
            (Some(kind), Some(own)) => {
                // A department may be given nothing to do of a shared target.
                if let Some(mistake) = target_mistake(kind, Direction::AtMost, unit, own) {
                    report
                        .problems
                        .at(at("target"), format!("{mistake}，这里是 {own}"));
                }
            }
            _ => {}
        }
        total = total.zip(reporter.target).map(|(sum, own)| sum + own);
        let Some(id) = reporter.department else {
            continue;
        };
        let department = match plan.departments.get(next) {
            Some(department)
                if department.id == id || report.problems.in_workbook && department.name == id =>
            {
                next
            }
            _ => {
                match departments::find(plan, task.cx, &id, || at("department"), report.problems) {
                    Some(department) => department,
                    None => continue,
                }
            }
        };
        next = department + 1;
        // This indicator's slots are the last that there are.
        let last = plan
            .department_slots
            .get(department)
            .and_then(|own| plan.slots.get(*own.last()?));
        if last.is_some_and(|slot| slot.indicator == indicator) {
            report
                .problems
                .at(at("department"), format!("单位“{id}”在本指标中重复"));
            continue;
        }
        add(department, reporter.target, indicator, task.ix, plan);
    }
    let adds_up = combine == Combine::Sum && kind.is_some_and(Kind::is_cumulative);
    if adds_up
        && let (Some(total), Some(target)) = (total, target)
        && (total - target).abs() > 1e-6 * target.abs().max(1.0)
    {
        report.at(
            "reporters",
            format!(
                "各单位目标之和为 {}，与年度目标 {target} 不等",
                (total * 1e6).round() / 1e6
            ),
        );
    }
}

fn add(department: usize, target: Option<f64>, indicator: usize, task: usize, plan: &mut Plan) {
    let slot = plan.slots.len();
    plan.slots.push(Slot {
        department,
        indicator,
        task,
        target,
    });
    if let Some(own) = plan.department_slots.get_mut(department) {
        own.push(slot);
    }
}
