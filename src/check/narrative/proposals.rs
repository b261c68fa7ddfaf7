//! Which figures of a text may belong to which indicators: proposals for a finding's help, never used as values.

use crate::intake::quantity::{Candidate, candidates, fold};
use crate::plan::names;
use crate::plan::{IndIx, Plan, Unit};

use super::longest_shared;

/// One figure of a text with the indicator it may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub indicator: IndIx,
    /// As written, with its unit.
    pub figure: String,
}

/// Figures of one text that are looked at: in prose with more of them nothing shows which belongs to what.
const FIGURES: usize = 40;

/// A figure of the text and the words on either side of it, as far as the clause and the next figure allow.
struct Figure {
    unit: Unit,
    before: String,
    after: String,
    text: String,
}

/// How well a figure fits an indicator: the longest run of characters shared with its name, words before the figure
/// outranking words behind it (口袋公园2处提质改造1处).
type Score = (usize, bool);

/// Matches the figures of a text to indicators by unit, and where several could take one, by the words around it.
/// An indicator that more than one figure fits equally well gets none, and a figure that fits several equally well none of them.
pub fn propose(plan: &Plan, indicators: &[IndIx], raw: &str) -> Vec<Proposal> {
    let figures = figures(raw);
    let fits = |figure: &Figure, ix: IndIx| {
        figure
            .unit
            .convert(1.0, &plan.indicators[ix].unit)
            .is_some()
    };
    let alone = |ix: IndIx| {
        indicators
            .iter()
            .filter(|&&other| {
                plan.indicators[other]
                    .unit
                    .convert(1.0, &plan.indicators[ix].unit)
                    .is_some()
            })
            .count()
            == 1
    };
    let score = |figure: &Figure, ix: IndIx| -> Score {
        let ind = &plan.indicators[ix];
        let names = || {
            std::iter::once(&ind.name)
                .chain(&ind.aliases)
                .map(|name| names::key(name))
        };
        let shared = |words: &str| {
            names()
                .map(|name| common_run(&name, words))
                .max()
                .unwrap_or(0)
        };
        let (before, after) = (shared(&figure.before), shared(&figure.after));
        (before.max(after), before >= after)
    };
    // For each indicator the one figure that fits it best.
    let mut chosen: Vec<(IndIx, usize, Score)> = Vec::new();
    for &ix in indicators {
        let scored: Vec<(usize, Score)> = figures
            .iter()
            .enumerate()
            .filter(|(_, f)| fits(f, ix))
            .map(|(place, f)| (place, score(f, ix)))
            .collect();
        let best = scored.iter().map(|(_, s)| *s).max().unwrap_or_default();
        let mut of_best = scored.iter().filter(|(_, s)| *s == best);
        if let (Some(&(place, _)), None) = (of_best.next(), of_best.next())
            && (alone(ix) || best.0 >= 2)
        {
            chosen.push((ix, place, best));
        }
    }
    let outranked = |&(ix, place, own): &(IndIx, usize, Score)| {
        chosen
            .iter()
            .any(|&(other, at, score)| other != ix && at == place && score >= own)
    };
    chosen
        .iter()
        .filter(|c| !outranked(c))
        .map(|&(indicator, place, _)| Proposal {
            indicator,
            figure: figures[place].text.clone(),
        })
        .collect()
}

fn figures(raw: &str) -> Vec<Figure> {
    let folded = fold(raw);
    let found: Vec<Candidate> = candidates(raw).into_iter().take(FIGURES).collect();
    let mut figures = Vec::new();
    let mut from = 0;
    for (ix, candidate) in found.iter().enumerate() {
        let to = found
            .get(ix + 1)
            .map_or(folded.len(), |next| next.range.start);
        let before = folded.get(from..candidate.range.start).unwrap_or_default();
        let after = folded.get(candidate.range.end..to).unwrap_or_default();
        from = candidate.range.end;
        if let Some(unit) = &candidate.unit {
            let (before, after) = (
                names::key(last_clause(before)),
                names::key(first_clause(after)),
            );
            figures.push(Figure {
                unit: unit.clone(),
                before,
                after,
                text: candidate.text.clone(),
            });
        }
    }
    figures
}

/// A sentence for the help: `文中可能是：“改造面积”0.97万平方米…`; empty without proposals.
pub fn sentence(plan: &Plan, proposals: &[Proposal]) -> String {
    if proposals.is_empty() {
        return String::new();
    }
    let list: Vec<String> = proposals
        .iter()
        .map(|p| format!("“{}”{}", plan.indicators[p.indicator].name, p.figure))
        .collect();
    format!(
        "从文字看可能是：{}（仅供参考，请以实际数为准）。",
        list.join("，")
    )
}

const BREAKS: [char; 8] = ['，', ',', '。', '；', ';', '、', '（', '('];

/// What stands right before a figure in its own clause.
fn last_clause(before: &str) -> &str {
    before.rsplit(BREAKS).next().unwrap_or(before)
}

/// What stands right behind a figure.
fn first_clause(after: &str) -> &str {
    after.split(BREAKS).next().unwrap_or(after)
}

/// Length in characters of the longest run that two texts share. A clause is short; a cell of prose without punctuation is
/// looked at from its end.
fn common_run(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    longest_shared(&a, &b[b.len().saturating_sub(40)..])
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
        assert_eq!(last_clause("开工，"), "");
        assert_eq!(first_clause("公园提质改造进场。其余"), "公园提质改造进场");
        assert_eq!(last_clause(""), "");
    }

    fn proposed(task: u32, raw: &str) -> Vec<(String, String)> {
        let plan =
            crate::check::load_plan("plan.toml", include_str!("../../../seeds/2024/plan.toml"))
                .unwrap();
        let task = plan.tasks.iter().find(|t| t.no == task).unwrap();
        let numeric: Vec<IndIx> = task
            .indicators
            .clone()
            .filter(|&ix| plan.indicators[ix].kind.is_numeric())
            .collect();
        propose(&plan, &numeric, raw)
            .into_iter()
            .map(|p| (plan.indicators[p.indicator].id.clone(), p.figure))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(id, figure)| ((*id).to_owned(), (*figure).to_owned()))
            .collect()
    }

    /// Old forms put a task's several figures into one cell (domain/report-form.md).
    #[test]
    fn figures_are_proposed_by_unit_and_noun() {
        for text in [
            "已完成口袋公园2处，1处公园提质改造进场",
            "建成2处口袋公园，公园适老化改造1处",
            "口袋公园2处提质改造1处",
        ] {
            assert_eq!(
                proposed(3, text),
                pairs(&[("3.1", "2处"), ("3.2", "1处")]),
                "{text}"
            );
        }
        assert_eq!(
            proposed(
                2,
                "街头绿地项目5个、面积16万平方米；山城绿道项目2个、长度6公里"
            ),
            pairs(&[
                ("2.1", "5个"),
                ("2.2", "16万平方米"),
                ("2.3", "2个"),
                ("2.4", "6公里")
            ])
        );
        // The unit alone tells where only one indicator has it.
        assert_eq!(
            proposed(1, "累计完成1.36万平方米"),
            pairs(&[("1.2", "1.36万平方米")])
        );
    }

    #[test]
    fn what_is_not_plain_is_not_proposed() {
        for text in [
            "完成3处，正在施工1处",
            "已完成60%",
            "共5处",
            "公园2处、公园1处",
            "按计划推进",
        ] {
            assert_eq!(proposed(3, text), [], "{text}");
        }
    }
}
