use crate::check::reading::figures::takes_ratio;
use crate::intake::number_text::tidy;
use crate::intake::quantity::{Problem, Reading};

rule! {
    C011 "ratio-ambiguous", Error, Cell(check);
    title: "比率填了0到1之间的数，无法确定含义",
    what: "比率类指标的累计完成填了大于0、不超过1的数，而单元格不是百分比格式、也没有写百分号。年度目标本身不超过1%的，按百分数读。",
    why: "0.4可能是40%，也可能是0.4%，相差一百倍，不能猜。",
    example: "知晓率填0.761，无法确定是76.1%还是0.761%。",
    fix: "填写百分点数：76.1%填76.1，不输入百分号。确实不超过1%的，在“情况说明”中写明，由督查室核实。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind == Kind::Ratio)?;
    let written = |reading: &Reading| match reading {
        Reading::Bad(Problem::RatioAmbiguous { written }) => Some(*written),
        _ => None,
    };
    cells::failing_figures(cx, &[Field::Cumulative], |reading| {
        written(reading).is_some()
    })
    .first(|field| {
        let written = written(cx.record.reading(field)).unwrap_or_default();
        let (as_fraction, as_points) = (number_text(tidy(written * 100.0)), number_text(written));
        let raw = quote(cx.record.cell(field));
        let fill = |text: &str, points: f64| {
            if takes_ratio(cx.indicator(), points) {
                format!("是{text}%的请填{text}（百分点数，不输入百分号）")
            } else {
                format!("确为{text}%的，请在“情况说明”中写明，由督查室核实后采用")
            }
        };
        let message = format!(
            "{}填报{raw}，无法确定是{as_fraction}%还是{as_points}%。",
            cx.subject()
        );
        let help = [
            fill(&as_fraction, tidy(written * 100.0)),
            fill(&as_points, written),
        ];
        cx.at(&RULE, field, message, format!("{}。", help.join("；")))
            .expected(format!("{as_fraction}%或{as_points}%"))
    })
    .or_number(cx)
}
