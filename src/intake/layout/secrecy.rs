//! Secrecy markings (F010).

use crate::intake::text;
use crate::intake::workbook::{FileFault, Sheet, Value};
use crate::plan::names;

/// Looks for a marking above a sheet's header and in the page's header and footer.
///
/// # Errors
/// F010, with the first marking and its place.
pub fn check(sheet: &Sheet, header_row: u32) -> Result<(), FileFault> {
    let above = sheet.cells.iter().take_while(|c| c.at.row < header_row);
    let in_cells = above.filter_map(|cell| match &cell.value {
        Value::Text(text) => Some((Some(cell.at), &**text)),
        _ => None,
    });
    let lines = sheet.header_footer.iter();
    let on_page = lines.flat_map(|line| line.split(names::is_space).map(|word| (None, word)));
    match in_cells.chain(on_page).find(|(_, text)| is_marking(text)) {
        None => Ok(()),
        Some((cell, marking)) => Err(FileFault::Secret {
            sheet: sheet.name.to_string(),
            cell,
            marking: text::one_line(marking, 20),
        }),
    }
}

/// Whether a text is nothing but a marking, e.g. 机密★1年 or 密级：秘密.
fn is_marking(text: &str) -> bool {
    if text.len() > 200 || !text.contains('密') {
        return false;
    }
    let key = names::fold(text);
    let key = key
        .strip_prefix("密级")
        .map_or(&*key, |rest| rest.trim_start_matches(':'));
    let word = ["绝密", "机密", "秘密"];
    word.iter().any(|word| {
        key.strip_prefix(word).is_some_and(|rest| {
            let term = rest.trim_start_matches(['★', '☆', '*']);
            let years = term.trim_end_matches(['年', '月', '个']);
            matches!(term, "" | "长期" | "启用前")
                || term.ends_with(['年', '月']) && years.chars().all(|c| c.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_marking;

    #[test]
    fn markings_are_told_from_running_text() {
        for text in ["秘密★3年", "机密 ★ 1年", "绝密", "密级：机密", "机密★长期"]
        {
            assert!(is_marking(text), "{text}");
        }
        for text in [
            "保守商业秘密承诺书",
            "机密管理培训1次",
            "密级：",
            "秘密工作",
            "",
        ] {
            assert!(!is_marking(text), "{text}");
        }
    }
}
