//! The columns of the forms, and every header that names one (domain/report-form.md).

/// An enum of columns in a form's order. Each is documented and named by its official header; others follow that are read as
/// the same, folded as [`crate::plan::names::fold`] does.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident: $($column:ident $official:literal $($other:literal)*;)+) => {
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

            /// The headers that name it.
            pub(super) fn headers(self) -> &'static [&'static str] {
                match self {
                    $(Self::$column => &[$official $(, $other)*],)+
                }
            }
        }
    };
}

columns! {
    /// A column of the monthly report.
    Field:
    No "序号" "编号" "no." "no" "项目序号";
    Tier "分级" "市区分级" "级别" "类别";
    Task "项目名称" "民生实事项目" "项目" "实事名称" "重点民生实事" "主要任务" "民生实事" "实事项目" "任务名称";
    Department "责任单位" "牵头单位" "主责单位" "责任部门" "牵头部门";
    Indicator "指标" "指标名称" "考核指标" "具体指标" "目标任务" "年度目标任务" "工作任务" "年度工作任务";
    Unit "计量单位";
    Target "年度目标" "目标值" "年度目标值" "全年目标" "计划数" "全年目标值" "年度计划数";
    Previous "上月累计" "上期累计" "截至上月累计" "上月完成情况" "上月累计完成";
    ThisMonth "本月完成" "本月新增" "当月完成" "本期完成" "本月完成数" "当月新增";
    Cumulative "累计完成" "截至本月累计" "累计完成数" "截至目前完成数" "完成情况" "累计" "累计完成情况" "截至本月累计完成" "截至目前累计" "本月累计";
    Rate "完成率" "完成比例" "完成进度" "进度" "完成百分比";
    Status "状态" "进度状态" "是否完成" "完成状态";
    DoneOn "完成时间" "完成日期" "实际完成时间" "实际完成日期";
    Narrative "工作进展" "进展情况" "推进情况" "工作进展情况" "目前进展" "形象进度" "工作推进情况" "目前进展情况";
    Problems "存在问题" "问题" "困难问题" "存在的困难和问题" "存在的问题" "存在困难" "存在问题及困难";
    NextSteps "下一步措施" "下步措施" "下一步工作" "下步打算" "下一步工作计划" "下一步打算" "下一步工作措施" "下步工作计划" "下一步计划";
    ExpectedOn "预计完成时间" "计划完成时间" "预计完成日期" "计划完成日期";
    Evidence "验收情况" "佐证材料" "验收材料" "验收文号";
    Remark "备注" "说明";
}

columns! {
    /// A column of the 工作方案 beside number and name of the task: the four elements, money in 万元, people.
    ElementField:
    Measures "工作举措" "举措" "主要举措" "工作措施" "推进举措";
    Deadline "完成时限" "时限" "完成期限" "时间节点";
    Acceptance "验收标准" "验收要求";
    Funding "资金来源" "资金渠道" "资金来源渠道";
    Planned "计划资金" "计划投资" "资金计划" "概算资金";
    Arrived "到位资金" "资金到位" "已到位资金";
    Paid "支付资金" "已支付资金" "资金支付" "拨付资金";
    Leader "责任领导" "分管领导";
    Contact "联系人" "具体联系人";
    Phone "联系电话" "电话" "联系方式";
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
