//! Every word that duban knows as a unit, one a line: what it measures, where it is read, and what makes it another word.
//!
//! Adding a unit is adding its line.

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

/// One line of the lexicon.
pub(super) struct Word {
    /// As folded text writes it.
    pub text: &'static str,
    pub means: Means,
    read_in: u8,
    /// What stands behind the word when the two are no unit (个月, 项目), with spaces between.
    not_before: &'static str,
}

impl Word {
    pub fn is_read_in(&self, place: u8) -> bool {
        self.read_in & place != 0
    }
}

const fn word(text: &'static str, means: Means, read_in: u8) -> Word {
    Word {
        text,
        means,
        read_in,
        not_before: "",
    }
}

impl Word {
    const fn not_before(mut self, words: &'static str) -> Self {
        self.not_before = words;
        self
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

static LEXICON: &[Word] = &[
    word("公里", Length(1e3), EVERYWHERE),
    word("千米", Length(1e3), ARABIC),
    word("km", Length(1e3), ARABIC),
    word("米", Length(1.0), EVERYWHERE),
    word("延米", Length(1.0), FORM),
    word("延长米", Length(1.0), FORM),
    word("厘米", Length(0.01), FORM),
    word("cm", Length(0.01), FORM),
    word("m", Length(1.0), ARABIC),
    word("平方公里", Area(1e6, 1.0), EVERYWHERE),
    word("平方千米", Area(1e6, 1.0), ARABIC),
    word("km²", Area(1e6, 1.0), NOTICE),
    word("km2", Area(1e6, 1.0), ARABIC),
    word("公顷", Area(1e4, 1.0), EVERYWHERE),
    word("ha", Area(1e4, 1.0), FORM),
    word("hm2", Area(1e4, 1.0), FORM),
    word("亩", Area(2e3, 3.0), EVERYWHERE),
    word("市亩", Area(2e3, 3.0), FORM),
    word("平方米", Area(1.0, 1.0), EVERYWHERE),
    word("平米", Area(1.0, 1.0), ARABIC),
    word("平方", Area(1.0, 1.0), FORM),
    word("平", Area(1.0, 1.0), FORM),
    word("㎡", Area(1.0, 1.0), NOTICE),
    word("m²", Area(1.0, 1.0), NOTICE),
    word("m2", Area(1.0, 1.0), ARABIC),
    word("元", Money(1.0), EVERYWHERE).not_before("素"),
    word("%", Percent(1.0), ARABIC),
    word("百分点", Percent(1.0), ARABIC),
    word("个百分点", Percent(1.0), FORM),
    word("百分比", Percent(1.0), FORM),
    word("百分数", Percent(1.0), FORM),
    word("百分率", Percent(1.0), FORM),
    word("‰", Percent(0.1), FORM),
    word("千分比", Percent(0.1), FORM),
    word("‱", Percent(0.01), FORM),
    word("成", Percent(10.0), HEAD),
    word("折", Percent(10.0), HEAD),
    word("立方米", Volume(1.0), HEAD | CELL | NARRATIVE | NOTICE),
    word("m³", Volume(1.0), NOTICE),
    word("m3", Volume(1.0), HEAD | CELL | NARRATIVE | NOTICE),
    word("方", Volume(1.0), FORM),
    word("立方", Volume(1.0), FORM),
    word("立米", Volume(1.0), FORM),
    word("吨", Mass(1e3), EVERYWHERE),
    word("t", Mass(1e3), CELL_AND_NOTICE),
    word("公吨", Mass(1e3), FORM),
    word("公斤", Mass(1.0), ARABIC),
    word("千克", Mass(1.0), ARABIC),
    word("kg", Mass(1.0), ARABIC),
    word("里", Measure, FORM),
    word("华里", Measure, FORM),
    word("市里", Measure, FORM),
    word("英里", Measure, FORM),
    word("海里", Measure, FORM),
    word("尺", Measure, FORM),
    word("丈", Measure, FORM),
    word("顷", Measure, FORM),
    word("公亩", Measure, FORM),
    word("斤", Measure, FORM | NOTICE),
    word("市斤", Counted("斤"), FORM),
    word("毫克", Measure, FORM | NOTICE),
    word("mg", Counted("毫克"), FORM),
    word("微克", Measure, FORM | NOTICE),
    word("μg", Counted("微克"), FORM),
    word("ug", Counted("微克"), FORM),
    word("升", Measure, FORM | NOTICE),
    word("l", Counted("升"), FORM),
    word("千瓦时", Measure, FORM | NOTICE),
    word("kwh", Counted("千瓦时"), FORM),
    word("kw·h", Counted("千瓦时"), FORM),
    word("度", Counted("千瓦时"), FORM),
    word("千瓦", Power(1.0), ARABIC),
    word("kw", Power(1.0), FORM),
    word("kwp", Power(1.0), FORM),
    word("兆瓦", Power(1e3), ARABIC),
    word("mw", Power(1e3), FORM),
    word("mwp", Power(1e3), FORM),
    word("吉瓦", Power(1e6), FORM),
    word("gw", Power(1e6), FORM),
    word("课时", Measure, CELL_AND_NOTICE),
    word("学时", Measure, NOTICE),
    word("小时", Measure, CELL_AND_NOTICE),
    word("分钟", Measure, NOTICE),
    word("倍", Measure, NOTICE),
    word("分", Measure, NOTICE).not_before("别 为 公司 局 院 类 级 区 批 期 步 布 中心 层"),
    word("人", Itself, EVERYWHERE).not_before("民 才 口 大"),
    word("名", Counted("人"), EVERYWHERE).not_before("城 镇 录 称 优"),
    word("个", Itself, EVERYWHERE)
        .not_before("月 工作日 百分点 方面 环节 维度 阶段 层面 年 小时 星期"),
    word("处", Counted("个"), EVERYWHERE),
    word("座", Counted("个"), EVERYWHERE).not_before("谈"),
    word("家", Counted("个"), EVERYWHERE).not_before("人 亲 庭"),
    word("所", Counted("个"), EVERYWHERE).not_before("有 在 需 属"),
    word("场", Itself, EVERYWHERE).not_before("所 馆 地 景"),
    word("场次", Counted("场"), EVERYWHERE),
    word("次", Counted("场"), EVERYWHERE).not_before("性 要 生"),
    word("期", Counted("场"), ARABIC).not_before("间 限 工程 项目 建设 改造"),
    word("批次", Counted("批"), EVERYWHERE),
    word("批", Itself, ARABIC),
    word("台", Itself, EVERYWHERE),
    word("套", Counted("台"), EVERYWHERE),
    word("件", Counted("台"), ARABIC).not_before("事"),
    word("只", Counted("台"), ARABIC),
    word("户", Itself, EVERYWHERE).not_before("籍 外 型"),
    word("人次", Itself, EVERYWHERE),
    word("人/次", Counted("人次"), FORM),
    word("人(次)", Counted("人次"), FORM),
    word("支", Itself, EVERYWHERE),
    word("项", Itself, EVERYWHERE).not_before("目"),
    word("盏", Itself, ALL_BUT_HEAD),
    word("株", Itself, ALL_BUT_HEAD),
    word("辆", Itself, ALL_BUT_HEAD),
    word("条", Itself, ALL_BUT_HEAD).not_before("龙 件 例"),
    word("份", Itself, CELL | NARRATIVE | NOTICE),
    word("棵", Itself, ALL_BUT_HEAD),
    word("间", Itself, ALL_BUT_HEAD),
    word("栋", Itself, ALL_BUT_HEAD),
    word("张", Itself, ALL_BUT_HEAD),
    word("本", Itself, CELL_AND_NUMERAL),
    word("部", Itself, NOTICE | NUMERAL).not_before("门 委 分 署"),
    word("册", Itself, CELL_AND_NOTICE),
    word("节", Itself, CELL_AND_NOTICE).not_before("能 水 点 约"),
    word("幢", Itself, CELL | NARRATIVE | NOTICE),
    word("口", Itself, CELL_AND_NOTICE).not_before("径"),
    word("片", Itself, CELL_AND_NOTICE).not_before("区"),
    word("块", Itself, CELL_AND_NOTICE),
    word("对", Itself, CELL_AND_NOTICE).not_before("一 外 口 接 标"),
    word("组", Itself, CELL_AND_NOTICE).not_before("团 织 建 长"),
    word("门", Itself, CELL_AND_NOTICE).not_before("类 式"),
    word("篇", Itself, CELL_AND_NOTICE),
    word("天", Itself, CELL_AND_NOTICE).not_before("然 津 府"),
    word("位", Itself, CELL_AND_NOTICE).not_before("于 置 一体"),
    word("户次", Itself, CELL_AND_NOTICE),
    word("车次", Itself, CELL_AND_NOTICE),
    word("颗", Itself, CELL_AND_NOTICE),
    word("根", Itself, CELL_AND_NOTICE),
    word("艘", Itself, CELL_AND_NOTICE),
    word("班", Itself, CELL_AND_NOTICE).not_before("级"),
    word("例", Itself, CELL_AND_NOTICE),
    word("起", Itself, CELL_AND_NOTICE).not_before("来 步"),
    word("宗", Itself, CELL_AND_NOTICE),
    word("笔", Itself, CELL_AND_NOTICE),
    word("床", Itself, CELL_AND_NOTICE),
    word("孔", Itself, CELL_AND_NOTICE),
    word("头", Itself, NOTICE),
    word("架", Itself, NOTICE),
    word("款", Itself, NOTICE),
    word("幅", Itself, NOTICE),
    word("道", Itself, NOTICE).not_before("路"),
    word("种", Itself, NOTICE),
    word("工作日", Itself, NOTICE),
    word("岁", Itself, CELL),
    word("人天", Itself, CELL),
    word("届", Itself, CELL),
    word("类", Itself, CELL),
    word("样", Itself, CELL),
    word("单", Itself, CELL),
    word("桩", Itself, CELL),
    word("井", Itself, CELL),
    word("泊位", Itself, CELL),
    word("车位", Itself, CELL),
    word("个位", Itself, CELL),
];

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
    for word in LEXICON {
        let name = group(word.means);
        match groups.iter_mut().find(|(of, _)| *of == name) {
            Some((_, words)) => words.push(word.text),
            None => groups.push((name, vec![word.text])),
        }
    }
    groups
}

/// The line of a word, folded.
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
