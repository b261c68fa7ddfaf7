//! The 汇总表 workbook: what an office keeps, and what leadership looks a figure up in.
//!
//! Every number on its sheets is a [`crate::combine::Figure`]'s value, an accepted value or a date of the facts. Percentages are
//! percentage points with the sign in the number format, so that a cell equals its entry in facts.json.

mod canvas;
mod charts;
mod departments;
mod detail;
mod elements;
mod findings;
mod fit;
mod indicators;
mod leader;
mod ledger;
mod legend;
mod overview;
mod prelude;
mod print;
mod sources;
mod style;
mod tasks;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_order;

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, Workbook};

use crate::check::{FindingFacts, Source};
use crate::combine::Facts;
use crate::combine::facts::FileFacts;
use crate::plan::{Plan, chinese_date};
use crate::report::ooxml::{charts::explicit_in, saved};

use super::{Result, excel_date};

pub use detail::detail;
pub use style::grade_colours;

/// Sheet names, in tab order; a plan without the four elements has no sheet of theirs.
pub const SHEETS: [&str; 9] = [
    "总览",
    "一览表",
    "分项指标",
    "各单位报送情况",
    "四要素与资金",
    "数据核查清单",
    "来源",
    "说明",
    "问题台账",
];

/// The row of a list's heads, under title and subtitle.
const HEAD: u32 = 2;
/// The row of a list's first entry.
const FIRST_ROW: u32 = 3;

/// What a cell may lead to outside the workbook.
#[derive(Debug, Clone, Copy)]
pub enum LinkFrom<'a> {
    Finding(&'a FindingFacts),
    Source(&'a Source),
    File(&'a FileFacts),
}

/// Where a cell leads.
pub type Links<'a> = dyn Fn(LinkFrom<'_>) -> Option<String> + 'a;

/// Rows of a list at most, unless more are asked for: more than anyone reads, and far below Excel's own limit.
pub const LISTED: usize = 20_000;

/// What the facts do not say.
pub struct SummaryOptions<'a> {
    /// A path relative to the workbook's folder, with `/` between its parts, and `#'sheet'!A1` behind it where there is a place to jump to.
    /// Without one, cells lead to rows of the workbook's own sheets. File, sheet and cell are named in text either way.
    pub links: Option<&'a Links<'a>>,
    /// Findings, departments and files that are listed; the others are counted, and stand in the files beside the workbook.
    pub listed: usize,
}

impl Default for SummaryOptions<'_> {
    fn default() -> Self {
        Self {
            links: None,
            listed: LISTED,
        }
    }
}

/// What every sheet needs.
struct Cx<'a> {
    /// What the workbook is called.
    name: &'static str,
    facts: &'a Facts,
    plan: &'a Plan,
    options: &'a SummaryOptions<'a>,
    /// Indicator id → its row in 分项指标.
    indicator_rows: BTreeMap<&'a str, u32>,
    /// File path → its row in 来源.
    file_rows: BTreeMap<&'a str, u32>,
}

impl<'a> Cx<'a> {
    fn new(
        name: &'static str,
        facts: &'a Facts,
        plan: &'a Plan,
        options: &'a SummaryOptions<'a>,
    ) -> Self {
        let indicator_rows = (FIRST_ROW..)
            .zip(&facts.indicators)
            .map(|(row, i)| (i.id.as_str(), row))
            .collect();
        let files = facts.files.iter().take(options.listed);
        let file_rows = (FIRST_ROW..)
            .zip(files)
            .map(|(row, f)| (f.path.as_str(), row))
            .collect();
        Self {
            name,
            facts,
            plan,
            options,
            indicator_rows,
            file_rows,
        }
    }

    /// What of a list is listed, and how many more there are.
    fn listed<'l, T>(&self, all: &'l [T]) -> (&'l [T], usize) {
        let listed = all.get(..self.options.listed).unwrap_or(all);
        (listed, all.len() - listed.len())
    }

    /// `重点民生实事汇总表（2024年6月）`, and 征求意见稿 in a draft.
    fn file_title(&self) -> String {
        let draft = if self.facts.draft {
            "（征求意见稿）"
        } else {
            ""
        };
        format!(
            "{}{}（{}）{draft}",
            self.plan.short_title,
            self.name,
            self.facts.period.chinese()
        )
    }

    fn issuer_line(&self) -> String {
        format!("编制单位：{}", self.plan.issuer)
    }

    /// The period, the day the schedule is measured to, and the report's date.
    fn period_line(&self) -> String {
        let as_of = self
            .facts
            .as_of
            .map(|day| format!("（序时测算至{}）", chinese_date(day)))
            .unwrap_or_default();
        format!(
            "统计期：{}{as_of}　制表日期：{}",
            self.facts.period.chinese(),
            chinese_date(self.facts.date)
        )
    }

    fn title(&self, what: &str) -> String {
        format!("{}{what}", self.plan.title)
    }

    fn link(&self, from: LinkFrom<'_>) -> Option<String> {
        self.options.links.and_then(|links| links(from))
    }

    fn file_row_link(&self, path: &str) -> Option<String> {
        self.file_rows
            .get(path)
            .map(|row| format!("internal:'来源'!A{}", row + 1))
    }
}

/// How hard a workbook is packed, from 1 to 9: half of the time of the usual 6, and a sixth more bytes.
const COMPRESSION: u8 = 2;

/// The summary workbook's bytes. The same facts give the same bytes.
pub fn workbook(facts: &Facts, plan: &Plan, options: &SummaryOptions) -> Result<Vec<u8>> {
    let cx = Cx::new("汇总表", facts, plan, options);
    let mut book = new_book(&cx)?;
    let names = overview::write(&mut book, &cx)?;
    tasks::write(book.add_worksheet(), &cx)?;
    indicators::write(book.add_worksheet(), &cx)?;
    departments::write(book.add_worksheet(), &cx)?;
    if facts.elements.asked {
        elements::write(book.add_worksheet(), &cx)?;
    }
    findings::write(book.add_worksheet(), &cx)?;
    sources::write(book.add_worksheet(), &cx)?;
    legend::write(book.add_worksheet(), &cx)?;
    ledger::write(book.add_worksheet(), &cx)?;
    for (name, address) in names {
        book.define_name(name, &format!("={address}"))?;
    }
    Ok(explicit_in(&saved(&mut book)?)?)
}

/// An empty workbook of ours.
fn new_book(cx: &Cx) -> Result<Workbook> {
    let mut book = super::paper::book()?;
    book.set_zip_compression_level(COMPRESSION);
    book.set_properties(&properties(cx)?);
    Ok(book)
}

fn properties(cx: &Cx) -> Result<DocProperties> {
    // The report's own date, never the clock: the same facts give the same bytes.
    let made = excel_date(cx.facts.date)?;
    Ok(DocProperties::new()
        .set_title(cx.file_title())
        .set_subject(format!(
            "{}，统计期{}",
            cx.plan.title,
            cx.facts.period.chinese()
        ))
        .set_author(&cx.plan.issuer)
        .set_company(&cx.plan.issuer)
        .set_keywords(format!("督办 {}", cx.name))
        .set_creation_datetime(&made))
}
