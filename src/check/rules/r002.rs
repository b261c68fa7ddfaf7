//! R002: last month's figure plus this month's is the cumulative one.

use crate::intake::quantity::Quantity;

use super::compare::cumulative;

rule! {
    R002 "balance-broken", Error, Record {
        needs: &[Field::Cumulative, Field::Previous, Field::ThisMonth], check
    };
    title: "累计数不等于上月累计加本月完成",
    what: "“上月累计”“本月完成”都填报时，“累计完成”应等于两者之和；按三个数中小数位数最多的末位计，允许相差1.5个末位单位（四舍五入）。",
    why: "三个数对不上，至少有一个是错的，系统无法判断用哪一个。",
    example: "上月累计8，本月完成1.6，累计填10.8（应为9.6）。",
    fix: "核对上月累计、本月完成和累计完成，改正填错的一项后重新报送。",
}

fn check(cx: &RecordCx) -> Verdict {
    let record = cx.record;
    let (Some(previous), Some(this_month)) = (record.previous.number(), record.this_month.number())
    else {
        return Err(NotApplicable);
    };
    if !cx.indicator().kind.is_numeric() {
        return Err(NotApplicable);
    }
    let total = cumulative(cx)?;
    if balances(total, previous, this_month) {
        return PASSED;
    }
    let sum = cx.figure(previous.value + this_month.value);
    let message = format!(
        "{}累计{}，与上月累计{}加本月完成{}（合计{sum}）不符。",
        cx.subject(),
        cx.figure(total.value),
        cx.figure(previous.value),
        cx.figure(this_month.value)
    );
    cx.at(
        &RULE,
        Field::Cumulative,
        message,
        "请核对三个数，改正填错的一项后重新报送。",
    )
    .expected(sum)
    .into()
}

/// Whether the three agree within 1.5 units of the last digit of the most finely shown one.
fn balances(total: &Quantity, previous: &Quantity, this_month: &Quantity) -> bool {
    let finest = total.step.min(previous.step).min(this_month.step);
    let largest = total
        .value
        .abs()
        .max(previous.value.abs())
        .max(this_month.value.abs());
    let off = (total.value - previous.value - this_month.value).abs();
    // The second and third terms are the noise of binary arithmetic.
    off <= finest * (1.5 + 1e-6) + 1e-12 * largest
}

#[cfg(test)]
mod tests {
    use super::balances;
    use crate::intake::quantity::Quantity;

    fn quantity(value: f64, step: f64) -> Quantity {
        Quantity {
            value,
            step,
            as_text: false,
            converted_from: None,
            qualifier: None,
            conversion: String::new(),
        }
    }

    fn holds(total: (f64, f64), previous: (f64, f64), this_month: (f64, f64)) -> bool {
        balances(
            &quantity(total.0, total.1),
            &quantity(previous.0, previous.1),
            &quantity(this_month.0, this_month.1),
        )
    }

    #[test]
    fn rounding_is_allowed_and_no_more() {
        assert!(holds((9.6, 0.1), (8.0, 1.0), (1.6, 0.1)));
        assert!(holds((9.7, 0.1), (8.0, 0.1), (1.6, 0.1)));
        assert!(!holds((9.8, 0.1), (8.0, 0.1), (1.6, 0.1)));
        assert!(!holds((10.8, 0.1), (8.0, 1.0), (1.6, 0.1)));
        assert!(!holds((9.65, 0.01), (8.0, 0.1), (1.6, 0.1)));
        assert!(holds((0.3, 0.1), (0.1, 0.1), (0.2, 0.1)));
        assert!(holds(
            (123_456_789.333_333, 1e-15),
            (123_456_789.0, 1.0),
            (0.333_333, 1e-15)
        ));
    }
}
