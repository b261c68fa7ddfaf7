//! A month of many departments, each with a workbook of its own, run by the program.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::book::{Book, Cell, Writer};
use crate::prelude::*;

/// A department with one task of one indicator, and the file it sends.
pub struct Case {
    /// For messages: the family's writing and where it stands.
    pub told: String,
    /// For counting.
    pub place: &'static str,
    pub writer: Writer,
    pub book: Book,
    /// Without its ending; empty: the department's name.
    pub file: String,
    /// The indicator's lines in the plan.
    pub indicator: String,
}

impl Case {
    /// In a file of its department's name.
    pub fn of(
        told: impl Into<String>,
        place: &'static str,
        writer: Writer,
        book: Book,
        indicator: impl Into<String>,
    ) -> Self {
        Self {
            told: told.into(),
            place,
            writer,
            book,
            file: String::new(),
            indicator: indicator.into(),
        }
    }
}

/// Writers that every writing goes through, and those of LibreOffice that every few go through, since each takes its time.
pub fn writers(n: usize) -> Vec<Writer> {
    let mut all = vec![Writer::Shared, Writer::Inline];
    all.extend(n.is_multiple_of(24).then_some(Writer::Office("xls")));
    all.extend((n % 24 == 8).then_some(Writer::Office("ods")));
    all.extend((n % 24 == 16).then_some(Writer::Office("xlsx")));
    all
}

/// A department's form of its own: title, who and when, and one row.
pub fn form(period: Option<&str>, columns: &[(&str, Option<Cell>)]) -> Book {
    let mut line = vec![(0, "填报单位：{单位}".to_owned())];
    line.extend(period.map(|period| (4, format!("填报期：{period}"))));
    let mut header = vec!["序号".to_owned(), "项目名称".to_owned(), "指标".to_owned()];
    let mut row = vec![None, Some("{任务}".into()), Some("示例指标".into())];
    for (name, cell) in columns {
        header.push((*name).to_owned());
        row.push(cell.clone());
    }
    if !columns.iter().any(|(name, _)| *name == "工作进展") {
        header.push("工作进展".to_owned());
        row.push(Some(
            "按月调度，现场走访三处，台账已更新，数量见本表各列（示例数据）。".into(),
        ));
    }
    Book {
        sheet: "进展情况".to_owned(),
        above: vec![vec![(0, "示例市重点工作进展情况报送表".to_owned())], line],
        header,
        rows: vec![row],
        ..Book::default()
    }
}

/// The plan lines of an indicator of quantity, or of a ratio.
pub fn quantity(name: &str, target: f64, unit: &str) -> String {
    let kind = if unit == "%" { "ratio" } else { "quantity" };
    format!("name = \"{name}\"\nkind = \"{kind}\"\ntarget = {target}\nunit = \"{unit}\"")
}

/// The month of forms in which something else is written in its own way.
pub const NORMAL: &str = "2025年5月";

/// The indicator of forms in which something else is written in its own way.
pub fn usual() -> String {
    quantity("示例指标", 24.0, "公里")
}

/// What the program said of a case.
pub struct Outcome {
    pub findings: Vec<Value>,
    pub record: BTreeMap<String, String>,
}

impl Outcome {
    /// Codes at a cell, and those of the file as a whole where no cell is asked for.
    pub fn codes(&self, cell: Option<&str>) -> Vec<&str> {
        let at = |f: &&Value| cell.is_none_or(|cell| f["cell"].as_str() == Some(cell));
        let mut codes: Vec<&str> = self
            .findings
            .iter()
            .filter(at)
            .filter_map(|f| f["code"].as_str())
            .collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    pub fn accepted(&self) -> bool {
        self.record.get("state").map(String::as_str) == Some("accepted")
    }

    pub fn value(&self) -> Option<f64> {
        self.record.get("value")?.parse().ok()
    }
}

/// Names that no reader could mix up: two characters of lists that share none.
pub fn department(n: usize) -> String {
    const FIRST: [&str; 40] = [
        "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑", "寅", "卯", "辰",
        "巳", "午", "未", "申", "酉", "戌", "亥", "乾", "坤", "震", "巽", "坎", "离", "艮", "兑",
        "梅", "兰", "竹", "菊", "松", "柏", "桐", "枫", "槐", "榆",
    ];
    const SECOND: [&str; 40] = [
        "峰", "岭", "谷", "溪", "湖", "泉", "洲", "湾", "屿", "礁", "云", "雾", "霞", "虹", "雷",
        "霜", "露", "星", "辉", "曦", "琴", "棋", "书", "画", "诗", "茶", "剑", "笛", "箫", "鼓",
        "鹤", "雁", "鹰", "鹿", "驼", "鲸", "鲤", "蝶", "蝉", "萤",
    ];
    format!("{}{}局", FIRST[n % 40], SECOND[n / 40])
}

pub fn plan(departments: &[(String, String)], tasks: &str) -> String {
    let mut plan = String::from(
        "[plan]\nid = \"writings\"\ntitle = \"示例市2025年重点工作\"\nissuer = \"示例市人民政府办公室\"\nrevision = 1\n\
         start = 2025-01-01\nend = 2025-12-31\ndue_day = 5\n[checks]\nseverity = { R018 = \"off\", R016 = \"off\", R008 = \"off\" }\n",
    );
    for (id, name) in departments {
        write!(plan, "[[department]]\nid = \"{id}\"\nname = \"{name}\"\n").unwrap();
    }
    plan + tasks
}

/// Departments that one plan can have, by their names.
const DEPARTMENTS: usize = 1600;

/// Runs months of cases, in as many runs as their departments need.
fn run(cases: &[Case], period: &str) -> Vec<Outcome> {
    let runs = cases.chunks(DEPARTMENTS);
    runs.flat_map(|cases| run_once(cases, period)).collect()
}

fn run_once(cases: &[Case], period: &str) -> Vec<Outcome> {
    let desk = Desk::bare();
    let inbox = desk.make_folder(&format!("inbox/{period}"));
    let mut tasks = String::new();
    let departments: Vec<_> = (0..cases.len())
        .map(|n| (format!("d{n}"), department(n)))
        .collect();
    let mut by_office: BTreeMap<&str, Vec<(usize, PathBuf)>> = BTreeMap::new();
    let task = |n: usize| match cases[n].book.task.as_str() {
        "" => format!("示例任务{}", n + 1),
        task => format!("{}{task}", department(n)),
    };
    let name = |n: usize| match cases[n].file.as_str() {
        "" => department(n),
        file => file.replace("{单位}", &department(n)),
    };
    for (n, case) in cases.iter().enumerate() {
        write!(
            tasks,
            "[[task]]\nno = {0}\ntier = \"市级\"\nname = \"{1}\"\ntext = \"示例\"\nlead = \"d{n}\"\n[[task.indicator]]\nid = \"{0}.1\"\n{2}\n",
            n + 1,
            task(n),
            case.indicator
        )
        .unwrap();
        let mut book = case.book.clone();
        // The row's task and the department's name are the case's own.
        let cells = book.rows.iter_mut().flatten().flatten();
        for cell in cells.chain(book.elements.iter_mut().flatten()) {
            if let Cell::Text(text) = cell {
                *text = text
                    .replace("{任务}", &task(n))
                    .replace("{序号}", &(n + 1).to_string())
                    .replace("{单位}", &department(n));
            }
        }
        for text in book.above.iter_mut().flatten().map(|(_, text)| text) {
            *text = text.replace("{单位}", &department(n));
        }
        match case.writer {
            Writer::Shared => {
                fs::write(inbox.join(format!("{}.xlsx", name(n))), book.shared()).unwrap();
            }
            Writer::Inline => {
                fs::write(inbox.join(format!("{}.xlsx", name(n))), book.inline()).unwrap();
            }
            Writer::Office(kind) => {
                let file = desk
                    .make_folder(&format!("office-{kind}"))
                    .join(format!("{n}.xlsx"));
                fs::write(&file, book.shared()).unwrap();
                by_office.entry(kind).or_default().push((n, file));
            }
        }
    }
    for (kind, saved) in by_office {
        if !libreoffice::is_installed() {
            break;
        }
        let (numbers, books): (Vec<usize>, Vec<PathBuf>) = saved.into_iter().unzip();
        let again = libreoffice::convert(&desk, &books, kind, &format!("saved-{kind}"));
        for (n, book) in numbers.into_iter().zip(again) {
            fs::copy(book, inbox.join(format!("{}.{kind}", name(n)))).unwrap();
        }
    }
    let plan = plan(&departments, &tasks);
    let said = said(&desk, &plan, period);
    (0..cases.len())
        .map(|n| {
            said.of(
                &format!("d{n}"),
                &format!("{}.{}", name(n), cases[n].writer.extension()),
            )
        })
        .collect()
}

/// The findings and records of a run.
pub struct Said {
    findings: Vec<Value>,
    records: Vec<BTreeMap<String, String>>,
}

impl Said {
    pub fn of(&self, department: &str, file: &str) -> Outcome {
        let of_file = |f: &&Value| {
            f["file"].as_str() == Some(file)
                || (f["file"].is_null() && f["department"] == department)
        };
        Outcome {
            findings: self.findings.iter().filter(of_file).cloned().collect(),
            record: self
                .records
                .iter()
                .find(|r| r["department"] == department)
                .cloned()
                .unwrap_or_default(),
        }
    }

    pub fn record(&self, indicator: &str) -> &BTreeMap<String, String> {
        self.records
            .iter()
            .find(|r| r["indicator"] == indicator)
            .expect("a record")
    }

    pub fn findings(&self) -> &[Value] {
        &self.findings
    }
}

/// Runs the program on a desk's inbox, with this plan.
pub fn said(desk: &Desk, plan: &str, period: &str) -> Said {
    desk.write("plan.toml", plan);
    let done = desk.duban(&format!("run --plan plan.toml --period {period}"));
    assert!(matches!(done.code, Some(0 | 1)), "{done}");
    let out = desk.path(&format!("out/{period}"));
    let findings: Value =
        serde_json::from_slice(&fs::read(out.join("findings.json")).unwrap()).unwrap();
    let text = fs::read_to_string(out.join("records.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    Said {
        findings: findings.list().clone(),
        records: reader.deserialize().map(Result::unwrap).collect(),
    }
}

/// Runs May's cases, each with what is wanted of it, and fails with everything that `judge` finds wrong.
pub fn judged<W>(
    family: &str,
    cases: Vec<(W, Case)>,
    judge: impl Fn(&mut Tally, &W, &Case, &Outcome),
) {
    let mut tally = Tally::default();
    tally.judge(family, "2025-05", cases, judge);
    tally.end();
}

/// As [`judged`], where the same is wanted of all.
pub fn each(family: &str, cases: Vec<Case>, judge: impl Fn(&mut Tally, &Case, &Outcome)) {
    let cases = cases.into_iter().map(|case| ((), case)).collect();
    judged(family, cases, |tally, (), case, outcome| {
        judge(tally, case, outcome);
    });
}

/// What was read wrongly, and how many were tried by family and place.
#[derive(Default)]
pub struct Tally {
    tried: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Tally {
    /// Runs a month's cases, and judges each.
    pub fn judge<W>(
        &mut self,
        family: &str,
        period: &str,
        cases: Vec<(W, Case)>,
        judge: impl Fn(&mut Self, &W, &Case, &Outcome),
    ) {
        let (wanted, cases): (Vec<W>, Vec<Case>) = cases.into_iter().unzip();
        for ((wanted, case), outcome) in wanted.iter().zip(&cases).zip(run(&cases, period)) {
            self.count(family, case);
            judge(self, wanted, case, &outcome);
        }
    }

    pub fn count(&mut self, family: &str, case: &Case) {
        let writer = match case.writer {
            Writer::Shared => "shared strings".to_owned(),
            Writer::Inline => "inline strings".to_owned(),
            Writer::Office(kind) => format!("LibreOffice .{kind}"),
        };
        *self
            .tried
            .entry(format!("{family}, {}, {writer}", case.place))
            .or_default() += 1;
    }

    pub fn wrong(&mut self, case: &Case, what: impl std::fmt::Display) {
        self.wrong.push(format!(
            "{} [{}, {:?}]: {what}",
            case.told, case.place, case.writer
        ));
    }

    /// Fails with everything that was read wrongly.
    pub fn end(self) {
        let all: usize = self.tried.values().sum();
        for (what, n) in &self.tried {
            println!("{n:5} {what}");
        }
        println!("{all:5} in all");
        assert!(
            self.wrong.is_empty(),
            "{} of {all} are read wrongly:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
    }
}
