//! What one file of the inbox turned out to be.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;

use crate::plan::{DeptIx, IndIx, Period, TaskIx, Unit};

pub use super::fields::{FieldCell, RowCells, raw_text};
use super::workbook::{CellRef, Region, Result};
pub use crate::plan::field::{ElementField, Field};

/// One file of a month's inbox folder (or a member of a .zip there).
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Relative to `inbox/<period>/`, `/` between folders; a zip's member is `a.zip/inner.xlsx`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// What the folder and the file name say about the department (all that is known of a file that cannot be opened).
    pub department_claims: Vec<DepartmentClaim>,
    /// What the file name says about the month.
    pub period_claims: Vec<PeriodClaim>,
    /// What the workbook says, or why it cannot be used.
    pub content: Result<Box<Submission>>,
}

impl Arrival {
    /// Forgets what stands in the sheets and what is claimed of department and month, once both are checked. What is left tells
    /// which file it is, how new, and what it answers.
    pub fn forget_content(&mut self) {
        self.department_claims = Vec::new();
        self.period_claims = Vec::new();
        if let Ok(submission) = &mut self.content {
            **submission = Submission {
                modified: submission.modified.take(),
                form: FormIdentity {
                    accepted: Vec::new(),
                    ..std::mem::take(&mut submission.form)
                },
                macros: submission.macros,
                external_links: submission.external_links,
                explanations: std::mem::take(&mut submission.explanations),
                sheet_names: std::mem::take(&mut submission.sheet_names),
                ..Submission::default()
            };
        }
    }
}

/// Where a department or a month is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimSource {
    /// A folder of the inbox, below the month's.
    Folder,
    /// The hidden `_duban` sheet.
    IdentitySheet,
    /// 填报单位 or 填报期.
    Cell,
    /// A title above the header; of a department asked where nothing else names one.
    Title,
    /// A header such as 1-6月累计.
    MonthRange,
    /// The file's name.
    FileName,
    /// A text box of the used sheet that holds its title or 填报期.
    TextBox,
    /// The name of the used sheet.
    SheetName,
    /// Its page header or footer.
    Page,
    /// The signature below the table; asked where nothing above it names a department.
    Signature,
}

impl ClaimSource {
    /// Where a month was read, for messages.
    pub fn of_period(self) -> &'static str {
        match self {
            Self::Cell => "填报期",
            other => other.of_department(),
        }
    }

    /// Where a department was read, for messages.
    pub fn of_department(self) -> &'static str {
        match self {
            Self::Folder => "文件夹",
            Self::IdentitySheet => "标识表",
            Self::Cell => "填报单位",
            Self::Title => "标题",
            Self::MonthRange => "表头月份",
            Self::FileName => "文件名",
            Self::TextBox => "文本框",
            Self::SheetName => "表名",
            Self::Page => "页眉页脚",
            Self::Signature => "落款",
        }
    }
}

/// A department as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentClaim {
    /// Where it stands.
    pub source: ClaimSource,
    /// As it stands there, personal numbers masked.
    pub text: String,
    /// `None`: a name the plan does not know.
    pub department: Option<DeptIx>,
}

/// Whether claims name more than one department of the plan; a name the plan does not know contradicts nothing.
pub fn departments_conflict<'c>(claims: impl Iterator<Item = &'c DepartmentClaim>) -> bool {
    let mut known = claims.filter_map(|claim| claim.department);
    known
        .next()
        .is_some_and(|first| known.any(|other| other != first))
}

/// A month as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodClaim {
    /// Where it stands.
    pub source: ClaimSource,
    /// As it stands there, personal numbers masked.
    pub text: String,
    /// What the text names.
    pub named: NamedPeriod,
}

impl PeriodClaim {
    /// The month, where one could be read.
    pub fn period(&self) -> Option<Period> {
        match self.named {
            NamedPeriod::Month(period) => Some(period),
            NamedPeriod::Year(_) | NamedPeriod::Unreadable => None,
        }
    }
}

/// What a text names as the month that it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedPeriod {
    /// A month.
    Month(Period),
    /// A year alone that is not the folder's.
    Year(i16),
    /// It looks like a month and cannot be read: never taken for agreement.
    Unreadable,
}

impl NamedPeriod {
    /// For messages.
    pub fn chinese(self) -> String {
        match self {
            Self::Month(period) => period.chinese(),
            Self::Year(year) => format!("{year}年"),
            Self::Unreadable => "读不出的月份".to_owned(),
        }
    }
}

/// A workbook that could be opened.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// Claims found inside the workbook.
    pub department_claims: Vec<DepartmentClaim>,
    /// Claims about the month found inside the workbook.
    pub period_claims: Vec<PeriodClaim>,
    /// ISO 8601.
    pub modified: Option<String>,
    /// The identity sheet; empty where there is none.
    pub form: FormIdentity,
    /// F011: it carries macros.
    pub macros: bool,
    /// F011: it links to other workbooks.
    pub external_links: bool,
    /// Every sheet with a recognisable header row, in workbook order.
    pub report_sheets: Vec<ReportSheet>,
    /// Index into `report_sheets` of the one that is used.
    pub used: Option<usize>,
    /// The first 工作方案 sheet.
    pub elements: Option<Elements>,
    /// The answers of 情况说明.
    pub explanations: Vec<Explanation>,
    /// C017, at most the first 200.
    pub personal_data: Vec<PersonalData>,
    /// Cells with such numbers beyond those listed; masked all the same.
    pub more_personal_data: usize,
    /// Sheet names in workbook order, for messages.
    pub sheet_names: Vec<String>,
    /// Where no sheet is a report: what stands where a header should, for a message.
    pub heads: Option<UnreadHeads>,
}

/// A row that is most like a header and is none.
#[derive(Debug, Clone)]
pub struct UnreadHeads {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// Its index from 0.
    pub row: u32,
    /// Texts that name a column.
    pub known: Vec<String>,
    /// Texts that do not, each with the official header it resembles most.
    pub unknown: Vec<(String, Option<&'static str>)>,
}

impl Submission {
    /// The report that is used.
    pub fn report(&self) -> Option<&Report> {
        self.used
            .and_then(|ix| self.report_sheets.get(ix))
            .map(|s| &s.report)
    }
}

/// The very hidden `_duban` sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormIdentity {
    /// Revision of the form's layout.
    pub form_revision: Option<u32>,
    /// `id` of the plan that the form was made from.
    pub plan_id: Option<String>,
    /// Revision of that plan.
    pub plan_revision: Option<u32>,
    /// The month that the form was made for.
    pub period: Option<Period>,
    /// The department's id in the plan.
    pub department: Option<String>,
    /// 1 on a fresh form, one more on each return copy.
    pub submission: Option<u32>,
    /// Indicator and what was last accepted of it before the form's month, as it stands; never trusted by a run.
    pub accepted: Vec<(String, String)>,
}

/// A sheet with a report's header.
#[derive(Debug, Clone)]
pub struct ReportSheet {
    /// The sheet's name.
    pub name: Arc<str>,
    /// Hidden or very hidden.
    pub hidden: bool,
    /// The month its title, 填报期 or name speaks of.
    pub period: Option<Period>,
    /// There is at least one data row.
    pub has_data: bool,
    /// Its table; without rows where it is not the one that is used.
    pub report: Report,
}

/// The used table of a report sheet.
#[derive(Debug, Clone)]
pub struct Report {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The workbook's serial dates count from 1904-01-01.
    pub date_1904: bool,
    /// First and last header row.
    pub header_rows: (u32, u32),
    /// The columns that a field claims, from left to right.
    pub columns: Vec<Column>,
    /// S003: the later column of each pair that claims one field.
    pub ambiguous: Vec<Column>,
    /// S004: columns with data that are no part of the form.
    pub unknown: Vec<UnknownColumn>,
    /// The unit of a line above the table, for numbers that have none of their own.
    pub table_unit: Option<TableUnit>,
    /// In the sheet's order.
    pub rows: Vec<ReportRow>,
    /// S010: hidden rows and columns that hold report data.
    pub hidden: Vec<HiddenData>,
    /// Some cell of the rows has no result: an Excel error, or a formula that was never calculated.
    pub is_broken: bool,
}

impl Report {
    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|c| c.field == field)
    }
}

/// The unit that a line above a table gives: 单位：公里.
#[derive(Debug, Clone)]
pub struct TableUnit {
    /// The unit, or several as written.
    pub unit: Unit,
    /// It speaks of every indicator, since none of the table's is measured so; else of those that are.
    pub is_of_all: bool,
}

/// A column of a report.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it holds.
    pub field: Field,
    /// Its index from 0.
    pub col: u32,
    /// The header cell that decided.
    pub at: CellRef,
    /// The text of that header cell.
    pub text: CompactString,
    /// From the header's bracket.
    pub unit: Option<Unit>,
}

/// A column with data that is no part of the form.
#[derive(Debug, Clone)]
pub struct UnknownColumn {
    /// Its header cell.
    pub at: CellRef,
    /// The text of that cell.
    pub text: String,
    /// The nearest known header, for the message only.
    pub suggestion: Option<&'static str>,
}

/// A hidden row or column that holds report data.
#[derive(Debug, Clone)]
pub struct HiddenData {
    /// `None`: a hidden column.
    pub row: Option<u32>,
    /// A cell of the row, or the column's header cell.
    pub at: CellRef,
}

/// What a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSubject {
    /// One indicator.
    Indicator(IndIx),
    /// A task of several indicators, and the row does not say which.
    Task(TaskIx),
    /// S006.
    Unknown {
        /// As written.
        name: String,
        /// The nearest task or indicator names, for the message only.
        suggestions: Vec<String>,
        /// The indicators that have this name, of tasks that the row does not speak of.
        indicators: Vec<IndIx>,
    },
}

/// A data row of a report.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// Its index from 0.
    pub row: u32,
    /// What it reports.
    pub subject: RowSubject,
    /// 项目名称 is the task's typed anew: number and indicator tell the row (S006).
    pub is_retyped: bool,
    /// One cell for each of the report's columns.
    pub cells: RowCells,
}

impl ReportRow {
    /// The cell of a field; `None`: the form has no such column.
    pub fn get(&self, field: Field) -> Option<&FieldCell> {
        self.cells.get(field)
    }
}

/// The 工作方案 sheet.
#[derive(Debug, Clone)]
pub struct Elements {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The workbook's serial dates count from 1904-01-01.
    pub date_1904: bool,
    /// In the sheet's order.
    pub rows: Vec<ElementRow>,
    /// The unit of each money column that the sheet has, from its header's bracket (万元 where none is given).
    pub money_units: BTreeMap<ElementField, Unit>,
}

/// A task's row of the 工作方案.
#[derive(Debug, Clone)]
pub struct ElementRow {
    /// The task that it names.
    pub task: TaskIx,
    /// Its index from 0.
    pub row: u32,
    /// One for each field that the sheet has a column for.
    pub cells: RowCells<ElementField>,
}

/// One answer of the 情况说明 sheet.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The cell with the department's words.
    pub at: CellRef,
    /// The rule's code, as written, in capitals; empty where there is none.
    pub code: String,
    /// 位置, as written.
    pub place: String,
    /// What it points at; none where 位置 was left empty.
    pub places: Vec<AnswerPlace>,
    /// The department's words.
    pub text: String,
}

/// What an answer points at: cells, an indicator by its id or name, a task by its number or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPlace {
    /// As written.
    pub text: String,
    /// The sheet it names; `None`: the cells alone.
    pub sheet: Option<String>,
    /// The cells it names.
    pub cells: Option<Region>,
}

/// C017: an identity or mobile number outside the contact cells.
#[derive(Debug, Clone)]
pub struct PersonalData {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// Where on the sheet.
    pub place: PersonalPlace,
    /// The place's text with every such number masked. The plain text is kept nowhere.
    pub masked: String,
    /// 身份证号 or 手机号.
    pub what: &'static str,
}

/// Where on a sheet a personal number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalPlace {
    /// A cell.
    Cell(CellRef),
    /// The comment on a cell.
    Comment(CellRef),
    /// A text box or another shape.
    TextBox,
    /// The page's header or footer.
    Page,
}
