use std::collections::BTreeSet;

use crate::check::reading::Record;
use crate::check::reading::fields::value_field;
use crate::check::reading::figures::RowFigures;
use crate::intake::ReportRow;
use crate::intake::quantity::Reading;
use crate::intake::status::{self, StatusReading};
use crate::plan::IndIx;
use crate::plan::names;

use super::compare::same;

rule! {
    S007 "duplicate-row", Error, Submission(check);
    title: "同一指标报了两行，数值不同",
    what: "同一指标在表中出现几次的，各行的累计完成（节点任务看状态）是否相同。相同的不算问题。",
    why: "两个不同的数只有一个是对的，替单位挑一个就可能挑错。",
    example: "第7行和第8行都是“街头绿地面积”，一行填9.6，一行填9.9。",
    fix: "核对后只保留正确的一行，重新报送。",
}

/// What a row says of the indicator; empty cells say nothing.
#[derive(Debug, PartialEq)]
enum RowValue {
    Figure(f64),
    /// Text that is no figure or no known status.
    Words(String),
}

impl RowValue {
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Figure(a), Self::Figure(b)) => same(*a, *b),
            (a, b) => a == b,
        }
    }
}

fn value(cx: &SubmissionCx, indicator: IndIx, field: Field, row: &ReportRow) -> Option<RowValue> {
    let cell = row.get(field)?;
    let words = || Some(RowValue::Words(names::fold(&cell.raw())));
    if field == Field::Status {
        return match status::read(cx.report.column(field), Some(cell)) {
            StatusReading::Absent | StatusReading::Blank | StatusReading::Placeholder => None,
            StatusReading::Known(state) => Some(RowValue::Words(state.name().to_owned())),
            StatusReading::Unknown | StatusReading::Broken => words(),
        };
    }
    match RowFigures::new(cx.plan, indicator, cx.report, row).read(field) {
        Reading::Absent | Reading::Blank | Reading::Placeholder(_) => None,
        Reading::Number(figure) => Some(RowValue::Figure(figure.value)),
        Reading::Bad(_) => words(),
    }
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    cx.records
        .iter()
        .filter(|record| !record.others.is_empty())
        .filter_map(|record| conflict(cx, record))
        .collect()
}

fn conflict(cx: &SubmissionCx, record: &Record) -> Option<Finding> {
    let kind = cx.plan.indicators[record.indicator].kind;
    if kind == Kind::Ongoing {
        return None;
    }
    let field = value_field(kind);
    // One cell merged over several rows says one thing.
    let mut cells = BTreeSet::new();
    let mut values = record
        .rows()
        .filter(|row| row.get(field).is_none_or(|cell| cells.insert(cell.at)))
        .filter_map(|row| Some((row, value(cx, record.indicator, field, row)?)));
    let (first, own) = values.next()?;
    let (later, _) = values.find(|(_, other)| !own.agrees(other))?;
    let (raw, other) = (quote(first.get(field)), quote(later.get(field)));
    let message = format!(
        "{}报了{}行，第{}行{}填“{raw}”，第{}行填“{other}”。",
        phrases::indicators(cx.plan, record.task, [record.indicator]),
        record.rows().count(),
        first.row + 1,
        name(field),
        later.row + 1,
    );
    let help = "请核对后只保留正确的一行，重新报送。";
    Some(
        cx.at(&RULE, later.get(field), message, help)
            .task(record.task)
            .indicator(record.indicator)
            .expected(raw),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_agree_by_value_and_words_by_text() {
        assert!(RowValue::Figure(0.3).agrees(&RowValue::Figure(0.1 + 0.2)));
        assert!(!RowValue::Figure(9.6).agrees(&RowValue::Figure(9.9)));
        assert!(RowValue::Words("已完成".into()).agrees(&RowValue::Words("已完成".into())));
        assert!(!RowValue::Words("已完成".into()).agrees(&RowValue::Figure(9.6)));
    }
}
