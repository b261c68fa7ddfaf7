//! What header texts mean.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::calendar::{self, Day};
use crate::intake::field::{ElementField, Field};
use crate::intake::memory::Memory;
use crate::plan::names;

/// What a header text means, before its neighbours are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Field(Field),
    /// 单位: a unit beside an indicator column only.
    PlainUnit,
}

/// Characters of a header text at most: a cell of prose is none.
const LONGEST: usize = 40;

/// Longer than any header text, its explanations in brackets included.
pub const HEADER_BYTES: usize = 600;

/// A header text folded, without brackets and marks; `None` where it is too long.
fn key(raw: &str) -> Option<String> {
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

fn by_header<F: Copy>(
    all: &[F],
    headers: fn(F) -> &'static [&'static str],
) -> HashMap<&'static str, F> {
    all.iter()
        .flat_map(|field| headers(*field).iter().map(|header| (*header, *field)))
        .collect()
}

static FIELDS: LazyLock<HashMap<&str, Field>> =
    LazyLock::new(|| by_header(&Field::ALL, Field::headers));
static ELEMENTS: LazyLock<HashMap<&str, ElementField>> =
    LazyLock::new(|| by_header(&ElementField::ALL, ElementField::headers));

/// Texts whose meaning is kept at most; no form has as many.
const KEPT: usize = 8192;

thread_local! {
    /// What header texts mean: the same ones stand in every department's workbook. It saves about a tenth of a run.
    static MEANINGS: RefCell<Memory<Option<Meaning>>> = RefCell::new(Memory::new(KEPT));
}

/// What a text means in a report's header.
pub fn meaning(raw: &str) -> Option<Meaning> {
    // Prose is no header text, and nothing to keep.
    if raw.len() > HEADER_BYTES {
        return None;
    }
    MEANINGS.with_borrow_mut(|kept| {
        kept.get(raw.as_bytes()).unwrap_or_else(|| {
            let meaning = read(raw);
            kept.put(raw.as_bytes(), &meaning);
            meaning
        })
    })
}

fn read(raw: &str) -> Option<Meaning> {
    let key = key(raw)?;
    if key == "单位" {
        return Some(Meaning::PlainUnit);
    }
    let named = |key: &str| FIELDS.get(key).copied();
    named(&key)
        .or_else(|| {
            // 2024年工作任务, 2024年度目标: the year says nothing about the field.
            let rest = behind_year(&key)?;
            named(rest).or_else(|| named(&format!("年度{rest}")))
        })
        .or_else(|| cumulative(&key).map(|_| Field::Cumulative))
        .map(Meaning::Field)
}

/// What a text means in the header of a 工作方案.
pub fn element(raw: &str) -> Option<ElementField> {
    ELEMENTS.get(key(raw)?.as_str()).copied()
}

fn behind_year(key: &str) -> Option<&str> {
    let (mention, rest) = calendar::at_start(key)?;
    mention.months.is_none().then_some(rest)
}

/// The month that a header such as 1-6月累计 or 截至6月底累计 ends in.
pub fn last_month(raw: &str) -> Option<i8> {
    let month = i8::try_from(cumulative(&key(raw)?)?).ok()?;
    (1..=12).contains(&month).then_some(month)
}

/// The last month of months before words of accumulation.
fn cumulative(key: &str) -> Option<u32> {
    let from = key.trim_start_matches("截至").trim_start_matches("截止");
    let (mention, rest) = calendar::at_start(from)?;
    let (first, last) = mention.months?;
    let is_month = from[..from.len() - rest.len()].contains('月')
        && matches!(mention.day, None | Some(Day::End));
    let is_sum = rest.starts_with("累计") && rest.chars().count() <= 6
        || first != last && matches!(rest, "完成" | "完成数" | "完成情况" | "完成量");
    (is_month && is_sum).then_some(last)
}

/// The official header that a text resembles most, for a message.
pub fn nearest(raw: &str) -> Option<&'static str> {
    let key = key(raw)?;
    FIELDS
        .iter()
        .map(|(header, field)| (field, strsim::normalized_damerau_levenshtein(&key, header)))
        .filter(|(_, score)| *score >= 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)))
        .map(|(field, _)| field.chinese())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_by_meaning() {
        for (raw, want) in [
            ("累计\n完成", Field::Cumulative),
            ("项 目 名 称", Field::Task),
            ("累计完成（公里）", Field::Cumulative),
            ("1-6月累计", Field::Cumulative),
            ("1—6月累计完成", Field::Cumulative),
            ("截至6月底累计完成", Field::Cumulative),
            ("2024年工作任务", Field::Indicator),
            ("2024年度目标", Field::Target),
            ("Ｎｏ．", Field::No),
            ("完成率(%)", Field::Rate),
            ("存在的困难和问题", Field::Problems),
        ] {
            assert_eq!(meaning(raw), Some(Meaning::Field(want)), "{raw}");
        }
        for raw in ["施工单位", "6月5日", "联系电话", "完成时限", ""] {
            assert_eq!(meaning(raw), None, "{raw}");
        }
        assert_eq!(last_month("1-6月累计"), Some(6));
        assert_eq!(last_month("累计完成"), None);
    }
}
