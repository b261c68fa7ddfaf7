//! Numbers as workbooks and plan.toml write them: a share of 0.255 is 25.5 per cent, digit by digit.

/// The number with its decimal point moved, by its shortest decimal text: 0.07 and 7 are one figure, whatever 0.07 × 100 is.
pub fn shifted(n: f64, by: i32) -> f64 {
    let text = format!("{n:e}");
    let moved = text.split_once('e').and_then(|(digits, exponent)| {
        let exponent: i32 = exponent.parse().ok()?;
        format!("{digits}e{}", exponent + by).parse().ok()
    });
    moved.unwrap_or(n)
}

#[cfg(test)]
mod tests {
    use super::shifted;

    #[test]
    fn shares_and_per_cent_are_the_same_digits() {
        for (share, percent) in [
            (0.07, 7.0),
            (0.255, 25.5),
            (1.0, 100.0),
            (0.0, 0.0),
            (0.005, 0.5),
        ] {
            assert_eq!((shifted(share, 2), shifted(percent, -2)), (percent, share));
        }
    }
}
