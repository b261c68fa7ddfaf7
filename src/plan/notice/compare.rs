//! What differs between the plan a notice gives and an existing one.

use std::collections::BTreeMap;

use super::mask::fold;
use super::naming::dice;
use super::write::number;
use crate::plan::{Direction, Indicator, Kind, Plan, Relation, Schedule, Task};

/// What kind of thing differs; in this order they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// A task that only one plan has, its name or its number.
    Task,
    /// 分级.
    Tier,
    /// The lead, and the bodies that cooperate.
    Department,
    /// The notice's words.
    Text,
    /// A task's own deadline.
    Deadline,
    /// Only the notice has it.
    MissingIndicator,
    /// Only the existing plan has it.
    ExtraIndicator,
    /// Count, quantity, level, ratio, milestone or ongoing work.
    Kind,
    /// The target and its unit.
    Target,
    /// Whether the target is an approximate one (约).
    Approximate,
    /// At least or at most.
    Direction,
    /// Parts that add up to a total.
    Relation,
    /// An indicator's name.
    Name,
    /// An indicator's id, which follows the text's order.
    Order,
    /// What is expected by when.
    Schedule,
    /// How many aliases there are.
    Aliases,
    /// A key of the plan as a whole, or a department's id.
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
    /// What differs.
    pub aspect: Aspect,
    /// `第14项`, `14.1`, or a setting's name.
    pub place: String,
    /// As the notice has it.
    pub imported: String,
    /// As the existing plan has it.
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
        let settings = |p: &Plan| {
            [
                ("title", p.title.clone()),
                ("short_title", p.short_title.clone()),
                ("issuer", p.issuer.clone()),
                ("id", p.id.clone()),
                ("start", p.start.to_string()),
                ("end", p.end.to_string()),
                ("due_day", p.due_day.to_string()),
                ("first_period", shown(p.first_period.as_ref())),
                ("briefing.name", shown(p.briefing.name.as_ref())),
            ]
        };
        for ((key, ours), (_, theirs)) in settings(a).into_iter().zip(settings(b)) {
            self.push(Aspect::Settings, key, ours, theirs);
        }
        let renamed: Vec<String> = a
            .departments
            .iter()
            .filter_map(|d| {
                let theirs = b.departments.iter().rev().find(|t| t.name == d.name)?;
                (theirs.id != d.id).then(|| format!("{} → {}（{}）", d.id, theirs.id, d.name))
            })
            .collect();
        if !renamed.is_empty() {
            let ours = format!("{}个单位用顺序号", renamed.len());
            self.push(Aspect::Settings, "department.id", ours, renamed.join("、"));
        }
        let count = |p: &Plan| p.departments.iter().map(|d| d.aliases.len()).sum::<usize>();
        let [ours, theirs] = [a, b].map(|plan| format!("{}个", count(plan)));
        self.push(Aspect::Aliases, "责任单位", ours, theirs);
    }

    fn tasks(&mut self) {
        let mut left: Vec<&Task> = self.existing.tasks.iter().collect();
        for task in &self.imported.tasks {
            let place = format!("第{}项", task.no);
            let same = left
                .iter()
                .position(|t| fold(&t.name) == fold(&task.name))
                .or_else(|| left.iter().position(|t| t.no == task.no));
            match same {
                Some(found) => self.task(&place, task, left.remove(found)),
                None => self.push(Aspect::Task, &place, &task.name, NONE),
            }
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
            let name = |ix: usize| p.departments[ix].name.clone();
            let with = t.with.iter().map(|&ix| name(ix));
            let mut with: Vec<String> = with.chain(t.with_others.iter().cloned()).collect();
            with.sort();
            if with.is_empty() {
                name(t.lead)
            } else {
                format!("{}（会同{}）", name(t.lead), with.join("、"))
            }
        };
        let ours = bodies(self.imported, a);
        self.push(Aspect::Department, place, ours, bodies(self.existing, b));
        let day = |t: &Task| {
            t.deadline
                .map_or_else(|| "年底".to_owned(), |d| d.to_string())
        };
        self.push(Aspect::Deadline, place, day(a), day(b));
        let pairs = self.indicators(a, b);
        let (imported, existing) = (self.imported, self.existing);
        let relations = |task: &Task, id: &dyn Fn(usize) -> String| {
            let relation = |r: &Relation| {
                let parts: Vec<String> = r.left.iter().map(|&ix| id(ix)).collect();
                format!("{} = {}", parts.join(" + "), id(r.right))
            };
            let mut all: Vec<String> = task.relations.iter().map(relation).collect();
            all.sort();
            shown((!all.is_empty()).then(|| all.join("；")).as_ref())
        };
        // The existing plan's by the ids that the notice gives.
        let ours = relations(a, &|ix| imported.indicators[ix].id.clone());
        let theirs = relations(
            b,
            &|ix| match pairs.iter().find(|(_, other)| *other == ix) {
                Some(&(own, _)) => imported.indicators[own].id.clone(),
                None => existing.indicators[ix].id.clone(),
            },
        );
        self.push(Aspect::Relation, place, ours, theirs);
    }

    /// Pairs the indicators of one task: figures by target and unit, the rest by the likeness of their names.
    fn indicators(&mut self, a: &Task, b: &Task) -> Vec<(usize, usize)> {
        let (ours, theirs) = (&self.imported.indicators, &self.existing.indicators);
        let mut left: Vec<usize> = b.indicators.clone().collect();
        let mut open: Vec<usize> = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        let is_same_figure = |x: &Indicator, y: &Indicator| {
            let (Some(p), Some(q)) = (x.target, y.target) else {
                return false;
            };
            let converted = x.unit.convert(p, &y.unit);
            converted.is_some_and(|p| (p - q).abs() <= 1e-9 * q.abs().max(1.0))
        };
        for ix in a.indicators.clone() {
            // Of several with the same figure, the likest name.
            let like = |other: usize| likeness(&ours[ix].name, &theirs[other]);
            let likest = left
                .iter()
                .enumerate()
                .filter(|(_, other)| is_same_figure(&ours[ix], &theirs[**other]))
                .max_by(|p, q| like(*p.1).total_cmp(&like(*q.1)).then(q.0.cmp(&p.0)))
                .map(|(n, _)| n);
            match likest {
                Some(n) => pairs.push((ix, left.remove(n))),
                None => open.push(ix),
            }
        }
        // What is left: the likest pair first.
        let mut scored: Vec<(f64, usize, usize)> = Vec::new();
        for &ix in open.iter().take(200) {
            for &other in left.iter().take(200) {
                let (x, y) = (&ours[ix], &theirs[other]);
                let bonus = if x.kind == y.kind { 0.1 } else { 0.0 };
                scored.push((likeness(&x.name, y) + bonus, ix, other));
            }
        }
        scored.sort_by(|p, q| q.0.total_cmp(&p.0).then(p.1.cmp(&q.1)).then(p.2.cmp(&q.2)));
        for (score, ix, other) in scored {
            if score >= 0.6 && open.contains(&ix) && left.contains(&other) {
                pairs.push((ix, other));
                open.retain(|o| *o != ix);
                left.retain(|o| *o != other);
            }
        }
        // Names with nothing in common: the same kinds in the same order.
        for kind in [Kind::Milestone, Kind::Ongoing] {
            let of = |list: &[usize], all: &[Indicator]| -> Vec<usize> {
                let of_kind = list.iter().filter(|ix| all[**ix].kind == kind);
                of_kind.copied().collect()
            };
            let (own, other) = (of(&open, ours), of(&left, theirs));
            if own.len() == other.len() {
                open.retain(|ix| !own.contains(ix));
                left.retain(|ix| !other.contains(ix));
                pairs.extend(own.into_iter().zip(other));
            }
        }
        pairs.sort_unstable();
        for &(ix, other) in &pairs {
            self.indicator(&ours[ix], &theirs[other]);
        }
        for x in open.into_iter().map(|ix| &ours[ix]) {
            self.push(Aspect::MissingIndicator, &x.id, described(x), NONE);
        }
        for y in left.into_iter().map(|ix| &theirs[ix]) {
            self.push(Aspect::ExtraIndicator, &y.id, NONE, described(y));
        }
        pairs
    }

    fn indicator(&mut self, x: &Indicator, y: &Indicator) {
        let yes = |i: &Indicator| if i.approximate { "是" } else { "否" };
        let way = |i: &Indicator| match i.direction {
            Direction::AtMost => "不高于",
            Direction::AtLeast => "不低于",
        };
        let aliases = |i: &Indicator| format!("{}个", i.aliases.len());
        for (aspect, ours, theirs) in [
            (Aspect::Kind, x.kind.as_str().into(), y.kind.as_str().into()),
            (Aspect::Target, figure(x), figure(y)),
            (Aspect::Approximate, yes(x).into(), yes(y).into()),
            (Aspect::Direction, way(x).into(), way(y).into()),
            (Aspect::Name, x.name.clone(), y.name.clone()),
            (Aspect::Order, x.id.clone(), y.id.clone()),
            (Aspect::Schedule, schedule(x), schedule(y)),
            (Aspect::Aliases, aliases(x), aliases(y)),
        ] {
            self.push(aspect, &x.id, ours, theirs);
        }
    }
}

fn shown(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| NONE.to_owned(), ToString::to_string)
}

/// Only ever used to show two indicators side by side.
fn likeness(name: &str, other: &Indicator) -> f64 {
    std::iter::once(&other.name)
        .chain(&other.aliases)
        .map(|n| dice(name, n))
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
