//! The annex: the table of all tasks, the laggards that did not fit, the chart.

use docx_rs::{
    AlignmentType, BuildXML, Paragraph, Run, Shading, Table, TableAlignmentType, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use super::model::drawable;
use super::sentences::laggards::Laggard;
use super::sentences::{Context, reached};
use crate::combine::Figure;
use crate::combine::facts::{Facts, IndicatorFacts, TaskFacts};
use crate::combine::progress::qualified;
use crate::plan::{Kind, chinese_date};
use crate::report::word::chart::Comparison;
use crate::report::word::finish::{TABLE_HEAD, fragment};
use crate::report::word::xml::XmlError;

/// Width of a landscape page's type area (225 mm) in twips.
pub const LANDSCAPE: usize = 12_756;

/// One task's row in the table of all tasks.
#[derive(Debug, Clone)]
pub struct Row {
    pub no: String,
    pub tier: String,
    pub name: String,
    pub department: String,
    pub with: String,
    pub target: String,
    pub progress: String,
    pub rate: String,
    pub schedule: String,
    pub grade: String,
    pub movement: String,
    pub expected_on: String,
}

impl Row {
    pub fn cells(&self) -> [(&'static str, String); 12] {
        [
            ("序号", self.no.clone()),
            ("分级", self.tier.clone()),
            ("名称", self.name.clone()),
            ("责任单位", self.department.clone()),
            ("会同单位", self.with.clone()),
            ("年度目标", self.target.clone()),
            ("完成情况", self.progress.clone()),
            ("完成率", self.rate.clone()),
            ("序时进度", self.schedule.clone()),
            ("状态", self.grade.clone()),
            ("升降", self.movement.clone()),
            ("预计完成时间", self.expected_on.clone()),
        ]
    }
}

/// Columns of the table of all tasks with their widths in twips; they fill the landscape type area.
pub const COLUMNS: [(&str, usize); 9] = [
    ("序号", 600),
    ("分级", 700),
    ("项目名称", 1800),
    ("责任单位", 1400),
    ("年度目标", 2500),
    ("完成情况", 2806),
    ("完成率", 900),
    ("序时进度", 1000),
    ("状态", 1050),
];

const LAGGARD_COLUMNS: [(&str, usize); 6] = [
    ("项目名称", 1900),
    ("责任单位", 1500),
    ("进展情况", 3656),
    ("原因", 2400),
    ("下一步措施", 2200),
    ("预计完成时间", 1100),
];

pub fn row(c: Context<'_>, task: &TaskFacts) -> Row {
    let indicators = c.indicators(task);
    let text = |f: &Option<Figure>| f.as_ref().map(Figure::text);
    // Of milestones nobody has reported on, none is known to be done or not.
    let known = indicators.iter().any(|i| i.milestone.is_some());
    let milestones = || {
        task.milestones
            .as_ref()
            .filter(|_| known)
            .map(|(done, all)| format!("{}个节点完成{}个", all.number(), done.number()))
    };
    Row {
        no: task.no.to_string(),
        tier: task.tier.clone(),
        name: task.name.clone(),
        department: if task.with_names.is_empty() {
            task.lead_name.clone()
        } else {
            format!("{}（会同{}）", task.lead_name, task.with_names)
        },
        with: task.with_names.clone(),
        target: joined(indicators, target),
        progress: joined(indicators, |i| progress(i, indicators.len() == 1)),
        rate: text(&task.rate)
            .or_else(milestones)
            .unwrap_or_else(|| "—".to_owned()),
        schedule: text(&task.schedule).unwrap_or_else(|| "—".to_owned()),
        grade: task.grade_text.clone(),
        movement: task.movement.chinese().to_owned(),
        expected_on: task.expected_on.map(chinese_date).unwrap_or_default(),
    }
}

fn joined(indicators: &[IndicatorFacts], say: impl Fn(&IndicatorFacts) -> String) -> String {
    indicators.iter().map(say).collect::<Vec<_>>().join("；")
}

fn target(i: &IndicatorFacts) -> String {
    let about = if i.approximate { "约" } else { "" };
    match (&i.target, i.kind) {
        (Some(target), _) => format!("{}{about}{}", i.name, target.text()),
        (None, Kind::Ongoing) => format!("{}（持续推进）", i.name),
        (None, _) => i.name.clone(),
    }
}

/// One indicator's figure, short: the name where the task has several.
fn progress(i: &IndicatorFacts, alone: bool) -> String {
    let said = match (&i.value, i.kind) {
        (Some(value), Kind::Count | Kind::Quantity | Kind::Level | Kind::Ratio) => {
            qualified(value, i.qualifier.as_deref())
        }
        _ => reached(i),
    };
    let confirmed = i.confirmed.as_deref().unwrap_or_default();
    match (alone, i.kind) {
        (true, Kind::Count | Kind::Quantity) if i.value.is_some() => {
            format!("累计完成{said}{confirmed}")
        }
        (true, Kind::Milestone | Kind::Ongoing) => format!("{said}{confirmed}"),
        // 「西永街道工程完成：进行中」
        (false, Kind::Milestone | Kind::Ongoing) => format!("{}：{said}{confirmed}", i.name),
        _ => format!("{}{said}{confirmed}", i.name),
    }
}

/// `表_一览`: all tasks, the tier merged over its rows.
pub fn overview_table(rows: &[Row]) -> Result<String, XmlError> {
    let mut body = Vec::new();
    let mut tier = None;
    for r in rows {
        let merge = if tier == Some(&r.tier) {
            VMergeType::Continue
        } else {
            VMergeType::Restart
        };
        let tier_text = if tier == Some(&r.tier) {
            ""
        } else {
            r.tier.as_str()
        };
        tier = Some(&r.tier);
        let cell = |text: &str, ix: usize, style: &str| cell(text, COLUMNS[ix].1, style);
        body.push(
            TableRow::new(vec![
                cell(&r.no, 0, "TableCenter"),
                cell(tier_text, 1, "TableCenter").vertical_merge(merge),
                cell(&r.name, 2, "TableText"),
                cell(&r.department, 3, "TableText"),
                cell(&r.target, 4, "TableText"),
                cell(&r.progress, 5, "TableText"),
                cell(&r.rate, 6, "TableCenter"),
                cell(&r.schedule, 7, "TableCenter"),
                cell(&r.grade, 8, "TableCenter"),
            ])
            .cant_split(),
        );
    }
    table(&COLUMNS, body)
}

/// `表_滞后`: the laggards that the body had no room for.
pub fn laggard_table(laggards: &[Laggard]) -> Result<String, XmlError> {
    let row = |l: &Laggard| {
        let texts = [
            &l.name,
            &l.department,
            &l.standing,
            &l.cause,
            &l.next,
            &l.expected_on,
        ];
        let cells = texts.iter().zip(LAGGARD_COLUMNS).map(|(text, (_, width))| {
            cell(
                if text.is_empty() { "未填报" } else { text },
                width,
                "TableText",
            )
        });
        TableRow::new(cells.collect()).cant_split()
    };
    table(&LAGGARD_COLUMNS, laggards.iter().map(row).collect())
}

fn table(columns: &[(&str, usize)], body: Vec<TableRow>) -> Result<String, XmlError> {
    fragment(&grid(columns, body).build())
}

/// A bordered table over the landscape type area with a repeated header row.
pub fn grid(columns: &[(&str, usize)], body: Vec<TableRow>) -> Table {
    let head = columns
        .iter()
        .map(|(name, width)| cell(name, *width, TABLE_HEAD).shading(Shading::new().fill("E7E6E6")));
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    rows.extend(body);
    Table::new(rows)
        .set_grid(columns.iter().map(|(_, width)| *width).collect())
        .width(LANDSCAPE, WidthType::Dxa)
        .align(TableAlignmentType::Center)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(20, 60, 20, 60))
}

pub fn cell(text: &str, width: usize, style: &str) -> TableCell {
    let paragraph = Paragraph::new()
        .style(style)
        .add_run(Run::new().add_text(text));
    let paragraph = if style == "TableText" {
        paragraph
    } else {
        paragraph.align(AlignmentType::Center)
    };
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(paragraph)
}

/// Bars that a page shows legibly.
const BARS: usize = 20;

/// What stands under a chart that leaves tasks out.
pub const LEFT_OUT: &str = "项目较多，图中只列与序时进度相比落后最多的部分，其余见附件1。";

/// `图_进度`: each task that has a rate against its schedule, of many those furthest behind; `None` when none has.
/// Whether any is left out.
pub fn chart(facts: &Facts) -> Option<(Comparison, bool)> {
    let mut drawn: Vec<(&TaskFacts, (f64, f64))> = facts
        .tasks
        .iter()
        .filter_map(|t| drawable(t).map(|v| (t, v)))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let all = drawn.len();
    if all > BARS {
        drawn.sort_by(|(_, a), (_, b)| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
        drawn.truncate(BARS);
        drawn.sort_by_key(|(t, _)| t.no);
    }
    let said: Vec<String> = drawn
        .iter()
        .map(|(t, _)| {
            let text = |f: &Option<Figure>| f.as_ref().map(Figure::text).unwrap_or_default();
            format!(
                "{}完成率{}，序时进度{}",
                t.name,
                text(&t.rate),
                text(&t.schedule)
            )
        })
        .collect();
    // The foot stands under it, at the bottom of the page, and a note between them where tasks are left out.
    let room = if drawn.len() < all { 140 } else { 155 };
    let height = u32::try_from(drawn.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(20)
        .clamp(60, room);
    let comparison = Comparison {
        done: "完成率".to_owned(),
        expected: "序时进度".to_owned(),
        rows: drawn
            .iter()
            .map(|(t, (done, expected))| (format!("{}. {}", t.no, t.name), *done, *expected))
            .collect(),
        alt_text: format!("条形图，各项目完成率与序时进度对照：{}。", said.join("；")),
        width_mm: 156,
        height_mm: height,
    };
    Some((comparison, drawn.len() < all))
}
