//! Headers, rows and names of tables that departments made themselves.

use super::book::{Cell, Writer};
use super::list::{Answer, lookalikes, spellings};
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

/// 上月累计 and 本月完成 are told by R002, 年度目标 by C018, every other column by its being no unknown one.
#[test]
fn heads_of_other_offices_are_the_forms_columns() {
    let words = "现场走访三处，推进会已召开，台账已更新，按月调度（示例数据）。";
    let mut cases = Vec::new();
    let list = spellings().head;
    for head in &list {
        for writer in WRITERS {
            for agrees in [true, false] {
                let figure = |agrees: bool, right, wrong| {
                    Some(Cell::Number(if agrees { right } else { wrong }))
                };
                let is = |field: &str| agrees || head.field != field;
                let columns = [
                    ("计量单位", Some(Cell::from("公里"))),
                    ("年度目标", figure(is("年度目标"), 24.0, 48.0)),
                    ("上月累计", figure(is("上月累计"), 10.0, 4.0)),
                    ("本月完成", figure(is("本月完成"), 2.0, 5.0)),
                    ("累计完成", Some(Cell::Number(12.0))),
                    ("工作进展", Some(Cell::from(words))),
                    ("存在问题", Some(Cell::from("个别点位征拆较慢"))),
                    ("下一步措施", Some(Cell::from("每周调度"))),
                    ("预计完成时间", Some(Cell::from("2025年12月20日"))),
                ];
                let columns = columns.map(|(name, cell)| {
                    let is_own = name == head.field;
                    (if is_own { head.text.as_str() } else { name }, cell)
                });
                let mut book = form(Some(NORMAL), &columns);
                // The form's own, which is added where none is named so.
                book.header.truncate(3 + columns.len());
                book.rows[0].truncate(3 + columns.len());
                let told = format!("{}, agrees: {agrees}", head.text);
                let case = Case::of(told, "header", writer, book, usual());
                cases.push(((&head.field, agrees), case));
            }
        }
    }
    judged("head", cases, |tally, (field, agrees), case, outcome| {
        let codes = outcome.codes(None);
        let is_balance = ["上月累计", "本月完成"].contains(&field.as_str());
        let wanted = [
            ("R002", is_balance && !agrees),
            ("C018", *field == "年度目标" && !agrees),
            ("S002", false),
            ("S003", false),
            ("S004", false),
            ("F006", false),
            ("F009", false),
        ];
        let is_right = wanted
            .iter()
            .all(|(code, fires)| codes.contains(code) == *fires);
        let is_taken = outcome.accepted() == (*agrees || !is_balance);
        if !is_right || !is_taken || outcome.value().is_some_and(|v| (v - 12.0).abs() > 1e-9) {
            tally.wrong(case, format!("{:?}, {codes:?}", outcome.value()));
        }
    });
}

/// Below 完成情况 a column whose own head nobody knows was held against 累计完成, and the whole file was refused (S003).
#[test]
fn an_unknown_head_below_another_is_no_second_cumulative_one() {
    let columns = [
        ("完成情况\n累计完成", Some(Cell::Number(12.0))),
        ("完成情况\n占比名次", Some(Cell::Number(3.0))),
    ];
    let mut book = form(Some(NORMAL), &columns);
    let below: Vec<String> = book.header.clone();
    let mut above = Vec::new();
    for (col, head) in book.header.iter_mut().enumerate() {
        if let Some((group, own)) = below[col].split_once('\n') {
            above.push((u16::try_from(col).unwrap(), group.to_owned()));
            *head = own.to_owned();
        }
    }
    book.above.push(above);
    let case = |writer| Case::of("占比名次", "header", writer, book.clone(), usual());
    let cases = WRITERS.map(case).into();
    each("unknown head", cases, |tally, case, outcome| {
        let codes = outcome.codes(None);
        if outcome.value() != Some(12.0) || codes.contains(&"S003") {
            tally.wrong(case, format!("{codes:?}"));
        }
    });
}

#[test]
fn states_of_milestones_are_read_or_told() {
    let milestone = "name = \"示例节点\"\nkind = \"milestone\"\n";
    let list = spellings();
    let states = list.status.iter().map(|status| Answer {
        head: "状态".to_owned(),
        text: status.text.clone(),
        means: status.means.clone(),
    });
    let list: Vec<Answer> = states.chain(list.answer).collect();
    let case = |status: &Answer, writer| {
        let day = (status.means == "已完成").then(|| Cell::from("2025年5月12日"));
        let columns = [
            (status.head.as_str(), Some(Cell::from(&status.text))),
            ("完成时间", day),
            ("工作进展", Some(Cell::from("台账已更新，按月调度。"))),
        ];
        let mut book = form(Some(NORMAL), &columns);
        book.rows[0][2] = Some(Cell::from("示例节点"));
        let told = format!("{} below {}", status.text, status.head);
        Case::of(told, "状态", writer, book, milestone)
    };
    let cases = list.iter().flat_map(|status| {
        let wanted = |writer| (&status.means, case(status, writer));
        WRITERS.map(wanted)
    });
    judged("status", cases.collect(), |tally, means, case, outcome| {
        let is_told = outcome.codes(None).contains(&"C019");
        let status = &outcome.record["status"];
        if is_told != means.is_empty() || outcome.accepted() && status != *means {
            tally.wrong(case, format!("{status:?}, {:?}", outcome.codes(None)));
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
