//! One worksheet part, read in one pass.

use std::sync::Arc;

use super::plain_cell::{PlainCell, PlainValue};
use super::strings::{Rich, SharedString, unescape};
use super::styles::Style;
use crate::intake::reading::asides;
use crate::intake::reading::budget::{
    Budget, beyond_the_sheet, check_growing_text, check_position,
};
use crate::intake::reading::damaged;
use crate::intake::reading::package::Package;
use crate::intake::reading::sheet::SheetBuilder;
use crate::intake::reading::xml::tag::{Tag, is_true};
use crate::intake::reading::xml::{Event, Xml};
use crate::intake::workbook::{
    Cell, CellRef, MAX_ROWS, NumberFormat, Region, Result, Sheet, Strike, Value,
};

/// How a `<c>` stores its value (its attribute `t`).
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

/// Reads the worksheet part `name` into `sheet`.
pub(super) fn read(
    package: &mut Package,
    name: &str,
    sheet: SheetBuilder,
    styles: &[Style],
    strings: &[SharedString],
    budget: &mut Budget<'_>,
) -> Result<Sheet> {
    let xml = package
        .xml(name)?
        .ok_or_else(|| damaged("缺少一张工作表的内容"))?;
    let mut reader = SheetReader {
        sheet,
        budget,
        styles,
        strings,
        next_row: 0,
        next_col: 0,
        row: 0,
        inside: Inside::Nothing,
        open: None,
        text: String::new(),
        rich: Rich::default(),
    };
    reader.part(xml)?;
    let mut sheet = reader.sheet;
    asides::read(package, name, &mut sheet, budget)?;
    Ok(sheet.finish())
}

struct SheetReader<'r, 'l> {
    sheet: SheetBuilder,
    budget: &'r mut Budget<'l>,
    styles: &'r [Style],
    strings: &'r [SharedString],
    /// The places of a row and of a cell that do not say where they are.
    next_row: u32,
    next_col: u32,
    row: u32,
    inside: Inside,
    open: Option<Open>,
    text: String,
    rich: Rich,
}

impl SheetReader<'_, '_> {
    fn part(&mut self, mut xml: Xml<'_>) -> Result {
        loop {
            if self.inside == Inside::Nothing && self.open.is_none() {
                while let Some(cell) = xml.element(PlainCell::find) {
                    self.plain_cell(&cell)?;
                }
            }
            let event = xml.next()?;
            match &event {
                Event::Open(tag) if self.inside == Inside::Inline => self.rich.open(tag),
                Event::Open(tag) => {
                    self.start(tag)?;
                    if tag.name == b"c" && self.open.is_some() {
                        self.plain_value(&mut xml)?;
                    }
                }
                Event::Close { name, .. } => self.end(name)?,
                Event::Text(text) => match self.inside {
                    Inside::Value | Inside::HeaderFooter => {
                        text.push_to(&mut self.text)?;
                        check_growing_text(&self.text, self.budget.limits)?;
                    }
                    Inside::Inline => self.rich.text(text, self.budget.limits)?,
                    Inside::Nothing => {}
                },
                Event::End => return Ok(()),
            }
        }
    }

    fn start(&mut self, tag: &Tag) -> Result {
        match tag.name {
            b"c" => self.start_cell(tag)?,
            b"v" if self.open.is_some() && !tag.empty => {
                self.inside = Inside::Value;
                self.text.clear();
            }
            b"row" => self.start_row(tag)?,
            b"is" if self.open.is_some() && !tag.empty => {
                self.inside = Inside::Inline;
                self.rich.clear();
            }
            b"f" => self.formula(),
            b"col" => self.column(tag),
            b"mergeCell" => {
                if let Some(region) = tag.get(b"ref").and_then(|r| Region::parse(&r)) {
                    self.sheet.merge(region, self.budget)?;
                }
            }
            name if is_header_footer(name) && !tag.empty => {
                self.inside = Inside::HeaderFooter;
                self.text.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) -> Result {
        match name {
            b"c" => self.end_cell()?,
            b"v" | b"is" => self.inside = Inside::Nothing,
            name if is_header_footer(name) => {
                self.inside = Inside::Nothing;
                self.sheet.header_footer(&self.text)?;
            }
            name if self.inside == Inside::Inline => self.rich.close(name),
            _ => {}
        }
        Ok(())
    }

    /// The fast path for a formula and a value as nearly every program writes them.
    fn plain_value(&mut self, xml: &mut Xml<'_>) -> Result {
        if xml.plain(&[b"<f>"], b"</f>", 3, 0).is_some() {
            self.formula();
        }
        if let Some(value) = xml.plain(&[b"<v>"], b"</v></c>", 4, 1) {
            value.push_to(&mut self.text)?;
            check_growing_text(&self.text, self.budget.limits)?;
            self.end_cell()?;
        }
        Ok(())
    }

    fn start_row(&mut self, tag: &Tag) -> Result {
        self.row = self.next_row;
        let mut hidden = false;
        for attribute in tag.attributes() {
            match attribute.name {
                b"r" => {
                    let number: u32 = std::str::from_utf8(attribute.value)
                        .ok()
                        .and_then(|n| n.parse().ok())
                        .ok_or_else(|| damaged("行号有错"))?;
                    if number == 0 || number > MAX_ROWS {
                        return Err(beyond_the_sheet());
                    }
                    self.row = number - 1;
                }
                b"hidden" => hidden = is_true(attribute.value),
                _ => {}
            }
        }
        self.next_row = self.row + 1;
        self.next_col = 0;
        if hidden {
            self.sheet.hide_row(self.row);
        }
        Ok(())
    }

    fn start_cell(&mut self, tag: &Tag) -> Result {
        let mut at = CellRef::new(self.row, self.next_col);
        let mut stored = Stored::Number;
        let mut style: &[u8] = b"";
        for attribute in tag.attributes() {
            match attribute.name {
                b"r" => at = address(attribute.value)?,
                b"s" => style = attribute.value,
                b"t" => {
                    stored = match attribute.value {
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
        // A cell without content has a style alone.
        if tag.empty {
            self.open = None;
            return Ok(());
        }
        self.text.clear();
        self.rich.clear();
        self.open = Some(Open {
            at,
            stored,
            style: whole(style).map_or_else(Style::default, |ix| self.style(ix)),
            formula: false,
        });
        Ok(())
    }

    fn style(&self, ix: usize) -> Style {
        self.styles.get(ix).copied().unwrap_or_default()
    }

    /// A cell that was read in one step.
    fn plain_cell(&mut self, cell: &PlainCell) -> Result {
        self.next_col = cell.at.col + 1;
        let value = match cell.value {
            PlainValue::None => return Ok(()),
            PlainValue::Shared(index) => {
                return self.shared(cell.at, index, self.style(cell.style));
            }
            PlainValue::Number(digits) => number(std::str::from_utf8(digits).unwrap_or_default()),
        };
        let style = self.style(cell.style);
        self.add(cell.at, value, style, Strike::None)
    }

    /// A cell that shows one of the shared strings, which were checked when they were read.
    fn shared(&mut self, at: CellRef, index: usize, style: Style) -> Result {
        let shared = self
            .strings
            .get(index)
            .ok_or_else(|| damaged("共享字符串缺失"))?;
        self.budget.shown(&shared.text)?;
        if shared.is_blank {
            return Ok(());
        }
        let cell = Cell {
            at,
            value: Value::Text(Arc::clone(&shared.text)),
            format: style.format,
            strike: style.strike_over(shared.strike),
        };
        self.sheet.add_checked(cell, self.budget)
    }

    /// Adds a cell; `own`: the strike-through of its text's runs.
    fn add(&mut self, at: CellRef, value: Value, style: Style, own: Strike) -> Result {
        let cell = Cell {
            at,
            value,
            format: style.format,
            strike: style.strike_over(own),
        };
        self.sheet.add(cell, self.budget)
    }

    fn formula(&mut self) {
        if let Some(open) = &mut self.open {
            open.formula = true;
        }
    }

    fn end_cell(&mut self) -> Result {
        let Some(Open {
            at,
            stored,
            style,
            formula,
        }) = self.open.take()
        else {
            return Ok(());
        };
        let text = self.text.trim();
        let has_value = !self.text.is_empty();
        let value = match stored {
            Stored::Shared => match whole(text.as_bytes()) {
                Some(index) => return self.shared(at, index, style),
                None if has_value => return Err(damaged("共享字符串编号有错")),
                None => None,
            },
            Stored::Inline => {
                let (value, strike) = (Value::Text(self.rich.unescaped()), self.rich.strike());
                return self.add(at, value, style, strike);
            }
            Stored::FormulaText => Some(Value::Text(Arc::from(&*unescape(&self.text)))),
            _ if !has_value => None,
            Stored::Bool => Some(Value::Bool(is_true(text.as_bytes()))),
            Stored::Error => Some(error(text)),
            Stored::Date => Some(Value::Date(text.into())),
            Stored::Number => Some(number(&self.text)),
        };
        match value {
            Some(value) => self.add(at, value, style, Strike::None),
            // A formula that was never calculated; without a formula it is a styled blank.
            None if formula => {
                let style = Style {
                    format: NumberFormat::General,
                    strike: false,
                };
                self.add(at, Value::NoCachedValue, style, Strike::None)
            }
            None => Ok(()),
        }
    }

    fn column(&mut self, tag: &Tag) {
        if tag.is_true(b"hidden")
            && let (Some(first), Some(last)) = (tag.number(b"min"), tag.number::<u32>(b"max"))
            && (1..=last).contains(&first)
        {
            self.sheet.hide_columns(first - 1, last - 1);
        }
    }
}

/// The value of a cell without a type.
fn number(text: &str) -> Value {
    match text.parse().or_else(|_| text.trim().parse::<f64>()) {
        Ok(n) if n.is_finite() => Value::Number(n),
        // Infinities and NaN cannot be typed into a cell; text can spell them.
        Ok(_) => Value::Error("#NUM!".into()),
        Err(_) => Value::Text(Arc::from(text)),
    }
}

/// The value of a cell of type `e`: one of the short codes that spreadsheet programs know, or text that claims to be one.
fn error(text: &str) -> Value {
    if text.starts_with('#') && text.len() <= 32 {
        Value::Error(text.into())
    } else {
        Value::Text(text.into())
    }
}

/// A number of digits alone.
fn whole(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0usize, |n, b| {
        if b.is_ascii_digit() {
            n.checked_mul(10)?.checked_add(usize::from(b - b'0'))
        } else {
            None
        }
    })
}

fn is_header_footer(name: &[u8]) -> bool {
    matches!(
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
fn address(text: &[u8]) -> Result<CellRef> {
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
