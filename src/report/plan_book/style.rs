//! How cells look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::plan::sheets::Holds;

/// The looks of cells.
pub(super) struct Styles {
    pub head: Format,
    /// A head whose column must be filled.
    pub needed: Format,
    pub cell: Format,
    pub text: Format,
    /// The lines of a row that is filled in.
    pub ruled: Format,
    date: Format,
    /// Short words and numbers.
    short: Format,
    pub grey: Format,
    /// 待核.
    pub open: Color,
}

impl Styles {
    pub fn new() -> Self {
        let cell = Format::new()
            .set_font_name("宋体")
            .set_font_size(10.5)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let ruled = |format: Format| {
            let lined = format.set_border(FormatBorder::Thin);
            lined.set_border_color(Color::RGB(0x008C_8C8C))
        };
        let cell = ruled(cell);
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
            ruled: ruled(Format::new()),
            short: cell.clone().set_align(FormatAlign::Center),
            grey: cell.clone().set_font_color(Color::RGB(0x0059_5959)),
            open: Color::RGB(0x00FF_F2CC),
            cell,
        }
    }

    pub fn of(&self, holds: Holds) -> &Format {
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
            Holds::Whole | Holds::TaskNo | Holds::Choice(_) | Holds::Yes | Holds::Schedule => {
                &self.short
            }
            _ => &self.cell,
        }
    }

    /// A setting's content.
    pub fn setting(&self, holds: Holds) -> Format {
        self.of(holds).clone().set_align(FormatAlign::Left)
    }

    /// A cell of a row that is not filled in yet.
    pub fn blank(&self, holds: Holds) -> Format {
        self.of(holds).clone().set_border(FormatBorder::None)
    }
}
