//! Headers, rows and names of tables that departments made themselves.

use super::book::{Cell, Writer};
use super::list::{lookalikes, spellings};
use super::office::{Case, NORMAL, each, form, judged, usual};

const WRITERS: [Writer; 2] = [Writer::Shared, Writer::Inline];

/// 上月累计 and 本月完成 are told by R002, 年度目标 by C018, a column that is none by S004.
#[test]
fn headers_of_earlier_times_are_last_months_or_unknown() {
    let list = spellings().heading;
    let mut cases = Vec::new();
    for heading in &list {
        for writer in WRITERS {
            for agrees in [true, false] {
                let figure = |means: &String| match means.as_str() {
                    "previous" if agrees => 10.0,
                    "previous" => 4.0,
                    "cumulative" => 12.0,
                    "target" if agrees => 24.0,
                    "target" => 48.0,
                    _ => 30.0,
                };
                let mut columns: Vec<(&str, Option<Cell>)> = heading
                    .heads
                    .iter()
                    .zip(&heading.means)
                    .map(|(head, means)| (head.as_str(), Some(Cell::Number(figure(means)))))
                    .collect();
                columns.push(("本月完成", Some(Cell::Number(2.0))));
                let book = form(Some(NORMAL), &columns);
                let told = format!("{:?}, agrees: {agrees}", heading.heads);
                let indicator = usual();
                let case = Case::of(told, "header", writer, book, indicator);
                cases.push(((&heading.means, agrees), case));
            }
        }
    }
    judged("heading", cases, |tally, (means, agrees), case, outcome| {
        let codes = outcome.codes(None);
        let has = |what: &str| means.iter().any(|means| means == what);
        let wanted = [
            ("S004", has("unknown")),
            ("R002", has("previous") && !agrees),
            ("C018", has("target") && !agrees),
        ];
        let is_right = wanted
            .iter()
            .all(|(code, fires)| codes.contains(code) == *fires);
        let is_refused = ["S003", "F006", "F009"]
            .iter()
            .any(|code| codes.contains(code));
        // An error on the balance withholds the value.
        let value = outcome.value().filter(|_| outcome.accepted());
        if !is_right || is_refused || value.is_some_and(|v| (v - 12.0).abs() > 1e-9) {
            tally.wrong(case, format!("{value:?}, {codes:?}"));
        }
    });
}

/// Rows of sums and of words report nothing, and no further column is the form's.
#[test]
fn rows_and_columns_that_report_nothing_raise_nothing() {
    let clean = lookalikes();
    let mut cases = Vec::new();
    let mut add = |text: &str, place: &'static str, add: &dyn Fn(&mut super::book::Book)| {
        for writer in WRITERS {
            let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
            add(&mut book);
            cases.push(Case::of(text, place, writer, book, usual()));
        }
    };
    for total in &spellings().total {
        let text = Some(Cell::from(&total.text));
        for (place, col) in [("序号", 0), ("项目名称", 1), ("指标", 2)] {
            add(&total.text, place, &|book| {
                let mut row = vec![None, None, None, Some(Cell::Number(12.0))];
                row[col].clone_from(&text);
                book.rows.push(row);
            });
        }
    }
    for row in &clean["row"] {
        for (place, at) in [("row above", 0), ("row below", 1)] {
            add(row, place, &|book| {
                book.rows.insert(at, vec![Some(row.into())]);
            });
        }
    }
    for column in &clean["column"] {
        for place in ["column before", "column behind"] {
            add(column, place, &|book| {
                let at = if place == "column before" { 3 } else { 4 };
                book.header.insert(at, column.clone());
                book.rows[0].insert(at, Some(Cell::Number(7.0)));
            });
        }
    }
    each("nothing to report", cases, |tally, case, outcome| {
        let serious: Vec<_> = outcome
            .findings
            .iter()
            .filter(|f| f["severity"] != "note")
            .map(|f| &f["code"])
            .collect();
        if outcome.value() != Some(12.0) || !serious.is_empty() {
            tally.wrong(case, format!("{:?}, {serious:?}", outcome.value()));
        }
    });
}

#[test]
fn a_name_typed_anew_is_read_beside_its_number_and_indicator() {
    let mut cases = Vec::new();
    for retyped in &spellings().retyped {
        for writer in WRITERS {
            for (place, no, indicator) in [
                ("beside both", "{序号}", "示例指标"),
                ("beside another number", "9999", "示例指标"),
                ("beside another indicator", "{序号}", "旁的数目"),
            ] {
                let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
                book.task.clone_from(&retyped.task);
                let name = format!("{{单位}}{}", retyped.text);
                book.rows[0][..3].clone_from_slice(&[
                    Some(no.into()),
                    Some(name.into()),
                    Some(indicator.into()),
                ]);
                let told = format!("{} as {}", retyped.task, retyped.text);
                cases.push(Case::of(told, place, writer, book, usual()));
            }
        }
    }
    each("retyped name", cases, |tally, case, outcome| {
        let severity = outcome
            .findings
            .iter()
            .find(|f| f["code"] == "S006")
            .and_then(|f| f["severity"].as_str());
        let wanted = if case.place == "beside both" {
            "note"
        } else {
            "warning"
        };
        if severity != Some(wanted) || outcome.accepted() != (wanted == "note") {
            tally.wrong(
                case,
                format!("{severity:?}, accepted: {}", outcome.accepted()),
            );
        }
    });
}
