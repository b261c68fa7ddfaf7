//! The workbook a department fills in (`duban forms`).
//!
//! [`form`] makes the blank one of a month; [`FormData`] is its content, filled or not, and [`write`]
//! the one writer of both, so that a filled form never differs in layout from the one handed out.
//! Everything but the input cells is locked (without a password); what a department need not fill in is left away.

mod data;
mod elements;
mod layout;
mod limits;
mod notes;
mod progress;
mod style;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet};

use crate::plan::{DeptIx, Period, Plan};

use super::paper::{Paper, book};
use super::{Result, excel_date, ooxml};

pub use data::{Carried, ElementsData, Entry, FormData, FormRow, People, PreviousValue};
pub use elements::place as element_cell;
pub use layout::Layout;

/// Layout and identity sheet of this code's forms (rules.md, "The identity sheet").
pub const FORM_REVISION: u32 = 1;

/// The form's first sheet.
pub const PROGRESS_SHEET: &str = "进展情况";
/// The sheet of the four elements and the money.
pub const ELEMENTS_SHEET: &str = "工作方案";
/// The sheet in which a department answers warnings; a return copy's first.
pub const ANSWERS_SHEET: &str = "情况说明";
/// The sheet that says how to fill in; never read.
pub const GUIDE_SHEET: &str = "填表说明";
/// The hidden sheet by which intake knows a form of ours.
pub const IDENTITY_SHEET: &str = "_duban";

/// A department's blank workbook for a month, as .xlsx bytes.
pub fn form(plan: &Plan, period: Period, department: DeptIx, carried: &Carried) -> Result<Vec<u8>> {
    write(plan, &FormData::blank(plan, period, department, carried))
}

/// `建设局2024年6月报送表.xlsx`.
pub fn file_name(plan: &Plan, period: Period, department: DeptIx) -> String {
    format!(
        "{}{}报送表.xlsx",
        plan.departments[department].name,
        period.chinese()
    )
}

/// Writes a form, blank or filled. The same data gives the same bytes.
pub fn write(plan: &Plan, data: &FormData) -> Result<Vec<u8>> {
    let styles = style::Styles::new();
    let mut book = book()?;
    let title = format!("{}进展情况报送表{}", plan.title, data.mark_text());
    book.set_properties(
        &DocProperties::new()
            .set_title(title.as_str())
            .set_author(plan.issuer.as_str())
            .set_creation_datetime(&excel_stamp(data.modified)?),
    );
    // A formula that shows nothing has an empty text as its result; the writer's own default would be 0.
    progress::sheet(
        book.add_worksheet().set_formula_result_default(""),
        plan,
        data,
        &styles,
        &title,
    )?;
    if !data.elements.is_empty() {
        elements::sheet(book.add_worksheet(), plan, data, &styles)?;
    }
    notes::answers(book.add_worksheet(), data, &styles)?;
    notes::guide(book.add_worksheet(), plan, data, &styles)?;
    notes::identity(book.add_worksheet(), plan, data)?;
    Ok(ooxml::saved(&mut book)?)
}

fn excel_stamp(at: jiff::civil::DateTime) -> Result<ExcelDateTime> {
    let date = excel_date(at.date())?;
    Ok(date.and_hms(
        at.hour().unsigned_abs().into(),
        at.minute().unsigned_abs(),
        f64::from(at.second()),
    )?)
}

/// Locks a sheet without a password; rows and columns may still be resized, since narratives differ in length.
fn protect(sheet: &mut Worksheet) {
    sheet.protect_with_options(&rust_xlsxwriter::ProtectionOptions {
        format_rows: true,
        format_columns: true,
        ..rust_xlsxwriter::ProtectionOptions::new()
    });
}

/// Print set-up of every visible sheet: landscape, one page wide, page numbers.
fn print_setup(sheet: &mut Worksheet, paper: Paper) {
    paper.set_up(sheet, 0);
    sheet.set_footer("&C&A · 第 &P 页，共 &N 页");
}

#[cfg(test)]
mod tests;
