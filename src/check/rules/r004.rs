//! R004: the stated rate is value ÷ target.

use crate::intake::quantity::{StatedRate, read_rate};

use super::compare::cumulative;

rule! {
    R004 "rate-mismatch", Warning, Record { needs: &[Field::Cumulative, Field::Rate], check };
    title: "完成率与累计数除以目标不符",
    what: "表内“完成率”与“累计完成÷年度目标（以计划为准）”相差超过所示末位的半个单位。不带百分号的数按百分数或小数理解都可以，有一种相符即可。",
    why: "完成率由系统按计划目标重新计算，表内的数不采用；不符说明累计数、目标或完成率有一处填错，小数点也常在这里错位。",
    example: "累计2.183万平方米，目标2.27万平方米，完成率填961.7（应为96.2%）。",
    fix: "核对累计完成和年度目标，完成率按“累计完成÷年度目标”计算填写。",
}

/// Percentage points that binary arithmetic may add.
const NOISE: f64 = 1e-6;

fn check(cx: &RecordCx) -> Verdict {
    if !cx.indicator().kind.is_numeric() {
        return Err(NotApplicable);
    }
    // A rate that is no number says nothing that could be compared; the tool computes its own.
    let Some(Ok(stated)) = read_rate(cx.record.cell(Field::Rate)) else {
        return Err(NotApplicable);
    };
    let target = cx.target.filter(|t| *t > 0.0).ok_or(NotApplicable)?;
    let value = cumulative(cx)?.value;
    let rate = value / target * 100.0;
    if agrees(&stated, rate) {
        return PASSED;
    }
    // A rate of the sheet's own edited target is right for that target: C018 reports it.
    if let Some(own) = cx.record.target.value().filter(|t| *t > 0.0)
        && agrees(&stated, value / own * 100.0)
    {
        return Err(NotRun("C018"));
    }
    let written = cx.record.cell(Field::Rate).map(shown).unwrap_or_default();
    let expected = format!("{rate:.1}%");
    let message = format!(
        "{}完成率填{written}，按累计{}、目标{}计算应为{expected}。",
        cx.subject(),
        cx.figure(value),
        cx.figure(target)
    );
    cx.at(
        &RULE,
        Field::Rate,
        message,
        "请核对累计完成、年度目标和完成率，改正填错的一项。",
    )
    .expected(expected)
    .into()
}

/// The rate as the department sees it.
fn shown(cell: &crate::intake::FieldCell) -> String {
    match read_rate(Some(cell)) {
        Some(Ok(StatedRate {
            first: (points, _),
            other: None,
        })) => format!("{}%", number_text(points)),
        _ => cell.raw().into(),
    }
}

/// Whether a reading of the stated rate lies within half a unit of its last digit.
fn agrees(stated: &StatedRate, rate: f64) -> bool {
    stated
        .readings()
        .any(|(points, step)| (points - rate).abs() <= step / 2.0 + NOISE)
}

#[cfg(test)]
mod tests {
    use super::agrees;
    use crate::intake::quantity::StatedRate;

    #[test]
    fn half_a_unit_of_the_last_digit() {
        let stated = |readings: &[(f64, f64)]| StatedRate {
            first: readings[0],
            other: readings.get(1).copied(),
        };
        assert!(agrees(&stated(&[(100.0, 1.0)]), 99.6));
        assert!(!agrees(&stated(&[(100.0, 0.1)]), 99.6));
        assert!(agrees(&stated(&[(0.912, 0.001), (91.2, 0.1)]), 91.25));
        assert!(!agrees(&stated(&[(75.0, 0.1)]), 60.0));
        assert!(!agrees(&stated(&[(961.7, 0.1), (96170.0, 10.0)]), 96.167));
    }
}
