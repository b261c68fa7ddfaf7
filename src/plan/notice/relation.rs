//! Totals whose parts are given: 全长12.4公里，其中硬质1.8公里、土质10.6公里.

use super::RelationDraft;
use super::figure::Figure;
use super::mask::Masked;
use crate::plan::Unit;

/// What was found about totals and parts: indexes into the figures.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub relations: Vec<RelationDraft>,
    /// Totals whose 其中 parts of the same kind add up to something else: the total and the sum in its unit.
    pub uneven: Vec<(usize, f64)>,
}

pub(super) fn sums(masked: &Masked, figures: &[Figure]) -> Sums {
    let mut out = Sums::default();
    let sentence = |f: &Figure| masked.sentence(f.range.start);
    let mut first = 0;
    while first < figures.len() {
        let end = figures[first..]
            .iter()
            .position(|f| sentence(f) != sentence(&figures[first]))
            .map_or(figures.len(), |n| first + n);
        one_sentence(masked, figures, first..end, &mut out);
        first = end;
    }
    out
}

/// Totals at most that one 其中 can divide.
const TOTALS: usize = 4;
/// Parts at most before 共.
const PARTS: usize = 30;

fn one_sentence(
    masked: &Masked,
    figures: &[Figure],
    range: std::ops::Range<usize>,
    out: &mut Sums,
) {
    let Some(members) = figures.get(range.clone()).filter(|m| m.len() >= 2) else {
        return;
    };
    // 其中 before a figure divides the totals before it.
    let mut divided: Option<usize> = None;
    for (n, figure) in members.iter().enumerate().skip(1) {
        let gap = &masked.text[members[n - 1].range.end..figure.range.start];
        if gap.contains("其中") || gap.contains("包括") {
            divided = Some(n);
            break;
        }
        // 5所、3所，共8所.
        if figure.is_total() {
            let from = (range.start + n).saturating_sub(PARTS).max(range.start);
            let parts: Vec<usize> = (from..range.start + n)
                .filter(|&ix| same_kind(&figures[ix], figure))
                .collect();
            if parts.len() >= 2 && near(sum(figures, &parts, figure), figure.value) {
                out.relations.push(RelationDraft {
                    parts,
                    total: range.start + n,
                });
            }
        }
    }
    let Some(divided) = divided else { return };
    for total in (range.start..range.start + divided).rev().take(TOTALS) {
        let parts: Vec<usize> = (range.start + divided..range.end)
            .filter(|&ix| same_kind(&figures[ix], &figures[total]))
            .collect();
        if parts.len() < 2 {
            continue;
        }
        let sum = sum(figures, &parts, &figures[total]);
        if near(sum, figures[total].value) {
            out.relations.push(RelationDraft { parts, total });
        } else {
            out.uneven.push((total, sum));
        }
    }
}

pub(super) fn same_kind(a: &Figure, b: &Figure) -> bool {
    match (Unit::parse(&a.unit), Unit::parse(&b.unit)) {
        (Some(a), Some(b)) => !a.is_percent() && a.dimension == b.dimension,
        _ => false,
    }
}

fn sum(figures: &[Figure], parts: &[usize], total: &Figure) -> f64 {
    let part = |&ix: &usize| converted(&figures[ix], total);
    parts.iter().filter_map(part).sum()
}

/// A part in the total's unit.
pub(super) fn converted(part: &Figure, total: &Figure) -> Option<f64> {
    Unit::parse(&part.unit)?.convert(part.value, &Unit::parse(&total.unit)?)
}

pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}
