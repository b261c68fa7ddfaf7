use crate::intake::number_text::tidy;

use super::cells::{self, Failing};

rule! {
    C006 "scale-slip", Error, Cell(check);
    title: "数值相差千倍、万倍或亿倍，疑似单位写错",
    what: "累计完成与上次采信的数（没有的与年度目标）相比，是否恰好相差约千倍、万倍或亿倍（允许上下浮动约3倍）。上次为0的不比；个数刚起步、远小于目标的不算。",
    why: "把万平方米填成平方米、漏写“万”字，是最常见也最伤数据的差错，一个错数能盖过全部真数。",
    example: "单位为万平方米的指标上月8，本月填96000，实为9.6万。",
    fix: "核对计量单位后改正；数确实没错的，请告知督查室，由督查室确认后采用。",
    office: "核实无误的，在台账的“电话核实”表登记核实的数，登记后即采用。",
}

/// Powers of ten that a slip of 千, 万 or 亿 makes.
const POWERS: [i32; 3] = [3, 4, 8];

/// The power of ten that `value` lies off `base`, within a factor √10.
///
/// `only_larger`: a small value is no slip (a count at its beginning, compared with its target).
fn slip(value: f64, base: f64, only_larger: bool) -> Option<i32> {
    if value <= 0.0 || base <= 0.0 {
        return None;
    }
    let off = (value / base).log10();
    // log10 of an exact √10 limit carries binary noise.
    let near = |power: i32| (off - f64::from(power)).abs() <= 0.5 + 1e-9;
    POWERS
        .into_iter()
        .chain(POWERS.map(|power| -power))
        .find(|&power| near(power) && !(only_larger && power < 0))
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, Kind::is_numeric)?;
    let Some(value) = cx
        .record
        .cumulative
        .value()
        .filter(|_| !cells::is_shared_figure(cx, Field::Cumulative))
    else {
        return Failing::default().failed(Vec::new()).or_number(cx);
    };
    let ind = cx.indicator();
    let last = cx
        .history
        .last_value(cx.record.slot, cx.period())
        .filter(|&(_, value)| value != 0.0);
    let (base, only_larger) = match (last, cx.target) {
        (Some((_, value)), _) => (value, false),
        (None, Some(target)) => (target, ind.kind == Kind::Count),
        (None, None) => return Err(NotApplicable),
    };
    let Some(power) = slip(value, base, only_larger) else {
        return PASSED;
    };
    let what = match last {
        Some((month, value)) => format!(
            "{}采信的{}{}",
            month.chinese(),
            number_text(value),
            ind.unit
        ),
        None => format!("年度目标{}{}", number_text(base), ind.unit),
    };
    let times = match power.abs() {
        3 => "千",
        4 => "万",
        _ => "亿",
    };
    let off = if power > 0 { "倍" } else { "分之一" };
    let likely = number_text(tidy(value / 10f64.powi(power)));
    cx.at(
        &RULE,
        Field::Cumulative,
        format!(
            "{}累计{}{}，约为其{times}{off}（{what}），疑似单位或“{times}”字有误。",
            cx.subject(),
            number_text(value),
            ind.unit
        ),
        format!(
            "请核对是否应为{likely}{}左右，改正后重新报送；数确实无误的，请告知督查室确认。",
            ind.unit
        ),
    )
    .expected(what)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_a_thousand_ten_thousand_and_a_hundred_million() {
        for (value, base, power) in [
            (96_000.0, 8.0, Some(4)),
            (96_000.0, 16.0, Some(4)),
            (520_000.0, 430.0, Some(3)),
            (960_000_000.0, 16.0, Some(8)),
            (0.015, 160.0, Some(-4)),
            (150.0, 150_000.0, Some(-3)),
            (9.6, 8.0, None),
            (100.0, 1.0, None),
            (316.0, 1.0, None),
            (317.0, 1.0, Some(3)),
            (31_600.0, 1.0, Some(4)),
            (31_700.0, 1.0, None),
            (1e6, 1.0, None),
            (1e8, 1.0, Some(8)),
            (4e8, 1.0, None),
            (0.0, 8.0, None),
            (-96_000.0, 8.0, None),
            (8.0, 0.0, None),
        ] {
            assert_eq!(slip(value, base, false), power, "{value} ÷ {base}");
        }
    }

    #[test]
    fn a_small_count_is_no_slip_against_its_target() {
        assert_eq!(slip(1.0, 1300.0, true), None);
        assert_eq!(slip(1.0, 1300.0, false), Some(-3));
        assert_eq!(slip(1_300_000.0, 1300.0, true), Some(3));
    }

    #[test]
    fn a_factor_of_root_ten_is_still_within() {
        assert_eq!(slip(1000.0 / 10f64.sqrt(), 1.0, false), Some(3));
        assert_eq!(slip(1e8 * 10f64.sqrt(), 1.0, false), Some(8));
    }
}
