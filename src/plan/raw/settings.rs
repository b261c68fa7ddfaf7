//! The sections a plan may leave out: `[grading]`, `[checks]`, `[limits]` and `[briefing]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::RawPeriod;
use crate::plan::model::{Checks, Grading, Limits};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "grading")]
pub(in crate::plan) struct RawGrading {
    #[schemars(
        range(min = 0, max = 100),
        description = "超过序时进度多少个百分点为“超序时进度”"
    )]
    pub ahead: f64,
    #[schemars(
        range(min = 0, max = 100),
        description = "低于序时进度多少个百分点以内仍为“达到序时进度”"
    )]
    pub tolerance: f64,
    #[schemars(
        range(min = 0, max = 100),
        description = "低于序时进度超过多少个百分点为“严重滞后”"
    )]
    pub serious: f64,
    #[schemars(
        range(min = 1, max = 120),
        description = "应启动而未启动满多少个月为“严重滞后”"
    )]
    pub unstarted_months: u32,
}

impl Default for RawGrading {
    fn default() -> Self {
        let Grading {
            ahead,
            tolerance,
            serious,
            unstarted_months,
        } = Grading::default();
        Self {
            ahead,
            tolerance,
            serious,
            unstarted_months,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "checks")]
pub(in crate::plan) struct RawChecks {
    #[schemars(range(min = 1, max = 120), description = "R007：连续多少个月没有变化")]
    pub stalled_months: u32,
    #[schemars(extend("exclusiveMinimum" = 0), description = "R008：当月增量超过此前月均的多少倍")]
    pub jump_factor: f64,
    #[schemars(
        range(min = 0, max = 10000),
        description = "R012：持续推进类工作进展的最少字数"
    )]
    pub narrative_min_chars: u32,
    #[schemars(description = "调整规则级别，如 { R015 = \"error\", S004 = \"off\" }")]
    pub severity: BTreeMap<String, RawLevel>,
}

impl Default for RawChecks {
    fn default() -> Self {
        let Checks {
            stalled_months,
            jump_factor,
            narrative_min_chars,
            ..
        } = Checks::default();
        let narrative_min_chars = u32::try_from(narrative_min_chars).unwrap_or(u32::MAX);
        Self {
            stalled_months,
            jump_factor,
            narrative_min_chars,
            severity: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::plan) enum RawLevel {
    Off,
    Note,
    Warning,
    Error,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "limits")]
pub(in crate::plan) struct RawLimits {
    #[schemars(range(min = 1, max = 1_048_576), description = "一个文件的大小，MiB")]
    pub file_mib: u32,
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "文件中一个部件解压后的大小，MiB"
    )]
    pub part_mib: u32,
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "文件全部解压后的大小，MiB"
    )]
    pub total_mib: u32,
    #[schemars(range(min = 1, max = 65535), description = "工作表数")]
    pub sheets: u32,
    #[schemars(range(min = 1, max = 1_048_576), description = "一张表的非空行数")]
    pub rows: u32,
    #[schemars(range(min = 1, max = 16384), description = "一张表的非空列数")]
    pub columns: u32,
    #[schemars(
        range(min = 1, max = 1_000_000_000),
        description = "一个文件的非空单元格数"
    )]
    pub cells: u32,
    #[schemars(range(min = 1, max = 32767), description = "一个单元格的字符数")]
    pub text_chars: u32,
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "一个文件各单元格文字合计，MiB"
    )]
    pub text_mib: u32,
    #[schemars(range(min = 1, max = 1_000_000_000), description = "合并区域数")]
    pub merges: u32,
    #[schemars(range(min = 1, max = 65535), description = "XML 嵌套层数")]
    pub xml_depth: u32,
    #[schemars(
        range(min = 1, max = 4_000_000_000_u32),
        description = "一个文件的 XML 标记数"
    )]
    pub xml_events: u32,
    #[schemars(range(min = 1, max = 3600), description = "读取一个文件的秒数")]
    pub seconds: u32,
}

impl Default for RawLimits {
    fn default() -> Self {
        let l = Limits::default();
        let mib = |bytes: u64| u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            file_mib: mib(l.file_bytes),
            part_mib: mib(l.part_bytes),
            total_mib: mib(l.total_bytes),
            sheets: number(l.sheets),
            rows: number(l.rows),
            columns: number(l.columns),
            cells: number(l.cells),
            text_chars: number(l.text_chars),
            text_mib: mib(l.text_bytes),
            merges: number(l.merges),
            xml_depth: number(l.xml_depth),
            xml_events: u32::try_from(l.xml_events).unwrap_or(u32::MAX),
            seconds: u32::try_from(l.seconds).unwrap_or(u32::MAX),
        }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "briefing")]
pub(in crate::plan) struct RawBriefing {
    #[schemars(length(min = 1), description = "简报名称")]
    pub name: Option<String>,
    #[schemars(description = "期号，如 { \"2024-06\" = \"6\" }")]
    pub numbers: BTreeMap<RawPeriod, String>,
    #[schemars(description = "文号，如 { \"2024-06\" = \"渝高新办〔2024〕6号\" }")]
    pub document_numbers: BTreeMap<RawPeriod, String>,
    #[schemars(length(min = 1), description = "签发人")]
    pub signer: Option<String>,
    #[schemars(description = "报")]
    pub to: Vec<String>,
    #[schemars(description = "送")]
    pub send: Vec<String>,
    #[schemars(description = "发")]
    pub distribute: Vec<String>,
    #[schemars(range(min = 1, max = 1_000_000), description = "共印份数")]
    pub copies: Option<u32>,
}
