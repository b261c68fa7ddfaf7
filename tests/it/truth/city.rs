//! Cities that no one planned: a plan and months of submissions from a seed, in many sizes, with what departments do and forget.

use std::fmt::Write as _;

use crate::prelude::*;
use duban::plan::Period;
use rust_xlsxwriter::Workbook;

/// xorshift64*: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Between two numbers, in hundredths of their distance.
    fn between(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * self.below(101) as f64 / 100.0
    }
}

#[derive(Clone)]
enum Cell {
    N(f64),
    T(String),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::T(text.to_owned())
    }
}

type Rows = Vec<Vec<Cell>>;

/// A department's file: its sheets by name.
struct Sent {
    name: String,
    sheets: Vec<(&'static str, Rows)>,
    is_damaged: bool,
    received: Option<String>,
}

struct Indicator {
    id: String,
    name: String,
    kind: &'static str,
    target: f64,
    unit: &'static str,
    scale: f64,
    at_most: bool,
    reporters: Vec<usize>,
    /// Of the schedule; 0: never begun.
    speed: f64,
}

struct Task {
    name: String,
    lead: usize,
    indicators: Vec<Indicator>,
    evidence: bool,
}

pub struct City {
    pub plan: String,
    pub periods: Vec<Period>,
    inbox: Vec<Vec<Sent>>,
    /// Warnings are answered, and the months run again.
    answers: bool,
}

const TASKS: &[&str] = &[
    "老旧小区改造",
    "供水管网更新改造",
    "“四好农村路”建设",
    "婴幼儿照护服务",
    "开展劳动关系和谐创建",
    "学校、医院周边停车治理",
    "城市绿荫工程",
    "农村饮水安全",
    "食品安全“你点我检”活动",
    "河湖治理（二期）",
    "扩大教育资源供给",
    "工业园区提质增效",
    "稳定和扩大就业",
    "残疾人关爱服务",
    "青年发展型城市建设",
    "宜居宜业和美乡村",
    "2025年度便民服务中心改造",
    "危桥改造，农村公路养护",
];
const ITEMS: &[&str] = &[
    "新建", "改造", "新增", "培训", "覆盖", "整治", "建成", "开通",
];
const UNITS: &[(&str, &str)] = &[
    ("count", "个"),
    ("count", "家"),
    ("count", "人"),
    ("count", "户"),
    ("quantity", "公里"),
    ("quantity", "万平方米"),
];
const HEADS: [&str; 12] = [
    "序号",
    "项目名称",
    "指标",
    "累计完成",
    "状态",
    "完成时间",
    "工作进展",
    "存在问题",
    "下一步措施",
    "预计完成时间",
    "验收情况",
    "备注",
];
const SCHEME: [&str; 9] = [
    "序号",
    "项目名称",
    "工作举措",
    "完成时限",
    "验收标准",
    "资金来源",
    "计划资金（万元）",
    "到位资金（万元）",
    "支付资金（万元）",
];
const PROBLEMS: &[&str] = &[
    "",
    "",
    "无",
    "征地协调时间较长。",
    "雨季影响施工进度，部分点位未移交；管材价格上涨",
    "资金未到位。施工图审查尚未完成，涉及3个乡镇、12处点位，正在逐一协调解决，预计还需较长时间才能全部完成协调工作。",
];
const STEPS: &[&str] = &[
    "",
    "",
    "—",
    "增加班组，分区同步施工。",
    "每周调度一次；责任人为张三，下月底前完成全部点位协调。",
];

fn month_text(period: Period) -> String {
    format!("{}年{}月", period.year(), period.month())
}

impl Indicator {
    /// A reporter's own target.
    fn part(&self) -> f64 {
        match self.kind {
            "count" | "quantity" => self.target / self.reporters.len() as f64,
            _ => self.target,
        }
    }
}

impl City {
    pub fn of(seed: u64) -> Self {
        let dice = &mut Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        dice.below(7);
        let departments = match dice.below(100) {
            0..15 => 1,
            15..85 => 2 + dice.below(6),
            85..97 => 8 + dice.below(13),
            _ => 60,
        };
        let names: Vec<String> = (0..departments)
            .map(|n| crate::writings::office::department(n * 7 % 400))
            .collect();
        let year = dice.pick(&[12, 12, 12, 6]);
        let tasks: Vec<Task> = (0..departments.min(40).max(1 + dice.below(8)))
            .map(|no| task(dice, no, departments))
            .collect();
        let first = 1 + dice.below(year);
        let first = if dice.chance(20) {
            year.saturating_sub(2).max(1)
        } else {
            first
        };
        let last = (first + dice.below(5)).min(year);
        let periods: Vec<Period> = (first..=last)
            .map(|m| Period::new(2025, i8::try_from(m).unwrap()).unwrap())
            .collect();
        let plan = plan(dice, &names, &tasks, year, &periods);
        let register = dice.pick(&[0, 50, 100, 100]);
        let words = dice.chance(70);
        let mut inbox = Vec::new();
        let mut values =
            vec![0.0; tasks.iter().map(|t| t.indicators.len()).sum::<usize>() * departments];
        for &period in &periods {
            let mut sent = Vec::new();
            for (ix, name) in names.iter().enumerate() {
                let file = |rest: &str| format!("{name}{}报送表{rest}.xlsx", month_text(period));
                let roll = dice.below(100);
                if roll < 8 {
                    continue;
                }
                let elements = dice.chance(if period == periods[0] { 60 } else { 15 });
                let due = Period::next(period);
                let day = |days: usize| Some(format!("{due}-{:02}", days + 1));
                let mut put =
                    |dice: &mut Dice, rest: &str, is_damaged: bool, day: Option<String>| {
                        let sheets = workbook(
                            dice,
                            (ix, name),
                            &tasks,
                            (period, year),
                            &mut values,
                            words,
                            elements,
                        );
                        let received = day.filter(|_| dice.chance(register));
                        sent.push(Sent {
                            name: file(rest),
                            sheets,
                            is_damaged,
                            received,
                        });
                    };
                let came = dice.below(6);
                match roll {
                    8..12 => put(dice, "", true, day(came)),
                    12..16 => {
                        put(dice, "", true, day(came));
                        put(dice, "（更正）", false, day(came + 2));
                    }
                    16..20 => {
                        put(dice, "", false, day(came));
                        put(dice, "（最终版）", false, day(came + 3));
                    }
                    _ => put(dice, "", false, day(came)),
                }
            }
            inbox.push(sent);
        }
        Self {
            plan,
            periods,
            inbox,
            answers: dice.chance(40),
        }
    }

    pub fn run(&self) -> (Desk, Said) {
        let desk = Desk::bare();
        desk.write("plan.toml", &self.plan);
        for (period, sent) in self.periods.iter().zip(&self.inbox) {
            let folder = format!("inbox/{period}");
            desk.make_folder(&folder);
            let mut register = String::from("file,received\n");
            for file in sent {
                desk.write(&format!("{folder}/{}", file.name), file.bytes(&[]));
                if let Some(day) = &file.received {
                    writeln!(register, "{},{day}", file.name).unwrap();
                }
            }
            if sent.iter().any(|f| f.received.is_some()) {
                desk.write(&format!("{folder}/received.csv"), register);
            }
        }
        let line = format!(
            "run --plan plan.toml --period {}..{}",
            self.periods[0],
            self.periods[self.periods.len() - 1]
        );
        let mut said = desk.duban(&line);
        assert!(said.code < Some(2), "{said}");
        if self.answers {
            for (period, sent) in self.periods.iter().zip(&self.inbox) {
                let findings = desk.json_of(&format!("out/{period}/findings.json"));
                for file in sent.iter().filter(|f| !f.is_damaged) {
                    let own = findings
                        .list()
                        .iter()
                        .filter(|f| f["file"] == file.name.as_str() && f["severity"] == "warning");
                    let rows: Rows = own
                        .enumerate()
                        .filter(|(n, _)| n % 3 > 0)
                        .filter_map(|(n, f)| {
                            let place = format!("{}!{}", f["sheet"].as_str()?, f["cell"].as_str()?);
                            Some(vec![
                                f["code"].as_str()?.into(),
                                place.as_str().into(),
                                format!("经核实情况属实，第{n}号说明").as_str().into(),
                            ])
                        })
                        .collect();
                    if !rows.is_empty() {
                        desk.write(&format!("inbox/{period}/{}", file.name), file.bytes(&rows));
                    }
                }
            }
            said = desk.duban(&line);
        }
        (desk, said)
    }
}

impl Sent {
    fn bytes(&self, answers: &[Vec<Cell>]) -> Vec<u8> {
        if self.is_damaged {
            return b"PK\x03\x04".to_vec();
        }
        let mut book = Workbook::new();
        let head: Vec<Cell> = ["规则代码", "位置", "说明"].map(Into::into).into();
        let answered = ("情况说明", [&[head][..], answers].concat());
        let answered = Some(&answered).filter(|_| !answers.is_empty());
        for (name, rows) in self.sheets.iter().chain(answered) {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            for (row, cells) in (0..).zip(rows) {
                for (col, cell) in (0..).zip(cells) {
                    match cell {
                        Cell::N(n) => sheet.write(row, col, *n),
                        Cell::T(t) if t.is_empty() => continue,
                        Cell::T(t) => sheet.write(row, col, t),
                    }
                    .unwrap();
                }
            }
        }
        book.save_to_buffer().unwrap()
    }
}

fn task(dice: &mut Dice, no: usize, departments: usize) -> Task {
    let lead = if dice.chance(70) {
        no % departments
    } else {
        dice.below(departments)
    };
    let round = no / TASKS.len();
    let name = TASKS[(no * 5 + departments) % TASKS.len()];
    let name = if round > 0 {
        format!("{name}{round}期")
    } else {
        name.to_owned()
    };
    let evidence = dice.chance(15);
    let items = 1 + dice.below(5) * dice.below(2);
    let indicators = (0..items)
        .map(|n| {
            let (kind, unit) = match dice.below(100) {
                0..60 => dice.pick(UNITS),
                60..68 => ("level", "张"),
                68..80 => ("ratio", "%"),
                80..92 => ("milestone", ""),
                _ => ("ongoing", ""),
            };
            let (target, scale) = match kind {
                "count" => (
                    dice.pick(&[1.0, 2.0, 3.0, 5.0, 7.0, 12.0, 30.0, 260.0, 1300.0, 15000.0]),
                    1.0,
                ),
                "quantity" => (
                    dice.pick(&[0.5, 2.27, 6.0, 9.3, 20.0, 180.0]),
                    dice.pick(&[10.0, 100.0]),
                ),
                "level" => (dice.pick(&[3.9, 40.0]), 100.0),
                _ => (dice.pick(&[5.5, 60.0, 95.0, 100.0]), 10.0),
            };
            let several = !evidence
                && departments > 2
                && dice.chance(12)
                && !matches!(kind, "milestone" | "ongoing");
            let reporters = if several {
                (0..2 + dice.below(2))
                    .map(|d| (lead + d) % departments)
                    .collect()
            } else {
                vec![lead]
            };
            // Their parts add up to it.
            let target = if several && matches!(kind, "count" | "quantity") {
                dice.pick(&[6.0, 30.0, 180.0])
            } else {
                target
            };
            Indicator {
                id: format!("{}.{}", no + 1, n + 1),
                name: format!(
                    "{}{name}{}",
                    ITEMS[(no + n) % ITEMS.len()],
                    ["", "数量", "面积", "（乡镇）", "点位"][n]
                ),
                kind,
                target,
                unit,
                scale,
                at_most: matches!(kind, "level" | "ratio") && dice.chance(30),
                reporters,
                speed: dice.pick(&[0.0, 0.0, 0.3, 0.8, 0.9, 1.0, 1.0, 1.1, 1.3, 2.0]),
            }
        })
        .collect();
    Task {
        name,
        lead,
        indicators,
        evidence,
    }
}

fn plan(
    dice: &mut Dice,
    names: &[String],
    tasks: &[Task],
    year: usize,
    periods: &[Period],
) -> String {
    let mut out = format!(
        "[plan]\nid = \"city\"\ntitle = \"示例市2025年重点工作\"\nshort_title = \"重点工作\"\nissuer = \"示例市人民政府办公室\"\nrevision = 1\n\
         start = 2025-01-01\nend = 2025-{year:02}-{}\ndue_day = 4\n",
        if year == 6 { 30 } else { 31 }
    );
    let off = dice.pick(&[
        "",
        "R018 = \"off\"",
        "R016 = \"off\", R008 = \"off\"",
        "R007 = \"error\"",
    ]);
    write!(out, "[checks]\nseverity = {{ {off} }}\n").unwrap();
    for (n, name) in names.iter().enumerate() {
        write!(out, "[[department]]\nid = \"d{n}\"\nname = \"{name}\"\n").unwrap();
    }
    let tiers: &[&str] = dice.pick(&[
        &["市级", "区级"],
        &["产业发展", "城乡建设", "民生福祉"],
        &["市级"],
    ]);
    let half = year / 2;
    for (n, task) in tasks.iter().enumerate() {
        let tier = tiers[n * tiers.len() / tasks.len()];
        write!(
            out,
            "[[task]]\nno = {}\ntier = \"{tier}\"\nname = \"{}\"\ntext = \"示例数据\"\nlead = \"d{}\"\nevidence_required = {}\n",
            n + 1, task.name, task.lead, task.evidence
        )
        .unwrap();
        if dice.chance(15) {
            writeln!(
                out,
                "measures = \"按月调度\"\nacceptance = \"组织验收\"\nfunding = \"财政资金\""
            )
            .unwrap();
        }
        let early = dice.chance(15);
        if early {
            writeln!(
                out,
                "deadline = 2025-{:02}-28",
                half + dice.below(year - half) + 1
            )
            .unwrap();
        }
        for i in &task.indicators {
            write!(
                out,
                "[[task.indicator]]\nid = \"{}\"\nname = \"{}\"\nkind = \"{}\"\n",
                i.id, i.name, i.kind
            )
            .unwrap();
            let numeric = !matches!(i.kind, "milestone" | "ongoing");
            if numeric {
                write!(out, "target = {}\nunit = \"{}\"\n", i.target, i.unit).unwrap();
            }
            if i.at_most {
                writeln!(out, "direction = \"at_most\"").unwrap();
            }
            if matches!(i.kind, "level" | "ratio") && dice.chance(30) && i.target * 1.5 < 100.0 {
                let baseline = if i.at_most {
                    i.target * 1.5
                } else {
                    i.target * 0.5
                };
                writeln!(out, "baseline = {}", baseline.round()).unwrap();
            }
            if i.kind == "milestone" && dice.chance(30) {
                writeln!(out, "start_by = \"2025-{:02}\"", 1 + dice.below(half)).unwrap();
            } else if numeric && dice.chance(20) {
                let points = if early {
                    "\"works\""
                } else {
                    "{ \"2025-03\" = 0.2, \"2025-06\" = 1.0 }"
                };
                writeln!(out, "schedule = {}", dice.pick(&["\"works\"", points])).unwrap();
            } else if i.kind != "ongoing" && !early && dice.chance(12) {
                writeln!(out, "deadline = 2025-{:02}-20", 1 + dice.below(year)).unwrap();
            }
            if dice.chance(20) {
                writeln!(out, "weight = {}", dice.pick(&[0.5, 2.0, 3.0])).unwrap();
            }
            if numeric && !i.at_most && dice.chance(8) {
                writeln!(out, "approximate = true").unwrap();
            }
            if i.reporters.len() > 1 {
                let part = i.part();
                let list: Vec<String> = i
                    .reporters
                    .iter()
                    .map(|d| format!("{{ department = \"d{d}\", target = {part} }}"))
                    .collect();
                writeln!(out, "reporters = [ {} ]", list.join(", ")).unwrap();
                if matches!(i.kind, "level" | "ratio") {
                    writeln!(out, "combine = \"{}\"", dice.pick(&["mean", "min", "max"])).unwrap();
                }
            }
        }
    }
    if dice.chance(15) {
        let first = format!("due_day = 4\nfirst_period = \"{}\"\n", periods[0]);
        out = out.replacen("due_day = 4\n", &first, 1);
    }
    let period = periods[dice.below(periods.len())];
    if dice.chance(15) {
        let grade = dice.pick(&["达到序时进度", "滞后", "已完成", "数据待核实"]);
        write!(out, "[[override]]\nperiod = \"{period}\"\ntask = 1\ngrade = \"{grade}\"\nreason = \"现场核查认定\"\n").unwrap();
    }
    if let Some(i) = tasks[0]
        .indicators
        .iter()
        .find(|i| !matches!(i.kind, "milestone" | "ongoing"))
        .filter(|_| dice.chance(20))
    {
        let value = (i.target * 0.5).floor();
        write!(out, "[[confirm]]\nperiod = \"{period}\"\ndepartment = \"d{}\"\nindicator = \"{}\"\nvalue = {value}\nby = \"督查室\"\nnote = \"电话核实\"\n", i.reporters[0], i.id).unwrap();
        if dice.chance(50) {
            write!(out, "[[adjust]]\nindicator = \"{}\"\nfrom = \"{period}\"\ntarget = {}\nbasis = \"会议纪要\"\n", i.id, (i.target * 0.8).ceil()).unwrap();
        }
    }
    out
}

fn workbook(
    dice: &mut Dice,
    (own, name): (usize, &str),
    tasks: &[Task],
    (period, year): (Period, usize),
    values: &mut [f64],
    words: bool,
    elements: bool,
) -> Vec<(&'static str, Rows)> {
    let heads = |heads: &[&str]| heads.iter().map(|h| (*h).into()).collect::<Vec<Cell>>();
    let mut rows: Rows = vec![
        vec!["示例市2025年重点工作进展情况报送表".into()],
        vec![
            format!("填报单位：{name}").as_str().into(),
            "".into(),
            "".into(),
            format!("填报期：{}", month_text(period)).as_str().into(),
        ],
        heads(&HEADS),
    ];
    let mut scheme: Rows = vec![heads(&SCHEME)];
    let share = f64::from(period.month()) / year as f64;
    let mut at = 0;
    for (no, task) in tasks.iter().enumerate() {
        if task.lead == own {
            let planned = dice.pick(&[80.0, 100.0, 1250.5]);
            let mut four = [
                "成立专班，按月调度。",
                "2025年底",
                "由牵头单位组织验收。",
                "财政资金",
            ]
            .map(|t| if dice.chance(80) { t } else { "" });
            if dice.chance(10) {
                four = [""; 4];
            }
            let paid = if dice.chance(5) {
                planned
            } else {
                planned / 4.0
            };
            let money = [planned, planned / 2.0, paid].map(|n| {
                if dice.chance(90) {
                    Cell::N(n)
                } else {
                    "".into()
                }
            });
            scheme.push(
                [Cell::N(no as f64 + 1.0), task.name.as_str().into()]
                    .into_iter()
                    .chain(four.map(Into::into))
                    .chain(money)
                    .collect(),
            );
        }
        let mut is_first = true;
        for i in &task.indicators {
            at += values.len() / tasks.iter().map(|t| t.indicators.len()).sum::<usize>();
            if !i.reporters.contains(&own) || dice.chance(2) {
                continue;
            }
            let mut cells: Vec<Cell> = vec!["".into(); HEADS.len()];
            (cells[0], cells[1], cells[2]) = (
                Cell::N(no as f64 + 1.0),
                task.name.as_str().into(),
                i.name.as_str().into(),
            );
            let part = i.part();
            let last = &mut values[at - 1 - own];
            let round = |n: f64| (n * i.scale).floor() / i.scale;
            let mut narrative = dice.pick(&[
                "已组织召开推进会两次，现场走访三处，逐项明确责任人。",
                "已开工建设，正在施工，各点位同步推进。",
                "各项前期手续正在办理，方案已印发。",
            ]);
            let mut done = false;
            match i.kind {
                "ongoing" => {
                    if dice.chance(5) {
                        narrative = "";
                    }
                }
                "milestone" => {
                    let step = i.speed * share;
                    done = step > 0.7;
                    cells[4] = if done {
                        "已完成"
                    } else if step > 0.1 || dice.chance(20) {
                        "进行中"
                    } else {
                        "未启动"
                    }
                    .into();
                    if done && dice.chance(95) {
                        cells[5] = format!("{period}-15").as_str().into();
                    }
                }
                "level" | "ratio" => {
                    let near = if i.at_most {
                        dice.between(0.9, 1.3)
                    } else {
                        dice.between(0.8, 1.05)
                    };
                    cells[3] = Cell::N(round((i.target * near).min(if i.kind == "ratio" {
                        100.0
                    } else {
                        1e9
                    })));
                }
                _ => {
                    let step = dice.between(0.9, 1.1);
                    let mut value = round(part * i.speed * share * step);
                    if dice.chance(2) {
                        value *= 4.0;
                    }
                    value = if dice.chance(97) {
                        value.max(*last)
                    } else {
                        value
                    };
                    if dice.chance(80) {
                        value = value.min(part);
                    }
                    *last = value;
                    done = value >= part;
                    cells[3] = Cell::N(value);
                }
            }
            if matches!(i.kind, "count" | "quantity" | "ratio") && dice.chance(5) {
                cells[3] = dice
                    .pick(&["已完成", "3吨", "约1", "", "按计划推进", "2、3"])
                    .into();
            }
            if is_first || dice.chance(50) {
                cells[6] = narrative.into();
                if words {
                    cells[7] = dice.pick(PROBLEMS).into();
                    cells[8] = dice.pick(STEPS).into();
                }
            }
            is_first = false;
            if dice.chance(15) && !done {
                cells[9] = dice
                    .pick(&["2025-11-20", "2025-12-31", "2026-01-15", "2025-02-10"])
                    .into();
            }
            if done && task.evidence && dice.chance(50) {
                cells[10] = "验收意见书（示例）".into();
            }
            rows.push(cells);
        }
    }
    let mut sheets = vec![("进展情况", rows)];
    if elements && scheme.len() > 1 {
        sheets.push(("工作方案", scheme));
    }
    sheets
}
