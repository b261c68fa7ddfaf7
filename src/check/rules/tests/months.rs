//! X001–X004.

use jiff::civil::date;

use crate::check::reading::foreign::ForeignValue;
use crate::check::register::Register;
use crate::check::result::files::{DepartmentFiles, Submitted};
use crate::check::result::judged::{Judged, State};
use crate::check::rule::{Check, Finding, MonthCx};
use crate::check::rules::find;
use crate::check::testing;
use crate::intake::workbook::CellRef;
use crate::intake::{Arrival, Submission};
use crate::plan::{Moment, Plan, testing::for_rules};

struct Office {
    plan: Plan,
    period: &'static str,
    submitted: [Submitted; 2],
    arrivals: Vec<Arrival>,
    register: Register,
    judged: Vec<Judged>,
    foreign: Vec<ForeignValue>,
    chases: bool,
    /// Of 甲局's files those that are reports; empty: all.
    reports: Vec<usize>,
}

fn office() -> Office {
    let plan = for_rules();
    let arrival = |path: &str| testing::arrival(path, Submission::default());
    let mut judged: Vec<Judged> = (0..plan.slots.len()).map(Judged::missing).collect();
    for slot in &mut judged {
        slot.state = State::Accepted;
        slot.value = Some(5.0);
    }
    Office {
        plan,
        period: "2024-06",
        submitted: [Submitted::Usable; 2],
        arrivals: vec![
            arrival("甲局旧.xlsx"),
            arrival("甲局.xlsx"),
            arrival("乙局.xlsx"),
        ],
        register: Register::default(),
        judged,
        foreign: Vec::new(),
        chases: true,
        reports: Vec::new(),
    }
}

impl Office {
    fn run(&self, code: &str) -> Vec<Finding> {
        let files = |department: usize, used, files: &[usize]| DepartmentFiles {
            submitted: self.submitted[department],
            used: (self.submitted[department] == Submitted::Usable).then_some(used),
            files: files.to_vec(),
            reports: self.reports.clone(),
            ..DepartmentFiles::none(department)
        };
        let departments = [files(0, 1, &[0, 1]), files(1, 2, &[2])];
        let cx = MonthCx {
            plan: &self.plan,
            moment: Moment::month_end(self.period.parse().unwrap()),
            arrivals: &self.arrivals,
            departments: &departments,
            register: &self.register,
            judged: &self.judged,
            foreign: &self.foreign,
            chases: self.chases,
        };
        match find(code).unwrap().check {
            Check::Month(check) => check(&cx),
            _ => panic!("{code} is no rule of a month"),
        }
    }
}

#[test]
fn who_owes_a_form() {
    let mut o = office();
    o.submitted = [Submitted::Nothing, Submitted::Returned];
    let found = o.run("X001");
    assert_eq!(
        found.iter().map(|f| f.message.as_str()).collect::<Vec<_>>(),
        [
            "甲局2024年6月未报。",
            "乙局2024年6月报送的文件不能使用，已退回。"
        ]
    );
    o.chases = false;
    assert!(o.run("X001").is_empty());
    o.chases = true;
    o.plan.first_period = Some("2024-07".parse().unwrap());
    assert!(o.run("X001").is_empty());
}

#[test]
fn the_first_file_decides_lateness() {
    let mut o = office();
    o.register = Register::new([
        ("甲局旧.xlsx".to_owned(), date(2024, 7, 4)),
        ("甲局.xlsx".to_owned(), date(2024, 7, 11)),
        ("乙局.xlsx".to_owned(), date(2024, 7, 5)),
    ]);
    assert!(
        o.run("X002").is_empty(),
        "a first file in time, and the due day itself"
    );
    o.register = Register::new([
        ("甲局旧.xlsx".to_owned(), date(2024, 7, 8)),
        ("甲局.xlsx".to_owned(), date(2024, 7, 11)),
    ]);
    let found = o.run("X002");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "甲局2024年6月报送表于2024年7月8日收到，截止日为2024年7月5日，逾期报送。"
    );
    o.submitted[0] = Submitted::Returned;
    assert!(o.run("X002").is_empty(), "X001 tells of a returned one");
}

/// A scan that came in time once made the table that came late 按时报送.
#[test]
fn a_scrap_in_time_does_not_make_the_report_timely() {
    let mut o = office();
    o.reports = vec![1];
    o.register = Register::new([
        ("甲局旧.xlsx".to_owned(), date(2024, 7, 4)),
        ("甲局.xlsx".to_owned(), date(2024, 7, 11)),
    ]);
    let found = o.run("X002");
    assert_eq!(
        found[0].message,
        "甲局2024年6月报送表于2024年7月11日收到，截止日为2024年7月5日，逾期报送；\
         此前收到的“甲局旧.xlsx”（2024年7月4日）不是可用的报送表。"
    );
}

#[test]
fn another_departments_value() {
    let mut o = office();
    let foreign = |indicator, value| ForeignValue {
        sender: 1,
        file: "乙局.xlsx".into(),
        sheet: "进展情况".into(),
        cell: CellRef::new(9, 9),
        indicator,
        value: Some(value),
        raw: "4.6".into(),
    };
    o.foreign = vec![foreign(0, 4.6), foreign(0, 4.7), foreign(1, 5.0)];
    let found = o.run("X003");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "第1项“街头绿地面积”甲局报5万平方米，乙局的报送表（乙局.xlsx）填4.6万平方米，不一致。"
    );
    assert_eq!(
        (found[0].department, found[0].cell, found[0].indicator),
        (Some(0), None, Some(0))
    );
    o.judged[0].state = State::Withheld;
    assert!(o.run("X003").is_empty());
}

#[test]
fn a_task_without_any_value() {
    let mut o = office();
    o.judged[0].state = State::Withheld;
    o.judged[1].state = State::Missing;
    assert!(o.run("X004").is_empty());
    o.judged[2].state = State::Withheld;
    let found = o.run("X004");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].department, found[0].task), (Some(0), Some(0)));
    // 甲局's part of 5.2 is all it reports of task 5.
    let slot = o.plan.slot(0, o.plan.indicator("5.2").unwrap()).unwrap();
    o.judged[slot].state = State::Missing;
    assert_eq!(o.run("X004").len(), 2);
    o.submitted[0] = Submitted::Nothing;
    assert!(o.run("X004").is_empty());
}
