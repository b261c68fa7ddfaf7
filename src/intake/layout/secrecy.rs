//! Secrecy markings (F010).

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::intake::text;
use crate::intake::workbook::{CellRef, FileFault, Result, Sheet, Value};
use crate::plan::names;

/// Bytes of a cell that is looked at as a title.
const TITLE_BYTES: usize = 600;

/// The rows and cells at a sheet's end, and the bytes of each, that are looked at as a marking below the table.
const LAST_ROWS: u32 = 4;
const LAST_CELLS: usize = 32;
const LAST_BYTES: usize = 48;

/// F010 where a file's name bears a marking.
pub fn check_name(path: &str) -> Result {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    secret("", [(None, stem)])
}

/// F010, with the first marking and its place.
fn secret<'t>(sheet: &str, places: impl IntoIterator<Item = (Option<CellRef>, &'t str)>) -> Result {
    let mut places = places.into_iter();
    let found = places.find_map(|(cell, text)| Some((cell, marking(text)?)));
    found.map_or(Ok(()), |(cell, marking)| {
        Err(FileFault::Secret {
            sheet: sheet.to_owned(),
            cell,
            marking: text::one_line(&marking, 20),
        })
    })
}

/// Looks for a marking above a sheet's header, in the page's header and footer, in text boxes, titles of charts and comments, and in the sheet's name.
/// F010, with the first one and its place.
pub fn check(sheet: &Sheet, header_row: u32) -> Result {
    let above = sheet.cells.iter().take_while(|c| c.at.row < header_row);
    let last = sheet.cells.last().map_or(0, |cell| cell.at.row);
    // Below a table a short cell of its own may be one; of its rows' words none is.
    let below = sheet.cells.iter().rev().take(LAST_CELLS).filter(|cell| {
        cell.at.row + LAST_ROWS > last.max(header_row)
            && matches!(&cell.value, Value::Text(text) if text.len() <= LAST_BYTES)
    });
    let in_cells = above.chain(below).filter_map(|cell| match &cell.value {
        Value::Text(text) if text.len() <= TITLE_BYTES => Some((Some(cell.at), &**text)),
        _ => None,
    });
    let on_page = sheet.header_footer.iter().map(|line| (None, line.as_str()));
    let in_boxes = sheet.text_boxes.iter().map(|text| (None, text.as_str()));
    let in_comments = sheet.comments.iter().map(|c| (Some(c.at), c.text.as_str()));
    let asides = in_boxes.chain(in_comments);
    let asides = asides.filter(|(_, text)| text.len() <= TITLE_BYTES);
    let places = in_cells.chain(on_page).chain(asides);
    secret(&sheet.name, places.chain([(None, &*sheet.name)]))
}

/// The marking at the beginning or the end of one of a text's lines: 机密★1年, （秘 密）, 密级：绝密. The word inside a longer
/// one or inside a sentence is none.
fn marking(text: &str) -> Option<String> {
    // Every cell above and below a table is asked: the character's bytes are searched for together.
    SECRET.find(text.as_bytes())?;
    // Characters that stand one below the other are a line of their own: 机\n密.
    let is_column = text.lines().nth(1).is_some() && text.chars().count() <= COLUMN_CHARS;
    text.lines()
        .chain(is_column.then_some(text))
        .find_map(|line| {
            let line: Vec<char> = line.trim_matches(names::is_space).chars().collect();
            let found = (0..line.len())
                .filter_map(|at| range(&line, at))
                .find(|range| stands_apart(&line, range))?;
            Some(line[found].iter().collect())
        })
}

static SECRET: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("密"));

/// Characters of a text that may be one marking written downwards.
const COLUMN_CHARS: usize = 16;

fn spaces(line: &[char], from: usize) -> usize {
    let rest = line.iter().skip(from);
    rest.take_while(|c| names::is_space(**c)).count()
}

/// 文件, 资料 and 材料 belong to the marking where nothing but a bracket stands behind them.
fn with_paper(line: &[char], at: usize) -> usize {
    let word: String = line.iter().skip(at).take(2).collect();
    let behind = line.get(at + 2);
    let is_end =
        behind.is_none_or(|c| names::is_space(*c) || "()（）[]［］【】〔〕〖〗".contains(*c));
    if is_end && ["文件", "资料", "材料"].contains(&word.as_str()) {
        at + 2
    } else {
        at
    }
}

/// The marking that begins at a character, its term included.
fn range(line: &[char], at: usize) -> Option<Range<usize>> {
    if !matches!(line[at], '绝' | '机' | '秘' | '絕' | '機' | '祕') {
        return None;
    }
    let second = at + 1 + spaces(line, at + 1);
    // 机·密
    let has_point = line.get(second).is_some_and(|c| ".．·・•".contains(*c));
    let second = second + usize::from(has_point);
    if line.get(second) != Some(&'密') {
        return None;
    }
    // 机密级, 绝密件
    let has_rank = line.get(second + 1).is_some_and(|c| "级件".contains(*c));
    let mut end = with_paper(line, second + 1 + usize::from(has_rank));
    let mut next = end + spaces(line, end);
    let has_star = line.get(next).is_some_and(|c| "★☆※*＊·-".contains(*c));
    if has_star {
        end = next + usize::from(!"·-".contains(line[next]));
        next += 1;
        next += spaces(line, next);
    }
    // 机密（3年）
    let in_bracket = line.get(next).is_some_and(|c| "(（".contains(*c));
    next += usize::from(in_bracket);
    let rest: String = line[next..]
        .iter()
        .filter(|c| !names::is_space(**c))
        .collect();
    let rest = names::fold(&rest);
    let digits = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c));
    let digits = digits.count();
    let behind: String = rest.chars().skip(digits).collect();
    let unit = ["年", "个月", "月"]
        .iter()
        .find(|unit| behind.starts_with(**unit));
    let word = ["长期", "永久", "启用前"]
        .iter()
        .find(|word| rest.starts_with(**word));
    // Without a star four digits are a year of the title: 机密 2024年….
    let most = if has_star { 4 } else { 2 };
    let mut left = match (word, unit) {
        (Some(word), _) => word.chars().count(),
        (None, Some(unit)) if (1..=most).contains(&digits) => digits + unit.chars().count(),
        _ => 0,
    };
    while left > 0 && next < line.len() {
        left -= usize::from(!names::is_space(line[next]));
        next += 1;
        end = next;
    }
    if in_bracket && end == next && line.get(next).is_some_and(|c| ")）".contains(*c)) {
        end += 1;
    }
    Some(at..end)
}

/// Whether a marking stands at one end of its line, and is parted from what stands at the other: by brackets, by a gap wider than
/// those inside it, or by one before a word whose characters are not spaced themselves (秘 密 警 察 is one text). A star says so
/// by itself.
fn stands_apart(line: &[char], range: &Range<usize>) -> bool {
    let (before, behind) = (&line[..range.start], &line[range.end..]);
    let has_star = line[range.clone()].iter().any(|c| "★☆※".contains(*c));
    let gap = spaces(line, range.start + 1);
    let is_bracket =
        |c: &char| "()（）[]［］{}｛｝【】〔〕〖〗「」『』<>＜＞〈〉《》\"“”★☆※*＊".contains(*c);
    let is_break = |c: &char| is_bracket(c) || "-_—|:：·".contains(*c);
    let wide = |side: &mut dyn Iterator<Item = &char>| {
        let mut side = side.peekable();
        let mut spaces = 0;
        while side.next_if(|c| names::is_space(**c)).is_some() {
            spaces += 1;
        }
        let word = side.take_while(|c| !names::is_space(**c)).take(2).count();
        spaces > gap || spaces > 0 && word == 2
    };
    let label: String = before.iter().filter(|c| !names::is_space(**c)).collect();
    // 密级：, 保密等级：
    let is_labelled = label.ends_with([':', '：']) && label.contains('密');
    let is_empty = |side: &[char]| side.iter().all(|c| is_bracket(c) || names::is_space(*c));
    let parted_before = is_empty(before)
        || is_labelled
        || before.last().is_some_and(is_break)
        || wide(&mut before.iter().rev());
    let parted_behind =
        is_empty(behind) || behind.first().is_some_and(is_break) || wide(&mut behind.iter());
    let is_over = |c: &char| is_bracket(c) || names::is_space(*c) || ":：".contains(*c);
    let is_at_end = is_empty(before) || is_labelled || behind.iter().all(is_over);
    // Whatever term stands behind a star: 秘密★启封后公开.
    has_star || is_at_end && parted_before && parted_behind
}

#[cfg(test)]
mod tests {
    use super::marking;

    #[test]
    fn markings_are_told_from_running_text() {
        for (text, wanted) in [
            ("秘密★3年", "秘密★3年"),
            ("机密 ★ 1年", "机密 ★ 1年"),
            ("机 密 ★ 1 年", "机 密 ★ 1 年"),
            ("机\u{3000}密", "机\u{3000}密"),
            ("绝密", "绝密"),
            ("绝密·永久", "绝密·永久"),
            ("密级：机密", "机密"),
            ("机密★长期", "机密★长期"),
            ("秘密★三年", "秘密★三年"),
            ("秘密 5年", "秘密 5年"),
            ("（秘密）", "秘密"),
            ("【机密】", "机密"),
            ("机密★1年  2024年民生实事进展情况表", "机密★1年"),
            ("机密 2024年民生实事进展情况表", "机密"),
            ("2024年民生实事进展情况表（机密）", "机密"),
            ("2024年民生实事进展情况表\n秘密★10年", "秘密★10年"),
            ("机密-进展情况", "机密"),
            ("第1页 绝密", "绝密"),
            ("机 密 示例市重点工作进展情况表", "机 密"),
            ("秘   密 示例市重点工作进展情况表", "秘   密"),
            ("机 密 ★ 1 年 示例市重点工作", "机 密 ★ 1 年"),
            ("示例市重点工作进展情况表 绝　密", "绝　密"),
            ("示例市重点工作机密★1年", "机密★1年"),
            ("秘密★2025年12月解密", "秘密★2025年"),
            ("机\n密", "机\n密"),
            ("〖机密〗", "机密"),
            ("★绝密★", "绝密★"),
            ("秘密（3年）", "秘密（3年）"),
            ("示例市重点工作进展情况表 机密（3年）", "机密（3年）"),
            ("机密（示例）", "机密"),
            ("密 级：机 密", "机 密"),
            ("机密级★5年", "机密级★5年"),
            ("密级：秘密级", "秘密级"),
            ("绝密件", "绝密件"),
            ("机·密", "机·密"),
            ("機 密★3年", "機 密★3年"),
            ("机密：示例市重点工作进展情况表", "机密"),
            ("绝密·示例市重点工作", "绝密"),
            ("示例市重点工作进展情况表（机密文件）", "机密文件"),
            ("秘 密：", "秘 密"),
            ("秘密※", "秘密※"),
            ("示例市重点工作进展情况表 秘密★启封后公开", "秘密★"),
            (
                "示例市重点工作进展情况表 秘密★2025年12月31日",
                "秘密★2025年",
            ),
            ("示例市重点工作进展情况表 机密-长期", "机密-长期"),
        ] {
            assert_eq!(marking(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "保守商业秘密承诺书",
            "机密管理培训1次",
            "密级：",
            "密级：无",
            "秘密工作",
            "不涉及国家秘密",
            "秘密警察博物馆",
            "国家秘密载体销毁",
            "机密文件柜采购",
            "泄露秘密",
            "保 守 国 家 秘 密",
            "秘 密 警 察",
            "商 业 秘 密 保 护",
            "秘\n密\n警\n察",
            "机密、秘密事项不得填报",
            "涉密人员培训",
            "机密级设备采购",
            "机密件柜",
            "机密文件柜",
            "秘密资料管理员",
            "",
        ] {
            assert_eq!(marking(text), None, "{text}");
        }
    }
}
