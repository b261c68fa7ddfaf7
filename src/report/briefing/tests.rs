use std::collections::BTreeSet;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::model::Model;
use super::*;
use crate::check::Submitted;
use crate::combine::testing::Sample;
use crate::plan::Grade;
use crate::report::ooxml::order;
use crate::report::ooxml::tree::Element;

/// Nine laggards of twenty, one task withheld, one finished; departments write at length, three of them report badly.
fn june() -> Sample {
    let grades: Vec<Grade> = (0..20)
        .map(|n| match n {
            0 => Grade::Done,
            1 => Grade::Unverified,
            n if n % 2 == 0 => Grade::Behind,
            n if n % 3 == 0 => Grade::Ahead,
            _ => Grade::OnSchedule,
        })
        .collect();
    let mut sample = Sample::graded(6, 8, &grades);
    let problems = "征地拆迁进度缓慢，施工单位未能按时进场。".repeat(4);
    let next_steps = "加快征拆，七月底前全面进场施工。".repeat(4);
    for no in 1..=20 {
        sample.say(no, "", &problems, &next_steps);
    }
    with_faults(&mut sample);
    sample
}

fn with_faults(sample: &mut Sample) {
    sample
        .month_before(|_| {})
        .late(3)
        .lacks(6, Submitted::Nothing)
        .lacks(7, Submitted::Returned);
}

fn briefing(sample: &Sample) -> Parts {
    let template = default_template().unwrap();
    let (facts, options) = (sample.facts(), BriefingOptions::default());
    let made = || render(template, &facts, &sample.plan, &options).unwrap();
    assert_eq!(made(), made());
    Parts::read(&made()).unwrap()
}

/// Balanced quotes and brackets, no doubled stops, no half-width punctuation between Chinese characters.
fn punctuation(text: &str) {
    for (open, close) in [('（', '）'), ('“', '”'), ('〔', '〕')] {
        let (opened, closed) = (text.matches(open).count(), text.matches(close).count());
        assert_eq!(opened, closed, "{text}");
    }
    for bad in [
        "。。", "，。", "；。", "，，", "：。", "。；", "。，", "（）", "、。", "；；", " ，", "  ",
    ] {
        assert!(!text.contains(bad), "{bad} in {text}");
    }
    let chars: Vec<char> = text.chars().collect();
    for w in chars.windows(2) {
        let half_width = matches!(w[1], ',' | ';' | ':' | '(' | ')');
        assert!(!(half_width && w[0] > '\u{3000}'), "{text}");
    }
}

#[test]
fn every_month_reads_right() {
    for n in 1..=12 {
        for is_first in [false, true] {
            let mut sample = Sample::graded(n, 8, &[Grade::ALL; 2].concat());
            with_faults(&mut sample);
            if is_first {
                sample.earlier.clear();
            }
            let options = BriefingOptions::default();
            for variable in variables(&sample.facts(), &sample.plan, &options) {
                punctuation(&variable.value);
            }
        }
    }
}

/// Paths of all values, as the schema writes them.
fn paths(prefix: String, value: &Value, out: &mut BTreeSet<String>) {
    match value.kind() {
        ValueKind::Seq => {
            for item in value.try_iter().unwrap() {
                paths(format!("{prefix}[]"), &item, out);
            }
        }
        ValueKind::Map => {
            for key in value.try_iter().unwrap() {
                let item = value.get_item(&key).unwrap();
                paths(format!("{prefix}.{key}"), &item, out);
            }
        }
        _ => {
            out.insert(prefix);
        }
    }
}

#[test]
fn the_schema_and_the_model_name_the_same() {
    let sample = june();
    let options = BriefingOptions::default();
    let model = Model::new(&sample.facts(), &sample.plan, &options);
    // So many laggards that some go to the annex.
    assert!(!model.overflow.is_empty());
    let mut found = BTreeSet::new();
    for (name, value) in &model.values {
        paths((*name).to_owned(), value, &mut found);
    }
    let known: BTreeSet<String> = NAMES.values.iter().map(|(n, _)| (*n).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn the_shipped_template_is_the_one_that_is_made() {
    let shipped = std::fs::read(crate::project("templates/briefing.docx")).unwrap();
    assert!(
        default_template().unwrap() == shipped,
        "run: cargo run --release --example make_template"
    );
    assert_eq!(check_template(&shipped), []);
}

#[test]
fn every_part_keeps_the_schemas_order_and_no_tag_is_left() {
    let template = Parts::read(default_template().unwrap()).unwrap();
    let made = briefing(&june());
    let xml = |parts: &Parts| -> Vec<(String, Element)> {
        let names = parts.names().filter(|n| n.ends_with(".xml"));
        names
            .map(|n| (n.to_owned(), parts.xml(n).unwrap()))
            .collect()
    };
    for (name, root) in xml(&template).into_iter().chain(xml(&made)) {
        assert_eq!(order::violations(&root), Vec::<String>::new(), "{name}");
    }
    for (name, root) in xml(&made) {
        let text = root.text_of("w:t");
        assert!(!text.contains(['{', '}', '§']), "{name}: {text}");
    }
}

#[test]
fn the_chart_has_its_cache_and_its_workbook() {
    let made = briefing(&june());
    let chart = made.xml("word/charts/chart1.xml").unwrap();
    let xml = String::from_utf8_lossy(made.get("word/charts/chart1.xml").unwrap());
    crate::report::ooxml::charts::assert_explicit(&xml);
    assert!(chart.text_of("c:v").contains("14. 第14件实事"));
    assert!(chart.first("c:externalData").is_some());
    let book = made.get("word/embeddings/Microsoft_Excel_Sheet1.xlsx");
    let book = Parts::read(book.unwrap()).unwrap();
    assert!(book.get("xl/worksheets/sheet1.xml").is_some());
}

#[test]
fn what_the_office_gives_is_printed_and_the_rest_left_blank() {
    let sample = Sample::graded(6, 1, &[Grade::OnSchedule]);
    let printed = |options: &BriefingOptions| {
        let all = variables(&sample.facts(), &sample.plan, options);
        ["期号", "印数", "报"].map(|name| {
            let variable = all.iter().find(|v| v.name == name);
            variable.unwrap().value.clone()
        })
    };
    assert_eq!(
        printed(&BriefingOptions::default()),
        ["第〔　　〕期", "（共印〔　　〕份）", "〔　　　　〕"]
    );
    let options = BriefingOptions {
        issue_number: Some("6".into()),
        copies: Some(20),
        to: vec!["党工委、管委会领导".into()],
        ..Default::default()
    };
    assert_eq!(
        printed(&options),
        ["第 6 期", "（共印20份）", "党工委、管委会领导"]
    );
}
