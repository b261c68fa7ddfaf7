//! Title, issuer and year, from what stands before the table.

use super::mask::{half_width, length};
use super::table::{Piece, join_lines};
use super::{Notice, Words};

/// What a title ends with beyond the tasks' own name, longest first.
const TAILS: Words = Words(
    "工作目标任务分解表 目标任务分解表 工作任务分解表 工作目标任务 任务分解表 目标任务 工作任务 \
    任务清单 责任清单 工作清单 责任分解表 项目清单 分解表 任务表 一览表 项目表 清单",
);

const BODIES: Words =
    Words("办公室 人民政府 政府 委员会 管委会 领导小组 专班 街道办事处 局 委 厅 办 部 中心");

pub(super) fn complete(notice: &mut Notice, pieces: &[Piece]) {
    let before: Vec<String> = pieces
        .iter()
        .take_while(|p| !matches!(p, Piece::Table(rows) if rows.len() > 1))
        .filter_map(|p| match p {
            Piece::Paragraph(text) => Some(join_lines(text)),
            Piece::Table(_) => None,
        })
        .filter(|t| !t.is_empty())
        .collect();
    if let Some((title, year)) = before
        .iter()
        .rev()
        .filter(|t| length(t) <= 60 && !t.ends_with('。'))
        .find_map(|t| titled(t))
    {
        notice.title = title;
        notice.year = Some(year);
    }
    if notice.year.is_none() {
        notice.year = before
            .iter()
            .find_map(|t| year(t))
            .map(|(year, _)| year)
            .or_else(|| heading_year(pieces));
    }
    if let Some(issuer) = before.iter().take(5).find_map(|t| issuing_body(t)) {
        notice.issuer = issuer;
    }
}

/// A line that names the tasks of a year: the name without 附件 before it and 目标任务 behind it.
fn titled(line: &str) -> Option<(String, i16)> {
    let (year, _) = year(line)?;
    let tail = TAILS.at_end(line);
    let named = tail.is_some() || line.contains("实事") || line.contains("任务");
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

/// 2024年工作任务 in the table's own headings.
fn heading_year(pieces: &[Piece]) -> Option<i16> {
    pieces.iter().find_map(|p| match p {
        Piece::Table(rows) => rows
            .iter()
            .take(3)
            .flatten()
            .find_map(|c| year(&c.text))
            .map(|(year, _)| year),
        Piece::Paragraph(_) => None,
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
