//! How much of the body's three pages is left to laggards: those that do not fit go to an annex.

use super::rows::Fields;
use super::sentences::laggards::{Laggard, QUOTES, laggard, remainder};
use super::sentences::{Context, progress};
use super::tables::WORST;
use crate::combine::facts::TaskFacts;
use crate::report::room::{paper_lines as lines, wrapped_lines};

/// GB/T 9704: lines of a page.
const PAGE: usize = 22;
/// Three pages, what a leader reads, less a line that one program breaks differently from another.
const BODY: usize = 3 * PAGE - 1;
/// Head and title, 文号 and 签发人 included.
const HEAD: usize = 11;

/// The body's paragraphs beside the laggards themselves.
pub struct Body {
    pub overall: Vec<String>,
    /// The worst, as rows of the first page's table.
    pub worst: Vec<Fields>,
    pub opening: String,
    /// Laggards whose data is being verified.
    pub listed: String,
    pub moving: Vec<String>,
    pub faults: Vec<String>,
    pub advice: Vec<String>,
    /// 征求意见稿 takes a line of the head.
    pub draft: bool,
}

impl Body {
    /// Lines of the whole body with these laggards, and those that a heading leaves empty at the foot of a page.
    fn lines(&self, laggards: &[Laggard], rest: &str) -> usize {
        let all = |texts: &[String]| texts.iter().map(|t| lines(t)).sum::<usize>();
        let behind = lines(&self.opening)
            + laggards.iter().map(|l| lines(l.text())).sum::<usize>()
            + lines(&format!("{rest}{}", self.listed));
        let mut at = HEAD + usize::from(self.draft);
        for section in [
            all(&self.overall) + table_lines(&self.worst),
            behind,
            all(&self.moving),
            all(&self.faults),
            all(&self.advice),
        ] {
            // A heading does not end a page.
            at += usize::from(at % PAGE == PAGE - 1) + 1 + section;
        }
        // A blank line, the annexes' names.
        at + 1 + 2 + usize::from(!rest.is_empty())
    }
}

/// Lines of the body that the table of the worst takes.
fn table_lines(worst: &[Fields]) -> usize {
    const PITCH: f64 = 579.0;
    if worst.is_empty() {
        return 0;
    }
    let height = |row: &Fields| {
        let lines = WORST.iter().map(|column| {
            let px = (f64::from(u32::try_from(column.2).unwrap_or(0)) - 120.0) / 15.0;
            wrapped_lines(row.get(column.1).map_or("", String::as_str), px, 10.5)
        });
        f64::from(lines.max().unwrap_or(1)) * 300.0 + 40.0
    };
    let all: f64 = worst.iter().map(height).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few lines"
    )]
    let lines = ((all + 340.0) / PITCH).ceil() as usize;
    lines
}

/// The body, all laggards as their sentences are worded, and how many of them the body has room for. Laggards come first: fast
/// tasks are named, and departments quoted, at the greatest length that lets most laggards stand in the body.
pub fn fit(
    c: Context<'_>,
    tasks: &[&TaskFacts],
    body: impl Fn(usize) -> Body,
) -> (Body, Vec<Laggard>, usize) {
    let mut best = (body(progress::TOLD[0]), Vec::new(), 0);
    let mut has_room = false;
    for told_of_fast in progress::TOLD {
        for longest in QUOTES {
            if has_room && best.2 == tasks.len() {
                return best;
            }
            let body = body(told_of_fast);
            let all: Vec<Laggard> = tasks
                .iter()
                .map(|t| laggard(c, t, tasks.len() == 1, longest))
                .collect();
            let fits = |n: &usize| body.lines(&all[..*n], &remainder(tasks, *n, 2)) <= BODY;
            let least = all.len().min(1);
            let room = (least..=all.len()).rev().find(fits);
            // Where nothing fits, the shortest.
            if room.map_or(!has_room, |told| !has_room || told > best.2) {
                has_room = room.is_some();
                best = (body, all, room.unwrap_or(least));
            }
        }
    }
    // The first page names the worst; where not even one more paragraph has room, the annex says the rest of all.
    let none = best.0.lines(&[], &remainder(tasks, 0, 2));
    if !has_room && best.2 > 0 && none <= BODY {
        best.2 = 0;
    }
    best
}
