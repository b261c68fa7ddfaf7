//! Months that titles, sheets' and files' names speak of.

use crate::plan::Period;
use crate::plan::names;

/// Month names such as 6月 or 2024年6月 in a title or sheet name; a range gives its last month, a date (6月5日) none.
pub fn period_in(raw: &str, default_year: i16) -> Option<Period> {
    let folded: Vec<char> = names::fold(raw).chars().collect();
    let mut year = default_year;
    let mut found = None;
    let mut i = 0;
    while i < folded.len() {
        if !folded[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < folded.len() && folded[i].is_ascii_digit() {
            i += 1;
        }
        let digits: String = folded[start..i].iter().collect();
        let next = folded.get(i).copied();
        let after = folded.get(i + 1).copied();
        match (digits.len(), next) {
            (4, Some('年')) => year = digits.parse().unwrap_or(year),
            (1 | 2, Some('月')) if !after.is_some_and(|c| c.is_ascii_digit()) => {
                found = digits
                    .parse()
                    .ok()
                    .and_then(|m| Period::new(year, m))
                    .or(found);
            }
            // 2024-06, 2024.6
            (4, Some('-' | '.' | '_')) if after.is_some_and(|c| c.is_ascii_digit()) => {
                let month: String = folded[i + 1..]
                    .iter()
                    .take_while(|c| c.is_ascii_digit())
                    .collect();
                let behind = folded.get(i + 1 + month.len()).copied();
                if (1..=2).contains(&month.len()) && !matches!(behind, Some('-' | '.')) {
                    found = digits
                        .parse()
                        .ok()
                        .zip(month.parse().ok())
                        .and_then(|(y, m)| Period::new(y, m))
                        .or(found);
                    i += 1 + month.len();
                }
            }
            // 202406
            (6, _) => {
                found = digits[..4]
                    .parse()
                    .ok()
                    .zip(digits[4..].parse().ok())
                    .and_then(|(y, m)| Period::new(y, m))
                    .or(found);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_titles_and_names() {
        let read = |raw: &str| period_in(raw, 2024).map(|p| p.to_string());
        assert_eq!(
            read("示例区2024年民生实事5月进展情况报送表").as_deref(),
            Some("2024-05")
        );
        assert_eq!(
            read("建设局2023年12月报送表.xlsx").as_deref(),
            Some("2023-12")
        );
        assert_eq!(read("1-6月进展").as_deref(), Some("2024-06"));
        assert_eq!(read("公共服务局报送表（6月）").as_deref(), Some("2024-06"));
        assert_eq!(read("报送表202406").as_deref(), Some("2024-06"));
        assert_eq!(read("2024-06报送").as_deref(), Some("2024-06"));
        assert_eq!(read("请于7月5日前报送"), None);
        assert_eq!(read("2024年民生实事"), None);
    }
}
