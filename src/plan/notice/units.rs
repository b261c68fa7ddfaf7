//! Units and measure words as running text has them.

use super::Words;
use crate::plan::{Dimension, Unit};

/// Behind an Arabic number, longest first where one begins another.
const UNITS: Words = Words(
    "平方公里 平方千米 平方米 立方米 千瓦时 工作日 微克 毫克 公里 千米 公顷 平米 公斤 千克 \
     千瓦 兆瓦 km² km2 km m² m2 ㎡ m³ m3 kg 百分点 人次 场次 批次 户次 车次 课时 学时 分钟 \
     小时 个 处 座 家 所 场 次 批 台 套 件 只 人 名 户 支 项 盏 株 棵 辆 条 份 册 节 间 栋 幢 \
     口 片 块 对 组 本 篇 天 位 张 颗 根 艘 班 例 起 宗 笔 床 孔 头 架 部 款 幅 道 门 期 种 \
     座次 米 亩 元 吨 斤 升 倍 分 % m t",
);

/// Behind a Chinese numeral only these: 一批, 一期, 一站, 一类 are words, not figures.
const AFTER_NUMERAL: Words = Words(
    "平方公里 平方米 公里 公顷 人次 场次 批次 个 处 座 家 所 场 次 台 套 人 名 户 支 项 盏 株 \
     棵 辆 条 间 栋 张 部 本 米 亩 元 吨",
);

/// Measures that are no counted things, beyond what [`Unit`] knows: their targets need not be whole.
const MEASURES: Words = Words(
    "立方米 m³ m3 千瓦时 千瓦 兆瓦 公斤 千克 kg 微克 毫克 斤 吨 t 升 课时 学时 分钟 小时 倍 \
     分",
);

/// What stands behind a unit and turns the two into another word: (unit, what follows it).
const NO_UNITS: &[(&str, Words)] = &[
    (
        "个",
        Words("月 工作日 百分点 方面 环节 维度 阶段 层面 年 小时 星期"),
    ),
    ("次", Words("性 要 生")),
    ("条", Words("龙 件 例")),
    ("家", Words("人 亲 庭")),
    ("件", Words("事")),
    ("人", Words("民 才 口 大")),
    ("分", Words("别 为 公司 局 院 类 级 区 批 期 步 布 中心 层")),
    ("道", Words("路")),
    ("门", Words("类 式")),
    ("口", Words("径")),
    ("对", Words("一 外 口 接 标")),
    ("片", Words("区")),
    ("部", Words("门 委 分 署")),
    ("组", Words("团 织 建 长")),
    ("位", Words("于 置 一体")),
    ("节", Words("能 水 点 约")),
    ("期", Words("间 限 工程 项目 建设 改造")),
    ("所", Words("有 在 需 属")),
    ("座", Words("谈")),
    ("天", Words("然 津 府")),
    ("项", Words("目")),
    ("户", Words("籍 外 型")),
    ("名", Words("城 镇 录 称 优")),
    ("班", Words("级")),
    ("起", Words("来 步")),
    ("场", Words("所 馆 地 景")),
    ("元", Words("素")),
];

const MULTIPLIERS: [(char, f64); 5] = [
    ('万', 1e4),
    ('亿', 1e8),
    ('千', 1e3),
    ('百', 1e2),
    ('十', 1e1),
];

/// A unit as the plan will write it, and the factor that the number takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub unit: String,
    /// 1.5万人次 is 15000 人次: counted things are written out whole. Measures keep their multiplier (万平方米).
    pub factor: f64,
    /// Bytes taken, multiplier and 余 or 多 included.
    pub used: usize,
    /// 余, 多, 来 between number and unit.
    pub more: Option<&'static str>,
}

/// The unit at the text's start, a multiplier (百, 千, 万, 亿) and 余 or 多 before it allowed.
pub(super) fn unit_at(text: &str, after_numeral: bool) -> Option<Found> {
    let mut rest = text;
    let mut more = None;
    let mut multiplier = String::new();
    let mut factor = 1.0;
    if rest.starts_with(' ') {
        rest = &rest[1..];
    }
    for _ in 0..4 {
        if let Some(word) = Words("余 多 来").at_start(rest).filter(|_| more.is_none()) {
            more = Some(word);
            rest = &rest[word.len()..];
        } else if let Some((c, by)) = MULTIPLIERS.iter().find(|(c, _)| rest.starts_with(*c)) {
            if Words("千米 千瓦 千克").at_start(rest).is_some() {
                break;
            }
            multiplier.push(*c);
            factor *= by;
            rest = &rest[c.len_utf8()..];
        } else {
            break;
        }
    }
    // 2个百分点: the measure word says nothing.
    if let Some(points) = rest
        .strip_prefix("个百分点")
        .or_else(|| rest.strip_prefix("百分点"))
    {
        return Some(Found {
            unit: "百分点".to_owned(),
            factor: 1.0,
            used: text.len() - points.len(),
            more,
        });
    }
    let rest = rest
        .strip_prefix('个')
        .filter(|r| r.starts_with("工作日"))
        .unwrap_or(rest);
    let units = if after_numeral { AFTER_NUMERAL } else { UNITS };
    let unit = units.at_start(rest)?;
    let behind = &rest[unit.len()..];
    let mut others = NO_UNITS.iter().filter(|(u, _)| *u == unit);
    if others.any(|(_, words)| words.at_start(behind).is_some()) {
        return None;
    }
    if unit.ends_with(|c: char| c.is_ascii_alphanumeric())
        && behind.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return None;
    }
    let used = text.len() - behind.len();
    let unit = if matches!(unit, "m³" | "m3") {
        "立方米"
    } else {
        unit
    };
    let (unit, factor) = if is_counted(unit) || unit == "%" {
        (unit.to_owned(), factor)
    } else {
        (multiplier + unit, 1.0)
    };
    Some(Found {
        unit,
        factor,
        used,
        more,
    })
}

/// Whether whole numbers are what the unit asks for.
pub(super) fn is_counted(unit: &str) -> bool {
    let bare = unit.trim_start_matches(['十', '百', '千', '万', '亿']);
    !MEASURES.contains(unit)
        && !MEASURES.contains(bare)
        && Unit::parse(unit).is_some_and(|u| matches!(u.dimension, Dimension::Counted(_)))
}

/// What a figure in this unit says of the thing it belongs to: 面积, 长度, 人数.
pub(super) fn aspect(unit: &str) -> &'static str {
    match Unit::parse(unit).map(|u| u.dimension) {
        Some(Dimension::Area) => "面积",
        Some(Dimension::Length) => "长度",
        Some(Dimension::Money) => "资金",
        Some(Dimension::Percent) => "比例",
        _ => match unit {
            "人" | "名" => "人数",
            "人次" => "人次",
            "户" => "户数",
            "次" => "次数",
            "场" | "场次" => "场次",
            "批次" => "批次",
            _ => "数量",
        },
    }
}
