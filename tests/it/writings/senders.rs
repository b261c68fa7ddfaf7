//! Who sent a file, which row is which task, which file is the newest, and what a narrative claims.

use std::collections::BTreeSet;

use super::book::{Book, Cell, Writer};
use super::list::{lookalikes, spellings};
use super::office::{
    Case, NORMAL, Tally, department, each, form, plan, quantity, said, usual, writers,
};
use crate::prelude::*;

/// Each identity line in a run of its own, since all name one department.
#[test]
fn a_department_is_known_by_any_of_its_lines() {
    let mut tally = Tally::default();
    for (n, identity) in spellings().identity.iter().enumerate() {
        for place in ["one cell", "two cells"] {
            let colon = identity.text.split_once(['：', ':']);
            let (label, name) = match colon.or_else(|| identity.text.rsplit_once(' ')) {
                Some((label, name)) => (label.to_owned(), name.to_owned()),
                None => panic!("{} has no label", identity.text),
            };
            if place == "two cells" && identity.text.contains("市 教") {
                continue;
            }
            let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
            match place {
                "one cell" => book.above[1][0].1 = identity.text.clone(),
                _ => book.above[1]
                    .splice(0..1, [(0, format!("{label}：")), (1, name)])
                    .for_each(drop),
            }
            book.rows[0][1] = Some("示例任务1".into());
            let writer = writers(n).pop().unwrap();
            let case = Case {
                told: identity.text.clone(),
                place,
                writer: if matches!(writer, Writer::Office(_)) {
                    Writer::Shared
                } else {
                    writer
                },
                book,
                file: "5月报送表".to_owned(),
                indicator: String::new(),
            };
            let desk = Desk::bare();
            let inbox = desk.make_folder("inbox/2025-05");
            let bytes = if case.writer == Writer::Inline {
                case.book.inline()
            } else {
                case.book.shared()
            };
            fs::write(inbox.join("5月报送表.xlsx"), bytes).unwrap();
            let mut plan = plan(
                &[
                    ("jyj".to_owned(), "市教育局".to_owned()),
                    ("tyj".to_owned(), "市体育局".to_owned()),
                ],
                &format!(
                    "[[task]]\nno = 1\ntier = \"市级\"\nname = \"示例任务1\"\ntext = \"示例\"\nlead = \"jyj\"\n[[task.indicator]]\nid = \"1.1\"\n{}\n",
                    usual()
                ),
            );
            plan = plan.replace(
                "name = \"市教育局\"",
                "name = \"市教育局\"\naliases = [\"市教体局\", \"教育局\"]",
            );
            let said = said(&desk, &plan, "2025-05");
            tally.count("identity", &case);
            let outcome = said.of("jyj", "5月报送表.xlsx");
            if !outcome.accepted() {
                tally.wrong(&case, format!("{:?}", outcome.codes(None)));
            }
        }
    }
    tally.end();
}

/// Units whose names hold each other, or two halves with a joint: which of them sent a form, from its line, its signature or its
/// title alone.
#[test]
fn units_with_alike_names_are_told_apart() {
    let units = [
        ("zjj", "住房和城乡建设局"),
        ("jyj", "教育和体育局"),
        ("gaj", "公安局"),
        ("jjd", "公安局交警大队"),
        ("yhj", "永和街道办事处"),
    ];
    let own = units.map(|(id, name)| (id.to_owned(), name.to_owned()));
    let tasks: String = units.iter().zip(1..).fold(String::new(), |tasks, ((id, _), no)| {
        format!(
            "{tasks}[[task]]\nno = {no}\ntier = \"市级\"\nname = \"示例任务{no}\"\ntext = \"示例\"\nlead = \"{id}\"\n[[task.indicator]]\nid = \"{no}.1\"\n{}\n",
            usual()
        )
    });
    let plan = plan(&own, &tasks).replace(
        "name = \"公安局\"",
        "name = \"公安局\"\naliases = [\"县公安局\"]",
    );
    for (text, place, sender) in [
        ("填报单位：住房城乡建设局", "above", Some("zjj")),
        ("填报单位：县住房与城乡建设局", "above", Some("zjj")),
        ("填报单位：县教育体育局安全股", "above", Some("jyj")),
        ("填报单位：县公安局治安大队", "above", Some("gaj")),
        ("填报单位：县公安局交警大队秩序中队", "above", Some("jjd")),
        ("填报单位：永街道办事处", "above", None),
        ("填报单位：城乡建设局", "above", None),
        ("县教育和体育局  2025年6月2日", "below", Some("jyj")),
        ("报送单位（盖章）：公安局交警大队", "below", Some("jjd")),
        ("教育和体育局（盖章）", "below", Some("jyj")),
        ("本表报教育和体育局汇总", "below", None),
        ("抄送：教育和体育局", "below", None),
        ("抄送单位：教育和体育局", "below", None),
        ("抄报 公安局", "below", None),
        ("抄送：|教育和体育局", "below", None),
        ("抄送|教育和体育局", "below", None),
        ("报送单位：|公安局交警大队", "below", Some("jjd")),
        ("制表人：张三|教育和体育局（盖章）", "below", Some("jyj")),
        ("审核人：|教育和体育局（盖章）", "below", Some("jyj")),
        ("抄送：|公安局|教育和体育局", "below", None),
        ("主送单位：公安局", "above", None),
        ("接收单位：公安局", "below", None),
        (
            "教育和体育局2025年5月重点工作进展情况表",
            "title",
            Some("jyj"),
        ),
        ("重点工作进展情况报送表（县公安局）", "title", Some("gaj")),
        (
            "附件1：教育和体育局2025年5月进展情况表",
            "title",
            Some("jyj"),
        ),
        ("教育和体育局2025年5月进展情况表（公安局）", "title", None),
        ("公安系统2025年5月重点工作进展情况表", "title", None),
        ("重点工作进展情况报送表（报公安局）", "title", None),
    ] {
        let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(12.0)))]);
        book.above[1].remove(0);
        book.rows[0][1] = Some("示例任务1".into());
        match place {
            "above" => book.above[1].push((7, text.to_owned())),
            "title" => text.clone_into(&mut book.above[0][0].1),
            _ => {
                let cells = text.split('|').map(|cell| Some(cell.into()));
                book.rows.extend([Vec::new(), cells.collect()]);
            }
        }
        let desk = Desk::bare();
        let inbox = desk.make_folder("inbox/2025-05");
        fs::write(inbox.join("5月报送表.xlsx"), book.shared()).unwrap();
        let said = said(&desk, &plan, "2025-05");
        let absent = |id: &str| {
            let mut all = said.findings().iter();
            all.any(|f| f["code"] == "X001" && f["department"] == id)
        };
        let sent: Vec<&str> = units
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| !absent(id))
            .collect();
        assert_eq!(sent, Vec::from_iter(sender), "{text} {place}");
        let mut all = said.findings().iter();
        let is_note = all.any(|f| f["code"] == "F005" && f["severity"] == "note");
        let is_guess = place == "title" && sender.is_some();
        assert_eq!(is_note, is_guess, "{text} {place}");
    }
}

#[test]
fn serial_numbers_name_their_task() {
    let mut tally = Tally::default();
    for (n, serial) in spellings().serial.iter().enumerate() {
        for writer in writers(n)
            .into_iter()
            .filter(|w| !matches!(w, Writer::Office(_)))
        {
            let book = Book {
                sheet: "进展情况".to_owned(),
                above: vec![
                    vec![(0, "示例市重点工作进展情况报送表".to_owned())],
                    vec![
                        (0, format!("填报单位：{}", department(0))),
                        (3, format!("填报期：{NORMAL}")),
                    ],
                ],
                header: ["序号", "累计完成", "工作进展"].map(str::to_owned).to_vec(),
                rows: vec![vec![
                    Some(serial.text.as_str().into()),
                    Some(Cell::Number(12.0)),
                    Some("按月调度，现场走访三处，台账已更新，数量见本表各列。".into()),
                ]],
                ..Book::default()
            };
            let case = Case {
                told: serial.text.clone(),
                place: "序号",
                writer,
                book,
                file: String::new(),
                indicator: String::new(),
            };
            let desk = Desk::bare();
            let inbox = desk.make_folder("inbox/2025-05");
            let bytes = if writer == Writer::Inline {
                case.book.inline()
            } else {
                case.book.shared()
            };
            fs::write(inbox.join(format!("{}.xlsx", department(0))), bytes).unwrap();
            let tasks: String = (1..=5)
                .map(|no| {
                    format!(
                        "[[task]]\nno = {no}\ntier = \"市级\"\nname = \"示例任务{no}\"\ntext = \"示例\"\nlead = \"d0\"\n[[task.indicator]]\nid = \"{no}.1\"\n{}\n",
                        usual()
                    )
                })
                .collect();
            let said = said(
                &desk,
                &plan(&[("d0".to_owned(), department(0))], &tasks),
                "2025-05",
            );
            tally.count("serial number", &case);
            let taken: Vec<String> = (1..=5)
                .filter(|no| said.record(&format!("{no}.1"))["state"] == "accepted")
                .map(|no| no.to_string())
                .collect();
            if taken != [serial.no.to_string()] {
                tally.wrong(&case, format!("taken for {taken:?}"));
            }
        }
    }
    tally.end();
}

/// Files of one department whose names alone tell which is the newest; each says another value.
#[test]
fn the_newest_file_is_told_by_its_name() {
    let mut wrong = Vec::new();
    let clean = lookalikes();
    let plain = "市教育局5月报送表.xlsx";
    let mut lists: Vec<(Vec<String>, bool)> = spellings()
        .version
        .into_iter()
        .map(|v| (v.order, true))
        .collect();
    lists.extend(
        clean["version"]
            .iter()
            .map(|name| (vec![plain.to_owned(), name.clone()], false)),
    );
    for (names, ordered) in &lists {
        // Written in both orders, so that the order of arrival can tell nothing.
        for reversed in [false, true] {
            let desk = Desk::bare();
            let inbox = desk.make_folder("inbox/2025-05");
            let mut files: Vec<(usize, &String)> = names.iter().enumerate().collect();
            if reversed {
                files.reverse();
            }
            for (n, name) in files {
                let value = f64::from(u32::try_from(n).unwrap()) + 10.0;
                let mut book = form(Some(NORMAL), &[("累计完成", Some(Cell::Number(value)))]);
                book.above[1][0].1 = "填报单位：市教育局".to_owned();
                book.rows[0][1] = Some("示例任务1".into());
                // Inline: without a stamp of when it was saved.
                fs::write(inbox.join(name), book.inline()).unwrap();
            }
            let task = format!(
                "[[task]]\nno = 1\ntier = \"市级\"\nname = \"示例任务1\"\ntext = \"示例\"\nlead = \"jyj\"\n[[task.indicator]]\nid = \"1.1\"\n{}\n",
                quantity("示例指标", 48.0, "公里")
            );
            let said = said(
                &desk,
                &plan(&[("jyj".to_owned(), "市教育局".to_owned())], &task),
                "2025-05",
            );
            let codes: BTreeSet<&str> = said
                .findings()
                .iter()
                .filter_map(|f| f["code"].as_str())
                .collect();
            let value: Option<f64> = said.record("1.1")["value"].parse().ok();
            let newest = 9.0 + names.len() as f64;
            if *ordered && value != Some(newest) {
                wrong.push(format!("{names:?}: {value:?} is used, {codes:?}"));
            }
            if !ordered && !codes.contains("F008") {
                wrong.push(format!("{names:?}: one is taken for newer, {codes:?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        lists.len() * 2,
        wrong.join("\n")
    );
}

#[test]
fn narratives_of_promises_stages_and_parts_contradict_nothing() {
    let clean = lookalikes();
    let mut cases = Vec::new();
    for (family, value) in [("unfinished", 60.0), ("finished", 100.0)] {
        for text in &clean[family] {
            let narrative = format!("示例指标{text}，现场走访三处，台账已更新，责任到人。");
            let columns = [
                ("累计完成", Some(Cell::Number(value))),
                ("工作进展", Some(narrative.into())),
            ];
            let book = form(Some(NORMAL), &columns);
            let indicator = quantity("示例指标", 100.0, "公里");
            let place = if value < 100.0 {
                "工作进展 at 60 %"
            } else {
                "工作进展 at 100 %"
            };
            cases.push(Case {
                told: text.clone(),
                place,
                writer: Writer::Shared,
                book,
                file: String::new(),
                indicator,
            });
        }
    }
    each("narrative", cases, |tally, case, outcome| {
        if outcome.codes(None).contains(&"R006") {
            tally.wrong(case, "R006");
        }
    });
}
