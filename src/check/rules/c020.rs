use crate::check::reading::carried::Carried;
use crate::check::reading::fields::value_field;
use crate::plan::MilestoneState;

rule! {
    C020 "unchanged-after-completion", Note, Cell(check);
    title: "以前月份已完成，沿用已采信的数",
    what: "指标在以前月份已经完成并采信，本月单元格空着或写“已完成”“同上”“无”“/”的，沿用已采信的数；状态为“未启动”而累计空着的，按0采用。",
    why: "已经完成的事项不必每月重填；但要写明用的是哪个月的数，免得当作漏填或新数。",
    example: "5月已完成8个并采信，6月累计完成写“/”，仍按8个采用。",
    fix: "不必处理；数有变动的，请填写实际累计数。",
}

fn check(cx: &RecordCx) -> Verdict {
    cells::gate_of(cx, |kind| kind.is_cumulative() || kind == Kind::Milestone)?;
    let carried = cells::carried(cx).ok_or(NotApplicable)?;
    let field = value_field(cx.indicator().kind);
    let raw = quote(cx.record.cell(field));
    let what = if raw.is_empty() {
        "空着".to_owned()
    } else {
        format!("填“{raw}”")
    };
    let (stands, expected) = match carried {
        Carried::Figure(value, month) => {
            let figure = format!("{}{}", number_text(value), cx.indicator().unit);
            (
                format!("截至{}已完成，沿用已采信的{figure}", month.chinese()),
                figure,
            )
        }
        Carried::Done(_, month) => (
            format!("截至{}已完成，沿用“已完成”", month.chinese()),
            MilestoneState::Done.name().to_owned(),
        ),
        Carried::Zero => ("状态为“未启动”，按0采用".to_owned(), "0".to_owned()),
    };
    cx.at(
        &RULE,
        field,
        format!("{}{}{what}，{stands}。", cx.subject(), name(field)),
        "不必处理；数有变动的，请填写实际累计数。",
    )
    .expected(expected)
    .into()
}
