//! What a figure counts: the noun before or behind it, without verbs and connectives.

use std::collections::BTreeMap;

use super::Words;
use super::figure::{Figure, without_today};
use super::mask::{Masked, length, without_item};
use super::time::date_at;
use super::units::aspect;
use super::verbs;
use crate::plan::names::{key, without_brackets};

/// Verbs that say something of what they count: 新建学校 and 改建学校 are two things.
const TELLING: Words = Words(
    "新开工改造 新开工 新改扩建 改扩建 新建 改建 扩建 新增 改造 更新 覆盖 培训 整治 修复 提升 \
    新改建 续建 维修 救助 惠及 更换 加装",
);

/// Words that only name what is measured; the thing itself stands in the figure before.
const ASPECTS: Words = Words(
    "实施面积 建设面积 改造面积 总面积 建筑面积 占地面积 面积 总长度 长度 总长 全长 里程 总里程 \
    规模 总投资 投资 资金 人数 数量",
);

const LEADING: Words = Words(
    "其中 其它 其他 另外 以及 包括 分别 力争 确保 计划 预计 使 让 并 及 和 与 对 在 为 将 向 从 \
    面向 、 的 等 再 已 可 也 全区 全市 全县 年内 全年 今年 年底前 年底",
);

const TRAILING: Words = Words(
    "、 和 与 及 等 共 共计 合计 总计 累计 总数 约 达 到 至 为 是 有 不 各 的 “ 分别 均 数量",
);

/// Verbs inside a noun phrase that only tie it to its object: 计量器具开展免费检定.
const TIES: Words = Words("开展 进行 完成 实施");

/// Characters a name has at most.
const LONGEST: usize = 40;

/// 每学年, 每月.
pub(super) const FREQUENCIES: Words =
    Words("每学年 每学期 每半年 每季度 每年度 每年 每月 每周 每日 每天 每旬");

/// A figure's name and what stands around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub name: String,
    /// The name without its aspect, for the figures that follow (、面积16万平方米).
    pub stem: String,
    /// The clause's text before the figure, from the figure before on.
    pub left: String,
    /// Bytes of the text that belong to the figure: noun, expression, noun.
    pub words: std::ops::Range<usize>,
}

/// Names every figure, in the text's order.
pub(super) fn names(masked: &Masked, figures: &[Figure]) -> Vec<Named> {
    let text = masked.text.as_str();
    let mut out: Vec<Named> = Vec::with_capacity(figures.len());
    // What stands before the next figure when the one before it has taken the right-hand noun.
    let mut taken = 0;
    for (ix, figure) in figures.iter().enumerate() {
        let clause = masked.clause(figure.range.start);
        let clause = clause.map_or(0..text.len(), |c| c.range.clone());
        let from = figures[..ix]
            .last()
            .map_or(clause.start, |last| last.range.end.max(clause.start))
            .max(taken.min(figure.range.start));
        let from = from.min(figure.range.start);
        let next = figures.get(ix + 1).filter(|n| n.range.start < clause.end);
        let right_end = right_end(
            text,
            figure.range.end,
            clause.end.max(figure.range.end),
            next,
        );
        let left = &text[from..figure.range.start];
        let mut right = &text[figure.range.end..right_end];
        let mut words = from..right_end;
        let adjoins_next = next.is_some_and(|n| n.range.start == right_end);
        let left_noun = left_noun(left);
        // 改造小区5个面积3万平方米: what stands before the next figure is its own.
        if adjoins_next && (ASPECTS.contains(right) || has_noun(&left_noun)) {
            right = "";
            words.end = figure.range.end;
        }
        // People have no length: 惠及300户，面积3万平方米 is the area of what stands before them.
        let measures = matches!(aspect(&figure.unit), "面积" | "长度");
        let people = |f: &Figure| matches!(f.unit.as_str(), "人" | "户" | "人次" | "名");
        let mut earlier = out.iter().zip(figures).rev();
        let previous = earlier
            .find(|(_, f)| !(measures && people(f)))
            .map(|(n, _)| n.stem.clone())
            .unwrap_or_default();
        let mut named = name(&left_noun, left, right, figure, &previous);
        if let Some(next) = next
            .filter(|n| n.range.start == figure.range.end && text[n.range.end..].starts_with('的'))
        {
            // 一支10人以上的讲师团: both count the one thing behind.
            let end = self::right_end(text, next.range.end, clause.end, figures.get(ix + 2));
            named = name(
                &left_noun,
                left,
                &text[next.range.end..end],
                figure,
                &previous,
            );
            words.end = end;
        } else if figures[..ix]
            .last()
            .is_some_and(|l| l.range.end == figure.range.start && right.starts_with('的'))
        {
            named.name = join(&previous, aspect(&figure.unit));
            named.stem.clone_from(&previous);
        }
        if !right.is_empty() {
            taken = words.end;
        }
        left.clone_into(&mut named.left);
        named.words = words;
        out.push(named);
    }
    make_unique(&mut out, figures);
    out
}

/// Where the noun behind a figure ends: at the next figure, the clause's end, or a 、 that begins another item.
fn right_end(text: &str, from: usize, clause_end: usize, next: Option<&Figure>) -> usize {
    let limit = next.map_or(clause_end, |n| {
        n.range.start.clamp(from, clause_end.max(from))
    });
    let right = &text[from..limit];
    if right.starts_with('、') {
        return from;
    }
    let Some(stop) = right.find('、') else {
        return limit;
    };
    // 中小学、幼儿园 goes on where nothing countable and no verb follows.
    let rest = &right[stop + '、'.len_utf8()..];
    let goes_on = limit == clause_end && verbs::at(rest).is_none() && verbs::adverbs(rest).0 == 0;
    if goes_on { limit } else { from + stop }
}

fn has_noun(left: &str) -> bool {
    length(left) >= 2 && verbs::at(left).is_none_or(|v| v.word.len() < left.len())
}

fn trimmed(mut text: &str) -> &str {
    for _ in 0..8 {
        let before = text.len();
        text = without_item(text.trim_matches(['、', '，', ' ', '：', '-', '—']));
        for word in LEADING.iter() {
            if let Some(rest) = text
                .strip_prefix(word)
                .filter(|r| length(r) >= 2 || matches!(word, "、" | "的" | "等" | "对" | "并"))
            {
                text = rest;
            }
        }
        for word in TRAILING.iter() {
            if let Some(rest) = text.strip_suffix(word).filter(|r| !r.is_empty()) {
                text = rest;
            }
        }
        if text.len() == before {
            break;
        }
    }
    text
}

/// The noun before a figure: light verbs and adverbs go, telling ones stay.
fn left_noun(left: &str) -> String {
    let mut text = trimmed(without_today(left));
    // 到2027年建成…: when, not what.
    let dated = text.strip_prefix(['到', '至']).unwrap_or(text);
    if let Some(date) = date_at(dated, 2000).filter(|d| dated[d.used..].chars().count() >= 2) {
        text = trimmed(&dated[date.used..]);
    }
    for _ in 0..4 {
        let (used, _) = verbs::adverbs(text);
        let rest = &text[used..];
        let rest = match verbs::at(rest).filter(|v| !TELLING.contains(v.word)) {
            Some(verb) if verb.is_light || matches!(verb.word, "举办" | "提供" | "开设") => {
                &rest[verb.word.len()..]
            }
            _ => rest,
        };
        let rest = trimmed(rest);
        if rest.len() == text.len() || length(rest) < 2 {
            break;
        }
        text = rest;
    }
    text.to_owned()
}

/// 参保率比上年提高 as the name of a rate itself: 参保率.
fn without_comparison(stem: &str) -> &str {
    let words = Words("比上年 较上年 比去年 较去年 同比 提高 提升 增长 上升 下降 降低");
    let at = words
        .iter()
        .filter_map(|w| stem.find(w))
        .filter(|at| *at > 0)
        .min();
    at.map_or(stem, |at| &stem[..at])
}

fn name(left_noun: &str, left: &str, right: &str, figure: &Figure, previous: &str) -> Named {
    let right = right_noun(right);
    let frequency = FREQUENCIES.within(left).unwrap_or_default();
    let mut noun =
        if length(&right) >= 2 && verbs::at(&right).is_none_or(|v| v.word.len() != right.len()) {
            // The verb right before the figure may say what is done to the thing.
            let telling = TELLING.at_end(left).unwrap_or_default();
            // 改造8个老旧小区 keeps 改造 unless the noun says it.
            if right.contains(telling) {
                right
            } else {
                format!("{telling}{right}")
            }
        } else if length(left_noun) >= 2 {
            left_noun.to_owned()
        } else {
            String::new()
        };
    if !frequency.is_empty() {
        // 每季度开展检查4次: the frequency leads the name.
        let rest = noun.replace(frequency, "");
        let rest = TIES.iter().fold(rest, |r, tie| r.replace(tie, ""));
        noun = format!("{frequency}{}", trimmed(&rest));
    }
    let bare = unquoted(noun.trim_start_matches("其中"));
    let named = |name: &str, stem: &str| Named {
        name: cut(name),
        stem: stem.to_owned(),
        ..Named::default()
    };
    let aspect = aspect(&figure.unit);
    if bare.is_empty() {
        if figure.is_total() && !previous.is_empty() {
            return named(&format!("合计{aspect}"), previous);
        }
        if aspect == "比例" {
            let rate = without_comparison(previous);
            return if rate.ends_with(['率', '例', '比']) {
                named(rate, previous)
            } else {
                named(&join(rate, aspect), previous)
            };
        }
        return named(&join(previous, aspect), previous);
    }
    if TELLING.contains(bare) && !previous.is_empty() {
        // 其中新开工5000套: of what was counted before.
        return named(&format!("{previous}{bare}"), previous);
    }
    // 改造面积 behind 加装电梯 is not the lifts'.
    if let Some(verb) = TELLING.at_start(bare).filter(|_| ASPECTS.contains(bare))
        && !previous.contains(verb)
    {
        return named(bare, previous);
    }
    if ASPECTS.contains(bare) {
        let word = match bare {
            "全长" | "总长" | "总长度" => "长度",
            "实施面积" | "总面积" => "面积",
            other => other,
        };
        return named(&join(previous, word), previous);
    }
    for (tail, word) in [
        ("全长", "长度"),
        ("总长", "长度"),
        ("总面积", "面积"),
        ("长度", "长度"),
        ("面积", "面积"),
    ] {
        if let Some(stem) = bare.strip_suffix(tail).filter(|s| length(s) >= 2) {
            return named(&format!("{stem}{word}"), &cut(stem));
        }
    }
    // 活动 alone says little: 活动批次.
    if length(bare) <= 2 {
        named(&join(bare, aspect), &cut(bare))
    } else {
        named(bare, &cut(bare))
    }
}

/// A name that is nothing but a quotation needs no marks.
pub(super) fn unquoted(name: &str) -> &str {
    let inner = name
        .strip_prefix('“')
        .and_then(|n| n.strip_suffix('”'))
        .or_else(|| name.strip_prefix('「').and_then(|n| n.strip_suffix('」')));
    inner
        .filter(|i| !i.is_empty() && !i.contains(['“', '”', '「', '」']))
        .unwrap_or(name)
}

fn right_noun(right: &str) -> String {
    let mut text = trimmed(right).to_owned();
    for tie in TIES.iter() {
        if let Some(at) = text.find(tie).filter(|at| *at > 0) {
            text.replace_range(at..at + tie.len(), "");
        }
    }
    text
}

fn join(stem: &str, aspect: &str) -> String {
    if stem.ends_with(aspect) {
        stem.to_owned()
    } else {
        format!("{stem}{aspect}")
    }
}

pub(super) fn cut(name: &str) -> String {
    name.chars().take(LONGEST).collect()
}

/// How much two texts say the same, 0 to 1: the pairs of neighbouring characters they share. (strsim counts bytes, so that no
/// two Chinese texts come above a third.)
pub(super) fn dice(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut counts: BTreeMap<[char; 2], usize> = BTreeMap::new();
        for pair in chars.windows(2) {
            *counts.entry([pair[0], pair[1]]).or_default() += 1;
        }
        counts
    };
    if a == b {
        return 1.0;
    }
    let (a, b) = (pairs(a), pairs(b));
    let all: usize = a.values().chain(b.values()).sum();
    let both: usize = a
        .iter()
        .filter_map(|(pair, n)| b.get(pair).map(|m| n.min(m)))
        .sum();
    if all == 0 {
        0.0
    } else {
        2.0 * to_f64(both) / to_f64(all)
    }
}

fn to_f64(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

/// Two indicators of a task never share a name.
fn make_unique(names: &mut [Named], figures: &[Figure]) {
    let mut seen = Unique::default();
    for (named, figure) in names.iter_mut().zip(figures) {
        if seen.holds(&named.name) {
            named.name = join(&named.name, aspect(&figure.unit));
        }
        named.name = seen.claim(&named.name);
    }
}

/// Names given out so far, by [`key`]: a plan may not hold two that forms could not tell apart.
#[derive(Debug, Default)]
pub(super) struct Unique {
    given: BTreeMap<String, u32>,
}

impl Unique {
    pub fn holds(&self, name: &str) -> bool {
        self.given.contains_key(&key(name))
    }

    /// Whether the name was still free; it is given out now.
    pub fn take(&mut self, name: &str) -> bool {
        let is_free = !self.holds(name);
        if is_free {
            self.given.insert(key(name), 1);
        }
        is_free
    }

    /// A name and the others of the same thing are given out now.
    pub fn take_all(&mut self, name: &str, aliases: &[String]) {
        self.take(name);
        for alias in aliases {
            self.take(alias);
        }
    }

    /// The name itself; where it is given out, the name without its brackets (民政局（西区） as 民政局西区), or with a number.
    pub fn claim(&mut self, name: &str) -> String {
        let plain = without_brackets(name);
        for wanted in [name, plain.as_str()] {
            if self.take(wanted) {
                return wanted.to_owned();
            }
        }
        loop {
            let times = self.given.entry(key(&plain)).or_insert(1);
            *times += 1;
            let numbered = format!("{plain}之{times}");
            if self.take(&numbered) {
                return numbered;
            }
        }
    }
}
