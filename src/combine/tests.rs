//! Small plans through the whole room.

use std::collections::HashSet;

use jiff::civil::date;

use super::facts::Movement;
use super::prelude::*;
use super::testing::Sample;
use super::*;
use crate::check::{Element, Fate, Money, Place, Source};
use crate::intake::CellRef;
use crate::plan::testing;

fn period(month: i8) -> Period {
    Period::new(2024, month).unwrap()
}

/// A month's facts after the given earlier ones.
fn after(earlier: Vec<(i8, Vec<Judged>)>, plan: &Plan, month: i8, slots: Vec<Judged>) -> Facts {
    let mut sample = Sample::new(plan.clone(), month);
    sample.slots = slots;
    sample.earlier = earlier
        .into_iter()
        .map(|(m, slots)| (period(m), slots))
        .collect();
    sample.facts()
}

/// June's facts, the first month's.
fn june(plan: &Plan, slots: Vec<Judged>) -> Facts {
    after(Vec::new(), plan, 6, slots)
}

#[expect(
    clippy::ref_option,
    reason = "the facts' fields are taken as they stand"
)]
fn text(figure: &Option<Figure>) -> String {
    figure.as_ref().map(Figure::text).unwrap_or_default()
}

/// One quantity of 20 公里.
fn pipes() -> Plan {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "城市老旧供水管网改造", 0);
    plan.add_indicator("供水管网改造", Kind::Quantity, 20.0, "公里", &[]);
    plan
}

#[test]
fn a_laggard_with_last_month_beside_it() {
    let plan = pipes();
    let facts = after(
        vec![
            (4, vec![Judged::value(0, 2.5)]),
            (5, vec![Judged::value(0, 3.2)]),
        ],
        &plan,
        6,
        vec![Judged::value(0, 4.9)],
    );
    let ind = &facts.indicators[0];
    assert_eq!(
        [&ind.value, &ind.previous, &ind.increment].map(text),
        ["4.9公里", "3.2公里", "1.7公里"]
    );
    assert_eq!(
        [&ind.target, &ind.rate, &ind.schedule, &ind.gap].map(text),
        ["20公里", "24.5%", "50.0%", "25.5个百分点"]
    );
    assert_eq!(
        (ind.grade, ind.previous_grade, ind.movement),
        (Grade::Behind, Some(Grade::Behind), Movement::Same)
    );
    assert_eq!(ind.months.len(), 6);
    assert_eq!(ind.months[0].1, None);
    let june = ind.months[5].1.as_ref().unwrap();
    assert_eq!(june.id.text(&plan), "indicator.1.1.month.2024-06");
    assert_eq!(june.text(), "4.9公里");
    let task = &facts.tasks[0];
    assert_eq!(task.grade_text, "滞后");
    assert_eq!(task.progress, ["累计完成4.9公里，占年度目标的24.5%"]);
    assert_eq!(
        [&task.rate, &task.schedule, &task.gap, &task.gap_abs].map(text),
        ["24.5%", "50.0%", "25.5个百分点", "25.5个百分点"]
    );
    assert_eq!(facts.overall.lagging.text(), "1件");
    assert_eq!(
        facts
            .overall
            .previous
            .as_ref()
            .map(|p| (p.period, p.lagging_change.number())),
        Some((period(5), "0".to_owned()))
    );
    let trend: Vec<_> = facts
        .trend
        .iter()
        .map(|t| (t.period, text(&t.rate), text(&t.schedule)))
        .collect();
    let expected = [
        (4, "12.5%", "33.3%"),
        (5, "16.0%", "41.7%"),
        (6, "24.5%", "50.0%"),
    ];
    assert_eq!(
        trend,
        expected.map(|(m, r, s)| (period(m), r.to_owned(), s.to_owned()))
    );
}

#[test]
fn a_first_month_has_nothing_to_compare_with() {
    let plan = pipes();
    let facts = after(Vec::new(), &plan, 1, vec![Judged::value(0, 0.0)]);
    assert!(facts.first_month && !facts.last_month);
    assert!(facts.overall.previous.is_none() && facts.overall.risen.is_none());
    assert_eq!(facts.tasks[0].movement, Movement::New);
    assert!(facts.indicators[0].increment.is_none());
}

#[test]
fn a_gap_of_a_month_gives_a_previous_value_but_no_increment() {
    let plan = pipes();
    let facts = after(
        vec![
            (3, vec![Judged::value(0, 2.0)]),
            (7, vec![Judged::value(0, 9.0)]),
        ],
        &plan,
        6,
        vec![Judged::value(0, 4.9)],
    );
    let ind = &facts.indicators[0];
    assert_eq!(
        (
            text(&ind.previous),
            ind.previous_period,
            ind.increment.is_none()
        ),
        ("2公里".to_owned(), Some(period(3)), true)
    );
    assert_eq!(
        (
            ind.movement,
            facts.first_month,
            facts.overall.previous.is_none()
        ),
        (Movement::New, false, true)
    );
    assert_eq!(facts.trend.len(), 2, "later months are ignored");
}

#[test]
fn withheld_figures_are_never_carried_forward() {
    let plan = pipes();
    let before = vec![(5, vec![Judged::value(0, 3.2)])];
    let facts = after(before, &plan, 6, vec![Judged::withheld(0, "C006")]);
    let (task, ind) = (&facts.tasks[0], &facts.indicators[0]);
    assert_eq!(
        (
            ind.value.is_none(),
            ind.rate.is_none(),
            ind.withheld_by.as_slice()
        ),
        (true, true, ["C006"].as_slice())
    );
    assert_eq!(
        (task.grade, task.rate.is_none(), task.movement),
        (Grade::Unverified, true, Movement::Unknown)
    );
    assert_eq!(task.progress, ["数据待核实（截至2024年5月底累计3.2公里）"]);
    let known = task.last_known.as_ref().unwrap();
    assert_eq!(
        (known.period, known.grade, text(&known.rate)),
        (period(5), Grade::Behind, "16.0%".to_owned())
    );
    assert!(task.stays_listed);
    let missing = june(&plan, vec![Judged::missing(0)]);
    assert_eq!(
        (
            missing.tasks[0].progress[0].as_str(),
            missing.tasks[0].stays_listed
        ),
        ("未报送", false)
    );
}

#[test]
fn reporters_add_up_and_half_of_them_are_no_sum() {
    let mut plan = testing::plan(3);
    plan.add_task("区级", "便民服务", 0);
    plan.add_indicator(
        "服务点",
        Kind::Count,
        30.0,
        "个",
        &[(0, 10.0), (1, 12.0), (2, 8.0)],
    );
    let all = june(
        &plan,
        vec![
            Judged::value(0, 5.0),
            Judged::value(1, 6.0),
            Judged::value(2, 4.0),
        ],
    );
    assert_eq!(
        (text(&all.indicators[0].value), all.indicators[0].grade),
        ("15个".to_owned(), Grade::OnSchedule)
    );
    assert_eq!(
        (all.slots[1].target, all.slots[1].rate, all.slots[1].grade),
        (Some(12.0), Some(50.0), Some(Grade::OnSchedule))
    );
    let some = june(
        &plan,
        vec![
            Judged::value(0, 5.0),
            Judged::withheld(1, "R001"),
            Judged::value(2, 4.0),
        ],
    );
    let ind = &some.indicators[0];
    assert_eq!(
        (text(&ind.value), ind.state, ind.grade),
        ("9个".to_owned(), State::Withheld, Grade::Unverified)
    );
    assert_eq!(
        (
            ind.rate.is_none(),
            ind.reported.0.number(),
            ind.reported.1.number()
        ),
        (true, "2".to_owned(), "3".to_owned())
    );
    assert_eq!(
        some.tasks[0].progress,
        ["已报部分累计完成9个（2/3个单位已报）"]
    );
}

#[test]
fn levels_and_ratios_combine_as_the_plan_says() {
    for (combine, expected) in [
        (crate::plan::Combine::Mean, "76.15%"),
        (crate::plan::Combine::Min, "72.1%"),
        (crate::plan::Combine::Max, "80.2%"),
        (crate::plan::Combine::Sum, "152.3%"),
    ] {
        let mut plan = testing::plan(2);
        plan.add_task("市级", "知晓率", 0);
        plan.add_indicator("知晓率", Kind::Ratio, 80.0, "%", &[(0, 80.0), (1, 80.0)])
            .combine = combine;
        let facts = june(&plan, vec![Judged::value(0, 72.1), Judged::value(1, 80.2)]);
        assert_eq!(text(&facts.indicators[0].value), expected);
    }
}

#[test]
fn sums_do_not_depend_on_the_order_of_reporters() {
    let values: Vec<f64> = (0..500)
        .map(|n| f64::from(n * 7919 % 10_007) / 100.0 + if n % 50 == 0 { 1e9 } else { 0.0 })
        .collect();
    let reporters: Vec<(usize, f64)> = (0..values.len()).map(|d| (d, 1e9)).collect();
    let mut plan = testing::plan(values.len());
    plan.add_task("区级", "面积", 0);
    plan.add_indicator("面积", Kind::Quantity, 1e12, "平方米", &reporters);
    let total = |values: &[f64]| {
        let slots = values
            .iter()
            .enumerate()
            .map(|(slot, &v)| Judged::value(slot, v))
            .collect();
        june(&plan, slots).indicators[0]
            .value
            .clone()
            .unwrap()
            .value
    };
    let mut reversed = values.clone();
    reversed.reverse();
    // 500 whole hundredths of 0–100.06, and ten times a billion: exact in binary once they are whole.
    let hundredths: f64 = values.iter().map(|v| (v * 100.0).round()).sum();
    assert_eq!(total(&values).to_bits(), (hundredths / 100.0).to_bits());
    assert_eq!(total(&values).to_bits(), total(&reversed).to_bits());
}

/// A plan of every kind, and its June.
fn every_kind() -> (Plan, Vec<Judged>) {
    let mut plan = testing::plan(2);
    plan.add_task("市级", "婴幼儿照护", 0);
    plan.add_indicator("每千人口托位数", Kind::Level, 3.9, "个", &[]);
    plan.add_indicator("普惠托位占比", Kind::Ratio, 40.0, "%", &[]);
    plan.add_task("市级", "心理健康", 0);
    plan.add_indicator("健康教育活动", Kind::Ongoing, 0.0, "", &[]);
    plan.add_indicator("测评次数", Kind::Count, 1.0, "次", &[]);
    plan.add_task("区级", "农村饮水", 1);
    plan.add_indicator("曾家镇工程", Kind::Milestone, 0.0, "", &[]);
    plan.add_indicator("走马镇工程", Kind::Milestone, 0.0, "", &[]);
    plan.add_task("区级", "计量检定", 1);
    plan.add_indicator("器具", Kind::Count, 860.0, "台", &[])
        .approximate = true;
    plan.add_indicator("机构", Kind::Count, 10.0, "家", &[]);
    plan.add_indicator("宣传", Kind::Count, 4.0, "场", &[]);
    let done = Judged {
        done_on: Some(date(2024, 6, 18)),
        ..Judged::milestone(5, MilestoneState::Done)
    };
    let slots = vec![
        Judged::value(0, 3.71),
        Judged::value(1, 41.0),
        Judged::ongoing(2),
        Judged::value(3, 1.0),
        Judged::milestone(4, MilestoneState::UnderWay),
        done,
        Judged::value(6, 430.0).qualified("余"),
        Judged::value(7, 6.0),
        Judged::missing(8),
    ];
    (plan, slots)
}

#[test]
fn progress_in_words() {
    let (plan, slots) = every_kind();
    let facts = june(&plan, slots);
    let said: Vec<&str> = facts
        .tasks
        .iter()
        .flat_map(|t| t.progress.iter().map(String::as_str))
        .collect();
    assert_eq!(
        said,
        [
            "每千人口托位数3.71个，差0.19个达标",
            "普惠托位占比41%，已达标",
            "健康教育活动：持续推进",
            "测评次数累计完成1次，占年度目标的100.0%",
            "曾家镇工程：进行中",
            "走马镇工程：2024年6月18日完成",
            "器具累计完成430余台，占年度目标的50.0%",
            "机构累计完成6家，占年度目标的60.0%",
            "宣传未报送",
        ]
    );
    let grades: Vec<&str> = facts.tasks.iter().map(|t| t.grade_text.as_str()).collect();
    assert_eq!(
        grades,
        [
            "未达标",
            "持续推进（量化任务已完成）",
            "达到序时进度",
            "达到序时进度（1项待核实）"
        ]
    );
    let (done, all) = facts.tasks[2].milestones.as_ref().unwrap();
    assert_eq!(
        (done.number(), all.number()),
        ("1".to_owned(), "2".to_owned())
    );
}

#[test]
fn counts_add_up_and_ids_are_unique() {
    let (plan, slots) = every_kind();
    let facts = after(vec![(5, slots.clone())], &plan, 6, slots);
    for counts in [
        &facts.overall.tasks,
        &facts.overall.indicators,
        &facts.overall.previous.as_ref().unwrap().tasks,
    ] {
        assert!(
            (counts.by_grade.iter().map(|(_, f)| f.value).sum::<f64>() - counts.total.value).abs()
                < 0.5
        );
    }
    for t in &facts.trend {
        assert!(
            (t.finished.value + t.on_schedule.value + t.lagging.value + t.other.value - 4.0).abs()
                < 0.5
        );
    }
    let tiers: Vec<_> = facts
        .tiers
        .iter()
        .map(|t| (t.name.as_str(), t.tasks.total.text(), t.first_no, t.last_no))
        .collect();
    assert_eq!(
        tiers,
        [
            ("市级", "2件".to_owned(), 1, 2),
            ("区级", "2件".to_owned(), 3, 4)
        ]
    );
    let figures = facts.figures();
    let ids: HashSet<_> = figures.iter().map(|f| f.id).collect();
    assert_eq!(ids.len(), figures.len(), "every id once");
    // A source that is a figure is there.
    for figure in &figures {
        for from in &figure.from {
            assert!(
                !matches!(from, Origin::Figure(id) if !ids.contains(id)),
                "{figure:?}"
            );
        }
    }
}

#[test]
fn facts_json_holds_every_figure_once() {
    let (plan, slots) = every_kind();
    let facts = june(&plan, slots);
    let json = serde_json::to_value(facts_json(&facts, &plan)).unwrap();
    assert_eq!(
        json["figures"].as_object().unwrap().len(),
        facts.figures().len()
    );
    assert_eq!(json["figures"]["indicator.4.2.rate"]["text"], "60.0%");
    assert_eq!(json["figures"]["indicator.4.2.rate"]["value"], 60);
    assert_eq!(json["tasks"][2]["grade"], "达到序时进度");
    assert_eq!(json["indicators"][5]["done"], "2024-06-18");
    assert_eq!(json["departments"][0]["due"], "2024-07-05");
}

#[test]
fn the_office_overrides_a_grade_with_its_reason() {
    let mut plan = pipes();
    plan.overrides.push(crate::plan::Override {
        period: period(6),
        task: 0,
        grade: Grade::OnSchedule,
        reason: "月底统一录入".to_owned(),
    });
    let facts = after(
        vec![(5, vec![Judged::value(0, 3.2)])],
        &plan,
        6,
        vec![Judged::value(0, 4.9)],
    );
    let task = &facts.tasks[0];
    assert_eq!(
        (task.grade, task.previous_grade, task.movement),
        (Grade::OnSchedule, Some(Grade::Behind), Movement::Up)
    );
    assert_eq!(task.notes, ["状态由督查室认定，按数据为滞后：月底统一录入"]);
    assert_eq!(
        facts.overall.risen.as_ref().map(Figure::text).as_deref(),
        Some("1件")
    );
}

#[test]
fn an_adjusted_target_leaves_earlier_months_as_they_were() {
    let mut plan = pipes();
    let adjust = crate::plan::Adjust {
        indicator: 0,
        from: period(6),
        target: Some(10.0),
        deadline: None,
        basis: "专题会议纪要".to_owned(),
    };
    plan.adjusts.push(adjust);
    let facts = after(
        vec![(5, vec![Judged::value(0, 5.0)])],
        &plan,
        6,
        vec![Judged::value(0, 5.0)],
    );
    assert_eq!(
        [&facts.trend[0].rate, &facts.trend[1].rate].map(text),
        ["25.0%", "50.0%"]
    );
    assert_eq!(
        facts.indicators[0].adjusted.as_deref(),
        Some("自2024年6月起年度目标调整为10公里（专题会议纪要）")
    );
}

#[test]
fn the_last_month_settles_everything() {
    let plan = pipes();
    let facts = after(Vec::new(), &plan, 12, vec![Judged::value(0, 19.9)]);
    assert!(facts.last_month);
    assert_eq!(
        (facts.tasks[0].grade, text(&facts.tasks[0].rate)),
        (Grade::Overdue, "99.5%".to_owned())
    );
}

#[test]
fn departments_stand_as_they_submitted() {
    let mut sample = Sample::graded(6, 4, &[Grade::OnSchedule; 4]);
    (sample.slots[2], sample.slots[3]) = (Judged::missing(2), Judged::missing(3));
    sample
        .lacks(2, Submitted::Returned)
        .lacks(3, Submitted::Nothing);
    sample.file("a.xlsx", Some(1), Fate::Used).late(1);
    sample.received = vec![("a.xlsx".to_owned(), date(2024, 7, 9))];
    sample.finding("F001", Severity::Error, None);
    sample.finding("R007", Severity::Warning, 0).status = Status::Explained;
    sample.finding("F002", Severity::Error, 2);
    sample.finding("X001", Severity::Error, 3);
    let facts = sample.facts();
    let stand: Vec<_> = facts
        .departments
        .iter()
        .map(|d| {
            let rank = d.rank.as_ref().map(Figure::number).unwrap_or_default();
            (d.submitted.chinese(), rank, d.tasks.total.text())
        })
        .collect();
    let expected = [
        ("已报送（收到日期未登记）", "1"),
        ("逾期报送", "2"),
        ("已退回", ""),
        ("未报", ""),
    ];
    assert_eq!(
        stand,
        expected.map(|(s, r)| (s, r.to_owned(), "1件".to_owned()))
    );
    assert_eq!(
        (
            facts.departments[1].received,
            facts.departments[1].file.as_deref()
        ),
        (Some(date(2024, 7, 9)), Some("a.xlsx"))
    );
    let all = &facts.overall;
    let numbers = [
        &all.departments,
        &all.submitted,
        &all.late,
        &all.returned,
        &all.missing,
        &all.errors,
        &all.warnings,
        &all.explained,
    ];
    assert_eq!(numbers.map(Figure::number).concat(), "42111311");
    assert_eq!(facts.files[0].bytes.id.text(&sample.plan), "files.1.bytes");
}

#[test]
fn words_elements_and_warnings_of_a_task() {
    let mut sample = Sample::new(pipes(), 6);
    let source = Source {
        place: Place::new("a.xlsx", "进展情况"),
        cell: CellRef::new(4, 9),
        raw: "4.9公里".into(),
        conversion: Box::default(),
    };
    sample.slots[0] = Judged {
        expected_on: Some(date(2025, 1, 20)),
        source: Some(source.clone().into()),
        ..Judged::value(0, 4.9).confirmed_by("督查室，核减")
    };
    sample.say(1, "已完成4.9公里。", "", "");
    let money = |value| {
        let source = source.clone();
        let period = period(6);
        Some(Money {
            value,
            period,
            source,
        })
    };
    let elements = &mut sample.checked.elements[0];
    elements.funding = Some(Element {
        text: "财政资金".to_owned(),
        period: None,
        source: None,
    });
    (elements.planned, elements.arrived, elements.paid) = (money(300.0), money(120.0), money(60.0));
    let slipped = sample.finding("R020", Severity::Note, 0);
    (slipped.task, slipped.indicator) = (Some(0), Some(0));
    let facts = sample.facts();
    let task = &facts.tasks[0];
    assert_eq!(task.narrative.as_deref(), Some("已完成4.9公里。"));
    assert_eq!(
        task.early_warning.as_deref(),
        Some("预计完成时间2025年1月20日，晚于完成时限2024年12月31日")
    );
    assert_eq!(task.elements.missing, ["工作举措", "验收标准"]);
    assert_eq!(
        [&task.elements.arrived_rate, &task.elements.paid_rate].map(text),
        ["40.0%", "50.0%"]
    );
    assert_eq!(
        (
            facts.elements.completeness.text(),
            facts.elements.complete_tasks.text()
        ),
        ("50.0%".to_owned(), "0件".to_owned())
    );
    assert_eq!(
        facts.indicators[0].confirmed.as_deref(),
        Some("电话核实：督查室，核减")
    );
    let source = facts.slots[0].source.as_deref().unwrap();
    assert_eq!(
        (source.cell.to_string().as_str(), &*source.raw),
        ("J5", "4.9公里")
    );
}

#[test]
fn a_month_of_another_plan_is_refused() {
    let mut sample = Sample::new(pipes(), 6);
    sample.earlier = vec![(period(5), Vec::new())];
    assert_eq!(
        sample.combine().unwrap_err().to_string(),
        "2024年5月的数据不是按当前计划核对的，请重新核对该月"
    );
}
