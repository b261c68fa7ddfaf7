//! What a number format code says about the number it shows: a percentage, a date, how many decimals.

use super::workbook::NumberFormat;

/// A built-in format id (ECMA-376 part 1, 18.8.30, and the East Asian ones); `None` for ids that need their code.
pub fn builtin(id: u32) -> Option<NumberFormat> {
    Some(match id {
        0 | 11 | 12 | 13 | 48 | 49 => NumberFormat::General,
        1 | 3 | 37 | 38 | 41 | 42 => NumberFormat::Fixed(0),
        2 | 4 | 39 | 40 | 43 | 44 => NumberFormat::Fixed(2),
        5 | 6 => NumberFormat::Fixed(0),
        7 | 8 => NumberFormat::Fixed(2),
        9 => NumberFormat::Percent(0),
        10 => NumberFormat::Percent(2),
        14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberFormat::Date,
        _ => return None,
    })
}

/// A format code such as `0.0%`, `#,##0.00_);[Red](#,##0.00)`, `yyyy"年"m"月"d"日"`. Its first section decides.
pub fn classify(code: &str) -> NumberFormat {
    let mut percent = false;
    let mut date = false;
    let mut digits = false;
    let mut scientific = false;
    let mut after_point = false;
    let mut decimals: u8 = 0;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                for q in chars.by_ref() {
                    if q == '"' {
                        break;
                    }
                }
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let mut inner = String::new();
                for q in chars.by_ref() {
                    if q == ']' {
                        break;
                    }
                    inner.push(q);
                }
                // [h], [mm], [ss] are elapsed time; the rest are colours, conditions and locales.
                let inner = inner.to_ascii_lowercase();
                date |= !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'm' | 's'));
            }
            ';' => break,
            '%' => percent = true,
            '0' | '#' | '?' => {
                digits = true;
                if after_point {
                    decimals = decimals.saturating_add(1);
                }
            }
            '.' => after_point = true,
            'E' | 'e' if digits && matches!(chars.peek(), Some('+' | '-')) => scientific = true,
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'm' | 'M' => date = true,
            _ => {}
        }
    }
    if percent {
        NumberFormat::Percent(decimals)
    } else if scientific {
        NumberFormat::General
    } else if date && !digits_only(code) {
        NumberFormat::Date
    } else if digits {
        NumberFormat::Fixed(decimals)
    } else {
        NumberFormat::General
    }
}

/// `General` holds letters that look like dates ('e' of an era is none of ours).
fn digits_only(code: &str) -> bool {
    code.eq_ignore_ascii_case("general") || code == "@"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_percentages_dates_and_decimals() {
        for (code, format) in [
            ("General", NumberFormat::General),
            ("@", NumberFormat::General),
            ("0", NumberFormat::Fixed(0)),
            ("0.00", NumberFormat::Fixed(2)),
            ("#,##0.00_);[Red]\\(#,##0.00\\)", NumberFormat::Fixed(2)),
            ("0%", NumberFormat::Percent(0)),
            ("0.0%", NumberFormat::Percent(1)),
            ("0.00E+00", NumberFormat::General),
            ("yyyy/m/d", NumberFormat::Date),
            ("yyyy\"年\"m\"月\"d\"日\";@", NumberFormat::Date),
            ("[$-804]yyyy-mm-dd", NumberFormat::Date),
            ("[h]:mm", NumberFormat::Date),
            ("0.0\"万平方米\"", NumberFormat::Fixed(1)),
            ("0\"%\"", NumberFormat::Fixed(0)),
        ] {
            assert_eq!(classify(code), format, "{code}");
        }
    }
}
