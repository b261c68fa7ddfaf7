//! What differs between the plan a notice gives and an existing one.

use std::collections::BTreeMap;

use super::mask::fold;
use super::write::number;
use crate::plan::{Direction, Indicator, Kind, Plan, Schedule, Task};

/// What kind of thing differs; in this order they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    Task,
    Tier,
    Department,
    Text,
    Deadline,
    MissingIndicator,
    ExtraIndicator,
    Kind,
    Target,
    Approximate,
    Direction,
    Relation,
    Name,
    Order,
    Schedule,
    Aliases,
    Settings,
}

impl Aspect {
    /// As people read it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Task => "任务",
            Self::Tier => "分级",
            Self::Department => "责任单位和会同单位",
            Self::Text => "工作任务原文",
            Self::Deadline => "完成时限",
            Self::MissingIndicator => "导入有、清单没有的指标",
            Self::ExtraIndicator => "清单有、导入没有的指标",
            Self::Kind => "指标类型",
            Self::Target => "目标和单位",
            Self::Approximate => "约数",
            Self::Direction => "方向（不低于、不高于）",
            Self::Relation => "数量关系",
            Self::Name => "指标名称",
            Self::Order => "指标编号",
            Self::Schedule => "序时进度",
            Self::Aliases => "别名",
            Self::Settings => "清单设置",
        }
    }

    /// A target, a kind or an indicator, rather than a name or a setting that only a person can give.
    #[must_use]
    pub fn is_substance(self) -> bool {
        self < Self::Name
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub aspect: Aspect,
    /// `第14项`, `14.1`, or a setting's name.
    pub place: String,
    pub imported: String,
    pub existing: String,
}

/// Everything in which `existing` differs from `imported`, by aspect and then in the plan's order.
#[must_use]
pub fn compare(imported: &Plan, existing: &Plan) -> Vec<Difference> {
    let mut out = Compare {
        imported,
        existing,
        found: Vec::new(),
    };
    out.settings();
    out.tasks();
    out.found.sort_by_key(|d| d.aspect);
    out.found
}

struct Compare<'p> {
    imported: &'p Plan,
    existing: &'p Plan,
    found: Vec<Difference>,
}

const NONE: &str = "（无）";

impl Compare<'_> {
    fn push(
        &mut self,
        aspect: Aspect,
        place: &str,
        imported: impl Into<String>,
        existing: impl Into<String>,
    ) {
        let (imported, existing) = (imported.into(), existing.into());
        if imported != existing {
            self.found.push(Difference {
                aspect,
                place: place.to_owned(),
                imported,
                existing,
            });
        }
    }

    fn settings(&mut self) {
        let (a, b) = (self.imported, self.existing);
        self.push(Aspect::Settings, "title", &a.title, &b.title);
        self.push(
            Aspect::Settings,
            "short_title",
            &a.short_title,
            &b.short_title,
        );
        self.push(Aspect::Settings, "issuer", &a.issuer, &b.issuer);
        self.push(Aspect::Settings, "id", &a.id, &b.id);
        self.push(
            Aspect::Settings,
            "start",
            a.start.to_string(),
            b.start.to_string(),
        );
        self.push(
            Aspect::Settings,
            "end",
            a.end.to_string(),
            b.end.to_string(),
        );
        self.push(
            Aspect::Settings,
            "due_day",
            a.due_day.to_string(),
            b.due_day.to_string(),
        );
        let first = |p: &Plan| {
            p.first_period
                .map_or_else(|| NONE.to_owned(), |p| p.to_string())
        };
        self.push(Aspect::Settings, "first_period", first(a), first(b));
        let name = |p: &Plan| p.briefing.name.clone().unwrap_or_else(|| NONE.to_owned());
        self.push(Aspect::Settings, "briefing.name", name(a), name(b));
        let ids: BTreeMap<&str, &str> = b
            .departments
            .iter()
            .map(|d| (d.name.as_str(), d.id.as_str()))
            .collect();
        let renamed: Vec<String> = a
            .departments
            .iter()
            .filter_map(|d| {
                ids.get(d.name.as_str())
                    .filter(|id| **id != d.id)
                    .map(|id| format!("{} → {id}（{}）", d.id, d.name))
            })
            .collect();
        if !renamed.is_empty() {
            self.push(
                Aspect::Settings,
                "department.id",
                format!("{}个单位用顺序号", renamed.len()),
                renamed.join("、"),
            );
        }
        let count = |p: &Plan| p.departments.iter().map(|d| d.aliases.len()).sum::<usize>();
        self.push(
            Aspect::Aliases,
            "责任单位",
            format!("{}个", count(a)),
            format!("{}个", count(b)),
        );
    }

    fn tasks(&mut self) {
        let (a, b) = (self.imported, self.existing);
        let mut left: Vec<&Task> = b.tasks.iter().collect();
        for task in &a.tasks {
            let place = format!("第{}项", task.no);
            let same = left
                .iter()
                .position(|t| fold(&t.name) == fold(&task.name))
                .or_else(|| left.iter().position(|t| t.no == task.no));
            let Some(found) = same else {
                self.push(Aspect::Task, &place, &task.name, NONE);
                continue;
            };
            let other = left.remove(found);
            self.task(&place, task, other);
        }
        for task in left {
            self.push(Aspect::Task, &format!("第{}项", task.no), NONE, &task.name);
        }
    }

    fn task(&mut self, place: &str, a: &Task, b: &Task) {
        self.push(Aspect::Task, place, &a.name, &b.name);
        self.push(Aspect::Task, place, a.no.to_string(), b.no.to_string());
        self.push(Aspect::Tier, place, &a.tier, &b.tier);
        self.push(Aspect::Text, place, &a.text, &b.text);
        let bodies = |p: &Plan, t: &Task| {
            let name = |ix: &usize| {
                p.departments
                    .get(*ix)
                    .map_or_else(String::new, |d| d.name.clone())
            };
            let mut with: Vec<String> = t
                .with
                .iter()
                .map(name)
                .chain(t.with_others.iter().cloned())
                .collect();
            with.sort();
            if with.is_empty() {
                name(&t.lead)
            } else {
                format!("{}（会同{}）", name(&t.lead), with.join("、"))
            }
        };
        self.push(
            Aspect::Department,
            place,
            bodies(self.imported, a),
            bodies(self.existing, b),
        );
        let day = |t: &Task| {
            t.deadline
                .map_or_else(|| "年底".to_owned(), |d| d.to_string())
        };
        self.push(Aspect::Deadline, place, day(a), day(b));
        let pairs = self.indicators(a, b);
        let relation = |p: &Plan, t: &Task, other: bool| {
            let id = |ix: &usize| {
                let own = pairs
                    .iter()
                    .find(|(x, y)| if other { y == ix } else { x == ix })
                    .map_or(*ix, |(x, _)| *x);
                let plan = if pairs.is_empty() { p } else { self.imported };
                plan.indicators
                    .get(own)
                    .map_or_else(String::new, |i| i.id.clone())
            };
            let mut all: Vec<String> = t
                .relations
                .iter()
                .map(|r| {
                    format!(
                        "{} = {}",
                        r.left.iter().map(id).collect::<Vec<_>>().join(" + "),
                        id(&r.right)
                    )
                })
                .collect();
            all.sort();
            if all.is_empty() {
                NONE.to_owned()
            } else {
                all.join("；")
            }
        };
        let (ours, theirs) = (
            relation(self.imported, a, false),
            relation(self.existing, b, true),
        );
        self.push(Aspect::Relation, place, ours, theirs);
    }

    /// Pairs the indicators of one task: figures by target and unit, the rest by the likeness of their names.
    fn indicators(&mut self, a: &Task, b: &Task) -> Vec<(usize, usize)> {
        let (imported, existing) = (self.imported, self.existing);
        let ours = |ix: usize| imported.indicators.get(ix);
        let theirs = |ix: usize| existing.indicators.get(ix);
        let mut left: Vec<usize> = b.indicators.clone().collect();
        let mut open: Vec<usize> = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        let same_figure = |x: &Indicator, y: &Indicator| {
            x.target.is_some()
                && x.target.zip(y.target).is_some_and(|(p, q)| {
                    x.unit
                        .convert(p, &y.unit)
                        .is_some_and(|p| (p - q).abs() <= 1e-9 * q.abs().max(1.0))
                })
        };
        for ix in a.indicators.clone() {
            let found = ours(ix).and_then(|x| {
                let fits = |y: &Indicator| same_figure(x, y);
                // Of several with the same figure, the likest name.
                let likest = left
                    .iter()
                    .enumerate()
                    .filter(|(_, y)| theirs(**y).is_some_and(fits))
                    .max_by(|p, q| {
                        let like = |n: usize| theirs(n).map_or(0.0, |y| likeness(&x.name, y));
                        like(*p.1).total_cmp(&like(*q.1)).then(q.0.cmp(&p.0))
                    });
                likest.map(|(n, _)| n)
            });
            match found {
                Some(n) => pairs.push((ix, left.remove(n))),
                None => open.push(ix),
            }
        }
        // What is left: the likest pair first.
        let mut scored: Vec<(f64, usize, usize)> = Vec::new();
        for &ix in open.iter().take(200) {
            for &other in left.iter().take(200) {
                if let (Some(x), Some(y)) = (ours(ix), theirs(other)) {
                    let bonus = if x.kind == y.kind { 0.1 } else { 0.0 };
                    scored.push((likeness(&x.name, y) + bonus, ix, other));
                }
            }
        }
        scored.sort_by(|p, q| q.0.total_cmp(&p.0).then(p.1.cmp(&q.1)).then(p.2.cmp(&q.2)));
        for (score, ix, other) in scored {
            if score >= 0.3 && open.contains(&ix) && left.contains(&other) {
                pairs.push((ix, other));
                open.retain(|o| *o != ix);
                left.retain(|o| *o != other);
            }
        }
        // Names with nothing in common: the same kinds in the same order.
        for kind in [Kind::Milestone, Kind::Ongoing] {
            let of =
                |ix: &usize, plan: &Plan| plan.indicators.get(*ix).is_some_and(|i| i.kind == kind);
            let ours: Vec<usize> = open.iter().copied().filter(|ix| of(ix, imported)).collect();
            let theirs: Vec<usize> = left.iter().copied().filter(|ix| of(ix, existing)).collect();
            if ours.len() == theirs.len() {
                open.retain(|ix| !ours.contains(ix));
                left.retain(|ix| !theirs.contains(ix));
                pairs.extend(ours.into_iter().zip(theirs));
            }
        }
        pairs.sort_unstable();
        for &(ix, other) in &pairs {
            if let (Some(x), Some(y)) = (ours(ix), theirs(other)) {
                self.indicator(x, y);
            }
        }
        for ix in open {
            if let Some(x) = ours(ix) {
                self.push(Aspect::MissingIndicator, &x.id, described(x), NONE);
            }
        }
        for other in left {
            if let Some(y) = theirs(other) {
                self.push(Aspect::ExtraIndicator, &y.id, NONE, described(y));
            }
        }
        pairs
    }

    fn indicator(&mut self, x: &Indicator, y: &Indicator) {
        let place = x.id.as_str();
        self.push(Aspect::Kind, place, x.kind.as_str(), y.kind.as_str());
        self.push(Aspect::Target, place, figure(x), figure(y));
        let yes = |b: bool| if b { "是" } else { "否" };
        self.push(
            Aspect::Approximate,
            place,
            yes(x.approximate),
            yes(y.approximate),
        );
        let way = |d: Direction| {
            if d == Direction::AtMost {
                "不高于"
            } else {
                "不低于"
            }
        };
        self.push(Aspect::Direction, place, way(x.direction), way(y.direction));
        self.push(Aspect::Name, place, &x.name, &y.name);
        self.push(Aspect::Order, place, &x.id, &y.id);
        self.push(Aspect::Schedule, place, schedule(x), schedule(y));
        self.push(
            Aspect::Aliases,
            place,
            format!("{}个", x.aliases.len()),
            format!("{}个", y.aliases.len()),
        );
    }
}

/// Only ever used to show two indicators side by side.
fn likeness(name: &str, other: &Indicator) -> f64 {
    std::iter::once(&other.name)
        .chain(&other.aliases)
        .map(|n| strsim::sorensen_dice(name, n))
        .fold(0.0, f64::max)
}

fn figure(i: &Indicator) -> String {
    i.target
        .map_or_else(|| NONE.to_owned(), |t| format!("{}{}", number(t), i.unit))
}

fn described(i: &Indicator) -> String {
    match i.target {
        Some(_) => format!("{}（{}，{}）", i.name, i.kind.as_str(), figure(i)),
        None => format!("{}（{}）", i.name, i.kind.as_str()),
    }
}

fn schedule(i: &Indicator) -> String {
    match &i.schedule {
        Schedule::Linear => "linear".to_owned(),
        Schedule::Works => "works".to_owned(),
        Schedule::AtDeadline => "按完成时限".to_owned(),
        Schedule::Points(points) => points
            .iter()
            .map(|(p, s)| format!("{p} {}%", number(s * 100.0)))
            .collect::<Vec<_>>()
            .join("、"),
    }
}

/// The differences as people read them: first whatever concerns targets, kinds and departments, then what only a person
/// can give. Aspects that differ in the same way at many places take one line.
#[must_use]
pub fn in_words(differences: &[Difference]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let substance = differences
        .iter()
        .filter(|d| d.aspect.is_substance())
        .count();
    if substance == 0 {
        out.push_str("任务、分级、责任单位、指标、类型、目标、单位、约数和数量关系：没有不同。\n");
    } else {
        let _ = writeln!(
            out,
            "任务、责任单位、指标或目标有 {substance} 处不同（列在前面）。"
        );
    }
    let mut rest = differences;
    while let Some(first) = rest.first() {
        let (group, more) =
            rest.split_at(rest.iter().take_while(|d| d.aspect == first.aspect).count());
        rest = more;
        let _ = writeln!(out, "\n{}（{}处）", first.aspect.label(), group.len());
        let mut ways: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for d in group {
            ways.entry((&d.imported, &d.existing))
                .or_default()
                .push(&d.place);
        }
        if first.aspect == Aspect::Aliases {
            let places: Vec<&str> = group.iter().map(|d| d.place.as_str()).collect();
            let _ = writeln!(out, "- 清单补了别名：{}", places.join("、"));
        } else if ways.len() * 2 <= group.len() {
            for ((imported, existing), places) in ways {
                let _ = writeln!(out, "- {imported} → {existing}：{}", places.join("、"));
            }
        } else {
            for d in group {
                let _ = writeln!(out, "- {}：{} → {}", d.place, d.imported, d.existing);
            }
        }
    }
    out
}
