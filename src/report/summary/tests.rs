//! The workbook read back: what stands in its cells is what the facts hold.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Reader, Xlsx};

use crate::check::{Element, Fate, Judged, Money, Place, Severity, Source, Status, Submitted};
use crate::combine::testing::Sample;
use crate::intake::CellRef;
use crate::plan::{Grade, MilestoneState, Override};

use super::*;

/// The shipped plan's June: laggards, withheld values, late and missing reports, an override, long and hostile texts.
pub(super) fn june() -> Sample {
    let mut june = Sample::shipped(6);
    june.draft = true;
    june.year_so_far();
    for (no, points) in [
        (1, 60.0),
        (3, 16.0),
        (10, -40.0),
        (14, -36.7),
        (15, 4.0),
        (19, -12.0),
    ] {
        june.ahead(no, points);
    }
    for id in ["2.2", "19.1", "19.3"] {
        let slot = june.slot(id).slot;
        *june.slot(id) = Judged::withheld(slot, "C006");
    }
    june.slot("7.2").value = Some(38.0);
    june.slot("11.1").milestone = Some(MilestoneState::Done);
    june.slot("16.2").qualify("余");
    june.slot("14.1").confirm("督查室，核减误报备用管段");
    june.plan.overrides.push(Override {
        period: june.period,
        task: 3,
        grade: Grade::Done,
        reason: "车位已全部划线，数据月底统一录入".to_owned(),
    });
    for (ix, slot) in june.slots.iter_mut().enumerate() {
        slot.source = Some(Arc::new(Source {
            place: Place::new("建设局/报送表.xlsx", "进展情况"),
            cell: CellRef::new(u32::try_from(ix).unwrap(), 7),
            raw: "=SUM(A1:A3)".into(),
            conversion: "平方米换算为万平方米（÷10000）".into(),
        }));
    }
    for no in [10, 14, 19] {
        let problem = "管网沿线涉及三处在建项目交叉施工，交通占道审批时间较长，且部分产权单位尚未书面确认改造边界。";
        june.say(
            no,
            "按计划推进。",
            problem,
            "增加两个作业面，夜间错峰施工；由分管领导每周调度一次。",
        );
    }
    let source = (**june.slots[0].source.as_ref().unwrap()).clone();
    for elements in &mut june.checked.elements[..12] {
        elements.funding = Some(Element {
            text: "区级财政资金、市级专项补助".to_owned(),
            period: None,
            source: None,
        });
        let money = |value| {
            Some(Money {
                value,
                period: june.period,
                source: source.clone(),
            })
        };
        (elements.planned, elements.arrived, elements.paid) =
            (money(120.5), money(80.25), money(40.0));
    }
    let departments = june.plan.departments.len();
    for department in 0..departments - 2 {
        let path = format!("{}/报送表.xlsx", june.plan.departments[department].name);
        june.received
            .push((path.clone(), june.period.next().first_day()));
        june.file(&path, Some(department), Fate::Used);
    }
    june.late(5);
    june.lacks(departments - 2, Submitted::Returned);
    june.lacks(departments - 1, Submitted::Nothing);
    june.finding("F005", Severity::Error, None).file = Some("新建工作表 (2).xlsx".to_owned());
    for (task, (code, severity)) in [
        ("R001", Severity::Error),
        ("R016", Severity::Warning),
        ("C005", Severity::Note),
        ("R007", Severity::Warning),
    ]
    .into_iter()
    .enumerate()
    {
        let lead = june.plan.tasks[task].lead;
        let finding = june.finding(code, severity, lead);
        (finding.task, finding.file) = (Some(task), Some("建设局/报送表.xlsx".to_owned()));
        (finding.sheet, finding.cell) = (Some("进展情况".to_owned()), Some(CellRef::new(6, 7)));
        finding.found = Some("=HYPERLINK(\"http://example.org\",\"3.2公里\")".to_owned());
        if code == "R007" {
            finding.status = Status::Explained;
            finding.explanation = Some("雨季停工，7月恢复施工。".to_owned());
        }
    }
    june
}

/// A first month, with nothing to compare with.
pub(super) fn january() -> Sample {
    Sample::shipped(1)
}

/// No department sent anything.
pub(super) fn nothing() -> Sample {
    let mut nothing = Sample::shipped(6);
    for slot in 0..nothing.slots.len() {
        nothing.slots[slot] = Judged::missing(slot);
    }
    for department in 0..nothing.plan.departments.len() {
        nothing.lacks(department, Submitted::Nothing);
        nothing.finding("X001", Severity::Error, department);
    }
    nothing
}

/// Hundreds of tasks of every grade, dozens of departments.
pub(super) fn large(tasks: usize, departments: usize) -> Sample {
    let grades: Vec<Grade> = (0..tasks)
        .map(|ix| Grade::ALL[ix % Grade::ALL.len()])
        .collect();
    Sample::graded(6, departments, &grades)
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

pub(super) fn write(facts: &Facts, plan: &Plan) -> Result<Vec<u8>> {
    workbook(facts, plan, &SummaryOptions::default())
}

fn book(sample: &Sample) -> (Facts, Xlsx<Cursor<Vec<u8>>>) {
    let facts = sample.facts();
    let bytes = write(&facts, &sample.plan).unwrap();
    (facts, open(bytes))
}

/// Every number the facts hold, and the numbers of rows, by their bits.
fn numbers(facts: &Facts) -> BTreeSet<u64> {
    // 问题台账 may have two lines a task and two a department.
    let followed = 2 * (facts.tasks.len() + facts.departments.len());
    let rows = [followed, facts.findings.len(), facts.files.len()];
    let rows = (1..=rows.into_iter().max().unwrap()).map(|n| n as f64);
    let figures = facts.figures();
    let all = figures.iter().map(|f| f.value).chain(rows);
    all.map(|v| (v + 0.0).to_bits()).collect()
}

#[test]
fn every_number_is_a_figure_of_the_facts() {
    for sample in [june(), january(), nothing()] {
        let (facts, mut book) = book(&sample);
        let known = numbers(&facts);
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
    let (facts, mut book) = book(&june());
    let list = book.worksheet_range("一览表").unwrap();
    for (row, task) in (FIRST_ROW..).zip(&facts.tasks) {
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
    for (row, indicator) in (FIRST_ROW..).zip(&facts.indicators) {
        assert_eq!(
            all.get_value((row, 0)),
            Some(&Data::String(indicator.id.clone()))
        );
        let value = indicator
            .value
            .as_ref()
            .map_or(Data::Empty, |f| Data::Float(f.value));
        assert_eq!(all.get_value((row, 9)), Some(&value), "{}", indicator.id);
    }
}

/// The bottom line of 一览表 was called a weighted mean.
#[test]
fn the_mean_of_all_tasks_is_a_plain_one_and_is_called_so() {
    let (facts, mut book) = book(&june());
    let list = book.worksheet_range("一览表").unwrap();
    let last = FIRST_ROW + u32::try_from(facts.tasks.len()).unwrap();
    assert_eq!(
        list.get_value((last, 0)),
        Some(&Data::String("全部项目（平均）".to_owned()))
    );
    let rates = (FIRST_ROW..=last)
        .filter_map(
            |row| match list.get_value((row, u32::from(tasks::COL_RATE))) {
                Some(Data::Float(rate)) => Some(*rate),
                _ => None,
            },
        )
        .collect::<Vec<f64>>();
    let (mean, rates) = rates.split_last().unwrap();
    let plain = rates.iter().sum::<f64>() / rates.len() as f64;
    assert!((mean - plain).abs() < 0.1, "{mean} is not {plain}");
}

#[test]
fn totals_are_live_and_headlines_have_names() {
    let (_, mut book) = book(&june());
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
    let lagging = address("滞后数");
    let (_, cell) = lagging.split_once('!').unwrap();
    let at = CellRef::parse(&cell.replace('$', "")).unwrap();
    assert!(names.iter().all(|(_, address)| !address.contains("#REF")));
    let label = book.worksheet_range("总览").unwrap();
    let label = label.get_value((at.row, 0)).unwrap().to_string();
    assert_eq!(label, "滞后（含严重滞后、未按期完成）");
}

#[test]
fn a_total_that_its_rows_do_not_make_up_stands_as_the_fact() {
    // One error of June belongs to no department: a sum of the column would lose it.
    let (facts, mut book) = book(&june());
    let row = 3 + u32::try_from(facts.departments.len()).unwrap();
    let sheet = book.worksheet_range("各单位报送情况").unwrap();
    assert_eq!(
        sheet.get_value((row, 7)),
        Some(&Data::Float(facts.overall.errors.value))
    );
    let formulas = book.worksheet_formula("各单位报送情况").unwrap();
    assert_eq!(formulas.get_value((row, 7)).map_or("", String::as_str), "");
    assert!(
        formulas
            .get_value((row, 8))
            .is_some_and(|f| f.contains("SUM("))
    );
}

#[test]
fn text_of_departments_is_never_a_formula_or_a_link() {
    let sample = june();
    let bytes = write(&sample.facts(), &sample.plan).unwrap();
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
    let sample = june();
    let links = |from: LinkFrom<'_>| match from {
        LinkFrom::Finding(finding) => finding.cell.as_ref().map(|cell| {
            format!(
                "退回/{}.xlsx#'进展情况'!{cell}",
                finding.department_name.as_deref().unwrap_or("")
            )
        }),
        LinkFrom::Source(_) | LinkFrom::File(_) => Some("http://example.org/".to_owned()),
    };
    let bytes = workbook(
        &sample.facts(),
        &sample.plan,
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
    let mut sample = Sample::graded(6, 1, &[Grade::OnSchedule]);
    for _ in 0..20_003 {
        sample.finding("S003", Severity::Note, 0);
    }
    let (_, mut book) = book(&sample);
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
    let sample = june();
    let facts = sample.facts();
    let options = SummaryOptions {
        listed: 3,
        ..SummaryOptions::default()
    };
    let mut book = open(workbook(&facts, &sample.plan, &options).unwrap());
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
        sheet.get((6, 11)),
        Some(&calamine::Data::Float(facts.overall.slots.value))
    );
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let sample = june();
    let first = write(&sample.facts(), &sample.plan).unwrap();
    assert!(first == write(&sample.facts(), &sample.plan).unwrap());
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
    let sample = june();
    let all = parts(write(&sample.facts(), &sample.plan).unwrap());
    let drawing = &all
        .iter()
        .find(|(name, _)| name == "xl/drawings/drawing1.xml")
        .unwrap()
        .1;
    assert_eq!(drawing.matches("<xdr:graphicFrame").count(), 3);
    assert_eq!(drawing.matches("descr=\"").count(), 3);
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
    for (_, chart) in all.iter().filter(|(n, _)| n.starts_with("xl/charts/chart")) {
        crate::report::ooxml::charts::assert_explicit(chart);
    }
}

#[test]
fn hundreds_of_tasks_and_dozens_of_departments() {
    let (_, mut book) = book(&large(300, 60));
    assert_eq!(
        book.worksheet_range("一览表").unwrap().get_value((302, 0)),
        Some(&Data::Float(300.0))
    );
}

#[test]
fn a_plan_of_nothing_still_gives_a_workbook() {
    let sample = Sample::graded(1, 0, &[]);
    let mut facts = sample.facts();
    facts.trend.clear();
    open(write(&facts, &sample.plan).unwrap());
}

/// Long texts of columns that do not print once made the printed rows tall and empty.
#[test]
fn what_does_not_print_leaves_the_rows_as_they_are() {
    let heights = |sample: &Sample| {
        let all = parts(write(&sample.facts(), &sample.plan).unwrap());
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
    let mut sample = june();
    let before = heights(&sample);
    for slot in &mut sample.slots {
        let raw = "各学校结合实际开展心理健康教育活动，覆盖全体学生。".repeat(20);
        let source = Source::clone(slot.source.as_ref().unwrap());
        slot.source = Some(Arc::new(Source {
            raw: raw.into(),
            ..source
        }));
    }
    assert_eq!(heights(&sample), before);
}

/// A merged cell over several pages named its 分级 on one of them.
#[test]
fn on_several_pages_each_row_names_its_tier() {
    let (facts, mut book) = book(&large(300, 60));
    let list = book.worksheet_range("一览表").unwrap();
    for (row, task) in (FIRST_ROW..).zip(&facts.tasks) {
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
        let sample = large(tasks, 8);
        let facts = sample.facts();
        let start = std::time::Instant::now();
        write(&facts, &sample.plan).unwrap();
        start.elapsed().as_secs_f64()
    };
    time(100);
    let (small, large) = (time(1_000), time(4_000));
    // Four times the work, with room for a busy machine.
    assert!(large < small * 10.0 + 1.0, "{small} s, then {large} s");
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
