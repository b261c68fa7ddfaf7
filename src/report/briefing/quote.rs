//! A department's own words in the office's sentence: on one line, trimmed at a sentence's end.

/// The text trimmed to about `max` characters, where a sentence of it ends: up to twice as long where the first sentence is.
/// Only where that is longer still does it end at a clause, with …… . Ends without a stop, for the caller's sentence to go on.
pub fn quote(text: &str, max: usize) -> String {
    let flat = flatten(text);
    let chars: Vec<char> = flat.chars().collect();
    if chars.len() <= max {
        return strip_stop(&flat).to_owned();
    }
    let cut = |stops: &[char]| {
        chars[..=max.min(chars.len() - 1)]
            .iter()
            .rposition(|c| stops.contains(c))
    };
    if let Some(at) = cut(&['。', '！', '？', '；']) {
        return strip_stop(&chars[..at].iter().collect::<String>()).to_owned();
    }
    let end = chars
        .iter()
        .position(|c| matches!(c, '。' | '！' | '？' | '；'))
        .unwrap_or(chars.len());
    if end <= 2 * max {
        return strip_stop(&chars[..end].iter().collect::<String>()).to_owned();
    }
    let at = cut(&['，', '、', ','])
        .filter(|&at| at >= max / 3)
        .unwrap_or(max);
    format!("{}……", chars[..at].iter().collect::<String>())
}

/// Line breaks and runs of spaces become the punctuation they stand for; half-width stops after Chinese become full-width.
fn flatten(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if !out.is_empty() && !out.ends_with(['。', '；', '，', '、', '：', '！', '？', ';', ','])
        {
            out.push('；');
        }
        out.push_str(line);
    }
    let chars: Vec<char> = out.chars().collect();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut flat = String::with_capacity(out.len());
    for (ix, &c) in chars.iter().enumerate() {
        let before = ix.checked_sub(1).map(|i| chars[i]);
        let after = chars.get(ix + 1).copied();
        let chinese = before.is_some_and(|b| is_han(b) || matches!(b, '）' | '”' | '%'))
            && !after.is_some_and(|a| a.is_ascii_digit() && c != ';');
        match c {
            ',' if chinese => flat.push('，'),
            ';' if chinese => flat.push('；'),
            '.' if chinese && after.is_none_or(is_han) => flat.push('。'),
            ':' if chinese => flat.push('：'),
            c if c.is_whitespace() => {
                let latin = |x: Option<char>| x.is_some_and(|x| x.is_ascii_alphanumeric());
                if latin(before) && latin(after) {
                    flat.push(' ');
                }
            }
            c if c.is_control() => {}
            c => flat.push(c),
        }
    }
    flat
}

fn strip_stop(text: &str) -> &str {
    text.trim_end_matches(['。', '；', '，', '、', '.', ';', ',', '！', '：'])
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn ends_where_a_sentence_ends() {
        assert_eq!(
            quote("管材未到场。\n施工许可尚未办结。", 40),
            "管材未到场。施工许可尚未办结"
        );
        assert_eq!(
            quote("管材未到场。施工许可尚未办结，正在协调。", 12),
            "管材未到场"
        );
        assert_eq!(
            quote("管材未到场，施工许可尚未办结。正在协调。", 10),
            "管材未到场，施工许可尚未办结"
        );
        assert_eq!(
            quote("管材未到场，施工许可尚未办结且正在协调之中。", 8),
            "管材未到场……"
        );
        assert_eq!(quote("一\n二", 10), "一；二");
        assert_eq!(quote("完成 3.5 公里,占 40%", 30), "完成3.5公里，占40%");
        assert_eq!(quote("", 10), "");
    }
}
