//! Column widths that let a table of long texts print as large as it can on its paper.

use super::super::room::{column_px, lines_height, wrapped_lines};
use super::style::BODY;

/// Room for title, head and notes, in pixels.
const FRAME_PX: f64 = 190.0;
/// Widths above this read badly.
const WIDEST: f64 = 120.0;

/// Widths in units, from the least ones: the `stretched` columns grow as long as the table gets larger on `tall` pages of
/// `page` (pixels, wide and high). `rows` holds each row's long texts by column.
pub fn widths(
    rows: &[Vec<(u16, String)>],
    least: &[f64],
    stretched: &[usize],
    page: (f64, f64),
    tall: f64,
) -> Vec<f64> {
    let mut table = Table::new(rows, least);
    let mut best = table.scale(page, tall);
    for step in [16.0, 8.0, 4.0, 2.0, 1.0] {
        // Few passes are enough; the bound only guards against endless tiny gains.
        for _ in 0..12 {
            let mut gained = false;
            for &col in stretched {
                for change in [step, -step] {
                    let width = table.widths.get(col).copied().unwrap_or(0.0);
                    let floor = least.get(col).copied().unwrap_or(0.0);
                    if !(floor..=WIDEST).contains(&(width + change)) {
                        continue;
                    }
                    table.set(col, width + change);
                    let scale = table.scale(page, tall);
                    if scale > best {
                        best = scale;
                        gained = true;
                    } else {
                        table.set(col, width);
                    }
                }
            }
            if !gained {
                break;
            }
        }
    }
    table.widths
}

/// Wrapped lines of every long text at the present widths.
struct Table<'a> {
    rows: &'a [Vec<(u16, String)>],
    widths: Vec<f64>,
    lines: Vec<Vec<u32>>,
}

impl<'a> Table<'a> {
    fn new(rows: &'a [Vec<(u16, String)>], least: &[f64]) -> Self {
        let lines = rows.iter().map(|row| vec![1; row.len()]).collect();
        let mut table = Self {
            rows,
            widths: least.to_vec(),
            lines,
        };
        for (col, &width) in least.iter().enumerate() {
            table.set(col, width);
        }
        table
    }

    fn set(&mut self, col: usize, width: f64) {
        if let Some(own) = self.widths.get_mut(col) {
            *own = width;
        }
        for (row, lines) in self.rows.iter().zip(&mut self.lines) {
            for ((at, text), lines) in row.iter().zip(lines) {
                if usize::from(*at) == col {
                    *lines = wrapped_lines(text, column_px(width), BODY);
                }
            }
        }
    }

    /// How large the table prints: 1 is life size.
    fn scale(&self, (page_w, page_h): (f64, f64), tall: f64) -> f64 {
        let width: f64 = self.widths.iter().map(|&w| column_px(w)).sum();
        let height: f64 = self
            .lines
            .iter()
            .map(|lines| lines_height(lines.iter().copied().max().unwrap_or(1), BODY))
            .sum();
        (page_w / width).min(page_h * tall / (height * 96.0 / 72.0 + FRAME_PX * tall))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_gets_the_room() {
        let rows: Vec<Vec<(u16, String)>> = (0..20)
            .map(|_| vec![(0, "短".to_owned()), (1, "很长的文字".repeat(40))])
            .collect();
        let widths = widths(&rows, &[10.0, 20.0], &[0, 1], (1500.0, 1000.0), 1.0);
        assert!(widths[0] < 10.5, "{widths:?}");
        assert!(widths[1] > 40.0, "{widths:?}");
    }
}
