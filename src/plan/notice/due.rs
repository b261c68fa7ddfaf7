//! When the notice wants the months' forms: 报送截止时间为次月3日, 每月25日前报送当月进展.

use super::Words;
use super::mask::fold;
use crate::plan::number::number;
use crate::plan::numeral;

/// The day on which a month's form is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// 1 to 31; 31 for the month's end.
    pub day: i8,
    /// In the next month rather than in the month reported.
    pub is_next: bool,
    /// The notice's words.
    pub words: String,
    /// The notice does not say of which month the day is.
    pub is_open: bool,
    /// The words speak of a time limit: they outrank others.
    is_limit: bool,
}

const REPORTS: Words =
    Words("报送 上报 报市 报区 报县 报州 报省 报至 报我 前报 反馈 报政府 报督查 送督查 填报 截止");
const HEADS: Words = Words("次月 下月 下个月 每个月 每月 当月 本月");

/// The due day of a sentence that asks for monthly reports; of several the one that 截止 stands with.
pub(super) fn due(sentence: &str) -> Option<Due> {
    let text = fold(sentence);
    REPORTS.within(&text)?;
    let mut found: Option<Due> = None;
    for clause in text.split(['，', '；', '。']) {
        let mut from = 0;
        while let Some((at, head)) = HEADS
            .iter()
            .filter_map(|w| Some((from + clause[from..].find(w)?, w)))
            .min_by_key(|(at, w)| (*at, std::cmp::Reverse(w.len())))
        {
            from = at + head.len();
            let Some((day, used)) = day(&clause[from..]) else {
                continue;
            };
            let says = |words: &'static str| Words(words).within(&text).is_some();
            let is_each = head.starts_with('每');
            let (is_next, is_open) = if !is_each {
                (matches!(head, "次月" | "下月" | "下个月"), false)
            } else if says("上月 上个月 上一月 上一个月") {
                (true, false)
            } else if says("当月 本月") || day == 31 {
                (false, false)
            } else {
                (day <= 15, true)
            };
            let new = Due {
                day,
                is_next,
                words: clause[at..from + used].to_owned(),
                is_open,
                is_limit: clause.contains("截止"),
            };
            if found
                .as_ref()
                .is_none_or(|old| new.is_limit && !old.is_limit)
            {
                found = Some(Due {
                    words: if new.is_limit {
                        clause.to_owned()
                    } else {
                        new.words.clone()
                    },
                    ..new
                });
            }
        }
    }
    found
}

impl Due {
    /// Of two sentences the one that 截止 stands in.
    pub(super) fn outranks(&self, other: &Self) -> bool {
        self.is_limit && !other.is_limit
    }
}

/// 3日, 5号, 二十五日, 底, 末 at a text's start, and the bytes they take.
fn day(text: &str) -> Option<(i8, usize)> {
    let rest = text.trim_start_matches(['的', '第']);
    let skipped = text.len() - rest.len();
    if let Some(word) = Words("底 末 最后一天 最后一日").at_start(rest) {
        return Some((31, skipped + word.len()));
    }
    let (value, used) = if let Some((n, used)) = number(rest) {
        (n.value, used)
    } else {
        let numerals = rest.chars().take_while(|c| numeral::is_numeral(*c));
        let run: usize = numerals.map(char::len_utf8).sum();
        (numeral::read(&rest[..run])?, run)
    };
    rest[used..].strip_prefix(['日', '号'])?;
    let day = (1..=31_i8).find(|d| (f64::from(*d) - value).abs() < 1e-9)?;
    Some((day, skipped + used + '日'.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_days_are_read_from_sentences() {
        for (text, expected) in [
            (
                "各单位于每月底前报送进展，报送截止时间为次月3日。",
                Some((3, true, false)),
            ),
            ("请于次月5日前将进展情况报区督查室", Some((5, true, false))),
            ("每月25日前报送当月进展", Some((25, false, false))),
            ("每月５日前报送上月进展", Some((5, true, false))),
            ("每月五日前报送进展", Some((5, true, true))),
            ("每月28日前报送进展", Some((28, false, true))),
            ("每月底前上报", Some((31, false, false))),
            ("每月召开一次调度会", None),
            ("每月3日为开放日", None),
        ] {
            let found = due(text).map(|d| (d.day, d.is_next, d.is_open));
            assert_eq!(found, expected, "{text}");
        }
    }
}
