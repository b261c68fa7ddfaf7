//! Limits changed for one run: `--limit file_mib=40`, with the keys and ranges of `[limits]`.

use serde_json::Value;

use super::model::Limits;
use super::schema;

impl Limits {
    /// Applies `key=value`. The keys and ranges are those of `[limits]` in the plan's schema.
    ///
    /// # Errors
    /// What is wrong with the text, in Chinese.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let properties = &schema::tidied()["$defs"]["limits"]["properties"];
        let keys = || {
            properties
                .as_object()
                .map(|p| p.keys().map(String::as_str).collect::<Vec<_>>().join("、"))
                .unwrap_or_default()
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
        let number = value
            .parse()
            .ok()
            .filter(|n| (least..=most).contains(n))
            .ok_or_else(|| format!("{key} 应为{least}至{most}的整数"))?;
        self.put(key, number);
        if self.part_bytes > self.total_bytes {
            // One part can never be more than all of them: whichever was given draws the other along.
            if key == "total_mib" {
                self.part_bytes = self.total_bytes
            } else {
                self.total_bytes = self.part_bytes
            }
        }
        Ok(())
    }

    fn put(&mut self, key: &str, number: u64) {
        let bytes = number.saturating_mul(1 << 20);
        let size = usize::try_from(number).unwrap_or(usize::MAX);
        match key {
            "file_mib" => self.file_bytes = bytes,
            "part_mib" => self.part_bytes = bytes,
            "total_mib" => self.total_bytes = bytes,
            "text_mib" => self.text_bytes = bytes,
            "xml_events" => self.xml_events = number,
            "seconds" => self.seconds = number,
            "sheets" => self.sheets = size,
            "rows" => self.rows = size,
            "columns" => self.columns = size,
            "cells" => self.cells = size,
            "text_chars" => self.text_chars = size,
            "merges" => self.merges = size,
            "xml_depth" => self.xml_depth = size,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_schema_can_be_set() {
        let properties = schema::tidied()["$defs"]["limits"]["properties"]
            .as_object()
            .unwrap();
        assert!(properties.len() >= 13);
        for key in properties.keys() {
            let mut limits = Limits::default();
            limits.set(&format!("{key}=7")).unwrap();
            assert_ne!(limits, Limits::default(), "{key}");
        }
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
