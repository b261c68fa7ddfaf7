//! R006, R011, R012, R015 and R016: the cells that several indicators share.

use crate::check::rules;
use crate::check::testing::{TestMonth, number, words};
use crate::intake::Field::*;
use crate::intake::workbook::CellRef;
use crate::plan::MilestoneState;

/// 街头绿地面积, 山城绿道长度 and 错时共享车位 under one narrative.
fn told(values: [f64; 3], narrative: &str) -> Vec<(usize, String)> {
    let mut m = TestMonth::june();
    m.cum("1.1", values[0])
        .cum("1.2", values[1])
        .cum("1.3", values[2])
        .set("1.1", Narrative, words(narrative));
    m.findings("R006", 0)
        .into_iter()
        .map(|f| (f.indicator.unwrap(), f.message))
        .collect()
}

const DONE: [f64; 3] = [16.0, 20.0, 1300.0];
const HALF: [f64; 3] = [8.0, 10.0, 650.0];
const ONE: [f64; 3] = [16.0, 10.0, 650.0];

#[test]
fn the_clause_that_names_the_indicator() {
    let found = told(
        ONE,
        "街头绿地面积提质正在施工、尚未完工；山城绿道和车位数量见本表（示例数据）。",
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, 0);
    assert_eq!(
        found[0].1,
        "第1项“街头绿地面积”累计16万平方米、目标16万平方米，数据显示已完成，但“工作进展”写有“正在施工”。"
    );
    let found = told(
        HALF,
        "街头绿地面积累计8万平方米，山城绿道长度已完工；错时共享车位正在划线。",
    );
    assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [1]);
    assert_eq!(
        told(ONE, "街头绿地面积提质，目前仍在施工。").len(),
        1,
        "the sentence's subject is carried over a comma"
    );
}

#[test]
fn clauses_that_agree_or_speak_of_something_else() {
    for (values, narrative) in [
        (
            ONE,
            "街头绿地面积已完成16万平方米；山城绿道长度正在施工；错时共享车位正在划线（示例数据）。",
        ),
        (ONE, "街头绿地面积16万平方米已全部完成，其余项目正在施工。"),
        (
            ONE,
            "截至6月底，街头绿地面积累计16万平方米，配套管网正在施工。",
        ),
        (HALF, "截至6月底，数量和完成率见本表各行（示例数据）。"),
        (
            HALF,
            "街头绿地面积已完成8万平方米；山城绿道前10公里已全部完成；错时共享车位基本完成650个。",
        ),
        (
            HALF,
            "前期工作已全部完成，本月任务已全部完成，将于年底前全部完成。",
        ),
        (HALF, "各项工程正在施工，尚未完工。"),
        (HALF, "街头绿地申报、评审工作均已完成，正组织实施建设。"),
        (HALF, "城东片区街头绿地已全部完成，其余片区正在推进。"),
        (HALF, "2023年山城绿道已全部完成，今年新线正在建设。"),
        (DONE, "各项任务已全部完成，正在办理竣工验收。"),
        (DONE, "年度任务已全部完成，移交后的管护正在进行。"),
        (ONE, "街头绿地已全部完成；山城绿道长度正在施工。"),
        (
            HALF,
            "组织施工单位签订保守商业秘密承诺书，开展档案机密管理培训1次。",
        ),
    ] {
        assert_eq!(told(values, narrative), [], "{narrative}");
    }
}

/// Words of looking back at finished work were taken for work that goes on.
#[test]
fn looking_back_is_no_work() {
    for narrative in [
        "街头绿地建设已圆满完成全年目标任务，正在开展回头看。",
        "全区各社区街头绿地已全部完成（示例数据）。",
        "6月街头绿地已全部完成（示例数据）。",
    ] {
        assert_eq!(told(HALF, narrative).len(), 1, "{narrative}");
    }
}

#[test]
fn a_clause_that_names_none() {
    let found = told(ONE, "城市绿荫工程年度任务已全部完成（示例数据）。");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].1,
        "第1项“山城绿道长度”“错时共享车位”数据显示未完成，但“工作进展”写有“全部完成”。"
    );
    assert_eq!(told(DONE, "工程正在施工，尚未完工。").len(), 1);
    assert_eq!(
        told(ONE, "工程正在施工，尚未完工。").len(),
        0,
        "not all of the cell's indicators are finished"
    );
    assert_eq!(
        told(HALF, "20公里已全部完成。")
            .iter()
            .map(|f| f.0)
            .collect::<Vec<_>>(),
        [1],
        "the figure is one indicator's target"
    );
}

#[test]
fn milestones_and_switched_off_indicators() {
    let mut m = TestMonth::june();
    m.set("3.2", Status, words("已完成")).cum("3.1", 10.0);
    m.set(
        "3.1",
        Narrative,
        words("黑臭水体整治销号累计10处；清零区县创建正在推进。"),
    );
    assert_eq!(m.findings("R006", 2).len(), 1);
    m.plan.indicators[7].off.insert("R006".into());
    assert!(m.findings("R006", 2).is_empty());
}

/// Only 清零区县创建建成 was its name.
#[test]
fn a_milestone_is_named_without_its_verb() {
    let mut m = TestMonth::june();
    m.plan.indicators[7].name = "清零示范区县建成投用".into();
    m.set("3.2", Status, words("已完成")).cum("3.1", 10.0);
    m.set("3.1", Narrative, words("清零示范区县尚未完工。"));
    assert_eq!(m.findings("R006", 2).len(), 1);
    m.set("3.1", Narrative, words("清零示范区县已完工。"));
    assert!(m.findings("R006", 2).is_empty());
}

/// 全部竣工通车 was no completion.
#[test]
fn what_is_open_to_traffic_is_finished() {
    assert_eq!(told(HALF, "各项工程全部竣工通车。").len(), 1);
}

#[test]
fn the_page_lists_the_words() {
    for word in crate::check::narrative::UNDER_WAY {
        assert!(
            rules::find("R006").unwrap().doc.what.contains(word),
            "{word}"
        );
    }
}

#[test]
fn a_copied_narrative_is_one_finding_a_text() {
    let mut m = TestMonth::june();
    let text = "街头绿地、山城绿道和错时共享车位均按月度计划组织实施。";
    for id in ["1.1", "1.2", "1.3"] {
        m.earlier("2024-05", id, |j| {
            j.say(crate::check::result::words::Words {
                narrative: Some(text.into()),
                ..crate::check::result::words::Words::default()
            });
        });
    }
    m.set(
        "1.1",
        Narrative,
        words("街头绿地、山城绿道 和错时共享车位均按月度计划组织实施。"),
    );
    let found = m.findings("R011", 0);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].task, found[0].indicator), (Some(0), None));
    // The same words in every row are still one text.
    m.unmerge(Narrative);
    for id in ["1.1", "1.2", "1.3"] {
        m.set(id, Narrative, words(text));
    }
    assert_eq!(m.findings("R011", 0).len(), 1);
    m.set("1.2", Narrative, words("另一段文字"));
    assert_eq!(m.findings("R011", 0).len(), 1);
    // Only the month before.
    m.period = "2024-07".parse().unwrap();
    assert!(m.findings("R011", 0).is_empty());
}

#[test]
fn thin_narratives_of_ongoing_work() {
    let found = |text: &str| {
        let mut m = TestMonth::june();
        m.set("4.1", Narrative, words(text));
        m.findings("R012", 3)
            .into_iter()
            .map(|f| (f.indicator, f.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("开展培训2期。"),
        [(
            Some(8),
            "第4项“家庭教育指导师培育”的“工作进展”只有7字，少于20字。".to_owned()
        )]
    );
    assert_eq!(
        found("将于7月上旬开展家庭教育指导师培训；拟于8月中旬组织结业考核；计划9月底公布名单。")
            .len(),
        1
    );
    assert!(
        found("6月组织家庭教育指导师培训4场，参训102人次，将于7月中旬开展结业考核并公布名单。")
            .is_empty()
    );
    assert!(found("/").is_empty(), "a blank is C001's");
    let mut m = TestMonth::june();
    m.set("1.1", Narrative, words("正常推进。"));
    assert!(
        m.findings("R012", 0).is_empty(),
        "only ongoing work is judged by its words"
    );
}

#[test]
fn one_blank_cell_of_several_laggards_is_one_finding() {
    let mut m = TestMonth::june();
    m.cum("1.1", 3.6)
        .cum("1.2", 2.0)
        .cum("1.3", 650.0)
        .set("1.1", Problems, words("用工偏紧"));
    let found = m.findings("R016", 0);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].indicator, Some(0));
    assert_eq!(
        found[0].message,
        "第1项“街头绿地面积”进度滞后，第1项“山城绿道长度”进度严重滞后，“下一步措施”未填写。"
    );
    assert_eq!(found[0].cell, Some(CellRef::new(4, 15)));
    m.set("1.1", Problems, words("无"));
    let found = m.findings("R016", 0);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].found.as_deref(), Some("无"));
    m.set("1.1", Problems, words("用工偏紧"))
        .set("1.1", NextSteps, words("增加班组"));
    assert!(m.findings("R016", 0).is_empty());
    // A paste lost the merge: the words in the task's first row stand for all its rows.
    m.unmerge(NextSteps)
        .set("1.2", NextSteps, None)
        .set("1.3", NextSteps, None);
    assert!(m.findings("R016", 0).is_empty());
    m.cum("2.1", 1.0).drop_column(NextSteps);
    assert_eq!(
        m.findings("R016", 0)
            .iter()
            .filter(|f| f.cell.is_none())
            .count(),
        1,
        "a missing column is missing once"
    );
}

#[test]
fn finished_without_evidence() {
    let mut m = TestMonth::june();
    m.cum("3.1", 16.0).set("3.2", Status, words("进行中"));
    let found = m.findings("R015", 2);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].indicator, found[0].found.as_deref()),
        (Some(6), Some(""))
    );
    m.set("3.2", Status, words(MilestoneState::Done.name()));
    let found = m.findings("R015", 2);
    assert_eq!(found.len(), 1, "one blank cell is one cause");
    assert!(
        found[0]
            .message
            .contains("“黑臭水体整治销号”“清零区县创建”已完成")
    );
    m.set("3.1", Evidence, words("验收〔2024〕1号"));
    assert!(m.findings("R015", 2).is_empty());
    m.set("1.1", Cumulative, number(16.0));
    assert!(m.findings("R015", 0).is_empty());
}
