use std::collections::BTreeSet;

use super::document::render;
use super::fixture::{self, facts, facts_with, figure, june, office, previous, recount};
use super::model::Model;
use super::names::{NAMES, paths, variables};
use super::sentences::{Context, advice, laggards, overview, problems, progress};
use super::*;
use crate::combine::Facts;
use crate::plan::Grade;
use crate::report::word::order;
use crate::report::word::xml::Element;

fn split(facts: &Facts) -> String {
    let b = Briefing::default();
    overview::split(Context {
        facts,
        office: office(&b),
    })
}

fn set(facts: &mut Facts, grades: &[(Grade, usize)]) {
    let all = grades.iter().flat_map(|(g, n)| std::iter::repeat_n(*g, *n));
    for (task, grade) in facts.tasks.iter_mut().zip(all) {
        task.grade = grade;
        task.grade_text = grade.name().to_owned();
    }
    recount(facts);
}

#[test]
fn the_model_sentences_of_the_overview() {
    let mut f = facts(3);
    set(
        &mut f,
        &[
            (Grade::OnSchedule, 16),
            (Grade::Behind, 3),
            (Grade::Ongoing, 1),
        ],
    );
    assert_eq!(
        split(&f),
        "截至3月底，20件重点民生实事均在推进中，暂无完成项目，其中达到或超过序时进度16件、滞后3件、持续推进1件。"
    );
    let mut f = facts(9);
    set(
        &mut f,
        &[(Grade::Done, 4), (Grade::Ahead, 15), (Grade::Ongoing, 1)],
    );
    assert_eq!(
        split(&f),
        "截至9月底，20件重点民生实事中，已完成4件，达到或超过序时进度15件，持续推进1件，无滞后项目。"
    );
    let mut f = facts(6);
    set(
        &mut f,
        &[
            (Grade::Done, 3),
            (Grade::OnSchedule, 14),
            (Grade::Behind, 3),
        ],
    );
    assert_eq!(
        split(&f),
        "截至6月底，20件重点民生实事中，已完成3件，达到或超过序时进度14件，滞后3件。"
    );
    let mut f = facts(1);
    f.first_month = true;
    set(&mut f, &[(Grade::OnSchedule, 18), (Grade::NotStarted, 2)]);
    assert!(split(&f).starts_with(
        "本期为首次调度，20件重点民生实事中，已启动18件，未启动2件，暂不作环比分析。"
    ));
    let mut f = facts(12);
    set(
        &mut f,
        &[
            (Grade::Done, 17),
            (Grade::DonePending, 2),
            (Grade::Overdue, 1),
        ],
    );
    assert_eq!(
        split(&f),
        "截至12月底，20件重点民生实事中，已完成17件，已完成待验收2件，未按期完成1件；未完成事项建议结转下年度继续实施。"
    );
}

#[test]
fn acceptance_is_said_where_the_plan_asks_for_it() {
    let mut f = facts(12);
    set(
        &mut f,
        &[
            (Grade::Done, 17),
            (Grade::DonePending, 2),
            (Grade::Overdue, 1),
        ],
    );
    let task = crate::plan::Task {
        no: 1,
        tier: String::new(),
        name: String::new(),
        text: String::new(),
        lead: 0,
        with: Vec::new(),
        with_others: Vec::new(),
        measures: String::new(),
        deadline: None,
        acceptance: String::new(),
        funding: String::new(),
        evidence_required: true,
        indicators: 0..0,
        relations: Vec::new(),
    };
    let tasks = vec![task; 20];
    let b = Briefing::default();
    let text = overview::split(Context {
        facts: &f,
        office: Office {
            tasks: &tasks,
            ..office(&b)
        },
    });
    assert_eq!(
        text,
        "截至12月底，20件重点民生实事中，已完成并通过验收17件，已完成待验收2件，未按期完成1件；未完成事项建议结转下年度继续实施。"
    );
}

#[test]
fn counts_of_none_one_and_all() {
    for (grade, month, expected) in [
        (Grade::Done, 11, "截至11月底，20件重点民生实事已全部完成。"),
        (
            Grade::Serious,
            5,
            "截至5月底，20件重点民生实事均在推进中，暂无完成项目，其中严重滞后20件。",
        ),
        (
            Grade::NotStarted,
            2,
            "截至2月底，20件重点民生实事暂无完成项目，其中未启动20件，无滞后项目。",
        ),
        (Grade::Done, 12, "截至12月底，20件重点民生实事全部完成。"),
    ] {
        let mut f = facts(month);
        set(&mut f, &[(grade, 20)]);
        assert_eq!(split(&f), expected);
    }
    let mut f = facts(6);
    set(
        &mut f,
        &[
            (Grade::Done, 1),
            (Grade::OnSchedule, 18),
            (Grade::Serious, 1),
        ],
    );
    assert_eq!(
        split(&f),
        "截至6月底，20件重点民生实事中，已完成1件，达到或超过序时进度18件，严重滞后1件。"
    );
}

#[test]
fn a_single_laggard_reads_as_the_model_sentence() {
    let mut leads = [0.0; 20];
    leads[13] = 30.0 - 8.0 / 12.0 * 100.0;
    let f = facts_with(8, &leads);
    let b = Briefing::default();
    let c = Context {
        facts: &f,
        office: office(&b),
    };
    let tasks = c.laggards();
    assert_eq!(tasks.len(), 1);
    let text = laggards::laggard(c, tasks[0], true, 60).text;
    assert!(
        text.starts_with(
            "截至8月底，城市老旧供水管网改造（责任单位：城市建设事务中心）累计完成6公里，占年度目标的30.0%，低于序时进度36.7个百分点，严重滞后。"
        ),
        "{text}"
    );
    assert_eq!(laggards::opening(c, &tasks), "");
}

#[test]
fn what_is_withheld_is_said_to_be() {
    let f = june();
    let b = Briefing::default();
    let c = Context {
        facts: &f,
        office: office(&b),
    };
    assert_eq!(
        problems::withheld(c, &f.tasks[18]),
        "虎溪河生态修复有1项数据正在核实，本期暂不计入，其余9项达到序时进度。"
    );
}

#[test]
fn nobody_is_chased_before_the_month_ends() {
    let mut f = june();
    f.as_of = Some(jiff::civil::date(2024, 6, 20));
    let b = Briefing::default();
    let c = Context {
        facts: &f,
        office: office(&b),
    };
    let text = [
        overview::paragraphs(c),
        problems::paragraphs(c),
        advice::paragraphs(c),
    ]
    .concat()
    .concat();
    assert!(text.contains("截至6月20日"));
    assert!(
        !text.contains("未报") && !text.contains("逾期") && !text.contains("补报"),
        "{text}"
    );
}

#[test]
fn the_change_names_the_month_it_is_measured_against() {
    let mut f = facts(6);
    previous(&mut f, [1.0, 0.0, -2.0]);
    let b = Briefing::default();
    let said = |f: &Facts| {
        overview::paragraphs(Context {
            facts: f,
            office: office(&b),
        })
        .concat()
    };
    assert!(
        said(&f)
            .contains("与上月相比，已完成增加1件，滞后减少2件；2件进度状态提升，1件进度状态下降。"),
        "{}",
        said(&f)
    );
    f.overall.previous.as_mut().unwrap().period = fixture::period(3);
    assert!(said(&f).contains("与3月相比"));
    f.first_month = true;
    assert!(!said(&f).contains("相比"));
}

#[test]
fn warnings_and_departments_are_named() {
    let f = june();
    let b = Briefing::default();
    let c = Context {
        facts: &f,
        office: office(&b),
    };
    let text = progress::paragraphs(c, 3).concat();
    assert!(
        text.contains("残疾人关爱服务提升行动（责任单位：政务服务和社会事务中心）预计完成时间2025年1月15日，晚于完成时限2024年12月31日"),
        "{text}"
    );
    let text = problems::paragraphs(c).concat();
    assert!(
        text.contains(
            "报送方面，未报的有市场监督管理局；退回修改的有公安分局；逾期报送的有公共服务局。"
        ),
        "{text}"
    );
}

/// Balanced quotes and brackets, no doubled stops, no half-width punctuation between Chinese characters.
fn punctuation(text: &str) {
    for (open, close) in [('（', '）'), ('“', '”'), ('〔', '〕')] {
        assert_eq!(
            text.matches(open).count(),
            text.matches(close).count(),
            "{text}"
        );
    }
    for bad in [
        "。。", "，。", "；。", "，，", "：。", "。；", "。，", "（）", "、。", "；；", " ，", "  ",
    ] {
        assert!(!text.contains(bad), "{bad} in {text}");
    }
    let chars: Vec<char> = text.chars().collect();
    for w in chars.windows(3) {
        assert!(
            !(matches!(w[1], ',' | ';' | ':' | '(' | ')') && w[0] > '\u{3000}'),
            "{text}"
        );
    }
}

#[test]
fn every_month_reads_right() {
    let b = Briefing::default();
    for month in 1..=12 {
        for first in [false, true] {
            let mut f = facts(month);
            f.first_month = first;
            if !first {
                previous(&mut f, [0.0, 0.0, 0.0]);
            }
            let model = Model::new(&f, office(&b), &BriefingOptions::default());
            for v in variables(&model) {
                punctuation(&v.value);
            }
        }
    }
}

#[test]
fn the_schema_and_the_model_name_the_same() {
    let b = Briefing::default();
    let mut f = june();
    // So many laggards that some go to the annex.
    for t in &mut f.tasks {
        t.grade = Grade::Behind;
        t.problems = Some("原因说明".repeat(20));
    }
    recount(&mut f);
    let model = Model::new(&f, office(&b), &BriefingOptions::default());
    assert!(!model.overflow.is_empty());
    let known: BTreeSet<String> = NAMES.values.iter().map(|(n, _)| (*n).to_owned()).collect();
    assert_eq!(paths(&model), known);
}

#[test]
fn the_shipped_template_is_rebuilt_byte_for_byte() {
    let one = layout::make().unwrap();
    assert_eq!(one, layout::make().unwrap());
    assert_eq!(one, default_template().unwrap());
    let shipped = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/templates/briefing.docx"
    ))
    .unwrap();
    assert!(
        one == shipped,
        "run: cargo run --release --example make_template"
    );
}

#[test]
fn the_shipped_template_has_no_mistake() {
    assert_eq!(check_template(default_template().unwrap()), []);
}

fn parts(bytes: &[u8]) -> Vec<(String, Element)> {
    let package = Package::read(bytes).unwrap();
    package
        .names()
        .filter(|n| n.ends_with(".xml") || n.ends_with(".rels"))
        .map(|n| (n.to_owned(), package.xml(n).unwrap()))
        .collect()
}

#[test]
fn every_part_keeps_the_schemas_order_and_no_tag_is_left() {
    let b = Briefing::default();
    let template = default_template().unwrap();
    let out = render(template, &june(), office(&b), &BriefingOptions::default()).unwrap();
    for (name, root) in parts(template).into_iter().chain(parts(&out)) {
        assert_eq!(order::violations(&root), Vec::<String>::new(), "{name}");
    }
    for (name, root) in parts(&out) {
        let text = root.text_of("w:t");
        assert!(
            !text.contains("{{") && !text.contains("{%") && !text.contains('§'),
            "{name}: {text}"
        );
    }
    let again = render(template, &june(), office(&b), &BriefingOptions::default()).unwrap();
    assert_eq!(out, again);
}

#[test]
fn the_chart_has_its_cache_and_its_workbook() {
    let b = Briefing::default();
    let out = render(
        default_template().unwrap(),
        &june(),
        office(&b),
        &BriefingOptions::default(),
    )
    .unwrap();
    let package = Package::read(&out).unwrap();
    let chart = package.xml("word/charts/chart1.xml").unwrap();
    assert!(chart.text_of("c:v").contains("14. 城市老旧供水管网改造"));
    assert!(chart.first("c:externalData").is_some());
    let book = Package::read(
        package
            .get("word/embeddings/Microsoft_Excel_Sheet1.xlsx")
            .unwrap(),
    )
    .unwrap();
    assert!(book.get("xl/worksheets/sheet1.xml").is_some());
}

#[test]
fn what_the_office_gives_is_printed_and_the_rest_left_open() {
    let b = Briefing::default();
    let f = june();
    let open = Model::new(&f, office(&b), &BriefingOptions::default());
    let text = |m: &Model, n: &str| {
        variables(m)
            .into_iter()
            .find(|v| v.name == n)
            .unwrap()
            .value
    };
    assert_eq!(text(&open, "期号"), "第〔　　〕期");
    assert_eq!(text(&open, "印数"), "（共印〔　　〕份）");
    let options = BriefingOptions {
        issue_number: Some("6".into()),
        copies: Some(20),
        to: vec!["党工委、管委会领导".into()],
        ..Default::default()
    };
    let given = Model::new(&f, office(&b), &options);
    assert_eq!(text(&given, "期号"), "第 6 期");
    assert_eq!(text(&given, "印数"), "（共印20份）");
    assert_eq!(text(&given, "报"), "党工委、管委会领导");
}

/// Writes documents to look at: `DUBAN_BRIEFING_SAMPLES=/some/folder cargo test --release samples`.
#[test]
fn samples() {
    let Ok(folder) = std::env::var("DUBAN_BRIEFING_SAMPLES") else {
        return;
    };
    let b = Briefing::default();
    let write = |name: &str, f: &Facts, o: &BriefingOptions| {
        let out = render(default_template().unwrap(), f, office(&b), o).unwrap();
        std::fs::write(format!("{folder}/{name}.docx"), out).unwrap();
    };
    let given = BriefingOptions {
        draft: true,
        issue_number: Some("6".into()),
        signer: Some("张三".into()),
        to: vec!["党工委、管委会领导".into()],
        send: vec!["区纪检监察工委".into()],
        distribute: vec!["各部门、各镇街、各直属单位".into()],
        copies: Some(20),
        ..Default::default()
    };
    write("june", &june(), &BriefingOptions::default());
    write("draft", &june(), &given);
    for month in 1..=12 {
        let mut f = facts(month);
        f.first_month = month == 1;
        if month > 1 {
            previous(&mut f, [1.0, 0.0, -1.0]);
        }
        write(&format!("month{month:02}"), &f, &BriefingOptions::default());
    }
    let mut many = june();
    for t in many.tasks.iter_mut().step_by(2) {
        t.grade = Grade::Behind;
        t.grade_text = "滞后".into();
        t.problems =
            Some("征地拆迁进度缓慢，施工单位未能按时进场。已多次协调仍有两户未签订协议。".into());
        t.next_steps = Some("加快征拆，七月底前全面进场施工。".into());
        t.gap_abs = t
            .gap_abs
            .clone()
            .or(Some(figure("g", 9.0, 1, true, "个百分点")));
    }
    recount(&mut many);
    write("many", &many, &given);
}

/// Words of a page as (text, left, top, right, bottom) in millimetres.
fn words(pdf: &std::path::Path, page: usize) -> Vec<(String, f64, f64, f64, f64)> {
    let n = page.to_string();
    let out = std::process::Command::new("pdftotext")
        .args(["-f", &n, "-l", &n, "-bbox"])
        .arg(pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let number = |tag: &str, key: &str| {
        tag.split(key)
            .nth(1)
            .and_then(|t| t.split('"').nth(1))
            .and_then(|t| t.parse::<f64>().ok())
            .unwrap()
            / 72.0
            * 25.4
    };
    text.lines()
        .filter_map(|l| l.trim().strip_prefix("<word "))
        .map(|l| {
            let word = l
                .split('>')
                .nth(1)
                .unwrap_or_default()
                .split('<')
                .next()
                .unwrap_or_default()
                .to_owned();
            (
                word,
                number(l, "xMin="),
                number(l, "yMin="),
                number(l, "xMax="),
                number(l, "yMax="),
            )
        })
        .collect()
}

/// Lines of the type area: text without spaces, left and right edge.
fn lines_of(words: &[(String, f64, f64, f64, f64)]) -> Vec<(String, f64, f64)> {
    let mut rows: Vec<(f64, String, f64, f64)> = Vec::new();
    for (text, left, top, right, bottom) in words {
        // Latin and Chinese words of one line have other boxes: a line is told by their middle.
        let middle = f64::midpoint(*top, *bottom);
        match rows.iter_mut().find(|r| (r.0 - middle).abs() < 3.0) {
            Some(row) => {
                row.1.push_str(text);
                row.2 = row.2.min(*left);
                row.3 = row.3.max(*right);
            }
            None => rows.push((middle, text.clone(), *left, *right)),
        }
    }
    rows.into_iter()
        .map(|(_, text, left, right)| (text, left, right))
        .collect()
}

#[test]
fn page_and_type_measured_in_libreoffice() {
    let has = |program: &str| {
        std::process::Command::new(program)
            .arg("-v")
            .output()
            .is_ok()
    };
    if !has("soffice") || !has("pdftotext") {
        eprintln!("not run: LibreOffice or pdftotext is not installed");
        return;
    }
    let folder = std::env::temp_dir().join(format!("duban-briefing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let b = Briefing::default();
    let file = folder.join("briefing.docx");
    std::fs::write(
        &file,
        render(
            default_template().unwrap(),
            &june(),
            office(&b),
            &BriefingOptions::default(),
        )
        .unwrap(),
    )
    .unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let args = [
        profile.as_str(),
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
    ];
    assert!(
        std::process::Command::new("soffice")
            .args(args)
            .arg(&folder)
            .arg(&file)
            .output()
            .unwrap()
            .status
            .success()
    );
    let pdf = folder.join("briefing.pdf");
    let page = words(&pdf, 2);
    let (body, foot): (Vec<_>, Vec<_>) = page.into_iter().partition(|w| w.4 < 297.0 - 34.0);
    let lines = lines_of(&body);
    assert_eq!(lines.len(), 22, "{lines:?}");
    // LibreOffice 7 hangs a line's last stop in the margin whatever the document says.
    let hangs = |text: &str| text.ends_with(['：', '，', '。', '；', '、', '）']);
    let (left, right) = lines
        .iter()
        .filter(|l| !hangs(&l.0))
        .fold((f64::MAX, 0.0_f64), |(l, r), line| {
            (l.min(line.1), r.max(line.2))
        });
    assert!(
        (left - 28.0).abs() < 1.0 && (right - 184.0).abs() < 1.0,
        "{left} {right}"
    );
    let full = lines
        .iter()
        .filter(|(text, l, r)| *l < 29.0 && *r > 182.0 && !text.chars().any(|c| c.is_ascii()));
    // The stop that hangs is one more, in the margin; where a line breaks depends on the fonts at hand.
    let counted =
        |text: &str| text.chars().count() - usize::from(hangs(text) && text.chars().count() == 29);
    let full: Vec<usize> = full.map(|(text, ..)| counted(text)).collect();
    // A figure that may not be broken leaves the line above it shorter.
    assert_eq!(full.iter().max(), Some(&28), "{full:?}");
    // Even pages left, odd pages right, one character in.
    let number = |words: &[(String, f64, f64, f64, f64)]| {
        lines_of(words)
            .into_iter()
            .find(|l| l.0.starts_with('—'))
            .unwrap()
    };
    let (text, even, _) = number(&foot);
    assert_eq!(text, "—2—");
    assert!((even - 28.0 - 4.9).abs() < 1.5, "{even}");
    let (text, _, odd) = number(
        &words(&pdf, 3)
            .into_iter()
            .filter(|w| w.2 > 297.0 - 34.0)
            .collect::<Vec<_>>(),
    );
    assert_eq!(text, "—3—");
    assert!((184.0 - 4.9 - odd).abs() < 1.5, "{odd}");
    // The body is three pages; the table's header stands on each of its own.
    let head = |n: usize| {
        lines_of(&words(&pdf, n))
            .iter()
            .any(|l| l.0.contains("项目名称") && l.0.contains("责任单位"))
    };
    assert_eq!((4..=6).map(head).collect::<Vec<_>>(), [true, true, true]);
    // Whatever the month, the body keeps to three pages.
    let months: Vec<std::path::PathBuf> = (1..=12)
        .map(|month| {
            let mut f = facts(month);
            f.first_month = month == 1;
            if month > 1 {
                previous(&mut f, [1.0, 0.0, -1.0]);
            }
            let file = folder.join(format!("month{month:02}.docx"));
            std::fs::write(
                &file,
                render(
                    default_template().unwrap(),
                    &f,
                    office(&b),
                    &BriefingOptions::default(),
                )
                .unwrap(),
            )
            .unwrap();
            file
        })
        .collect();
    let args = [
        profile.as_str(),
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
    ];
    assert!(
        std::process::Command::new("soffice")
            .args(args)
            .arg(&folder)
            .args(&months)
            .output()
            .unwrap()
            .status
            .success()
    );
    for month in &months {
        let annex = lines_of(&words(&month.with_extension("pdf"), 4))
            .iter()
            .any(|l| l.0.contains("进展情况一览表（"));
        assert!(annex, "{}", month.display());
    }
    // A template that LibreOffice has saved again (runs split, styles rewritten) still fills.
    let template = folder.join("template.docx");
    std::fs::write(&template, default_template().unwrap()).unwrap();
    let again = folder.join("again");
    let args = [
        profile.as_str(),
        "--headless",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
    ];
    assert!(
        std::process::Command::new("soffice")
            .args(args)
            .arg(&again)
            .arg(&template)
            .output()
            .unwrap()
            .status
            .success()
    );
    let saved = std::fs::read(again.join("template.docx")).unwrap();
    let out = render(&saved, &june(), office(&b), &BriefingOptions::default())
        .unwrap_or_else(|e| panic!("{e}"));
    let text = Package::read(&out)
        .unwrap()
        .xml("word/document.xml")
        .unwrap()
        .text_of("w:t");
    assert!(
        text.contains("虎溪河生态修复有1项数据正在核实")
            && !text.contains("{{")
            && !text.contains("{%")
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
