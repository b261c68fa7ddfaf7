//! C011 ratio-ambiguous.

use crate::check::Severity;
use crate::check::context::RecordCx;
use crate::check::read;
use crate::check::rule::{Check, Doc, Rule, Verdict};
use crate::intake::Field;
use crate::intake::number_text::number_text;
use crate::intake::number_text::tidy;
use crate::intake::quantity::{Problem, Reading};
use crate::plan::Kind;

pub static RULE: Rule = Rule {
    code: "C011",
    name: "ratio-ambiguous",
    severity: Severity::Error,
    fixed: false,
    title: "比率填了0到1之间的数，无法确定含义",
    doc: Doc {
        what: "比率类指标的累计完成填了大于0、不超过1的数，而单元格不是百分比格式、也没有写百分号。",
        why: "0.4可能是40%，也可能是0.4%，相差一百倍，不能猜。",
        example: "知晓率填0.761，无法确定是76.1%还是0.761%。",
        fix: "写成带百分号的数，或把单元格设为百分比格式后再填。",
        office: None,
    },
    check: Check::Cell(check),
};

fn check(cx: &RecordCx) -> Verdict {
    if cx.indicator().kind != Kind::Ratio {
        return Verdict::NotApplicable;
    }
    if let Some(verdict) = read::gate(cx) {
        return verdict;
    }
    let failing = read::failing_figures(cx, &[Field::Cumulative], |reading| {
        matches!(reading, Reading::Bad(Problem::RatioAmbiguous { .. }))
    });
    let finding = failing.fields.first().and_then(|&field| {
        let Reading::Bad(Problem::RatioAmbiguous { written }) = read::reading(cx.record, field) else { return None };
        let (as_fraction, as_points) = (number_text(tidy(written * 100.0)), number_text(*written));
        let raw = read::quote(cx.record.cell(field));
        Some(
            cx.at(
                &RULE,
                field,
                format!("{}填报{raw}，无法确定是{as_fraction}%还是{as_points}%。", cx.subject()),
                format!("是{as_fraction}%的请填“{as_fraction}%”，是{as_points}%的请填“{as_points}%”，重新报送。"),
            )
            .expected(format!("{as_fraction}%或{as_points}%")),
        )
    });
    read::conclude(cx, failing.elsewhere, finding.into_iter().collect())
}
