//! The sections that a plan may leave out: `[grading]`, `[checks]`, `[briefing]` and `[returns]`. The file, its JSON Schema and the plan
//! share these types; the Chinese descriptions are shown by editors and quoted in messages.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::period::Period;

/// Where one grade ends and the next begins, in percentage points.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "grading", description = "")]
pub struct Grading {
    /// Ahead of the schedule by this much or more: 超序时进度.
    #[schemars(
        range(min = 0, max = 100),
        description = "超过序时进度多少个百分点为“超序时进度”"
    )]
    pub ahead: f64,
    /// Behind the schedule by no more than this: still 达到序时进度.
    #[schemars(
        range(min = 0, max = 100),
        description = "低于序时进度多少个百分点以内仍为“达到序时进度”"
    )]
    pub tolerance: f64,
    /// Behind the schedule by more than this: 严重滞后.
    #[schemars(
        range(min = 0, max = 100),
        description = "低于序时进度超过多少个百分点为“严重滞后”"
    )]
    pub serious: f64,
    /// Nothing begun for this many months after something was first expected: 严重滞后.
    #[schemars(
        range(min = 1, max = 120),
        description = "应启动而未启动满多少个月为“严重滞后”"
    )]
    pub unstarted_months: u32,
}

impl Default for Grading {
    /// Published practice: 10 to 30 points behind yellow, over 30 red, three months unstarted red.
    fn default() -> Self {
        Self {
            ahead: 10.0,
            tolerance: 5.0,
            serious: 30.0,
            unstarted_months: 3,
        }
    }
}

/// How severe a rule's findings are in this plan.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "")]
pub enum RuleLevel {
    /// The rule does not run.
    Off,
    /// 提示.
    Note,
    /// 警告.
    Warning,
    /// 错误.
    Error,
}

impl RuleLevel {
    /// As plan.toml writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Parameters of rules, and their severities where they are not the catalogue's.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "checks", description = "")]
pub struct Checks {
    /// R007: months without a change.
    #[schemars(range(min = 1, max = 120), description = "R007：连续多少个月没有变化")]
    pub stalled_months: u32,
    /// R008: the month's increment as a multiple of the earlier months' mean.
    #[schemars(extend("exclusiveMinimum" = 0), description = "R008：当月增量超过此前月均的多少倍")]
    pub jump_factor: f64,
    /// R012: characters of a narrative of ongoing work.
    #[schemars(
        range(min = 0, max = 10000),
        description = "R012：持续推进类工作进展的最少字数"
    )]
    pub narrative_min_chars: usize,
    /// The notice asks for the four elements of each task; see [`super::Plan::asks_elements`].
    #[schemars(
        description = "是否要求四要素；false时不核查、不统计，报送表不设工作方案中的四要素"
    )]
    pub elements: bool,
    /// By rule code.
    #[schemars(description = "调整规则级别，如 { R015 = \"error\", S004 = \"off\" }")]
    pub severity: BTreeMap<String, RuleLevel>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            stalled_months: 3,
            jump_factor: 3.0,
            narrative_min_chars: 20,
            elements: true,
            severity: BTreeMap::new(),
        }
    }
}

/// What the program may not invent for the briefing.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "briefing", description = "")]
pub struct Briefing {
    /// 简报名称.
    #[schemars(length(min = 1), description = "简报名称")]
    pub name: Option<String>,
    /// 期号 by month.
    #[schemars(description = "期号，如 { \"2024-06\" = \"6\" }")]
    pub numbers: BTreeMap<Period, String>,
    /// 文号 by month.
    #[schemars(description = "文号，如 { \"2024-06\" = \"渝高新办〔2024〕6号\" }")]
    pub document_numbers: BTreeMap<Period, String>,
    /// 签发人.
    #[schemars(length(min = 1), description = "签发人")]
    pub signer: Option<String>,
    /// 报: those it is submitted to.
    #[schemars(description = "报")]
    pub to: Vec<String>,
    /// 送: those it is sent to.
    #[schemars(description = "送")]
    pub send: Vec<String>,
    /// 发: those it is distributed to.
    #[schemars(description = "发")]
    pub distribute: Vec<String>,
    /// 共印份数.
    #[schemars(range(min = 1, max = 1_000_000), description = "共印份数")]
    pub copies: Option<u32>,
    /// 督查室's own, for departments that need help.
    #[schemars(length(min = 1), description = "督查室联系电话，印在自查页等处")]
    pub telephone: Option<String>,
}

/// What the program may not invent for files that go back to a department.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "returns", description = "")]
pub struct Returns {
    /// Days after the due date by which a corrected file is wanted.
    #[schemars(
        range(min = 0, max = 60),
        description = "退回的报送表应在报送期限后几日内改正重报"
    )]
    pub days: Option<u8>,
}
