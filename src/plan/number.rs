//! An Arabic number at the start of a text.

/// A number as read from text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// What it says.
    pub value: f64,
    /// One unit of its last digit: 0.1 for `9.6`.
    pub step: f64,
}

/// Half away from zero, in decimal: binary noise below the 15th digit does not decide (36.65 gives 36.7). Never −0.
pub fn round(value: f64, decimals: u8) -> f64 {
    let scale = 10f64.powi(i32::from(decimals));
    let scaled = value.abs() * scale;
    let rounded = (scaled + (scaled * 5e-15).min(1e-3)).round() / scale;
    if value < 0.0 && rounded != 0.0 {
        -rounded
    } else {
        rounded
    }
}

/// An Arabic number at the text's start and the bytes it takes. Separators count only in groups of three.
pub fn number(text: &str) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    let signs = [("-", true), ("负", true), ("+", false)];
    let sign = signs.iter().find(|(sign, _)| text.starts_with(sign));
    let (start, negative) = sign.map_or((0, false), |(sign, negative)| (sign.len(), *negative));
    let digits_from = |mut i: usize| {
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let mut end = digits_from(start);
    if end == start {
        return None;
    }
    let mut whole = text[start..end].to_owned();
    // 1,300 or 1 300 or 1'300: every group after the first has three digits, the first at most three.
    if end - start <= 3 {
        let mut grouped = end;
        let mut digits = whole.clone();
        let mut separator = None;
        while let Some(&sep) = bytes.get(grouped) {
            if !matches!(sep, b',' | b' ' | b'\'') || separator.is_some_and(|s| s != sep) {
                break;
            }
            let group = digits_from(grouped + 1);
            if group - grouped - 1 != 3 {
                break;
            }
            separator = Some(sep);
            digits.push_str(&text[grouped + 1..group]);
            grouped = group;
        }
        if grouped > end {
            whole = digits;
            end = grouped;
        }
    }
    let mut number = whole;
    let mut decimals = 0;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits_from(end + 1);
        if fraction > end + 1 {
            number.push_str(&text[end..fraction]);
            decimals = fraction - end - 1;
            end = fraction;
        }
    }
    let mut exponent = 0;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = digits_from(end + 1 + sign);
        if digits > end + 1 + sign && digits - end <= 5 {
            exponent = text[end + 1..digits].parse::<i32>().unwrap_or(0);
            number.push_str(&text[end..digits]);
            end = digits;
        }
    }
    let value: f64 = number.parse().ok()?;
    let value = if negative { -value } else { value };
    let step = 10f64.powi(exponent - i32::try_from(decimals).unwrap_or(15));
    Some((Number { value, step }, end))
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn rounds_as_people_do() {
        for (value, decimals, expected) in [
            (36.65, 1, 36.7),
            (4.9 / 20.0 * 100.0, 1, 24.5),
            (25.54, 1, 25.5),
            (-0.04, 1, 0.0),
            (-2.25, 1, -2.3),
            (3.9 - 3.71, 4, 0.19),
            (1e12, 4, 1e12),
            (1.0 / 3.0, 1, 0.3),
        ] {
            assert_eq!(
                round(value, decimals).to_bits(),
                f64::to_bits(expected),
                "{value}"
            );
        }
    }
}
