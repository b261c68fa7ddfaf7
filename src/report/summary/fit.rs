//! Column widths that give a table of long texts the fewest lines on its paper.

use super::super::paper::BODY;
use super::super::room::{UNIT_PX, column_px, lines_height, wrapped_lines};

/// Widths above this read badly.
const WIDEST: f64 = 120.0;
/// Steps by which a column grows, in units.
const STEPS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// Widths in units, from the least ones: what `room` (pixels) leaves goes, step by step, to that of the `stretched` columns
/// whose growth makes the rows lowest. `rows` holds each row's long texts by column.
pub fn widths(
    rows: &[Vec<(u16, String)>],
    least: &[f64],
    stretched: &[usize],
    room: f64,
) -> Vec<f64> {
    let mut table = Table::new(rows, least);
    let mut left = room - least.iter().map(|&w| column_px(w)).sum::<f64>();
    loop {
        // One unit more may bring nothing and four a line less: what counts is the gain of a unit.
        let now = table.height(None);
        let grown = stretched
            .iter()
            .flat_map(|&col| STEPS.map(|step| (col, step)));
        let gains = grown.filter_map(|(col, step)| {
            let width = table.widths.get(col)? + step;
            let fits = width <= WIDEST && step * UNIT_PX <= left;
            fits.then(|| (col, step, (now - table.height(Some((col, width)))) / step))
        });
        let best = gains
            .filter(|gain| gain.2 > 0.0)
            .max_by(|a, b| a.2.total_cmp(&b.2));
        let Some((col, step, _)) = best else { break };
        table.set(col, table.widths[col] + step);
        left -= step * UNIT_PX;
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

    /// The rows' height, with one column as wide as is said. Its own lines count a little, too: where another column holds a row
    /// high, the next steps may bring both down.
    fn height(&self, change: Option<(usize, f64)>) -> f64 {
        let of = |(row, lines): (&Vec<(u16, String)>, &Vec<u32>)| {
            let own = |((at, text), lines): (&(u16, String), &u32)| match change {
                Some((col, width)) if usize::from(*at) == col => {
                    wrapped_lines(text, column_px(width), BODY)
                }
                _ => *lines,
            };
            let lines: Vec<u32> = row.iter().zip(lines).map(own).collect();
            let highest = lines.iter().copied().max().unwrap_or(1);
            lines_height(highest, BODY) + f64::from(lines.iter().sum::<u32>()) / 100.0
        };
        self.rows.iter().zip(&self.lines).map(of).sum()
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
        let widths = widths(&rows, &[10.0, 20.0], &[0, 1], 600.0);
        assert!(widths[0] < 10.5, "{widths:?}");
        assert!(widths[1] > 45.0, "{widths:?}");
    }
}
