//! What one row of a report gives under the rules of cells.

// A cell is blank or not: writing `None` beside `number(8.0)` reads best when both are options, taken by value.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

use super::*;
use crate::check::context::{RecordCx, SubmissionCx, TaskCx};
use crate::check::read;
use crate::check::records;
use crate::check::{Accepted, Check, Finding, History, Judged, Record, Rule, State, Verdict};
use crate::intake::submission::Column;
use crate::intake::workbook::{Region, Strike};
use crate::intake::{
    Arrival, CellRef, Field, FieldCell, NumberFormat, Report, ReportRow, RowSubject, Submission,
    Value,
};
use crate::plan::{MilestoneState, Moment, Period, Plan};

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
id = "ggfw"
name = "公共服务局"

[[task]]
no = 2
tier = "市级"
name = "城市绿荫工程"
text = "街头绿地16万平方米、绿道20公里，停车位1300个，组建专班，持续管护，知晓率40%。"
lead = "jsj"

[[task.indicator]]
id = "2.1"
name = "街头绿地面积"
kind = "quantity"
target = 16
unit = "万平方米"

[[task.indicator]]
id = "2.2"
name = "山城绿道长度"
kind = "quantity"
target = 20
unit = "公里"

[[task.indicator]]
id = "2.3"
name = "错时共享车位"
kind = "count"
target = 1300
unit = "个"

[[task.indicator]]
id = "2.4"
name = "组建专班"
kind = "milestone"

[[task.indicator]]
id = "2.5"
name = "日常管护"
kind = "ongoing"

[[task.indicator]]
id = "2.6"
name = "知晓率"
kind = "ratio"
target = 40
unit = "%"

[[task]]
no = 4
tier = "区级"
name = "托育服务"
text = "托位3.9个。"
lead = "ggfw"

[[task.indicator]]
id = "4.1"
name = "每千人口托位数"
kind = "level"
target = 3.9
unit = "个"
"#;

const FIELDS: [Field; 11] = [
    Field::Task,
    Field::Indicator,
    Field::Unit,
    Field::Target,
    Field::Previous,
    Field::ThisMonth,
    Field::Cumulative,
    Field::Rate,
    Field::Status,
    Field::DoneOn,
    Field::Narrative,
];

fn plan() -> Plan {
    crate::check::load_plan("plan.toml", PLAN).unwrap()
}

fn period() -> Period {
    Period::new(2024, 6).unwrap()
}

fn col(field: Field) -> u32 {
    FIELDS
        .iter()
        .position(|f| *f == field)
        .unwrap()
        .try_into()
        .unwrap()
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

fn number(n: f64) -> Option<Value> {
    Some(Value::Number(n))
}

/// A row of a report: every column there, blank unless given.
fn row(at: u32, subject: RowSubject, cells: &[(Field, Option<Value>)]) -> ReportRow {
    let cell = |field: &Field| {
        let value = cells
            .iter()
            .find(|(f, _)| f == field)
            .and_then(|(_, v)| v.clone());
        (
            *field,
            FieldCell {
                at: CellRef::new(at, col(*field)),
                value,
                format: NumberFormat::General,
                strike: Strike::None,
                merged_to: None,
            },
        )
    };
    ReportRow {
        row: at,
        subject,
        cells: FIELDS.iter().map(cell).collect(),
    }
}

/// Merges a row's cells from one field to another under the first one's value.
fn merge(rows: &mut [ReportRow], first: Field, last: Field, value: Option<Value>) {
    let region = Region {
        first: CellRef::new(rows[0].row, col(first)),
        last: CellRef::new(rows[rows.len() - 1].row, col(last)),
    };
    for row in rows {
        for field in FIELDS
            .into_iter()
            .filter(|f| (col(first)..=col(last)).contains(&col(*f)))
        {
            let cell = row.cells.get_mut(field).unwrap();
            (cell.at, cell.merged_to, cell.value) =
                (region.first, Some(region.last), value.clone());
        }
    }
}

fn report(rows: Vec<ReportRow>) -> Report {
    let columns = FIELDS
        .iter()
        .map(|&field| Column {
            field,
            col: col(field),
            at: CellRef::new(2, col(field)),
            text: field.chinese().into(),
            unit: None,
        })
        .collect();
    Report {
        sheet: "进展情况".into(),
        date_1904: false,
        header_rows: (2, 2),
        columns,
        ambiguous: Vec::new(),
        unknown: Vec::new(),
        rows,
        hidden: Vec::new(),
        is_broken: true,
    }
}

fn arrival() -> Arrival {
    Arrival {
        path: "a.xlsx".to_owned(),
        bytes: 0,
        sha256: String::new(),
        department_claims: Vec::new(),
        period_claims: Vec::new(),
        content: Ok(Box::default()),
    }
}

/// A month in which the given slots were accepted.
fn accepted(plan: &Plan, month: i8, values: &[(usize, f64)], done: &[usize]) -> History {
    let slots = (0..plan.slots.len())
        .map(|slot| {
            let mut j = Judged::missing(slot);
            j.value = values.iter().find(|(s, _)| *s == slot).map(|(_, v)| *v);
            j.milestone = done.contains(&slot).then_some(MilestoneState::Done);
            if j.value.is_some() || j.milestone.is_some() {
                j.state = State::Accepted;
            }
            j
        })
        .collect();
    let mut history = History::default();
    history.push(
        Accepted {
            period: Period::new(2024, month).unwrap(),
            slots,
        },
        [],
    );
    history
}

const CELL_RULES: [&Rule; 18] = [
    &c001::RULE,
    &c002::RULE,
    &c003::RULE,
    &c004::RULE,
    &c005::RULE,
    &c006::RULE,
    &c007::RULE,
    &c008::RULE,
    &c009::RULE,
    &c010::RULE,
    &c011::RULE,
    &c012::RULE,
    &c013::RULE,
    &c014::RULE,
    &c015::RULE,
    &c016::RULE,
    &c018::RULE,
    &c020::RULE,
];

struct Outcome {
    /// `C002 2.1 E4`.
    told: Vec<String>,
    /// Slots that a rule withholds by a cause told elsewhere.
    elsewhere: Vec<(usize, &'static str)>,
}

/// Runs the cell rules (the task part too) over the first department's slots.
fn run(plan: &Plan, report: &Report, history: &History) -> Outcome {
    let arrival = arrival();
    let moment = Moment::month_end(period());
    let records = records::of_department(plan, 0, &arrival, report);
    let all: Vec<Judged> = records.iter().map(|r| Judged::missing(r.slot)).collect();
    let mut outcome = Outcome {
        told: Vec::new(),
        elsewhere: Vec::new(),
    };
    let tell = |told: &mut Vec<String>, finding: &Finding| {
        let id = finding
            .indicator
            .map_or("-", |ix| plan.indicators[ix].id.as_str());
        told.push(format!(
            "{} {id} {}",
            finding.code,
            finding.cell.map(|c| c.to_string()).unwrap_or_default()
        ));
        assert!(
            finding.message.ends_with('。') && finding.help.contains('。'),
            "{finding:?}"
        );
    };
    for rule in CELL_RULES {
        let (Check::Cell(check) | Check::CellAndTask { cell: check, .. }) = rule.check else {
            panic!("{}", rule.code)
        };
        for (record, judged) in records.iter().zip(&all) {
            let target = plan.slot_target(record.slot, period());
            match check(&RecordCx {
                plan,
                moment,
                record,
                judged,
                history,
                findings: &[],
                target,
            }) {
                Verdict::Failed(findings) => {
                    if findings.is_empty() {
                        outcome.elsewhere.push((record.slot, rule.code));
                    }
                    for finding in findings {
                        tell(&mut outcome.told, &finding);
                    }
                }
                Verdict::NotApplicable | Verdict::Passed | Verdict::NotRun(_) => {}
            }
        }
        if let Check::CellAndTask { task, .. } = rule.check {
            let submission = Submission::default();
            let cx = TaskCx {
                plan,
                moment,
                department: 0,
                task: 0,
                arrival: &arrival,
                submission: &submission,
                report,
                records: &records,
                judged: &all,
                history,
            };
            for finding in &task(&cx) {
                tell(&mut outcome.told, finding);
            }
        }
    }
    outcome
}

fn told(plan: &Plan, rows: Vec<ReportRow>, history: &History) -> Vec<String> {
    run(plan, &report(rows), history).told
}

const WORKS: (Field, &str) = (Field::Narrative, "本月完成栽植并通过验收");

fn indicator(at: u32, ix: usize, cells: &[(Field, Option<Value>)]) -> ReportRow {
    let mut all = cells.to_vec();
    if cells.iter().all(|(field, _)| *field != Field::Narrative) {
        all.push((WORKS.0, text(WORKS.1)));
    }
    row(at, RowSubject::Indicator(ix), &all)
}

#[test]
fn a_comment_merged_over_the_numbers_is_one_finding_at_its_first_cell() {
    let plan = plan();
    let mut rows = vec![indicator(6, 0, &[])];
    merge(
        &mut rows,
        Field::Previous,
        Field::Rate,
        text("前期手续办理中"),
    );
    assert_eq!(told(&plan, rows, &History::default()), ["C002 2.1 E7"]);
}

#[test]
fn a_row_unit_of_another_kind_is_told_once_and_one_in_the_cell_at_each() {
    let plan = plan();
    let figures = |unit: &str, previous: Option<Value>, cumulative: Option<Value>| {
        vec![indicator(
            6,
            0,
            &[
                (Field::Unit, text(unit)),
                (Field::Previous, previous),
                (Field::Cumulative, cumulative),
            ],
        )]
    };
    assert_eq!(
        told(
            &plan,
            figures("公里", number(8.0), number(9.6)),
            &History::default()
        ),
        ["C004 2.1 G7"]
    );
    let in_cells = figures("万平方米", text("8公里"), text("9.6公里"));
    assert_eq!(
        told(&plan, in_cells, &History::default()),
        ["C004 2.1 G7", "C004 2.1 E7"]
    );
    assert_eq!(
        told(
            &plan,
            figures("万平方米", None, text("已进场，完成60%")),
            &History::default()
        ),
        ["C004 2.1 G7"]
    );
}

#[test]
fn blanks_are_told_once_and_zero_beside_not_started() {
    let plan = plan();
    let rows = vec![
        indicator(6, 0, &[]),
        indicator(7, 1, &[(Field::Cumulative, text("—"))]),
        indicator(8, 3, &[]),
    ];
    assert_eq!(
        told(&plan, rows, &History::default()),
        ["C001 2.1 G7", "C001 2.2 G8", "C001 2.4 I9"]
    );
    let rows = vec![indicator(6, 0, &[(Field::Status, text("未启动"))])];
    assert_eq!(told(&plan, rows, &History::default()), ["C020 2.1 G7"]);
    let rows = vec![indicator(6, 5, &[(Field::Status, text("未启动"))])];
    assert_eq!(told(&plan, rows, &History::default()), ["C001 2.6 G7"]);
}

#[test]
fn what_was_finished_stands_and_what_was_not_does_not() {
    let plan = plan();
    let history = accepted(
        &plan,
        5,
        &[(0, 16.0), (1, 9.0), (2, 1300.0), (5, 45.0)],
        &[3],
    );
    let rows = || {
        vec![
            indicator(6, 0, &[(Field::Cumulative, text("已完成"))]),
            indicator(7, 1, &[(Field::Cumulative, text("无"))]),
            indicator(8, 2, &[]),
            indicator(9, 3, &[(Field::Status, text("同上"))]),
            indicator(10, 5, &[(Field::Cumulative, text("同上"))]),
        ]
    };
    assert_eq!(
        told(&plan, rows(), &history),
        [
            "C001 2.2 G8",
            "C001 2.6 G11",
            "C020 2.1 G7",
            "C020 2.3 G9",
            "C020 2.4 I10"
        ]
    );
    let none = told(&plan, rows(), &History::default());
    assert_eq!(
        none,
        [
            "C001 2.2 G8",
            "C001 2.3 G9",
            "C001 2.4 I10",
            "C001 2.6 G11",
            "C002 2.1 G7"
        ]
    );
}

#[test]
fn a_blank_narrative_is_one_finding_of_the_task() {
    let plan = plan();
    let given = |words: Option<Value>| {
        let mut rows = vec![
            indicator(
                6,
                0,
                &[(Field::Cumulative, number(9.6)), (Field::Narrative, None)],
            ),
            indicator(7, 4, &[(Field::Narrative, None)]),
        ];
        merge(&mut rows, Field::Narrative, Field::Narrative, words);
        rows
    };
    assert_eq!(told(&plan, given(None), &History::default()), ["C001 - K7"]);
    assert_eq!(
        told(&plan, given(text("见上月")), &History::default()),
        ["C001 - K7"]
    );
    assert_eq!(
        told(
            &plan,
            given(Some(Value::Error("#REF!".into()))),
            &History::default()
        ),
        ["C007 - K7"]
    );
    assert!(told(&plan, given(text("完成栽植")), &History::default()).is_empty());
    // Not merged: at the ongoing indicator's own cell, which is the one that is withheld.
    let rows = vec![
        indicator(
            6,
            0,
            &[(Field::Cumulative, number(9.6)), (Field::Narrative, None)],
        ),
        indicator(7, 4, &[(Field::Narrative, None)]),
    ];
    assert_eq!(told(&plan, rows, &History::default()), ["C001 - K8"]);
}

#[test]
fn a_figure_merged_over_several_indicators_is_none_of_theirs() {
    let plan = plan();
    let mut rows = vec![
        indicator(6, 0, &[]),
        indicator(7, 1, &[]),
        indicator(8, 2, &[]),
    ];
    merge(&mut rows, Field::Cumulative, Field::Cumulative, number(5.0));
    let outcome = run(&plan, &report(rows), &History::default());
    assert_eq!(outcome.told, ["C015 2.1 G7"]);
    assert_eq!(outcome.elsewhere, [(1, "C015"), (2, "C015")]);
}

#[test]
fn a_row_that_names_the_task_alone_is_one_finding_with_proposals() {
    let plan = plan();
    let cells = [
        (Field::Cumulative, text("街头绿地9.6万平方米，绿道12公里")),
        (WORKS.0, text(WORKS.1)),
    ];
    let rows = vec![row(6, RowSubject::Task(0), &cells)];
    let outcome = run(&plan, &report(rows.clone()), &History::default());
    assert!(
        outcome.told.contains(&"C015 2.1 G7".to_owned()),
        "{:?}",
        outcome.told
    );
    assert_eq!(outcome.elsewhere, [(1, "C015"), (2, "C015"), (5, "C015")]);
    let sentence = crate::check::proposals::sentence(
        &plan,
        &crate::check::proposals::propose(&plan, &[0, 1, 2], "街头绿地9.6万平方米，绿道12公里"),
    );
    assert!(
        sentence.contains("“街头绿地面积”9.6万平方米，“山城绿道长度”12公里"),
        "{sentence}"
    );
}

#[test]
fn numbers_keep_their_notes_and_warnings() {
    let plan = plan();
    let rows = vec![
        indicator(
            6,
            0,
            &[
                (Field::Cumulative, text("约96000㎡")),
                (Field::Target, number(12.0)),
            ],
        ),
        indicator(
            8,
            2,
            &[
                (Field::Cumulative, number(3.5)),
                (Field::ThisMonth, number(0.5)),
            ],
        ),
        indicator(
            11,
            5,
            &[
                (Field::Cumulative, number(0.4)),
                (Field::Previous, number(0.35)),
            ],
        ),
    ];
    let expected = [
        "C003 2.1 G7",
        "C005 2.1 G7",
        "C011 2.6 G12",
        "C014 2.1 G7",
        "C016 2.3 G9",
        "C018 2.1 D7",
    ];
    assert_eq!(told(&plan, rows, &History::default()), expected);
}

#[test]
fn broken_formulas_of_a_row_are_one_finding() {
    let plan = plan();
    let error = || Some(Value::Error("#REF!".into()));
    let rows = vec![
        indicator(
            6,
            0,
            &[(Field::Cumulative, error()), (Field::Rate, error())],
        ),
        indicator(
            7,
            1,
            &[
                (Field::ThisMonth, Some(Value::NoCachedValue)),
                (Field::Cumulative, Some(Value::NoCachedValue)),
            ],
        ),
        indicator(8, 3, &[(Field::Status, error())]),
    ];
    assert_eq!(
        told(&plan, rows, &History::default()),
        ["C007 2.1 G7", "C007 2.4 I9", "C008 2.2 G8"]
    );
}

#[test]
fn only_the_cells_that_decide_withhold() {
    let plan = plan();
    let rows = vec![indicator(
        6,
        0,
        &[
            (Field::Cumulative, number(9.6)),
            (Field::Previous, text("按计划")),
        ],
    )];
    let report = report(rows);
    let arrival = arrival();
    let records: Vec<Record> = records::of_department(&plan, 0, &arrival, &report);
    let outcome = run(&plan, &report, &History::default());
    assert_eq!(outcome.told, ["C002 2.1 E7"]);
    let at = |cell: &str| Finding::new(&c002::RULE, "", "").cell(CellRef::parse(cell).unwrap());
    let record = &records[0];
    let kind = plan.indicators[0].kind;
    assert!(!read::withholds(record, kind, &at("E7")));
    assert!(read::withholds(record, kind, &at("G7")));
    assert!(read::withholds(record, kind, &at("I7")));
}

#[test]
fn rows_are_held_against_the_plan() {
    let plan = plan();
    let rows = vec![
        indicator(6, 0, &[(Field::Cumulative, number(9.6))]),
        indicator(7, 0, &[(Field::Cumulative, number(9.9))]),
        indicator(8, 2, &[(Field::Cumulative, number(780.0))]),
        indicator(9, 2, &[(Field::Cumulative, text("780个"))]),
        indicator(
            10,
            6,
            &[
                (Field::Cumulative, number(3.6)),
                (Field::Indicator, text("每千人口托位数")),
            ],
        ),
        row(
            11,
            RowSubject::Unknown {
                name: "口袋公园".to_owned(),
                suggestions: Vec::new(),
            },
            &[(Field::Task, text("口袋公园"))],
        ),
    ];
    let report = report(rows);
    let arrival = arrival();
    let submission = Submission::default();
    let records = records::of_department(&plan, 0, &arrival, &report);
    let judged: Vec<Judged> = records.iter().map(|r| Judged::missing(r.slot)).collect();
    let cx = SubmissionCx {
        lexicon: &crate::check::narrative::Lexicon::default(),
        plan: &plan,
        moment: Moment::month_end(period()),
        department: 0,
        arrival: &arrival,
        submission: &submission,
        report: &report,
        records: &records,
        judged: &judged,
        history: &History::default(),
        findings: &[],
    };
    let mut found = Vec::new();
    for rule in [
        &s002::RULE,
        &s003::RULE,
        &s004::RULE,
        &s005::RULE,
        &s006::RULE,
        &s007::RULE,
        &s008::RULE,
        &s009::RULE,
        &s010::RULE,
    ] {
        let Check::Submission(check) = rule.check else {
            panic!("{}", rule.code)
        };
        for f in check(&cx) {
            let id = f
                .indicator
                .map_or("-", |ix| plan.indicators[ix].id.as_str());
            found.push(format!(
                "{} {id} {}",
                f.code,
                f.cell.map(|c| c.to_string()).unwrap_or_default()
            ));
        }
    }
    let expected = [
        "S005 2.2 ",
        "S005 2.4 ",
        "S005 2.5 ",
        "S005 2.6 ",
        "S006 - A12",
        "S007 2.1 G8",
        "S008 4.1 B11",
    ];
    assert_eq!(found, expected);
}
