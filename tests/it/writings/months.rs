//! What names a month, what only looks so, and dates.

use super::book::{Book, Cell};
use super::list::{lookalikes, spellings};
use super::office::{Case, NORMAL, Tally, each, form, usual, writers};
use crate::prelude::*;

const MONTH_PLACES: [&str; 5] = [
    "填报期",
    "beside 填报期",
    "title",
    "file name",
    "sheet name",
];

/// A form that names its month at one place alone.
fn dated(text: &str, place: &'static str) -> (Book, String) {
    let mut book = form(None, &[("累计完成", Some(Cell::Number(12.0)))]);
    let mut file = String::new();
    match place {
        "填报期" => book.above[1].push((4, format!("填报期：{text}"))),
        "beside 填报期" => {
            book.above[1].extend([(4, "填报期：".to_owned()), (5, text.to_owned())]);
        }
        "title" => book.above[0][0].1 = format!("示例市重点工作{text}进展情况报送表"),
        "file name" => file = format!("{{单位}}{}报送表", text.replace('/', "／")),
        _ => book.sheet = text.replace('/', "-"),
    }
    (book, file)
}

fn next(period: &str) -> String {
    match period {
        "2025-12" => "2025-11".to_owned(),
        _ => format!("2025-{:02}", period[5..].parse::<u8>().unwrap() + 1),
    }
}

#[test]
fn months_are_understood_or_asked_about_and_never_pass_for_another() {
    let mut by_period: BTreeMap<String, Vec<(Option<String>, Case)>> = BTreeMap::new();
    for (n, month) in spellings().month.iter().enumerate() {
        for place in MONTH_PLACES {
            if month
                .place
                .as_deref()
                .is_some_and(|only| !place.contains(only))
            {
                continue;
            }
            for writer in writers(n) {
                // A slash is no character of a file's or a sheet's name.
                if place.ends_with("name") && month.text.contains('/') {
                    continue;
                }
                let named = month.meant.clone();
                let right = named.clone().unwrap_or_else(|| "2025-05".to_owned());
                let periods = if named.is_some() {
                    vec![right.clone(), next(&right)]
                } else {
                    vec![right]
                };
                for period in periods {
                    let (book, file) = dated(&month.text, place);
                    let told = format!("{} in the folder {period}", month.text);
                    let indicator = usual();
                    let case = Case {
                        told,
                        place,
                        writer,
                        book,
                        file,
                        indicator,
                    };
                    by_period
                        .entry(period)
                        .or_default()
                        .push((named.clone(), case));
                }
            }
        }
    }
    let mut tally = Tally::default();
    for (period, cases) in by_period {
        tally.judge("month", &period, cases, |tally, named, case, outcome| {
            let raised = outcome
                .findings
                .iter()
                .find(|f| f["code"] == "F006" || f["code"] == "F009");
            let severity = raised.and_then(|f| f["severity"].as_str());
            match (named, severity) {
                (Some(month), None) if *month == period => {}
                (Some(month), Some(_)) if *month == period => {
                    tally.wrong(case, "the right month is doubted");
                }
                (Some(_), Some("error")) => {}
                (Some(_), other) => tally.wrong(case, format!("another month passes: {other:?}")),
                (None, Some("warning")) => {}
                (None, other) => tally.wrong(
                    case,
                    format!("a month that cannot be read is told as {other:?}"),
                ),
            }
        });
    }
    tally.end();
}

#[test]
fn another_months_form_is_told_whatever_its_line_is_called() {
    let mut cases = Vec::new();
    for (n, label) in spellings().period_label.iter().enumerate() {
        for (place, month) in [
            ("one cell", "2025年4月"),
            ("two cells", "1-4月"),
            ("this month's", "2025年5月"),
        ] {
            for writer in writers(n) {
                let (mut book, file) = dated("", "file name");
                let text = &label.text;
                match place {
                    "two cells" => {
                        book.above[1].extend([(4, format!("{text}：")), (5, month.to_owned())]);
                    }
                    _ => book.above[1].push((4, format!("{text}：{month}"))),
                }
                let indicator = usual();
                let case = Case::of(text.clone(), place, writer, book, indicator);
                cases.push(Case { file, ..case });
            }
        }
    }
    each("label of the month", cases, |tally, case, outcome| {
        let is_told = outcome.codes(None).contains(&"F006");
        if is_told == (case.place == "this month's") {
            tally.wrong(case, format!("{:?}", outcome.codes(None)));
        }
    });
}

#[test]
fn what_only_looks_like_a_month_is_none() {
    let mut cases = Vec::new();
    for (n, text) in lookalikes()["month"].iter().enumerate() {
        for place in ["title", "file name", "a cell above the header"] {
            for writer in writers(n) {
                if place == "file name" && text.contains(['/', ':']) {
                    continue;
                }
                let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
                let mut file = String::new();
                match place {
                    "title" => {
                        book.above[0][0].1 = format!("示例市重点工作进展情况报送表（{text}）");
                    }
                    "file name" => file = format!("{{单位}}2025年5月报送表（{text}）"),
                    _ => book.above[1].push((7, text.clone())),
                }
                let indicator = usual();
                let case = Case::of(text.clone(), place, writer, book, indicator);
                cases.push(Case { file, ..case });
            }
        }
    }
    each("no month", cases, |tally, case, outcome| {
        if let Some(code) = outcome
            .codes(None)
            .into_iter()
            .find(|c| ["F006", "F009"].contains(c))
        {
            tally.wrong(case, code);
        }
    });
}

#[test]
fn dates_are_read_or_refused() {
    let mut cases = Vec::new();
    for (n, day) in spellings().date.iter().enumerate() {
        for writer in writers(n) {
            let columns = [
                ("状态", Some("已完成".into())),
                ("完成时间", Some(day.text.as_str().into())),
            ];
            let book = form(Some("2025年12月"), &columns);
            let indicator = "name = \"示例指标\"\nkind = \"milestone\"".to_owned();
            cases.push((
                day.date(),
                Case {
                    told: day.text.clone(),
                    place: "完成时间",
                    writer,
                    book,
                    file: String::new(),
                    indicator,
                },
            ));
        }
    }
    let mut tally = Tally::default();
    tally.judge("date", "2025-12", cases, |tally, day, case, outcome| {
        let done = outcome
            .record
            .get("done")
            .map(String::as_str)
            .unwrap_or_default();
        match day {
            Some(day) if done == day.to_string() => {}
            Some(day) => tally.wrong(
                case,
                format!(
                    "read as {done:?} instead of {day}: {:?}",
                    outcome.codes(None)
                ),
            ),
            None if outcome.codes(None).contains(&"C012") => {}
            None => tally.wrong(case, format!("read as {done:?} instead of refused")),
        }
    });
    tally.end();
}
