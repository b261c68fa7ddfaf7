//! Which figures of a text may belong to which indicators: proposals for a finding's help, never used as values.

use crate::intake::quantity::{candidates, fold};
use crate::intake::text;
use crate::plan::{IndIx, Plan};

/// One figure of a text with the indicator it may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub indicator: IndIx,
    /// As written, with its unit.
    pub figure: String,
}

/// Figures of one text that are looked at: a cell of prose with more says nothing that could be told apart.
const FIGURES: usize = 40;

/// Matches the figures of a text to indicators by unit, and where several could take one, by the words before it.
/// An indicator that more than one figure fits equally well gets none.
pub fn propose(plan: &Plan, indicators: &[IndIx], raw: &str) -> Vec<Proposal> {
    let folded = fold(raw);
    let mut from = 0;
    let mut figures = Vec::new();
    for candidate in candidates(raw).into_iter().take(FIGURES) {
        let Some(unit) = candidate.unit else { continue };
        let before = folded.get(from..candidate.range.start).unwrap_or_default();
        from = candidate.range.end;
        figures.push((unit, text::name_key(last_clause(before)), candidate.text));
    }
    let mut proposals = Vec::new();
    for &ix in indicators {
        let ind = &plan.indicators[ix];
        let fits: Vec<_> = figures.iter().filter(|(unit, _, _)| unit.convert(1.0, &ind.unit).is_some()).collect();
        let score =
            |words: &str| std::iter::once(&ind.name).chain(&ind.aliases).map(|name| common_run(&text::name_key(name), words)).max().unwrap_or(0);
        let alone = indicators.iter().filter(|&&other| plan.indicators[other].unit.convert(1.0, &ind.unit).is_some()).count() == 1;
        let best = fits.iter().map(|(_, words, _)| score(words)).max().unwrap_or(0);
        let chosen: Vec<_> = fits.iter().filter(|(_, words, _)| score(words) == best).collect();
        if let [(_, _, figure)] = chosen.as_slice()
            && (alone || best >= 2)
        {
            proposals.push(Proposal { indicator: ix, figure: figure.clone() });
        }
    }
    proposals
}

/// A sentence for the help: `文中可能是：“改造面积”0.97万平方米…`; empty without proposals.
pub fn sentence(plan: &Plan, proposals: &[Proposal]) -> String {
    if proposals.is_empty() {
        return String::new();
    }
    let list: Vec<String> = proposals.iter().map(|p| format!("“{}”{}", plan.indicators[p.indicator].name, p.figure)).collect();
    format!("从文字看可能是：{}（仅供参考，请以实际数为准）。", list.join("，"))
}

fn last_clause(before: &str) -> &str {
    before.rsplit(['，', ',', '。', '；', ';', '、']).find(|part| !part.trim().is_empty()).unwrap_or(before)
}

/// Length in characters of the longest run that two texts share.
fn common_run(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    // A clause is short; a cell of prose without punctuation is looked at from its end.
    let b: Vec<char> = b.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    let mut best = 0;
    let mut previous = vec![0usize; b.len() + 1];
    for &x in &a {
        let mut row = vec![0usize; b.len() + 1];
        for (j, &y) in b.iter().enumerate() {
            if x == y {
                row[j + 1] = previous[j] + 1;
                best = best.max(row[j + 1]);
            }
        }
        previous = row;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_in_characters() {
        assert_eq!(common_run("街头绿地面积", "已建成街头绿地"), 4);
        assert_eq!(common_run("山城绿道长度", "便民服务点"), 0);
        assert_eq!(common_run("", "绿道"), 0);
    }

    #[test]
    fn a_clause_is_what_stands_right_before_the_figure() {
        assert_eq!(last_clause("小区改造，已开工"), "已开工");
        assert_eq!(last_clause("开工，"), "开工");
        assert_eq!(last_clause(""), "");
    }
}
