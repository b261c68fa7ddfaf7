rule! {
    C016 "not-whole", Error, Cell(check);
    title: "个数填了小数",
    what: "按个、处、台、人等计数的指标，累计完成、上月累计、本月完成是否为整数。",
    why: "改造了3.5个小区没有意义，多半是把工程进度折算成了个数，或填错了行。",
    example: "新开工改造小区数填3.5。",
    fix: "只填已经达到要求的整数个数；正在实施的写到“工作进展”。",
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() <= 1e-9 * value.abs().max(1.0)
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind == Kind::Count)?;
    let fields = [Field::Cumulative, Field::Previous, Field::ThisMonth];
    let failing = cells::failing_figures(cx, &fields, |reading| {
        reading.value().is_some_and(|value| !is_whole(value))
    });
    failing
        .first(|field| {
            let message = format!(
                "{}以{}计数，{}却填“{}”{}。",
                cx.subject(),
                cx.indicator().unit,
                name(field),
                quote(cx.record.cell(field)),
                others(&failing.fields)
            );
            cx.at(
                &RULE,
                field,
                message,
                "请只填已达到要求的整数个数，正在实施的写到“工作进展”。",
            )
            .expected("整数")
        })
        .or_number(cx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_noise_is_no_fraction() {
        assert!(is_whole(15000.0) && is_whole(0.0) && is_whole(-3.0) && is_whole(0.3 * 10.0));
        assert!(!is_whole(3.5) && !is_whole(0.999));
    }
}
