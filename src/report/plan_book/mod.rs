//! A plan and the office's ledger as the workbooks that a clerk fills in: the sheets and columns of [`PLAN`] and
//! [`crate::plan::sheets::LEDGER`], with drop-downs from their own sheets, a sentence where a cell takes no other entry, notes on
//! the heads, and a page that explains them.

mod cells;
mod guide;
mod ledger;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties,
    ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet,
};
use toml::Table as Toml;

use super::ooxml::saved;
use super::room::{MAX_ROW_HEIGHT, column_px, text_height};
use super::{Result, excel_date};
use crate::plan::notice::Remark;
use crate::plan::sheets::{Column, Holds, Layout, PLAN, PROFILES, REMARK, Table};
use cells::{Cell, Filled, choices, filled};

pub use ledger::ledger;

/// Rows below the last filled one that are ruled and take entries.
const BLANK: u32 = 40;
/// The row to which drop-downs reach.
const LAST: u32 = 5_000;
/// Columns that stay in sight.
const KEPT: [(&str, u16); 5] = [
    ("task", 3),
    ("indicator", 3),
    ("department", 2),
    ("confirm", 4),
    ("adjust", 2),
];

struct Styles {
    head: Format,
    /// A head whose column must be filled.
    needed: Format,
    cell: Format,
    text: Format,
    date: Format,
    grey: Format,
    /// 待核.
    open: Color,
}

impl Styles {
    fn new() -> Self {
        let cell = Format::new()
            .set_font_name("宋体")
            .set_font_size(10.5)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x008C_8C8C))
            .set_text_wrap();
        let head = cell
            .clone()
            .set_font_name("黑体")
            .set_align(FormatAlign::Center);
        Self {
            needed: head.clone().set_background_color(Color::RGB(0x00DD_E7F3)),
            head: head.set_background_color(Color::RGB(0x00EC_ECEC)),
            text: cell.clone().set_num_format("@"),
            date: cell
                .clone()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            grey: cell.clone().set_font_color(Color::RGB(0x0059_5959)),
            open: Color::RGB(0x00FF_F2CC),
            cell,
        }
    }

    fn of(&self, holds: Holds) -> &Format {
        match holds {
            // As text, 1.10 stays 1.10 and 2024年6月 no date.
            Holds::Code
            | Holds::Month
            | Holds::Relation
            | Holds::Reporters
            | Holds::DueDay
            | Holds::Rule
            | Holds::Rules => &self.text,
            Holds::Date => &self.date,
            _ => &self.cell,
        }
    }
}

/// The workbook of a plan's tree; of an empty one the workbook to begin with. `remarks`: of a draft, what is to be settled, whose
/// cells are coloured, and the sentences that its parts were taken from.
///
/// # Errors
/// Where a text passes one of Excel's own limits.
pub fn workbook(tree: &Toml, remarks: &[Remark]) -> Result<Vec<u8>> {
    let styles = Styles::new();
    let mut book = begun("任务计划")?;
    let steps = guide::OF_PLAN;
    guide::write(book.add_worksheet(), "任务计划怎样填", steps, PLAN, &styles)?;
    let all = filled(PLAN, tree);
    let schedules = PLAN
        .iter()
        .zip(&all)
        .filter(|(table, _)| table.layout == Layout::Months);
    let lists = Lists {
        departments: "=责任单位!$B$2:$B$5000".to_owned(),
        tasks: "=任务!$A$2:$A$5000".to_owned(),
        schedules: schedules.flat_map(|(_, filled)| filled.names()).collect(),
        ..Lists::default()
    };
    sheets(&mut book, PLAN, &all, &lists, remarks, &styles)?;
    Ok(saved(&mut book)?)
}

/// Where the words come from that drop-downs offer.
#[derive(Default)]
struct Lists {
    departments: String,
    tasks: String,
    /// In a ledger.
    months: Option<String>,
    /// In a ledger, by the column of the task's number.
    indicators: Option<ledger::Indicators>,
    /// By name.
    schedules: Vec<String>,
}

fn begun(title: &str) -> Result<Workbook> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2024, 1, 1)?;
    let properties = DocProperties::new();
    book.set_properties(&properties.set_title(title).set_creation_datetime(&made));
    Ok(book)
}

/// The sheets of a book, each with its rows.
fn sheets(
    book: &mut Workbook,
    tables: &'static [Table],
    all: &[Filled],
    lists: &Lists,
    remarks: &[Remark],
    styles: &Styles,
) -> Result {
    for (table, filled) in tables.iter().zip(all) {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name)?;
        if table.required {
            sheet.set_tab_color(Color::RGB(0x0044_72C4));
        }
        match table.layout {
            Layout::Settings(heads) => settings(sheet, table, heads, filled, styles)?,
            Layout::Rows | Layout::Months => rows(sheet, table, filled, lists, styles)?,
        }
        for (row, row_of) in (1_u32..).zip(row_names(table, filled)) {
            remark(sheet, table, filled, (row, &row_of), remarks, styles)?;
        }
        printed(sheet)?;
    }
    Ok(())
}

/// On A4 across, as wide as a page, the head on each.
fn printed(sheet: &mut Worksheet) -> Result {
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    Ok(())
}

fn settings(
    sheet: &mut Worksheet,
    table: &Table,
    heads: [&str; 2],
    filled: &Filled,
    styles: &Styles,
) -> Result {
    for (col, (head, width)) in (0_u16..).zip([(heads[0], 18.0), (heads[1], 44.0), ("说明", 60.0)])
    {
        sheet.set_column_width(col, width)?;
        sheet.write_string_with_format(0, col, head, &styles.needed)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, (column, row)) in (1_u32..).zip(table.columns.iter().zip(&filled.rows)) {
        sheet.write_string_with_format(at, 0, column.head, &styles.head)?;
        write(
            sheet,
            at,
            1,
            row.first().and_then(Option::as_ref),
            styles.of(column.holds),
        )?;
        sheet.write_string_with_format(at, 2, column.note, &styles.grey)?;
        if let Some(rule) = rule(table, column, &Lists::default())? {
            sheet.add_data_validation(at, 1, at, 1, &rule)?;
        }
    }
    Ok(())
}

fn rows(
    sheet: &mut Worksheet,
    table: &Table,
    filled: &Filled,
    lists: &Lists,
    styles: &Styles,
) -> Result {
    let columns = || {
        table
            .columns
            .iter()
            .chain(std::iter::once(&REMARK).filter(|_| table.layout == Layout::Rows))
    };
    let all = u32::try_from(filled.rows.len()).unwrap_or(LAST);
    let last = all.saturating_add(BLANK);
    sheet.set_row_height(0, 24)?;
    for (col, column) in (0_u16..).zip(columns()) {
        sheet.set_column_width(col, f64::from(column.width))?;
        let head = if table.needs(column) {
            &styles.needed
        } else {
            &styles.head
        };
        sheet.write_string_with_format(0, col, column.head, head)?;
        sheet.insert_note(
            0,
            col,
            &Note::new(column.note)
                .set_author("duban")
                .add_author_prefix(false),
        )?;
        for at in all + 1..=last {
            sheet.write_blank(at, col, styles.of(column.holds))?;
        }
        if let Some(rule) = rule(table, column, lists)? {
            sheet.add_data_validation(1, col, LAST.max(last), col, &rule)?;
        }
    }
    let first_month = u16::try_from(table.columns.len()).unwrap_or_default();
    for (col, month) in (first_month..).zip(&filled.months) {
        sheet.set_column_width(col, if month.contains('年') { 11.0 } else { 7.0 })?;
        sheet.write_string_with_format(0, col, month, &styles.head)?;
        for at in all + 1..=last {
            sheet.write_blank(at, col, &styles.cell)?;
        }
    }
    for (at, row) in (1_u32..).zip(&filled.rows) {
        let formats = columns()
            .map(|c| styles.of(c.holds))
            .chain(std::iter::repeat(&styles.cell));
        let cells = row
            .iter()
            .map(Option::as_ref)
            .chain(std::iter::repeat(None));
        let width = (columns().count() + filled.months.len()).max(row.len());
        for (col, (cell, format)) in (0_u16..).zip(cells.zip(formats).take(width)) {
            write(sheet, at, col, cell, format)?;
        }
        sheet.set_row_height(at, row_height(table, row, None))?;
    }
    let kept = KEPT
        .iter()
        .find(|(key, _)| *key == table.key)
        .map_or(1, |(_, kept)| *kept);
    sheet.set_freeze_panes(1, kept)?;
    Ok(())
}

/// Width of 备注 in a draft: its words are long.
const REMARK_WIDTH: f64 = 48.0;

/// As high as a row's texts need in their columns; programs do not all see to it.
fn row_height(table: &Table, row: &[Option<Cell>], remark: Option<&str>) -> f64 {
    let of = |text: &str, width: f64| text_height(text, column_px(width), 10.5);
    let texts = table
        .columns
        .iter()
        .zip(row)
        .map(|(column, cell)| match cell {
            Some(Cell::Text(text)) => of(text, f64::from(column.width)),
            _ => 0.0,
        });
    let remark = remark.map(|text| of(text, REMARK_WIDTH));
    texts.chain(remark).fold(18.0, f64::max).min(MAX_ROW_HEIGHT)
}

/// What each row is called: its id or number, of a setting its key.
fn row_names(table: &Table, filled: &Filled) -> Vec<String> {
    if matches!(table.layout, Layout::Settings(_)) {
        return table.columns.iter().map(|c| c.key.to_owned()).collect();
    }
    let own = table
        .columns
        .iter()
        .position(|c| matches!(c.key, "id" | "no"));
    let name = |row: &Vec<Option<Cell>>| match row.get(own?)?.as_ref()? {
        Cell::Text(text) => Some(text.clone()),
        Cell::Number(n) => Some(n.to_string()),
        Cell::Date(_) => None,
    };
    filled
        .rows
        .iter()
        .map(|row| name(row).unwrap_or_default())
        .collect()
}

/// Writes what a draft says of one row into its 备注 (of a setting into its 说明), and colours what is to be settled.
fn remark(
    sheet: &mut Worksheet,
    table: &Table,
    filled: &Filled,
    (at, name): (u32, &str),
    remarks: &[Remark],
    styles: &Styles,
) -> Result {
    let is_setting = matches!(table.layout, Layout::Settings(_));
    let is_own = |r: &&Remark| {
        if is_setting {
            format!("{}.{}", r.table, r.key) == name
        } else {
            r.table == table.key && r.row == name && !name.is_empty()
        }
    };
    let own: Vec<&Remark> = remarks.iter().filter(is_own).collect();
    if own.is_empty() {
        return Ok(());
    }
    let is_open = own.iter().any(|r| r.is_open);
    let fill = |format: &Format| {
        if is_open {
            format.clone().set_background_color(styles.open)
        } else {
            format.clone()
        }
    };
    let words: Vec<&str> = own.iter().map(|r| r.words.as_str()).collect();
    let words: String = words.join("\n").chars().take(8_000).collect();
    let place = if is_setting {
        2
    } else {
        u16::try_from(table.columns.len()).unwrap_or_default()
    };
    sheet.write_string_with_format(at, place, &words, &fill(&styles.grey))?;
    if let Some(row) = filled.rows.get(at as usize - 1).filter(|_| !is_setting) {
        sheet.set_column_width(place, REMARK_WIDTH)?;
        sheet.set_row_height(at, row_height(table, row, Some(&words)))?;
    }
    for open in own.iter().filter(|r| r.is_open) {
        let column = table
            .columns
            .iter()
            .position(|c| c.key == open.key)
            .unwrap_or_default();
        let (column, row) = if is_setting {
            (1, table.columns.iter().position(|c| c.key == name))
        } else {
            (column, Some(at as usize - 1))
        };
        let holds = row
            .filter(|_| is_setting)
            .and_then(|row| table.columns.get(row))
            .or_else(|| table.columns.get(column));
        let cells = row.and_then(|row| filled.rows.get(row));
        let cell = cells.and_then(|row| row.get(if is_setting { 0 } else { column })?.as_ref());
        let format = holds.map_or(&styles.cell, |c| styles.of(c.holds));
        write(
            sheet,
            at,
            u16::try_from(column).unwrap_or_default(),
            cell,
            &fill(format),
        )?;
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    cell: Option<&Cell>,
    format: &Format,
) -> Result {
    match cell {
        Some(Cell::Text(text)) => sheet.write_string_with_format(row, col, text, format)?,
        Some(Cell::Number(n)) => sheet.write_number_with_format(row, col, *n, format)?,
        Some(Cell::Date(date)) => {
            sheet.write_datetime_with_format(row, col, &excel_date(*date)?, format)?
        }
        None => sheet.write_blank(row, col, format)?,
    };
    Ok(())
}

/// What a column's cells take, with the sentence that is shown where something else is typed.
fn rule(table: &Table, column: &Column, lists: &Lists) -> Result<Option<DataValidation>> {
    let new = DataValidation::new;
    let of = |list: &str| new().allow_list_formula(Formula::new(list));
    // Others are taken, too, after a question.
    let mut style = DataValidationErrorStyle::Warning;
    let rule = match column.holds {
        Holds::Department => of(&lists.departments),
        Holds::TaskNo | Holds::Whole if column.key == "task" => of(&lists.tasks),
        Holds::Month if lists.months.is_some() => of(lists.months.as_deref().unwrap_or_default()),
        Holds::Text if column.key == "indicator" && lists.indicators.is_some() => {
            let indicators = lists.indicators.as_ref().map(|all| all.of(table));
            of(&indicators.unwrap_or_default())
        }
        Holds::Text if column.key == "how" => new().allow_list_strings(&["电子", "纸质"])?,
        Holds::Schedule => {
            let profiles = PROFILES.iter().map(|(_, chinese, _)| (*chinese).to_owned());
            let words: Vec<String> = profiles.chain(lists.schedules.iter().cloned()).collect();
            new().allow_list_strings(&words)?
        }
        Holds::Whole => new().allow_whole_number(DataValidationRule::Between(0, 1_000_000_000)),
        Holds::Number | Holds::Points => {
            new().allow_decimal_number(DataValidationRule::Between(0.0, 1e12))
        }
        holds => match choices(holds) {
            Some(words) => {
                style = DataValidationErrorStyle::Stop;
                new().allow_list_strings(&words)?
            }
            None => return Ok(None),
        },
    };
    let message: String = column.note.chars().take(200).collect();
    let rule = rule
        .set_error_style(style)
        .set_error_title(column.head)?
        .set_error_message(message)?;
    Ok(Some(rule))
}
