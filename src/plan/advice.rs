//! What a value in plan.toml should have been, said from what was written: 12万平方米, 60%, 3日, 2025年11月30日.
//!
//! The parser asks for quotation marks where it finds such a text, and the schema refuses it once it has them; both ask here
//! instead, so that a person is told once what the line should be.

use jiff::civil::Date;
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization as _;

use super::names::{is_han, is_space};
use super::number::number;
use super::{Period, Unit, numeral, schema};

/// The line as it should be; `None` where what was written tells nothing. `schema` is what the key asks for.
pub(super) fn advice(schema: &Value, key: &str, written: &str) -> Option<String> {
    let is = |key: &str, value: &str| schema.get(key).and_then(Value::as_str) == Some(value);
    let plain: String = written
        .trim()
        .trim_matches(['"', '\''])
        .nfkc()
        .filter(|c| !is_space(*c))
        .collect();
    let form = |value: &str| Some(format!("应写成 {key} = {value}"));
    if schema.get("pattern").is_some() {
        let (year, month, _) = parts(&plain)?;
        return form(&format!("\"{}\"", Period::new(year, month)?));
    }
    if is("format", "date") {
        return form(&day(&plain)?.to_string());
    }
    if is("type", "boolean") {
        let value = match plain.to_lowercase().as_str() {
            "是" | "√" | "true" | "yes" | "有" | "需要" => "true",
            "否" | "×" | "false" | "no" | "无" | "不需要" => "false",
            _ => return None,
        };
        return form(value);
    }
    if is("type", "number") || is("type", "integer") {
        let (value, unit) = figure(&plain)?;
        if is("type", "integer") && value.fract() != 0.0 {
            return None;
        }
        // A month's key asks for a share.
        if unit == "%" && key.trim_matches('"').parse::<Period>().is_ok() {
            return form(&(value / 100.0).to_string());
        }
        let line = form(&value.to_string())?;
        return Some(match key {
            "target" if Unit::parse(&unit).is_some() => {
                format!("{line}，计量单位另写一行 unit = \"{unit}\"")
            }
            _ if unit.is_empty() => format!("{line}，数字不加引号，用半角"),
            _ => format!("{line}，只写数字"),
        });
    }
    None
}

/// The first number of a text, Chinese ones too, and what stands behind it.
fn figure(plain: &str) -> Option<(f64, String)> {
    let start = plain.find(|c: char| c.is_ascii_digit() || numeral::is_numeral(c))?;
    let minus = if plain[..start].ends_with('-') {
        start - 1
    } else {
        start
    };
    if let Some((n, used)) = number(&plain[minus..]) {
        return Some((n.value, plain[minus + used..].to_owned()));
    }
    let run: String = plain[start..]
        .chars()
        .take_while(|c| numeral::is_numeral(*c))
        .collect();
    let value = numeral::read(&run)?;
    Some((value, plain[start + run.len()..].to_owned()))
}

/// Year, month and perhaps day of 2025年11月30日, 2025/11, 2025.11.30.
fn parts(plain: &str) -> Option<(i16, i8, Option<i8>)> {
    let mut groups = plain
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let year = groups.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = groups.next()?.parse().ok()?;
    let day = groups.next().map(str::parse).transpose().ok()?;
    groups.next().is_none().then_some((year, month, day))
}

/// A month without a day means its last one.
fn day(plain: &str) -> Option<Date> {
    let (year, month, day) = parts(plain)?;
    let first = Date::new(year, month, 1).ok()?;
    match day {
        Some(day) => Date::new(year, month, day).ok(),
        None => Some(first.last_of_month()),
    }
}

/// The key that a Chinese word describes: 年度目标 for `target`.
pub(super) fn described_as<'s>(
    properties: Option<&'s Map<String, Value>>,
    written: &str,
) -> Option<&'s str> {
    let written: String = written.chars().filter(|c| is_han(*c)).collect();
    let head = |schema: &'s Value| {
        let said = schema.get("description").and_then(Value::as_str)?;
        said.split(['；', '，', '：', '（']).next()
    };
    // Of several descriptions that hold the word the shortest says it best.
    let fits = properties?.iter().filter_map(|(key, schema)| {
        let head = head(schema).filter(|head| !written.is_empty() && head.contains(&written))?;
        Some((head.len(), key.as_str()))
    });
    fits.min().map(|(_, key)| key)
}

/// The section that a place lies in.
fn section(before: &str) -> Option<&'static Value> {
    let header = before
        .rsplit('\n')
        .find_map(|line| line.trim_start().strip_prefix('['))?;
    let name = header.trim_start_matches('[').split(']').next()?;
    let name = name.rsplit('.').next()?.trim();
    let root = schema::tidied();
    root.pointer(&format!("/$defs/{name}"))
        .or_else(|| root.pointer(&format!("/properties/{name}")))
}

/// Advice for a key that the parser could not read, such as 年度目标.
pub(super) fn key(text: &str, place: usize) -> Option<String> {
    let written = text.get(place..)?.split(['=', '\n']).next()?;
    let properties = section(text.get(..place)?)?.get("properties")?;
    let meant = described_as(properties.as_object(), written)?;
    Some(format!("是不是“{meant}”？"))
}

/// Advice for a value that the parser could not read: what stands behind the `=` in front of a place, and what the key
/// before it asks for.
pub(super) fn at(text: &str, place: usize) -> Option<String> {
    let before = text.get(..place)?;
    let line = before.rfind('\n').map_or(0, |n| n + 1);
    let head = before[line..].trim_end().strip_suffix('=')?.trim_end();
    let key = head.rsplit(['{', ',', '[']).next()?.trim();
    let rest = text.get(place..)?.lines().next()?;
    let end = if head.contains('{') {
        rest.find([',', '}'])
    } else {
        None
    };
    let written = rest.get(..end.unwrap_or(rest.len()))?;
    let written = written.split('#').next()?.trim();
    let of_month = key.trim_matches('"').parse::<Period>().is_ok();
    let named = if of_month {
        head.split('=').next()?.trim()
    } else {
        key
    };
    let root = schema::tidied();
    let resolved = |value: &'static Value| {
        let target = value.get("$ref").and_then(Value::as_str);
        target
            .and_then(|target| root.pointer(target.strip_prefix('#')?))
            .unwrap_or(value)
    };
    let own = [
        section(before).map(resolved),
        root.pointer("/$defs/reporter")
            .filter(|_| head.contains('{')),
    ];
    let mut own = own.into_iter().flatten();
    let asked = own.find_map(|table| table.get("properties")?.get(named))?;
    if of_month {
        let mut choices = asked
            .get("anyOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .chain([asked]);
        let months = choices.find_map(|choice| choice.get("patternProperties"))?;
        return advice(months.as_object()?.values().next()?, key, written);
    }
    let asked = resolved(asked);
    if asked.get("type").and_then(Value::as_str) == Some("string")
        && asked.get("format").is_none()
        && asked.get("pattern").is_none()
        && !written.is_empty()
        && !written.contains(['"', '\''])
    {
        return Some(format!("应写成 {key} = \"{written}\""));
    }
    advice(asked, key, written)
}
