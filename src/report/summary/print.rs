//! How a sheet prints: paper, scale, repeated rows, page numbers.

use rust_xlsxwriter::Worksheet;

use super::super::ReportError;
use super::{Cx, HEAD};

#[derive(Debug, Clone, Copy)]
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

    /// Width and height of the printed part of a landscape page, in pixels of 1/96 inch.
    pub fn landscape_px(self) -> (f64, f64) {
        let (width, height) = match self {
            Self::A3 => (420.0, 297.0),
            Self::A4 => (297.0, 210.0),
        };
        (
            (width / 25.4 - 2.0 * SIDE) * 96.0,
            (height / 25.4 - TOP - BOTTOM) * 96.0,
        )
    }
}

/// Margins in inches: room for binding is the printer's business.
const SIDE: f64 = 0.45;
const TOP: f64 = 0.55;
const BOTTOM: f64 = 0.6;

pub struct Print {
    pub paper: Paper,
    /// Pages tall when fitted to one page's width (0: as many as it takes).
    pub tall: u16,
    /// Page breaks before these rows.
    pub breaks: Vec<u32>,
    /// Rows that head every page.
    pub repeat: Option<(u32, u32)>,
    /// Last row and column that print.
    pub last: (u32, u16),
}

impl Print {
    /// A list: as many pages as it takes, its heads on each.
    pub fn list(paper: Paper, last: (u32, u16)) -> Self {
        Self {
            paper,
            tall: 0,
            breaks: Vec::new(),
            repeat: Some((HEAD, HEAD)),
            last,
        }
    }

    pub fn apply(&self, ws: &mut Worksheet, cx: &Cx) -> Result<(), ReportError> {
        ws.set_paper_size(self.paper.code()).set_landscape();
        ws.set_margins(SIDE, SIDE, TOP, BOTTOM, 0.3, 0.3);
        ws.set_print_center_horizontally(true);
        ws.set_print_area(0, 0, self.last.0, self.last.1)?;
        ws.set_print_fit_to_pages(1, self.tall);
        if !self.breaks.is_empty() {
            ws.set_page_breaks(&self.breaks)?;
        }
        if let Some((first, last)) = self.repeat {
            ws.set_repeat_rows(first, last)?;
        }
        let name = cx.file_title().replace('&', "&&");
        ws.set_footer(format!(
            "&L&\"仿宋\"&9{name} · &A&C&\"宋体\"&9第 &P 页，共 &N 页&R&\"仿宋\"&9{}",
            cx.plan.issuer.replace('&', "&&")
        ));
        if cx.facts.draft {
            ws.set_header("&R&\"黑体\"&11征求意见稿");
        }
        Ok(())
    }
}

/// Where pages end: a block that does not fit on what is left of a page begins the next one.
pub struct Pages {
    height: f64,
    used: f64,
    pub breaks: Vec<u32>,
}

impl Pages {
    /// Landscape pages of a sheet `px` pixels wide, fitted to one page's width.
    pub fn new(paper: Paper, px: f64) -> Self {
        let (page_w, page_h) = paper.landscape_px();
        // Points at the scale that fits the width, less a margin: programs differ by a pixel a column.
        Self {
            height: page_h * 0.75 * (px / page_w).max(1.0) * 0.97,
            used: 0.0,
            breaks: Vec::new(),
        }
    }

    /// Points of a whole page.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// `points` of one block that begins at `row`; a longer one than a page is cut by the printer.
    pub fn block(&mut self, row: u32, points: f64) {
        if self.used > 0.0 && self.used + points > self.height {
            self.breaks.push(row);
            self.used = 0.0;
        }
        self.used += points;
        if points > self.height {
            // The rest of its last page stays empty: the printer's own breaks are not ours to foresee.
            self.used = self.height;
        }
    }
}
