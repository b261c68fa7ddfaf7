//! Which of a task's indicators a date in its text is the deadline of: 6月底前完成…, …，于8月底前投用.

use std::ops::Range;

use jiff::civil::Date;

use super::IndicatorDraft;
use super::mask::Masked;
use crate::plan::Kind;

/// A date that is a limit, and what became of it.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Starts of the dates that an indicator took.
    pub taken: Vec<usize>,
    /// What a person must settle about the task.
    pub marks: Vec<String>,
}

/// Gives each date to the indicators of its clause; one in a clause that only says 完成 or 投用 to what stands before it, one
/// that stands alone to what follows in its sentence. `places` are where the indicators' words begin.
pub(super) fn give(
    masked: &Masked,
    found: &[(Range<usize>, Date)],
    places: &[usize],
    indicators: &mut [IndicatorDraft],
    (start, end): (Date, Date),
    task_end: Date,
) -> Given {
    let mut out = Given::default();
    for (nth, (range, day)) in found.iter().enumerate() {
        let words = masked.text.get(range.clone()).unwrap_or_default();
        if !(start..=end).contains(day) {
            out.marks
                .push(format!("原文“{words}”不在本年度内，没有写入完成时限"));
            continue;
        }
        let Some(clause) = masked.clause(range.start) else {
            continue;
        };
        let sentence = clause.sentence;
        let within: Vec<usize> = (0..places.len())
            .filter(|&n| clause.range.contains(&places[n]))
            .collect();
        let before = || {
            (0..places.len())
                .rev()
                .find(|&n| places[n] < clause.range.start && masked.sentence(places[n]) == sentence)
        };
        let is_alone = masked.text[range.end..clause.range.end]
            .trim_matches(['，', '、'])
            .is_empty();
        let until = found
            .get(nth + 1)
            .map_or(usize::MAX, |(next, _)| next.start);
        let (takers, is_sure) = if !within.is_empty() {
            (within, true)
        } else if is_alone {
            let follows = |n: &usize| {
                places[*n] >= range.end
                    && places[*n] < until
                    && masked.sentence(places[*n]) == sentence
            };
            ((0..places.len()).filter(follows).collect(), false)
        } else {
            (before().into_iter().collect(), true)
        };
        if takers.is_empty() {
            out.marks
                .push(format!("原文有时限“{words}”，没有认出是哪一项的"));
            continue;
        }
        out.taken.push(range.start);
        for n in takers {
            let Some(indicator) = indicators.get_mut(n) else {
                continue;
            };
            if indicator.kind == Kind::Ongoing {
                indicator.marks.push(format!(
                    "原文有时限“{words}”，持续推进的事项没有完成时限，请确认类型"
                ));
            } else if *day > task_end {
                indicator.marks.push(format!(
                    "原文时限“{words}”晚于整项任务的完成时限 {task_end}，没有写入"
                ));
            } else if *day < task_end {
                if !is_sure {
                    indicator
                        .marks
                        .push(format!("时限“{words}”在前一句，请确认是否适用于这一项"));
                }
                indicator.deadline = indicator.deadline.max(Some(*day));
            }
        }
    }
    out
}
