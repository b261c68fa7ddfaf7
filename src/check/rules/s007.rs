//! S007 duplicate-row.

use std::collections::BTreeSet;

use crate::check::context::SubmissionCx;
use crate::check::read;
use crate::check::record::Record;
use crate::check::rule::{Check, Doc, Rule};
use crate::check::{Finding, Severity};
use crate::intake::quantity::Reading;
use crate::intake::status::{self, StatusReading};
use crate::intake::{Field, ReportRow};
use crate::plan::Kind;
use crate::plan::names;

pub static RULE: Rule = Rule {
    code: "S007",
    name: "duplicate-row",
    severity: Severity::Error,
    fixed: false,
    title: "同一指标报了两行，数值不同",
    doc: Doc {
        what: "同一指标在表中出现几次的，各行的累计完成（节点任务看状态）是否相同。相同的不算问题。",
        why: "两个不同的数只有一个是对的，替单位挑一个就可能挑错。",
        example: "第7行和第8行都是“街头绿地面积”，一行填9.6，一行填9.9。",
        fix: "核对后只保留正确的一行，重新报送。",
        office: None,
    },
    check: Check::Submission(check),
};

/// What a row says of the indicator; empty cells say nothing.
#[derive(Debug, PartialEq)]
enum Said {
    Figure(f64),
    /// Text that is no figure or no known status.
    Words(String),
}

impl Said {
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Figure(a), Self::Figure(b)) => {
                (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
            }
            (a, b) => a == b,
        }
    }
}

fn said(cx: &SubmissionCx, record: &Record, row: &ReportRow) -> Option<Said> {
    let field = field_of(cx, record)?;
    let words = || {
        row.get(field)
            .map(|cell| Said::Words(names::fold(&cell.raw())))
    };
    if field == Field::Status {
        return match status::read(row.get(field)) {
            StatusReading::Absent | StatusReading::Blank | StatusReading::Placeholder => None,
            StatusReading::Known(state) => Some(Said::Words(state.name().to_owned())),
            StatusReading::Unknown | StatusReading::Broken => words(),
        };
    }
    match read::cumulative_of(cx.plan, cx.report, row, record.indicator) {
        Reading::Absent | Reading::Blank | Reading::Placeholder(_) => None,
        Reading::Number(figure) => Some(Said::Figure(figure.value)),
        Reading::Bad(_) => words(),
    }
}

fn field_of(cx: &SubmissionCx, record: &Record) -> Option<Field> {
    match cx.plan.indicators[record.indicator].kind {
        Kind::Ongoing => None,
        Kind::Milestone => Some(Field::Status),
        _ => Some(Field::Cumulative),
    }
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    cx.records
        .iter()
        .filter_map(|record| conflict(cx, record))
        .collect()
}

fn conflict(cx: &SubmissionCx, record: &Record) -> Option<Finding> {
    if record.others.is_empty() {
        return None;
    }
    let field = field_of(cx, record)?;
    // One cell merged over several rows says one thing.
    let mut cells = BTreeSet::new();
    let rows = record
        .rows()
        .filter(|row| row.get(field).is_none_or(|cell| cells.insert(cell.at)));
    let told: Vec<(&ReportRow, Said)> = rows
        .filter_map(|row| Some((row, said(cx, record, row)?)))
        .collect();
    let (first, value) = told.first()?;
    let (later, _) = told.iter().find(|(_, other)| !value.agrees(other))?;
    let (task, ind) = (
        &cx.plan.tasks[record.task],
        &cx.plan.indicators[record.indicator],
    );
    let (raw, other) = (read::quote(first.get(field)), read::quote(later.get(field)));
    let message = format!(
        "第{}项“{}”报了{}行，第{}行{}填“{raw}”，第{}行填“{other}”。",
        task.no,
        ind.name,
        record.rows().count(),
        first.row + 1,
        read::name(field),
        later.row + 1,
    );
    let finding = match later.get(field) {
        Some(cell) => cx.at(&RULE, cell, message, "请核对后只保留正确的一行，重新报送。"),
        None => return None,
    };
    Some(
        finding
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
        assert!(Said::Figure(0.3).agrees(&Said::Figure(0.1 + 0.2)));
        assert!(!Said::Figure(9.6).agrees(&Said::Figure(9.9)));
        assert!(Said::Words("已完成".into()).agrees(&Said::Words("已完成".into())));
        assert!(!Said::Words("已完成".into()).agrees(&Said::Figure(9.6)));
    }
}
