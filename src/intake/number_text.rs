//! Numbers as spreadsheet programs show them.

use compact_str::{CompactString, ToCompactString, format_compact};

/// A number in at most 15 significant digits, as spreadsheet programs show it.
pub fn number_text(n: f64) -> CompactString {
    if n == 0.0 {
        return CompactString::const_new("0");
    }
    if n.abs() < 1e-9 || n.abs() >= 1e15 {
        return format_compact!("{n:e}");
    }
    if let Some(text) = plain_decimal(n) {
        return text;
    }
    if let Some((digits, decimals)) = fifteen(n.abs()) {
        return decimal_text(n < 0.0, digits, decimals);
    }
    // The shortest text that reads back has 15 digits or fewer for nearly every number someone typed.
    let shortest = n.to_compact_string();
    let leading = shortest.trim_start_matches(['-', '0', '.']);
    if leading.bytes().filter(u8::is_ascii_digit).count() <= 15 {
        return shortest;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "between -9 and 15 by the check above"
    )]
    let digits = 14 - n.abs().log10().floor() as i32;
    let text = format_compact!(
        "{:.*}",
        usize::try_from(digits.clamp(0, 23)).unwrap_or(0),
        n
    );
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    }
}

/// The first of two fast paths, without which a run takes a tenth longer: a number with at most four digits behind the
/// point, as nearly every number someone typed. A decimal of up to 15 digits that is this very number is the shortest text for it.
struct Short {
    before: u64,
    /// Without the zeros at their end.
    behind: u64,
    decimals: u32,
}

fn short(n: f64) -> Option<Short> {
    const DECIMALS: u32 = 4;
    const SCALE: u64 = 10_000;
    let size = n.abs();
    if size >= 1e11 {
        return None;
    }
    let whole = nearest(size);
    if (whole as f64).total_cmp(&size).is_eq() {
        return Some(Short {
            before: whole,
            behind: 0,
            decimals: 0,
        });
    }
    let digits = nearest(size * SCALE as f64);
    if (digits as f64 / SCALE as f64).total_cmp(&size).is_ne() {
        return None;
    }
    let (before, mut behind, mut decimals) = (digits / SCALE, digits % SCALE, DECIMALS);
    while decimals > 0 && behind % 10 == 0 {
        behind /= 10;
        decimals -= 1;
    }
    Some(Short {
        before,
        behind,
        decimals,
    })
}

/// The nearest whole number; 0 for what is no number. As `round`, which is no single step on every processor.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of numbers from 0 to 1e15"
)]
fn nearest(size: f64) -> u64 {
    (size + 0.5) as u64
}

/// Powers of ten that a number holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// One unit of the last of so many decimals.
pub fn step_of(decimals: u32) -> f64 {
    const STEPS: [f64; 16] = [
        1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13,
        1e-14, 1e-15,
    ];
    STEPS
        .get(decimals as usize)
        .copied()
        .unwrap_or_else(|| 10f64.powf(-f64::from(decimals)))
}

fn plain_decimal(n: f64) -> Option<CompactString> {
    let Short {
        before,
        behind,
        decimals,
    } = short(n)?;
    Some(in_digits(n < 0.0, before, behind, decimals))
}

/// The second fast path: a number's first fifteen significant digits, and how many of them are behind the point. What is
/// left of the number is less than half of the last digit. `None` where that cannot be told by one multiplication.
fn fifteen(size: f64) -> Option<(u64, u32)> {
    const LEAST: u64 = 100_000_000_000_000;
    // Places behind the point that the first fifteen digits reach. A number beside a power of ten may be one place off, and then
    // has no fifteen digits below.
    let decimals = if size >= 1.0 {
        15usize.checked_sub(
            POWERS_OF_TEN
                .iter()
                .take_while(|power| **power <= size)
                .count(),
        )?
    } else {
        14 + (1..=8).find(|place| size >= step_of(*place))? as usize
    };
    // Up to here powers of ten are exact, and so is a whole number below 2^53: a quotient of both is the nearest there is to
    // the decimal, as reading its text gives.
    let scaled = size * POWERS_OF_TEN.get(decimals)?;
    let digits = nearest(scaled);
    // A product is off by a sixteenth at most.
    let is_sure = (scaled - digits as f64).abs() < 0.4 && (LEAST..LEAST * 10).contains(&digits);
    is_sure.then_some((digits, u32::try_from(decimals).ok()?))
}

fn decimal_text(is_negative: bool, mut digits: u64, mut decimals: u32) -> CompactString {
    while decimals > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        decimals -= 1;
    }
    let scale = 10u64.checked_pow(decimals).unwrap_or(u64::MAX);
    in_digits(is_negative, digits / scale, digits % scale, decimals)
}

/// What stands before the point, and behind it in so many digits, 22 at most.
fn in_digits(is_negative: bool, before: u64, behind: u64, decimals: u32) -> CompactString {
    const PLACES: usize = 48;
    // From the last digit to the first.
    let mut text = [0; PLACES];
    let mut start = PLACES;
    let mut put = |byte: u8| {
        start -= 1;
        text[start] = byte;
    };
    let digit = |number: u64| b'0' + (number % 10) as u8;
    let mut rest = behind;
    for _ in 0..decimals {
        put(digit(rest));
        rest /= 10;
    }
    if decimals > 0 {
        put(b'.');
    }
    rest = before;
    loop {
        put(digit(rest));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if is_negative {
        put(b'-');
    }
    std::str::from_utf8(&text[start..])
        .unwrap_or_default()
        .into()
}

/// How many decimals [`number_text`] shows.
pub fn decimals(n: f64) -> u32 {
    short(n).map_or_else(
        || {
            let text = number_text(n);
            let mantissa = text.split(['e', 'E']).next().unwrap_or(&text);
            mantissa
                .split_once('.')
                .map_or(0, |(_, d)| u32::try_from(d.len().min(15)).unwrap_or(15))
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
        Some((digits, decimals)) => (digits as f64 / POWERS_OF_TEN[decimals as usize]).copysign(n),
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
            assert_eq!(
                tidy(n).to_bits(),
                text.parse::<f64>().unwrap().to_bits(),
                "{n:?}"
            );
        }
        for (n, shown) in [
            (0.0, 0),
            (1300.0, 0),
            (-12.5, 1),
            (0.0101, 4),
            (62.333_333_333_333_3, 13),
            (1e-10, 0),
            (0.000_012_5, 7),
        ] {
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
        let text = format!(
            "{:.*}",
            usize::try_from(14 - n.abs().log10().floor() as i32).unwrap_or(0),
            n
        );
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
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
            let n = f64::from_bits(
                (state & 0x800f_ffff_ffff_ffff) | ((1023 - 25 + (state >> 52) % 70) << 52),
            );
            quick += u32::from(fifteen(n.abs()).is_some());
            let text = number_text(n);
            assert_eq!(text, long_way(n), "{n:?}");
            assert_eq!(
                tidy(n).to_bits(),
                text.parse::<f64>().unwrap().to_bits(),
                "{n:?}"
            );
        }
        assert!(quick > 200_000, "{quick}");
    }

    #[test]
    fn steps_are_those_of_the_standard_library() {
        for decimals in 0..20 {
            assert_eq!(
                step_of(decimals).to_bits(),
                10f64.powf(-f64::from(decimals)).to_bits(),
                "{decimals}"
            );
        }
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
