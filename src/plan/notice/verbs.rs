//! The verbs by which a clause without a figure is a milestone, ongoing work, or neither.

use super::Words;
use super::mask::length;

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

#[derive(Debug)]
pub(super) struct Verb {
    pub word: &'static str,
    pub class: Class,
    /// A person must decide: the word is used for both.
    pub is_open: bool,
    /// Adds nothing to a name (完成X is X).
    pub is_light: bool,
}

use Class::{Aim, Milestone, Ongoing};

const OPEN: bool = true;
const CLEAR: bool = false;
const LIGHT: bool = true;
const TELLING: bool = false;

/// The verbs by class, whether they are open, and whether they are light.
const VERBS: [(Class, bool, bool, Words); 9] = [
    (
        Milestone,
        CLEAR,
        TELLING,
        Words(
            "开工建设 投入使用 成立 申报 组建 设立 出台 制定 修订 印发 编制 启动 启用 开工 竣工 \
             投用 开通 上线 签订 获评 挂牌 揭牌 交付 发布",
        ),
    ),
    (Milestone, CLEAR, LIGHT, Words("建设好 完成 建成 建好")),
    (
        Milestone,
        OPEN,
        TELLING,
        Words(
            "申请 取得 创建 建立 新建 改建 扩建 改造 开设 安装 引进 实现 更换 加装 配备 增设 修建 \
             铺设 拆除",
        ),
    ),
    (
        Milestone,
        OPEN,
        LIGHT,
        Words("规划建设 构建 打造 搭建 建设 设置"),
    ),
    (
        Ongoing,
        CLEAR,
        TELLING,
        Words("推广 推行 深化 优化 做优 巩固 落实 支持 引导 鼓励 拓展 探索 维护 宣传"),
    ),
    (
        Ongoing,
        CLEAR,
        LIGHT,
        Words("组织开展 推进 加强 强化 开展 规范 做好 抓好 培育 培养 组织 办好"),
    ),
    (
        Ongoing,
        OPEN,
        TELLING,
        Words(
            "建立健全 举办 完善 做靓 健全 扩大 整治 治理 提供 改良 清理 招募 发放 开放 营造 盘活 \
             化解",
        ),
    ),
    (Ongoing, OPEN, LIGHT, Words("推动 实施")),
    (
        Aim,
        CLEAR,
        TELLING,
        Words(
            "贯彻 确保 保障 促进 提高 提升 增强 改善 满足 顺应 坚持 聚焦 围绕 助力 解决 按照 根据 \
             使 让",
        ),
    ),
];

/// Words before a verb that make the work ongoing whatever the verb.
const LASTING: Words = Words(
    "持续 继续 不断 长期 常态化 深入 加快 大力 积极 合理 依法 科学 有序 扎实 进一步 着力 稳步 统筹",
);
/// Other words before a verb.
const PASSING: Words =
    Words("全力 切实 全面 重点 力争 年内 同步 其中 并 及时 高标准 高质量 今年 全年");

/// Ends that make a clause a milestone whatever it began with: 推进二期工程建成投用.
const DONE: Words =
    Words("建成 完工 竣工 投用 建成投用 投入使用 通车 开工 挂牌 落地 上线 投运 开园 开馆 销号");

/// What is built without end: 打造品牌, 构建格局.
const ENDLESS: Words = Words("品牌 品牌项目 品牌活动 氛围 环境 格局 体系 机制 生态圈 合力");

/// The longest verb that a text begins with.
pub(super) fn at(text: &str) -> Option<Verb> {
    let found = VERBS.iter().flat_map(|&(class, is_open, is_light, words)| {
        let fits = words.iter().filter(|w| text.starts_with(w));
        fits.map(move |word| Verb {
            word,
            class,
            is_open,
            is_light,
        })
    });
    found.max_by_key(|v| v.word.len())
}

/// The adverbs at the start: bytes taken, and whether one makes the work ongoing.
pub(super) fn adverbs(text: &str) -> (usize, bool) {
    let (mut used, mut is_ongoing) = (0, false);
    for _ in 0..6 {
        let rest = &text[used..];
        let lasting = LASTING.at_start(rest);
        let Some(word) = lasting.or_else(|| PASSING.at_start(rest)) else {
            break;
        };
        used += word.len();
        is_ongoing |= lasting.is_some();
    }
    (used, is_ongoing)
}

/// 建成通车 and nothing else: what the work before it comes to.
pub(super) fn is_only_done(clause: &str) -> bool {
    length(clause) <= 8
        && ends_done(clause)
        && at(clause)
            .is_none_or(|v| ends_done(v.word) && clause[v.word.len()..].chars().count() <= 4)
}

/// 完成, 全部建成: nothing but that the figure before is reached.
pub(super) fn is_completion(clause: &str) -> bool {
    let words = Words("完成 完工 建成 竣工 到位 完成建设 完成改造 建设完成 改造完成 完成任务");
    let bare = ["全部", "全面", "基本"]
        .iter()
        .find_map(|w| clause.strip_prefix(w));
    words.contains(bare.unwrap_or(clause))
}

pub(super) fn ends_done(clause: &str) -> bool {
    DONE.at_end(clause).is_some()
}

pub(super) fn is_endless(object: &str) -> bool {
    ENDLESS.at_end(object).is_some()
}
