//! Numbers as spreadsheet programs show them.

/// A number in at most 15 significant digits, as spreadsheet programs show it.
pub fn number_text(n: f64) -> String {
    if n == 0.0 {
        return "0".to_owned();
    }
    if n.abs() < 1e-9 || n.abs() >= 1e15 {
        return format!("{n:e}");
    }
    if let Some(text) = plain_decimal(n) {
        return text;
    }
    if let Some((digits, decimals)) = fifteen(n.abs()) {
        return decimal_text(n < 0.0, digits, decimals);
    }
    // The shortest text that reads back has 15 digits or fewer for nearly every number someone typed.
    let shortest = n.to_string();
    let leading = shortest.trim_start_matches(['-', '0', '.']);
    if leading.bytes().filter(u8::is_ascii_digit).count() <= 15 {
        return shortest;
    }
    #[expect(clippy::cast_possible_truncation, reason = "between -9 and 15 by the check above")]
    let digits = 14 - n.abs().log10().floor() as i32;
    let text = format!("{:.*}", usize::try_from(digits.clamp(0, 23)).unwrap_or(0), n);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number of few digits, at most four of them behind the point, as nearly every number someone typed: whole units and their
/// decimals. A decimal of up to 15 digits that is this very number is the shortest text for it.
struct Short {
    before: u64,
    /// Without the zeros at their end.
    behind: u64,
    decimals: u32,
}

fn short(n: f64) -> Option<Short> {
    const SCALES: [(f64, u64, u32); 3] = [(1.0, 1, 0), (100.0, 100, 2), (10_000.0, 10_000, 4)];
    let size = n.abs();
    if size >= 1e11 {
        return None;
    }
    let (scale, whole, mut decimals) = SCALES.into_iter().find(|(scale, ..)| {
        let scaled = (size * scale).round();
        (scaled / scale).total_cmp(&size).is_eq()
    })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 1e15")]
    let digits = (size * scale).round() as u64;
    let (before, mut behind) = (digits / whole, digits % whole);
    while decimals > 0 && behind % 10 == 0 {
        behind /= 10;
        decimals -= 1;
    }
    Some(Short { before, behind, decimals })
}

fn plain_decimal(n: f64) -> Option<String> {
    let Short { before, behind, decimals } = short(n)?;
    let mut text = String::with_capacity(20);
    if n < 0.0 {
        text.push('-');
    }
    push_digits(&mut text, before, 1);
    if decimals > 0 {
        text.push('.');
        push_digits(&mut text, behind, decimals);
    }
    Some(text)
}

/// A number's first fifteen significant digits, and how many of them stand behind the point: what is left of it is less than
/// half of the last. `None` where that cannot be told by one multiplication.
fn fifteen(size: f64) -> Option<(u64, u32)> {
    const LEAST: f64 = 1e14;
    #[expect(clippy::cast_possible_truncation, reason = "between 1e-9 and 1e15")]
    let decimals = 14i32.saturating_sub(size.log10().floor() as i32);
    // Up to here powers of ten are exact, and so is a whole number below 2^53: a quotient of both is the nearest there is to
    // the decimal, as reading its text gives.
    let decimals = u32::try_from(decimals).ok().filter(|d| *d <= 22)?;
    let scaled = size * 10f64.powi(i32::try_from(decimals).ok()?);
    let whole = scaled.round();
    // A product is off by a sixteenth at most.
    let is_sure = (scaled - whole).abs() < 0.4 && (LEAST..LEAST * 10.0).contains(&whole);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 1e15")]
    let digits = whole as u64;
    is_sure.then_some((digits, decimals))
}

fn decimal_text(is_negative: bool, mut digits: u64, mut decimals: u32) -> String {
    while decimals > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        decimals -= 1;
    }
    let mut text = String::with_capacity(24);
    if is_negative {
        text.push('-');
    }
    let scale = 10u64.checked_pow(decimals).unwrap_or(u64::MAX);
    push_digits(&mut text, digits / scale, 1);
    if decimals > 0 {
        text.push('.');
        // No more than nineteen places are written at once.
        let zeros = decimals.saturating_sub(19);
        (0..zeros).for_each(|_| text.push('0'));
        push_digits(&mut text, digits % scale, decimals - zeros);
    }
    text
}

/// Appends a number in at least so many digits.
fn push_digits(text: &mut String, number: u64, least: u32) {
    let mut place = 10u64.pow(least.saturating_sub(1));
    while number / place >= 10 {
        place *= 10;
    }
    while place > 0 {
        text.push(char::from(b'0' + u8::try_from(number / place % 10).unwrap_or(0)));
        place /= 10;
    }
}

/// How many decimals [`number_text`] shows.
pub fn decimals(n: f64) -> u32 {
    short(n).map_or_else(
        || {
            let text = number_text(n);
            let mantissa = text.split(['e', 'E']).next().unwrap_or(&text);
            mantissa.split_once('.').map_or(0, |(_, d)| u32::try_from(d.len().min(15)).unwrap_or(15))
        },
        |short| short.decimals,
    )
}

/// Removes the binary noise of one multiplication: at most 15 significant digits.
pub fn tidy(n: f64) -> f64 {
    if n.abs() >= 1e-9 && short(n).is_some() {
        return n;
    }
    match fifteen(n.abs()) {
        Some((digits, decimals)) => (digits as f64 / 10f64.powi(decimals.cast_signed())).copysign(n),
        None => number_text(n).parse().unwrap_or(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_spreadsheet_programs_show_them() {
        for (n, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1300.0, "1300"),
            (-12.5, "-12.5"),
            (8.36, "8.36"),
            (0.05, "0.05"),
            (0.0625, "0.0625"),
            (0.0101, "0.0101"),
            (100.1, "100.1"),
            (62.333_333_333_333_3, "62.3333333333333"),
            (0.1 + 0.2, "0.3"),
            (123_456_789_012.0, "123456789012"),
            (99_999_999_999.99, "99999999999.99"),
            (1e15, "1e15"),
            (1e-10, "1e-10"),
            (0.000_012_5, "0.0000125"),
        ] {
            assert_eq!(number_text(n), text, "{n:?}");
            assert_eq!(tidy(n).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{n:?}");
        }
        for (n, shown) in [(0.0, 0), (1300.0, 0), (-12.5, 1), (0.0101, 4), (62.333_333_333_333_3, 13), (1e-10, 0), (0.000_012_5, 7)] {
            assert_eq!(decimals(n), shown, "{n:?}");
        }
    }

    /// As [`number_text`] by the standard library's texts alone.
    #[expect(clippy::cast_possible_truncation, reason = "between 1e-8 and 1e14")]
    fn long_way(n: f64) -> String {
        let shortest = n.to_string();
        let leading = shortest.trim_start_matches(['-', '0', '.']);
        if leading.bytes().filter(u8::is_ascii_digit).count() <= 15 {
            return shortest;
        }
        let text = format!("{:.*}", usize::try_from(14 - n.abs().log10().floor() as i32).unwrap_or(0), n);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }

    #[test]
    fn fifteen_digits_are_those_of_the_long_way() {
        let mut state = 1u64;
        let mut quick = 0;
        for _ in 0..400_000 {
            // xorshift: the same numbers every time.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let n = f64::from_bits((state & 0x800f_ffff_ffff_ffff) | ((1023 - 25 + (state >> 52) % 70) << 52));
            quick += u32::from(fifteen(n.abs()).is_some());
            let text = number_text(n);
            assert_eq!(text, long_way(n), "{n:?}");
            assert_eq!(tidy(n).to_bits(), text.parse::<f64>().unwrap().to_bits(), "{n:?}");
        }
        assert!(quick > 200_000, "{quick}");
    }

    #[test]
    fn the_short_way_to_a_number_gives_the_shortest_text() {
        for k in (0..2_000_000u32).step_by(7) {
            for scale in [1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0] {
                let n = f64::from(k) / scale;
                if let Some(text) = plain_decimal(n) {
                    assert_eq!(text, n.to_string());
                }
            }
        }
    }
}
