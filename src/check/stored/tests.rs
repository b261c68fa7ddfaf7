use super::*;
use crate::check::result::checked::Checked;
use crate::check::result::elements::{Element, Money, TaskElements};
use crate::check::result::files::{Fate, FileVerdict, Submitted};
use crate::check::result::finding::{Finding, Severity, Status};
use crate::check::result::judged::{Place, Source};
use crate::check::rules::outcomes::Outcome;
use crate::intake::CellRef;
use crate::plan::{MilestoneState, Plan};

const PLAN: &str = r#"
[plan]
id = "p"
title = "示例区民生实事"
issuer = "办公室"
revision = 1
start = 2024-01-01
end = 2024-12-31
due_day = 5

[[department]]
id = "jsj"
name = "建设局"

[[department]]
id = "cjzx"
name = "城建中心"

[[task]]
no = 2
tier = "市级"
name = "城市绿荫工程"
text = "街头绿地16万平方米，组建专班。"
lead = "jsj"

[[task.indicator]]
id = "2.1"
name = "街头绿地面积"
kind = "quantity"
target = 16
unit = "万平方米"

[[task.indicator]]
id = "2.2"
name = "组建专班"
kind = "milestone"

[[task]]
no = 14
tier = "区级"
name = "供水管网改造"
text = "改造供水管网20公里。"
lead = "cjzx"

[[task.indicator]]
id = "14.1"
name = "供水管网改造"
kind = "quantity"
target = 20
unit = "公里"
"#;

fn plan(text: &str) -> Plan {
    crate::check::load_plan("plan.toml", text).unwrap()
}

fn source() -> Source {
    Source {
        place: Place::new("a.xlsx", "进展情况"),
        cell: CellRef::new(6, 9),
        raw: "80000㎡".into(),
        conversion: "换算".into(),
    }
}

/// A month with something in every field.
fn month(plan: &Plan) -> Checked {
    let may = Period::new(2024, 5).unwrap();
    let mut green = Judged {
        value: Some(0.1 + 0.2),
        source: Some(source().into()),
        expected_on: Some("2024-11-30".parse().unwrap()),
        last_accepted: Some(Box::new((may.previous(), 1.0 / 3.0))),
        ..Judged::value(0, 0.0).qualified("约").confirmed_by("督查室")
    };
    green.say(crate::check::result::words::Words {
        narrative: Some("按计划推进。".into()),
        ..crate::check::result::words::Words::default()
    });
    let done = Judged {
        done_on: Some("2024-04-30".parse().unwrap()),
        evidence_missing: true,
        ..Judged::milestone(1, MilestoneState::Done)
    };
    let mut month = Checked::for_tests(plan, may, vec![green, done, Judged::withheld(2, "C006")]);
    month.findings.push(Finding {
        status: Status::Explained,
        explanation: Some("核减".into()),
        ..rules::find("R003")
            .unwrap()
            .finding("不符。", "请更正。")
            .department(0)
            .file("a.xlsx")
            .sheet("进展情况")
            .cell(CellRef::new(6, 8))
            .task(0)
            .indicator(0)
            .found("8")
            .severity(Severity::Error)
    });
    month.departments[0].used = Some(0);
    month.departments[0].files = vec![0];
    month.departments[1].submitted = Submitted::Returned;
    month.files.push(FileVerdict {
        path: "a.xlsx".into(),
        bytes: 5,
        sha256: "00".into(),
        department: Some(0),
        fate: Fate::Used,
    });
    month.files.push(FileVerdict {
        path: "b.pdf".into(),
        bytes: 6,
        sha256: "01".into(),
        department: None,
        fate: Fate::Refused("F003"),
    });
    month.elements[0] = TaskElements {
        task: 0,
        filed: Some(may),
        measures: Some(Element {
            text: "建设口袋公园".into(),
            period: Some(may),
            source: Some(("a.xlsx".into(), "工作方案".into(), CellRef::new(3, 2))),
        }),
        funding: Some(Element {
            text: "区级财政".into(),
            period: None,
            source: None,
        }),
        paid: Some(Money {
            value: 12.3,
            period: may,
            source: source(),
        }),
        leader: Some("张三".into()),
        ..TaskElements::default()
    };
    month.outcomes.set(0, "C001", Outcome::Passed);
    month.outcomes.set(0, "R003", Outcome::Failed);
    month.outcomes.set(2, "R001", Outcome::NotRun("C006"));
    let key = ExplainedKey {
        code: "R003",
        department: 0,
        task: Some(0),
        indicator: Some(0),
        found: "8".into(),
    };
    month.explained.push((key, "核减".into()));
    month
}

fn through_json<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[test]
fn a_month_comes_back_as_it_was() {
    let plan = plan(PLAN);
    let month = month(&plan);
    let back = through_json(&StoredMonth::new(&plan, &month))
        .read(&plan)
        .unwrap();
    assert_eq!(format!("{back:?}"), format!("{month:?}"));
}

#[test]
fn a_history_comes_back_with_its_answers() {
    let plan = plan(PLAN);
    let Checked {
        accepted,
        explained,
        elements,
        ..
    } = month(&plan);
    let mut history = History::default();
    history.push(accepted, explained);
    history.push_elements(&plan, elements);
    let back = through_json(&StoredHistory::new(&plan, &history))
        .read(&plan)
        .unwrap();
    assert_eq!(format!("{back:?}"), format!("{history:?}"));
}

#[test]
fn a_month_fits_a_plan_that_has_changed() {
    let old = plan(PLAN);
    // The first task is gone, the other department comes first.
    let (head, tasks) = PLAN.split_once("[[task]]").unwrap();
    let new = plan(&format!(
        "{head}[[task]]{}",
        tasks.split_once("[[task]]").unwrap().1
    ));
    let back = StoredMonth::new(&old, &month(&old)).read(&new).unwrap();
    assert_eq!(back.accepted.slots().len(), 1);
    assert_eq!(back.accepted.slot(0).withheld_by(), ["C006"]);
    assert_eq!(back.findings[0].indicator, None);
    assert!(back.explained.is_empty());
}

#[test]
fn what_a_later_version_wrote_is_told() {
    let plan = plan(PLAN);
    let mut stored = StoredMonth::new(&plan, &month(&plan));
    stored.findings[0].code = "Z001".into();
    assert!(stored.read(&plan).unwrap_err().to_string().contains("Z001"));
}

#[test]
fn an_index_past_the_files_is_refused() {
    let plan = plan(PLAN);
    let text = serde_json::to_string(&StoredMonth::new(&plan, &month(&plan))).unwrap();
    let broken: StoredMonth =
        serde_json::from_str(&text.replace("\"used\":0", "\"used\":7")).unwrap();
    assert!(broken.read(&plan).is_err());
}
