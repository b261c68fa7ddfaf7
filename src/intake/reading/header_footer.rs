//! Page headers and footers as spreadsheet programs store them: `&L…&C…&R…` with formatting codes between.

/// The texts of the left, centre and right sections without codes, blank ones left out.
pub(crate) fn sections(stored: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut text = String::new();
    let mut chars = stored.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => text.push('&'),
            Some('L' | 'C' | 'R' | 'l' | 'c' | 'r') => texts.push(std::mem::take(&mut text)),
            // A font name and style.
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            // A colour: six hexadecimal digits, or a theme colour with its tint.
            Some('K') => {
                for _ in 0..6 {
                    chars.next_if(|c| c.is_ascii_hexdigit() || matches!(c, '+' | '-'));
                }
            }
            // A size in points.
            Some(d) if d.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            // Page, pages, date, time, file, sheet, picture, bold, italic and the like.
            Some(_) | None => {}
        }
    }
    texts.push(text);
    texts.retain_mut(|t| {
        let trimmed = t.trim();
        if trimmed.len() != t.len() {
            *t = trimmed.to_owned();
        }
        !t.is_empty()
    });
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_dropped_and_texts_kept() {
        assert_eq!(
            sections("&L&\"黑体,常规\"&12示例&C&K000000标题&&&R&D第&P页，共&N页"),
            ["示例", "标题&", "第页，共页"]
        );
        assert_eq!(sections("没有代码"), ["没有代码"]);
        assert!(sections("&C&P").is_empty());
        assert!(sections("&").is_empty());
    }
}
