//! The template's data: one month's facts as words.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;

use super::annex::{self, Row};
use super::pages::{Body, fit};
use super::rows::Rows;
use super::sentences::laggards::{Laggard, listed, opening, remainder};
use super::sentences::{Context, advice, overview, problems};
use super::{BriefingOptions, Office};
use crate::combine::Facts;
use crate::combine::facts::TaskFacts;
use crate::plan::{Grade, chinese_date};

/// Everything a template can use, in words.
#[derive(Debug, Clone)]
pub struct Model {
    pub title: String,
    pub author: String,
    pub root: BTreeMap<&'static str, Item>,
    pub rows: Vec<Row>,
    pub overflow: Vec<Laggard>,
    pub date: jiff::civil::Date,
}

/// A value of the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Text(String),
    Flag(bool),
    List(Vec<Item>),
    Rows(Arc<Rows<6>>),
    Group(BTreeMap<&'static str, Item>),
}

impl Item {
    pub fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Flag(flag) => Value::from(*flag),
            Self::List(items) => Value::from(items.iter().map(Self::value).collect::<Vec<_>>()),
            Self::Rows(rows) => Value::from_dyn_object(Arc::clone(rows)),
            Self::Group(items) => items
                .iter()
                .map(|(name, item)| ((*name).to_owned(), item.value()))
                .collect::<BTreeMap<_, _>>()
                .into(),
        }
    }
}

impl From<String> for Item {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Item {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Item {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<String>> for Item {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}

impl Model {
    pub fn new(facts: &Facts, office: Office<'_>, options: &BriefingOptions) -> Self {
        let c = Context { facts, office };
        let (overall, faults, advice) = (
            overview::paragraphs(c),
            problems::paragraphs(c),
            advice::paragraphs(c),
        );
        let tasks = c.laggards();
        let (opening, listed) = (opening(c, &tasks), listed(c));
        let draft = options.draft || facts.draft;
        let (body, laggards, told) = fit(c, &tasks, |moving| Body {
            overall: overall.clone(),
            opening: opening.clone(),
            listed: listed.clone(),
            moving,
            faults: faults.clone(),
            advice: advice.clone(),
            draft,
        });
        let overflow = laggards.get(told..).unwrap_or_default().to_vec();
        let remainder = remainder(tasks.get(told..).unwrap_or_default(), 2) + &listed;

        let mut root: BTreeMap<&'static str, Item> = head(c, options);
        let title = text(&root, "简报名称");
        root.insert("总体情况", body.overall.into());
        root.insert("滞后概述", body.opening.into());
        root.insert(
            "滞后项目",
            Item::List(laggards.iter().take(told).map(laggard_item).collect()),
        );
        root.insert(
            "滞后附表",
            Item::List(overflow.iter().map(laggard_item).collect()),
        );
        root.insert("滞后其余", remainder.into());
        root.insert("进展", body.moving.into());
        root.insert("存在问题", body.faults.into());
        root.insert("建议", body.advice.into());
        root.insert("有滞后附表", (!overflow.is_empty()).into());
        let names = annexes(c, &overflow);
        root.insert(
            "附件清单",
            names
                .iter()
                .enumerate()
                .map(|(ix, name)| format!("{}.{name}", ix + 1))
                .collect::<Vec<_>>()
                .join("\n")
                .into(),
        );
        root.insert("图附件号", names.len().to_string().into());
        let rows: Vec<Row> = facts.tasks.iter().map(|t| annex::row(c, t)).collect();
        root.insert("项目", Item::List(rows.iter().map(row_item).collect()));
        root.insert("单位", Item::Rows(Arc::new(departments(facts))));
        root.insert("统计", counts(facts));
        Self {
            title: format!("{title}（{}）", facts.period.chinese()),
            author: office.issuer.to_owned(),
            root,
            rows,
            overflow,
            date: options.date.unwrap_or(facts.date),
        }
    }

    pub fn values(&self) -> BTreeMap<String, Value> {
        self.root
            .iter()
            .map(|(name, item)| ((*name).to_owned(), item.value()))
            .collect()
    }
}

fn text(root: &BTreeMap<&'static str, Item>, name: &str) -> String {
    match root.get(name) {
        Some(Item::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn annexes(c: Context<'_>, overflow: &[Laggard]) -> Vec<String> {
    let subject = c.office.short_title;
    let mut names = vec![format!("{subject}进展情况一览表")];
    if !overflow.is_empty() {
        names.push("滞后项目情况表".to_owned());
    }
    names.push(format!("{subject}完成率与序时进度对照图"));
    names
}

/// Head and foot. What the office has not given stays visibly open.
fn head(c: Context<'_>, options: &BriefingOptions) -> BTreeMap<&'static str, Item> {
    let (facts, office) = (c.facts, c.office);
    let b = office.briefing;
    let period = facts.period;
    let open = || "〔　　　　〕".to_owned();
    let first = |own: &Option<String>, plans: Option<&String>| {
        own.as_ref()
            .or(plans)
            .filter(|s| !s.trim().is_empty())
            .cloned()
    };
    let issue = first(&options.issue_number, b.numbers.get(&period))
        .map_or_else(|| "第〔　　〕期".to_owned(), |n| format!("第 {n} 期"));
    let list = |own: &[String], plans: &[String]| {
        let names = if own.is_empty() { plans } else { own };
        if names.is_empty() {
            open()
        } else {
            names.join("，")
        }
    };
    let year = period.year().to_string();
    let month = if office.title.contains(&year) {
        format!("{}月", period.month())
    } else {
        period.chinese()
    };
    let date = options.date.unwrap_or(facts.date);
    [
        (
            "简报名称",
            b.name
                .clone()
                .unwrap_or_else(|| format!("{}推进情况简报", office.short_title))
                .into(),
        ),
        ("征求意见稿", (options.draft || facts.draft).into()),
        ("期号", issue.into()),
        (
            "文号",
            first(&options.document_number, b.document_numbers.get(&period))
                .unwrap_or_else(open)
                .into(),
        ),
        (
            "签发人",
            first(&options.signer, b.signer.as_ref())
                .unwrap_or_else(open)
                .into(),
        ),
        ("编发单位", office.issuer.into()),
        ("日期", chinese_date(date).into()),
        ("标题", format!("{}\n{month}推进情况", office.title).into()),
        ("事项", office.short_title.into()),
        ("年份", format!("{}年", period.year()).into()),
        ("月份", format!("{}月", period.month()).into()),
        ("期间", period.chinese().into()),
        ("截至", c.until().into()),
        ("报", list(&options.to, &b.to).into()),
        ("送", list(&options.send, &b.send).into()),
        ("发", list(&options.distribute, &b.distribute).into()),
        (
            "印数",
            options
                .copies
                .or(b.copies)
                .map_or_else(
                    || "（共印〔　　〕份）".to_owned(),
                    |n| format!("（共印{n}份）"),
                )
                .into(),
        ),
    ]
    .into_iter()
    .collect()
}

fn laggard_item(l: &Laggard) -> Item {
    Item::Group(
        [
            ("名称", &l.name),
            ("责任单位", &l.department),
            ("状态", &l.grade),
            ("情况", &l.standing),
            ("年度目标", &l.target),
            ("完成率", &l.rate),
            ("序时进度", &l.schedule),
            ("差距", &l.gap),
            ("原因", &l.cause),
            ("下一步", &l.next),
            ("预计完成时间", &l.expected_on),
            ("全文", &l.text),
        ]
        .into_iter()
        .map(|(name, text)| (name, text.as_str().into()))
        .collect(),
    )
}

fn row_item(r: &Row) -> Item {
    Item::Group(
        r.cells()
            .into_iter()
            .map(|(name, text)| (name, text.into()))
            .collect(),
    )
}

fn departments(facts: &Facts) -> Rows<6> {
    let row = |d: &crate::combine::facts::DepartmentFacts| {
        let received = d.received.map(chinese_date).unwrap_or_default();
        [
            d.name.clone(),
            d.submitted.to_owned(),
            received,
            d.errors.text(),
            d.warnings.text(),
            d.tasks.total.text(),
        ]
        .map(Box::from)
    };
    Rows {
        names: ["名称", "报送情况", "收到日期", "错误", "警告", "牵头项目"],
        rows: facts.departments.iter().map(row).collect(),
    }
}

/// Counts as figures of their own, for an office that writes its own sentences.
fn counts(facts: &Facts) -> Item {
    let o = &facts.overall;
    let mut out: BTreeMap<&'static str, Item> = [
        ("项目总数", o.tasks.total.text().into()),
        ("完成", o.finished.text().into()),
        ("达到或超过序时进度", o.on_schedule.text().into()),
        ("滞后合计", o.lagging.text().into()),
        (
            "平均完成率",
            o.rate
                .as_ref()
                .map(crate::combine::Figure::text)
                .unwrap_or_default()
                .into(),
        ),
        (
            "平均序时进度",
            o.schedule
                .as_ref()
                .map(crate::combine::Figure::text)
                .unwrap_or_default()
                .into(),
        ),
        ("应报单位", o.departments.text().into()),
        ("逾期单位", o.late.text().into()),
        ("退回单位", o.returned.text().into()),
        ("未报单位", o.missing.text().into()),
        ("要素完备率", facts.elements.completeness.text().into()),
    ]
    .into_iter()
    .collect();
    out.extend(
        Grade::ALL
            .into_iter()
            .map(|g| (g.name(), o.tasks.count(g).text().into())),
    );
    Item::Group(out)
}

/// Whether a task has a rate to draw.
pub fn drawable(task: &TaskFacts) -> Option<(f64, f64)> {
    Some((task.rate.as_ref()?.value, task.schedule.as_ref()?.value))
}
