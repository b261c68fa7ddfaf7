//! The figures of a task's text: every number is either a target with its unit and qualifiers, or left out with a reason.

use std::ops::Range;

use jiff::civil::Date;

use super::Words;
use super::mask::Masked;
use super::time;
use super::units::{self, unit_at};
use crate::plan::number::number;
use crate::plan::numeral;

/// A number that promises something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// Qualifiers, number, unit and what stands behind them (以上): the whole expression.
    pub range: Range<usize>,
    pub value: f64,
    /// A range's upper end.
    pub upper: Option<f64>,
    pub unit: String,
    /// 不少于, 以上 … in the text's order.
    pub qualifiers: Vec<&'static str>,
    /// Written in Chinese (三个).
    pub is_numeral: bool,
    /// Where it stands today, with its unit: 由42%提高到.
    pub baseline: Option<(f64, String)>,
}

impl Figure {
    /// 共, 合计: what the figures before it add up to.
    pub fn is_total(&self) -> bool {
        let words = Words("共 共计 合计 总计");
        self.qualifiers.iter().any(|q| words.contains(q))
    }
}

/// A number that promises nothing.
#[derive(Debug)]
pub(super) struct Skipped {
    pub range: Range<usize>,
    pub why: &'static str,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub figures: Vec<Figure>,
    pub skipped: Vec<Skipped>,
    /// Deadlines in the text: where, and the day.
    pub deadlines: Vec<(Range<usize>, Date)>,
}

const BEFORE: Words = Words(
    "保持 不少于 不低于 不小于 不高于 不超过 不大于 不多于 控制在 稳定在 保持在 至少 最少 达到 突破 \
    超过 低于 高于 少于 多于 小于 大于 大约 将近 接近 共计 合计 总计 累计 降至 增至 升至 减至 \
    缩短至 提高到 提高至 提升到 提升至 下降到 下降至 降低到 降低至 增加到 增加至 压减至 扩大到 \
    超 逾 约 近 达 共",
);

const BETWEEN: Words = Words("开展 组织 举办 建成 建设 新建 完成 配备 新增 提供 培训 设置 打造");

const AFTER: Words = Words("及以上 以上 及以下 以下 以内 之内 左右 上下");

pub(super) const APPROXIMATE: Words = Words("约 大约 近 将近 接近 左右 上下 余 多 来");

pub(super) const AT_MOST: Words = Words(
    "低于 少于 小于 不高于 不超过 不大于 不多于 控制在 降至 减至 缩短至 下降到 下降至 降低到 \
    降低至 压减至 以下 及以下 以内 之内",
);

const CHANGES: Words =
    Words("提高 提升 增长 增加 上升 下降 降低 降至 升至 增至 扩大 缩短 压减 调整 到 至");

const IN_NAME: &str = "引号内的名称";
const DATE: &str = "日期或年份";
const ORDINAL: &str = "序数";
const PART_OF_WORD: &str = "词语或名称的一部分";
const ITEM: &str = "条目编号";
const BASE: &str = "比率的基数";
const NO_UNIT: &str = "没有认出单位，请核对";
const VAGUE: &str = "没有确数，请核对";
pub(super) const TODAY: &str = "现状值";
const TOO_LARGE: &str = "数字过大，请核对";
const ZERO: &str = "数字为零，请核对";

/// A number that may be a target and was not understood, rather than one that is none.
pub(super) fn is_missed(why: &str) -> bool {
    [NO_UNIT, VAGUE, TOO_LARGE, ZERO].contains(&why)
}

/// Largest target; a figure beyond it is no count of anything.
const LARGEST: f64 = 1e12;

/// Words that count behind a verb, too: 至少开展1次.
const LEAST: Words = Words("至少 不少于 最少 不超过");

/// Words behind a number that make it a part of another word.
const NO_FIGURE: Words = Words(
    "千伏 标段 个月 天内 日内 小时内 分钟内 个小时内 mm cm kV KV + × / 号 级 类 星 层 楼 路 岁 周 届 毫 厘 \
     时 # G A",
);

/// Whether a text promises a figure.
pub(super) fn has_figure(text: &str) -> bool {
    !scan(&Masked::new(text), 2000).figures.is_empty()
}

/// Walks the text once.
pub(super) fn scan(masked: &Masked, year: i16) -> Scan {
    let mut scanner = Scanner {
        masked,
        text: &masked.text,
        year,
        out: Scan::default(),
        today: None,
    };
    let mut at = 0;
    while let Some(c) = scanner.text[at..].chars().next() {
        // 六月底前, 上半年, 二季度末: digits come to dates by themselves.
        let date = (!c.is_ascii_digit() && masked.quotation(at).is_none())
            .then(|| time::date_at(&scanner.text[at..], year))
            .flatten();
        at = if let Some(date) = date {
            scanner.date(at, &date)
        } else if c.is_ascii_digit() {
            scanner.arabic(at)
        } else if c == '每' {
            scanner.per(at)
        } else if numeral::is_numeral(c) && c != '点' {
            scanner.numeral(at)
        } else {
            at + c.len_utf8()
        };
    }
    scanner.out
}

struct Scanner<'m> {
    masked: &'m Masked,
    text: &'m str,
    year: i16,
    out: Scan,
    /// 由42% waiting for its target: where it begins, the value and the unit.
    today: Option<(usize, f64, String)>,
}

/// A number's start and end, and its value.
struct Read {
    start: usize,
    end: usize,
    value: f64,
    is_numeral: bool,
}

impl Scanner<'_> {
    /// Lists a number as no target, with a few characters behind it; gives where reading goes on.
    fn skip(&mut self, start: usize, end: usize, why: &'static str) -> usize {
        let range = self.masked.quotation(start).cloned().unwrap_or_else(|| {
            let shown = self.text[end..].char_indices().nth(3);
            let shown = shown.map_or(self.text.len(), |(n, _)| end + n);
            let clause = self.masked.clause(start);
            start..shown.min(clause.map_or(end, |c| c.range.end).max(end))
        });
        // One name is one entry, however many numbers it holds.
        if self
            .out
            .skipped
            .last()
            .is_none_or(|last| last.range != range)
        {
            self.out.skipped.push(Skipped { range, why });
        }
        end
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    fn arabic(&mut self, at: usize) -> usize {
        let here = &self.text[at..];
        let Some((n, used)) = number(here) else {
            return at + 1;
        };
        let end = at + used;
        if self.masked.quotation(at).is_some() {
            return self.skip(at, end, IN_NAME);
        }
        if let Some(date) = time::date_at(here, self.year) {
            return self.date(at, &date);
        }
        let before = self.before(at);
        if matches!(before, Some('第' | '〔' | '[' | '十')) {
            return self.skip(at, end, ORDINAL);
        }
        if before
            .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, '+' | '×' | '/' | '.' | '#'))
        {
            return self.skip(at, end, PART_OF_WORD);
        }
        let behind = &self.text[end..];
        let starts = at == 0
            || matches!(
                before,
                Some('。' | '；' | ';' | '\n' | '：' | ':' | '（' | '(')
            );
        if starts && behind.starts_with(['、', ')', '）', '．'])
            || (starts && behind.starts_with('.') && n.value < 100.0)
        {
            return self.skip(at, end, ITEM);
        }
        let is_word = NO_FIGURE.at_start(behind).is_some();
        let is_term = ["个工作日", "工作日"].iter().any(|w| behind.starts_with(w))
            && BEFORE.at_end(&self.text[..at]).is_none();
        if is_word || is_term {
            return self.skip(at, end, PART_OF_WORD);
        }
        self.figure(&Read {
            start: at,
            end,
            value: n.value,
            is_numeral: false,
        })
    }

    fn date(&mut self, at: usize, date: &time::Found) -> usize {
        let stop = at + date.used;
        if let Some(day) = date.deadline {
            self.out.deadlines.push((at..stop, day));
        }
        self.skip(at, stop, DATE)
    }

    /// 每千人, 每100户: the base of a rate, no target; 每学年 and 每个 hold no number.
    fn per(&mut self, at: usize) -> usize {
        let start = at + '每'.len_utf8();
        let rest = &self.text[start..];
        let digits = number(rest).map_or(0, |(_, used)| used);
        let numerals = numerals(&rest[digits..], 8);
        if digits + numerals == 0 {
            return start;
        }
        let end = start + digits + numerals;
        // 每一个 is every one.
        if digits == 0 && self.text[start..end] == *"一" {
            return end;
        }
        self.skip(at, end, BASE)
    }

    fn numeral(&mut self, at: usize) -> usize {
        let run = numerals(&self.text[at..], 32);
        let end = at + run;
        if self.masked.quotation(at).is_some() {
            return self.skip(at, end, IN_NAME);
        }
        let (written, before) = (&self.text[at..end], self.before(at));
        if before.is_some_and(|c| "第同任某逐进统唯这那各单几数多专万合".contains(c))
        {
            return match before {
                Some('第') => self.skip(at, end, ORDINAL),
                // 数百名, 几十个.
                Some('几' | '数') if unit_at(&self.text[end..], true).is_some() => {
                    self.skip(at, end, VAGUE)
                }
                _ => end,
            };
        }
        // 百分之八十, 百分之80.
        if let Some(rest) = self.text[at..].strip_prefix("百分之") {
            let start = self.text.len() - rest.len();
            if let Some((n, used)) = number(rest) {
                return self.percent(at, start + used, n.value);
            }
            let run = numerals(rest, 16);
            return match numeral::read(&rest[..run]) {
                Some(value) => self.percent(at, start + run, value),
                None => start,
            };
        }
        let behind = &self.text[end..];
        let Some(value) = numeral::read(written) else {
            // 百余部, 近千名.
            return if unit_at(behind, true).is_some() {
                self.skip(at, end, VAGUE)
            } else {
                end
            };
        };
        // 八成以上.
        if let Some(rest) = behind.strip_prefix('成')
            && value <= 10.0
            && (rest.is_empty()
                || rest.starts_with(['，', '。', '；', '、'])
                || AFTER.at_start(rest).is_some())
        {
            return self.percent(at, end + '成'.len_utf8(), value * 10.0);
        }
        if behind.starts_with('个')
            && ["月", "工作日"]
                .iter()
                .any(|w| behind["个".len()..].starts_with(w))
        {
            return self.skip(at, end, PART_OF_WORD);
        }
        // 一户一策, 三高四新: a saying.
        let second: Vec<char> = behind.chars().take(3).collect();
        if second.get(1).is_some_and(|c| numeral::is_numeral(*c))
            && second.get(2).is_some_and(|c| c.is_alphabetic())
        {
            let saying: usize = second.iter().map(|c| c.len_utf8()).sum();
            return self.skip(at, end + saying, PART_OF_WORD);
        }
        if unit_at(behind, true).is_none() {
            return end;
        }
        self.figure(&Read {
            start: at,
            end,
            value,
            is_numeral: true,
        })
    }

    fn percent(&mut self, start: usize, end: usize, value: f64) -> usize {
        let range = self.qualified(start, end);
        self.push(range, value, None, "%".to_owned(), true)
    }

    /// A number with its unit, or a range of two.
    fn figure(&mut self, read: &Read) -> usize {
        let first = unit_at(&self.text[read.end..], read.is_numeral);
        let after_first = read.end + first.as_ref().map_or(0, |f| f.used);
        if let Some((upper, unit)) = self.range_end(after_first) {
            let end = upper.end + unit.used;
            let factor = first
                .filter(|f| f.unit == unit.unit)
                .map_or(unit.factor, |f| f.factor);
            return self.finish(read, factor, Some(upper.value * unit.factor), unit, end);
        }
        match first {
            Some(unit) => self.finish(read, unit.factor, None, unit, after_first),
            None if self.is_today(read.start, read.end) => {
                self.today = Some((read.start, read.value, String::new()));
                self.skip(read.start, read.end, TODAY)
            }
            None => self.skip(read.start, read.end, NO_UNIT),
        }
    }

    /// 由60%提高到75%, 从上年的60%, 在60%的基础上提高到: where things stand.
    fn is_today(&self, start: usize, end: usize) -> bool {
        let (before, behind) = (without_when(&self.text[..start]), &self.text[end..]);
        let on = Words("的基础上 基础上").at_start(behind);
        (before.ends_with(['由', '从']) && CHANGES.at_start(behind).is_some())
            || (before.ends_with('在') && on.is_some())
    }

    fn finish(
        &mut self,
        read: &Read,
        factor: f64,
        upper: Option<f64>,
        unit: units::Found,
        end: usize,
    ) -> usize {
        let value = whole(read.value * factor);
        if !value.is_finite() || value.abs() >= LARGEST {
            return self.skip(read.start, read.end, TOO_LARGE);
        }
        let range = self.qualified(read.start, end);
        let end = self.push(range, value, upper.map(whole), unit.unit, read.is_numeral);
        if let (Some(more), Some(figure)) = (unit.more, self.out.figures.last_mut()) {
            figure.qualifiers.push(more);
        }
        end
    }

    /// The second number of `3—5个`, `80%至85%`.
    fn range_end(&self, at: usize) -> Option<(Read, units::Found)> {
        let rest = &self.text[at..];
        let dash = ["——", "—", "–", "-", "~", "～", "至", "到"]
            .into_iter()
            .find(|d| rest.starts_with(d))?;
        let start = at + dash.len();
        let (n, used) = number(&self.text[start..])
            .filter(|_| self.text[start..].starts_with(|c: char| c.is_ascii_digit()))?;
        let end = start + used;
        let unit = unit_at(&self.text[end..], false)?;
        Some((
            Read {
                start,
                end,
                value: n.value,
                is_numeral: false,
            },
            unit,
        ))
    }

    /// The expression with the qualifiers on both sides.
    fn qualified(&self, start: usize, end: usize) -> (Range<usize>, Vec<&'static str>) {
        let mut words: Vec<&'static str> = Vec::new();
        let mut from = start;
        for _ in 0..3 {
            let Some(word) = BEFORE.at_end(&self.text[..from]) else {
                break;
            };
            // 到达, 普及: the last letters of a word are no qualifier.
            words.insert(0, word);
            from -= word.len();
        }
        // 至少开展1次: the verb between belongs to the noun, so that only the word is taken.
        if words.is_empty()
            && let Some(verb) = BETWEEN.at_end(&self.text[..from])
        {
            words.extend(LEAST.at_end(&self.text[..from - verb.len()]));
        }
        let mut to = end;
        for _ in 0..2 {
            let Some(word) = AFTER.at_start(&self.text[to..]) else {
                break;
            };
            words.push(word);
            to += word.len();
        }
        (from..to, words)
    }

    fn push(
        &mut self,
        (range, qualifiers): (Range<usize>, Vec<&'static str>),
        value: f64,
        upper: Option<f64>,
        unit: String,
        is_numeral: bool,
    ) -> usize {
        let end = range.end;
        let behind = &self.text[end..];
        if self.is_today(range.start, end) {
            self.today = Some((range.start, value, unit));
            return self.skip(range.start, end, TODAY);
        }
        // 15分钟生活圈, 24小时书房: a kind of thing.
        let is_kind = matches!(unit.as_str(), "分钟" | "小时") && qualifiers.is_empty();
        if is_kind
            && !(behind.is_empty() || behind.starts_with(['，', '。', '；', '、', ';', '）', '\n']))
        {
            return self.skip(range.start, end, PART_OF_WORD);
        }
        let at_most = qualifiers.iter().any(|&q| AT_MOST.contains(q));
        if value == 0.0 && !at_most {
            return self.skip(range.start, end, ZERO);
        }
        // Two figures never share a qualifier.
        let from = self
            .out
            .figures
            .last()
            .map_or(range.start, |last| range.start.max(last.range.end));
        let today = self.today.take();
        let clause = |at| self.masked.clause(at).map(|c| c.range.start);
        let baseline = today
            .filter(|(at, _, _)| clause(*at) == clause(range.start))
            .map(|(_, value, own)| (value, if own.is_empty() { unit.clone() } else { own }));
        self.out.figures.push(Figure {
            baseline,
            range: from..end,
            value,
            upper,
            unit,
            qualifiers,
            is_numeral,
        });
        end
    }
}

/// 由上年的, 从2024年底的: when the figure behind it was so.
fn without_when(before: &str) -> &str {
    const WHEN: Words = Words("上一年 上年 去年 目前 现有 现状 当前 年初 年底 年末 底 末 年 的 约");
    let mut text = before;
    while let Some(word) = WHEN.at_end(text) {
        text = text[..text.len() - word.len()].trim_end_matches(|c: char| c.is_ascii_digit());
    }
    text
}

/// The words before a figure without 由42% and its like: what it stands at today is no part of its name.
pub(super) fn without_today(left: &str) -> &str {
    let digit = |at: usize| left[..at].ends_with(|c: char| c.is_ascii_digit());
    let starts = left
        .char_indices()
        .filter(|(at, c)| c.is_ascii_digit() && !digit(*at));
    let cut = starts.filter_map(|(at, _)| {
        let before = without_when(&left[..at]);
        before.strip_suffix(['由', '从', '在'])
    });
    cut.min_by_key(|head| head.len()).unwrap_or(left)
}

/// Bytes of the numerals that a text begins with; at most so many of them.
fn numerals(text: &str, most: usize) -> usize {
    let run = text.chars().take(most);
    run.take_while(|c| numeral::is_numeral(*c))
        .map(char::len_utf8)
        .sum()
}

/// Removes the binary noise of a multiplication by a power of ten.
fn whole(value: f64) -> f64 {
    let millionths = (value * 1e6).round() / 1e6;
    if (millionths - value).abs() <= value.abs() * 1e-12 {
        millionths
    } else {
        value
    }
}
