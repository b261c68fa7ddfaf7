//! Title, issuer and year, from what stands before the table.

use super::due::due;
use super::figure::scan;
use super::mask::{Masked, half_width, length};
use super::table::{Line, Piece, Place, is_note, is_page_number};
use super::{NotTaken, Notice, Words, outline};
use crate::plan::numeral;

/// What a title ends with beyond the tasks' own name, longest first.
const TAILS: Words = Words(
    "工作目标任务分解表 目标任务分解表 工作任务分解表 工作目标任务 任务分解表 目标任务 工作任务 \
    任务清单 责任清单 工作清单 责任分解表 项目清单 分解表 任务表 一览表 项目表 清单",
);

const BODIES: Words =
    Words("办公室 人民政府 政府 委员会 管委会 领导小组 专班 街道办事处 局 委 厅 办 部 中心");

/// A line outside the tasks.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    pub place: Place,
    pub text: String,
    /// Before the first task.
    pub is_before: bool,
}

/// Reads title, issuer, year and due day from the lines outside the tasks, and lists what says nothing else.
pub(super) fn complete(notice: &mut Notice, outside: &[Outside]) {
    let before: Vec<&str> = outside
        .iter()
        .filter(|line| line.is_before)
        .map(|line| line.text.as_str())
        .collect();
    let short = |t: &&str| length(t) <= 60 && !t.ends_with('。');
    let found = before
        .iter()
        .copied()
        .rev()
        .filter(short)
        .find_map(titled)
        .or_else(|| before.iter().copied().find_map(|t| titled(announced(t)?)));
    if let Some((title, year)) = found {
        notice.title = title;
        notice.year = Some(year);
    }
    if notice.year.is_none() {
        notice.year = before.iter().find_map(|t| year(t)).map(|(year, _)| year);
    }
    if let Some(issuer) = before.iter().take(5).find_map(|t| issuing_body(t)) {
        notice.issuer = issuer;
    }
    for line in outside {
        list(notice, line);
    }
}

/// 云岭市2025年重点工作任务清单 of 关于印发《云岭市2025年重点工作任务清单》的通知.
fn announced(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("印发")?;
    let name = match rest.split_once('《') {
        Some((_, name)) => name.split_once('》')?.0,
        None => rest.strip_suffix("的通知")?,
    };
    Some(name.trim())
}

/// What of a line outside the tasks is taken, and what it is otherwise.
fn list(notice: &mut Notice, line: &Outside) {
    if let Some(what) = formal(&line.text).or_else(|| heading_line(line)) {
        notice
            .left
            .push(NotTaken::formal(line.place, &line.text, what));
        return;
    }
    for sentence in line.text.split_inclusive(['。', '！', '；']) {
        let sentence = sentence.trim();
        if sentence.is_empty() {
            continue;
        }
        if let Some(due) = due(sentence) {
            if notice.due.as_ref().is_none_or(|old| due.outranks(old)) {
                notice.due = Some(due);
            }
            continue;
        }
        let figures = scan(&Masked::new(sentence), 2000).figures;
        let counts_tasks = |unit: &str| matches!(unit, "项" | "件");
        let tasks = notice.rows.len();
        let is_count = figures.len() == 1
            && figures.iter().all(|f| counts_tasks(&f.unit))
            && Words("实事 任务 项目 工作").within(sentence).is_some();
        let left = if is_count && line.is_before {
            let said = figures.first().map_or(0.0, |f| f.value);
            if (said - f64::from(u32::try_from(tasks).unwrap_or(u32::MAX))).abs() < 0.5 {
                NotTaken::formal(line.place, sentence, "所说的任务数与读到的相同")
            } else {
                let why = format!("写明有 {said} 项，实际读到 {tasks} 项，请核对有无遗漏");
                NotTaken::new(line.place, sentence, &why)
            }
        } else if line.is_before && figures.is_empty() {
            NotTaken::formal(line.place, sentence, "任务前的说明")
        } else if is_note(sentence) {
            NotTaken::new(line.place, sentence, "注，不作任务")
        } else {
            NotTaken::new(line.place, sentence, "不在任务表或任务段落内")
        };
        notice.left.push(left);
    }
}

/// The notice's titles.
fn heading_line(line: &Outside) -> Option<&'static str> {
    let text = line.text.as_str();
    let is_short = length(text) <= 60 && !text.contains(['。', '；']);
    let is_title = Words("通知 意见 方案 函").at_end(text).is_some()
        || text.starts_with("关于")
        || titled(text).is_some()
        || TAILS.at_end(text).is_some();
    (line.is_before && is_short && is_title).then_some("标题")
}

/// What a line of the notice's frame is: 文号, 称谓, 署名, 日期, 附件, 页码.
pub(super) fn formal(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let bare: String = text.split_whitespace().collect();
    let starts = |words: &'static str| Words(words).at_start(&bare).is_some();
    if is_page_number(text) {
        return Some("页码");
    }
    if length(&bare) > 100 || bare.contains(['。', '；']) && !starts("抄送 （此件 (此件") {
        return None;
    }
    if starts("附件") {
        return Some("附件标志");
    }
    if bare.ends_with('号') && bare.contains(['〔', '[', '［']) && length(&bare) <= 30 {
        return Some("文号");
    }
    if is_date(&bare) {
        return Some("日期");
    }
    if bare.ends_with(['：', ':'])
        && starts("各")
        && Words("政府 部门 单位 街道 局").within(&bare).is_some()
    {
        return Some("称谓");
    }
    if starts("抄送 主送 （此件 (此件 联系人 （联系人 (联系人")
        || (bare.ends_with("印发") && !bare.contains('，'))
    {
        return Some("版记");
    }
    let is_body =
        !bare.contains("关于") && issuing_body(text).is_some() && super::verbs::at(&bare).is_none();
    (is_body && outline::marker(text).is_none()).then_some("署名")
}

/// 2025年1月20日, 二〇二五年一月二十日.
fn is_date(text: &str) -> bool {
    let mut rest = text;
    for sign in ['年', '月', '日'] {
        let Some((head, tail)) = rest.split_once(sign) else {
            return false;
        };
        let is_number =
            |c: char| half_width(c).is_ascii_digit() || numeral::is_numeral(c) || c == '○';
        if head.is_empty() || !head.chars().all(is_number) {
            return false;
        }
        rest = tail;
    }
    rest.trim_matches(['印', '发', '）', ')']).is_empty()
}

/// A line that names the tasks of a year: the name without 附件 before it and 目标任务 behind it.
fn titled(line: &str) -> Option<(String, i16)> {
    let (year, _) = year(line)?;
    let tail = TAILS.at_end(line);
    let named = tail.is_some()
        || Words("实事 任务 重点工作 工作要点 目标")
            .within(line)
            .is_some();
    // The notice's own title and what it refers to are no names of the table.
    if !named || line.contains('《') || line.contains("关于") || line.ends_with("通知") {
        return None;
    }
    let line = line
        .split_once(['：', ':'])
        .filter(|(label, _)| label.starts_with("附件"))
        .map_or(line, |(_, rest)| rest);
    let name = tail.map_or(line, |tail| line.strip_suffix(tail).unwrap_or(line));
    (length(name) >= 4).then(|| (name.trim().to_owned(), year))
}

/// The first year of a text (2000–2099) and the bytes behind its 年.
pub(super) fn year(text: &str) -> Option<(i16, usize)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('年') {
        let end = from + at;
        from = end + '年'.len_utf8();
        let digits = text[..end].char_indices().rev().take(4).last();
        let digits: String = text[digits.map_or(end, |(start, _)| start)..end]
            .chars()
            .map(half_width)
            .collect();
        if digits.len() == 4
            && let Ok(year) = digits.parse::<i16>()
            && (2000..2100).contains(&year)
        {
            return Some((year, from));
        }
    }
    None
}

/// 2024年工作任务 in the tables' own headings.
pub(super) fn heading_year(pieces: &[Piece]) -> Option<i16> {
    pieces.iter().find_map(|p| match p {
        Piece::Table(lines) => lines
            .iter()
            .take(3)
            .flat_map(Line::texts)
            .find_map(year)
            .map(|(year, _)| year),
        Piece::Paragraph(..) => None,
    })
}

/// The body a notice's first lines name: alone on its line, or before 关于.
fn issuing_body(line: &str) -> Option<String> {
    let name = line
        .split_once("关于")
        .map_or(line, |(body, _)| body)
        .trim();
    let fits = (4..=40).contains(&length(name)) && !name.contains(['，', '。', '：', '、', '《']);
    (fits && BODIES.at_end(name).is_some()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_tasks_name_and_year() {
        assert_eq!(
            titled("示例新区2025年民生实事项目清单"),
            Some(("示例新区2025年民生实事".to_owned(), 2025))
        );
        assert_eq!(
            titled("附件：示例县2025年重点民生实事任务分解表"),
            Some(("示例县2025年重点民生实事".to_owned(), 2025))
        );
        assert_eq!(titled("关于印发2025年重点民生实事的通知"), None);
        assert_eq!(
            issuing_body("示例县人民政府办公室关于印发任务的通知").as_deref(),
            Some("示例县人民政府办公室")
        );
        assert_eq!(issuing_body("各镇人民政府、有关部门："), None);
    }
}
