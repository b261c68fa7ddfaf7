//! The 简报, word by word: each number in its text is a figure's own text, a date, or on the list of other numbers.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::desk::Month;
use crate::docx::part;
use crate::prelude::*;

fn briefing(outputs: &Month) -> Vec<u8> {
    fs::read(outputs.report("简报")).unwrap()
}

/// What numbers may be besides figures, as patterns: `9` stands for digits. Longest first.
const EXEMPT: [&str; 14] = [
    // Dates and months.
    "9年9月9日",
    "9年9月",
    "9月9日",
    "9月底",
    "9月",
    // The year in the plan's title, and in the names of two tasks.
    "9年重点民生实事",
    "2024年",
    // Numbers of documents and of what belongs to them: 期号, annexes, copies.
    "第9期",
    "第 9 期",
    "附件9",
    // In the list of annexes.
    "9.重点民生实事",
    "9.滞后项目情况表",
    "共印9份",
    "共印 9 份",
];

/// Length of the pattern at the text's start, `None` where it does not stand there.
fn matches(text: &str, pattern: &str) -> Option<usize> {
    let mut at = 0;
    for c in pattern.chars() {
        if c == '9' {
            let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            at += digits;
        } else if text[at..].starts_with(c) {
            at += c.len_utf8();
        } else {
            return None;
        }
    }
    Some(at)
}

/// The numbers of a text that are no figure: what is left is an error.
fn strangers(text: &str, figures: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let inside_number = text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.');
        let known = EXEMPT
            .iter()
            .filter(|_| !inside_number)
            .filter_map(|pattern| matches(rest, pattern))
            .max();
        if let Some(length) = known {
            at += length;
            continue;
        }
        if !c.is_ascii_digit() {
            at += c.len_utf8();
            continue;
        }
        let digits = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let number = rest[..digits].trim_end_matches('.');
        // The figure's own text, unit included; a change's sign is said in words.
        let is_figure = figures.iter().any(|f| {
            let shown = f.trim_start_matches('-');
            rest.starts_with(shown)
                && shown.starts_with(number)
                && !shown[number.len()..].starts_with(|c: char| c.is_ascii_digit() || c == '.')
        });
        if !is_figure {
            found.push(rest.chars().take(16).collect());
        }
        at += number.len().max(1);
    }
    found
}

/// A text as it can be compared: letters, digits and decimal points alone.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .collect()
}

/// A department's own words are quoted, numbers and all: they must be its words. What is left is the office's.
fn without_quotes(paragraph: &str, words: &[String]) -> String {
    let mut rest = paragraph.to_owned();
    for (label, ends) in [
        (
            "原因：",
            &["下一步：", "未提出下一步措施", "预计完成时间"][..],
        ),
        ("下一步：", &["预计完成时间"]),
    ] {
        let Some(start) = rest.find(label).map(|at| at + label.len()) else {
            continue;
        };
        let end = ends
            .iter()
            .filter_map(|end| rest[start..].find(end))
            .min()
            .map_or(rest.len(), |at| start + at);
        quoted(&rest[start..end], words);
        rest.replace_range(start..end, "");
    }
    rest
}

fn quoted(quote: &str, words: &[String]) {
    let quote = bare(quote);
    assert!(
        words.iter().any(|own| own.contains(&quote)),
        "“{quote}” are no department's words"
    );
}

struct Facts {
    /// Every figure's text that has a unit; a bare number would let anything pass.
    figures: Vec<String>,
    /// Departments' problems and next steps.
    words: Vec<String>,
    tasks: Vec<Value>,
}

fn facts(outputs: &Month) -> Facts {
    let facts = outputs.json("facts.json");
    let tasks = facts["tasks"].list().clone();
    let with_unit = |(_, text): (f64, String)| {
        Some(text).filter(|t| !t.ends_with(|c: char| c.is_ascii_digit()))
    };
    let all = outputs.figures();
    let qualified = facts["indicators"].list().iter().filter_map(|i| {
        // 余 and 多 stand before the unit.
        let qualifier = i["qualifier"]
            .as_str()
            .filter(|q| ["余", "多"].contains(q))?;
        let (_, text) = all.get(&format!("indicator.{}.value", i["id"].as_str()?))?;
        let digits = text.trim_end_matches(i["unit"].as_str()?);
        Some(text.replacen(digits, &format!("{digits}{qualifier}"), 1))
    });
    // In the annex a target stands before its figure, with the unit behind the one of them: 2.27：0.5万平方米.
    let targets = all.iter().filter(|(id, _)| id.ends_with(".target"));
    let targets = targets.map(|(_, (_, text))| {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let digits = digits
            .rsplit(|c: char| !c.is_ascii_digit() && c != '.')
            .next();
        format!("{}：", digits.unwrap_or_default())
    });
    let figures = qualified
        .chain(targets)
        .chain(all.clone().into_values().filter_map(with_unit))
        .collect();
    let words = tasks
        .iter()
        .flat_map(|t| ["problems", "next_steps"].map(|part| bare(text(t, part))))
        .filter(|w| !w.is_empty())
        .collect();
    Facts {
        figures,
        words,
        tasks,
    }
}

#[test]
fn every_number_of_the_briefing_is_a_figure() {
    for (month, outputs) in sample_year() {
        let facts = facts(outputs);
        let read = Document::of(&briefing(outputs));
        let text_length: usize = read.paragraphs.iter().map(|p| p.chars().count()).sum();
        assert!(text_length > 600, "{month}: the text was not read");
        for paragraph in &read.paragraphs {
            // A laggard's ordinal stands before its name.
            let body = match matches(paragraph, "9.") {
                Some(length) if !paragraph[length..].starts_with(|c: char| c.is_ascii_digit()) => {
                    &paragraph[length..]
                }
                _ => paragraph.as_str(),
            };
            let strange = strangers(&without_quotes(body, &facts.words), &facts.figures);
            assert!(strange.is_empty(), "{month}: {strange:?} in “{paragraph}”");
        }
        for (ix, row) in read.tables.iter().flatten().enumerate() {
            for (col, cell) in row.iter().enumerate() {
                let is_ordinal = col == 0 && cell.parse::<u32>().is_ok();
                let is_quote =
                    row.len() == 6 && (col == 3 || col == 4) && cell != "未填报" && ix > 0;
                if is_quote && !["原因", "下一步措施"].contains(&cell.as_str()) {
                    quoted(cell, &facts.words);
                } else if !is_ordinal {
                    // Last month's promise is quoted: it is what facts.json has of it.
                    let (before, rest) = cell.split_once("上月提出“").unwrap_or((cell, ""));
                    let (promise, after) = rest.rsplit_once('”').unwrap_or(("", rest));
                    let promise = bare(promise);
                    let is_given =
                        |t: &Value| bare(text(&t["promise"], "next_steps")).contains(&promise);
                    let given = promise.is_empty()
                        || facts
                            .tasks
                            .iter()
                            .any(|t| !t["promise"].is_null() && is_given(t));
                    assert!(given, "{month}: “{promise}” was not promised");
                    let cell = &format!("{before}{after}");
                    // The gap's column says its unit in the note under it.
                    let bare = cell
                        .strip_prefix(['低', '高'])
                        .is_some_and(|n| n.parse::<f64>().is_ok());
                    let cell = if bare {
                        &format!("{cell}个百分点")
                    } else {
                        cell
                    };
                    let strange = strangers(cell, &facts.figures);
                    assert!(
                        strange.is_empty(),
                        "{month}: {strange:?} in the cell “{cell}”"
                    );
                }
            }
        }
    }
}

/// The annex lists all tasks in plan order, each with its own rate, schedule and grade.
#[test]
fn the_annex_gives_each_task_its_own_figures() {
    for (month, outputs) in sample_year() {
        let figures = outputs.figures();
        let facts = facts(outputs);
        let read = Document::of(&briefing(outputs));
        let table = read
            .tables
            .iter()
            .find(|t| {
                t.first()
                    .is_some_and(|head| head.contains(&"序时进度".to_owned()))
            })
            .expect("the table of all tasks");
        let head = &table[0];
        let column = |name: &str| {
            head.iter()
                .position(|h| h == name)
                .unwrap_or_else(|| panic!("no {name} in {head:?}"))
        };
        assert_eq!(table.len(), 1 + 20, "{month}");
        for (task, row) in facts.tasks.iter().zip(&table[1..]) {
            let no = &task["no"];
            assert_eq!(row[column("序号")], no.to_string());
            assert_eq!(row[column("项目名称")], text(task, "name"));
            assert_eq!(
                row[column("状态")],
                text(task, "grade_text"),
                "{month} {no}"
            );
            for (name, part) in [("完成率", "rate"), ("序时进度", "schedule")] {
                let shown = &row[column(name)];
                match figures.get(&format!("task.{no}.{part}")) {
                    Some((_, text)) => assert_eq!(shown, text, "{month} {no}"),
                    None => assert!(
                        shown == "—" || shown.contains("个节点完成"),
                        "{month} {no}: {shown}"
                    ),
                }
            }
        }
    }
}

/// 「92余台」, and once 「余92台」: 余 stands behind round numbers only.
#[test]
fn a_qualifier_stands_where_people_write_it() {
    let xml = |month| part(&briefing(&sample_year()[month]), "word/document.xml");
    assert!(xml("2024-03").contains("逾92台") && !xml("2024-03").contains("余台"));
    assert!(xml("2024-02").contains("约0.25万平方米"));
}

/// The chart's stored numbers are the tasks' own, and so are those of the workbook behind it.
#[test]
fn the_chart_shows_each_tasks_own_figures() {
    for (month, outputs) in sample_year() {
        let figures = outputs.figures();
        let mut charts = parts(&briefing(outputs));
        charts.retain(|(name, _)| name.starts_with("word/charts/chart"));
        let [(_, chart)] = charts.as_slice() else {
            panic!("{month}: {} charts", charts.len())
        };
        let series = series(std::str::from_utf8(chart).unwrap());
        assert_eq!(series.len(), 2, "{month}");
        for ((labels, values), part) in series.iter().zip(["rate", "schedule"]) {
            assert_eq!(labels.len(), values.len());
            assert!(labels.len() >= 10, "{month}");
            for (label, value) in labels.iter().zip(values) {
                let no = label.split('.').next().unwrap();
                let (figure, _) = figures[&format!("task.{no}.{part}")];
                assert!(
                    (value.parse::<f64>().unwrap() - figure).abs() < 1e-9,
                    "{month} {label}: {value}, not {figure}"
                );
            }
        }
    }
}

/// Each series' category labels and values.
fn series(xml: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let mut found: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let mut reader = Reader::from_str(xml);
    // Whether what comes is a label; `None`: it is neither a label nor a value.
    let (mut is_label, mut in_value) = (None, false);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return found,
            Event::Start(e) => match e.name().into_inner() {
                "c:ser" => {
                    found.push(Default::default());
                    is_label = None;
                }
                "c:cat" => is_label = Some(true),
                "c:val" => is_label = Some(false),
                name => in_value = name == "c:v",
            },
            Event::End(_) => in_value = false,
            Event::Text(t) if in_value => {
                if let (Some(is_label), Some((labels, values))) = (is_label, found.last_mut()) {
                    let list = if is_label { labels } else { values };
                    list.push(t.xml10_content().into_owned());
                }
            }
            _ => {}
        }
    }
}

/// The reader itself: what it must refuse, it refuses.
#[test]
fn a_number_that_is_no_figure_is_seen() {
    let figures = ["24.5%".to_owned(), "3件".to_owned(), "-1件".to_owned()];
    for good in [
        "完成率24.5%，共3件，减少1件",
        "截至6月底，2024年6月30日，2024年食品安全",
        "附件1：第6期，第 6 期",
    ] {
        assert!(strangers(good, &figures).is_empty(), "{good}");
    }
    for bad in [
        "完成率24.6%",
        "完成率4.5%",
        "完成率124.5%",
        "共13件",
        "共3个",
        "第7项",
    ] {
        assert_eq!(strangers(bad, &figures).len(), 1, "{bad}");
    }
}
