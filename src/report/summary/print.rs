//! How a sheet prints: paper, scale, repeated rows, page numbers.

use rust_xlsxwriter::Worksheet;

use super::super::Result;
use super::super::paper::Paper;
use super::{Cx, HEAD};

/// A4 where its columns fit it at a legible size, else A3.
pub struct Print {
    /// On one page where that leaves it legible.
    pub one_page: bool,
    /// Page breaks before these rows.
    pub breaks: Vec<u32>,
    /// Rows that head every page.
    pub repeat: Option<(u32, u32)>,
    /// Last row and column that print.
    pub last: (u32, u16),
}

impl Print {
    /// A list: as many pages as it takes, its heads on each.
    pub fn list(last: (u32, u16)) -> Self {
        Self {
            one_page: false,
            breaks: Vec::new(),
            repeat: Some((HEAD, HEAD)),
            last,
        }
    }

    /// Sets it up for a sheet so many pixels wide and points high.
    pub fn apply(&self, ws: &mut Worksheet, cx: &Cx, (px, points): (f64, f64)) -> Result {
        let paper = Paper::of(px);
        let one_page = self.one_page && paper.takes(points);
        paper.set_up(ws, u16::from(one_page));
        ws.set_print_area(0, 0, self.last.0, self.last.1)?;
        if !one_page && !self.breaks.is_empty() {
            ws.set_page_breaks(&self.breaks)?;
        }
        if let Some((first, last)) = self.repeat {
            ws.set_repeat_rows(first, last)?;
        }
        let name = cx.file_title().replace('&', "&&");
        ws.set_footer(format!(
            "&L&\"仿宋\"&10{name} · &A&C&\"宋体\"&10第 &P 页，共 &N 页&R&\"仿宋\"&10{}",
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
    /// Pages of a sheet `px` pixels wide, fitted to one page's width.
    pub fn new(px: f64) -> Self {
        Self {
            height: Paper::of(px).points(px),
            used: 0.0,
            breaks: Vec::new(),
        }
    }

    /// A long table begins at `row`: on this page, if some of its rows have room there.
    pub fn begin(&mut self, row: u32) {
        const SOME: f64 = 180.0;
        if self.used > 0.0 && self.used + SOME > self.height {
            self.turn(row);
        }
    }

    /// Whether a table whose rows on this page take `points` goes on at the top of the next one, at `row`.
    pub fn turned(&mut self, row: u32, points: f64) -> bool {
        let is_full = self.used + points > self.height;
        if is_full {
            self.turn(row);
        }
        is_full
    }

    fn turn(&mut self, row: u32) {
        self.breaks.push(row);
        self.used = 0.0;
    }

    /// `points` of one block that begins at `row`; a longer one than a page is cut by the printer.
    pub fn block(&mut self, row: u32, points: f64) {
        if self.used > 0.0 && self.used + points > self.height {
            self.turn(row);
        }
        self.used += points;
        if points > self.height {
            // The rest of its last page stays empty: the printer's own breaks are not ours to foresee.
            self.used = self.height;
        }
    }
}
