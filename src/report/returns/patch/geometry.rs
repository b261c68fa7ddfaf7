//! Where a comment's box comes to stand: a sheet's column widths and row heights in pixels.

use std::collections::BTreeMap;

use crate::Joined;
use crate::intake::CellRef;
use crate::intake::workbook::{MAX_COLS, MAX_ROWS};

use super::scan::Token;

/// Pixels of a default column and row, where the sheet does not say (Excel's own).
const COLUMN: f64 = 64.0;
const ROW: f64 = 20.0;
/// A width unit in pixels, and what a column adds to it (a common 11-point font).
const UNIT: f64 = 7.0;
const PADDING: f64 = 5.0;
const PIXELS_A_POINT: f64 = 96.0 / 72.0;

pub struct Geometry {
    column: f64,
    row: f64,
    columns: Vec<(u32, u32, f64)>,
    rows: BTreeMap<u32, f64>,
}

impl Default for Geometry {
    fn default() -> Self {
        Self {
            column: COLUMN,
            row: ROW,
            columns: Vec::new(),
            rows: BTreeMap::new(),
        }
    }
}

fn length(token: &Token, name: &str) -> Option<f64> {
    token
        .number(name)
        .filter(|n: &f64| n.is_finite() && *n >= 0.0)
}

impl Geometry {
    /// `sheetFormatPr`.
    pub fn defaults(&mut self, token: &Token) {
        if let Some(width) = length(token, "defaultColWidth") {
            self.column = width * UNIT + PADDING;
        }
        if let Some(height) = length(token, "defaultRowHeight") {
            self.row = height * PIXELS_A_POINT;
        }
    }

    /// `col`, from and to a column counted from 0.
    pub fn column(&mut self, token: &Token, first: u32, last: u32) {
        let width = if token.is_set("hidden") {
            0.0
        } else {
            length(token, "width").map_or(self.column, |w| w * UNIT + PADDING)
        };
        self.columns.push((first, last, width));
    }

    pub fn row(&mut self, token: &Token, number_of_row: u32) {
        if token.is_set("hidden") {
            self.rows.insert(number_of_row, 0.0);
        } else if let Some(height) = length(token, "ht") {
            self.rows.insert(number_of_row, height * PIXELS_A_POINT);
        }
    }

    fn width(&self, col: u32) -> f64 {
        self.columns
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&col))
            .map_or(self.column, |c| c.2)
    }

    fn height(&self, row: u32) -> f64 {
        self.rows.get(&row).copied().unwrap_or(self.row)
    }

    /// A VML anchor (column, pixels, row, pixels; twice) of a box beside a cell, `width` by `height` pixels.
    pub fn anchor(&self, at: CellRef, width: f64, height: f64) -> String {
        let (left, left_px) = self.advance(at.col + 1, 12.0, MAX_COLS, Self::width);
        let top = at.row.saturating_sub(1);
        let top_px = if at.row == 0 {
            2.0
        } else {
            (self.height(top) - 6.0).max(0.0)
        };
        let (right, right_px) = self.advance(left, left_px + width, MAX_COLS, Self::width);
        let (bottom, bottom_px) = self.advance(top, top_px + height, MAX_ROWS, Self::height);
        format!(
            "{left}, {left_px:.0}, {top}, {top_px:.0}, {right}, {right_px:.0}, {bottom}, {bottom_px:.0}"
        )
    }

    /// The same box, grown downwards to hold at least `height` pixels; `None` where it is high enough.
    pub fn grown(&self, anchor: &str, height: f64) -> Option<String> {
        let numbers = anchor.split(',').map(|n| n.trim().parse().ok());
        let numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
        let &[_, _, top, top_px, _, _, bottom, bottom_px] = numbers.as_slice() else {
            return None;
        };
        let (first, last) = (u32::try_from(top).ok()?, u32::try_from(bottom).ok()?);
        // A box over very many rows is high enough.
        let rows: f64 = (first..last.min(first.saturating_add(500)))
            .map(|row| self.height(row))
            .sum();
        let pixels = |n: i64| u32::try_from(n).map_or(0.0, f64::from);
        if rows + pixels(bottom_px) - pixels(top_px) >= height {
            return None;
        }
        let (bottom, bottom_px) =
            self.advance(first, pixels(top_px) + height, MAX_ROWS, Self::height);
        let kept = numbers[..6].iter().map(i64::to_string).joined(", ");
        Some(format!("{kept}, {bottom}, {bottom_px:.0}"))
    }

    /// Where one comes that goes so many pixels on from the start of a column or row: the column or row, and pixels into it.
    fn advance(&self, from: u32, pixels: f64, end: u32, size: fn(&Self, u32) -> f64) -> (u32, f64) {
        let mut at = from.min(end - 1);
        let mut left = pixels;
        // Hidden ones take no room: the walk is bounded, not the distance.
        for _ in 0..2000 {
            let own = size(self, at);
            if left < own || at + 1 >= end {
                return (at, left.min(own).max(0.0));
            }
            left -= own;
            at += 1;
        }
        (at, 0.0)
    }
}
