//! Sums of decimals that do not depend on the order of their terms.
//!
//! A group may be summed in as many parts as there are threads, and floating-point addition is not associative.
//! So a value is split into its whole part and its billionths, both integers. Values stay below 10¹²
//! ([`crate::intake::quantity::LARGEST`]), so that nine million of them add up in 64 bits without overflow;
//! a plan has far fewer reporters of one indicator.

use polars::prelude::{DataType, Expr, col, lit};

const BILLION: f64 = 1e9;

/// Whole part and billionths, of one sign.
pub fn split(value: f64) -> (i64, i64) {
    let whole = value.trunc();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below 10^12 by the intake's limit; a cast saturates, it does not wrap"
    )]
    let parts = (whole as i64, ((value - whole) * BILLION).round() as i64);
    parts
}

/// The two integer columns of `values`, named `<name>_whole` and `<name>_nano`.
pub fn columns(values: &[Option<f64>]) -> (Vec<Option<i64>>, Vec<Option<i64>>) {
    values
        .iter()
        .map(|v| v.map(split))
        .map(|parts| (parts.map(|p| p.0), parts.map(|p| p.1)))
        .unzip()
}

/// The sums of both columns, for an aggregation.
pub fn sums(name: &str) -> [Expr; 2] {
    [col(whole(name)).sum(), col(nano(name)).sum()]
}

/// The sum as one number, of the aggregated columns.
pub fn joined(name: &str) -> Expr {
    col(whole(name)).cast(DataType::Float64)
        + col(nano(name)).cast(DataType::Float64) / lit(BILLION)
}

pub fn whole(name: &str) -> String {
    format!("{name}_whole")
}

pub fn nano(name: &str) -> String {
    format!("{name}_nano")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_decimals_exactly() {
        assert_eq!(split(2.27), (2, 270_000_000));
        assert_eq!(split(-0.5), (0, -500_000_000));
        assert_eq!(split(999_999_999_999.25), (999_999_999_999, 250_000_000));
        assert_eq!(split(0.0), (0, 0));
    }
}
