//! What a number format code says about the number it shows: a percentage, a date, how many decimals.

use super::workbook::NumberFormat;

/// A format that workbooks refer to by its id alone (ECMA-376 part 1, 18.8.30; [MS-XLS] 2.4.126). The ids 27–36 and
/// 50–58 are dates and times in the East Asian editions. `None`: the workbook holds the code.
pub(crate) fn builtin(id: u32) -> Option<NumberFormat> {
    Some(match id {
        0 | 11..=13 | 48 | 49 => NumberFormat::General,
        1 | 3 | 5 | 6 | 37 | 38 | 41 | 42 => NumberFormat::Fixed(0),
        2 | 4 | 7 | 8 | 39 | 40 | 43 | 44 => NumberFormat::Fixed(2),
        9 => NumberFormat::Percent(0),
        10 => NumberFormat::Percent(2),
        14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberFormat::Date,
        _ => return None,
    })
}

/// Reads a format code such as `0.0%`, `#,##0.00_);[Red](#,##0.00)` or `yyyy"年"m"月"d"日"`. Its first section decides.
///
/// Scientific, fraction and scaled formats (`0.0,` and `0!.0,"万"`) are [`NumberFormat::General`]: the decimals they show
/// are not those of the number.
pub(crate) fn classify(code: &str) -> NumberFormat {
    // "General" and "G/通用格式" hold letters that would read as a date.
    let bare = code.trim_start();
    if bare.starts_with("G/")
        || bare
            .get(..7)
            .is_some_and(|g| g.eq_ignore_ascii_case("general"))
    {
        return NumberFormat::General;
    }
    let mut percent = false;
    let mut date = false;
    let mut scientific = false;
    let mut fraction = false;
    let mut digits = false;
    let mut decimals: Option<u8> = None;
    let mut scaled = false;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '!' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                // [h], [mm], [ss]: elapsed time; colours, conditions and locales say nothing.
                let first = inside.chars().next().map(|c| c.to_ascii_lowercase());
                date |= matches!(first, Some('h' | 'm' | 's'))
                    && inside
                        .chars()
                        .all(|c| c.eq_ignore_ascii_case(&first.unwrap_or(' ')));
            }
            '%' => percent = true,
            '0' | '#' | '?' => {
                digits = true;
                scaled = false;
                if let Some(n) = &mut decimals {
                    *n = n.saturating_add(1);
                }
            }
            '.' if digits || chars.peek().is_some_and(|c| matches!(c, '0' | '#' | '?')) => {
                decimals = decimals.or(Some(0));
            }
            ',' if digits => scaled = true,
            '/' if digits => fraction = true,
            'E' | 'e' if chars.peek().is_some_and(|c| matches!(c, '+' | '-')) => scientific = true,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' => date = true,
            _ => {}
        }
    }
    match () {
        () if date => NumberFormat::Date,
        () if percent => NumberFormat::Percent(decimals.unwrap_or(0)),
        () if scientific || fraction || scaled || !digits => NumberFormat::General,
        () => NumberFormat::Fixed(decimals.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_codes_that_arrive() {
        for (format, codes) in [
            (
                NumberFormat::General,
                &[
                    "General",
                    "G/通用格式",
                    "@",
                    "0.00E+00",
                    "# ?/?",
                    "0!.0,\"万\"",
                    "0.0,",
                    "",
                    "\"",
                    "[",
                    "\\",
                ][..],
            ),
            (NumberFormat::Fixed(0), &["0", "0\"%\"", "\"day\"0"][..]),
            (
                NumberFormat::Fixed(2),
                &["0.00", "#,##0.00_);[Red]\\(#,##0.00\\)", "0.00\"万㎡\""][..],
            ),
            (NumberFormat::Percent(1), &["0.0%"][..]),
            (NumberFormat::Percent(0), &["0%"][..]),
            (
                NumberFormat::Date,
                &["yyyy\"年\"m\"月\"d\"日\";@", "[$-804]yyyy/m/d", "[h]:mm"][..],
            ),
            (NumberFormat::Fixed(1), &["[Red]0.0"][..]),
        ] {
            for code in codes {
                assert_eq!(classify(code), format, "{code}");
            }
        }
    }
}
