//! Sums of decimals that do not depend on the order of their terms.
//!
//! Floating-point addition is not associative, and a group may be summed in as many parts as there are threads. So a value is
//! split into its whole part and its billionths, both integers. Values stay below 10¹² ([`crate::intake::quantity::LARGEST`]):
//! nine million of them add up in 64 bits without overflow, and a plan has far fewer reporters of one indicator.

const BILLION: f64 = 1e9;

/// A sum as whole part and billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact {
    /// The whole parts.
    pub whole: i64,
    /// The billionths, of the same sign in each term.
    pub nano: i64,
}

impl Exact {
    /// One term.
    pub fn of(value: f64) -> Self {
        let whole = value.trunc();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "below 10^12 by the intake's limit; a cast saturates, it does not wrap"
        )]
        let (whole, nano) = (whole as i64, ((value - whole) * BILLION).round() as i64);
        Self { whole, nano }
    }

    /// The sum as one number.
    pub fn value(self) -> f64 {
        self.whole as f64 + self.nano as f64 / BILLION
    }
}

/// The mean; `None` of nothing.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (Exact::default(), 0u32);
    for term in values.into_iter().map(Exact::of) {
        sum.whole += term.whole;
        sum.nano += term.nano;
        count += 1;
    }
    (count > 0).then(|| sum.value() / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_decimals_exactly() {
        for (value, whole, nano) in [
            (2.27, 2, 270_000_000),
            (-0.5, 0, -500_000_000),
            (999_999_999_999.25, 999_999_999_999, 250_000_000),
            (0.0, 0, 0),
        ] {
            assert_eq!(Exact::of(value), Exact { whole, nano });
        }
    }
}
