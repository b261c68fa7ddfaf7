//! Nothing that leaves the program prints too small to read, clipped or broken, on pages that stay empty.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, SheetVisible, Xlsx, open_workbook};
use duban::intake::workbook::CellRef;
use rust_xlsxwriter::{Format, Workbook};

use super::measure::{Page, can_measure, pages};
use crate::desk::report;
use crate::docx::part;
use crate::prelude::*;

/// Points to a millimetre: 9 points are 13 of them.
const COARSE: f64 = 4.0;
/// Nine points; sizes are known to a third of one.
const SMALLEST: f64 = 9.0;
/// Left, top, right, bottom: outside the type area.
const OFFICIAL: Margins = (26.0, 37.0, 26.0, 35.0);
const LYING: Margins = (36.0, 28.0, 36.0, 26.0);
const SHEET: Margins = (11.4, 14.0, 11.4, 15.2);
type Margins = (f64, f64, f64, f64);

/// A 分级 of four characters has two lines of its narrow column.
const TIERS: [&str; 4] = ["产业发展", "民生福祉", "城乡建设", "生态环境"];

/// What a reader of this paper would stumble over.
fn faults(paper: &Path, pdf: &Path) -> Vec<String> {
    let pages = pages(pdf, COARSE);
    let is_sheet = paper.extension().is_some_and(|e| e == "xlsx");
    let mut faults = Vec::new();
    for (n, page) in pages.iter().enumerate() {
        let mut fault = |what: String| faults.push(format!("page {}: {what}", n + 1));
        for (size, words) in &page.sizes {
            if *size < SMALLEST {
                fault(format!("{size:.1} points: {words}"));
            }
        }
        let is_lying = page.width > page.height;
        let margins = match (is_sheet, is_lying) {
            (true, _) => SHEET,
            (false, true) => LYING,
            (false, false) => OFFICIAL,
        };
        let used = page.used(margins);
        // The last page of a list is as long as what is left of it, which is more than its note.
        let is_last = pages.get(n + 1).is_none_or(|next| {
            is_annex(next) || is_sheet && (sheet(page).is_empty() || sheet(next) != sheet(page))
        });
        if used < if is_last { 0.05 } else { 0.25 } {
            fault(format!("{:.0} % of the area are used", used * 100.0));
        }
        for word in &page.words {
            let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            let is_upright = word.bottom - word.top < 1.9 * (word.right - word.left);
            if word.text.contains("##") {
                fault(format!("too narrow for a number: {}", word.text));
            } else if word.text.chars().count() > 1
                && word.text.chars().all(is_han)
                && is_upright
                && !page.is_whole(word)
            {
                fault(format!(
                    "clipped: {} at {:.0}, {:.0} mm",
                    word.text, word.left, word.top
                ));
            }
        }
    }
    faults.extend(broken(paper, &pages));
    faults
}

/// Whether a page begins an annex.
fn is_annex(page: &Page) -> bool {
    let lines = page.lines(|w| w.top < 50.0);
    lines
        .iter()
        .any(|l| l.0.trim_matches('—').starts_with("附件"))
}

/// What a page's foot says before its number: the sheet's name.
fn sheet(page: &Page) -> String {
    let foot = page.lines(|w| w.top > page.height - 15.0);
    let text: String = foot.into_iter().map(|l| l.0).collect();
    text.split('第').next().unwrap_or_default().to_owned()
}

/// Words of a table's cells that stand on no line as a whole: figures, and cells of a single short word.
fn broken(paper: &Path, pages: &[Page]) -> Vec<String> {
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for cell in cells(paper) {
        let is_word = (2..=6).contains(&cell.chars().count())
            && cell
                .chars()
                .all(|c| c > '\u{3400}' && !"（）：，。、“”".contains(c));
        if is_word {
            *wanted.entry(cell.clone()).or_default() += 1;
        }
        for figure in figures(&cell) {
            *wanted.entry(figure).or_default() += 1;
        }
    }
    let text: String = pages.iter().map(Page::text).collect::<Vec<_>>().join("\n");
    let printed = figures(&text);
    let is_figure = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let count = |word: &String| {
        if is_figure(word) {
            printed.iter().filter(|p| *p == word).count()
        } else {
            text.lines().filter(|line| line == word).count()
        }
    };
    wanted.retain(|word, _| !TIERS.contains(&word.as_str()));
    let lost = wanted.iter().map(|(word, n)| (word, *n, count(word)));
    lost.filter(|(_, wanted, found)| found < wanted)
        .map(|(word, wanted, found)| {
            format!("broken: {word} stands in {wanted} cells, whole on paper {found} times")
        })
        .collect()
}

/// Runs of digits with points, from two characters on: 65.0%, 2024.
fn figures(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '%');
    let runs = text.split(|c| !is_part(c)).map(|run| run.trim_matches('.'));
    let runs = runs.filter(|run| run.len() > 1 && run.starts_with(|c: char| c.is_ascii_digit()));
    runs.map(str::to_owned).collect()
}

/// Texts of the cells that print.
fn cells(paper: &Path) -> Vec<String> {
    if paper.extension().is_some_and(|e| e == "docx") {
        let document = Document::of(&fs::read(paper).unwrap());
        return document.tables.concat().concat();
    }
    let areas = print_areas(paper);
    let mut book: Xlsx<_> = open_workbook(paper).unwrap();
    let sheets = book.sheets_metadata().to_vec();
    let mut out = Vec::new();
    for (n, sheet) in sheets.iter().enumerate() {
        if sheet.visible != SheetVisible::Visible {
            continue;
        }
        let range = book.worksheet_range(&sheet.name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        let (bottom, right) = areas.get(&n).copied().unwrap_or((u32::MAX, u32::MAX));
        out.extend(range.used_cells().filter_map(|(row, col, value)| {
            let prints = row as u32 + top <= bottom && col as u32 + left <= right;
            match value {
                // A hash is broken anywhere.
                Data::String(text) if prints && (text.len() < 64 || !text.is_ascii()) => {
                    Some(text.clone())
                }
                _ => None,
            }
        }));
    }
    out
}

/// The last row and column that a sheet prints, by the sheet's place.
fn print_areas(paper: &Path) -> BTreeMap<usize, (u32, u32)> {
    let book = part(&fs::read(paper).unwrap(), "xl/workbook.xml");
    let names = book.split("<definedName ").skip(1);
    let areas = names.filter(|name| name.starts_with("name=\"_xlnm.Print_Area\""));
    areas
        .map(|name| {
            let (_, id) = name.split_once("localSheetId=\"").unwrap();
            let id = id.split('"').next().unwrap().parse().unwrap();
            let (head, _) = name.split_once("</definedName>").unwrap();
            let last = head.rsplit(':').next().unwrap().replace('$', "");
            let at = CellRef::parse(&last).unwrap();
            (id, (at.row, at.col))
        })
        .collect()
}

/// Sixty departments and sixty tasks, twelve months: December as it is read.
fn sixty() -> Desk {
    let desk = Desk::bare();
    let mut plan = String::from(
        "[plan]\nid = \"p\"\ntitle = \"示例区2024年重点民生实事\"\nissuer = \"示例区人民政府办公室\"\nrevision = 1\n\
         start = 2024-01-01\nend = 2024-12-31\ndue_day = 5\n",
    );
    let kinds = [
        "街道办事处",
        "镇人民政府",
        "社区事务中心",
        "建设管理所",
        "农业服务中心",
        "综合行政执法支队",
    ];
    let places = ["东", "南", "西", "北", "中", "上", "下", "金", "银", "石"];
    let names: Vec<String> = kinds
        .iter()
        .flat_map(|kind| places.iter().map(move |place| format!("{place}溪{kind}")))
        .collect();
    for (n, name) in names.iter().enumerate() {
        let _ = write!(plan, "\n[[department]]\nid = \"d{n}\"\nname = \"{name}\"\n");
    }
    let task = |n: usize| {
        format!(
            "第{}片区老旧小区改造{}",
            n + 1,
            ["", "和周边环境综合提升", "（二期）和适老化、无障碍设施建设"][n % 3]
        )
    };
    for n in 0..names.len() {
        let (no, tier) = (n + 1, if n < 30 { "市级" } else { "区级" });
        let name = task(n);
        let _ = write!(
            plan,
            "\n[[task]]\nno = {no}\ntier = \"{tier}\"\nname = \"{name}\"\ntext = \"改造小区60个，管网20公里。\"\nlead = \"d{n}\"\n\
             [[task.indicator]]\nid = \"{no}.1\"\nname = \"改造小区\"\nkind = \"count\"\ntarget = 60\nunit = \"个\"\n\
             [[task.indicator]]\nid = \"{no}.2\"\nname = \"改造管网\"\nkind = \"quantity\"\ntarget = 20\nunit = \"公里\"\n"
        );
    }
    desk.write("plan.toml", plan);
    for month in 1..=12_u8 {
        // Early on few report, in December nearly all; some stay behind, one writes less than before.
        let reporting = if month < 12 { 12 } else { 55 };
        for (n, name) in names.iter().enumerate().take(reporting) {
            let share = f64::from(month) / 12.0 * [1.0, 1.0, 0.9, 0.6, 1.0][n % 5];
            let fewer = if n == 7 && month == 12 { 0.5 } else { 1.0 };
            let task = task(n);
            let rows = [
                (task.as_str(), "改造小区", (60.0 * share * fewer).floor()),
                (task.as_str(), "改造管网", (200.0 * share).floor() / 10.0),
            ];
            let file = format!("inbox/2024-{month:02}/{name}2024年{month}月报送表.xlsx");
            desk.write(&file, report(month, name, &rows));
        }
    }
    desk.finds("run 1月至12月 --plan plan.toml --quiet");
    desk
}

fn second_city() -> Desk {
    let desk = Desk::bare();
    for (name, bytes) in files(&root().join("tests/second-city")) {
        desk.write(&name, bytes);
    }
    desk.finds("run --plan plan.toml --period 2025-01..2025-03 --quiet");
    desk
}

#[test]
fn every_paper_can_be_read() {
    if !can_measure() {
        return;
    }
    let (june, sixty, city) = (Desk::sample(), sixty(), second_city());
    june.finds("run 6月 --quiet");
    june.finds("status 6月 --date 2024-07-10");
    june.ok("forms 6月");
    let of = |desk: &Desk, folder: &str, only: &[&str]| -> Vec<PathBuf> {
        let names = desk.files(folder);
        let kept = names.iter().filter(|n| only.iter().any(|o| n.contains(o)));
        kept.map(|n| desk.path(&format!("{folder}/{n}"))).collect()
    };
    let reports = ["汇总表", "简报"];
    let january = &sample_year()["2024-01"];
    let batches = [
        reports.map(|kind| january.report(kind)).to_vec(),
        of(&june, "out/2024-06", &reports),
        of(&sixty, "out/2024-12", &reports),
        of(&city, "out/2025-03", &reports),
        of(&june, "out/2024-06/催报", &["docx"]),
        of(
            &june,
            "out/forms/2024-06",
            &["城市建设", "公安分局", "公共服务"],
        ),
        of(&june, "out/2024-06/退回", &["城市建设", "公共服务"]),
    ];
    assert!(
        batches.iter().all(|papers| !papers.is_empty()),
        "{batches:?}"
    );
    let papers = batches.concat();
    let pdfs = libreoffice::convert(&june, &papers, "pdf", "pdf");
    let mut all = Vec::new();
    for (paper, pdf) in papers.iter().zip(&pdfs) {
        let name = paper.file_name().unwrap().to_string_lossy().into_owned();
        let own = faults(paper, pdf).into_iter();
        all.extend(own.map(|fault| format!("{name} {fault}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// What the test above looks for is found where it is.
#[test]
fn what_cannot_be_read_is_found() {
    if !can_measure() {
        return;
    }
    let desk = Desk::bare();
    let mut book = Workbook::new();
    let wrapped = Format::new().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_landscape().set_paper_size(9).set_print_scale(70);
    sheet.write(0, 0, "小字").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_landscape().set_paper_size(9);
    sheet.set_margins(0.45, 0.45, 0.55, 0.6, 0.3, 0.3);
    sheet
        .set_footer("&Lx · 甲第")
        .set_page_breaks(&[3])
        .unwrap();
    sheet
        .set_column_width(0, 5)
        .unwrap()
        .set_column_width(1, 4)
        .unwrap()
        .set_column_width(2, 3)
        .unwrap();
    sheet
        .write_with_format(0, 0, "城市建设事务", &wrapped)
        .unwrap();
    sheet.set_row_height(0, 8).unwrap();
    sheet.write_with_format(1, 1, "严重滞后", &wrapped).unwrap();
    sheet.set_row_height(1, 40).unwrap();
    sheet.write(2, 2, 123_456_789).unwrap();
    sheet.write(5, 0, "次页").unwrap();
    let paper = desk.write("all.xlsx", book.save_to_buffer().unwrap());
    let pdf = &libreoffice::convert(&desk, std::slice::from_ref(&paper), "pdf", "pdf")[0];
    let found = faults(&paper, pdf);
    for what in [
        "points",
        "% of the area",
        "clipped",
        "broken: 严重滞后",
        "too narrow",
    ] {
        assert!(found.iter().any(|f| f.contains(what)), "{what}: {found:#?}");
    }
}
