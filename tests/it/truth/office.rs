//! What lies in the inbox, as a person who opens the files would tell it: who sent what when, and what a row says.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;
use std::rc::Rc;

use calamine::{Data, Range, Reader as _, open_workbook_auto_from_rs};
use duban::plan::{Period, Plan};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::known::{Month, round};
use crate::prelude::*;

type Sheets = Rc<Vec<(String, Range<Data>)>>;

pub struct Office<'a> {
    pub plan: &'a Plan,
    pub inbox: PathBuf,
    /// Up to the month at hand.
    pub months: &'a [Month],
    pub read: RefCell<BTreeMap<PathBuf, Sheets>>,
}

/// Codes that refuse a file as a whole.
const REFUSED: &[&str] = &[
    "F001", "F002", "F003", "F004", "F005", "F006", "F008", "F009", "F010", "S001", "S003",
];
const FOUR: [&str; 4] = ["工作举措", "完成时限", "验收标准", "资金来源"];

/// A cell as text; a date as 2025-08-25.
fn said(cell: Option<&Data>) -> String {
    match cell {
        Some(Data::DateTime(d)) => {
            (jiff::civil::date(1899, 12, 30) + (d.as_f64() as i64).days()).to_string()
        }
        Some(other) => other.to_string().trim().to_owned(),
        None => String::new(),
    }
}

/// The column below this head, and the row of heads.
fn column(range: &Range<Data>, heads: &[&str]) -> Option<(u32, u32)> {
    let (rows, cols) = range.end()?;
    let bare = |t: String| {
        t.split(['（', '('])
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>()
    };
    (0..=rows.min(12))
        .flat_map(|row| (0..=cols).map(move |col| (row, col)))
        .find(|&at| heads.contains(&bare(said(range.get_value(at))).as_str()))
}

impl Office<'_> {
    fn month(&self) -> &Month {
        self.months.last().unwrap()
    }

    fn folder(&self, period: Period) -> PathBuf {
        self.inbox.join(period.to_string())
    }

    fn sheets(&self, period: Period, file: &str) -> Sheets {
        let path = self.folder(period).join(file);
        if let Some(known) = self.read.borrow().get(&path) {
            return known.clone();
        }
        let bytes = match file.split_once(".zip/") {
            Some((zip, inner)) => {
                let zip = fs::read(self.folder(period).join(format!("{zip}.zip"))).unwrap();
                parts(&zip)
                    .into_iter()
                    .find(|(name, _)| name == inner)
                    .unwrap()
                    .1
            }
            None => fs::read(&path).unwrap(),
        };
        let mut book = open_workbook_auto_from_rs(Cursor::new(bytes))
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let names = book.sheet_names();
        let sheet = |name: String| {
            let range = book.worksheet_range(&name).ok()?;
            Some((name, range))
        };
        let sheets: Sheets = Rc::new(names.into_iter().filter_map(sheet).collect());
        self.read.borrow_mut().insert(path, sheets.clone());
        sheets
    }

    /// What stands under a head in the rows of a task, in the lead's file; in another reporter's where the lead's has nothing.
    pub fn words(&self, period: Period, task: u32, head: &str) -> Vec<String> {
        let heads: &[&str] = match head {
            "存在问题" => &[
                "存在问题",
                "问题",
                "困难问题",
                "存在的困难和问题",
                "存在的问题",
            ],
            "下一步措施" => &[
                "下一步措施",
                "下步措施",
                "下一步工作",
                "下步打算",
                "下一步工作计划",
            ],
            _ => &["预计完成时间", "计划完成时间", "预计完成日期"],
        };
        let month = self.months.iter().find(|m| m.period == period).unwrap();
        let plan = self.plan.tasks.iter().find(|t| t.no == task).unwrap();
        let lead = &self.plan.departments[plan.lead].id;
        let of = |own: bool| {
            let rows = month
                .records
                .iter()
                .filter(|r| r["task"] == task.to_string() && (r["department"] == *lead) == own);
            let mut found: Vec<String> = rows
                .filter(|r| !r["cell"].is_empty())
                .filter_map(|r| {
                    let sheets = self.sheets(period, &r["file"]);
                    let (_, range) = sheets.iter().find(|(name, _)| *name == r["sheet"])?;
                    let (_, col) = column(range, heads)?;
                    let row: u32 = r["cell"]
                        .trim_start_matches(|c: char| c.is_ascii_uppercase())
                        .parse()
                        .ok()?;
                    Some(said(range.get_value((row - 1, col))))
                })
                .filter(|t| !["", "无", "/", "—", "-"].contains(&t.as_str()))
                .collect();
            found.dedup();
            found
        };
        let own = of(true);
        if head == "预计完成时间" {
            return [own, of(false)].concat();
        }
        let found = if own.is_empty() { of(false) } else { own };
        if found.is_empty() {
            self.answers(task, head)
        } else {
            found
        }
    }

    /// 情况说明 answers R016 where the form left the cell blank: the lead's, else another reporter's; what an earlier
    /// month's file answered holds while the value stays the same.
    fn answers(&self, task: u32, head: &str) -> Vec<String> {
        let month = self.month();
        let plan = self.plan.tasks.iter().find(|t| t.no == task).unwrap();
        let lead = self.plan.departments[plan.lead].id.as_str();
        let asked = |f: &&serde_json::Value| {
            text(f, "code") == "R016"
                && text(f, "status") == "explained"
                && f["task"] == task
                && text(f, "expected").contains(head)
        };
        let mut answered: Vec<&serde_json::Value> = month.findings.iter().filter(asked).collect();
        if answered.iter().any(|f| text(f, "department") == lead) {
            answered.retain(|f| text(f, "department") == lead);
        }
        let files = |f: &serde_json::Value| {
            let own = self
                .plan
                .departments
                .iter()
                .position(|d| d.id == text(f, "department"))
                .unwrap();
            self.months
                .iter()
                .flat_map(move |m| self.usable(m, own).into_iter().map(|file| (m.period, file)))
        };
        let cells = |(period, file): (Period, String)| {
            let sheets = self.sheets(period, &file);
            let answers = sheets.iter().filter(|(name, _)| name == "情况说明");
            answers
                .flat_map(|(_, range)| range.used_cells().map(|(.., cell)| said(Some(cell))))
                .collect::<Vec<_>>()
        };
        answered
            .into_iter()
            .flat_map(files)
            .flat_map(cells)
            .collect()
    }

    /// Departments that something is asked of.
    pub fn asked(&self) -> usize {
        (0..self.plan.departments.len())
            .filter(|&d| !self.plan.slots_of(d).is_empty())
            .count()
    }

    pub fn reported(&self, state: &str) -> usize {
        let asked = (0..self.plan.departments.len()).filter(|&d| !self.plan.slots_of(d).is_empty());
        asked
            .filter(|&d| self.state(&self.plan.departments[d].name) == state)
            .count()
    }

    /// A department's files, by their names.
    fn files(&self, month: &Month, department: usize) -> Vec<String> {
        let department = &self.plan.departments[department];
        let names = || std::iter::once(&department.name).chain(&department.aliases);
        let files = crate::desk::files(&self.folder(month.period)).into_keys();
        files
            .filter(|f| names().any(|n| f.starts_with(n.as_str())))
            .collect()
    }

    fn usable(&self, month: &Month, department: usize) -> Vec<String> {
        let mut files = self.files(month, department);
        let refused = |file: &str, f: &serde_json::Value| {
            text(f, "file") == file && REFUSED.contains(&text(f, "code"))
        };
        files.retain(|file| !month.findings.iter().any(|f| refused(file, f)));
        files
    }

    /// How a department reported: by its first file that can be used.
    pub fn state(&self, name: &str) -> &'static str {
        let department = self
            .plan
            .departments
            .iter()
            .position(|d| d.name == name)
            .unwrap();
        let month = self.month();
        let usable = self.usable(month, department);
        if usable.is_empty() {
            return if self.files(month, department).is_empty() {
                "未报"
            } else {
                "退回修改"
            };
        }
        match self.came(department) {
            None => "已报送（收到日期未登记）",
            Some(day) if day > self.plan.due_date(month.period) => "逾期报送",
            Some(_) => "按时报送",
        }
    }

    /// The day a department's first file that can be used came, where the register has it.
    pub fn came(&self, department: usize) -> Option<Date> {
        let month = self.month();
        let bytes = fs::read(self.folder(month.period).join("received.csv")).unwrap_or_default();
        // As Excel writes it on a Chinese Windows, dates too.
        let register = String::from_utf8(bytes)
            .unwrap_or_else(|e| encoding_rs::GBK.decode(e.as_bytes()).0.into_owned());
        let day = |file: &String| {
            let mut lines = register.lines();
            let (_, day) =
                lines.find_map(|l| l.split_once(',').filter(|(name, _)| name == file))?;
            let mut numbers = day.split(['-', '/']).map(str::parse::<i8>);
            let year = day.get(..4)?.parse().ok()?;
            Date::new(year, numbers.nth(1)?.ok()?, numbers.next()?.ok()?).ok()
        };
        self.usable(month, department).iter().filter_map(day).min()
    }

    /// What stands under a head in a task's row of 工作方案, the month at hand first; `None` in months without one.
    fn schemes(&self, task: u32, head: &str) -> Vec<Option<String>> {
        let plan = self.plan.tasks.iter().find(|t| t.no == task).unwrap();
        let lead = &self.plan.departments[plan.lead].id;
        let of = |month: &Month| {
            let told = month
                .records
                .iter()
                .find(|r| r["department"] == *lead && !r["file"].is_empty());
            // A lead that reports no figure of its own is told by its file's name alone.
            let file = told
                .map(|r| r["file"].clone())
                .or_else(|| self.usable(month, plan.lead).pop())?;
            let sheets = self.sheets(month.period, &file);
            let (_, range) = sheets.iter().find(|(name, _)| name == "工作方案")?;
            let (heads, col) = column(range, &["项目名称"])?;
            let rows = range.end()?.0;
            let row =
                (heads + 1..=rows).find(|&row| said(range.get_value((row, col))) == plan.name)?;
            let cell = said(range.get_value((row, column(range, &[head])?.1)));
            Some(if cell == "/" || cell == "无" {
                String::new()
            } else {
                cell
            })
        };
        self.months.iter().rev().map(of).collect()
    }

    /// The elements that neither the plan nor a report gives.
    pub fn missing(&self, task: u32) -> Vec<&'static str> {
        let plan = self.plan.tasks.iter().find(|t| t.no == task).unwrap();
        let given = |head: &str| match head {
            "工作举措" => !plan.measures.is_empty(),
            "完成时限" => true,
            "验收标准" => !plan.acceptance.is_empty(),
            _ => !plan.funding.is_empty(),
        };
        FOUR.into_iter()
            .filter(|head| {
                !given(head)
                    && self
                        .schemes(task, head)
                        .into_iter()
                        .flatten()
                        .next()
                        .is_none_or(|t| t.is_empty())
            })
            .collect()
    }

    /// Tasks that have all four, and the share of all elements.
    pub fn complete(&self) -> (f64, f64) {
        let lacking: Vec<usize> = self
            .plan
            .tasks
            .iter()
            .map(|t| self.missing(t.no).len())
            .collect();
        let all = lacking.len() * 4;
        let whole = lacking.iter().filter(|n| **n == 0).count();
        (
            whole as f64,
            round((all - lacking.iter().sum::<usize>()) as f64 / all as f64 * 100.0),
        )
    }

    /// The money of all tasks whose amounts do not contradict each other.
    pub fn money(&self) -> Money {
        let mut money = Money::default();
        let (mut leads, mut funded) = (BTreeSet::new(), BTreeSet::new());
        let mut both = [(0.0, 0.0); 2];
        for task in &self.plan.tasks {
            leads.insert(task.lead);
            let of = |head: &str| {
                self.schemes(task.no, head)
                    .iter()
                    .map(|t| t.as_ref()?.parse::<f64>().ok())
                    .collect::<Vec<_>>()
            };
            // The oldest first: amounts that contradict each other are not kept.
            let [planned, arrived, paid] = ["计划资金", "到位资金", "支付资金"].map(of);
            let mut amounts = [None; 3];
            for month in (0..planned.len()).rev() {
                let own = [planned[month], arrived[month], paid[month]];
                let agree = |of: [Option<f64>; 3]| {
                    of.windows(2)
                        .all(|w| w[0].zip(w[1]).is_none_or(|(a, b)| a >= b))
                };
                let filled: [Option<f64>; 3] = std::array::from_fn(|n| own[n].or(amounts[n]));
                if agree(filled) || month == 0 {
                    amounts = filled;
                }
            }
            let known: Vec<f64> = amounts.into_iter().flatten().collect();
            if known.is_empty() {
                continue;
            }
            if amounts
                .windows(2)
                .all(|w| w[0].zip(w[1]).is_none_or(|(a, b)| a >= b))
            {
                funded.insert(task.lead);
            } else {
                money.doubtful.push(task.no);
                continue;
            }
            for (sum, amount) in money.sums.iter_mut().zip(amounts) {
                *sum = sum.map_or(amount, |s| Some(s + amount.unwrap_or(0.0)));
            }
            for (rate, pair) in both.iter_mut().zip(amounts.windows(2)) {
                if let [Some(whole), Some(part)] = pair {
                    *rate = (rate.0 + whole, rate.1 + part);
                }
            }
        }
        (money.leads, money.funded) = (leads.len(), funded.len());
        money.rates = both.map(|(whole, part)| (whole > 0.0).then(|| round(part / whole * 100.0)));
        money
    }
}

#[derive(Default)]
pub struct Money {
    pub leads: usize,
    pub funded: usize,
    /// 计划, 到位, 支付.
    pub sums: [Option<f64>; 3],
    /// 到位率 and 支付率, of what gives both.
    pub rates: [Option<f64>; 2],
    pub doubtful: Vec<u32>,
}
