//! Writes a sheet: text, figures, dates and live totals, in rows that are tall enough for them.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Formula, Table, TableColumn, TableStyle, Url, Worksheet};

use crate::combine::Figure;
use crate::intake::workbook::{CellRef, column_name};

use super::super::room::{MAX_ROW_HEIGHT, column_px, fit_tallest_row, measure, text_height};
use super::super::{Result, excel_date};
use super::print::Print;
use super::style::Look;
use super::{Cx, FIRST_ROW, HEAD, SHEETS};

/// Excel's greatest text in a cell, in UTF-16 units.
const MAX_TEXT: usize = 32_767;
const DATE: &str = "yyyy\"年\"m\"月\"d\"日\"";
pub const MONTH: &str = "yyyy\"年\"m\"月\"";
/// Rows without text: 18 points.
const ROW: f64 = 18.0;

/// A sheet being written.
pub struct Canvas<'w> {
    pub ws: &'w mut Worksheet,
    name: &'static str,
    widths: Vec<f64>,
    heights: BTreeMap<u32, f64>,
    /// Merged over rows: first and last row, points needed.
    spans: Vec<(u32, u32, f64)>,
    /// A sheet has a few: a look and a number format each.
    formats: Vec<(Look, String, Rc<Format>)>,
    /// Each column's cells that are still to be given their format, one below the other.
    undressed: BTreeMap<u16, Undressed>,
    /// The last column whose text decides its row's height.
    last_measured: u16,
}

/// Cells of a column that share a format.
struct Undressed {
    first: u32,
    last: u32,
    format: Rc<Format>,
}

impl<'w> Canvas<'w> {
    /// `widths` in units of half an ideograph.
    pub fn new(
        ws: &'w mut Worksheet,
        name: &'static str,
        tab: u32,
        widths: &[f64],
    ) -> Result<Self> {
        ws.set_name(name)?;
        ws.set_tab_color(tab);
        for (col, &width) in (0_u16..).zip(widths) {
            ws.set_column_width(col, width)?;
        }
        Ok(Self {
            ws,
            name,
            widths: widths.to_vec(),
            heights: BTreeMap::new(),
            spans: Vec::new(),
            formats: Vec::new(),
            undressed: BTreeMap::new(),
            last_measured: u16::MAX,
        })
    }

    /// A list's sheet with title, heads and widths; `title` comes behind the plan's.
    pub fn list(
        ws: &'w mut Worksheet,
        cx: &Cx,
        sheet: usize,
        tab: u32,
        title: &str,
        columns: &[(&str, f64)],
    ) -> Result<Self> {
        let (heads, widths): (Vec<&str>, Vec<f64>) = columns.iter().copied().unzip();
        let mut canvas = Self::new(ws, SHEETS[sheet], tab, &widths)?;
        let last = u16::try_from(heads.len()).unwrap_or(u16::MAX) - 1;
        canvas.title(cx, last, &cx.title(title))?;
        canvas.heads(HEAD, 0, &heads)?;
        Ok(canvas)
    }

    /// Columns behind this one stand on the screen alone: a long text there leaves the printed rows as they are.
    pub fn measure_up_to(&mut self, last: u16) {
        self.last_measured = last;
    }

    /// `'总览'!$B$7`.
    pub fn address(&self, row: u32, col: u16) -> String {
        format!("'{}'!{}", self.name, absolute(row, col))
    }

    fn px(&self, first: u16, last: u16) -> f64 {
        self.widths
            .iter()
            .skip(usize::from(first))
            .take(usize::from(last - first) + 1)
            .map(|&w| column_px(w))
            .sum()
    }

    /// A row is at least so many points high.
    pub fn need(&mut self, row: u32, points: f64) {
        let height = self.heights.entry(row).or_insert(ROW);
        *height = height.max(points.min(MAX_ROW_HEIGHT));
    }

    /// A narrow row between two blocks.
    pub fn gap(&mut self, row: u32) {
        self.heights.insert(row, 8.0);
    }

    pub fn height(&self, row: u32) -> f64 {
        self.heights.get(&row).copied().unwrap_or(ROW)
    }

    /// Points of the rows from `first` up to `end`.
    pub fn heights_of(&self, first: u32, end: u32) -> f64 {
        (first..end).map(|row| self.height(row)).sum()
    }

    fn format(&mut self, look: Look, number: &str) -> Rc<Format> {
        if let Some((.., format)) = self
            .formats
            .iter()
            .find(|(of, known, _)| *of == look && known == number)
        {
            return Rc::clone(format);
        }
        let format = look.format();
        let format = Rc::new(if number.is_empty() {
            format
        } else {
            format.set_num_format(number)
        });
        self.formats
            .push((look, number.to_owned(), Rc::clone(&format)));
        format
    }

    /// Gives a cell its format, together with those above it that have the same: the writer finds a format by a hash of all of
    /// it, which for each cell anew took a fiftieth of a large run's instructions.
    fn dress(&mut self, row: u32, col: u16, look: Look, number: &str) -> Result<()> {
        let format = self.format(look, number);
        match self.undressed.get_mut(&col) {
            Some(run) if run.last + 1 == row && Rc::ptr_eq(&run.format, &format) => run.last = row,
            _ => {
                let (first, last) = (row, row);
                let run = Undressed {
                    first,
                    last,
                    format,
                };
                if let Some(run) = self.undressed.insert(col, run) {
                    self.dress_run(col, &run)?;
                }
            }
        }
        Ok(())
    }

    fn dress_run(&mut self, col: u16, run: &Undressed) -> Result<()> {
        self.ws
            .set_range_format(run.first, col, run.last, col, &run.format)?;
        Ok(())
    }

    /// Text, whatever it begins with: never a formula, never a link.
    pub fn text(&mut self, row: u32, col: u16, text: &str, look: Look) -> Result {
        self.text_over((row, col), (row, col), text, look)
    }

    /// Text over several columns of a row.
    pub fn across(
        &mut self,
        row: u32,
        (first, last): (u16, u16),
        text: &str,
        look: Look,
    ) -> Result {
        self.text_over((row, first), (row, last), text, look)
    }

    /// Text over a merged region.
    pub fn text_over(
        &mut self,
        first: (u32, u16),
        last: (u32, u16),
        text: &str,
        look: Look,
    ) -> Result {
        let px = self.px(first.1, last.1);
        let mut text = clean(text);
        if look == Look::Vertical {
            self.spans.push((
                first.0,
                last.0,
                measure(text.chars().count()) * look.size() * 1.5 + 6.0,
            ));
        } else if first.1 > self.last_measured {
            self.need(first.0, ROW);
        } else if first.0 == last.0 {
            let height;
            (text, height) = fit_tallest_row(text, px, look.size());
            self.need(first.0, height);
        } else {
            self.spans
                .push((first.0, last.0, text_height(&text, px, look.size())));
        }
        if first == last {
            self.ws.write_string(first.0, first.1, text)?;
            return self.dress(first.0, first.1, look, "");
        }
        let format = self.format(look, "");
        self.ws
            .merge_range(first.0, first.1, last.0, last.1, &text, &format)?;
        Ok(())
    }

    /// Text, or an empty ruled cell.
    pub fn text_or_blank(&mut self, row: u32, col: u16, text: Option<&str>, look: Look) -> Result {
        match text {
            Some(text) if !text.is_empty() => self.text(row, col, text, look),
            _ => self.blank(row, col, look),
        }
    }

    pub fn blank(&mut self, row: u32, col: u16, look: Look) -> Result {
        self.need(row, ROW);
        self.dress(row, col, look, "")
    }

    /// A number in a given number format.
    pub fn number(
        &mut self,
        row: u32,
        col: u16,
        value: f64,
        number_format: &str,
        look: Look,
    ) -> Result {
        self.need(row, ROW);
        self.ws.write_number(row, col, value)?;
        self.dress(row, col, look, number_format)
    }

    /// A figure in its own format; percentages as points with a sign behind.
    pub fn figure(&mut self, row: u32, col: u16, figure: &Figure, look: Look) -> Result {
        self.number(row, col, figure.value, &plain_format(figure), look)
    }

    pub fn figure_or_blank(
        &mut self,
        row: u32,
        col: u16,
        figure: Option<&Figure>,
        look: Look,
    ) -> Result {
        match figure {
            Some(figure) => self.figure(row, col, figure, look),
            None => self.blank(row, col, look),
        }
    }

    pub fn date_or_blank(&mut self, row: u32, col: u16, date: Option<Date>, look: Look) -> Result {
        match date {
            Some(date) => self.date(row, col, date, DATE, look),
            None => self.blank(row, col, look),
        }
    }

    pub fn date(
        &mut self,
        row: u32,
        col: u16,
        date: Date,
        number_format: &str,
        look: Look,
    ) -> Result {
        let value = excel_date(date)?;
        let format = self.format(look, number_format);
        self.need(row, ROW);
        self.ws
            .write_datetime_with_format(row, col, &value, &format)?;
        Ok(())
    }

    /// A live formula whose stored result is the fact. `live` is the formula and what it gives for the cells as written: where
    /// that is not the fact (some parts are not on this sheet), the fact is written as a plain number, which no recalculation
    /// changes.
    pub fn live(
        &mut self,
        (row, col): (u32, u16),
        live: (&str, f64),
        figure: &Figure,
        number_format: &str,
        look: Look,
    ) -> Result {
        let (formula, gives) = live;
        let same = (gives - figure.value).abs() <= 1e-9 * figure.value.abs().max(1.0);
        if !same {
            return self.number(row, col, figure.value, number_format, look);
        }
        let formula = if figure.decimals == 0 {
            format!("={formula}")
        } else {
            format!("=ROUND({formula},{})", figure.decimals)
        };
        let formula = Formula::new(formula).set_result(figure.value.to_string());
        let format = self.format(look, number_format);
        self.need(row, ROW);
        self.ws
            .write_formula_with_format(row, col, formula, &format)?;
        Ok(())
    }

    /// The sum of a list's rows above, or the fact where they do not add up to it.
    pub fn column_total(
        &mut self,
        row: u32,
        col: u16,
        figure: &Figure,
        parts: impl Iterator<Item = f64>,
        number_format: &str,
        look: Look,
    ) -> Result {
        let formula = sum_formula((FIRST_ROW, col), (row.saturating_sub(1), col));
        self.live(
            (row, col),
            (&formula, parts.sum()),
            figure,
            number_format,
            look,
        )
    }

    /// A few words that lead somewhere: `internal:'来源'!A5`, or a relative path. Without a usable target `plain` is written as text.
    /// Only words of ours or an id are ever a link: `LibreOffice` does not wrap links, and would cut a file's name.
    pub fn link(
        &mut self,
        row: u32,
        col: u16,
        target: Option<&str>,
        text: &str,
        plain: &str,
    ) -> Result {
        let Some(target) = target.and_then(link_target) else {
            return self.text_or_blank(row, col, Some(plain), Look::Center);
        };
        let px = self.px(col, col);
        let (text, height) = fit_tallest_row(clean(text), px, Look::Link.size());
        self.need(row, height);
        let format = self.format(Look::Link, "");
        self.ws
            .write_url_with_format(row, col, Url::new(target).set_text(text), &format)?;
        Ok(())
    }

    /// Head cells side by side.
    pub fn heads(&mut self, row: u32, first: u16, heads: &[&str]) -> Result {
        for (col, head) in (first..).zip(heads) {
            self.text(row, col, head, Look::Head)?;
        }
        Ok(())
    }

    /// Title over the table, and a line under it: the office on the left, the month and the date on the right.
    pub fn title(&mut self, cx: &Cx, last_col: u16, title: &str) -> Result {
        self.text_over((0, 0), (0, last_col), title, Look::Title)?;
        let split = last_col / 2;
        self.text_over((1, 0), (1, split), &cx.issuer_line(), Look::Subtitle)?;
        let right = cx.period_line();
        self.text_over((1, split + 1), (1, last_col), &right, Look::SubtitleRight)
    }

    /// A line for those who make, check and release the table, to be signed by hand.
    pub fn signatures(&mut self, row: u32, last_col: u16) -> Result {
        let third = last_col / 3;
        self.need(row, 30.0);
        for (first, last, who) in [
            (0, third, "制表："),
            (third + 1, 2 * third, "审核："),
            (2 * third + 1, last_col, "分管领导："),
        ] {
            self.across(row, (first, last), who, Look::Subtitle)?;
        }
        Ok(())
    }

    /// Total width in pixels.
    pub fn total_px(&self, last_col: u16) -> f64 {
        self.px(0, last_col)
    }

    /// Makes an Excel table of a list, with these heads over its columns, down to the row `last`.
    pub fn table(&mut self, name: &str, alt: &str, heads: &[&str], last: u32) -> Result {
        let column = |head: &&str| {
            let column = TableColumn::new().set_header(*head);
            column.set_header_format(Look::Head.format())
        };
        let columns: Vec<TableColumn> = heads.iter().map(column).collect();
        let table = Table::new()
            .set_name(format!("{name}表"))
            .set_style(TableStyle::None)
            .set_columns(&columns)
            .set_alt_text_title(name)
            .set_alt_text(alt);
        let last_col = u16::try_from(heads.len()).unwrap_or(u16::MAX) - 1;
        self.ws.add_table(HEAD, 0, last, last_col, &table)?;
        Ok(())
    }

    /// Sets up printing, gives merged regions their room and sets every row's height.
    pub fn finish(mut self, cx: &Cx, print: &Print) -> Result {
        for (col, run) in std::mem::take(&mut self.undressed) {
            self.dress_run(col, &run)?;
        }
        for (first, last, points) in std::mem::take(&mut self.spans) {
            let have: f64 = (first..=last).map(|row| self.height(row)).sum();
            if have < points {
                let more = ((points - have) / f64::from(last - first + 1)).ceil();
                for row in first..=last {
                    let height = self.height(row) + more;
                    self.need(row, height);
                }
            }
        }
        for (&row, &height) in &self.heights {
            self.ws.set_row_height(row, height)?;
        }
        let size = (
            self.px(0, print.last.1),
            self.heights_of(0, print.last.0 + 1),
        );
        print.apply(self.ws, cx, size)
    }
}

/// `General`, `0`, `0.0"%"`: a figure's number format; only the per cent sign of its unit is shown.
pub fn plain_format(figure: &Figure) -> String {
    let digits = figure.excel_format();
    if figure.unit == "%" {
        format!("{digits}\"%\"")
    } else {
        digits
    }
}

/// `$B$7`.
pub fn absolute(row: u32, col: u16) -> String {
    format!("${}${}", column_name(col.into()), row + 1)
}

/// `SUM(B7:B9)`.
pub fn sum_formula(first: (u32, u16), last: (u32, u16)) -> String {
    format!(
        "SUM({}:{})",
        relative(first.0, first.1),
        relative(last.0, last.1)
    )
}

/// `B7`.
pub fn relative(row: u32, col: u16) -> String {
    CellRef::new(row, col.into()).to_string()
}

/// Only places in this workbook and relative paths; a path with `#` or `%` cannot be told from an anchor or an escape.
fn link_target(target: &str) -> Option<String> {
    if target.starts_with("internal:") {
        return Some(target.to_owned());
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let unfit = path.is_empty()
        || path.starts_with(['/', '\\'])
        || path.contains([':', '%'])
        || anchor.is_some_and(|a| a.contains('#'));
    (!unfit && target.chars().count() < 1000).then(|| format!("file:///{target}"))
}

/// Line breaks as Excel has them, no control characters, no more than a cell holds.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim_end();
    // Control characters and the two that are none are of these bytes, or have one of these first.
    let may_hold = |b: u8| b < b' ' || matches!(b, 0x7f | 0xc2 | 0xef);
    let is_kept = |c: &char| {
        !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\n' | '\t')
    };
    if text.len() <= MAX_TEXT && (!text.bytes().any(may_hold) || text.chars().all(|c| is_kept(&c)))
    {
        return text.to_owned();
    }
    let mut units = 0;
    let is_within = |c: &char| {
        units += c.len_utf16();
        units <= MAX_TEXT
    };
    text.chars().filter(is_kept).take_while(is_within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_places_and_relative_paths_become_links() {
        assert_eq!(
            link_target("internal:'来源'!A5").as_deref(),
            Some("internal:'来源'!A5")
        );
        assert_eq!(
            link_target("退回/建设局.xlsx#'进展情况'!H7").as_deref(),
            Some("file:///退回/建设局.xlsx#'进展情况'!H7")
        );
        for bad in [
            "http://example.org",
            "C:\\a.xlsx",
            "//server/share",
            "/etc/passwd",
            "a%20b.xlsx",
            "",
            "mailto:a",
        ] {
            assert_eq!(link_target(bad), None, "{bad}");
        }
    }

    #[test]
    fn control_characters_never_reach_a_cell() {
        assert_eq!(clean("=1+1\r\n\u{0}二\u{fffe}\n"), "=1+1\n二");
        assert_eq!(clean(&"长".repeat(40_000)).chars().count(), MAX_TEXT);
    }
}
