//! Every word that duban knows as a unit: what it measures, where it is read, and what makes it another word.

use std::collections::HashMap;
use std::sync::LazyLock;

use Means::{Area, Counted, Itself, Length, Mass, Measure, Money, Percent, Power, Volume};

/// What a word measures or counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Means {
    /// So many metres.
    Length(f64),
    /// So many square metres, as a fraction so that 亩 stays exact.
    Area(f64, f64),
    /// So many cubic metres.
    Volume(f64),
    /// So many kilogrammes.
    Mass(f64),
    /// So many kilowatts.
    Power(f64),
    /// So many yuan.
    Money(f64),
    /// So many percentage points.
    Percent(f64),
    /// A measure that converts into no other; it need not be a whole number.
    Measure,
    /// A counted thing of its own.
    Itself,
    /// The same counted thing as another word (rules.md, C004).
    Counted(&'static str),
}

/// Where a word is read as a unit, one bit each. Any short word is a unit where the plan or a form names units.
pub(crate) const HEAD: u8 = 1;
/// Behind the number of a cell: `3盏` is a figure and no prose.
pub(crate) const CELL: u8 = 2;
/// Behind a number in a narrative.
pub(crate) const NARRATIVE: u8 = 4;
/// Behind an Arabic number in a notice.
pub(crate) const NOTICE: u8 = 8;
/// Behind a Chinese numeral in a notice, where 一批, 一期 and 一类 are words.
pub(crate) const NUMERAL: u8 = 16;

const EVERYWHERE: u8 = HEAD | CELL | NARRATIVE | NOTICE | NUMERAL;
/// Everywhere but behind a Chinese numeral in a notice.
const ARABIC: u8 = HEAD | CELL | NARRATIVE | NOTICE;
/// In a form alone: its unit column, its heads and its cells.
const FORM: u8 = HEAD | CELL;
const CELL_AND_NOTICE: u8 = CELL | NOTICE;
const CELL_AND_NUMERAL: u8 = CELL | NOTICE | NUMERAL;
const ALL_BUT_HEAD: u8 = CELL | NARRATIVE | NOTICE | NUMERAL;

pub(super) struct Word {
    pub text: &'static str,
    pub means: Means,
    read_in: u8,
    not_before: &'static str,
}

impl Word {
    pub fn is_read_in(&self, place: u8) -> bool {
        self.read_in & place != 0
    }
}

/// Multipliers that may stand before any unit (rules.md, C004).
pub(crate) const MULTIPLIERS: [(char, f64); 5] = [
    ('十', 1e1),
    ('百', 1e2),
    ('千', 1e3),
    ('万', 1e4),
    ('亿', 1e8),
];

/// What words measure, where they are read, and the words, as folded text writes them.
const WORDS: &[(Means, u8, &str)] = &[
    (Length(1e3), EVERYWHERE, "公里"),
    (Length(1e3), ARABIC, "千米 km"),
    (Length(1.0), EVERYWHERE, "米"),
    (Length(1.0), FORM, "延米 延长米"),
    (Length(0.01), FORM, "厘米 cm"),
    (Length(1.0), ARABIC, "m"),
    (Area(1e6, 1.0), EVERYWHERE, "平方公里"),
    (Area(1e6, 1.0), ARABIC, "平方千米 km2"),
    (Area(1e6, 1.0), NOTICE, "km²"),
    (Area(1e4, 1.0), EVERYWHERE, "公顷"),
    (Area(1e4, 1.0), FORM, "ha hm2"),
    (Area(2e3, 3.0), EVERYWHERE, "亩"),
    (Area(2e3, 3.0), FORM, "市亩"),
    (Area(1.0, 1.0), EVERYWHERE, "平方米"),
    (Area(1.0, 1.0), ARABIC, "平米 m2"),
    (Area(1.0, 1.0), FORM, "平方 平"),
    (Area(1.0, 1.0), NOTICE, "㎡ m²"),
    (Money(1.0), EVERYWHERE, "元"),
    (Percent(1.0), ARABIC, "% 百分点"),
    (Percent(1.0), FORM, "个百分点 百分比 百分数 百分率"),
    (Percent(0.1), FORM, "‰ 千分比"),
    (Percent(0.01), FORM, "‱"),
    (Percent(10.0), HEAD, "成 折"),
    (Volume(1.0), ARABIC, "立方米 m3"),
    (Volume(1.0), NOTICE, "m³"),
    (Volume(1.0), FORM, "方 立方 立米"),
    (Mass(1e3), EVERYWHERE, "吨"),
    (Mass(1e3), CELL_AND_NOTICE, "t"),
    (Mass(1e3), FORM, "公吨"),
    (Mass(1.0), ARABIC, "公斤 千克 kg"),
    (Measure, FORM, "里 华里 市里 英里 海里 尺 丈 顷 公亩"),
    (Measure, FORM | NOTICE, "斤 毫克 微克 升 千瓦时"),
    (Counted("斤"), FORM, "市斤"),
    (Counted("毫克"), FORM, "mg"),
    (Counted("微克"), FORM, "μg ug"),
    (Counted("升"), FORM, "l"),
    (Counted("千瓦时"), FORM, "kwh kw·h 度"),
    (Power(1.0), ARABIC, "千瓦"),
    (Power(1.0), FORM, "kw kwp"),
    (Power(1e3), ARABIC, "兆瓦"),
    (Power(1e3), FORM, "mw mwp"),
    (Power(1e6), FORM, "吉瓦 gw"),
    (Measure, CELL_AND_NOTICE, "课时 小时"),
    (Measure, NOTICE, "学时 分钟 倍 分"),
    (Itself, EVERYWHERE, "人 个 场 台 户 人次 支 项"),
    (Counted("人"), EVERYWHERE, "名"),
    (Counted("个"), EVERYWHERE, "处 座 家 所"),
    (Counted("场"), EVERYWHERE, "场次 次"),
    (Counted("场"), ARABIC, "期"),
    (Counted("批"), EVERYWHERE, "批次"),
    (Itself, ARABIC, "批"),
    (Counted("台"), EVERYWHERE, "套"),
    (Counted("台"), ARABIC, "件 只"),
    (Counted("人次"), FORM, "人/次 人(次)"),
    (Itself, ALL_BUT_HEAD, "盏 株 辆 条 棵 间 栋 张"),
    (Itself, CELL | NARRATIVE | NOTICE, "份 幢"),
    (Itself, CELL_AND_NUMERAL, "本"),
    (Itself, NOTICE | NUMERAL, "部"),
    (
        Itself,
        CELL_AND_NOTICE,
        "册 节 口 片 块 对 组 门 篇 天 位 户次 车次 颗 根 艘 班 例 起 宗 笔 床 孔",
    ),
    (Itself, NOTICE, "头 架 款 幅 道 种 工作日"),
    (Itself, CELL, "岁 人天 届 类 样 单 桩 井 泊位 车位 个位"),
];

/// What stands behind a word when the two are no unit (个月, 项目).
const NOT_BEFORE: &[(&str, &str)] = &[
    ("元", "素"),
    ("分", "别 为 公司 局 院 类 级 区 批 期 步 布 中心 层"),
    ("人", "民 才 口 大"),
    ("名", "城 镇 录 称 优"),
    (
        "个",
        "月 工作日 百分点 方面 环节 维度 阶段 层面 年 小时 星期",
    ),
    ("座", "谈"),
    ("家", "人 亲 庭"),
    ("所", "有 在 需 属"),
    ("场", "所 馆 地 景"),
    ("次", "性 要 生"),
    ("期", "间 限 工程 项目 建设 改造"),
    ("件", "事"),
    ("户", "籍 外 型"),
    ("项", "目"),
    ("条", "龙 件 例"),
    ("部", "门 委 分 署"),
    ("节", "能 水 点 约"),
    ("口", "径"),
    ("片", "区"),
    ("对", "一 外 口 接 标"),
    ("组", "团 织 建 长"),
    ("门", "类 式"),
    ("天", "然 津 府"),
    ("位", "于 置 一体"),
    ("班", "级"),
    ("起", "来 步"),
    ("道", "路"),
];

static LEXICON: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let one = |text, means, read_in| {
        let behind = NOT_BEFORE.iter().find(|(word, _)| *word == text);
        Word {
            text,
            means,
            read_in,
            not_before: behind.map_or("", |(_, words)| words),
        }
    };
    let groups = WORDS.iter();
    let words = groups.flat_map(|&(means, read_in, words)| {
        words.split(' ').map(move |text| one(text, means, read_in))
    });
    words.collect()
});

/// What stands below the stroke of a compound unit under another name.
pub(super) const PER: [(&str, &str); 9] = [
    ("天", "日"),
    ("d", "日"),
    ("月", "月"),
    ("年", "年"),
    ("a", "年"),
    ("时", "小时"),
    ("h", "小时"),
    ("s", "秒"),
    ("min", "分钟"),
];

/// Every word under what it measures, in Chinese: for the page that tells the office which writings are read.
#[cfg(test)]
pub(crate) fn by_meaning() -> Vec<(&'static str, Vec<&'static str>)> {
    let group = |means: Means| match means {
        Length(_) => "长度",
        Area(..) => "面积",
        Volume(_) => "体积",
        Mass(_) => "质量",
        Power(_) => "功率",
        Money(_) => "金额",
        Percent(_) => "比率",
        Measure => "其他量（不换算）",
        Counted(_) | Itself => "计数（同一种事物才可互换）",
    };
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for word in LEXICON.iter() {
        let name = group(word.means);
        match groups.iter_mut().find(|(of, _)| *of == name) {
            Some((_, words)) => words.push(word.text),
            None => groups.push((name, vec![word.text])),
        }
    }
    groups
}

/// A word, folded.
pub(super) fn find(word: &str) -> Option<&'static Word> {
    static WORDS: LazyLock<HashMap<&str, &Word>> =
        LazyLock::new(|| LEXICON.iter().map(|word| (word.text, word)).collect());
    WORDS.get(word).copied()
}

/// The longest word that a text begins with and that is read in `place`; `None` also where the word is part of another.
pub(crate) fn at(text: &str, place: u8) -> Option<&'static str> {
    let word = LEXICON
        .iter()
        .filter(|w| w.is_read_in(place) && text.starts_with(w.text))
        .max_by_key(|w| w.text.len())?;
    let behind = &text[word.text.len()..];
    let is_part = place != NARRATIVE
        && word
            .not_before
            .split_ascii_whitespace()
            .any(|w| behind.starts_with(w));
    (!is_part).then_some(word.text)
}
