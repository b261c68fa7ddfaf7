//! The template's data: one month's facts as words.

use minijinja::Value;

use super::annex;
use super::options::BriefingOptions;
use super::pages::{Body, fit};
use super::rows::{Fields, Rows};
use super::sentences::laggards::{Laggard, listed, opening, remainder};
use super::sentences::{Context, advice, key_points, overview, problems, progress};
use crate::Joined;
use crate::combine::facts::{DepartmentFacts, TaskFacts};
use crate::combine::{Facts, Figure};
use crate::plan::{Grade, Plan, chinese_date};
use crate::report::word::template::Values;

/// Everything a briefing is made of, in words.
#[derive(Debug)]
pub struct Model {
    /// The document's title in its properties.
    pub title: String,
    pub date: jiff::civil::Date,
    /// What a template can use.
    pub values: Values,
    /// All tasks.
    pub rows: Vec<Fields>,
    /// All laggards, where the body has no room for some.
    pub overflow: Vec<Laggard>,
}

impl Model {
    pub fn new(facts: &Facts, plan: &Plan, options: &BriefingOptions) -> Self {
        let mut c = Context::new(facts, plan);
        let draft = options.draft || facts.draft;
        let tasks = c.facts.laggards();
        let (mut body, mut laggards, mut told) = body(c, &tasks, draft);
        let is_drawn = annex::is_drawn(c);
        // A lone annex bears no number (GB/T 9704, 7.3.4).
        let is_alone = !is_drawn && told == tasks.len();
        if is_alone {
            c.table = "附件";
            (body, laggards, told) = self::body(c, &tasks, draft);
        }
        // The annex holds all of them: half a list sends a reader back and forth.
        let overflow = if told < laggards.len() {
            laggards.clone()
        } else {
            Vec::new()
        };
        laggards.truncate(told);
        let remainder = remainder(&tasks, told, 2) + &body.listed;
        let subject = plan.subject();
        let month = facts.period.chinese();
        let mut annexes = vec![format!("{subject}进展情况一览表（{month}）")];
        if !overflow.is_empty() {
            annexes.push(format!("滞后项目情况表（{month}）"));
        }
        if is_drawn {
            annexes.push(format!("{subject}完成率与序时进度对照图"));
        }
        let list = match annexes.as_slice() {
            [only] => only.clone(),
            several => {
                let all = (1..).zip(several).map(|(n, name)| format!("{n}.{name}"));
                all.collect::<Vec<String>>().join("\n")
            }
        };
        let rows: Vec<Fields> = facts.tasks.iter().map(|t| annex::row(c, t)).collect();
        let group = |fields: &Fields| Value::from(fields.clone());
        let of = |laggards: &[Laggard]| laggards.iter().map(|l| group(&l.fields)).collect();
        let own = plan.briefing.name.clone();
        let name = own.unwrap_or_else(|| format!("{subject}推进情况简报"));
        let title = format!("{name}（{}）", facts.period.chinese());
        let mut values = head(c, options);
        values.extend([
            ("简报名称", red_head(&name).into()),
            ("总体概述", body.overall[0].clone().into()),
            (
                "总体其余",
                body.overall.get(1..).unwrap_or_default().to_vec().into(),
            ),
            ("总体情况", body.overall.into()),
            ("有重点", (!body.worst.is_empty()).into()),
            ("重点", body.worst.iter().map(group).collect()),
            ("滞后概述", body.opening.into()),
            ("滞后项目", of(&laggards)),
            ("滞后附表", of(&overflow)),
            ("滞后其余", remainder.into()),
            ("进展", body.moving.into()),
            ("存在问题", body.faults.into()),
            ("建议", body.advice.into()),
            ("有滞后附表", (!overflow.is_empty()).into()),
            ("附件清单", list.into()),
            ("一览附件号", if is_alone { "" } else { "1" }.into()),
            (
                "图附件号",
                if is_drawn {
                    annexes.len().to_string()
                } else {
                    String::new()
                }
                .into(),
            ),
            ("一览注", annex::note(c).into()),
            ("项目", rows.iter().map(group).collect()),
            ("单位", Value::from_object(departments(facts))),
            ("统计", counts(facts)),
        ]);
        Self {
            title,
            date: options.date.unwrap_or(facts.date),
            values,
            rows,
            overflow,
        }
    }
}

/// The body, all laggards, and how many of them it has room for.
fn body(c: Context<'_>, tasks: &[&TaskFacts], draft: bool) -> (Body, Vec<Laggard>, usize) {
    let overall = [
        vec![overview::split(c)],
        key_points::paragraphs(c),
        overview::rest(c),
    ]
    .concat();
    let (worst, advice) = (key_points::worst(c), advice::paragraphs(c));
    let (opening, listed) = (opening(c, tasks), listed(c));
    fit(c, tasks, |told| Body {
        overall: overall.clone(),
        worst: worst.clone(),
        opening: opening.clone(),
        listed: listed.clone(),
        moving: progress::paragraphs(c, told),
        faults: problems::paragraphs(c, told + 1),
        advice: advice.clone(),
        draft,
    })
}

/// What stands between 第 and 期, whether they were written with it or not: 第3期, 第 3 期, 3.
fn issue_number(given: &str) -> &str {
    let inner = given.trim();
    let inner = inner.strip_prefix('第').unwrap_or(inner);
    inner.strip_suffix('期').unwrap_or(inner).trim()
}

/// Head and foot. What the office has not given is left visibly blank, but for 文号 and 签发人, which stand only where they are given.
fn head(c: Context<'_>, options: &BriefingOptions) -> Values {
    let (facts, plan, period) = (c.facts, c.plan, c.facts.period);
    let options = options.or_plan(plan, period);
    let issue = options.issue_number.as_deref().map_or_else(
        || "第〔　　〕期".to_owned(),
        |n| format!("第 {} 期", issue_number(n)),
    );
    let list = |names: &[String]| {
        if names.is_empty() {
            "〔　　　　〕".to_owned()
        } else {
            names.join("，")
        }
    };
    let copies = match options.copies {
        Some(n) => format!("（共印{n}份）"),
        None => "（共印〔　　〕份）".to_owned(),
    };
    let month = format!("{}月", period.month());
    let titled = if plan.title.contains(&period.year().to_string()) {
        month.clone()
    } else {
        period.chinese()
    };
    let date = options.date.unwrap_or(facts.date);
    [
        ("期号", issue),
        ("文号", options.document_number.unwrap_or_default()),
        ("签发人", options.signer.unwrap_or_default()),
        ("编发单位", plan.issuer.clone()),
        ("日期", chinese_date(date)),
        ("标题", format!("{}\n{titled}推进情况", plan.title)),
        ("事项", plan.subject().to_owned()),
        ("年份", format!("{}年", period.year())),
        ("月份", month),
        ("期间", period.chinese()),
        ("截至", c.until()),
        ("报", list(&options.to)),
        ("送", list(&options.send)),
        ("发", list(&options.distribute)),
        ("印数", copies),
    ]
    .map(|(name, text)| (name, text.into()))
    .into_iter()
    .chain([("征求意见稿", (options.draft || facts.draft).into())])
    .collect()
}

/// Characters of the red name that a line of the type area takes.
const RED: usize = 12;

/// The red name, broken where its kind of paper begins, so that no word is cut in two.
fn red_head(name: &str) -> String {
    const KINDS: [&str; 6] = [
        "推进情况简报",
        "进展情况简报",
        "督查简报",
        "情况简报",
        "工作简报",
        "简报",
    ];
    if name.chars().count() <= RED {
        return name.to_owned();
    }
    let fits = |head: &str| !head.is_empty() && head.chars().count() <= RED;
    let mut kinds = KINDS.iter();
    let broken = kinds.find_map(|kind| {
        let head = name.strip_suffix(kind).filter(|head| fits(head))?;
        Some(format!("{head}\n{kind}"))
    });
    broken.unwrap_or_else(|| {
        // Longer still: lines of one length.
        let chars: Vec<char> = name.chars().collect();
        let length = chars.len().div_ceil(chars.len().div_ceil(RED));
        let lines = chars.chunks(length).map(String::from_iter);
        lines.joined("\n")
    })
}

fn departments(facts: &Facts) -> Rows<6> {
    let row = |d: &DepartmentFacts| {
        let received = d.received.map(chinese_date).unwrap_or_default();
        [
            d.name.clone(),
            d.submitted.to_string(),
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
fn counts(facts: &Facts) -> Value {
    let o = &facts.overall;
    let of = |figure: &Option<Figure>| figure.as_ref().map(Figure::text).unwrap_or_default();
    let e = &facts.elements;
    let completeness = if e.asked {
        e.completeness.text()
    } else {
        String::new()
    };
    let own = [
        ("项目总数", o.tasks.total.text()),
        ("完成", o.finished.text()),
        ("达到或超过序时进度", o.on_schedule.text()),
        ("滞后合计", o.lagging.text()),
        ("平均完成率", of(&o.rate)),
        ("平均序时进度", of(&o.schedule)),
        ("应报单位", o.departments.text()),
        ("逾期单位", o.late.text()),
        ("退回单位", o.returned.text()),
        ("未报单位", o.missing.text()),
        ("要素完备率", completeness),
    ];
    let by_grade = Grade::ALL.map(|g| (g.name(), o.tasks.count(g).text()));
    Value::from_pairs(own.into_iter().chain(by_grade))
}
