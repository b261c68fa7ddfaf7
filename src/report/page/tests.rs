use super::*;
use crate::check::{Severity, Submitted};
use crate::combine::testing::Sample;

fn page(sample: &Sample, beside: &Beside) -> String {
    String::from_utf8(write(&sample.facts(), &sample.plan, beside)).unwrap()
}

fn nothing() -> Beside<'static> {
    Beside {
        reports: Vec::new(),
        notices: BTreeMap::new(),
        returns: BTreeMap::new(),
        blanks: Vec::new(),
    }
}

/// Of two colours, as WCAG measures it.
fn contrast(a: u32, b: u32) -> f64 {
    let light = |colour: u32| {
        let part = |shift: u32| {
            let share = f64::from(colour >> shift & 0xff) / 255.0;
            if share <= 0.03928 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn all_text_is_legible() {
    let grades = Grade::ALL.into_iter().map(grade_colours);
    // Text, soft text, links and the mark of a draft on white; heads of tables; ids over figures.
    let others = [
        (0x00ff_ffff, 0x001f_2328),
        (0x00ff_ffff, 0x0057_606a),
        (0x00ff_ffff, 0x000b_4fb3),
        (0x00ff_ffff, 0x009e_1b1b),
        (0x00ee_f1f4, 0x001f_2328),
        (0x001f_2328, 0x00ff_ffff),
    ];
    for (fill, ink) in grades.chain(others) {
        let ratio = contrast(fill, ink);
        assert!(ratio >= 4.5, "{ink:06x} on {fill:06x}: {ratio:.2}");
        let shown = [fill, ink].map(|c| format!("#{c:06x}").replace("#ffffff", "#fff"));
        let rules = colours() + STYLE;
        assert!(
            shown.iter().all(|c| rules.contains(c.as_str())),
            "{shown:?}"
        );
    }
}

#[test]
fn what_departments_and_plans_write_is_text() {
    let mut sample = Sample::graded(6, 2, &[Grade::Serious, Grade::Done]);
    let evil = "<script>alert(1)</script>&\"'";
    sample.plan.title = evil.to_owned();
    sample.plan.issuer = evil.to_owned();
    for task in &mut sample.plan.tasks {
        task.name = evil.to_owned();
        task.tier = evil.to_owned();
    }
    for department in &mut sample.plan.departments {
        department.name = evil.to_owned();
    }
    sample.say(1, evil, evil, evil);
    sample.finding("C006", Severity::Error, 0);
    sample.lacks(1, Submitted::Nothing);
    let path = format!("催报/{evil}.docx");
    let beside = Beside {
        reports: vec![path.clone()],
        notices: BTreeMap::from([(1, path.clone())]),
        returns: BTreeMap::from([(0, path)]),
        ..nothing()
    };
    let page = page(&sample, &beside);
    assert!(!page.contains("<script"), "{page}");
    assert!(page.matches("&lt;script&gt;").count() > 10);
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let grades = [Grade::Behind; 450];
    let mut sample = Sample::graded(6, 1000, &grades);
    for department in 0..1000 {
        sample.finding("C006", Severity::Error, department);
    }
    let page = page(&sample, &nothing());
    for words in [
        "这里列出滞后的前200",
        "共1000个单位，这里列出有问题要处理或逾期、未报的前200个",
        "等1000个单位（名单见汇总表）",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // Fewer than can be listed are all that there are.
    let mut sample = Sample::graded(6, 1000, &[Grade::Done]);
    for department in 0..3 {
        sample.finding("C006", Severity::Error, department);
    }
    assert!(self::page(&sample, &nothing()).contains("逾期、未报的3个"));
    assert!(page.len() < 600_000, "{}", page.len());
}
