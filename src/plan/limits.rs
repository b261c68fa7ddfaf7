//! Ceilings of what a submitted file may cost: `[limits]` of a plan, and `--limit file_mib=40` for one run.

use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Ceilings of what a submitted file may cost; the defaults are F004's of the rule catalogue. As text (in plan.toml, on the
/// command line, for a child process) sizes are in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "limits", description = "")]
pub struct Limits {
    /// Bytes of the file.
    #[serde(
        rename = "file_mib",
        serialize_with = "mib::serialize",
        deserialize_with = "mib::deserialize"
    )]
    #[schemars(range(min = 1, max = 1_048_576), description = "一个文件的大小，MiB")]
    pub file_bytes: u64,
    /// Bytes of one part of a container, unpacked.
    #[serde(
        rename = "part_mib",
        serialize_with = "mib::serialize",
        deserialize_with = "mib::deserialize"
    )]
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "文件中一个部件解压后的大小，MiB"
    )]
    pub part_bytes: u64,
    /// Bytes of all parts together, unpacked.
    #[serde(
        rename = "total_mib",
        serialize_with = "mib::serialize",
        deserialize_with = "mib::deserialize"
    )]
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "文件全部解压后的大小，MiB"
    )]
    pub total_bytes: u64,
    /// Sheets of a workbook.
    #[schemars(range(min = 1, max = 65535), description = "工作表数")]
    pub sheets: usize,
    /// Rows of one sheet with a non-empty cell.
    #[schemars(range(min = 1, max = 1_048_576), description = "一张表的非空行数")]
    pub rows: usize,
    /// Columns of one sheet with a non-empty cell; the default is all that a sheet can have.
    #[schemars(range(min = 1, max = 16384), description = "一张表的非空列数")]
    pub columns: usize,
    /// Non-empty cells of a workbook.
    #[schemars(
        range(min = 1, max = 1_000_000_000),
        description = "一个文件的非空单元格数"
    )]
    pub cells: usize,
    /// Characters of one cell.
    #[schemars(range(min = 1, max = 32767), description = "一个单元格的字符数")]
    pub text_chars: usize,
    /// Bytes of all text of a workbook, counted at every cell that shows it: a thousand cells may share one long text.
    #[serde(
        rename = "text_mib",
        serialize_with = "mib::serialize",
        deserialize_with = "mib::deserialize"
    )]
    #[schemars(
        range(min = 1, max = 1_048_576),
        description = "一个文件各单元格文字合计，MiB"
    )]
    pub text_bytes: u64,
    /// Merged regions of a workbook.
    #[schemars(range(min = 1, max = 1_000_000_000), description = "合并区域数")]
    pub merges: usize,
    /// Depth of nested XML elements.
    #[schemars(range(min = 1, max = 65535), description = "XML 嵌套层数")]
    pub xml_depth: usize,
    /// Tags, texts and other XML events of a file: what reading it costs, whatever the machine.
    #[schemars(
        range(min = 1, max = 4_000_000_000_u32),
        description = "一个文件的 XML 标记数"
    )]
    pub xml_events: u64,
    /// Seconds after which a child process that reads a file is ended.
    #[schemars(range(min = 1, max = 3600), description = "读取一个文件的秒数")]
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 20 << 20,
            part_bytes: 256 << 20,
            total_bytes: 512 << 20,
            sheets: 64,
            rows: 200_000,
            columns: 16_384,
            cells: 2_000_000,
            text_chars: 32_767,
            text_bytes: 128 << 20,
            merges: 20_000,
            xml_depth: 256,
            xml_events: 40_000_000,
            seconds: 20,
        }
    }
}

/// Bytes as MiB: whole ones as integers, others as exact binary fractions.
mod mib {
    use serde::{Deserialize as _, Deserializer, Serializer};

    const MIB: f64 = 1_048_576.0;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature is serde's"
    )]
    pub fn serialize<S: Serializer>(bytes: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        if bytes.is_multiple_of(1 << 20) {
            serializer.serialize_u64(bytes >> 20)
        } else {
            serializer.serialize_f64(*bytes as f64 / MIB)
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float that does not fit becomes the nearest number that does"
    )]
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        Ok((f64::deserialize(deserializer)? * MIB) as u64)
    }
}

impl Limits {
    /// Applies `key=value`. The keys and ranges are those of `[limits]` in the plan's schema.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let schema = schema_for!(Limits);
        let properties = properties(&schema);
        let keys = || {
            let mut keys: Vec<_> = properties.keys().map(String::as_str).collect();
            keys.sort_unstable();
            keys.join("、")
        };
        let Some((key, value)) = text.split_once('=') else {
            return Err(format!(
                "请写成 键=数值，例如 file_mib=40。可用的键：{}",
                keys()
            ));
        };
        let (key, value) = (key.trim(), value.trim().replace('_', ""));
        let Some(property) = properties.get(key) else {
            return Err(format!("没有名为“{key}”的上限。可用的键：{}", keys()));
        };
        let bound = |name: &str| property.get(name).and_then(Value::as_u64);
        let (least, most) = (
            bound("minimum").unwrap_or(1),
            bound("maximum").unwrap_or(u64::from(u32::MAX)),
        );
        let number: u64 = value
            .parse()
            .ok()
            .filter(|n| (least..=most).contains(n))
            .ok_or_else(|| format!("{key} 应为{least}至{most}的整数"))?;
        let changed = serde_json::to_value(*self).and_then(|mut limits| {
            limits[key] = number.into();
            serde_json::from_value(limits)
        });
        *self = changed.map_err(|e| e.to_string())?;
        if self.part_bytes > self.total_bytes {
            // One part can never be more than all of them: whichever was given draws the other along.
            if key == "total_mib" {
                self.part_bytes = self.total_bytes;
            } else {
                self.total_bytes = self.part_bytes;
            }
        }
        Ok(())
    }
}

/// The keys of `[limits]` with what they may hold.
fn properties(schema: &Schema) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_schema_can_be_set() {
        let properties = properties(&schema_for!(Limits));
        assert!(properties.len() >= 13);
        for key in properties.keys() {
            let mut limits = Limits::default();
            limits.set(&format!("{key}=7")).unwrap();
            assert_ne!(limits, Limits::default(), "{key}");
        }
    }

    #[test]
    fn limits_are_read_back_from_text_to_the_byte() {
        let limits = Limits {
            file_bytes: 12_345,
            text_bytes: 1,
            xml_events: 4_000_000_000,
            ..Limits::default()
        };
        let text = serde_json::to_string(&limits).unwrap();
        assert_eq!(serde_json::from_str::<Limits>(&text).unwrap(), limits);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut limits = Limits::default();
        for text in [
            "file_mib",
            "file=3",
            "file_mib=0",
            "file_mib=x",
            "columns=16385",
            "seconds=-1",
        ] {
            assert!(limits.set(text).is_err(), "{text}");
        }
        assert_eq!(limits, Limits::default());
        limits.set(" cells = 3_000_000 ").unwrap();
        assert_eq!(limits.cells, 3_000_000);
        limits.set("part_mib=1024").unwrap();
        assert_eq!(limits.total_bytes, 1024 << 20);
    }
}
