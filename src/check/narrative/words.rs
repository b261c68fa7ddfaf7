//! The word lists by which claims are read; R006's page prints the first three.

/// Words that say "under way" by themselves.
pub const UNDER_WAY: &[&str] = &[
    "施工中",
    "建设中",
    "改造中",
    "实施中",
    "推进中",
    "进行中",
    "整治中",
    "在建",
    "进场施工",
    "已进场",
    "正在进场",
    "抓紧施工",
    "加紧施工",
    "加快施工",
    "加快建设",
];
/// 正在, 仍在 … before one of these verbs says the same.
pub(super) const GOING_ON: &[&str] = &["正在", "仍在", "还在", "尚在"];
pub(super) const GOING_ON_VERBS: &[&str] =
    &["施工", "建设", "改造", "推进", "实施", "整治", "修复", "铺设", "安装", "抓紧", "加快", "加紧", "有序", "紧张", "进行", "开展"];
/// What is done once the work is finished: 正在组织竣工验收 is no sign that it is not.
pub(super) const AFTERWARDS: &[&str] =
    &["验收", "结算", "决算", "审计", "移交", "整理", "公示", "申报", "评审", "备案", "归档", "运营", "使用", "运行", "投用", "养护", "管护", "宣传"];

/// Words of completion; each counts only in the surroundings checked below.
pub(super) const COMPLETION: &[&str] = &["完成", "完工", "竣工", "建成", "完毕"];
/// Behind a completion word these make it something else: 完成率, 完成后, 完成时限, 完成投资.
pub(super) const NO_COMPLETION: &[&str] =
    &["率", "后", "前", "时", "情况", "量", "度", "数", "的", "比", "至", "到", "期", "之后", "以后", "投资", "产值", "不"];
pub(super) const NEGATIONS: &[&str] = &["没有", "没能", "无法", "不能", "难以"];
/// In front of a completion word these make it a plan or a wish.
pub(super) const FUTURE: &[&str] = &[
    "将",
    "拟",
    "预计",
    "力争",
    "确保",
    "争取",
    "有望",
    "可望",
    "下一步",
    "下步",
    "底前",
    "月前",
    "年前",
    "之前",
    "以前",
    "需要",
    "还需",
    "尚需",
    "必须",
    "应于",
    "应在",
    "应当",
    "要求",
    "打算",
    "准备",
    "能够",
    "待",
    "若",
    "如果",
];
/// Right in front of a completion word these take something off it.
pub(super) const PARTLY: &[&str] = &[
    "基本",
    "部分",
    "初步",
    "主体",
    "接近",
    "近",
    "大致",
    "大体",
    "陆续",
    "分批",
    "逐步",
    "正在",
    "加快",
    "抓紧",
    "推动",
    "推进",
    "督促",
    "尽快",
    "尽早",
    "按要求",
    "以",
];
/// A stage or a part: its end is not the indicator's.
pub(super) const STAGES: &[&str] = &[
    "前期",
    "设计",
    "勘察",
    "勘查",
    "招标",
    "招投标",
    "采购",
    "审批",
    "审查",
    "立项",
    "可研",
    "征地",
    "拆迁",
    "搬迁",
    "基础",
    "主体",
    "土建",
    "首批",
    "第一批",
    "一期",
    "首期",
    "方案",
    "摸底",
    "排查",
    "调研",
    "签约",
    "合同",
    "部分",
    "子项",
    "阶段",
    "节点",
    "季度",
    "上半年",
    "本月",
    "当月",
    "上月",
    "月度",
    "月任务",
    "月目标",
    "月计划",
];
/// Objects of a completion that mean the whole work.
pub(super) const WHOLE_OBJECTS: &[&str] = &[
    "年度目标任务",
    "全年目标任务",
    "年度目标",
    "年度任务",
    "全年目标",
    "全年任务",
    "目标任务",
    "工作任务",
    "建设任务",
    "改造任务",
    "建设内容",
    "工程量",
    "任务",
    "目标",
    "建设",
    "改造",
    "施工",
    "整治",
    "修复",
    "安装",
    "工程",
    "内容",
    "竣工验收",
    "验收",
    "销号",
];
pub(super) const ALL: &[&str] = &["全部", "全面", "全数", "悉数", "100%"];
pub(super) const ALL_OBJECTS: &[&str] = &["全部", "所有", "全年", "年度", "既定"];
pub(super) const ADVERBS: &[&str] = &["已经", "已", "均", "都", "顺利", "按期", "如期", "按时", "提前", "圆满", "高质量"];
