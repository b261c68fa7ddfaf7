//! The verbs by which a clause without a figure is a milestone, ongoing work, or neither.

/// What a verb makes of its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Done on a day.
    Milestone,
    /// Goes on all year.
    Ongoing,
    /// A purpose or a manner: promises nothing that could be reported.
    Aim,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Verb {
    pub word: &'static str,
    pub class: Class,
    /// A person must decide: the word is used for both.
    pub is_open: bool,
    /// Adds nothing to a name (完成X is X).
    pub is_light: bool,
}

const fn verb(word: &'static str, class: Class, is_open: bool, is_light: bool) -> Verb {
    Verb {
        word,
        class,
        is_open,
        is_light,
    }
}

use Class::{Aim, Milestone, Ongoing};

/// Longest first where one begins another.
const VERBS: &[Verb] = &[
    verb("建设好", Milestone, false, true),
    verb("建立健全", Ongoing, true, false),
    verb("组织开展", Ongoing, false, true),
    verb("开工建设", Milestone, false, false),
    verb("投入使用", Milestone, false, false),
    verb("规划建设", Milestone, true, true),
    verb("成立", Milestone, false, false),
    verb("完成", Milestone, false, true),
    verb("建成", Milestone, false, true),
    verb("建好", Milestone, false, true),
    verb("申报", Milestone, false, false),
    verb("申请", Milestone, true, false),
    verb("组建", Milestone, false, false),
    verb("设立", Milestone, false, false),
    verb("出台", Milestone, false, false),
    verb("制定", Milestone, false, false),
    verb("修订", Milestone, false, false),
    verb("印发", Milestone, false, false),
    verb("编制", Milestone, false, false),
    verb("启动", Milestone, false, false),
    verb("启用", Milestone, false, false),
    verb("开工", Milestone, false, false),
    verb("竣工", Milestone, false, false),
    verb("投用", Milestone, false, false),
    verb("开通", Milestone, false, false),
    verb("上线", Milestone, false, false),
    verb("签订", Milestone, false, false),
    verb("取得", Milestone, true, false),
    verb("获评", Milestone, false, false),
    verb("挂牌", Milestone, false, false),
    verb("揭牌", Milestone, false, false),
    verb("交付", Milestone, false, false),
    verb("发布", Milestone, false, false),
    verb("构建", Milestone, true, true),
    verb("打造", Milestone, true, true),
    verb("搭建", Milestone, true, true),
    verb("创建", Milestone, true, false),
    verb("建立", Milestone, true, false),
    verb("建设", Milestone, true, true),
    verb("新建", Milestone, true, false),
    verb("改建", Milestone, true, false),
    verb("扩建", Milestone, true, false),
    verb("改造", Milestone, true, false),
    verb("开设", Milestone, true, false),
    verb("设置", Milestone, true, true),
    verb("安装", Milestone, true, false),
    verb("引进", Milestone, true, false),
    verb("实现", Milestone, true, false),
    verb("推进", Ongoing, false, true),
    verb("推动", Ongoing, true, true),
    verb("推广", Ongoing, false, false),
    verb("推行", Ongoing, false, false),
    verb("加强", Ongoing, false, true),
    verb("强化", Ongoing, false, true),
    verb("深化", Ongoing, false, false),
    verb("开展", Ongoing, false, true),
    verb("举办", Ongoing, true, false),
    verb("规范", Ongoing, false, true),
    verb("优化", Ongoing, false, false),
    verb("完善", Ongoing, true, false),
    verb("做好", Ongoing, false, true),
    verb("做优", Ongoing, false, false),
    verb("做靓", Ongoing, true, false),
    verb("抓好", Ongoing, false, true),
    verb("培育", Ongoing, false, true),
    verb("培养", Ongoing, false, true),
    verb("巩固", Ongoing, false, false),
    verb("落实", Ongoing, false, false),
    verb("健全", Ongoing, true, false),
    verb("支持", Ongoing, false, false),
    verb("引导", Ongoing, false, false),
    verb("鼓励", Ongoing, false, false),
    verb("扩大", Ongoing, true, false),
    verb("拓展", Ongoing, false, false),
    verb("组织", Ongoing, false, true),
    verb("探索", Ongoing, false, false),
    verb("实施", Ongoing, true, true),
    verb("整治", Ongoing, true, false),
    verb("治理", Ongoing, true, false),
    verb("维护", Ongoing, false, false),
    verb("宣传", Ongoing, false, false),
    verb("提供", Ongoing, true, false),
    verb("改良", Ongoing, true, false),
    verb("更换", Milestone, true, false),
    verb("加装", Milestone, true, false),
    verb("配备", Milestone, true, false),
    verb("增设", Milestone, true, false),
    verb("修建", Milestone, true, false),
    verb("铺设", Milestone, true, false),
    verb("拆除", Milestone, true, false),
    verb("清理", Ongoing, true, false),
    verb("招募", Ongoing, true, false),
    verb("发放", Ongoing, true, false),
    verb("开放", Ongoing, true, false),
    verb("办好", Ongoing, false, true),
    verb("营造", Ongoing, true, false),
    verb("盘活", Ongoing, true, false),
    verb("化解", Ongoing, true, false),
    verb("贯彻", Aim, false, false),
    verb("确保", Aim, false, false),
    verb("保障", Aim, false, false),
    verb("促进", Aim, false, false),
    verb("提高", Aim, false, false),
    verb("提升", Aim, false, false),
    verb("增强", Aim, false, false),
    verb("改善", Aim, false, false),
    verb("满足", Aim, false, false),
    verb("顺应", Aim, false, false),
    verb("坚持", Aim, false, false),
    verb("聚焦", Aim, false, false),
    verb("围绕", Aim, false, false),
    verb("助力", Aim, false, false),
    verb("解决", Aim, false, false),
    verb("按照", Aim, false, false),
    verb("根据", Aim, false, false),
    verb("使", Aim, false, false),
    verb("让", Aim, false, false),
];

/// Words before a verb; those marked make the work ongoing whatever the verb.
const ADVERBS: &[(&str, bool)] = &[
    ("持续", true),
    ("继续", true),
    ("不断", true),
    ("长期", true),
    ("常态化", true),
    ("深入", true),
    ("加快", true),
    ("大力", true),
    ("积极", true),
    ("合理", true),
    ("依法", true),
    ("科学", true),
    ("有序", true),
    ("扎实", true),
    ("全力", false),
    ("进一步", true),
    ("着力", true),
    ("切实", false),
    ("稳步", true),
    ("全面", false),
    ("统筹", true),
    ("重点", false),
    ("力争", false),
    ("年内", false),
    ("同步", false),
    ("其中", false),
    ("并", false),
    ("及时", false),
    ("高标准", false),
    ("高质量", false),
    ("今年", false),
    ("全年", false),
];

/// Ends that make a clause a milestone whatever it began with: 推进二期工程建成投用.
const DONE: &[&str] = &[
    "建成",
    "完工",
    "竣工",
    "投用",
    "建成投用",
    "投入使用",
    "通车",
    "开工",
    "挂牌",
    "落地",
    "上线",
    "投运",
    "开园",
    "开馆",
    "销号",
];

/// What is built without end: 打造品牌, 构建格局.
const ENDLESS: &[&str] = &[
    "品牌",
    "品牌项目",
    "品牌活动",
    "氛围",
    "环境",
    "格局",
    "体系",
    "机制",
    "生态圈",
    "合力",
];

pub(super) fn at(text: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|v| text.starts_with(v.word))
}

/// The adverbs at the start: bytes taken, and whether one makes the work ongoing.
pub(super) fn adverbs(text: &str) -> (usize, bool) {
    let (mut used, mut ongoing) = (0, false);
    for _ in 0..6 {
        let Some((word, makes)) = ADVERBS.iter().find(|(w, _)| text[used..].starts_with(w)) else {
            break;
        };
        used += word.len();
        ongoing |= makes;
    }
    (used, ongoing)
}

/// 建成通车 and nothing else: what the work before it comes to.
pub(super) fn is_only_done(clause: &str) -> bool {
    clause.chars().count() <= 8
        && ends_done(clause)
        && at(clause)
            .is_none_or(|v| ends_done(v.word) && clause[v.word.len()..].chars().count() <= 4)
}

pub(super) fn ends_done(clause: &str) -> bool {
    DONE.iter().any(|w| clause.ends_with(w))
}

pub(super) fn is_endless(object: &str) -> bool {
    ENDLESS.iter().any(|w| object.ends_with(w))
}
