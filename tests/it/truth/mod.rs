//! Every sentence of a finished report is true: of random plans and months, and of a second city.

// Counts, and figures of one decimal as they are shown; tables of forms are long.
#![allow(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::too_many_lines,
    clippy::unused_self,
    clippy::type_complexity
)]

mod city;
mod key_points;
mod known;
mod laggards;
mod office;
mod others;
mod overall;
mod page;
mod papers;
mod pattern;
mod reader;

use std::cell::RefCell;
use std::path::Path;

use duban::check::load_plan;
use duban::plan::{Period, Plan};

use crate::desk;
use crate::html::Page;
use crate::prelude::*;
use known::Month;
use office::Office;
pub use papers::task_rows;
use reader::Reader;

/// What is untrue in the reports of these months.
fn lies(plan: &Plan, folder: &Path, periods: &[Period], said: &Said) -> Vec<String> {
    let mut months: Vec<Month> = Vec::new();
    let mut lies = Vec::new();
    for &period in periods {
        let out = desk::Month {
            folder: folder.join("out").join(period.to_string()),
        };
        let findings = out.json("findings.json").list().clone();
        months.push(Month::of(plan, period, out.records(), findings));
        let inbox = folder.join("inbox");
        let office = Office {
            plan,
            inbox,
            months: &months,
            read: RefCell::default(),
        };
        let reader = Reader::new(plan, &office, &months);
        let briefing = Document::of(&fs::read(out.report("简报")).unwrap());
        let mut wrong = reader.briefing(&briefing);
        wrong.extend(reader.summary(&out.report("汇总表")));
        wrong.extend(reader.closing(&said.out));
        wrong.extend(reader.page(&Page::of(&out.read("结果.html"))));
        for (name, bytes) in desk::files(&out.folder.join("催报")) {
            let department = name.trim_end_matches("催报通知.docx");
            wrong.extend(reader.notice(department, &Document::of(&bytes)));
        }
        lies.extend(wrong.into_iter().map(|w| format!("{period} {w}")));
    }
    lies
}

/// Months of random plans, as many as `DUBAN_MONTHS` asks for.
#[test]
fn random_months_tell_the_truth() {
    let months: u64 = std::env::var("DUBAN_MONTHS").map_or(60, |n| n.parse().unwrap());
    let first: u64 = std::env::var("DUBAN_SEED").map_or(1, |n| n.parse().unwrap());
    let (mut done, mut seed, mut wrong) = (0, first, 0);
    while done < months {
        let city = city::City::of(seed);
        let (desk, said) = city.run();
        let plan = load_plan("plan.toml", &city.plan)
            .unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", city.plan));
        for lie in lies(&plan, &desk.path(""), &city.periods, &said) {
            eprintln!("seed {seed}: {lie}");
            wrong += 1;
        }
        if months == 1 && std::env::var_os("DUBAN_SEED").is_some() {
            eprintln!("seed {seed} is kept in {}", desk.path("").display());
            std::mem::forget(desk);
        }
        done += city.periods.len() as u64;
        seed += 1;
    }
    assert!(
        wrong == 0,
        "{wrong} untrue sentences in {done} months; DUBAN_SEED=… runs one city first"
    );
}

/// Another city's three months (示例数据): its briefings and 一览表 are on record, and every sentence of them is true.
#[test]
fn a_second_city_tells_the_truth() {
    let desk = desk::Desk::bare();
    for (name, bytes) in desk::files(&desk::root().join("tests/second-city")) {
        desk.write(&name, bytes);
    }
    let said = desk.duban("run --plan plan.toml --period 2025-01..2025-03");
    let plan = load_plan("plan.toml", &desk.text("plan.toml")).unwrap();
    let periods = ["2025-01", "2025-02", "2025-03"].map(|p| p.parse().unwrap());
    let wrong = lies(&plan, &desk.path(""), &periods, &said);
    // What a department answered stands where the form left the field blank; the record has it in 一览表.
    desk.duban("show 5 --plan plan.toml --period 2025-02")
        .says([
            "存在问题：据情况说明，3月起24个小区集中开工",
            "下一步措施：据情况说明，3月底前完成全部招标",
        ]);
    let mut record = String::from("云岭市2025年1—3月：简报与一览表（示例数据）\n");
    for period in periods {
        let month = desk.month(&period.to_string());
        let briefing = Document::of(&fs::read(month.report("简报")).unwrap());
        let paragraphs = briefing.paragraphs.iter().filter(|p| !p.trim().is_empty());
        record.extend(paragraphs.map(|p| format!("{}\n", p.replace('\t', "　"))));
        record.extend(papers::task_rows(&month.report("汇总表")).map(|row| row + "\n"));
    }
    crate::assert_on_record("tests/second-city/简报与一览表.txt", &record);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
