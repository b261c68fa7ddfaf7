//! The columns of the forms, and the headers that name them (domain/report-form.md).

use std::collections::BTreeMap;

use super::names;

/// A column of a form, 32 at most.
pub trait FormField: Copy {
    /// Its own bit in a set of columns: the further right in the form, the higher.
    fn bit(self) -> u32;
}

/// An enum of columns in a form's order. Each is documented and named by its official header; its key in `[columns]` comes
/// first, and others follow that are read as the same, folded as [`crate::plan::names::fold`] does.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident: $($column:ident $key:literal $official:literal $($other:literal)*;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $official] $column,)+
        }

        impl $name {
            /// All of them, in the form's order.
            pub const ALL: [Self; [$($official),+].len()] = [$(Self::$column),+];

            /// The official header.
            pub fn chinese(self) -> &'static str {
                match self {
                    $(Self::$column => $official,)+
                }
            }

            /// Its key in a plan's `[columns]`.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$column => $key,)+
                }
            }

            /// The headers that name it.
            pub(crate) fn headers(self) -> &'static [&'static str] {
                match self {
                    $(Self::$column => &[$official $(, $other)*],)+
                }
            }
        }

        impl FormField for $name {
            fn bit(self) -> u32 {
                1 << self as u32
            }
        }
    };
}

columns! {
    /// A column of the monthly report.
    Field:
    No "no" "序号" "编号" "no." "no" "项目序号" "任务序号" "项目编号" "任务编号" "顺序号";
    Tier "tier" "分级" "市区分级" "级别" "类别" "分类" "任务类别" "项目类别" "项目级别" "任务级别" "板块";
    Task "task" "项目名称" "民生实事项目" "项目" "实事名称" "重点民生实事" "主要任务" "民生实事" "实事项目" "任务名称" "重点任务" "重点工作" "重点工作任务" "重点项目" "重点事项" "任务" "事项" "事项名称" "工作任务名称" "实事项目名称" "民生实事名称" "工程名称";
    Department "department" "责任单位" "牵头单位" "主责单位" "责任部门" "牵头部门" "主责部门" "牵头责任单位" "责任主体" "承办单位" "主办单位" "负责单位";
    Indicator "indicator" "指标" "指标名称" "考核指标" "具体指标" "目标任务" "年度目标任务" "工作任务" "年度工作任务" "量化指标" "指标内容" "指标项" "工作指标" "任务指标" "主要指标" "重点指标" "年度指标" "考核内容" "工作内容" "任务内容" "建设内容" "主要建设内容" "具体任务" "具体内容" "工作事项";
    Unit "unit" "计量单位" "计算单位" "指标单位" "数量单位";
    Target "target" "年度目标" "目标值" "年度目标值" "全年目标" "计划数" "全年目标值" "年度计划数" "目标" "目标数" "目标量" "年度目标数" "计划目标" "年度计划量" "全年计划数" "任务数" "年度任务数" "全年任务数" "指标值" "年度指标值";
    Previous "previous" "上月累计" "上期累计" "上月完成情况" "上月数";
    ThisMonth "this_month" "本月完成" "本月新增" "当月完成" "本期完成";
    Cumulative "cumulative" "累计完成" "截至目前完成数" "完成情况" "累计";
    Rate "rate" "完成率" "完成比例" "完成进度" "进度" "完成百分比" "累计完成率" "目标完成率" "年度完成率" "任务完成率" "累计完成比例" "累计完成进度";
    Status "status" "状态" "进度状态" "是否完成" "完成状态" "任务状态" "工作状态" "推进状态" "进展状态" "当前状态" "目前状态" "项目状态" "节点状态" "是否已完成";
    DoneOn "done_on" "完成时间" "完成日期" "实际完成时间" "实际完成日期" "办结时间" "办结日期" "完工时间" "完工日期" "竣工时间" "竣工日期";
    Narrative "narrative" "工作进展" "进展情况" "推进情况" "形象进度" "工程形象进度" "目前形象进度" "完成情况说明" "工作完成情况" "完成情况及形象进度";
    Problems "problems" "存在问题" "问题" "困难问题" "需协调解决的问题" "需要协调解决的问题" "需要协调的问题" "需协调的问题" "需解决的问题" "滞后原因" "未完成原因" "原因分析";
    NextSteps "next_steps" "下一步措施" "整改措施" "推进措施" "解决措施" "工作打算";
    ExpectedOn "expected_on" "预计完成时间" "计划完成时间";
    Evidence "evidence" "验收情况" "佐证材料" "验收材料" "验收文号" "佐证" "佐证资料" "证明材料" "验收资料" "支撑材料";
    Remark "remark" "备注" "说明" "备注说明";
}

columns! {
    /// A column of the 工作方案 beside number and name of the task: the four elements, money in 万元, people.
    ElementField:
    Measures "measures" "工作举措" "举措" "主要举措" "工作措施" "推进举措";
    Deadline "deadline" "完成时限" "时限" "完成期限" "时间节点" "办结时限";
    Acceptance "acceptance" "验收标准" "验收要求";
    Funding "funding" "资金来源" "资金渠道" "资金来源渠道";
    Planned "planned" "计划资金" "计划投资" "资金计划" "概算资金" "投资计划" "计划总投资" "年度计划投资" "预算资金";
    Arrived "arrived" "到位资金" "资金到位" "已到位资金" "到账资金";
    Paid "paid" "支付资金" "已支付资金" "资金支付" "拨付资金" "已拨付资金" "支出资金";
    Leader "leader" "责任领导" "分管领导";
    Contact "contact" "联系人" "具体联系人";
    Phone "phone" "联系电话" "电话" "联系方式" "手机" "手机号";
}

impl ElementField {
    /// 四要素, in the notice's order.
    pub const FOUR: [Self; 4] = [
        Self::Measures,
        Self::Deadline,
        Self::Acceptance,
        Self::Funding,
    ];

    /// 计划资金, 到位资金 and 支付资金.
    pub const MONEY: [Self; 3] = [Self::Planned, Self::Arrived, Self::Paid];
}

/// A column of either sheet of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormColumn {
    /// Of the report.
    Report(Field),
    /// Of the 工作方案.
    Element(ElementField),
}

impl FormColumn {
    /// All of them, in the form's order.
    pub fn all() -> impl Iterator<Item = Self> {
        let report = Field::ALL.into_iter().map(Self::Report);
        report.chain(ElementField::ALL.into_iter().map(Self::Element))
    }

    /// The official header.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Report(field) => field.chinese(),
            Self::Element(field) => field.chinese(),
        }
    }

    /// Its key in a plan's `[columns]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Report(field) => field.key(),
            Self::Element(field) => field.key(),
        }
    }

    /// The column of that key or official header.
    pub fn named(text: &str) -> Option<Self> {
        let text = header_key(text)?;
        Self::all().find(|c| {
            [c.key(), c.chinese()]
                .iter()
                .any(|name| header_key(name).as_ref() == Some(&text))
        })
    }
}

/// A plan's `[columns]`: a column's heads in the office's own words.
pub type Columns = BTreeMap<FormColumn, Vec<String>>;

/// Characters of a header text at most: a cell of prose is none.
const LONGEST: usize = 40;

/// A header text folded, without brackets and marks; `None` where it is too long.
pub fn header_key(raw: &str) -> Option<String> {
    if raw.len() > 4 * LONGEST || raw.chars().nth(LONGEST).is_some() {
        return None;
    }
    let mut key = names::fold(raw);
    let mut depth = 0usize;
    key.retain(|c| {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | '★' | ':' | '、' | '/' => {}
            _ => return depth == 0,
        }
        false
    });
    Some(key)
}
