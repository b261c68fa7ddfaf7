//! Sentences that once read wrong, in the months they were read in.

use super::fixture::{facts, facts_with, figure, june, office, recount};
use super::sentences::{Context, advice, laggards, overview, problems, progress};
use crate::check::State;
use crate::combine::Facts;
use crate::combine::facts::LastKnown;
use crate::plan::{Briefing, Grade, Kind, MilestoneState};

/// All sections of the body as one text.
fn body(f: &Facts) -> String {
    let b = Briefing::default();
    let c = Context {
        facts: f,
        office: office(&b),
    };
    let tasks = c.laggards();
    let told = tasks
        .iter()
        .map(|t| laggards::laggard(c, t, tasks.len() == 1, 60).text);
    let behind: Vec<String> = std::iter::once(laggards::opening(c, &tasks))
        .chain(told)
        .chain([laggards::listed(c)])
        .collect();
    [
        overview::paragraphs(c),
        behind,
        progress::paragraphs(c, 3),
        problems::paragraphs(c),
        advice::paragraphs(c),
    ]
    .concat()
    .join("\n")
}

/// Takes a task's data away.
fn unread(f: &mut Facts, task: usize, state: State) {
    let t = &mut f.tasks[task];
    let count = t.indicators.len();
    (t.grade, t.grade_text) = (Grade::Unverified, Grade::Unverified.name().to_owned());
    (t.rate, t.schedule, t.gap, t.gap_abs) = (None, None, None, None);
    (t.unverified, t.verified) = (
        figure("u", count as f64, 0, false, "项"),
        figure("v", 0.0, 0, false, "项"),
    );
    for i in &mut f.indicators[t.indicators.clone()] {
        (i.state, i.value, i.milestone, i.grade) = (state, None, None, Grade::Unverified);
    }
}

/// A month in which nobody had reported read 「20件重点民生实事均已启动……无滞后项目」.
#[test]
fn a_month_without_any_report_claims_nothing() {
    let mut f = facts(6);
    f.first_month = true;
    (0..20).for_each(|t| unread(&mut f, t, State::Missing));
    f.departments.iter_mut().for_each(|d| d.submitted = "未报");
    recount(&mut f);
    f.overall.rate = None;
    let text = body(&f);
    assert!(text.starts_with("截至6月底，20件重点民生实事均无可用数据，本期暂不评定进度。\n本期应报送单位8家，均未报送。"), "{text}");
    assert!(text.contains("报送方面，各单位均未报送。"), "{text}");
    for wrong in [
        "启动",
        "无滞后",
        "相比",
        "从分级看",
        "四要素",
        "数据核查发现",
    ] {
        assert!(!text.contains(wrong), "{wrong} in {text}");
    }
}

/// What nobody has sent is not being verified.
#[test]
fn missing_data_is_told_from_withheld_data() {
    let mut f = june();
    unread(&mut f, 17, State::Missing);
    unread(&mut f, 6, State::Withheld);
    recount(&mut f);
    let text = body(&f);
    assert!(
        text.contains("公安分局牵头的学校、医院及周边停车综合治理尚无可用数据，本期暂不计入。"),
        "{text}"
    );
    assert!(
        text.contains("数据正在核实，本期暂不计入。")
            && text.contains("虎溪河生态修复有1项数据正在核实"),
        "{text}"
    );
}

/// One sentence a task once filled a page.
#[test]
fn many_tasks_with_withheld_data_share_a_sentence() {
    let mut f = june();
    for task in [1, 8, 10] {
        f.tasks[task].unverified = figure("u", 1.0, 0, false, "项");
        let at = f.tasks[task].indicators.start;
        f.indicators[at].state = State::Withheld;
    }
    let text = body(&f);
    assert!(
        text.contains("1项数据正在核实，本期暂不计入，进度按其余数据评定。"),
        "{text}"
    );
    assert_eq!(text.matches("本期暂不计入").count(), 1, "{text}");
}

/// A laggard does not vanish because its data is being verified.
#[test]
fn a_laggard_without_data_stays_listed() {
    let mut f = facts(6);
    unread(&mut f, 13, State::Withheld);
    recount(&mut f);
    let t = &mut f.tasks[13];
    t.stays_listed = true;
    t.last_known = Some(LastKnown {
        period: f.period.previous(),
        grade: Grade::Behind,
        rate: Some(figure("r", 30.5, 1, true, "%")),
        schedule: Some(figure("s", 40.0, 1, true, "%")),
        gap: None,
    });
    let text = body(&f);
    let said = "城市老旧供水管网改造（责任单位：城市建设事务中心）截至5月底完成率30.5%（序时进度40.0%），滞后，本期数据待核实，仍按滞后项目跟踪。";
    assert!(text.contains(said), "{text}");
    assert!(!text.contains("，无滞后项目"), "{text}");
}

/// 「低于序时进度14.0个百分点」 says little once the year is over, and 「预计完成时间：2024年11月30日」 nothing in December.
#[test]
fn the_years_end_speaks_of_the_target() {
    let mut leads = [0.0; 20];
    leads[13] = -14.0;
    let mut f = facts_with(12, &leads);
    f.tasks[13].expected_on = Some(jiff::civil::date(2024, 11, 30));
    let text = body(&f);
    assert!(
        text.contains("距年度目标差14.0个百分点，未按期完成。"),
        "{text}"
    );
    assert!(text.contains("预计完成时间2024年11月30日已过。"), "{text}");
    assert!(!text.contains("序时进度100.0%。"), "{text}");
}

/// 「西永街道工程完成进行中，未按期完成。西永街道工程完成未按期完成。」
#[test]
fn a_milestone_is_named_once() {
    let mut f = facts(12);
    let range = f.tasks[16].indicators.clone();
    assert!(
        f.indicators[range.clone()]
            .iter()
            .all(|i| i.kind == Kind::Milestone)
    );
    let late = &mut f.indicators[range.start];
    (late.grade, late.milestone) = (Grade::Overdue, Some(MilestoneState::UnderWay));
    let name = late.name.clone();
    let t = &mut f.tasks[16];
    t.grade = Grade::Overdue;
    t.notes = vec![format!("{name}未按期完成")];
    recount(&mut f);
    let text = body(&f);
    assert!(
        text.contains(&format!("节点“{name}”进行中，未按期完成。")),
        "{text}"
    );
    assert_eq!(text.matches(&name).count(), 1, "{text}");
}

/// A laggard that puts its day off says so itself; the warnings below do not say it again.
#[test]
fn a_delay_is_told_once() {
    let mut leads = [0.0; 20];
    leads[13] = -9.5;
    let mut f = facts_with(6, &leads);
    f.tasks[13].early_warning = Some("预计完成时间推迟".to_owned());
    let text = body(&f);
    assert!(
        text.contains("预计完成时间推迟至2024年12月20日。"),
        "{text}"
    );
    assert!(
        !text.contains("预警提示") && !text.contains("预计超期"),
        "{text}"
    );
}
