//! Facts made in code for the tests: twenty tasks and 68 indicators, every grade, long texts, figures held back.
//! Only plausible: nothing here was derived from a plan or a workbook.

mod commitments;
mod parts;

use jiff::civil::date;

use crate::check::{Place, Source, SourceRef, State};
use crate::combine::facts::*;
use crate::intake::CellRef;
use crate::plan::{Grade, Kind, MilestoneState, Period};

use commitments::{DEPARTMENTS, TASKS};
use parts::{
    department_name, departments, elements, elements_overall, files, findings, grade_counts, words,
};

/// What the month is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Month {
    /// The middle of a year, every grade.
    June,
    /// The first month: nothing finished, nothing to compare with.
    January,
    /// No department sent anything.
    Nothing,
}

const JUNE: [Grade; 20] = [
    Grade::Done,
    Grade::OnSchedule,
    Grade::Ahead,
    Grade::DonePending,
    Grade::Ahead,
    Grade::OnSchedule,
    Grade::NotReached,
    Grade::Ongoing,
    Grade::OnSchedule,
    Grade::Behind,
    Grade::Ongoing,
    Grade::OnSchedule,
    Grade::NotStarted,
    Grade::Serious,
    Grade::OnSchedule,
    Grade::Overdue,
    Grade::Reached,
    Grade::Ongoing,
    Grade::Unverified,
    Grade::Behind,
];

const NARRATIVE_PROBLEM: &str = "管网沿线涉及三处在建项目交叉施工，交通占道审批时间较长，且部分产权单位尚未书面确认改造边界，影响开挖进度。";
const NARRATIVE_NEXT: &str = "7月10日前完成占道审批，增加两个作业面，夜间错峰施工；由分管领导每周调度一次，9月底前累计完成14公里，11月底前全部完成并组织验收。";

pub(crate) fn facts(month: Month) -> Facts {
    scaled(month, TASKS.len(), DEPARTMENTS.len())
}

/// The same twenty tasks over and over, for plans of hundreds.
pub(crate) fn scaled(month: Month, tasks: usize, departments: usize) -> Facts {
    let period =
        Period::new(2024, if month == Month::January { 1 } else { 6 }).expect("a month of 2024");
    let mut sample = Sample {
        month,
        period,
        departments,
        tasks: Vec::new(),
        indicators: Vec::new(),
        slots: Vec::new(),
    };
    for no in 0..tasks {
        sample.task(no, tasks);
    }
    sample.finish()
}

pub(super) fn figure(
    id: impl Into<String>,
    value: f64,
    decimals: u8,
    fixed: bool,
    unit: &str,
) -> Figure {
    let scale = 10_f64.powi(i32::from(decimals));
    Figure {
        id: id.into().into(),
        value: (value * scale).round() / scale,
        decimals,
        fixed,
        unit: unit.into(),
        from: Vec::new(),
    }
}

fn count(id: impl Into<String>, value: usize, unit: &str) -> Figure {
    figure(id, value as f64, 0, false, unit)
}

fn percent(id: impl Into<String>, value: f64) -> Figure {
    figure(id, value, 1, true, "%")
}

struct Sample {
    month: Month,
    period: Period,
    departments: usize,
    tasks: Vec<TaskFacts>,
    indicators: Vec<IndicatorFacts>,
    slots: Vec<SlotFacts>,
}

impl Sample {
    fn grade(&self, no: usize) -> Grade {
        match self.month {
            Month::June => JUNE[no % 20],
            Month::January if no % 20 == 17 || no % 20 == 10 => Grade::Ongoing,
            Month::January if no.is_multiple_of(3) => Grade::OnSchedule,
            Month::January => Grade::NotStarted,
            Month::Nothing => Grade::Unverified,
        }
    }

    fn schedule(&self) -> f64 {
        f64::from(self.period.month()) / 12.0 * 100.0
    }

    fn rate(&self, grade: Grade) -> f64 {
        match grade {
            Grade::Done | Grade::DonePending => 100.0,
            Grade::Ahead => self.schedule() + 16.3,
            Grade::Behind => self.schedule() - 15.0,
            Grade::Serious => self.schedule() - 36.7,
            Grade::Overdue => 71.2,
            Grade::NotStarted => 0.0,
            _ => self.schedule() - 1.4,
        }
    }

    fn task(&mut self, no: usize, of: usize) {
        let model = &TASKS[no % 20];
        let grade = self.grade(no);
        let first = self.indicators.len();
        for (n, _) in model.indicators.iter().enumerate() {
            self.indicator(no, n, grade);
        }
        let lead = if self.departments == DEPARTMENTS.len() {
            model.lead
        } else {
            no % self.departments
        };
        let own = &self.indicators[first..];
        let measured = self.month != Month::Nothing && own.iter().any(|i| i.rate.is_some());
        let number = no + 1;
        let unverified = own.iter().filter(|i| i.state != State::Accepted).count();
        let milestones = own.iter().filter(|i| i.kind == Kind::Milestone).count();
        let done = own
            .iter()
            .filter(|i| i.milestone == Some(MilestoneState::Done))
            .count();
        let rate = measured.then(|| percent(format!("task.{number}.rate"), self.rate(grade)));
        let schedule =
            measured.then(|| percent(format!("task.{number}.schedule"), self.schedule()));
        let gap = measured.then(|| {
            figure(
                format!("task.{number}.gap"),
                self.schedule() - self.rate(grade),
                1,
                true,
                "个百分点",
            )
        });
        let gap_abs = gap.clone().map(|f| Figure {
            value: f.value.abs(),
            id: format!("task.{number}.gap_abs").into(),
            ..f
        });
        let lagging = grade.is_lagging();
        let said = self.month != Month::Nothing;
        let progress = own.iter().map(words).collect();
        let previous_grade =
            (self.month == Month::June).then_some(if no % 5 == 1 { Grade::Behind } else { grade });
        let facts = TaskFacts {
            last_known: None,
            stays_listed: false,
            task: no,
            no: u32::try_from(number).unwrap(),
            tier: if no < of / 2 { "市级" } else { "区级" }.to_owned(),
            name: if of > 20 {
                format!("{}（{number}）", model.name)
            } else {
                model.name.to_owned()
            },
            lead,
            lead_name: department_name(lead),
            with_names: if no % 20 == 17 {
                "城市建设事务中心、镇街及相关部门".to_owned()
            } else {
                String::new()
            },
            text: model.text.to_owned(),
            grade,
            grade_text: if unverified > 0 && said {
                format!("{}（{unverified}项待核实）", grade.name())
            } else {
                grade.name().to_owned()
            },
            notes: if grade == Grade::Behind && no % 20 == 19 {
                vec!["“香蕉园村示范片项目申报”应于6月启动，尚未启动".to_owned()]
            } else {
                Vec::new()
            },
            override_reason: (self.month == Month::June && no == 3)
                .then(|| "车位已全部划线，数据月底统一录入".to_owned()),
            rate,
            schedule,
            gap,
            gap_abs,
            milestones: (milestones > 0).then(|| {
                (
                    count(format!("task.{number}.milestones_done"), done, "个"),
                    count(format!("task.{number}.milestones"), milestones, "个"),
                )
            }),
            progress,
            unverified: count(format!("task.{number}.unverified"), unverified, "项"),
            verified: count(
                format!("task.{number}.verified"),
                own.len() - unverified,
                "项",
            ),
            indicators: first..self.indicators.len(),
            previous_grade,
            movement: match previous_grade {
                None => Movement::New,
                Some(before) if before == grade => Movement::Same,
                Some(_) if lagging => Movement::Down,
                Some(_) => Movement::Up,
            },
            narrative: said.then(|| "按计划推进，完成招标和进场施工。".to_owned()),
            problems: (said && lagging).then(|| NARRATIVE_PROBLEM.to_owned()),
            next_steps: (said && (lagging || no.is_multiple_of(4)))
                .then(|| NARRATIVE_NEXT.to_owned()),
            expected_on: lagging.then(|| date(2024, 12, 20)),
            deadline: date(2024, 12, 31),
            early_warning: (grade == Grade::Serious)
                .then(|| "预计2025年1月15日完成，晚于完成时限".to_owned()),
            elements: elements(no, number, said),
        };
        self.tasks.push(facts);
    }

    #[allow(clippy::too_many_lines, reason = "one struct, field by field")]
    fn indicator(&mut self, no: usize, n: usize, task_grade: Grade) {
        let (name, kind, target, unit) = TASKS[no % 20].indicators[n];
        let index = self.indicators.len();
        let id = format!("{}.{}", no + 1, n + 1);
        let withheld = self.month == Month::June
            && ((task_grade == Grade::Unverified && n.is_multiple_of(2))
                || (no % 20 == 1 && n == 1));
        let state = match self.month {
            Month::Nothing => State::Missing,
            _ if withheld => State::Withheld,
            _ => State::Accepted,
        };
        let accepted = state == State::Accepted;
        let grade = match kind {
            _ if !accepted => Grade::Unverified,
            Kind::Ongoing => Grade::Ongoing,
            Kind::Level | Kind::Ratio if n == 0 || task_grade == Grade::Reached => Grade::Reached,
            Kind::Level | Kind::Ratio => Grade::NotReached,
            Kind::Milestone if n == 0 && self.month == Month::June => Grade::Done,
            Kind::Milestone => Grade::NotStarted,
            _ if matches!(
                task_grade,
                Grade::Ongoing | Grade::Unverified | Grade::Reached | Grade::NotReached
            ) =>
            {
                Grade::OnSchedule
            }
            _ => task_grade,
        };
        let decimals = if kind == Kind::Quantity && target < 100.0 {
            2
        } else {
            u8::from(kind == Kind::Ratio || kind == Kind::Level)
        };
        let progress = kind.is_cumulative() && accepted;
        let fig = |part: &str, value: f64| {
            figure(
                format!("indicator.{id}.{part}"),
                value,
                decimals,
                false,
                unit,
            )
        };
        let value = (kind.is_numeric() && accepted).then(|| {
            fig(
                "value",
                target
                    * if progress {
                        self.rate(grade) / 100.0
                    } else if grade == Grade::Reached {
                        1.05
                    } else {
                        0.95
                    },
            )
        });
        let previous = (kind.is_numeric() && self.month != Month::January)
            .then(|| fig("previous", target * 0.4));
        let increment = value
            .as_ref()
            .zip(previous.as_ref())
            .map(|(v, p)| fig("increment", v.value - p.value));
        let gap = match kind {
            _ if !accepted => None,
            Kind::Count | Kind::Quantity => Some(figure(
                format!("indicator.{id}.gap"),
                self.schedule() - self.rate(grade),
                1,
                true,
                "个百分点",
            )),
            Kind::Level | Kind::Ratio => {
                let lacking = value.as_ref().map_or(0.0, |v| (target - v.value).max(0.0));
                Some(figure(
                    format!("indicator.{id}.gap"),
                    lacking,
                    2,
                    false,
                    if kind == Kind::Ratio {
                        "个百分点"
                    } else {
                        unit
                    },
                ))
            }
            _ => None,
        };
        let lead = if self.departments == DEPARTMENTS.len() {
            TASKS[no % 20].lead
        } else {
            no % self.departments
        };
        let file = format!(
            "{0}/{0}2024年{1}月报送表（最终版）.xlsx",
            department_name(lead),
            self.period.month()
        );
        let seen = self.month != Month::Nothing;
        self.slots.push(SlotFacts {
            slot: index,
            department: lead,
            indicator: index,
            task: no,
            state,
            value: value.as_ref().map(|v| v.value),
            milestone: None,
            done_on: None,
            target: kind.is_numeric().then_some(target),
            rate: progress.then(|| self.rate(grade)),
            schedule: progress.then(|| self.schedule()),
            grade: Some(grade),
            source: seen.then(|| {
                SourceRef::from(Source {
                    place: Place::new(file, "进展情况"),
                    cell: CellRef::new(u32::try_from(4 + index % 900).unwrap(), 7),
                    raw: if unit == "万平方米" {
                        "22700㎡"
                    } else {
                        "=SUM(A1:A3)"
                    }
                    .into(),
                    conversion: if unit == "万平方米" {
                        "平方米换算为万平方米（÷10000）"
                    } else {
                        ""
                    }
                    .into(),
                })
            }),
        });
        let months = (1..=self.period.month())
            .map(|m| {
                let share = f64::from(m) / f64::from(self.period.month());
                let earlier = kind
                    .is_numeric()
                    .then(|| fig("month", target * 0.45 * share));
                (
                    Period::new(2024, m).unwrap(),
                    if m == self.period.month() {
                        value.clone()
                    } else {
                        earlier.filter(|_| m != 3 || n != 1)
                    },
                )
            })
            .collect();
        self.indicators.push(IndicatorFacts {
            indicator: index,
            id: id.clone(),
            task: no,
            name: name.to_owned(),
            kind,
            unit: unit.to_owned(),
            approximate: no % 20 == 18 && kind == Kind::Quantity,
            target: kind
                .is_numeric()
                .then(|| figure(format!("indicator.{id}.target"), target, 2, false, unit)),
            state,
            qualifier: (no % 20 == 15 && n == 1 && accepted).then(|| "余".to_owned()),
            previous_period: previous.as_ref().map(|_| {
                if no.is_multiple_of(7) {
                    self.period.plus(-2)
                } else {
                    self.period.previous()
                }
            }),
            previous,
            increment,
            rate: progress.then(|| percent(format!("indicator.{id}.rate"), self.rate(grade))),
            schedule: progress
                .then(|| percent(format!("indicator.{id}.schedule"), self.schedule())),
            gap_abs: gap.clone().map(|f| Figure {
                value: f.value.abs(),
                id: format!("indicator.{id}.gap_abs").into(),
                ..f
            }),
            gap,
            milestone: (kind == Kind::Milestone && accepted).then_some(if grade == Grade::Done {
                MilestoneState::Done
            } else {
                MilestoneState::NotStarted
            }),
            done_on: (kind == Kind::Milestone && grade == Grade::Done).then(|| date(2024, 5, 28)),
            value,
            grade,
            previous_grade: (self.month == Month::June).then_some(grade),
            movement: if self.month == Month::June {
                Movement::Same
            } else {
                Movement::New
            },
            months,
            reported: (
                count(
                    format!("indicator.{id}.accepted"),
                    usize::from(accepted),
                    "家",
                ),
                count(format!("indicator.{id}.reporters"), 1, "家"),
            ),
            slots: index..index + 1,
            confirmed: (self.month == Month::June && id == "14.1")
                .then(|| "（电话核实：督查室，核减误报备用管段）".to_owned()),
            adjusted: (self.month == Month::June && id == "15.1").then(|| {
                "2024年5月起年度目标由120批次调整为100批次（管委会专题会议纪要）".to_owned()
            }),
            withheld_by: if withheld { vec!["C006"] } else { Vec::new() },
        });
    }

    #[allow(clippy::too_many_lines, reason = "one struct, field by field")]
    fn finish(self) -> Facts {
        let findings = findings(self.month, &self.tasks);
        let departments = departments(&self, &findings);
        let files = files(&self, &departments);
        let grades: Vec<Grade> = self.tasks.iter().map(|t| t.grade).collect();
        let tasks = grade_counts("overall.tasks", &grades);
        let june = self.month == Month::June;
        let before: Vec<Grade> = self.tasks.iter().filter_map(|t| t.previous_grade).collect();
        let groups = |prefix: &str, grades: &[Grade]| {
            let of = |set: &[Grade]| grades.iter().filter(|g| set.contains(g)).count();
            let [finished, on, lag] = [
                of(&[Grade::Done, Grade::DonePending]),
                of(&[Grade::Ahead, Grade::OnSchedule, Grade::Reached]),
                of(&[Grade::Behind, Grade::Serious, Grade::Overdue]),
            ];
            [
                ("finished", finished),
                ("on_schedule", on),
                ("lagging", lag),
                ("other", grades.len() - finished - on - lag),
            ]
            .map(|(name, n)| count(format!("{prefix}.{name}"), n, "件"))
        };
        let [finished, on_schedule, lagging, _] = groups("overall", &grades);
        let measured = self.month != Month::Nothing;
        let rate = measured.then(|| percent("overall.rate", self.schedule() - 3.2));
        let schedule = measured.then(|| percent("overall.schedule", self.schedule()));
        let previous = june.then(|| {
            let counts = grade_counts("previous.tasks", &before);
            let [pf, po, pl, _] = groups("previous", &before);
            let change = |name: &str, now: &Figure, then: &Figure| {
                figure(
                    format!("overall.{name}_change"),
                    now.value - then.value,
                    0,
                    false,
                    "件",
                )
            };
            PreviousCounts {
                period: self.period.previous(),
                finished_change: change("finished", &finished, &pf),
                on_schedule_change: change("on_schedule", &on_schedule, &po),
                lagging_change: change("lagging", &lagging, &pl),
                change_by_grade: tasks
                    .by_grade
                    .iter()
                    .zip(&counts.by_grade)
                    .map(|((g, now), (_, then))| (*g, change(g.name(), now, then)))
                    .collect(),
                tasks: counts,
                finished: pf,
                on_schedule: po,
                lagging: pl,
            }
        });
        let tiers = ["市级", "区级"]
            .into_iter()
            .map(|name| {
                let own: Vec<&TaskFacts> = self.tasks.iter().filter(|t| t.tier == name).collect();
                let grades: Vec<Grade> = own.iter().map(|t| t.grade).collect();
                let [finished, on_schedule, lagging, _] = groups(name, &grades);
                TierFacts {
                    name: name.to_owned(),
                    tasks: grade_counts(name, &grades),
                    finished,
                    on_schedule,
                    lagging,
                    rate: None,
                    schedule: None,
                    first_no: own.first().map_or(0, |t| t.no),
                    last_no: own.last().map_or(0, |t| t.no),
                }
            })
            .collect();
        let trend = (1..=self.period.month())
            .map(|m| {
                let period = Period::new(2024, m).unwrap();
                let last = m == self.period.month();
                let [finished, on_schedule, lagging, other] = groups(
                    &format!("trend.{period}"),
                    if last || before.is_empty() {
                        &grades
                    } else {
                        &before
                    },
                );
                let at = f64::from(m) / 12.0 * 100.0;
                TrendPoint {
                    period,
                    rate: if last {
                        rate.clone()
                    } else {
                        Some(percent(format!("trend.{period}.rate"), at * 0.9))
                    },
                    schedule: if last {
                        schedule.clone()
                    } else {
                        Some(percent(format!("trend.{period}.schedule"), at))
                    },
                    finished,
                    on_schedule,
                    lagging,
                    other,
                }
            })
            .collect();
        let sum = |id: &str, pick: fn(&DepartmentFacts) -> f64, more: f64| {
            figure(
                id,
                departments.iter().map(pick).sum::<f64>() + more,
                0,
                false,
                "项",
            )
        };
        let with = |state: State| self.slots.iter().filter(|s| s.state == state).count();
        let late = departments
            .iter()
            .filter(|d| d.submitted == "逾期报送")
            .count();
        let returned = departments
            .iter()
            .filter(|d| d.submitted == "已退回")
            .count();
        let missing = departments.iter().filter(|d| d.submitted == "未报").count();
        let begun = self
            .tasks
            .iter()
            .filter(|t| t.grade != Grade::NotStarted)
            .count();
        let overall = Overall {
            started: count("overall.started", begun, "件"),
            finished,
            on_schedule,
            lagging,
            previous,
            risen: june.then(|| {
                count(
                    "overall.risen",
                    self.tasks
                        .iter()
                        .filter(|t| t.movement == Movement::Up)
                        .count(),
                    "件",
                )
            }),
            fallen: june.then(|| {
                count(
                    "overall.fallen",
                    self.tasks
                        .iter()
                        .filter(|t| t.movement == Movement::Down)
                        .count(),
                    "件",
                )
            }),
            indicators: grade_counts(
                "overall.indicators",
                &self.indicators.iter().map(|i| i.grade).collect::<Vec<_>>(),
            ),
            rate,
            schedule,
            departments: count("overall.departments", departments.len(), "个"),
            submitted: count(
                "overall.submitted",
                departments.len() - returned - missing,
                "个",
            ),
            late: count("overall.late", late, "个"),
            returned: count("overall.returned", returned, "个"),
            missing: count("overall.missing", missing, "个"),
            // One finding of the month belongs to no department.
            errors: sum(
                "overall.errors",
                |d| d.errors.value,
                if june { 1.0 } else { 0.0 },
            ),
            warnings: sum("overall.warnings", |d| d.warnings.value, 0.0),
            notes: sum("overall.notes", |d| d.notes.value, 0.0),
            explained: sum("overall.explained", |d| d.explained.value, 0.0),
            slots: count("overall.slots", self.slots.len(), "项"),
            accepted: count("overall.accepted", with(State::Accepted), "项"),
            withheld: count("overall.withheld", with(State::Withheld), "项"),
            unreported: count("overall.unreported", with(State::Missing), "项"),
            tasks,
        };
        let elements = elements_overall(&self.tasks);
        Facts {
            period: self.period,
            as_of: None,
            draft: june,
            date: date(2024, self.period.month() + 1, 5),
            first_month: self.month == Month::January,
            last_month: false,
            overall,
            tiers,
            tasks: self.tasks,
            indicators: self.indicators,
            slots: self.slots,
            departments,
            findings,
            files,
            trend,
            elements,
            rule_changes: if june {
                vec![
                    "R007（长期未推进）对指标7.1关闭。".to_owned(),
                    "S004（未识别的列）已关闭。".to_owned(),
                ]
            } else {
                Vec::new()
            },
        }
    }
}
