//! The form's cell formats: input cells tinted and unlocked, everything else locked.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

const INPUT: Color = Color::RGB(0x00FF_F7DC);
const HEAD: Color = Color::RGB(0x00DD_E7F3);
const NOT_ASKED: Color = Color::RGB(0x00EC_ECEC);
const GRID: Color = Color::RGB(0x008C_8C8C);

/// Shown as 76.1%.
pub(super) const PERCENT: &str = "0.0%";
pub(super) const DATE: &str = "yyyy-mm-dd";

pub(super) struct Styles {
    pub title: Format,
    /// The identity line, fixed and to be filled in.
    pub line: Format,
    pub line_input: Format,
    pub head: Format,
    pub fixed: Format,
    pub fixed_center: Format,
    pub fixed_at_most: Format,
    pub fixed_percent: Format,
    pub input: Format,
    pub input_center: Format,
    pub input_date: Format,
    pub input_percent: Format,
    /// A cell this row has no use for.
    pub not_asked: Format,
    pub guide: Format,
    pub hint: Format,
    /// Conditional: the cumulative figure fell.
    pub alarm: Format,
}

impl Styles {
    pub fn new() -> Self {
        let font = |size: f64| {
            Format::new()
                .set_font_name("宋体")
                .set_font_size(size)
                .set_align(FormatAlign::VerticalCenter)
        };
        let cell = font(10.0)
            .set_border(FormatBorder::Thin)
            .set_border_color(GRID)
            .set_text_wrap();
        let center = cell.clone().set_align(FormatAlign::Center);
        let input = cell.clone().set_background_color(INPUT).set_unlocked();
        let input_center = input.clone().set_align(FormatAlign::Center);
        Self {
            title: font(18.0)
                .set_font_name("黑体")
                .set_align(FormatAlign::Center),
            line: font(10.5).set_text_wrap(),
            line_input: font(10.5)
                .set_text_wrap()
                .set_background_color(INPUT)
                .set_unlocked(),
            head: center
                .clone()
                .set_font_name("黑体")
                .set_background_color(HEAD),
            fixed_percent: center.clone().set_num_format(PERCENT),
            fixed_at_most: center.clone().set_num_format("\"≤\"General"),
            fixed_center: center.clone(),
            fixed: cell,
            input_date: input_center.clone().set_num_format(DATE),
            input_percent: input_center.clone().set_num_format(PERCENT),
            input_center,
            input,
            not_asked: center.set_background_color(NOT_ASKED),
            guide: font(12.0).set_text_wrap(),
            hint: font(10.0)
                .set_text_wrap()
                .set_font_color(Color::RGB(0x0059_5959)),
            alarm: Format::new()
                .set_font_color(Color::RGB(0x00C0_0000))
                .set_bold(),
        }
    }
}
