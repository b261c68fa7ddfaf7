//! How a workbook meets paper: page, margins, and how wide a sheet may be so that nothing on it prints too small to read.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::Result;
use super::room::column_px;

/// Type of table cells, in points.
pub const BODY: f64 = 10.0;
/// Nothing prints smaller, in points.
const SMALLEST: f64 = 9.0;
/// Programs differ in a column's width by two pixels in a hundred.
const RESERVE: f64 = 0.975;
/// Margins in inches: room for binding is the printer's business.
const SIDE: f64 = 0.45;
const TOP: f64 = 0.55;
const BOTTOM: f64 = 0.6;

/// A sheet of paper, always lying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    A3,
    A4,
}

impl Paper {
    fn code(self) -> u8 {
        match self {
            Self::A3 => 8,
            Self::A4 => 9,
        }
    }

    /// Width and height of the printed part, in pixels of 1/96 inch.
    fn px(self) -> (f64, f64) {
        let (width, height) = match self {
            Self::A3 => (420.0, 297.0),
            Self::A4 => (297.0, 210.0),
        };
        (
            (width / 25.4 - 2.0 * SIDE) * 96.0,
            (height / 25.4 - TOP - BOTTOM) * 96.0,
        )
    }

    /// Pixels that a sheet may be wide, so that its cells' type prints at nine points.
    pub fn widest_px(self) -> f64 {
        self.px().0 * BODY / SMALLEST * RESERVE
    }

    /// The smallest that takes a sheet `px` pixels wide at a legible size.
    pub fn of(px: f64) -> Self {
        if px <= Self::A4.widest_px() {
            Self::A4
        } else {
            Self::A3
        }
    }

    /// Points of a page of a sheet `px` pixels wide that is fitted to its width, less a margin: programs differ by a pixel a
    /// column.
    pub fn points(self, px: f64) -> f64 {
        let (width, height) = self.px();
        height * 0.75 * (px / width).max(1.0) * 0.97
    }

    /// Whether a sheet so many points high still prints legibly on one page.
    pub fn takes(self, points: f64) -> bool {
        points <= self.points(self.widest_px())
    }

    /// Paper, margins and one page's width; `tall` pages, or as many as it takes where that is 0.
    pub fn set_up(self, ws: &mut Worksheet, tall: u16) {
        ws.set_paper_size(self.code())
            .set_landscape()
            .set_margins(SIDE, SIDE, TOP, BOTTOM, 0.3, 0.3)
            .set_print_center_horizontally(true)
            .set_print_fit_to_pages(1, tall);
    }
}

/// A column: the least width that its words need, in units, and its share of what the page leaves over.
pub type Column = (f64, f64);

/// The smallest paper that takes the columns at their least widths, and their widths on it.
pub fn fitted(columns: &[Column]) -> (Paper, Vec<f64>) {
    let px = |columns: &mut dyn Iterator<Item = f64>| columns.map(column_px).sum::<f64>();
    let least = px(&mut columns.iter().map(|c| c.0));
    let paper = Paper::of(least);
    let shares: f64 = columns.iter().map(|c| c.1).sum();
    let left = (paper.widest_px() - least).max(0.0) / column_px(100.0) * 100.0;
    let width = |&(least, share): &Column| {
        let more = if share > 0.0 {
            left * share / shares
        } else {
            0.0
        };
        ((least + more) * 4.0).floor() / 4.0
    };
    (paper, columns.iter().map(width).collect())
}

/// An empty workbook of ours. Columns are counted in digits of its plain font: Arial 11, whose digits are 8 pixels wide with
/// every program (as those of 宋体 are, but what stands in for 宋体 where it is missing has wider ones).
pub fn book() -> Result<Workbook> {
    let mut book = Workbook::new();
    let plain = Format::new().set_font_name("Arial").set_font_size(11);
    book.set_default_format(&plain, 18, 72)?;
    Ok(book)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_smallest_paper_that_takes_them() {
        let total = |widths: &[f64]| widths.iter().map(|&w| column_px(w)).sum::<f64>();
        let (paper, widths) = fitted(&[(10.0, 0.0), (30.0, 2.0), (20.0, 1.0)]);
        assert_eq!((paper, widths[0]), (Paper::A4, 10.0));
        assert!((widths[1] - 30.0) > 1.9 * (widths[2] - 20.0), "{widths:?}");
        let room = Paper::A4.widest_px() - total(&widths);
        assert!((0.0..20.0).contains(&room), "{room}");
        assert_eq!(fitted(&[(90.0, 1.0), (60.0, 1.0)]).0, Paper::A3);
    }
}
