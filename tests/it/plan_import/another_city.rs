//! Another city's notice (示例数据): section lines, two-level headings, a due day, baselines, shares, deadlines; in Word, as a
//! workbook, as paragraphs, with Word's own numbers.

use std::fmt::Write;

use docx_rs::{Docx, Table, TableCell, TableRow, VMergeType};
use duban::plan::notice::{self, Draft};

use super::command::import;
use super::word::{cell, continued, packed, paragraph, row};
use super::{drafted, loaded};
use crate::prelude::*;

pub const OTHER: &str = include_str!("../../fixtures/notice/重点工作任务清单（示例数据）.txt");

/// Rows of the other notice; a section line is a row of one cell.
fn other_rows() -> Vec<Vec<&'static str>> {
    let lines = OTHER.lines().skip_while(|l| !l.starts_with("序号"));
    lines.skip(1).map(|l| l.split('\t').collect()).collect()
}

/// What a draft holds of each task and indicator.
fn held(draft: &Draft) -> String {
    use std::fmt::Write as _;
    let mut out = format!("{}｜{}\n", draft.title, draft.departments.join("、"));
    for task in &draft.tasks {
        let day = task.deadline.map(|d| d.to_string()).unwrap_or_default();
        let lead = &draft.departments[task.lead];
        let _ = writeln!(
            out,
            "{} {}｜{}｜{lead}｜{}｜{day}",
            task.no,
            task.tier,
            task.name,
            task.with.join("、")
        );
    }
    for row in draft.review().iter().filter(|r| !r.id.is_empty()) {
        let _ = writeln!(out, "{} {} {} {}", row.id, row.kind, row.name, row.target);
    }
    out
}

/// The notice in Word: a covering letter, headings of two levels, section lines across the table.
fn other_in_word() -> Vec<u8> {
    let mut docx = Docx::new();
    for line in [
        "示例市人民政府办公室",
        "关于印发《云岭市2025年重点工作任务清单》的通知",
        "示府办发〔2025〕8号",
        "各街道办事处、乡镇人民政府，市政府有关部门：",
        "现印发给你们，请认真组织实施。各牵头单位要于每月底前将进展情况报市政府督查室，报送截止时间为次月3日。",
        "2025年1月20日",
    ] {
        docx = docx.add_paragraph(paragraph(line));
    }
    let down = |text| cell(text).vertical_merge(VMergeType::Restart);
    let mut rows = vec![
        TableRow::new(vec![
            down("序号"),
            down("项目名称"),
            down("2025年目标任务"),
            cell("责任分工").grid_span(2),
            down("完成时限"),
        ]),
        TableRow::new(vec![
            continued(),
            continued(),
            continued(),
            cell("牵头单位"),
            cell("配合单位"),
            continued(),
        ]),
    ];
    for cells in other_rows() {
        rows.push(match cells.as_slice() {
            [section] => TableRow::new(vec![cell(section).grid_span(6)]),
            cells => TableRow::new(cells.iter().map(|c| cell(c)).collect()),
        });
    }
    packed(
        docx.add_table(Table::new(rows))
            .add_paragraph(paragraph("注：各牵头单位要明确1名联络员。")),
    )
}

/// The notice as a workbook (任务分解表): a title, headings of two levels, section lines across the table, a day as a date.
pub fn other_in_excel() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet();
    let mut across = |row, first, last, below, text: &str| {
        sheet
            .merge_range(row, first, row + below, last, text, &plain)
            .unwrap();
    };
    across(0, 0, 5, 0, "云岭市2025年重点工作任务清单");
    across(1, 3, 4, 0, "责任分工");
    for (col, head) in [
        (0, "序号"),
        (1, "项目名称"),
        (2, "2025年目标任务"),
        (5, "完成时限"),
    ] {
        across(1, col, col, 1, head);
    }
    for (row, cells) in (3..).zip(other_rows()) {
        if let [section] = cells.as_slice() {
            across(row, 0, 5, 0, section);
        }
    }
    sheet.write_string(2, 3, "牵头单位").unwrap();
    sheet.write_string(2, 4, "配合单位").unwrap();
    for (row, cells) in (3..).zip(other_rows()).filter(|(_, cells)| cells.len() > 1) {
        for (col, cell) in (0..).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, col, number).unwrap(),
                Err(_) => sheet.write_string(row, col, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// The notice as paragraphs: 一、 for sections, （一） for tasks, their bodies and time limits on lines below.
fn other_in_paragraphs() -> String {
    let mut out = "示例市人民政府办公室\n云岭市2025年重点工作任务清单\n".to_owned();
    for cells in other_rows() {
        match cells.as_slice() {
            [section] => {
                let _ = writeln!(out, "{section}");
            }
            [no, name, text, lead, with, deadline] => {
                let _ = writeln!(out, "{no}.{name}。{text}\n牵头单位：{lead}");
                if !with.is_empty() {
                    let _ = writeln!(out, "配合单位：{with}");
                }
                let _ = writeln!(out, "完成时限：{deadline}");
            }
            other => panic!("{other:?}"),
        }
    }
    out
}

/// 12 tasks were announced and 4 imported, with exit 0: a section line ended the table.
#[test]
fn another_citys_notice_gives_every_task_target_baseline_and_deadline_however_it_is_set() {
    let text = drafted(OTHER);
    assert_on_record(
        "tests/fixtures/notice/读出的任务和指标（示例数据）.txt",
        &held(&text),
    );
    let word = notice::draft(&notice::read(&other_in_word()).unwrap(), None).unwrap();
    assert_eq!(held(&word), held(&text));
    let paragraphs = drafted(&other_in_paragraphs());
    assert_eq!(held(&paragraphs), held(&text));
    for draft in [&text, &word, &paragraphs] {
        loaded(&draft.to_toml());
    }
    // The due day is the covering letter's, and nothing else of the letter is lost in silence.
    let plan = loaded(&word.to_toml());
    assert_eq!((plan.due_day, plan.due_next_month), (3, true));
    let left: Vec<_> = word
        .left
        .iter()
        .filter(|l| !l.is_formal)
        .map(|l| l.words.as_str())
        .collect();
    assert_eq!(left, ["注：各牵头单位要明确1名联络员。"]);
    assert!(
        text.left
            .iter()
            .chain(&paragraphs.left)
            .all(|l| l.is_formal)
    );
}

/// The notice with its numbers set by Word: they stand in no text. Tasks as paragraphs, counted through or anew in each
/// section; as a table with 序号, or with the number before the name.
fn other_numbered_by_word() -> Vec<(&'static str, Vec<u8>)> {
    use docx_rs::{
        AbstractNumbering, IndentLevel, Level, LevelJc, LevelText, NumberFormat, Numbering,
        NumberingId, Start,
    };
    let level = |n, format: &str, text: &str| {
        let (format, text) = (NumberFormat::new(format), LevelText::new(text));
        Level::new(n, Start::new(1), format, text, LevelJc::new("left"))
    };
    let new = |lines: &[&str]| {
        let kinds = [
            (
                2,
                level(0, "chineseCounting", "%1、"),
                level(1, "chineseCounting", "（%2）"),
            ),
            (3, level(0, "decimal", "%1."), level(1, "bullet", "●")),
        ];
        let docx = kinds
            .into_iter()
            .fold(Docx::new(), |docx, (n, upper, lower)| {
                docx.add_abstract_numbering(
                    AbstractNumbering::new(n).add_level(upper).add_level(lower),
                )
                .add_numbering(Numbering::new(n, n))
            });
        lines
            .iter()
            .fold(docx, |docx, line| docx.add_paragraph(paragraph(line)))
    };
    let numbered = |list, level, text: &str| {
        paragraph(text).numbering(NumberingId::new(list), IndentLevel::new(level))
    };
    let bare = |text: &str| TableCell::new().add_paragraph(numbered(2, 0, text));
    let section = |text: &str| text.split_once('、').unwrap().1.to_owned();
    let title = ["示例市人民政府办公室", "云岭市2025年重点工作任务清单"];
    let [mut through, mut anew] = [new(&title), new(&title)];
    let mut rows = vec![row([
        "序号",
        "项目名称",
        "2025年目标任务",
        "牵头单位",
        "配合单位",
        "完成时限",
    ])];
    let mut named = vec![row([
        "项目名称",
        "2025年目标任务",
        "牵头单位",
        "配合单位",
        "完成时限",
    ])];
    for cells in other_rows() {
        let [_, name, text, lead, with, deadline] = cells[..] else {
            let section = section(cells[0]);
            through = through.add_paragraph(numbered(2, 0, &section));
            anew = anew.add_paragraph(numbered(2, 0, &section));
            rows.push(TableRow::new(vec![bare(&section).grid_span(6)]));
            named.push(TableRow::new(vec![bare(&section).grid_span(5)]));
            continue;
        };
        let cells = [text, lead, with, deadline].map(cell);
        let number = TableCell::new().add_paragraph(numbered(3, 0, ""));
        let mut all = vec![number, cell(name)];
        all.extend(cells.clone());
        rows.push(TableRow::new(all));
        let mut all = vec![TableCell::new().add_paragraph(numbered(3, 0, name))];
        all.extend(cells);
        named.push(TableRow::new(all));
        let head = format!("{name}。{text}");
        through = through.add_paragraph(numbered(3, 0, &head));
        anew = anew.add_paragraph(numbered(2, 1, &head));
        for (label, value) in [
            ("牵头单位", lead),
            ("配合单位", with),
            ("完成时限", deadline),
        ] {
            let line = format!("{label}：{value}");
            if !value.is_empty() {
                through = through.add_paragraph(numbered(3, 1, &line));
                anew = anew.add_paragraph(paragraph(&line));
            }
        }
    }
    vec![
        ("段落连续编号", packed(through)),
        ("段落分级编号", packed(anew)),
        ("表格序号", packed(new(&title).add_table(Table::new(rows)))),
        ("表格名称", packed(new(&title).add_table(Table::new(named)))),
    ]
}

/// The numbers of lists are Word's own: none stands in the text.
#[test]
fn tasks_that_word_numbers_are_found_in_paragraphs_and_cells() {
    let desk = Desk::bare();
    let expected = held(&drafted(OTHER));
    let mut files = Vec::new();
    for (name, bytes) in other_numbered_by_word() {
        let draft = notice::draft(&notice::read(&bytes).unwrap(), None).unwrap();
        assert_eq!(held(&draft), expected, "{name}");
        files.push(desk.write(&format!("{name}.docx"), bytes));
    }
    if libreoffice::is_installed() {
        for file in libreoffice::convert(&desk, &files, "docx", "再存") {
            let bytes = fs::read(&file).unwrap();
            let draft = notice::draft(&notice::read(&bytes).unwrap(), None).unwrap();
            assert_eq!(held(&draft), expected, "{}", file.display());
        }
    }
}

/// Whatever is not taken is said with its place, and the exit code is 1.
#[test]
fn what_is_not_taken_is_said_with_its_place() {
    let heads = "示例市2025年民生实事任务清单\n序号\t项目名称\t工作任务\t责任单位\n";
    let cases = [
        (
            "一、产业（3项）\n1\t甲\t新建公园3处。\t甲局\n",
            "第 3 行（写明有 3 项，实际读到 1 项",
        ),
        (
            "1\t甲\t新建公园3处。\t甲局\n请各单位于6月底前新建绿道5公里。\n2\t乙\t新增学位100个。\t乙局\n",
            "第 4 行（表中独占一行的文字",
        ),
        (
            "1\t甲\t新建公园3处。\t甲局\n注：甲项由丙局督办。\n2\t乙\t新增学位100个。\t乙局\n",
            "第 4 行（表注",
        ),
        (
            "1\t甲\t新建公园3处。\t甲局\t见附件\n",
            "第 3 行（没有表头的一列",
        ),
        (
            "1\t甲\t新建公园3处。\t甲局\n2\t\t\t乙局\n",
            "第 4 行（没有项目名称",
        ),
        (
            "1\t甲\t新建公园3处。\t甲局\n\n另请乙局新增学位100个。\n",
            "第 5 行（不在任务表",
        ),
        ("1\t甲\t新建公园３0 。\t甲局\n", "没有认出单位"),
    ];
    for (rows, said) in cases {
        let desk = Desk::bare();
        desk.write("通知.txt", format!("{heads}{rows}"));
        import(&desk, "通知.txt").exits(1).says([said]);
    }
    let desk = Desk::bare();
    desk.write("通知.txt", format!("{heads}一、产业（1项）\n（一）\t甲\t新建公园3处。\t甲局\n二、民生\n（二）\t乙\t新增学位100个。\t乙局\n"));
    import(&desk, "通知.txt").exits(0).says(["任务2项"]);
    let plan = loaded(&desk.text("plan-draft.toml"));
    let tiers: Vec<_> = plan.tasks.iter().map(|t| (t.no, t.tier.as_str())).collect();
    assert_eq!(tiers, [(1, "产业"), (2, "民生")]);
}

/// Tables without 工作任务, several tables under headings of their own, and rows that a line break has cut.
#[test]
fn tables_of_other_makes_are_read() {
    let text = "示例市2025年重点工作任务清单\n一、产业\n序号\t重点任务\t承办单位\t完成时限\n1\t新建标准厂房12万平方米\t甲局\t6月底\n2\t园区提质：盘活厂房3处；\n建成平台2个。\t乙局\t年底\n\n二、民生\n序号\t重点工作\t目标要求\t负责单位\n3\t扩大学位\t新增学位100个\t丙局\n";
    let draft = drafted(text);
    assert_eq!(
        held(&draft).lines().skip(1).collect::<Vec<_>>(),
        [
            "1 产业｜新建标准厂房｜甲局｜｜2025-06-30",
            "2 产业｜园区提质｜乙局｜｜",
            "3 民生｜扩大学位｜丙局｜｜",
            "1.1 数量 新建标准厂房 12万平方米",
            "2.1 计数 盘活厂房 3处",
            "2.2 计数 平台数量 2个",
            "3.1 计数 新增学位 100个",
        ]
    );
}

/// The message named neither the headings found nor those that are taken.
#[test]
fn headings_that_are_not_understood_are_named() {
    let desk = Desk::bare();
    let table = |heads: [&str; 3]| {
        packed(
            Docx::new()
                .add_paragraph(paragraph("2025年任务"))
                .add_table(Table::new(vec![row(heads), row(["1", "甲", "乙"])])),
        )
    };
    desk.write("甲.docx", table(["序号", "干什么", "谁来干"]));
    import(&desk, "甲.docx").exits(2).says([
        "序号、干什么、谁来干",
        "责任单位（或牵头单位、承办单位、负责单位）",
    ]);
    desk.write("乙.docx", table(["序号", "重点任务", "谁来干"]));
    import(&desk, "乙.docx")
        .exits(2)
        .says(["序号、重点任务、谁来干", "责任单位"]);
}
