use std::io::{Cursor, Read};

use calamine::{Data, Reader, SheetVisible, Xlsx};
use jiff::civil::date;

use super::*;
use crate::intake::Field;
use crate::plan::{MilestoneState, SlotIx};

fn plan() -> Plan {
    crate::check::load_plan("plan.toml", include_str!("../../../seeds/2024/plan.toml"))
        .expect("the shipped plan is valid")
}

fn june() -> Period {
    Period::new(2024, 6).unwrap()
}

fn nothing(_: SlotIx) -> Option<PreviousValue> {
    None
}

fn blank(
    plan: &Plan,
    period: Period,
    department: &str,
    previous: &dyn Fn(SlotIx) -> Option<PreviousValue>,
) -> FormData {
    let carried = Carried {
        accepted: &|_| None,
        previous,
        elements: &[],
        codes: &["R003", "R008"],
    };
    FormData::blank(plan, period, plan.department(department).unwrap(), &carried)
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes))
        .unwrap()
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let plan = plan();
    for department in 0..plan.departments.len() {
        let carried = Carried {
            accepted: &|_| None,
            previous: &nothing,
            elements: &[],
            codes: &[],
        };
        let make = || form(&plan, june(), department, &carried).unwrap();
        assert!(make() == make(), "{}", plan.departments[department].name);
    }
}

#[test]
fn a_department_gets_its_own_rows_and_the_columns_they_need() {
    let plan = plan();
    let police = blank(&plan, june(), "gafj", &nothing);
    let columns = Layout::new(&plan, &police).columns;
    assert_eq!(
        columns,
        [
            Field::No,
            Field::Task,
            Field::Indicator,
            Field::Narrative,
            Field::Problems,
            Field::NextSteps,
            Field::Remark
        ]
    );
    let market = Layout::new(&plan, &blank(&plan, june(), "scjg", &nothing)).columns;
    assert!(!market.contains(&Field::Status) && market.contains(&Field::Cumulative));
    // 18 is led by 公安分局 together with 城市建设事务中心: a row for words alone.
    let city = blank(&plan, june(), "cjzx", &nothing);
    let cooperating: Vec<u32> = city
        .rows
        .iter()
        .filter(|r| r.slot.is_none())
        .map(|r| plan.tasks[r.task].no)
        .collect();
    assert_eq!(cooperating, [18]);
}

#[test]
fn last_accepted_values_stand_in_place() {
    let plan = plan();
    let slot = |id: &str| plan.indicators[plan.indicator(id).unwrap()].slots.start;
    let (area, done, applied) = (slot("1.2"), slot("1.1"), slot("20.4"));
    let previous = |s: SlotIx| match s {
        s if s == area => Some(PreviousValue {
            value: Some(1.74),
            expected_on: Some(date(2024, 7, 31)),
            ..PreviousValue::default()
        }),
        s if s == done => Some(PreviousValue {
            value: Some(1.0),
            ..PreviousValue::default()
        }),
        s if s == applied => Some(PreviousValue {
            milestone: Some(MilestoneState::Done),
            done_on: Some(date(2024, 4, 24)),
            ..PreviousValue::default()
        }),
        _ => None,
    };
    let mut data = blank(&plan, june(), "jsj", &previous);
    data.set(&plan, area, Field::Cumulative, Entry::Number(2.27));
    let layout = Layout::new(&plan, &data);
    let bytes = write(&plan, &data).unwrap();
    let sheet = open(bytes).worksheet_range(PROGRESS_SHEET).unwrap();
    let at = |slot, field| {
        let cell = layout.slot_cell(&data, slot, field).unwrap();
        sheet
            .get_value((cell.row, cell.col))
            .cloned()
            .unwrap_or(Data::Empty)
    };
    assert_eq!(at(area, Field::Previous), Data::Float(1.74));
    assert_eq!(at(area, Field::Target), Data::Float(2.27));
    assert_eq!(at(area, Field::ThisMonth), Data::Float(0.53));
    assert_eq!(at(area, Field::Rate), Data::Float(1.0));
    assert_eq!(at(done, Field::Cumulative), Data::Float(1.0));
    assert_eq!(
        at(applied, Field::Status),
        Data::String("已完成".to_owned())
    );
    assert!(matches!(at(applied, Field::DoneOn), Data::DateTime(_)));
}

#[test]
fn without_an_earlier_figure_the_department_states_it() {
    let plan = plan();
    let slot = plan.indicators[plan.indicator("14.1").unwrap()].slots.start;
    let mut june_form = blank(&plan, june(), "cjzx", &nothing);
    assert!(
        !june_form
            .row_of(slot)
            .unwrap()
            .cells
            .contains_key(&Field::Previous)
    );
    let mut first = blank(&plan, Period::new(2024, 1).unwrap(), "cjzx", &nothing);
    assert_eq!(
        first.row_of(slot).unwrap().cells.get(&Field::Previous),
        Some(&Entry::Number(0.0))
    );
}

#[test]
fn only_input_cells_are_open_and_they_have_limits() {
    let plan = plan();
    let data = blank(&plan, june(), "cjzx", &nothing);
    let bytes = write(&plan, &data).unwrap();
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("<sheetProtection sheet=\"1\"") && !xml.contains("password="));
    assert!(
        xml.contains("\"未启动,进行中,已完成\"")
            && xml.contains("promptTitle=\"累计完成\"")
            && xml.contains("type=\"date\"")
    );
    assert!(part(&bytes, "xl/styles.xml").contains("<protection locked=\"0\"/>"));
    let answers = part(&bytes, "xl/worksheets/sheet3.xml");
    assert!(answers.contains("\"R003,R008\""));
}

/// A rule asked for 76.1% in a cell that takes 0 and 1 to 100.
#[test]
fn what_a_rule_asks_for_the_cell_takes() {
    use crate::check::reading::figures::{ratio_limits, takes_ratio};
    let plan = plan();
    let ratio = &plan.indicators[plan.indicator("8.3").unwrap()];
    assert_eq!(ratio.kind, crate::plan::Kind::Ratio);
    assert_eq!(ratio_limits(ratio), (1.0, 100.0));
    for (value, takes) in [
        (0.0, true),
        (0.761, false),
        (1.0, false),
        (76.1, true),
        (100.1, false),
    ] {
        assert_eq!(takes_ratio(ratio, value), takes, "{value}");
    }
    let bytes = write(&plan, &blank(&plan, june(), "ggfw", &nothing)).unwrap();
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(
        xml.contains("&gt;1,") && xml.contains("&lt;=100)))"),
        "{xml}"
    );
}

#[test]
fn the_identity_sheet_is_very_hidden() {
    let plan = plan();
    let bytes = write(&plan, &blank(&plan, june(), "tzb", &nothing)).unwrap();
    let mut book = open(bytes);
    let sheet = book
        .sheets_metadata()
        .iter()
        .find(|s| s.name == IDENTITY_SHEET)
        .cloned()
        .unwrap();
    assert_eq!(sheet.visible, SheetVisible::VeryHidden);
    let range = book.worksheet_range(IDENTITY_SHEET).unwrap();
    let pairs: Vec<(String, String)> = range
        .rows()
        .map(|r| (r[0].to_string(), r[1].to_string()))
        .collect();
    let expected = [
        ("form_revision", "1"),
        ("plan_id", plan.id.as_str()),
        ("plan_revision", "1"),
        ("period", "2024-06"),
        ("department", "tzb"),
        ("submission", "1"),
    ];
    assert_eq!(pairs, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
}

#[test]
fn money_is_asked_in_the_first_month_and_at_quarters_ends() {
    let plan = plan();
    let asks: Vec<i8> = (1..=12)
        .filter(|&m| blank(&plan, Period::new(2024, m).unwrap(), "sthj", &nothing).asks_money)
        .collect();
    assert_eq!(asks, [1, 3, 6, 9, 12]);
}
