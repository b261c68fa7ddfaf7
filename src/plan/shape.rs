//! Compares a plan file with the JSON Schema: unknown keys, missing keys, wrong types and values
//! out of range, all of them in one walk.
//!
//! What is wrong is taken out of the tree, so that the rest can be read and validated in the same run.

use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::advice::{advice, described_as};
use super::names::{is_harmful, may_be_harmful};
use super::period::{PATTERN, Period};
use super::problem::Problems;
use super::raw::civil_date;
use crate::Joined;

/// Checks and prunes the file.
pub(super) fn check(schema: &Value, file: &mut Spanned<DeTable<'_>>, problems: &mut Problems) {
    let span = file.span();
    // A key missing from the file as a whole has no better place than its beginning.
    Shape {
        root: schema,
        problems,
    }
    .table(schema, file.get_mut(), &(span.start..span.start), "文件");
}

struct Shape<'s, 'p> {
    root: &'s Value,
    problems: &'p mut Problems,
}

impl<'s> Shape<'s, '_> {
    fn resolve(&self, schema: &'s Value) -> &'s Value {
        let target = text(schema, "$ref")
            .and_then(|r| r.strip_prefix('#'))
            .and_then(|r| self.root.pointer(r));
        target.unwrap_or(schema)
    }

    fn table(
        &mut self,
        schema: &'s Value,
        table: &mut DeTable<'_>,
        span: &Range<usize>,
        name: &str,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let by_month = schema.get("patternProperties").and_then(|p| p.get(PATTERN));
        let any = schema.get("additionalProperties").filter(|s| s.is_object());
        let mut meant = Vec::new();
        let mut wrong = Vec::new();
        for (key, value) in table.iter_mut() {
            let written = key.get_ref().as_ref();
            self.no_harm(written, key.span());
            let known = properties
                .and_then(|p| p.get(written))
                .or(any)
                .or_else(|| by_month.filter(|_| written.parse::<Period>().is_ok()));
            let keep = match known {
                Some(known) => self.value(known, value, written),
                None if by_month.is_some() => {
                    self.problems.span(
                        key.span(),
                        format!("“{written}”不是月份，应写成 \"2024-06\" 这样的年-月"),
                        None,
                    );
                    false
                }
                None => {
                    self.unknown(properties, key, name, &mut meant);
                    false
                }
            };
            if !keep {
                wrong.push(written.to_owned());
            }
        }
        for required in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !table.contains_key(required)
                && !meant.iter().any(|m| m == required)
                && !wrong.iter().any(|w| w == required)
            {
                let what = properties
                    .and_then(|p| p.get(required))
                    .map_or_else(String::new, |s| self.described(s));
                self.problems.span(
                    span.clone(),
                    format!("{name}缺少必填项“{required}”{what}"),
                    None,
                );
            }
        }
        for key in wrong {
            table.remove(key.as_str());
        }
    }

    fn described(&self, schema: &'s Value) -> String {
        let resolved = self.resolve(schema);
        let description = text(schema, "description").or_else(|| text(resolved, "description"));
        match description {
            _ if resolved.get("properties").is_none() && !is_list_of_tables(schema) => {
                let before = description.map_or_else(String::new, |d| format!("{d}；"));
                format!("（{before}{}）", self.expected(schema))
            }
            Some(description) => format!("（{description}）"),
            None => String::new(),
        }
    }

    fn unknown(
        &mut self,
        properties: Option<&'s Map<String, Value>>,
        key: &Spanned<toml::de::DeString<'_>>,
        name: &str,
        meant: &mut Vec<String>,
    ) {
        let written = key.get_ref().as_ref();
        let known = || {
            properties
                .into_iter()
                .flat_map(|p| p.keys().map(String::as_str))
        };
        let of_task = self
            .root
            .pointer("/$defs/task/properties")
            .and_then(Value::as_object)
            .is_some_and(|p| p.contains_key(written));
        let help = if name == "文件" && of_task {
            Some(format!(
                "它属于任务，应写成 [[task.{written}]]，或写在 [[task]] 段里"
            ))
        } else if let Some(nearest) =
            described_as(properties, written).or_else(|| self.problems.nearest(written, known()))
        {
            meant.push(nearest.to_owned());
            Some(format!("是不是“{nearest}”？"))
        } else {
            let all = known().joined("、");
            (!all.is_empty()).then(|| format!("可用的键：{all}"))
        };
        let place = if name == "文件" {
            "文件最外层".to_owned()
        } else {
            format!("{name}中")
        };
        self.problems
            .span(key.span(), format!("{place}没有“{written}”这个键"), help);
    }

    /// Whether the value may stay.
    fn value(&mut self, schema: &'s Value, value: &mut Spanned<DeValue<'_>>, name: &str) -> bool {
        let resolved = self.resolve(schema);
        let span = value.span();
        if let Some(branches) = resolved.get("anyOf").and_then(Value::as_array) {
            return match branches
                .iter()
                .map(|b| self.resolve(b))
                .find(|b| accepts(b, value.get_ref()))
            {
                Some(branch) => self.value(branch, value, name),
                None => self.mismatch(resolved, value, name),
            };
        }
        if !accepts(resolved, value.get_ref()) {
            return self.mismatch(resolved, value, name);
        }
        match value.get_mut() {
            DeValue::Table(table) => {
                let title = if resolved.get("properties").is_some() {
                    format!("[{name}] ")
                } else {
                    format!("“{name}”")
                };
                self.table(resolved, table, &span, &title);
                true
            }
            DeValue::Array(items) => {
                let Some(element) = resolved.get("items") else {
                    return true;
                };
                if items.is_empty() && resolved.get("minItems").is_some() {
                    self.problems
                        .span(span, format!("“{name}”至少要有一项"), None);
                    return false;
                }
                // Looked up once for the list: a plan has thousands of departments.
                let element = self.resolve(element);
                // A wrong table stays, without its wrong keys; a wrong scalar takes its list with it,
                // so that positions in a list never shift.
                let mut keep = true;
                for item in items.iter_mut() {
                    keep &= self.value(element, item, name);
                }
                keep
            }
            scalar => match broken_limit(resolved, scalar) {
                None => {
                    if let DeValue::String(text) = scalar {
                        self.no_harm(text, span);
                    }
                    true
                }
                Some(found) => {
                    let expected = self.expected(resolved);
                    self.problems
                        .span(span, format!("“{name}”应为{expected}，{found}"), None);
                    false
                }
            },
        }
    }

    /// What the reports and the terminal show of the plan can do no harm there.
    fn no_harm(&mut self, written: &str, span: Range<usize>) {
        if !may_be_harmful(written) || !written.contains(is_harmful) {
            return;
        }
        let lines = written.replace("\r\n", "\n");
        if let Some(c) = lines.chars().find(|c| is_harmful(*c)) {
            let code = u32::from(c);
            let what = format!("这里有看不见的控制字符（U+{code:04X}），请删去后重新输入");
            self.problems.span(span, what, None);
        }
    }

    fn mismatch(&mut self, schema: &'s Value, value: &Spanned<DeValue<'_>>, name: &str) -> bool {
        let help = match (text(schema, "type"), value.get_ref()) {
            (Some("array"), DeValue::Table(_)) if is_list_of_tables(schema) => {
                Some(format!("这一段可以有多个，段名要用两层方括号：[[{name}]]"))
            }
            (Some("object"), DeValue::Array(_)) => {
                Some(format!("这一段只有一个，段名用一层方括号：[{name}]"))
            }
            (Some("number" | "integer" | "boolean"), DeValue::String(text)) => {
                Some(advice(schema, name, text).unwrap_or_else(|| "不要加引号".to_owned()))
            }
            (Some("string"), DeValue::String(text)) if is_day(schema) => Some(
                advice(schema, name, text)
                    .unwrap_or_else(|| "日期不要加引号，如 2024-12-31".to_owned()),
            ),
            (Some("string"), DeValue::String(text)) => advice(schema, name, text),
            (Some("string"), DeValue::Datetime(when)) => {
                let when = when.to_string();
                advice(schema, name, &when).or_else(|| Some("要加英文双引号".to_owned()))
            }
            (Some("string"), DeValue::Integer(_) | DeValue::Float(_)) if !is_day(schema) => {
                Some("要加英文双引号".to_owned())
            }
            (Some("array"), DeValue::String(_)) => {
                Some("只有一项也要加方括号，如 [\"…\"]".to_owned())
            }
            _ => None,
        };
        let (expected, found) = (self.expected(schema), described(value.get_ref()));
        self.problems.span(
            value.span(),
            format!("“{name}”应为{expected}，这里是{found}"),
            help,
        );
        false
    }

    /// What a schema asks for, in words.
    fn expected(&self, schema: &'s Value) -> String {
        let schema = self.resolve(schema);
        if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
            return branches.iter().map(|b| self.expected(b)).joined("，或");
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            let choices = choices
                .iter()
                .filter_map(Value::as_str)
                .map(|c| format!("\"{c}\""))
                .joined("、");
            return format!(" {choices} 之一");
        }
        match text(schema, "type") {
            Some("string") if schema.get("format").is_some() => "日期，如 2024-12-31".to_owned(),
            Some("string") if schema.get("pattern").is_some() => "月份，如 \"2024-06\"".to_owned(),
            Some("string") => "加英文双引号的文字".to_owned(),
            Some("integer") => format!("{}整数", limits(schema)),
            Some("number") => format!("{}数", limits(schema)),
            Some("boolean") => "true 或 false".to_owned(),
            Some("array") => schema.get("items").map_or_else(
                || "列表".to_owned(),
                |i| format!("列表，每项为{}", self.expected(i)),
            ),
            Some("object") if schema.get("patternProperties").is_some() => {
                "月份表，如 { \"2024-06\" = … }".to_owned()
            }
            _ => "一段（表）".to_owned(),
        }
    }
}

fn text<'s>(schema: &'s Value, key: &str) -> Option<&'s str> {
    schema.get(key).and_then(Value::as_str)
}

fn is_list_of_tables(schema: &Value) -> bool {
    schema.get("items").is_some_and(|i| i.get("$ref").is_some())
}

/// A date rather than any text.
fn is_day(schema: &Value) -> bool {
    schema.get("format").is_some()
}

/// `1～31 的`, `大于 0 的` or nothing.
fn limits(schema: &Value) -> String {
    let limit = |key: &str| schema.get(key).filter(|v| v.is_number());
    match (
        limit("minimum"),
        limit("maximum"),
        limit("exclusiveMinimum"),
    ) {
        (Some(min), Some(max), _) => format!(" {min}～{max} 的"),
        (Some(min), None, _) => format!("不小于 {min} 的"),
        (_, _, Some(above)) => format!("大于 {above} 的"),
        _ => String::new(),
    }
}

/// `1～99 的` where a number is not what its schema allows.
pub(super) fn out_of_range(schema: &Value, number: f64) -> Option<String> {
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let fits = number.is_finite()
        && limit("minimum").is_none_or(|min| number >= min)
        && limit("maximum").is_none_or(|max| number <= max)
        && limit("exclusiveMinimum").is_none_or(|above| number > above);
    (!fits).then(|| limits(schema))
}

/// Whether a value has the type a schema asks for. Months and dates are types of their own.
fn accepts(schema: &Value, value: &DeValue<'_>) -> bool {
    let is = |key| text(schema, key);
    match (is("type"), value) {
        (Some("string"), DeValue::Datetime(when)) => {
            is("format") == Some("date") && civil_date(when).is_some()
        }
        (Some("string"), DeValue::String(text)) => {
            let among =
                |choices: &Vec<Value>| choices.iter().any(|c| c.as_str() == Some(text.as_ref()));
            is("format").is_none()
                && (is("pattern").is_none() || text.parse::<Period>().is_ok())
                && schema
                    .get("enum")
                    .and_then(Value::as_array)
                    .is_none_or(among)
        }
        (Some("integer"), DeValue::Integer(_))
        | (Some("number"), DeValue::Integer(_) | DeValue::Float(_))
        | (Some("boolean"), DeValue::Boolean(_))
        | (Some("array"), DeValue::Array(_))
        | (Some("object"), DeValue::Table(_)) => true,
        _ => false,
    }
}

/// What about a value of the right type is out of range.
fn broken_limit(schema: &Value, value: &DeValue<'_>) -> Option<String> {
    let number = match value {
        DeValue::String(text) => {
            let blank = schema.get("minLength").is_some() && text.trim().is_empty();
            return blank.then(|| "不能为空".to_owned());
        }
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
            .ok()
            .map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
        _ => return None,
    };
    let Some(number) = number.filter(|n| n.is_finite()) else {
        return Some("这里的数不能使用".to_owned());
    };
    out_of_range(schema, number).map(|_| format!("这里是 {number}"))
}

fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => {
            let short: String = text.chars().take(20).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("文字“{short}{more}”")
        }
        DeValue::Integer(n) => format!("整数 {n}"),
        DeValue::Float(n) => format!("小数 {n}"),
        DeValue::Boolean(b) => format!("{b}"),
        DeValue::Datetime(when) => format!("日期 {when}"),
        DeValue::Array(_) => "列表".to_owned(),
        DeValue::Table(_) => "表".to_owned(),
    }
}
