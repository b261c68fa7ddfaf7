//! "Finished" and "under way" in a clause whose names are already replaced by [`super::NAMED`].

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::intake::calendar::{self, Year};
use crate::intake::quantity::candidates;
use crate::plan::Unit;
use aho_corasick::AhoCorasick;

use super::NAMED;
use super::words::{
    ADVERBS, AFTERWARDS, ALL, ALL_OBJECTS, COMPLETION, FUTURE, GOING_ON, GOING_ON_VERBS, NEGATIONS,
    NO_COMPLETION, NOT_HANDED_OVER, PARTLY, PARTS, PLANNED_TO, STAGES, UNDER_WAY, WHOLE_OBJECTS,
    WORK,
};

/// What a clause says of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Work is going on, or is not finished.
    UnderWay,
    /// 正在 with some other verb: counts only of an indicator that the clause names.
    PerhapsUnderWay,
    /// Finished, of what the clause speaks of.
    Finished,
    /// Finished altogether: 全部完成.
    AllFinished,
}

/// One claim of a clause.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimWords {
    /// What it says.
    pub claim: Claim,
    /// Byte offset of its first word.
    pub start: usize,
    /// The words, for the message.
    pub words: String,
    /// Of a completion the figures in the clause, each with its unit: `3处口袋公园已全部完成` speaks of 3.
    pub figures: Vec<(f64, Option<Unit>)>,
}

/// Word lists each looked for in one pass.
struct Lists {
    /// The words that can begin a claim: completion, under way, going on.
    claims: AhoCorasick,
    future: AhoCorasick,
    afterwards: AhoCorasick,
    harmless: AhoCorasick,
    stages: AhoCorasick,
    others: AhoCorasick,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let list = |words: &[&str]| AhoCorasick::new(words).expect("a short list of words is no limit");
    Lists {
        claims: list(&[COMPLETION, UNDER_WAY, GOING_ON, NOT_HANDED_OVER].concat()),
        future: list(FUTURE),
        afterwards: list(AFTERWARDS),
        harmless: list(HARMLESS),
        stages: list(STAGES),
        others: list(OTHERS),
    }
});

/// Words that look like a plan's and are not.
const HARMLESS: &[&str] = &["按照计划", "按计划", "模拟", "草拟", "虚拟"];

/// Words that begin to speak of other work.
const OTHERS: &[&str] = &[
    "其余",
    "其他",
    "其它",
    "另有",
    "另外",
    "配套",
    "附属",
    "二期",
    "后续",
    "下一批",
];

/// Characters of which every word of completion has one.
pub(super) const OF_COMPLETION: [char; 3] = ['完', '竣', '建'];
/// Characters of which every word that can begin a claim has one.
pub(super) const OF_ANY: [char; 12] = [
    '完', '竣', '建', '中', '场', '紧', '快', '在', '收', '交', '投', '移',
];

/// Whether a text has a word that can begin a claim.
pub fn may_claim(text: &str) -> bool {
    LISTS.claims.is_match(text)
}

/// Where each of those words stands in a clause: its place among the words, and its first byte; by word, then place.
fn word_places(clause: &str) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> = LISTS
        .claims
        .find_overlapping_iter(clause)
        .map(|m| (m.pattern().as_usize(), m.start()))
        .collect();
    places.sort_unstable();
    places
}

/// Everything a clause claims of a year's work, in its order.
pub fn claims(clause: &str, year: i16) -> Vec<ClaimWords> {
    let places = word_places(clause);
    if places.is_empty() {
        return Vec::new();
    }
    let mut said: Vec<ClaimWords> = Vec::new();
    let mut say = |claim, start: usize, end: usize| {
        // What is under way is so whatever the figures.
        let figures = if matches!(claim, Claim::Finished | Claim::AllFinished) {
            figures(clause)
        } else {
            Vec::new()
        };
        said.push(ClaimWords {
            claim,
            start,
            words: clause[start..end].to_owned(),
            figures,
        });
    };
    for (word, at) in places {
        if let Some(word) = COMPLETION.get(word) {
            if let Some((claim, start)) = completion(clause, at, word, year) {
                say(claim, start, at + word.len());
            }
        } else if let Some(word) = UNDER_WAY.get(word - COMPLETION.len()) {
            // 存在建设用地问题, 现在建议 … hold 在建 by chance.
            if *word != "在建"
                || !clause[..at].ends_with(['存', '现', '所', '正', '仍', '还', '尚'])
            {
                say(Claim::UnderWay, at, at + word.len());
            }
        } else if let Some(word) = GOING_ON.get(word - COMPLETION.len() - UNDER_WAY.len()) {
            let behind = &clause[at + word.len()..];
            if LISTS.afterwards.is_match(behind) {
                continue;
            }
            match GOING_ON_VERBS
                .iter()
                .find(|verb| behind.starts_with(**verb))
            {
                Some(verb) => say(Claim::UnderWay, at, at + word.len() + verb.len()),
                None => say(Claim::PerhapsUnderWay, at, at + word.len()),
            }
        } else {
            let list = COMPLETION.len() + UNDER_WAY.len() + GOING_ON.len();
            let word = NOT_HANDED_OVER.get(word - list).copied();
            // 已收尾 and 收尾完成 are ends.
            let is_over = clause[..at].ends_with('已');
            if let Some(word) = word.filter(|_| !is_over) {
                say(Claim::PerhapsUnderWay, at, at + word.len());
            }
        }
    }
    said.sort_by_key(|s| s.start);
    said
}

fn figures(clause: &str) -> Vec<(f64, Option<Unit>)> {
    candidates(clause)
        .into_iter()
        .filter(|c| !c.unit.as_ref().is_some_and(Unit::is_percent))
        .map(|c| (c.value, c.unit))
        .collect()
}

/// What one completion word says, and from where.
fn completion(clause: &str, at: usize, word: &str, year: i16) -> Option<(Claim, usize)> {
    let before = &clause[..at];
    let after = &clause[at + word.len()..];
    let after = after.strip_prefix('了').unwrap_or(after);
    if NO_COMPLETION.iter().any(|w| after.starts_with(w)) {
        return percent(after)
            .map(|claim| (claim, at))
            .filter(|_| after.starts_with(['的', '至', '到']));
    }
    if let Some(start) = negation(before) {
        return Some((Claim::UnderWay, start));
    }
    if is_future(before) {
        return None;
    }
    if let Some(claim) = percent(after) {
        return Some((claim, at));
    }
    let bare = without_adverbs(before);
    let (object, is_all_object) = strip_objects(after);
    let all = is_all_object || ALL.iter().any(|w| bare.ends_with(w));
    let start = if all && !is_all_object {
        ALL.iter()
            .filter(|w| bare.ends_with(**w))
            .map(|w| bare.len() - w.len())
            .min()
            .unwrap_or(at)
    } else {
        ADVERBS
            .iter()
            .filter(|w| before.ends_with(**w))
            .map(|w| at - w.len())
            .min()
            .unwrap_or(at)
    };
    let counted = object.starts_with(|c: char| {
        c.is_ascii_digit() || matches!(c, '约' | '近' | '共' | '计' | '累') || is_small_numeral(c)
    });
    // 已完成3处 tells how many, not that all is done.
    let claim = if all {
        (counted || is_boundary(object)).then_some(Claim::AllFinished)
    } else {
        let is_said = before.contains('已') || bare.len() < before.len();
        (is_said && is_boundary(object)).then_some(Claim::Finished)
    };
    let is_of_a_part = || {
        PARTLY.iter().any(|w| before.ends_with(w))
            || LISTS.stages.is_match(before)
            || is_of_another_time(before, year)
            || has_exception(before)
            || is_named_part(before)
    };
    Some((claim?, start)).filter(|_| !is_of_a_part())
}

/// Whether the work spoken of is that of another year or of a part of this one: 2024年任务, 6月份的各项任务.
fn is_of_another_time(before: &str, year: i16) -> bool {
    calendar::mentions(before)
        .iter()
        .any(|(time, until, behind)| {
            // 截至6月年度任务已完成: the time until which, not whose.
            let is_all_year = before[..before.len() - behind.len()].ends_with("全年");
            if is_all_year || time.day.is_some() || until.ends_with(['至', '止', '到', '于', '在'])
            {
                return false;
            }
            let is_this_year = match time.year {
                None => time.months.is_none(),
                Some(Year::Written(first, last)) => (first..=last).contains(&year),
                Some(Year::FromNow(offset)) => offset == 0,
            };
            let is_whole = is_this_year && time.months.is_none();
            let near: String = behind.chars().take(WORK_CHARS).collect();
            // 2024年老年助餐点 are that year's, unless work only began then; 6月老年助餐点已完成: done in that month.
            let is_beginning = BEGUN.iter().any(|word| near.contains(word));
            let is_years = !is_this_year && time.months.is_none() && !is_beginning;
            is_years || !is_whole && WORK.iter().any(|word| near.contains(word))
        })
}

/// Words of what began at a time and goes on.
const BEGUN: [&str; 7] = ["启动", "开工", "动工", "立项", "列入", "以来", "起"];

/// Characters behind a time that may name its work.
const WORK_CHARS: usize = 10;

/// Whether a clause takes a part out: 除东段外, 除了…之外.
pub fn has_exception(clause: &str) -> bool {
    clause.match_indices('除').any(|(at, word)| {
        let behind = &clause[at + word.len()..];
        // 拆除, 清除 and the like are verbs.
        let is_verb = clause[..at].ends_with([
            '拆', '清', '消', '排', '解', '铲', '免', '废', '根', '扫', '剔', '破', '去',
        ]);
        !is_verb && behind.contains('外')
    })
}

/// Whether a completion's subject ends with a named road, section or site, and not with all or so many of them: 滨江路段, 一标段.
fn is_named_part(before: &str) -> bool {
    let mut subject = without_adverbs(before);
    while let Some(shorter) = ALL
        .iter()
        .chain(PLANNED_TO)
        .find_map(|word| subject.strip_suffix(word))
    {
        subject = without_adverbs(shorter);
    }
    let is_one_of_many = |place: &str| {
        let from = place.char_indices().rev().nth(6);
        let near = &place[from.map_or(0, |(at, _)| at)..];
        !ALL_PARTS.iter().any(|word| near.contains(word))
    };
    // 城东片区老年助餐点 and 老年助餐点城东片区 are the same part.
    let (before_name, behind_name) = subject.rsplit_once(NAMED).unwrap_or(("", subject));
    if subject.contains(NAMED) && !is_whole(behind_name) {
        return true;
    }
    // 城东◇
    if before_name.ends_with(['东', '西', '南', '北']) {
        return true;
    }
    let ends = |place: &&str| PARTS.iter().any(|part| place.ends_with(part));
    let anywhere = SITES.iter().flat_map(|site| subject.match_indices(site));
    let anywhere = anywhere.map(|(at, site)| &subject[..at + site.len()]);
    let at_ends = [before_name, behind_name].into_iter().filter(ends);
    at_ends.chain(anywhere).any(is_one_of_many)
}

/// Of [`PARTS`] those that name a part wherever they stand before a completion.
const SITES: [&str; 9] = [
    "片区", "地块", "标段", "组团", "号楼", "大道", "路段", "河段", "支线",
];

/// Words by which a name of a part stands for all of them, or for the whole: 各社区, 全镇.
const ALL_PARTS: [&str; 12] = [
    "各", "所有", "全", "每", "个", "条", "座", "本", "我", "该", "城乡", "沿线",
];

/// 完成60% is under way, 完成100% is all.
fn percent(after: &str) -> Option<Claim> {
    if !after.contains('%') && !after.contains("百分") {
        return None;
    }
    let found = candidates(after)
        .into_iter()
        .find(|c| c.unit.as_ref().is_some_and(Unit::is_percent))?;
    Some(if found.value < 99.95 {
        Claim::UnderWay
    } else {
        Claim::AllFinished
    })
}

/// Where the negation of a completion word begins: 未, 尚未, 没有 … within the five characters before it.
fn negation(before: &str) -> Option<usize> {
    let from = before.char_indices().rev().nth(4).map_or(0, |(i, _)| i);
    let near = &before[from..];
    // Every negation has one of these.
    if !near.contains(['未', '没', '无', '不', '难']) {
        return None;
    }
    let not_yet = near
        .char_indices()
        .rev()
        .find(|&(i, c)| c == '未' && !near[i..].starts_with("未来"))
        .map(|(i, _)| i);
    let start = from + not_yet.or_else(|| NEGATIONS.iter().filter_map(|w| near.rfind(w)).max())?;
    if before.contains("无未") {
        return None;
    }
    // 尚未, 还未, 仍未
    Some(
        before[..start]
            .char_indices()
            .next_back()
            .filter(|(_, c)| matches!(c, '尚' | '还' | '仍' | '暂'))
            .map_or(start, |(i, _)| i),
    )
}

fn is_future(before: &str) -> bool {
    let mut before = Cow::Borrowed(before);
    if LISTS.harmless.is_match(&*before) {
        for harmless in HARMLESS {
            before = before.replace(harmless, "").into();
        }
    }
    LISTS.future.is_match(&*before)
        // 计划 is a verb before these alone.
        || before.match_indices("计划").any(|(at, word)| {
            let next = before[at + word.len()..].chars().next();
            next.is_none_or(|c| c.is_ascii_digit() || "于在到年今明本下全提".contains(c))
        })
}

fn without_adverbs(before: &str) -> &str {
    let mut rest = before;
    while let Some(shorter) = ADVERBS.iter().find_map(|w| rest.strip_suffix(w)) {
        rest = shorter;
    }
    rest
}

/// What follows a completion once the words for the whole work are taken off, and whether they said "all of it".
fn strip_objects(after: &str) -> (&str, bool) {
    let mut rest = after;
    let mut all = false;
    loop {
        if let Some(shorter) = ALL_OBJECTS.iter().find_map(|w| rest.strip_prefix(w)) {
            all = true;
            rest = shorter;
        } else if let Some(shorter) = WHOLE_OBJECTS.iter().find_map(|w| rest.strip_prefix(w)) {
            all |= WHOLE_OBJECTS
                .iter()
                .any(|w| rest.starts_with(w) && (w.starts_with("年度") || w.starts_with("全年")));
            rest = shorter;
        } else if let Some(shorter) = rest.strip_prefix(NAMED) {
            rest = shorter;
        } else {
            return (rest, all);
        }
    }
}

fn is_boundary(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(['、', ':', '并', '且', '和', '及', '.'])
        || ["投用", "投入", "交付", "通过", "达到", "达标", "正在"]
            .iter()
            .any(|w| rest.starts_with(w))
        || [
            "通车", "通水", "通电", "通气", "运行", "运营", "启用", "开放", "验收",
        ]
        .contains(&rest)
}

fn is_small_numeral(c: char) -> bool {
    "一二两三四五六七八九十百".contains(c)
}

/// Whether nothing but adverbs stands before a claim: it then speaks of whatever the sentence spoke of before.
pub fn has_no_subject(clause: &str, said: &ClaimWords) -> bool {
    subject(clause, said, &[]).is_empty()
}

/// Words that a text on the work as a whole is made of.
const WHOLE: &[&str] = &[
    "年度",
    "全年",
    "今年",
    "本年",
    "各项",
    "各类",
    "各个",
    "所有",
    "所涉",
    "上述",
    "以上",
    "目标",
    "任务",
    "指标",
    "工作",
    "建设",
    "改造",
    "事项",
    "内容",
    "点位",
    "我局",
    "我单位",
    "本单位",
    "民生实事",
    "重点",
    "截至",
    "月底",
    "年底",
    "个",
    "处",
    "项",
    "的",
    "年",
    "月",
    "日",
];

/// Whether what stands between an indicator's name and its completion leaves it the whole: 建设任务, not 沟槽开挖.
fn is_whole(behind_name: &str) -> bool {
    let rest = strip_words(behind_name, WHOLE);
    // Figures are held against the target.
    rest.is_empty()
        || behind_name.starts_with(|c: char| c.is_ascii_digit())
        || ALL_PARTS.iter().any(|word| behind_name.contains(word))
        || behind_name.contains(['后', NAMED, '已', '由', '经', '达'])
}

/// Whether a claim's subject is the year's work as a whole, or all of its parts, or none is named.
pub fn speaks_of_the_whole(clause: &str, said: &ClaimWords) -> bool {
    subject(clause, said, WHOLE).is_empty()
}

/// What stands before a claim without fillers, adverbs and some further words at its beginning, figures among them.
fn subject<'c>(clause: &'c str, said: &ClaimWords, further: &[&str]) -> &'c str {
    strip_words(&clause[..said.start], further)
}

/// Words that may stand before a claim and are no subject.
const FILLERS: &[&str] = &[
    "目前",
    "现阶段",
    "现",
    "正",
    "仍",
    "还",
    "尚",
    "暂",
    "全部",
    "全面",
    "整体",
    "项目",
    "工程",
    "该",
    "也",
    "但",
    "且",
    "于",
];

/// A text without fillers, adverbs and some further words at its beginning, figures among them where there are such words.
fn strip_words<'c>(text: &'c str, further: &[&str]) -> &'c str {
    let mut rest = text;
    loop {
        let figures = if further.is_empty() {
            rest
        } else {
            rest.trim_start_matches(|c: char| c.is_ascii_digit())
        };
        let words = FILLERS.iter().chain(ADVERBS).chain(further);
        match words.copied().find_map(|w| figures.strip_prefix(w)) {
            Some(shorter) => rest = shorter,
            None => return figures,
        }
    }
}

/// Whether a clause says itself that it is about something else.
pub fn speaks_of_others(clause: &str) -> bool {
    LISTS.others.is_match(clause)
}

#[cfg(test)]
mod tests;
