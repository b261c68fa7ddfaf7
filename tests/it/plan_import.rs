//! `duban plan import`: the 2024 notice as text and as a Word table, against the shipped plan; importing again; refusals.

use std::collections::BTreeMap;
use std::fmt::Write;

use calamine::{Reader, Xlsx};
use docx_rs::{Docx, Paragraph, Run, Table, TableCell, TableRow, VMergeType};
use duban::check::load_plan;
use duban::plan::notice::{self, Aspect, Change, Draft, Notice};
use duban::plan::{Kind, Plan};

use crate::assert_on_record;
use crate::desk::{Desk, libreoffice, root};
use crate::month;

const NOTICE: &str = include_str!("../../seeds/2024/notice.txt");
const PLAN: &str = include_str!("../../seeds/2024/plan.toml");
const DOCS: &str = include_str!("../../docs/plan-import.md");

fn drafted(text: &str) -> Draft {
    notice::draft(&notice::read(text.as_bytes()).unwrap(), None).unwrap()
}

fn loaded(text: &str) -> Plan {
    load_plan("draft", text).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_2024_notice_gives_every_task_and_figure() {
    let draft = drafted(NOTICE);
    let (imported, shipped) = (loaded(&draft.to_toml()), &*month::PLAN);
    let differences = notice::compare(&imported, shipped);
    // Tasks, 分级, departments, 会同, texts, every target with unit, kind and 约, milestones, ongoing work, the relation.
    let substance: Vec<_> = differences
        .iter()
        .filter(|d| d.aspect.is_substance())
        .collect();
    assert!(substance.is_empty(), "{substance:#?}");
    // What is left is what a person decides: names, ids, schedules, aliases, settings.
    let mut kinds: BTreeMap<Aspect, usize> = BTreeMap::new();
    for d in &differences {
        *kinds.entry(d.aspect).or_default() += 1;
    }
    assert_eq!(
        kinds.into_keys().collect::<Vec<_>>(),
        [
            Aspect::Name,
            Aspect::Order,
            Aspect::Schedule,
            Aspect::Aliases,
            Aspect::Settings
        ]
    );
    let count = |of: fn(Kind) -> bool| imported.indicators.iter().filter(|i| of(i.kind)).count();
    assert_eq!(
        (
            count(Kind::is_numeric),
            count(|k| k == Kind::Milestone),
            count(|k| k == Kind::Ongoing)
        ),
        (47, 9, 12)
    );
    assert_eq!(
        (imported.title.as_str(), imported.short_title.as_str()),
        (shipped.title.as_str(), shipped.short_title.as_str())
    );
    assert_eq!(
        (imported.issuer.as_str(), imported.end),
        (shipped.issuer.as_str(), shipped.end)
    );
}

#[test]
fn the_2024_notice_keeps_its_qualifiers() {
    let draft = drafted(NOTICE);
    let of_task = |t: &notice::TaskDraft| {
        let no = t.no;
        let of = |(n, i): (usize, &notice::IndicatorDraft)| {
            (format!("{no}.{}", n + 1), i.qualifier.clone())
        };
        t.indicators.iter().enumerate().map(of).collect::<Vec<_>>()
    };
    let mut found: Vec<_> = draft.tasks.iter().flat_map(of_task).collect();
    found.retain(|(_, qualifier)| !qualifier.is_empty());
    let expected = [
        ("7.1", "达到"),
        ("7.2", "达到"),
        ("8.2", "至少"),
        ("8.3", "达到…以上"),
        ("12.1", "不少于"),
        ("12.3", "以上"),
        ("12.5", "不少于"),
        ("13.1", "以上"),
        ("15.1", "不少于"),
        ("16.2", "合计…余"),
        ("19.1", "共计"),
        ("19.2", "约"),
        ("19.3", "约"),
        ("19.4", "约"),
        ("19.5", "约"),
        ("19.7", "约"),
        ("19.8", "共计"),
        ("19.9", "约"),
        ("19.10", "约"),
    ];
    let found: Vec<_> = found
        .iter()
        .map(|(id, q)| (id.as_str(), q.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_docs_show_the_difference() {
    let imported = loaded(&drafted(NOTICE).to_toml());
    let shown = notice::in_words(&notice::compare(&imported, &month::PLAN));
    assert!(
        DOCS.contains(shown.trim()),
        "docs/plan-import.md is to hold:\n{shown}"
    );
}

// ---- the same notice as a Word table ----

fn paragraph(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(text))
}

/// A cell whose text is split over runs, as Word leaves it after edits.
fn cell(text: &str) -> TableCell {
    let middle = text.char_indices().nth(text.chars().count() / 2);
    let (a, b) = text.split_at(middle.map_or(0, |(at, _)| at));
    TableCell::new().add_paragraph(paragraph(a).add_run(Run::new().add_text(b)))
}

/// A cell that goes on with the one above.
fn continued() -> TableCell {
    let cell = TableCell::new().add_paragraph(Paragraph::new());
    cell.vertical_merge(VMergeType::Continue)
}

fn row<const N: usize>(texts: [&str; N]) -> TableRow {
    TableRow::new(texts.map(cell).to_vec())
}

fn packed(docx: Docx) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.build().pack(&mut bytes).unwrap();
    bytes.into_inner()
}

/// The notice in Word: 分级 merged down its rows, the heading merged over a title row, a second table on the next page.
fn word(notice: &Notice) -> Vec<u8> {
    let mut docx = Docx::new();
    for line in NOTICE.lines().take_while(|l| !l.starts_with('\t')) {
        docx = docx.add_paragraph(paragraph(line.trim()));
    }
    let heading = || {
        row([
            "序号",
            "市区\n分级",
            "项目名称",
            "责任单位",
            "2024年工作任务",
        ])
    };
    let title = TableRow::new(vec![cell("重点民生实事任务表").grid_span(5)]);
    let mut rows = vec![title, heading()];
    let mut tables = Vec::new();
    let mut tier = String::new();
    for (n, row) in notice.rows.iter().enumerate() {
        if n == 13 {
            tables.push(Table::new(std::mem::take(&mut rows)));
            rows.push(heading());
        }
        let shown = if row.tier == tier && n != 13 {
            continued()
        } else {
            cell(&row.tier).vertical_merge(VMergeType::Restart)
        };
        tier.clone_from(&row.tier);
        rows.push(TableRow::new(vec![
            cell(&row.no.unwrap().to_string()),
            shown,
            cell(&row.name),
            cell(&row.lead),
            cell(&row.text),
        ]));
    }
    tables.push(Table::new(rows));
    for table in tables {
        docx = docx.add_table(table).add_paragraph(paragraph("— 3 —"));
    }
    packed(
        docx.add_paragraph(paragraph("重庆高新区管委会办公室"))
            .add_paragraph(paragraph("2024年5月10日")),
    )
}

#[test]
fn a_word_table_with_merged_cells_gives_the_same_plan() {
    let from_text = notice::read(NOTICE.as_bytes()).unwrap();
    let from_word = notice::read(&word(&from_text)).unwrap();
    assert_eq!(from_word.rows, from_text.rows);
    assert!(
        from_word.left.iter().all(|l| l.is_formal),
        "{:?}",
        from_word.left
    );
    assert_eq!(
        notice::draft(&from_word, None).unwrap().to_toml(),
        drafted(NOTICE).to_toml()
    );
}

#[test]
fn rows_under_one_merged_number_are_one_task() {
    let rows = vec![
        row(["序号", "项目名称", "责任单位", "工作任务"]),
        TableRow::new(vec![cell("一、区级民生实事").grid_span(4)]),
        TableRow::new(vec![
            cell("1").vertical_merge(VMergeType::Restart),
            cell("绿化").vertical_merge(VMergeType::Restart),
            TableCell::new()
                .add_paragraph(paragraph("甲局（牵头）"))
                .add_paragraph(paragraph("乙局配合")),
            cell("新建公园3处。"),
        ]),
        TableRow::new(vec![
            continued(),
            continued(),
            cell("丙局配合"),
            cell("改造绿道5公里。"),
        ]),
        row(["2", "养老", "丁局", "成立专班。"]),
    ];
    let bytes = packed(
        Docx::new()
            .add_paragraph(paragraph("示例区2025年民生实事任务清单"))
            .add_table(Table::new(rows)),
    );
    let draft = notice::draft(&notice::read(&bytes).unwrap(), None).unwrap();
    let [first, second] = draft.tasks.as_slice() else {
        panic!("{:#?}", draft.tasks)
    };
    assert_eq!([&first.tier, &second.tier], ["区级", "区级"]);
    let targets: Vec<_> = first.indicators.iter().filter_map(|i| i.target).collect();
    assert_eq!(targets, [3.0, 5.0]);
    assert_eq!(first.with, ["乙局", "丙局"]);
    loaded(&draft.to_toml());
}

// ---- another city's notice (示例数据): section lines, two-level headings, a due day, baselines, shares, deadlines ----

const OTHER: &str = include_str!("../fixtures/notice/重点工作任务清单（示例数据）.txt");

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
fn other_in_excel() -> Vec<u8> {
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
            let bytes = std::fs::read(&file).unwrap();
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

/// Reporters, baselines and required evidence went unseen; so did whatever a field-by-field comparison does not name.
#[test]
fn every_field_of_the_plan_is_compared() {
    let draft = drafted(OTHER).to_toml();
    let imported = loaded(&draft);
    let shown = |from: &str, to: &str| {
        assert!(draft.contains(from), "{from}");
        notice::in_words(&notice::compare(
            &imported,
            &loaded(&draft.replacen(from, to, 1)),
        ))
    };
    let indicator = "id = \"1.1\"\nname = \"新建标准厂房\"\nkind = \"quantity\"\n";
    for (from, to, said) in [
        (
            indicator,
            format!("{indicator}weight = 2\n"),
            "在任务完成率中的权重（1处）\n- 1.1：1 → 2",
        ),
        (
            indicator,
            format!("{indicator}off = [\"R007\"]\n"),
            "1.1：（无） → R007",
        ),
        (
            indicator,
            format!("{indicator}deadline = 2025-09-30\n"),
            "1.1：（无） → 2025-09-30",
        ),
        (
            indicator,
            format!("{indicator}schedule = \"works\"\n"),
            "1.1：linear → works",
        ),
        (
            indicator,
            format!("{indicator}aliases = [\"厂房\"]\n"),
            "清单补了别名：1.1",
        ),
        (
            "baseline = 42\n",
            "baseline = 40\n".to_owned(),
            "2.3：42 → 40",
        ),
        ("baseline = 42\n", String::new(), "2.3：42 → （无）"),
        (
            "target = 20 }, { department = \"d04\", target = 15 }",
            "target = 15 }, { department = \"d04\", target = 20 }".to_owned(),
            "报送单位和各自的目标（1处）",
        ),
        (
            "lead = \"d03\"\nwith = []\n",
            "lead = \"d03\"\nwith = []\nevidence_required = true\n".to_owned(),
            "完成后是否要求报送验收材料（1处）\n- 第5项：否 → 是",
        ),
        (
            "due_month = \"next\"\n",
            "due_month = \"same\"\n".to_owned(),
            "due_next_month：是 → 否",
        ),
        (
            "due_month = \"next\"\n",
            "due_month = \"next\"\n\n[grading]\nahead = 15\n".to_owned(),
            "grading.ahead：10 → 15",
        ),
    ] {
        let words = shown(from, &to);
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(notice::compare(&imported, &imported).is_empty());
}

// ---- importing again ----

/// The draft after a person worked on it.
fn edited(draft: &str) -> String {
    let edited = draft
        .replace("id = \"d04\"", "id = \"ggfw\"")
        .replace("lead = \"d04\"", "lead = \"ggfw\"")
        .replace(
            "name = \"老旧供水管网改造\"",
            "name = \"供水管网改造\"\naliases = [\"管网改造\"]",
        )
        .replace("target = 860\n", "target = 900   # 与市场局核实\n")
        .replace("target = 3011\n", "target = 3012\n");
    assert_ne!(edited, draft);
    loaded(&edited);
    edited
}

fn merged(file: &str, notice: &str) -> (String, Vec<Change>) {
    let merged = notice::merge(file, &loaded(file), &drafted(notice));
    loaded(&merged.text);
    (merged.text, merged.changes)
}

fn places(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|c| c.place.as_str()).collect()
}

#[test]
fn importing_the_same_notice_again_changes_no_byte() {
    let file = edited(&drafted(NOTICE).to_toml());
    assert_eq!(merged(&file, NOTICE), (file, vec![]));
}

#[test]
fn importing_a_changed_notice_keeps_the_edits_and_shows_the_changes() {
    let file = edited(&drafted(NOTICE).to_toml());
    let changed = NOTICE
        .replace("老旧供水管网改造20公里", "老旧供水管网改造25公里")
        .replace("合计860余台", "合计880余台")
        .replace("建设3处口袋公园，", "建设3处口袋公园，新建绿道4公里，");
    let (text, changes) = merged(&file, &changed);
    let plan = loaded(&text);
    let indicator = |id: &str| &plan.indicators[plan.indicator(id).unwrap()];
    // Untouched by hand: taken over. The name and the alias that were edited stay.
    assert_eq!(
        (
            indicator("14.1").target,
            indicator("14.1").name.as_str(),
            indicator("14.1").aliases.len()
        ),
        (Some(25.0), "供水管网改造", 1)
    );
    // Edited by hand: kept, and reported.
    assert_eq!(indicator("16.2").target, Some(900.0));
    assert!(text.contains("# 与市场局核实"));
    // New in the notice.
    assert_eq!(
        (indicator("3.3").name.as_str(), indicator("3.3").target),
        ("新建绿道", Some(4.0))
    );
    assert!(
        changes
            .iter()
            .any(|c| c.place == "14.1" && c.what.contains("20公里") && c.what.contains("25公里")),
        "{changes:#?}"
    );
    assert!(
        changes
            .iter()
            .any(|c| c.place == "16.2" && c.what.contains("保留手工")),
        "{changes:#?}"
    );
    assert!(changes.iter().any(|c| c.place == "3.3"), "{changes:#?}");
    assert!(plan.tasks[13].text.contains("25公里"));
    // The next import of that notice has nothing to say.
    assert_eq!(merged(&text, &changed), (text, vec![]));
}

/// What a person changed, whatever the notice does to it: name, 分级, lead, words, a deleted task, a deleted indicator, names and
/// targets of indicators, reporters. It said 手工修改全部保留 and wrote over name, 分级, lead and words.
#[test]
fn every_edit_survives_a_notice_that_changes_the_same_values() {
    let draft = drafted(OTHER).to_toml();
    let cut = |text: &str, from: &str, to: &str| {
        let start = text.find(from).unwrap_or_else(|| panic!("{from}"));
        let end = start + text[start..].find(to).unwrap_or_else(|| panic!("{to}"));
        format!("{}{}", &text[..start], &text[end..])
    };
    // Task 12 and indicator 5.3 are not followed.
    let end = draft.find("# ---- 生态环境").unwrap();
    let file = cut(&draft[..end], "# 原文：加装电梯40部", "# 原文：改造面积");
    let edits = [
        ("name = \"工业园区提质增效\"", "name = \"园区提质\""),
        (
            "tier = \"产业发展\"\nname = \"中小企业培育\"",
            "tier = \"产业\"\nname = \"中小企业培育\"",
        ),
        (
            "盘活闲置厂房不少于3万平方米；",
            "盘活闲置厂房不少于3.2万平方米；",
        ),
        (
            "name = \"盘活闲置厂房\"\nkind = \"quantity\"\ntarget = 3\n",
            "name = \"盘活厂房\"\nkind = \"quantity\"\ntarget = 3.2\n",
        ),
        ("target = 26\n", "target = 27 # 增补1个\n"),
        (
            "target = 2000\nunit = \"个\"\n",
            "target = 2000\nunit = \"个\"\nreporters = [{ department = \"d03\", target = 1500 }, { department = \"d05\", target = 500 }]\n",
        ),
        (
            "lead = \"d06\"\nwith = [\"d03\"]",
            "lead = \"d03\"\nwith = [\"d06\"]",
        ),
        ("due_day = 5 ", "due_day = 3 "),
    ];
    let file = edits.iter().fold(file, |file, (from, to)| {
        assert!(file.contains(from), "{from}");
        file.replacen(from, to, 1)
    });
    loaded(&file);
    assert_eq!(merged(&file, OTHER), (file.clone(), vec![]));
    // The notice changes the same values, and moves a task to the front with a number of its own.
    let changes = [
        ("工业园区提质增效", "工业园区提质扩容"),
        ("一、产业发展（4项）", "一、工业发展（4项）"),
        ("不少于3万平方米", "不少于5万平方米"),
        ("老旧小区26个", "老旧小区30个"),
        ("停车泊位2000个", "停车泊位2600个"),
        (
            "加强校园食品安全监管。\t市教育局",
            "加强校园食品安全监管。\t市教育体育局",
        ),
        ("专班；建成无人机起降点8个", "专班；建成无人机起降点9个"),
        ("\n7\t“四好", "\n13\t“四好"),
    ];
    let notice = changes.iter().fold(OTHER.to_owned(), |notice, (from, to)| {
        assert!(notice.contains(from), "{from}");
        notice.replacen(from, to, 1)
    });
    let (text, told) = merged(&file, &notice);
    for (_, edit) in edits {
        assert!(text.contains(edit), "lost: {edit}\n{told:#?}");
    }
    let plan = loaded(&text);
    let place = |id: &str| plan.indicator(id).map(|ix| &plan.indicators[ix]);
    // What nobody had edited follows the notice; the number stays, since records are kept by it.
    assert_eq!(place("3.3").and_then(|i| i.target), Some(9.0));
    assert_eq!(plan.tasks[0].tier, "工业发展", "{told:#?}");
    assert!(plan.tasks.iter().any(|t| t.no == 7) && plan.tasks.iter().all(|t| t.no <= 11));
    assert!(plan.indicators.iter().all(|i| i.name != "加装电梯"));
    for place in ["第1项", "第2项", "第7项", "第9项", "5.1", "8.1", "3.3"] {
        assert!(places(&told).contains(&place), "{place}: {told:#?}");
    }
    // The next import of that notice has nothing to say.
    assert_eq!(merged(&text, &notice), (text, vec![]));
}

#[test]
fn tasks_that_come_go_or_change_hands_are_reported() {
    let file = edited(&drafted(NOTICE).to_toml());
    let changed = NOTICE
        .replace(
            "\t20\n\t\n\t建设宜居宜业和美乡村\n\t建设局\n",
            "\t20\n\t\n\t口袋书房\n\t文化局\n",
        )
        .replace("\t持续在中小学开展", "\t大力在中小学开展")
        .replace(
            "\t农村饮水建设项目\n\t城市建设事务中心",
            "\t农村饮水建设项目\n\t水务局",
        );
    let changed = match changed.find("顺应农民群众") {
        Some(at) => format!("{}建成口袋书房6座。\n", &changed[..at]),
        None => panic!("the notice has changed"),
    };
    let (text, changes) = merged(&file, &changed);
    let plan = loaded(&text);
    assert_eq!(plan.tasks.len(), 21);
    assert_eq!(plan.departments[plan.tasks[16].lead].name, "水务局");
    let told = places(&changes);
    assert!(
        told.contains(&"第17项")
            && told.contains(&"第20项")
            && told.contains(&"第21项")
            && told.contains(&"文化局"),
        "{changes:#?}"
    );
    assert!(text.contains("通知中已没有这项任务"));
}

#[test]
fn the_shipped_plan_takes_over_a_changed_notice_too() {
    assert_eq!(merged(PLAN, NOTICE), (PLAN.to_owned(), vec![]));
    let (text, changes) = merged(
        PLAN,
        &NOTICE.replace("供水管网改造20公里", "供水管网改造22公里"),
    );
    assert_eq!(
        loaded(&text).indicators[loaded(PLAN).indicator("14.1").unwrap()].target,
        Some(22.0)
    );
    assert!(places(&changes).contains(&"14.1"), "{changes:#?}");
}

// ---- the command ----

fn import(desk: &Desk, line: &str) -> crate::desk::Said {
    desk.duban(&format!("plan import {line}"))
}

#[test]
fn the_command_writes_a_draft_and_a_review_table() {
    let desk = Desk::bare();
    desk.write("通知.txt", NOTICE);
    import(&desk, "通知.txt --review 审核表.xlsx")
        .exits(0)
        .says(["任务20项", "指标68个"]);
    assert_eq!(
        desk.files(""),
        ["plan-draft.toml", "审核表.xlsx", "通知.txt"]
    );
    let draft = desk.text("plan-draft.toml");
    loaded(&draft);
    let review = std::io::Cursor::new(desk.read("审核表.xlsx"));
    let sheet = Xlsx::new(review)
        .unwrap()
        .worksheet_range("导入审核表")
        .unwrap();
    let mut rows = sheet.rows();
    assert!(
        rows.any(|r| r[2] == "14.1" && r[5] == "20公里" && r[7].to_string().contains("20公里"))
    );
    // A second run keeps what stands there.
    let edited = draft.replace("due_day = 5 ", "due_day = 8 ");
    assert_ne!(edited, draft);
    desk.write("plan-draft.toml", &edited);
    import(&desk, "通知.txt").says(["手工修改全部保留"]);
    assert_eq!(desk.text("plan-draft.toml"), edited);
}

#[test]
fn a_table_of_tasks_in_a_workbook_gives_the_same_draft() {
    let desk = Desk::bare();
    desk.write("分解表.xlsx", other_in_excel());
    import(&desk, "分解表.xlsx --out a.toml").says(["任务12项"]);
    let text = drafted(OTHER);
    let plan = loaded(&desk.text("a.toml"));
    let of_text = loaded(&text.to_toml());
    let tasks = |plan: &Plan| {
        let all = plan.indicators.iter();
        all.map(|i| {
            (
                i.id.clone(),
                i.name.clone(),
                i.target,
                i.unit.text.clone(),
                i.deadline,
            )
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(tasks(&plan), tasks(&of_text));
    // Rows under one merged task are one task.
    let mut book = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet();
    for (col, head) in (0..).zip(["序号", "重点任务", "年度目标", "责任单位"]) {
        sheet.write_string(0, col, head).unwrap();
    }
    for (col, text) in [(0, "1"), (1, "老旧小区改造"), (3, "建设局")] {
        sheet.merge_range(1, col, 2, col, text, &plain).unwrap();
    }
    sheet.write_string(1, 2, "改造小区12个").unwrap();
    sheet.write_string(2, 2, "惠及居民3000户").unwrap();
    desk.write("合并.xlsx", book.save_to_buffer().unwrap());
    import(&desk, "合并.xlsx --year 2025 --out b.xlsx").says(["任务1项", "指标2个"]);
    desk.duban("plan check b.xlsx").exits(0);
}

#[test]
fn comparing_writes_nothing() {
    let desk = Desk::bare();
    let seeds = root().join("seeds/2024").display().to_string();
    import(
        &desk,
        &format!("{seeds}/notice.txt --compare {seeds}/plan.toml"),
    )
    .exits(0)
    .says(["没有不同"]);
    assert!(desk.files("").is_empty());
}

#[test]
fn what_is_no_notice_is_refused_with_one_message_and_nothing_written() {
    let desk = Desk::bare();
    let large = vec![b'a'; 50 << 20];
    let no_table = packed(Docx::new().add_paragraph(paragraph("关于印发工作任务的通知")));
    let cases: [(&str, &[u8], &str); 6] = [
        ("空.txt", b"", "空文件"),
        (
            "诗.txt",
            "床前明月光，疑是地上霜。".as_bytes(),
            "不像是工作任务的通知",
        ),
        (
            "无表.txt",
            "关于印发工作任务的通知\n各部门：请落实。".as_bytes(),
            "没有找到任务表",
        ),
        ("无表.docx", &no_table, "没有找到任务表"),
        ("大.txt", &large, "超过 20 MiB"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"),
    ];
    for (name, bytes, message) in cases {
        desk.write(name, bytes);
        let before = desk.files("");
        let said = import(&desk, &format!("{name} --review 审核表.xlsx"))
            .exits(2)
            .says([message]);
        assert!(
            said.out.is_empty() && said.err.trim().lines().count() == 1,
            "{said}"
        );
        assert_eq!(desk.files(""), before, "{name}");
    }
    import(&desk, "没有这个文件.docx").exits(2);
}
