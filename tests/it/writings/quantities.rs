//! Numbers in 累计完成, and units wherever they stand.

use super::book::{Book, Cell};
use super::list::spellings;
use super::office::{Case, NORMAL, Tally, form, quantity, run, writers};

const CELL_CODES: &[&str] = &[
    "C001", "C002", "C003", "C004", "C005", "C006", "C009", "C010", "C011", "C014", "C015", "C016",
];

fn named(book: &mut Book, indicator: &str) {
    book.rows[0][2] = Some(indicator.into());
}

#[test]
fn numbers_are_read_as_they_are_meant() {
    let list = spellings().number;
    let mut cases = Vec::new();
    for (n, number) in list.iter().enumerate() {
        for writer in writers(n) {
            let name = number.name.as_deref().unwrap_or("示例指标");
            let mut book = form(
                Some(NORMAL),
                &[("累计完成", Some(number.text.as_str().into()))],
            );
            named(&mut book, name);
            let target = number
                .value
                .map_or(100.0, |v| if number.unit == "%" { 90.0 } else { v * 2.0 });
            let indicator = quantity(name, target, &number.unit);
            let told = format!("{} ({})", number.text, number.unit);
            cases.push((
                number,
                Case {
                    told,
                    place: "累计完成",
                    writer,
                    book,
                    file: String::new(),
                    indicator,
                },
            ));
        }
    }
    let mut tally = Tally::default();
    let (numbers, cases): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    for ((number, case), outcome) in numbers.iter().zip(&cases).zip(run(&cases, "2025-05")) {
        tally.count("number", case);
        let cell = case.book.cell("累计完成", 0);
        let codes: Vec<&str> = outcome
            .codes(Some(&cell))
            .into_iter()
            .filter(|code| CELL_CODES.contains(code))
            .collect();
        let allowed = |code: &&&str| !number.codes.iter().any(|c| c == *code);
        if let Some(other) = codes.iter().find(allowed) {
            tally.wrong(case, format!("{other} is raised, of {codes:?}"));
        } else if outcome.accepted() {
            match (number.value, outcome.value()) {
                (Some(wanted), Some(value)) if (wanted - value).abs() < 1e-6 * wanted.max(1.0) => {
                    if number.codes.iter().any(|c| c == "C014") && !codes.contains(&"C014") {
                        tally.wrong(case, "its qualifier is lost");
                    }
                }
                (wanted, value) => {
                    tally.wrong(case, format!("read as {value:?} instead of {wanted:?}"));
                }
            }
        } else if codes.is_empty() {
            tally.wrong(
                case,
                format!(
                    "not accepted, and nothing said at {cell}: {:?}",
                    outcome.codes(None)
                ),
            );
        } else if number.value.is_some()
            && !number
                .codes
                .iter()
                .any(|c| ["C002", "C015"].contains(&c.as_str()))
        {
            tally.wrong(case, format!("refused: {codes:?}"));
        }
    }
    tally.end();
}

#[test]
fn units_convert_or_are_refused_wherever_they_stand() {
    let list = spellings().unit;
    let mut cases = Vec::new();
    for (n, unit) in list.iter().enumerate() {
        let written = unit.text.trim_start_matches("单位：");
        let placeholder = ["同上", "〃", "/", "—", "无"].contains(&written);
        for place in ["计量单位", "a header's brackets", "behind the number"] {
            if placeholder && place != "计量单位" {
                continue;
            }
            for writer in writers(n) {
                let bare = Some(Cell::Number(12.0));
                let bracket = format!("累计完成（{}）", unit.text);
                let columns: Vec<(&str, Option<Cell>)> = match place {
                    "计量单位" => vec![
                        ("计量单位", Some(unit.text.as_str().into())),
                        ("累计完成", bare),
                    ],
                    "a header's brackets" => vec![(bracket.as_str(), bare)],
                    _ => vec![("累计完成", Some(format!("12{written}").into()))],
                };
                let target = match (unit.plan.as_str(), unit.factor) {
                    ("%", _) => 90.0,
                    (_, factor) => 24.0 * factor.unwrap_or(1.0),
                };
                let book = form(Some(NORMAL), &columns);
                let told = format!("{} for {}", unit.text, unit.plan);
                let indicator = quantity("示例指标", target, &unit.plan);
                cases.push((
                    unit,
                    Case {
                        told,
                        place,
                        writer,
                        book,
                        file: String::new(),
                        indicator,
                    },
                ));
            }
        }
    }
    let mut tally = Tally::default();
    let (units, cases): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    for ((unit, case), outcome) in units.iter().zip(&cases).zip(run(&cases, "2025-05")) {
        tally.count("unit", case);
        match unit.factor {
            None if outcome.codes(None).contains(&"C004") && !outcome.accepted() => {}
            None => tally.wrong(
                case,
                format!("taken as {:?} instead of C004", outcome.value()),
            ),
            Some(factor) => match outcome.value().filter(|_| outcome.accepted()) {
                Some(value) if (value - 12.0 * factor).abs() < 1e-9 * value.max(1.0) => {}
                Some(value) => tally.wrong(
                    case,
                    format!("read as {value} instead of {}", 12.0 * factor),
                ),
                None => tally.wrong(case, format!("refused: {:?}", outcome.codes(None))),
            },
        }
    }
    tally.end();
}
