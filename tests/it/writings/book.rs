//! A department's workbook with one thing written in its own way, by several writers.

use std::fmt::Write as _;

use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, Format, FormatScript, Note, Shape, ShapeText, Workbook,
    Worksheet,
};

use crate::xlsx;

/// What a cell holds.
#[derive(Clone, Debug)]
pub enum Cell {
    Number(f64),
    Text(String),
    /// A text with another set as superscript behind it.
    Raised(&'static str, &'static str),
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

/// A workbook: the report sheet, and what can stand around it.
#[derive(Clone, Default)]
pub struct Book {
    pub sheet: String,
    /// Rows above the header; a row's cells by their column.
    pub above: Vec<Vec<(u16, String)>>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Option<Cell>>>,
    /// Page header and footer, as a program writes them (`&C…`).
    pub page_header: Option<String>,
    pub page_footer: Option<String>,
    /// A sheet in front with one line of text.
    pub cover: Option<String>,
    /// A hidden sheet with one cell.
    pub hidden: Option<Cell>,
    pub text_box: Option<String>,
    /// The title of a chart on the report sheet, and of one that is a sheet by itself.
    pub chart: Option<String>,
    pub chart_sheet: Option<String>,
    /// The document's title among its properties.
    pub property: Option<String>,
    /// A comment at the first cell of the first row.
    pub comment: Option<String>,
    /// The task's name in the plan, behind the department's; empty: one with a number.
    pub task: String,
    /// The rows of a 工作方案, without its title.
    pub elements: Vec<Vec<Cell>>,
}

/// Which program saves the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// Shared strings, as Excel writes them.
    Shared,
    /// Texts inline, as many exporting systems write them.
    Inline,
    /// LibreOffice, as this kind of file.
    Office(&'static str),
}

impl Writer {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Shared | Self::Inline => "xlsx",
            Self::Office(kind) => kind,
        }
    }
}

impl Book {
    /// The 0-based row of the header.
    fn header_row(&self) -> u32 {
        u32::try_from(self.above.len()).unwrap()
    }

    /// The A1 address of a column of the n-th row.
    pub fn cell(&self, column: &str, row: u32) -> String {
        let ix = self
            .header
            .iter()
            .position(|name| name.starts_with(column))
            .unwrap();
        let letter = char::from(b'A' + u8::try_from(ix).unwrap());
        format!("{letter}{}", self.header_row() + 2 + row)
    }

    pub fn shared(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        if let Some(text) = &self.cover {
            workbook
                .add_worksheet()
                .set_name("封面")
                .unwrap()
                .write(3, 2, text)
                .unwrap();
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(&self.sheet).unwrap();
        self.fill(sheet);
        if let Some(title) = &self.chart_sheet {
            let sheet = workbook.add_chartsheet();
            sheet.set_name("图表").unwrap();
            sheet.insert_chart(0, 0, &self.chart_of(title)).unwrap();
        }
        if let Some(title) = &self.property {
            workbook.set_properties(&DocProperties::new().set_title(title));
        }
        if let Some(cell) = &self.hidden {
            let sheet = workbook.add_worksheet();
            sheet.set_name("Sheet9").unwrap().set_hidden(true);
            put(sheet, 4, 1, cell);
        }
        if !self.elements.is_empty() {
            let sheet = workbook.add_worksheet();
            sheet.set_name("工作方案").unwrap();
            for (row, cells) in (1..).zip(&self.elements) {
                for (col, cell) in (0..).zip(cells) {
                    put(sheet, row, col, cell);
                }
            }
        }
        workbook.save_to_buffer().unwrap()
    }

    fn fill(&self, sheet: &mut Worksheet) {
        for (row, cells) in (0u32..).zip(&self.above) {
            for (col, text) in cells {
                sheet.write(row, *col, text).unwrap();
            }
        }
        for (col, name) in (0u16..).zip(&self.header) {
            sheet.write(self.header_row(), col, name).unwrap();
        }
        for (row, cells) in (self.header_row() + 1..).zip(&self.rows) {
            for (col, cell) in (0u16..).zip(cells) {
                if let Some(cell) = cell {
                    put(sheet, row, col, cell);
                }
            }
        }
        if let Some(text) = &self.page_header {
            sheet.set_header(text);
        }
        if let Some(text) = &self.page_footer {
            sheet.set_footer(text);
        }
        if let Some(text) = &self.text_box {
            let shape = Shape::textbox()
                .set_text(text)
                .set_text_options(&ShapeText::new());
            sheet.insert_shape(0, 12, &shape).unwrap();
        }
        if let Some(title) = &self.chart {
            sheet.insert_chart(12, 2, &self.chart_of(title)).unwrap();
        }
        if let Some(text) = &self.comment {
            sheet
                .insert_note(self.header_row() + 1, 0, &Note::new(text))
                .unwrap();
        }
    }

    fn chart_of(&self, title: &str) -> Chart {
        let mut chart = Chart::new(ChartType::Column);
        let row = self.header_row() + 1;
        chart
            .add_series()
            .set_values((self.sheet.as_str(), row, 3, row, 3));
        chart.title().set_name(title);
        chart
    }

    /// The report sheet alone, every text in its cell; other parts stay what no such system writes.
    pub fn inline(&self) -> Vec<u8> {
        let mut rows = String::new();
        let mut n = 0;
        let mut row = |cells: &[(usize, Cell)]| {
            n += 1;
            write!(rows, r#"<row r="{n}">"#).unwrap();
            for (col, cell) in cells {
                let at = format!("{}{n}", char::from(b'A' + u8::try_from(*col).unwrap()));
                match cell {
                    Cell::Number(v) => write!(rows, r#"<c r="{at}"><v>{v}</v></c>"#),
                    Cell::Raised(text, raised) => write!(
                        rows,
                        r#"<c r="{at}" t="inlineStr"><is><r><t>{text}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{raised}</t></r></is></c>"#
                    ),
                    Cell::Text(text) => write!(
                        rows,
                        r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                        escaped(text)
                    ),
                }
                .unwrap();
            }
            rows.push_str("</row>");
        };
        for cells in &self.above {
            let cells: Vec<_> = cells
                .iter()
                .map(|(col, text)| (usize::from(*col), Cell::from(text)))
                .collect();
            row(&cells);
        }
        row(&self
            .header
            .iter()
            .map(Cell::from)
            .enumerate()
            .collect::<Vec<_>>());
        for cells in &self.rows {
            row(&cells
                .iter()
                .cloned()
                .enumerate()
                .filter_map(|(col, cell)| Some((col, cell?)))
                .collect::<Vec<_>>());
        }
        let page = [
            ("oddHeader", &self.page_header),
            ("oddFooter", &self.page_footer),
        ];
        let page: String = page
            .iter()
            .filter_map(|(tag, text)| Some(format!("<{tag}>{}</{tag}>", escaped(text.as_ref()?))))
            .collect();
        let page = if page.is_empty() {
            page
        } else {
            format!("<headerFooter>{page}</headerFooter>")
        };
        let inner = format!("<sheetData>{rows}</sheetData>{page}");
        xlsx::book(&[(&escaped(&self.sheet), inner)], &[])
    }
}

fn put(sheet: &mut Worksheet, row: u32, col: u16, cell: &Cell) {
    match cell {
        Cell::Number(n) => sheet.write(row, col, *n).unwrap(),
        Cell::Text(text) => sheet.write(row, col, text).unwrap(),
        Cell::Raised(text, raised) => {
            let raise = Format::new().set_font_script(FormatScript::Superscript);
            let runs = [(&Format::new(), *text), (&raise, *raised)];
            sheet.write_rich_string(row, col, &runs).unwrap()
        }
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
