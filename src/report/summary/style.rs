//! The workbook's faces, rules and colours.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar,
    ConditionalFormatDataBarDirection, ConditionalFormatType, Format, FormatAlign, FormatBorder,
    Worksheet,
};

use crate::plan::Grade;

use super::super::Result;
use super::super::paper::BODY;

const RULE: u32 = 0x007F_7F7F;
const HEAD_FILL: u32 = 0x00DC_E6F1;
const TOTAL_FILL: u32 = 0x00F2_F2F2;

/// What a cell is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Title,
    Subtitle,
    SubtitleRight,
    Section,
    Head,
    /// Text, left.
    Text,
    /// Text on one line, as long as it is: of columns that do not print.
    Line,
    /// Short text, centred.
    Center,
    /// Names of rows, centred and bold.
    Label,
    /// Stacked vertically: the tier beside its rows.
    Vertical,
    Number,
    NumberCenter,
    /// Link within or beside the workbook.
    Link,
    /// A figure or text that is missing or held back: hatched, never by colour alone.
    Lacking,
    TotalLabel,
    TotalNumber,
    TotalNumberCenter,
    Note,
}

impl Look {
    /// Type size in points.
    pub fn size(self) -> f64 {
        match self {
            Self::Title => 20.0,
            Self::Subtitle | Self::SubtitleRight => 11.0,
            Self::Section => 13.0,
            Self::Vertical => 14.0,
            _ => BODY,
        }
    }

    pub fn format(self) -> Format {
        let base = Format::new()
            .set_font_size(self.size())
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let ruled = |f: Format| {
            f.set_font_name("宋体")
                .set_border(FormatBorder::Thin)
                .set_border_color(RULE)
        };
        let total = |f: Format| {
            ruled(f)
                .set_bold()
                .set_background_color(TOTAL_FILL)
                .set_border_top(FormatBorder::Medium)
        };
        match self {
            Self::Title => base
                .set_font_name("方正小标宋简体")
                .set_align(FormatAlign::Center),
            Self::Subtitle => base.set_font_name("仿宋"),
            Self::SubtitleRight => base.set_font_name("仿宋").set_align(FormatAlign::Right),
            Self::Section => base.set_font_name("黑体"),
            Self::Head => ruled(base)
                .set_font_name("黑体")
                .set_align(FormatAlign::Center)
                .set_background_color(HEAD_FILL),
            Self::Text => ruled(base),
            Self::Line => ruled(base).unset_text_wrap(),
            Self::Label => ruled(base).set_bold().set_align(FormatAlign::Center),
            Self::Vertical => ruled(base)
                .set_font_name("黑体")
                .set_align(FormatAlign::Center)
                .set_rotation(270),
            Self::Number => ruled(base).set_align(FormatAlign::Right),
            Self::Center | Self::NumberCenter => ruled(base).set_align(FormatAlign::Center),
            Self::Link => ruled(base)
                .set_align(FormatAlign::Center)
                .set_font_color(0x0005_63C1_u32)
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            Self::Lacking => ruled(base)
                .set_align(FormatAlign::Center)
                .set_pattern(rust_xlsxwriter::FormatPattern::LightUp)
                .set_foreground_color(0x00BF_BFBF_u32)
                .set_background_color(0x00FF_FFFF_u32),
            Self::TotalNumber => total(base).set_align(FormatAlign::Right),
            Self::TotalLabel | Self::TotalNumberCenter => {
                total(base).set_align(FormatAlign::Center)
            }
            Self::Note => base.set_font_name("仿宋").set_align(FormatAlign::Top),
        }
    }
}

/// Fill and type colour of a grade, both as RGB; its name always stands in the cell.
pub fn grade_colours(grade: Grade) -> (u32, u32) {
    match grade {
        Grade::Done => (0x00B7_DFA6, 0x001E_4620),
        Grade::DonePending | Grade::Reached => (0x00DC_EFD2, 0x001E_4620),
        Grade::Ahead => (0x00BD_D7EE, 0x001F_3864),
        Grade::OnSchedule => (0x00E3_EEF9, 0x001F_3864),
        Grade::Ongoing => (0x00F2_F2F2, 0x0033_3333),
        Grade::NotStarted => (0x00D9_D9D9, 0x0033_3333),
        Grade::NotReached => (0x00FC_E4D6, 0x0083_3C0B),
        Grade::Behind => (0x00FF_E699, 0x005F_4B00),
        Grade::Serious => (0x00F4_B183, 0x006B_1A00),
        Grade::Overdue => (0x00FF_9C9C, 0x0066_0000),
        Grade::Unverified => (0x00E4_DFEC, 0x003F_3151),
    }
}

/// Colours cells by the grade they name, and keeps doing so when someone edits them.
pub fn colour_grades(ws: &mut Worksheet, first: (u32, u16), last: (u32, u16)) -> Result {
    colour_by(ws, first, last, Grade::name)
}

/// The same by the grade's one character.
pub fn colour_marks(ws: &mut Worksheet, first: (u32, u16), last: (u32, u16)) -> Result {
    colour_by(ws, first, last, Grade::mark)
}

fn colour_by(
    ws: &mut Worksheet,
    first: (u32, u16),
    last: (u32, u16),
    named: fn(Grade) -> &'static str,
) -> Result {
    for grade in Grade::ALL {
        let (fill, ink) = grade_colours(grade);
        let mut format = Format::new().set_background_color(fill).set_font_color(ink);
        if grade.is_lagging() || grade == Grade::Done {
            format = format.set_bold();
        }
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(named(grade)))
            .set_format(format);
        ws.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
    }
    Ok(())
}

/// Sets off cells that hold a given word.
pub fn colour_word(
    ws: &mut Worksheet,
    first: (u32, u16),
    last: (u32, u16),
    word: &str,
    fill: u32,
    ink: u32,
) -> Result {
    let format = Format::new()
        .set_background_color(fill)
        .set_font_color(ink)
        .set_bold();
    let rule = ConditionalFormatCell::new()
        .set_rule(ConditionalFormatCellRule::EqualTo(word))
        .set_format(format);
    ws.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
    Ok(())
}

/// Data bars from 0 to 100 behind percentages.
pub fn percent_bars(ws: &mut Worksheet, first: (u32, u16), last: (u32, u16)) -> Result {
    let bar = ConditionalFormatDataBar::new()
        .set_minimum(ConditionalFormatType::Number, 0)
        .set_maximum(ConditionalFormatType::Number, 100)
        .set_solid_fill(true)
        .set_fill_color(0x00C5_D9F1_u32)
        .set_border_color(0x008D_B4E2_u32)
        .set_direction(ConditionalFormatDataBarDirection::LeftToRight);
    ws.add_conditional_format(first.0, first.1, last.0, last.1, &bar)?;
    Ok(())
}
