//! R013: arithmetic between indicators that the plan declares.

use crate::check::reading::figures::figure;
use crate::check::result::judged::State;
use crate::intake::number_text::{decimals, step_of};
use crate::plan::{IndIx, Relation};

rule! {
    R013 "relation-broken", Error, Task(check);
    title: "指标之间的数量关系不成立",
    what: "计划规定的指标关系（各分项之和等于总数）不成立，差额超过计划规定的容差；没有规定容差的，为各数所示末位的半个单位之和，整数的分项按其他数的末位。有一项没有采信数时不判断。",
    why: "总数与分项对不上，至少有一个数是错的。总数暂不采用，分项照常采用。",
    example: "硬质护岸1.08公里加土质护岸6.36公里为7.44公里，生态缓冲带长度填8.0公里。",
    fix: "核对各分项和总数，改正填错的一项后重新报送。",
}

fn check(cx: &TaskCx) -> Vec<Finding> {
    cx.plan.tasks[cx.task]
        .relations
        .iter()
        .filter_map(|relation| broken(cx, relation))
        .collect()
}

fn broken(cx: &TaskCx, relation: &Relation) -> Option<Finding> {
    let unit = &cx.plan.indicators[relation.right].unit;
    let (right, last_digit) = term(cx, relation.right)?;
    let mut sum = 0.0;
    let mut steps = Vec::with_capacity(relation.left.len());
    let mut parts = Vec::with_capacity(relation.left.len());
    for &indicator in &relation.left {
        let own = &cx.plan.indicators[indicator].unit;
        let (value, step) = term(cx, indicator)?;
        sum += own.convert(value, unit)?;
        // A whole part has its zeros left out: 1 beside 1.6 is 1.0.
        steps.push((step >= 1.0, own.convert(step, unit)?));
        parts.push(format!(
            "“{}”{}",
            cx.plan.indicators[indicator].name,
            figure(&cx.plan.indicators[indicator], value)
        ));
    }
    let finest = steps
        .iter()
        .fold(last_digit, |least, (_, step)| least.min(*step));
    let of_part = |(is_whole, step): &(bool, f64)| if *is_whole { finest } else { *step };
    let rounding = last_digit + steps.iter().map(of_part).sum::<f64>();
    let tolerance = relation.tolerance.unwrap_or(rounding / 2.0);
    // Sums of decimals carry binary noise.
    if (sum - right).abs() <= tolerance + 1e-9 * sum.abs().max(right.abs()).max(1.0) {
        return None;
    }
    let (record, _) = cx.of(relation.right)?;
    let total = figure(&cx.plan.indicators[relation.right], sum);
    let message = format!(
        "{}{}，应等于{}之和{total}。",
        phrases::indicators(cx.plan, cx.task, [relation.right]),
        figure(&cx.plan.indicators[relation.right], right),
        parts.join("与")
    );
    let help = "请核对各分项和总数，改正填错的一项后重新报送。";
    Some(
        cx.at(&RULE, record.cell(Field::Cumulative), message, help)
            .indicator(relation.right)
            .expected(total),
    )
}

/// A term's accepted value and one unit of its last digit; `None` when it is not accepted.
fn term(cx: &TaskCx, indicator: IndIx) -> Option<(f64, f64)> {
    let (record, judged) = cx.of(indicator)?;
    let value = judged.value.filter(|_| judged.state == State::Accepted)?;
    let step = record
        .cumulative
        .number()
        // A figure that stands in no cell is the office's own.
        .map_or_else(|| step_of(decimals(value)), |quantity| quantity.step);
    Some((value, step))
}
