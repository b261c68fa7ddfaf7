//! One worksheet part, read in one pass.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use super::super::budget::{
    Budget, beyond_the_sheet, check_growing_text, check_position, check_text,
};
use super::super::workbook::{
    Cell, CellRef, ColumnSet, FileFault, MAX_COLS, MAX_ROWS, NumberFormat, Region, Sheet, Strike,
    Value, is_blank, make_harmless,
};
use super::damaged;
use super::package::Package;
use super::plain_cell::{PlainCell, PlainValue, short_decimal};
use super::strings::{Rich, SharedString};
use super::styles::Style;
use super::xml::{Event, Tag, is_true, unescape_ooxml};

/// Header and footer texts of one sheet that are kept: it has six, and six more in each custom view.
const HEADERS: usize = 64;

/// What a cell takes of a worksheet's part, at least, and for how many room is made before the first: a guess that saves moving them.
const BYTES_OF_A_CELL: usize = 48;
const CELLS_AT_ONCE: usize = 2048;

/// How a `<c>` stores its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Number,
    Shared,
    Inline,
    FormulaText,
    Bool,
    Error,
    Date,
}

/// The `<c>` being read.
struct Open {
    at: CellRef,
    stored: Stored,
    style: Style,
    formula: bool,
}

/// Where character data goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Value,
    Inline,
    HeaderFooter,
}

pub fn read(
    package: &mut Package,
    name: &str,
    styles: &[Style],
    strings: &[SharedString],
    budget: &mut Budget,
) -> Result<Sheet, FileFault> {
    let limits = *package.limits();
    let mut xml = package
        .xml(name)?
        .ok_or_else(|| damaged("缺少一张工作表的内容"))?;
    let mut sheet = Sheet::default();
    let mut state = State {
        styles,
        strings,
        next_row: 0,
        next_col: 0,
        row: 0,
        open: None,
        text: String::new(),
        rich: Rich::default(),
        rows: 0,
        columns: ColumnSet::default(),
        last_row: None,
    };
    let mut inside = Inside::Nothing;
    loop {
        if inside == Inside::Nothing && state.open.is_none() {
            if sheet.cells.capacity() == 0 {
                sheet
                    .cells
                    .reserve((xml.ahead() / BYTES_OF_A_CELL).min(CELLS_AT_ONCE));
            }
            while let Some(cell) = xml.cell() {
                state.plain_cell(&cell, &mut sheet, budget)?;
            }
            // Nothing is done at a row's end.
            xml.close(b"</row>");
        }
        let event = xml.next()?;
        match &event {
            Event::Open(tag) => match tag.name {
                b"c" => {
                    state.start_cell(tag)?;
                    if state.open.is_some() && xml.plain(b"<f>", b"</f>", 3, 0).is_some() {
                        state.formula();
                    }
                    if state.open.is_some()
                        && let Some(value) = xml.plain(b"<v>", b"</v></c>", 4, 1)
                    {
                        value.push_to(&mut state.text)?;
                        check_growing_text(&state.text, &limits)?;
                        state.end_cell(&mut sheet, budget)?;
                    }
                }
                b"v" if state.open.is_some() && !tag.empty => {
                    inside = Inside::Value;
                    state.text.clear();
                }
                b"row" => state.start_row(tag, &mut sheet)?,
                b"is" if state.open.is_some() && !tag.empty => {
                    inside = Inside::Inline;
                    state.rich.clear();
                }
                b"f" => state.formula(),
                b"col" => column(tag, &mut sheet),
                b"mergeCell" => merge(tag, &mut sheet, budget)?,
                name if is_header_footer(name) && !tag.empty => {
                    inside = Inside::HeaderFooter;
                    state.text.clear();
                }
                _ if inside == Inside::Inline => state.rich.feed(&event)?,
                _ => {}
            },
            Event::Close(name) => match *name {
                b"c" => state.end_cell(&mut sheet, budget)?,
                b"v" | b"is" => inside = Inside::Nothing,
                name if is_header_footer(name) => {
                    inside = Inside::Nothing;
                    let text = plain_header(&state.text);
                    if sheet.header_footer.len() == HEADERS {
                        return Err(damaged("页眉页脚过多"));
                    }
                    if !text.is_empty() {
                        sheet.header_footer.push(text);
                    }
                }
                _ if inside == Inside::Inline => state.rich.feed(&event)?,
                _ => {}
            },
            Event::Text(text) => match inside {
                Inside::Value | Inside::HeaderFooter => {
                    text.push_to(&mut state.text)?;
                    check_growing_text(&state.text, &limits)?;
                }
                Inside::Inline => {
                    state.rich.feed(&event)?;
                    check_growing_text(&state.rich.text, &limits)?;
                }
                Inside::Nothing => {}
            },
            Event::End => break,
        }
    }
    // Rows may stand in any order in a file made by hand; the last of two cells at one address counts.
    if !sheet.cells.is_sorted_by(|a, b| a.at < b.at) {
        sheet.cells.sort_by_key(|c| c.at);
        sheet.cells.reverse();
        sheet.cells.dedup_by_key(|c| c.at);
        sheet.cells.reverse();
    }
    Ok(sheet)
}

struct State<'a> {
    styles: &'a [Style],
    strings: &'a [SharedString],
    next_row: u32,
    next_col: u32,
    row: u32,
    open: Option<Open>,
    text: String,
    rich: Rich,
    /// Non-empty rows so far.
    rows: usize,
    columns: ColumnSet,
    last_row: Option<u32>,
}

impl State<'_> {
    fn start_row(&mut self, tag: &Tag, sheet: &mut Sheet) -> Result<(), FileFault> {
        let mut hidden = false;
        self.row = self.next_row;
        let may_hide = may_hide(tag);
        for (name, value) in tag.attributes() {
            match name {
                b"r" => {
                    let number: u32 = std::str::from_utf8(value)
                        .ok()
                        .and_then(|n| n.parse().ok())
                        .ok_or_else(|| damaged("行号有错"))?;
                    if number == 0 || number > MAX_ROWS {
                        return Err(beyond_the_sheet());
                    }
                    self.row = number - 1;
                    // Its height and style tell nothing.
                    if !may_hide {
                        break;
                    }
                }
                b"hidden" => hidden = is_true(value),
                _ => {}
            }
        }
        self.next_row = self.row + 1;
        self.next_col = 0;
        if hidden {
            sheet.hidden_rows.insert(self.row);
        }
        Ok(())
    }

    fn start_cell(&mut self, tag: &Tag) -> Result<(), FileFault> {
        let mut at = CellRef::new(self.row, self.next_col);
        let mut stored = Stored::Number;
        let mut style: &[u8] = b"";
        for (name, value) in tag.attributes() {
            match name {
                b"r" => at = address(value)?,
                b"s" => style = value,
                b"t" => {
                    stored = match value {
                        b"s" => Stored::Shared,
                        b"inlineStr" => Stored::Inline,
                        b"str" => Stored::FormulaText,
                        b"b" => Stored::Bool,
                        b"e" => Stored::Error,
                        b"d" => Stored::Date,
                        _ => Stored::Number,
                    };
                }
                _ => {}
            }
        }
        check_position(at.row, at.col)?;
        self.next_col = at.col + 1;
        // A cell without content is a style: there is nothing to look up.
        if tag.empty {
            self.open = None;
            return Ok(());
        }
        let style = whole(style)
            .and_then(|ix| self.styles.get(ix))
            .copied()
            .unwrap_or_default();
        self.text.clear();
        self.rich.clear();
        self.open = Some(Open {
            at,
            stored,
            style,
            formula: false,
        });
        Ok(())
    }

    /// A cell that was read in one step.
    fn plain_cell(
        &mut self,
        cell: &PlainCell,
        sheet: &mut Sheet,
        budget: &mut Budget,
    ) -> Result<(), FileFault> {
        self.next_col = cell.at.col + 1;
        let style = || self.styles.get(cell.style).copied().unwrap_or_default();
        let value = match cell.value {
            PlainValue::None => return Ok(()),
            PlainValue::Shared(index) => {
                return self.shared(cell.at, index, style(), sheet, budget);
            }
            PlainValue::Number(n) => Value::Number(n),
            PlainValue::Digits(digits) => number(std::str::from_utf8(digits).unwrap_or_default()),
        };
        let style = style();
        let strike = if style.strike {
            Strike::Whole
        } else {
            Strike::None
        };
        self.finish(
            Cell {
                at: cell.at,
                value,
                format: style.format,
                strike,
            },
            sheet,
            budget,
        )
    }

    /// A cell that shows one of the shared strings. Their lengths are known to be bearable.
    fn shared(
        &mut self,
        at: CellRef,
        index: usize,
        style: Style,
        sheet: &mut Sheet,
        budget: &mut Budget,
    ) -> Result<(), FileFault> {
        let shared = self
            .strings
            .get(index)
            .ok_or_else(|| damaged("共享字符串缺失"))?;
        budget.shown(&shared.text, 1)?;
        if shared.is_blank {
            return Ok(());
        }
        let strike = if style.strike {
            Strike::Whole
        } else {
            shared.strike
        };
        self.push(
            Cell {
                at,
                value: Value::Text(Arc::clone(&shared.text)),
                format: style.format,
                strike,
            },
            sheet,
            budget,
        )
    }

    fn formula(&mut self) {
        if let Some(open) = &mut self.open {
            open.formula = true;
        }
    }

    fn end_cell(&mut self, sheet: &mut Sheet, budget: &mut Budget) -> Result<(), FileFault> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let has_value = !self.text.is_empty();
        let mut strike = if open.style.strike {
            Strike::Whole
        } else {
            Strike::None
        };
        let mut value = match open.stored {
            Stored::Shared => {
                let Some(index) = whole(self.text.trim().as_bytes()) else {
                    if !has_value {
                        return self.without_value(&open, sheet, budget);
                    }
                    return Err(damaged("共享字符串编号有错"));
                };
                return self.shared(open.at, index, open.style, sheet, budget);
            }
            Stored::Inline => {
                if strike == Strike::None {
                    strike = self.rich.strike();
                }
                Value::Text(self.rich.shared())
            }
            Stored::FormulaText => Value::Text(Arc::from(&*unescape_ooxml(&self.text))),
            Stored::Bool if has_value => Value::Bool(is_true(self.text.trim().as_bytes())),
            Stored::Error if has_value => error(self.text.trim()),
            Stored::Date if has_value => Value::Date(self.text.trim().into()),
            Stored::Number if has_value => number(&self.text),
            Stored::Number | Stored::Date | Stored::Bool | Stored::Error => {
                return self.without_value(&open, sheet, budget);
            }
        };
        if let Value::Text(text) | Value::Error(text) | Value::Date(text) = &mut value {
            make_harmless(text);
        }
        self.finish(
            Cell {
                at: open.at,
                value,
                format: open.style.format,
                strike,
            },
            sheet,
            budget,
        )
    }

    /// Keeps a cell, unless it is a text of white space alone.
    fn finish(
        &mut self,
        cell: Cell,
        sheet: &mut Sheet,
        budget: &mut Budget,
    ) -> Result<(), FileFault> {
        if let Value::Text(text) | Value::Date(text) = &cell.value {
            check_text(text, budget.limits)?;
            budget.shown(text, 1)?;
            if is_blank(text) {
                return Ok(());
            }
        }
        self.push(cell, sheet, budget)
    }

    /// No `<v>`: a formula that was never calculated, or a styled blank.
    fn without_value(
        &mut self,
        open: &Open,
        sheet: &mut Sheet,
        budget: &mut Budget,
    ) -> Result<(), FileFault> {
        if !open.formula {
            return Ok(());
        }
        self.push(
            Cell {
                at: open.at,
                value: Value::NoCachedValue,
                format: NumberFormat::General,
                strike: Strike::None,
            },
            sheet,
            budget,
        )
    }

    fn push(
        &mut self,
        cell: Cell,
        sheet: &mut Sheet,
        budget: &mut Budget,
    ) -> Result<(), FileFault> {
        budget.cells(1)?;
        budget.columns(self.columns.add(cell.at.col))?;
        if self.last_row != Some(cell.at.row) {
            self.last_row = Some(cell.at.row);
            self.rows += 1;
            budget.rows(self.rows)?;
        }
        sheet.cells.push(cell);
        Ok(())
    }
}

/// What a cell without a type holds.
fn number(text: &str) -> Value {
    if let Some(n) = short_decimal(text.as_bytes()) {
        return Value::Number(n);
    }
    match text.trim().parse::<f64>() {
        Ok(n) if n.is_finite() => Value::Number(n),
        // Infinities and NaN cannot be typed into a cell; text can spell them.
        Ok(_) => Value::Error("#NUM!".into()),
        Err(_) => Value::Text(Arc::from(text)),
    }
}

/// What a cell of type `e` holds: one of the short codes that spreadsheet programs know, or text that claims to be one.
fn error(text: &str) -> Value {
    if text.starts_with('#') && text.len() <= 32 {
        Value::Error(text.into())
    } else {
        Value::Text(text.into())
    }
}

/// Digits alone, as a number.
fn whole(digits: &[u8]) -> Option<usize> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0usize, |n, b| {
            if b.is_ascii_digit() {
                n.checked_mul(10)?.checked_add(usize::from(b - b'0'))
            } else {
                None
            }
        })
    };
    if digits.is_empty() {
        None
    } else {
        number(digits)
    }
}

fn is_header_footer(name: &[u8]) -> bool {
    name.len() >= 9
        && matches!(
            name,
            b"oddHeader"
                | b"oddFooter"
                | b"evenHeader"
                | b"evenFooter"
                | b"firstHeader"
                | b"firstFooter"
        )
}

/// A cell reference; one past XFD1048576 is over the limit, anything else that is none is damage.
fn address(text: &[u8]) -> Result<CellRef, FileFault> {
    CellRef::from_bytes(text).ok_or_else(|| {
        let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let digits = text.len() - letters;
        if letters > 0 && digits > 0 && text.iter().skip(letters).all(u8::is_ascii_digit) {
            beyond_the_sheet()
        } else {
            damaged("单元格地址有错")
        }
    })
}

/// Whether a row or column may be hidden: its tag mostly tells of sizes and styles alone.
fn may_hide(tag: &Tag) -> bool {
    static HIDDEN: LazyLock<Finder> = LazyLock::new(|| Finder::new("hidden"));
    tag.mentions(&HIDDEN)
}

fn column(tag: &Tag, sheet: &mut Sheet) {
    if !may_hide(tag) || !tag.is_true(b"hidden") {
        return;
    }
    if let (Some(min), Some(max)) = (tag.number::<u32>(b"min"), tag.number::<u32>(b"max"))
        && (1..=MAX_COLS).contains(&min)
        && min <= max
        && sheet.hidden_cols.len() < MAX_COLS as usize
    {
        sheet.hidden_cols.push((min - 1, max.min(MAX_COLS) - 1));
    }
}

fn merge(tag: &Tag, sheet: &mut Sheet, budget: &mut Budget) -> Result<(), FileFault> {
    if let Some(region) = tag.get(b"ref").and_then(|r| Region::parse(&r)) {
        budget.merge()?;
        sheet.merges.push(region);
    }
    Ok(())
}

/// A header or footer without its codes (`&C`, `&"宋体,常规"`, `&12`, `&P`).
fn plain_header(code: &str) -> String {
    let mut out = String::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('"') => {
                for q in chars.by_ref() {
                    if q == '"' {
                        break;
                    }
                }
            }
            Some('&') => out.push('&'),
            Some(d) if d.is_ascii_digit() => {
                while chars.peek().is_some_and(char::is_ascii_digit) {
                    chars.next();
                }
            }
            Some('K') => {
                for _ in 0..6 {
                    chars.next();
                }
            }
            Some('L' | 'C' | 'R') => out.push(' '),
            _ => {}
        }
    }
    out.trim().to_owned()
}
