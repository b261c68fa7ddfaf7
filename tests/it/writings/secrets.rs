//! Secrecy markings and personal numbers, and what only looks like them.

use super::book::{Book, Cell, Writer};
use super::list::{lookalikes, spellings};
use super::office::{Case, NORMAL, each, form, judged, usual, writers};

const MARKED: [&str; 16] = [
    "own cell",
    "beginning of the title",
    "end of the title",
    "own line of the title",
    "page header",
    "page footer",
    "sheet name",
    "cover sheet",
    "text box",
    "identity line",
    "below the table",
    "comment",
    "chart title",
    "chart sheet",
    "document title",
    "file name",
];

fn marked(text: &str, place: &'static str) -> Book {
    let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
    let title = book.above[0][0].1.clone();
    match place {
        "own cell" => book.above.insert(0, vec![(0, text.to_owned())]),
        "beginning of the title" => book.above[0][0].1 = format!("{text} {title}"),
        "end of the title" => book.above[0][0].1 = format!("{title} {text}"),
        "own line of the title" => book.above[0][0].1 = format!("{title}\n{text}"),
        "page header" => book.page_header = Some(format!("&R&\"黑体\"&12{text}")),
        "page footer" => book.page_footer = Some(format!("&L{text}&C第 &P 页")),
        "sheet name" => book.sheet = String::from(text),
        "cover sheet" => book.cover = Some(text.to_owned()),
        "text box" => book.text_box = Some(text.to_owned()),
        "comment" => book.comment = Some(text.to_owned()),
        "chart title" => book.chart = Some(text.to_owned()),
        "chart sheet" => book.chart_sheet = Some(text.to_owned()),
        "document title" => book.property = Some(text.to_owned()),
        "below the table" => book.rows.extend([Vec::new(), vec![Some(text.into())]]),
        "file name" => {}
        _ => book.above[1].push((8, text.to_owned())),
    }
    book
}

fn fits(text: &str, place: &str, writer: Writer) -> bool {
    let of_a_package = [
        "cover sheet",
        "text box",
        "comment",
        "chart title",
        "chart sheet",
        "document title",
    ]
    .contains(&place);
    let of_no_name = ['[', ']', ':', '/', '?', '*', '\\'];
    match writer {
        _ if ["sheet name", "file name"].contains(&place) && text.contains(of_no_name) => false,
        Writer::Shared => true,
        Writer::Inline => !of_a_package,
        // LibreOffice drops or redraws shapes when it saves old formats.
        Writer::Office(_) => place != "text box",
    }
}

/// A case of a file's name has the text in it.
fn named(case: Case) -> Case {
    let file = match case.place {
        "file name" => format!("【{}】{{单位}}", case.told),
        _ => String::new(),
    };
    Case { file, ..case }
}

#[test]
fn secrecy_markings_are_found_wherever_they_stand() {
    let mut cases = Vec::new();
    for (n, marking) in spellings().marking.iter().enumerate() {
        for (p, place) in MARKED.into_iter().enumerate() {
            for writer in writers(n + p)
                .into_iter()
                .filter(|w| fits(&marking.text, place, *w))
            {
                let book = marked(&marking.text, place);
                let indicator = usual();
                let case = Case::of(marking.text.clone(), place, writer, book, indicator);
                cases.push(named(case));
            }
        }
    }
    each("marking", cases, |tally, case, outcome| {
        if !outcome.codes(None).contains(&"F010") || outcome.accepted() {
            tally.wrong(case, format!("missed: {:?}", outcome.codes(None)));
        }
    });
}

#[test]
fn words_of_secrecy_that_mark_nothing_raise_nothing() {
    let mut cases = Vec::new();
    for (n, text) in lookalikes()["marking"].iter().enumerate() {
        for (p, place) in MARKED.into_iter().enumerate() {
            for writer in writers(n + p).into_iter().filter(|w| fits(text, place, *w)) {
                let book = marked(text, place);
                let indicator = usual();
                cases.push(named(Case::of(
                    text.clone(),
                    place,
                    writer,
                    book,
                    indicator,
                )));
            }
        }
    }
    each("no marking", cases, |tally, case, outcome| {
        if outcome.codes(None).contains(&"F010") {
            tally.wrong(case, "F010");
        }
    });
}

fn personal(text: &str, place: &'static str) -> Book {
    let mut columns = vec![("累计完成", Some(Cell::Number(12.0)))];
    match place {
        "备注" => columns.push(("备注", Some(text.into()))),
        "工作进展" => columns.push((
            "工作进展",
            Some(format!("现场走访三处，推进会已召开，经办{text}，台账已更新，按月调度。").into()),
        )),
        _ => {}
    }
    let mut book = form(Some(NORMAL), &columns);
    match place {
        "hidden sheet" => book.hidden = Some(text.into()),
        "hidden sheet, as a number" => book.hidden = text.parse().ok().map(Cell::Number),
        "备注, as a number" => {
            book.header.push("备注".to_owned());
            book.rows[0].push(text.parse().ok().map(Cell::Number));
        }
        "comment" => book.comment = Some(text.to_owned()),
        "page footer" => book.page_footer = Some(format!("&L{text}")),
        _ => {}
    }
    book
}

#[test]
fn personal_numbers_are_found_and_never_printed() {
    let mut cases = Vec::new();
    for (n, entry) in spellings().personal.iter().enumerate() {
        let as_number = entry.text.bytes().all(|b| b.is_ascii_digit());
        for (p, place) in [
            "备注",
            "工作进展",
            "hidden sheet",
            "comment",
            "page footer",
            "备注, as a number",
            "hidden sheet, as a number",
        ]
        .into_iter()
        .enumerate()
        {
            if place.ends_with("number") && !as_number {
                continue;
            }
            for writer in writers(n + p) {
                if writer == Writer::Inline
                    && ["hidden sheet", "comment", "hidden sheet, as a number"].contains(&place)
                {
                    continue;
                }
                let book = personal(&entry.text, place);
                let indicator = usual();
                cases.push((
                    entry.number.clone(),
                    Case {
                        told: entry.text.clone(),
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
    judged("personal number", cases, |tally, number, case, outcome| {
        // A number of eighteen digits that a program keeps as a number has lost its last digits.
        if !outcome.codes(None).contains(&"C017") {
            tally.wrong(case, format!("missed: {:?}", outcome.codes(None)));
        }
        let printed = format!("{:?} {:?}", outcome.findings, outcome.record);
        let digits: String = printed
            .chars()
            .filter_map(|c| c.to_digit(10))
            .filter_map(|d| char::from_digit(d, 10))
            .collect();
        if printed.contains(number.as_str()) || digits.contains(number.as_str()) {
            tally.wrong(case, "printed");
        }
    });
}

#[test]
fn numbers_of_things_are_no_personal_numbers() {
    let mut cases = Vec::new();
    for (n, text) in lookalikes()["personal"].iter().enumerate() {
        for (p, place) in ["备注", "工作进展", "hidden sheet"].into_iter().enumerate() {
            for writer in writers(n + p) {
                if writer == Writer::Inline && place == "hidden sheet" {
                    continue;
                }
                let book = personal(text, place);
                let indicator = usual();
                cases.push(Case::of(text.clone(), place, writer, book, indicator));
            }
        }
    }
    each("no personal number", cases, |tally, case, outcome| {
        if outcome.codes(None).contains(&"C017") {
            tally.wrong(case, "C017");
        }
    });
}
