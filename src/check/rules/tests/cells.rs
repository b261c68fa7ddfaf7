//! What one row of a report gives under the rules of cells.

// A cell is blank or not: writing `None` beside `number(8.0)` reads best when both are options, taken by value.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

use crate::check::result::finding::Finding;
use crate::check::result::history::History;
use crate::check::result::judged::{Accepted, Judged, State};
use crate::check::rule::Rule;
use crate::check::rules::RULES;
use crate::check::rules::outcomes::Outcome;
use crate::check::testing::{TestMonth, blank, number, words as text};
use crate::check::workbook::DepartmentOutcome;
use crate::intake::Field::{self, *};
use crate::intake::workbook::Region;
use crate::intake::{CellRef, FieldCell, ReportRow, RowSubject, Value};
use crate::plan::{Kind, MilestoneState, Period, Plan, testing};

const FIELDS: [Field; 11] = [
    Task, Indicator, Unit, Target, Previous, ThisMonth, Cumulative, Rate, Status, DoneOn, Narrative,
];

/// An indicator of each kind, the level another department's.
fn plan() -> Plan {
    let mut plan = testing::plan(2);
    let task = plan.add_task("市级", "城市绿荫工程", 0);
    plan.tasks[task].no = 2;
    plan.add_indicator("街头绿地面积", Kind::Quantity, 16.0, "万平方米", &[]);
    plan.add_indicator("山城绿道长度", Kind::Quantity, 20.0, "公里", &[]);
    plan.add_indicator("错时共享车位", Kind::Count, 1300.0, "个", &[]);
    plan.add_indicator("组建专班", Kind::Milestone, 0.0, "", &[]);
    plan.add_indicator("日常管护", Kind::Ongoing, 0.0, "", &[]);
    plan.add_indicator("知晓率", Kind::Ratio, 40.0, "%", &[]);
    let task = plan.add_task("区级", "托育服务", 1);
    plan.tasks[task].no = 4;
    plan.add_indicator("每千人口托位数", Kind::Level, 3.9, "个", &[]);
    plan
}

fn col(field: Field) -> u32 {
    FIELDS
        .iter()
        .position(|f| *f == field)
        .unwrap()
        .try_into()
        .unwrap()
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
                value,
                ..blank(CellRef::new(at, col(*field)))
            },
        )
    };
    ReportRow {
        row: at,
        subject,
        is_retyped: false,
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

/// The rules whose code begins so.
fn family(code: &str) -> Vec<&'static Rule> {
    let own = |rule: &&Rule| rule.code.starts_with(code);
    RULES.iter().copied().filter(own).collect()
}

/// 建设局's June with these rows, checked by some rules alone.
fn run(
    plan: &Plan,
    rows: Vec<ReportRow>,
    history: &History,
    rules: &[&'static Rule],
) -> DepartmentOutcome {
    let mut month = TestMonth::with_rows(plan.clone(), 0, "2024-06", &FIELDS, rows);
    month.history = history.clone();
    month.check(rules)
}

/// `C002 2.1 E4`, one a finding.
fn listed(plan: &Plan, outcome: &DepartmentOutcome) -> Vec<String> {
    let one = |finding: &Finding| {
        let id = finding
            .indicator
            .map_or("-", |ix| plan.indicators[ix].id.as_str());
        let cell = finding.cell.map(|c| c.to_string()).unwrap_or_default();
        assert!(
            finding.message.ends_with('。') && finding.help.contains('。'),
            "{finding:?}"
        );
        format!("{} {id} {cell}", finding.code)
    };
    outcome.findings.iter().map(one).collect()
}

/// What the rules of cells find.
fn told(plan: &Plan, rows: Vec<ReportRow>) -> Vec<String> {
    told_after(plan, rows, &History::default())
}

/// What they find where earlier months were accepted.
fn told_after(plan: &Plan, rows: Vec<ReportRow>, history: &History) -> Vec<String> {
    listed(plan, &run(plan, rows, history, &family("C")))
}

/// The slots that a rule withholds by a cause reported at another indicator.
fn elsewhere(plan: &Plan, outcome: &DepartmentOutcome, code: &str) -> Vec<usize> {
    let own = |slot: usize| {
        let indicator = Some(plan.slots[slot].indicator);
        let mut findings = outcome.findings.iter();
        findings.any(|f| f.code == code && f.indicator == indicator)
    };
    let judged = outcome.judged.iter().zip(&outcome.outcomes);
    judged
        .filter(|(_, outcomes)| outcomes.get(code) == Some(Outcome::Failed))
        .map(|(judged, _)| judged.slot)
        .filter(|&slot| !own(slot))
        .collect()
}

const WORKS: (Field, &str) = (Narrative, "本月完成栽植并通过验收");

fn indicator(at: u32, ix: usize, cells: &[(Field, Option<Value>)]) -> ReportRow {
    let mut all = cells.to_vec();
    if cells.iter().all(|(field, _)| *field != Narrative) {
        all.push((WORKS.0, text(WORKS.1)));
    }
    row(at, RowSubject::Indicator(ix), &all)
}

#[test]
fn a_comment_merged_over_the_numbers_is_one_finding_at_its_first_cell() {
    let plan = plan();
    let mut rows = vec![indicator(6, 0, &[])];
    merge(&mut rows, Previous, Rate, text("前期手续办理中"));
    assert_eq!(told(&plan, rows), ["C002 2.1 E7"]);
}

#[test]
fn a_row_unit_of_another_kind_is_told_once_and_one_in_the_cell_at_each() {
    let plan = plan();
    let figures = |unit: &str, previous: Option<Value>, cumulative: Option<Value>| {
        vec![indicator(
            6,
            0,
            &[
                (Unit, text(unit)),
                (Previous, previous),
                (Cumulative, cumulative),
            ],
        )]
    };
    assert_eq!(
        told(&plan, figures("公里", number(8.0), number(9.6))),
        ["C004 2.1 G7"]
    );
    let in_cells = figures("万平方米", text("8公里"), text("9.6公里"));
    assert_eq!(told(&plan, in_cells), ["C004 2.1 G7", "C004 2.1 E7"]);
    assert_eq!(
        told(&plan, figures("万平方米", None, text("已进场，完成60%"))),
        ["C004 2.1 G7"]
    );
}

#[test]
fn blanks_are_told_once_and_zero_beside_not_started() {
    let plan = plan();
    let rows = vec![
        indicator(6, 0, &[]),
        indicator(7, 1, &[(Cumulative, text("—"))]),
        indicator(8, 3, &[]),
    ];
    assert_eq!(
        told(&plan, rows),
        ["C001 2.1 G7", "C001 2.2 G8", "C001 2.4 I9"]
    );
    let rows = vec![indicator(6, 0, &[(Status, text("未启动"))])];
    assert_eq!(told(&plan, rows), ["C020 2.1 G7"]);
    let rows = vec![indicator(6, 5, &[(Status, text("未启动"))])];
    assert_eq!(told(&plan, rows), ["C001 2.6 G7"]);
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
            indicator(6, 0, &[(Cumulative, text("全部完成"))]),
            indicator(7, 1, &[(Cumulative, text("无"))]),
            indicator(8, 2, &[]),
            indicator(9, 3, &[(Status, text("同上"))]),
            indicator(10, 5, &[(Cumulative, text("同上"))]),
        ]
    };
    assert_eq!(
        told_after(&plan, rows(), &history),
        [
            "C001 2.2 G8",
            "C001 2.6 G11",
            "C020 2.1 G7",
            "C020 2.3 G9",
            "C020 2.4 I10"
        ]
    );
    let none = told(&plan, rows());
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
            indicator(6, 0, &[(Cumulative, number(9.6)), (Narrative, None)]),
            indicator(7, 4, &[(Narrative, None)]),
        ];
        merge(&mut rows, Narrative, Narrative, words);
        rows
    };
    assert_eq!(told(&plan, given(None)), ["C001 - K7"]);
    assert_eq!(told(&plan, given(text("见上月"))), ["C001 - K7"]);
    assert_eq!(
        told(&plan, given(Some(Value::Error("#REF!".into())))),
        ["C007 - K7"]
    );
    assert!(told(&plan, given(text("完成栽植"))).is_empty());
    // Not merged: at the ongoing indicator's own cell, which is the one that is withheld.
    let rows = vec![
        indicator(6, 0, &[(Cumulative, number(9.6)), (Narrative, None)]),
        indicator(7, 4, &[(Narrative, None)]),
    ];
    assert_eq!(told(&plan, rows), ["C001 - K8"]);
}

#[test]
fn a_figure_merged_over_several_indicators_is_none_of_theirs() {
    let plan = plan();
    let mut rows = vec![
        indicator(6, 0, &[]),
        indicator(7, 1, &[]),
        indicator(8, 2, &[]),
    ];
    merge(&mut rows, Cumulative, Cumulative, number(5.0));
    let outcome = run(&plan, rows, &History::default(), &family("C"));
    assert_eq!(listed(&plan, &outcome), ["C015 2.1 G7"]);
    assert_eq!(elsewhere(&plan, &outcome, "C015"), [1, 2]);
}

#[test]
fn a_row_that_names_the_task_alone_is_one_finding_with_proposals() {
    let plan = plan();
    let cells = [
        (Cumulative, text("街头绿地9.6万平方米，绿道12公里")),
        (WORKS.0, text(WORKS.1)),
    ];
    let rows = vec![row(6, RowSubject::Task(0), &cells)];
    let outcome = run(&plan, rows, &History::default(), &family("C"));
    let found = listed(&plan, &outcome);
    assert!(found.contains(&"C015 2.1 G7".to_owned()), "{found:?}");
    assert_eq!(elsewhere(&plan, &outcome, "C015"), [1, 2, 5]);
    let several = outcome.findings.iter().find(|f| f.code == "C015");
    let help = &several.unwrap().help;
    assert!(
        help.contains("“街头绿地面积”9.6万平方米，“山城绿道长度”12公里"),
        "{help}"
    );
}

#[test]
fn numbers_keep_their_notes_and_warnings() {
    let plan = plan();
    let rows = vec![
        indicator(
            6,
            0,
            &[(Cumulative, text("约96000㎡")), (Target, number(12.0))],
        ),
        indicator(8, 2, &[(Cumulative, number(3.5)), (ThisMonth, number(0.5))]),
        indicator(
            11,
            5,
            &[(Cumulative, number(0.4)), (Previous, number(0.35))],
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
    assert_eq!(told(&plan, rows), expected);
}

#[test]
fn broken_formulas_of_a_row_are_one_finding() {
    let plan = plan();
    let error = || Some(Value::Error("#REF!".into()));
    let rows = vec![
        indicator(6, 0, &[(Cumulative, error()), (Rate, error())]),
        indicator(
            7,
            1,
            &[
                (ThisMonth, Some(Value::NoCachedValue)),
                (Cumulative, Some(Value::NoCachedValue)),
            ],
        ),
        indicator(8, 3, &[(Status, error())]),
    ];
    assert_eq!(
        told(&plan, rows),
        ["C007 2.1 G7", "C007 2.4 I9", "C008 2.2 G8"]
    );
}

#[test]
fn only_the_cells_that_decide_withhold() {
    let plan = plan();
    let withheld = |field: Field, value: Option<Value>| {
        let mut cells = vec![(Cumulative, number(9.6))];
        cells.retain(|(of, _)| *of != field);
        cells.push((field, value));
        let rows = vec![indicator(6, 0, &cells)];
        run(&plan, rows, &History::default(), &family("C")).judged[0]
            .withheld_by()
            .to_vec()
    };
    assert!(withheld(Previous, text("按计划")).is_empty());
    assert_eq!(withheld(Cumulative, text("按计划")), ["C002"]);
    let error = || Some(Value::Error("#REF!".into()));
    assert_eq!(withheld(Status, error()), ["C007"]);
    assert!(withheld(Rate, error()).is_empty());
}

#[test]
fn rows_are_compared_with_the_plan() {
    let plan = plan();
    let rows = vec![
        indicator(6, 0, &[(Cumulative, number(9.6))]),
        indicator(7, 0, &[(Cumulative, number(9.9))]),
        indicator(8, 2, &[(Cumulative, number(780.0))]),
        indicator(9, 2, &[(Cumulative, text("780个"))]),
        indicator(
            10,
            6,
            &[
                (Cumulative, number(3.6)),
                (Indicator, text("每千人口托位数")),
            ],
        ),
        row(
            11,
            RowSubject::Unknown {
                name: "口袋公园".to_owned(),
                suggestions: Vec::new(),
                indicators: Vec::new(),
            },
            &[(Task, text("口袋公园"))],
        ),
    ];
    let outcome = run(&plan, rows, &History::default(), &family("S"));
    let expected = [
        "S005 2.2 ",
        "S005 2.4 ",
        "S005 2.5 ",
        "S005 2.6 ",
        "S006 - A12",
        "S007 2.1 G8",
        "S008 4.1 B11",
    ];
    assert_eq!(listed(&plan, &outcome), expected);
}
