//! The workbook read back: what stands in its cells is what the facts hold.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::combine::facts::*;
use crate::plan::testing::names_only;

use super::sample::{Month, facts, scaled};
use super::*;

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

/// Every number the facts hold, by its bits.
fn figures(facts: &Facts) -> BTreeSet<u64> {
    let mut all: Vec<f64> = Vec::new();
    let mut add =
        |figures: &[Option<&Figure>]| all.extend(figures.iter().flatten().map(|f| f.value));
    let counts = |c: &GradeCounts| -> Vec<Figure> {
        std::iter::once(&c.total)
            .chain(c.by_grade.iter().map(|(_, f)| f))
            .cloned()
            .collect()
    };
    let o = &facts.overall;
    let mut sets: Vec<Figure> = counts(&o.tasks);
    if let Some(p) = &o.previous {
        sets.extend(counts(&p.tasks));
        sets.extend(p.change_by_grade.iter().map(|(_, f)| f.clone()));
        add(&[
            Some(&p.finished),
            Some(&p.on_schedule),
            Some(&p.lagging),
            Some(&p.finished_change),
            Some(&p.on_schedule_change),
            Some(&p.lagging_change),
        ]);
    }
    add(&[
        Some(&o.finished),
        Some(&o.on_schedule),
        Some(&o.lagging),
        o.risen.as_ref(),
        o.fallen.as_ref(),
        o.rate.as_ref(),
        o.schedule.as_ref(),
    ]);
    add(&[
        Some(&o.departments),
        Some(&o.submitted),
        Some(&o.late),
        Some(&o.returned),
        Some(&o.missing),
    ]);
    add(&[
        Some(&o.errors),
        Some(&o.warnings),
        Some(&o.notes),
        Some(&o.explained),
    ]);
    add(&[
        Some(&o.slots),
        Some(&o.accepted),
        Some(&o.withheld),
        Some(&o.unreported),
    ]);
    for tier in &facts.tiers {
        sets.extend(counts(&tier.tasks));
    }
    for t in &facts.tasks {
        let e = &t.elements;
        add(&[
            t.rate.as_ref(),
            t.schedule.as_ref(),
            t.gap.as_ref(),
            Some(&e.present),
        ]);
        add(&[
            e.planned.as_ref(),
            e.arrived.as_ref(),
            e.paid.as_ref(),
            e.arrived_rate.as_ref(),
            e.paid_rate.as_ref(),
        ]);
    }
    for i in &facts.indicators {
        add(&[
            i.target.as_ref(),
            i.value.as_ref(),
            i.previous.as_ref(),
            i.increment.as_ref(),
            i.rate.as_ref(),
            i.schedule.as_ref(),
            i.gap.as_ref(),
        ]);
        add(&[Some(&i.reported.0), Some(&i.reported.1)]);
    }
    for d in &facts.departments {
        sets.extend(counts(&d.tasks));
        add(&[
            Some(&d.rank),
            Some(&d.errors),
            Some(&d.warnings),
            Some(&d.notes),
            Some(&d.explained),
        ]);
        add(&[Some(&d.slots), Some(&d.accepted), d.accepted_rate.as_ref()]);
    }
    let e = &facts.elements;
    add(&[
        Some(&e.completeness),
        e.planned.as_ref(),
        e.arrived.as_ref(),
        e.paid.as_ref(),
        e.arrived_rate.as_ref(),
        e.paid_rate.as_ref(),
    ]);
    for f in &facts.files {
        add(&[Some(&f.bytes)]);
    }
    for p in &facts.trend {
        add(&[
            p.rate.as_ref(),
            p.schedule.as_ref(),
            Some(&p.finished),
            Some(&p.on_schedule),
            Some(&p.lagging),
            Some(&p.other),
        ]);
    }
    all.extend(sets.iter().map(|f| f.value));
    all.extend(facts.indicators.iter().flat_map(|i| {
        i.months
            .iter()
            .filter_map(|(_, f)| f.as_ref().map(|f| f.value))
    }));
    // Row numbers: of tasks, findings and files.
    let rows = facts
        .tasks
        .len()
        .max(facts.findings.len())
        .max(facts.files.len());
    all.extend((1..=rows).map(|n| n as f64));
    all.into_iter().map(|v| (v + 0.0).to_bits()).collect()
}

#[test]
fn every_number_is_a_figure_of_the_facts() {
    for month in [Month::June, Month::January, Month::Nothing] {
        let facts = facts(month);
        let known = figures(&facts);
        let mut book = open(workbook(&facts, &names_only()).unwrap());
        assert_eq!(book.sheet_names(), SHEETS);
        let mut seen = 0;
        for sheet in SHEETS {
            let range = book.worksheet_range(sheet).unwrap();
            for (row, col, value) in range.used_cells() {
                match value {
                    Data::Float(v) => {
                        seen += 1;
                        assert!(
                            known.contains(&(v + 0.0).to_bits()),
                            "{sheet} {row},{col}: {v}"
                        );
                    }
                    Data::Int(_) | Data::Bool(_) | Data::Error(_) => {
                        panic!("{sheet} {row},{col}: {value:?}")
                    }
                    _ => {}
                }
            }
        }
        assert!(seen > 300, "{seen}");
    }
}

#[test]
fn figures_stand_where_they_belong() {
    let facts = facts(Month::June);
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    let list = book.worksheet_range("一览表").unwrap();
    for (row, task) in (tasks::FIRST_ROW..).zip(&facts.tasks) {
        assert_eq!(
            list.get_value((row, 0)),
            Some(&Data::Float(f64::from(task.no)))
        );
        assert_eq!(
            list.get_value((row, 2)),
            Some(&Data::String(task.name.clone()))
        );
        assert_eq!(
            list.get_value((row, u32::from(tasks::COL_GRADE))),
            Some(&Data::String(task.grade.name().to_owned()))
        );
        let rate = list.get_value((row, u32::from(tasks::COL_RATE)));
        match &task.rate {
            Some(figure) => assert_eq!(rate, Some(&Data::Float(figure.value))),
            // Blank, never a text in a column of numbers.
            None => assert_eq!(rate, Some(&Data::Empty)),
        }
    }
    let all = book.worksheet_range("分项指标").unwrap();
    for (row, indicator) in (indicators::FIRST_ROW..).zip(&facts.indicators) {
        assert_eq!(
            all.get_value((row, 0)),
            Some(&Data::String(indicator.id.clone()))
        );
        let value = indicator
            .value
            .as_ref()
            .map_or(Data::Empty, |f| Data::Float(f.value));
        assert_eq!(all.get_value((row, 8)), Some(&value), "{}", indicator.id);
    }
}

#[test]
fn totals_are_live_and_headlines_have_names() {
    let facts = facts(Month::June);
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    let formulas = book.worksheet_formula("总览").unwrap();
    let live = formulas
        .used_cells()
        .filter(|(_, _, f)| f.contains("SUM(") || f.contains("COUNTIF("))
        .count();
    assert!(live > 50, "{live}");
    assert!(
        book.worksheet_formula("各单位报送情况")
            .unwrap()
            .used_cells()
            .any(|(_, _, f)| f.contains("SUM("))
    );
    assert!(
        book.worksheet_formula("四要素与资金")
            .unwrap()
            .used_cells()
            .any(|(_, _, f)| f.contains("SUM("))
    );
    let names = book.defined_names();
    let address = |name: &str| {
        names
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, a)| a.clone())
            .unwrap()
    };
    assert!(address("滞后数").ends_with("$B$8"), "{}", address("滞后数"));
    assert!(names.iter().all(|(_, address)| !address.contains("#REF")));
}

#[test]
fn a_total_that_its_rows_do_not_make_up_stands_as_the_fact() {
    // One error of June belongs to no department: a sum of the column would lose it.
    let facts = facts(Month::June);
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    let row = 3 + u32::try_from(facts.departments.len()).unwrap();
    let sheet = book.worksheet_range("各单位报送情况").unwrap();
    assert_eq!(
        sheet.get_value((row, 6)),
        Some(&Data::Float(facts.overall.errors.value))
    );
    let formulas = book.worksheet_formula("各单位报送情况").unwrap();
    assert_eq!(formulas.get_value((row, 6)).map_or("", String::as_str), "");
    assert!(
        formulas
            .get_value((row, 7))
            .is_some_and(|f| f.contains("SUM("))
    );
}

#[test]
fn text_of_departments_is_never_a_formula_or_a_link() {
    let facts = facts(Month::June);
    let bytes = workbook(&facts, &names_only()).unwrap();
    let mut book = open(bytes.clone());
    for sheet in SHEETS {
        let formulas = book.worksheet_formula(sheet).unwrap();
        for (_, _, formula) in formulas.used_cells() {
            assert!(
                !formula.contains("HYPERLINK") && !formula.contains("A1:A3"),
                "{sheet}: {formula}"
            );
        }
    }
    for (name, xml) in parts(bytes) {
        assert!(
            !(name.ends_with(".rels") && xml.contains("example.org")),
            "{name}"
        );
    }
}

#[test]
fn links_lead_to_files_beside_the_workbook() {
    let facts = facts(Month::June);
    let links = |from: LinkFrom<'_>| match from {
        LinkFrom::Finding(finding) => finding.cell.as_ref().map(|cell| {
            format!(
                "退回/{}.xlsx#'进展情况'!{cell}",
                finding.department_name.as_deref().unwrap_or("")
            )
        }),
        LinkFrom::Source(_) | LinkFrom::File(_) => Some("http://example.org/".to_owned()),
    };
    let bytes = workbook_with(
        &facts,
        &names_only(),
        &SummaryOptions {
            links: Some(&links),
            ..SummaryOptions::default()
        },
    )
    .unwrap();
    let rels: Vec<(String, String)> = parts(bytes)
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rels"))
        .collect();
    assert!(
        rels.iter()
            .any(|(_, xml)| xml.contains("%E9%80%80") || xml.contains("退回/"))
    );
    assert!(rels.iter().all(|(_, xml)| !xml.contains("example.org")));
}

/// A month of rubbish once could have more findings than Excel has rows, and the run would have stopped.
#[test]
fn a_list_without_an_end_is_cut_and_says_so() {
    let mut facts = facts(Month::June);
    let one = facts.findings[0].clone();
    facts.findings = vec![one; 20_003];
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    let sheet = book.worksheet_range("数据核查清单").unwrap();
    let last = sheet.rows().next_back().unwrap()[0].to_string();
    assert!(
        last.contains("本表列出前20000项，其余3项见同一文件夹的 findings.json"),
        "{last}"
    );
    assert_eq!(
        sheet
            .rows()
            .filter(|row| matches!(row[0], calamine::Data::Float(_) | calamine::Data::Int(_)))
            .count(),
        20_000
    );
}

#[test]
fn lists_are_as_long_as_asked_for_and_totals_are_of_all() {
    let facts = facts(Month::June);
    let options = SummaryOptions {
        listed: 3,
        ..SummaryOptions::default()
    };
    let mut book = open(workbook_with(&facts, &names_only(), &options).unwrap());
    for (name, all, more) in [
        ("数据核查清单", facts.findings.len(), "findings.json"),
        ("各单位报送情况", facts.departments.len(), "facts.json"),
        ("来源", facts.files.len(), "manifest.json"),
    ] {
        let sheet = book.worksheet_range(name).unwrap();
        let last = sheet.rows().next_back().unwrap()[0].to_string();
        assert!(
            last.contains("本表列出前3")
                && last.contains(&format!("其余{}", all - 3))
                && last.contains(more),
            "{name}: {last}"
        );
        let rows = sheet.rows().skip(3).take_while(|row| {
            !row[0].to_string().contains("合计") && !row[0].to_string().contains('注')
        });
        assert_eq!(rows.count(), 3, "{name}");
    }
    let sheet = book.worksheet_range("各单位报送情况").unwrap();
    assert_eq!(
        sheet.get((6, 10)),
        Some(&calamine::Data::Float(facts.overall.slots.value))
    );
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let facts = facts(Month::June);
    let plan = names_only();
    let first = workbook(&facts, &plan).unwrap();
    assert_eq!(first, workbook(&facts, &plan).unwrap());
    let core = parts(first)
        .into_iter()
        .find(|(name, _)| name == "docProps/core.xml")
        .unwrap()
        .1;
    assert!(core.contains("2024-07-05T00:00:00Z"), "{core}");
    assert!(core.contains("重庆高新区管委会办公室"));
}

#[test]
fn charts_and_tables_say_what_they_show() {
    let facts = facts(Month::June);
    let all = parts(workbook(&facts, &names_only()).unwrap());
    let drawing = &all
        .iter()
        .find(|(name, _)| name == "xl/drawings/drawing1.xml")
        .unwrap()
        .1;
    assert_eq!(drawing.matches("<xdr:graphicFrame").count(), 4);
    assert_eq!(drawing.matches("descr=\"").count(), 4);
    assert_eq!(
        all.iter()
            .filter(|(name, _)| name.starts_with("xl/tables/"))
            .count(),
        2
    );
    let sheet = &all
        .iter()
        .find(|(name, _)| name == "xl/worksheets/sheet3.xml")
        .unwrap()
        .1;
    assert!(sheet.contains("x14:sparkline"));
}

#[test]
fn hundreds_of_tasks_and_dozens_of_departments() {
    let facts = scaled(Month::June, 300, 60);
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    assert_eq!(
        book.worksheet_range("一览表").unwrap().get_value((302, 0)),
        Some(&Data::Float(300.0))
    );
}

#[test]
fn a_plan_of_nothing_still_gives_a_workbook() {
    let mut facts = facts(Month::January);
    facts.tasks.clear();
    facts.indicators.clear();
    facts.slots.clear();
    facts.departments.clear();
    facts.files.clear();
    facts.trend.clear();
    facts.tiers.clear();
    open(workbook(&facts, &names_only()).unwrap());
}

/// Long texts of columns that do not print once made the printed rows tall and empty.
#[test]
fn what_does_not_print_leaves_the_rows_as_they_are() {
    let heights = |facts: &Facts| {
        let all = parts(workbook(facts, &names_only()).unwrap());
        let sheet = all
            .into_iter()
            .find(|(name, _)| name == "xl/worksheets/sheet3.xml")
            .unwrap()
            .1;
        sheet
            .split(" ht=\"")
            .skip(1)
            .map(|t| t.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut facts = facts(Month::June);
    let before = heights(&facts);
    for slot in &mut facts.slots {
        let source = slot.source.as_mut().unwrap();
        let raw = "各学校结合实际开展心理健康教育活动，覆盖全体学生。"
            .repeat(20)
            .into();
        *source = Source {
            raw,
            ..Source::clone(source)
        }
        .into();
    }
    assert_eq!(heights(&facts), before);
}

/// A merged cell over several pages named its 分级 on one of them.
#[test]
fn on_several_pages_each_row_names_its_tier() {
    let facts = scaled(Month::June, 300, 60);
    let mut book = open(workbook(&facts, &names_only()).unwrap());
    let list = book.worksheet_range("一览表").unwrap();
    for (row, task) in (tasks::FIRST_ROW..).zip(&facts.tasks) {
        assert_eq!(
            list.get_value((row, 1)),
            Some(&Data::String(task.tier.clone()))
        );
    }
    // The departments' table goes over pages too: the grades' names stand over each, and the sum is still that of all.
    let overview = book.worksheet_range("总览").unwrap();
    assert_eq!(
        overview
            .used_cells()
            .filter(|(_, _, v)| *v == &Data::String("责任单位（续）".to_owned()))
            .count(),
        1
    );
}

/// Time of writing by the number of tasks: doubling the tasks may not quadruple it.
#[test]
fn writing_stays_linear() {
    let time = |tasks: usize| {
        let facts = scaled(Month::June, tasks, 8);
        let start = std::time::Instant::now();
        workbook(&facts, &names_only()).unwrap();
        start.elapsed().as_secs_f64()
    };
    time(100);
    let (small, large) = (time(1_000), time(4_000));
    // Four times the work, with room for a busy machine.
    assert!(large < small * 10.0 + 1.0, "{small} s, then {large} s");
    println!("1,000 tasks {small:.2} s, 4,000 tasks {large:.2} s");
}

/// Writes the three sample months where the environment variable says, to be looked at.
#[test]
fn samples_for_the_eye() {
    let Ok(dir) = std::env::var("DUBAN_SAMPLES") else {
        return;
    };
    for (name, facts) in [
        ("june", facts(Month::June)),
        ("january", facts(Month::January)),
        ("nothing", facts(Month::Nothing)),
        ("large", scaled(Month::June, 300, 60)),
    ] {
        std::fs::write(
            format!("{dir}/{name}.xlsx"),
            workbook(&facts, &names_only()).unwrap(),
        )
        .unwrap();
    }
}

pub(super) fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|ix| {
            let mut file = archive.by_index(ix).unwrap();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut file, &mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}
