//! What differs between the plan a notice gives and an existing one.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::mask::fold;
use super::naming::dice;
use super::write::number;
use crate::Joined;
use crate::plan::{Direction, Indicator, Kind, Plan, Relation, Schedule, Slot, Task};

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
    /// Who reports which part of a target.
    Reporters,
    /// Parts that add up to a total.
    Relation,
    /// Any other field of a task or an indicator, by its name.
    Field(&'static str),
    /// An indicator's name.
    Name,
    /// An indicator's id, which follows the text's order.
    Order,
    /// What is expected by when.
    Schedule,
    /// Other names.
    Aliases,
    /// A key of the plan as a whole, or a department's id.
    Settings,
}

impl Aspect {
    /// As people read it.
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
            Self::Reporters => "报送单位和各自的目标",
            Self::Relation => "数量关系",
            Self::Field(label) => label,
            Self::Name => "指标名称",
            Self::Order => "指标编号",
            Self::Schedule => "序时进度",
            Self::Aliases => "别名",
            Self::Settings => "清单设置",
        }
    }

    /// A target, a kind or an indicator, rather than a name or a setting that only a person can give.
    pub fn is_substance(self) -> bool {
        self <= Self::Relation
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
        self.fields(a, b, &[], None, |key, _| (Aspect::Settings, key.to_owned()));
        let decisions = |p: &Plan| {
            [
                ("override", p.overrides.len()),
                ("confirm", p.confirms.len()),
                ("adjust", p.adjusts.len()),
            ]
        };
        for ((key, ours), (_, theirs)) in decisions(a).into_iter().zip(decisions(b)) {
            let [ours, theirs] = [ours, theirs].map(|n| format!("{n}条"));
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
        let aliases = |p: &Plan| {
            let own = p.departments.iter().filter(|d| !d.aliases.is_empty());
            let own = own.map(|d| format!("{}：{}", d.name, d.aliases.join("、")));
            or_none(own.joined("；"))
        };
        self.push(Aspect::Aliases, "责任单位", aliases(a), aliases(b));
    }

    /// Every field that the two have and that `known` does not name: a field that the model gains is compared at once.
    fn fields<T: Serialize>(
        &mut self,
        a: &T,
        b: &T,
        known: &[&str],
        section: Option<&str>,
        place: impl Fn(&str, &'static str) -> (Aspect, String),
    ) {
        let (ours, theirs) = (flat(a), flat(b));
        let keys: Vec<&String> = ours
            .keys()
            .chain(theirs.keys().filter(|key| !ours.contains_key(*key)))
            .collect();
        for key in keys
            .into_iter()
            .filter(|key| !known.contains(&key.as_str()))
        {
            let value = |of: &BTreeMap<String, String>| {
                of.get(key).cloned().unwrap_or_else(|| NONE.to_owned())
            };
            let (aspect, at) = place(key, section.map_or("", |section| label(section, key)));
            self.push(aspect, &at, value(&ours), value(&theirs));
        }
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
        let known = [
            "no",
            "tier",
            "name",
            "text",
            "lead",
            "with",
            "with_others",
            "deadline",
        ];
        self.fields(a, b, &known, Some("task"), |_, label| {
            (Aspect::Field(label), place.to_owned())
        });
        let pairs = self.indicators(a, b);
        let (imported, existing) = (self.imported, self.existing);
        let relations = |task: &Task, id: &dyn Fn(usize) -> String| {
            let relation = |r: &Relation| {
                let parts = r.left.iter().map(|&ix| id(ix)).joined(" + ");
                format!("{} = {}", parts, id(r.right))
            };
            let mut all: Vec<String> = task.relations.iter().map(relation).collect();
            all.sort();
            or_none(all.join("；"))
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
        let aliases = |i: &Indicator| or_none(i.aliases.join("、"));
        let known = [
            "id",
            "task",
            "name",
            "aliases",
            "kind",
            "target",
            "unit",
            "approximate",
            "direction",
            "schedule",
        ];
        self.fields(x, y, &known, Some("indicator"), |_, label| {
            (Aspect::Field(label), x.id.clone())
        });
        let ours = reporters(self.imported, x);
        self.push(Aspect::Reporters, &x.id, ours, reporters(self.existing, y));
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

/// Who reports an indicator, where that is more than its task's lead.
fn reporters(plan: &Plan, indicator: &Indicator) -> String {
    let slots = &plan.slots[indicator.slots.clone()];
    let part = |slot: &Slot| {
        let name = &plan.departments[slot.department].name;
        let target = slot.target.map(number).unwrap_or_default();
        format!("{name}{target}")
    };
    let is_lead =
        |slot: &Slot| slot.department == plan.tasks[slot.task].lead && slot.target.is_none();
    if slots.iter().all(is_lead) {
        return "责任单位".to_owned();
    }
    slots.iter().map(part).joined("、")
}

/// The fields of a part of the plan as texts; those of a table within it by `table.key`.
fn flat(value: &impl Serialize) -> BTreeMap<String, String> {
    fn put(key: &str, value: &Value, out: &mut BTreeMap<String, String>) {
        if let Value::Object(table) = value {
            for (inner, value) in table {
                let key = if key.is_empty() {
                    inner.clone()
                } else {
                    format!("{key}.{inner}")
                };
                put(&key, value, out);
            }
        } else {
            out.insert(key.to_owned(), said(value));
        }
    }
    let mut out = BTreeMap::new();
    put(
        "",
        &serde_json::to_value(value).unwrap_or_default(),
        &mut out,
    );
    out
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(n) => n.as_f64().map_or_else(|| n.to_string(), number),
        Value::String(text) => or_none(text.clone()),
        Value::Array(list) => or_none(list.iter().map(said).joined("、")),
        Value::Object(_) => value.to_string(),
    }
}

/// What the schema calls a key; the key itself where it does not.
fn label(section: &str, key: &str) -> &'static str {
    let described = crate::plan::schema::tidied()
        .pointer(&format!("/$defs/{section}/properties"))
        .and_then(Value::as_object)
        .and_then(|keys| keys.get_key_value(key));
    let Some((key, schema)) = described else {
        return "其他内容";
    };
    let said = schema.get("description").and_then(Value::as_str);
    said.and_then(|said| said.split(['；', '，', '（']).next())
        .unwrap_or(key)
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        NONE.to_owned()
    } else {
        text
    }
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
            .joined("、"),
    }
}

/// The differences as people read them: first whatever concerns targets, kinds and departments, then what only a person
/// can give. Aspects that differ in the same way at many places take one line.
pub fn in_words(differences: &[Difference]) -> String {
    let mut out = String::new();
    let substance = differences
        .iter()
        .filter(|d| d.aspect.is_substance())
        .count();
    if substance == 0 {
        out.push_str("任务、分级、责任单位、指标、类型、目标、单位、约数和数量关系：没有不同。\n");
    } else {
        put!(
            out,
            "任务、责任单位、指标或目标有 {substance} 处不同（列在前面）。\n"
        );
    }
    let mut rest = differences;
    while let Some(first) = rest.first() {
        let (group, more) =
            rest.split_at(rest.iter().take_while(|d| d.aspect == first.aspect).count());
        rest = more;
        put!(out, "\n{}（{}处）\n", first.aspect.label(), group.len());
        let mut ways: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for d in group {
            ways.entry((&d.imported, &d.existing))
                .or_default()
                .push(&d.place);
        }
        if first.aspect == Aspect::Aliases && group.iter().all(|d| d.imported == NONE) {
            let places = group.iter().map(|d| d.place.as_str()).joined("、");
            put!(out, "- 清单补了别名：{}\n", places);
        } else if ways.len() * 2 <= group.len() {
            for ((imported, existing), places) in ways {
                put!(out, "- {imported} → {existing}：{}\n", places.join("、"));
            }
        } else {
            for d in group {
                put!(out, "- {}：{} → {}\n", d.place, d.imported, d.existing);
            }
        }
    }
    out
}
