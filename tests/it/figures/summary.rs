//! The 汇总表, cell by cell: each number is the figure of its row and column, or a date, or an ordinal of the list below.

use calamine::{Data, Range, Reader, Xlsx, open_workbook};

use super::counts::GRADES;
use crate::desk::Month;
use crate::prelude::*;

/// Columns of ordinals and of documents' own numbers: (sheet, head).
const ORDINALS: [(&str, &str); 7] = [
    ("问题台账", "编号"),
    ("一览表", "序号"),
    ("分项指标", "序号"),
    ("四要素与资金", "序号"),
    ("数据核查清单", "编号"),
    ("数据核查清单", "项目序号"),
    ("来源", "编号"),
];

/// Columns of 分项指标 and the figure each shows.
const INDICATOR: [(&str, &str); 9] = [
    ("年度目标", "target"),
    ("上月累计", "previous"),
    ("本月新增", "increment"),
    ("本月累计", "value"),
    ("完成率", "rate"),
    ("序时进度", "schedule"),
    ("差距", "gap"),
    ("应报单位数", "reporters"),
    ("采信单位数", "reported"),
];

const TASK: [(&str, &str); 3] = [
    ("完成率", "rate"),
    ("序时进度", "schedule"),
    ("差距（百分点）", "gap"),
];

const DEPARTMENT: [(&str, &str); 13] = [
    ("报送排名", "rank"),
    ("进度排名", "progress_rank"),
    ("滞后项目", "lagging"),
    ("平均完成率", "rate"),
    ("平均差距（百分点）", "gap"),
    ("牵头项目", "tasks.total"),
    ("错误", "errors"),
    ("警告", "warnings"),
    ("提示", "notes"),
    ("已说明", "explained"),
    ("应报数据（项）", "slots"),
    ("已采信（项）", "accepted"),
    ("采信率", "accepted_rate"),
];

const ELEMENTS: [(&str, &str); 6] = [
    ("已有要素（共4项）", "elements"),
    ("计划资金（万元）", "planned"),
    ("到位资金（万元）", "arrived"),
    ("支付资金（万元）", "paid"),
    ("到位率", "arrived_rate"),
    ("支付率", "paid_rate"),
];

/// The headline counts of 总览: label, this month's figure, last month's, the change.
const HEADLINES: [(&str, &str, &str, &str); 10] = [
    (
        "项目总数（件）",
        "overall.tasks.total",
        "previous.tasks.total",
        "",
    ),
    (
        "已完成（含待验收）",
        "overall.finished",
        "previous.finished",
        "overall.finished_change",
    ),
    (
        "达到或超过序时进度（含已达标）",
        "overall.on_schedule",
        "previous.on_schedule",
        "overall.on_schedule_change",
    ),
    (
        "滞后（含严重滞后、未按期完成）",
        "overall.lagging",
        "previous.lagging",
        "overall.lagging_change",
    ),
    (
        "其他（持续推进、未启动、未达标、待核实）",
        "trend.{now}.other",
        "trend.{before}.other",
        "",
    ),
    ("平均完成率", "overall.rate", "trend.{before}.rate", ""),
    (
        "平均序时进度",
        "overall.schedule",
        "trend.{before}.schedule",
        "",
    ),
    ("未达标的水平值和比率（项）", "overall.missed", "", ""),
    ("状态较上月上升（件）", "overall.risen", "", ""),
    ("状态较上月下降（件）", "overall.fallen", "", ""),
];

/// The counts beside them: head, label, figure.
const SIDE: [(&str, &str, &str); 13] = [
    ("报送单位（个）", "应报送", "overall.departments"),
    ("报送单位（个）", "已报送", "overall.submitted"),
    ("报送单位（个）", "其中逾期报送", "overall.late"),
    ("报送单位（个）", "已退回", "overall.returned"),
    ("报送单位（个）", "未报", "overall.missing"),
    ("报送数据（项）", "应报", "overall.slots"),
    ("报送数据（项）", "已采信", "overall.accepted"),
    ("报送数据（项）", "待核实", "overall.withheld"),
    ("报送数据（项）", "未报", "overall.unreported"),
    ("核查发现（项）", "错误", "overall.errors"),
    ("核查发现（项）", "警告（已说明的不计）", "overall.warnings"),
    ("核查发现（项）", "提示", "overall.notes"),
    ("核查发现（项）", "已说明", "overall.explained"),
];

const TREND: [(&str, &str); 6] = [
    ("平均完成率", "rate"),
    ("平均序时进度", "schedule"),
    ("已完成", "finished"),
    ("达到或超过序时进度", "on_schedule"),
    ("滞后", "lagging"),
    ("其他", "other"),
];

/// What a number in a cell has to be.
enum Expected {
    Figure(String),
    Ordinal(f64),
}

struct Book<'a> {
    month: &'a str,
    facts: &'a Value,
}

struct Sheet<'a> {
    name: &'a str,
    range: &'a Range<Data>,
    book: &'a Book<'a>,
}

impl Sheet<'_> {
    /// A cell's text without line breaks.
    fn text(&self, row: u32, col: u32) -> String {
        match self.range.get_value((row, col)) {
            Some(Data::String(text)) => text.replace(['\n', '\r'], ""),
            _ => String::new(),
        }
    }

    fn number(&self, row: u32, col: u32) -> Option<f64> {
        match self.range.get_value((row, col)) {
            Some(Data::Float(n)) => Some(*n),
            Some(Data::Int(n)) => Some(*n as f64),
            _ => None,
        }
    }

    /// The nearest text above that a column of another kind starts with.
    fn above(&self, row: u32, col: u32, is_head: impl Fn(&str) -> bool) -> String {
        (0..row)
            .rev()
            .map(|r| self.text(r, col))
            .find(|t| is_head(t))
            .unwrap_or_default()
    }

    fn expected(&self, row: u32, col: u32) -> Option<Expected> {
        let head = self.text(2, col);
        if ORDINALS.contains(&(self.name, head.as_str())) {
            // The n-th row of the list, or the number of the task it names.
            let value = self.number(row, col)?;
            return Some(Expected::Ordinal(if head == "编号" {
                f64::from(row - 2)
            } else {
                value
            }));
        }
        let of = |columns: &[(&str, &str)]| {
            columns
                .iter()
                .find(|(name, _)| *name == head)
                .map(|(_, part)| (*part).to_owned())
        };
        let figure = |id: String| Some(Expected::Figure(id));
        let label = self.text(row, 0);
        match self.name {
            "总览" => figure(self.overview(row, col)?),
            "一览表" if label == "全部项目（平均）" => {
                figure(format!("overall.{}", of(&TASK)?))
            }
            "一览表" => figure(format!("task.{}.{}", self.number(row, 0)?, of(&TASK)?)),
            "分项指标" => match head.strip_suffix('月') {
                Some(number) => figure(format!("indicator.{label}.month.2024-{number:0>2}")),
                None => figure(format!("indicator.{label}.{}", of(&INDICATOR)?)),
            },
            "各单位报送情况" if label == "合计" => {
                figure(format!("overall.{}", of(&DEPARTMENT)?))
            }
            "各单位报送情况" => figure(format!(
                "department.{}.{}",
                self.department(&self.text(row, 2))?,
                of(&DEPARTMENT)?
            )),
            "四要素与资金" if label == "合计" && of(&ELEMENTS)? == "elements" => {
                figure("elements.completeness".to_owned())
            }
            "四要素与资金" if label == "合计" => {
                figure(format!("elements.{}", of(&ELEMENTS)?))
            }
            "四要素与资金" => {
                figure(format!("task.{}.{}", self.number(row, 0)?, of(&ELEMENTS)?))
            }
            "来源" if head == "字节数" => {
                figure(format!("files.{}.bytes", self.number(row, 0)?))
            }
            _ => None,
        }
    }

    fn department(&self, name: &str) -> Option<&str> {
        self.book.facts["departments"]
            .as_array()?
            .iter()
            .find(|d| text(d, "name") == name)
            .map(|d| text(d, "id"))
    }

    fn overview(&self, row: u32, col: u32) -> Option<String> {
        let label = self.text(row, 0);
        if col == 13
            && let side = self.text(row, 10)
            && !side.is_empty()
        {
            let head = self.above(row, 10, |t| SIDE.iter().any(|(head, _, _)| *head == t));
            return SIDE
                .iter()
                .find(|(h, l, _)| *h == head && *l == side)
                .map(|(_, _, id)| (*id).to_owned());
        }
        if let Some((_, now, before, change)) = HEADLINES.iter().find(|(l, ..)| *l == label) {
            let heads = ["本月", "上月", "增减"];
            let head = self.above(row, col, |t| heads.contains(&t));
            let id = match head.as_str() {
                "本月" => now,
                "上月" => before,
                "增减" => change,
                _ => return None,
            };
            return (!id.is_empty()).then(|| {
                id.replace("{now}", self.book.month)
                    .replace("{before}", &before_of(self.book.month))
            });
        }
        if let Some(Data::DateTime(day)) = self.range.get_value((row, 0)) {
            let (year, month, ..) = day.to_ymd_hms_milli();
            let head = self.above(row, col, |t| TREND.iter().any(|(head, _)| *head == t));
            let part = TREND.iter().find(|(h, _)| *h == head)?.1;
            return Some(format!("trend.{year}-{month:02}.{part}"));
        }
        let group = match label.as_str() {
            "全部" | "合计" => "overall.tasks".to_owned(),
            "较上月增减" => "overall.change".to_owned(),
            label if label.starts_with("上月") => "previous.tasks".to_owned(),
            label if label.starts_with("市级") || label.starts_with("区级") => {
                format!("tier.{}.tasks", label.get(..6)?)
            }
            label => format!("department.{}.tasks", self.department(label)?),
        };
        let head = self.above(row, col, |t| {
            t == "合计" || GRADES.iter().any(|(grade, _)| *grade == t)
        });
        let part = if head == "合计" {
            "total"
        } else {
            GRADES.iter().find(|(grade, _)| *grade == head)?.1
        };
        Some(format!("{group}.{part}"))
    }
}

fn before_of(month: &str) -> String {
    let number: u32 = month[5..].parse().unwrap();
    format!("2024-{:02}", number - 1)
}

/// Every number of the workbook: how many were compared with a figure, by sheet.
fn compare(month: &str, outputs: &Month) -> BTreeMap<String, usize> {
    let figures = outputs.figures();
    let facts = outputs.json("facts.json");
    let book = Book {
        month,
        facts: &facts,
    };
    let mut file: Xlsx<_> = open_workbook(outputs.report("汇总表")).unwrap();
    let mut compared = BTreeMap::new();
    for name in file.sheet_names() {
        let range = file.worksheet_range(&name).unwrap();
        let sheet = Sheet {
            name: &name,
            range: &range,
            book: &book,
        };
        let (Some((top, left)), Some((bottom, right))) = (range.start(), range.end()) else {
            continue;
        };
        let mut numbers = 0;
        for (row, col) in (top..=bottom).flat_map(|row| (left..=right).map(move |col| (row, col))) {
            let place = || format!("{month} {name} row {} column {}", row + 1, col + 1);
            if let Some(Data::Error(e)) = range.get_value((row, col)) {
                panic!("{}: {e}", place());
            }
            let Some(value) = sheet.number(row, col) else {
                continue;
            };
            match sheet.expected(row, col) {
                Some(Expected::Figure(id)) => {
                    let (figure, _) = figures
                        .get(&id)
                        .unwrap_or_else(|| panic!("{}: {value}, and no figure {id}", place()));
                    assert!(
                        (figure - value).abs() <= 1e-12 * value.abs(),
                        "{}: {value}, but {id} is {figure}",
                        place()
                    );
                    numbers += 1;
                }
                Some(Expected::Ordinal(n)) => {
                    assert!((n - value).abs() < f64::EPSILON, "{}: {value}", place());
                }
                None => panic!("{}: {value} is no known figure", place()),
            }
        }
        compared.insert(name, numbers);
    }
    compared
}

#[test]
fn every_number_of_the_workbook_is_its_figure() {
    for (month, outputs) in sample_year() {
        let compared = compare(month, outputs);
        let at_least = [
            ("总览", 150),
            ("一览表", 40),
            ("分项指标", 400),
            ("各单位报送情况", 70),
            ("四要素与资金", 20),
            ("数据核查清单", 0),
            ("来源", 8),
            ("说明", 0),
            ("问题台账", 0),
        ];
        assert_eq!(compared.len(), at_least.len(), "{compared:?}");
        for (sheet, least) in at_least {
            assert!(
                compared[sheet] >= least,
                "{month}: only {} numbers on {sheet}",
                compared[sheet]
            );
        }
    }
}

/// The other way round: what the facts hold for indicators, tasks and departments stands in the workbook.
#[test]
fn no_figure_of_the_lists_is_left_out_of_the_workbook() {
    for (month, outputs) in sample_year() {
        let facts = outputs.json("facts.json");
        let figures = outputs.figures();
        let book = Book {
            month,
            facts: &facts,
        };
        let mut file: Xlsx<_> = open_workbook(outputs.report("汇总表")).unwrap();
        let lists = [
            ("一览表", "task.", &TASK[..]),
            ("分项指标", "indicator.", &INDICATOR),
            ("各单位报送情况", "department.", &DEPARTMENT),
        ];
        for (name, prefix, columns) in lists {
            let range = file.worksheet_range(name).unwrap();
            let sheet = Sheet {
                name,
                range: &range,
                book: &book,
            };
            let (bottom, right) = range.end().unwrap();
            let shown: Vec<String> = (0..=bottom)
                .flat_map(|row| (0..=right).map(move |col| (row, col)))
                .filter(|&(row, col)| sheet.number(row, col).is_some())
                .filter_map(|(row, col)| match sheet.expected(row, col) {
                    Some(Expected::Figure(id)) => Some(id),
                    _ => None,
                })
                .collect();
            for id in figures.keys().filter(|id| id.starts_with(prefix)) {
                let rest = id.strip_prefix(prefix).unwrap();
                let listed = columns.iter().any(|(_, part)| {
                    rest.strip_suffix(part)
                        .is_some_and(|owner| owner.ends_with('.') && !owner.ends_with("last."))
                });
                assert!(
                    !listed || shown.contains(id),
                    "{month}: {id} is not on {name}"
                );
            }
        }
    }
}
