//! The model sentences, and sentences that once read wrong in the months they were read in.

use jiff::civil::date;

use super::sentences::{Context, advice, key_points, laggards, overview, problems, progress};
use crate::check::{Element, Fate, Judged, Money, Place, Severity, Source, Status, Submitted};
use crate::combine::facts::Movement;
use crate::combine::testing::Sample;
use crate::intake::CellRef;
use crate::plan::{Grade, Kind, MilestoneState, testing};

/// A month of tasks that come out with these grades, so many of each; `with_before`: the month before was like it.
fn month(month: i8, grades: &[(Grade, usize)], with_before: bool) -> Sample {
    let grades = grades.iter().map(|&(grade, n)| vec![grade; n]);
    let mut sample = Sample::graded(month, 8, &grades.collect::<Vec<_>>().concat());
    if with_before {
        sample.month_before(|_| {});
    }
    sample
}

/// All sections of the body as one text, a paragraph a line.
fn body(sample: &Sample) -> String {
    let (facts, plan) = (&sample.facts(), &sample.plan);
    let c = Context::new(facts, plan);
    let tasks = c.facts.laggards();
    let alone = tasks.len() == 1;
    let behind = tasks
        .iter()
        .map(|t| laggards::laggard(c, t, alone, 60).text().to_owned());
    [
        vec![overview::split(c)],
        key_points::paragraphs(c),
        overview::rest(c),
        vec![laggards::opening(c, &tasks)],
        behind.collect(),
        vec![laggards::listed(c)],
        progress::paragraphs(c, 3),
        problems::paragraphs(c, 4),
        advice::paragraphs(c),
    ]
    .concat()
    .join("\n")
}

/// Asserts that a text holds each of these and none of those.
fn assert_says(text: &str, said: &[&str], unsaid: &[&str]) {
    for words in said {
        assert!(text.contains(words), "“{words}” is not in:\n{text}");
    }
    for words in unsaid {
        assert!(!text.contains(words), "“{words}” is in:\n{text}");
    }
}

#[test]
fn the_model_sentences_of_the_overview() {
    use Grade::{
        Ahead, Behind, Done, DonePending, NotStarted, OnSchedule, Ongoing, Overdue, Serious,
    };
    for (n, grades, expected) in [
        (
            3,
            &[(OnSchedule, 16), (Behind, 3), (Ongoing, 1)][..],
            "截至3月底，20件民生实事均在推进中，暂无完成项目，其中达到或超过序时进度16件、滞后3件、持续推进1件。",
        ),
        (
            9,
            &[(Done, 4), (Ahead, 15), (Ongoing, 1)],
            "截至9月底，20件民生实事中，已完成4件，达到或超过序时进度15件，持续推进1件，无滞后项目。",
        ),
        (
            6,
            &[(Done, 3), (OnSchedule, 14), (Behind, 3)],
            "截至6月底，20件民生实事中，已完成3件，达到或超过序时进度14件，滞后3件。",
        ),
        (
            6,
            &[(DonePending, 1), (OnSchedule, 1), (Behind, 1), (Serious, 1)],
            "截至6月底，4件民生实事中，已完成1件（其中待验收1件），达到或超过序时进度1件，滞后2件（其中严重滞后1件）。",
        ),
        (
            12,
            &[(Done, 17), (DonePending, 2), (Overdue, 1)],
            "截至12月底，20件民生实事中，已完成17件，已完成待验收2件，未按期完成1件；未完成事项建议结转下年度继续实施。",
        ),
        // None, one and all.
        (11, &[(Done, 20)], "截至11月底，20件民生实事已全部完成。"),
        (12, &[(Done, 20)], "截至12月底，20件民生实事全部完成。"),
        (5, &[(Serious, 20)], "截至5月底，20件民生实事均严重滞后。"),
        (
            2,
            &[(NotStarted, 20)],
            "截至2月底，20件民生实事均未启动，无滞后项目。",
        ),
    ] {
        assert!(
            body(&month(n, grades, true)).starts_with(expected),
            "{expected}"
        );
    }
    assert_says(
        &body(&month(1, &[(OnSchedule, 18), (NotStarted, 2)], false)),
        &[
            "本期为首次调度，暂不作环比分析。截至1月底，20件民生实事中，达到或超过序时进度18件，未启动2件",
        ],
        &[],
    );
}

#[test]
fn acceptance_is_said_where_the_plan_asks_for_its_evidence() {
    let mut sample = month(
        12,
        &[
            (Grade::Done, 17),
            (Grade::DonePending, 2),
            (Grade::Overdue, 1),
        ],
        true,
    );
    for task in &mut sample.plan.tasks {
        task.evidence_required = true;
    }
    assert_says(
        &body(&sample),
        &["中，已完成并通过验收17件，已完成待验收2件，"],
        &[],
    );
}

#[test]
fn a_single_laggard_reads_as_the_model_sentence() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "城市老旧供水管网改造", 0);
    plan.add_indicator("供水管网改造", Kind::Quantity, 20.0, "公里", &[]);
    let mut sample = Sample::new(plan, 8);
    sample.slots[0] = Judged::value(0, 6.0);
    let model = "截至8月底，城市老旧供水管网改造（责任单位：单位1）累计完成6公里，占年度目标的30.0%，低于序时进度36.7个百分点，严重滞后。\
                 年度目标20公里，序时进度66.7%。责任单位未说明原因。未提出下一步措施。";
    // It needs no sentence above it.
    assert_says(&body(&sample), &[model], &["涉及"]);
}

#[test]
fn what_is_withheld_is_said_to_be() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "虎溪河生态修复", 0);
    for n in 1..=10 {
        plan.add_indicator(&format!("第{n}处"), Kind::Count, 8.0, "处", &[]);
    }
    let mut sample = Sample::new(plan, 6);
    sample.slots[9] = Judged::withheld(9, "C007");
    let said = "数据方面，虎溪河生态修复有1项数据正在核实，本期暂不计入，其余9项达到序时进度。";
    assert_says(&body(&sample), &[said], &[]);
}

/// 「其余3项达到序时进度」 was the task's grade where one of the three was 滞后.
#[test]
fn the_rest_is_said_to_be_what_all_of_it_is() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "虎溪河生态修复", 0);
    for n in 1..=4 {
        plan.add_indicator(&format!("第{n}处"), Kind::Count, 10.0, "处", &[]);
    }
    let mut sample = Sample::new(plan, 6);
    sample.slots[0] = Judged::value(0, 1.0);
    sample.slots[3] = Judged::withheld(3, "C007");
    let text = body(&sample);
    assert_says(&text, &["其余3项已采信，项目状态为"], &[]);
}

/// 「生态环境1件均滞后」.
#[test]
fn one_is_not_all_of_several() {
    let mut plan = testing::plan(2);
    for (ix, tier) in ["市级", "市级", "区级"].into_iter().enumerate() {
        plan.add_task(tier, &format!("第{ix}件"), 0);
        plan.add_indicator("长度", Kind::Quantity, 20.0, "公里", &[]);
    }
    let mut sample = Sample::new(plan, 6);
    for (slot, value) in [15.0, 10.0, 10.0].into_iter().enumerate() {
        sample.slots[slot] = Judged::value(slot, value);
    }
    let said = "市级2件均达到或超过序时进度；区级1件达到或超过序时进度。";
    assert_says(&body(&sample), &[said], &[]);
}

/// 「责任单位未说明原因」 stood where the department had answered R016.
#[test]
fn an_answered_warning_is_printed_as_the_departments_word() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "城市老旧供水管网改造", 0);
    plan.add_indicator("供水管网改造", Kind::Quantity, 20.0, "公里", &[]);
    let mut sample = Sample::new(plan, 8);
    sample.slots[0] = Judged::value(0, 6.0);
    let answered = sample.finding("R016", Severity::Warning, 0);
    answered.task = Some(0);
    answered.expected = Some("填写存在问题".to_owned());
    answered.status = Status::Explained;
    answered.explanation = Some("管材未到场。".to_owned());
    assert_says(
        &body(&sample),
        &["原因：据情况说明，管材未到场。未提出下一步措施。"],
        &["责任单位未说明原因"],
    );
}

/// One late, one missing, one returned report.
fn with_faults(sample: &mut Sample) {
    sample
        .late(3)
        .lacks(6, Submitted::Nothing)
        .lacks(7, Submitted::Returned);
}

#[test]
fn nobody_is_chased_before_the_month_ends() {
    let mut sample = month(6, &[(Grade::OnSchedule, 8)], true);
    with_faults(&mut sample);
    sample.checked.moment.as_of = Some(date(2024, 6, 20));
    assert_says(&body(&sample), &["截至6月20日"], &["未报", "逾期", "补报"]);
}

#[test]
fn the_change_since_last_month_is_counted() {
    let grades = [(Grade::Done, 2), (Grade::OnSchedule, 2), (Grade::Behind, 1)];
    let mut sample = month(6, &grades, false);
    assert_says(
        &body(&sample),
        &["没有上月数据，暂不作环比分析"],
        &["相比", "首次"],
    );
    sample.month_before(|slots| {
        for (slot, value) in [18.0, 20.0, 4.0, 5.0, 8.4].into_iter().enumerate() {
            slots[slot] = Judged::value(slot, value);
        }
    });
    let said = "与上月相比，已完成增加1件，滞后减少1件；3件进度状态提升，1件进度状态下降。";
    assert_says(&body(&sample), &[said], &[]);
}

#[test]
fn warnings_and_departments_are_named() {
    let mut sample = month(6, &[(Grade::OnSchedule, 8)], true);
    with_faults(&mut sample);
    sample.slots[0].expected_on = Some(date(2025, 1, 15));
    let slipped = sample.finding("R020", Severity::Warning, 0);
    (slipped.task, slipped.indicator) = (Some(0), Some(0));
    assert_says(
        &body(&sample),
        &[
            "本期应报送单位8个，逾期报送1个，退回修改1个，未报1个，其余均已报送（收到日期未登记）。",
            "预警提示：第1件实事（责任单位：单位1）预计完成时间2025年1月15日，晚于完成时限2024年12月31日。",
            "报送方面，未报的有单位7；退回修改的有单位8；逾期报送的有单位4。",
            "核查发现警告2项（含逾期报送），待更正或说明。",
            "请单位1对预计超期的项目提前研判、落实赶工措施",
        ],
        &[],
    );
}

/// Without a register 「均已按时报送」 was said of everybody.
#[test]
fn timely_is_said_only_where_a_register_says_so() {
    let mut sample = month(6, &[(Grade::OnSchedule, 8)], true);
    let unknown = "本期应报送单位8个，均已报送（收到日期未登记）。";
    assert_says(&body(&sample), &[unknown], &["按时报送"]);
    for department in 0..8 {
        let file = format!("{department}.xlsx");
        sample.file(&file, Some(department), Fate::Used);
        sample.received.push((file, date(2024, 7, 5)));
    }
    let known = "本期应报送单位8个，均已按时报送。";
    assert_says(&body(&sample), &[known], &["未登记"]);
    sample.received.pop();
    let mixed = "本期应报送单位8个，均已报送（部分收到日期未登记）。";
    assert_says(&body(&sample), &[mixed], &["按时报送"]);
}

/// A month in which nobody had reported read 「20件重点民生实事均已启动……无滞后项目」.
#[test]
fn a_month_without_any_report_claims_nothing() {
    let mut sample = month(6, &[(Grade::OnSchedule, 20)], false);
    sample.slots = (0..20).map(Judged::missing).collect();
    for department in 0..8 {
        sample.lacks(department, Submitted::Nothing);
    }
    let text = body(&sample);
    let start =
        "截至6月底，20件民生实事均无可用数据，本期暂不评定进度。\n本期应报送单位8个，均未报送。";
    assert!(text.starts_with(start), "{text}");
    assert_says(
        &text,
        &["报送方面，各单位均未报送。"],
        &[
            "启动",
            "无滞后",
            "相比",
            "从分级看",
            "四要素",
            "数据核查发现",
        ],
    );
}

/// Where several blanks ask for one thing, an answer to one of them stood unseen behind those without.
#[test]
fn an_answer_is_found_among_blanks_without_one() {
    let mut sample = month(6, &[(Grade::Behind, 1), (Grade::OnSchedule, 7)], false);
    sample.say(1, "正在施工", "", "");
    for explanation in [None, Some("管材未到场。".to_owned())] {
        let asked = sample.finding("R016", Severity::Warning, 0);
        asked.task = Some(0);
        asked.expected = Some("填写存在问题".to_owned());
        asked.explanation = explanation;
    }
    assert_says(&body(&sample), &["原因：据情况说明，管材未到场。"], &[]);
}

/// Of one department 「各单位均未报送」 was said.
#[test]
fn one_department_is_not_all_of_them() {
    let mut sample = Sample::graded(6, 1, &[Grade::OnSchedule]);
    sample.slots = vec![Judged::missing(0)];
    sample.lacks(0, Submitted::Nothing);
    let said = ["本期应报送单位1个，未报送。", "报送方面，责任单位未报送。"];
    assert_says(&body(&sample), &said, &["均"]);
}

/// Of two values, one missing and one withheld, 「有2项数据正在核实」 was said.
#[test]
fn what_is_partly_missing_is_not_all_being_verified() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "甲路", 0);
    for part in ["路基", "路面", "绿化", "照明", "排水"] {
        plan.add_indicator(part, Kind::Quantity, 20.0, "公里", &[]);
    }
    let mut sample = Sample::new(plan, 6);
    sample.slots[0] = Judged::missing(0);
    sample.slots[1] = Judged::withheld(1, "C007");
    let said = "甲路有2项数据未报送或正在核实，本期暂不计入，其余3项";
    assert_says(&body(&sample), &[said], &["2项数据正在核实"]);
}

/// What nobody has sent is not being verified.
#[test]
fn missing_data_is_told_from_withheld_data() {
    let mut sample = month(6, &[(Grade::OnSchedule, 5), (Grade::Unverified, 1)], true);
    sample.slots[1] = Judged::missing(1);
    assert_says(
        &body(&sample),
        &[
            "单位2牵头的第2件实事尚无可用数据，本期暂不计入。",
            "单位6牵头的第6件实事数据正在核实，本期暂不计入。",
        ],
        &[],
    );
}

/// One sentence a task once filled a page.
#[test]
fn many_tasks_with_withheld_data_share_a_sentence() {
    let mut plan = testing::plan(1);
    for road in ["甲路", "乙路", "丙路", "丁路"] {
        plan.add_task("区级", road, 0);
        for part in ["路基", "路面", "绿化"] {
            plan.add_indicator(part, Kind::Quantity, 20.0, "公里", &[]);
        }
    }
    let mut sample = Sample::new(plan, 6);
    for slot in [2, 5, 8, 11] {
        sample.slots[slot] = Judged::withheld(slot, "C007");
    }
    let text = body(&sample);
    let said = "甲路1项、乙路1项、丙路1项、丁路1项数据正在核实，本期暂不计入，进度按其余数据评定。";
    assert_says(&text, &[said], &[]);
    assert_eq!(text.matches("本期暂不计入").count(), 1, "{text}");
}

/// A laggard does not vanish because its data is being verified.
#[test]
fn a_laggard_without_data_stays_listed() {
    let mut sample = month(6, &[(Grade::OnSchedule, 1), (Grade::Unverified, 1)], false);
    sample.month_before(|slots| slots[1] = Judged::value(1, 6.1));
    let said = "第2件实事（责任单位：单位2）截至5月底完成率30.5%（序时进度41.7%），滞后，本期数据待核实，仍按滞后项目跟踪。";
    assert_says(&body(&sample), &[said], &["，无滞后项目"]);
}

/// 「低于序时进度14.0个百分点」 says little once the year is over, and 「预计完成时间：2024年11月30日」 nothing in December.
#[test]
fn the_years_end_speaks_of_the_target() {
    let mut sample = month(12, &[(Grade::Done, 4)], true);
    sample.slots[3] = Judged::value(3, 17.2);
    sample.slots[3].expected_on = Some(date(2024, 11, 30));
    assert_says(
        &body(&sample),
        &[
            "距年度目标差14.0个百分点，未按期完成。",
            "预计完成时间2024年11月30日已过。",
        ],
        &["年度目标20公里，序时进度"],
    );
}

/// 「西永街道工程完成进行中，未按期完成。西永街道工程完成未按期完成。」
#[test]
fn a_milestone_is_named_once() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "农村饮水建设项目", 0);
    for name in ["曾家镇工程完成", "西永街道工程完成"] {
        plan.add_indicator(name, Kind::Milestone, 0.0, "", &[]);
    }
    let mut sample = Sample::new(plan, 12);
    sample.slots[0] = Judged::milestone(0, MilestoneState::Done);
    let text = body(&sample);
    let said = "2个节点完成1个，未按期完成。其中，节点“西永街道工程完成”进行中，未按期完成。";
    assert_says(&text, &[said], &[]);
    assert_eq!(text.matches("西永街道工程完成").count(), 1, "{text}");
}

/// A laggard that puts its day off says so itself; the warnings below do not say it again.
#[test]
fn a_delay_is_told_once() {
    let mut sample = month(6, &[(Grade::OnSchedule, 2), (Grade::Behind, 1)], true);
    sample.slots[2].expected_on = Some(date(2024, 12, 20));
    let slipped = sample.finding("R020", Severity::Warning, 2);
    (slipped.task, slipped.indicator) = (Some(2), Some(2));
    assert_says(
        &body(&sample),
        &["预计完成时间推迟至2024年12月20日。"],
        &["预警提示", "预计超期"],
    );
}

#[test]
fn causes_are_quoted_and_tasks_without_an_element_named() {
    let mut sample = month(6, &[(Grade::OnSchedule, 1), (Grade::Behind, 1)], true);
    sample.say(2, "", "管材未到场。\n施工许可尚未办结。", "倒排工期");
    for elements in &mut sample.checked.elements {
        let given = Some(Element {
            text: "按月推进".to_owned(),
            period: None,
            source: None,
        });
        elements.measures.clone_from(&given);
        elements.deadline.clone_from(&given);
        elements.acceptance = given;
    }
    assert_says(
        &body(&sample),
        &[
            "原因：管材未到场。施工许可尚未办结。下一步：倒排工期。",
            "四要素方面，尚无要素齐全的项目，完备率75.0%；第1件实事、第2件实事缺资金来源。",
            "请单位1、单位2补齐四要素",
        ],
        &[],
    );
}

/// Money of one department was printed as everybody's, a sum that cannot be was added up, and the sentence was gone in a month
/// in which the four elements were complete.
#[test]
fn money_is_said_to_be_whose_it_is() {
    let mut sample = month(6, &[(Grade::OnSchedule, 3)], true);
    let source = Source {
        place: Place::new("a.xlsx", "工作方案"),
        cell: CellRef::new(3, 8),
        raw: "1".into(),
        conversion: Box::default(),
    };
    let march = sample.period.plus(-3);
    let mut amounts = |task: usize, of: [f64; 3]| {
        let money = of.map(|value| {
            Some(Money {
                value,
                period: march,
                source: source.clone(),
            })
        });
        let given = |text: &str| {
            Some(Element {
                text: text.to_owned(),
                period: Some(march),
                source: None,
            })
        };
        let elements = &mut sample.checked.elements[task];
        elements.filed = Some(march);
        elements.measures = given("倒排工期");
        elements.acceptance = given("竣工验收");
        elements.funding = given("区级财政");
        [elements.planned, elements.arrived, elements.paid] = money;
    };
    amounts(0, [300.0, 120.0, 60.0]);
    amounts(1, [100.0, 104.0, 10.0]);
    let text = body(&sample);
    let said = "资金方面，按3个牵头单位中1个最近一次采信的数据，计划资金300万元，到位120万元（到位率40.0%），支付60万元（支付率50.0%）；\
                第2件实事资金数额前后矛盾，未计入。";
    assert_says(&text, &[said], &[]);
    let facts = sample.facts();
    assert!(facts.tasks[1].elements.is_doubtful && facts.tasks[1].elements.arrived_rate.is_none());
    assert_eq!(facts.tasks[0].elements.filed, Some(march));
    sample.plan.checks.elements = false;
    assert_says(&body(&sample), &[], &["资金方面", "四要素"]);
}

/// A laggard whose value is withheld came out 达到序时进度, as one of those whose grade had risen.
#[test]
fn withholding_improves_no_grade() {
    let mut plan = testing::plan(1);
    plan.add_task("区级", "河道治理", 0);
    for n in 1..=3 {
        plan.add_indicator(&format!("第{n}段"), Kind::Quantity, 20.0, "公里", &[]);
    }
    let mut sample = Sample::new(plan, 6);
    sample.month_before(|slots| {
        slots[0] = Judged::value(0, 0.5);
        slots[1] = Judged::value(1, 6.0);
    });
    sample.slots[0] = Judged::withheld(0, "C007");
    let facts = sample.facts();
    let task = &facts.tasks[0];
    assert_eq!(
        (task.grade, task.previous_grade, task.movement),
        (Grade::OnSchedule, Some(Grade::Behind), Movement::Unknown)
    );
    assert!(facts.overall.risen.as_ref().unwrap().value.abs() < 1e-9);
    assert_says(
        &body(&sample),
        &[
            "滞后，本期1项数据待核实，仍按滞后项目跟踪。",
            "已评定的项目中无滞后项目",
        ],
        &["提升", "，无滞后项目。"],
    );
}
