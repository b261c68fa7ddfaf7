//! plan.toml as it is written: the types that serde reads, the JSON Schema describes and [`super::shape`] checks. A required
//! key that is missing is `None` here, so that the rest of the file can still be validated; [`super::validate`] turns all of
//! it into a [`super::Plan`].
//!
//! The descriptions are Chinese: editors show them to operators, and messages quote them. Those of keys are doc comments, which
//! the schema takes over.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::field::FormColumn;
use super::limits::Limits;
use super::model::{Combine, Direction, Kind};
use super::period::Period;
use super::settings::{Briefing, Checks, Grading, Returns};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "plan.toml",
    description = "重点民生实事任务清单（duban 的任务定义文件）"
)]
pub(super) struct RawFile {
    #[schemars(required, description = "清单的基本信息，一段 [plan]")]
    pub plan: Option<RawPlan>,
    #[serde(default)]
    #[schemars(description = "进度分档的标准，单位为百分点")]
    pub grading: Grading,
    #[serde(default)]
    #[schemars(description = "核查规则的参数和级别")]
    pub checks: Checks,
    #[serde(default)]
    #[schemars(description = "读取报送文件的上限")]
    pub limits: Limits,
    #[serde(default)]
    #[schemars(description = "简报中不能由程序编造的内容")]
    pub briefing: Briefing,
    #[serde(default)]
    #[schemars(description = "退回报送表时写明的期限和联系人")]
    pub returns: Returns,
    #[serde(default)]
    #[schemars(description = "报送表各列在本单位的叫法，读表时与通用的叫法一样认")]
    pub columns: RawColumns,
    #[schemars(
        required,
        length(min = 1),
        description = "责任单位，每个单位一段 [[department]]"
    )]
    pub department: Option<Vec<RawDepartment>>,
    #[schemars(required, length(min = 1), description = "任务，每件实事一段 [[task]]")]
    pub task: Option<Vec<RawTask>>,
    #[serde(default, rename = "override")]
    #[schemars(description = "人工评定的进度，报表印出理由")]
    pub overrides: Vec<RawOverride>,
    #[serde(default)]
    #[schemars(description = "经电话或书面核实的数据")]
    pub confirm: Vec<RawConfirm>,
    #[serde(default)]
    #[schemars(description = "任务调整：年中变更目标或完成时限")]
    pub adjust: Vec<RawAdjust>,
}

/// A list of heads for each column of the forms.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct RawColumns(pub BTreeMap<String, Vec<String>>);

impl JsonSchema for RawColumns {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "columns".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let column = |column: FormColumn| {
            let heads = serde_json::json!({
                "type": "array",
                "items": { "type": "string" },
                "description": format!("“{}”一列的其他叫法", column.chinese()),
            });
            (column.key().to_owned(), heads)
        };
        let columns: serde_json::Map<String, serde_json::Value> =
            FormColumn::all().map(column).collect();
        json_schema!({ "type": "object", "properties": columns, "additionalProperties": false })
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "plan")]
pub(super) struct RawPlan {
    /// 清单编号，用英文字母、数字、- 和 _
    #[schemars(required, length(min = 1))]
    pub id: Option<String>,
    /// 清单全称
    #[schemars(required, length(min = 1))]
    pub title: Option<String>,
    /// 简称，用于输出文件名；不写即用全称
    #[schemars(length(min = 1))]
    pub short_title: Option<String>,
    /// 印发单位
    #[schemars(required, length(min = 1))]
    pub issuer: Option<String>,
    /// 第几版
    #[serde(default = "first_revision")]
    #[schemars(range(min = 1, max = 9999))]
    pub revision: u32,
    /// 起始日期
    #[schemars(required)]
    pub start: Option<RawDate>,
    /// 截止日期
    #[schemars(required)]
    pub end: Option<RawDate>,
    /// 每月报送截止日
    #[schemars(required, range(min = 1, max = 31))]
    pub due_day: Option<i8>,
    /// 截止日所在月份：next 为次月，same 为当月
    #[serde(default)]
    pub due_month: RawDueMonth,
    /// 个别月份的报送截止日期（节假日顺延）
    #[serde(default)]
    pub due_dates: BTreeMap<Period, RawDate>,
    /// 首个报送月份，此前不要求报送
    pub first_period: Option<Period>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum RawDueMonth {
    #[default]
    Next,
    Same,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "department")]
pub(super) struct RawDepartment {
    #[schemars(
        required,
        length(min = 1),
        description = "单位编号，可以是中文，不能含 / \\ : * ? \" < > |"
    )]
    pub id: Option<String>,
    /// 单位名称
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// 单位的其他写法
    #[serde(default)]
    pub aliases: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "task")]
pub(super) struct RawTask {
    /// 序号
    #[schemars(required, range(min = 1, max = 99999))]
    pub no: Option<u32>,
    /// 分级，如 市级、区级
    #[schemars(required, length(min = 1))]
    pub tier: Option<String>,
    /// 项目名称
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// 工作任务，照录印发文件原文
    #[schemars(required, length(min = 1))]
    pub text: Option<String>,
    /// 责任单位的 id
    #[schemars(required, length(min = 1))]
    pub lead: Option<String>,
    /// 会同单位：单位 id，或清单外单位的名称
    #[serde(default)]
    pub with: Vec<String>,
    /// 工作举措
    #[serde(default)]
    pub measures: String,
    /// 完成时限；不写即为清单的截止日期
    pub deadline: Option<RawDate>,
    /// 验收标准
    #[serde(default)]
    pub acceptance: String,
    /// 资金来源
    #[serde(default)]
    pub funding: String,
    /// 完成后是否要求报送验收材料
    #[serde(default)]
    pub evidence_required: bool,
    /// 指标，每项一段 [[task.indicator]]，写在所属任务之后
    #[schemars(required, length(min = 1))]
    pub indicator: Option<Vec<RawIndicator>>,
    /// 指标之间的数量关系
    #[serde(default)]
    pub relation: Vec<RawRelation>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "indicator")]
pub(super) struct RawIndicator {
    /// 指标编号：任务序号.顺序号，如 14.1
    #[schemars(required, length(min = 1))]
    pub id: Option<String>,
    /// 指标名称
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// 指标的其他写法
    #[serde(default)]
    pub aliases: Vec<String>,
    /// 类型：count 计数、quantity 数量、level 水平、ratio 比率、milestone 节点、ongoing 持续推进
    #[schemars(required)]
    pub kind: Option<Kind>,
    /// 年度目标；节点和持续推进类不写
    pub target: Option<f64>,
    /// 计量单位；节点和持续推进类不写
    pub unit: Option<String>,
    /// 原文是否写“约”或“余”
    #[serde(default)]
    pub approximate: bool,
    #[schemars(description = "at_least 为不低于，at_most 为不高于（只用于 level 和 ratio）")]
    pub direction: Option<Direction>,
    /// 在任务完成率中的权重
    #[serde(default = "full_weight")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub weight: f64,
    /// 基期值（只用于 level 和 ratio）
    pub baseline: Option<f64>,
    /// 本指标的完成时限；不写即为任务的完成时限
    pub deadline: Option<RawDate>,
    /// 应启动的月份（只用于 milestone）
    pub start_by: Option<Period>,
    /// 对本指标停用的规则代码
    #[serde(default)]
    pub off: Vec<String>,
    /// 序时进度：各月末应完成的比例（0～1），或 linear、works；不写即按月均匀推进
    pub schedule: Option<RawSchedule>,
    /// 多单位报送的 level、ratio 如何合并
    pub combine: Option<Combine>,
    /// 分别报送的单位和各自目标；不写即由责任单位报送
    #[serde(default)]
    pub reporters: Vec<RawReporter>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum RawSchedule {
    Profile(RawProfile),
    Points(BTreeMap<Period, f64>),
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum RawProfile {
    Linear,
    Works,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "reporter", extend("required" = ["department"]))]
pub(super) struct RawReporter {
    // Short ids lie in the list itself: a large plan names hundreds of thousands, whose blocks would leave gaps in memory.
    /// 单位 id
    #[serde(default, deserialize_with = "compact")]
    #[schemars(with = "String", length(min = 1))]
    pub department: Option<CompactString>,
    /// 该单位承担的目标
    pub target: Option<f64>,
}

fn compact<'de, D: Deserializer<'de>>(value: D) -> Result<Option<CompactString>, D::Error> {
    Ok(Some(String::deserialize(value)?.into()))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "relation")]
pub(super) struct RawRelation {
    /// 关系式，如 19.9 + 19.10 = 19.7
    #[schemars(required, length(min = 1))]
    pub expr: Option<String>,
    /// 允许误差，按等号右边指标的单位；不写即按所填小数位的四舍五入
    #[schemars(range(min = 0))]
    pub tolerance: Option<f64>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "override")]
pub(super) struct RawOverride {
    /// 月份
    #[schemars(required)]
    pub period: Option<Period>,
    /// 任务序号
    #[schemars(required, range(min = 1, max = 99999))]
    pub task: Option<u32>,
    /// 评定的状态，如 达到序时进度
    #[schemars(required, length(min = 1))]
    pub grade: Option<String>,
    /// 理由
    #[schemars(required, length(min = 1))]
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "confirm")]
pub(super) struct RawConfirm {
    /// 月份
    #[schemars(required)]
    pub period: Option<Period>,
    /// 报送单位的 id
    #[schemars(required, length(min = 1))]
    pub department: Option<String>,
    /// 指标编号
    #[schemars(required, length(min = 1))]
    pub indicator: Option<String>,
    /// 核实后的累计值，按清单的计量单位
    #[schemars(required)]
    pub value: Option<f64>,
    /// 核实人或科室
    #[schemars(required, length(min = 1))]
    pub by: Option<String>,
    /// 核实情况
    #[schemars(required, length(min = 1))]
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "adjust")]
pub(super) struct RawAdjust {
    /// 指标编号
    #[schemars(required, length(min = 1))]
    pub indicator: Option<String>,
    /// 自哪个月起
    #[schemars(required)]
    pub from: Option<Period>,
    /// 调整后的目标
    pub target: Option<f64>,
    /// 调整后的完成时限
    pub deadline: Option<RawDate>,
    /// 调整依据
    #[schemars(required, length(min = 1))]
    pub basis: Option<String>,
}

fn first_revision() -> u32 {
    1
}

fn full_weight() -> f64 {
    1.0
}

/// A TOML date without quotes, `2024-12-31`.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawDate(pub Date);

/// The calendar day of a TOML date; `None` for times and for days that do not exist.
pub(super) fn civil_date(value: &toml::value::Datetime) -> Option<Date> {
    if value.time.is_some() || value.offset.is_some() {
        return None;
    }
    let date = value.date?;
    Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()
}

impl<'de> Deserialize<'de> for RawDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::value::Datetime::deserialize(deserializer)?;
        civil_date(&value)
            .map(Self)
            .ok_or_else(|| de::Error::custom("not a date"))
    }
}

impl JsonSchema for RawDate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}
