//! The same notice as a Word table.

use docx_rs::{Docx, Paragraph, Run, Table, TableCell, TableRow, VMergeType};
use duban::plan::notice::{self, Notice};

use super::{NOTICE, drafted, loaded};

pub fn paragraph(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(text))
}

/// A cell whose text is split over runs, as Word leaves it after edits.
pub fn cell(text: &str) -> TableCell {
    let middle = text.char_indices().nth(text.chars().count() / 2);
    let (a, b) = text.split_at(middle.map_or(0, |(at, _)| at));
    TableCell::new().add_paragraph(paragraph(a).add_run(Run::new().add_text(b)))
}

/// A cell that goes on with the one above.
pub fn continued() -> TableCell {
    let cell = TableCell::new().add_paragraph(Paragraph::new());
    cell.vertical_merge(VMergeType::Continue)
}

pub fn row<const N: usize>(texts: [&str; N]) -> TableRow {
    TableRow::new(texts.map(cell).to_vec())
}

pub fn packed(docx: Docx) -> Vec<u8> {
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
