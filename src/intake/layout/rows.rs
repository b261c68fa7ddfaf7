//! The rows under a header: which are data, what each speaks of, and its cells.

use super::grid::Grid;
use super::header::Header;
use super::labels::is_label;
use super::names::{IndicatorMatch, Names, serial};
use super::wording::{HEADER_BYTES, Meaning};
use crate::intake::fields::RowCells;
use crate::intake::submission::{FieldCell, HiddenData, ReportRow, RowSubject};
use crate::intake::text;
use crate::intake::workbook::{Cell, CellRef, FileFault, Result, Value};
use crate::plan::field::Field;
use crate::plan::names;
use crate::plan::{IndIx, Limits, Plan, TaskIx};

/// Fields that belong to a task as a whole: a blank below the task's first row repeats what stands there.
const TASK_LEVEL: &[Field] = &[
    Field::No,
    Field::Tier,
    Field::Task,
    Field::Department,
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::Evidence,
    Field::Remark,
];

/// Fields whose content makes a row a report of something.
const CONTENT: &[Field] = &[
    Field::Previous,
    Field::ThisMonth,
    Field::Cumulative,
    Field::Rate,
    Field::Status,
    Field::DoneOn,
    Field::Narrative,
    Field::Problems,
    Field::NextSteps,
    Field::ExpectedOn,
];

/// The data rows of a report, and what is hidden of them.
#[derive(Debug, Default)]
pub struct DataRows {
    pub rows: Vec<ReportRow>,
    pub hidden: Vec<HiddenData>,
}

/// Data rows of one report at most, or twice the plan's indicators if that is more: many times what a department reports.
const DATA_ROWS: usize = 20_000;

/// For how many rows room is made before the first.
const ROWS_AT_ONCE: usize = 256;

/// Comparisons of names that one report's suggestions may cost.
const COMPARISONS: usize = 50_000;

/// Bytes of a name that may be a task's typed anew.
const LONGEST_NAME: usize = 300;

/// How much of a report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    All,
    /// Up to the first data row: whether there is one.
    First,
}

/// Reads the data rows below the header.
///
/// F004 when there are more than any report can have.
pub fn read(
    grid: &Grid,
    header: &Header,
    plan: &Plan,
    names: &Names,
    extent: Extent,
) -> Result<DataRows> {
    let room = match extent {
        Extent::All => grid.rows_below(header.rows.1).count().min(ROWS_AT_ONCE),
        Extent::First => 1,
    };
    let mut reader = RowReader {
        grid,
        header,
        plan,
        names,
        group: None,
        rows: Vec::with_capacity(room),
        task: None,
        indicator: None,
        comparisons: COMPARISONS,
        is_below_gap: false,
        is_other_table: false,
    };
    // Who raises the limit of a sheet's rows means to have them read.
    let is_raised = plan.limits.rows > Limits::default().rows;
    let raised = if is_raised { plan.limits.rows } else { 0 };
    let most = DATA_ROWS.max(plan.indicators.len() * 2).max(raised);
    let mut last_row = header.rows.1;
    for row in grid.rows_below(header.rows.1) {
        if row > last_row + 1 && !reader.touched_by_merge(row) {
            // A blank row ends a task's block.
            reader.group = None;
            reader.is_below_gap = true;
        }
        reader.row(row);
        last_row = row;
        if extent == Extent::First && !reader.rows.is_empty() {
            break;
        }
        if reader.rows.len() > most {
            return Err(FileFault::OverLimit {
                limit: format!("一张报送表的数据行超过{most}行"),
            });
        }
    }
    let rows = reader.rows;
    let hidden = hidden(grid, header, &rows);
    Ok(DataRows { rows, hidden })
}

struct RowReader<'a> {
    grid: &'a Grid<'a>,
    header: &'a Header,
    plan: &'a Plan,
    names: &'a Names,
    /// The block's first row, whose task-level cells are those of the rows below it, too.
    group: Option<u32>,
    rows: Vec<ReportRow>,
    /// What the last cells that name a task and an indicator were found to mean: one may be merged over many rows.
    task: Option<(CellRef, Option<TaskIx>)>,
    indicator: Option<((TaskIx, CellRef), IndicatorMatch)>,
    /// Left for suggestions.
    comparisons: usize,
    /// Whether nothing but rows that say nothing stands since the last blank row: another table may begin there.
    is_below_gap: bool,
    /// Whether a table of other columns has begun: its figures are not this one's, and not read.
    is_other_table: bool,
}

impl RowReader<'_> {
    fn touched_by_merge(&self, row: u32) -> bool {
        let region = |col| self.grid.region_at(CellRef::new(row, col));
        let columns = self.header.columns.iter();
        columns
            .filter_map(|c| region(c.col))
            .any(|r| r.first.row < row)
    }

    fn row(&mut self, row: u32) {
        let line = self.grid.line(row);
        let own = line.cells;
        self.is_other_table |= self.begins_other_table(own);
        if self.is_other_table
            || own.is_empty()
            || self.is_printed_header(own)
            || is_note(self.grid, row)
        {
            return;
        }
        let columns = self.header.columns.iter();
        let mut cells: RowCells = columns.map(|c| (c.field, line.field_cell(c.col))).collect();
        if self.is_total(&cells) {
            return;
        }
        let here = |cells: &RowCells, field| {
            let cell: Option<&FieldCell> = cells.get(field);
            cell.as_ref()
                .is_some_and(|c| c.at.row == row && !c.is_blank())
        };
        // Sub-numbers (1-1, 1-2) count rows, not tasks; a number without a name beside it does so only when it names the block's own task.
        let begins = here(&cells, Field::Task)
            || !self.header.has(Field::Task) && here(&cells, Field::No)
            || self.group.is_none();
        if begins {
            self.group = Some(row);
        } else if let Some(first) = self.group {
            let first = self.grid.line(first);
            let shared = |field| TASK_LEVEL.contains(&field);
            for column in self.header.columns.iter().filter(|c| shared(c.field)) {
                if let Some(cell) = cells.get_mut(column.field)
                    && cell.is_blank()
                {
                    *cell = first.field_cell(column.col);
                }
            }
        }
        let own_cell = |field: &Field| cells.get(*field).filter(|c| c.at.row == row);
        let has_content = || {
            CONTENT
                .iter()
                .filter_map(own_cell)
                .any(|c| c.value.is_some())
        };
        let names_subject = || {
            let subject = [Field::Indicator, Field::Task];
            let text = subject
                .iter()
                .filter_map(own_cell)
                .find_map(FieldCell::name);
            text.is_some_and(|text| self.names.is_task_or_indicator(&text))
        };
        // One text alone is a heading (一、市级民生实事), unless it names a task or an indicator.
        let has_content = has_content();
        if own.len() <= 2 && !has_content && !names_subject() {
            self.group = None;
        } else if let Some((subject, is_retyped)) = self.subject(&cells) {
            // Lines of another table below this one (科目, 预算, 支出) report nothing.
            let is_unknown = matches!(subject, RowSubject::Unknown { .. });
            if self.is_below_gap && is_unknown && !has_content {
                return;
            }
            self.is_below_gap = false;
            self.rows.push(ReportRow {
                row,
                subject,
                is_retyped,
                cells,
            });
        }
    }

    /// Whether a cell says what the header says in its column.
    fn is_of_header(&self, cell: &Cell) -> bool {
        matches!(&cell.value, Value::Text(t) if t.len() <= HEADER_BYTES
            && self.header.texts_of(cell.at.col).any(|key| names::folds_to(t, key)))
    }

    /// The header of another table, whose columns are not this one's: it begins as this one does, and a known head stands elsewhere.
    fn begins_other_table(&self, own: &[Cell]) -> bool {
        let is_moved = |cell: &Cell| {
            let Value::Text(raw) = &cell.value else {
                return false;
            };
            let Some(Meaning::Field(field, _)) = self.names.heads.meaning(raw) else {
                return false;
            };
            let mut columns = self.header.columns.iter();
            !columns.any(|column| (column.col, column.field) == (cell.at.col, field))
                && !self.is_of_header(cell)
        };
        own.len() > 2 && self.is_of_header(&own[0]) && own.iter().any(is_moved)
    }

    /// The header printed again at the top of each page.
    fn is_printed_header(&self, own: &[Cell]) -> bool {
        let mut other = 0;
        for cell in own {
            // Half of them are no header's: the rest cannot make it one.
            if other * 2 >= own.len() {
                return false;
            }
            other += usize::from(!self.is_of_header(cell));
        }
        let same = own.len() - other;
        same >= 2 && same > other
    }

    /// 合计, 小计, 总计 in a row's leading cells, also of a tier, a page or a department (省定小计, 本页合计, 教体局合计).
    fn is_total(&self, cells: &RowCells) -> bool {
        const WORDS: [&str; 7] = ["合计", "小计", "总计", "共计", "合计数", "累计", "总数"];
        const OF_ALL: [&str; 10] = [
            "本页",
            "本表",
            "以上",
            "累计",
            "全部",
            "各项",
            "分项",
            "各单位",
            "各部门",
            "其中",
        ];
        let leading = [Field::No, Field::Tier, Field::Task, Field::Indicator];
        leading.into_iter().any(|field| {
            // Each of the words has one of these in it: nearly every text is told by that.
            let may = |cell: &&FieldCell| matches!(&cell.value, Some(Value::Text(t)) if t.contains(['计', '总']));
            let text = cells.get(field).filter(may).and_then(FieldCell::name);
            text.is_some_and(|text| {
                let key = names::key(&text);
                let of = WORDS.iter().find_map(|word| key.strip_suffix(word));
                of.is_some_and(|of| {
                    let of = of.trim_end_matches("项目").trim_end_matches("任务");
                    let is_kind = of.chars().count() <= 4
                        && (of.ends_with(['定', '级', '属', '类']) || of.starts_with('全'));
                    let is_named = || self.names.department(of).is_some() || self.names.task(of).is_some();
                    (of.is_empty() || is_kind || OF_ALL.contains(&of) || is_named())
                        && !self.names.is_task_or_indicator(&text)
                })
            })
        })
    }

    /// What a row speaks of, and whether the name of its task is typed anew.
    fn subject(&mut self, cells: &RowCells) -> Option<(RowSubject, bool)> {
        let shown = |field| cells.get(field).filter(|c: &&FieldCell| !c.is_blank());
        let number = shown(Field::No).and_then(FieldCell::name);
        let is_placeholder = |c: &FieldCell| c.name().is_some_and(|t| text::is_placeholder(&t));
        let indicator = shown(Field::Indicator).filter(|c| !is_placeholder(c));
        let names = self.names;
        let of_number = || number.as_deref().and_then(|n| names.task_no(n));
        let task = if let Some(cell) = shown(Field::Task) {
            if let Some(task) = self.task(cell) {
                task
            } else {
                if let Some(ix) = self.alone(cell).filter(|_| indicator.is_none()) {
                    return Some((RowSubject::Indicator(ix), false));
                }
                let retyped = self.retyped(cell, of_number(), indicator);
                let subject = retyped.map(RowSubject::Indicator);
                return Some((
                    subject.unwrap_or_else(|| self.unknown(&cell.raw())),
                    retyped.is_some(),
                ));
            }
        } else if let Some(task) = of_number() {
            task
        } else {
            if let Some(ix) = indicator.and_then(|cell| self.alone(cell)) {
                return Some((RowSubject::Indicator(ix), false));
            }
            let name = match indicator {
                Some(cell) => cell.raw(),
                None => format!("序号{}", number.filter(|n| serial(n).is_some())?).into(),
            };
            return Some((self.unknown(&name), false));
        };
        let indicators = &self.plan.tasks[task].indicators;
        // A row that names the task alone is its only indicator's, if it has but one.
        let whole_task = if indicators.len() == 1 {
            RowSubject::Indicator(indicators.start)
        } else {
            RowSubject::Task(task)
        };
        let subject = match indicator.map(|cell| (self.indicator(task, cell), cell)) {
            Some((IndicatorMatch::One(ix), _)) => RowSubject::Indicator(ix),
            // Of a task's only indicator any words may stand there, but not another's name.
            Some((IndicatorMatch::None, cell))
                if indicators.len() != 1 || self.is_another(cell) =>
            {
                self.unknown(&cell.raw())
            }
            _ => whole_task,
        };
        Some((subject, false))
    }

    /// Whether a cell names an indicator, of whatever task.
    fn is_another(&self, cell: &FieldCell) -> bool {
        let name = cell.name();
        name.is_some_and(|name| !self.names.indicators_named(&name).is_empty())
    }

    /// The indicator that a cell names, where no other has its name: it says the task, too, whatever number stands beside it.
    fn alone(&self, cell: &FieldCell) -> Option<IndIx> {
        match self.names.indicators_named(&cell.name()?) {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The indicator of a row that names its task nearly right, where the indicator says which it is, or the number does. Beside an
    /// indicator that says so a part of the name is enough.
    fn retyped(
        &mut self,
        name: &FieldCell,
        number: Option<TaskIx>,
        indicator: Option<&FieldCell>,
    ) -> Option<IndIx> {
        let indicator = indicator?;
        let name = name.text().filter(|name| name.len() <= LONGEST_NAME)?;
        let alone = self.alone(indicator);
        let ix = match (alone, number) {
            (Some(ix), _) => ix,
            (None, Some(task)) => match self.indicator(task, indicator) {
                IndicatorMatch::One(ix) => ix,
                _ => return None,
            },
            (None, None) => return None,
        };
        let task = self.plan.indicators[ix].task;
        if alone.is_some() && self.names.is_part(task, &name) {
            return alone;
        }
        self.comparisons = self.comparisons.checked_sub(self.plan.tasks.len())?;
        self.names.is_retyped(task, &name).then_some(ix)
    }

    fn task(&mut self, cell: &FieldCell) -> Option<TaskIx> {
        match self.task {
            Some((at, task)) if at == cell.at => task,
            _ => {
                let task = cell.text().and_then(|name| self.names.task(&name));
                self.task = Some((cell.at, task));
                task
            }
        }
    }

    fn indicator(&mut self, task: TaskIx, cell: &FieldCell) -> IndicatorMatch {
        match self.indicator {
            Some((at, meant)) if at == (task, cell.at) => meant,
            _ => {
                let meant = cell.text().map_or(IndicatorMatch::None, |name| {
                    self.names.indicator(self.plan, task, &name)
                });
                self.indicator = Some(((task, cell.at), meant));
                meant
            }
        }
    }

    fn unknown(&mut self, name: &str) -> RowSubject {
        let name = text::one_line(name, 60);
        let cost = self.plan.tasks.len() + self.plan.indicators.len();
        let mut suggestions = Vec::new();
        if let Some(left) = self.comparisons.checked_sub(cost) {
            self.comparisons = left;
            suggestions = self.names.suggestions(self.plan, &name);
        }
        let indicators = self.names.indicators_named(&name).to_vec();
        RowSubject::Unknown {
            name,
            suggestions,
            indicators,
        }
    }
}

/// A note or signature line: 填表说明：…, 注：…, 填报人：…, or one text merged over most of the table.
pub fn is_note(grid: &Grid, row: u32) -> bool {
    let cells = grid.row(row);
    let Some(first) = cells.first() else {
        return false;
    };
    let Value::Text(t) = &first.value else {
        return false;
    };
    // Its first words tell; prose may follow them at length.
    let head: String = t.chars().take(200).collect();
    let key = names::fold(&head);
    let lead = ["填表说明", "填报说明", "注", "备注", "说明", "注意事项"];
    if lead.iter().any(|l| {
        key.strip_prefix(l)
            .is_some_and(|rest| rest.starts_with(':') || rest.starts_with('1') && rest.len() > 2)
    }) || is_label(t)
    {
        return true;
    }
    // 单位负责人（签字）：, 盖章 …
    if cells.len() <= 3 && head.len() == t.len() && key.ends_with(':') {
        return true;
    }
    cells.len() == 1
        && grid
            .region_at(first.at)
            .is_some_and(|r| r.last.col - r.first.col >= 5 && r.first.row == r.last.row)
}

/// S010: hidden rows with data of a row that counts, hidden columns of a field with data.
fn hidden(grid: &Grid, header: &Header, rows: &[ReportRow]) -> Vec<HiddenData> {
    let in_rows = rows
        .iter()
        .filter(|row| grid.sheet.hidden_rows.contains(&row.row))
        .filter_map(|row| {
            let subject = row.get(Field::Indicator).or_else(|| row.get(Field::Task));
            let cell = subject.or_else(|| row.cells.values().next())?;
            Some(HiddenData {
                row: Some(row.row),
                at: cell.at,
            })
        });
    let has_data = |field| {
        rows.iter()
            .any(|r| r.get(field).is_some_and(|c| !c.is_blank()))
    };
    let in_columns = header
        .columns
        .iter()
        .filter(|column| grid.sheet.is_hidden_col(column.col) && has_data(column.field))
        .map(|column| HiddenData {
            row: None,
            at: column.at,
        });
    in_rows.chain(in_columns).collect()
}
